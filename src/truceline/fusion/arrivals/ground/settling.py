"""An event in the ground takes the arrivals it explains and moves to where they fit best.

The account is that of sound in air (:mod:`truceline.fusion.arrivals.settling`) with two waves a sensor and a fourth
unknown, depth, about which something is taken for granted where arrivals do not tell (a normal prior). Arrivals stand
in channels: three for each sensor, those of which nobody said the phase, P and S.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from truceline.fusion.arrivals.ground.travel import Ground, wave
from truceline.fusion.arrivals.network import Network, stood
from truceline.fusion.arrivals.picks import NO_CLUSTER, Picks, Taken, nearest_free
from truceline.fusion.compiled import compiled, in_parts
from truceline.model.columns import Floats, Ints

CHANNELS = 3
UNSAID, SAID_P, SAID_S = 0, 1, 2
MOST_HITS = 120
NOTHING = -1e30
X, Y, T, Z = 1, 2, 3, 5
"""Columns of an event's state: log odds, x, y, time, arrivals, depth."""

_LOG_2PI = math.log(2 * math.pi)
_FEWEST = 3
_SETTLED_M = 2.0
_HELD = 1e6
_SHALLOW_M = 1_000.0
_DEEPER_M = 2_000.0


class Weigh(NamedTuple):
    """How arrivals are weighed.

    ``error_s[phase]``, ``path_error``: errors of picks and paths. ``share[sensor, phase]``: share of events in reach
    that are heard (0: the sensor never tells of this phase). ``reach_m``, ``gate``: as for sound. ``heard_within``:
    share of events heard no farther than each equal step of the reach. ``log_rate``: events per m² and second.
    ``depth_m``, ``depth_error_m``: the prior of depth.
    """

    error_s: Floats
    path_error: float
    share: Floats
    reach_m: float
    gate: float
    heard_within: Floats
    log_rate: float
    depth_m: float
    depth_error_m: float


class Account(NamedTuple):
    """Sensors in reach of one event, nearest first: distance, arrival of P and S or -1, what both add, and their fit.

    ``fit[row, phase]`` holds the change of the moment foretold per metre east, north and down, the rest and its
    variance.
    """

    distance_m: Floats
    pick: Ints
    adds: Floats
    fit: Floats
    normal: Floats
    cov: Floats


@dataclass(frozen=True)
class Under:
    """Everything an event is held against: sensors, arrivals in channels, the ground, and how they are weighed."""

    net: Network
    picks: Picks
    ground: Ground
    weigh: Weigh


class Found(NamedTuple):
    """Events as rows: ``state`` (log odds, x, y, time, arrivals, depth), ``home``, ``hits``, ``cov`` (x, y, t, z)."""

    state: Floats
    home: Ints
    hits: Ints
    cov: Floats

    def take(self, rows: Ints) -> Found:
        """Some of the rows."""
        return Found(self.state[rows], self.home[rows], self.hits[rows], self.cov[rows])


class Starts(NamedTuple):
    """Where events are settled from (x, y, time, depth), the home of each, and whose arrivals are theirs."""

    place: Floats
    home: Ints
    event: Ints


def account(net: Network) -> Account:
    """An empty account."""
    rows = net.near.shape[1] + 1
    square = np.empty((4, 4))
    return Account(
        np.empty(rows), np.empty((rows, 2), np.int64), np.empty(rows), np.empty((rows, 2, 5)), square, square.copy()
    )


@compiled
def inverse_of(matrix: Floats, out: Floats) -> float:
    """Inverse of a symmetric positive matrix by Gauss and Jordan; returns its determinant, 0 where it is singular."""
    many, det = len(matrix), 1.0
    work = matrix.copy()
    for i in range(many):
        for j in range(many):
            out[i, j] = 1.0 if i == j else 0.0
    for i in range(many):
        pivot = work[i, i]
        if not pivot > 1e-12 * matrix[i, i]:
            return 0.0
        det *= pivot
        for j in range(many):
            work[i, j] /= pivot
            out[i, j] /= pivot
        for k in range(many):
            part = work[k, i]
            if k != i and part != 0.0:
                for j in range(many):
                    work[k, j] -= part * work[i, j]
                    out[k, j] -= part * out[i, j]
    return det


