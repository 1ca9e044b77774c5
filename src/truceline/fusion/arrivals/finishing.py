"""The last look at each event: place, time, uncertainty from its own arrivals, its mirror image, its probability."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from truceline.fusion.arrivals.accepting import chance
from truceline.fusion.arrivals.changing_air import Field
from truceline.fusion.arrivals.contested_arrivals import contested_spread
from truceline.fusion.arrivals.echoes import echo_rates, flurries
from truceline.fusion.arrivals.growing import NOTHING
from truceline.fusion.arrivals.inherited import place_errors
from truceline.fusion.arrivals.medium import air_terms
from truceline.fusion.arrivals.network import nearest_sensor
from truceline.fusion.arrivals.picks import FREE, NO_CLUSTER, Taken
from truceline.fusion.arrivals.rival_arrangements import carried
from truceline.fusion.arrivals.second_places import APART, other_places
from truceline.fusion.arrivals.settling import Events, Starts, World, settle_all
from truceline.model import LocatedEvents
from truceline.model.columns import Floats, Ints, Mask

_NOT_FREE = -3
_LEAST_MIRROR = 0.01
_FEWEST = 4
_MOST_MOVES = 3
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
    """Each event at the more probable of two places: that found, and the most probable of all others.

    Others are its image beyond the line through its hearers, and those of :mod:`second_places`, where another arrival
    takes the place of a doubtful one. An event that moves there takes the free arrivals it needs, and is asked again.
    """
    if not len(events.home):
        return events, Mirrors(np.empty(0), np.empty(0), np.empty(0))
    for _ in range(_MOST_MOVES):
        there, gap = _elsewhere(events, world, taken, log_rate)
        moves = _movable(gap, there, taken)
        if not moves.any():
            break
        events, taken = kept(_chosen(moves, there, events), np.ones(len(gap), dtype=bool), len(taken.event))
    else:
        there, gap = _elsewhere(events, world, taken, log_rate)
    # One that may not move, since another event wants its arrivals, is as probably here as there: nobody can say.
    share = 1.0 / (1.0 + np.exp(np.clip(-gap, 0, 700)))
    shown = (gap > -np.inf) & (share >= _LEAST_MIRROR)
    x, y = np.where(shown, there.state[:, 1], np.nan), np.where(shown, there.state[:, 2], np.nan)
    return events, Mirrors(x, y, np.where(shown, share, 0.0))


def _elsewhere(events: Events, world: World, taken: Taken, log_rate: Floats) -> tuple[Events, Floats]:
    """The most probable other place of each event, and how much its log odds are above those of the event."""
    image, other = _images(events, world, taken, log_rate), other_places(events, world, taken, log_rate)
    there = _chosen(other.state[:, 0] > image.state[:, 0], other, image)
    return there, np.where(there.state[:, 0] > NOTHING, there.state[:, 0] - events.state[:, 0], -np.inf)


def _chosen(which: Mask, one: Events, other: Events) -> Events:
    """Row by row the one, where asked for, or the other."""
    return Events(
        np.where(which[:, None], one.state, other.state), np.where(which, one.home, other.home),
        np.where(which[:, None], one.hits, other.hits), np.where(which[:, None, None], one.cov, other.cov),
    )  # fmt: skip


def _movable(gain: Floats, there: Events, taken: Taken) -> Mask:
    """Which events may move: those that gain, the most first, while no other event has the free arrivals they need."""
    wanted, moves = set[int](), np.zeros(len(gain), dtype=bool)
    for row in np.lexsort((there.state[:, 3], -gain)).tolist():
        if not gain[row] > 0:
            break
        needs = {int(hit) for hit in there.hits[row] if hit >= 0 and taken.event[hit] != row}
        if not needs & wanted:
            moves[row] = True
            wanted |= needs
    return moves


def _images(events: Events, world: World, taken: Taken, log_rate: Floats) -> Events:
    """Each event's own arrivals settled from its image across; log odds ``NOTHING`` where that is no other place."""
    image = _across(events, world)
    own = Taken(np.where(taken.event == FREE, _NOT_FREE, taken.event), taken.cluster)
    home = nearest_sensor(world.net, image[:, 0], image[:, 1])
    there = settle_all(Starts(image, home, np.arange(len(home))), world, own, log_rate, 8)
    apart = np.hypot(there.state[:, 1] - events.state[:, 1], there.state[:, 2] - events.state[:, 2])
    error_m = np.sqrt(np.maximum(events.cov[:, 0, 0] + events.cov[:, 1, 1], 0))
    second = (there.state[:, 4] >= _FEWEST) & (apart > APART * error_m)
    return there._replace(state=np.where(second[:, None], there.state, NOTHING))


