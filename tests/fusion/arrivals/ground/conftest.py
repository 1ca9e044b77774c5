"""Made-up hours of quakes: sensors on a bent grid, P and S through layers, chance arrivals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from truceline.fusion.arrivals.ground.layers import first_waves
from truceline.model import ArrivalTable, SensorTable, Words
from truceline.model.columns import Floats, Ints
from truceline.model.ground import CRUST


@dataclass
class Quakes:
    """What was heard (``event`` is -1 for chance), and what truly was: x, y, time, depth."""

    place: Floats
    truth: Floats
    sensor: Ints
    time_s: Floats
    event: Ints
    phase: list[str]

    @property
    def sensors(self) -> SensorTable:
        names = tuple(f"s{row}" for row in range(len(self.place)))
        return SensorTable(names, self.place[:, 0].copy(), self.place[:, 1].copy(), np.zeros(len(names)))

    @property
    def arrivals(self) -> ArrivalTable:
        rows = len(self.sensor)
        names = tuple(f"a{row}" for row in range(rows))
        return ArrivalTable(names, self.sensor, self.time_s, Words.of(self.phase), np.full(rows, np.nan))


def quakes(seed: int, *, events: int = 20, noise: int = 100, line: bool = False, said: str = "both") -> Quakes:
    chance = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(np.arange(4), np.arange(4)), -1).reshape(-1, 2) * 12_000.0
    place = grid + chance.normal(0, 1500.0, grid.shape)
    if line:
        place = np.c_[np.arange(16) * 4000.0, np.full(16, 18_000.0)]
    truth = np.c_[
        chance.uniform(0, 36_000.0, (events, 2)), 30.0 + 90.0 * np.arange(events),
        np.where(np.arange(events) % 4 == 0, 0.0, chance.uniform(2000.0, 15_000.0, events)),
    ]  # fmt: skip
    away = np.hypot(truth[:, :1] - place[:, 0], truth[:, 1:2] - place[:, 1])
    sensor, time_s, event, phase = [], [], [], []
    for name, speed in (("P", CRUST.p_mps), ("S", CRUST.s_mps)):
        for row, (moment, depth) in enumerate(truth[:, 2:]):
            travel, _, _ = first_waves(np.array(CRUST.top_m), np.array(speed), float(depth), away[row])
            heard = np.flatnonzero(chance.random(len(place)) < 0.8)
            sensor.append(heard)
            time_s.append(moment + travel[heard] + chance.normal(0, 0.05, len(heard)))
            event.append(np.full(len(heard), row))
            phase += [name] * len(heard)
    sensor.append(chance.integers(0, len(place), noise))
    time_s.append(chance.uniform(0, 90.0 * events + 30.0, noise))
    event.append(np.full(noise, -1))
    phase += ["P", "S"] * (noise // 2) + ["P"] * (noise % 2)
    words = {"both": phase, "nothing": [""] * len(phase), "P": phase}[said]
    made = Quakes(place, truth, np.concatenate(sensor), np.concatenate(time_s), np.concatenate(event), list(words))
    if said == "P":
        only = np.flatnonzero(np.array(phase) == "P")
        made = Quakes(place, truth, made.sensor[only], made.time_s[only], made.event[only], ["P"] * len(only))
    return made


@pytest.fixture(scope="session")
def shaken() -> Callable[..., Quakes]:
    return quakes
