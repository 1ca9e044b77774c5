"""Rows of an explanation, and the table of findings: what each says, and what is said once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from truceline.cli.summary import findings_table
from truceline.cli.trees import incident_tree
from truceline.mission.explaining import explain_finding
from truceline.mission.folder import open_mission
from truceline.model import CountRange, Finding, Result

FINDING = "ground-fire/party-north/as-announced"


def _printed(thing: object) -> str:
    console = Console(width=200)
    with console.capture() as caught:
        console.print(thing)
    return caught.get()


def test_each_row_says_its_count_its_direction_and_the_bytes_it_came_from(truceline: Callable, folder: Path):
    said = truceline("explain", FINDING, "-m", folder).out
    sha256 = hashlib.sha256((folder / "patrol.csv").read_bytes()).hexdigest()
    assert f"count: 1; direction of fire: not stated; file sha256 {sha256[:12]}, row 2" in said
    told = json.loads(truceline("explain", FINDING, "-m", folder, "--json").out)
    assert sha256 in json.dumps(told)


def test_a_range_and_a_direction_are_printed_as_they_were_said(folder: Path):
    note, told = explain_finding(open_mission(folder), FINDING).incidents[0]
    heard = tuple(replace(one, count=CountRange(2, None, 5), direction="2-3km [SSE]") for one in told)
    assert "count: 2-5; direction of fire: 2-3km [SSE]; file sha256 " in _printed(incident_tree(note, heard))


@pytest.fixture
def found(folder: Path) -> Finding:
    """A finding of the made-up mission."""
    return explain_finding(open_mission(folder), FINDING).finding


def _cells(table: Table) -> list[list[str]]:
    columns = [list(map(str, column.cells)) for column in table.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _under(found: Finding, *results: Result) -> list[Finding]:
    return [replace(found, reading=f"reading-{n}", result=result) for n, result in enumerate(results)]


@pytest.mark.parametrize(
    ("count", "said"), [(1, "reading-0"), (2, "both readings"), (3, "all 3 readings"), (11, "all 11 readings")]
)
def test_findings_alike_under_every_reading_stand_in_one_row(found: Finding, count: int, said: str):
    (row,) = _cells(findings_table(_under(found, *[Result.UNDETERMINED] * count), {}))
    assert row[2:4] == [said, "undetermined"]


def test_findings_that_differ_in_anything_stand_each_for_itself(found: Finding):
    differing = _under(found, Result.COMPLIED, Result.UNDETERMINED, Result.UNDETERMINED)
    assert [row[2] for row in _cells(findings_table(differing, {}))] == ["reading-0", "reading-1", "reading-2"]
    one, other = _under(found, Result.BREACHED, Result.BREACHED)
    nearly = [replace(one, probability=0.99), replace(other, probability=0.98)]
    assert len(_cells(findings_table(nearly, {}))) == 2


def test_a_party_bound_by_some_readings_only_is_not_said_to_be_bound_by_all(found: Finding):
    north = _under(found, *[Result.COMPLIED] * 3)
    south = [replace(one, party="party-south") for one in north[:2]]
    rows = _cells(findings_table([*north, *south], {}))
    assert [row[1:3] for row in rows] == [
        ["party-north", "all 3 readings"],
        ["party-south", "reading-0"],
        ["party-south", "reading-1"],
    ]


def test_what_is_alike_for_one_party_is_no_rows_of_another(found: Finding):
    south = [replace(one, party="party-south") for one in _under(found, Result.COMPLIED, Result.BREACHED)]
    rows = _cells(findings_table([*_under(found, Result.COMPLIED, Result.COMPLIED), *south], {}))
    assert [row[1:4] for row in rows] == [
        ["party-north", "both readings", "complied"],
        ["party-south", "reading-0", "complied"],
        ["party-south", "reading-1", "breached"],
    ]
