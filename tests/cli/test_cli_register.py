"""``truceline register``: the register as people and machines see it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from truceline.mission.folder import open_mission
from truceline.mission.fusing import all_incidents
from truceline.model import id_text
from truceline.sources.register.reader import COLUMNS

ABOUT = "00ff00ff00ff00ff"
"""Stands for the id of an incident that the mission has."""
SAID = (
    "2031/1,notice,ground-fire,North,party-south;mechanism,2031-04-20T08:00:00Z,,,claimed,North,"
    "2031-04-20T09:00:00Z,2031-04-20T11:00:00Z,Left bank,00ff00ff00ff00ff,,2,,,1.5,km,"
    "https://example.org/1,[We] fire.\n"
)
VERIFIED = SAID.replace("claimed,North", "verified,mechanism")


@pytest.fixture
def registered(truceline: Callable, folder: Path) -> Path:
    """The made-up mission with two entries, one of them corrected once."""
    about = id_text(int(all_incidents(open_mission(folder)).id[0]))
    for number, rows in enumerate((SAID + "2031/2,suspension,,,,2031-04-19,,,denied,mechanism" + "," * 12, VERIFIED)):
        path = folder / f"register-{number}.csv"
        path.write_text(",".join(COLUMNS) + "\n" + rows.replace(ABOUT, about), encoding="utf-8")
        said = truceline("ingest", "register", path, "--mission", folder, "--zone", "Europe/Kyiv")
        assert said.exit_code == 0, said.err
    return folder


def test_the_register_is_shown_by_time_in_its_newest_form(truceline: Callable, registered: Path):
    said = truceline("register", "--mission", registered)
    assert said.exit_code == 0
    assert "times in Europe/Kyiv" in said.out
    first, second = [line for line in said.out.splitlines() if "2031/" in line]
    for word in ("2031/2", "suspension", "the agreement", "not known", "denied"):
        assert word in first
    for word in ("2031/1", "2031-04-20 11:00", "notice", "ground-fire", "party-north", "verified", "mechanism"):
        assert word in second


def test_machines_get_every_field_of_an_entry(truceline: Callable, registered: Path):
    _, entry = json.loads(truceline("register", "--mission", registered, "--json").out)["register"]
    assert entry.pop("evidence")["line"] == 2
    assert re.fullmatch("[0-9a-f]{16}", entry.pop("about"))
    assert entry == {
        "key": "2031/1",
        "kind": "notice",
        "subject": "ground-fire",
        "by": "party-north",
        "to": ["party-south", "mechanism"],
        "time": {
            "start": "2031-04-20T08:00:00+00:00",
            "end": "2031-04-20T08:00:00+00:00",
            "sense": "lasted",
            "text": "2031-04-20T08:00:00Z",
        },
        "standing": "verified",
        "said_by": "mechanism",
        "covers": {"start": "2031-04-20T09:00:00+00:00", "end": "2031-04-20T11:00:00+00:00"},
        "place": "Left bank",
        "option": "",
        "count": {"low": 2, "best": None, "high": None},
        "value": 1.5,
        "unit": "km",
        "url": "https://example.org/1",
        "quote": "[We] fire.",
        "repeats": "",
    }


def test_one_entry_is_shown_with_what_it_said_before(truceline: Callable, registered: Path):
    said = truceline("register", "2031/1", "--mission", registered)
    before, after = said.out.split("revision 2")
    assert "standing: claimed" in before
    assert "standing: verified" in after
    for line in ("covers: 2031-04-20 12:00 to 2031-04-20 14:00", "value: 1.5 km", "words: [We] fire."):
        assert line in after
    assert "count, low / best / high: 2 / open / open" in after
    told = json.loads(truceline("register", "2031/1", "--mission", registered, "--json").out)["register"]
    assert [(one["revision"], one["said_by"]) for one in told] == [(1, "party-north"), (2, "mechanism")]


def test_an_entry_there_is_not_names_the_nearest(truceline: Callable, registered: Path):
    said = truceline("register", "2031-1", "--mission", registered)
    assert said.exit_code == 7
    assert "did you mean 2031/1?" in said.err


def test_a_mission_without_a_register_says_how_to_take_one_in(truceline: Callable, folder: Path):
    assert "truceline ingest register" in truceline("register", "--mission", folder).out
    assert json.loads(truceline("register", "--mission", folder, "--json").out) == {"register": []}
