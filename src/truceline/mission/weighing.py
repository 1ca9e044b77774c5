"""The mission's observations as evidence that can be weighed, whatever kind it is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import shapely

from truceline.fusion import Evidence, Where, teller_of
from truceline.mission.folder import Mission
from truceline.mission.outlines import area_outlines
from truceline.model import (
    PATH_MARK,
    AreaPlace,
    EllipsePlace,
    Moments,
    ObservationTable,
    Place,
    Words,
)
from truceline.model.densities import LEAST_RADIUS_M, SQUARED_AXIS_TO_M2
from truceline.store import told_details


def evidence_of(mission: Mission, observations: ObservationTable) -> Evidence:
    """All observations of the mission with their places, words and tellers.

    A named area takes the outline the mission has of it, or of the next wider area it names.
    """
    details = told_details(mission.archive())
    outlines = area_outlines(mission)
    places = {number: with_outline(place, outlines) for number, place in details.places.items()}
    return Evidence(
        observations,
        _where(observations, details.points, places),
        details.words,
        tellers(mission, observations.source),
        observations.probability,
        _lobes(observations, places),
    )


def tellers(mission: Mission, source: Words) -> Words:
    """Who reports in one manner, for a column of sources."""
    custodians = {one.id: teller_of(one.custodian, one.stratum.value, one.id) for one in mission.records.sources()}
    named = [custodians[name] for name in source.names]
    names = tuple(sorted(set(named)))
    codes = np.array([names.index(name) for name in named] or [0], np.int32)
    return Words(codes[source.codes], names)


def with_outline(place: Place, outlines: Mapping[str, shapely.Geometry]) -> Place:
    """A named area with its outline, or that of the next wider area it names; any other place as it is."""
    if not isinstance(place, AreaPlace) or place.shape is not None:
        return place
    levels = place.name.split(PATH_MARK)
    for number in range(len(levels), 0, -1):
        shape = outlines.get(PATH_MARK.join(levels[:number]))
        if shape is not None:
            return AreaPlace(place.name, shape, place.public_name)
    return place


def moments_of(place: Place) -> Moments | None:
    """Mean and covariance of a place; without a covariance where a position was stated without any error."""
    density = place.density()
    return None if density is None else density.moments()


def _where(seen: ObservationTable, points: np.ndarray, places: Mapping[int, Place]) -> Where:
    known = {number: moments_of(place) for number, place in places.items()}
    numbers = seen.place.tolist()
    others = Where.of([None if point else known.get(at) for at, point in zip(numbers, points.tolist(), strict=True)])
    variance = np.where(seen.radius_m > 0, np.maximum(seen.radius_m, LEAST_RADIUS_M) ** 2 * SQUARED_AXIS_TO_M2, np.nan)
    return Where(
        np.where(points, seen.lat, others.lat),
        np.where(points, seen.lon, others.lon),
        np.where(points, variance, others.xx_m2),
        np.where(points, variance * 0.0, others.xy_m2),
        np.where(points, variance, others.yy_m2),
    )


def _lobes(seen: ObservationTable, places: Mapping[int, Place]) -> dict[int, tuple[tuple[float, Moments], ...]]:
    """By row, both places of events that cannot be told from their mirror image."""
    lobed = {number: lobes_of(place) for number, place in places.items()}
    return {row: two for row, at in enumerate(seen.place.tolist()) if (two := lobed.get(at))}


def lobes_of(place: Place) -> tuple[tuple[float, Moments], ...]:
    """The two places of an event that cannot be told from its mirror image, each with its share; else nothing."""
    if not isinstance(place, EllipsePlace) or place.mirror is None:
        return ()
    return tuple(
        (share, EllipsePlace(one.lat, one.lon, one.major_m, one.minor_m, one.azimuth_deg).density().moments())
        for share, one in place.lobes
    )
