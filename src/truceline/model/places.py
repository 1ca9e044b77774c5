"""Where: a place is a statement about a position, never just a position.

Each kind of place answers the same two questions: how likely does it lie inside an area or within a
distance of a line, and what area holds it with 95 %. Each has a density, from which evidence of several kinds is held
against each other (:mod:`truceline.model.densities`). Shapes are in degrees (longitude, latitude, WGS 84);
all measuring is done in metres on a local plane. ``None`` as a probability means nobody can say.

A point's error is a circular normal distribution of which ``radius_m`` holds 95 %. Sectors, areas and
lines are taken as uniform: the observer said "in there" and nothing more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon

from truceline.model.densities import Density, NormalDensity, even_density, normal_spread
from truceline.model.errors import ValueFault
from truceline.model.geodesy import WGS84, LocalPlane, equal_area_at, plane_at

PATH_MARK = " / "
"""Between the levels of an area's name, the widest first; what stands before the first mark is the mission's area."""

SIGMA_PER_RADIUS_95 = 1.0 / math.sqrt(-2.0 * math.log(0.05))
"""Standard deviation per axis of a circular normal whose 95 % radius is 1."""

_SMALLEST_HOLE_M = 0.5
_STRAIGHT_DEG = 0.02
_NARROWEST_DEG = 0.01
"""No bearing is known better than this; a sector of no width at all would lie nowhere."""
_RINGS, _SPOKES = 40, 64
"""Of 40 rings of equal weight 38 lie inside the 95 % radius: exactly 95 %."""


class Place(Protocol):
    """What every place can tell."""

    @property
    def label(self) -> str:
        """The place in the observer's words."""

    @property
    def key(self) -> str:
        """Equal for two places that say the same."""

    def contains_probability(self, area: shapely.Geometry) -> float | None:
        """How likely the true position lies in an area given in degrees."""

    def distance_probability(self, line: shapely.Geometry, metres: float) -> float | None:
        """How likely the true position lies within so many metres of a line given in degrees."""

    def area_95(self) -> shapely.Geometry | None:
        """An area in degrees that holds the true position with at least 95 %."""

    def density(self) -> Density | None:
        """How likely each position is; ``None`` where nobody can say."""


@dataclass(frozen=True, slots=True)
class PointPlace:
    """A point and the radius in metres that holds the true position with 95 %; zero means surveyed.

    ``area`` is the mission's area the observer named beside the position, empty when none was named.

    >>> PointPlace(48.0, 37.0, 100.0).contains_probability(Point(37.0, 48.0).buffer(1.0))
    1.0
    """

    lat: float
    lon: float
    radius_m: float
    label: str = ""
    area: str = ""

    def __post_init__(self) -> None:
        """Refuse coordinates off the globe, the null island and negative radii."""
        check_position(self.lat, self.lon)
        _check_radius(self.radius_m)

    @property
    def key(self) -> str:
        """Coordinates to about a tenth of a metre, and the radius."""
        return f"point:{self.lat:.6f},{self.lon:.6f},{self.radius_m:g}"

    def contains_probability(self, area: shapely.Geometry) -> float | None:
        """Share of the normal distribution inside the area."""
        return self._share_inside(plane_at(self.lon, self.lat).flatten(area))

    def distance_probability(self, line: shapely.Geometry, metres: float) -> float | None:
        """Share of the normal distribution within ``metres`` of the line."""
        near = plane_at(self.lon, self.lat).flatten(line)
        east, north = normal_points(self.radius_m)
        return float(np.mean(shapely.dwithin(shapely.points(east, north), near, metres)))

    def area_95(self) -> shapely.Geometry | None:
        """The disc of ``radius_m``."""
        if self.radius_m == 0:
            return Point(self.lon, self.lat)
        return plane_at(self.lon, self.lat).unflatten(Point(0, 0).buffer(self.radius_m, quad_segs=32))

    def density(self) -> Density:
        """A circular normal distribution."""
        return NormalDensity(self.lat, self.lon, ((1.0, normal_spread(self.radius_m, self.radius_m, 0.0)),))

    def _share_inside(self, flat: shapely.Geometry) -> float:
        east, north = normal_points(self.radius_m)
        return float(np.mean(shapely.intersects_xy(flat, east, north)))


