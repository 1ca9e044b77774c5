"""What a sensor's clock showed: straight lines along which its arrivals lie, held against what it should have heard.

Arrivals of a clock that runs wrong lie apart from the foretold times by its error. All differences up to somewhat more
than an hour are counted in tenths of a second; a heap of them that chance does not make is the error. A clock that
drifts makes a slanted heap, a clock that was set makes two, one after the other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from truceline.fusion.compiled import compiled
from truceline.model.columns import Floats, Ints, Mask

FARTHEST_S = 4000.0
"""Clock errors are sought up to so many seconds, both ways."""

WITHIN = 3.5
"""Standard errors within which a difference belongs to a line."""

_BIN_S = 0.1
_WIDTHS = np.array([2, 8, 32, 128])
_MOST_PAIRS = 400_000
_MOST_LINES = 3
_FEWEST = 8
_SLOPE_STEPS = 120
_SLOPE_GAIN = 8.0
_STEP_GAIN = 12.0
_CUTS = 37
_ROUNDS = (3.0, 2.0, 1.0, 1.0)
"""A line is fitted to what lies within so many times ``WITHIN``, round after round."""

_SURE = 7.0
"""Natural logarithm of how improbable a heap must be beyond the number of places where it could have stood."""


@dataclass(frozen=True)
class Lags:
    """Differences between arrivals and foretold times: which event, when (s), how much (s), with its error."""

    event: Ints
    time_s: Floats
    lag_s: Floats
    error_s: Floats


@dataclass(frozen=True)
class Line:
    """Clock error ``offset_s + slope * (t - middle_s)``, how well it fits, and the events whose arrivals lie on it."""

    offset_s: float
    slope: float
    middle_s: float
    offset_error_s: float
    slope_error: float
    score: float
    events: Ints
    times_s: Floats

    def at(self, time_s: Floats) -> Floats:
        """Clock error at some moments (s)."""
        return self.offset_s + self.slope * (time_s - self.middle_s)


@compiled
def _paired(foretold_s: Floats, event: Ints, times_s: Floats, owner: Ints, far_s: float, out: Floats, who: Ints) -> int:
    """Write each difference of a foretold time and an arrival that is free or the event's own; returns how many."""
    many = 0
    for row in range(len(foretold_s)):
        at = np.searchsorted(times_s, foretold_s[row] - far_s)
        while at < len(times_s) and times_s[at] <= foretold_s[row] + far_s:
            if owner[at] in (-1, event[row]):
                if many < len(out):
                    out[many], who[many] = times_s[at] - foretold_s[row], row
                many += 1
            at += 1
    return many


def lags(
    foretold_s: Floats, error_s: Floats, event: Ints, times_s: Floats, owner: Ints, far_s: float = FARTHEST_S
) -> Lags:
    """Differences of a sensor's arrivals (in order of time, with the event each belongs to) and what was foretold."""
    rows = np.flatnonzero(np.isfinite(error_s))
    span_s = float(times_s[-1] - times_s[0]) if len(times_s) else 1.0
    pairs = len(rows) * len(times_s) * min(1.0, 2 * far_s / max(span_s, 1e-9))
    if pairs > _MOST_PAIRS:
        rows = rows[
            np.unique(np.linspace(0, len(rows) - 1, max(50, int(len(rows) * _MOST_PAIRS / pairs))).astype(np.int64))
        ]
    none = np.empty(0)
    many = _paired(foretold_s[rows], event[rows], times_s, owner, far_s, none, np.empty(0, np.int64))
    out, who = np.empty(many), np.empty(many, dtype=np.int64)
    _paired(foretold_s[rows], event[rows], times_s, owner, far_s, out, who)
    at = rows[who]
    return Lags(at, foretold_s[at], out, error_s[at])


