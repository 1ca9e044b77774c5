"""The one air that events tell of, against dense algebra and against the air they were made in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from truceline.fusion.arrivals import LocateSettings
from truceline.fusion.arrivals.air import Air, still_air
from truceline.fusion.arrivals.medium import (
    _repeats,
    air_terms,
    fair,
    pick_error,
    same_air,
)
from truceline.fusion.arrivals.network import nearest_sensor
from truceline.fusion.arrivals.settling import Events, Starts, settle_all

Hour = Any

Make = Callable[..., Any]
"""A fixture that makes hours."""

ERROR_S = 0.01


def settled_truth(made: Hour, seen: Make, air: Air | None = None):
    world, order, taken = seen(made, reach_m=8000.0, gate=8.0)
    taken.event[:] = np.where(made.event[order] < 0, 999, made.event[order])
    home = nearest_sensor(world.net, made.truth[:, 0], made.truth[:, 1])
    events = settle_all(
        Starts(made.truth, home, np.arange(len(home))),
        replace(world, air=air or world.air),
        taken,
        np.full(len(order), -7.0),
        8,
    )
    return world, events.take(np.flatnonzero(events.state[:, 4] >= 6))


def test_terms_are_the_least_squares_of_the_air_after_place_and_time(hour: Make, seen: Make):
    world, events = settled_truth(hour(1, events=6, noise=0, error_s=ERROR_S), seen)
    terms = air_terms(events, world.air, world.net, world.picks, 10.0)
    for event in range(len(events.home)):
        hits = events.hits[event][events.hits[event] >= 0]
        sensor, (x, y, t) = world.picks.sensor[hits], events.state[event, 1:4]
        away = np.c_[world.net.x_m[sensor] - x, world.net.y_m[sensor] - y]
        distance = np.linalg.norm(away, axis=1)
        along = away / distance[:, None]
        place = np.c_[-along / 340.0, np.ones(len(hits))]
        medium = np.c_[np.ones(len(hits)), along] * (-distance / 340.0**2)[:, None]
        rest = world.picks.time_s[hits] - t - distance / 340.0
        aside = np.eye(len(hits)) - place @ np.linalg.pinv(place)
        assert terms.matrix[event] == pytest.approx(medium.T @ aside @ medium, rel=1e-5, abs=1e-12)
        assert terms.vector[event] == pytest.approx(medium.T @ aside @ rest, rel=1e-4, abs=1e-10)
        assert terms.rest[event] == pytest.approx(rest @ aside @ rest, rel=1e-4)
        assert terms.freedom[event] == len(hits) - 3
        assert terms.lever[event] == pytest.approx(-np.linalg.pinv(place) @ medium, rel=1e-4, abs=1e-9)


def test_the_same_air_is_found_again_with_a_fair_error(hour: Make, seen: Make):
    made = hour(2, events=40, noise=0, error_s=ERROR_S, speed_mps=344.0, wind_mps=(3.0, -2.0))
    air = still_air(340.0)
    for _ in range(4):
        world, events = settled_truth(made, seen, air)
        terms = air_terms(events, air, world.net, world.picks, 0.05)
        use = fair(terms)
        air, covariance = same_air(terms, use, air, ERROR_S, LocateSettings())
    error = np.sqrt(np.diag(covariance))
    assert (np.abs(air.node[0, 0, 0] - [344.0, 3.0, -2.0]) < 4 * error).all()
    assert (error < 1.0).all()
    assert pick_error(terms, use) == pytest.approx(ERROR_S, rel=0.15)


def test_few_arrivals_do_not_speak_of_the_air(hour: Make, seen: Make):
    world, events = settled_truth(hour(5, events=5, noise=0), seen)
    few = Events(events.state, events.home, events.hits.copy(), events.cov)
    few.hits[:, 5:] = -1
    assert not fair(air_terms(few, world.air, world.net, world.picks, ERROR_S)).any()


def test_rests_that_repeat_are_summed_over_the_sensors_that_heard_both_events(hour: Make, seen: Make):
    made = hour(1, events=6, noise=0, error_s=ERROR_S)
    world, events = settled_truth(made, seen)
    terms = air_terms(events, world.air, world.net, world.picks, 10.0)
    for one, other in ((0, 1), (2, 4), (3, 3)):
        hits, others = (events.hits[row][events.hits[row] >= 0] for row in (one, other))
        _, here, there = np.intersect1d(world.picks.sensor[hits], world.picks.sensor[others], return_indices=True)
        left, right = terms.left_s[one, here], terms.left_s[other, there]
        both, own = _repeats(np.array([[one, other]]), events.hits, terms.left_s, world.picks)
        assert both == pytest.approx(float((left * right).sum()), rel=1e-12, abs=1e-15)
        assert own == pytest.approx(0.5 * float((left**2 + right**2).sum()), rel=1e-12, abs=1e-15)
