"""Counted limits: how many there surely were at one time, and how many there can have been at most.

The limits of the Golan (1974) are of this kind: not a ban on tanks, but at most 75 of them between the lines. What is
counted at one ``moment`` are presences that overlap in time; ``day`` adds what was counted on one local day, as an
inspection does that goes from place to place; ``window`` adds everything. Of what is *there*, sights at one place may
be of the same ones: only sights at different places surely add up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np

from truceline.agreements import reasons
from truceline.agreements.conclusion import Conclusion, percent, silence_open, still_open
from truceline.agreements.weighing import Weighed
from truceline.model import UNKNOWN_COUNT, Because, CountLimit, Result, microseconds, midnight
from truceline.model.columns import Ints, Mask, Rows
from truceline.model.geodesy import WGS84
from truceline.model.times import moment_at


@dataclass(frozen=True)
class Held:
    """How many were there together: surely at least, and at most; ``most`` is ``None`` where nobody knows.

    ``over`` are the incidents of every moment or day at which there were surely more than allowed, and ``probability``
    is how surely those of one of them lie inside all together.
    """

    least: int
    most: int | None
    over: Mask
    probability: float | None


def held(weighed: Weighed, per: str, zone: ZoneInfo, allowed: int) -> Held:
    """The most there surely was and can have been, at one moment, on one local day or altogether."""
    incidents = weighed.bearing.incidents
    least, over, probability = _surely(weighed, per, zone, allowed)
    counted = weighed.bearing.shows & weighed.counts_here
    high = incidents.count_high
    if (counted & (high == UNKNOWN_COUNT)).any():
        return Held(least, None, over, probability)
    if per == "window":
        return Held(least, int(high[counted].sum()), over, probability)
    if per == "day":
        return Held(least, _LocalDays.of(weighed, zone).most(high, counted), over, probability)
    return Held(least, _most_at_once(*_perhaps_there(weighed, zone), high, counted), over, probability)


def _surely(weighed: Weighed, per: str, zone: ZoneInfo, allowed: int) -> tuple[int, Mask, float | None]:
    """The greatest sure number, the incidents behind every number above what is allowed, and how surely."""
    low, best, surest = weighed.bearing.incidents.count_low, 0, None
    over = np.zeros(len(low), dtype=bool)
    for rows in _gatherings(weighed, per, zone):
        if low[rows].sum() <= min(best, allowed):
            continue
        kept = surely_different(weighed, rows) if weighed.bearing.act.presence else together(weighed, rows)
        number = int(low[kept].sum())
        best = max(best, number)
        if number > allowed:
            over[kept] = True
            doubt = float(np.round(1.0 - weighed.at_least[kept], 6).sum())
            surest = max(surest or 0.0, round(1.0 - doubt, 6))
    return best, over, surest


def _gatherings(weighed: Weighed, per: str, zone: ZoneInfo) -> Iterator[Rows]:
    """The sure incidents of each moment at which one began, of each local day, or of the whole window."""
    incidents, sure = weighed.bearing.incidents, weighed.counting
    if per == "window":
        yield np.flatnonzero(sure)
    elif per == "day":
        days = _LocalDays.of(weighed, zone)
        on_one = sure & (~incidents.sometime | (days.first == days.last))
        for day in np.unique(np.concatenate((days.first[on_one], days.last[on_one]))):
            yield np.flatnonzero(on_one & (days.first <= day) & (day <= days.last))
    else:
        yield from (np.array([row]) for row in np.flatnonzero(sure & incidents.sometime))
        lasted = np.flatnonzero(sure & ~incidents.sometime)
        begin = incidents.start_us[lasted]
        end = np.maximum(incidents.end_us[lasted], begin + 1)
        for moment in np.unique(begin):
            yield lasted[(begin <= moment) & (moment < end)]


def together(weighed: Weighed, rows: Rows) -> Rows:
    """The surest of some incidents, as many as lie inside all together with the probability a breach needs.

    Each may be outside with a small probability; of seventy, that one of them is outside is likely. What is asked of a
    sum is asked of all its parts at once, and Boole's inequality bounds it however they depend on one another. Those go
    first that add least doubt for each one counted, so that a further sight of a few never crowds out one of many.
    """
    doubt = np.round(1.0 - weighed.at_least[rows], 6)
    order = np.argsort(doubt / weighed.bearing.incidents.count_low[rows], kind="stable")
    spare = 1.0 - weighed.question.parameters.breach_probability
    kept: Rows = rows[order][np.cumsum(doubt[order]) <= spare + 1e-9]
    return kept


def surely_different(weighed: Weighed, rows: Rows) -> Rows:
    """Sights that are surely of different ones and together inside: those whose places lie apart, the most of them.

    Sights whose positions may be one and the same may be of the same ones, and so may one that may be anywhere be of
    any. Which to leave out is tried in three orders, the largest number, the closest position and the surest first,
    so that a vague or a small sight takes nothing away from better ones; each order gives a number that surely was
    there.
    """
    incidents = weighed.bearing.incidents
    low, radius = incidents.count_low[rows], incidents.radius_m[rows]
    doubt = np.round(1.0 - weighed.at_least[rows], 6)
    orders = (np.lexsort((doubt, radius, -low)), np.lexsort((doubt, -low, radius)), np.lexsort((-low, radius, doubt)))
    tried = [together(weighed, _apart(weighed, rows[order])) for order in orders]
    return max(tried, key=lambda kept: int(incidents.count_low[kept].sum()))


def _apart(weighed: Weighed, rows: Rows) -> Rows:
    """Of some incidents, in their order, each that surely was at another place than all those before it."""
    incidents = weighed.bearing.incidents
    lat, lon, radius = incidents.lat[rows], incidents.lon[rows], incidents.radius_m[rows]
    left = np.ones(len(rows), dtype=bool)
    kept = []
    while left.any():
        one = int(np.flatnonzero(left)[0])
        kept.append(one)
        others = np.flatnonzero(left)
        apart = WGS84.inv(np.full(len(others), lon[one]), np.full(len(others), lat[one]), lon[others], lat[others])[2]
        left[others[~(np.asarray(apart) > radius[one] + radius[others])]] = False
        left[one] = False
    return rows[np.array(kept, dtype=np.intp)]


def _perhaps_there(weighed: Weighed, zone: ZoneInfo) -> tuple[Ints, Ints]:
    """From when until when each may have been there: what was seen for an instant, on that whole local day.

    A look that lasted no time says nothing of how long they stayed, and two places seen one after the other may both
    have been full all along.
    """
    incidents = weighed.bearing.incidents
    begin, end = incidents.start_us, np.maximum(incidents.end_us, incidents.start_us + 1)
    if not weighed.bearing.act.presence:
        return begin, end
    glance = np.flatnonzero(incidents.end_us == incidents.start_us)
    begin, end = begin.copy(), end.copy()
    for row in glance:
        day = moment_at(int(incidents.start_us[row])).astimezone(zone).date()
        begin[row] = microseconds(midnight(day, zone))
        end[row] = microseconds(midnight(day + timedelta(days=1), zone))
    return begin, end


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

    def most(self, counts: Ints, which: Mask) -> int:
        """The greatest sum of counts on one day, of all that may have been on it."""
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


def conclude_limit(weighed: Weighed, zone: ZoneInfo) -> tuple[Conclusion, Weighed]:
    """What a counted limit comes to, and its incidents with only those decisive that were above it."""
    count = weighed.question.norm.count
    if count is None or count.at_most is None:
        return _concluded(weighed, count, None), weighed
    there = held(weighed, count.per, zone, count.at_most)
    return _concluded(weighed, count, there), replace(weighed, over=there.over)


def _concluded(weighed: Weighed, count: CountLimit | None, there: Held | None) -> Conclusion:
    """Breached by the surely least, kept by the most and by enough coverage."""
    question = weighed.question
    if question.window.start > question.parameters.as_of:
        return still_open(Because(reasons.WINDOW_NOT_BEGUN), reasons.CHANGE_BEGIN, result=Result.NOT_YET)
    if count is None or count.at_most is None or there is None:
        return still_open(Because(reasons.LIMIT_UNKNOWN), reasons.CHANGE_LIMIT)
    limit = ("limit", count.at_most)
    low = ("low", there.least)
    if there.least > count.at_most:
        return Conclusion(
            Result.BREACHED,
            Because(reasons.LIMIT_BREACHED, (low, limit)),
            (Because(reasons.CHANGE_REFUTED), Because(reasons.CHANGE_NUMBER)),
            there.probability,
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
