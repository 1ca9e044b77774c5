"""Where else an event could have been: with another arrival in place of a doubtful one, and beyond the line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.fusion.arrivals import locate
from truceline.fusion.arrivals.finishing import _movable
from truceline.fusion.arrivals.growing import NOTHING
from truceline.fusion.arrivals.network import nearest_sensor
from truceline.fusion.arrivals.picks import FREE, NO_CLUSTER, Taken
from truceline.fusion.arrivals.second_places import other_places
from truceline.fusion.arrivals.settling import Events, Starts, World, settle_all
from truceline.model.columns import Floats, Ints

Make = Callable[..., Any]
See = Callable[..., tuple[World, Ints, Taken]]
LAWS = settings(max_examples=12, deadline=None)
SEEDS = st.integers(0, 2**16)

_ROWS = np.array(
    [[0, 0], [1900, 300], [4100, -200], [6200, 100], [8100, 0], [900, 6000], [3200, 6300], [5200, 5900], [7300, 6100]],
    dtype=float,
)
_TRUE = np.array([[2500.0, -4200.0, 50.0]])
_FEW = _ROWS[[0, 1, 2, 5]]
_DECIDES = 2


def doubtful(hear: Make, seen: See, late_s: float) -> tuple[World, Taken, Events, Ints]:
    """An event south of two rows, heard by three of the first and one of the second, with a chance arrival.

    The row of each arrival as heard is the last that is handed back: the last one is the chance arrival.
    """
    hour = hear(_FEW, _TRUE, np.random.default_rng(3), heard_m=10_500.0, missed=0.0, error_s=0.005)
    true = int(np.flatnonzero(hour.sensor == _DECIDES)[0])
    rows = np.r_[np.arange(len(hour.sensor)), true]
    hour = hour.in_order(rows)
    hour.time_s[-1] += late_s
    world, order, _ = seen(hour, reach_m=11_000.0)
    row_of = np.argsort(order)
    event = np.zeros(len(order), dtype=np.int64)
    event[row_of[true]] = -3
    own = Taken(event, np.full(len(order), NO_CLUSTER))
    home = nearest_sensor(world.net, _TRUE[:, 0], _TRUE[:, 1])
    wide = replace(world, search=world.search._replace(gate=60.0, widest_gate_s=5.0))
    believed = np.full(len(order), -1e4)
    start = settle_all(Starts(_TRUE.copy(), home, np.zeros(1, np.int64)), wide, own, believed, 30)
    event[row_of[true]] = FREE
    return world, own, start, row_of


@pytest.mark.parametrize("late_s", [0.3, -0.3, 0.5])
def test_the_arrival_that_truly_was_it_gives_the_other_place(hear: Make, seen: See, late_s: float):
    world, taken, events, row_of = doubtful(hear, seen, late_s)
    true, chance = row_of[-2], row_of[-1]
    assert chance in events.hits[0]
    off_m = np.hypot(*(events.state[0, 1:3] - _TRUE[0, :2]))
    other = other_places(events, world, taken, np.full(len(row_of), -6.0))
    assert true in other.hits[0]
    assert chance not in other.hits[0]
    off = other.state[0, 1:3] - _TRUE[0, :2]
    assert np.hypot(*off) < off_m / 3
    assert off @ np.linalg.solve(other.cov[0, :2, :2], off) < 9.21


def test_an_event_that_many_heard_has_no_other_place(hear: Make, seen: See):
    hour = hear(_ROWS, np.array([[3000.0, 3000.0, 50.0]]), np.random.default_rng(1), heard_m=10_500.0, missed=0.0)
    world, order, _ = seen(hour, reach_m=11_000.0)
    taken = Taken(np.zeros(len(order), np.int64), np.full(len(order), NO_CLUSTER))
    home = nearest_sensor(world.net, hour.truth[:, 0], hour.truth[:, 1])
    rate = np.full(len(order), -6.0)
    events = settle_all(Starts(hour.truth.copy(), home, np.zeros(1, np.int64)), world, taken, rate, 8)
    assert other_places(events, world, taken, rate).state[0, 0] == NOTHING


def test_nothing_asked_nothing_told(hear: Make, seen: See):
    world, taken, events, row_of = doubtful(hear, seen, 0.4)
    none = other_places(events.take(np.zeros(0, np.int64)), world, taken, np.full(len(row_of), -6.0))
    assert len(none.home) == 0


def test_asking_takes_no_arrival_from_anybody(hear: Make, seen: See):
    world, taken, events, row_of = doubtful(hear, seen, 0.4)
    before = taken.event.copy()
    other_places(events, world, taken, np.full(len(row_of), -6.0))
    assert (taken.event == before).all()


def test_of_two_events_that_want_one_arrival_the_surer_gets_it():
    hits = np.array([[0, 1, 4], [2, 3, 4], [5, 6, -1]])
    there = Events(np.zeros((3, 5)), np.zeros(3, np.int64), hits, np.zeros((3, 3, 3)))
    taken = Taken(np.array([0, 0, 1, 1, FREE, 2, 2]), np.full(7, NO_CLUSTER))
    assert _movable(np.array([2.0, 5.0, -1.0]), there, taken).tolist() == [False, True, False]
    assert _movable(np.array([5.0, 2.0, 0.5]), there, taken).tolist() == [True, False, True]


def told(hour: Any) -> Floats:  # noqa: ANN401 - an hour of conftest
    """Place, time, second place and its share of each event, in the order of time."""
    e = locate(hour.sensors, hour.arrivals).events
    return np.c_[e.x_m, e.y_m, e.time_s, e.mirror_x_m, e.mirror_y_m, e.mirror_share]


@LAWS
@given(SEEDS)
def test_swapping_the_sides_of_a_line_swaps_first_and_second_places(hear: Make, seed: int):
    chance = np.random.default_rng(seed)
    place = np.c_[np.arange(24) * 1200.0, np.tile([0.0, 2500.0, 300.0], 8)] + chance.normal(0, 200, (24, 2))
    truth = np.c_[chance.uniform(2000, 26_000, 20), chance.uniform(-5000, 7500, 20), np.arange(20) * 120.0]
    hour = hear(place, truth, chance, heard_m=6500.0, missed=0.2, noise=60)
    plain, swapped = told(hour), told(replace(hour, place=hour.place * [1.0, -1.0]))
    assert len(plain) > 8
    back = swapped * [1.0, -1.0, 1.0, 1.0, -1.0, 1.0]
    assert back[:, :5] == pytest.approx(plain[:, :5], abs=1.0, nan_ok=True)
    assert back[:, 5] == pytest.approx(plain[:, 5], abs=0.01)


@LAWS
@given(SEEDS, st.floats(0, 6.3))
def test_sensors_on_a_line_leave_every_event_its_exact_image(hear: Make, seed: int, angle: float):
    chance = np.random.default_rng(seed)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    along = np.c_[np.arange(25) * 1500.0 + chance.normal(0, 300, 25), np.zeros(25)]
    side = chance.choice([-1, 1], 20) * chance.uniform(1500, 4000, 20)
    truth = np.c_[chance.uniform(3000, 33_000, 20), side, np.arange(20) * 120.0]
    hour = hear(along @ turn, np.c_[truth[:, :2] @ turn, truth[:, 2]], chance, error_s=0.01, noise=40)
    events = locate(hour.sensors, hour.arrivals).events
    sure = events.probability > 0.9
    assert sure.sum() >= 18
    here, there = np.c_[events.x_m, events.y_m] @ turn.T, np.c_[events.mirror_x_m, events.mirror_y_m] @ turn.T
    off_line = sure & (np.abs(here[:, 1]) > 1000)
    assert events.mirror_share[off_line] == pytest.approx(np.full(off_line.sum(), 0.5), abs=0.02)
    assert there[off_line] == pytest.approx(here[off_line] * [1.0, -1.0], abs=5.0)
