"""Where, when and how surely many incidents happened: what :mod:`estimating` says of one, of a million observations.

**The question:** what do the members of each incident say together? **In:** :class:`Voices`, the members of all
incidents as columns (metres on a plane, seconds), each with one normal place. **Out:** :class:`Estimates`, one row for
each incident. :func:`truceline.fusion.estimating.estimate` is the definition; here the same is worked out column by
column, for it takes half a millisecond for each incident there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from truceline.fusion.compiled import in_parts
from truceline.fusion.estimating import LEAST_DOUBT, LEAST_SCATTER_S, MIDDLE, MOMENT, STEPS, TAILS, WIDE
from truceline.model import EllipsePlace
from truceline.model.columns import Floats, Ints, Mask
from truceline.model.densities import SQUARED_AXIS_TO_M2
from truceline.model.geodesy import LocalPlane, metres_per_degree

_AT_ONCE = 512
_A_STEP_M = 10.0


@dataclass(frozen=True)
class Voices:
    """Voices as columns (:class:`~truceline.fusion.estimating.Voice`), those of one incident beside each other.

    ``group`` counts incidents from 0 and never falls; each has one voice at least. ``row`` rises within a group.
    """

    group: Ints
    row: Ints
    teller: Ints
    telling: Ints
    x_m: Floats
    y_m: Floats
    xx_m2: Floats
    xy_m2: Floats
    yy_m2: Floats
    begin_s: Floats
    end_s: Floats
    scatter_s: Floats
    false: Floats
    alone: Floats

    def __len__(self) -> int:
        """How many voices."""
        return len(self.group)


@dataclass(frozen=True)
class Estimates:
    """One row for each incident, as in :class:`~truceline.fusion.estimating.Estimate`; places have one part."""

    x_m: Floats
    y_m: Floats
    xx_m2: Floats
    xy_m2: Floats
    yy_m2: Floats
    own_place: Ints
    begin_s: Floats
    end_s: Floats
    own_time: Ints
    real: Floats
    disagreement: Floats


def estimate_all(said: Voices) -> Estimates:
    """What the members of each incident say together, in the order of their numbers."""
    x, y, xx, xy, yy, own, widened = _places(said, speaking(said, by_time=False))
    begin, end, own_time = _times(said, speaking(said, by_time=True))
    return Estimates(x, y, xx, xy, yy, own.astype(np.int64), begin, end, own_time, _real(said), widened)


def begins_of(group: Ints) -> Ints:
    """Where each group begins in a column that never falls."""
    return np.flatnonzero(np.r_[True, group[1:] != group[:-1]][: len(group)])


def speaking(said: Voices, *, by_time: bool, among: Mask | None = None) -> Ints:
    """Which voices have a say, by incident, the most exact first: one of each source and each telling.

    In every round the most exact that is left of each incident is heard, and whoever shares its source or telling is
    not heard any more; ``among`` leaves only some of the voices to choose from.
    """
    order = _ranked(said, by_time=by_time)
    order = order if among is None else order[among[order]]
    heard, left = np.zeros(len(order), bool), np.arange(len(order))
    while len(left):
        one = order[left]
        group = said.group[one]
        first = np.r_[True, group[1:] != group[:-1]]
        heard[left[first]] = True
        best = one[first][np.cumsum(first) - 1]
        left = left[(said.teller[one] != said.teller[best]) & (said.telling[one] != said.telling[best])]
    return order[heard]


def _ranked(said: Voices, *, by_time: bool) -> Ints:
    width = np.sqrt(np.maximum(0.0, said.xx_m2 * said.yy_m2 - said.xy_m2**2))
    length = np.hypot(said.end_s - said.begin_s, said.scatter_s)
    exact = (width, length) if by_time else (length, width)
    return np.lexsort((said.row, said.begin_s, *exact, said.group))


def _places(said: Voices, heard: Ints) -> tuple[Floats, ...]:
    """Mean and covariance of each product, the row that stands alone (-1: none), and by what it was widened."""
    begins = begins_of(said.group[heard])
    many = np.diff(np.r_[begins, len(heard)])
    of = np.repeat(np.arange(len(begins)), many)
    first = heard[begins]
    # Measured from the first of each incident: far from the middle of the plane nothing is lost to rounding.
    x, y = said.x_m[heard] - said.x_m[first][of], said.y_m[heard] - said.y_m[first][of]
    a, b, c = _inverse(said.xx_m2[heard], said.xy_m2[heard], said.yy_m2[heard])
    whole = [np.add.reduceat(part, begins) if len(begins) else part for part in (a, b, c, a * x + b * y, b * x + c * y)]
    xx, xy, yy = _inverse(*whole[:3])
    east, north = xx * whole[3] + xy * whole[4], xy * whole[3] + yy * whole[4]
    u, v = x - east[of], y - north[of]
    squares = np.bincount(of, a * u * u + 2.0 * b * u * v + c * v * v, len(begins))
    alone = many == 1
    widened = np.where(alone, 1.0, np.maximum(1.0, squares / (2.0 * np.maximum(many - 1, 1))))
    covariance = [
        np.where(alone, own[first], together * widened)
        for own, together in ((said.xx_m2, xx), (said.xy_m2, xy), (said.yy_m2, yy))
    ]
    own = np.where(alone, said.row[first], -1)
    at = (
        np.where(alone, said.x_m[first], said.x_m[first] + east),
        np.where(alone, said.y_m[first], said.y_m[first] + north),
    )
    return (*at, *covariance, own, widened)


def _inverse(xx: Floats, xy: Floats, yy: Floats) -> tuple[Floats, Floats, Floats]:
    determinant = xx * yy - xy * xy
    return yy / determinant, -xy / determinant, xx / determinant


def _times(said: Voices, heard: Ints) -> tuple[Floats, Floats, Ints]:
    """Begin and end of each, and the row whose time stands alone (-1: none)."""
    begins = begins_of(said.group[heard])
    if not len(begins):
        return np.zeros(0), np.zeros(0), np.zeros(0, np.int64)
    many = np.diff(np.r_[begins, len(heard)])
    begin, end, scatter = said.begin_s[heard], said.end_s[heard], said.scatter_s[heard]
    alone = many == 1
    share = np.maximum.reduceat(begin, begins), np.minimum.reduceat(end, begins)
    long = np.logical_and.reduceat(end - begin >= WIDE * scatter, begins) & (share[0] <= share[1])
    from_s, to_s = np.minimum.reduceat(begin, begins), np.maximum.reduceat(end, begins)
    from_s, to_s = np.where(long, share[0], from_s), np.where(long, share[1], to_s)
    wide = np.maximum(scatter, LEAST_SCATTER_S)
    low, high = np.maximum.reduceat(begin - TAILS * wide, begins), np.minimum.reduceat(end + TAILS * wide, begins)
    rows = np.flatnonzero(~alone & ~long & (high > low))
    rows = rows[np.argsort(-many[rows], kind="stable")]
    found = np.full((2, len(rows)), np.nan)

    def work(first: int, last: int) -> None:
        some = rows[first:last]
        members = [(begin[at], end[at], wide[at]) for at in _each(begins[some], many[some])]
        found[:, first:last] = _middles(low[some], high[some], members)

    in_parts(len(rows), work, _AT_ONCE)
    told = np.isfinite(found[0])
    from_s[rows[told]], to_s[rows[told]] = found[:, told]
    return from_s, to_s, np.where(alone, said.row[heard[begins]], -1)


def _each(begins: Ints, many: Ints) -> list[Ints]:
    """The first voice of each incident, then the second of each that has two, and so on: the largest stand first."""
    return [begins[: int(np.searchsorted(-many, -number))] + number for number in range(int(many.max(initial=0)))]


def _middles(low: Floats, high: Floats, members: list[tuple[Floats, Floats, Floats]]) -> Floats:
    """The middle 95 % of products of blurred spans between two moments; NaN where they leave nothing."""
    at = low[:, None] + (high - low)[:, None] * np.linspace(0.0, 1.0, STEPS)
    told = np.ones_like(at)
    for begin, end, wide in members:
        _blur(told[: len(begin)], at[: len(begin)], (begin[:, None], end[:, None], wide[:, None]))
    reached = np.cumsum(told[:, 1:] + told[:, :-1], axis=1)
    reached = np.concatenate((np.zeros((len(low), 1)), reached), axis=1)
    row, edges = np.arange(len(low)), np.empty((2, len(low)))
    for edge, share in zip(edges, MIDDLE, strict=True):
        wanted = share * reached[:, -1]
        after = np.clip((reached < wanted[:, None]).sum(axis=1), 1, STEPS - 1)
        below, above = reached[row, after - 1], reached[row, after]
        part = (wanted - below) / np.where(above > below, above - below, 1.0)
        edge[:] = at[row, after - 1] + part * (at[row, after] - at[row, after - 1])
    edges[:, reached[:, -1] <= 0] = np.nan
    return edges


def _blur(told: Floats, at: Floats, span: tuple[Floats, Floats, Floats]) -> None:
    """Multiply by one more span, or moment, blurred by its scatter."""
    begin, end, wide = span
    moment = (end - begin < wide * MOMENT)[:, 0]
    for mask, is_moment in ((moment, True), (~moment, False)):
        if mask.any():
            some = slice(None) if mask.all() else mask
            here, low, high, by = at[some], begin[some], end[some], wide[some]
            if is_moment:
                told[some] *= np.exp(-0.5 * ((here - 0.5 * (low + high)) / by) ** 2)
            else:
                told[some] *= ndtr((here - low) / by) - ndtr((here - high) / by)


def _real(said: Voices) -> Floats:
    """The probability that an incident is real: not all false with nobody confirming another."""
    order = np.lexsort((said.row, said.false, said.telling, said.group))
    group, telling = said.group[order], said.telling[order]
    first = np.r_[True, (group[1:] != group[:-1]) | (telling[1:] != telling[:-1])][: len(order)]
    surest = order[first]
    if not len(surest):
        return np.zeros(0)
    false = np.multiply.reduceat(said.false[surest], begins_of(said.group[surest]))
    alone = np.maximum(LEAST_DOUBT, np.minimum.reduceat(said.alone, begins_of(said.group)))
    return 1.0 - alone * false


def ellipses_of(told: Estimates, plane: LocalPlane, areas: list[str]) -> list[EllipsePlace]:
    """The places of estimates in degrees (:func:`truceline.fusion.estimating.place_of`), each in its area."""
    lon, lat = plane.to_degrees(told.x_m, told.y_m) if len(told.x_m) else (np.zeros(0), np.zeros(0))
    xx, xy, yy = _turned(told, plane, lon, lat)
    middle, half = (xx + yy) / 2.0, (yy - xx) / 2.0
    apart = np.hypot(half, xy)
    major, minor = (np.sqrt(np.maximum(0.0, middle + sign * apart) / SQUARED_AXIS_TO_M2) for sign in (1.0, -1.0))
    azimuth = np.degrees(0.5 * np.arctan2(xy, half)) % 180.0
    columns = (lat.round(7), lon.round(7), major.round(2), np.minimum(major, minor).round(2), azimuth.round(3) % 180.0)
    rows = zip(*(column.tolist() for column in columns), areas, strict=True)
    return [EllipsePlace(a, b, long, short, turn, area=area) for a, b, long, short, turn, area in rows]


def _turned(told: Estimates, plane: LocalPlane, lon: Floats, lat: Floats) -> tuple[Floats, Floats, Floats]:
    """Covariances as they are around their own means, where north may point a little elsewhere."""
    per_degree = np.array([metres_per_degree(one) for one in lat.tolist()]).reshape(-1, 2).T
    turn = []
    for x, y in ((_A_STEP_M, 0.0), (0.0, _A_STEP_M)):
        ahead, behind = (
            plane.to_degrees(told.x_m + s * x, told.y_m + s * y) if len(lon) else (lon, lat) for s in (1, -1)
        )
        east = ((ahead[0] - behind[0] + 180.0) % 360.0 - 180.0) * per_degree[0]
        turn.append((east / (2 * _A_STEP_M), (ahead[1] - behind[1]) * per_degree[1] / (2 * _A_STEP_M)))
    (a, c), (b, d) = turn
    xx, xy, yy = told.xx_m2, told.xy_m2, told.yy_m2
    return (
        a * a * xx + 2.0 * a * b * xy + b * b * yy,
        a * c * xx + (a * d + b * c) * xy + b * d * yy,
        c * c * xx + 2.0 * c * d * xy + d * d * yy,
    )
