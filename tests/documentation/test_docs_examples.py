"""Every command of the tutorials runs, ends as the page says, and prints what the page shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

OWN_MISSION = "tutorial/your-own-mission.md"
FIRST_CEASEFIRE = "tutorial/first-ceasefire.md"


def faults_of(name: str, text: str, folder: Path, examples: ModuleType) -> list[str]:
    """Commands that end otherwise than the page says, and lines the page shows otherwise than they are printed."""
    played = examples.play(text, folder)
    ends = [
        f"{run.command!r} ended with {run.exit_code}, not {run.meant}:\n{run.output}"
        for run in played.runs
        if run.exit_code != run.meant
    ]
    shown = zip(text.splitlines(), played.text.splitlines(), strict=False)
    stale = [f"shown {there!r}, printed {here!r}" for there, here in shown if there != here][:5]
    hint = [f"refresh it: python docs/run_examples.py docs/{name}"] if stale else []
    return ends or [*stale, *hint]


def test_own_mission_runs_as_it_is_written(
    page: Callable[[str], str], script: Callable[[str], ModuleType], tmp_path: Path
):
    assert faults_of(OWN_MISSION, page(OWN_MISSION), tmp_path, script("run_examples")) == []


@pytest.mark.feeds
def test_first_ceasefire_runs_as_it_is_written(
    page: Callable[[str], str],
    script: Callable[[str], ModuleType],
    tmp_path: Path,
    feeds: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("TRUCELINE_DATA", str(feeds))
    assert faults_of(FIRST_CEASEFIRE, page(FIRST_CEASEFIRE), tmp_path, script("run_examples")) == []


def test_a_wrong_exit_code_and_a_stale_line_are_told(script: Callable[[str], ModuleType], tmp_path: Path):
    examples = script("run_examples")
    failing = "```console\n$ truceline count --mission nowhere\n```\n"
    assert "ended with 5, not 0" in faults_of("x.md", failing, tmp_path, examples)[0]
    stale = "```console\n$ echo new\nold\n```\n"
    assert faults_of("x.md", stale, tmp_path, examples)[0] == "shown 'old', printed 'new'"


def test_part_of_an_output_is_shown_with_marks_for_the_rest(script: Callable[[str], ModuleType], tmp_path: Path):
    text = '<!-- exit 3 -->\n<!-- show from "b" up to "d" -->\n```console\n$ printf \'a\\nb\\nc\\nd\\n\'; exit 3\n```\n'
    played = script("run_examples").play(text, tmp_path)
    assert "exit 3\n…\nb\nc\n…\n```" in played.text
    assert [(run.meant, run.exit_code) for run in played.runs] == [(3, 3)]


def test_a_file_of_a_page_is_written_and_an_earlier_run_is_shown_again(
    script: Callable[[str], ModuleType], tmp_path: Path
):
    text = (
        '```text title="a/b.txt"\none\n```\n```console\n$ cat a/b.txt; echo x >> a/b.txt\n```\n'
        "<!-- as run above -->\n```console\n$ cat a/b.txt; echo x >> a/b.txt\n```\n"
    )
    played = script("run_examples").play(text, tmp_path)
    assert len(played.runs) == 1
    assert played.text.count("a/b.txt\none\n```") == 2


def test_every_example_is_shown_with_output_or_is_in_a_page_that_is_run(root: Path):
    run = {OWN_MISSION, FIRST_CEASEFIRE}
    shown = {
        str(path.relative_to(root / "docs"))
        for path in (root / "docs").rglob("*.md")
        if re.search(r"^```console$", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert shown == run
