"""Events that stand side by side trade arrivals: each to the event whose time it fits better, if both together gain.

An event that was accepted early also fills its gaps (sensors that did not hear it) with arrivals of its neighbours that
happen to stand in its gate. Taken singly such an arrival is worth as much to one as to the other; only how well it fits
tells whose it is.
"""

from __future__ import annotations

import math

import numpy as np

from truceline.fusion.arrivals.air import Air, air_between, flight
from truceline.fusion.arrivals.growing import Search
from truceline.fusion.arrivals.network import Network
from truceline.fusion.arrivals.picks import Picks, Taken, first_from
from truceline.fusion.compiled import compiled_inner
from truceline.model.columns import Floats, Ints, Mask

_LEAST_GAIN = 1e-3


@compiled_inner
def _misfit(event: int, pick: int, state: Floats, air: Air, net: Network, picks: Picks, search: Search) -> float:
    """Half the squared standard errors by which an arrival misses an event's expectation, and the log of its error."""
    x, y, t = state[event, 1], state[event, 2], state[event, 3]
    sensor = picks.sensor[pick]
    speed, wind_x, wind_y = air_between(air, x, y, t, net.x_m[sensor], net.y_m[sensor])
    travel, _, _, _ = flight(x, y, net.x_m[sensor], net.y_m[sensor], speed, wind_x, wind_y)
    variance = search.pick_error_s**2 + (search.air_error * travel) ** 2
    rest = picks.time_s[pick] - t - travel
    return float(0.5 * rest * rest / variance + 0.5 * math.log(variance))


@compiled_inner
def _held_at(event: int, sensor: int, hits: Ints, picks: Picks) -> int:
    """The place in its list of the arrival an event has at a sensor, or -1."""
    for i in range(hits.shape[1]):
        if hits[event, i] < 0:
            break
        if picks.sensor[hits[event, i]] == sensor:
            return i
    return -1


@compiled_inner
def _drop(event: int, place: int, state: Floats, hits: Ints) -> None:
    last = int(state[event, 4]) - 1
    hits[event, place] = hits[event, last]
    hits[event, last] = -1
    state[event, 4] = last


@compiled_inner
def _hand_over(
    event: int, other: int, pick: int, held: int, mine: int, back: bool, state: Floats, hits: Ints, picks: Picks,
    taken: Taken,
) -> None:  # fmt: skip
    """The event takes the other's arrival; its own at that sensor goes to the other, or is free."""
    theirs = _held_at(other, picks.sensor[pick], hits, picks)
    if back:
        hits[other, theirs] = held
        taken.event[held] = other
    else:
        _drop(other, theirs, state, hits)
        if held >= 0:
            taken.event[held] = -1
    if mine >= 0:
        hits[event, mine] = pick
    else:
        hits[event, int(state[event, 4])] = pick
        state[event, 4] += 1
    taken.event[pick] = event


@compiled_inner
def traded(
    state: Floats, home: Ints, hits: Ints, stands: Mask, air: Air, net: Network, picks: Picks, taken: Taken,
    log_rate: Floats, search: Search, fewest: int, touched: Mask,
) -> int:  # fmt: skip
    """One round of trades, event by event; how many there were. ``touched`` marks events that must be settled anew."""
    trades = 0
    heard, missed = math.log(search.heard_share) - 0.5 * math.log(2 * math.pi), math.log(1.0 - search.heard_share)
    for event in range(len(state)):
        if not stands[event]:
            continue
        x, y, t = state[event, 1], state[event, 2], state[event, 3]
        away = math.hypot(x - net.x_m[home[event]], y - net.y_m[home[event]])
        farthest = 0.0
        for i in range(int(state[event, 4])):
            sensor = picks.sensor[hits[event, i]]
            farthest = max(farthest, math.hypot(net.x_m[sensor] - x, net.y_m[sensor] - y))
        for turn in range(-1, net.near.shape[1]):
            sensor = home[event] if turn < 0 else net.near[home[event], turn]
            if sensor < 0 or (turn >= 0 and net.near_m[home[event], turn] > farthest + away):
                break
            speed, wind_x, wind_y = air_between(air, x, y, t, net.x_m[sensor], net.y_m[sensor])
            travel, _, _, distance = flight(x, y, net.x_m[sensor], net.y_m[sensor], speed, wind_x, wind_y)
            if distance > farthest:
                continue
            gate = search.gate * math.sqrt(search.pick_error_s**2 + (search.air_error * travel) ** 2)
            mine = _held_at(event, sensor, hits, picks)
            held = hits[event, mine] if mine >= 0 else -1
            now = heard - _misfit(event, held, state, air, net, picks, search) - log_rate[held] if held >= 0 else missed
            best, pick_best, return_best = _LEAST_GAIN, -1, False
            pick = first_from(picks, sensor, t + travel - gate)
            end = picks.begin[sensor, picks.begin.shape[1] - 1]
            while pick < end and picks.time_s[pick] <= t + travel + gate:
                other = taken.event[pick]
                if other >= 0 and other != event and (held >= 0 or state[other, 4] > fewest):
                    gain = heard - _misfit(event, pick, state, air, net, picks, search) - log_rate[pick] - now
                    loss = heard - _misfit(other, pick, state, air, net, picks, search) - log_rate[pick]
                    instead, returned = missed, False
                    if held >= 0:
                        back = heard - _misfit(other, held, state, air, net, picks, search) - log_rate[held]
                        if back > instead:
                            instead, returned = back, True
                    if not returned and state[other, 4] <= fewest:
                        instead = -1e9
                    if gain + instead - loss > best:
                        best, pick_best, return_best = gain + instead - loss, pick, returned
                pick += 1
            if pick_best < 0:
                continue
            other = taken.event[pick_best]
            _hand_over(event, other, pick_best, held, mine, return_best, state, hits, picks, taken)
            touched[event] = True
            touched[other] = True
            trades += 1
    return trades


def none_touched(events: int) -> Mask:
    """No event touched yet."""
    return np.zeros(events, dtype=bool)