@compiled
def _heap(lag_s: Floats, far_s: float, widths: Ints) -> tuple[float, float, float]:
    """The heap that chance explains least: its middle (s), width (s), and the log of how improbable it is."""
    bins = int(2 * far_s / _BIN_S) + 1
    total = np.zeros(bins + 1)
    for lag in lag_s:
        total[min(int((lag + far_s) / _BIN_S), bins - 1) + 1] += 1.0
    for i in range(bins):
        total[i + 1] += total[i]
    best, middle, width_s = 0.0, 0.0, 0.0
    around = 2000
    for width in widths:
        for begin in range(bins - width):
            count = total[begin + width] - total[begin]
            if count < 4.0:
                continue
            low, high = max(begin - around, 0), min(begin + width + around, bins)
            chance = max(
                (total[high] - total[low] - count) / max(high - low - width, 1), total[bins] / bins, 1.0 / bins
            ) * width  # fmt: skip
            if count <= chance:
                continue
            improbable = count * math.log(count / chance) - (count - chance)
            if improbable > best:
                best, middle, width_s = improbable, (begin + 0.5 * width) * _BIN_S - far_s, width * _BIN_S
    return middle, width_s, best


@compiled
def _best_slant(
    lag_s: Floats, tau: Floats, low_s: float, high_s: float, slopes: Floats, bin_s: float
) -> tuple[float, float]:
    """Among straight lines through a band of differences the one that most lie near: its offset and slope."""
    bins = int((high_s - low_s) / bin_s) + 2
    best, offset, slope = -1.0, 0.5 * (low_s + high_s), 0.0
    for turn in range(len(slopes)):
        count = np.zeros(bins)
        for i in range(len(lag_s)):
            at = lag_s[i] - slopes[turn] * tau[i] - low_s
            if at >= 0.0 and at < high_s - low_s:
                count[int(at / bin_s)] += 1.0
        for i in range(bins - 1):
            # A level line is preferred among equals.
            here = count[i] + count[i + 1] - 1e-3 * abs(slopes[turn])
            if here > best:
                best, offset, slope = here, low_s + (i + 1.0) * bin_s, slopes[turn]
    return offset, slope


def lines(pairs: Lags, sensors: int) -> tuple[Line, ...]:
    """Straight lines along which the differences lie, the surest first: none if chance alone explains them."""
    found: list[Line] = []
    limit = _SURE + math.log(2 * FARTHEST_S / _BIN_S * len(_WIDTHS) * max(sensors, 1))
    left = np.ones(len(pairs.lag_s), dtype=bool)
    while len(found) < _MOST_LINES and left.any():
        middle, width, improbable = _heap(pairs.lag_s[left], FARTHEST_S, _WIDTHS)
        if improbable < limit:
            break
        new = _lines_in(pairs, left, middle, width)
        if not new:
            break
        found.extend(new)
        for line in new:
            left &= ~np.isin(pairs.event, line.events)
    return tuple(found)


def _lines_in(pairs: Lags, left: Mask, middle: float, width: float) -> tuple[Line, ...]:
    error = float(np.median(pairs.error_s[left]))
    low, high = middle - 0.75 * width - 2 * error, middle + 0.75 * width + 2 * error
    here = np.flatnonzero(left & (pairs.lag_s >= low) & (pairs.lag_s <= high))
    if len(here) < _FEWEST:
        return ()
    begin, end = float(pairs.time_s[here].min()), float(pairs.time_s[here].max())
    half = max(0.5 * (end - begin), 1.0)
    tau = (pairs.time_s[here] - 0.5 * (begin + end)) / half
    steep = 0.5 * (high - low)
    steps = min(_SLOPE_STEPS, 2 * int(steep / (2 * error)) + 1)
    slopes = np.linspace(-steep, steep, steps | 1)
    offset, slope = _best_slant(pairs.lag_s[here], tau, low, high, slopes, 2 * error)
    level, _ = _best_slant(pairs.lag_s[here], tau, low, high, np.zeros(1), 2 * error)
    slanted = line_from(pairs, left, offset, slope / half, 0.5 * (begin + end), slanted=True)
    close = near_band(pairs, left, (low, high))
    every = np.ones(len(close.lag_s), dtype=bool)
    straight = line_from(close, every, level, 0.0, 0.5 * (begin + end), slanted=False)
    if slanted is None or (straight is not None and slanted.score <= straight.score + _SLOPE_GAIN):
        slanted = straight
    if slanted is None:
        return ()
    halves = _set_once(close, every, (low, high), 2 * error)
    return halves if sum(half.score for half in halves) > slanted.score + _STEP_GAIN else (slanted,)


