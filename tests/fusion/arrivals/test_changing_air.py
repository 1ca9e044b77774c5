"""Air that changes, against dense algebra, against the air it was made of, and against those who know that air."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from truceline.fusion.arrivals import locate
from truceline.fusion.arrivals.air import Air, air_at, still_air
from truceline.fusion.arrivals.chain import Chain, eliminated, smoothed
from truceline.fusion.arrivals.changing_air import (
    Change,
    _beside_place,
    _over_time,
    alike,
    evidence,
    field_of,
    first_change,
    knots,
    likeliest_change,
    prior,
    told,
)
from truceline.fusion.arrivals.finishing import settled_in
from truceline.fusion.arrivals.inherited import between_knots
from truceline.fusion.arrivals.network import nearest_sensor
from truceline.fusion.arrivals.residuals import errors_of
from truceline.fusion.arrivals.settling import Starts, settle_all

Floats = NDArray[np.float64]
Hour = Any
Make = Callable[..., Any]
"""A fixture that makes hours."""

ERROR_S = 0.02
SPAN_S = 43_200.0


def turning(x_m: Floats, t_s: Floats) -> tuple[Floats, Floats]:
    """Wind of 5 m/s that turns round once in twelve hours and is ahead in the east."""
    turn = 2.0 * np.pi * t_s / SPAN_S + x_m / 12_000.0
    return 5.0 * np.cos(turn), 5.0 * np.sin(turn)


def travel_s(way: Floats, x_m: Floats, t_s: Floats) -> Floats:
    """Through that wind, as it is on ten places of the way."""
    distance = np.hypot(*way.T)
    slow = np.zeros(len(way))
    for part in (np.arange(10) + 0.5) / 10:
        wind_x, wind_y = turning(x_m + part * way[:, 0], t_s)
        slow += 0.1 / (340.0 + (way[:, 0] * wind_x + way[:, 1] * wind_y) / distance)
    taken: Floats = distance * slow
    return taken


def in_turning_wind(made: Hour, seed: int = 9) -> Hour:
    real = made.event >= 0
    start = made.truth[made.event[real]]
    time_s = made.time_s.copy()
    way = made.place[made.sensor[real]] - start[:, :2]
    noise = np.random.default_rng(seed).normal(0, ERROR_S, real.sum())
    time_s[real] = start[:, 2] + travel_s(way, start[:, 0], start[:, 2]) + noise
    return replace(made, time_s=time_s)


def settled(made: Hour, seen: Make, error_s: float = ERROR_S):
    """The world and the events, each where its own arrivals put it in still air, and what each counts."""
    world, order, taken = seen(made, reach_m=8000.0, gate=60.0)
    world = replace(world, search=world.search._replace(pick_error_s=error_s, air_error=0.0))
    taken.event[:] = np.where(made.event[order] < 0, 999, made.event[order])
    home = nearest_sensor(world.net, made.truth[:, 0], made.truth[:, 1])
    events = settle_all(Starts(made.truth, home, np.arange(len(home))), world, taken, np.full(len(order), -7.0), 8)
    events = events.take(np.flatnonzero(events.state[:, 4] >= 6))
    return world, events, np.ones(len(events.home))


def dense(chain: Chain) -> Floats:
    blocks, size = chain.right.shape
    full = np.zeros((blocks * size, blocks * size))
    for block in range(blocks):
        at = slice(block * size, (block + 1) * size)
        full[at, at] = chain.own[block]
        if block + 1 < blocks:
            then = slice(at.stop, at.stop + size)
            full[at, then], full[then, at] = chain.ahead[block], chain.ahead[block].T
    return full


def test_what_events_tell_is_least_squares_with_place_and_time_left_open(hour: Make, seen: Make):
    made = hour(3, events=12, noise=0, span_s=8000.0, error_s=1e-6)
    world, events, share = settled(made, seen)
    world = replace(world, search=world.search._replace(pick_error_s=10.0))
    mean = np.array([340.0, 0.0, 0.0])
    grid = knots(events, world.net, mean, (2700.0, 6000.0))
    said = told(events, share, world, grid, mean)
    spots = grid.node[..., 0].size
    normal, right = np.zeros((3 * spots, 3 * spots)), np.zeros(3 * spots)
    for event in range(len(events.home)):
        hits = events.hits[event][events.hits[event] >= 0]
        sensor, (x, y, t) = world.picks.sensor[hits], events.state[event, 1:4]
        way = np.c_[world.net.x_m[sensor] - x, world.net.y_m[sensor] - y]
        distance = np.hypot(*way.T)
        along = way / distance[:, None]
        crossed = np.zeros((len(hits), *grid.node.shape))
        # The share of each knot in the air half way, asked of the kernel itself: one knot at one, the others at none.
        for knot in np.ndindex(*grid.node.shape[:3]):
            one = np.zeros(grid.node.shape)
            one[knot] = 1.0
            unit = grid._replace(node=one)
            share_of = [air_at(unit, x + 0.5 * east, y + 0.5 * north, t)[0] for east, north in way]
            crossed[(slice(None), *knot)] = np.c_[np.ones(len(hits)), along] * np.array(share_of)[:, None]
        lines = (crossed * (-distance / 340.0**2)[:, None, None, None, None]).reshape(len(hits), -1) / 10.0
        place = np.c_[-along / 340.0, np.ones(len(hits))] / 10.0
        rest = (world.picks.time_s[hits] - t - distance / 340.0) / 10.0
        aside = np.eye(len(hits)) - place @ np.linalg.pinv(place)
        normal += lines.T @ aside @ lines
        right += lines.T @ aside @ rest
    assert dense(said) == pytest.approx(normal, rel=1e-5, abs=1e-9 * np.abs(normal).max())
    assert said.right.ravel() == pytest.approx(right, rel=1e-3, abs=1e-6 * np.abs(right).max())


def test_evidence_is_how_probable_the_rests_are(hour: Make, seen: Make):
    made = in_turning_wind(hour(4, events=40, noise=0, span_s=SPAN_S / 4))
    world, events, share = settled(made, seen)
    change, mean = Change(2.0, 1.0, 7200.0, 20_000.0), np.array([340.0, 0.0, 0.0])
    grid = knots(events, world.net, mean, (2700.0, 12_000.0))
    said, before = told(events, share, world, grid, mean), prior(grid, change)[0]
    whole, own, right = dense(said) + dense(before), dense(before), said.right.ravel()
    logs = np.linalg.slogdet(own)[1] - np.linalg.slogdet(whole)[1]
    assert evidence(said, grid, change) == pytest.approx(0.5 * (right @ np.linalg.solve(whole, right) + logs), rel=1e-6)
    mean_change, _, _ = smoothed(eliminated(Chain(said.own + before.own, said.ahead + before.ahead, said.right)))
    assert mean_change.ravel() == pytest.approx(np.linalg.solve(whole, right), rel=1e-5, abs=1e-6)


def test_wind_that_turns_is_found_with_its_error(hour: Make, seen: Make):
    made = in_turning_wind(hour(5, events=300, noise=0, span_s=SPAN_S))
    world, events, share = settled(made, seen)
    change = first_change(events, share, world)
    assert change is not None
    field = field_of(events, share, world, likeliest_change(events, share, world, change))
    times, columns, rows = field.air.node.shape[:3]
    t, x, _ = np.meshgrid(
        field.air.from_s + field.air.step_s * np.arange(times),
        field.air.west_m + field.air.step_x_m * np.arange(columns),
        np.arange(rows, dtype=float),
        indexing="ij",
    )
    wind = np.stack(turning(x, t), axis=-1)
    off = (field.air.node[..., 1:] - wind) / field.error()[..., 1:]
    assert np.sqrt(np.mean((field.air.node[..., 1:] - wind) ** 2)) < 1.5
    assert 0.6 < np.sqrt(np.mean(off**2)) < 1.5
    assert (field.error()[..., 1:] < change.wind_mps * 5).all()
    assert field.freedom > 6


def test_air_that_does_not_change_is_left_as_it_is(hour: Make, seen: Make):
    for seed in range(4):
        world, events, share = settled(hour(seed, events=60, noise=0, error_s=ERROR_S, span_s=20_000.0), seen)
        assert first_change(events, share, world) is None


def test_one_knot_is_no_change(hour: Make, seen: Make):
    """A minute of shots in a wind nobody expected: another air, but not one that changes."""
    made = hour(6, sensors=16, events=20, noise=0, error_s=ERROR_S, span_s=60.0, wind_mps=(6.0, 0.0))
    world, events, share = settled(made, seen)
    assert knots(events, world.net, np.zeros(3), (5400.0, 25_000.0)).node.shape == (1, 1, 1, 3)
    assert first_change(events, share, world) is None


def test_lines_between_knots_leave_out_little_where_knots_stand_close():
    air = Air(np.zeros((4, 3, 3, 3)), 0.0, 1800.0, 0.0, 10_000.0, 0.0, 10_000.0)
    state = np.zeros((3, 5))
    state[:, 1:4] = [[10_000.0, 10_000.0, 1800.0], [5000.0, 5000.0, 900.0], [-9e9, 5000.0, 900.0]]
    near = between_knots(air, Change(3.0, 1.0, 7200.0, 40_000.0), state)
    far = between_knots(air, Change(3.0, 1.0, 1200.0, 5_000.0), state)
    assert near[0] == pytest.approx(0.0, abs=1e-9)
    assert far[0] == pytest.approx(0.0, abs=1e-9)
    assert (near[1, 1:] < 0.02 * 9.0).all()
    assert (far[1, 1:] > 0.5 * 9.0).all()


@pytest.mark.parametrize("air_error", [0.0, 0.004])
def test_errors_of_picks_and_of_the_way_are_told_apart(hour: Make, seen: Make, air_error: float):
    made = hour(7, events=400, noise=0, error_s=ERROR_S, air_error=air_error, span_s=400_000.0)
    world, events, share = settled(made, seen, 0.1)
    for _ in range(3):
        pick_error_s, missed = errors_of(events, share > 0, world, 0.0)
        world = replace(world, search=world.search._replace(pick_error_s=pick_error_s, air_error=missed))
        events = settled_in(events, world)
        share = np.ones(len(events.home))
    # Ways of 12 s are the middle of these hours; nearer or farther the two are told apart less well.
    assert np.hypot(pick_error_s, 12.0 * missed) == pytest.approx(np.hypot(ERROR_S, 12.0 * air_error), rel=0.1)
    assert missed == pytest.approx(air_error, abs=0.0015)


def _known_air(made: Hour, event: int) -> Floats:
    """Where the event's arrivals put it for somebody who knows the wind."""
    rows = np.flatnonzero(made.event == event)
    start = made.truth[event].copy()
    for _ in range(6):
        way = made.place[made.sensor[rows]] - start[:2]
        rest = made.time_s[rows] - start[2] - travel_s(way, np.full(len(rows), start[0]), np.full(len(rows), start[2]))
        lines = np.c_[-way / np.hypot(*way.T)[:, None] / 340.0, np.ones(len(rows))]
        start += np.linalg.lstsq(lines, rest, rcond=None)[0]
    return start


