"""Compile every kernel once: ``python -m truceline.fusion.arrivals.warming``, as ``make env`` does.

Kernels become machine code when they are first called, which takes about half a minute. So that nobody waits for it
before the first events, hours of arrivals that never were are located here: some events apart, a salvo in which
events crowd each other, wind that turns, a clock ahead and a sensor moved, so that every kernel is called. The code is
kept beside the modules (:mod:`keeping`).
"""

from __future__ import annotations

import numpy as np

from truceline.fusion.arrivals.ground.warming import exercise_in_ground
from truceline.fusion.arrivals.locating import locate
from truceline.model import ArrivalTable, Located, SensorTable, Words

_SEED = 1
_SIDE = 5
_APART_M = 2500.0
_HEARD_M = 7000.0
_SPEED_MPS = 340.0
_SHOTS_S = 1.5
_FAST, _AHEAD_S, _MOVED = 6, 5.0, 18
_WIND_MPS, _APART_S = 12.0, 900.0


def exercise() -> Located:
    """Locate twelve events and a salvo of eight at 25 sensors, in wind that turns round meanwhile.

    >>> len(exercise().events) > 12
    True
    """
    chance = np.random.default_rng(_SEED)
    x, y = (axis.ravel() for axis in np.meshgrid(*2 * [np.arange(_SIDE) * _APART_M]))
    place = np.r_[chance.uniform(0, _SIDE * _APART_M, (12, 2)), chance.normal(5000.0, 1000.0, (8, 2))]
    moment = np.r_[np.arange(12) * _APART_S, 13 * _APART_S + np.arange(8) * _SHOTS_S]
    distance = np.hypot(place[:, :1] - x, place[:, 1:] - y)
    event, sensor = np.nonzero(distance < _HEARD_M)
    with_wind = (x[sensor] - place[event, 0]) / distance[event, sensor]
    wind_mps = _WIND_MPS * np.cos(moment[event] / moment.max() * np.pi)
    travel_s = distance[event, sensor] / (_SPEED_MPS + with_wind * wind_mps)
    time_s = moment[event] + travel_s + chance.normal(0, 0.02, len(event))
    time_s[sensor == _FAST] += _AHEAD_S
    said = np.where(np.arange(len(x)) == _MOVED, x + 900.0, x)
    sensors = SensorTable(tuple(f"sensor {row}" for row in range(len(x))), said, y, np.full(len(x), np.nan))
    rows = len(event)
    names = tuple(f"arrival {row}" for row in range(rows))
    return locate(sensors, ArrivalTable(names, sensor, time_s, Words.of([""] * rows), np.full(rows, np.nan)))


if __name__ == "__main__":
    exercise()
    exercise_in_ground()
