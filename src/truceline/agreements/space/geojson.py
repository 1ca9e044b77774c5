"""The geometry in a GeoJSON file, checked strictly: degrees on WGS 84 in GeoJSON's order, longitude first (RFC 7946).

A line or an outline is part of what was agreed, so it is checked as strictly as the text. Heights are left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from truceline.model import AgreementFault

OUTLINE = '{"type": "Polygon", "coordinates": [[[30.0, 48.0], [31.0, 48.0], [31.0, 49.0], [30.0, 48.0]]]}'
LINE = '{"type": "LineString", "coordinates": [[30.0, 48.0], [30.5, 48.2], [31.0, 48.1]]}'
SETTLEMENTS = (
    '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"radius_m": 800}, '
    '"geometry": {"type": "Point", "coordinates": [30.0, 48.0]}}]}'
)
_WGS_84 = re.compile(r"(.*[:/])?(CRS:?84|EPSG[:/]{1,2}([\d.]+[:/])?4326)", re.IGNORECASE)
"""Names under which a file may say that it is in degrees on WGS 84."""

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees; a west greater than the east goes over the date line."""


@dataclass(frozen=True)
class Asked:
    """A file that is read: what is looked for in it, who asked for it, and where on the globe it must lie.

    ``noun`` is what the file holds in the reader's words, ``example`` a valid file. What is ``given`` stands in for
    what would be read from the file, as in a scenario that makes up its geometry.
    """

    path: Path
    noun: str
    example: str
    where: str = ""
    bounds: Bounds | None = None
    given: object = None

    @property
    def place(self) -> str:
        """The file, and the line of the agreement that asked for it."""
        return f"{self.path} (asked for by {self.where})" if self.where else str(self.path)

    def fault(self, what: str, do: str) -> AgreementFault:
        """The error that names the file, what is wrong with it, what to do, and shows a valid one."""
        return AgreementFault(what, where=self.place, do=do, example=self.example)


def parse(asked: Asked) -> object:
    """What stands in the file, as JSON."""
    if asked.given is not None:
        return asked.given
    try:
        value: object = json.loads(asked.path.read_text(encoding="utf-8-sig"))
    except OSError as cause:
        raise asked.fault(
            f"the {asked.noun} cannot be read: {cause.strerror}", "check the path, relative to the agreement"
        ) from cause
    except (ValueError, RecursionError) as cause:
        raise asked.fault(f"not GeoJSON: {cause}", "export it as GeoJSON, UTF-8") from cause
    return value


def only_geometry(asked: Asked, shapes: Sequence[str]) -> Mapping[str, Any]:
    """The geometry in a bare geometry, a feature, or a collection of exactly one feature."""
    value = parse(asked)
    _check_reference_system(value, asked)
    if isinstance(value, dict) and value.get("type") == "FeatureCollection":
        found = value.get("features")
        if not isinstance(found, list) or len(found) != 1:
            raise asked.fault(
                "the file does not hold exactly one feature",
                f"write one file per {asked.noun.replace('outline', 'zone')}",
            )
        value = found[0]
    return geometry_of(value, asked, shapes)


def features(asked: Asked) -> list[Any]:
    """The features of a collection, one at least."""
    value = parse(asked)
    _check_reference_system(value, asked)
    found = value.get("features") if isinstance(value, dict) and value.get("type") == "FeatureCollection" else None
    if not isinstance(found, list):
        raise asked.fault(f"the {asked.noun} are no FeatureCollection", "write one feature for each settlement")
    if not found:
        raise asked.fault(f"the file holds no {asked.noun}", "write one feature for each settlement")
    return found


def geometry_of(value: object, asked: Asked, shapes: Sequence[str]) -> Mapping[str, Any]:
    """The geometry of a feature, or a bare one; one of some shapes."""
    _check_reference_system(value, asked)
    if isinstance(value, dict) and value.get("type") == "Feature":
        value = value.get("geometry")
        _check_reference_system(value, asked)
    if not isinstance(value, dict) or value.get("type") not in shapes:
        kind = value.get("type") if isinstance(value, dict) else value
        article = "an" if asked.noun[0] in "aeiou" else "a"
        raise asked.fault(f"{kind!r} is not {article} {asked.noun}", f"{_WANTED[asked.noun]} is {_one_of(shapes)}")
    return value


_WANTED = {"outline": "a zone", "line": "a line", "settlements": "a settlement"}


def _one_of(shapes: Sequence[str]) -> str:
    return " or ".join(f"a {shape}" for shape in shapes)


