"""Three arrivals and their sources; the inverse; each against what it must give back."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from truceline.fusion.arrivals.starting import fitted_to_three, inverse, two_sources

Make = Callable[..., Any]
"""A fixture that makes hours."""
Place = tuple[float, float]

LAWS = settings(max_examples=200, deadline=None)
METRES = st.floats(-6000, 6000).map(lambda value: round(value, 3))
SPEED_MPS = 340.0


def after_first(x: float, y: float, sensor: Place):
    return (math.hypot(x - sensor[0], y - sensor[1]) - math.hypot(x, y)) / SPEED_MPS


def sources_of(second: Place, third: Place, x: float, y: float):
    out = np.empty((2, 3))
    many = two_sources(*second, *third, after_first(x, y, second), after_first(x, y, third), SPEED_MPS, out)
    return out[:many]


@LAWS
@given(st.tuples(METRES, METRES), st.tuples(METRES, METRES), METRES, METRES)
def test_the_sources_give_back_the_three_times_and_the_true_one_is_among_them(
    second: Place, third: Place, x: float, y: float
):
    area = abs(second[0] * third[1] - second[1] * third[0])
    assume(area > 1e5 and math.hypot(*second) > 100 and math.hypot(*third) > 100)
    found = sources_of(second, third, x, y)
    for at_x, at_y, rho in found:
        assume(max(abs(at_x), abs(at_y)) < 1e5)
        assert rho == pytest.approx(math.hypot(at_x, at_y), rel=1e-4, abs=0.5)
        assert after_first(at_x, at_y, second) == pytest.approx(after_first(x, y, second), abs=2e-3)
        assert after_first(at_x, at_y, third) == pytest.approx(after_first(x, y, third), abs=2e-3)


def test_the_true_source_is_found_wherever_the_three_sensors_tell():
    chance = np.random.default_rng(3)
    for _ in range(200):
        second, third = (2000.0 + chance.normal(0, 200), 0.0), (0.0, 2000.0 + chance.normal(0, 200))
        x, y = chance.uniform(-1500, 3500, 2)
        found = sources_of(second, third, x, y)
        assert min(math.hypot(at_x - x, at_y - y) for at_x, at_y, _ in found) < 1.0


@LAWS
@given(st.floats(0, 2 * math.pi), st.floats(200, 4000), st.floats(-4000, 4000), METRES, st.floats(100, 6000))
def test_three_sensors_on_one_line_give_the_source_and_its_mirror_image(
    angle: float, first: float, second: float, along: float, across: float
):
    assume(min(abs(first - second), abs(second)) > 100)
    east, north = math.cos(angle), math.sin(angle)
    x, y = along * east - across * north, along * north + across * east
    found = sources_of((first * east, first * north), (second * east, second * north), x, y)
    assert len(found) == 2
    mirror = along * east + across * north, along * north - across * east
    for wanted in ((x, y), mirror):
        assert min(math.hypot(at_x - wanted[0], at_y - wanted[1]) for at_x, at_y, _ in found) < 1.0


def test_two_sensors_at_one_place_give_no_source():
    out = np.empty((2, 3))
    assert two_sources(0.0, 0.0, 1000.0, 500.0, 0.0, 1.0, SPEED_MPS, out) == 0
    assert two_sources(1000.0, 500.0, 1000.0, 500.0, 1.0, 1.0, SPEED_MPS, out) == 0


def test_times_that_no_source_can_make_give_none():
    out = np.empty((2, 3))
    assert two_sources(1000.0, 0.0, 0.0, 1000.0, 30.0, -30.0, SPEED_MPS, out) == 0


@LAWS
@given(st.integers(0, 10_000))
def test_the_inverse_is_that_of_linear_algebra(seed: int):
    matrix, out = np.random.default_rng(seed).normal(size=(3, 3)), np.empty((3, 3))
    determinant = inverse(matrix, out)
    assume(abs(determinant) > 1e-3)
    assert determinant == pytest.approx(np.linalg.det(matrix))
    assert out == pytest.approx(np.linalg.inv(matrix))


def test_a_singular_matrix_has_no_inverse():
    assert inverse(np.zeros((3, 3)), np.empty((3, 3))) == 0.0


def test_three_arrivals_fix_place_and_time_with_the_covariance_of_error_carried_through(hour: Make, seen: Make):
    world, order, _ = seen(made := hour(2, events=6, noise=0, error_s=0.0, missed=0.0))
    event = made.event[order]
    for number in range(6):
        three = np.flatnonzero(event == number)[[0, 3, 5]]
        x, y, t = made.truth[number]
        cov = np.empty((3, 3))
        ok, *found = fitted_to_three(
            three, x + 30.0, y - 20.0, t + 0.1, 340.0, 0.0, 0.0, world.net, world.picks, 0.02, 0.0, cov
        )
        assert ok
        sensors = world.net.x_m[world.picks.sensor[three]], world.net.y_m[world.picks.sensor[three]]
        times = found[2] + np.hypot(sensors[0] - found[0], sensors[1] - found[1]) / 340.0
        assert times == pytest.approx(world.picks.time_s[three], abs=1e-3)
        apart = np.hypot(sensors[0] - found[0], sensors[1] - found[1])
        slopes = np.c_[-(sensors[0] - found[0]) / apart / 340.0, -(sensors[1] - found[1]) / apart / 340.0, np.ones(3)]
        assert np.allclose(cov, np.linalg.inv(slopes.T @ slopes) * 0.02**2, rtol=0.1)
