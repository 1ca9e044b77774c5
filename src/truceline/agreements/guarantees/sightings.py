"""What the findings of one reading make of the acts of somebody: the incidents a criterion can be measured on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np

from truceline.model import CONFIRMED, IncidentTable, Interval, Phenomenon, Result, Words, microseconds
from truceline.model.columns import Ints, Mask, Rows
from truceline.model.times import moment_at

_QUARTER_US = 900_000_000


@dataclass(frozen=True)
class Sighted:
    """The finding on one norm and actor: its result, which incidents were decisive, and which more may have been."""

    finding: str
    norm: str
    actor: str
    result: Result
    decisive: Rows
    perhaps: Rows


@dataclass(frozen=True)
class Sightings:
    """The incidents of a reading with their grades, and what every finding on them rests on."""

    incidents: IncidentTable
    grades: Words
    sighted: tuple[Sighted, ...]

    def by(self, actors: Sequence[str]) -> tuple[Sighted, ...]:
        """The findings against some actors."""
        return tuple(one for one in self.sighted if one.actor in actors)

    def began_in(self, rows: Rows, window: Interval) -> tuple[Mask, Mask]:
        """Which of some incidents surely began in a window, and which may have."""
        begin, end = microseconds(window.start), microseconds(window.end)
        first, last = self.first(rows), self.last(rows)
        return (first >= begin) & (last < end), (last >= begin) & (first < end)

    def first(self, rows: Rows) -> Ints:
        """The earliest moment at which each began."""
        return self.incidents.start_us[rows]

    def last(self, rows: Rows) -> Ints:
        """The latest: another one only where the record knows no more than a span."""
        unsure = self.incidents.sometime[rows]
        end = np.maximum(self.incidents.end_us[rows] - 1, self.incidents.start_us[rows])
        latest: Ints = np.where(unsure, end, self.incidents.start_us[rows])
        return latest

    def casualties(self, actors: Sequence[str]) -> tuple[Rows, Rows]:
        """Records of casualties: those confirmed and naming one of some actors, and those that may be theirs."""
        table = self.incidents
        told = table.phenomenon.equal(Phenomenon.CASUALTY)
        confirmed = self.grades.equal(CONFIRMED)
        named = table.party.among(list(actors))
        others = confirmed & ~named & ~table.party.equal("")
        return np.flatnonzero(told & confirmed & named), np.flatnonzero(told & ~others)


def local_days(moments_us: Ints, where: ZoneInfo) -> Ints:
    """The local day of each moment, as a number; no clock anywhere changes inside a quarter of an hour."""
    quarters, place = np.unique(moments_us // _QUARTER_US, return_inverse=True)
    days = [moment_at(int(one) * _QUARTER_US).astimezone(where).date().toordinal() for one in quarters]
    found: Ints = np.asarray(days, dtype=np.int64)[place]
    return found
