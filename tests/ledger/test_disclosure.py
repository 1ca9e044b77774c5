"""Sealed findings: what is opened was in it all along, nothing else is told, a deleted salt closes a field for good."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.ledger.disclosure import (
    PLACE_STEPS_DEG,
    ROUNDED_TO,
    Json,
    Opening,
    Sealed,
    check_opening,
    check_openings,
    fields_of,
    open_field,
    opening_form,
    place_fields,
    read_opening,
    read_sealed,
    seal,
)
from truceline.model.canonical import canonical_json
from truceline.model.errors import MalformedRecord, NotFound, NotProved, TrucelineError, UsageFault

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc/~", min_size=1), inner, max_size=3),
    max_leaves=8,
)
records = st.dictionaries(st.text("abcdef/~", min_size=1, max_size=4), values, min_size=1, max_size=6)


def counting() -> Callable[[int], bytes]:
    """Bytes that never repeat, so that a test can be repeated."""
    number = [0]

    def give(count: int) -> bytes:
        number[0] += 1
        return number[0].to_bytes(count, "big")

    return give


@given(records)
def test_every_field_of_any_record_can_be_opened_from_the_entry_alone(record: dict[str, Json]):
    fields = fields_of(record)
    sealed, salts = seal("f-17", fields, counting())
    again = read_sealed(sealed.entry())
    assert again == sealed
    told = [json.loads(json.dumps(opening_form(open_field(salts, path, value)))) for path, value in fields.items()]
    check_openings(again, [read_opening(one) for one in told])


@given(records, st.data())
def test_what_is_shown_otherwise_than_it_was_sealed_is_refused(record: dict[str, Json], data: st.DataObject):
    fields = fields_of(record)
    sealed, salts = seal("f-17", fields, counting())
    path = data.draw(st.sampled_from(sorted(fields)))
    whole = open_field(salts, path, fields[path])
    forged = [
        replace(whole, value=data.draw(values.filter(lambda one: json.dumps(one) != json.dumps(fields[path])))),
        replace(whole, path=path + "x"),
        replace(whole, salt=bytes(31) + b"\xff"),
        replace(whole, salt=whole.salt[:-1]),
    ]
    for one in forged:
        if _same_number(one.value, whole.value) and one.path == whole.path and one.salt == whole.salt:
            continue
        with pytest.raises(NotProved):
            check_opening(sealed, one)
    with pytest.raises(NotProved):
        check_opening(Sealed("f-18", sealed.commitments), whole)


def _same_number(one: Json, other: Json) -> bool:
    """Whether canonical JSON writes both alike, as 1 and 1.0."""
    return json.dumps(fields_of({"x": one}), sort_keys=True) == json.dumps(fields_of({"x": other}), sort_keys=True) or (
        one == other and type(one) is not bool and type(other) is not bool
    )


@given(records)
def test_number_and_order_of_commitments_tell_nothing_of_the_fields(record: dict[str, Json]):
    fields = fields_of(record)
    sealed, _ = seal("f-17", fields, counting())
    assert len(sealed.commitments) % ROUNDED_TO == 0
    assert len(sealed.commitments) - len(fields) < ROUNDED_TO
    assert list(sealed.commitments) == sorted(sealed.commitments)


def test_the_entry_holds_no_value_no_path_and_no_plain_hash_of_either():
    sealed, _ = seal("f-17", {"/place/exact": [48.1, 37.5], "/sensor": "post-3"})
    for told in (b"48.1", b"post-3", b"place", b"sensor"):
        assert told not in sealed.entry()
    twice, _ = seal("f-17", {"/place/exact": [48.1, 37.5], "/sensor": "post-3"})
    assert set(twice.commitments).isdisjoint(sealed.commitments)


def test_a_redacted_field_cannot_be_opened_and_all_others_still_can():
    fields: dict[str, Json] = {"/result": "breached", "/witness": "a name"}
    sealed, salts = seal("f-17", fields)
    left = salts.redacted(["/witness"])
    check_opening(sealed, open_field(left, "/result", "breached"))
    with pytest.raises(NotFound, match="redacted for good"):
        open_field(left, "/witness", "a name")
    with pytest.raises(NotFound, match="no salt"):
        salts.redacted(["/witnesses"])
    assert "name" not in repr(salts)
    assert repr(salts.by_path["/result"]) not in repr(salts)


def test_a_field_is_shown_once():
    sealed, salts = seal("f-17", {"/result": "breached"})
    one = open_field(salts, "/result", "breached")
    with pytest.raises(NotProved, match="twice"):
        check_openings(sealed, (one, one))


@given(st.floats(-89.9, 89.9), st.floats(-179.9, 179.9))
def test_a_coarse_place_holds_the_fine_one_and_tells_no_more(lat: float, lon: float):
    told = place_fields(lat, lon)
    for name, step in PLACE_STEPS_DEG:
        middle = told[f"/place/{name}"]
        assert isinstance(middle, list)
        for one, exact in zip(middle, (lat, lon), strict=True):
            assert abs(float(str(one)) - exact) <= step / 2 + 1e-6
            off = float(str(one)) / step - 0.5
            assert abs(off - round(off)) < 1e-3
    sealed, salts = seal("f-17", told)
    check_opening(sealed, open_field(salts, "/place/50km", told["/place/50km"]))


def test_many_fields_do_not_fit_into_one_entry():
    sealed, _ = seal("f-17", {f"/{number}": number for number in range(1_500)})
    with pytest.raises(MalformedRecord, match="do not fit"):
        sealed.entry()


@pytest.mark.parametrize(("finding", "fields"), [("", {"/a": 1}), ("f", {})])
def test_nothing_is_sealed_without_name_and_fields(finding: str, fields: dict[str, Json]):
    with pytest.raises(UsageFault):
        seal(finding, fields)


WHOLE = seal("f-17", {"/result": "breached"}, counting())[0].entry()


def with_commitments(part: slice) -> bytes:
    told = json.loads(WHOLE)
    return canonical_json({**told, "commitments": told["commitments"][part]})


@pytest.mark.parametrize(
    "entry",
    [
        b"",
        b"[]",
        WHOLE + b" ",
        WHOLE.replace(b":", b": ", 1),
        WHOLE.replace(b"finding/1", b"finding/2"),
        WHOLE.replace(b'"f-17"', b'""'),
        WHOLE.replace(b'"f-17"', b"17"),
        WHOLE.replace(b'{"commitments"', b'{"a":1,"commitments"'),
        WHOLE.replace(b'","', b'"],["', 1),
        json.dumps(
            {**json.loads(WHOLE), "commitments": json.loads(WHOLE)["commitments"][1:]}, separators=(",", ":")
        ).encode(),
        json.dumps(
            {**json.loads(WHOLE), "commitments": json.loads(WHOLE)["commitments"][::-1]}, separators=(",", ":")
        ).encode(),
        b"[" * 100_000,
        WHOLE.decode().encode("utf-16"),
        b'{"commitments":[null],"finding":"f","format":"truceline-sealed-finding/1"}',
    ],
)
def test_an_entry_that_is_not_exact_is_refused(entry: bytes):
    with pytest.raises(TrucelineError):
        read_sealed(entry)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"path": "/a", "salt": "AA=="},
        {"path": 1, "salt": "AA==", "value": 1},
        {"path": "/a", "salt": "A", "value": 1},
    ],
)
def test_an_opening_that_is_not_exact_is_refused(told: dict[str, Json]):
    with pytest.raises(MalformedRecord):
        read_opening(told)


def test_an_opening_with_no_salt_at_all_opens_nothing():
    sealed, _ = seal("f-17", {"/result": "breached"})
    with pytest.raises(NotProved):
        check_opening(sealed, Opening("/result", "breached", b""))
