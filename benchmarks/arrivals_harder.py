"""Days of arrivals harder than the shared generator makes, with known truth, and what each hardship costs.

Wind and temperature that change over time and place, bursts of noise that neighbouring sensors share, clocks that are
off, drift or step, echoes, shots heard twice (muzzle and impact), sensors that died or were moved without anybody
writing it down, sensors that stand in one line and cannot tell its sides apart. Each comes alone on the same ordinary
day, then most of them together with salvos.

    python benchmarks/arrivals_harder.py                     every hardship, two seeds
    python benchmarks/arrivals_harder.py --only echoes       one of them
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from arrivals_scoring import Day, judged, reliability, together

from truceline.fusion.arrivals import locate
from truceline.model import SensorFault
from truceline.model.columns import Floats, Ints

_ON_THE_RAY = (np.array([-np.sqrt(0.6), 0.0, np.sqrt(0.6)]) + 1.0) / 2.0
_WEIGHTS = np.array([5.0, 8.0, 5.0]) / 18.0
_AT_ONCE = 5_000
"""Events whose rays are made together."""
_MODES = 6


@dataclass(frozen=True)
class Hardship:
    """A day and what is wrong with it. Shares are of sensors, of arrivals or of shots, as the name says."""

    east_m: float = 100_000.0
    north_m: float = 40_000.0
    sensors: int = 200
    events: int = 2_000
    duration_s: float = 86_400.0
    reach_m: tuple[float, float] = (10_000.0, 10_000.0)
    missed_share: float = 0.2
    noise_ratio: float = 2.0
    pick_error_s: float = 0.05
    speed_mps: float = 340.0
    speed_change_mps: float = 0.0
    wind_mps: float = 0.0
    wind_change_mps: float = 0.0
    salvo_share: float = 0.0
    salvo_size: int = 10
    salvo_step_s: float = 5.0
    bursts: int = 0
    burst_reach_m: float = 5_000.0
    burst_s: float = 15.0
    burst_arrivals: float = 4.0
    offset_sensors: float = 0.0
    offset_s: float = 0.5
    drifting_sensors: float = 0.0
    drift_per_day_s: float = 2.0
    stepping_sensors: float = 0.0
    step_s: float = 1.0
    dead_sensors: float = 0.0
    moved_sensors: float = 0.0
    moved_m: tuple[float, float] = (100.0, 500.0)
    echo_share: float = 0.0
    impact_share: float = 0.0
    line_width_m: float = np.inf


HARDSHIPS = {
    "ordinary day": Hardship(),
    "steady wind 6 m/s": Hardship(wind_mps=6.0),
    "wind over time and place": Hardship(wind_mps=5.0, wind_change_mps=3.0, speed_change_mps=4.0),
    "shared bursts of noise": Hardship(bursts=300),
    "clocks off": Hardship(offset_sensors=0.1),
    "clocks drifting": Hardship(drifting_sensors=0.1),
    "clocks stepping": Hardship(stepping_sensors=0.1),
    "echoes": Hardship(echo_share=0.3),
    "muzzle and impact": Hardship(impact_share=0.5),
    "dead sensors": Hardship(dead_sensors=0.1),
    "moved sensors": Hardship(moved_sensors=0.05),
    "sensors in one line": Hardship(north_m=20_000.0, sensors=100, line_width_m=20.0),
    "all together": Hardship(
        reach_m=(5_000.0, 15_000.0), salvo_share=0.3, wind_mps=4.0, wind_change_mps=2.0, speed_change_mps=3.0,
        bursts=100, offset_sensors=0.03, drifting_sensors=0.03, stepping_sensors=0.03, echo_share=0.1,
        impact_share=0.2, dead_sensors=0.05, moved_sensors=0.02,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Weather:
    """Air that changes smoothly: a mean, and waves over place and time for each component of the wind."""

    speed_mps: float
    speed_change_mps: float
    speed_phase: float
    wind: Floats
    wave: Floats
    size: Floats

    def along(self, x_m: Floats, y_m: Floats, time_s: Floats, toward: Floats) -> Floats:
        """Effective speed of sound (m/s) in a direction (unit vectors, last axis)."""
        day = 2.0 * np.pi * time_s / 86_400.0
        speed = self.speed_mps + self.speed_change_mps * np.sin(day + self.speed_phase)
        for axis in (0, 1):
            speed = speed + self.wind[axis] * toward[..., axis]
            for wave, size in zip(self.wave[axis], self.size[axis], strict=True):
                if size:
                    swing = np.sin(wave[0] * x_m + wave[1] * y_m + wave[2] * time_s + wave[3])
                    speed = speed + size * swing * toward[..., axis]
        return speed


def weather(hardship: Hardship, chance: np.random.Generator) -> Weather:
    """Waves of 40 to 120 km and 4 to 12 hours that add up to the change asked for (root mean square)."""
    heading = chance.uniform(0.0, 2.0 * np.pi)
    turn = chance.uniform(0.0, 2.0 * np.pi, (2, _MODES))
    number = 2.0 * np.pi / chance.uniform(40_000.0, 120_000.0, (2, _MODES))
    pace = 2.0 * np.pi / chance.uniform(4 * 3_600.0, 12 * 3_600.0, (2, _MODES))
    phase = chance.uniform(0.0, 2.0 * np.pi, (2, _MODES))
    return Weather(
        hardship.speed_mps,
        hardship.speed_change_mps,
        chance.uniform(0.0, 2.0 * np.pi),
        hardship.wind_mps * np.array([np.cos(heading), np.sin(heading)]),
        np.stack([number * np.cos(turn), number * np.sin(turn), pace, phase], axis=-1),
        np.full((2, _MODES), hardship.wind_change_mps * np.sqrt(2.0 / _MODES)),
    )


def made(hardship: Hardship, seed: int) -> Day:
    """A day; the same for the same hardship and seed."""
    chance = np.random.default_rng(seed)
    stated = chance.uniform(0.0, (hardship.east_m, hardship.north_m), (hardship.sensors, 2))
    stated[:, 1] -= hardship.north_m / 2.0
    stated[:, 1] *= min(1.0, hardship.line_width_m / hardship.north_m)
    stated[:, 1] += hardship.north_m / 2.0
    standing = stated + _moves(hardship, chance)
    events, reach = _events(hardship, chance)
    sensor, time_s, event = _heard(hardship, standing, events, reach, chance)
    direct = len(time_s)
    extra = [
        _echoes(hardship, sensor, time_s, chance),
        _noise(hardship, direct, chance),
        _burst(hardship, stated, chance),
    ]
    sensor = np.concatenate([sensor, *(part[0] for part in extra)]).astype(np.int64)
    time_s = np.concatenate([time_s, *(part[1] for part in extra)])
    event = np.concatenate([event, np.full(len(time_s) - direct, -1, dtype=np.int64)])
    alive = time_s < _ends(hardship, chance)[sensor]
    sensor, time_s, event = sensor[alive], time_s[alive], event[alive]
    time_s = time_s + _clock_error(hardship, sensor, time_s, chance)
    order = np.argsort(time_s, kind="stable")
    return Day(stated[:, 0], stated[:, 1], sensor[order], time_s[order], event[order], *events.T)


def _chosen(share: float, hardship: Hardship, chance: np.random.Generator) -> Ints:
    return chance.choice(hardship.sensors, round(share * hardship.sensors), replace=False)


def _moves(hardship: Hardship, chance: np.random.Generator) -> Floats:
    move = np.zeros((hardship.sensors, 2))
    rows = _chosen(hardship.moved_sensors, hardship, chance)
    far, turn = chance.uniform(*hardship.moved_m, len(rows)), chance.uniform(0.0, 2.0 * np.pi, len(rows))
    move[rows] = np.c_[far * np.cos(turn), far * np.sin(turn)]
    return move


def _ends(hardship: Hardship, chance: np.random.Generator) -> Floats:
    """When each sensor fell silent."""
    ends = np.full(hardship.sensors, np.inf)
    rows = _chosen(hardship.dead_sensors, hardship, chance)
    ends[rows] = chance.uniform(0.0, hardship.duration_s, len(rows))
    return ends


def _clock_error(hardship: Hardship, sensor: Ints, time_s: Floats, chance: np.random.Generator) -> Floats:
    """What each sensor's clock is ahead at each arrival."""
    error = np.zeros((hardship.sensors, 3))
    since = np.full(hardship.sensors, np.inf)
    rows = _chosen(hardship.offset_sensors, hardship, chance)
    error[rows, 0] = chance.normal(0.0, hardship.offset_s, len(rows))
    rows = _chosen(hardship.drifting_sensors, hardship, chance)
    error[rows, 1] = chance.uniform(-1.0, 1.0, len(rows)) * hardship.drift_per_day_s / 86_400.0
    rows = _chosen(hardship.stepping_sensors, hardship, chance)
    error[rows, 2] = chance.choice([-1.0, 1.0], len(rows)) * chance.uniform(0.2, 1.0, len(rows)) * hardship.step_s
    since[rows] = chance.uniform(0.2, 0.8, len(rows)) * hardship.duration_s
    ahead: Floats = error[sensor, 0] + error[sensor, 1] * time_s + error[sensor, 2] * (time_s > since[sensor])
    return ahead