@dataclass(frozen=True, slots=True)
class SectorPlace:
    """A ring segment seen from a known position, as in "0.6-4 km S and SSW of the observer".

    Bearings in degrees clockwise from north, from ``bearing_from`` on to ``bearing_to``; equal values mean all
    round. Distances in metres; an unknown far end is given by the adapter as a stated limit.

    >>> SectorPlace(48.0, 37.0, 168.75, 213.75, 600.0, 4000.0).contains_probability(Point(37.0, 47.9).buffer(2.0))
    1.0
    """

    lat: float
    lon: float
    bearing_from: float
    bearing_to: float
    near_m: float
    far_m: float
    label: str = ""

    def __post_init__(self) -> None:
        """Refuse positions off the globe and distances out of order."""
        check_position(self.lat, self.lon)
        if not (math.isfinite(self.bearing_from) and math.isfinite(self.bearing_to)):
            raise ValueFault("a bearing is no number", do="give degrees clockwise from north", example="168.75")
        if not 0 <= self.near_m <= self.far_m < math.inf or self.far_m == 0:
            raise ValueFault(
                f"distance band {self.near_m:g}-{self.far_m:g} m is empty or reversed",
                do="give the nearer distance first",
                example="0.6-4km S and SSW",
            )

    @property
    def key(self) -> str:
        """Observer, bearings and distances."""
        return (
            f"sector:{self.lat:.6f},{self.lon:.6f},{self.bearing_from:g}-{self.bearing_to:g},"
            f"{self.near_m:g}-{self.far_m:g}"
        )

    def shape(self) -> Polygon:
        """The sector in metres around the observer."""
        sweep = max((self.bearing_to - self.bearing_from) % 360.0 or 360.0, _NARROWEST_DEG)
        steps = max(4, int(sweep / 3.0))
        angles = np.radians(self.bearing_from + np.linspace(0.0, sweep, steps + 1))
        outer = np.column_stack((np.sin(angles), np.cos(angles))) * self.far_m
        near_m = min(self.near_m, self.far_m * 0.999) if self.near_m >= _SMALLEST_HOLE_M else 0.0
        inner = np.column_stack((np.sin(angles), np.cos(angles))) * near_m
        if sweep == 360.0:
            return Polygon(outer, [inner[::-1]] if near_m > 0 else None)
        return Polygon(np.vstack((outer, inner[::-1]))) if near_m > 0 else Polygon(np.vstack((outer, [[0.0, 0.0]])))

    def contains_probability(self, area: shapely.Geometry) -> float | None:
        """Share of the sector's surface inside the area."""
        return _share_of_surface(self.shape(), plane_at(self.lon, self.lat).flatten(area))

    def distance_probability(self, line: shapely.Geometry, metres: float) -> float | None:
        """Share of the sector's surface within ``metres`` of the line."""
        near = plane_at(self.lon, self.lat).flatten(line).buffer(metres, quad_segs=32)
        return _share_of_surface(self.shape(), near)

    def area_95(self) -> shapely.Geometry | None:
        """The whole sector."""
        return plane_at(self.lon, self.lat).unflatten(self.shape())

    def density(self) -> Density:
        """The same everywhere in the sector."""
        return even_density(self.lat, self.lon, self.shape())


@dataclass(frozen=True, slots=True)
class AreaPlace:
    """Somewhere in a named area. Without a shape the name is all that is known.

    ``public_name`` is the name as it may leave the mission: ``None`` means the name itself, and empty that nothing
    may be told, as when the name is the words of an observer who says where the post stands.

    >>> AreaPlace("Odeska oblast").contains_probability(Point(30, 46).buffer(1)) is None
    True
    """

    name: str
    shape: shapely.Geometry | None = field(default=None, compare=False)
    public_name: str | None = None

    def __post_init__(self) -> None:
        """Refuse an area without a name."""
        if not self.name.strip():
            raise ValueFault("an area without a name", do="name the area", example="Odeska oblast")

    @property
    def label(self) -> str:
        """The area's name."""
        return self.name

    @property
    def key(self) -> str:
        """The area's name."""
        return f"area:{self.name}"

    def contains_probability(self, area: shapely.Geometry) -> float | None:
        """Share of this area's surface inside the other; ``None`` without a shape."""
        if self.shape is None:
            return None
        centre = self.shape.centroid
        plane = equal_area_at(round(centre.x, 6), round(centre.y, 6))
        return _share_of_surface(plane.flatten(self.shape), plane.flatten(area))

    def distance_probability(self, line: shapely.Geometry, metres: float) -> float | None:
        """Share of this area's surface within ``metres`` of the line; ``None`` without a shape."""
        if self.shape is None:
            return None
        plane = _plane_of(self.shape)
        return _share_of_surface(plane.flatten(self.shape), plane.flatten(line).buffer(metres, quad_segs=32))

    def area_95(self) -> shapely.Geometry | None:
        """The area itself."""
        return self.shape

    def density(self) -> Density | None:
        """The same everywhere in the area; ``None`` without a shape."""
        if self.shape is None or self.shape.is_empty:
            return None
        middle = _middle_of(self.shape)
        return even_density(middle.y, middle.x, plane_at(middle.x, middle.y).flatten(self.shape))