@compiled
def _pick_of(picks: Picks, taken: Taken, event: int, sensor: int, phase: int, moment_s: float, gate_s: float) -> int:
    """The arrival nearest to a moment that is of this phase, or of none that was said."""
    said, _ = nearest_free(picks, taken, event, NO_CLUSTER, CHANNELS * sensor + 1 + phase, moment_s, gate_s)
    open_, _ = nearest_free(picks, taken, event, NO_CLUSTER, CHANNELS * sensor, moment_s, gate_s)
    if said < 0 or open_ < 0:
        return max(said, open_)
    return said if abs(picks.time_s[said] - moment_s) <= abs(picks.time_s[open_] - moment_s) else open_


@compiled
def _asked(
    place: Floats, home: int, net: Network, picks: Picks, ground: Ground, taken: Taken, event: int, log_rate: Floats,
    weigh: Weigh, gate: float, book: Account,
) -> tuple[int, int]:  # fmt: skip
    """Write the account of every sensor in reach, by distance; returns how many and a mark of the arrivals taken."""
    x, y, t, z = place[0], place[1], place[2], place[3]
    away = math.hypot(x - net.x_m[home], y - net.y_m[home])
    many, mark = 0, 0
    if away > weigh.reach_m:
        return 0, 0
    for turn in range(-1, net.near.shape[1]):
        sensor = home if turn < 0 else net.near[home, turn]
        if sensor < 0 or (turn >= 0 and net.near_m[home, turn] > weigh.reach_m + away):
            break
        east, north = net.x_m[sensor] - x, net.y_m[sensor] - y
        distance = math.sqrt(east * east + north * north) + 1e-3
        if distance > weigh.reach_m:
            continue
        row = many
        while row > 0 and book.distance_m[row - 1] > distance:
            book.distance_m[row], book.adds[row] = book.distance_m[row - 1], book.adds[row - 1]
            for phase in range(2):
                book.pick[row, phase] = book.pick[row - 1, phase]
                for k in range(5):
                    book.fit[row, phase, k] = book.fit[row - 1, phase, k]
            row -= 1
        book.distance_m[row], book.adds[row] = distance, 0.0
        for phase in range(2):
            book.pick[row, phase] = -1
            share = weigh.share[sensor, phase]
            if share <= 0.0:
                continue
            travel, along, down = wave(ground, sensor, phase, distance, z)
            if z < _SHALLOW_M:
                # At the surface itself a step down changes nothing at first, and what is taken for granted would win.
                _, _, down = wave(ground, sensor, phase, distance, _SHALLOW_M)
            variance = weigh.error_s[phase] ** 2 + (weigh.path_error * travel) ** 2
            pick = _pick_of(picks, taken, event, sensor, phase, t + travel, gate * math.sqrt(variance))
            if pick < 0 or (phase == 1 and pick == book.pick[row, 0]):
                if stood(net, sensor, t + travel):
                    book.adds[row] += math.log(1.0 - share)
                continue
            rest = picks.time_s[pick] - t - travel
            book.pick[row, phase] = pick
            book.fit[row, phase, 0], book.fit[row, phase, 1] = -along * east / distance, -along * north / distance
            book.fit[row, phase, 2], book.fit[row, phase, 3], book.fit[row, phase, 4] = down, rest, variance
            book.adds[row] += (
                math.log(share) - 0.5 * (_LOG_2PI + math.log(variance) + rest * rest / variance) - log_rate[pick]
            )
            mark += pick * (pick + 7)
        many += 1
    return many, mark