def _events(hardship: Hardship, chance: np.random.Generator) -> tuple[Floats, Floats]:
    """Place and time of every event, in order of time, and how far each is heard."""
    area = (hardship.east_m, hardship.north_m, hardship.duration_s)
    in_salvos = round(hardship.events * hardship.salvo_share)
    shots = [chance.uniform(0.0, area, (hardship.events - in_salvos, 3))]
    while in_salvos > 0:
        size = min(in_salvos, 1 + int(chance.poisson(hardship.salvo_size - 1)))
        first, times = chance.uniform(0.0, area), np.cumsum(chance.exponential(hardship.salvo_step_s, size))
        shots.append(first + np.c_[chance.normal(0.0, 300.0, (size, 2)), times])
        in_salvos -= size
    every = np.concatenate(shots)
    every = np.concatenate([every, _impacts(every, hardship, chance)])
    every[:, :2] = np.clip(every[:, :2], 0.0, area[:2])
    every = every[np.argsort(every[:, 2], kind="stable")]
    return every, chance.uniform(*hardship.reach_m, len(every))


def _impacts(shots: Floats, hardship: Hardship, chance: np.random.Generator) -> Floats:
    """Where and when some of the shots came down: 2 to 12 km away, at 250 m/s over ground on the mean."""
    rows = np.flatnonzero(chance.random(len(shots)) < hardship.impact_share)
    far, turn = chance.uniform(2_000.0, 12_000.0, len(rows)), chance.uniform(0.0, 2.0 * np.pi, len(rows))
    impacts: Floats = shots[rows] + np.c_[far * np.cos(turn), far * np.sin(turn), far / 250.0]
    return impacts


