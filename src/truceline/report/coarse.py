"""Places and times as the public may see them: never finer than a tenth of a degree (10 km) and a minute.

Exact positions of sources, sensors and people are need-to-know. What leaves the house is coarsened once, here; how
positions within words are found and rounded stands in :mod:`truceline.report.coarse_words`.

A time is as telling as a place: whoever knows when a sensor heard an explosion, and when it happened to a hundredth of
a second, knows to a few metres how far off the sensor stands. In the minute a time is given to, sound goes 20 km and
waves in the ground farther, which is more than what a place is coarsened to.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import shapely
from shapely.geometry.polygon import orient

from truceline.model import AreaPlace, EllipsePlace, Interval, Place, PointPlace, SectorPlace, TimeSense
from truceline.report.coarse_words import coarse_text

PRECISION_DEGREES = 0.1
TIME_PRECISION_S = 60
_MINUTE = timedelta(seconds=TIME_PRECISION_S)


def public_time(time: Interval) -> Interval:
    """A time as the public may see it: the whole minutes that hold it, without the words it came in.

    What is told does not depend on where in its minutes a time begins and ends. A moment becomes an unknown one within
    its minute.

    >>> from datetime import UTC
    >>> shot = datetime(2031, 4, 19, 18, 0, 5, 123456, tzinfo=UTC)
    >>> told = public_time(Interval(shot, shot))
    >>> f"{told.start:%H:%M:%S.%f} {told.end:%H:%M:%S.%f} {told.sense}"
    '18:00:00.000000 18:01:00.000000 sometime'
    """
    start, end = _minute(time.start), _minute(time.end)
    sense = TimeSense.SOMETIME if time.start == time.end else time.sense
    return Interval(start, end if start < end == time.end else _next_minute(end), sense, "", time.assumed_zone)


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _next_minute(minute: datetime) -> datetime:
    """The minute after, or the last moment that can be written."""
    last = datetime.max.replace(tzinfo=minute.tzinfo)
    return minute + _MINUTE if minute <= last - _MINUTE else last


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
