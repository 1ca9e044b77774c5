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
from truceline.fusion.arrivals.network import Network
from truceline.fusion.arrivals.picks import NO_CLUSTER, Picks, Taken, first_from, nearest_free
from truceline.fusion.arrivals.starting import fitted_to_three, two_sources
from truceline.fusion.compiled import compiled, in_parts
from truceline.model.columns import Floats, Ints

MOST_HITS = 96
"""Arrivals kept of one event."""

NOTHING = -1e30
"""Log odds of no proposal."""

_HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)
_WAITING = 24
_MOST_LATER = 512
_GIVE_UP = 12.0


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


@compiled
def _narrowed(cov: Floats, gain_x: float, gain_y: float, gain_t: float, variance: float) -> None:
    """What an arrival taken in leaves of the uncertainty (Kalman)."""
    for i in range(3):
        gain = (gain_x if i == 0 else (gain_y if i == 1 else gain_t)) / variance
        cov[i, 0] -= gain * gain_x
        cov[i, 1] -= gain * gain_y
        cov[i, 2] -= gain * gain_t


@compiled
def _grown(
    three: Ints, x: float, y: float, t: float, speed: float, wind_x: float, wind_y: float,
    net: Network, picks: Picks, taken: Taken, cluster: int, log_rate: Floats, search: Search,
    hits: Ints, cov: Floats, waiting: Ints,
) -> tuple[float, float, float, float, int]:  # fmt: skip
    first = picks.sensor[three[0]]
    ok, x, y, t = fitted_to_three(
        three, x, y, t, speed, wind_x, wind_y, net, picks, search.pick_error_s, search.air_error, cov
    )
    away = math.hypot(x - net.x_m[first], y - net.y_m[first])
    if not ok or away > search.reach_m:
        return NOTHING, x, y, t, 0
    second, third = picks.sensor[three[1]], picks.sensor[three[2]]
    hits[:3] = three[:3]
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


@compiled
def _later(
    first: int, speed: float, wind: float, net: Network, picks: Picks, taken: Taken, cluster: int, search: Search,
    sensors: int, out: Ints,
) -> int:  # fmt: skip
    """Arrivals that may be later ones of the event heard first here: near by, within the time sound takes."""
    home, moment = picks.sensor[first], picks.time_s[first]
    slowest = max(speed - wind, 0.5 * speed) * (1.0 - 2.0 * search.air_error)
    slack = 3.0 * search.pick_error_s
    many = 0
    for turn in range(min(sensors, net.near.shape[1])):
        sensor = net.near[home, turn]
        if sensor < 0 or net.near_m[home, turn] > 2.0 * search.reach_m:
            break
        until = moment + net.near_m[home, turn] / slowest + slack
        pick = first_from(picks, sensor, moment - slack)
        end = picks.begin[sensor, picks.begin.shape[1] - 1]
        while pick < end and picks.time_s[pick] <= until:
            if taken.event[pick] == -1 and many < len(out) and (cluster == -1 or taken.cluster[pick] == cluster):
                out[many] = pick
                many += 1
            pick += 1
    return many


@compiled
def proposed(
    first: int, air: Air, net: Network, picks: Picks, taken: Taken, cluster: int, log_rate: Floats, search: Search,
    sensors: int, best_hits: Ints,
) -> tuple[float, float, float, float, int]:  # fmt: skip
    """The best event of which this arrival is the first: log odds, x, y, time, arrivals (0 if there is none)."""
    home, moment = picks.sensor[first], picks.time_s[first]
    speed, wind_x, wind_y = air_at(air, net.x_m[home], net.y_m[home], moment)
    slowest = max(speed - math.hypot(wind_x, wind_y), 0.5 * speed) * (1.0 - 2.0 * search.air_error)
    slack = 3.0 * search.pick_error_s
    later = np.empty(_MOST_LATER, np.int64)
    sources, cov = np.empty((2, 3)), np.empty((3, 3))
    hits, waiting, three = np.empty(MOST_HITS, np.int64), np.empty(_WAITING, np.int64), np.empty(3, np.int64)
    three[0] = first
    many = _later(first, speed, math.hypot(wind_x, wind_y), net, picks, taken, cluster, search, sensors, later)
    best, best_x, best_y, best_t, best_n = NOTHING, 0.0, 0.0, 0.0, 0
    for i in range(many):
        second = picks.sensor[later[i]]
        after_second = picks.time_s[later[i]] - moment
        # Sound is carried along by the wind: in the moving air the second sensor stood elsewhere when it heard.
        second_x = net.x_m[second] - net.x_m[home] - wind_x * after_second
        second_y = net.y_m[second] - net.y_m[home] - wind_y * after_second
        for j in range(i + 1, many):
            third = picks.sensor[later[j]]
            if third == second:
                continue
            between = math.hypot(net.x_m[second] - net.x_m[third], net.y_m[second] - net.y_m[third])
            if abs(picks.time_s[later[j]] - picks.time_s[later[i]]) > between / slowest + slack:
                continue
            after_third = picks.time_s[later[j]] - moment
            third_x = net.x_m[third] - net.x_m[home] - wind_x * after_third
            third_y = net.y_m[third] - net.y_m[home] - wind_y * after_third
            found = two_sources(second_x, second_y, third_x, third_y, after_second, after_third, speed, sources)
            for k in range(found):
                if sources[k, 2] > search.reach_m:
                    continue
                travel = sources[k, 2] / speed
                three[1], three[2] = later[i], later[j]
                score, x, y, t, n = _grown(
                    three, net.x_m[home] + sources[k, 0] - wind_x * travel,
                    net.y_m[home] + sources[k, 1] - wind_y * travel,
                    moment - travel, speed, wind_x, wind_y, net, picks, taken, cluster, log_rate, search, hits, cov,
                    waiting,
                )  # fmt: skip
                if n >= 4 and score > best:
                    best, best_x, best_y, best_t, best_n = score, x, y, t, n
                    for h in range(n):
                        best_hits[h] = hits[h]
    return best, best_x, best_y, best_t, best_n


@compiled
def _proposals(
    firsts: Ints, begin: int, end: int, air: Air, net: Network, picks: Picks, taken: Taken, log_rate: Floats,
    search: Search, sensors: int, out: Floats, hits: Ints,
) -> None:  # fmt: skip
    for row in range(begin, end):
        score, x, y, t, n = proposed(
            firsts[row], air, net, picks, taken, NO_CLUSTER, log_rate, search, sensors, hits[row]
        )
        out[row, 0], out[row, 1], out[row, 2], out[row, 3], out[row, 4] = score, x, y, t, n


def proposals(
    firsts: Ints, heard: tuple[Air, Network, Picks], taken: Taken, log_rate: Floats, search: Search, sensors: int
) -> Floats:
    """For each arrival the best event it is the first of: rows of log odds, x, y, time and number of arrivals.

    ``heard``: through which air, by which network, and what.
    """
    air, net, picks = heard
    out = np.empty((len(firsts), 5))
    hits = np.empty((len(firsts), MOST_HITS), dtype=np.int64)
    in_parts(
        len(firsts),
        lambda begin, end: _proposals(firsts, begin, end, air, net, picks, taken, log_rate, search, sensors, out, hits),
    )
    return out
