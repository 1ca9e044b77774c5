"""First waves through flat layers: against rays shot one by one, and against what is known by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from truceline.fusion.arrivals.ground.layers import first_waves
from truceline.fusion.arrivals.ground.travel import ground_of, wave
from truceline.model import SensorTable
from truceline.model.ground import CRUST

TOP = np.array([0.0, 3000.0, 12_000.0])
SPEED = np.array([4000.0, 6000.0, 8000.0])


def test_a_source_at_the_surface_runs_along_it_and_far_away_below():
    time, along, _ = first_waves(np.array([0.0, 10_000.0]), np.array([5000.0, 8000.0]), 0.0, np.array([10e3, 200e3]))
    assert time[0] == pytest.approx(2.0)
    # Sheriff & Geldart: x / v2 + 2 h sqrt(v2² - v1²) / (v1 v2)
    assert time[1] == pytest.approx(200e3 / 8000 + 2 * 10e3 * math.sqrt(8000**2 - 5000**2) / (5000 * 8000))
    assert along.tolist() == pytest.approx([1 / 5000, 1 / 8000])


@given(depth=st.floats(100.0, 2900.0), far=st.floats(10.0, 60_000.0))
def test_no_path_with_one_bend_at_a_layer_is_sooner(depth: float, far: float):
    """Fermat: down to the second layer anywhere, along its top, and up again is never sooner than the first wave."""
    time, _, _ = first_waves(TOP[:2], SPEED[:2], depth, np.array([far]))
    straight = math.hypot(depth, far) / SPEED[0]

    def bent(share: float) -> float:
        down, up = share * far / 2, share * far / 2
        return (math.hypot(down, 3000.0 - depth) + math.hypot(up, 3000.0)) / SPEED[0] + (far - down - up) / SPEED[1]

    least = minimize_scalar(bent, bounds=(0, 1), method="bounded").fun
    assert time[0] <= min(straight, least) + 1e-9


@given(depth=st.floats(3100.0, 11_900.0), far=st.floats(0.0, 15_000.0))
def test_a_ray_that_rises_through_a_layer_obeys_snell(depth: float, far: float):
    def through(at: float) -> float:
        return math.hypot(at, depth - 3000.0) / SPEED[1] + math.hypot(far - at, 3000.0) / SPEED[0]

    sought = minimize_scalar(through, bounds=(0, max(far, 1e-3)), method="bounded", options={"xatol": 1e-6}).fun
    time, _, _ = first_waves(TOP[:2], SPEED[:2], depth, np.array([far]))
    assert time[0] == pytest.approx(sought, abs=1e-6)


@given(depth=st.floats(200.0, 14_000.0), far=st.floats(500.0, 80_000.0))
def test_the_changes_told_are_those_of_the_times(depth: float, far: float):
    ends = np.array([far - 0.5, far, far + 0.5])
    time, along, down = first_waves(TOP, SPEED, depth, ends)
    if len(set(np.round(along, 9))) > 1 and abs(along[0] - along[2]) > 1e-6:
        return  # the first wave is another one on either side
    assert (time[2] - time[0]) == pytest.approx(along[1], rel=1e-3, abs=1e-9)
    above, below = (first_waves(TOP, SPEED, depth + off, ends[1:2])[0][0] for off in (-0.5, 0.5))
    if not any(abs(depth - top) < 1.0 for top in TOP) and abs(abs(down[1]) - abs(below - above)) < 1e-5:
        assert below - above == pytest.approx(down[1], rel=1e-2, abs=1e-7)


def test_the_table_foretells_what_the_layers_do():
    sensors = SensorTable(("s",), np.zeros(1), np.zeros(1), np.zeros(1))
    ground = ground_of(CRUST, sensors, 300e3, 45e3)
    chance = np.random.default_rng(5)
    off = []
    for far, depth in zip(chance.uniform(0, 250e3, 200), chance.uniform(0, 40e3, 200), strict=True):
        for phase, speed in enumerate((CRUST.p_mps, CRUST.s_mps)):
            exact = first_waves(np.array(CRUST.top_m), np.array(speed), float(depth), np.array([far]))[0][0]
            off.append(abs(wave(ground, 0, phase, float(far), float(depth))[0] - exact))
    # Where one wave takes over from another, times have a bend that no table follows.
    assert np.quantile(off, 0.95) < 0.005
    assert max(off) < 0.03
