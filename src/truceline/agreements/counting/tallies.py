"""Counting many rows in many windows: sums of items, and units such as episodes or site-days.

A window is half-open. A row that lasted counts by its start. Of a row that happened *sometime* between its start and
end, the best figure goes by the start, the lowest takes it only when it lies wholly inside, the highest as soon
as it overlaps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np

from truceline.agreements.counting.localdays import SECOND_US, local_days
from truceline.agreements.counting.rows import CountedRows
from truceline.model import UNKNOWN_COUNT, Columns
from truceline.model.columns import Codes, Ids, Ints, Mask

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

    def take(self, rows: Ints) -> Moments:
        """Some of the rows."""
        return Moments(self.start_us[rows], self.end_us[rows], self.sometime[rows])

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
class UnitTally:
    """Runs of rows that count one each: rows of one group with no pause above ``gap_us`` (``None``: any pause).

    Rows stand in order of group and start; ``line`` and ``group`` number theirs; ``last_rank`` orders the rows by the
    moment up to which each is known to have gone on, ``last_us`` are these moments in that order.
    """

    moments: Moments
    line: Codes
    lines: int
    group: Ints
    last_rank: Ints
    last_us: Ints
    gap_us: int | None

    def figures(self, window: Window) -> Figures:
        """Units by line: those with a row surely inside, all, and all plus what may have happened inside."""
        inside, surely, doubtful = self.moments.presence(window)
        rows = np.flatnonzero(inside)
        opens = self._opens(rows)
        first = rows[opens]
        has_sure = np.zeros(len(first), dtype=bool)
        has_sure[(np.cumsum(opens) - 1)[surely[rows]]] = True
        beside = np.flatnonzero(doubtful)
        best = self._by_line(first)
        return Figures(self._by_line(first[has_sure]), best, best + self._by_line(beside[self._opens(beside)]))

    def _opens(self, rows: Ints) -> Mask:
        """Which of these rows open a new unit, seen among these rows alone."""
        opens = np.ones(len(rows), dtype=bool)
        if len(rows) < 2:
            return opens
        group = self.group[rows]
        opens[1:] = group[1:] != group[:-1]
        if self.gap_us is not None:
            size = len(self.last_us)
            latest = np.maximum.accumulate(group * size + self.last_rank[rows]) % size
            starts = self.moments.start_us[rows]
            opens[1:] |= starts[1:] - self.last_us[latest[:-1]] > self.gap_us
        return opens

    def _by_line(self, taken: Ints) -> Ints:
        return np.bincount(self.line[taken], minlength=self.lines).astype(np.int64)


def item_tally(rows: CountedRows) -> ItemTally:
    """Every item counts."""
    return ItemTally(rows, _moments(rows.columns))


def incident_tally(rows: CountedRows) -> UnitTally:
    """Every row counts one."""
    return _unit_tally(rows, np.arange(len(rows.line), dtype=np.int64), None)


def episode_tally(rows: CountedRows, gap_min: int) -> UnitTally:
    """Rows of one kind, area (else place) and direction count one as long as no pause is above the gap."""
    table = rows.columns
    named, site = len(table.area.names), table.area.codes.astype(np.int64)
    nowhere = np.flatnonzero(table.area.equal(""))
    places, site[nowhere] = _distinct(table.place[nowhere], named)
    sites = named + places
    group = (rows.line * np.int64(sites) + site) * np.int64(len(table.direction.names)) + table.direction.codes
    return _unit_tally(rows, group, gap_min * 60 * SECOND_US)


def site_day_tally(rows: CountedRows, zone: ZoneInfo) -> UnitTally:
    """Rows of one kind, place and local day of the start count one."""
    table = rows.columns
    day = local_days(table.start_us, zone)
    first = int(day.min()) if len(day) else 0
    days = int(day.max()) - first + 1 if len(day) else 1
    places, place = _distinct(table.place)
    site = rows.line * np.int64(places) + place
    return _unit_tally(rows, site * np.int64(days) + (day - first), None)


def _distinct(places: Ids, first: int = 0) -> tuple[int, Ints]:
    """How many places there are, and a number for each row's from ``first`` on."""
    known, number = np.unique(places, return_inverse=True)
    return len(known), number.astype(np.int64) + first


def _moments(table: Columns) -> Moments:
    return Moments(table.start_us, table.end_us, table.sometime)


def _unit_tally(rows: CountedRows, group: Ints, gap_us: int | None) -> UnitTally:
    """Rows in order of group and start, without those that say that nothing occurred (a highest count of 0)."""
    occurring = np.flatnonzero(rows.columns.count_high != 0)
    group, starts = group[occurring], rows.columns.start_us[occurring]
    order = np.argsort(group, kind="stable") if gap_us is None else np.lexsort((starts, group))
    moments = _moments(rows.columns).take(occurring[order])
    last = np.where(moments.sometime, moments.start_us, moments.end_us)
    by_last = np.argsort(last, kind="stable") if gap_us is not None else np.zeros(0, dtype=np.int64)
    rank = np.empty(len(by_last), dtype=np.int64)
    rank[by_last] = np.arange(len(by_last))
    return UnitTally(
        moments=moments,
        line=rows.line[occurring[order]],
        lines=len(rows.subjects),
        group=_numbered(group[order]),
        last_rank=rank,
        last_us=last[by_last],
        gap_us=gap_us,
    )


def _numbered(ordered: Ints) -> Ints:
    """Groups in order numbered from 0 on, without gaps."""
    numbers = np.zeros(len(ordered), dtype=np.int64)
    numbers[1:] = np.cumsum(ordered[1:] != ordered[:-1])
    return numbers
