"""What is found where nothing but chance can be found takes belief away, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.fusion.arrivals.ground.choosing import none_found, nothing_taken
from truceline.fusion.arrivals.ground.control import Belief, _Parts, _set_off, belief_of, believed
from truceline.fusion.arrivals.ground.locating import beginning, channels_of
from truceline.fusion.arrivals.ground.seeking import places_around
from truceline.fusion.arrivals.ground.settings import GroundSettings
from truceline.fusion.arrivals.ground.settling import CHANNELS, Under
from truceline.fusion.arrivals.picks import ordered

Make = Callable[..., Any]


@pytest.fixture(scope="module")
def under(shaken: Make) -> Under:
    made = shaken(1)
    picks, _ = ordered(made.arrivals.time_s, channels_of(made.arrivals), CHANNELS * 16)
    return beginning(made.sensors, picks, GroundSettings())


def chance_alone(many: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).exponential(1.5, many)


@pytest.mark.parametrize("share", [1.0, 0.25])
def test_where_as_many_are_found_in_what_is_set_off_nothing_is_believed(share: float):
    belief = belief_of(chance_alone(600, 1), chance_alone(round(600 * share), 2), share)
    assert belief.probability(np.array([1.0, 4.0])).max() < 0.1
    assert belief.probability(np.array([7.0]))[0] < 0.5


def test_where_nothing_is_found_in_what_is_set_off_log_odds_mean_what_they_say():
    odds = np.linspace(0.5, 60.0, 200)
    told = belief_of(odds, np.empty(0), 1.0).of(odds)
    assert (told >= np.minimum(odds, 4.0) - 1.0).all()


def test_sure_events_stay_sure_among_as_many_false_ones():
    sure = np.linspace(15.0, 60.0, 300)
    belief = belief_of(np.r_[sure, chance_alone(300, 3)], chance_alone(300, 4), 1.0)
    assert belief.probability(sure).min() > 0.97
    assert belief.probability(np.array([2.0]))[0] < 0.2


@given(st.floats(-20.0, 20.0), st.floats(0.05, 5.0), st.lists(st.floats(0.0, 80.0), min_size=2, max_size=20))
def test_a_belief_keeps_the_order_and_never_adds(shift: float, slope: float, odds: list[float]):
    asked = np.sort(odds)
    told = Belief(shift, slope).of(asked)
    assert (told <= asked).all()
    assert (np.diff(told) >= 0.0).all()


def test_what_is_set_off_keeps_every_arrival_with_its_sensor_and_phase(under: Under):
    every = np.ones(len(under.picks.time_s), dtype=bool)
    apart = _set_off(under, every, np.random.default_rng(1))
    assert apart is not None
    assert apart.share == 1.0
    assert np.array_equal(np.bincount(apart.picks.sensor), np.bincount(under.picks.sensor))
    assert np.ptp(apart.picks.time_s) <= np.ptp(under.picks.time_s) + 1e-6


def test_a_sensor_s_arrivals_stay_within_the_time_in_which_it_stood(under: Under):
    since = under.net.since_s.copy()
    since[3] = 600.0
    late = under.net._replace(since_s=since)
    stood = (under.picks.sensor // CHANNELS != 3) | (under.picks.time_s >= 600.0)
    apart = _set_off(Under(late, under.picks, under.ground, under.weigh), stood, np.random.default_rng(1))
    assert apart is not None
    mine = apart.picks.time_s[apart.picks.sensor // CHANNELS == 3]
    assert len(mine)
    assert (mine >= apart.net.since_s[3]).all()


@given(st.floats(0.05, 1.0), st.lists(st.floats(0.0, 1000.0), min_size=2, max_size=30))
def test_parts_closed_up_keep_the_order_and_what_lies_within_one(share: float, moments: list[float]):
    parts = _Parts(0.0, 100.0, share)
    moment = np.sort(moments)
    closed = parts.closed_up(moment)
    assert (np.diff(closed) >= -1e-9).all()
    same = parts.holds(moment[1:]) & parts.holds(moment[:-1]) & (moment[1:] // 100.0 == moment[:-1] // 100.0)
    assert np.allclose(np.diff(closed)[same], np.diff(moment)[same])


def test_without_events_belief_stays_what_it_was(under: Under):
    so_far = Belief(-2.0, 0.8)
    nothing = nothing_taken(len(under.picks.time_s))
    assert believed(none_found(), under, places_around(under), nothing, GroundSettings(), so_far) == so_far
