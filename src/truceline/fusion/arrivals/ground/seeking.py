"""Where an arrival taken as the first P of its event may have come from: places tried, the best of them settled.

Whoever stands nearest hears first, or one of the next if that one missed it. So for each sensor the places are listed
to which it is among the three nearest, at even steps and two depths, with the travel times from there to the sensors
around. An arrival of the sensor then gives each of these places a moment, and the arrivals of the others say how well
it fits.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from truceline.fusion.arrivals.ground.settling import (
    CHANNELS,
    MOST_HITS,
    NOTHING,
    SAID_S,
    Account,
    Found,
    Under,
    Weigh,
    account,
    settled,
    written,
)
from truceline.fusion.arrivals.ground.travel import Ground, wave
from truceline.fusion.arrivals.network import Network
from truceline.fusion.arrivals.picks import FREE, Picks, Taken, first_from
from truceline.fusion.compiled import compiled, in_parts
from truceline.model.columns import Floats, Ints

_DEPTHS_M = (4_000.0, 13_000.0)
_NEAREST = 3
_ASKED = 16
_STEPS_BETWEEN = 4.5
_SMALLEST_M, _LARGEST_M = 20.0, 5_000.0
_MOST_PLACES = 60_000
_KEPT = 4
_MOST_NEAR = 64
_GATE = 2.5
_GIVE_UP_AFTER, _GIVE_UP = 4, 6.0
_LOG_2PI = math.log(2 * math.pi)
_ROOM = 0.28
"""How far the source may lie from the place tried, in steps: the error this adds to the times."""


class Places(NamedTuple):
    """Places to try: x, y, depth; the sensors to ask, nearest first; what to expect there; and whose places they are.

    ``expected[place, sensor, phase]`` holds the travel time, the gate (s), half the inverse of the variance, and what
    an arrival at the foretold moment adds before chance is held against it; ``missed[sensor, phase]`` what none adds
    while the sensor stood (``since_s`` to ``until_s``).
    ``rows[begin[sensor]:begin[sensor + 1]]`` are the places to which a sensor is among the nearest, ``rank`` its
    position among the sensors asked there.
    """

    place: Floats
    sensor: Ints
    expected: Floats
    missed: Floats
    since_s: Floats
    until_s: Floats
    rows: Ints
    rank: Ints
    begin: Ints
    step_m: float


def places_around(under: Under) -> Places:
    """The places to try for a network."""
    net, reach_m = under.net, under.weigh.reach_m
    points = np.c_[net.x_m, net.y_m]
    apart = net.near_m[:, 0]
    step = float(np.median(apart[np.isfinite(apart)])) / _STEPS_BETWEEN if np.isfinite(apart).any() else _LARGEST_M
    step = min(max(step, _SMALLEST_M), _LARGEST_M)
    middle = float(np.median(net.near_m[:, min(2, net.near_m.shape[1] - 1)]))
    margin = min(1.5 * middle if np.isfinite(middle) else reach_m, reach_m)
    low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
    while np.prod((high - low) / step + 1) * len(_DEPTHS_M) > _MOST_PLACES:
        step *= 1.25
    axes = [np.arange(low[i], high[i] + step, step) for i in range(2)]
    depths = np.minimum(np.array(_DEPTHS_M), 0.9 * under.ground.deepest_m)
    grid = np.stack(np.meshgrid(*axes, depths, indexing="ij"), axis=-1).reshape(-1, 3)
    many = min(_ASKED, len(points))
    distance, near = cKDTree(points).query(grid[:, :2], k=many)
    distance, near = np.asarray(distance).reshape(-1, many), np.asarray(near, dtype=np.int64).reshape(-1, many)
    within = distance[:, min(_NEAREST, many) - 1] <= reach_m
    grid, near = grid[within], near[within]
    expected = np.empty((len(grid), many, 2, 4))
    _expect(grid, near, net, under.ground, under.weigh, _ROOM * step * under.ground.surface, expected)
    missed = np.where(under.weigh.share > 0, np.log1p(-under.weigh.share), 0.0)
    first = near[:, :_NEAREST]
    owner, row, rank = (
        first.ravel(),
        np.repeat(np.arange(len(grid)), first.shape[1]),
        np.tile(np.arange(first.shape[1]), len(grid)),
    )
    order = np.argsort(owner, kind="stable")
    begin = np.searchsorted(owner[order], np.arange(len(points) + 1))
    return Places(
        grid, near, expected, missed, net.since_s, net.until_s, row[order], rank[order], begin.astype(np.int64), step
    )


@compiled
def _expect(place: Floats, near: Ints, net: Network, ground: Ground, weigh: Weigh, room_s: Floats, out: Floats) -> None:
    for row in range(len(place)):
        for turn in range(near.shape[1]):
            sensor = near[row, turn]
            away = math.hypot(net.x_m[sensor] - place[row, 0], net.y_m[sensor] - place[row, 1])
            for phase in range(2):
                travel, _, _ = wave(ground, sensor, phase, away, place[row, 2])
                variance = weigh.error_s[phase] ** 2 + (weigh.path_error * travel) ** 2 + room_s[phase] ** 2
                share = max(weigh.share[sensor, phase], 1e-9)
                out[row, turn, phase, 0], out[row, turn, phase, 1] = travel, _GATE * math.sqrt(variance)
                out[row, turn, phase, 2] = 0.5 / variance
                out[row, turn, phase, 3] = math.log(share) - 0.5 * (_LOG_2PI + math.log(variance))


@compiled
def _gathered(
    moment_s: float, before_s: float, after_s: float, picks: Picks, taken: Taken, which: Ints, count: Ints
) -> None:
    """Free arrivals of every channel around a moment."""
    for channel in range(len(count)):
        count[channel] = 0
        end = picks.begin[channel, picks.begin.shape[1] - 1]
        pick = first_from(picks, channel, moment_s - before_s)
        while pick < end and picks.time_s[pick] <= moment_s + after_s and count[channel] < which.shape[1]:
            if taken.event[pick] == -1:
                which[channel, count[channel]] = pick
                count[channel] += 1
            pick += 1


@compiled
def _fit(
    row: int, begun_s: float, tried: Places, picks: Picks, which: Ints, count: Ints, log_rate: Floats, least: float
) -> float:
    """How well the arrivals fit an event at a place tried, roughly; given up where it cannot come near to ``least``."""
    total, best = 0.0, NOTHING
    for turn in range(tried.sensor.shape[1]):
        sensor = tried.sensor[row, turn]
        for phase in range(2):
            adds = tried.missed[sensor, phase]
            if adds == 0.0:
                continue
            pick, gap = -1, tried.expected[row, turn, phase, 1]
            moment = begun_s + tried.expected[row, turn, phase, 0]
            for channel in (CHANNELS * sensor, CHANNELS * sensor + 1 + phase):
                for i in range(count[channel]):
                    apart = abs(picks.time_s[which[channel, i]] - moment)
                    if apart < gap:
                        pick, gap = which[channel, i], apart
            if pick >= 0:
                adds = (
                    tried.expected[row, turn, phase, 3]
                    - gap * gap * tried.expected[row, turn, phase, 2]
                    - log_rate[pick]
                )
            elif moment < tried.since_s[sensor] or moment >= tried.until_s[sensor]:
                adds = 0.0
            total += adds
        best = max(best, total)
        if turn >= _GIVE_UP_AFTER and best < least and total < best - _GIVE_UP:
            break
    return best


@compiled
def _best_places(
    first: int, tried: Places, picks: Picks, which: Ints, count: Ints, log_rate: Floats, least: float, kept: Ints,
    score: Floats,
) -> int:  # fmt: skip
    """The best places for one arrival as the first P, no two beside each other; how many."""
    home, moment = picks.sensor[first] // CHANNELS, picks.time_s[first]
    many = 0
    apart = 2.2 * tried.step_m
    for at in range(tried.begin[home], tried.begin[home + 1]):
        row = tried.rows[at]
        enough = score[many - 1] if many == len(kept) else least
        begun = moment - tried.expected[row, tried.rank[at], 0, 0]
        fit = _fit(row, begun, tried, picks, which, count, log_rate, enough)
        if fit < least:
            continue
        if many == len(kept) and fit <= score[many - 1]:
            continue
        close = -1
        for i in range(many):
            if (
                abs(tried.place[kept[i], 0] - tried.place[row, 0]) < apart
                and abs(tried.place[kept[i], 1] - tried.place[row, 1]) < apart
            ):
                close = i
                break
        if close >= 0:
            if fit <= score[close]:
                continue
            slot = close
        elif many < len(kept):
            slot = many
            many += 1
        else:
            slot = many - 1
        while slot > 0 and score[slot - 1] < fit:
            kept[slot], score[slot] = kept[slot - 1], score[slot - 1]
            slot -= 1
        kept[slot], score[slot] = row, fit
    return many


@compiled
def _sought(
    firsts: Ints, begin: int, end: int, tried: Places, net: Network, picks: Picks, ground: Ground, taken: Taken,
    log_rate: Floats, weigh: Weigh, least: float, book: Account, state: Floats, hits: Ints, cov: Floats, home: Ints,
) -> None:  # fmt: skip
    channels = len(picks.begin)
    which, count = np.empty((channels, _MOST_NEAR), np.int64), np.zeros(channels, np.int64)
    kept, score = np.empty(_KEPT, np.int64), np.empty(_KEPT)
    place = np.empty(4)
    before_s = 0.5 * weigh.reach_m * ground.surface[0]
    after_s = weigh.reach_m * ground.surface[1] + 5.0
    for at in range(begin, end):
        first = firsts[at]
        state[at, 0], state[at, 4], home[at] = NOTHING, 0.0, picks.sensor[first] // CHANNELS
        hits[at, 0] = -1
        _gathered(picks.time_s[first], before_s, after_s, picks, taken, which, count)
        many = _best_places(first, tried, picks, which, count, log_rate, least, kept, score)
        for i in range(many):
            row = kept[i]
            travel = wave(
                ground, home[at], 0,
                math.hypot(net.x_m[home[at]] - tried.place[row, 0], net.y_m[home[at]] - tried.place[row, 1]),
                tried.place[row, 2],
            )[0]  # fmt: skip
            place[0], place[1], place[3] = tried.place[row, 0], tried.place[row, 1], tried.place[row, 2]
            place[2] = picks.time_s[first] - travel
            odds, arrivals = settled(place, home[at], net, picks, ground, taken, -2, log_rate, weigh, 3.0, 10, book)
            if arrivals and odds > state[at, 0]:
                written(odds, place, arrivals, book, state[at], hits[at], cov[at])


def sought(firsts: Ints, tried: Places, under: Under, taken: Taken, log_rate: Floats, least: float) -> Found:
    """For each arrival the best event of which it is the first P; places of fewer log odds than ``least`` are left."""
    rows = len(firsts)
    state, cov = np.full((rows, 6), NOTHING), np.full((rows, 4, 4), np.nan)
    hits, home = np.full((rows, MOST_HITS), -1, dtype=np.int64), np.zeros(rows, dtype=np.int64)
    in_parts(
        rows,
        lambda begin, end: _sought(
            firsts, begin, end, tried, under.net, under.picks, under.ground, taken, log_rate, under.weigh, least,
            account(under.net), state, hits, cov, home,
        ),
    )  # fmt: skip
    return Found(state, home, hits, cov)


def free_firsts(picks: Picks, taken: Taken) -> Ints:
    """Arrivals that may be the first P of an event: free, and not said to be S."""
    return np.flatnonzero((taken.event == FREE) & (picks.sensor % CHANNELS != SAID_S))
