"""The sensors as a network: who stands near whom."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from truceline.model.columns import Floats, Ints

NOBODY = -1


class Network(NamedTuple):
    """Positions in metres, and for each sensor the others by distance (``near``, ``near_m``), ``NOBODY`` at the end."""

    x_m: Floats
    y_m: Floats
    near: Ints
    near_m: Floats


def network(x_m: Floats, y_m: Floats, most: int) -> Network:
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
    return Network(np.ascontiguousarray(x_m), np.ascontiguousarray(y_m), near, near_m)


def nearest_sensor(network: Network, x_m: Floats, y_m: Floats) -> Ints:
    """The row of the sensor nearest to each place."""
    _, index = cKDTree(np.c_[network.x_m, network.y_m]).query(np.c_[x_m, y_m])
    return np.asarray(index, dtype=np.int64)


def spread_m2(network: Network) -> float:
    """Area over which the network stands (m²); a network on one line is given the width of a tenth of its length."""
    width, height = float(np.ptp(network.x_m)), float(np.ptp(network.y_m))
    longer = max(width, height, 1.0)
    return max(width, longer / 10) * max(height, longer / 10)
