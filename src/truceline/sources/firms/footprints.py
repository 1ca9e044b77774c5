"""The ground a satellite's pixel may cover, as rectangles in degrees."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from truceline.sources.firms.mapping import SLANT_DEG

_EQUATOR_M = 6_378_137.0
_ECCENTRICITY_2 = 0.00669437999014
_NARROWEST_COSINE = 0.01
_SLANT = math.radians(SLANT_DEG)


def footprints(
    lat: Sequence[float], lon: Sequence[float], scan_km: Sequence[float], track_km: Sequence[float]
) -> NDArray[np.object_]:
    """Rectangles (degrees, WGS 84) that hold pixels of ``scan_km`` by ``track_km`` turned by up to 20 degrees.

    >>> box = footprints([48.0], [37.0], [1.0], [1.0])[0]
    >>> [round(edge, 4) for edge in box.bounds]
    [36.9914, 47.9942, 37.0086, 48.0058]
    """
    y, x = np.asarray(lat, float), np.asarray(lon, float)
    scan_m, track_m = np.asarray(scan_km, float) * 1000.0, np.asarray(track_km, float) * 1000.0
    north_m, east_m = _metres_per_degree(y)
    half_x = _widest(scan_m, track_m) / 2.0 / east_m
    half_y = _widest(track_m, scan_m) / 2.0 / north_m
    south, north = np.maximum(y - half_y, -90.0), np.minimum(y + half_y, 90.0)
    boxes: NDArray[np.object_] = shapely.box(x - half_x, south, x + half_x, north)
    return boxes


def _widest(side: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Greatest extent along ``side`` while the pixel turns; a long pixel is widest before the full slant."""
    turn = np.minimum(np.arctan2(other, side), _SLANT)
    extent: NDArray[np.float64] = side * np.cos(turn) + other * np.sin(turn)
    return extent


def _metres_per_degree(lat: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Metres in a degree of latitude and of longitude on the WGS 84 ellipsoid."""
    sine, cosine = np.sin(np.radians(lat)), np.maximum(np.cos(np.radians(lat)), _NARROWEST_COSINE)
    flat = 1.0 - _ECCENTRICITY_2 * sine**2
    north = math.pi / 180.0 * _EQUATOR_M * (1.0 - _ECCENTRICITY_2) / flat**1.5
    east = math.pi / 180.0 * _EQUATOR_M / np.sqrt(flat) * cosine
    return north, east
