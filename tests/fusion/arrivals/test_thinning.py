"""Arrivals too thick to be told apart are set aside, and nothing else is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.fusion.arrivals import locate, locating
from truceline.fusion.arrivals.picks import ordered
from truceline.fusion.arrivals.thinning import AROUND_S, thinned, told_of, too_thick

Make = Callable[..., Any]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 20)), min_size=1, max_size=80), st.floats(0.01, 0.5))
def test_thick_is_who_has_more_around_than_its_error_can_tell(rows: list[tuple[int, float]], error_s: float):
    sensor, time_s = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    picks, _ = ordered(time_s, sensor, 4)
    thick = too_thick(picks, error_s)
    for pick in range(len(picks.time_s)):
        same = picks.sensor == picks.sensor[pick]
        low, high = picks.time_s[pick] - AROUND_S, picks.time_s[pick] + AROUND_S
        around = (same & (picks.time_s >= low) & (picks.time_s <= high)).sum()
        assert thick[pick] == (around > AROUND_S / error_s)


def test_what_is_set_aside_is_told_of_every_row_and_the_others_stay():
    time_s = np.r_[np.linspace(0, 1, 500), 50.0, 60.0, 60.0]
    picks, arrival_of = ordered(time_s, np.zeros(503, np.int64), 2)
    left, number = thinned(picks, arrival_of, 0.05)
    assert left.time_s.tolist() == [50.0, 60.0]
    assert (number[:500] == -1).all()
    assert number[500:].tolist() == [0, 1, 1]
    assert told_of(left.time_s, number, np.nan)[500:].tolist() == [50.0, 60.0, 60.0]


def test_a_sensor_that_raves_is_found_noisy_and_the_events_stay(hour: Make):
    made = hour(5, events=30, noise=30)
    calm = locate(made.sensors, made.arrivals)
    chance = np.random.default_rng(1)
    more = 150_000
    raving = replace(
        made,
        sensor=np.r_[made.sensor, np.full(more, 3)],
        time_s=np.r_[made.time_s, chance.uniform(made.time_s.min(), made.time_s.max(), more)],
        event=np.r_[made.event, np.full(more, -1)],
    )
    found = locate(raving.sensors, raving.arrivals)
    assert found.learned["set_aside"] >= 0.99 * more
    assert "set_aside" not in calm.learned
    assert len(found.events) >= len(calm.events) - 2
    assert (3, "noisy") in {(one.sensor, one.fault.value) for one in found.sensors}
    assert (3, "dead") not in {(one.sensor, one.fault.value) for one in found.sensors}


@pytest.mark.parametrize(("sensors", "arrivals"), [(25, 1_000_000), (196, 1_000_000), (196, 100_000)])
def test_a_burst_in_one_second_is_set_aside_and_the_events_around_it_stay(hour: Make, sensors: int, arrivals: int):
    made = hour(6, sensors=sensors, events=30, noise=30)
    calm = locate(made.sensors, made.arrivals)
    chance = np.random.default_rng(2)
    burst = replace(
        made,
        sensor=np.r_[made.sensor, chance.integers(0, sensors, arrivals)],
        time_s=np.r_[made.time_s, chance.uniform(1000.0, 1001.0, arrivals)],
        event=np.r_[made.event, np.full(arrivals, -1)],
    )
    began = time.process_time()
    found = locate(burst.sensors, burst.arrivals)
    assert time.process_time() - began < 60.0
    assert found.learned["set_aside"] >= arrivals
    assert (found.events.assigned[-arrivals:] == -1).all()
    assert len(found.events) >= len(calm.events) - 2


def test_a_second_in_which_nothing_can_be_told_apart_locates_nothing(hour: Make):
    made = hour(7, events=0, noise=0)
    chance = np.random.default_rng(3)
    only = replace(
        made, sensor=chance.integers(0, 25, 50_000), time_s=chance.uniform(0, 1.0, 50_000), event=np.full(50_000, -1)
    )
    found = locate(only.sensors, only.arrivals)
    assert len(found.events) == 0
    assert found.learned["set_aside"] == 50_000
    assert (found.events.assigned == -1).all()


@pytest.mark.parametrize("each", [40, 100])
def test_a_second_full_of_chance_teaches_nothing_and_is_told_as_set_aside(
    hour: Make, monkeypatch: pytest.MonkeyPatch, each: int
):
    made, chance, many = hour(7, events=0, noise=0), np.random.default_rng(3), 25 * each
    told = {"sensor": np.arange(many) % 25, "time_s": chance.uniform(0, 1.0, many), "event": np.full(many, -1)}
    only = replace(made, **told)
    monkeypatch.setattr(locating, "learned", _never)
    found = locate(only.sensors, only.arrivals)
    assert len(found.events) == 0
    assert found.learned == {"set_aside": float(many)}


def _never(*_: object) -> None:
    raise AssertionError("nothing here can teach")
