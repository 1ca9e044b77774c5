"""The air that events tell of, against dense algebra and against the air they were made in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from truceline.fusion.arrivals import LocateSettings
from truceline.fusion.arrivals.air import Air, air_at, still_air
from truceline.fusion.arrivals.medium import (
    _CHANGE_SHARES,
    _CHANGES,
    _grid,
    _likeness,
    air_terms,
    fair,
    pick_error,
    same_air,
    varying_air,
)
from truceline.fusion.arrivals.network import nearest_sensor
from truceline.fusion.arrivals.settling import Events, Starts, World, settle_all

Hour = Any

Make = Callable[..., Any]
"""A fixture that makes hours."""

ERROR_S = 0.01


def _with(world: World, air: Air) -> World:
    """The world with another air and the error of picks that the hours are made with."""
    return replace(world, air=air, search=world.search._replace(pick_error_s=ERROR_S))


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


def wind_rising(made: Hour):
    """The same events in a wind that rises from nothing to 4 m/s from the west in the course of the hours."""
    chance = np.random.default_rng(9)
    time_s = made.time_s.copy()
    for row, event in enumerate(made.event):
        x, y, t = made.truth[event]
        away = made.place[made.sensor[row]] - [x, y]
        distance = np.hypot(*away)
        wind = 4.0 * t / made.truth[:, 2].max()
        time_s[row] = t + distance / (340.0 + wind * away[0] / distance) + chance.normal(0, ERROR_S)
    return time_s


def test_varying_air_is_the_dense_answer_of_the_preferred_degree_of_change(hour: Make, seen: Make):
    still = hour(3, events=60, noise=0, span_s=20_000.0)
    made = type(still)(still.place, still.truth, still.sensor, wind_rising(still), still.event)
    world, events = settled_truth(made, seen)
    mean = world.air
    terms = air_terms(events, mean, world.net, world.picks, 10.0)
    use = fair(terms)
    spread = float(events.state[:, 3].min()), float(events.state[:, 3].max())
    air, error, change = varying_air(terms, use, events, _with(world, mean), spread)
    assert change > 0
    grid = _grid(spread, world.net)
    nodes = int(np.prod([len(axis) for axis in grid]))
    steps = [axis[1] - axis[0] if len(axis) > 1 else 1.0 for axis in grid]
    # The share of each node in the air at each event, asked of the kernel itself: one node at one, the others at none.
    rows = np.flatnonzero(use)
    share = np.empty((len(rows), nodes))
    for node in range(nodes):
        one = np.zeros((nodes, 3))
        one[node] = 1.0
        unit = Air(
            one.reshape(*[len(axis) for axis in grid], 3), grid[0][0], steps[0], grid[1][0], steps[1], grid[2][0],
            steps[2],
        )  # fmt: skip
        share[:, node] = [air_at(unit, *events.state[row, [1, 2, 3]])[0] for row in rows]
    design = np.einsum("en,ij->einj", share, np.eye(3)).reshape(3 * len(rows), 3 * nodes)
    heavy = np.zeros((3 * len(rows), 3 * len(rows)))
    for i, row in enumerate(rows):
        heavy[3 * i : 3 * i + 3, 3 * i : 3 * i + 3] = terms.matrix[row] / ERROR_S**2
    right = design.T @ (terms.vector[rows].ravel() / ERROR_S**2)
    normal = design.T @ heavy @ design
    evidence = []
    for degree in _CHANGES:
        prior = np.kron(_likeness(grid), np.diag((_CHANGE_SHARES * degree) ** 2))
        precision = normal + np.linalg.inv(prior)
        found = np.linalg.solve(precision, right)
        evidence.append(0.5 * right @ found - 0.5 * np.linalg.slogdet(precision)[1] - 0.5 * np.linalg.slogdet(prior)[1])
        if degree == change:
            assert air.node.reshape(-1, 3) == pytest.approx(
                mean.node.reshape(1, 3) + found.reshape(-1, 3), rel=1e-5, abs=1e-5
            )
            assert error.reshape(-1) == pytest.approx(np.sqrt(np.diag(np.linalg.inv(precision))), rel=1e-4)
    assert _CHANGES[int(np.argmax(evidence))] == change
    late, early = air_at(air, 6000.0, 6000.0, 18_000.0), air_at(air, 6000.0, 6000.0, 2000.0)
    assert late[1] - early[1] == pytest.approx(3.2, abs=0.8)


def test_air_that_does_not_change_is_left_as_it_is(hour: Make, seen: Make):
    world, events = settled_truth(hour(4, events=40, noise=0, error_s=ERROR_S, span_s=20_000.0), seen)
    terms = air_terms(events, world.air, world.net, world.picks, ERROR_S)
    air, _, change = varying_air(terms, fair(terms), events, _with(world, world.air), (0.0, 20_000.0))
    assert change == 0.0
    assert air is world.air


def test_few_arrivals_do_not_speak_of_the_air(hour: Make, seen: Make):
    world, events = settled_truth(hour(5, events=5, noise=0), seen)
    few = Events(events.state, events.home, events.hits.copy(), events.cov)
    few.hits[:, 5:] = -1
    assert not fair(air_terms(few, world.air, world.net, world.picks, ERROR_S)).any()