@compiled
def _farthest(book: Account, many: int) -> tuple[int, float]:
    """The row up to which the event was heard, so that the sum is greatest, and that sum; three arrivals at least."""
    total, best, row, arrivals = 0.0, NOTHING, -1, 0
    for i in range(many):
        total += book.adds[i]
        here = (1 if book.pick[i, 0] >= 0 else 0) + (1 if book.pick[i, 1] >= 0 else 0)
        arrivals += here
        if here and arrivals >= _FEWEST and total > best:
            best, row = total, i
    return row, best


@compiled
def _step(book: Account, last: int, depth_m: float, weigh: Weigh, held: bool, step: Floats) -> tuple[float, int]:
    """One step of least squares on the arrivals up to a row: determinant of the covariance (0: none), arrivals.

    ``held`` leaves the depth where it is.
    """
    normal, cov = book.normal, book.cov
    right, slope = np.zeros(4), np.empty(4)
    for i in range(4):
        for j in range(4):
            normal[i, j] = 0.0
    normal[3, 3] = 1.0 / weigh.depth_error_m**2
    right[3] = (weigh.depth_m - depth_m) * normal[3, 3]
    arrivals = 0
    for row in range(last + 1):
        for phase in range(2):
            if book.pick[row, phase] < 0:
                continue
            slope[0], slope[1], slope[2], slope[3] = (
                book.fit[row, phase, 0], book.fit[row, phase, 1], 1.0, book.fit[row, phase, 2],
            )  # fmt: skip
            weight = 1.0 / book.fit[row, phase, 4]
            for i in range(4):
                right[i] += slope[i] * book.fit[row, phase, 3] * weight
                for j in range(4):
                    normal[i, j] += slope[i] * slope[j] * weight
            arrivals += 1
    if held:
        normal[3, 3] *= _HELD
        right[3] = 0.0
    det = inverse_of(normal, cov)
    if not det > 0.0:
        return 0.0, arrivals
    for i in range(4):
        step[i] = cov[i, 0] * right[0] + cov[i, 1] * right[1] + cov[i, 2] * right[2] + cov[i, 3] * right[3]
    return 1.0 / det, arrivals


@compiled
def _moved(place: Floats, step: Floats, longest_m: float, ground: Ground) -> float:
    """Move a place by a step, no farther than so much at once and never above the ground; how far it went."""
    most = _DEEPER_M + 0.5 * place[3]
    step[3] = min(max(step[3], -most), most)
    length = math.sqrt(step[0] ** 2 + step[1] ** 2 + step[3] ** 2)
    part = longest_m / length if length > longest_m else 1.0
    for i in range(4):
        place[i] += part * step[i]
    place[3] = min(max(place[3], 0.0), ground.deepest_m)
    return part * length


@compiled
def _heard_so_far(book: Account, many: int, best: float, weigh: Weigh) -> float:
    """How far it was heard, averaged over what this network's events taught, as a log."""
    steps = len(weigh.heard_within) - 1
    total, averaged, within = 0.0, 0.0, 0.0
    for i in range(many + 1):
        until = 1.0
        if i < many:
            at = min(book.distance_m[i] / weigh.reach_m * steps, steps - 1e-9)
            low = int(at)
            until = weigh.heard_within[low] * (1.0 - at + low) + weigh.heard_within[low + 1] * (at - low)
        averaged += max(until - within, 0.0) * math.exp(min(total - best, 50.0))
        within = max(until, within)
        if i < many:
            total += book.adds[i]
    return math.log(averaged + 1e-12)