def near_band(pairs: Lags, left: Mask, band: tuple[float, float]) -> Lags:
    """The differences left that a level line, begun in a band, can ever come to lie on.

    Each round moves the line to the mean of differences within a few standard errors, and so no farther than those;
    a sensor with years of arrivals has hundreds of times as many differences elsewhere.
    """
    farthest_s = (sum(_ROUNDS) + 1.0) * WITHIN * float(pairs.error_s[left].max(initial=0.0))
    rows = np.flatnonzero(left & (pairs.lag_s >= band[0] - farthest_s) & (pairs.lag_s <= band[1] + farthest_s))
    return Lags(pairs.event[rows], pairs.time_s[rows], pairs.lag_s[rows], pairs.error_s[rows])


def _set_once(pairs: Lags, left: Mask, band: tuple[float, float], bin_s: float) -> tuple[Line, ...]:
    """Two level lines, one after the other, that fit best in a band: the clock was set in between."""
    here = np.flatnonzero(left & (pairs.lag_s >= band[0]) & (pairs.lag_s <= band[1]))
    best: float = 0.0
    kept: tuple[Line, ...] = ()
    for cut in np.unique(np.quantile(pairs.time_s[here], np.linspace(0.05, 0.95, _CUTS))):
        halves: list[Line] = []
        for side in (pairs.time_s < cut, pairs.time_s >= cut):
            part = here[side[here]]
            level, _ = _best_slant(pairs.lag_s[part], np.zeros(len(part)), band[0], band[1], np.zeros(1), bin_s)
            line = line_from(pairs, left & side, level, 0.0, float(cut), slanted=False)
            if line is not None:
                halves.append(line)
        score = sum(half.score for half in halves)
        if len(halves) == 2 and score > best:
            best, kept = score, tuple(halves)
    return kept


def line_from(pairs: Lags, left: Mask, offset: float, slope: float, middle: float, *, slanted: bool) -> Line | None:
    """The line near the one given that fits best, or none if too few arrivals lie on it."""
    hits, offset_error, slope_error = np.zeros(0, np.int64), math.inf, math.inf
    for wide in _ROUNDS:
        rest = pairs.lag_s - offset - slope * (pairs.time_s - middle)
        hits = nearest_of_each(pairs, left, rest, wide * WITHIN)
        if len(hits) < _FEWEST:
            return None
        weight = pairs.error_s[hits] ** -2.0
        time = pairs.time_s[hits] - middle
        moments = np.array([[weight.sum(), (weight * time).sum()], [(weight * time).sum(), (weight * time**2).sum()]])
        right = np.array([(weight * pairs.lag_s[hits]).sum(), (weight * pairs.lag_s[hits] * time).sum()])
        if slanted and np.linalg.det(moments) > 1e-9 * moments[0, 0] * max(moments[1, 1], 1e-9):
            offset, slope = (float(v) for v in np.linalg.solve(moments, right))
            offset_error, slope_error = (float(v) for v in np.sqrt(np.diag(np.linalg.inv(moments))))
        else:
            offset, offset_error, slope_error = float(right[0] / moments[0, 0]), float(moments[0, 0] ** -0.5), math.inf
    rest = pairs.lag_s - offset - slope * (pairs.time_s - middle)
    hits = nearest_of_each(pairs, left, rest, WITHIN)
    if len(hits) < _FEWEST:
        return None
    return Line(
        offset, slope, middle, offset_error, slope_error, score_of(rest[hits], pairs.error_s[hits]),
        pairs.event[hits], pairs.time_s[hits],
    )  # fmt: skip


def nearest_of_each(pairs: Lags, left: Mask, rest_s: Floats, within: float) -> Ints:
    """For each event the pair that lies nearest, as far as it lies within so many standard errors."""
    apart = np.abs(rest_s) / pairs.error_s
    rows = np.flatnonzero(left & (apart < within))
    rows = rows[np.lexsort((pairs.lag_s[rows], apart[rows], pairs.event[rows]))]
    first = np.ones(len(rows), dtype=bool)
    first[1:] = pairs.event[rows][1:] != pairs.event[rows][:-1]
    return np.asarray(rows[first])


def score_of(rest_s: Floats, error_s: Floats) -> float:
    """How much better than chance at the edge of the gate the differences fit (log likelihood)."""
    return float(0.5 * np.maximum(WITHIN**2 - (rest_s / error_s) ** 2, 0.0).sum())