@dataclass(frozen=True, slots=True)
class LinePlace:
    """Somewhere along a line (a road, a river, a stretch of a contact line), ``radius_m`` to either side."""

    name: str
    shape: LineString = field(compare=False)
    radius_m: float

    def __post_init__(self) -> None:
        """Refuse negative and endless radii."""
        _check_radius(self.radius_m)

    @property
    def label(self) -> str:
        """The line's name."""
        return self.name

    @property
    def key(self) -> str:
        """The line's name and the radius."""
        return f"line:{self.name},{self.radius_m:g}"

    def _strip(self, plane: LocalPlane) -> shapely.Geometry:
        # Straight in degrees is bent in metres: over 40 km by more than a narrow strip is wide.
        return plane.flatten(shapely.segmentize(self.shape, _STRAIGHT_DEG)).buffer(
            max(self.radius_m, 0.5), quad_segs=32
        )

    def contains_probability(self, area: shapely.Geometry) -> float | None:
        """Share of the strip's surface inside the area."""
        plane = _plane_of(self.shape)
        return _share_of_surface(self._strip(plane), plane.flatten(area))

    def distance_probability(self, line: shapely.Geometry, metres: float) -> float | None:
        """Share of the strip's surface within ``metres`` of the other line."""
        plane = _plane_of(self.shape)
        return _share_of_surface(self._strip(plane), plane.flatten(line).buffer(metres, quad_segs=32))

    def area_95(self) -> shapely.Geometry | None:
        """The strip."""
        plane = _plane_of(self.shape)
        return plane.unflatten(self._strip(plane))

    def density(self) -> Density:
        """The same everywhere in the strip."""
        middle = _middle_of(self.shape)
        return even_density(middle.y, middle.x, self._strip(_plane_of(self.shape)))


@dataclass(frozen=True, slots=True)
class UnknownPlace:
    """Nobody said where. Every question is answered with "cannot be said"."""

    label: str = ""

    @property
    def key(self) -> str:
        """The words, if there were any."""
        return f"unknown:{self.label}"

    def contains_probability(self, area: shapely.Geometry) -> float | None:
        """Cannot be said."""
        del area
        return None

    def distance_probability(self, line: shapely.Geometry, metres: float) -> float | None:
        """Cannot be said."""
        del line, metres
        return None

    def area_95(self) -> shapely.Geometry | None:
        """No area can be given."""
        return None

    def density(self) -> Density | None:
        """Cannot be said."""
        return None


def named_area(*levels: str) -> AreaPlace:
    """An area by the names of its levels, the widest first; empty ones are left out.

    >>> named_area("Odeska oblast", "", "Lisne").name
    'Odeska oblast / Lisne'
    """
    return AreaPlace(PATH_MARK.join(level for level in levels if level))


def widest_area(name: str) -> str:
    """The widest area an area's name begins with: the one the mission lists.

    >>> widest_area("Odeska oblast / Lisne")
    'Odeska oblast'
    """
    return name.partition(PATH_MARK)[0]


def check_position(lat: float, lon: float) -> None:
    """Raise :class:`ValueFault` for a position off the globe or at 0,0, the mark of a lost coordinate."""
    if not (-90.0 <= lat <= 90.0 and -180.0 <= lon <= 180.0):
        swapped = -90.0 <= lon <= 90.0 and -180.0 <= lat <= 180.0
        hint = "latitude and longitude look swapped" if swapped else "give degrees, WGS 84"
        raise ValueFault(f"position {lat}, {lon} is off the globe", do=hint, example="48.0159, 37.8028")
    if lat == 0.0 and lon == 0.0:
        raise ValueFault("position 0, 0 stands for a lost coordinate", do="leave it empty", example="48.0159, 37.8028")


def _check_radius(radius_m: float) -> None:
    if not 0 <= radius_m < math.inf:
        raise ValueFault(f"radius {radius_m} m is negative or no number", do="give metres, 0 or more", example="500")


def distance_m(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Geodesic distance in metres between two positions on WGS 84.

    >>> round(distance_m(48.0, 37.0, 48.1, 37.0))
    11119
    """
    return float(WGS84.inv(lon_a, lat_a, lon_b, lat_b)[2])


def normal_points(radius_95_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Points of equal weight for a circular normal: rings of equal probability, spokes turned ring by ring."""
    if radius_95_m == 0.0:
        return np.zeros(1), np.zeros(1)
    sigma = radius_95_m * SIGMA_PER_RADIUS_95
    ring = (np.arange(_RINGS) + 0.5) / _RINGS
    radii = sigma * np.sqrt(-2.0 * np.log1p(-ring))
    turn = (np.arange(_RINGS) * 0.381966) % 1.0
    angles = 2.0 * np.pi * ((np.arange(_SPOKES)[None, :] + turn[:, None]) / _SPOKES)
    return (radii[:, None] * np.cos(angles)).ravel(), (radii[:, None] * np.sin(angles)).ravel()


def _share_of_surface(whole: shapely.Geometry, part: shapely.Geometry) -> float:
    surface = whole.area
    if surface == 0.0:
        return float(shapely.intersects(whole, part))
    return float(min(1.0, _shared(whole, part).area / surface))


def _shared(whole: shapely.Geometry, part: shapely.Geometry) -> shapely.Geometry:
    """What two shapes have in common, also where a thin strip crosses itself once it is measured on another plane."""
    try:
        return whole.intersection(part)
    except shapely.GEOSException:
        return shapely.make_valid(whole).intersection(shapely.make_valid(part))


def _plane_of(shape: shapely.Geometry) -> LocalPlane:
    middle = _middle_of(shape)
    return plane_at(middle.x, middle.y)


def _middle_of(shape: shapely.Geometry) -> Point:
    centre = shape.centroid
    return Point(round(centre.x, 6), round(centre.y, 6))
