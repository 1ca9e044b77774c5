"""Arrivals that stand too thick to be told apart: an engine that runs beside the post, hail, a clock that stammers.

Where a sensor's arrivals stand thicker than one in two standard errors of a picked time, there is one wherever any
event expects one: a hit proves nothing, and to weigh all against all would take for ever. They are set aside before
the search, counted, and told as left over; nothing else is done with them.
"""

from __future__ import annotations

from typing import TypeVar, cast

import numpy as np

from truceline.fusion.arrivals.picks import Picks, in_buckets
from truceline.fusion.compiled import compiled
from truceline.model.columns import Floats, Ints, Mask

AROUND_S = 1.5
"""Arrivals of a sensor are counted this long before and after each."""

LEAST_ERROR_S = 0.01
"""The error of picks that is reckoned with until it is learned."""

USUAL_ERROR_S = 0.05
"""The error of picks that is reckoned with while it is learned: what stands thicker teaches nothing but chance."""

_PER_ERROR = 0.5
_Column = TypeVar("_Column", Floats, Ints)


@compiled
def _counted(time_s: Floats, sensor: Ints, around_s: float, out: Ints) -> None:
    low, high = 0, 0
    for pick in range(len(time_s)):
        while sensor[low] < sensor[pick] or time_s[low] < time_s[pick] - around_s:
            low += 1
        high = max(high, pick)
        while high < len(time_s) and sensor[high] == sensor[pick] and time_s[high] <= time_s[pick] + around_s:
            high += 1
        out[pick] = high - low


def too_thick(picks: Picks, pick_error_s: float) -> Mask:
    """Which arrivals have more others around them at their sensor than times picked with such an error can tell."""
    around = np.empty(len(picks.time_s), dtype=np.int64)
    _counted(picks.time_s, picks.sensor, AROUND_S, around)
    most = 2.0 * AROUND_S * _PER_ERROR / max(pick_error_s, LEAST_ERROR_S)
    return np.asarray(around > most)


def thinned(picks: Picks, arrival_of: Ints, pick_error_s: float) -> tuple[Picks, Ints]:
    """The arrivals that can be told apart, and for each row the arrival it tells of (-1: set aside)."""
    thick = too_thick(picks, pick_error_s)
    if not thick.any():
        return picks, arrival_of
    number = np.where(thick, -1, np.cumsum(~thick) - 1)
    left = in_buckets(picks.time_s[~thick], picks.sensor[~thick], picks.begin.shape[0])
    return left, told_of(number, arrival_of, -1)


def told_of(values: _Column, arrival_of: Ints, aside: float) -> _Column:
    """For each row what holds of its arrival, and a value for those set aside."""
    out = np.full(len(arrival_of), aside, dtype=values.dtype)
    known = arrival_of >= 0
    out[known] = values[arrival_of[known]]
    return cast("_Column", out)
