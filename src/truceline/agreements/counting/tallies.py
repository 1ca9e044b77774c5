"""Counting many rows in many windows: what every tally shares, and the tallies that take each row for itself.

A window is half-open. A row that lasted counts by its start. Of a row that happened *sometime* between its start and
end, the best figure goes by the start, the lowest takes it only when it lies wholly inside, the highest as soon
as it overlaps. A row whose lowest count is 0 may tell of nothing, so no lowest figure takes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from truceline.agreements.counting.rows import CountedRows
from truceline.model import UNKNOWN_COUNT, Columns
from truceline.model.columns import Codes, Ints, Mask

_SMALL = np.iinfo(np.uint16).max
"""Up to here NumPy sorts by digits, which is several times as fast."""

Window = tuple[int, int]
"""Start and end in microseconds since 1970 UTC, half-open."""


@dataclass(frozen=True)
class Figures:
    """Low, best and high by line; an open high is :data:`~truceline.model.UNKNOWN_COUNT`."""

    low: Ints
    best: Ints
    high: Ints


class Tally(Protocol):
    """Rows made ready to be counted in any number of windows."""

    def figures(self, window: Window) -> Figures:
        """The figures of every line in a window."""


@dataclass(frozen=True)
class Moments:
    """When rows happened: microseconds since 1970 UTC, and whether at an unknown moment in between."""

    start_us: Ints
    end_us: Ints
    sometime: Mask

    @classmethod
    def of(cls, table: Columns) -> Moments:
        """When the rows of a table happened."""
        return cls(table.start_us, table.end_us, table.sometime)

    def take(self, rows: Ints) -> Moments:
        """Some of the rows."""
        return Moments(self.start_us[rows], self.end_us[rows], self.sometime[rows])

    def unsettled(self) -> Mask:
        """Which happened at a moment nobody knows: sometime in a span that is longer than nothing."""
        return self.sometime & (self.end_us > self.start_us)

    def possible(self, window: Window) -> Ints:
        """Which rows start inside, or started before and may have happened inside."""
        start, end = window
        if end <= start:
            return np.zeros(0, dtype=np.int64)
        return np.flatnonzero(
            (self.start_us < end) & ((self.start_us >= start) | (self.sometime & (self.end_us > start)))
        )

    def presence(self, window: Window) -> tuple[Mask, Mask, Mask]:
        """Which rows start inside, which are surely inside, and which started before and only may be."""
        start, end = window
        inside = (self.start_us >= start) & (self.start_us < end)
        surely = inside & (~self.sometime | (self.end_us <= end))
        doubtful = self.sometime & (self.start_us < start) & (self.end_us > start) & (end > start)
        return inside, surely, doubtful


@dataclass(frozen=True)
class ItemTally:
    """Sums of items."""

    rows: CountedRows
    moments: Moments

    def figures(self, window: Window) -> Figures:
        """Items by line; an unknown best enters with its low, and an unknown high leaves the sum open."""
        table = self.rows.columns
        inside, surely, doubtful = self.moments.presence(window)
        possible = np.flatnonzero(inside | doubtful)
        rows = np.flatnonzero(inside)
        best = np.maximum(table.count_best[rows], table.count_low[rows])
        highest = table.count_high[possible]
        high = self._sum(np.maximum(highest, 0), possible)
        is_open = self._sum((highest == UNKNOWN_COUNT).astype(np.int64), possible) > 0
        low = np.flatnonzero(surely)
        return Figures(
            self._sum(table.count_low[low], low), self._sum(best, rows), np.where(is_open, UNKNOWN_COUNT, high)
        )

    def _sum(self, items: Ints, rows: Ints) -> Ints:
        total = np.zeros(len(self.rows.subjects), dtype=np.int64)
        np.add.at(total, self.rows.line[rows], items)
        return total


@dataclass(frozen=True)
class RowTally:
    """Rows that count one each, such as incidents; ``certain`` marks those whose lowest count is not 0."""

    moments: Moments
    line: Codes
    lines: int
    certain: Mask

    def figures(self, window: Window) -> Figures:
        """Rows by line: those surely inside, those that start inside, and these with what may have fallen inside."""
        inside, surely, doubtful = self.moments.presence(window)
        best = by_line(self.line[inside], self.lines)
        return Figures(
            by_line(self.line[surely & self.certain], self.lines),
            best,
            best + by_line(self.line[doubtful], self.lines),
        )


def item_tally(rows: CountedRows) -> ItemTally:
    """Every item counts."""
    return ItemTally(rows, Moments.of(rows.columns))


def incident_tally(rows: CountedRows) -> RowTally:
    """Every row counts one."""
    some = occurring(rows)
    return RowTally(Moments.of(some.columns), some.line, len(rows.subjects), some.columns.count_low > 0)


def occurring(rows: CountedRows) -> CountedRows:
    """Rows without those that say that nothing occurred (a highest count of 0)."""
    said = rows.columns.count_high != 0
    return rows if said.all() else rows.some(said)


def by_line(taken: Codes, lines: int) -> Ints:
    """How many of these lines there are of each."""
    return np.bincount(taken, minlength=lines).astype(np.int64)


def in_order(key: Ints, start_us: Ints) -> Ints:
    """Rows in order of a key and, within it, of their start; quick where they come in order of the start."""
    if bool(np.all(start_us[1:] >= start_us[:-1])):
        small = len(key) and int(key.max()) <= _SMALL
        return np.argsort(key.astype(np.uint16) if small else key, kind="stable")
    return np.lexsort((start_us, key))


def changes(ordered: Ints) -> Mask:
    """Which values differ from the one before; the first does."""
    differs = np.ones(len(ordered), dtype=bool)
    differs[1:] = ordered[1:] != ordered[:-1]
    return differs
