"""Where, when and how surely an incident happened, from the observations that tell of it.

**The question:** what do several observations of one incident say together? **In:** for each its place (one normal part
or two with their shares, metres on a plane), the span of time in which it puts the incident (s) and how far off its
source's times are, how probable it is that it tells of nothing. **Out:** place, time, and the probability that the
incident is real.

*Place*: the product of the densities, each as a normal one (for uniform shapes with their own mean and covariance).
Where members disagree by more than they state, the covariance grows by the ratio of the squares found to those expected
(Birge 1932, "The calculation of errors by the method of least squares", Physical Review 40, 207-227).
*Time*: each member's span blurred by its source's scatter; of the product the middle 95 %; long spans alone leave
what they share. Members that exclude each other leave the whole time between them. *Real*: one less the probability
that no member confirms another and all are false.

Members of one source err alike, and copies are one telling: only the most exact of them counts (:func:`voices`).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from truceline.model import EllipsePlace, MirrorImage, Spread
from truceline.model.columns import Floats
from truceline.model.densities import SQUARED_AXIS_TO_M2, moments_at
from truceline.model.geodesy import LocalPlane

LEAST_SHARE = 0.01
"""A second place less probable than this is left out."""
LEAST_DOUBT = 0.005
"""No link is surer than this leaves open, for its probability comes from some hundred draws."""
WIDE = 2.0
"""A span so many times as long as its ends scatter is a span; of such what they share is told as it was stated."""
STEPS = 401
"""Moments at which a product of times is worked out; it is taken as straight between them."""
TAILS = 5.0
LEAST_SCATTER_S = 1e-3
MOMENT = 1e-3
"""A span shorter than so many times its scatter is a moment."""
MIDDLE = (0.025, 0.975)
_MOST_LOBED = 4


@dataclass(frozen=True, slots=True)
class Voice:
    """What one observation says, and how exactly.

    ``teller`` reports in one manner, ``telling`` is what copies share (its own number where it has none).
    ``begin_s`` to ``end_s`` is when it puts the incident, off by ``scatter_s`` (standard deviation). ``false`` is the
    probability that it tells of nothing if nobody confirms it, ``alone`` that nobody does.
    """

    row: int
    teller: int
    telling: int
    place: tuple[tuple[float, Spread], ...]
    begin_s: float
    end_s: float
    scatter_s: float
    false: float
    alone: float = 1.0

    @property
    def width_m2(self) -> float:
        """How wide its place is: the determinant's root."""
        spread = self.place[0][1] if len(self.place) == 1 else _mixed(self.place)
        return math.sqrt(max(0.0, spread.xx_m2 * spread.yy_m2 - spread.xy_m2**2))

    @property
    def length_s(self) -> float:
        """How long a time it leaves open."""
        return math.hypot(self.end_s - self.begin_s, self.scatter_s)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the voices say together; time in seconds as the voices'.

    ``place`` as parts with their shares, ``own_place`` and ``own_time`` the row whose place or time stands alone (-1:
    they are a product). ``disagreement`` is by what the covariance of the place was widened (1: not at all).
    """

    place: tuple[tuple[float, Spread], ...]
    own_place: int
    begin_s: float
    end_s: float
    own_time: int
    real: float
    disagreement: float

    @property
    def middle(self) -> Spread:
        """Mean and covariance of the place."""
        return _mixed(self.place)


def estimate(members: Sequence[Voice]) -> Estimate:
    """What the members say together. There must be one at least."""
    placed = voices(members, by_time=False)
    timed = voices(members, by_time=True)
    place, disagreement = _product([one.place for one in placed])
    begin_s, end_s = _when(timed)
    return Estimate(
        place=place,
        own_place=placed[0].row if len(placed) == 1 else -1,
        begin_s=begin_s,
        end_s=end_s,
        own_time=timed[0].row if len(timed) == 1 else -1,
        real=1.0 - _unconfirmed(members) * math.prod(one.false for one in _surest(members)),
        disagreement=disagreement,
    )


def voices(members: Sequence[Voice], *, by_time: bool) -> tuple[Voice, ...]:
    """One voice for each source and each telling: the most exact in place, or in time; ties go to the earliest."""
    best: list[Voice] = []
    for one in sorted(members, key=lambda one: _rank(one, by_time=by_time)):
        if all(one.teller != other.teller and one.telling != other.telling for other in best):
            best.append(one)
    return tuple(best)


def _rank(one: Voice, *, by_time: bool) -> tuple[float, float, float, int]:
    exact = (one.length_s, one.width_m2) if by_time else (one.width_m2, one.length_s)
    return (*exact, one.begin_s, one.row)


def _unconfirmed(members: Sequence[Voice]) -> float:
    """The probability that none of them confirms another: two that tell of the same are not both false."""
    return max(LEAST_DOUBT, min(one.alone for one in members))


def _surest(members: Sequence[Voice]) -> list[Voice]:
    """Of each telling the member least likely to be false; of a source every telling."""
    best: dict[int, Voice] = {}
    for one in members:
        known = best.get(one.telling)
        if known is None or (one.false, one.row) < (known.false, known.row):
            best[one.telling] = one
    return list(best.values())


def place_of(parts: Sequence[tuple[float, Spread]], plane: LocalPlane, label: str = "", area: str = "") -> EllipsePlace:
    """Parts on a plane as an ellipse in degrees, with a mirror image where a second place is probable enough."""
    ranked = sorted(parts, key=lambda part: (-part[0], part[1].x_m, part[1].y_m))
    lobes = [_ellipse(spread, plane) for _, spread in ranked[:2]]
    if len(ranked) == 1 or ranked[1][0] < LEAST_SHARE:
        return EllipsePlace(*lobes[0], label, area)
    share = ranked[1][0] / (ranked[0][0] + ranked[1][0])
    return EllipsePlace(*lobes[0], label, area, MirrorImage(*lobes[1], share))


def _ellipse(spread: Spread, plane: LocalPlane) -> tuple[float, float, float, float, float]:
    """Latitude, longitude, half axes of 95 % in metres, and azimuth of the major one from north."""
    there = moments_at(spread, plane)
    middle, half = (there.xx_m2 + there.yy_m2) / 2.0, (there.yy_m2 - there.xx_m2) / 2.0
    apart = math.hypot(half, there.xy_m2)
    major, minor = (math.sqrt(max(0.0, middle + sign * apart) / SQUARED_AXIS_TO_M2) for sign in (1.0, -1.0))
    azimuth = math.degrees(0.5 * math.atan2(there.xy_m2, half)) % 180.0
    rounded = (round(major, 2), round(min(major, minor), 2), round(azimuth, 3) % 180.0)
    return round(there.lat, 7), round(there.lon, 7), *rounded


def _mixed(parts: Sequence[tuple[float, Spread]]) -> Spread:
    x = sum(share * part.x_m for share, part in parts)
    y = sum(share * part.y_m for share, part in parts)
    return Spread(
        x,
        y,
        sum(share * (part.xx_m2 + (part.x_m - x) ** 2) for share, part in parts),
        sum(share * (part.xy_m2 + (part.x_m - x) * (part.y_m - y)) for share, part in parts),
        sum(share * (part.yy_m2 + (part.y_m - y) ** 2) for share, part in parts),
    )


def _product(
    places: Sequence[tuple[tuple[float, Spread], ...]],
) -> tuple[tuple[tuple[float, Spread], ...], float]:
    """The product of densities as parts with their shares, and by what disagreement widened the likeliest."""
    if len(places) == 1:
        return places[0], 1.0
    lobed = [number for number, parts in enumerate(places) if len(parts) > 1][_MOST_LOBED:]
    kept = [((1.0, _mixed(parts)),) if number in lobed else parts for number, parts in enumerate(places)]
    found = [_normal_product(chosen) for chosen in itertools.product(*kept)]
    most = max(log for log, _, _ in found)
    weights = [math.exp(log - most) for log, _, _ in found]
    total = sum(weights)
    parts = [(weight / total, spread) for weight, (_, spread, _) in zip(weights, found, strict=True)]
    widened = found[int(np.argmax(weights))][2]
    shown = [part for part in parts if part[0] >= LEAST_SHARE]
    whole = sum(share for share, _ in shown)
    return tuple((share / whole, spread) for share, spread in shown), widened


def _normal_product(parts: Sequence[tuple[float, Spread]]) -> tuple[float, Spread, float]:
    """Log weight, product, and by how much disagreement widened it."""
    precision, pull, log = np.zeros((2, 2)), np.zeros(2), 0.0
    inverse = []
    for share, part in parts:
        covariance = np.array([[part.xx_m2, part.xy_m2], [part.xy_m2, part.yy_m2]])
        inverse.append(np.linalg.inv(covariance))
        precision += inverse[-1]
        pull += inverse[-1] @ (part.x_m, part.y_m)
        log += math.log(share) - 0.5 * math.log(float(np.linalg.det(covariance)))
    covariance = np.linalg.inv(precision)
    mean = covariance @ pull
    off = [np.array((part.x_m, part.y_m)) - mean for _, part in parts]
    squares = sum(float(one @ each @ one) for one, each in zip(off, inverse, strict=True))
    log += -0.5 * squares - 0.5 * math.log(float(np.linalg.det(precision)))
    widened = max(1.0, squares / (2.0 * (len(parts) - 1)))
    covariance = covariance * widened
    spread = Spread(*(float(one) for one in (*mean, covariance[0, 0], covariance[0, 1], covariance[1, 1])))
    return log, spread, widened


def _when(timed: Sequence[Voice]) -> tuple[float, float]:
    """The middle 95 % of the product of all spans, each blurred by its source's scatter."""
    if len(timed) == 1:
        return timed[0].begin_s, timed[0].end_s
    if all(one.end_s - one.begin_s >= WIDE * one.scatter_s for one in timed):
        begin_s, end_s = max(one.begin_s for one in timed), min(one.end_s for one in timed)
        if begin_s <= end_s:
            return begin_s, end_s
    scatter = [max(one.scatter_s, LEAST_SCATTER_S) for one in timed]
    low = max(one.begin_s - TAILS * wide for one, wide in zip(timed, scatter, strict=True))
    high = min(one.end_s + TAILS * wide for one, wide in zip(timed, scatter, strict=True))
    if high > low:
        at = np.linspace(low, high, STEPS)
        told = np.ones(STEPS)
        for one, wide in zip(timed, scatter, strict=True):
            told *= _blurred(at, one.begin_s, one.end_s, wide)
        reached = np.r_[0.0, np.cumsum(told[1:] + told[:-1])]
        if reached[-1] > 0:
            begin, end = np.interp(MIDDLE, reached / reached[-1], at)
            return float(begin), float(end)
    return min(one.begin_s for one in timed), max(one.end_s for one in timed)


def _blurred(at: Floats, begin_s: float, end_s: float, scatter_s: float) -> Floats:
    """A span, or a moment, blurred by a normal scatter; not to scale for a moment."""
    if end_s - begin_s < scatter_s * MOMENT:
        return np.exp(-0.5 * ((at - 0.5 * (begin_s + end_s)) / scatter_s) ** 2)
    inside: Floats = ndtr((at - begin_s) / scatter_s) - ndtr((at - end_s) / scatter_s)
    return inside
