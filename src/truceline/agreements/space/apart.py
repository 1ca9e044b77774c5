"""How surely two incidents lie within so far of one another.

The same three-valued question as for a zone (:mod:`truceline.agreements.space.inside`), asked of a circle around a
position that is itself known only so well: both errors are put together. Without a position, or without its radius,
nobody can say.
"""

from __future__ import annotations

import math
from itertools import product

import numpy as np

from truceline.model import IncidentTable
from truceline.model.columns import Floats
from truceline.model.places import SIGMA_PER_RADIUS_95

_EQUATOR_M, _ECCENTRICITY_SQUARED = 6_378_137.0, 6.69437999014e-3
_TWICE_MEAN_RADIUS_M = 2.0 * 6_371_008.8
_SPARE = 0.25
"""A cell is by this share longer than the distance asked for; errors that could reach farther are looked up apart."""
_SHORTEST_CELL_M = 1.0
"""No cell is shorter than this, whatever distance is asked for."""
NO_CELL = -1


class Nearness:
    """Incidents that may lie within ``near_m`` metres of one another: cells of space, and a measure for each two.

    ``surely`` is the probability that makes near sure. Cells are cubes over the WGS 84 ellipsoid: two incidents with
    cells, neither of them :data:`NO_CELL`, can be near one another only if their cells are neighbours.
    """

    def __init__(self, incidents: IncidentTable, near_m: float, surely: float) -> None:
        """Find the cell of each incident."""
        self._near_m = near_m
        points = _on_the_ellipsoid(incidents)
        # beyond so many metres the error's distribution holds no more than what need not be sure
        margin = incidents.radius_m * SIGMA_PER_RADIUS_95 * math.sqrt(-2.0 * math.log(max(1.0 - surely, 1e-12)))
        size = max(near_m * (1.0 + _SPARE), _SHORTEST_CELL_M)
        known = np.isfinite(points).all(axis=1) & np.isfinite(margin)
        sharp = known & (margin * math.sqrt(2.0) <= size - near_m)
        across = math.ceil(_TWICE_MEAN_RADIUS_M / size) + 4
        places = np.floor(np.where(sharp[:, None], points, 0.0) / size).astype(np.int64) + across // 2 + 1
        self.cells: list[int] = np.where(sharp, places @ np.array([across * across, across, 1]), NO_CELL).tolist()
        """The cell of each incident; :data:`NO_CELL` for one that may reach farther than the next cell."""
        steps = [int(np.dot(step, (across * across, across, 1))) for step in product((-1, 0, 1), repeat=3)]
        self._steps = tuple(steps)
        self._occupied = frozenset(self.cells) - {NO_CELL}
        self._around: dict[int, tuple[int, ...]] = {NO_CELL: (NO_CELL,)}
        self._points: list[tuple[float, float, float]] = list(map(tuple, points.tolist()))
        self._margin: list[float] = margin.tolist()

    def around(self, cell: int) -> tuple[int, ...]:
        """A cell and its neighbours, without those in which nothing lies; of :data:`NO_CELL` itself alone."""
        if cell not in self._around:
            self._around[cell] = tuple(cell + step for step in self._steps if cell + step in self._occupied)
        return self._around[cell]

    def metres(self, one: int, other: int) -> float:
        """How far two of them lie apart: good to a millimetre at 15 km, to some 0.3 % at any distance."""
        chord = math.dist(self._points[one], self._points[other])
        return _TWICE_MEAN_RADIUS_M * math.asin(min(chord / _TWICE_MEAN_RADIUS_M, 1.0))

    def near(self, one: int, other: int) -> tuple[bool, bool]:
        """Whether two of them surely lie near one another, and whether they may."""
        most = self._near_m + self._margin[one] + self._margin[other]
        if math.dist(self._points[one], self._points[other]) > most:  # the way is never shorter than the chord
            return False, False
        apart, margin = self.metres(one, other), math.hypot(self._margin[one], self._margin[other])
        if math.isnan(apart) or math.isnan(margin):
            return False, True
        return apart + margin <= self._near_m, apart - margin <= self._near_m


def _on_the_ellipsoid(incidents: IncidentTable) -> Floats:
    """Positions as points of the WGS 84 ellipsoid, in metres from its middle."""
    lat, lon = np.radians(incidents.lat), np.radians(incidents.lon)
    across = _EQUATOR_M / np.sqrt(1.0 - _ECCENTRICITY_SQUARED * np.sin(lat) ** 2)
    return np.column_stack(
        (
            across * np.cos(lat) * np.cos(lon),
            across * np.cos(lat) * np.sin(lon),
            across * (1.0 - _ECCENTRICITY_SQUARED) * np.sin(lat),
        )
    )
