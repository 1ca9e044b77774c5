"""Echoes and flurries are learned from the arrivals that no event explains."""

from __future__ import annotations

import numpy as np

from truceline.fusion.arrivals.echoes import DELAYS_S, echo_density, echo_rates, flurries
from truceline.fusion.arrivals.network import network
from truceline.fusion.arrivals.picks import FREE, NO_CLUSTER, Picks, Taken, ordered

SHOTS = 40


def after_each(delay_s: float) -> tuple[Picks, Taken]:
    """One arrival of an event every ten seconds at one sensor, each with one free arrival so long after it."""
    shots = 10.0 * np.arange(SHOTS)
    picks, _ = ordered(np.r_[shots, shots + delay_s], np.zeros(2 * SHOTS, dtype=np.int64), 1)
    event = np.full(2 * SHOTS, FREE, dtype=np.int64)
    event[np.searchsorted(picks.time_s, shots)] = np.arange(SHOTS)
    return picks, Taken(event, np.full(2 * SHOTS, NO_CLUSTER, dtype=np.int64))


def test_what_follows_events_is_echo_and_what_goes_before_them_is_not():
    step = int(np.searchsorted(DELAYS_S, 0.3)) - 1
    density = echo_density(*after_each(0.3))
    assert np.flatnonzero(density).tolist() == [step]
    assert density[step] * np.diff(DELAYS_S)[step] == 1.0
    assert not echo_density(*after_each(-0.3)).any()


def test_an_echo_is_expected_just_where_it_comes():
    picks, taken = after_each(0.3)
    expected = echo_rates(picks, taken)
    assert (expected[taken.event == FREE] > 0).all()
    assert not expected[taken.event != FREE].any()


def test_even_noise_is_no_flurry_and_a_burst_is_one():
    time_s = np.r_[np.arange(0.0, 3600.0, 20.0), 1800.05 + 0.1 * np.arange(60)]
    picks, _ = ordered(time_s, np.zeros(len(time_s), dtype=np.int64), 1)
    taken = Taken(np.full(len(time_s), FREE, dtype=np.int64), np.full(len(time_s), NO_CLUSTER, dtype=np.int64))
    times = flurries(picks, taken)
    burst = np.abs(picks.time_s - 1803.0) <= 3.5
    assert (times[burst] > 5.0).all()
    assert (times[np.abs(picks.time_s - 1803.0) > 20.0] == 1.0).all()


def test_a_sensor_of_unknown_height_stands_on_the_ground_around_it():
    x, y = np.arange(6.0) * 100, np.zeros(6)
    net = network(x, y, 80, np.array([10.0, 12.0, np.nan, 14.0, 40.0, 11.0]))
    assert net.z_m[2] == net.ground_m[2] == 13.0
    assert not network(x, y, 80).z_m.any()
