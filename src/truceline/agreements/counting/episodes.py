"""Episodes: rows of one kind, area and direction with no pause above the gap count one.

The range holds whatever moments the rows that happened *sometime* turn out to have had. The lowest figure lets such a
row go on through all of its span, so that it bridges whatever it could; the highest lets it stand alone, up to as many
episodes as find room in the time there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from truceline.agreements.counting.rows import CountedRows
from truceline.agreements.counting.tallies import Figures, Moments, Window, by_line, changes, in_order, occurring
from truceline.model.columns import Codes, Ids, Ints, Mask

MINUTE_US = 60_000_000
_FOREVER_US = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Going:
    """Up to when each row is taken to have gone on: ``rank`` orders the rows by it, ``last_us`` are the moments so."""

    rank: Ints
    last_us: Ints

    @classmethod
    def until(cls, last_us: Ints) -> Going:
        """Ready for running maxima, row by row within groups."""
        order = np.argsort(last_us)
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        return cls(rank, last_us[order])


@dataclass(frozen=True)
class EpisodeTally:
    """Rows in order of group and start, ready to be put together into episodes in any window.

    ``certain`` marks rows whose lowest count is not 0. In ``known`` a row that happened *sometime* is a moment, its
    start; in ``widest`` it went on through its span.
    """

    moments: Moments
    line: Codes
    lines: int
    group: Ints
    certain: Mask
    known: Going
    widest: Going
    gap_us: int

    def figures(self, window: Window) -> Figures:
        """Episodes by line: as few as there can have been, by the starts, and as many as there can have been."""
        inside, surely, doubtful = self.moments.presence(window)
        rows = np.flatnonzero(inside)
        opens = self._pauses(rows, self.known) > self.gap_us
        best = by_line(self.line[rows[opens]], self.lines)
        loose = (inside & (self.moments.unsettled() | ~self.certain)) | doubtful
        if not loose.any():
            return Figures(best, best, best)
        possible = np.flatnonzero(inside | doubtful)
        return Figures(self._fewest(possible, surely & self.certain), best, self._most(possible, loose, window))

    def best_by_gap(self, window: Window, gaps_min: Sequence[int]) -> tuple[Ints, ...]:
        """The best figure of every line under other gaps, in minutes."""
        rows = np.flatnonzero(self.moments.presence(window)[0])
        pauses, line = self._pauses(rows, self.known), self.line[rows]
        return tuple(by_line(line[pauses > gap_min * MINUTE_US], self.lines) for gap_min in gaps_min)

    def _fewest(self, possible: Ints, surely: Mask) -> Ints:
        """Episodes that hold something sure when all that may have bridged a pause did."""
        opens = self._pauses(possible, self.widest) > self.gap_us
        first = possible[opens]
        sure = np.zeros(len(first), dtype=bool)
        sure[(np.cumsum(opens) - 1)[surely[possible]]] = True
        return by_line(self.line[first[sure]], self.lines)

    def _most(self, possible: Ints, loose: Mask, window: Window) -> Ints:
        """Episodes of what is settled and one for each other row, as far as pauses above the gap find room."""
        begins = np.flatnonzero(changes(self.group[possible]))
        settled = possible[~loose[possible]]
        opens = loose[possible]
        opens[~opens] = self._pauses(settled, self.known) > self.gap_us
        units = np.add.reduceat(opens.astype(np.int64), begins)
        start, end = self.moments.start_us[possible], self.moments.end_us[possible]
        latest = np.where(self.moments.sometime[possible], np.minimum(end, window[1]) - 1, start)
        earliest = np.minimum.reduceat(np.maximum(start, window[0]), begins)
        spread = np.maximum.reduceat(np.maximum(latest, start), begins) - earliest
        most = np.minimum(units, spread // (self.gap_us + 1) + 1)
        found = np.zeros(self.lines, dtype=np.int64)
        np.add.at(found, self.line[possible[begins]], most)
        return found

    def _pauses(self, rows: Ints, going: Going) -> Ints:
        """How long nothing went on before each of these rows, among these alone; forever at the first of a group."""
        pauses = np.full(len(rows), _FOREVER_US, dtype=np.int64)
        if len(rows) < 2:
            return pauses
        group, size = self.group[rows], len(going.last_us)
        latest = np.maximum.accumulate(group * size + going.rank[rows]) % size
        since = self.moments.start_us[rows[1:]] - going.last_us[latest[:-1]]
        pauses[1:] = np.where(group[1:] == group[:-1], since, _FOREVER_US)
        return pauses


def episode_tally(rows: CountedRows, gap_min: int) -> EpisodeTally:
    """Rows of one kind, area (else place) and direction count one as long as no pause is above the gap."""
    some = occurring(rows)
    key = _groups(some)
    order = in_order(key, some.columns.start_us)
    moments = Moments.of(some.columns).take(order)
    known = Going.until(np.where(moments.sometime, moments.start_us, moments.end_us))
    return EpisodeTally(
        moments=moments,
        line=some.line[order],
        lines=len(rows.subjects),
        group=np.cumsum(changes(key[order])) - 1,
        certain=(some.columns.count_low > 0)[order],
        known=known,
        widest=Going.until(moments.end_us) if moments.sometime.any() else known,
        gap_us=gap_min * MINUTE_US,
    )


def _groups(rows: CountedRows) -> Ints:
    """A number for each line, area (else place) and direction."""
    table = rows.columns
    named, site = len(table.area.names), table.area.codes.astype(np.int64)
    nowhere = np.flatnonzero(table.area.equal(""))
    places, site[nowhere] = _distinct(table.place[nowhere], named)
    sites: Ints = rows.line * np.int64(named + places) + site
    return sites * np.int64(len(table.direction.names)) + table.direction.codes


def _distinct(places: Ids, first: int) -> tuple[int, Ints]:
    """How many places there are, and a number for each row's from ``first`` on."""
    known, number = np.unique(places, return_inverse=True)
    return len(known), number.astype(np.int64) + first