def _heard(
    hardship: Hardship, standing: Floats, events: Floats, reach: Floats, chance: np.random.Generator
) -> tuple[Ints, Floats, Ints]:
    """Sensor, time and event of every direct arrival."""
    air, parts = weather(hardship, chance), []
    for begin in range(0, len(events), _AT_ONCE):
        some = events[begin : begin + _AT_ONCE]
        apart = standing[None, :, :] - some[:, None, :2]
        far = np.hypot(apart[:, :, 0], apart[:, :, 1])
        heard = (far < reach[begin : begin + _AT_ONCE, None]) & (chance.random(far.shape) >= hardship.missed_share)
        event, sensor = np.nonzero(heard)
        way, length = apart[event, sensor], far[event, sensor]
        travel = _travel_s(air, some[event], way, length)
        time_s = some[event, 2] + travel + chance.normal(0.0, hardship.pick_error_s, len(event))
        parts.append((sensor, time_s, event + begin))
    sensor, time_s, event = (np.concatenate([part[column] for part in parts]) for column in range(3))
    return sensor, time_s, event


def _travel_s(air: Weather, start: Floats, way: Floats, length: Floats) -> Floats:
    """Travel time on the straight ray, through the air on three places of it."""
    toward = way / np.maximum(length, 1e-6)[:, None]
    slow = np.zeros(len(length))
    for part, weight in zip(_ON_THE_RAY, _WEIGHTS, strict=True):
        slow += weight / air.along(start[:, 0] + part * way[:, 0], start[:, 1] + part * way[:, 1], start[:, 2], toward)
    travel: Floats = length * slow
    return travel


def _echoes(hardship: Hardship, sensor: Ints, time_s: Floats, chance: np.random.Generator) -> tuple[Ints, Floats]:
    """Second arrivals, 0.05 to 1 s after the first."""
    rows = np.flatnonzero(chance.random(len(sensor)) < hardship.echo_share)
    return sensor[rows], time_s[rows] + chance.uniform(0.05, 1.0, len(rows))


def _noise(hardship: Hardship, direct: int, chance: np.random.Generator) -> tuple[Ints, Floats]:
    number = round(hardship.noise_ratio * direct)
    return chance.integers(0, hardship.sensors, number), chance.uniform(0.0, hardship.duration_s, number)


