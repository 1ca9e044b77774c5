"""Made-up days of P and S waves in layered ground with known truth: quakes at depth, blasts at the surface, noise.

The ground is not the one the engine takes for granted unless told: four layers, and each sensor adds its own delay.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from arrivals_scoring import Day

from truceline.fusion.arrivals.ground.layers import first_waves
from truceline.model import ArrivalTable, SensorTable, VelocityModel, Words
from truceline.model.columns import Floats

TRUE_GROUND = VelocityModel((0.0, 2e3, 14e3, 30e3), (4500.0, 5900.0, 6600.0, 8000.0), (2550.0, 3400.0, 3800.0, 4500.0))


@dataclass(frozen=True)
class Made:
    """What is to be made: sensors on a square, events a day, their depth and how far they are heard, noise, errors."""

    sensors: int = 40
    side_m: float = 120_000.0
    events: int = 400
    span_s: float = 43_200.0
    blasts: float = 0.2
    deepest_m: float = 20_000.0
    heard_m: tuple[float, float] = (30_000.0, 90_000.0)
    missed: tuple[float, float] = (0.2, 0.35)
    error_s: tuple[float, float] = (0.06, 0.12)
    delay_s: tuple[float, float] = (0.1, 0.2)
    noise: float = 3.0
    said: float = 1.0
    on_a_line: bool = False
    only_p: bool = False
    ground: VelocityModel = TRUE_GROUND


@dataclass(frozen=True)
class MadeDay(Day):
    """Arrivals with their phase (0 P, 1 S; said as text), and how deep the events truly were."""

    phase: tuple[str, ...] = ()
    depth_m: Floats = field(default_factory=lambda: np.zeros(0))

    def arrivals(self) -> ArrivalTable:
        """The arrivals as ``locate`` takes them, with the phases said."""
        names = tuple(map(str, range(len(self))))
        return ArrivalTable(names, self.sensor, self.time_s, Words.of(list(self.phase)), np.full(len(self), np.nan))


def made_day(asked: Made, seed: int) -> MadeDay:
    """A day with its truth."""
    chance = np.random.default_rng(seed)
    place = chance.uniform(0, asked.side_m, (asked.sensors, 2))
    if asked.on_a_line:
        place[:, 1] = 0.5 * asked.side_m
    event = chance.uniform(0, asked.side_m, (asked.events, 2))
    depth = np.where(chance.random(asked.events) < asked.blasts, 0.0, chance.uniform(0, asked.deepest_m, asked.events))
    moment = np.sort(chance.uniform(0, asked.span_s, asked.events))
    reach = chance.uniform(*asked.heard_m, asked.events)
    away = np.hypot(event[:, :1] - place[:, 0], event[:, 1:] - place[:, 1])
    whose, who, when, which = [], [], [], []
    for phase in range(1 if asked.only_p else 2):
        delay = chance.normal(0, asked.delay_s[phase], asked.sensors)
        travel = travel_s(asked.ground, phase, depth, away)
        heard = (away < reach[:, None]) & (chance.random(away.shape) >= asked.missed[phase])
        rows, sensor = np.nonzero(heard)
        error = chance.normal(0, asked.error_s[phase], len(rows))
        whose.append(rows)
        who.append(sensor)
        when.append(moment[rows] + travel[rows, sensor] + delay[sensor] + error)
        which.append(np.full(len(rows), phase))
    noise = round(asked.noise * sum(map(len, whose)))
    whose.append(np.full(noise, -1))
    who.append(chance.integers(0, asked.sensors, noise))
    when.append(chance.uniform(0, asked.span_s + 40.0, noise))
    which.append(chance.integers(0, 1 if asked.only_p else 2, noise))
    phase_of = np.concatenate(which)
    said = np.where(chance.random(len(phase_of)) < asked.said, np.array(["P", "S"])[phase_of], "")
    return MadeDay(
        place[:, 0].copy(), place[:, 1].copy(), np.concatenate(who), np.concatenate(when), np.concatenate(whose),
        event[:, 0].copy(), event[:, 1].copy(), moment, tuple(said.tolist()), depth,
    )  # fmt: skip


def travel_s(ground: VelocityModel, phase: int, depth: Floats, away: Floats) -> Floats:
    """Travel times of the first waves (s): a row an event, a column a sensor."""
    speed = np.array(ground.s_mps if phase else ground.p_mps)
    rows = [
        first_waves(np.array(ground.top_m), speed, float(deep), far)[0] for deep, far in zip(depth, away, strict=True)
    ]
    return np.array(rows)


def sensors_of(day: Day) -> SensorTable:
    """The sensors, on level ground."""
    names = tuple(f"S{row}" for row in range(len(day.sensor_x_m)))
    return SensorTable(names, day.sensor_x_m, day.sensor_y_m, np.zeros(len(names)))