def test_a_day_whose_wind_turns_is_located_almost_as_by_those_who_know_the_wind(hour: Make):
    made = in_turning_wind(hour(8, events=400, noise=400, span_s=SPAN_S))
    found = locate(made.sensors, made.arrivals)
    assert found.learned["change_of_wind_mps"] > 1.0
    assert len(found.medium.time_s) > 8
    assert (found.medium.wind_error_mps > 0).all()
    heard = np.bincount(made.event[made.event >= 0], minlength=len(made.truth))
    off, inside, known = [], [], []
    for event in np.flatnonzero(heard >= 6):
        place, t = made.truth[event, :2], made.truth[event, 2]
        row = np.argmin(np.abs(found.events.time_s - t))
        away = np.array([found.events.x_m[row], found.events.y_m[row]]) - place
        off.append(np.hypot(*away))
        inside.append(away @ np.linalg.solve(found.events.covariance[row, :2, :2], away))
        known.append(np.hypot(*(_known_air(made, event)[:2] - place)))
    assert np.median(off) < 1.5 * np.median(known)
    assert 0.92 < np.mean(np.array(inside) < 5.991) < 0.99
    assert 0.42 < np.mean(np.array(inside) < 1.386) < 0.62


def test_still_air_everywhere_is_one_node(hour: Make):
    made = hour(9, events=60, span_s=20_000.0)
    found = locate(made.sensors, made.arrivals)
    assert found.learned["change_of_wind_mps"] == 0.0
    assert len(found.medium.time_s) == still_air(340.0).node[..., 0].size