@compiled
def settled(
    place: Floats, home: int, net: Network, picks: Picks, ground: Ground, taken: Taken, event: int, log_rate: Floats,
    weigh: Weigh, wide: float, rounds: int, book: Account,
) -> tuple[float, int]:  # fmt: skip
    """The event where it fits best: ``place`` (x, y, time, depth) is moved; gives its log odds and arrivals (0: none).

    ``wide``: by how much the gate is wider in the first round.
    """
    step = np.zeros(4)
    before, last, best, many, arrivals, det = -1, -1, NOTHING, 0, 0, 0.0
    for turn in range(rounds):
        gate = weigh.gate * (max(1.0, wide * 0.6**turn) if turn + 1 < rounds else 1.0)
        many, mark = _asked(place, home, net, picks, ground, taken, event, log_rate, weigh, gate, book)
        last, best = _farthest(book, many)
        if last < 0:
            return NOTHING, 0
        det, arrivals = _step(book, last, place[3], weigh, False, step)
        if det > 0.0 and ((place[3] <= 0.0 and step[3] < 0.0) or (place[3] >= ground.deepest_m and step[3] > 0.0)):
            _step(book, last, place[3], weigh, True, step)
        if not det > 0.0:
            return NOTHING, 0
        if turn + 1 < rounds:
            moved = _moved(place, step, 0.2 * weigh.reach_m if turn else 0.1 * weigh.reach_m, ground)
            if mark == before and moved < _SETTLED_M and gate == weigh.gate:
                break
        before = mark
    det, arrivals = _step(book, last, place[3], weigh, False, step)
    deep = (place[3] - weigh.depth_m) / weigh.depth_error_m
    prior = -0.5 * (_LOG_2PI + deep * deep) - math.log(weigh.depth_error_m)
    heard = _heard_so_far(book, many, best, weigh)
    for i in range(last + 1, many):
        book.pick[i, 0], book.pick[i, 1] = -1, -1
    return best + heard + weigh.log_rate + prior + 2.0 * _LOG_2PI + 0.5 * math.log(det), arrivals


@compiled
def written(score: float, place: Floats, arrivals: int, book: Account, state: Floats, hits: Ints, cov: Floats) -> None:
    """Write an event settled just now into its rows."""
    state[0], state[1], state[2], state[3], state[4], state[5] = score, place[0], place[1], place[2], arrivals, place[3]
    filled, row = 0, 0
    while filled < arrivals and filled < len(hits) - 1 and row < len(book.pick):
        for phase in range(2):
            if book.pick[row, phase] >= 0:
                hits[filled] = book.pick[row, phase]
                filled += 1
        row += 1
    for i in range(filled, len(hits)):
        hits[i] = -1
    for i in range(4):
        for j in range(4):
            cov[i, j] = book.cov[i, j] if arrivals else np.nan


@compiled
def _rows(
    begin: int, end: int, start: Floats, home: Ints, event: Ints, net: Network, picks: Picks, ground: Ground,
    taken: Taken, log_rate: Floats, weigh: Weigh, wide: float, rounds: int, book: Account, state: Floats, hits: Ints,
    cov: Floats,
) -> None:  # fmt: skip
    for row in range(begin, end):
        place = start[row].copy()
        score, arrivals = settled(
            place, home[row], net, picks, ground, taken, event[row], log_rate, weigh, wide, rounds, book
        )
        written(score, place, arrivals, book, state[row], hits[row], cov[row])


def settle(starts: Starts, under: Under, taken: Taken, log_rate: Floats, wide: float = 2.0, rounds: int = 10) -> Found:
    """Settle many events, each by itself."""
    start, home, event = starts
    rows = len(start)
    state, cov = np.empty((rows, 6)), np.empty((rows, 4, 4))
    hits = np.full((rows, MOST_HITS), -1, dtype=np.int64)
    in_parts(
        rows,
        lambda begin, end: _rows(
            begin, end, start, home, event, under.net, under.picks, under.ground, taken, log_rate, under.weigh, wide,
            rounds, account(under.net), state, hits, cov,
        ),
    )  # fmt: skip
    return Found(state, home, hits, cov)


def places(found: Found) -> Floats:
    """Where events are (x, y, time, depth), to settle from."""
    return np.ascontiguousarray(found.state[:, [X, Y, T, Z]])


def where_found(found: Found, event: Ints) -> Starts:
    """Settle events again from where they are."""
    return Starts(places(found), found.home, event)
