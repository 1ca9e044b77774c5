"""How likely each position is: the density behind a place, its mean and its covariance.

A place is a statement about a position, so it has a density over positions (per square metre). Of a point or an
ellipse it is normal, of a sector, an area, a line or a pixel it is the same everywhere inside: the observer said "in
there" and nothing more. In: the plane around a place and either normal parts or a shape in metres on it. Out: the
density at positions in degrees, and the mean (degrees) with its covariance (square metres). The covariance of a shape
is exact, from its corners (Green's theorem; Steger 1996, "On the calculation of arbitrary moments of polygons").

A position stated without any error is taken as known to half a metre, for no position is a density that is endless.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from truceline.model.geodesy import LocalPlane, metres_per_degree, plane_at

Floats = NDArray[np.float64]

LEAST_RADIUS_M = 0.5
"""No position is known better than this (95 %), however exact it was stated."""
SQUARED_AXIS_TO_M2 = 1.0 / (-2.0 * math.log(0.05))
"""Variance along an axis of a normal distribution whose half axis of 95 % is 1."""
_STEP_M = 10.0


@dataclass(frozen=True, slots=True)
class Spread:
    """A mean (x to the east, y to the north, in metres on a plane) and a covariance (square metres)."""

    x_m: float
    y_m: float
    xx_m2: float
    xy_m2: float
    yy_m2: float


@dataclass(frozen=True, slots=True)
class Moments:
    """The mean position in degrees, and the covariance there: x to the east, y to the north, in square metres.

    >>> spread = Moments(48.0, 37.0, 100.0, 0.0, 25.0).on(plane_at(37.0, 48.0))
    >>> round(spread.x_m, 3), round(spread.xx_m2, 3), round(spread.yy_m2, 3)
    (0.0, 100.0, 25.0)
    """

    lat: float
    lon: float
    xx_m2: float
    xy_m2: float
    yy_m2: float

    def on(self, plane: LocalPlane) -> Spread:
        """The same on a plane of another centre, where north may point a little elsewhere."""
        return _carried(Spread(0.0, 0.0, self.xx_m2, self.xy_m2, self.yy_m2), plane_at(self.lon, self.lat), plane)


class Density(Protocol):
    """How likely each position is."""

    def at(self, lon: Floats, lat: Floats) -> Floats:
        """The density per square metre at positions in degrees."""

    def moments(self) -> Moments:
        """Mean and covariance."""


@dataclass(frozen=True)
class NormalDensity:
    """One normal distribution or several, each with its share, on the plane of a centre in degrees."""

    lat: float
    lon: float
    parts: tuple[tuple[float, Spread], ...]

    def at(self, lon: Floats, lat: Floats) -> Floats:
        """The density per square metre at positions in degrees."""
        east, north = plane_at(self.lon, self.lat).to_metres(lon, lat)
        total = np.zeros(len(east))
        for share, part in self.parts:
            x, y = east - part.x_m, north - part.y_m
            determinant = part.xx_m2 * part.yy_m2 - part.xy_m2**2
            squares = (part.yy_m2 * x * x - 2.0 * part.xy_m2 * x * y + part.xx_m2 * y * y) / determinant
            total += share * np.exp(-0.5 * squares) / (2.0 * math.pi * math.sqrt(determinant))
        return total

    def moments(self) -> Moments:
        """Mean and covariance of all parts together: the farther apart they lie, the wider."""
        if len(self.parts) == 1 and self.parts[0][1].x_m == self.parts[0][1].y_m == 0.0:
            only = self.parts[0][1]
            return Moments(self.lat, self.lon, only.xx_m2, only.xy_m2, only.yy_m2)
        x = sum(share * part.x_m for share, part in self.parts)
        y = sum(share * part.y_m for share, part in self.parts)
        xx = sum(share * (part.xx_m2 + (part.x_m - x) ** 2) for share, part in self.parts)
        xy = sum(share * (part.xy_m2 + (part.x_m - x) * (part.y_m - y)) for share, part in self.parts)
        yy = sum(share * (part.yy_m2 + (part.y_m - y) ** 2) for share, part in self.parts)
        return moments_at(Spread(x, y, xx, xy, yy), plane_at(self.lon, self.lat))


@dataclass(frozen=True)
class EvenDensity:
    """The same everywhere inside a shape, which is in metres on the plane of a centre in degrees."""

    lat: float
    lon: float
    shape: shapely.Geometry

    def at(self, lon: Floats, lat: Floats) -> Floats:
        """One over the surface inside and on the edge, 0 outside."""
        east, north = plane_at(self.lon, self.lat).to_metres(lon, lat)
        inside: Floats = shapely.intersects_xy(self.shape, east, north) / self.shape.area
        return inside

    def moments(self) -> Moments:
        """The middle of the surface and its covariance."""
        return moments_at(_of_surface(self.shape), plane_at(self.lon, self.lat))


def normal_spread(major_m: float, minor_m: float, azimuth_deg: float, x_m: float = 0.0, y_m: float = 0.0) -> Spread:
    """The covariance of an ellipse that holds 95 %: half axes in metres, the major one at degrees from north.

    >>> spread = normal_spread(300.0, 100.0, 90.0)
    >>> spread.xx_m2 > spread.yy_m2
    True
    """
    major = max(major_m, LEAST_RADIUS_M) ** 2 * SQUARED_AXIS_TO_M2
    minor = max(minor_m, LEAST_RADIUS_M) ** 2 * SQUARED_AXIS_TO_M2
    east, north = math.sin(math.radians(azimuth_deg)), math.cos(math.radians(azimuth_deg))
    return Spread(
        x_m,
        y_m,
        major * east * east + minor * north * north,
        (major - minor) * east * north,
        major * north * north + minor * east * east,
    )


def even_density(lat: float, lon: float, shape: shapely.Geometry) -> EvenDensity:
    """A place somewhere in a shape (metres on the plane of a centre); one without a surface is half a metre wide."""
    sound = shape if shape.is_valid else shapely.make_valid(shape)
    return EvenDensity(lat, lon, sound if sound.area > 0 else sound.buffer(LEAST_RADIUS_M))


def _of_surface(shape: shapely.Geometry) -> Spread:
    """Mean and covariance of a surface, from the corners of its rings, holes taken off."""
    middle = shape.centroid
    total = np.zeros(6)
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            rings = [part.exterior, *part.interiors]
            for number, ring in enumerate(rings):
                sums = _ring_sums(shapely.get_coordinates(ring) - (middle.x, middle.y))
                total += sums * np.sign(sums[0]) * (1.0 if number == 0 else -1.0)
    x, y = total[1] / total[0], total[2] / total[0]
    xx, xy, yy = total[3] / total[0] - x * x, total[4] / total[0] - x * y, total[5] / total[0] - y * y
    return Spread(middle.x + x, middle.y + y, float(xx), float(xy), float(yy))


def _ring_sums(corners: Floats) -> Floats:
    """Surface, first and second moments within a ring, all with the sign of its turn."""
    x, y = corners[:-1].T
    u, v = corners[1:].T
    cross = x * v - u * y
    return np.array(
        [
            cross.sum() / 2.0,
            (cross * (x + u)).sum() / 6.0,
            (cross * (y + v)).sum() / 6.0,
            (cross * (x * x + x * u + u * u)).sum() / 12.0,
            (cross * (x * v + 2.0 * x * y + 2.0 * u * v + u * y)).sum() / 24.0,
            (cross * (y * y + y * v + v * v)).sum() / 12.0,
        ]
    )


def moments_at(spread: Spread, plane: LocalPlane) -> Moments:
    """A spread on a plane as what it is around its own mean, where north may point a little elsewhere."""
    x = spread.x_m + np.array([0.0, _STEP_M, -_STEP_M, 0.0, 0.0])
    y = spread.y_m + np.array([0.0, 0.0, 0.0, _STEP_M, -_STEP_M])
    lon, lat = plane.to_degrees(x, y)
    east_m, north_m = metres_per_degree(float(lat[0]))
    east = ((lon - lon[0] + 180.0) % 360.0 - 180.0) * east_m
    there = _turned(spread, east, (lat - lat[0]) * north_m)
    return Moments(float(lat[0]), float(lon[0]), there.xx_m2, there.xy_m2, there.yy_m2)


def _carried(spread: Spread, from_plane: LocalPlane, to_plane: LocalPlane) -> Spread:
    """A spread on another plane: its mean moved, its covariance turned as the directions turn at the mean."""
    x = spread.x_m + np.array([0.0, _STEP_M, -_STEP_M, 0.0, 0.0])
    y = spread.y_m + np.array([0.0, 0.0, 0.0, _STEP_M, -_STEP_M])
    return _turned(spread, *to_plane.to_metres(*from_plane.to_degrees(x, y)))


def _turned(spread: Spread, east: Floats, north: Floats) -> Spread:
    """A spread elsewhere: where its mean and the points a step to each of four sides lie there says how it turns."""
    by_x, by_y = np.array([east[1] - east[2], north[1] - north[2]]), np.array([east[3] - east[4], north[3] - north[4]])
    turn = np.column_stack((by_x, by_y)) / (2 * _STEP_M)
    covariance = np.array([[spread.xx_m2, spread.xy_m2], [spread.xy_m2, spread.yy_m2]])
    there = turn @ covariance @ turn.T
    return Spread(float(east[0]), float(north[0]), float(there[0, 0]), float(there[0, 1]), float(there[1, 1]))