@pytest.mark.parametrize("times", [1, 2, 3])
def test_up_to_three_times_are_tied_as_likeness_says(times: int):
    apart = 0.4 * np.abs(np.subtract.outer(np.arange(times), np.arange(times)))
    near = alike(apart) + 1e-5 * np.eye(times)
    tied, log_det = _over_time(times, 0.4)
    assert tied == pytest.approx(np.linalg.inv(near), rel=1e-8)
    assert log_det == pytest.approx(-float(np.linalg.slogdet(near)[1]), rel=1e-8, abs=1e-8)


def test_each_time_is_tied_to_two_on_either_side_and_alike_wherever_it_stands():
    tied, log_det = _over_time(60, 0.4)
    assert not np.triu(tied, 3).any()
    assert np.array_equal(tied, tied.T)
    assert tied[20:40, 18:42] == pytest.approx(tied[21:41, 19:43], rel=1e-12)
    assert log_det == pytest.approx(float(np.linalg.slogdet(tied)[1]), rel=1e-8)


def test_what_an_event_says_of_the_air_is_what_its_place_leaves_open():
    chance = np.random.default_rng(4)
    lines, crossed, left = chance.normal(size=(9, 3)), chance.normal(size=(9, 6)), chance.normal(size=9)
    crossed[:, 2] = 0.0
    aside = np.eye(9) - lines @ np.linalg.pinv(lines)
    matrix, right = _beside_place(lines, crossed, left, np.linalg.inv(lines.T @ lines))
    assert matrix == pytest.approx(crossed.T @ aside @ crossed, rel=1e-9, abs=1e-12)
    assert right == pytest.approx(crossed.T @ aside @ left, rel=1e-9, abs=1e-12)


