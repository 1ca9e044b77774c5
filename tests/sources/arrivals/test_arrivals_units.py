"""Metres for kilometres, and the reverse, are seen in how fast waves would run."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from truceline.model import ArrivalTable, InputFault, SensorTable, Words
from truceline.sources.arrivals import Heard
from truceline.sources.arrivals.units import implied_factor

Taken = Callable[..., Heard]
SPEED_MPS = 340.0


def network(seed: int, wide_m: float = 20_000.0, sensors: int = 30) -> SensorTable:
    random = np.random.default_rng(seed)
    x, y = random.uniform(0, wide_m, (2, sensors))
    return SensorTable(tuple(map(str, range(sensors))), x, y, np.full(sensors, np.nan))


def heard_by(sensors: SensorTable, seed: int, *, salvo: int = 1, noise: float = 2.0, common: int = 0) -> ArrivalTable:
    """A day of events heard within 8 km, with noise, and noise that strikes every sensor at once."""
    random = np.random.default_rng(seed)
    wide, day = float(np.ptp(sensors.x_m)), 86_400.0
    rows, times = [], []
    for _ in range(200 // salvo):
        x, y, begin = random.uniform(0, wide), random.uniform(0, wide), random.uniform(0, day)
        away = np.hypot(sensors.x_m - x, sensors.y_m - y)
        near = np.flatnonzero(away < 8_000)
        for shot in range(salvo):
            rows.append(near)
            times.append(begin + 2.0 * shot + away[near] / SPEED_MPS + random.normal(0, 0.05, len(near)))
    count = int(noise * sum(map(len, rows)))
    rows.append(random.integers(0, len(sensors), count))
    times.append(random.uniform(0, day, count))
    for _ in range(common):
        rows.append(np.arange(len(sensors)))
        times.append(np.full(len(sensors), random.uniform(0, day)))
    sensor, time = np.concatenate(rows).astype(np.int64), np.concatenate(times)
    phase = Words(np.zeros(len(time), np.int32), ("",))
    return ArrivalTable(tuple(map(str, range(len(time)))), sensor, time, phase, np.full(len(time), np.nan))


def scaled(sensors: SensorTable, factor: float) -> SensorTable:
    return SensorTable(sensors.id, sensors.x_m * factor, sensors.y_m * factor, sensors.z_m)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("told", [{}, {"salvo": 40}, {"noise": 8.0}, {"common": 60}, {"noise": 0.0}])
def test_coordinates_in_their_unit_are_taken_as_they_are(seed: int, told: dict[str, float]):
    sensors = network(seed)
    assert implied_factor(sensors, heard_by(sensors, seed + 50, **told), SPEED_MPS) == 1.0  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("factor", "said"), [(1000.0, 0.001), (0.001, 1000.0)])
def test_coordinates_a_thousand_times_off_are_seen(seed: int, factor: float, said: float):
    sensors = network(seed)
    assert implied_factor(scaled(sensors, factor), heard_by(sensors, seed + 50), SPEED_MPS) == said


def test_noise_alone_says_nothing():
    sensors = network(1)
    noise = heard_by(sensors, 2, noise=0.0)
    random = np.random.default_rng(3)
    plain = ArrivalTable(
        noise.id, noise.sensor, random.uniform(0, 86_400, len(noise)), noise.phase, noise.amplitude, noise.epoch
    )
    for factor in (0.001, 1.0, 1000.0):
        assert implied_factor(scaled(sensors, factor), plain, SPEED_MPS) == 1.0


def texts(sensors: SensorTable, arrivals: ArrivalTable, unit_m: float) -> tuple[str, str]:
    places = zip(sensors.id, sensors.x_m / unit_m, sensors.y_m / unit_m, strict=True)
    rows = zip(arrivals.id, arrivals.sensor, arrivals.time_s, strict=True)
    return (
        "sensor,x,y\n" + "".join(f"{name},{x},{y}\n" for name, x, y in places),
        "arrival,sensor,time\n" + "".join(f"{name},{sensor},{time}\n" for name, sensor, time in rows),
    )


def test_metres_of_a_small_network_are_told_by_the_speed(taken: Taken):
    sensors = network(1, wide_m=3_000.0)
    given, heard = texts(sensors, heard_by(sensors, 2), unit_m=1.0)
    with pytest.raises(InputFault, match="metres seem to stand where kilometres are expected") as fault:
        taken(given, heard)
    assert "m/s instead of about 340 m/s" in fault.value.what
    assert taken(given, heard, crs="local-m").frame.metres == 1.0


def test_kilometres_of_a_network_in_metres_are_told_by_the_speed(taken: Taken):
    sensors = network(1)
    given, heard = texts(sensors, heard_by(sensors, 2), unit_m=1000.0)
    with pytest.raises(InputFault, match="kilometres seem to stand where metres are expected"):
        taken(given, heard, crs="local-m")
    assert taken(given, heard).frame.metres == 1000.0
