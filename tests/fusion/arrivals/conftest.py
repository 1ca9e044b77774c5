"""Made-up hours: sensors on a bent grid, events, and the arrivals they would have made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest

from truceline.fusion.arrivals.accepting import nothing_taken
from truceline.fusion.arrivals.air import still_air
from truceline.fusion.arrivals.growing import Search
from truceline.fusion.arrivals.hearing import even_hearing
from truceline.fusion.arrivals.network import network
from truceline.fusion.arrivals.picks import Taken, ordered
from truceline.fusion.arrivals.settling import Belief, World
from truceline.model import ArrivalTable, SensorTable, Words
from truceline.model.columns import Floats, Ints


@dataclass(frozen=True)
class Hour:
    """What was heard (``sensor``, ``time_s``, and ``event`` or -1 for chance) and what truly was (x, y, time)."""

    place: Floats
    truth: Floats
    sensor: Ints
    time_s: Floats
    event: Ints

    @property
    def sensors(self) -> SensorTable:
        x, y = (np.ascontiguousarray(self.place[:, axis]) for axis in (0, 1))
        return SensorTable(tuple(f"s{row}" for row in range(len(x))), x, y, np.full(len(x), np.nan))

    @property
    def arrivals(self) -> ArrivalTable:
        rows = len(self.sensor)
        names = tuple(f"a{row}" for row in range(rows))
        return ArrivalTable(names, self.sensor, self.time_s, Words.of([""] * rows), np.full(rows, np.nan))

    def in_order(self, arrivals: Ints) -> Hour:
        return replace(self, sensor=self.sensor[arrivals], time_s=self.time_s[arrivals], event=self.event[arrivals])

    def sensors_in_order(self, sensors: Ints) -> Hour:
        """Row ``i`` becomes the sensor that was in row ``sensors[i]``."""
        return replace(self, place=self.place[sensors], sensor=np.argsort(sensors)[self.sensor])


def heard(  # noqa: PLR0913 - one keyword for each thing that can be otherwise
    place: Floats,
    truth: Floats,
    chance: np.random.Generator,
    *,
    heard_m: float = 7000.0,
    error_s: float = 0.02,
    air_error: float = 0.0,
    missed: float = 0.1,
    noise: int = 0,
    speed_mps: float = 340.0,
    wind_mps: tuple[float, float] = (0.0, 0.0),
) -> Hour:
    away = place[None] - truth[:, None, :2]
    distance = np.hypot(away[..., 0], away[..., 1])
    effective = speed_mps + away @ np.array(wind_mps) / distance
    event, sensor = np.nonzero((distance < heard_m) & (chance.random(distance.shape) >= missed))
    travel_s = (distance / effective)[event, sensor] * (1.0 + air_error * chance.normal(size=len(event)))
    time_s = truth[event, 2] + travel_s + chance.normal(0, error_s, len(event))
    begin, end = (truth[:, 2].min(), truth[:, 2].max() + 20.0) if len(truth) else (0.0, 3600.0)
    return Hour(
        place,
        truth,
        np.r_[sensor, chance.integers(0, len(place), noise)],
        np.r_[time_s, chance.uniform(begin, end, noise)],
        np.r_[event, np.full(noise, -1)],
    )


def made(
    seed: int, *, sensors: int = 25, events: int = 20, span_s: float = 2400.0, salvo: int = 0, **told: object
) -> Hour:
    """Events far from each other in time, and a salvo of shots a second and a half apart."""
    chance = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(sensors)))
    apart_m = 3000.0
    grid = np.stack(np.meshgrid(np.arange(side), np.arange(side)), -1).reshape(-1, 2)[:sensors] * apart_m
    place = grid + chance.normal(0, apart_m / 6, (sensors, 2))
    truth = np.c_[chance.uniform(0, (side - 1) * apart_m, (events, 2)), chance.uniform(0, span_s, events)]
    shots = np.c_[chance.normal((side - 1) * apart_m / 2, 800.0, (salvo, 2)), span_s + 60.0 + 1.5 * np.arange(salvo)]
    return heard(place, np.r_[truth, shots], chance, **{"noise": events, **told})


def world_of(hour: Hour, *, reach_m: float = 8000.0, gate: float = 3.0) -> tuple[World, Ints, Taken]:
    """The hour as kernels see it, the air at 340 m/s, and nothing taken."""
    net = network(hour.place[:, 0], hour.place[:, 1], 80)
    picks, _ = ordered(hour.time_s, hour.sensor, len(hour.place))
    order = np.lexsort((hour.time_s, hour.sensor))
    search = Search(0.02, 0.0015, 0.9, reach_m, gate, 1.0, 4)
    world = World(net, picks, still_air(340.0), search, Belief(np.log(1e-11), even_hearing()))
    return world, order, nothing_taken(len(hour.sensor))


@pytest.fixture(scope="session")
def hour() -> Callable[..., Hour]:
    return made


@pytest.fixture(scope="session")
def hear() -> Callable[..., Hour]:
    return heard


@pytest.fixture(scope="session")
def seen() -> Callable[..., tuple[World, Ints, Taken]]:
    return world_of
