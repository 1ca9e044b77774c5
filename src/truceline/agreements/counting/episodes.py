"""Episodes: rows of one kind, area and direction with no pause above the gap count one.

The range holds whatever moments the rows that happened *sometime* turn out to have had. The lowest figure lets such a
row go on through all of its span, so that it bridges whatever it could; the highest lets it stand alone, up to as many
episodes as find room in the time there is.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from truceline.agreements.counting.rows import CountedRows
from truceline.agreements.counting.tallies import Figures, Moments, Window, by_line, changes, in_order, occurring
from truceline.model.columns import Codes, Ids, Ints, Mask

MINUTE_US = 60_000_000
_FOREVER_US = np.iinfo(np.int64).max
_ROOM = 2**62


@dataclass(frozen=True)
class Timelines:
    """One timeline for the rows of all groups: each group has a stretch of its own, further off than any gap.

    So a running maximum over the rows never reaches from one group into the next. ``start`` is where a row begins on
    it, ``known`` and ``widest`` where it is taken to have ended: in ``known`` a row that happened *sometime* is a
    moment, its start; in ``widest`` it went on through its span. Where the numbers would not find room, the timeline
    begins again; ``part`` numbers those parts, and is ``None`` when there is but one.
    """

    start: Ints
    known: Ints
    widest: Ints
    part: Ints | None

    def pauses(self, rows: Ints, ends: Ints) -> Ints:
        """How long nothing went on before each of these rows, among these alone; beyond any gap at a group's first."""
        pauses = np.full(len(rows), _FOREVER_US, dtype=np.int64)
        starts, latest = self.start[rows], ends[rows]
        begins = [0] if self.part is None else np.flatnonzero(changes(self.part[rows])).tolist()
        for first, beyond in itertools.pairwise((*begins, len(rows))):
            running = np.maximum.accumulate(latest[first:beyond])
            np.subtract(starts[first + 1 : beyond], running[:-1], out=pauses[first + 1 : beyond])
        return pauses


@dataclass(frozen=True)
class EpisodeTally:
    """Rows in order of group and start, ready to be put together into episodes in any window.

    ``certain`` marks rows whose lowest count is not 0; ``loose`` those whose is, and those that happened at a moment
    nobody knows. ``longest_us`` is a pause longer than any there is.
    """

    moments: Moments
    line: Codes
    lines: int
    group: Ints
    certain: Mask
    loose: Mask
    timelines: Timelines
    gap_min: int
    longest_us: int

    def figures(self, window: Window) -> Figures:
        """Episodes by line: as few as there can have been, by the starts, and as many as there can have been."""
        rows = self.moments.possible(window)
        inside = self.moments.start_us[rows] >= window[0]
        counted = rows[inside]
        opens = self.timelines.pauses(counted, self.timelines.known) > self._gap_us(self.gap_min)
        best = by_line(self.line[counted[opens]], self.lines)
        loose = self.loose[rows] | ~inside
        if not loose.any():
            return Figures(best, best, best)
        within = ~self.moments.sometime[rows] | (self.moments.end_us[rows] <= window[1])
        surely = inside & self.certain[rows] & within
        return Figures(self._fewest(rows, surely), best, self._most(rows, loose, window))

    def best_by_gap(self, window: Window, gaps_min: Sequence[int]) -> tuple[Ints, ...]:
        """The best figure of every line under other gaps, in minutes."""
        rows = self.moments.possible(window)
        rows = rows[self.moments.start_us[rows] >= window[0]]
        pauses, line = self.timelines.pauses(rows, self.timelines.known), self.line[rows]
        return tuple(by_line(line[pauses > self._gap_us(gap_min)], self.lines) for gap_min in gaps_min)

    def _gap_us(self, gap_min: int) -> int:
        return min(gap_min * MINUTE_US, self.longest_us)

    def _fewest(self, rows: Ints, surely: Mask) -> Ints:
        """Episodes that hold something sure when all that may have bridged a pause did."""
        opens = self.timelines.pauses(rows, self.timelines.widest) > self._gap_us(self.gap_min)
        first = rows[opens]
        sure = np.zeros(len(first), dtype=bool)
        sure[(np.cumsum(opens) - 1)[surely]] = True
        return by_line(self.line[first[sure]], self.lines)

    def _most(self, rows: Ints, loose: Mask, window: Window) -> Ints:
        """Episodes of what is settled and one for each other row, as far as pauses above the gap find room."""
        gap_us = self._gap_us(self.gap_min)
        begins = np.flatnonzero(changes(self.group[rows]))
        opens = loose.copy()
        opens[~loose] = self.timelines.pauses(rows[~loose], self.timelines.known) > gap_us
        units = np.add.reduceat(opens.astype(np.int64), begins)
        start, end = self.moments.start_us[rows], self.moments.end_us[rows]
        latest = np.where(self.moments.sometime[rows], np.minimum(end, window[1]) - 1, start)
        earliest = np.minimum.reduceat(np.maximum(start, window[0]), begins)
        spread = np.maximum.reduceat(np.maximum(latest, start), begins) - earliest
        most = np.minimum(units, spread // (gap_us + 1) + 1)
        found = np.zeros(self.lines, dtype=np.int64)
        np.add.at(found, self.line[rows[begins]], most)
        return found


def episode_tally(rows: CountedRows, gap_min: int, *, by_direction: bool = True) -> EpisodeTally:
    """Rows of one kind, area (else place) and direction count one as long as no pause is above the gap.

    Without ``by_direction``, fire in any direction goes on with what was before.
    """
    some = occurring(rows)
    key = _groups(some, by_direction=by_direction)
    order = in_order(key, some.columns.start_us)
    moments = Moments.of(some.columns).take(order)
    group = np.cumsum(changes(key[order])) - 1
    certain = (some.columns.count_low > 0)[order]
    longest_us = int(moments.end_us.max() - moments.start_us.min()) + 1 if len(group) else 0
    return EpisodeTally(
        moments=moments,
        line=some.line[order],
        lines=len(rows.subjects),
        group=group,
        certain=certain,
        loose=moments.unsettled() | ~certain,
        timelines=_timelines(moments, group, longest_us),
        gap_min=gap_min,
        longest_us=longest_us,
    )


def _timelines(moments: Moments, group: Ints, longest_us: int) -> Timelines:
    """Each group on a stretch of its own, so long that the last of one and the first of the next are beyond any gap."""
    stretch = 2 * longest_us + 1
    fitting = max(1, _ROOM // stretch)
    origin = int(moments.start_us.min()) if len(group) else 0
    offset = (group % fitting) * stretch - origin
    ends = moments.end_us + offset
    starts = moments.start_us + offset
    return Timelines(
        start=starts,
        known=np.where(moments.sometime, starts, ends),
        widest=ends,
        part=group // fitting if len(group) and int(group[-1]) >= fitting else None,
    )


def _groups(rows: CountedRows, *, by_direction: bool) -> Ints:
    """A number for each line, area (else place) and, where it matters, direction."""
    table = rows.columns
    named, site = len(table.area.names), table.area.codes.astype(np.int64)
    nowhere = np.flatnonzero(table.area.equal(""))
    places, site[nowhere] = _distinct(table.place[nowhere], named)
    sites: Ints = rows.line * np.int64(named + places) + site
    return sites * np.int64(len(table.direction.names)) + table.direction.codes if by_direction else sites


def _distinct(places: Ids, first: int) -> tuple[int, Ints]:
    """How many places there are, and a number for each row's from ``first`` on."""
    known, number = np.unique(places, return_inverse=True)
    return len(known), number.astype(np.int64) + first
