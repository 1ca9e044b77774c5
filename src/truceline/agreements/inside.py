"""How surely incidents lie inside a window and a zone, for a million of them at once.

A zone is asked twice. ``estimate`` takes the zone's edge as straight at the nearest point: the normal distribution of
the position, cut at the signed distance to the edge. ``at_least`` is the share of that distribution within the largest
circle around the position that stays inside the zone: a lower bound for any shape, however narrow or curved. What is
shown is the estimate; what accuses somebody is the lower bound.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from truceline.model import IncidentTable, Interval, microseconds
from truceline.model.geodesy import LocalPlane, plane_at
from truceline.model.places import SIGMA_PER_RADIUS_95

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]

_DIGITS = 6
_FAR_SIGMAS = 6.5
"""Beyond six standard deviations both figures are 0 or 1 to six digits; half a one more for rounded buffers."""

_GROUP_OCTAVES = 3
_LONGEST_EDGE_DEG = 0.05
"""Edges are cut to this length before they are laid on the plane; what is left of the bend is below half a metre."""

_LONGEST_BUFFER_EDGE_M = 5_000.0
_MARGIN_DEG = 0.01
"""More than an edge of five kilometres can bend, anywhere but near a pole."""
_POLAR_DEG = 85.0

_SURVEYED_SIGMA_M = 1e-6
"""A surveyed position still needs a width to divide by: a micrometre."""


@dataclass(frozen=True)
class Inside:
    """Per incident: the estimated probability of lying inside, and a lower bound; not a number if nobody can say."""

    estimate: Floats
    at_least: Floats

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Inside:
        """Some of the incidents."""
        return Inside(self.estimate[rows], self.at_least[rows])


def inside_window(incidents: IncidentTable, window: Interval) -> Floats:
    """Per incident, the probability that it happened inside the window.

    What *lasted* counts by its start: 1 or 0. What happened *sometime* in an interval counts with the share of the
    interval inside the window; an instant is inside or not.
    """
    begin, end = microseconds(window.start), microseconds(window.end)
    started = ((incidents.start_us >= begin) & (incidents.start_us < end)).astype(float)
    length = incidents.end_us - incidents.start_us
    spread = np.flatnonzero(incidents.sometime & (length > 0))
    overlap = np.minimum(incidents.end_us[spread], end) - np.maximum(incidents.start_us[spread], begin)
    started[spread] = np.round(np.clip(overlap, 0, None) / length[spread], _DIGITS)
    return started


def inside_everywhere(number: int) -> Inside:
    """The answer for a norm that binds everywhere: every incident is inside, wherever it was."""
    return Inside(np.ones(number), np.ones(number))


def inside_zone(incidents: IncidentTable, zone: shapely.Geometry) -> Inside:
    """Per incident, how surely its position lies inside a zone given in degrees.

    Uses latitude, longitude and the 95 % radius; without all three nobody can say.
    """
    estimate = np.full(len(incidents), np.nan)
    at_least = estimate.copy()
    known = np.flatnonzero(np.isfinite(incidents.lat) & np.isfinite(incidents.lon) & np.isfinite(incidents.radius_m))
    if len(known):
        sigma = np.maximum(incidents.radius_m[known] * SIGMA_PER_RADIUS_95, _SURVEYED_SIGMA_M)
        depth_sigmas = _depth_sigmas(incidents.lon[known], incidents.lat[known], sigma, zone)
        estimate[known] = np.round(_normal_share(depth_sigmas), _DIGITS)
        at_least[known] = np.round(-np.expm1(-0.5 * np.clip(depth_sigmas, 0.0, None) ** 2), _DIGITS)
    return Inside(estimate, at_least)


def _normal_share(sigmas: Floats) -> Floats:
    """The share of a normal distribution below so many standard deviations; exactly 0 and 1 far out."""
    share = (sigmas > 0.0).astype(float)
    near = np.flatnonzero(np.isfinite(sigmas))
    share[near] = [0.5 * math.erfc(-depth * math.sqrt(0.5)) for depth in sigmas[near].tolist()]
    return share


def _depth_sigmas(lon: Floats, lat: Floats, sigma: Floats, zone: shapely.Geometry) -> Floats:
    """Distance from the zone's edge in standard deviations, positive inside, on a plane around the zone's centre.

    Distances are only measured near the edge; farther away every answer is 0 or 1 to six digits. What is "near" grows
    with the error, so positions are taken in groups of similar error: one vague report must not slow a million.
    """
    centre = zone.centroid
    plane = plane_at(round(centre.x, 6), round(centre.y, 6))
    # RFC 7946 draws an edge straight in degrees; on the ground it bends, by 120 m over one degree of longitude
    flat = plane.flatten(shapely.segmentize(zone, _LONGEST_EDGE_DEG))
    depth = np.empty(len(lon))
    group = np.ceil(np.log2(sigma) / _GROUP_OCTAVES)
    for each in np.unique(group):
        rows = np.flatnonzero(group == each)
        depth[rows] = _depth_m(lon[rows], lat[rows], _FAR_SIGMAS * float(sigma[rows].max()), flat, plane)
    depth_sigmas: Floats = depth / sigma
    return depth_sigmas


def _depth_m(lon: Floats, lat: Floats, near_m: float, flat: shapely.Geometry, plane: LocalPlane) -> Floats:
    """Metres from the edge of a zone on a plane, positive inside; beyond ``near_m`` only the sign is sure."""
    depth = np.full(len(lon), -np.inf)
    perhaps_in, surely_in = flat.buffer(near_m), flat.buffer(-near_m)
    rows = _in_bounds(lon, lat, plane.unflatten(perhaps_in.segmentize(_LONGEST_BUFFER_EDGE_M)))
    east, north = plane.to_metres(lon[rows], lat[rows])
    rows, east, north = _those(_lie_in(perhaps_in, east, north), rows, east, north)
    deep = _lie_in(surely_in, east, north)
    depth[rows[deep]] = np.inf
    rows, east, north = _those(~deep, rows, east, north)
    edge = flat.boundary
    shapely.prepare(edge)
    distance = shapely.distance(edge, shapely.points(east, north))
    depth[rows] = np.where(_lie_in(flat, east, north), distance, -distance)
    return depth


def _in_bounds(lon: Floats, lat: Floats, shape: shapely.Geometry) -> Rows:
    """Positions that may lie in a shape in degrees, by its bounds: cheap, and most of a large mission is elsewhere."""
    west, south, east, north = shape.bounds
    over_the_date_line = east - west > 180.0
    if over_the_date_line or max(-south, north) > _POLAR_DEG:
        return np.arange(len(lon))
    return np.flatnonzero(
        (lon >= west - _MARGIN_DEG)
        & (lon <= east + _MARGIN_DEG)
        & (lat >= south - _MARGIN_DEG)
        & (lat <= north + _MARGIN_DEG)
    )


def _lie_in(shape: shapely.Geometry, east: Floats, north: Floats) -> Mask:
    shapely.prepare(shape)
    inside: Mask = shapely.intersects_xy(shape, east, north)
    return inside


def _those(mask: Mask, rows: Rows, east: Floats, north: Floats) -> tuple[Rows, Floats, Floats]:
    return rows[mask], east[mask], north[mask]
