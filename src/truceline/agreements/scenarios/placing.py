"""Positions of a story told from a line or a zone, found exactly on WGS 84."""

from __future__ import annotations

import numpy as np
from shapely.geometry import LineString

from truceline.agreements.space.distance import distances_from_line
from truceline.agreements.space.edges import Edges
from truceline.agreements.space.zone import ReferenceLine, Zone
from truceline.model import ValueFault
from truceline.model.geodesy import WGS84

_CLOSE_M = 0.01
_TRIES = 60
_STEP_DEG = 1e-4


def beside(line: ReferenceLine, side: int, metres: float, along: float = 0.5) -> tuple[float, float]:
    """Longitude and latitude exactly so many metres from a line: on its left (1) or right (-1), so far along it.

    Raises :class:`ValueFault` where the line bends so that no position straight beside that point is so far from it.

    >>> line = ReferenceLine("contact", (np.array([[37.0, 48.0], [38.0, 48.0]]),))
    >>> lon, lat = beside(line, 1, 24_000.0)
    >>> round(lon, 4), round(lat, 4)
    (37.5, 48.2158)
    """
    course = max((LineString(part) for part in line.parts), key=lambda part: part.length)
    here = course.interpolate(along, normalized=True)
    at = course.project(here)
    before, after = (course.interpolate(max(0.0, at + step)) for step in (-_STEP_DEG, _STEP_DEG))
    forward, _, _ = WGS84.inv(before.x, before.y, after.x, after.y)
    edges = Edges.of_lines(line.parts)
    shot = metres
    for _ in range(_TRIES):
        lon, lat, _ = WGS84.fwd(here.x, here.y, forward - 90.0 * side, shot)
        found = distances_from_line(np.array([lon]), np.array([lat]), edges)
        missing = metres - float(found.metres[0])
        if abs(missing) < _CLOSE_M and (metres < 1.0 or int(found.side[0]) == side):
            return float(lon), float(lat)
        shot += missing
    raise ValueFault(
        f"no position {metres:g} m straight beside the line {line.id!r} there",
        do="choose another place along the line, or give the position",
        example="beside: {line: contact-line, distance: 24 km, side: party-north, along: 0.3}",
    )


def inside(zone: Zone) -> tuple[float, float]:
    """Longitude and latitude of a position well inside a zone."""
    point = zone.shape.representative_point()
    return float(point.x), float(point.y)
