"""The kernel: the nearest point of the edges of a line or outline, for a million positions at once.

**Method.** Edges are cut into pieces that are straight in space (:mod:`.pieces`). A k-d tree of their corners, in
metres from the centre of the Earth, gives the nearest corners of each position; the pieces that meet there are
measured. A piece that was not measured has both its ends farther away than the last corner found, so its nearest point
is too, but for half its length: where that leaves a doubt, more corners are asked for, until there is none. The way to
the point found is the geodesic (Karney 2013, Journal of Geodesy 87, https://doi.org/10.1007/s00190-012-0578-z), by
pyproj.

**Error.** The point found lies on the edge as it was drawn, so a distance is never too short. It is too long by at most
``0.02 m + 1.4e-17 s³`` (*s* the distance in metres, up to 1,000 km): 2 cm where it matters whether a position is on
one side or the other, 2.2 cm at 50 km, 13 cm at 200 km, 1.8 m at 500 km. The first term is what a piece may bend, four
times; the second comes from finding the nearest point by its straight distance through the Earth: of two points equally
far in that way, the ground between lies longer towards the pole than to the east, as the Earth is not a sphere.

No position is measured differently for the company it is in, and memory is bounded: positions are taken in blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely

from truceline.agreements.space.globe import Points, cross, dot, in_space, upward, usual_longitude
from truceline.agreements.space.pieces import Pieces, pieces_of_lines, pieces_of_outline
from truceline.model.columns import Floats, Ints, Mask, Rows
from truceline.model.geodesy import WGS84

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

_BLOCK = 32_768
_FIRST_CORNERS = 3
"""The two ends of the nearest piece and one that proves it, wherever an edge is straight."""
_MORE_CORNERS = 4
_LEAF = 32
_MANY = 4_096
"""From so many positions on it is worth while to put neighbours together, and to start a second thread."""
_CELL_DEG = 0.05


@dataclass(frozen=True)
class Nearest:
    """Per position: metres to the nearest point of the edges, the piece it lies on, and how far along, from 0 to 1.

    Beyond the reach that was asked for, or without a position: infinite metres, piece -1.
    """

    metres: Floats
    piece: Ints
    share: Floats

    @property
    def found(self) -> Mask:
        """Which positions have a nearest point within reach."""
        there: Mask = self.piece >= 0
        return there


@dataclass(frozen=True)
class Edges:
    """The edges of one line, or of one outline, ready to be measured from."""

    pieces: Pieces

    @classmethod
    def of_lines(cls, parts: Sequence[Floats]) -> Edges:
        """The edges of a line of one or more parts, each an array of longitudes and latitudes in degrees.

        >>> line = Edges.of_lines([np.array([[37.0, 48.0], [38.0, 48.0]])])
        >>> line.nearest(np.array([37.5]), np.array([48.1])).metres.round(1).tolist()
        [11119.1]
        """
        return cls(pieces_of_lines(parts))

    @classmethod
    def of_outline(cls, shape: shapely.Geometry) -> Edges:
        """The edges of a polygon or multipolygon in degrees; where it was cut at the date line there is none."""
        return cls(pieces_of_outline(shape))

    def nearest(self, lon: Floats, lat: Floats, *, within_m: float = np.inf) -> Nearest:
        """The nearest point of the edges for each position, as far as ``within_m`` metres."""
        number = len(lon)
        found = Nearest(np.full(number, np.inf), np.full(number, -1, dtype=np.int64), np.zeros(number))
        rows = _neighbours_together(lon, lat, np.flatnonzero(np.isfinite(lon) & np.isfinite(lat)))
        for begin in range(0, len(rows), _BLOCK):
            block = rows[begin : begin + _BLOCK]
            self._measure(found, block, (usual_longitude(lon[block]), lat[block]), within_m)
        return found

    def foot(self, nearest: Nearest, rows: Rows) -> tuple[Floats, Floats]:
        """Longitude and latitude of the nearest points of some positions; they lie on the edge as it was drawn."""
        at, share, of = nearest.piece[rows], nearest.share[rows], self.pieces
        return of.lon[at] + share * of.east[at], of.lat[at] + share * of.north[at]

    def side(self, nearest: Nearest, lon: Floats, lat: Floats) -> Ints:
        """1 on the left of the edges in the direction in which they are drawn, -1 on the right.

        0 where the nearest point is an end, or the position lies on the edge. At a corner the mean direction of the
        two pieces that meet there decides (Bærentzen and Aanæs 2005, https://doi.org/10.1109/TVCG.2005.49).
        """
        side = np.zeros(len(lon), dtype=np.int64)
        rows = np.flatnonzero(nearest.found)
        for begin in range(0, len(rows), _BLOCK):
            block = rows[begin : begin + _BLOCK]
            side[block] = self._side(nearest, block, lon[block], lat[block])
        return side

    @cached_property
    def ends(self) -> Points:
        """The places where a line begins or ends, a column each; none for an outline or a line that closes."""
        alone = np.flatnonzero((self._before < 0) | (self._after < 0))
        return self.pieces.corner[:, alone]

    def end_m(self, lon: Floats, lat: Floats) -> Floats:
        """Metres in a straight line to the nearest end, never longer than the way along the ground; inf without one."""
        metres = np.full(len(lon), np.inf)
        for begin in range(0, len(lon), _BLOCK):
            part = slice(begin, begin + _BLOCK)
            points = in_space(lon[part], lat[part])
            for x, y, z in self.ends.T:
                away = np.sqrt((points[0] - x) ** 2 + (points[1] - y) ** 2 + (points[2] - z) ** 2)
                metres[part] = np.fmin(metres[part], away)
        return metres

    @cached_property
    def _before(self) -> Ints:
        """For each corner the piece that ends there, -1 for none."""
        return self._piece_at(self.pieces.end)

    @cached_property
    def _after(self) -> Ints:
        """For each corner the piece that begins there, -1 for none."""
        return self._piece_at(self.pieces.begin)

    def _piece_at(self, corner: Ints) -> Ints:
        piece = np.full(self.pieces.corner.shape[1], -1, dtype=np.int64)
        piece[corner] = np.arange(len(corner))
        return piece

    @cached_property
    def _adjoining(self) -> tuple[Ints, Ints]:
        """For each corner the pieces that end and begin there; at an end of the line twice the same."""
        before, after = self._before, self._after
        return np.where(before < 0, after, before), np.where(after < 0, before, after)

    @cached_property
    def _begin(self) -> Points:
        return np.ascontiguousarray(self.pieces.corner[:, self.pieces.begin])

    @cached_property
    def _step(self) -> Points:
        return np.ascontiguousarray(self.pieces.corner[:, self.pieces.end] - self._begin)

    @cached_property
    def _half_m(self) -> float:
        return float(np.sqrt(dot(self._step, self._step).max()) / 2.0)

    @cached_property
    def _tree(self) -> cKDTree:
        from scipy.spatial import cKDTree  # noqa: PLC0415 - slow to load, and only geometry needs it

        # the corners lie along a curve: nodes shrunk to their boxes made the search three times slower
        return cKDTree(self.pieces.corner.T, leafsize=_LEAF, compact_nodes=False, balanced_tree=False)

    def _measure(self, found: Nearest, rows: Rows, degrees: tuple[Floats, Floats], within_m: float) -> None:
        points = in_space(*degrees)
        reach_m = within_m + self._half_m
        near = self._in_box(points, reach_m)
        piece, share = self._search(points[:, near], reach_m)
        hit = piece >= 0
        near, at = near[hit], rows[near[hit]]
        found.piece[at], found.share[at] = piece[hit], share[hit]
        _, _, found.metres[at] = WGS84.inv(degrees[0][near], degrees[1][near], *self.foot(found, at))
        beyond = at[found.metres[at] > within_m]
        found.metres[beyond], found.piece[beyond], found.share[beyond] = np.inf, -1, 0.0

    def _in_box(self, points: Points, reach_m: float) -> Rows:
        """Positions that may be within reach, by the box in space that holds all corners."""
        inside = np.ones(points.shape[1], dtype=bool)
        if np.isfinite(reach_m):
            for axis, corners in zip(points, self.pieces.corner, strict=True):
                inside &= (axis >= corners.min() - reach_m) & (axis <= corners.max() + reach_m)
        return np.flatnonzero(inside)

    def _search(self, points: Points, reach_m: float) -> tuple[Ints, Floats]:
        """The nearest piece and how far along it; more corners for those that need them, until all are sure."""
        number, corners = points.shape[1], self.pieces.corner.shape[1]
        piece, share = np.full(number, -1, dtype=np.int64), np.zeros(number)
        open_rows, ask = np.arange(number), _FIRST_CORNERS
        while len(open_rows):
            ask, doubtful = min(ask, corners), []
            for begin in range(0, len(open_rows), max(1, _BLOCK * _FIRST_CORNERS // ask)):
                rows = open_rows[begin : begin + max(1, _BLOCK * _FIRST_CORNERS // ask)]
                piece[rows], share[rows], sure = self._among(points[:, rows], ask, reach_m)
                doubtful.append(rows[~sure])
            open_rows = np.concatenate(doubtful) if ask < corners else np.empty(0, dtype=np.intp)
            ask *= _MORE_CORNERS
        return piece, share

    def _among(self, points: Points, ask: int, reach_m: float) -> tuple[Ints, Floats, Mask]:
        """The nearest of the pieces at the nearest ``ask`` corners, and whether no other can be nearer."""
        away, corners = self._tree.query(
            points.T, k=[*range(1, ask + 1)], distance_upper_bound=reach_m, workers=-1 if points.shape[1] > _MANY else 1
        )
        away_m, corner = np.asarray(away), np.asarray(corners)
        reached = np.isfinite(away_m[:, 0])
        best, piece, share = self._closest(
            points, np.where(np.isfinite(away_m), corner, corner[:, :1] * reached[:, None])
        )
        piece[~reached] = -1
        # an infinite last distance says that all corners within reach are known
        return piece, share, ~reached | (away_m[:, -1] ** 2 >= best + self._half_m**2)

    def _closest(self, points: Points, corner: Ints) -> tuple[Floats, Ints, Floats]:
        number = points.shape[1]
        best, piece, share = np.full(number, np.inf), np.zeros(number, dtype=np.int64), np.zeros(number)
        for nth in range(corner.shape[1]):
            for adjoining in self._adjoining:
                candidate = adjoining[corner[:, nth]]
                step = self._step.take(candidate, axis=1)
                off = points - self._begin.take(candidate, axis=1)
                along = np.clip(dot(off, step) / dot(step, step), 0.0, 1.0)
                off -= along * step
                squared = dot(off, off)
                # equally near: the first in the line, so that it does not matter in which order corners were found
                better = (squared < best) | ((squared == best) & (candidate < piece))
                np.copyto(best, squared, where=better)
                np.copyto(piece, candidate, where=better)
                np.copyto(share, along, where=better)
        return best, piece, share

    def _side(self, nearest: Nearest, rows: Rows, lon: Floats, lat: Floats) -> Ints:
        piece, share = nearest.piece[rows], nearest.share[rows]
        foot_lon, foot_lat = self.foot(nearest, rows)
        up, off = upward(foot_lon, foot_lat), in_space(lon, lat) - in_space(foot_lon, foot_lat)
        beside = np.where(share <= 0.0, self._before[self.pieces.begin[piece]], piece)
        beside = np.where(share >= 1.0, self._after[self.pieces.end[piece]], beside)
        direction = self._direction[:, piece] + self._direction[:, beside]
        side = np.sign(dot(cross(up, direction), off)).astype(np.int64)
        side[beside < 0] = 0
        return side

    @cached_property
    def _direction(self) -> Points:
        unit: Points = self._step / np.sqrt(dot(self._step, self._step))
        return unit


def _neighbours_together(lon: Floats, lat: Floats, rows: Rows) -> Rows:
    """The same rows, cell by cell: the search goes through the same part of the tree for one after the other."""
    if len(rows) < _MANY:
        return rows
    cell = np.floor(lat[rows] / _CELL_DEG) * 1e5 + np.floor(lon[rows] / _CELL_DEG)
    return rows[np.argsort(cell.astype(np.int64), kind="stable")]
