"""How far positions are from a line and on whose side, or how deep in an outline, for a million of them at once.

The questions: *how many metres is this position from the line, and on which side of it?* and *how many metres is it
from the edge of this zone, inside or out?* Withdrawal clauses are written so: so many kilometres from the line of
contact, on each side. Two parties may each hold to a line of their own, so a line is an argument here and never a
setting.

A line has a direction: its *left* side is on the left hand of somebody who walks it in the order of its positions. The
side of a position is the side of the nearest stretch. Where the nearest point is an end, nobody can say: the line
might have gone on either way. Distances are geodesic on WGS 84; for their error see :mod:`.edges`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from truceline.agreements.space.edges import Edges
from truceline.agreements.space.globe import usual_longitude
from truceline.model.columns import Floats, Ints, Mask, Rows


@dataclass(frozen=True)
class SignedDistance:
    """Per position: metres from the line, never negative; the side; metres to the line's nearest end.

    ``side`` is 1 on the left, -1 on the right, and 0 where nobody can say or the position lies on the line. Beyond
    ``reach_m`` nothing was measured: the distance is infinite and the side 0. Without a position the distance is not a
    number. ``end_m`` is infinite for a line that closes.
    """

    metres: Floats
    side: Ints
    end_m: Floats
    reach_m: float = np.inf

    def __len__(self) -> int:
        """How many positions."""
        return len(self.metres)

    def take(self, rows: Rows) -> SignedDistance:
        """Some of the positions."""
        return SignedDistance(self.metres[rows], self.side[rows], self.end_m[rows], self.reach_m)


def distances_from_line(lon: Floats, lat: Floats, line: Edges, *, within_m: float = np.inf) -> SignedDistance:
    """Distances of positions (degrees) from a line, as far as ``within_m`` metres; without a limit all are measured.

    Measure once per line and table of incidents, and hold every band against the same distances.

    >>> line = Edges.of_lines([np.array([[37.0, 48.0], [38.0, 48.0]])])
    >>> found = distances_from_line(np.array([37.5, 37.5, 36.9]), np.array([48.1, 47.9, 48.0]), line)
    >>> found.metres.round().tolist(), found.side.tolist()
    ([11119.0, 11119.0, 7463.0], [1, -1, 0])
    """
    nearest = line.nearest(lon, lat, within_m=within_m)
    metres = np.where(np.isfinite(lon) & np.isfinite(lat), nearest.metres, np.nan)
    return SignedDistance(metres, line.side(nearest, lon, lat), line.end_m(lon, lat), within_m)


@dataclass(frozen=True)
class Outline:
    """A polygon or multipolygon in degrees, ready to be asked about many positions."""

    shape: shapely.Geometry

    @cached_property
    def edges(self) -> Edges:
        """Its edges, without those along which it was cut at the date line."""
        return Edges.of_outline(self.shape)

    def holds(self, lon: Floats, lat: Floats) -> Mask:
        """Which positions lie inside or on the edge; what has no position lies nowhere."""
        shapely.prepare(self.shape)
        lon = usual_longitude(lon)
        inside: Mask = shapely.intersects_xy(self.shape, lon, lat)
        dated = np.flatnonzero(np.abs(lon) == 180.0)
        if len(dated):
            inside[dated] |= shapely.intersects_xy(self.shape, -lon[dated], lat[dated])
        return inside

    def depth_m(self, lon: Floats, lat: Floats, *, near_m: float = np.inf) -> Floats:
        """Metres from the edge, positive inside and negative outside; beyond ``near_m`` infinite.

        >>> zone = Outline(shapely.box(37.0, 48.0, 38.0, 49.0))
        >>> zone.depth_m(np.array([37.5, 37.5, 37.5]), np.array([48.01, 47.99, 40.0]), near_m=5_000.0).round().tolist()
        [1112.0, -1112.0, -inf]
        """
        metres = self.edges.nearest(lon, lat, within_m=near_m).metres
        depth: Floats = np.where(self.holds(lon, lat), metres, -metres)
        depth[~(np.isfinite(lon) & np.isfinite(lat))] = np.nan
        return depth
