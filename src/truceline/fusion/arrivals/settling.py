"""An event takes the arrivals it explains and moves to where they fit best, again until nothing changes.

Its log odds weigh everything that could have spoken: sensors that heard it, by how well their time fits against how
thick chance arrivals stand there; sensors in reach that did not hear it; how far it was heard, which nobody knows
beforehand and which is averaged over what this network's events taught; the rate of events; and how much of space and
time the fit leaves open (Laplace's approximation of the integral over place and time: MacKay 2003, Information Theory,
Inference, and Learning Algorithms, ch. 27).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from truceline.fusion.arrivals.air import Air, air_at, air_between
from truceline.fusion.arrivals.growing import MOST_HITS, NOTHING, Search
from truceline.fusion.arrivals.network import Network, stood
from truceline.fusion.arrivals.picks import NO_CLUSTER, Picks, Taken, nearest_free
from truceline.fusion.arrivals.starting import inverse
from truceline.fusion.compiled import compiled_inner, in_parts
from truceline.model.columns import Floats, Ints

_HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)
_LOG_VOLUME = 1.5 * math.log(2 * math.pi)
_SETTLED_M = 1.0
_FAR = 2.5
_MOST_FARTHER = 4.0
_WITHIN = 0.95


class Ledger(NamedTuple):
    """One event's account of the sensors in reach, nearest first: distance, arrival or -1, what it adds, its fit.

    ``fit[i]`` holds the change of the travel time per metre east and north, the rest of the time in seconds and its
    variance. ``normal`` and ``cov`` are the normal matrix of the fit and its inverse.
    """

    distance_m: Floats
    pick: Ints
    adds: Floats
    fit: Floats
    normal: Floats
    cov: Floats


class Belief(NamedTuple):
    """Events at large: log of how many per m² and second; share heard no farther than each equal step of the reach."""

    log_rate: float
    heard_within: Floats


def ledger(net: Network) -> Ledger:
    """An empty account."""
    rows = net.near.shape[1] + 1
    return Ledger(
        np.empty(rows),
        np.empty(rows, np.int64),
        np.empty(rows),
        np.empty((rows, 4)),
        np.empty((3, 3)),
        np.empty((3, 3)),
    )


@compiled_inner
def _share_within(heard_within: Floats, reach_m: float, distance_m: float) -> float:
    at = distance_m / reach_m * (len(heard_within) - 1)
    if at >= len(heard_within) - 1:
        return float(heard_within[-1])
    low = int(at)
    return float(heard_within[low] * (1.0 - (at - low)) + heard_within[low + 1] * (at - low))


@compiled_inner
def _heard(
    x: float, y: float, t: float, air: Air, home: int, net: Network, picks: Picks,
    taken: Taken, event: int, cluster: int, log_rate: Floats, search: Search, gate: float, book: Ledger,
) -> tuple[int, int]:  # fmt: skip
    """Write the account of every sensor in reach, by distance; returns how many and a mark of the arrivals taken."""
    log_heard = math.log(search.heard_share) - _HALF_LOG_2PI
    log_missed = math.log(1.0 - search.heard_share)
    away = math.hypot(x - net.x_m[home], y - net.y_m[home])
    speed, wind_x, wind_y = air_at(air, x, y, t)
    changes = air.node.size > 3
    many, mark = 0, 0
    if away > search.reach_m:
        return 0, 0
    for turn in range(-1, net.near.shape[1]):
        sensor = home if turn < 0 else net.near[home, turn]
        if sensor < 0 or (turn >= 0 and net.near_m[home, turn] > search.reach_m + away):
            break
        east, north = net.x_m[sensor] - x, net.y_m[sensor] - y
        above = net.z_m[sensor] - net.ground_m[home]
        distance = math.sqrt(east * east + north * north + above * above) + 1e-6
        if distance > search.reach_m:
            continue
        if changes:
            speed, wind_x, wind_y = air_between(air, x, y, t, net.x_m[sensor], net.y_m[sensor])
        effective = speed + (east * wind_x + north * wind_y) / distance
        travel = distance / effective
        variance = search.pick_error_s**2 + (search.air_error * travel) ** 2
        pick, _ = nearest_free(picks, taken, event, cluster, sensor, t + travel, gate * math.sqrt(variance))
        if pick < 0 and not stood(net, sensor, t + travel):
            continue
        row = many
        while row > 0 and book.distance_m[row - 1] > distance:
            book.distance_m[row], book.pick[row], book.adds[row] = (
                book.distance_m[row - 1],
                book.pick[row - 1],
                book.adds[row - 1],
            )
            for k in range(4):
                book.fit[row, k] = book.fit[row - 1, k]
            row -= 1
        rest = picks.time_s[pick] - t - travel if pick >= 0 else 0.0
        book.distance_m[row], book.pick[row] = distance, pick
        book.fit[row, 0], book.fit[row, 1] = -east / distance / effective, -north / distance / effective
        book.fit[row, 2], book.fit[row, 3] = rest, variance
        if pick >= 0:
            book.adds[row] = log_heard - 0.5 * math.log(variance) - 0.5 * rest * rest / variance - log_rate[pick]
            mark += pick * (pick + 7)
        else:
            book.adds[row] = log_missed
        many += 1
    return many, mark


@compiled_inner
def _farthest_hearer(book: Ledger, many: int) -> tuple[int, float]:
    """The row up to which the event was heard, so that the sum is greatest, and that sum; three hearers at least."""
    total, best, row, hearers = 0.0, NOTHING, -1, 0
    for i in range(many):
        total += book.adds[i]
        if book.pick[i] >= 0:
            hearers += 1
            if hearers >= 3 and total > best:
                best, row = total, i
    return row, best


@compiled_inner
def _moved(book: Ledger, last: int) -> tuple[bool, int, float, float, float]:
    """One step of weighted least squares on the hearers up to a row: whether it can be made, hearers, and the step."""
    normal, cov = book.normal, book.cov
    for i in range(3):
        for j in range(3):
            normal[i, j] = 0.0
    right_x, right_y, right_t, hearers = 0.0, 0.0, 0.0, 0
    for i in range(last + 1):
        if book.pick[i] < 0:
            continue
        weight = 1.0 / book.fit[i, 3]
        slope_x, slope_y, rest = book.fit[i, 0], book.fit[i, 1], book.fit[i, 2]
        normal[0, 0] += slope_x * slope_x * weight
        normal[0, 1] += slope_x * slope_y * weight
        normal[0, 2] += slope_x * weight
        normal[1, 1] += slope_y * slope_y * weight
        normal[1, 2] += slope_y * weight
        normal[2, 2] += weight
        right_x += slope_x * rest * weight
        right_y += slope_y * rest * weight
        right_t += rest * weight
        hearers += 1
    normal[1, 0], normal[2, 0], normal[2, 1] = normal[0, 1], normal[0, 2], normal[1, 2]
    if hearers < 3 or not inverse(normal, cov) > 0:
        return False, hearers, 0.0, 0.0, 0.0
    step_x = cov[0, 0] * right_x + cov[0, 1] * right_y + cov[0, 2] * right_t
    step_y = cov[1, 0] * right_x + cov[1, 1] * right_y + cov[1, 2] * right_t
    step_t = cov[2, 0] * right_x + cov[2, 1] * right_y + cov[2, 2] * right_t
    return True, hearers, step_x, step_y, step_t


@compiled_inner
def _far_off(x: float, y: float, book: Ledger, last: int, net: Network, picks: Picks) -> tuple[bool, float, float]:
    """Whether a place lies far from its hearers, against how they stand from each other; and their middle."""
    middle_x, middle_y, squares, many = 0.0, 0.0, 0.0, 0
    for i in range(last + 1):
        if book.pick[i] >= 0:
            sensor = picks.sensor[book.pick[i]]
            east, north = net.x_m[sensor] - x, net.y_m[sensor] - y
            middle_x, middle_y, squares = middle_x + east, middle_y + north, squares + east * east + north * north
            many += 1
    middle_x, middle_y = middle_x / many, middle_y / many
    away2 = middle_x * middle_x + middle_y * middle_y
    return away2 > _FAR * _FAR * (squares / many - away2), x + middle_x, y + middle_y


@compiled_inner
def _moved_far(
    x: float, y: float, t: float, step_x: float, step_y: float, step_t: float, reach_m: float, speed: float
) -> tuple[float, float, float]:
    """A step of a place far off from the origin, taken in bearing and in one over the range.

    The curvature of a front, by which the range is told, goes with one over the range: a straight step from too far
    goes through the origin and out again, or stays there.
    """
    away = math.hypot(x, y)
    along = (step_x * x + step_y * y) / away
    turn = (step_y * x - step_x * y) / (away * away)
    farther = 1.0 / max(1.0 - along / away, 1.0 / _MOST_FARTHER)
    farther = max(min(farther, _MOST_FARTHER, _WITHIN * reach_m / away), 1.0 / _MOST_FARTHER)
    east, north = x - turn * y, y + turn * x
    scale = farther * away / math.hypot(east, north)
    return scale * east, scale * north, t + step_t - (farther * away - away - along) / speed


@compiled_inner
def settled(
    x: float, y: float, t: float, air: Air, home: int, net: Network, picks: Picks, taken: Taken, event: int,
    cluster: int,
    log_rate: Floats, search: Search, belief: Belief, rounds: int, book: Ledger,
) -> tuple[float, float, float, float, int]:  # fmt: skip
    """The event where it fits best: log odds, x, y, time, hearers (0 if it explains nothing); the account says who."""
    mark_before, last, best, many, hearers, det = -1, -1, NOTHING, 0, 0, 0.0
    for turn in range(rounds):
        gate = search.gate * (2.0 if turn == 0 and rounds > 1 else 1.0)
        many, mark = _heard(x, y, t, air, home, net, picks, taken, event, cluster, log_rate, search, gate, book)
        last, best = _farthest_hearer(book, many)
        if last < 0:
            return NOTHING, x, y, t, 0
        ok, hearers, step_x, step_y, step_t = _moved(book, last)
        if not ok:
            return NOTHING, x, y, t, 0
        length = math.hypot(step_x, step_y)
        far, from_x, from_y = _far_off(x, y, book, last, net, picks)
        if far:
            x, y, t = _moved_far(
                x - from_x, y - from_y, t, step_x, step_y, step_t, search.reach_m, air.node[0, 0, 0, 0]
            )
            x, y = x + from_x, y + from_y
        else:
            longest = 2.0 * book.distance_m[0] + 0.1 * search.reach_m
            part = longest / length if length > longest else 1.0
            x, y, t = x + part * step_x, y + part * step_y, t + part * step_t
        if mark == mark_before and length < _SETTLED_M:
            break
        mark_before = mark
    cov = book.cov
    det = (
        cov[0, 0] * (cov[1, 1] * cov[2, 2] - cov[1, 2] * cov[2, 1])
        - cov[0, 1] * (cov[1, 0] * cov[2, 2] - cov[1, 2] * cov[2, 0])
        + cov[0, 2] * (cov[1, 0] * cov[2, 1] - cov[1, 1] * cov[2, 0])
    )
    total, averaged = 0.0, 0.0
    for i in range(many):
        total += book.adds[i]
        within = _share_within(belief.heard_within, search.reach_m, book.distance_m[i])
        until = _share_within(belief.heard_within, search.reach_m, book.distance_m[i + 1]) if i + 1 < many else 1.0
        if until > within:
            averaged += (until - within) * math.exp(min(total - best, 50.0))
    for i in range(last + 1, many):
        book.pick[i] = -1
    open_volume = 0.5 * math.log(det) if det > 0 else -80.0
    return best + math.log(averaged + 1e-12) + belief.log_rate + _LOG_VOLUME + open_volume, x, y, t, hearers


@compiled_inner
def _settle_rows(
    begin: int, end: int, start: Floats, home: Ints, event: Ints, air: Air, net: Network, picks: Picks, taken: Taken,
    log_rate: Floats, search: Search, belief: Belief, rounds: int, book: Ledger, out: Floats, hits: Ints, cov: Floats,
) -> None:  # fmt: skip
    for row in range(begin, end):
        score, x, y, t, hearers = settled(
            start[row, 0], start[row, 1], start[row, 2], air, home[row], net, picks, taken, event[row], NO_CLUSTER,
            log_rate, search, belief, rounds, book,
        )  # fmt: skip
        out[row, 0], out[row, 1], out[row, 2], out[row, 3], out[row, 4] = score, x, y, t, hearers
        filled = 0
        for i in range(len(book.pick)):
            if filled >= hearers or filled >= MOST_HITS:
                break
            if book.pick[i] >= 0:
                hits[row, filled] = book.pick[i]
                filled += 1
        for i in range(filled, MOST_HITS):
            hits[row, i] = -1
        for i in range(3):
            for j in range(3):
                cov[row, i, j] = book.cov[i, j] if hearers >= 3 else np.nan


class Events(NamedTuple):
    """Events as rows: ``state`` (log odds, x, y, time, hearers), ``home`` sensor, ``hits``, ``cov``.

    ``cov`` is the covariance of place and time that the fit leaves. Of events fresh from the search, which are yet to
    be settled on their own arrivals, it is how far apart rival arrangements put them.
    """

    state: Floats
    home: Ints
    hits: Ints
    cov: Floats

    def take(self, rows: Ints) -> Events:
        """Some of the rows."""
        return Events(self.state[rows], self.home[rows], self.hits[rows], self.cov[rows])


@dataclass(frozen=True)
class World:
    """Everything an event is held against: sensors, arrivals, air, and how the search and the belief weigh."""

    net: Network
    picks: Picks
    air: Air
    search: Search
    belief: Belief


class Starts(NamedTuple):
    """Where to begin: rows of x, y and time, the sensor whose neighbours are asked, and which event it is (-2: new)."""

    place: Floats
    home: Ints
    event: Ints


def settle_all(starts: Starts, world: World, taken: Taken, log_rate: Floats, rounds: int = 6) -> Events:
    """Settle many events, each by itself: two may want one arrival."""
    rows = len(starts.place)
    out, cov = np.empty((rows, 5)), np.empty((rows, 3, 3))
    hits = np.full((rows, MOST_HITS), -1, dtype=np.int64)
    in_parts(
        rows,
        lambda begin, end: _settle_rows(
            begin, end, starts.place, starts.home, starts.event, world.air, world.net, world.picks, taken, log_rate,
            world.search, world.belief, rounds, ledger(world.net), out, hits, cov,
        ),
    )  # fmt: skip
    return Events(out, starts.home, hits, cov)
