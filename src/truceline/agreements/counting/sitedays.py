"""Site-days: a place counts one for each local day on which anything was observed there.

Nobody knows how many places the rows stand for that name none: the best and the highest figure take each for one
of its own, the lowest takes all of a day for one, and for none beside a place that was named.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np

from truceline.agreements.counting.localdays import local_days
from truceline.agreements.counting.rows import CountedRows
from truceline.agreements.counting.tallies import Figures, Moments, Window, by_line, changes, occurring
from truceline.model import UnknownPlace, id_of
from truceline.model.columns import Codes, Ids, Ints, Mask

NOWHERE = np.uint64(id_of(UnknownPlace().key))
"""The number of the place that nobody named."""


@dataclass(frozen=True)
class SiteDayTally:
    """Rows in order of line, local day and place, those without a place last; ``unit`` and ``day`` number theirs.

    ``roams`` marks rows that happened *sometime* in more than one local day, ``certain`` those whose lowest count
    is not 0.
    """

    moments: Moments
    line: Codes
    lines: int
    day: Ints
    unit: Ints
    placed: Mask
    roams: Mask
    certain: Mask

    def figures(self, window: Window) -> Figures:
        """Site-days by line: as few as there can have been, by the starts, and as many as there can have been."""
        inside, surely, doubtful = self.moments.presence(window)
        rows = np.flatnonzero(inside)
        best = self._units(rows)
        settled = np.flatnonzero((inside | doubtful) & ~self.roams)
        roaming = (inside | doubtful) & self.roams
        high = self._units(settled) + by_line(self.line[roaming], self.lines)
        return Figures(self._fewest(surely & self.certain), best, high)

    def _fewest(self, surely: Mask) -> Ints:
        """Days of places with something sure; a row that may lie on any of several days or places adds none."""
        rows = np.flatnonzero(surely & ~self.roams)
        opens = changes(self.unit[rows]) & (self.placed[rows] | changes(self.day[rows]))
        any_at_all = by_line(self.line[surely], self.lines) > 0
        return np.maximum(by_line(self.line[rows[opens]], self.lines), any_at_all)

    def _units(self, rows: Ints) -> Ints:
        return by_line(self.line[rows[changes(self.unit[rows])]], self.lines)


def site_day_tally(rows: CountedRows, zone: ZoneInfo) -> SiteDayTally:
    """Rows of one kind, place and local day of the start count one."""
    some = occurring(rows)
    table = some.columns
    day = local_days(table.start_us, zone)
    places, place = _numbered(table.place)
    key = _line_days(some.line, day) * np.int64(places) + place
    order = np.argsort(key, kind="stable")
    placed = (table.place != NOWHERE)[order]
    line_day = (key // places)[order]
    return SiteDayTally(
        moments=Moments.of(table).take(order),
        line=some.line[order],
        lines=len(rows.subjects),
        day=line_day,
        unit=np.cumsum(changes(key[order]) | ~placed),
        placed=placed,
        roams=_roams(Moments.of(table), day, zone)[order],
        certain=(table.count_low > 0)[order],
    )


def _numbered(place: Ids) -> tuple[int, Ints]:
    """How many places there are, and a number for each row's; the highest for the place that nobody named."""
    known, number = np.unique(place, return_inverse=True)
    found: Ints = number.astype(np.int64)
    found[place == NOWHERE] = len(known)
    return len(known) + 1, found


def _line_days(line: Codes, day: Ints) -> Ints:
    first = int(day.min()) if len(day) else 0
    days = int(day.max()) - first + 1 if len(day) else 1
    numbers: Ints = line * np.int64(days) + (day - first)
    return numbers


def _roams(moments: Moments, day: Ints, zone: ZoneInfo) -> Mask:
    """Which happened sometime between moments of two local days; the end of a span is no part of it."""
    roams = moments.unsettled()
    rows = np.flatnonzero(roams)
    roams[rows] = local_days(moments.end_us[rows] - 1, zone) != day[rows]
    return roams
