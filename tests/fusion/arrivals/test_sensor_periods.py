"""A sensor's silence counts only while it stood: gone, not yet there, and moved sensors are neither dead nor missed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from truceline.fusion.arrivals import locate
from truceline.fusion.arrivals.explaining import explained
from truceline.model import ArrivalTable, Located, SensorFault, SensorTable
from truceline.model.columns import Floats, Ints

Hour = Any
"""As conftest makes it."""
Given = tuple[SensorTable, ArrivalTable]
SENSOR, SPAN_S = 12, 18_000.0
HALF_S = SPAN_S / 2
FAULTS = {SensorFault.DEAD, SensorFault.DEAF, SensorFault.MOVED, SensorFault.SAME_PLACE}


@pytest.fixture(scope="module")
def half_day(hour: Callable[..., Hour]) -> Hour:
    """Five hours of 150 events at 25 sensors."""
    return hour(5, events=150, span_s=SPAN_S, error_s=0.03)


def stood(sensors: SensorTable, until_s: float, since_s: float = np.nan) -> SensorTable:
    """The sensors, of which one stood for a part of the time."""
    since, until = (np.full(len(sensors), np.nan) for _ in range(2))
    since[SENSOR], until[SENSOR] = since_s, until_s
    return replace(sensors, since_s=since, until_s=until)


def kept(arrivals: ArrivalTable, rows: Ints) -> ArrivalTable:
    """Some of the arrivals."""
    return replace(
        arrivals, id=tuple(arrivals.id[row] for row in rows.tolist()), sensor=arrivals.sensor[rows],
        time_s=arrivals.time_s[rows], phase=arrivals.phase.take(rows), amplitude=arrivals.amplitude[rows],
    )  # fmt: skip


def faults(found: Located) -> set[tuple[int, SensorFault]]:
    return {(one.sensor, one.fault) for one in found.sensors if one.fault in FAULTS}


@pytest.fixture(scope="module")
def gone(half_day: Hour) -> Given:
    """The half day with one sensor taken away in the middle of it."""
    arrivals = half_day.arrivals
    stays = (arrivals.sensor != SENSOR) | (arrivals.time_s < HALF_S)
    return half_day.sensors, kept(arrivals, np.flatnonzero(stays))


@pytest.fixture(scope="module")
def unsaid(gone: Given) -> Located:
    return locate(*gone)


@pytest.fixture(scope="module")
def said(gone: Given) -> Located:
    sensors, arrivals = gone
    return locate(stood(sensors, HALF_S), arrivals)


def test_a_sensor_that_was_gone_is_not_dead(unsaid: Located, said: Located):
    assert (SENSOR, SensorFault.DEAD) in faults(unsaid)
    assert faults(said) == set()


def test_a_sensor_that_came_late_is_not_dead(half_day: Hour):
    arrivals = half_day.arrivals
    late = kept(arrivals, np.flatnonzero((arrivals.sensor != SENSOR) | (arrivals.time_s >= HALF_S)))
    assert (SENSOR, SensorFault.DEAD) in faults(locate(half_day.sensors, late))
    assert faults(locate(stood(half_day.sensors, np.nan, HALF_S), late)) == set()


def test_a_sensor_that_fell_silent_while_it_stood_is_dead_until_it_was_gone(half_day: Hour):
    arrivals = half_day.arrivals
    silent = kept(arrivals, np.flatnonzero((arrivals.sensor != SENSOR) | (arrivals.time_s < 0.3 * SPAN_S)))
    (one,) = (
        one
        for one in locate(stood(half_day.sensors, 0.8 * SPAN_S), silent).sensors
        if one.sensor == SENSOR and one.fault is SensorFault.DEAD
    )
    assert one.from_s == pytest.approx(0.3 * SPAN_S, abs=400.0)
    assert 0.6 * SPAN_S < one.to_s <= 0.8 * SPAN_S


def middle_of(found: Located, after_s: float) -> float:
    """Mean log odds of the events of the second part."""
    assert found.workings is not None
    return float(found.workings.log_odds[found.events.time_s > after_s].mean())


def test_events_are_not_held_against_a_sensor_that_was_gone(unsaid: Located, said: Located):
    assert len(said.events) == len(unsaid.events)
    assert middle_of(said, HALF_S) > middle_of(unsaid, HALF_S) + 0.5


def test_a_sensor_gone_before_the_record_changes_nothing(half_day: Hour):
    alone = locate(half_day.sensors, half_day.arrivals)
    extra = np.r_[half_day.place, half_day.place[[SENSOR]] + 700.0]
    more = replace(half_day, place=extra).sensors
    until = np.full(len(more), np.nan)
    until[-1] = -1.0
    beside = locate(replace(more, since_s=np.full(len(more), np.nan), until_s=until), half_day.arrivals)
    assert np.array_equal(beside.events.assigned, alone.events.assigned)
    assert np.allclose(beside.events.x_m, alone.events.x_m, atol=1.0)
    assert beside.learned["share_heard"] == pytest.approx(alone.learned["share_heard"], abs=1e-3)
    assert faults(beside) == faults(alone)


def moved(place: Floats, sensor: Ints, time_s: Floats) -> tuple[Floats, Ints]:
    """Places with a row more, where the sensor stood in the second half, and whose arrivals are whose."""
    return np.r_[place, place[[SENSOR]] + (1500.0, 900.0)], np.where(
        (sensor == SENSOR) & (time_s >= HALF_S), len(place), sensor
    )


def test_a_sensor_that_was_moved_is_one_sensor_after_another(half_day: Hour, hear: Callable[..., Hour]):
    chance = np.random.default_rng(8)
    place, _ = moved(half_day.place, half_day.sensor, half_day.time_s)
    whole = hear(place, half_day.truth, chance, error_s=0.03, noise=150)
    there = np.where(whole.time_s < HALF_S, whole.sensor != len(place) - 1, whole.sensor != SENSOR)
    whole = whole.in_order(np.flatnonzero(there))
    since, until = np.full(len(place), np.nan), np.full(len(place), np.nan)
    until[SENSOR], since[-1] = HALF_S, HALF_S
    found = locate(replace(whole.sensors, since_s=since, until_s=until), whole.arrivals)
    assert faults(found) == set()
    for one in (SENSOR, len(place) - 1):
        own = (whole.sensor == one) & (whole.event >= 0)
        assert (found.events.assigned[own] >= 0).mean() > 0.95


def test_who_did_not_stand_is_not_asked_when_an_event_is_explained(said: Located, gone: Given):
    assert said.workings is not None
    for row in (0, len(said.events) - 1):
        asked = {voice.sensor for voice in explained(said.workings, said.events, gone[1].sensor, row).voices}
        assert (SENSOR in asked) == (said.events.time_s[row] < HALF_S)
