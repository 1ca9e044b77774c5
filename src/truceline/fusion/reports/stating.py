"""What rows of a table state of themselves: how exact their place is, how long their time lasts, how sure they are.

**In:** the optional columns of a :class:`~truceline.model.ReportTable`. **Out:** per report what it states (NaN where
it states nothing), the clocks (a source's own delays, and one more for each length of time that it states), the layers
of the map (a source's own, and one for each size of stated places) and, once it is believed how far statements are to
be trusted, the covariance with which each place is weighed.

A stated place is not believed blindly. Its covariance is that stated times the square of a factor of its source, plus
a further error along both axes, both learned. A stated length of time is a window, blurred by a jitter that is learned.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from truceline.fusion.reports.settings import FALSE_SHARE, KM
from truceline.model import ReportTable
from truceline.model.columns import Floats, Ints, Mask

LEAST_LEVEL_M = 0.5 * KM
_MOST_LEVELS = 7
_LONG = 4.0
"""A place whose longer axis is so many times the shorter says little of where incidents are dense."""
_WIDEST_MAPPED_M = 8.0 * KM
_MOST_SPANS = 48
_SPAN_STEPS = 6.0
_SURE = 1e-6


class Stated(NamedTuple):
    """Per report: the stated covariance (m², NaN where none is stated) and the stated probability (NaN likewise)."""

    xx_m2: Floats
    xy_m2: Floats
    yy_m2: Floats
    probability: Floats

    def of_rows(self, rows: Ints) -> Stated:
        """What some of the reports state."""
        return Stated._make(column[rows] for column in self)

    @property
    def place(self) -> Mask:
        """Which reports state how exact their place is."""
        return np.asarray(~np.isnan(self.xx_m2))

    @property
    def size_m(self) -> Floats:
        """Radius (m) of the circle as large as the stated ellipse of one standard error; NaN where none is stated."""
        return np.asarray(np.sqrt(np.sqrt(self.xx_m2 * self.yy_m2 - self.xy_m2**2)))

    @property
    def minor_m(self) -> Floats:
        """Standard error (m) along the shorter axis; NaN where none is stated."""
        half, off = 0.5 * (self.xx_m2 + self.yy_m2), 0.5 * (self.xx_m2 - self.yy_m2)
        major = half + np.sqrt(off**2 + self.xy_m2**2)
        return np.asarray(np.sqrt((self.xx_m2 * self.yy_m2 - self.xy_m2**2) / major))


class Clocks(NamedTuple):
    """Ways of telling the time: first one for each source, then one for each length (s) that a source states."""

    source: Ints
    span_s: Floats


def stated_in(table: ReportTable) -> Stated:
    """What the rows state, in their order."""
    none = np.full(len(table), np.nan)
    spread = table.spread
    return Stated(
        none if spread is None else spread.xx_m2,
        none if spread is None else spread.xy_m2,
        none if spread is None else spread.yy_m2,
        none if table.probability is None else np.clip(table.probability, _SURE, 1 - _SURE),
    )


def clocks_of(source: Ints, sources: int, span_s: Floats | None) -> tuple[Ints, Clocks]:
    """The clock of each report, and all clocks. Many different lengths are rounded, by a twelfth at the most.

    >>> clock, clocks = clocks_of(np.array([0, 1, 1]), 2, np.array([np.nan, 86_400.0, np.nan]))
    >>> clock, clocks.span_s
    (array([0, 2, 1]), array([   nan,    nan, 86400.]))
    """
    plain = np.full(sources, np.nan)
    if span_s is None or np.isnan(span_s).all():
        return source, Clocks(np.arange(sources), plain)
    states = np.flatnonzero(~np.isnan(span_s))
    span = span_s[states]
    if len(np.unique(span)) > _MOST_SPANS:
        # Lengths of a second and less are alike.
        span = np.exp(np.round(np.log(np.maximum(span, 1.0)) * _SPAN_STEPS) / _SPAN_STEPS)
    pairs, of_row = np.unique(np.c_[source[states].astype(float), span], axis=0, return_inverse=True)
    clock = source.copy()
    clock[states] = sources + of_row.reshape(-1)
    return clock, Clocks(np.r_[np.arange(sources), pairs[:, 0].astype(np.int64)], np.r_[plain, pairs[:, 1]])


def levels_m(stated: Stated) -> Floats:
    """Sizes (m) in which the map is kept for stated places: half a kilometre and doubled, none without such places."""
    if not stated.place.any():
        return np.zeros(0)
    largest = max(LEAST_LEVEL_M, float(np.nanmax(stated.size_m)))
    doublings = min(_MOST_LEVELS - 1, math.ceil(math.log2(largest / LEAST_LEVEL_M)))
    return np.asarray(LEAST_LEVEL_M * 2.0 ** np.arange(doublings + 1))


def layers_of(source: Ints, sources: int, stated: Stated, levels: Floats) -> tuple[Ints, Ints]:
    """The layer of the map that each report belongs to, and the same with -1 for reports that say little of the map."""
    if not len(levels):
        return source, source
    place, size = stated.place, stated.size_m
    level = np.clip(np.round(np.log2(np.where(place, size, LEAST_LEVEL_M) / LEAST_LEVEL_M)), 0, len(levels) - 1)
    layer = np.where(place, sources + level.astype(np.int64), source)
    vague = place & ((size > _LONG**0.5 * np.nan_to_num(stated.minor_m)) | (size > _WIDEST_MAPPED_M))
    return layer, np.where(vague, -1, layer)


def covariances(error_m: Floats, trust: tuple[Floats, Floats], source: Ints, stated: Stated) -> Floats:
    """Per report: covariance xx, xy, yy (m²) and one over its determinant.

    ``error_m`` is the error of each source where nothing is stated, ``trust`` the factor and the further error (m) of
    each source where something is.
    """
    place = np.empty((len(source), 4))
    variance = (error_m * error_m)[source]
    place[:, 0], place[:, 1], place[:, 2] = variance, 0.0, variance
    rows = np.flatnonzero(stated.place)
    if len(rows):
        by, more = (trust[0] ** 2)[source[rows]], (trust[1] ** 2)[source[rows]]
        place[rows, 0] = by * stated.xx_m2[rows] + more
        place[rows, 1] = by * stated.xy_m2[rows]
        place[rows, 2] = by * stated.yy_m2[rows] + more
    place[:, 3] = 1.0 / (place[:, 0] * place[:, 2] - place[:, 1] ** 2)
    return place


def doubts(source: Ints, sources: int, stated: Stated) -> tuple[Floats, Floats]:
    """Log odds that each report is false beyond those of its source, and how many of each source's are expected to be.

    Where nothing is stated, the odds are those of the source and a twentieth is expected.
    """
    told = np.bincount(source, minlength=sources)
    rows = np.flatnonzero(~np.isnan(stated.probability))
    if not len(rows):
        return np.zeros(len(source)), np.asarray(FALSE_SHARE * told)
    says, of = stated.probability[rows], source[rows]
    number = np.maximum(1, np.bincount(of, minlength=sources))
    told_false = np.asarray(np.bincount(of, 1 - says, sources), dtype=float)
    false = np.clip(told_false / number, _SURE, 1 - _SURE)
    mean = np.log(false) - np.log1p(-false)
    beyond = np.zeros(len(source))
    beyond[rows] = np.log1p(-says) - np.log(says) - mean[of]
    return beyond, FALSE_SHARE * (told - np.bincount(of, minlength=sources)) + told_false
