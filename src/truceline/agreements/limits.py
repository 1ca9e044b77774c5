"""Counted limits: how many there surely were at one time, and how many there can have been at most.

The limits of the Golan (1974) are of this kind: not a ban on tanks, but at most 75 of them between the lines. What is
counted at one ``moment`` are presences that overlap in time; ``day`` adds what was counted on one local day, as an
inspection does that goes from place to place; ``window`` adds everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np

from truceline.agreements import reasons
from truceline.agreements.conclusion import Conclusion, percent, silence_open, still_open
from truceline.agreements.weighing import Weighed
from truceline.model import UNKNOWN_COUNT, Because, Result, microseconds
from truceline.model.columns import Ints, Mask
from truceline.model.times import moment_at


@dataclass(frozen=True)
class Held:
    """How many were there at one time: surely at least, and at most; ``most`` is ``None`` where nobody knows."""

    least: int
    most: int | None


def held(weighed: Weighed, per: str, zone: ZoneInfo) -> Held:
    """The most there surely was and can have been, at one moment, on one local day or altogether."""
    incidents = weighed.bearing.incidents
    counted = weighed.bearing.shows & weighed.counts_here
    sure = together(weighed, weighed.of_object & ~weighed.excused.claimed & ~weighed.excepted)
    low, high = incidents.count_low, incidents.count_high
    open_ended = bool((counted & (high == UNKNOWN_COUNT)).any())
    if per == "window":
        return Held(int(low[sure].sum()), None if open_ended else int(high[counted].sum()))
    if per == "day":
        days = _LocalDays.of(weighed, zone)
        return Held(days.most(low, sure, surely=True), None if open_ended else days.most(high, counted, surely=False))
    lasted = sure & ~incidents.sometime
    alone = int(low[sure].max(initial=0))
    least = max(alone, _most_at_once(incidents.start_us, incidents.end_us, low, lasted))
    return Held(least, None if open_ended else _most_at_once(incidents.start_us, incidents.end_us, high, counted))


def together(weighed: Weighed, which: Mask) -> Mask:
    """The surest of some incidents, as many as lie inside all together with the probability a breach needs.

    Each may be outside with a small probability; of seventy, that one of them is outside is likely. What is asked of a
    sum is asked of all its parts at once, and Boole's inequality bounds it however they depend on one another.
    """
    rows = np.flatnonzero(which)
    doubt = np.round(1.0 - weighed.at_least[rows], 6)
    order = np.argsort(doubt, kind="stable")
    spare = 1.0 - weighed.question.parameters.breach_probability
    kept = np.zeros(len(which), dtype=bool)
    kept[rows[order][np.cumsum(doubt[order]) <= spare + 1e-9]] = True
    return kept


@dataclass(frozen=True)
class _LocalDays:
    """First and last local day on which each incident was, or may have been; ``sometime`` on one of them only."""

    first: Ints
    last: Ints
    sometime: Mask

    @classmethod
    def of(cls, weighed: Weighed, zone: ZoneInfo) -> _LocalDays:
        """What lasted is counted on the day it began; what is there is counted on every day it is there."""
        incidents = weighed.bearing.incidents
        window = weighed.question.window
        begin = np.maximum(incidents.start_us, microseconds(window.start))
        end = np.maximum(np.minimum(incidents.end_us, microseconds(window.end)) - 1, begin)
        first = _local_days(begin, zone)
        lasting = incidents.sometime | weighed.bearing.act.presence
        return cls(first, np.where(lasting, _local_days(end, zone), first), incidents.sometime)

    def most(self, counts: Ints, which: Mask, *, surely: bool) -> int:
        """The greatest sum of counts on one day: of those surely on it, or of all that may have been."""
        if surely:
            which = which & (~self.sometime | (self.first == self.last))
        change: dict[int, int] = {}
        for row in np.flatnonzero(which):
            for day, count in ((self.first[row], counts[row]), (self.last[row] + 1, -counts[row])):
                change[int(day)] = change.get(int(day), 0) + int(count)
        there = np.cumsum([change[day] for day in sorted(change)])
        return int(there.max(initial=0))


def _local_days(us: Ints, zone: ZoneInfo) -> Ints:
    return np.asarray([moment_at(int(one)).astimezone(zone).date().toordinal() for one in us], dtype=np.int64)


def _most_at_once(start_us: Ints, end_us: Ints, counts: Ints, which: Mask) -> int:
    """The greatest sum of counts whose times share a moment; an instant shares the moment in which it lies."""
    rows = np.flatnonzero(which)
    if not len(rows):
        return 0
    begin, end = start_us[rows], np.maximum(end_us[rows], start_us[rows] + 1)
    moment = np.concatenate([begin, end])
    change = np.concatenate([counts[rows], -counts[rows]])
    order = np.lexsort((change, moment))  # what ends at a moment is gone before what begins there
    return int(np.cumsum(change[order]).max(initial=0))


def conclude_limit(weighed: Weighed, zone: ZoneInfo) -> Conclusion:
    """What a counted limit comes to: breached by the surely least, kept by the most and by enough coverage."""
    question, count = weighed.question, weighed.question.norm.count
    if question.window.start > question.parameters.as_of:
        return still_open(Because(reasons.WINDOW_NOT_BEGUN), reasons.CHANGE_BEGIN, result=Result.NOT_YET)
    if count is None or count.at_most is None:
        return still_open(Because(reasons.LIMIT_UNKNOWN), reasons.CHANGE_LIMIT)
    there = held(weighed, count.per, zone)
    limit = ("limit", count.at_most)
    low = ("low", there.least)
    if there.least > count.at_most:
        return Conclusion(
            Result.BREACHED,
            Because(reasons.LIMIT_BREACHED, (low, limit)),
            (Because(reasons.CHANGE_REFUTED), Because(reasons.CHANGE_NUMBER)),
            weighed.highest(weighed.decisive),
        )
    if there.most is None:
        return still_open(Because(reasons.LIMIT_OPEN_ENDED, (low, limit)), reasons.CHANGE_NUMBER)
    high = ("high", there.most)
    if there.most > count.at_most:
        reason = Because(reasons.LIMIT_OPEN, (low, high, limit))
        return still_open(reason, reasons.CHANGE_NUMBER, reasons.CHANGE_ACTOR, reasons.CHANGE_INSIDE)
    share = ("share_percent", percent(question.visibility.weakest))
    kept = still_open(Because(reasons.LIMIT_KEPT, (high, limit, share)), reasons.CHANGE_FOUND, result=Result.COMPLIED)
    return silence_open(question) or kept