_ASKED = """
import hashlib, numpy as np
from truceline.fusion.arrivals.changing_air import Change, _beside_place, prior
from truceline.fusion.arrivals.air import Air
from truceline.fusion.arrivals.chain import eliminated, smoothed
from truceline.fusion.arrivals.warming import exercise
grid = Air(np.zeros((400, 3, 2, 3)), 0.0, 900.0, 0.0, 5000.0, 0.0, 5000.0)
chain, log_det = prior(grid, Change(1.0, 1.0, 7200.0, 40_000.0))
chance = np.random.default_rng(1)
lines, crossed = chance.normal(size=(60, 3)), chance.normal(size=(60, 180))
told, says = _beside_place(lines, crossed, lines[:, 0].copy(), np.linalg.inv(lines.T @ lines))
found = exercise()
arrays = (chain.own, chain.ahead, told, says, *smoothed(eliminated(chain)), found.events.x_m, found.events.covariance,
          found.events.probability, found.medium.wind_x_mps, np.array([log_det]))
print(hashlib.sha256(b"".join(np.ascontiguousarray(one).tobytes() for one in arrays)).hexdigest())
"""


def test_the_last_bit_does_not_depend_on_how_many_cores_algebra_may_use():
    said = {
        subprocess.run(
            [sys.executable, "-c", _ASKED], capture_output=True, text=True, check=True, timeout=300,
            env={**os.environ, "OPENBLAS_NUM_THREADS": number, "OMP_NUM_THREADS": number},
        ).stdout
        for number in ("1", "2")
    }  # fmt: skip
    assert len(said) == 1