def _across(events: Events, world: World) -> Floats:
    """The image of each event behind the line that lies best among its hearers."""
    heard = events.hits >= 0
    sensor = np.where(heard, world.picks.sensor[events.hits], 0)
    east, north = (np.where(heard, along[sensor], 0.0) for along in (world.net.x_m, world.net.y_m))
    number = np.maximum(heard.sum(axis=1), 1)
    middle = np.c_[east.sum(axis=1), north.sum(axis=1)] / number[:, None]
    east, north = (np.where(heard, a - m[:, None], 0.0) for a, m in ((east, middle[:, 0]), (north, middle[:, 1])))
    turn = 0.5 * np.arctan2(2 * (east * north).sum(axis=1), (east * east - north * north).sum(axis=1))
    normal = np.c_[-np.sin(turn), np.cos(turn)]
    place = events.state[:, 1:3]
    beside = ((place - middle) * normal).sum(axis=1)
    image: Floats = np.c_[place - 2.0 * beside[:, None] * normal, events.state[:, 3]]
    return image


def air_errors(events: Events, world: World, common: Floats, field: Field | None) -> Floats:
    """What the air's own uncertainty adds to each event's covariance: of the mean, or where and when it was heard."""
    terms = air_terms(events, world.air, world.net, world.picks, world.search.pick_error_s)
    if field is not None:
        return place_errors(events, field, terms.lever, world)
    return terms.lever @ common @ terms.lever.transpose(0, 2, 1)


def shared_otherwise(events: Events, searched: Events, world: World, taken: Taken, log_rate: Floats) -> Floats:
    """What is added to each event's covariance since arrivals of a crowd may have been shared out otherwise.

    One by one (:mod:`contested_arrivals`), or as another search arranged them (:mod:`rival_arrangements`), which the
    ``cov`` of the events as ``searched`` tells. Events that no other event crowds keep theirs.
    """
    of_rivals = carried(searched.cov, searched, events, len(taken.event))
    return contested_spread(events, world, taken, log_rate, of_rivals) + of_rivals


def located(events: Events, mirrors: Mirrors, covariance: Floats, event_of: Ints, ground_m: Floats) -> LocatedEvents:
    """The events as they are handed over, in order of time, with their covariance, the air's own uncertainty in it.

    ``ground_m`` is the height of the ground around each sensor, on which events near it are taken to stand (NaN: not
    known).
    """
    order = np.argsort(events.state[:, 3], kind="stable")
    number = np.full(len(order) + 1, -1, dtype=np.int64)
    number[order] = np.arange(len(order))
    state = events.state[order]
    return LocatedEvents(
        x_m=state[:, 1],
        y_m=state[:, 2],
        z_m=ground_m[events.home[order]],
        time_s=state[:, 3],
        probability=1.0 / (1.0 + np.exp(-np.clip(state[:, 0], -700, 700))),
        covariance=covariance[order],
        arrivals=state[:, 4].astype(np.int64),
        mirror_x_m=mirrors.x_m[order],
        mirror_y_m=mirrors.y_m[order],
        mirror_share=mirrors.share[order],
        assigned=number[event_of],
    )
