"""How surely incidents lie inside a window and a zone, for a million of them at once.

A zone is asked for two bounds, which hold for any shape, however narrow, curved or full of holes. ``at_least`` is the
share of the position's normal distribution within the largest circle around it that stays inside the zone: it alone
accuses, and it is what is shown. ``at_most`` is 1 for a position inside, and for one outside what is left of the
distribution beyond the largest circle that stays out of the zone: it alone sets an incident aside as outside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from truceline.model import IncidentTable, Interval, microseconds
from truceline.model.columns import Floats, Mask, Rows
from truceline.model.geodesy import LocalPlane, plane_at
from truceline.model.places import SIGMA_PER_RADIUS_95

_DIGITS = 6
_FAR_SIGMAS = 6.5
"""Beyond six standard deviations both bounds are 0 or 1 to six digits; half a one more for rounded buffers."""

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
    """Per incident: bounds of the probability of lying inside; not a number if nobody can say."""

    at_least: Floats
    at_most: Floats

    def take(self, rows: Rows) -> Inside:
        """Some of the incidents."""
        return Inside(self.at_least[rows], self.at_most[rows])


@dataclass(frozen=True)
class InWindow:
    """Per incident: how probably it happened inside a window, and whether it began before and went on inside.

    What went on counts with probability 0, as a count by start needs it; but it is no silence.
    """

    probability: Floats
    went_on: Mask

    @property
    def touched(self) -> Mask:
        """Which have anything to do with the window."""
        touched: Mask = (self.probability > 0.0) | self.went_on
        return touched

    def take(self, rows: Rows) -> InWindow:
        """Some of the incidents."""
        return InWindow(self.probability[rows], self.went_on[rows])

    def of_presence(self) -> InWindow:
        """The same where the act is being there: what came before and stayed was there inside the window."""
        return InWindow(np.where(self.went_on, 1.0, self.probability), np.zeros_like(self.went_on))


def inside_window(incidents: IncidentTable, window: Interval) -> InWindow:
    """Per incident, how probably it happened inside the window, and whether it went on into it.

    What *lasted* counts by its start: 1 or 0. What happened *sometime* in an interval counts with the share of the
    interval inside the window; an instant is inside or not.
    """
    begin, end = microseconds(window.start), microseconds(window.end)
    started = ((incidents.start_us >= begin) & (incidents.start_us < end)).astype(float)
    length = incidents.end_us - incidents.start_us
    spread = np.flatnonzero(incidents.sometime & (length > 0))
    overlap = np.minimum(incidents.end_us[spread], end) - np.maximum(incidents.start_us[spread], begin)
    started[spread] = np.round(np.clip(overlap, 0, None) / length[spread], _DIGITS)
    went_on = ~incidents.sometime & (incidents.start_us < begin) & (incidents.end_us > begin)
    return InWindow(started, went_on)


def inside_everywhere(number: int) -> Inside:
    """The answer for a norm that binds everywhere: every incident is inside, wherever it was."""
    return Inside(np.ones(number), np.ones(number))


def inside_zone(incidents: IncidentTable, zone: shapely.Geometry) -> Inside:
    """Per incident, how surely its position lies inside a zone given in degrees.

    Uses latitude, longitude and the 95 % radius; without all three nobody can say.
    """
    at_least = np.full(len(incidents), np.nan)
    at_most = at_least.copy()
    known = np.flatnonzero(np.isfinite(incidents.lat) & np.isfinite(incidents.lon) & np.isfinite(incidents.radius_m))
    if len(known):
        sigma = np.maximum(incidents.radius_m[known] * SIGMA_PER_RADIUS_95, _SURVEYED_SIGMA_M)
        depth_sigmas = _depth_sigmas(incidents.lon[known], incidents.lat[known], sigma, zone)
        beyond = np.exp(-0.5 * depth_sigmas**2)  # what lies outside the circle that touches the edge
        at_least[known] = np.round(np.where(depth_sigmas > 0.0, 1.0 - beyond, 0.0), _DIGITS)
        at_most[known] = np.round(np.where(depth_sigmas < 0.0, beyond, 1.0), _DIGITS)
    return Inside(at_least, at_most)


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
