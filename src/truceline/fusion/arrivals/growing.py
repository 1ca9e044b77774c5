"""From three arrivals to an event: the search for sources, one for every arrival taken as the first of its event.

Whoever stands nearest hears first. So every arrival in turn is taken as the first of an event; with two later arrivals
at near sensors it fixes a place and a time (:mod:`starting`), and the other sensors are asked in the order of their
distance whether they heard what they then should have (a Kalman filter over sensors: each arrival taken in narrows
where the next is expected). A sensor where several arrivals stand in the gate waits until the gate is narrow. The
best of all threes is the arrival's proposal; :mod:`accepting` chooses among proposals.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from truceline.fusion.arrivals.air import Air, air_at, flight
from truceline.fusion.arrivals.network import Network, stood
from truceline.fusion.arrivals.picks import NO_CLUSTER, Picks, Taken, first_from, nearest_free
from truceline.fusion.arrivals.starting import bearing_of_plane, fitted_at_range, fitted_to_three, two_sources
from truceline.fusion.compiled import compiled, compiled_inner, in_parts
from truceline.model.columns import Floats, Ints

MOST_HITS = 96
"""Arrivals kept of one event."""

NOTHING = -1e30
"""Log odds of no proposal."""

_HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)
_WAITING = 24
_MOST_LATER = 512
_GIVE_UP = 12.0
_SURE = 10.0
_MOST_TRIES = 2048
_CLAIMS_FROM = 30.0
_MOST_FAR = 8
_FARTHER = 2.0
CLAIMED = -1.0
"""Number of arrivals of a proposal that was not sought, because an earlier one takes its first arrival in."""


class Search(NamedTuple):
    """How the search weighs what it meets.

    ``pick_error_s``: standard error of a picked time; ``air_error``: relative standard error of a travel time that
    the air still leaves; ``heard_share``: share of sensors in reach that hear an event; ``reach_m``: no event is
    heard beyond; ``gate``: standard errors within which an arrival may belong, never wider than ``widest_gate_s``;
    ``patience``: sensors without an arrival, before any has one, after which three arrivals are given up.
    """

    pick_error_s: float
    air_error: float
    heard_share: float
    reach_m: float
    gate: float
    widest_gate_s: float
    patience: int


class Proposal(NamedTuple):
    """An event proposed: log odds (against chance, beyond the first three), place, time and how many arrivals."""

    log_odds: float
    x_m: float
    y_m: float
    time_s: float
    arrivals: int


@compiled_inner
def _narrowed(cov: Floats, gain_x: float, gain_y: float, gain_t: float, variance: float) -> None:
    """What an arrival taken in leaves of the uncertainty (Kalman)."""
    for i in range(3):
        gain = (gain_x if i == 0 else (gain_y if i == 1 else gain_t)) / variance
        cov[i, 0] -= gain * gain_x
        cov[i, 1] -= gain * gain_y
        cov[i, 2] -= gain * gain_t


@compiled_inner
def _begun(
    three: Ints, x: float, y: float, t: float, range_m: float, speed: float, wind_x: float, wind_y: float,
    net: Network, picks: Picks, search: Search, cov: Floats,
) -> tuple[bool, float, float, float]:  # fmt: skip
    """The event that fits the first three arrivals, or the one at a range along their bearing where one is given."""
    if range_m > 0.0:
        x, y, t = fitted_at_range(
            three, x, y, t, range_m, speed, wind_x, wind_y, net, picks, search.pick_error_s, search.air_error, cov
        )
        return True, x, y, t
    return fitted_to_three(
        three, x, y, t, speed, wind_x, wind_y, net, picks, search.pick_error_s, search.air_error, cov
    )


@compiled_inner
def _grown(
    three: Ints, x: float, y: float, t: float, range_m: float, speed: float, wind_x: float, wind_y: float,
    net: Network, picks: Picks, taken: Taken, cluster: int, log_rate: Floats, search: Search,
    hits: Ints, cov: Floats, waiting: Ints,
) -> tuple[float, float, float, float, int]:  # fmt: skip
    first = picks.sensor[three[0]]
    ok, x, y, t = _begun(three, x, y, t, range_m, speed, wind_x, wind_y, net, picks, search, cov)
    away = math.sqrt((x - net.x_m[first]) ** 2 + (y - net.y_m[first]) ** 2)
    if not ok or away > search.reach_m:
        return NOTHING, x, y, t, 0
    second, third = picks.sensor[three[1]], picks.sensor[three[2]]
    hits[0], hits[1], hits[2] = three[0], three[1], three[2]
    many, kept, score, best, missed, late = 3, 3, 0.0, NOTHING, 0, 0
    log_miss = math.log(1.0 - search.heard_share)
    log_hit = math.log(search.heard_share) - _HALF_LOG_2PI
    neighbours = net.near.shape[1]
    for turn in range(neighbours + _WAITING):
        again = turn >= neighbours
        if turn >= neighbours + late:
            break
        if again:
            sensor = waiting[turn - neighbours]
        else:
            sensor = net.near[first, turn]
            if sensor < 0 or net.near_m[first, turn] > search.reach_m + away:
                continue
        if sensor in (second, third):
            continue
        travel, slope_x, slope_y, distance = flight(x, y, net.x_m[sensor], net.y_m[sensor], speed, wind_x, wind_y)
        if distance > search.reach_m:
            continue
        own = search.pick_error_s**2 + (search.air_error * travel) ** 2
        gain_x = cov[0, 0] * slope_x + cov[0, 1] * slope_y + cov[0, 2]
        gain_y = cov[1, 0] * slope_x + cov[1, 1] * slope_y + cov[1, 2]
        gain_t = cov[2, 0] * slope_x + cov[2, 1] * slope_y + cov[2, 2]
        variance = slope_x * gain_x + slope_y * gain_y + gain_t + own
        error = math.sqrt(variance)
        gate = min(search.gate * error, search.widest_gate_s)
        pick, rivals = nearest_free(picks, taken, -2, cluster, sensor, t + travel, gate)
        if pick >= 0 and rivals > 1 and not again and late < _WAITING and variance > 2.0 * own:
            waiting[late] = sensor
            late += 1
            continue
        if pick < 0 and not stood(net, sensor, t + travel):
            continue
        if pick < 0:
            score, missed = score + log_miss, missed + 1
            if (many == 3 and missed >= search.patience) or score < best - _GIVE_UP:
                break
            continue
        rest = picks.time_s[pick] - t - travel
        score += log_hit - math.log(error) - 0.5 * rest * rest / variance - log_rate[pick]
        x, y, t = x + gain_x / variance * rest, y + gain_y / variance * rest, t + gain_t / variance * rest
        _narrowed(cov, gain_x, gain_y, gain_t, variance)
        if many < len(hits):
            hits[many] = pick
            many += 1
        if score > best:
            best, kept = score, many
    return best, x, y, t, kept


class Room(NamedTuple):
    """Room for one search after another: later arrivals, where and when each was heard, sources, an event that grows.

    ``turn`` tells how many sensors stand nearer to the first's than that of a later arrival; ``x_m`` and ``y_m`` where
    that sensor stood in the moving air, ``after_s`` how long after the first it heard.
    """

    later: Ints
    turn: Ints
    x_m: Floats
    y_m: Floats
    after_s: Floats
    sources: Floats
    cov: Floats
    hits: Ints
    waiting: Ints
    three: Ints


@compiled
def room() -> Room:
    """Empty room."""
    return Room(
        np.empty(_MOST_LATER, np.int64), np.empty(_MOST_LATER, np.int64), np.empty(_MOST_LATER), np.empty(_MOST_LATER),
        np.empty(_MOST_LATER), np.empty((2 + _MOST_FAR, 3)), np.empty((3, 3)), np.empty(MOST_HITS, np.int64),
        np.empty(_WAITING, np.int64), np.empty(3, np.int64),
    )  # fmt: skip


@compiled_inner
def _later(
    first: int, wind_x: float, wind_y: float, net: Network, picks: Picks, taken: Taken, cluster: int, search: Search,
    sensors: int, slowest: float, space: Room,
) -> int:  # fmt: skip
    """Arrivals that may be later ones of the event heard first here: near by, within the time sound takes."""
    home, moment = picks.sensor[first], picks.time_s[first]
    slack = 3.0 * search.pick_error_s
    many = 0
    for turn in range(min(sensors, net.near.shape[1])):
        sensor = net.near[home, turn]
        if sensor < 0 or net.near_m[home, turn] > 2.0 * search.reach_m:
            break
        until = moment + net.near_m[home, turn] / slowest + slack
        pick = first_from(picks, sensor, moment - slack)
        end = picks.begin[sensor, picks.begin.shape[1] - 1]
        while pick < end and many < len(space.later) and picks.time_s[pick] <= until:
            if taken.event[pick] == -1 and (cluster == -1 or taken.cluster[pick] == cluster):
                after = picks.time_s[pick] - moment
                space.later[many], space.turn[many], space.after_s[many] = pick, turn, after
                # Sound is carried along by the wind: in the moving air the sensor stood elsewhere when it heard.
                space.x_m[many] = net.x_m[sensor] - net.x_m[home] - wind_x * after
                space.y_m[many] = net.y_m[sensor] - net.y_m[home] - wind_y * after
                many += 1
            pick += 1
    return many


@compiled_inner
def _holds(hits: Ints, many: int, pick: int) -> bool:
    at = 0
    while at < many and hits[at] != pick:
        at += 1
    return at < many


@compiled_inner
def _could_be_one(i: int, j: int, slowest: float, slack: float, space: Room) -> bool:
    """Whether two later arrivals, of two sensors, stand no farther apart in time than sound takes between them."""
    if space.turn[i] == space.turn[j]:
        return False
    ahead = abs(space.after_s[j] - space.after_s[i]) - slack
    if ahead <= 0.0:
        return True
    east, north = space.x_m[i] - space.x_m[j], space.y_m[i] - space.y_m[j]
    return bool((ahead * slowest) ** 2 <= east * east + north * north)


@compiled_inner
def _far_sources(i: int, j: int, found: int, speed: float, search: Search, space: Room) -> int:
    """Sources far out along the bearing, each twice as far, if two later arrivals do not tell how far; how many in all.

    None where the network is large against the reach: the nearest of them would be out of it.
    """
    far = 2.0 * max(math.hypot(space.x_m[i], space.y_m[i]), math.hypot(space.x_m[j], space.y_m[j]))
    if far > search.reach_m:
        return found
    error_s = math.sqrt(2.0 * search.pick_error_s**2 + (search.air_error * 0.5 * far / speed) ** 2)
    bearing = space.sources[found]
    if not bearing_of_plane(
        space.x_m[i], space.y_m[i], space.x_m[j], space.y_m[j], space.after_s[i], space.after_s[j], speed, error_s,
        bearing,
    ):  # fmt: skip
        return found
    east, north = bearing[0], bearing[1]
    while far <= search.reach_m and found < len(space.sources):
        space.sources[found, 0], space.sources[found, 1], space.sources[found, 2] = far * east, far * north, far
        found, far = found + 1, _FARTHER * far
    return found


@compiled_inner
def sought(
    first: int, air: Air, net: Network, picks: Picks, taken: Taken, cluster: int, log_rate: Floats, search: Search,
    sensors: int, tried: int, quick: bool, best_hits: Ints, space: Room,
) -> tuple[float, float, float, float, int]:  # fmt: skip
    """The same as :func:`proposed`, without the pairs of the so many nearest sensors tried.

    Who is ``quick`` does not begin again from two later arrivals that a firm event found before holds both.
    """
    home, moment = picks.sensor[first], picks.time_s[first]
    speed, wind_x, wind_y = air_at(air, net.x_m[home], net.y_m[home], moment)
    slowest = max(speed - math.hypot(wind_x, wind_y), 0.5 * speed) * (1.0 - 2.0 * search.air_error)
    slack = 3.0 * search.pick_error_s
    many = _later(first, wind_x, wind_y, net, picks, taken, cluster, search, sensors, slowest, space)
    space.three[0] = first
    best, best_x, best_y, best_t, best_n = NOTHING, 0.0, 0.0, 0.0, 0
    untried, tries = 0, 0
    while untried < many and space.turn[untried] < tried:
        untried += 1
    for i in range(many):
        if tries >= _MOST_TRIES:
            break
        known = quick and best > _SURE and _holds(best_hits, best_n, space.later[i])
        for j in range(max(i + 1, untried), many):
            if not _could_be_one(i, j, slowest, slack, space):
                continue
            if known and _holds(best_hits, best_n, space.later[j]):
                continue
            found = two_sources(
                space.x_m[i], space.y_m[i], space.x_m[j], space.y_m[j], space.after_s[i], space.after_s[j], speed,
                space.sources,
            )  # fmt: skip
            crossing, found = found, _far_sources(i, j, found, speed, search, space)
            for k in range(found):
                away = space.sources[k, 2]
                if away > search.reach_m:
                    continue
                tries += 1
                travel = away / speed
                space.three[1], space.three[2] = space.later[i], space.later[j]
                score, x, y, t, n = _grown(
                    space.three, net.x_m[home] + space.sources[k, 0] - wind_x * travel,
                    net.y_m[home] + space.sources[k, 1] - wind_y * travel,
                    moment - travel, 0.0 if k < crossing else away, speed, wind_x, wind_y, net, picks, taken, cluster,
                    log_rate, search, space.hits, space.cov, space.waiting,
                )  # fmt: skip
                if n >= 4 and score > best:
                    best, best_x, best_y, best_t, best_n = score, x, y, t, n
                    for h in range(n):
                        best_hits[h] = space.hits[h]
                    known = quick and best > _SURE and _holds(best_hits, best_n, space.later[i])
    return best, best_x, best_y, best_t, best_n


@compiled_inner
def proposed(
    first: int, air: Air, net: Network, picks: Picks, taken: Taken, cluster: int, log_rate: Floats, search: Search,
    sensors: int, best_hits: Ints, space: Room,
) -> tuple[float, float, float, float, int]:  # fmt: skip
    """The best event of which this arrival is the first: log odds, x, y, time, arrivals (0 if there is none)."""
    return sought(first, air, net, picks, taken, cluster, log_rate, search, sensors, 0, False, best_hits, space)


@compiled
def _proposals(
    firsts: Ints, tried: Ints, row_of: Ints, begin: int, end: int, air: Air, net: Network, picks: Picks, taken: Taken,
    log_rate: Floats, search: Search, sensors: int, quick: bool, out: Floats,
) -> None:  # fmt: skip
    space, hits = room(), np.empty(MOST_HITS, np.int64)
    claimed = np.zeros(end - begin, np.bool_)
    for row in range(begin, end):
        out[row, 0], out[row, 4] = NOTHING, 0.0
        if claimed[row - begin]:
            out[row, 4] = CLAIMED
            continue
        if tried[row] >= sensors:
            continue
        best, x, y, t, many = sought(
            firsts[row],
            air,
            net,
            picks,
            taken,
            NO_CLUSTER,
            log_rate,
            search,
            sensors,
            tried[row],
            quick,
            hits,
            space,
        )
        out[row, 0], out[row, 1], out[row, 2], out[row, 3], out[row, 4] = best, x, y, t, many
        if quick and best > _CLAIMS_FROM:
            for i in range(many):
                later = row_of[hits[i]]
                if row < later < end:
                    claimed[later - begin] = True


def proposals(
    firsts: Ints, heard: tuple[Air, Network, Picks], held: tuple[Taken, Floats], search: Search, sensors: int,
    tried: Ints | None = None,
) -> Floats:  # fmt: skip
    """For each arrival the best event it is the first of: rows of log odds, x, y, time and number of arrivals.

    ``heard``: through which air, by which network, and what. ``held``: who holds which arrival, and the log rate of
    chance at each. ``tried``: among how many nearest sensors the arrival was
    the first of nothing when it was last asked; pairs of those are not tried again. The search is then quick:
    arrivals are asked in order of time, and one that a firm proposal of a little earlier takes in is not asked at all
    (its number of arrivals is ``CLAIMED``). Without it every arrival is asked for all.
    """
    air, net, picks = heard
    taken, log_rate = held
    order = np.argsort(picks.time_s[firsts], kind="stable")
    in_time = firsts[order]
    before = np.zeros(len(firsts), dtype=np.int64) if tried is None else tried[order]
    row_of = np.full(len(picks.time_s), -1, dtype=np.int64)
    row_of[in_time] = np.arange(len(firsts))
    rows = np.empty((len(firsts), 5))
    in_parts(
        len(firsts),
        lambda begin, end: _proposals(
            in_time, before, row_of, begin, end, air, net, picks, taken, log_rate, search, sensors, tried is not None,
            rows,
        ),
    )  # fmt: skip
    out = np.empty_like(rows)
    out[order] = rows
    return out
