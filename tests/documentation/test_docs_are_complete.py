"""Every command, format, rule, act, word, error and key has its place on a page."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from types import ModuleType

import pytest
import typer.main

from truceline.agreements.acts import ACTS
from truceline.agreements.counting import NO_RATIO, RULES
from truceline.agreements.grammar import agreement_schema
from truceline.cli.main import app
from truceline.fusion import Apart
from truceline.mission.settings import _KNOWN
from truceline.model import (
    GRADES,
    CoverageState,
    Flag,
    Means,
    NormKind,
    Phenomenon,
    RegisterKind,
    Result,
    Standing,
    Stratum,
    Target,
    TimeSense,
    Weapon,
    errors,
)
from truceline.report.logs_csv import RECONCILE_COLUMNS
from truceline.report.writing import ALL, WHEN_ASKED
from truceline.sources.registry import format_names

Page = Callable[[str], str]

VOCABULARY = "reference/vocabulary.md"
STATUSES = agreement_schema()["properties"]["status"]["enum"]
FAULTS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.TrucelineError)]
FREE_KEYS = re.compile(r"^counts\[\]\.parameters\.")


def sections(text: str) -> dict[str, str]:
    """The parts of a page by their headings of the second rank."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(text: str) -> set[str]:
    """The words in code that begin a row of a table."""
    return set(re.findall(r"^\| `([^`]+)`", text, flags=re.MULTILINE))


def test_the_page_of_the_command_line_is_fresh(page: Page, script: Callable[[str], ModuleType]):
    fresh = script("generate_command_line").page()
    assert page("reference/command-line.md") == fresh, "print it again with docs/generate_command_line.py"


def test_the_page_of_the_agreement_keys_is_fresh(page: Page, script: Callable[[str], ModuleType]):
    fresh = script("generate_agreement_keys").page()
    assert page("reference/agreement-keys.md") == fresh, "print it again with docs/generate_agreement_keys.py"


def test_every_command_and_option_is_described_and_has_help(page: Page, script: Callable[[str], ModuleType]):
    described = sections(page("reference/command-line.md"))
    commands = dict(script("generate_command_line").commands())
    assert list(described) == list(commands)
    for name, command in commands.items():
        assert command.help, name
        for param in command.params:
            assert param.help, f"{name}: {param.name}"
            if param.param_type_name == "option":
                assert f"`{param.opts[0]}`" in described[name]


def test_every_command_stands_in_the_readme_and_no_other(root: Path):
    text = (root / "README.md").read_text(encoding="utf-8")
    commands = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]  # as above
    named = set(re.findall(r"`truceline ([a-z]+)", text))
    assert named == commands


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("Phenomena", Phenomenon),
        ("Means", Means),
        ("Weapons", Weapon),
        ("Targets", Target),
        ("Strata", Stratum),
        ("Coverage states", CoverageState),
        ("Flags", Flag),
        ("Kinds of entries in the register", RegisterKind),
        ("Standing of an entry", Standing),
        ("Sense of a time", TimeSense),
        ("Results", Result),
        ("Acts", ACTS),
        ("Kinds of norms", NormKind),
        ("Status of a text", STATUSES),
        ("Grades of an incident", GRADES),
        ("Counting rules", RULES),
        ("Why there is no ratio", dict.fromkeys(NO_RATIO)),
        ("Not weighed", Apart),
    ],
)
def test_every_word_is_explained_and_no_other(page: Page, heading: str, words: type[StrEnum] | dict[str, object]):
    assert rows(sections(page(VOCABULARY))[heading]) == {str(word) for word in words}


def test_the_vocabulary_says_of_each_act_what_shows_it(page: Page):
    acts = sections(page(VOCABULARY))["Acts"]
    for act in ACTS.values():
        line = next(line for line in acts.splitlines() if line.startswith(f"| `{act.name}`"))
        missing = [one for one in act.threatened_by if f"`{one}`" not in line]
        if "as `ground-fire`" not in line:
            missing += [one for one in act.shown_by if f"`{one}`" not in line]
        assert missing == [], act.name


def test_every_error_stands_on_its_page_with_exit_code_and_status(page: Page):
    text = page("reference/errors.md")
    for kind in FAULTS:
        assert f"| `{kind.__name__}` | {kind.exit_code} | {kind.http_status} |" in text
    named = set(re.findall(r"^\| `(\w+)` \| \d", text, re.MULTILINE))
    assert named == {kind.__name__ for kind in FAULTS}


def test_every_key_of_the_mission_file_is_described_and_no_other(page: Page):
    described = sections(page("reference/mission-folder.md"))["`mission.toml`"]
    parts = re.split(r"^### `\[+(\w+)\]+`$", described, flags=re.MULTILINE)
    found = {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}
    assert {part: rows(text) for part, text in found.items()} == {part: set(keys) for part, keys in _KNOWN.items()}


def test_every_format_has_a_reference(page: Page):
    text = page("reference/formats-alarms-and-events.md") + page("reference/formats-tables.md")
    for name in format_names():
        assert re.search(rf"^## `{name}`", text, re.MULTILINE), name
        assert f"`{name}`" in page("reference/mission-folder.md")


def test_every_counting_rule_act_and_report_file_is_on_its_page(page: Page):
    assert [name for name in RULES if f"`{name}`" not in page("method/counting.md")] == []
    assert [name for name in ACTS if f"`{name}`" not in page("reference/agreement-keys.md")] == []
    assert [name for name in (*ALL, *WHEN_ASKED) if f"`{name}`" not in page("reference/report.md")] == []
    described = sections(page("reference/report.md"))["`reconcile.csv`"]
    assert [name for name, _ in RECONCILE_COLUMNS if f"`{name}`" not in described] == []


def key_paths(value: object, path: str = "") -> Iterator[str]:
    """Every key of a JSON value, with ``[]`` where a list is entered."""
    if isinstance(value, dict):
        for key, inner in value.items():
            here = f"{path}.{key}" if path else key
            yield here
            yield from key_paths(inner, here)
    elif isinstance(value, list):
        for inner in value:
            yield from key_paths(inner, f"{path}[]")


def demo_keys(folder: Path, *more: str) -> set[str]:
    """The keys of a real output."""
    command = [sys.executable, "-m", "truceline.cli.main", "demo", *more, "--json", "--out", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    return {path for path in key_paths(json.loads(done.stdout)) if not FREE_KEYS.match(path)}


def test_every_key_of_a_demo_without_feeds_is_described(page: Page, tmp_path: Path):
    assert demo_keys(tmp_path, "easter-2025", "--no-feeds") - rows(page("reference/json.md")) == set()


@pytest.mark.feeds
def test_the_page_of_json_describes_what_a_demo_with_feeds_prints_and_nothing_else(
    page: Page, tmp_path: Path, feeds: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TRUCELINE_DATA", str(feeds))
    assert demo_keys(tmp_path, "minsk-2") == rows(page("reference/json.md"))
