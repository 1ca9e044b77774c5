"""Positions on WGS 84 as points in space, so that no meridian and no pole is a special place.

Metres from the centre of the Earth: x towards 0° east on the equator, y towards 90° east, z towards the north pole.
A straight distance between two points of the surface (a *chord*) is never longer than the way along the ground.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from truceline.model.columns import Floats
from truceline.model.geodesy import WGS84

Points = NDArray[np.float64]
"""One row for each axis, x, y, z; one column for each position."""

RADIUS_M = float(WGS84.a)
"""Radius of the equator."""
_SHRINK = float(WGS84.b / WGS84.a) ** 2


def in_space(lon: Floats, lat: Floats) -> Points:
    """Degrees to metres from the centre of the Earth; whole turns of longitude change nothing.

    >>> in_space(np.array([0.0, 90.0]), np.array([0.0, 0.0])).round().tolist()
    [[6378137.0, 0.0], [0.0, 6378137.0], [0.0, 0.0]]
    """
    east, north = np.radians(lon), np.radians(lat)
    sine, cosine = np.sin(north), np.cos(north)
    across_m = RADIUS_M / np.sqrt(cosine**2 + _SHRINK * sine**2)
    return np.stack((across_m * cosine * np.cos(east), across_m * cosine * np.sin(east), across_m * _SHRINK * sine))


def upward(lon: Floats, lat: Floats) -> Points:
    """The direction straight up at each position, of length one."""
    east, north = np.radians(lon), np.radians(lat)
    return np.stack((np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)))


def usual_longitude(lon: Floats) -> Floats:
    """The same meridians between -180 and 180 degrees; what lies there already stays as it is, to the last bit.

    >>> usual_longitude(np.array([37.8, 397.5, -180.0, 540.0])).tolist()
    [37.8, 37.5, -180.0, -180.0]
    """
    beyond = (lon < -180.0) | (lon > 180.0)
    if not beyond.any():
        return lon
    found: Floats = np.where(beyond, (lon + 180.0) % 360.0 - 180.0, lon)
    return found


def cross(one: Points, other: Points) -> Points:
    """The product that stands upright on both: axis by axis, so that no row depends on its neighbours."""
    return np.stack(
        (
            one[1] * other[2] - one[2] * other[1],
            one[2] * other[0] - one[0] * other[2],
            one[0] * other[1] - one[1] * other[0],
        )
    )


def dot(one: Points, other: Points) -> Floats:
    """How far one direction goes along another."""
    found: Floats = one[0] * other[0] + one[1] * other[1] + one[2] * other[2]
    return found
