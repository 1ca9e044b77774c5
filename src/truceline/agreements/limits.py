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
from truceline.model import UNKNOWN_COUNT, Because, Result
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
    sure = weighed.attributed & weighed.bearing.object.surely & ~weighed.excused.claimed & ~weighed.excepted
    low, high = incidents.count_low, incidents.count_high
    open_ended = bool((counted & (high == UNKNOWN_COUNT)).any())
    if per == "window":
        return Held(int(low[sure].sum()), None if open_ended else int(high[counted].sum()))
    if per == "day":
        day = _local_days(incidents.start_us, zone)
        return Held(_most_by(day[sure], low[sure]), None if open_ended else _most_by(day[counted], high[counted]))
    lasted = sure & ~incidents.sometime
    alone = int(low[sure].max(initial=0))
    least = max(alone, _most_at_once(incidents.start_us, incidents.end_us, low, lasted))
    return Held(least, None if open_ended else _most_at_once(incidents.start_us, incidents.end_us, high, counted))


def _local_days(start_us: Ints, zone: ZoneInfo) -> Ints:
    return np.asarray([moment_at(int(us)).astimezone(zone).date().toordinal() for us in start_us], dtype=np.int64)


def _most_by(group: Ints, counts: Ints) -> int:
    if not len(group):
        return 0
    _, place = np.unique(group, return_inverse=True)
    return int(np.bincount(place, weights=counts).max())


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
