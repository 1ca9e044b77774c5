"""``truceline reconcile`` as people call it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mission_samples as samples
import pytest

Command = Callable[..., Any]

OTHER = samples.HEADER + (
    "x,2031-04-19T17:00:20Z,2031-04-19T17:03:00Z,Left bank,explosion,party-south,one bang\n"
    "y,2031-04-21T17:00:20Z,2031-04-21T17:03:00Z,Left bank,explosion,,another\n"
)


@pytest.fixture
def theirs(folder: Path) -> list[object]:
    """A log from outside the mission, as the words of a command."""
    told = samples.MAPPING.replace("id: patrol", "id: theirs").replace("2031-04-01", "2031-04-20")
    (folder / "theirs.yaml").write_text(told, encoding="utf-8")
    (folder / "theirs.csv").write_text(OTHER, encoding="utf-8")
    return [folder / "theirs.csv", "--format-b", "table", "--mapping-b", folder / "theirs.yaml"]


def test_the_answer_says_what_each_log_has_alone_and_who_watched(
    truceline: Command, folder: Path, theirs: list[object]
):
    answer = truceline("reconcile", "patrol", *theirs, "--mission", folder, "--rows", "--control")
    assert answer.exit_code == 0
    assert "1 matches, 0 of them one line against several; 1 differ (party 1)" in answer.out
    assert "only in A: 2, of which B watched there and then: 2" in answer.out
    assert "only in B: 1, of which A watched there and then: 1" in answer.out
    assert "not moved" in answer.out
    assert answer.out.count("party") == 3


def test_no_row_of_a_narrow_table_loses_the_hour_of_its_start(
    truceline: Command, folder: Path, theirs: list[object], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", "80")
    answer = truceline("reconcile", "patrol", *theirs, "--mission", folder, "--rows")
    rows = answer.out[answer.out.index("Rows of both logs") :]
    assert "\N{HORIZONTAL ELLIPSIS}" not in rows
    assert "UTC" in rows.replace("\n", "")


def test_the_rows_go_to_a_file_and_into_the_object(
    truceline: Command, folder: Path, theirs: list[object], tmp_path: Path
):
    out = tmp_path / "rows.csv"
    answer = truceline("reconcile", "patrol", *theirs, "--mission", folder, "--rows", "--json", "--out", out)
    told = json.loads(answer.out)
    assert len(told["rows"]) == 5
    with out.open(encoding="utf-8", newline="") as opened:
        assert [row["observation"] for row in csv.DictReader(opened)] == [row["observation"] for row in told["rows"]]


def test_the_same_question_gives_the_same_bytes(truceline: Command, folder: Path, theirs: list[object]):
    words = ("reconcile", "patrol", *theirs, "--mission", folder, "--rows", "--json")
    assert truceline(*words).out == truceline(*words).out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("patrl", "others"), 7, "did you mean patrol?"),
        (("patrol", "patrol"), 2, "stands on both sides"),
        (("patrol", "others", "--minutes", "-1"), 2, "a tolerance of"),
        (("patrol", "others", "--km", "101"), 2, "--km"),
        (("patrol", "others", "--minutes", "nan"), 2, "--minutes"),
        (("patrol", "others", "--out", "theirs/rows.csv"), 2, "its folder is not there"),
        (("patrol", "theirs.csv", "--format-b", "table", "--out", "theirs.csv"), 2, "it is one of the logs"),
        (("patrol", "others", "--from", "2031-04-19"), 2, "a period has a start and an end"),
        (("patrol", "others", "--mapping-b", "theirs.yaml"), 2, "--format-b"),
        (("patrol", "theirs.csv", "--format-b", "tabel"), 2, "did you mean table?"),
    ],
)
def test_a_question_that_makes_no_sense_is_told_in_four_parts(
    truceline: Command, folder: Path, words: tuple[str, ...], code: int, said: str
):
    (folder / "theirs.csv").write_text(OTHER, encoding="utf-8")
    named = [folder / word if word.startswith("theirs") else word for word in words]
    answer = truceline("reconcile", *named, "--mission", folder)
    assert (answer.exit_code, answer.out) == (code, "")
    assert said in answer.err


def test_two_files_are_compared_outside_any_mission(
    truceline: Command, folder: Path, theirs: list[object], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(folder.parent)
    mine = ["--format-a", "table", "--mapping-a", folder / "mapping.yaml"]
    answer = truceline("reconcile", folder / "patrol.csv", *theirs, *mine, "--json")
    assert answer.exit_code == 0, answer.err
    assert json.loads(answer.out)["a"]["rows"] == 3
