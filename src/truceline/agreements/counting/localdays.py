"""Local calendar days of many moments at once, through every change of the clocks."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from truceline.model import microseconds, moment_at
from truceline.model.columns import Ints

SECOND_US = 1_000_000
DAY_US = 86_400 * SECOND_US

_FIRST_US, _LAST_US = microseconds(datetime(1, 1, 3, tzinfo=UTC)), microseconds(datetime(9999, 12, 29, tzinfo=UTC))
"""Between these every moment has a local time in every zone; no clocks are known to change outside them."""


def local_days(moments_us: Ints, zone: ZoneInfo) -> Ints:
    """The local day of each moment (microseconds since 1970 UTC), as days since 1 January 1970.

    >>> kyiv = ZoneInfo("Europe/Kyiv")
    >>> local_days(np.array([microseconds(datetime(1970, 1, 2, 23, tzinfo=kyiv))]), kyiv).tolist()
    [1]
    """
    if len(moments_us) == 0:
        return np.zeros(0, dtype=np.int64)
    changes, offsets = _clock_changes(np.unique(moments_us // DAY_US), zone)
    period = np.searchsorted(changes, moments_us, side="right")
    days: Ints = (moments_us + offsets[period]) // DAY_US
    return days


def _clock_changes(days: Ints, zone: ZoneInfo) -> tuple[Ints, Ints]:
    """Moments at which the offset from UTC changes, and the offset before, between and after them.

    Only the days (UTC) that occur are asked about: one row with a mistyped year must not cost centuries.
    """
    edges = (np.union1d(days, days + 1) * DAY_US).tolist()
    changes: list[int] = []
    offsets = [_offset_us(edges[0], zone)]
    for early, late in itertools.pairwise(edges):
        after = _offset_us(late, zone)
        if after != offsets[-1]:
            # Nothing happened between two days that are not neighbours: the change may stand anywhere there.
            changes.append(_moment_of_change(early, late, zone) if late - early == DAY_US else late)
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
    moment = moment_at(min(max(moment_us, _FIRST_US), _LAST_US))
    offset = moment.astimezone(zone).utcoffset() or timedelta()
    return microseconds(moment_at(0) + offset)
