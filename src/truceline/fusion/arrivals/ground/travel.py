"""Travel times of P and S as a table over distance and depth, made once, and what the ground under each sensor adds.

A sensor's own delay (s) stands for what flat layers do not know: sediment beneath it, slow ground between. The whole
ground may be slower or faster than the model by a part for P and one for S. Both are learned (:mod:`teaching`).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from truceline.fusion.arrivals.ground.layers import first_waves
from truceline.fusion.compiled import compiled
from truceline.model import SensorTable, VelocityModel
from truceline.model.columns import Floats

P, S = 0, 1
DISTANCES, DEPTHS = 601, 241


class Ground(NamedTuple):
    """Waves from a source to the sensors.

    ``waves[phase, distance, depth]`` holds time (s), its change per metre of distance and per metre of depth; nodes
    stand at equal steps of the square root of distance and depth, to ``farthest_m`` and ``deepest_m``. ``slower`` is
    the part by which P and S take longer, ``delay_s[sensor, phase]`` what each sensor adds, ``above_m`` how high it
    stands over the level from which depth is counted, ``surface`` the slowness of P and S there (s/m).
    """

    waves: Floats
    farthest_m: float
    deepest_m: float
    slower: Floats
    delay_s: Floats
    above_m: Floats
    surface: Floats


def level_m(sensors: SensorTable) -> float:
    """Height from which depth is counted: the middle height of the sensors, 0 where none is known."""
    known = sensors.z_m[np.isfinite(sensors.z_m)]
    return float(np.median(known)) if len(known) else 0.0


def ground_of(model: VelocityModel, sensors: SensorTable, farthest_m: float, deepest_m: float) -> Ground:
    """The ground under a network, nothing learned yet."""
    distance = np.linspace(0.0, math.sqrt(farthest_m), DISTANCES) ** 2
    depth = np.linspace(0.0, math.sqrt(deepest_m), DEPTHS) ** 2
    top = np.array(model.top_m)
    waves = np.empty((2, DISTANCES, DEPTHS, 3))
    for phase, speed in enumerate((np.array(model.p_mps), np.array(model.s_mps))):
        for row, deep in enumerate(depth):
            waves[phase, :, row] = np.stack(first_waves(top, speed, float(deep), distance), axis=-1)
    above = np.where(np.isfinite(sensors.z_m), sensors.z_m - level_m(sensors), 0.0)
    surface = np.array([1.0 / model.p_mps[0], 1.0 / model.s_mps[0]])
    return Ground(waves, farthest_m, deepest_m, np.zeros(2), np.zeros((len(sensors), 2)), above, surface)


@compiled
def wave(ground: Ground, sensor: int, phase: int, distance_m: float, depth_m: float) -> tuple[float, float, float]:
    """Travel time to a sensor (s) and its change per metre of distance and of depth."""
    far = min(distance_m, ground.farthest_m)
    at = math.sqrt(far / ground.farthest_m) * (ground.waves.shape[1] - 1)
    deep = math.sqrt(min(max(depth_m / ground.deepest_m, 0.0), 1.0)) * (ground.waves.shape[2] - 1)
    row, column = min(int(at), ground.waves.shape[1] - 2), min(int(deep), ground.waves.shape[2] - 2)
    east, down = at - row, deep - column
    near = (1.0 - east) * (1.0 - down)
    beside, below, across = east * (1.0 - down), (1.0 - east) * down, east * down
    table = ground.waves[phase]
    here, there = table[row], table[row + 1]
    time = near * here[column, 0] + beside * there[column, 0] + below * here[column + 1, 0]
    time += across * there[column + 1, 0]
    along = near * here[column, 1] + beside * there[column, 1] + below * here[column + 1, 1]
    along += across * there[column + 1, 1]
    dive = near * here[column, 2] + beside * there[column, 2] + below * here[column + 1, 2]
    dive += across * there[column + 1, 2]
    time += (distance_m - far) * along
    longer = 1.0 + ground.slower[phase]
    upright = ground.surface[phase] ** 2 - along * along
    rise = ground.above_m[sensor] * math.sqrt(upright) if upright > 0.0 else 0.0
    return time * longer + rise + ground.delay_s[sensor, phase], along * longer, dive * longer
