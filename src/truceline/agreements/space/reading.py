"""Reading zones, lines and settlements, brought by the mission as GeoJSON. No borders are shipped.

Each file is checked before anything is measured from it: closed rings that do not cross themselves, lines that do not
cross themselves, degrees on WGS 84, the stated bounds. A fault names the file, who asked for it and what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.affinity import translate
from shapely.geometry import Polygon
from shapely.validation import explain_validity

from truceline.agreements.space.distance import distances_from_line
from truceline.agreements.space.edges import Edges
from truceline.agreements.space.geojson import (
    LINE,
    OUTLINE,
    SETTLEMENTS,
    Asked,
    Bounds,
    features,
    geometry_of,
    is_number,
    lines_of,
    only_geometry,
    position_of,
    rings_of,
)
from truceline.agreements.space.zone import ReferenceLine, Zone
from truceline.model import AgreementFault
from truceline.model.columns import Floats
from truceline.model.geodesy import WGS84

_CIRCLE_CORNERS = 128
_POLAR_DEG = 89.0
_SAMPLES = 4_000
_WRONG_SIDE_SHARE = 0.01
"""How much of a zone may lie on the other side of its line: lines drawn twice never meet exactly."""


def read_outline(
    path: Path, *, where: str = "", bounds: Bounds | None = None, given: object = None
) -> shapely.Geometry:
    """The one polygon or multipolygon of a GeoJSON file, in degrees; raises :class:`AgreementFault`.

    ``where`` says which line of the agreement asked for the file; ``bounds`` in which box it must lie; ``given`` is the
    GeoJSON itself where it stands in no file.
    """
    asked = Asked(path, "outline", OUTLINE, where, bounds, given)
    return _outline(only_geometry(asked, ("Polygon", "MultiPolygon")), asked)


def read_line(path: Path, *, where: str = "", bounds: Bounds | None = None, given: object = None) -> tuple[Floats, ...]:
    """The parts of the one line of a GeoJSON file, drawn in one direction; raises :class:`AgreementFault`."""
    asked = Asked(path, "line", LINE, where, bounds, given)
    parts = lines_of(only_geometry(asked, ("LineString", "MultiLineString")), asked)
    _check_crossing(parts, asked)
    _check_direction(parts, asked)
    return tuple(np.asarray(part, dtype=float) for part in parts)


def read_settlements(
    path: Path, *, where: str = "", bounds: Bounds | None = None, given: object = None
) -> shapely.Geometry:
    """All settlements of a GeoJSON file as one outline in degrees; raises :class:`AgreementFault`.

    A settlement is a polygon, a multipolygon, or a point with the property ``radius_m``, which stands for the circle
    around it, drawn with 128 corners: at 1,000 m it is good to 30 cm. Settlements may overlap.
    """
    asked = Asked(path, "settlements", SETTLEMENTS, where, bounds, given)
    shapes = [_settlement(feature, asked) for feature in features(asked)]
    return shapely.union_all(shapes)


def check_side(zone: Zone, line: ReferenceLine, side: int, *, where: str = "") -> None:
    """Refuse a zone that lies on the wrong side of its line: 1 is the left, -1 the right as the line is drawn.

    Positions spread evenly over the zone are asked. Where nobody can say, beyond an end of the line, none is counted.
    """
    lon, lat = _spread_over(zone.shape)
    found = distances_from_line(lon, lat, Edges.of_lines(line.parts))
    beside = found.side != 0
    accuracy_m = line.accuracy_m + zone.accuracy_m
    said = found.side[beside & (found.metres > accuracy_m)]
    wrong = float(np.mean(said == -side)) if len(said) else 0.0
    if len(said) and wrong <= _WRONG_SIDE_SHARE:
        return
    hand, other = ("left", "right") if side == 1 else ("right", "left")
    if len(said):
        what = f"{wrong:.0%} of zone {zone.id!r} lies on the {other} of line {line.id!r}, not on its {hand}"
        do = "name the other side, draw the line in the other direction, or draw the zone where it was agreed"
    elif beside.any():
        what = (
            f"nobody can say on which side of line {line.id!r} zone {zone.id!r} lies: it is nowhere farther from the "
            f"line than the two are known to, {accuracy_m:g} m together"
        )
        do = "leave beside out, or bring a line and a zone that are known more closely"
    else:
        what = f"nobody can say on which side of line {line.id!r} zone {zone.id!r} lies: it is beyond the line's ends"
        do = "draw the line on, past the zone"
    example = f"beside: {{line: {line.id}, of: party-north}}"
    raise AgreementFault(what, where=where or zone.file or zone.id, do=do, example=example)


def _outline(geometry: Mapping[str, Any], asked: Asked) -> shapely.Geometry:
    polygons = rings_of(geometry, asked)
    shapes = [Polygon(rings[0], rings[1:]) for rings in polygons]
    outline = shapes[0] if geometry["type"] == "Polygon" else shapely.MultiPolygon(shapes)
    if outline.convex_hull.area == 0.0:
        raise asked.fault("the outline is empty", "give a ring that encloses some ground")
    if not outline.is_valid:
        raise asked.fault(
            f"the outline is wrong: {explain_validity(outline)}", "draw each ring without crossing itself"
        )
    return outline


def _check_crossing(parts: list[list[tuple[float, float]]], asked: Asked) -> None:
    whole = shapely.MultiLineString(parts) if len(parts) > 1 else shapely.LineString(parts[0])
    if whole.is_simple:
        return
    noded = shapely.node(whole)
    corners = {corner for part in parts for corner in part}
    crossed = next((c for c in map(tuple, shapely.get_coordinates(noded).tolist()) if c not in corners), None)
    at = f" at longitude {crossed[0]:.6f}, latitude {crossed[1]:.6f}" if crossed else ""
    raise asked.fault(
        f"the line crosses or touches itself{at}",
        "draw it so that every stretch has one left and one right side",
    )


def _check_direction(parts: list[list[tuple[float, float]]], asked: Asked) -> None:
    """Refuse parts that meet head to head: one of them is drawn the other way round."""
    for kind, ends in (("begin", [part[0] for part in parts]), ("end", [part[-1] for part in parts])):
        twice = next((end for end in ends if ends.count(end) > 1), None)
        if twice is not None:
            raise asked.fault(
                f"two parts of the line {kind} at {list(twice)}",
                "draw all parts in one direction: each begins where the one before it ends",
            )


def _settlement(feature: object, asked: Asked) -> shapely.Geometry:
    geometry = geometry_of(feature, asked, ("Polygon", "MultiPolygon", "Point"))
    if geometry["type"] != "Point":
        return _outline(geometry, asked)
    properties = feature.get("properties") if isinstance(feature, dict) else None
    radius_m = properties.get("radius_m") if isinstance(properties, dict) else None
    if not isinstance(radius_m, int | float) or not is_number(radius_m) or not 0.0 < radius_m < 1e6:
        raise asked.fault(
            f"a settlement given as a point has the radius {radius_m!r}",
            "give the property radius_m, in metres, or draw the settlement as a polygon",
        )
    lon, lat = position_of(geometry.get("coordinates"), asked)
    if abs(lat) > _POLAR_DEG:
        raise asked.fault(f"a circle at latitude {lat} may hold a pole", "draw the settlement as a polygon")
    return _circle(lon, lat, float(radius_m))


def _circle(lon: float, lat: float, radius_m: float) -> shapely.Geometry:
    """A circle on the ground; over the date line it is cut there."""
    bearing = np.linspace(0.0, 360.0, _CIRCLE_CORNERS, endpoint=False)
    # between the circle through the corners and the one through the middles of the edges
    corner_m = radius_m * 2.0 / (1.0 + np.cos(np.pi / _CIRCLE_CORNERS))
    east, north, _ = WGS84.fwd(
        np.full_like(bearing, lon), np.full_like(bearing, lat), bearing, np.full_like(bearing, corner_m)
    )
    circle = Polygon(np.column_stack((lon + (east - lon + 180.0) % 360.0 - 180.0, north)))
    west, _, last, _ = circle.bounds
    if west >= -180.0 and last <= 180.0:
        return circle
    parts = [
        translate(circle.intersection(shapely.box(turn - 180.0, -90.0, turn + 180.0, 90.0)), -turn)
        for turn in (-360.0, 0.0, 360.0)
    ]
    return shapely.union_all([part for part in parts if part.area > 0.0])


def _spread_over(shape: shapely.Geometry) -> tuple[Floats, Floats]:
    """Positions in a shape that stand for equal surfaces: a grid, even in longitude and in the sine of latitude."""
    lons, lats = [], []
    for part in shapely.get_parts(shape):
        west, south, east, north = part.bounds
        number = int(np.sqrt(_SAMPLES * (east - west) * (north - south) / part.area))
        steps = (np.arange(number) + 0.5) / number
        low, high = np.sin(np.radians([south, north]))
        lon, lat = np.meshgrid(west + steps * (east - west), np.degrees(np.arcsin(low + steps * (high - low))))
        inside = shapely.intersects_xy(part, lon.ravel(), lat.ravel())
        lons.append(lon.ravel()[inside])
        lats.append(lat.ravel()[inside])
    return np.concatenate(lons), np.concatenate(lats)
