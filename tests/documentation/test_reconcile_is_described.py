"""The page of ``reconcile`` describes every key, column and word, and no other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from truceline.agreements.reconciling import CLASSES, DIFFERENCES, PLACES
from truceline.mission.reconciling import ComparisonAsked, compare_logs
from truceline.mission.reconciling_logs import LogAsked
from truceline.mission.reconciling_rows import ROW_COLUMNS, comparison_json, listed_rows
from truceline.mission.reconciling_sight import SIGHTS
from truceline.model import Interval, parse_moment
from truceline.sources import ReadOptions

MAPPING = """\
truceline: 1
source: {id: %s, title: A log, custodian: somebody, stratum: patrol, senses: [explosion]}
time: {sense: lasted}
columns: {key: key, start: start, area: area, phenomenon: what}
"""
LOG = "key,start,area,what\n1,2031-04-20T08:00:00Z,Hill,explosion\n"
SAME_AS_A = re.compile(r"^(b|classes\[\]\.b)(\.|$)")


def parts(text: str) -> dict[str, str]:
    found = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(found[1::2], found[2::2], strict=True))


def words(text: str) -> set[str]:
    return set(re.findall(r"^\| `([^`]+)`", text, flags=re.MULTILINE))


def key_paths(value: object, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            here = f"{path}.{key}" if path else key
            yield here
            yield from key_paths(inner, here)
    elif isinstance(value, list):
        for inner in value:
            yield from key_paths(inner, f"{path}[]")


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> tuple[set[str], set[str]]:
    """The keys of the object and of one row of a real output."""
    folder: Path = tmp_path_factory.mktemp("logs")
    sides = []
    for name in ("here", "there"):
        (folder / f"{name}.yaml").write_text(MAPPING % name, encoding="utf-8")
        (folder / f"{name}.csv").write_text(LOG + f"{name},2031-04-20T09:00:00Z,Hill,explosion\n", encoding="utf-8")
        sides.append(LogAsked(str(folder / f"{name}.csv"), "table", ReadOptions(mapping=folder / f"{name}.yaml")))
    period = Interval(parse_moment("2031-04-20T00:00:00Z"), parse_moment("2031-04-21T00:00:00Z"))
    found = compare_logs(None, ComparisonAsked(*sides, period=period, with_control=True))
    return set(key_paths(comparison_json(found))), set(next(listed_rows(found)))


def test_every_key_is_described_and_no_other(page: Callable[[str], str], answer: tuple[set[str], set[str]]):
    described = words(parts(page("reference/reconcile.md"))["JSON"])
    flat = {key for key in answer[0] if not key.startswith("differences.") and not SAME_AS_A.match(key)}
    assert described - {"rows"} == flat


def test_every_column_is_described_in_order(page: Callable[[str], str], answer: tuple[set[str], set[str]]):
    text = parts(page("reference/reconcile.md"))["Rows"]
    assert tuple(re.findall(r"^\| `([^`]+)`", text, flags=re.MULTILINE)) == ROW_COLUMNS
    assert answer[1] == set(ROW_COLUMNS)


@pytest.mark.parametrize(
    ("heading", "known"),
    [
        ("Classes of a reconciliation", CLASSES),
        ("Differences of matched lines", DIFFERENCES),
        ("Places of matched lines", PLACES),
        ("Sight of a row", SIGHTS),
    ],
)
def test_every_word_of_a_reconciliation_is_explained(page: Callable[[str], str], heading: str, known: tuple[str, ...]):
    assert words(parts(page("reference/vocabulary.md"))[heading]) == set(known)
