"""Lines along which the differences of a sensor's clock lie."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.fusion.arrivals.clocks import FARTHEST_S, WITHIN, Lags, line_from, lines, near_band


def differences(seed: int, events: int, each: int, offset_s: float) -> Lags:
    """So many differences of each event, scattered by chance, and one that lies where the clock's error puts it."""
    chance = np.random.default_rng(seed)
    event = np.repeat(np.arange(events), each + 1)
    lag_s = chance.uniform(-FARTHEST_S, FARTHEST_S, len(event))
    error_s = chance.uniform(0.03, 0.3, events)
    lag_s[:: each + 1] = offset_s + error_s * chance.normal(size=events)
    return Lags(event, np.repeat(np.sort(chance.uniform(0.0, 86_400.0, events)), each + 1), lag_s, error_s[event])


@given(seed=st.integers(0, 10_000), begin=st.floats(-1.0, 1.0), wide=st.floats(0.0, 2.0))
def test_a_level_line_is_the_same_whether_far_differences_are_looked_at_or_not(seed: int, begin: float, wide: float):
    pairs = differences(seed, 60, 40, 0.5)
    left = np.random.default_rng(seed).random(len(pairs.lag_s)) < 0.9
    close = near_band(pairs, left, (begin - wide, begin + wide))
    every = np.ones(len(close.lag_s), dtype=bool)
    one = line_from(pairs, left, begin, 0.0, 0.0, slanted=False)
    other = line_from(close, every, begin, 0.0, 0.0, slanted=False)
    if one is None or other is None:
        assert one is other
        return
    assert (one.offset_s, one.offset_error_s, one.score) == (other.offset_s, other.offset_error_s, other.score)
    assert (one.events.tolist(), one.times_s.tolist()) == (other.events.tolist(), other.times_s.tolist())


def test_of_many_differences_those_of_a_band_are_few():
    pairs = differences(3, 2_000, 100, 1.0)
    close = near_band(pairs, np.ones(len(pairs.lag_s), dtype=bool), (0.5, 1.5))
    assert 2_000 <= len(close.lag_s) < 0.02 * len(pairs.lag_s)
    assert np.abs(close.lag_s - 1.0).max() <= 0.5 + 8.0 * WITHIN * pairs.error_s.max()


@pytest.mark.parametrize("offset_s", [-1800.0, 0.0, 12.0])
def test_the_error_of_a_clock_is_found_among_differences_by_chance(offset_s: float):
    (line,) = lines(differences(5, 300, 100, offset_s), 200)
    assert line.offset_s == pytest.approx(offset_s, abs=5 * line.offset_error_s)
    assert len(line.events) > 290
