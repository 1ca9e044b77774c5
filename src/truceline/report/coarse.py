"""Places and times as the public may see them: never finer than a tenth of a degree (10 km) and a minute.

Exact positions of sources, sensors and people are need-to-know. What leaves the house is coarsened once, here; how
positions within words are found and rounded stands in :mod:`truceline.mission.coarse_words`.

How times are coarsened, and why, stands in :mod:`truceline.mission.public_time`.
"""

from __future__ import annotations

from typing import Any

import shapely
from shapely.geometry.polygon import orient

from truceline.model import AreaPlace, EllipsePlace, Place, PointPlace

PRECISION_DEGREES = 0.1


def public_position(place: Place) -> tuple[float, float] | None:
    """Latitude and longitude to a tenth of a degree; nothing for a named area, whose name says enough."""
    if isinstance(place, AreaPlace):
        return None
    if isinstance(place, PointPlace):
        return _tenth(place.lat), _tenth(place.lon)
    if isinstance(place, EllipsePlace):
        positions = public_positions(place)
        return positions[0] if len(positions) == 1 else None
    area = place.area_95()
    if area is None or area.is_empty:
        return None
    middle = area.centroid
    return _tenth(middle.y), _tenth(middle.x)


def public_positions(place: Place) -> tuple[tuple[float, float], ...]:
    """All positions a place may have: two, the likelier first, of an event nobody can tell from its mirror image."""
    if isinstance(place, EllipsePlace):
        lobes = sorted(place.lobes, key=lambda lobe: -lobe[0])
        return tuple(dict.fromkeys((_tenth(one.lat), _tenth(one.lon)) for _, one in lobes))
    position = public_position(place)
    return () if position is None else (position,)


def public_geometry(place: Place) -> dict[str, Any] | None:
    """A place as a GeoJSON geometry on a grid of a tenth of a degree, or nothing when no shape is known."""
    position = public_position(place)
    if position is not None:
        return {"type": "Point", "coordinates": [position[1], position[0]]}
    if several := public_positions(place):
        return {"type": "MultiPoint", "coordinates": [[lon, lat] for lat, lon in several]}
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
