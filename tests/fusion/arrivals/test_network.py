"""Who stands near whom, against measuring every pair."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.fusion.arrivals.network import NOBODY, nearest_sensor, network, spread_m2
from truceline.model.columns import Floats


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 30), st.integers(1, 40))
def test_neighbours_stand_by_distance_and_nobody_is_its_own(seed: int, sensors: int, most: int):
    # Few distinct places, so that some sensors stand at one.
    x, y = np.random.default_rng(seed).integers(0, 4, (2, sensors)).astype(float)
    net = network(x, y, most)
    distance = np.hypot(x[:, None] - x, y[:, None] - y)
    for sensor in range(sensors):
        others = np.delete(np.arange(sensors), sensor)
        near = net.near[sensor][net.near[sensor] != NOBODY]
        assert len(near) == min(most, sensors - 1)
        assert sensor not in near
        assert len(set(near.tolist())) == len(near)
        assert net.near_m[sensor, : len(near)] == pytest.approx(np.sort(distance[sensor][others])[: len(near)])
        assert distance[sensor][near] == pytest.approx(net.near_m[sensor, : len(near)])


def test_the_nearest_sensor_to_a_place():
    net = network(np.array([0.0, 100.0, 200.0]), np.array([0.0, 0.0, 50.0]), 2)
    assert nearest_sensor(net, np.array([40.0, 190.0]), np.array([5.0, 0.0])).tolist() == [0, 2]


@pytest.mark.parametrize("angle", [0.0, 0.4, 1.2])
def test_a_network_has_an_area_however_it_is_turned(angle: float):
    east, north = np.cos(angle), np.sin(angle)

    def area(x: Floats, y: Floats) -> float:
        return spread_m2(network(x * east - y * north, x * north + y * east, 3))

    assert area(np.array([0.0, 1000.0, 0.0, 1000.0]), np.array([0.0, 0.0, 500.0, 500.0])) == pytest.approx(
        3.0 * (1000.0**2 + 500.0**2)
    )
    assert area(np.array([0.0, 1000.0, 300.0]), np.zeros(3)) == pytest.approx(3.0 * 1000.0**2)
    assert area(np.array([0.0, 1000.0]), np.zeros(2)) == pytest.approx(3.0 * 1000.0**2)
    assert area(np.zeros(4), np.zeros(4)) > 0
