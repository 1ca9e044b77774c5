"""Where a sensor truly stood: the place at which the events would have reached it when its arrivals say they did.

A sensor that stands elsewhere than the list says hears some events too early and others too late, by their direction. A
grid of places around the one given is tried, from coarse to fine; least squares then fit the best.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from truceline.fusion.arrivals.clocks import WITHIN, Lags, nearest_of_each, score_of
from truceline.fusion.arrivals.expecting import Firm, travel_s
from truceline.fusion.compiled import compiled
from truceline.model.columns import Floats, Ints, Mask

FARTHEST_M = 6000.0
"""A sensor is sought up to so far from where it is said to stand."""

NEAR_S = 20.0
"""Differences of time that a move so far can make, and a little more."""

_STEPS_M = (240.0, 80.0, 24.0)
_KEPT_PLACES = 6
_MOST_PAIRS = 3000
_FEWEST = 8
_SURE = 7.0
_SPEED_MPS = 340.0


@dataclass(frozen=True)
class Place:
    """A place that explains a sensor's arrivals: metres, covariance, score, and the events it explains."""

    x_m: float
    y_m: float
    covariance: Floats
    score: float
    events: Ints
    times_s: Floats


@compiled
def _counts(
    lag_s: Floats, error_s: Floats, x_m: Floats, y_m: Floats, air: Floats, here_s: Floats, places: Floats,
    room_s: float, out: Floats,
) -> None:  # fmt: skip
    """For each place how many differences it explains, each by how nearly."""
    for row in range(len(places)):
        total = 0.0
        for i in range(len(lag_s)):
            east, north = places[row, 0] - x_m[i], places[row, 1] - y_m[i]
            distance = math.sqrt(east * east + north * north) + 1e-6
            effective = air[i, 0] + (east * air[i, 1] + north * air[i, 2]) / distance
            apart = (lag_s[i] - distance / effective + here_s[i]) / (2.0 * error_s[i] + room_s)
            if abs(apart) < 1.0:
                total += 1.0 - apart * apart
        out[row] = total


def place_near(
    pairs: Lags,
    left: Mask,
    firm: Firm,
    rows: Ints,
    way: tuple[tuple[float, float], tuple[float, float]],
    room_s: float = 0.0,
) -> Place | None:
    """The place that explains the differences best; ``rows`` names the firm event of each difference.

    ``way`` is the place given and the one near which is sought.
    """
    given, (x, y) = way
    here_s, _, _, _ = travel_s(firm, rows, *given)
    hits = np.zeros(0, np.int64)
    for wide in (3.0, 2.0, 1.5, 1.0, 1.0):
        there_s, slope_x, slope_y, _ = travel_s(firm, rows, x, y)
        rest = pairs.lag_s - (there_s - here_s)
        room = room_s if wide > 1.0 else 0.0
        loose = Lags(pairs.event, pairs.time_s, pairs.lag_s, pairs.error_s + room / (wide * WITHIN))
        hits = nearest_of_each(loose, left, rest, wide * WITHIN)
        if len(hits) < _FEWEST:
            return None
        slope = -np.c_[slope_x, slope_y][hits] / pairs.error_s[hits][:, None]
        normal = np.einsum("ei,ej->ij", slope, slope)
        if np.linalg.det(normal) < 1e-9 * np.trace(normal) ** 2:
            return None
        step = np.linalg.solve(normal, np.einsum("ei,e->i", slope, rest[hits] / pairs.error_s[hits]))
        x, y = x + float(step[0]), y + float(step[1])
    there_s, _, _, _ = travel_s(firm, rows, x, y)
    rest = pairs.lag_s - (there_s - here_s)
    hits = nearest_of_each(pairs, left, rest, WITHIN)
    if len(hits) < _FEWEST or math.hypot(x - given[0], y - given[1]) > 1.2 * FARTHEST_M:
        return None
    score = score_of(rest[hits], pairs.error_s[hits])
    return Place(x, y, np.linalg.inv(normal), score, pairs.event[hits], pairs.time_s[hits])


def place_anywhere(
    pairs: Lags, left: Mask, firm: Firm, rows: Ints, given: tuple[float, float], sensors: int
) -> Place | None:
    """The place within six kilometres that explains the differences best, unless chance does as well."""
    use = np.flatnonzero(left)
    if len(use) < _FEWEST:
        return None
    if len(use) > _MOST_PAIRS:
        use = use[np.linspace(0, len(use) - 1, _MOST_PAIRS).astype(np.int64)]
    here_s, _, _, _ = travel_s(firm, rows[use], *given)
    at, middle = rows[use], np.array([given])
    wide = FARTHEST_M
    for step in _STEPS_M:
        reach = np.arange(-wide, wide + step / 2, step)
        offset = np.stack(np.meshgrid(reach, reach, indexing="ij"), axis=-1).reshape(-1, 2)
        places = np.unique((middle[:, None, :] + offset[None]).reshape(-1, 2), axis=0)
        count = np.empty(len(places))
        _counts(
            pairs.lag_s[use], pairs.error_s[use], firm.x_m[at], firm.y_m[at], firm.air[at], here_s, places,
            0.75 * step / _SPEED_MPS, count,
        )  # fmt: skip
        middle, wide = places[np.argsort(-count, kind="stable")[:_KEPT_PLACES]], step
    found = place_near(pairs, left, firm, rows, (given, (float(middle[0, 0]), float(middle[0, 1]))), 0.05)
    if found is None:
        return None
    error_s = float(np.median(pairs.error_s[left]))
    by_chance = max(float(left.sum()) / (2 * NEAR_S) * 2 * WITHIN * error_s, 0.1)
    heard = len(found.events)
    tried = (2 * FARTHEST_M / _STEPS_M[-1]) ** 2 * max(sensors, 1)
    if heard <= by_chance or heard * math.log(heard / by_chance) - (heard - by_chance) < _SURE + math.log(tried):
        return None
    return found
