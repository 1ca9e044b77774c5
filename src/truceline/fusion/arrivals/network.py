"""The sensors as a network: who stands near whom, and from when until when."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import ConvexHull, QhullError, cKDTree

from truceline.fusion.compiled import compiled_inner
from truceline.model.columns import Floats, Ints

NOBODY = -1
_FAR_APART = 4.0
_GROUND_SENSORS = 5


class Network(NamedTuple):
    """Positions in metres, and for each sensor the others by distance (``near``, ``near_m``), ``NOBODY`` at the end.

    ``z_m`` is the height of each sensor, ``ground_m`` that of the ground around it. A sensor can hear from ``since_s``
    on and before ``until_s`` (infinite where open): only then does its silence say anything.
    """

    x_m: Floats
    y_m: Floats
    near: Ints
    near_m: Floats
    z_m: Floats
    ground_m: Floats
    since_s: Floats
    until_s: Floats


Period = tuple[Floats | None, Floats | None]
"""From when on and until when each sensor stood (s, NaN: open); nothing where all stood all the time."""


@compiled_inner
def stood(net: Network, sensor: int, moment_s: float) -> bool:
    """Whether a sensor stood there at a moment."""
    return bool(moment_s >= net.since_s[sensor] and moment_s < net.until_s[sensor])


def network(x_m: Floats, y_m: Floats, most: int, z_m: Floats | None = None, period_s: Period = (None, None)) -> Network:
    """The network with at most so many neighbours of each sensor."""
    sensors = len(x_m)
    many = max(1, min(most, sensors - 1))
    near = np.full((sensors, many), NOBODY, dtype=np.int64)
    near_m = np.full((sensors, many), np.inf)
    if sensors > 1:
        places = np.c_[x_m, y_m]
        found = cKDTree(places).query(places, k=many + 1)
        distance, index = np.asarray(found[0]), np.asarray(found[1])
        for sensor in range(sensors):
            others = index[sensor] != sensor
            kept = np.flatnonzero(others)[:many]
            near[sensor, : len(kept)] = index[sensor, kept]
            near_m[sensor, : len(kept)] = distance[sensor, kept]
    z_m, ground_m = _heights(np.full(sensors, np.nan) if z_m is None else z_m, near)
    since_s, until_s = (
        np.full(sensors, open_s) if end is None else np.where(np.isnan(end), open_s, end)
        for end, open_s in zip(period_s, (-np.inf, np.inf), strict=True)
    )
    x_m, y_m = np.ascontiguousarray(x_m), np.ascontiguousarray(y_m)
    return Network(x_m, y_m, near, near_m, z_m, ground_m, since_s, until_s)


def _heights(z_m: Floats, near: Ints) -> tuple[Floats, Floats]:
    """Height of each sensor and of the ground around it, the middle one of those near; 0 where no height is known.

    An event is taken to stand on the ground around the sensor it is nearest to, and a sensor of unknown height too.
    """
    around = np.c_[np.arange(len(z_m)), near[:, : _GROUND_SENSORS - 1]]
    known = np.where((around >= 0) & np.isfinite(z_m[around]), z_m[around], np.nan)
    some = np.isfinite(known).any(axis=1)
    elsewhere = float(np.median(z_m[np.isfinite(z_m)])) if np.isfinite(z_m).any() else 0.0
    ground = np.full(len(z_m), elsewhere)
    ground[some] = np.nanmedian(known[some], axis=1)
    return np.where(np.isfinite(z_m), z_m, ground), ground


def nearest_sensor(network: Network, x_m: Floats, y_m: Floats) -> Ints:
    """The row of the sensor nearest to each place."""
    _, index = cKDTree(np.c_[network.x_m, network.y_m]).query(np.c_[x_m, y_m])
    return np.asarray(index, dtype=np.int64)


def spread_m2(network: Network) -> float:
    """Area from which the network may hear events (m²), however it is turned.

    Events are heard from outside as well: three times the square of the greatest distance between two sensors. Parts
    that stand far from each other count each by itself.
    """
    places = np.c_[network.x_m, network.y_m]
    apart_m = _FAR_APART * float(np.median(network.near_m[:, min(5, network.near_m.shape[1] - 1)]))
    near = cKDTree(places).query_pairs(apart_m if np.isfinite(apart_m) else 0.0, output_type="ndarray")
    links = coo_matrix((np.ones(len(near)), (near[:, 0], near[:, 1])), shape=(len(places), len(places)))
    parts, part_of = connected_components(links, directed=False)
    longest = np.array([_longest_m(places[part_of == part]) for part in range(parts)])
    return max(3.0 * float((longest**2).sum()), 1.0)


def _longest_m(places: Floats) -> float:
    """Greatest distance between two places."""
    around = places
    with suppress(QhullError):  # fewer than three, or all on one line
        around = places[ConvexHull(places).vertices]
    return max(float(np.hypot(*(around - place).T).max()) for place in around)
