"""A page that names a test beside a claim names one that exists; so no claim outlives its test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGES = ("threat-model.md", "asvs.md", "custody.md")
NAME = re.compile(r"`(test_[a-z0-9_]+)`")


@pytest.fixture(scope="module")
def tests_there() -> frozenset[str]:
    root = Path(__file__).parents[1]
    texts = (path.read_text(encoding="utf-8") for path in root.rglob("test_*.py"))
    return frozenset(name for text in texts for name in re.findall(r"^def (test_\w+)", text, flags=re.MULTILINE))


@pytest.mark.parametrize("page", PAGES)
def test_every_test_a_page_names_exists(page: str, tests_there: frozenset[str]):
    text = (Path(__file__).parents[2] / "docs/method" / page).read_text(encoding="utf-8")
    named = set(NAME.findall(text))
    assert named
    assert named <= tests_there


def test_every_claim_of_the_threat_model_has_a_test_or_says_what_succeeds():
    text = (Path(__file__).parents[2] / "docs/method/threat-model.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| what ")]
    assert len(lines) > 40
    without = [line for line in lines if not NAME.search(line) and "**" not in line]
    assert without == []


REQUIREMENTS = (
    *((1, (2, 10, 12, 3, 3)), (2, (3, 3, 5, 2)), (3, (1, 3, 5, 8, 8, 1, 5)), (4, (5, 5, 2, 4)), (5, (1, 6, 3, 3))),
    *((6, (3, 12, 8, 6, 8, 4, 2, 4)), (7, (3, 4, 2, 5, 3, 2)), (8, (4, 4, 3, 2)), (9, (3, 4))),
    *((10, (2, 3, 5, 16, 5, 2, 3)), (11, (4, 5, 5, 4, 2, 2, 2)), (12, (5, 2, 5)), (13, (4, 6, 4, 7))),
    *((14, (2, 8, 3)), (15, (5, 5, 7, 4)), (16, (1, 5, 4, 3, 4)), (17, (2, 8, 2))),
)
"""OWASP ASVS 5.0.0: each chapter with how many requirements its sections have."""


def test_every_requirement_of_the_standard_stands_on_its_page_once():
    text = (Path(__file__).parents[2] / "docs/method/asvs.md").read_text(encoding="utf-8")
    named = [one for line in re.findall(r"^\| (V[^|]+) \|", text, flags=re.MULTILINE) for one in line.split(", ")]
    found: list[str] = []
    due: list[str] = []
    for chapter, sections in REQUIREMENTS:
        for section, count in enumerate(sections, start=1):
            name = f"V{chapter}.{section}"
            inside = [f"{name}.{number}" for number in range(1, count + 1)]
            due += inside
            found += inside * named.count(name)
            named = [one for one in named if one != name]
    assert len(due) == 345
    assert sorted(found + named) == sorted(due)


def test_every_requirement_says_how_it_stands():
    text = (Path(__file__).parents[2] / "docs/method/asvs.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("| V")]
    assert len(rows) > 100
    for requirement, words, stands, reason in rows:
        assert words, requirement
        assert reason, requirement
        assert stands in {"met", "by design", "in part", "not met", "none here"}, requirement
