"""What the findings of one reading make of the acts of somebody: the incidents a criterion can be measured on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np

from truceline.model import CONFIRMED, IncidentTable, Interval, Phenomenon, Result, Words, microseconds
from truceline.model.columns import Ints, Mask, Rows
from truceline.model.times import moment_at

_QUARTER_US = 900_000_000
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Sighted:
    """The finding on one norm and actor: its result, which incidents were decisive, and which more may have been."""

    finding: str
    norm: str
    actor: str
    result: Result
    decisive: Rows
    perhaps: Rows
    failed: Interval | None = None
    """For a breach that the register tells: at some moment of this span; at its deadline, where it has one."""


@dataclass(frozen=True)
class Counting:
    """The time in which acts count: while the guarantee holds, and not while it is suspended."""

    window: Interval
    suspended: tuple[Interval, ...] = ()
    perhaps_suspended: tuple[Interval, ...] = ()

    def holds(self, span: Interval) -> tuple[bool, bool]:
        """Whether a moment of some span surely lies in it, and whether it may."""
        window = self.window
        over = span.end if span.end > span.start else span.end + _INSTANT
        inside = window.start <= span.start and over <= window.end
        touches = window.start <= span.end and span.start < window.end
        asleep = any(
            one.start <= span.end and span.start < one.end for one in (*self.suspended, *self.perhaps_suspended)
        )
        slept = any(one.start <= span.start and span.end < one.end for one in self.suspended)
        return inside and not asleep, touches and not slept


@dataclass(frozen=True)
class Sightings:
    """The incidents of a reading with their grades, and what every finding on them rests on."""

    incidents: IncidentTable
    grades: Words
    sighted: tuple[Sighted, ...]

    def by(self, actors: Sequence[str]) -> tuple[Sighted, ...]:
        """The findings against some actors."""
        return tuple(one for one in self.sighted if one.actor in actors)

    def began_in(self, rows: Rows, time: Counting) -> tuple[Mask, Mask]:
        """Which of some incidents surely began in the time that counts, and which may have."""
        first, last = self.first(rows), self.last(rows)
        begin, end = microseconds(time.window.start), microseconds(time.window.end)
        surely, perhaps = (first >= begin) & (last < end), (last >= begin) & (first < end)
        for span in time.suspended:
            perhaps &= (first < microseconds(span.start)) | (last >= microseconds(span.end))
        for span in (*time.suspended, *time.perhaps_suspended):
            surely &= (last < microseconds(span.start)) | (first >= microseconds(span.end))
        return surely, perhaps

    def first(self, rows: Rows) -> Ints:
        """The earliest moment at which each began."""
        return self.incidents.start_us[rows]

    def last(self, rows: Rows) -> Ints:
        """The latest: another one only where the record knows no more than a span."""
        unsure = self.incidents.sometime[rows]
        end = np.maximum(self.incidents.end_us[rows] - 1, self.incidents.start_us[rows])
        latest: Ints = np.where(unsure, end, self.incidents.start_us[rows])
        return latest

    def surely_by(self, rows: Rows) -> Ints:
        """The moment by which each had surely begun."""
        unsure = self.incidents.sometime[rows]
        by: Ints = np.where(unsure, self.incidents.end_us[rows], self.incidents.start_us[rows])
        return by

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
