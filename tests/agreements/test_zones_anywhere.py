"""A zone is asked alike wherever on the globe it lies, however far from it the positions are."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import strategies as made_up
from truceline.agreements.space.inside import inside_zone
from truceline.agreements.space.zone import Zone
from truceline.model import Interval

DAY = Interval(made_up.BEGIN, made_up.BEGIN + timedelta(days=1))
ANYWHERE = st.tuples(st.sampled_from([-179.99, -120.0, 0.0, 37.0, 178.5]), st.floats(-88.0, 87.5))


@settings(max_examples=60, deadline=None)
@given(ANYWHERE, st.floats(0.05, 1.4), st.floats(0.05, 1.4), st.integers(0, 2**32))
def test_surveyed_positions_agree_with_the_outline_in_degrees(
    corner: tuple[float, float], width: float, height: float, seed: int
):
    west, south = corner
    zone = shapely.box(west, south, west + width, south + height)
    chance = np.random.default_rng(seed)
    lon = np.clip(chance.uniform(west - 2.0, west + width + 2.0, 200), -180.0, 180.0)
    lat = np.clip(chance.uniform(south - 1.0, south + height + 1.0, 200), -89.9, 89.9)
    far_from_edge = shapely.distance(zone.boundary, shapely.points(lon, lat)) > 0.01
    rows = [
        {"time": DAY, "phenomenon": "explosion", "position": (y, x, 0.0)}
        for x, y in zip(lon[far_from_edge], lat[far_from_edge], strict=True)
    ]
    found = inside_zone(made_up.incident_table(rows), Zone("", zone))
    expected = shapely.intersects_xy(zone, lon[far_from_edge], lat[far_from_edge]).astype(float)
    assert found.at_most.tolist() == found.at_least.tolist() == expected.tolist()


@pytest.mark.parametrize("lon", [179.2, -179.9])
def test_a_vague_position_across_the_date_line_may_lie_in_the_zone(lon: float):
    zone = shapely.box(179.0, 10.0, 180.0, 11.0)
    row = {"time": DAY, "phenomenon": "explosion", "position": (10.5, lon, 60_000.0)}
    found = inside_zone(made_up.incident_table([row]), Zone("", zone))
    assert found.at_least[0] < 0.99
    assert found.at_most[0] > 0.01
    assert found.at_least[0] < found.at_most[0]
