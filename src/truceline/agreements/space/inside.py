"""How surely incidents lie inside a zone, a band beside a line, or a corridor, for a million of them at once.

Every question is answered with three numbers for each incident.

``at_least`` is the share of the error's normal distribution within the largest circle around the position that stays
inside: it alone accuses. ``at_most`` is 1 for a position inside, and for one outside what is left of the distribution
beyond the largest circle that stays out: it alone sets an incident aside as outside. Both hold for any shape, however
narrow, curved or full of holes. ``likely`` is the best single figure, under an edge taken as straight nearby:
the share of the distribution on the inner side of it. It always lies between the other two, and only describes.

The width of the distribution is made of two errors: that of the position, of which ``radius_m`` holds 95 % around it,
and that of the line or outline, of which ``accuracy_m`` holds 95 % to either side. The line's error is taken as a shift
of the line near the position. Not a number stands where nobody can say: without a position, without a radius, or where
a side is asked for and the nearest point of the line is its end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely

from truceline.agreements.space.distance import Outline, SignedDistance
from truceline.agreements.space.zone import Zone
from truceline.model import IncidentTable
from truceline.model.columns import Floats, Rows
from truceline.model.errors import ValueFault
from truceline.model.geodesy import WGS84
from truceline.model.places import SIGMA_PER_RADIUS_95

_DIGITS = 6
FAR_SIGMAS = 6.5
"""Beyond six standard deviations every answer is 0 or 1 to six digits."""
SIGMA_PER_ACCURACY_95 = 1.0 / 1.959963984540054
"""Standard deviation of a normal error of which a metre to either side holds 95 %."""
_SURVEYED_SIGMA_M = 1e-6
"""A surveyed position still needs a width to divide by: a micrometre."""
_ON_THE_LINE_M = 1e-3
_AREA_EDGE_DEG = 0.1


@dataclass(frozen=True)
class Inside:
    """Per incident: bounds of the probability of lying inside, and the best single figure; nan if nobody can say."""

    at_least: Floats
    at_most: Floats
    likely: Floats

    def __len__(self) -> int:
        """How many incidents."""
        return len(self.at_least)

    def take(self, rows: Rows) -> Inside:
        """Some of the incidents."""
        return Inside(self.at_least[rows], self.at_most[rows], self.likely[rows])


@dataclass(frozen=True)
class Band:
    """From ``near_m`` to ``far_m`` metres beside a line: on its left (1), its right (-1), or both sides (0).

    ``far_m`` may be infinite: everything on that side. ``accuracy_m`` is the line's stated 95 % accuracy. ``beyond``
    takes in all that lies in front of the line, seen from that side; past the line's ends nothing does.

    >>> Band(0.0, 25_000.0, 1).far_m
    25000.0
    """

    near_m: float
    far_m: float
    side: int = 0
    accuracy_m: float = 0.0
    beyond: bool = False

    def __post_init__(self) -> None:
        """Refuse a band that is empty, reversed or on no side, and one that reaches over the line from afar."""
        if self.beyond and (self.near_m > 0.0 or self.side == 0):
            raise ValueFault(
                "a band reaches beyond its line without beginning at it on one side",
                do="begin at the line, on the left or the right",
                example="Band(0.0, 25_000.0, 1, beyond=True)",
            )
        if not 0.0 <= self.near_m < self.far_m:
            raise ValueFault(
                f"a band from {self.near_m:g} to {self.far_m:g} m is empty or reversed",
                do="give the nearer distance first, in metres",
                example="Band(0.0, 25_000.0, 1)",
            )
        if self.side not in {-1, 0, 1}:
            raise ValueFault(f"side {self.side}", do="give 1 (left), -1 (right) or 0 (both)", example="1")
        check_accuracy(self.accuracy_m)


def inside_everywhere(number: int) -> Inside:
    """The answer for a norm that binds everywhere: every incident is inside, wherever it was."""
    return Inside(np.ones(number), np.ones(number), np.ones(number))


def inside_unknown(number: int) -> Inside:
    """The answer for a place of which nobody has brought a drawing: nobody can say, wherever an incident was."""
    return Inside(np.full(number, np.nan), np.full(number, np.nan), np.full(number, np.nan))


def inside_zone(incidents: IncidentTable, zone: Zone, *, grow_m: float = 0.0) -> Inside:
    """Per incident, how surely its position lies inside a zone, or within ``grow_m`` metres of it.

    A zone far smaller than the error holds little of it, whatever its edge is like nearby: ``likely`` is at most the
    zone's surface times the highest density of the distribution.
    """
    known = np.flatnonzero(np.isfinite(incidents.lat) & np.isfinite(incidents.lon) & np.isfinite(incidents.radius_m))
    sigma = _sigma_m(incidents.radius_m[known], zone.accuracy_m)
    lon, lat = incidents.lon[known], incidents.lat[known]
    depth = _depth_m((lon, lat), sigma, Outline(zone.shape), grow_m)
    highest = np.minimum(1.0, _surface_m2(zone.shape, grow_m) / (2.0 * np.pi * sigma**2))
    found = _bounded(depth, lambda rows: np.minimum(_share_below(depth[rows] / sigma[rows]), highest[rows]), sigma)
    return _spread(found, known, len(incidents))


def inside_band(distance: SignedDistance, radius_m: Floats, band: Band) -> Inside:
    """Per incident, how surely it lies in a band beside a line, from distances measured once for all bands.

    Where a side is asked for, the bounds also keep clear of the ends: only the half of the way by which an end is
    farther than the line is sure to lie on one side.
    """
    sigma = _sigma_m(radius_m, band.accuracy_m)
    measured = np.isfinite(distance.metres)
    metres = np.where(np.isinf(distance.metres), distance.reach_m, distance.metres)
    clear = np.minimum(metres - band.near_m if band.near_m > 0.0 else np.inf, band.far_m - metres)
    if band.side == 0:
        signed, depth, unknown = metres, clear, ~measured
    else:
        signed = metres * (distance.side * band.side).astype(float)
        depth = _depth_on_a_side(signed, distance.end_m, band)
        unknown = ~measured | ((distance.side == 0) & (metres > _ON_THE_LINE_M))
    found = _bounded(
        np.where(unknown, clear, depth), lambda rows: _share_of_band(signed[rows], band, sigma[rows]), sigma
    )
    # too far away on either side is outside, whichever side it is
    silent = np.isnan(sigma) | np.isnan(metres) | (unknown & (found.at_most > 0.0))
    nowhere = unknown & ~silent
    return Inside(*(np.where(silent, np.nan, np.where(nowhere, 0.0, column)) for column in _columns(found)))


def inside_corridor(distance: SignedDistance, radius_m: Floats, width_m: float, *, accuracy_m: float = 0.0) -> Inside:
    """Per incident, how surely it lies within half of ``width_m`` of a line, on either side; ends are rounded."""
    return inside_band(distance, radius_m, Band(0.0, width_m / 2.0, 0, accuracy_m))


def both(*parts: Inside) -> Inside:
    """Inside all of several places, such as a band and a settlement.

    The bounds are those of Fréchet (1935), which hold however the parts depend on one another; and they do: one error
    of one position moves all of them. A product would be wrong, for a place and its neighbour most of all. ``likely``
    is the middle between the Fréchet bounds of the single figures: exact wherever all parts but one are sure, and of
    all figures the one whose greatest possible error is the smallest. Outside one is outside, whatever the others are.
    """
    spare = float(len(parts) - 1)
    low = np.maximum(0.0, _over(np.add, [part.at_least for part in parts]) - spare)
    high = _over(np.minimum, [part.at_most for part in parts])
    likely = [part.likely for part in parts]
    middle = (np.maximum(0.0, _over(np.add, likely) - spare) + _over(np.minimum, likely)) / 2.0
    nowhere = _over(np.logical_or, [part.at_most == 0.0 for part in parts])
    return _rounded(*(np.where(nowhere, 0.0, column) for column in (low, high, middle)))


def outside(part: Inside) -> Inside:
    """Not inside: the bounds change places."""
    return _rounded(1.0 - part.at_most, 1.0 - part.at_least, 1.0 - part.likely)


def any_of(*parts: Inside) -> Inside:
    """Inside at least one of several places; not outside all of them, and so bounded as :func:`both` is.

    Give bands that adjoin as one band, and settlements as one zone: then nothing is lost between them.
    """
    return outside(both(*(outside(part) for part in parts)))


def check_accuracy(accuracy_m: float) -> None:
    """Raise :class:`ValueFault` for an accuracy that is negative or no number."""
    if not 0.0 <= accuracy_m < np.inf:
        raise ValueFault(
            f"an accuracy of {accuracy_m} m", do="give the metres that hold 95 % to either side", example="100"
        )


def _sigma_m(radius_m: Floats, accuracy_m: float) -> Floats:
    sigma: Floats = np.hypot(radius_m * SIGMA_PER_RADIUS_95, accuracy_m * SIGMA_PER_ACCURACY_95)
    return np.maximum(sigma, _SURVEYED_SIGMA_M)


def _depth_m(degrees: tuple[Floats, Floats], sigma: Floats, outline: Outline, grow_m: float) -> Floats:
    """Metres from the edge of a zone, grown or not, positive inside; only measured where the answer is not 0 or 1.

    What is near grows with the error, so positions are taken in groups of similar error: one vague report must not slow
    a million.
    """
    depth = np.empty(len(sigma))
    group = np.ceil(np.log2(sigma))
    for each in np.unique(group):
        rows = np.flatnonzero(group == each)
        near_m = FAR_SIGMAS * 2.0**each + grow_m
        depth[rows] = outline.depth_m(degrees[0][rows], degrees[1][rows], near_m=near_m)
    return depth + grow_m


def _depth_on_a_side(signed: Floats, end_m: Floats, band: Band) -> Floats:
    """Metres that are sure to stay inside the band, or negative: outside it."""
    free = np.maximum(0.0, (end_m - np.abs(signed)) / 2.0)
    if band.beyond:
        depth = band.far_m - signed
        return np.where(depth > 0.0, np.minimum(depth, free), depth)
    depth = np.minimum(signed - band.near_m, band.far_m - signed)
    depth = np.where(depth > 0.0, np.minimum(depth, free), depth)
    across = -np.maximum(-signed - band.far_m, np.minimum(band.near_m - signed, free))
    return np.where(signed < 0.0, across, depth)


def _bounded(depth: Floats, likely: Callable[[Rows], Floats], sigma: Floats) -> Inside:
    """The two bounds of a circle of so many metres, and the best figure between them; far from the edge all are one."""
    low, high = (depth > 0.0).astype(float), (depth >= 0.0).astype(float)
    middle = low.copy()
    rows = np.flatnonzero(np.abs(depth) < FAR_SIGMAS * sigma)
    beyond = np.exp(-0.5 * (depth[rows] / sigma[rows]) ** 2)  # what lies outside the circle that touches the edge
    low[rows], high[rows] = np.where(depth[rows] > 0.0, 1.0 - beyond, 0.0), np.where(depth[rows] < 0.0, beyond, 1.0)
    middle[rows] = np.clip(likely(rows), low[rows], high[rows])
    return _rounded(low, high, middle)


def _share_of_band(signed: Floats, band: Band, sigma: Floats) -> Floats:
    """The share of the error between the edges of a band, each taken as straight, on one side or on both."""
    if band.beyond:
        return _share_below((band.far_m - signed) / sigma)
    if band.side:
        return _share_between(band.near_m - signed, band.far_m - signed, sigma)
    if band.near_m == 0.0:
        return _share_between(-band.far_m - signed, band.far_m - signed, sigma)
    return _share_between(band.near_m - signed, band.far_m - signed, sigma) + _share_between(
        -band.far_m - signed, -band.near_m - signed, sigma
    )


def _share_between(low_m: Floats, high_m: Floats, sigma: Floats) -> Floats:
    share: Floats = _share_below(high_m / sigma) - _share_below(low_m / sigma)
    return share


def _share_below(sigmas: Floats) -> Floats:
    from scipy.special import ndtr  # noqa: PLC0415 - slow to load, and only geometry needs it

    share: Floats = ndtr(sigmas)
    return share


def _surface_m2(shape: shapely.Geometry, grow_m: float) -> float:
    """An upper bound of a zone's surface on the ground, grown or not (Steiner's formula)."""
    surface = 0.0
    for ring in shapely.get_exterior_ring(shapely.get_parts(shapely.segmentize(shape, _AREA_EDGE_DEG))):
        area, around = WGS84.polygon_area_perimeter(*shapely.get_coordinates(ring)[:, :2].T)
        surface += abs(area) + around * grow_m + np.pi * grow_m**2
    return surface


def _over(joined: Callable[[Floats, Floats], Floats], columns: list[Floats]) -> Floats:
    result = columns[0]
    for column in columns[1:]:
        result = joined(result, column)
    return result


def _columns(inside: Inside) -> tuple[Floats, Floats, Floats]:
    return inside.at_least, inside.at_most, inside.likely


def _rounded(at_least: Floats, at_most: Floats, likely: Floats) -> Inside:
    return Inside(np.round(at_least, _DIGITS), np.round(at_most, _DIGITS), np.round(likely, _DIGITS))


def _spread(found: Inside, rows: Rows, number: int) -> Inside:
    columns = []
    for column in _columns(found):
        wide = np.full(number, np.nan)
        wide[rows] = column
        columns.append(wide)
    return Inside(*columns)
