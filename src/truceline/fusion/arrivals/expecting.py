"""What each sensor should have heard, and when, of the events that stand firm.

An event is foretold at a sensor from the other sensors alone: where the sensor's own arrival took part in placing the
event, its pull is taken out again (deleted residuals: Cook & Weisberg 1982, Residuals and Influence in Regression,
ch. 2). Whether it should have heard is asked only of events that a farther sensor heard; which share of such
sensors hears, by distance, the network itself tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from truceline.fusion.arrivals.air import Air, air_at, air_between
from truceline.fusion.arrivals.settling import Events, World
from truceline.fusion.compiled import compiled
from truceline.model.columns import Floats, Ints, Mask

_LEAST_LOG_ODDS = 3.0
_FEWEST_HEARERS = 4
_WIDEST_ERROR_S = 0.5
LEAST_OF_OTHERS = 0.2
"""Share of a foretold time that must come from the other sensors, for the sensor to be held against it."""


class Firm(NamedTuple):
    """Events that stand firm, in order of time: place, air there, covariance, hearers, the farthest and how far it is.

    ``next_far_m`` is the distance of the farthest hearer but one; ``everywhere`` is the air away from the events.
    """

    row: Ints
    x_m: Floats
    y_m: Floats
    time_s: Floats
    air: Floats
    covariance: Floats
    farthest: Ints
    far_m: Floats
    next_far_m: Floats
    home: Ints
    hits: Ints
    everywhere: Air


@dataclass(frozen=True)
class Foretold:
    """Events in reach of one sensor, in order of time: when it should have heard each, with error, and whether at all.

    ``event`` is the row among all events, ``firm`` that among the firm ones; ``heard`` tells that the sensor holds an
    arrival of it. ``chance`` is the probability that a sound sensor there hears it (0 where no farther sensor did). The
    error is infinite where the others do not tell when.
    """

    event: Ints
    firm: Ints
    time_s: Floats
    error_s: Floats
    heard: Mask
    chance: Floats


@compiled
def _air_of(air: Air, state: Floats, out: Floats) -> None:
    for row in range(len(state)):
        out[row, 0], out[row, 1], out[row, 2] = air_at(air, state[row, 1], state[row, 2], state[row, 3])


@compiled
def _air_toward(air: Air, x_m: Floats, y_m: Floats, time_s: Floats, to_x_m: float, to_y_m: float, out: Floats) -> None:
    for row in range(len(x_m)):
        out[row, 0], out[row, 1], out[row, 2] = air_between(air, x_m[row], y_m[row], time_s[row], to_x_m, to_y_m)


def firm_events(events: Events, sure: Mask, world: World) -> Firm:
    """The events to hold sensors against: probably real, at one place only, heard by four or more."""
    able = sure & (events.state[:, 0] > _LEAST_LOG_ODDS) & (events.state[:, 4] >= _FEWEST_HEARERS)
    row = np.flatnonzero(able & np.isfinite(events.cov).all(axis=(1, 2)))
    row = row[np.lexsort((events.state[row, 1], events.state[row, 3]))]
    state, hits = events.state[row], events.hits[row]
    air = np.empty((len(row), 3))
    _air_of(world.air, state, air)
    net = world.net
    sensor = np.where(hits >= 0, world.picks.sensor[hits], -1) if len(row) else np.zeros((0, 2), np.int64)
    apart = np.hypot(net.x_m[sensor] - state[:, 1:2], net.y_m[sensor] - state[:, 2:3])
    apart = np.where(sensor >= 0, apart, -1.0)
    order = np.argsort(-apart, axis=1, kind="stable")[:, :2]
    pairs = np.arange(len(row))
    return Firm(
        row, state[:, 1], state[:, 2], state[:, 3], air, events.cov[row], sensor[pairs, order[:, 0]],
        apart[pairs, order[:, 0]], apart[pairs, order[:, 1]], events.home[row], hits, world.air,
    )  # fmt: skip


def travel_s(firm: Firm, rows: Ints, x_m: float, y_m: float) -> tuple[Floats, Floats, Floats, Floats]:
    """Travel time from some firm events to a place, its change per metre the event moves, and the distance."""
    east, north = x_m - firm.x_m[rows], y_m - firm.y_m[rows]
    distance = np.hypot(east, north) + 1e-6
    along_x, along_y = east / distance, north / distance
    air = firm.air[rows]
    if firm.everywhere.node.size > air.shape[1]:
        _air_toward(firm.everywhere, firm.x_m[rows], firm.y_m[rows], firm.time_s[rows], x_m, y_m, air)
    effective = air[:, 0] + along_x * air[:, 1] + along_y * air[:, 2]
    return distance / effective, -along_x / effective, -along_y / effective, distance


def _in_reach(firm: Firm, world: World, sensor: int, parts: int) -> tuple[Ints, Ints]:
    """Firm events that a farther sensor heard, and in which part of its distance the sensor stands."""
    far = np.where(firm.farthest == sensor, firm.next_far_m, firm.far_m)
    distance = np.hypot(world.net.x_m[sensor] - firm.x_m, world.net.y_m[sensor] - firm.y_m)
    known = np.flatnonzero(distance < far - 1e-6)
    return known, np.minimum((distance[known] / far[known] * parts).astype(np.int64), parts - 1)


def foretold(firm: Firm, world: World, sensor: int, own: dict[int, float], share: Floats) -> Foretold:
    """What one sensor should have heard while it stood; ``own``: the time of its arrival for each firm event held."""
    net, search = world.net, world.search
    every = np.arange(len(firm.row))
    _, _, _, distance = travel_s(firm, every, net.x_m[sensor], net.y_m[sensor])
    arrives_s = firm.time_s + distance / firm.air[:, 0]
    there = (arrives_s >= net.since_s[sensor]) & (arrives_s < net.until_s[sensor])
    there[np.fromiter(own, np.int64, len(own))] = True
    rows = every[there & (distance <= search.reach_m)]
    travel, slope_x, slope_y, _ = travel_s(firm, rows, net.x_m[sensor], net.y_m[sensor])
    slope = np.stack([slope_x, slope_y, np.ones(len(rows))], axis=1)
    of_event = np.einsum("ei,eij,ej->e", slope, firm.covariance[rows], slope)
    of_pick = search.pick_error_s**2 + (search.air_error * travel) ** 2
    time_s, variance = firm.time_s[rows] + travel, of_pick + of_event
    heard = np.isin(rows, np.fromiter(own, np.int64, len(own)))
    at = np.flatnonzero(heard)
    arrived = np.array([own[row] for row in rows[at].tolist()])
    others = np.maximum(1.0 - of_event[at] / of_pick[at], 1e-3)
    time_s[at] = arrived - (arrived - time_s[at]) / others
    variance[at] = np.where(others > LEAST_OF_OTHERS, of_pick[at] / others, np.inf)
    chance = np.zeros(len(every))
    known, part = _in_reach(firm, world, sensor, len(share))
    chance[known] = share[part]
    variance[variance > _WIDEST_ERROR_S**2] = np.inf
    return Foretold(firm.row[rows], rows, time_s, np.sqrt(variance), heard, chance[rows])
