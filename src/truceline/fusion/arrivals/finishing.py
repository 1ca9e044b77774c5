"""The last look at each event: place, time, uncertainty from its own arrivals, its mirror image, its probability."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from truceline.fusion.arrivals.accepting import chance
from truceline.fusion.arrivals.echoes import echo_rates, flurries
from truceline.fusion.arrivals.medium import air_terms
from truceline.fusion.arrivals.network import nearest_sensor
from truceline.fusion.arrivals.picks import FREE, NO_CLUSTER, Taken
from truceline.fusion.arrivals.settling import Events, Starts, World, settle_all
from truceline.model import LocatedEvents
from truceline.model.columns import Floats, Ints, Mask

_NOT_FREE = -3
_LEAST_MIRROR = 0.01
_FEWEST = 4
LAST_ROUNDS = 8
"""Rounds in which an event settles on its own arrivals."""


@dataclass(frozen=True)
class Mirrors:
    """The second place of each event, and its share of the probability (0 where there is none)."""

    x_m: Floats
    y_m: Floats
    share: Floats


def settled_on_own(events: Events, world: World, taken: Taken, log_rate: Floats) -> tuple[Events, Taken]:
    """Each event where its own arrivals alone put it; arrivals that do not fit any more are free again."""
    own = Taken(np.where(taken.event == FREE, _NOT_FREE, taken.event), np.full(len(taken.event), NO_CLUSTER, np.int64))
    events = settle_all(
        Starts(events.state[:, 1:4].copy(), events.home, np.arange(len(events.home))), world, own, log_rate, LAST_ROUNDS
    )
    return kept(events, events.state[:, 4] >= _FEWEST, len(taken.event))


def without_echoes(events: Events, world: World, taken: Taken, least: float) -> tuple[Events, Taken, Floats]:
    """The events that stand when their arrivals may be echoes or come in a flurry, who holds what, and chance rates.

    What falls leaves its arrivals free, and so tells of more echoes: the events are asked again until none falls.
    """
    while True:
        log_rate = chance(world, taken, 0.0, free_only=True)
        echo, flurry = echo_rates(world.picks, taken), flurries(world.picks, taken)
        if not echo.any() and not (flurry > 1.0).any():
            return events, taken, log_rate
        log_rate = np.log(np.exp(log_rate) * flurry + echo)
        events, taken = settled_on_own(events, world, taken, log_rate)
        stand = events.state[:, 0] > least
        if stand.all():
            return events, taken, log_rate
        events, taken = kept(events, stand, len(taken.event))


def settled_in(events: Events, world: World) -> Events:
    """The events where their arrivals put them in another air; each keeps its arrivals."""
    _, own = kept(events, np.ones(len(events.home), dtype=bool), len(world.picks.time_s))
    own = Taken(np.where(own.event == FREE, _NOT_FREE, own.event), own.cluster)
    wide = world.search._replace(gate=2.0 * world.search.gate)
    log_rate = np.zeros(len(world.picks.time_s))
    again = settle_all(
        Starts(events.state[:, 1:4].copy(), events.home, np.arange(len(events.home))),
        replace(world, search=wide),
        own,
        log_rate,
        6,
    )
    return again.take(np.flatnonzero(again.state[:, 4] >= _FEWEST))


def _as_they_stand(events: Events) -> Starts:
    """Each event from where it is, by its own number."""
    return Starts(events.state[:, 1:4].copy(), events.home, np.arange(len(events.home)))


def kept(events: Events, keep: Mask, arrivals: int) -> tuple[Events, Taken]:
    """The events to keep, numbered anew, and who holds which arrival."""
    events = events.take(np.flatnonzero(keep))
    event_of = np.full(arrivals, FREE, dtype=np.int64)
    row, column = np.nonzero(events.hits >= 0)
    event_of[events.hits[row, column]] = row
    return events, Taken(event_of, np.full(arrivals, NO_CLUSTER, dtype=np.int64))


def mirrored(events: Events, world: World, taken: Taken, log_rate: Floats) -> tuple[Events, Mirrors]:
    """Each event at the more probable of two places: that found, and its image beyond the line through its hearers."""
    rows = len(events.home)
    if not rows:
        return events, Mirrors(np.empty(0), np.empty(0), np.empty(0))
    other = _across(events, world)
    own = Taken(np.where(taken.event == FREE, _NOT_FREE, taken.event), taken.cluster)
    home = nearest_sensor(world.net, other[:, 0], other[:, 1])
    there = settle_all(Starts(other, home, np.arange(rows)), world, own, log_rate, LAST_ROUNDS)
    apart = np.hypot(there.state[:, 1] - events.state[:, 1], there.state[:, 2] - events.state[:, 2])
    error_m = np.sqrt(np.maximum(events.cov[:, 0, 0] + events.cov[:, 1, 1], 0))
    second = (there.state[:, 4] >= _FEWEST) & (apart > 3 * error_m)
    gap = np.where(second, there.state[:, 0] - events.state[:, 0], -np.inf)
    better = gap > 0
    share = 1.0 / (1.0 + np.exp(np.clip(np.abs(gap), 0, 700)))
    first = Events(
        np.where(better[:, None], there.state, events.state),
        np.where(better, there.home, events.home),
        np.where(better[:, None], there.hits, events.hits),
        np.where(better[:, None, None], there.cov, events.cov),
    )
    shown = second & (share >= _LEAST_MIRROR)
    x = np.where(better, events.state[:, 1], there.state[:, 1])
    y = np.where(better, events.state[:, 2], there.state[:, 2])
    return first, Mirrors(np.where(shown, x, np.nan), np.where(shown, y, np.nan), np.where(shown, share, 0.0))


def _across(events: Events, world: World) -> Floats:
    """The image of each event behind the line that lies best among its hearers."""
    image = np.empty((len(events.home), 3))
    for row, hits in enumerate(events.hits):
        sensors = world.picks.sensor[hits[hits >= 0]]
        points = np.c_[world.net.x_m[sensors], world.net.y_m[sensors]]
        middle = points.mean(axis=0)
        _, _, axes = np.linalg.svd(points - middle, full_matrices=False)
        normal = np.array([-axes[0, 1], axes[0, 0]])
        place = events.state[row, 1:3]
        image[row, :2] = place - 2.0 * np.dot(place - middle, normal) * normal
        image[row, 2] = events.state[row, 3]
    return image


def located(events: Events, mirrors: Mirrors, world: World, air_covariance: Floats, event_of: Ints) -> LocatedEvents:
    """The events as they are handed over, in order of time; the air's own uncertainty is added to theirs."""
    terms = air_terms(events, world.air, world.net, world.picks, world.search.pick_error_s)
    covariance = events.cov + terms.lever @ air_covariance @ terms.lever.transpose(0, 2, 1)
    order = np.argsort(events.state[:, 3], kind="stable")
    number = np.full(len(order) + 1, -1, dtype=np.int64)
    number[order] = np.arange(len(order))
    state = events.state[order]
    return LocatedEvents(
        x_m=state[:, 1],
        y_m=state[:, 2],
        z_m=np.zeros(len(order)),
        time_s=state[:, 3],
        probability=1.0 / (1.0 + np.exp(-np.clip(state[:, 0], -700, 700))),
        covariance=covariance[order],
        arrivals=state[:, 4].astype(np.int64),
        mirror_x_m=mirrors.x_m[order],
        mirror_y_m=mirrors.y_m[order],
        mirror_share=mirrors.share[order],
        assigned=number[event_of],
    )
