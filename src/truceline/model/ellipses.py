"""The place of a located event: an ellipse that holds it with 95 %, two if nothing tells it from its mirror image."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import affinity
from shapely.geometry import Point

from truceline.model.densities import Density, NormalDensity, normal_spread
from truceline.model.errors import ValueFault
from truceline.model.geodesy import plane_at
from truceline.model.places import check_position, normal_points

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MirrorImage:
    """The second place an event may as well have, and the probability that it is the true one.

    Half axes in metres, ``azimuth_deg`` of the major one clockwise from north, as in :class:`EllipsePlace`.
    """

    lat: float
    lon: float
    major_m: float
    minor_m: float
    azimuth_deg: float
    share: float

    def __post_init__(self) -> None:
        """Refuse positions off the globe, impossible axes, and a share that is none."""
        _check_ellipse(self.lat, self.lon, (self.major_m, self.minor_m), self.azimuth_deg)
        if not 0.0 < self.share < 1.0:
            raise ValueFault(
                f"a mirror image with the share {self.share:g}",
                do="give a probability between 0 and 1, or leave the mirror image out",
                example="0.5",
            )


@dataclass(frozen=True, slots=True)
class EllipsePlace:
    """A normal distribution of which an ellipse holds 95 %: half axes in metres, azimuth clockwise from north.

    ``mirror`` is the second place where sensors on a line cannot tell a place from its mirror image: then the first
    holds what the mirror's share leaves. ``area`` is the mission's area that was named beside it, if any.

    >>> place = EllipsePlace(48.0, 37.0, 300.0, 100.0, 90.0)
    >>> place.contains_probability(Point(37.0, 48.0).buffer(1.0))
    1.0
    >>> half = MirrorImage(48.1, 37.0, 300.0, 100.0, 90.0, 0.5)
    >>> EllipsePlace(48.0, 37.0, 300.0, 100.0, 90.0, mirror=half).contains_probability(Point(37.0, 48.0).buffer(0.05))
    0.5
    """

    lat: float
    lon: float
    major_m: float
    minor_m: float
    azimuth_deg: float
    label: str = ""
    area: str = ""
    mirror: MirrorImage | None = None

    def __post_init__(self) -> None:
        """Refuse positions off the globe and impossible axes."""
        _check_ellipse(self.lat, self.lon, (self.major_m, self.minor_m), self.azimuth_deg)

    @property
    def key(self) -> str:
        """Coordinates to about a tenth of a metre, axes and azimuth, of each lobe with its share."""
        return "ellipse:" + ";".join(
            f"{one.lat:.6f},{one.lon:.6f},{one.major_m:g},{one.minor_m:g},{one.azimuth_deg % 180.0:g},{share:g}"
            for share, one in self.lobes
        )

    @property
    def lobes(self) -> Sequence[tuple[float, EllipsePlace | MirrorImage]]:
        """The place, and its mirror image if it has one, each with its share."""
        if self.mirror is None:
            return ((1.0, self),)
        return ((1.0 - self.mirror.share, self), (self.mirror.share, self.mirror))

    def contains_probability(self, area: shapely.Geometry) -> float | None:
        """Share of the normal distribution inside the area."""
        total = 0.0
        for share, lobe in self.lobes:
            flat = plane_at(lobe.lon, lobe.lat).flatten(area)
            total += share * float(np.mean(shapely.intersects_xy(flat, *_normal_points(lobe))))
        return min(1.0, total)

    def distance_probability(self, line: shapely.Geometry, metres: float) -> float | None:
        """Share of the normal distribution within ``metres`` of the line."""
        total = 0.0
        for share, lobe in self.lobes:
            near = plane_at(lobe.lon, lobe.lat).flatten(line)
            points = shapely.points(*_normal_points(lobe))
            total += share * float(np.mean(shapely.dwithin(points, near, metres)))
        return min(1.0, total)

    def area_95(self) -> shapely.Geometry | None:
        """The ellipse; with a mirror image both, for each holds 95 % of its own share."""
        shapes = [_ellipse(lobe) for _, lobe in self.lobes]
        return shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)

    def density(self) -> Density:
        """Normal, or two normal lobes with their shares."""
        plane = plane_at(self.lon, self.lat)
        parts = []
        for share, lobe in self.lobes:
            east, north = plane.to_metres(lobe.lon, lobe.lat)
            spread = normal_spread(lobe.major_m, lobe.minor_m, lobe.azimuth_deg, float(east[0]), float(north[0]))
            parts.append((share, spread))
        return NormalDensity(self.lat, self.lon, tuple(parts))


def _check_ellipse(lat: float, lon: float, axes_m: tuple[float, float], azimuth_deg: float) -> None:
    check_position(lat, lon)
    major_m, minor_m = axes_m
    if not 0.0 <= minor_m <= major_m < math.inf:
        raise ValueFault(
            f"an ellipse with the half axes {major_m:g} and {minor_m:g} m",
            do="give metres, the major one first and none negative",
            example="300, 100",
        )
    if not math.isfinite(azimuth_deg):
        raise ValueFault("an azimuth is no number", do="give degrees clockwise from north", example="37.5")


def _turned(lobe: EllipsePlace | MirrorImage, along: Floats, across: Floats) -> tuple[Floats, Floats]:
    """Offsets along the major axis and to its right as east and north."""
    east, north = math.sin(math.radians(lobe.azimuth_deg)), math.cos(math.radians(lobe.azimuth_deg))
    return along * east + across * north, along * north - across * east


def _normal_points(lobe: EllipsePlace | MirrorImage) -> tuple[Floats, Floats]:
    along, across = normal_points(1.0)
    return _turned(lobe, along * lobe.major_m, across * lobe.minor_m)


def _ellipse(lobe: EllipsePlace | MirrorImage) -> shapely.Geometry:
    if lobe.major_m == 0.0:
        return Point(lobe.lon, lobe.lat)
    # No narrower than half a metre: what has no surface cannot be drawn or united with another.
    disc = Point(0.0, 0.0).buffer(1.0, quad_segs=32)
    stretched = affinity.scale(disc, max(lobe.minor_m, 0.5), lobe.major_m, origin=(0.0, 0.0))
    turned = affinity.rotate(stretched, -lobe.azimuth_deg, origin=(0.0, 0.0))
    return plane_at(lobe.lon, lobe.lat).unflatten(turned)
