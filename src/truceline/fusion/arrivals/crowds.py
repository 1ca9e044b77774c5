"""Who crowds whom: events that expect an arrival where another holds one, and free arrivals that belong among them."""

from __future__ import annotations

import math
from typing import NamedTuple

from truceline.fusion.arrivals.air import Air, air_between, flight
from truceline.fusion.arrivals.growing import Search
from truceline.fusion.arrivals.network import Network
from truceline.fusion.arrivals.picks import Picks, Taken, first_from
from truceline.fusion.arrivals.refilling import Standing
from truceline.fusion.compiled import compiled_inner
from truceline.model.columns import Floats, Ints

_CONTEST_ERRORS = 4.0
_OWN_WITHIN_S = 2.0
_NO_MORE, _OUT_OF_REACH = -1, -2


class Crowd(NamedTuple):
    """Who stands near whom: neighbours of event *e* are ``near[begin[e]:begin[e + 1]]``, most contested first."""

    near: Ints
    begin: Ints


@compiled_inner
def _expected(
    x: float, y: float, t: float, home: int, turn: int, air: Air, net: Network, search: Search
) -> tuple[int, float]:
    """The sensor whose turn it is (-1: the home sensor) and when it should have heard an event, or why none."""
    away = math.hypot(x - net.x_m[home], y - net.y_m[home])
    sensor = home if turn < 0 else net.near[home, turn]
    if sensor < 0 or (turn >= 0 and net.near_m[home, turn] > search.reach_m + away):
        return _NO_MORE, 0.0
    speed, wind_x, wind_y = air_between(air, x, y, t, net.x_m[sensor], net.y_m[sensor])
    travel, _, _, distance = flight(x, y, net.x_m[sensor], net.y_m[sensor], speed, wind_x, wind_y)
    if distance > search.reach_m:
        return _OUT_OF_REACH, 0.0
    return sensor, t + travel


@compiled_inner
def _contests(standing: Standing, air: Air, net: Network, picks: Picks, taken: Taken, search: Search, out: Ints) -> int:
    """Pairs (event, other) for each arrival of the other that stands where the event expects one; how many."""
    many = 0
    gate = _CONTEST_ERRORS * search.pick_error_s
    for event in range(len(standing.state)):
        if not standing.stands[event]:
            continue
        _, x, y, t, _ = standing.state[event]
        for turn in range(-1, net.near.shape[1]):
            sensor, expected = _expected(x, y, t, standing.home[event], turn, air, net, search)
            if sensor == _NO_MORE:
                break
            if sensor == _OUT_OF_REACH:
                continue
            pick = first_from(picks, sensor, expected - gate)
            end = picks.begin[sensor, picks.begin.shape[1] - 1]
            while pick < end and picks.time_s[pick] <= expected + gate:
                other = taken.event[pick]
                if other >= 0 and other != event:
                    if many < len(out):
                        out[many, 0], out[many, 1] = event, other
                    many += 1
                pick += 1
    return many


@compiled_inner
def _give_free_arrivals(
    standing: Standing,
    cluster_of: Ints,
    air: Air,
    net: Network,
    picks: Picks,
    taken: Taken,
    search: Search,
    apart_s: Floats,
) -> None:
    """A free arrival belongs to the cluster of the event that expects one nearest to it."""
    for event in range(len(standing.state)):
        if not standing.stands[event]:
            continue
        _, x, y, t, _ = standing.state[event]
        for turn in range(-1, net.near.shape[1]):
            sensor, expected = _expected(x, y, t, standing.home[event], turn, air, net, search)
            if sensor == _NO_MORE:
                break
            if sensor == _OUT_OF_REACH:
                continue
            pick = first_from(picks, sensor, expected - _OWN_WITHIN_S)
            end = picks.begin[sensor, picks.begin.shape[1] - 1]
            while pick < end and picks.time_s[pick] <= expected + _OWN_WITHIN_S:
                apart = abs(picks.time_s[pick] - expected)
                if taken.event[pick] == -1 and apart < apart_s[pick]:
                    apart_s[pick], taken.cluster[pick] = apart, cluster_of[event]
                pick += 1
