"""Metres around a point: local azimuthal equidistant projections on WGS 84.

Degrees are never used as distances. Within 500 km of the centre a distance from the centre is exact
and one across it is good to about 0.1 %, which is far below any observer's own uncertainty.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod, Proj

Floats = NDArray[np.float64]

WGS84 = Geod(ellps="WGS84")
_LONGEST_EDGE_DEG = 0.1
"""At 60 degrees north an edge of that length bends by less than two metres."""


class LocalPlane:
    """East and north in metres from a centre given in degrees.

    >>> east, north = LocalPlane(37.0, 48.0).to_metres(37.0, 48.1)
    >>> round(float(north[0]))
    11119
    """

    def __init__(self, lon: float, lat: float, *, equal_area: bool = False) -> None:
        """Put the plane's origin at a longitude and latitude; with ``equal_area`` surfaces are exact, not distances."""
        # A bare projection: both sides are WGS 84, and a full transformation takes fifty times as long to set up.
        # On the equal-area plane meridians and parallels stay straight: a common edge is common however it is cut.
        kind = "cea" if equal_area else f"aeqd +lat_0={lat!r}"
        self._plane = Proj(f"+proj={kind} +lon_0={lon!r} +datum=WGS84 +units=m")

    def to_metres(self, lon: float | Floats, lat: float | Floats) -> tuple[Floats, Floats]:
        """Degrees to metres east and north."""
        east, north = self._plane(np.atleast_1d(lon), np.atleast_1d(lat))
        return np.asarray(east, float), np.asarray(north, float)

    def to_degrees(self, east: float | Floats, north: float | Floats) -> tuple[Floats, Floats]:
        """Metres east and north to degrees."""
        lon, lat = self._plane(np.atleast_1d(east), np.atleast_1d(north), inverse=True)
        return np.asarray(lon, float), np.asarray(lat, float)

    def flatten(self, shape: shapely.Geometry) -> shapely.Geometry:
        """A shape in degrees as the same shape in metres.

        An edge is straight in degrees, as in GeoJSON, so a long one bends in metres: it is cut into short ones first.
        """
        short = shapely.segmentize(shape, _LONGEST_EDGE_DEG)
        return shapely.transform(short, lambda xy: np.column_stack(self.to_metres(xy[:, 0], xy[:, 1])))

    def unflatten(self, shape: shapely.Geometry) -> shapely.Geometry:
        """A shape in metres as the same shape in degrees."""
        return shapely.transform(shape, lambda xy: np.column_stack(self.to_degrees(xy[:, 0], xy[:, 1])))


def metres_per_degree(lat: float) -> tuple[float, float]:
    """Metres in a degree of longitude and of latitude at a latitude, on WGS 84.

    >>> [round(one) for one in metres_per_degree(48.0)]
    [74625, 111190]
    """
    sine = math.sin(math.radians(lat))
    flat = 1.0 - WGS84.es * sine * sine
    north = math.radians(WGS84.a * (1.0 - WGS84.es) / flat**1.5)
    return math.radians(WGS84.a / math.sqrt(flat)) * math.cos(math.radians(lat)), north


@lru_cache(maxsize=512)
def plane_at(lon: float, lat: float) -> LocalPlane:
    """The local plane of a centre, kept because making one costs a millisecond."""
    return LocalPlane(lon, lat)


@lru_cache(maxsize=512)
def equal_area_at(lon: float, lat: float) -> LocalPlane:
    """The plane of a centre on which a surface has its true size, for shares of a surface."""
    return LocalPlane(lon, lat, equal_area=True)