def _check_reference_system(value: object, asked: Asked) -> None:
    """Refuse degrees on another ellipsoid, or metres: ignored, they would move the zone by a hundred metres or more."""
    if not isinstance(value, dict) or "crs" not in value:
        return
    stated = value["crs"]
    properties = stated.get("properties") if isinstance(stated, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else stated
    if not isinstance(name, str) or not _WGS_84.fullmatch(name):
        raise asked.fault(
            f"the {asked.noun} is in the reference system {name!r}",
            "convert it to degrees on WGS 84 (EPSG:4326, longitude first), in which every GeoJSON file is, and leave "
            "out crs",
        )


def rings_of(geometry: Mapping[str, Any], asked: Asked) -> list[list[list[tuple[float, float]]]]:
    """The polygons of an outline as rings of checked positions without heights, each ring closed."""
    coordinates = geometry.get("coordinates")
    polygons = coordinates if geometry["type"] == "MultiPolygon" else [coordinates]
    if not isinstance(polygons, list) or not polygons or not all(isinstance(p, list) and p for p in polygons):
        raise asked.fault("the outline is empty", "give a ring that encloses some ground")
    return [[_ring(ring, asked) for ring in polygon] for polygon in polygons]


def lines_of(geometry: Mapping[str, Any], asked: Asked) -> list[list[tuple[float, float]]]:
    """The parts of a line as checked positions without heights."""
    coordinates = geometry.get("coordinates")
    parts = coordinates if geometry["type"] == "MultiLineString" else [coordinates]
    if not isinstance(parts, list) or not parts:
        raise asked.fault("the line is empty", "give at least two positions")
    return [_line(part, asked) for part in parts]


def position_of(value: object, asked: Asked) -> tuple[float, float]:
    """Longitude and latitude of one position, on the globe and within the stated bounds."""
    numbers = isinstance(value, list) and len(value) in (2, 3) and all(is_number(n) for n in value)
    if not numbers or not isinstance(value, list):
        raise asked.fault(f"{value!r} is not a position", "write [longitude, latitude] in degrees")
    lon, lat = value[:2]
    if not (-180.0 <= lon <= 180.0 and -90.0 <= lat <= 90.0):
        raise asked.fault(
            f"longitude {lon}, latitude {lat} is off the globe", "write degrees on WGS 84, longitude first"
        )
    _check_bounds(lon, lat, asked)
    return lon, lat


def is_number(value: object) -> bool:
    """Whether JSON holds a number here; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _ring(ring: object, asked: Asked) -> list[tuple[float, float]]:
    if not isinstance(ring, list) or len(ring) < 4:
        raise asked.fault("a ring has fewer than four positions", "give at least three corners and the first again")
    corners = [position_of(position, asked) for position in ring]
    if ring[0] != ring[-1]:
        raise asked.fault("a ring is open: it does not end where it began", "repeat the first position at the end")
    _check_steps(
        corners,
        "a ring",
        "cut a zone that crosses the date line there into two polygons of one MultiPolygon (RFC 7946, 3.1.9); "
        "give a zone around the globe corners in between",
        asked,
    )
    return corners


def _line(part: object, asked: Asked) -> list[tuple[float, float]]:
    if not isinstance(part, list) or len(part) < 2:
        raise asked.fault("a line has fewer than two positions", "give at least two positions")
    corners = [position_of(position, asked) for position in part]
    for before, after in pairwise(corners):
        if before == after:
            raise asked.fault(
                f"a line repeats the position {list(before)}", "leave out the second of two equal positions"
            )
    _check_steps(
        corners,
        "a line",
        "cut a line that crosses the date line there into two parts of one MultiLineString (RFC 7946, 3.1.9)",
        asked,
    )
    return corners


def _check_steps(corners: Sequence[tuple[float, float]], whose: str, do: str, asked: Asked) -> None:
    for before, after in pairwise(corners):
        if abs(after[0] - before[0]) > 180.0:
            raise asked.fault(
                f"{whose} steps over more than half the globe, from longitude {before[0]} to {after[0]}", do
            )


def _check_bounds(lon: float, lat: float, asked: Asked) -> None:
    """Refuse what lies outside the box that was stated; say so where longitude and latitude would fit if exchanged."""
    if asked.bounds is None or _within(lon, lat, asked.bounds):
        return
    west, south, east, north = asked.bounds
    if _within(lat, lon, asked.bounds):
        raise asked.fault(
            f"longitude {lon}, latitude {lat} lies outside the stated bounds, and inside with the two exchanged",
            "write longitude first: [longitude, latitude]",
        )
    raise asked.fault(
        f"longitude {lon}, latitude {lat} lies outside the stated bounds {west:g} to {east:g} east, {south:g} to "
        f"{north:g} north",
        "correct the position, or the bounds: west, south, east, north in degrees",
    )


def _within(lon: float, lat: float, bounds: Bounds) -> bool:
    west, south, east, north = bounds
    across = west <= lon <= east if west <= east else lon >= west or lon <= east
    return across and south <= lat <= north
