"""Long records are searched in tiles of time, each with a halo around its core; the tile is part of the method.

**Question.** Which events do the arrivals of a long record tell of, when neither the memory nor the time of one search
may grow faster than the record?

**In** the world as learned from the whole record (sensors, air, error of picks, hearing: the same for all tiles), the
arrivals, and a search that turns a world into events. **Out** the events in order of their tile, and who holds which
arrival.

**Method.** The record is cut by number of arrivals, not by the clock: each core holds about 32,768 of them, or 128
per sensor in a large network, so that a tile tells how thick chance arrivals stand at each sensor; a cut falls in the
widest gap between arrivals near its place. The halo is twice the time sound takes over the reach and two minutes for a
crowd of events that hangs together; no core is shorter than two halos. A tile keeps the events in its core and a little
beyond; where two tiles tell of one event, or two events want one arrival, the better keeps it. Every run, on one core
or many machines, is tiled alike: tiles depend on the arrivals only, each is a pure function of its own arrivals, and
what they find is put together in their order. So neither the number of workers nor the order in which tiles are done
changes a bit of the result.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np

from truceline.fusion.arrivals.accepting import best_first, together
from truceline.fusion.arrivals.picks import FREE, NO_CLUSTER, Taken, in_buckets
from truceline.fusion.arrivals.settling import Events, World
from truceline.fusion.compiled import cores
from truceline.model.columns import Floats, Ints

_ARRIVALS = 32_768
_PER_SENSOR = 128
_CROWD_S = 120.0
_BEYOND_S = 2.0
_SHIFT = 0.02


@dataclass(frozen=True)
class Tile:
    """A stretch of time whose events are kept, the world with the arrivals that are asked for them, and which they are.

    ``arrivals`` are their numbers in the whole record.
    """

    begin_s: float
    end_s: float
    world: World
    arrivals: Ints


Find = Callable[[World], Events]
"""A search: from a world to its events."""

Workers = Callable[[Callable[[Tile], Events], Iterable[Tile]], Iterable[Events]]
"""Whoever does the tiles, like ``map``: threads here, processes or a cluster elsewhere. Answers keep the order."""


def threads(work: Callable[[Tile], Events], tiles: Iterable[Tile]) -> Iterator[Events]:
    """As many tiles at a time as this process may use cores; no more of them are made beforehand."""
    with ThreadPoolExecutor(cores()) as pool:
        waiting: deque[Future[Events]] = deque()
        for tile in tiles:
            waiting.append(pool.submit(work, tile))
            if len(waiting) > cores():
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def tiled(world: World, find: Find, fewest: int, workers: Workers = threads) -> tuple[Events, Taken]:
    """The events of a record of any length, and who holds which arrival; ``fewest`` arrivals make an event."""
    arrivals = len(world.picks.time_s)
    order = np.argsort(world.picks.time_s, kind="stable")
    cuts = _cuts(world, order)
    if not len(cuts):
        events = find(world)
    else:
        parts = list(workers(partial(_kept, find), _tiles(world, order, cuts)))
        events = _each_once(together(parts), arrivals, fewest)
    event_of = np.full(arrivals, FREE, dtype=np.int64)
    row, column = np.nonzero(events.hits >= 0)
    event_of[events.hits[row, column]] = row
    return events, Taken(event_of, np.full(arrivals, NO_CLUSTER, dtype=np.int64))


def halo_s(world: World) -> float:
    """How much longer than its core a tile listens, on either side."""
    slowest = 0.5 * float(world.air.node[..., 0].min())
    return world.search.reach_m / slowest + _CROWD_S


def _cuts(world: World, order: Ints) -> Floats:
    """Where cores meet: as many arrivals in each, in the widest gap there; no core shorter than both its halos."""
    time_s, sensors = world.picks.time_s, len(world.net.x_m)
    many = len(order)
    if not many:
        return np.empty(0)
    span_s = float(time_s[order[-1]] - time_s[order[0]])
    parts = min(round(many / max(_ARRIVALS, _PER_SENSOR * sensors)), int(span_s / (2.0 * halo_s(world))))
    found = []
    for part in range(1, parts):
        at, aside = part * many // parts, max(1, int(_SHIFT * many / parts))
        near = time_s[order[at - aside : at + aside + 1]]
        widest = int(np.argmax(np.diff(near)))
        found.append(0.5 * (near[widest] + near[widest + 1]))
    return np.asarray(found, dtype=np.float64)


def _tiles(world: World, order: Ints, cuts: Floats) -> Iterator[Tile]:
    picks, halo = world.picks, halo_s(world)
    in_time = picks.time_s[order]
    edges = np.r_[-np.inf, cuts, np.inf]
    for begin_s, end_s in pairwise(edges.tolist()):
        low, high = np.searchsorted(in_time, [begin_s - halo, end_s + halo])
        rows = np.sort(order[low:high])
        part = in_buckets(picks.time_s[rows], picks.sensor[rows], picks.begin.shape[0])
        yield Tile(begin_s, end_s, replace(world, picks=part), rows)


def _kept(find: Find, tile: Tile) -> Events:
    """The events of a tile's core and a little beyond, with their arrivals numbered as in the whole record."""
    events = find(tile.world)
    time_s = events.state[:, 3]
    events = events.take(np.flatnonzero((time_s >= tile.begin_s - _BEYOND_S) & (time_s < tile.end_s + _BEYOND_S)))
    return events._replace(hits=np.where(events.hits >= 0, tile.arrivals[events.hits], -1))


def _each_once(events: Events, arrivals: int, fewest: int) -> Events:
    """Every arrival to one event: of two that want one, the better keeps it; who keeps too few was the same event."""
    claims = np.bincount(events.hits[events.hits >= 0], minlength=arrivals)
    wanted = np.where(events.hits >= 0, claims[events.hits], 0) > 1
    rows = np.flatnonzero(wanted.any(axis=1))
    gone, given = [], set[int]()
    for row in rows[best_first(events.state[rows, 0])]:
        own = [pick for pick in events.hits[row].tolist() if pick >= 0 and pick not in given]
        if len(own) < fewest:
            gone.append(int(row))
            continue
        given.update(own)
        events.hits[row] = -1
        events.hits[row, : len(own)] = own
        events.state[row, 4] = len(own)
    return events.take(np.setdiff1d(np.arange(len(events.home)), gone))
