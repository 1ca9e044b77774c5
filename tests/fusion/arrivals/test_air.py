"""Sound in moving air, against finite differences and nodes asked one by one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from truceline.fusion.arrivals.air import Air, air_at, flight, still_air

LAWS = settings(max_examples=150, deadline=None)
METRES = st.floats(-9000, 9000)
WIND = st.floats(-15, 15)


@LAWS
@given(METRES, METRES, METRES, METRES, WIND, WIND)
def test_slopes_are_those_of_the_travel_time_in_still_air_and_nearly_so_in_wind(
    x: float, y: float, sensor_x: float, sensor_y: float, east: float, north: float
):
    assume(math.hypot(x - sensor_x, y - sensor_y) > 50)
    for wind_x, wind_y, close in ((0.0, 0.0, 1e-7), (east, north, 3e-4)):

        def travel(at_x: float, at_y: float, wind: tuple[float, float] = (wind_x, wind_y)) -> float:
            return flight(at_x, at_y, sensor_x, sensor_y, 340.0, *wind)[0]

        _, slope_x, slope_y, distance = flight(x, y, sensor_x, sensor_y, 340.0, wind_x, wind_y)
        assert distance == pytest.approx(math.hypot(x - sensor_x, y - sensor_y), abs=1e-4)
        # That the wind's part along the ray turns as the source moves is left out of the slopes: under 5 % of them.
        assert slope_x == pytest.approx((travel(x + 0.5, y) - travel(x - 0.5, y)), abs=close)
        assert slope_y == pytest.approx((travel(x, y + 0.5) - travel(x, y - 0.5)), abs=close)


def test_sound_arrives_earlier_with_the_wind_and_later_against_it():
    with_wind, against = (flight(0.0, 0.0, 3500.0, 0.0, 340.0, wind, 0.0)[0] for wind in (10.0, -10.0))
    assert with_wind == pytest.approx(10.0)
    assert against == pytest.approx(3500 / 330)


@LAWS
@given(st.floats(-5, 25), st.floats(-5, 25), st.floats(-5, 25))
def test_air_between_nodes_is_linear_and_beyond_them_that_of_the_last(time_s: float, x_m: float, y_m: float):
    node = np.random.default_rng(1).normal(size=(3, 2, 3, 3))
    air = Air(node, 0.0, 10.0, 0.0, 20.0, 0.0, 10.0)
    at = [min(max(time_s / 10, 0), 2), min(max(x_m / 20, 0), 1), min(max(y_m / 10, 0), 2)]
    expected = np.zeros(3)
    for place in np.ndindex(3, 2, 3):
        expected += np.prod([max(0.0, 1 - abs(a - p)) for a, p in zip(at, place, strict=True)]) * node[place]
    assert air_at(air, x_m, y_m, time_s) == pytest.approx(tuple(expected), abs=1e-9)


def test_still_air_is_the_same_everywhere():
    air = still_air(331.0, 2.0, -3.0)
    assert air_at(air, 1e6, -1e6, 1e9) == (331.0, 2.0, -3.0)
