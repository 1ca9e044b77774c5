"""Places as the public may see them: never finer than a tenth of a degree, about ten kilometres.

Exact positions of sources, sensors and people are need-to-know. What leaves the house is coarsened once, here; how
positions within words are found and rounded stands in :mod:`truceline.report.coarse_words`.
"""

from __future__ import annotations

from typing import Any

import shapely
from shapely.geometry.polygon import orient

from truceline.model import AreaPlace, Place, PointPlace, SectorPlace
from truceline.report.coarse_words import coarse_text

PRECISION_DEGREES = 0.1


def public_label(place: Place) -> str:
    """A place's name as the public may see it; what would tell where its observer stood is left out."""
    return "" if isinstance(place, SectorPlace) else coarse_text(_name(place))


def told_from_a_post(place: Place) -> bool:
    """Whether a place is known by the words of an observer at a post, which stay in the mission."""
    return isinstance(place, AreaPlace) and place.public_name == ""


def _name(place: Place) -> str:
    if isinstance(place, AreaPlace) and place.public_name is not None:
        return place.public_name
    return place.label


def public_position(place: Place) -> tuple[float, float] | None:
    """Latitude and longitude to a tenth of a degree; nothing for a named area, whose name says enough."""
    if isinstance(place, AreaPlace):
        return None
    if isinstance(place, PointPlace):
        return _tenth(place.lat), _tenth(place.lon)
    area = place.area_95()
    if area is None or area.is_empty:
        return None
    middle = area.centroid
    return _tenth(middle.y), _tenth(middle.x)


def public_geometry(place: Place) -> dict[str, Any] | None:
    """A place as a GeoJSON geometry on a grid of a tenth of a degree, or nothing when no shape is known."""
    position = public_position(place)
    if position is not None:
        return {"type": "Point", "coordinates": [position[1], position[0]]}
    area = place.area_95() if isinstance(place, AreaPlace) else None
    if area is None or area.is_empty:
        return None
    gridded = shapely.set_precision(area, PRECISION_DEGREES)
    if gridded.is_empty or gridded.geom_type not in {"Polygon", "MultiPolygon"}:
        middle = area.centroid
        return {"type": "Point", "coordinates": [_tenth(middle.x), _tenth(middle.y)]}
    return _as_geojson(gridded)


def _as_geojson(area: shapely.Geometry) -> dict[str, Any]:
    parts = [_rings(orient(part)) for part in shapely.get_parts(area)]
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}


def _rings(polygon: shapely.Polygon) -> list[list[list[float]]]:
    return [
        [[_tenth(x), _tenth(y)] for x, y in shapely.get_coordinates(ring)]
        for ring in (polygon.exterior, *polygon.interiors)
    ]


def _tenth(degrees: float) -> float:
    return round(float(degrees), 1) + 0.0
