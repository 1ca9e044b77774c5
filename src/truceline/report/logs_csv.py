"""The classes of logs held against each other as a table for machines: rows and items, never a row or a position."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from truceline.mission.beside import LogsBeside
from truceline.mission.coarse_words import coarse_text
from truceline.report.edition import Edition
from truceline.report.open_data import hxl_csv

if TYPE_CHECKING:  # its room takes half a second to load, which a report without logs need not spend
    from truceline.mission.reconciling import ClassTold, OneSide

RECONCILE_COLUMNS = (
    ("pair", "#meta+pair"),
    ("log_a", "#meta+log+a"),
    ("log_b", "#meta+log+b"),
    ("start", "#date+start"),
    ("end", "#date+end"),
    ("class", "#meta+class"),
    ("log", "#meta+log"),
    ("matches", "#indicator+matches+num"),
    ("groups", "#indicator+groups+num"),
    ("rows", "#indicator+rows+num"),
    ("low", "#indicator+num+min"),
    ("best", "#indicator+num+best"),
    ("high", "#indicator+num+max"),
    ("other_watched", "#indicator+other+watched"),
    ("other_partly", "#indicator+other+partly"),
    ("other_blind", "#indicator+other+blind"),
    ("other_unknown", "#indicator+other+unknown"),
    ("anyone_watched", "#indicator+anyone+watched"),
    ("anyone_partly", "#indicator+anyone+partly"),
    ("anyone_blind", "#indicator+anyone+blind"),
    ("anyone_unknown", "#indicator+anyone+unknown"),
)
"""Columns of reconcile.csv with their tags of the Humanitarian Exchange Language (HXL)."""


def reconcile_csv(edition: Edition) -> str:
    """Two rows for each class of each pair of logs: the first log's and the second's."""
    pairs = enumerate(edition.assessment.reconcile, 1)
    return hxl_csv(RECONCILE_COLUMNS, (row for number, pair in pairs for row in _rows(number, pair)))


def _rows(number: int, pair: LogsBeside) -> Iterator[tuple[object, ...]]:
    period = (pair.period.start.isoformat(), pair.period.end.isoformat())
    head = (number, coarse_text(pair.a.named), coarse_text(pair.b.named), *period)
    for one in pair.classes:
        yield (*head, *_side(one, "a", one.a))
        yield (*head, *_side(one, "b", one.b))


def _side(one: ClassTold, log: str, side: OneSide) -> tuple[object, ...]:
    told = side.told
    seen = tuple(
        n for sight in (side.other, side.anyone) for n in (sight.watched, sight.partly, sight.blind, sight.unknown)
    )
    high = "" if told.high is None else told.high
    return one.name, log, one.matches, one.groups, told.rows, told.low, told.best, high, *seen
