"""How much later (or earlier) than the happening a source says it was: one density of the delay per source.

A source whose stamps are fine has a normal delay. One whose stamps are coarse or that lags has a table: a window as
wide as the grain of its stamps, blurred by a normal jitter, followed by an exponential lag (the exponentially modified
Gaussian: Grushka 1972, Analytical Chemistry 44, 1733-1738).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from truceline.fusion.compiled import compiled, compiled_inner
from truceline.model.columns import Floats, Ints

STEPS = 257
_ROOT_2 = 1.4142135623730951
_INNER = 32


class Delays(NamedTuple):
    """Per clock: whether it has a table, mean, variance and table; per pair of sources the density of the difference.

    The first clocks are those of the sources where no length of time is stated; the others have no tables of pairs.
    """

    tabled: Ints
    mean_s: Floats
    variance_s2: Floats
    table: Floats
    begin_s: Floats
    step_s: Floats
    pair_table: Floats
    pair_begin_s: Floats
    pair_step_s: Floats


class Manner(NamedTuple):
    """How each clock tells the time (s): grain of its stamps, where in it the moment lies, jitter and one-sided lag."""

    grain_s: Floats
    middle_s: Floats
    jitter_s: Floats
    lag_s: Floats


@compiled
def _reached(delay: float, jitter: float, lag: float) -> float:
    """Probability that jitter and lag together are no more than this delay."""
    z = delay / jitter
    normal = 0.5 * math.erfc(-z / _ROOT_2)
    if lag < 0.05 * jitter or lag <= 0.0:
        return 0.5 * math.erfc(-(delay - lag) / jitter / _ROOT_2)
    ratio = jitter / lag
    power = -delay / lag + 0.5 * ratio * ratio
    tail = 0.5 * math.erfc(-(z - ratio) / _ROOT_2)
    if tail <= 0.0:
        return normal
    return max(0.0, normal - math.exp(min(700.0, power + math.log(tail))))


@compiled
def delay_density(delay: float, grain: float, middle: float, jitter: float, lag: float) -> float:
    """Density of a delay: a stamp window of this grain around its middle, normal jitter, one-sided lag."""
    width = max(grain, 0.02 * jitter)
    above = _reached(delay - middle + 0.5 * width, jitter, lag)
    below = _reached(delay - middle - 0.5 * width, jitter, lag)
    return max(0.0, (above - below) / width)


@compiled
def _fill(grain: float, middle: float, jitter: float, lag: float, tail: float, table: Floats) -> tuple[float, float]:
    begin = middle - 1.1 * grain - 4.0 * jitter
    end = middle + 1.1 * grain + 4.0 * jitter + 5.0 * lag
    step = (end - begin) / (STEPS - 1)
    total = 0.0
    for k in range(STEPS):
        table[k] = delay_density(begin + k * step, grain, middle, jitter, lag)
        total += table[k]
    for k in range(STEPS):
        table[k] = (1.0 - tail) * table[k] / (total * step) + tail / (end - begin)
    return begin, step


@compiled_inner
def read(table: Floats, begin: float, step: float, delay: float) -> float:
    """The density in a table, between its nodes on a straight line and outside of it none."""
    place = (delay - begin) / step
    k = math.floor(place)
    if place < 0.0 or k >= STEPS - 1:
        return 0.0
    part = place - k
    return float(table[k] * (1 - part) + table[k + 1] * part)


@compiled
def _difference(
    left: Floats, left_begin: float, left_step: float,
    right: Floats, right_begin: float, right_step: float, table: Floats,
) -> tuple[float, float]:  # fmt: skip
    """Density of the difference of two delays, as a table."""
    begin = left_begin - (right_begin + right_step * (STEPS - 1))
    end = left_begin + left_step * (STEPS - 1) - right_begin
    step = (end - begin) / (STEPS - 1)
    for k in range(STEPS):
        apart = begin + k * step
        low = max(left_begin, right_begin + apart)
        high = min(left_begin + left_step * (STEPS - 1), right_begin + right_step * (STEPS - 1) + apart)
        total = 0.0
        if high > low:
            width = (high - low) / _INNER
            for inner in range(_INNER):
                at = low + (inner + 0.5) * width
                total += read(left, left_begin, left_step, at) * read(right, right_begin, right_step, at - apart)
            total *= width
        table[k] = total
    return begin, step


def delays(now: Manner, sources: int, tail: float) -> Delays:
    """The delays of all clocks, of which the first are those of the sources."""
    clocks = len(now.grain_s)
    found = Delays(
        np.zeros(clocks, np.int64), np.zeros(clocks), np.zeros(clocks),
        np.zeros((clocks, STEPS)), np.zeros(clocks), np.ones(clocks),
        np.zeros((sources, sources, STEPS)), np.zeros((sources, sources)), np.ones((sources, sources)),
    )  # fmt: skip
    _renew(found, now, tail, list(range(clocks)))
    return found


def changed(known: Delays, clocks: list[int], now: Manner, tail: float) -> Delays:
    """The same delays with some clocks as they are now. Pairs have none where the known ones have none."""
    found = Delays._make(column.copy() for column in known)
    _renew(found, now, tail, clocks)
    return found


def without_pairs(known: Delays) -> Delays:
    """The same without densities of differences: they are summed up when asked for, which trials ask seldom."""
    none = np.zeros((0, 0))
    return known._replace(pair_table=np.zeros((0, 0, STEPS)), pair_begin_s=none, pair_step_s=none)


def _renew(found: Delays, now: Manner, tail: float, clocks: list[int]) -> None:
    grain, middle, jitter, lag = now
    for s in clocks:
        found.mean_s[s] = middle[s] + lag[s]
        found.variance_s2[s] = grain[s] ** 2 / 12 + jitter[s] ** 2 + lag[s] ** 2
        found.tabled[s] = int(grain[s] > 2 * jitter[s] or lag[s] > jitter[s])
        if found.tabled[s]:
            filled = _fill(grain[s], middle[s], jitter[s], lag[s], tail, found.table[s])
            found.begin_s[s], found.step_s[s] = filled
    for a in range(len(found.pair_table)):
        for b in range(a, len(found.pair_table)):
            if found.tabled[a] and found.tabled[b] and (a in clocks or b in clocks):
                _renew_pair(found, a, b)


def _renew_pair(found: Delays, a: int, b: int) -> None:
    begin, step = _difference(
        found.table[a], found.begin_s[a], found.step_s[a],
        found.table[b], found.begin_s[b], found.step_s[b], found.pair_table[a, b],
    )  # fmt: skip
    found.pair_begin_s[a, b], found.pair_step_s[a, b] = begin, step
    if a != b:
        found.pair_table[b, a] = found.pair_table[a, b][::-1]
        found.pair_begin_s[b, a], found.pair_step_s[b, a] = -(begin + step * (STEPS - 1)), step
