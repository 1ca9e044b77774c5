"""Drafting a mapping, and the settings of formats, as typed on the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


def test_a_draft_reads_the_table_as_a_person_says_it_lies(truceline: Callable, tmp_path: Path):
    table = tmp_path / "log.csv"
    table.write_bytes("Log of the north\nDatum,Überschrift\n2031-04-20,x\n".encode("cp1252"))
    words = ("ingest", "table", table, "--draft-mapping", "--set", "header_line=2")
    assert "--encoding" in truceline(*words).err
    said = truceline(*words, "--encoding", "cp1252")
    assert (said.exit_code, "Überschrift" in said.out) == (0, True)


@pytest.mark.parametrize("words", [("ua-alarms", "log.csv"), ("table", "log.csv", "log.csv")])
def test_a_draft_of_anything_but_one_table_is_refused(truceline: Callable, words: tuple[str, ...]):
    said = truceline("ingest", *words, "--draft-mapping")
    assert (said.exit_code, said.out) == (2, "")
    assert "one file of the format table" in said.err


@pytest.mark.parametrize(
    ("setting", "told"), [("nonsense=1", "no setting 'nonsense'"), ("stuck_after=1", "did you mean stuck_after_h?")]
)
def test_a_setting_the_format_does_not_know_is_refused(truceline: Callable, folder: Path, setting: str, told: str):
    alarms = folder.parent / "alarms.csv"
    alarms.write_text("region,started_at,finished_at,naive\n")
    said = truceline("ingest", "ua-alarms", alarms, "--set", setting, "--mission", folder)
    assert said.exit_code == 2
    assert told in said.err
