"""What the last look at the events was done with, kept so that one of them can be looked at again by itself.

:func:`workings` keeps it, :func:`alone` brings one event back: its own arrivals, the sensors near its home, the air.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from truceline.fusion.arrivals.air import Air
from truceline.fusion.arrivals.growing import Search
from truceline.fusion.arrivals.network import NOBODY, Network
from truceline.fusion.arrivals.picks import ordered
from truceline.fusion.arrivals.settling import Belief as SettlingBelief
from truceline.fusion.arrivals.settling import Events, World
from truceline.fusion.arrivals.thinning import told_of
from truceline.model import AirUsed, Belief, LocatedEvents, Workings
from truceline.model.columns import Floats, Ints

_NO_PATIENCE = 0


def workings(events: Events, world: World, log_chance: Floats, air_covariance: Floats, arrival_of: Ints) -> Workings:
    """The workings of events as they are handed over: in order of time, arrivals in the order they came in."""
    order = np.argsort(events.state[:, 3], kind="stable")
    net, search, air = world.net, world.search, world.air
    return Workings(
        sensor_x_m=net.x_m,
        sensor_y_m=net.y_m,
        sensor_z_m=net.z_m,
        ground_m=net.ground_m,
        since_s=net.since_s,
        until_s=net.until_s,
        time_s=told_of(world.picks.time_s, arrival_of, math.nan),
        log_chance=told_of(log_chance, arrival_of, math.nan),
        home=events.home[order],
        log_odds=events.state[order, 0],
        air=AirUsed(
            air.node, air.from_s, air.step_s, air.west_m, air.step_x_m, air.south_m, air.step_y_m, air_covariance
        ),
        belief=Belief(
            search.pick_error_s, search.air_error, search.heard_share, search.reach_m, search.gate,
            world.belief.log_rate, world.belief.heard_within, net.near.shape[1],
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class Alone:
    """One event by itself: the sensors asked (rows of the whole network, nearest to its home first), its arrivals.

    ``sensor`` and ``arrival`` are rows of the whole; ``world`` counts them anew, with ``home`` the first sensor and
    ``log_chance`` in the order of its arrivals; ``arrival[i]`` is the row of the world's arrival ``i``. ``start`` is
    where the event was found: x, y and time.
    """

    sensor: Ints
    arrival: Ints
    world: World
    log_chance: Floats
    start: Floats


def alone(kept: Workings, events: LocatedEvents, sensor_of: Ints, row: int) -> Alone:
    """One event with all that was asked for it. ``sensor_of`` gives the sensor of every arrival."""
    home = int(kept.home[row])
    apart = np.hypot(kept.sensor_x_m - kept.sensor_x_m[home], kept.sensor_y_m - kept.sensor_y_m[home])
    apart[home] = -1.0
    sensor = np.argsort(apart, kind="stable")[: kept.belief.most_sensors + 1]
    place = np.full(len(kept.sensor_x_m), NOBODY, dtype=np.int64)
    place[sensor] = np.arange(len(sensor))
    mine = np.flatnonzero(events.assigned == row)
    mine = mine[place[sensor_of[mine]] >= 0]
    picks, number = ordered(kept.time_s[mine], place[sensor_of[mine]], len(sensor))
    arrival = np.empty(len(picks.time_s), dtype=np.int64)
    arrival[number[::-1]] = mine[::-1]  # of two rows that tell of one arrival the first is named
    start = np.array([events.x_m[row], events.y_m[row], events.time_s[row]])
    used, belief = kept.air, kept.belief
    air = Air(used.node, used.from_s, used.step_s, used.west_m, used.step_x_m, used.south_m, used.step_y_m)
    search = Search(
        belief.pick_error_s, belief.air_error, belief.heard_share, belief.reach_m, belief.gate, 1.0, _NO_PATIENCE
    )
    world = World(_asked(kept, sensor), picks, air, search, SettlingBelief(belief.log_rate, belief.heard_within))
    return Alone(sensor, arrival, world, kept.log_chance[arrival], start)


def _asked(kept: Workings, sensor: Ints) -> Network:
    """The sensors asked as a network of which only the first knows its neighbours."""
    x_m, y_m = kept.sensor_x_m[sensor], kept.sensor_y_m[sensor]
    near = np.full((len(sensor), max(len(sensor) - 1, 1)), NOBODY, dtype=np.int64)
    near_m = np.full(near.shape, np.inf)
    near[0, : len(sensor) - 1] = np.arange(1, len(sensor))
    near_m[0, : len(sensor) - 1] = np.hypot(x_m[1:] - x_m[0], y_m[1:] - y_m[0])
    return Network(
        x_m, y_m, near, near_m, kept.sensor_z_m[sensor], kept.ground_m[sensor], kept.since_s[sensor],
        kept.until_s[sensor],
    )  # fmt: skip


def without(one: Alone, gone: int) -> Alone:
    """The same event as if one of the sensors asked (by its place among them) had never stood there.

    Where that is the event's home, the nearest of the others takes its part; the ground stays that of the event.
    """
    net, picks = one.world.net, one.world.picks
    keep = np.flatnonzero(np.arange(len(net.x_m)) != gone)
    if gone == 0:
        apart = np.hypot(net.x_m[keep] - one.start[0], net.y_m[keep] - one.start[1])
        keep = keep[np.r_[np.argmin(apart), np.flatnonzero(np.arange(len(keep)) != np.argmin(apart))]]
        rest = np.hypot(net.x_m[keep] - net.x_m[keep[0]], net.y_m[keep] - net.y_m[keep[0]])
        keep = keep[np.argsort(rest, kind="stable")]
    near = np.full((len(keep), max(len(keep) - 1, 1)), NOBODY, dtype=np.int64)
    near_m = np.full(near.shape, np.inf)
    near[0, : len(keep) - 1] = np.arange(1, len(keep))
    near_m[0, : len(keep) - 1] = np.hypot(net.x_m[keep[1:]] - net.x_m[keep[0]], net.y_m[keep[1:]] - net.y_m[keep[0]])
    ground = np.full(len(keep), net.ground_m[0])
    fewer = Network(
        net.x_m[keep], net.y_m[keep], near, near_m, net.z_m[keep], ground, net.since_s[keep], net.until_s[keep]
    )
    place = np.full(len(net.x_m), NOBODY, dtype=np.int64)
    place[keep] = np.arange(len(keep))
    stay = np.flatnonzero(picks.sensor != gone)
    again, number = ordered(picks.time_s[stay], place[picks.sensor[stay]], len(keep))
    from_old = np.empty(len(stay), dtype=np.int64)
    from_old[number] = stay
    world = World(fewer, again, one.world.air, one.world.search, one.world.belief)
    return Alone(one.sensor[keep], one.arrival[from_old], world, one.log_chance[from_old], one.start)
