"""Local calendar days of many moments at once, through every change of the clocks."""

from __future__ import annotations

import itertools
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from truceline.model import microseconds, moment_at
from truceline.model.columns import Ints

SECOND_US = 1_000_000
DAY_US = 86_400 * SECOND_US


def local_days(moments_us: Ints, zone: ZoneInfo) -> Ints:
    """The local day of each moment (microseconds since 1970 UTC), as days since 1 January 1970.

    >>> kyiv = ZoneInfo("Europe/Kyiv")
    >>> local_days(np.array([microseconds(datetime(1970, 1, 2, 23, tzinfo=kyiv))]), kyiv).tolist()
    [1]
    """
    if len(moments_us) == 0:
        return np.zeros(0, dtype=np.int64)
    changes, offsets = _clock_changes(int(moments_us.min()), int(moments_us.max()), zone)
    period = np.searchsorted(changes, moments_us, side="right")
    days: Ints = (moments_us + offsets[period]) // DAY_US
    return days


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a local day begins."""
    return datetime.combine(day, time(), tzinfo=zone)


def _clock_changes(first_us: int, last_us: int, zone: ZoneInfo) -> tuple[Ints, Ints]:
    """Moments at which the offset from UTC changes, and the offset before, between and after them."""
    steps = [*range(first_us, last_us, DAY_US), last_us]
    changes: list[int] = []
    offsets = [_offset_us(first_us, zone)]
    for early, late in itertools.pairwise(steps):
        after = _offset_us(late, zone)
        if after != offsets[-1]:
            changes.append(_moment_of_change(early, late, zone))
            offsets.append(after)
    return np.array(changes, dtype=np.int64), np.array(offsets, dtype=np.int64)


def _moment_of_change(early: int, late: int, zone: ZoneInfo) -> int:
    before = _offset_us(early, zone)
    while late - early > 1:
        middle = (early + late) // 2
        if _offset_us(middle, zone) == before:
            early = middle
        else:
            late = middle
    return late


def _offset_us(moment_us: int, zone: ZoneInfo) -> int:
    offset = moment_at(moment_us).astimezone(zone).utcoffset() or timedelta()
    return microseconds(moment_at(0) + offset)
