"""Faults: their own exit code, four parts for a person, one JSON record for a machine, and no traceback."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import mission_samples as samples
import pytest

from truceline.report import ALL
from truceline.store import writing


def _records(folder: Path) -> None:
    link = sqlite3.connect(folder / "records.db")
    with link:
        link.execute("UPDATE alembic_version SET version_num = '9999'")
    link.close()


def _rewrite(name: str, there: str, instead: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert there in text
        path.write_text(text.replace(there, instead), encoding="utf-8")

    return change


SPOILED = {
    "no settings": (lambda folder: (folder / "mission.toml").unlink(), "NotAMission", 5),
    "unknown key": (_rewrite("mission.toml", "time_zone", "time_zon"), "AgreementFault", 4),
    "unknown zone": (_rewrite("mission.toml", "Europe/Kyiv", "Europe/Kiew"), "AgreementFault", 4),
    "newer folder": (_rewrite("mission.toml", "truceline = 1", "truceline = 2"), "MissionNewer", 5),
    "newer tables": (_records, "MissionNewer", 5),
    "damaged tables": (lambda folder: (folder / "records.db").write_bytes(b"x" * 9000), "MissionFault", 5),
    "no toml": (lambda folder: (folder / "mission.toml").write_bytes(b"\xff\xfe"), "AgreementFault", 4),
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_spoiled_mission_folder_takes_nothing_in(truceline: Callable, folder: Path, how: str):
    spoil, error, code = SPOILED[how]
    spoil(folder)
    table = folder.parent / "more.csv"
    table.write_text(samples.HEADER + "9,2031-04-20T11:00:00Z,,Left bank,shot,,x\n", encoding="utf-8")
    words = ("ingest", "table", table, "--mapping", folder / "mapping.yaml", "--mission", folder)
    said = truceline(*words)
    assert (said.exit_code, said.out) == (code, "")
    assert "  where: " in said.err
    assert "Traceback" not in said.err
    told = truceline(*words, "--json")
    assert (told.exit_code, told.out) == (code, "")
    record = json.loads(told.err.splitlines()[-1])
    assert (record["error"], record["exit_code"]) == (error, code)
    assert set(record) == {"error", "what", "where", "do", "example", "exit_code"}


def test_a_mission_in_use_is_told_as_such(truceline: Callable, folder: Path):
    words = ("ingest", "table", folder / "patrol.csv", "--mapping", folder / "mapping.yaml", "-m", folder)
    with writing(folder):
        said = truceline(*words)
    assert said.exit_code == 5
    assert "is writing to this mission" in said.err
    assert truceline(*words).exit_code == 0


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("ingest", "tabel", "{folder}/patrol.csv"), 2, "did you mean table?"),
        (("ingest", "table", "{folder}/none.csv"), 3, "no such file"),
        (("ingest", "ua-alarms", "{folder}/patrol.csv"), 3, "where: "),
        (("ingest", "table", "{folder}/patrol.csv", "--zone", "Mars/Base"), 3, "unknown time zone"),
        (("ingest", "table", "{folder}/patrol.csv", "--set", "report_date"), 2, "name=value"),
        (("count", "--rule", "episodes"), 2, "episode"),
        (("count", "--from", "2031-04-20"), 2, "a start and an end"),
        (("count", "--from", "soon", "--to", "2031-04-20"), 3, "not a time"),
        (("count", "--from", "2031-04-20", "--to", "2031-04-19"), 3, "before the start"),
        (("explain", "ground-fire/party-nort/as-announced"), 7, "did you mean ground-fire/party-north/as-announced?"),
        (("explain", "00ff00ff00ff00ff"), 7, "no incident"),
        (("rejected", "patrl.csv"), 7, "did you mean patrol.csv?"),
        (("report", "--lang", "xx"), 2, "en, de, uk, ru"),
        (("report", "--day", "yesterday"), 2, "year-month-day"),
    ],
)
def test_a_mistake_is_answered_with_what_would_be_right(
    truceline: Callable, folder: Path, words: tuple[str, ...], code: int, told: str
):
    said = truceline(*(word.format(folder=folder) for word in words), "--mission", folder)
    assert (said.exit_code, said.out) == (code, "")
    assert told in said.err
    assert "Traceback" not in said.err


def test_a_folder_that_is_no_mission_shows_how_to_make_one(truceline: Callable, tmp_path: Path):
    for command in ("fuse", "assess", "count", "report"):
        said = truceline(command, "--mission", tmp_path)
        assert said.exit_code == 5
        assert "example: truceline new my-mission --case easter-2025" in said.err
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_case_names_the_nearest(truceline: Callable, tmp_path: Path):
    said = truceline("demo", "easter-20255", "--out", tmp_path / "x", "--json")
    assert said.exit_code == 7
    assert json.loads(said.err.splitlines()[-1])["do"] == "did you mean easter-2025?"
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("name", ALL)
def test_demo_writes_over_no_file_it_did_not_make(truceline: Callable, tmp_path: Path, name: str):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / name).write_text("mine\n")
    for _ in range(2):
        said = truceline("demo", "gaza-pause-2023", "--no-feeds", "--out", mine, "--json")
        told = json.loads(said.err.splitlines()[-1])
        assert said.exit_code == 5
        assert name in told["what"]
        assert told["where"] == str(mine)
        assert "--out" in told["do"]
        assert told["example"].startswith("truceline demo gaza-pause-2023 --out ")
    assert [path.name for path in mine.iterdir()] == [name]
    assert (mine / name).read_text() == "mine\n"


def test_new_does_not_write_over_a_mission(truceline: Callable, folder: Path):
    said = truceline("new", folder)
    assert said.exit_code == 5
    assert "a mission here already" in said.err


def test_a_report_does_not_go_where_a_file_stands(truceline: Callable, folder: Path, tmp_path: Path):
    in_the_way = tmp_path / "out"
    in_the_way.write_text("mine", encoding="utf-8")
    answer = truceline("report", "--mission", folder, "--out", in_the_way)
    assert (answer.exit_code, in_the_way.read_text(encoding="utf-8")) == (2, "mine")
    assert "a file stands where the folder of the report should be" in answer.err


@pytest.mark.parametrize(
    "refusal",
    [
        (errno.ENOENT, 2, "cannot be written there: No such file or directory"),
        (errno.EROFS, 5, "cannot be written to"),
        (errno.ENOSPC, 6, "the disk filled up"),
    ],
)
@pytest.mark.parametrize("step", ["pathlib.Path.mkdir", "tempfile.mkstemp"])
def test_a_report_that_finds_no_place_is_told_without_a_traceback(
    truceline: Callable,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    refusal: tuple[int, int, str],
):
    number, code, told = refusal
    (folder / "archive" / "staging").mkdir(exist_ok=True)
    original = Path.mkdir

    def refuse(*words: object, **names: object) -> None:
        if step == "pathlib.Path.mkdir" and words[0] != tmp_path / "out":
            original(*words, **names)  # type: ignore[arg-type]  # handed on
            return
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(step, refuse)
    answer = truceline("report", "--mission", folder, "--out", tmp_path / "out")
    assert (answer.exit_code, answer.out) == (code, "")
    assert told in answer.err
    assert list(tmp_path.glob("out/*")) == []


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("count", "--rul", "episode"), "--rule"),
        (("ingest", "table"), "Missing argument"),
        (("cuont",), "count"),
        (("rejected", "--limit", "-3"), "--limit"),
    ],
)
def test_a_mistake_in_the_command_itself_is_json_for_a_machine(truceline: Callable, words: tuple[str, ...], what: str):
    said = truceline(*words, "--json")
    assert (said.exit_code, said.out) == (2, "")
    record = json.loads(said.err)
    assert (record["error"], record["exit_code"]) == ("UsageFault", 2)
    assert what in record["what"]
    assert record["example"].endswith("--help")


def test_help_and_success_end_with_nothing_wrong_for_a_machine(truceline: Callable, folder: Path):
    assert truceline("rejected", "-m", folder, "--json").exit_code == 0
    said = truceline("count", "--help", "--json")
    assert (said.exit_code, said.err) == (0, "")
    assert "--rule" in said.out


def test_an_unknown_option_is_a_usage_fault(truceline: Callable):
    said = truceline("count", "--rul", "episode")
    assert (said.exit_code, said.out) == (2, "")
    assert "--rule" in said.err
