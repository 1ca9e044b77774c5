"""Compile every kernel of locating in the ground once: an hour of quakes that never were is located."""

from __future__ import annotations

import numpy as np

from truceline.fusion.arrivals.ground.layers import first_waves
from truceline.fusion.arrivals.ground.locating import locate_in_ground
from truceline.model import ArrivalTable, Located, SensorTable, Words
from truceline.model.ground import CRUST

_SEED = 2
_SIDE, _APART_M = 4, 12_000.0
_EVENTS, _EVERY_S = 24, 50.0


def exercise_in_ground() -> Located:
    """Locate two dozen quakes, some close to each other in time, at 16 sensors.

    >>> len(exercise_in_ground().events) > 20
    True
    """
    chance = np.random.default_rng(_SEED)
    x, y = (axis.ravel() for axis in np.meshgrid(*2 * [np.arange(_SIDE) * _APART_M]))
    x, y = x + chance.normal(0, 1500.0, len(x)), y + chance.normal(0, 1500.0, len(y))
    place = chance.uniform(0, (_SIDE - 1) * _APART_M, (_EVENTS, 2))
    depth, moment = chance.uniform(0, 15_000.0, _EVENTS), _EVERY_S * np.arange(_EVENTS)
    away = np.hypot(place[:, :1] - x, place[:, 1:] - y)
    times, phases = [], []
    for phase, speed in (("P", CRUST.p_mps), ("S", CRUST.s_mps)):
        for event in range(_EVENTS):
            travel, _, _ = first_waves(np.array(CRUST.top_m), np.array(speed), float(depth[event]), away[event])
            times.append(moment[event] + travel + chance.normal(0, 0.05, len(x)))
            phases += [phase] * len(x)
    time_s = np.concatenate(times)
    sensor = np.tile(np.arange(len(x)), 2 * _EVENTS)
    kept = chance.random(len(time_s)) < 0.8
    rows = int(kept.sum())
    sensors = SensorTable(tuple(f"sensor {row}" for row in range(len(x))), x, y, np.zeros(len(x)))
    words = Words.of([one for one, use in zip(phases, kept, strict=True) if use])
    names = tuple(f"arrival {row}" for row in range(rows))
    return locate_in_ground(sensors, ArrivalTable(names, sensor[kept], time_s[kept], words, np.full(rows, np.nan)))
