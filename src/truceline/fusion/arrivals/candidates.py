"""Candidates: several events for each arrival taken as the first, where events crowd each other.

Question: which events could the arrivals of a crowd be of, if nothing were known of the others? In: the arrivals of
crowds. Out: for each candidate its log odds (as if all arrivals were free), place (m), time (s) and arrivals.
Accepting the best first needs only the best event of each first arrival. In a salvo the true one is often the third or
tenth: 1 s apart the best alone hold 0.88 of the true events, the best sixteen 0.96. :mod:`inserting` chooses.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from truceline.fusion.arrivals.air import Air, air_at
from truceline.fusion.arrivals.growing import Room, Search, _could_be_one, _grown, _later, room
from truceline.fusion.arrivals.network import Network
from truceline.fusion.arrivals.picks import FREE, NO_CLUSTER, Picks, Taken
from truceline.fusion.arrivals.settling import Starts, World, settle_all
from truceline.fusion.arrivals.starting import two_sources
from truceline.fusion.compiled import compiled, compiled_inner, in_parts
from truceline.model.columns import Floats, Ints

_KEPT = 16
_SENSORS = 5
_SEEK_GATE = 2.2
_ALIKE_ERRORS = 6.0
_NEW = -2
_ROWS_AT_ONCE = 4096
_MIX, _HALF = np.uint64(0x9E3779B97F4A7C15), np.uint64(32)


class Candidates(NamedTuple):
    """Events that may be: ``state`` (log odds, x, y, time) and ``home`` sensor, the best first.

    The arrivals of candidate *c* are ``hit[begin[c]:begin[c + 1]]``; those that want arrival *p* are
    ``wants[wanted[p]:wanted[p + 1]]``.
    """

    state: Floats
    home: Ints
    begin: Ints
    hit: Ints
    wanted: Ints
    wants: Ints


@compiled_inner
def _keep(out: Floats, score: float, x: float, y: float, t: float, near_m: float, near_s: float) -> None:
    """Keep an event among the best few, one for each place and time."""
    worst, least = 0, 1e300
    for k in range(len(out)):
        if out[k, 0] > 0 and math.hypot(out[k, 1] - x, out[k, 2] - y) < near_m and abs(out[k, 3] - t) < near_s:
            worst, least = k, out[k, 0]
            break
        if out[k, 0] < least:
            worst, least = k, out[k, 0]
    if score > least:
        out[worst, 0], out[worst, 1], out[worst, 2], out[worst, 3] = score, x, y, t


@compiled_inner
def several(
    first: int, air: Air, net: Network, picks: Picks, taken: Taken, log_rate: Floats, search: Search, out: Floats,
    space: Room,
) -> None:  # fmt: skip
    """Write the best few events of which this arrival is the first: log odds (0: none), x, y, time."""
    home, moment = picks.sensor[first], picks.time_s[first]
    speed, wind_x, wind_y = air_at(air, net.x_m[home], net.y_m[home], moment)
    slowest = max(speed - math.hypot(wind_x, wind_y), 0.5 * speed) * (1.0 - 2.0 * search.air_error)
    near_s = _ALIKE_ERRORS * search.pick_error_s
    out[:, 0] = 0.0
    many = _later(first, wind_x, wind_y, net, picks, taken, NO_CLUSTER, search, _SENSORS, slowest, space)
    space.three[0] = first
    for i in range(many):
        for j in range(i + 1, many):
            if not _could_be_one(i, j, slowest, 3.0 * search.pick_error_s, space):
                continue
            found = two_sources(
                space.x_m[i], space.y_m[i], space.x_m[j], space.y_m[j], space.after_s[i], space.after_s[j], speed,
                space.sources,
            )  # fmt: skip
            for k in range(found):
                if space.sources[k, 2] > search.reach_m:
                    continue
                travel = space.sources[k, 2] / speed
                space.three[1], space.three[2] = space.later[i], space.later[j]
                score, x, y, t, n = _grown(
                    space.three, net.x_m[home] + space.sources[k, 0] - wind_x * travel,
                    net.y_m[home] + space.sources[k, 1] - wind_y * travel, moment - travel, 0.0, speed, wind_x,
                    wind_y, net, picks, taken, NO_CLUSTER, log_rate, search, space.hits, space.cov, space.waiting,
                )  # fmt: skip
                if n >= 4 and score > 0:
                    _keep(out, score, x, y, t, near_s * speed, near_s)


@compiled
def _several_rows(
    firsts: Ints, begin: int, end: int, air: Air, net: Network, picks: Picks, taken: Taken, log_rate: Floats,
    search: Search, out: Floats,
) -> None:  # fmt: skip
    space = room()
    for row in range(begin, end):
        several(firsts[row], air, net, picks, taken, log_rate, search, out[row], space)


def candidates(firsts: Ints, world: World, log_rate: Floats, fewest: int, least: float) -> Candidates:
    """Candidates of which these arrivals are the first, each settled as if every arrival were free."""
    arrivals = len(world.picks.time_s)
    all_free = Taken(np.full(arrivals, FREE, dtype=np.int64), np.full(arrivals, NO_CLUSTER, dtype=np.int64))
    narrow = world.search._replace(gate=_SEEK_GATE)
    state, home, count, hit = [np.empty((0, 4))], [np.empty(0, np.int64)], [np.empty(0, np.int64)], []
    for begin in range(0, len(firsts), _ROWS_AT_ONCE):
        some = firsts[begin : begin + _ROWS_AT_ONCE]
        found = _found(some, world, narrow, all_free, log_rate)
        row, place = np.nonzero(found[:, :, 0] > 0)
        starts = Starts(found[row, place, 1:4], world.picks.sensor[some[row]], np.full(len(row), _NEW))
        events = settle_all(starts, world, all_free, log_rate)
        good = np.flatnonzero((events.state[:, 4] >= fewest) & (events.state[:, 0] > least))
        events = events.take(good[_first_of_each(events.hits[good])])
        state.append(events.state[:, :4])
        home.append(events.home)
        count.append((events.hits >= 0).sum(axis=1))
        hit.append(events.hits[events.hits >= 0])
    return _in_order(
        np.concatenate(state), np.concatenate(home), np.concatenate(count), np.concatenate([*hit, home[0]]), arrivals
    )


def _found(firsts: Ints, world: World, search: Search, taken: Taken, log_rate: Floats) -> Floats:
    out = np.zeros((len(firsts), _KEPT, 4))
    in_parts(
        len(firsts),
        lambda begin, end: _several_rows(
            firsts, begin, end, world.air, world.net, world.picks, taken, log_rate, search, out
        ),
    )
    return out


def _first_of_each(hits: Ints) -> Ints:
    """The first row of each set of arrivals."""
    mixed = (hits.astype(np.uint64) + np.uint64(1)) * _MIX
    mixed = (mixed ^ (mixed >> _HALF)) * _MIX
    mark = np.where(hits >= 0, mixed ^ (mixed >> _HALF), np.uint64(0)).sum(axis=1, dtype=np.uint64)
    return np.unique(mark, return_index=True)[1].astype(np.int64)


def _in_order(state: Floats, home: Ints, count: Ints, hit: Ints, arrivals: int) -> Candidates:
    """The best first; equals by time and place, so that the order of the rows they came from does not matter."""
    order = np.lexsort((state[:, 2], state[:, 1], state[:, 3], -state[:, 0]))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    owner = rank[np.repeat(np.arange(len(count)), count)]
    begin = np.r_[0, np.cumsum(count[order])].astype(np.int64)
    wanted = np.r_[0, np.cumsum(np.bincount(hit, minlength=arrivals))].astype(np.int64)
    return Candidates(
        np.ascontiguousarray(state[order]),
        home[order],
        begin,
        hit[np.argsort(owner, kind="stable")],
        wanted,
        owner[np.lexsort((owner, hit))],
    )
