"""How long a line is and how large a zone, on the ground; and how far two of them lie apart."""

from __future__ import annotations

import numpy as np
import shapely

from truceline.agreements.space.distance import Outline, distances_from_line
from truceline.agreements.space.edges import Edges
from truceline.agreements.space.zone import ReferenceLine, Zone
from truceline.model.columns import Floats
from truceline.model.geodesy import WGS84

_SHORT_DEG = 0.005


def length_m(line: ReferenceLine) -> float:
    """The length of a line on WGS 84, in metres, its stretches straight in degrees.

    >>> round(length_m(ReferenceLine("meridian", (np.array([[37.0, 48.0], [37.0, 49.0]]),))))
    111200
    """
    return float(sum(WGS84.geometry_length(_short(shapely.LineString(part))) for part in line.parts))


def area_km2(zone: Zone) -> float:
    """The area of a zone on WGS 84, in square kilometres.

    >>> round(area_km2(Zone("box", shapely.box(37.0, 48.0, 38.0, 49.0))))
    8218
    """
    parts = shapely.get_parts(_short(zone.shape))
    return float(sum(abs(WGS84.geometry_area_perimeter(shapely.force_2d(part).normalize())[0]) for part in parts)) / 1e6


def apart_m(one: ReferenceLine | Zone, other: ReferenceLine | Zone) -> float:
    """The Hausdorff distance of two courses or two outlines: how far at most one lies from the other, in metres."""
    return max(_farthest(one, other), _farthest(other, one))


def _farthest(one: ReferenceLine | Zone, other: ReferenceLine | Zone) -> float:
    points = _points(one)
    if isinstance(other, ReferenceLine):
        metres = distances_from_line(points[:, 0], points[:, 1], Edges.of_lines(other.parts)).metres
    else:
        metres = np.abs(Outline(other.shape).depth_m(points[:, 0], points[:, 1]))
    return float(np.max(metres))


def _points(one: ReferenceLine | Zone) -> Floats:
    """Corners, and points between them so close that the farthest is not missed by much."""
    shapes = [shapely.LineString(part) for part in one.parts] if isinstance(one, ReferenceLine) else [one.shape]
    found: Floats = np.vstack([shapely.get_coordinates(_short(shape))[:, :2] for shape in shapes])
    return found


def _short(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.segmentize(shape, _SHORT_DEG)