def _burst(hardship: Hardship, stated: Floats, chance: np.random.Generator) -> tuple[Ints, Floats]:
    """Noise that all sensors of a neighbourhood pick up in the same seconds: vehicles, thunder, a low flight."""
    sensor, time_s = [np.empty(0, dtype=np.int64)], [np.empty(0)]
    for _ in range(hardship.bursts):
        middle = chance.uniform(0.0, (hardship.east_m, hardship.north_m))
        near = np.flatnonzero(np.hypot(*(stated - middle).T) < hardship.burst_reach_m)
        rows = np.repeat(near, chance.poisson(hardship.burst_arrivals, len(near)))
        begin = chance.uniform(0.0, hardship.duration_s)
        sensor.append(rows)
        time_s.append(begin + chance.uniform(0.0, hardship.burst_s, len(rows)))
    return np.concatenate(sensor), np.concatenate(time_s)


def measured(name: str, hardship: Hardship, seeds: list[int]) -> dict[str, object]:
    """F1, place and calibration under one hardship, and which faults of sensors were found."""
    days, faults, unchecked, arrivals = [], 0, 0, 0
    for seed in seeds:
        day = made(hardship, seed)
        result = locate(day.sensors(), day.arrivals())
        days.append(judged(result.events, day))
        faults += len({one.sensor for one in result.sensors if one.fault is not SensorFault.NOT_CHECKED})
        unchecked += sum(one.fault is SensorFault.NOT_CHECKED for one in result.sensors)
        arrivals += len(day)
    return {
        "hardship": name, "seeds": seeds, "arrivals": arrivals, **together(days), "sensors_reported": faults,
        "sensors_not_checked": unchecked, "reliability": reliability(days),
    }  # fmt: skip


def show(row: dict[str, object], plain: dict[str, object] | None) -> None:
    """One line: the figures and what the hardship took from F1.

    ``either`` is the share of events whose ellipse at the place or at its mirror image holds the truth, whatever their
    distance from it. ``calib.`` takes an event as real that a true one matches within 2 km and 3 s, ``of arr.`` one
    that shares 60 % of its arrivals with a true one, wherever it was put.
    """
    lost = "" if plain is None else f"  F1 {_number(row['f1']) - _number(plain['f1']):+.3f}"
    print(
        f"{row['hardship']!s:26}{_number(row['f1']):7.3f}{_number(row['median_m']):8.1f}{_number(row['p90_m']):8.1f}"
        f"{_number(row['inside_95']):8.3f}{_number(row['calibration_error']):8.3f}"
        f"{_number(row['calibration_error_by_arrivals']):8.3f}{row['invented']!s:>9}"
        f"{_number(row['inside_95_either_place']):8.3f}{row['mirrors']!s:>9}{row['sensors_reported']!s:>9}{lost}"
    )


def _number(value: object) -> float:
    return float(str(value))


def all_hardships(seeds: list[int], only: list[str]) -> list[dict[str, object]]:
    """Every hardship asked for, printed as it comes."""
    print(
        f"\n{'hardship':26}{'F1':>7}{'median':>8}{'p90 m':>8}{'in 95':>8}{'calib.':>8}{'of arr.':>8}{'invented':>9}"
        f"{'either':>8}{'mirrors':>9}{'faulty':>9}"
    )
    rows: list[dict[str, object]] = []
    for name, hardship in HARDSHIPS.items():
        if not only or name in only:
            rows.append(measured(name, hardship, seeds))
            show(rows[-1], rows[0] if rows[0]["hardship"] == "ordinary day" and len(rows) > 1 else None)
    return rows


def longer(days: float) -> Hardship:
    """The ordinary day, as many times as long."""
    plain = HARDSHIPS["ordinary day"]
    return replace(plain, events=max(1, round(plain.events * days)), duration_s=plain.duration_s * days)


def wider(days: float) -> Hardship:
    """The ordinary day in a network as many times as wide, with as many times the sensors and the events."""
    plain = HARDSHIPS["ordinary day"]
    return replace(
        plain, east_m=plain.east_m * days, sensors=max(4, round(plain.sensors * days)),
        events=max(1, round(plain.events * days)),
    )  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--only", nargs="*", default=[], choices=HARDSHIPS)
    asked.add_argument("--seeds", nargs="*", type=int, default=[1, 2])
    asked.add_argument("--out", type=Path, default=Path("build/bench-arrivals-harder.json"))
    given = asked.parse_args()
    rows = all_hardships(given.seeds, given.only)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
