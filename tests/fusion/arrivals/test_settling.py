"""An event's log odds and place, against the same told in plain Python."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from truceline.fusion.arrivals.air import air_at
from truceline.fusion.arrivals.network import nearest_sensor
from truceline.fusion.arrivals.picks import Taken
from truceline.fusion.arrivals.settling import Starts, World, ledger, settle_all, settled
from truceline.model.columns import Floats

Make = Callable[..., Any]
"""A fixture that makes hours."""


def plainly(start: tuple[float, float, float], world: World, log_rate: Floats, taken: Taken, rounds: int):
    """Steps 1 to 3 of settling: who heard, up to which sensor, where that fits best; then the log odds."""
    (x, y, t), net, picks, search = start, world.net, world.picks, world.search
    speed, wind_x, wind_y = air_at(world.air, x, y, t)
    for turn in range(rounds):
        account = []
        for sensor in range(len(net.x_m)):
            east, north = net.x_m[sensor] - x, net.y_m[sensor] - y
            distance = math.hypot(east, north)
            if distance > search.reach_m:
                continue
            effective = speed + (east * wind_x + north * wind_y) / distance
            travel = distance / effective
            variance = search.pick_error_s**2 + (search.air_error * travel) ** 2
            gate = search.gate * (2.0 if turn == 0 else 1.0) * math.sqrt(variance)
            mine = [
                (abs(picks.time_s[row] - t - travel), row)
                for row in np.flatnonzero((picks.sensor == sensor) & (taken.event < 0))
                if abs(picks.time_s[row] - t - travel) <= gate
            ]
            row = min(mine)[1] if mine else -1
            if row >= 0:
                rest = picks.time_s[row] - t - travel
                density = math.exp(-0.5 * rest**2 / variance) / math.sqrt(2 * math.pi * variance)
                adds = math.log(search.heard_share * density / math.exp(log_rate[row]))
                slope = (-east / distance / effective, -north / distance / effective, 1.0)
                account.append((distance, row, adds, slope, rest, variance))
            else:
                account.append((distance, -1, math.log(1 - search.heard_share), None, 0.0, 1.0))
        account.sort(key=lambda line: line[0])
        sums = np.cumsum([line[2] for line in account])
        hearers = np.cumsum([line[1] >= 0 for line in account])
        able = [i for i in range(len(account)) if account[i][1] >= 0 and hearers[i] >= 3]
        last = max(able, key=lambda i: sums[i])
        heard = [line for line in account[: last + 1] if line[1] >= 0]
        slopes = np.array([line[3] for line in heard])
        weight = np.diag([1 / line[5] for line in heard])
        cov = np.linalg.inv(slopes.T @ weight @ slopes)
        step = cov @ slopes.T @ weight @ np.array([line[4] for line in heard])
        x, y, t = x + step[0], y + step[1], t + step[2]
    share = world.belief.heard_within
    edges = np.linspace(0, search.reach_m, len(share))
    until = [np.interp(line[0], edges, share) for line in account] + [1.0]
    averaged = sum((until[i + 1] - until[i]) * math.exp(sums[i] - sums[last]) for i in range(len(account)))
    volume = 0.5 * math.log(np.linalg.det(2 * math.pi * cov))
    odds = sums[last] + math.log(averaged) + world.belief.log_rate + volume
    return odds, x, y, t, [line[1] for line in heard], cov


@pytest.mark.parametrize("seed", range(4))
def test_log_odds_place_and_hearers_are_those_told_plainly(hour: Make, seen: Make, seed: int):
    made = hour(seed, events=6, noise=40, span_s=300.0)
    world, _, taken = seen(made, reach_m=9000.0)
    taken.event[:: 7 + seed] = 5
    log_rate = np.random.default_rng(seed).uniform(-6, -3, len(taken.event))
    compared = 0
    for x, y, t in made.truth:
        home = int(nearest_sensor(world.net, np.array([x]), np.array([y]))[0])
        book = ledger(world.net)
        odds, *place, hearers = settled(
            x + 20.0, y - 15.0, t, world.air, home, world.net, world.picks, taken, -2, -1, log_rate, world.search,
            world.belief, 6, book,
        )  # fmt: skip
        if not hearers:
            continue
        compared += 1
        expected = plainly((x + 20.0, y - 15.0, t), world, log_rate, taken, 6)
        assert place == pytest.approx(expected[1:4], abs=0.3)
        assert sorted(book.pick[book.pick >= 0][:hearers]) == sorted(expected[4])
        assert odds == pytest.approx(expected[0], abs=0.02)
        assert np.allclose(book.cov, expected[5], rtol=0.01)
    assert compared >= 4


def test_what_belongs_to_others_is_never_taken(hour: Make, seen: Make):
    made = hour(1, events=5, noise=0)
    world, order, taken = seen(made)
    taken.event[:] = made.event[order]
    start = made.truth.copy()
    home = nearest_sensor(world.net, start[:, 0], start[:, 1])
    log_rate = np.full(len(order), -6.0)
    stranger = settle_all(Starts(start, home, np.full(5, -2)), world, taken, log_rate)
    assert (stranger.state[:, 4] == 0).all()
    own = settle_all(Starts(start, home, np.arange(5)), world, taken, log_rate)
    for event, hits in enumerate(own.hits):
        assert (taken.event[hits[hits >= 0]] == event).all()


def test_a_deaf_sensor_in_between_speaks_against_an_event_and_chance_hits_count_less(hour: Make, seen: Make):
    made = hour(4, events=1, noise=0, missed=0.0)
    world, order, taken = seen(made)
    home = nearest_sensor(world.net, made.truth[:, 0], made.truth[:, 1])

    def odds(rate: float, dropped: int | None = None) -> float:
        taken.event[:] = -1
        if dropped is not None:
            taken.event[dropped] = 99
        events = settle_all(Starts(made.truth, home, np.array([-2])), world, taken, np.full(len(order), rate))
        return events.state[0, 0]

    nearest = np.flatnonzero(world.picks.sensor == home[0])[0]
    assert odds(-7.0) > odds(-7.0, nearest)
    assert odds(-9.0) > odds(-7.0) > odds(-5.0)
