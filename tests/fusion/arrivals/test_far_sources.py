"""A small network hears sources far outside it: they are told far outside, and how badly the range is known is told."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.fusion.arrivals import locate
from truceline.fusion.arrivals.far_ranges import range_spread_m
from truceline.fusion.arrivals.network import network
from truceline.fusion.arrivals.picks import ordered
from truceline.fusion.arrivals.starting import bearing_of_plane, fitted_at_range
from truceline.model import LocatedEvents

Make = Callable[..., object]

_IN_95 = 5.991


def around(chance: np.random.Generator, many: int, nearest_m: float, farthest_m: float) -> np.ndarray:
    """Places on a ring about the origin, even over its area, two minutes apart in time."""
    away = np.sqrt(chance.uniform(nearest_m**2, farthest_m**2, many))
    turn = chance.uniform(0, 2 * np.pi, many)
    return np.c_[away * np.cos(turn), away * np.sin(turn), 120.0 * np.arange(many)]


def beside(events: LocatedEvents, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per event: how far it is from the true one nearest in time, in metres, in standard errors squared, in degrees."""
    # An error of the range by 20 km is one of the time by a minute: shots are two apart.
    near = truth[np.abs(events.time_s[:, None] - truth[None, :, 2]).argmin(axis=1)]
    gap = np.c_[events.x_m, events.y_m] - near[:, :2]
    squares = np.einsum("ni,nij,nj->n", gap, np.linalg.inv(events.covariance[:, :2, :2]), gap)
    turn = np.angle((events.x_m + 1j * events.y_m) / (near[:, 0] + 1j * near[:, 1]), deg=True)
    return np.hypot(*gap.T), squares, np.abs(turn)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_sources_far_outside_a_small_network_are_not_told_inside_it(hear: Make, seed: int):
    chance = np.random.default_rng(seed)
    place = chance.uniform(-1500, 1500, (12, 2))
    truth = around(chance, 20, 4000, 20_000)
    hour = hear(place, truth, chance, noise=10, heard_m=30_000.0, error_s=0.003, missed=0.25)
    events = locate(hour.sensors, hour.arrivals).events
    off_m, squares, degrees = beside(events, truth)
    assert len(events) >= 19
    assert not ((events.probability > 0.9) & (off_m > 1000.0) & (squares > _IN_95)).any()
    assert np.mean(squares < _IN_95) >= 0.95
    assert np.quantile(degrees, 0.9) < 0.5


@pytest.mark.parametrize("seed", [3, 4])
def test_ellipses_hold_far_sources_where_paths_differ_as_the_weighing_says(hear: Make, seed: int):
    chance = np.random.default_rng(seed)
    place = chance.uniform(-1500, 1500, (12, 2))
    truth = around(chance, 40, 2000, 18_000)
    hour = hear(place, truth, chance, noise=10, heard_m=30_000.0, error_s=0.003, air_error=0.0015, missed=0.25)
    _, squares, degrees = beside(locate(hour.sensors, hour.arrivals).events, truth)
    assert np.mean(squares < _IN_95) >= 0.85
    assert np.median(degrees) < 1.0


def test_a_tiny_array_that_tells_a_bearing_alone_says_so(hear: Make):
    held = []
    for seed in range(5):
        chance = np.random.default_rng(seed)
        place = chance.uniform(-250, 250, (6, 2))
        truth = around(chance, 20, 4000, 20_000)
        hour = hear(place, truth, chance, noise=10, heard_m=30_000.0, error_s=0.003, missed=0.05)
        held += (beside(locate(hour.sensors, hour.arrivals).events, truth)[1] < _IN_95).tolist()
    assert len(held) >= 85
    assert np.mean(held) >= 0.95


@given(st.floats(500.0, 50_000.0), st.floats(1e-4, 10.0), st.floats(1.01, 20.0))
def test_the_spread_of_ranges_is_the_error_where_it_is_small_and_bounded_by_the_reach(
    range_m: float, error: float, reach: float
):
    spread_m = range_spread_m(range_m, error * range_m, reach * range_m)
    assert 0 < spread_m < max(reach - 1.0, 1.0) * range_m
    if error < 0.01 and reach > 1.2:
        assert spread_m == pytest.approx(error * range_m, rel=0.02)


def test_sources_among_the_sensors_stay_sharp_while_others_are_far(hear: Make):
    chance = np.random.default_rng(7)
    place = chance.uniform(-1500, 1500, (12, 2))
    truth = around(chance, 24, 0, 1500)
    truth[::2, :2] = around(chance, 12, 6000, 18_000)[:, :2]
    hour = hear(place, truth, chance, noise=10, heard_m=30_000.0, error_s=0.003, missed=0.25)
    events = locate(hour.sensors, hour.arrivals).events
    off_m, squares, _ = beside(events, truth)
    inside = np.hypot(events.x_m, events.y_m) < 2000.0
    assert inside.sum() >= 11
    assert np.median(off_m[inside]) < 10.0
    assert np.mean(squares < _IN_95) >= 0.95


