"""Arrivals ordered by sensor and time, and the question asked most: which of a sensor's is nearest to a moment?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from truceline.fusion.compiled import compiled, compiled_inner
from truceline.model import ArrivalTable, UsageFault
from truceline.model.columns import Floats, Ints

FREE = -1
"""An arrival that belongs to no event."""

NO_CLUSTER = -1
"""Any free arrival may be taken, whatever cluster it was given to."""


class Picks(NamedTuple):
    """Arrivals in the order of sensor and time.

    ``time_s`` and ``sensor`` have one value per arrival. ``begin[sensor, bucket]`` is the first arrival of the
    sensor in a bucket of time or later; the last column is the end of the sensor's arrivals.
    """

    time_s: Floats
    sensor: Ints
    begin: Ints
    from_s: float
    bucket_s: float


class Taken(NamedTuple):
    """Who has which arrival: ``event`` per arrival (or ``FREE``) and the ``cluster`` that may use a free one."""

    event: Ints
    cluster: Ints


def refuse_no_times(arrivals: ArrivalTable) -> None:
    """Raise :class:`~truceline.model.UsageFault` where an arrival has a time that is no number."""
    if not np.isfinite(arrivals.time_s).all():
        row = int(np.flatnonzero(~np.isfinite(arrivals.time_s))[0])
        raise UsageFault(
            f"arrival {arrivals.id[row]!r} has no time", where="arrivals", do="leave arrivals without a time out"
        )


def ordered(time_s: Floats, sensor: Ints, sensors: int) -> tuple[Picks, Ints]:
    """Arrivals in order, and for each row the arrival it tells of.

    Two rows of one sensor and one moment tell of one arrival: were they two, each event would be found twice.
    """
    order = np.lexsort((time_s, sensor))
    times, owner = time_s[order], sensor[order]
    new = np.r_[True, (np.diff(times) != 0) | (np.diff(owner) != 0)] if len(order) else np.empty(0, dtype=bool)
    arrival = np.empty(len(order), dtype=np.int64)
    arrival[order] = np.cumsum(new) - 1
    return in_buckets(times[new], owner[new], sensors), arrival


def in_buckets(times: Floats, owner: Ints, sensors: int) -> Picks:
    """Arrivals that stand in the order of sensor and time already."""
    buckets = max(1, 2 * len(times) // max(1, sensors))
    from_s = float(times.min()) if len(times) else 0.0
    to_s = float(times.max()) if len(times) else 1.0
    bucket_s = max((to_s - from_s) / buckets, 1e-6) * (1 + 1e-9)
    first = np.searchsorted(owner, np.arange(sensors + 1))
    bucket = np.minimum(((times - from_s) / bucket_s).astype(np.int64), buckets - 1)
    count = np.bincount(owner * buckets + bucket, minlength=sensors * buckets)
    begin = np.empty((sensors, buckets + 1), dtype=np.int64)
    begin[:, :-1] = (np.cumsum(count) - count).reshape(sensors, buckets)
    begin[:, -1] = first[1:]
    return Picks(times, owner, begin, from_s, bucket_s)


@compiled_inner
def first_from(picks: Picks, sensor: int, moment_s: float) -> int:
    """The first arrival of a sensor at a moment or later, or the end of its arrivals."""
    buckets = picks.begin.shape[1] - 1
    bucket = int((moment_s - picks.from_s) / picks.bucket_s) if moment_s > picks.from_s else 0
    if bucket >= buckets:
        bucket = buckets - 1
    low, high = picks.begin[sensor, bucket], picks.begin[sensor, bucket + 1]
    while low < high:
        middle = (low + high) >> 1
        if picks.time_s[middle] < moment_s:
            low = middle + 1
        else:
            high = middle
    return int(low)


@compiled_inner
def nearest_free(
    picks: Picks, taken: Taken, event: int, cluster: int, sensor: int, moment_s: float, gate_s: float
) -> tuple[int, int]:
    """The arrival nearest to a moment within the gate that is free or the event's own, and how many such there are."""
    end = picks.begin[sensor, picks.begin.shape[1] - 1]
    pick = first_from(picks, sensor, moment_s - gate_s)
    best, gap, many = -1, gate_s, 0
    while pick < end and picks.time_s[pick] <= moment_s + gate_s:
        holder = taken.event[pick]
        if holder in (-1, event) and (cluster == -1 or taken.cluster[pick] == cluster):
            many += 1
            apart = abs(picks.time_s[pick] - moment_s)
            if apart <= gap:
                gap, best = apart, pick
        pick += 1
    return best, many


@compiled
def crowding(picks: Picks, free_only: bool, taken: Taken, share: float, windows_s: Floats, out: Floats) -> None:
    """Logarithm of how thick arrivals stand around each one at its sensor (per second), itself left out.

    The thickest of several windows counts; ``share`` weighs the arrivals around (1 all of them, 0 only the sensor's
    mean over the whole span). In a salvo the arrivals of the other shots stand this thick: they are what a chance
    hit is.
    """
    time_s = picks.time_s
    for sensor in range(picks.begin.shape[0]):
        begin, end = picks.begin[sensor, 0], picks.begin[sensor, picks.begin.shape[1] - 1]
        count = 0
        for pick in range(begin, end):
            if not free_only or taken.event[pick] == -1:
                count += 1
        span_s = picks.bucket_s * (picks.begin.shape[1] - 1)
        mean = (count + 1.0) / span_s
        for pick in range(begin, end):
            out[pick] = mean
        for window_s in windows_s:
            low, high, inside = begin, begin, 0
            for pick in range(begin, end):
                while high < end and time_s[high] <= time_s[pick] + window_s:
                    if not free_only or taken.event[high] == -1:
                        inside += 1
                    high += 1
                while time_s[low] < time_s[pick] - window_s:
                    if not free_only or taken.event[low] == -1:
                        inside -= 1
                    low += 1
                others = inside - (1 if not free_only or taken.event[pick] == -1 else 0)
                rate = (others * share + mean * 2 * window_s) / (2 * window_s)
                out[pick] = max(out[pick], rate)
        for pick in range(begin, end):
            out[pick] = np.log(out[pick])
