"""How far events are heard, against counting and an exact maximum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

from truceline.fusion.arrivals.hearing import STEPS, even_hearing, heard_within, share_heard
from truceline.fusion.arrivals.network import nearest_sensor
from truceline.fusion.arrivals.settling import Events, World
from truceline.model.columns import Floats, Ints

Hour = Any

Make = Callable[..., Any]
"""A fixture that makes hours."""

REACH_M = 10_000.0


def true_events(made: Hour, order: Ints):
    """The made-up events with exactly the arrivals they made."""
    rows = len(made.truth)
    hits = np.full((rows, 96), -1, dtype=np.int64)
    for event in range(rows):
        mine = np.flatnonzero(made.event[order] == event)
        hits[event, : len(mine)] = mine
    state = np.c_[np.full(rows, 9.0), made.truth, (hits >= 0).sum(axis=1)]
    return state, hits


def told(made: Hour, seen: Make):
    world, order, _ = seen(made)
    state, hits = true_events(made, order)
    keep = state[:, 4] >= 4
    home = nearest_sensor(world.net, state[:, 1], state[:, 2])
    return world, Events(state[keep], home[keep], hits[keep], np.full((keep.sum(), 3, 3), np.nan))


def counted(world: World, events: Events):
    """Per event: distances of its hearers, and of the others in reach."""
    for event in range(len(events.home)):
        distance = np.hypot(world.net.x_m - events.state[event, 1], world.net.y_m - events.state[event, 2])
        mine = world.picks.sensor[events.hits[event][events.hits[event] >= 0]]
        yield distance[mine], np.delete(distance, mine)


def test_share_heard_counts_sensors_nearer_than_the_farthest_hearer(hour: Make, seen: Make):
    world, events = told(hour(5, events=30, noise=0, missed=0.3), seen)
    heard = near = 0
    for hearers, deaf in counted(world, events):
        heard += len(hearers) - 1
        near += len(hearers) - 1 + (deaf < hearers.max()).sum()
    share = share_heard(events, world.net, world.picks, REACH_M)
    assert share == pytest.approx(heard / near)
    assert share == pytest.approx(0.7, abs=0.06)


def test_how_far_events_are_heard_is_the_most_likely_law(hour: Make, seen: Make):
    world, events = told(hour(6, events=40, noise=0, missed=0.1, heard_m=6000.0), seen)
    share = 0.9
    likely = np.zeros((len(events.home), STEPS))
    for event, (hearers, deaf) in enumerate(counted(world, events)):
        last = min(int(hearers.max() / REACH_M * STEPS), STEPS - 1)
        beyond = deaf[(deaf > hearers.max()) & (deaf < REACH_M)]
        for step in range(last, STEPS):
            likely[event, step] = (1 - share) ** (beyond < step * REACH_M / STEPS).sum()
    # Steps count the deaf sensors of all steps before: what lies in a step itself does not speak against it.
    weight = np.full(STEPS, 1 / STEPS)
    for _ in range(60):
        part = likely * weight
        part /= part.sum(axis=1, keepdims=True)
        weight = (part.sum(axis=0) + 0.3 / STEPS) / (len(likely) + 0.3)
    smooth = np.convolve(weight, [0.25, 0.5, 0.25], "same")
    smooth /= smooth.sum()
    within, farthest_m = heard_within(events, world.net, world.picks, REACH_M, share)
    assert within == pytest.approx(np.r_[0, np.cumsum(0.98 * smooth + 0.02 / STEPS)], abs=1e-9)
    assert 5500.0 < farthest_m <= REACH_M

    def unlikely(free: Floats) -> float:
        law = np.exp(free - free.max())
        law /= law.sum()
        return -np.log(likely @ law).sum() - 0.3 / STEPS * np.log(law + 1e-300).sum()

    best = minimize(unlikely, np.zeros(STEPS), method="L-BFGS-B", options={"maxiter": 400})
    assert unlikely(np.log(weight + 1e-300)) <= best.fun + 0.5


def test_hearing_ends_at_one_and_never_falls(hour: Make, seen: Make):
    world, events = told(hour(7, events=12, noise=0), seen)
    within, _ = heard_within(events, world.net, world.picks, REACH_M, 0.8)
    assert within[0] == 0.0
    assert within[-1] == pytest.approx(1.0)
    assert (np.diff(within) > 0).all()
    assert even_hearing()[[0, -1]] == pytest.approx([0.0, 1.0])
