"""Sound in moving air: how long it takes from a source to a sensor.

The effective speed along the ray is the speed of sound plus the wind's part along it (effective sound speed
approximation: Ostashev & Wilson 2015, Acoustics in Moving Inhomogeneous Media, 2nd ed., ch. 2). Speed and wind vary
slowly: they stand on nodes in time and place and are interpolated between them.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from truceline.fusion.compiled import compiled_inner
from truceline.model.columns import Floats, Ints


class Air(NamedTuple):
    """Speed of sound and wind at nodes, shape (times, columns, rows, 3), with where the nodes stand.

    The three values are speed (m/s), wind to the east and wind to the north. A single node is the same air everywhere.
    """

    node: Floats
    from_s: float
    step_s: float
    west_m: float
    step_x_m: float
    south_m: float
    step_y_m: float


def still_air(speed_mps: float, wind_x_mps: float = 0.0, wind_y_mps: float = 0.0) -> Air:
    """The same air everywhere and always."""
    return Air(np.array([[[[speed_mps, wind_x_mps, wind_y_mps]]]]), 0.0, 1.0, 0.0, 1.0, 0.0, 1.0)


@compiled_inner
def _between(value: float, begin: float, step: float, nodes: int) -> tuple[int, float]:
    at = min(max((value - begin) / step, 0.0), nodes - 1.0)
    low = min(int(at), max(nodes - 2, 0))
    return low, at - low


@compiled_inner
def air_at(air: Air, x_m: float, y_m: float, time_s: float) -> tuple[float, float, float]:
    """Speed and wind (m/s) at a place and time: linear between nodes, and beyond the last node as at it."""
    times, columns, rows = air.node.shape[0], air.node.shape[1], air.node.shape[2]
    if times == 1 and columns == 1 and rows == 1:
        return air.node[0, 0, 0, 0], air.node[0, 0, 0, 1], air.node[0, 0, 0, 2]
    t, part_t = _between(time_s, air.from_s, air.step_s, times)
    x, part_x = _between(x_m, air.west_m, air.step_x_m, columns)
    y, part_y = _between(y_m, air.south_m, air.step_y_m, rows)
    speed, wind_x, wind_y = 0.0, 0.0, 0.0
    for corner in range(8):
        later, east, north = corner & 1, (corner >> 1) & 1, corner >> 2
        weight = (
            (part_t if later else 1.0 - part_t)
            * (part_x if east else 1.0 - part_x)
            * (part_y if north else 1.0 - part_y)
        )
        if weight > 0.0:
            speed += weight * air.node[t + later, x + east, y + north, 0]
            wind_x += weight * air.node[t + later, x + east, y + north, 1]
            wind_y += weight * air.node[t + later, x + east, y + north, 2]
    return speed, wind_x, wind_y


@compiled_inner
def air_between(
    air: Air, x_m: float, y_m: float, time_s: float, sensor_x_m: float, sensor_y_m: float
) -> tuple[float, float, float]:
    """Speed and wind (m/s) half way from a source to a sensor: the mean of the way as long as they change evenly."""
    return air_at(air, 0.5 * (x_m + sensor_x_m), 0.5 * (y_m + sensor_y_m), time_s)


@compiled_inner
def slant(
    air: Air, x_m: float, y_m: float, time_s: float, sensor_x_m: float, sensor_y_m: float, above_m: float
) -> tuple[float, float, float, float]:
    """The way from a source to a sensor so much higher: direction east and north, length (m), speed along it (m/s)."""
    east, north = sensor_x_m - x_m, sensor_y_m - y_m
    distance = math.sqrt(east * east + north * north + above_m * above_m) + 1e-6
    along_x, along_y = east / distance, north / distance
    speed, wind_x, wind_y = air_between(air, x_m, y_m, time_s, sensor_x_m, sensor_y_m)
    return along_x, along_y, distance, speed + along_x * wind_x + along_y * wind_y


@compiled_inner
def beside(air: Air, x_m: float, y_m: float, corner: Ints, part: Floats) -> None:
    """The four nodes (column times rows, plus row) around a place, and each one's part in the air there."""
    columns, rows = air.node.shape[1], air.node.shape[2]
    x, part_x = _between(x_m, air.west_m, air.step_x_m, columns)
    y, part_y = _between(y_m, air.south_m, air.step_y_m, rows)
    for k in range(4):
        east, north = k & 1, k >> 1
        corner[k] = min(x + east, columns - 1) * rows + min(y + north, rows - 1)
        part[k] = (part_x if east else 1.0 - part_x) * (part_y if north else 1.0 - part_y)


@compiled_inner
def flight(
    x_m: float, y_m: float, sensor_x_m: float, sensor_y_m: float, speed: float, wind_x: float, wind_y: float
) -> tuple[float, float, float, float]:
    """Travel time (s), its change per metre the source moves east and north, and the distance (m)."""
    east, north = sensor_x_m - x_m, sensor_y_m - y_m
    distance = math.sqrt(east * east + north * north) + 1e-6
    along_x, along_y = east / distance, north / distance
    effective = speed + along_x * wind_x + along_y * wind_y
    return distance / effective, -along_x / effective, -along_y / effective, distance