def test_what_is_heard_is_told_farther_than_the_network_is_wide(hear: Make):
    chance = np.random.default_rng(1)
    place = chance.uniform(-1500, 1500, (12, 2))
    hour = hear(place, around(chance, 20, 8000, 18_000), chance, heard_m=30_000.0, error_s=0.003)
    learned = locate(hour.sensors, hour.arrivals).learned
    assert learned["reach_m"] > 15_000.0
    assert learned["pick_error_s"] < 0.005


@pytest.mark.parametrize("seed", range(4))
def test_echoes_of_near_shots_do_not_teach_that_shots_are_heard_from_afar(hear: Make, seed: int):
    chance = np.random.default_rng(seed)
    place, truth = chance.uniform(-1000, 1000, (27, 2)), np.c_[chance.uniform(-700, 700, (20, 2)), 60.0 * np.arange(20)]
    hour = hear(place, truth, chance, noise=100, heard_m=1500.0, error_s=0.006, missed=0.25)
    real = np.flatnonzero(hour.event >= 0)
    thrown = np.repeat(real, 2)[chance.random(2 * len(real)) < 0.5]
    # Before echoes were told in both lessons, the second day of these taught 28 km.
    late_s = hour.time_s[thrown] + chance.exponential(0.4, len(thrown))
    told = replace(
        hour, sensor=np.r_[hour.sensor, hour.sensor[thrown]], time_s=np.r_[hour.time_s, late_s],
        event=np.r_[hour.event, np.full(len(thrown), -1)],
    )  # fmt: skip
    assert locate(told.sensors, told.arrivals).learned["reach_m"] < 3000.0


@pytest.mark.parametrize("turn", np.linspace(0, 2 * np.pi, 7))
def test_three_moments_of_a_plane_wave_tell_where_it_comes_from(turn: float):
    towards = np.array([math.cos(turn), math.sin(turn)])
    second, third = np.array([900.0, 200.0]), np.array([-300.0, 1100.0])
    out = np.empty(2)
    after = -np.array([second @ towards, third @ towards]) / 340.0
    assert bearing_of_plane(*second, *third, *after, 340.0, 0.01, out)
    assert out == pytest.approx(towards, abs=1e-9)


def test_a_source_near_by_is_no_plane_wave_and_sensors_at_one_place_tell_no_bearing():
    out = np.empty(2)
    source, second, third = np.array([300.0, 200.0]), np.array([900.0, 200.0]), np.array([-300.0, 1100.0])
    after = [(np.hypot(*(source - place)) - np.hypot(*source)) / 340.0 for place in (second, third)]
    assert not bearing_of_plane(*second, *third, *after, 340.0, 0.01, out)
    assert not bearing_of_plane(5.0, 0.0, 0.0, 5.0, 0.01, 0.0, 340.0, 0.1, out)
    assert not bearing_of_plane(900.0, 0.0, 1800.0, 0.0, -2.0, -4.0, 340.0, 0.01, out)


def test_three_arrivals_from_far_turn_the_bearing_and_leave_the_range_open():
    place = np.array([[0.0, 0.0], [900.0, 200.0], [-300.0, 1100.0]])
    net = network(place[:, 0], place[:, 1], 2)
    truth = np.array([9000.0, 7000.0])
    time_s = np.hypot(*(place - truth).T) / 340.0
    picks, _ = ordered(time_s, np.arange(3), 3)
    away = 8000.0
    cov, towards = np.empty((3, 3)), np.empty(2)
    assert bearing_of_plane(*place[1], *place[2], *(time_s[1:] - time_s[0]), 340.0, 0.05, towards)
    start = away * towards
    x, y, t = fitted_at_range(
        np.arange(3), *start, -away / 340.0 + time_s[0], away, 340.0, 0.0, 0.0, net, picks, 0.01, 0.001, cov
    )
    bearing = math.degrees(abs(math.atan2(y, x) - math.atan2(truth[1], truth[0])))
    assert bearing < 1.0
    along = np.array([x, y]) / np.hypot(x, y)
    across = np.array([-along[1], along[0]])
    assert math.sqrt(along @ cov[:2, :2] @ along) > 0.25 * away
    assert math.sqrt(across @ cov[:2, :2] @ across) < 0.05 * away
    assert t == pytest.approx(time_s[0] - np.hypot(x, y) / 340.0, abs=0.2)
