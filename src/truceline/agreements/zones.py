"""Zones: the dated outlines a norm may be limited to, brought by the mission as GeoJSON.

No borders are shipped. An outline is part of what was agreed, so it is checked as strictly as the text: closed rings
that do not cross themselves, degrees on WGS 84 in GeoJSON's order (longitude first), RFC 7946. Heights are left out.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import shapely
from shapely.geometry import shape as shape_of
from shapely.validation import explain_validity

from truceline.model import AgreementFault

_EXAMPLE = '{"type": "Polygon", "coordinates": [[[30.0, 48.0], [31.0, 48.0], [31.0, 49.0], [30.0, 48.0]]]}'
_SHAPES = ("Polygon", "MultiPolygon")
_WGS_84 = re.compile(r"(.*[:/])?(CRS:?84|EPSG[:/]{1,2}([\d.]+[:/])?4326)", re.IGNORECASE)
"""Names under which a file may say that it is in degrees on WGS 84."""


@dataclass(frozen=True)
class Zone:
    """An area the agreement speaks of: its outline in degrees, the day it stands for, how it was drawn."""

    id: str
    shape: shapely.Geometry
    date: str = ""
    method: str = ""
    file: str = ""


def read_outline(path: Path, *, where: str = "") -> shapely.Geometry:
    """The one polygon or multipolygon of a GeoJSON file, in degrees; raises :class:`AgreementFault`.

    ``where`` says which line of the agreement asked for the file.
    """
    place = f"{path} (asked for by {where})" if where else str(path)
    geometry = _geometry(_parse(path, place), place)
    rings = _rings(geometry, place)
    for ring in rings:
        _check_ring(ring, place)
    outline = shape_of({"type": geometry["type"], "coordinates": _without_heights(geometry["coordinates"])})
    if outline.convex_hull.area == 0.0:
        raise _fault("the outline is empty", place, "give a ring that encloses some ground")
    if not outline.is_valid:
        raise _fault(
            f"the outline is wrong: {explain_validity(outline)}", place, "draw each ring without crossing itself"
        )
    return outline


def _fault(what: str, where: str, do: str) -> AgreementFault:
    return AgreementFault(what, where=where, do=do, example=_EXAMPLE)


def _parse(path: Path, where: str) -> object:
    try:
        value: object = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as cause:
        raise _fault(
            f"the outline cannot be read: {cause.strerror}", where, "check the path, relative to the agreement"
        ) from cause
    except (ValueError, RecursionError) as cause:
        raise _fault(f"not GeoJSON: {cause}", where, "export it as GeoJSON, UTF-8") from cause
    return value


def _geometry(value: object, where: str) -> dict[str, object]:
    """The geometry in a bare geometry, a feature, or a collection of exactly one feature."""
    _check_reference_system(value, where)
    if isinstance(value, dict) and value.get("type") == "FeatureCollection":
        features = value.get("features")
        if not isinstance(features, list) or len(features) != 1:
            raise _fault("the file does not hold exactly one feature", where, "write one file per zone")
        value = features[0]
        _check_reference_system(value, where)
    if isinstance(value, dict) and value.get("type") == "Feature":
        value = value.get("geometry")
        _check_reference_system(value, where)
    if not isinstance(value, dict) or value.get("type") not in _SHAPES:
        kind = value.get("type") if isinstance(value, dict) else value
        raise _fault(f"{kind!r} is not an outline", where, "a zone is a Polygon or a MultiPolygon")
    return value


def _check_reference_system(value: object, where: str) -> None:
    """Refuse degrees on another ellipsoid, or metres: ignored, they would move the zone by a hundred metres or more."""
    if not isinstance(value, dict) or "crs" not in value:
        return
    stated = value["crs"]
    properties = stated.get("properties") if isinstance(stated, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else stated
    if not isinstance(name, str) or not _WGS_84.fullmatch(name):
        raise _fault(
            f"the outline is in the reference system {name!r}",
            where,
            "convert it to degrees on WGS 84 (EPSG:4326, longitude first), in which every GeoJSON file is, and leave "
            "out crs",
        )


def _without_heights(coordinates: object) -> object:
    """Positions as longitude and latitude alone, however deep they stand."""
    if isinstance(coordinates, list) and coordinates and _is_number(coordinates[0]):
        return coordinates[:2]
    return [_without_heights(part) for part in coordinates] if isinstance(coordinates, list) else coordinates


def _rings(geometry: dict[str, object], where: str) -> list[object]:
    coordinates = geometry.get("coordinates")
    polygons = coordinates if geometry["type"] == "MultiPolygon" else [coordinates]
    if not isinstance(polygons, list) or not polygons or not all(isinstance(p, list) and p for p in polygons):
        raise _fault("the outline is empty", where, "give a ring that encloses some ground")
    return [ring for polygon in polygons for ring in polygon]


def _check_ring(ring: object, where: str) -> None:
    if not isinstance(ring, list) or len(ring) < 4:
        raise _fault("a ring has fewer than four positions", where, "give at least three corners and the first again")
    for position in ring:
        _check_position(position, where)
    if ring[0] != ring[-1]:
        raise _fault("a ring is open: it does not end where it began", where, "repeat the first position at the end")
    for before, after in pairwise(ring):
        if abs(after[0] - before[0]) > 180.0:
            raise _fault(
                f"a ring steps over more than half the globe, from longitude {before[0]} to {after[0]}",
                where,
                "cut a zone that crosses the date line there into two polygons of one MultiPolygon (RFC 7946, 3.1.9); "
                "give a zone around the globe corners in between",
            )


def _check_position(position: object, where: str) -> None:
    numbers = isinstance(position, list) and len(position) in (2, 3) and all(_is_number(n) for n in position)
    if not numbers or not isinstance(position, list):
        raise _fault(f"{position!r} is not a position", where, "write [longitude, latitude] in degrees")
    lon, lat = position[:2]
    if not (-180.0 <= lon <= 180.0 and -90.0 <= lat <= 90.0):
        raise _fault(
            f"longitude {lon}, latitude {lat} is off the globe", where, "write degrees on WGS 84, longitude first"
        )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
