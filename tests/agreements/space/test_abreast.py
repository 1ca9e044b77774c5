"""Which way two lines run beside each other, whichever is asked of the other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_lines import winding

from truceline.agreements.space.abreast import sameness
from truceline.model.columns import Floats

EAST = np.array([[20.0, 45.0], [20.5, 45.01], [21.0, 45.0]])


@pytest.mark.parametrize(
    ("other", "least", "most"),
    [
        (EAST + np.array([0.0, 0.05]), 0.9, 1.0),
        (EAST[::-1] + np.array([0.0, 0.05]), -1.0, -0.9),
        (EAST * [1.0, 0.0] + np.array([0.0, 47.0]), 0.9, 1.0),
        (np.array([[20.5, 44.0], [20.5, 46.0]]), -0.1, 0.1),
    ],
    ids=["beside", "turned", "far-beside", "across"],
)
def test_lines_run_the_same_way_the_other_way_or_across(other: Floats, least: float, most: float):
    assert least <= sameness([EAST], [other]) <= most
    assert least <= sameness([other], [EAST]) <= most or abs(least) < 0.5


def test_lines_one_after_the_other_say_nothing_of_their_ways():
    assert np.isnan(sameness([EAST], [EAST + np.array([5.0, 0.0])]))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.001, 0.05), st.booleans())
def test_a_line_runs_with_its_own_shift_and_against_it_turned(seed: int, shift: float, parted: bool):
    line = winding(60, seed=seed)
    parts = [line[:30], line[29:]] if parted else [line]
    shifted = line + np.array([shift / 10, shift / 10])
    there, back = sameness(parts, [shifted]), sameness(parts, [shifted[::-1]])
    assert there == pytest.approx(-back, abs=1e-9)
    assert there > 0.0
