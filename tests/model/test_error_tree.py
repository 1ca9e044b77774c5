"""The error tree: one exit code and one HTTP status a class, and words a person can act on."""

from __future__ import annotations

import re

import pytest

from truceline.model import errors
from truceline.model.errors import TrucelineError

CODES = {
    "TrucelineError": (1, 500),
    "UsageFault": (2, 400),
    "InputFault": (3, 422),
    "UnreadableFile": (3, 422),
    "MissingColumn": (3, 422),
    "ValueFault": (3, 422),
    "AgreementFault": (4, 422),
    "MissionFault": (5, 409),
    "NotAMission": (5, 404),
    "MissionReadOnly": (5, 403),
    "MissionNewer": (5, 409),
    "MissionInUse": (5, 423),
    "StorageFull": (6, 507),
    "NotFound": (7, 404),
    "FeedAbsent": (8, 502),
    "SumsDisagree": (9, 500),
    "NotAsExpected": (1, 422),
    "NotPermitted": (10, 403),
    "CaseFault": (11, 409),
    "EvidenceFault": (13, 409),
    "LedgerFault": (12, 422),
    "MalformedRecord": (12, 422),
    "NotProved": (12, 422),
}


def _classes() -> dict[str, type[TrucelineError]]:
    found = vars(errors).values()
    return {one.__name__: one for one in found if isinstance(one, type) and issubclass(one, TrucelineError)}


def test_every_class_has_the_codes_of_the_table():
    assert {name: (one.exit_code, one.http_status) for name, one in _classes().items()} == CODES


def test_every_class_is_drawn_in_the_tree():
    drawn = re.findall(r"[├└]── (\w+)", errors.__doc__ or "")
    assert sorted(["TrucelineError", *drawn]) == sorted(CODES)


def test_the_drawn_codes_are_the_real_ones():
    for line in (errors.__doc__ or "").splitlines():
        if found := re.search(r"(\w+) +exit (\d+) +HTTP (\d+)", line):
            assert CODES[found[1]] == (int(found[2]), int(found[3]))


@pytest.mark.parametrize("name", CODES)
def test_every_class_tells_its_four_parts(name: str):
    fault = _classes()[name]("it broke", where="here", do="mend it", example="like so")
    assert fault.diagnosis() == "it broke\n  where: here\n  do: mend it\n  example: like so"
    assert fault.as_record() == {
        "error": name,
        "what": "it broke",
        "where": "here",
        "do": "mend it",
        "example": "like so",
        "exit_code": CODES[name][0],
    }


def test_parts_that_are_empty_take_no_line():
    assert TrucelineError("it broke").diagnosis() == "it broke"
    assert TrucelineError("it broke", do="mend it").diagnosis() == "it broke\n  do: mend it"
    assert str(TrucelineError("it broke", do="mend it")) == "it broke"
