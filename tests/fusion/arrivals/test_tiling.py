"""Whoever does the tiles, and in whatever order: the same events to the last bit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
import pytest

from truceline.fusion.arrivals import locating, tiling
from truceline.fusion.arrivals.locating import _searched
from truceline.fusion.arrivals.settings import LocateSettings
from truceline.fusion.arrivals.settling import Events
from truceline.fusion.arrivals.tiling import Tile, halo_s, threads, tiled

Make = Callable[..., Any]
SETTINGS = LocateSettings()
FIND = partial(_searched, SETTINGS)


@pytest.fixture
def long(hour: Make, seen: Make, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401
    """A record of several hours, in tiles of a few hundred arrivals."""
    monkeypatch.setattr(tiling, "_ARRIVALS", 300)
    monkeypatch.setattr(tiling, "_PER_SENSOR", 1)
    world, _, _ = seen(hour(8, events=300, noise=600, span_s=20_000.0, salvo=10), gate=2.2)
    return world


def bytes_of(found: tuple[Events, Any]) -> bytes:
    events, taken = found
    return b"".join(part.tobytes() for part in (*events[:3], taken.event))


def backwards(work: Callable[[Tile], Events], tiles: Iterable[Tile]) -> Iterable[Events]:
    return reversed([work(tile) for tile in reversed(list(tiles))])


def shuffled(seed: int, work: Callable[[Tile], Events], tiles: Iterable[Tile]) -> Iterable[Events]:
    waiting = list(tiles)
    done = {int(i): work(waiting[i]) for i in np.random.default_rng(seed).permutation(len(waiting))}
    return [done[i] for i in range(len(waiting))]


def by(workers: int, work: Callable[[Tile], Events], tiles: Iterable[Tile]) -> Iterable[Events]:
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, tiles))


def test_any_number_of_workers_in_any_order_finds_the_same_bytes(long: Any, monkeypatch: pytest.MonkeyPatch):  # noqa: ANN401
    alone = bytes_of(tiled(long, FIND, 4, map))
    ways = [threads, backwards, *(partial(shuffled, seed) for seed in range(3)), *(partial(by, n) for n in (1, 2, 5))]
    for workers in ways:
        assert bytes_of(tiled(long, FIND, 4, workers)) == alone
    monkeypatch.setattr(tiling, "cores", lambda: 7)
    assert bytes_of(tiled(long, FIND, 4, threads)) == alone


def test_tiles_find_what_the_whole_finds_and_no_arrival_twice(long: Any, monkeypatch: pytest.MonkeyPatch):  # noqa: ANN401
    sizes: list[int] = []

    def counting(work: Callable[[Tile], Events], tiles: Iterable[Tile]) -> Iterable[Events]:
        for tile in tiles:
            sizes.append(len(tile.arrivals))
            assert tile.end_s - tile.begin_s > 2 * halo_s(long)
            yield work(tile)

    events, taken = tiled(long, FIND, 4, counting)
    assert len(sizes) > 5
    assert max(sizes) < 0.4 * len(long.picks.time_s)
    held = events.hits[events.hits >= 0]
    assert len(set(held.tolist())) == len(held)
    assert (np.bincount(taken.event[taken.event >= 0]) == events.state[:, 4]).all()
    monkeypatch.setattr(tiling, "_ARRIVALS", 10**9)
    whole, _ = tiled(long, FIND, 4)
    mine, theirs = ({frozenset(row[row >= 0].tolist()) for row in one.hits} for one in (events, whole))
    assert len(mine & theirs) > 0.95 * len(theirs)
    assert abs(len(mine) - len(theirs)) <= 3


def test_an_event_astride_a_cut_is_found_once(hour: Make, seen: Make, monkeypatch: pytest.MonkeyPatch):
    made = hour(9, events=60, noise=30, span_s=6000.0, missed=0.0)
    world, _, _ = seen(made, gate=2.2)
    monkeypatch.setattr(tiling, "_cuts", lambda *_: np.array([made.truth[20, 2], made.truth[30, 2] + 1e-3]))
    events, _ = tiled(world, FIND, 4)
    for row in (20, 30):
        assert (np.abs(events.state[:, 3] - made.truth[row, 2]) < 0.5).sum() == 1


def test_long_days_are_located_the_same_on_any_number_of_cores(hour: Make, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tiling, "_ARRIVALS", 500)
    monkeypatch.setattr(tiling, "_PER_SENSOR", 1)
    made = hour(10, events=200, noise=400, span_s=20_000.0)
    told = []
    for many in (1, 4):
        monkeypatch.setattr(tiling, "cores", lambda many=many: many)
        events = locating.locate(made.sensors, made.arrivals).events
        told.append(b"".join(part.tobytes() for part in (events.x_m, events.covariance, events.assigned)))
    assert told[0] == told[1]
