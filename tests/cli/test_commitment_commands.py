"""``truceline obligations`` and ``truceline guarantees``: as a duty officer reads them, and as machines do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import guarantee_mission as made
import pytest

from truceline.cli.commitment_tables import left_told

UNITS = ("d", "h", "min")


@pytest.fixture
def promised(tmp_path: Path) -> Path:
    """A mission with an obligation and a guarantee, and nothing observed."""
    return made.guaranteed_mission(tmp_path / "promised").root


def test_obligations_stand_by_deadline_with_the_time_left(truceline: Callable, promised: Path):
    said = truceline("obligations", "--mission", promised, "--as-of", "2031-04-20T08:00:00Z")
    assert said.exit_code == 0
    assert "as of 2031-04-20 11:00 Europe/Kyiv; nothing later is used" in said.out
    rows = [line for line in said.out.splitlines() if re.match(r"^│ (due|done|overdue|waiting)", line)]
    assert [line.split("│")[1].strip() for line in rows] == ["done", "due", "due"]
    assert "1 h 0 min" in rows[1]
    assert "22 h 0 min" in rows[2]
    assert "The ally" in rows[2]


def test_a_mission_that_obliges_nobody_says_so(truceline: Callable, folder: Path):
    assert "no obligation" in truceline("obligations", "--mission", folder).out
    said = truceline("guarantees", "--mission", folder)
    assert "no guarantee" in said.out
    assert said.out.count("nothing") >= 2


def test_guarantees_show_the_matrix_the_trigger_the_clocks_and_the_ladder(truceline: Callable, promised: Path):
    said = truceline("guarantees", "--mission", promised)
    assert said.exit_code == 0
    for words in (
        *("Who guarantees whom", "nothing", "support: trigger open", "breached", "discretion-unused", "missing"),
        *("needs a vote", "open in the text of support: trigger.criteria[0].at_least", "0 of ? incidents"),
        *("2031-04-20 09:00", "register:1", "2031-04-21 09:00", "nobody the text names"),
    ):
        assert words in re.sub(r"\s*│\s*│?\s*", " ", said.out) or words in said.out, words


def test_an_earlier_moment_shows_less(truceline: Callable, promised: Path):
    said = truceline("guarantees", "--mission", promised, "--as-of", "2031-04-20T05:00:00Z")
    assert "register:1" not in said.out
    assert "breached" not in said.out


@pytest.mark.parametrize("command", ["obligations", "guarantees"])
def test_machines_get_one_object(truceline: Callable, promised: Path, command: str):
    told = json.loads(truceline(command, "--mission", promised, "--json", "--reading", "as-announced").out)
    assert told["as_of"] == "2031-05-31T00:00:00+00:00"
    assert {one["reading"] for one in told[command]} == {"as-announced"}


@pytest.mark.parametrize("command", ["obligations", "guarantees"])
def test_a_moment_beyond_the_information_is_refused(truceline: Callable, promised: Path, command: str):
    said = truceline(command, "--mission", promised, "--as-of", "2031-07-01T00:00:00Z")
    assert said.exit_code == 2
    assert "after the information ends" in said.err
    said = truceline(command, "--mission", promised, "--reading", "as-anounced")
    assert said.exit_code == 7
    assert "did you mean as-announced?" in said.err


def test_no_time_is_said_in_more_than_two_units():
    for left_s in (0.0, 59.0, 60.0, 3_599.0, 3_600.0, 86_399.0, 86_400.0, 9e7, -1.0, -86_400.0):
        assert sum(left_told(left_s).split().count(unit) for unit in UNITS) <= 2
