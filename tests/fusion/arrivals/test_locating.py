"""What must hold for events located from arrivals, however the hour looks."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from truceline.fusion import compiled
from truceline.fusion.arrivals import locate
from truceline.model import Located, Medium, UsageFault
from truceline.model.columns import Floats, Ints

Hour = Any

Where = dict[frozenset[int], Floats]

Make = Callable[..., Any]
"""A fixture that makes hours."""

LAWS = settings(max_examples=12, deadline=None)
SEEDS = st.integers(0, 10_000)
SALVOS = st.sampled_from([0, 0, 5, 10])
SAME_ARRIVALS = 0.75
SETTLED_M = 2.0
"""An event counts as settled when it would move less than a metre."""


def found(made: Hour) -> Located:
    return locate(made.sensors, made.arrivals)


def by_arrivals(located: Located, names: Ints | None = None):
    """Place and time of each event by the names of its arrivals."""
    events = located.events
    names = np.arange(len(events.assigned)) if names is None else names
    return {
        frozenset(names[events.assigned == row].tolist()): np.array(
            [events.x_m[row], events.y_m[row], events.time_s[row]]
        )
        for row in range(len(events))
    }


def assert_same(events: Where, others: Where, within_m: float = SETTLED_M):
    assert events.keys() == others.keys()
    for arrivals, where in events.items():
        assert others[arrivals][:2] == pytest.approx(where[:2], abs=within_m)
        assert others[arrivals][2] == pytest.approx(where[2], abs=within_m / 300)


@LAWS
@given(SEEDS, SALVOS)
def test_the_order_of_arrivals_and_of_sensors_changes_nothing(hour: Make, seed: int, salvo: int):
    made, chance = hour(seed, salvo=salvo), np.random.default_rng(seed)
    plain = by_arrivals(found(made))
    order = chance.permutation(len(made.sensor))
    assert_same(plain, by_arrivals(found(made.in_order(order)), order), 0.01)
    assert_same(plain, by_arrivals(found(made.sensors_in_order(chance.permutation(len(made.place))))))


@LAWS
@given(SEEDS, SALVOS, st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_moved_in_time_or_place_events_move_along(
    hour: Make, seed: int, salvo: int, east: float, north: float, later: float
):
    made = hour(seed, salvo=salvo)
    plain = by_arrivals(found(made))
    moved = by_arrivals(found(replace(made, place=made.place + np.array([east, north]), time_s=made.time_s + later)))
    assert_same(plain, {arrivals: where - [east, north, later] for arrivals, where in moved.items()})


@LAWS
@given(SEEDS, SALVOS, st.floats(0, 6.3), st.sampled_from([1.0, -1.0]))
def test_turned_or_mirrored_events_turn_along(hour: Make, seed: int, salvo: int, angle: float, mirror: float):
    made = hour(seed, salvo=salvo, wind_mps=(3.0, 0.0))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [mirror * np.sin(angle), mirror * np.cos(angle)]])
    turned = found(replace(made, place=made.place @ turn))
    back = {arrivals: np.r_[turn @ where[:2], where[2]] for arrivals, where in by_arrivals(turned).items()}
    plain = found(made)
    assert_same(by_arrivals(plain), back)
    wind = turn @ [turned.medium.wind_x_mps[0], turned.medium.wind_y_mps[0]]
    assert wind == pytest.approx([plain.medium.wind_x_mps[0], plain.medium.wind_y_mps[0]], abs=0.01)


@LAWS
@given(SEEDS, SEEDS)
def test_a_network_far_away_changes_no_event(hour: Make, seed: int, other: int):
    made, far = hour(seed, noise=0), hour(other, noise=0)
    both = replace(
        made,
        place=np.r_[made.place, far.place + np.array([400_000.0, 0.0])],
        sensor=np.r_[made.sensor, far.sensor + len(made.place)],
        time_s=np.r_[made.time_s, far.time_s],
        event=np.r_[made.event, far.event],
    )
    together = by_arrivals(found(both))
    here = {arrivals: where for arrivals, where in together.items() if min(arrivals) < len(made.sensor)}
    # The air and the error of picks are learned from both: places follow by a few metres, and an arrival at the edge of
    # a gate may come or go; no event does.
    alone = by_arrivals(found(made))
    assert len(alone) == len(here)
    for arrivals, where in alone.items():
        same = max(here, key=lambda others: len(others & arrivals))
        assert len(same & arrivals) >= SAME_ARRIVALS * len(same | arrivals)
        assert here[same][:2] == pytest.approx(where[:2], abs=25.0)


@LAWS
@given(SEEDS, SALVOS, st.integers(4, 25), st.integers(0, 200))
def test_each_arrival_has_one_event_at_most_and_each_event_one_arrival_of_a_sensor(
    hour: Make, seed: int, salvo: int, sensors: int, noise: int
):
    made = hour(seed, salvo=salvo, sensors=sensors, noise=noise)
    events = found(made).events
    assert len(events.assigned) == len(made.sensor)
    assert ((events.assigned >= -1) & (events.assigned < len(events))).all()
    assert (
        np.bincount(events.assigned[events.assigned >= 0], minlength=len(events)).tolist() == events.arrivals.tolist()
    )
    assert (events.arrivals >= 4).all()
    for row in range(len(events)):
        heard_by = made.sensor[events.assigned == row]
        assert len(set(heard_by.tolist())) == len(heard_by)
    assert ((events.probability >= 0.5) & (events.probability <= 1)).all()
    assert (np.diff(events.time_s) >= 0).all()
    assert (np.linalg.eigvalsh(events.covariance) > 0).all()
    assert np.isfinite(events.x_m + events.y_m + events.time_s).all()


def test_events_apart_are_found_with_exactly_their_arrivals(hour: Make):
    for seed in range(5):
        made = hour(seed, noise=0)
        truth = {frozenset(np.flatnonzero(made.event == row).tolist()) for row in range(len(made.truth))}
        whole = {arrivals for arrivals in truth if len(arrivals) >= 5}
        assert len(whole & by_arrivals(found(made)).keys()) >= len(whole) - 1


def test_shots_of_a_salvo_are_told_apart(hour: Make):
    right = shots = 0
    for seed in range(6):
        made = hour(seed, events=10, salvo=10)
        events = found(made).events
        for shot in range(10, 20):
            mine = events.assigned[made.event == shot]
            if len(mine) >= 5:
                shots += 1
                right += (mine == np.bincount(mine + 1).argmax() - 1).mean() > 0.7 and np.bincount(
                    mine + 1
                ).argmax() > 0
    assert right > 0.9 * shots


def test_chance_alone_makes_hardly_an_event(hour: Make):
    many = sum(len(found(hour(seed, events=0, noise=300)).events) for seed in range(5))
    assert many <= 5


@pytest.mark.parametrize("told", [{"error_s": 0.1}, {"error_s": 0.1, "wind_mps": (5.0, -3.0)}])
def test_the_ellipse_of_95_percent_holds_the_truth_as_often_as_it_says(hour: Make, told: dict[str, Any]):
    inside = events = 0
    for seed in range(15):
        made = hour(1000 + seed, **told)
        located = found(made).events
        for row in range(len(located)):
            true = np.bincount(made.event[located.assigned == row] + 1).argmax() - 1
            if true < 0:
                continue
            off = np.array([located.x_m[row], located.y_m[row]]) - made.truth[true, :2]
            events += 1
            inside += off @ np.linalg.solve(located.covariance[row, :2, :2], off) < 5.991
    low, high = binom.interval(0.998, events, 0.95)
    assert events > 250
    assert low - 0.01 * events <= inside <= high + 0.01 * events


def test_the_air_is_learned_and_its_errors_hold(hour: Make):
    medium = found(hour(3, events=60, speed_mps=347.0, wind_mps=(4.0, -3.0))).medium
    for value, error, true in (
        (medium.speed_mps, medium.speed_error_mps, 347.0),
        (medium.wind_x_mps, medium.wind_error_mps, 4.0),
        (medium.wind_y_mps, medium.wind_error_mps, -3.0),
    ):
        assert (np.abs(value - true) < 4 * error + 0.2).all()
        assert (error < 1.0).all()


@pytest.mark.parametrize("angle", [0.0, 0.7])
def test_sensors_on_one_line_leave_two_places_alike(hear: Make, angle: float):
    chance = np.random.default_rng(4)
    along = np.c_[np.arange(25) * 1500.0, np.zeros(25)]
    truth = np.c_[
        chance.uniform(3000, 33_000, 20), chance.choice([-1, 1], 20) * chance.uniform(1500, 4000, 20),
        np.arange(20) * 120.0,
    ]  # fmt: skip
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    made = hear(along @ turn, np.c_[truth[:, :2] @ turn, truth[:, 2]], chance, error_s=0.01)
    events = found(made).events
    assert len(events) == 20
    assert events.mirror_share == pytest.approx(np.full(20, 0.5), abs=0.01)
    here, there = np.c_[events.x_m, events.y_m] @ turn.T, np.c_[events.mirror_x_m, events.mirror_y_m] @ turn.T
    assert there == pytest.approx(here * [1.0, -1.0], abs=5.0)
    assert np.c_[here[:, 0], np.abs(here[:, 1])] == pytest.approx(np.c_[truth[:, 0], np.abs(truth[:, 1])], abs=300)


def test_sensors_all_around_leave_no_mirror(hour: Make):
    events = found(hour(5, noise=0, missed=0.0)).events
    assert (events.mirror_share < 0.01).all()


@pytest.mark.parametrize(
    "told", [{"events": 0, "noise": 0}, {"sensors": 3}, {"sensors": 1}, {"events": 1, "noise": 0, "heard_m": 10.0}]
)
def test_too_little_locates_nothing_and_loses_nothing(hour: Make, told: dict[str, Any]):
    made = hour(1, **told)
    located = found(made)
    assert len(located.events) == 0
    assert located.events.assigned.tolist() == [-1] * len(made.sensor)
    assert located.medium.speed_mps.tolist() == [340.0]


def test_sensors_all_at_one_place_locate_nothing(hour: Make):
    made = hour(2)
    events = found(replace(made, place=np.zeros_like(made.place))).events
    assert len(events) == 0
    assert len(events.assigned) == len(made.sensor)


def test_arrivals_all_at_one_moment_end_in_time(hour: Make):
    made = hour(2)
    located = found(replace(made, time_s=np.full_like(made.time_s, 7.0)))
    assert len(located.events.assigned) == len(made.sensor)


def test_very_many_arrivals_in_a_second_end_in_time(hour: Make):
    chance = np.random.default_rng(1)
    made = replace(
        hour(1), sensor=chance.integers(0, 25, 200), time_s=chance.uniform(0, 1, 200), event=np.full(200, -1)
    )
    begin = time.perf_counter()
    assert len(found(made).events.assigned) == 200
    assert time.perf_counter() - begin < 120


@pytest.mark.parametrize("moment", [np.nan, np.inf])
def test_times_that_are_none_are_refused_with_the_arrival(hour: Make, moment: float):
    made = hour(1)
    made.time_s[17] = moment
    with pytest.raises(UsageFault, match="'a17' has no time"):
        found(made)


def test_waves_in_the_ground_are_located_as_such(hour: Make):
    made = hour(1, events=2)
    located = locate(made.sensors, made.arrivals, Medium.SEISMIC)
    assert located.ground is not None
    assert len(located.events.assigned) == len(made.arrivals)


def test_the_number_of_cores_does_not_matter(hour: Make, monkeypatch: pytest.MonkeyPatch):
    made = hour(6, events=60, salvo=8)
    results = []
    for cores in (1, 2):
        monkeypatch.setattr(compiled, "cores", lambda cores=cores: cores)
        results.append(found(made))
    one, two = results
    assert len(one.events) > 50
    for column in ("x_m", "y_m", "time_s", "probability", "covariance", "assigned", "mirror_share"):
        assert np.array_equal(getattr(one.events, column), getattr(two.events, column))


def test_parts_cover_every_row_once(monkeypatch: pytest.MonkeyPatch):
    for cores in (1, 2, 3):
        monkeypatch.setattr(compiled, "cores", lambda cores=cores: cores)
        for rows in (0, 1, 5, 6, 17):
            met = np.zeros(rows, dtype=int)

            def work(begin: int, end: int, met: Ints = met) -> None:
                met[begin:end] += 1

            compiled.in_parts(rows, work, part=5)
            assert (met == 1).all()
