"""The kernel against brute force: never too short, and too long by no more than it says."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_lines import around, error_bound_m, lines, slow_distance_m, winding
from numpy.typing import NDArray

from truceline.agreements.space.distance import Outline, distances_from_line
from truceline.agreements.space.edges import Edges
from truceline.model import ValueFault

Floats = NDArray[np.float64]


def test_three_thousand_corners_agree_with_brute_force():
    line = winding(3_000)
    lon, lat = around(line, 120)
    found = Edges.of_lines([line]).nearest(lon, lat).metres
    slow = np.array([slow_distance_m(x, y, line) for x, y in zip(lon, lat, strict=True)])
    assert (found <= slow + error_bound_m(slow)).all()
    assert (found >= slow - 1e-3).all()
    assert (np.abs(found - slow)[slow < 100.0] < 0.1).all()
    assert slow.min() < 10.0
    assert slow.max() > 100_000.0


@settings(max_examples=60, deadline=None)
@given(lines(), st.floats(-1.7, 1.7), st.floats(-1.7, 1.7))
def test_any_line_agrees_with_brute_force(line: Floats, east: float, north: float):
    if len(line) < 2:
        return
    lon, lat = np.array([line[0, 0] + east]), np.array([line[0, 1] + north])
    found = Edges.of_lines([line]).nearest(lon, lat).metres
    slow = np.array([slow_distance_m(lon[0], lat[0], line)])
    assert found[0] <= slow[0] + error_bound_m(slow)[0]
    assert found[0] >= slow[0] - 1e-3


def test_a_long_edge_is_not_hidden_by_a_crowd_of_near_corners():
    crowd = np.column_stack((37.0 + 1e-6 * np.arange(2_000), np.full(2_000, 48.0 + 13.0 / 111_200.0)))
    edge = np.array([[36.99, 48.0], [37.01, 48.0]])
    lon = np.linspace(37.0005, 37.0015, 40)
    found = Edges.of_lines([crowd, edge]).nearest(lon, np.full(40, 48.0 + 5.0 / 111_200.0))
    assert found.metres == pytest.approx(np.full(40, 5.0), abs=0.02)


@pytest.mark.parametrize("lat", [89.5, 89.99, -89.9])
def test_a_line_around_a_pole_is_measured_like_any_other(lat: float):
    ring = np.column_stack((np.linspace(-180.0, 180.0, 13), np.full(13, lat)))
    edges = Edges.of_lines([ring])
    lon = np.array([0.0, 123.0, 180.0, -180.0, 15.0])
    found = edges.nearest(lon, np.full(5, np.copysign(90.0, lat)))
    assert found.metres == pytest.approx(np.full(5, (90.0 - abs(lat)) * 111_694.0), rel=1e-4)
    assert edges.ends.shape[1] == 0


def test_a_line_cut_at_the_date_line_has_no_end_there():
    parts = [np.array([[179.0, 10.0], [180.0, 10.0]]), np.array([[-180.0, 10.0], [-179.0, 10.0]])]
    found = distances_from_line(np.array([180.0, -180.0, 179.9]), np.array([10.1, 9.9, 10.1]), Edges.of_lines(parts))
    assert found.side.tolist() == [1, -1, 1]
    assert found.metres == pytest.approx([11_060.0] * 3, abs=5.0)
    assert found.end_m.min() > 99_000.0


def test_an_outline_cut_at_the_date_line_has_no_edge_there():
    zone = shapely.MultiPolygon([shapely.box(179.0, 10.0, 180.0, 11.0), shapely.box(-180.0, 9.5, -179.0, 11.0)])
    depth = Outline(zone).depth_m(
        np.array([180.0, -180.0, 179.99, -179.99, 180.0]), np.array([10.5, 10.5, 10.5, 9.7, 9.7])
    )
    assert depth[:3] == pytest.approx([55_303.0, 55_303.0, 55_303.0], rel=2e-3)
    assert depth[3] == pytest.approx(1_097.0, abs=3.0), "where only one side has ground, the date line is an edge"
    assert depth[4] == pytest.approx(0.0, abs=1e-4)


def test_a_cap_over_the_pole_holds_the_pole():
    cap = shapely.box(-180.0, 80.0, 180.0, 90.0)
    depth = Outline(cap).depth_m(np.array([0.0, 77.0, 180.0, 20.0]), np.array([90.0, 90.0, 85.0, 79.0]))
    assert depth == pytest.approx([1_116_826.0, 1_116_826.0, 558_384.0, -111_660.0], rel=1e-3)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.floats(1_000.0, 60_000.0))
def test_a_reach_changes_nothing_within_it(seed: int, within_m: float):
    line = winding(200, seed=seed)
    lon, lat = around(line, 300, seed=seed)
    edges = Edges.of_lines([line])
    whole, near = edges.nearest(lon, lat), edges.nearest(lon, lat, within_m=within_m)
    assert (near.found == (whole.metres <= within_m)).all()
    assert near.metres[near.found].tolist() == whole.metres[near.found].tolist()
    assert np.isinf(near.metres[~near.found]).all()


def test_without_a_position_nothing_is_measured():
    line = Edges.of_lines([winding(20)])
    found = distances_from_line(np.array([np.nan, 38.0]), np.array([47.0, np.nan]), line)
    assert np.isnan(found.metres).all()
    assert found.side.tolist() == [0, 0]
    depth = Outline(shapely.box(0, 0, 1, 1)).depth_m(np.array([np.nan]), np.array([0.5]))
    assert np.isnan(depth).all()


@pytest.mark.parametrize("parts", [[], [np.array([[37.0, 48.0]])], [np.array([[37.0, 48.0], [37.0, 48.0]])]])
def test_a_line_of_one_place_is_refused(parts: list[Floats]):
    with pytest.raises(ValueFault):
        Edges.of_lines(parts)


def test_memory_is_bounded_by_blocks():
    edges = Edges.of_lines([winding(3_000)])
    lon, lat = around(winding(3_000), 200_000)
    edges.nearest(lon[:10], lat[:10])
    tracemalloc.start()
    edges.nearest(lon, lat)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 64e6
