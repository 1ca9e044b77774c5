"""Events that crowd each other: what is taken apart is put together no worse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from truceline.fusion.arrivals import LocateSettings
from truceline.fusion.arrivals.accepting import accept, accepted_events, best_first, chance
from truceline.fusion.arrivals.picks import Taken
from truceline.fusion.arrivals.rearranging import (
    Standing,
    _as_events,
    _contests,
    _give_free_arrivals,
    _keep_free,
    _stand,
    _sweep,
    rearranged,
)

Make = Callable[..., Any]
"""A fixture that makes hours."""

SETTINGS = LocateSettings()


def holders_agree(standing: Standing, taken: Taken) -> None:
    """Who holds an arrival lists it, and whoever lists one holds it."""
    held = np.full(len(taken.event), -1)
    for event in np.flatnonzero(standing.stands):
        hits = standing.hits[event][standing.hits[event] >= 0]
        assert len(hits) == standing.state[event, 4]
        assert (held[hits] == -1).all()
        held[hits] = event
    assert (held == taken.event).all()


@pytest.mark.parametrize("seed", range(4))
def test_each_sweep_keeps_the_books_and_never_loses_log_odds(hour: Make, seen: Make, seed: int):
    world, _, _ = seen(hour(seed, events=6, salvo=14, noise=30))
    events, taken = accepted_events(world, SETTINGS)
    log_rate = chance(world, taken, 0.0, free_only=True)
    standing, taken = _stand(events, world, taken, log_rate, SETTINGS)
    holders_agree(standing, taken)
    for lifted in (1, 1, 2):
        before = standing.state[standing.stands, 0].sum()
        _sweep(standing, world, (taken, log_rate), SETTINGS, lifted)
        holders_agree(standing, taken)
        assert standing.state[standing.stands, 0].sum() >= before - 1e-6
        assert (standing.state[standing.stands, 4] >= SETTINGS.fewest_arrivals).all()
    out, held = _as_events(standing, taken)
    for event, hits in enumerate(out.hits):
        assert (held.event[hits[hits >= 0]] == event).all()
    assert (held.event >= 0).sum() == (out.hits >= 0).sum()


def test_a_shot_robbed_by_another_is_put_right(hour: Make, seen: Make):
    """Half the arrivals of one shot of a salvo are left out of its event; the sweep gives them back."""
    put_right = 0
    for seed in range(4):
        made = hour(seed, events=0, salvo=8, noise=0, missed=0.0, error_s=0.01)
        world, order, _ = seen(made)
        events, taken = accepted_events(world, SETTINGS)
        whole, held = rearranged(events, world, taken, SETTINGS)
        true = made.event[order]
        for event in range(len(whole.home)):
            mine = true[held.event == event]
            put_right += (mine == np.bincount(mine).argmax()).mean() > 0.9 and len(mine) > 6
    assert put_right >= 28


def test_contests_are_arrivals_of_others_where_an_event_expects_its_own(hour: Make, seen: Make):
    world, _, _ = seen(hour(1, events=4, salvo=10, noise=0))
    events, taken = accepted_events(world, SETTINGS)
    standing, taken = _stand(events, world, taken, chance(world, taken, 0.0, free_only=True), SETTINGS)
    pairs = np.empty((5000, 2), dtype=np.int64)
    many = _contests(standing, world.air, world.net, world.picks, taken, world.search, pairs)
    picks, search = world.picks, world.search
    expected = []
    for event in np.flatnonzero(standing.stands):
        x, y, t = standing.state[event, 1:4]
        distance = np.hypot(world.net.x_m - x, world.net.y_m - y)[picks.sensor]
        close = np.abs(picks.time_s - t - distance / 340.0) <= 4.0 * search.pick_error_s
        rivals = close & (distance <= search.reach_m) & (taken.event >= 0) & (taken.event != event)
        expected += [(event, other) for other in taken.event[rivals]]
    assert sorted(map(tuple, pairs[:many].tolist())) == sorted(expected)
    assert many > 0


def test_a_free_arrival_goes_to_the_event_that_expects_one_nearest_to_it(hour: Make, seen: Make):
    world, _, _ = seen(hour(2, events=4, salvo=10, noise=120))
    events, taken = accepted_events(world, SETTINGS)
    standing, taken = _stand(events, world, taken, chance(world, taken, 0.0, free_only=True), SETTINGS)
    cluster = np.arange(len(standing.home)) + 100
    apart = np.full(len(taken.event), np.inf)
    taken.cluster[:] = -1
    # Many free arrivals amid a salvo: several events expect one near to each.
    taken.event[::3] = -1
    _give_free_arrivals(standing, cluster, world.air, world.net, world.picks, taken, world.search, apart)
    picks, stands = world.picks, np.flatnonzero(standing.stands)
    x, y, t = standing.state[stands, 1:4].T
    distance = np.hypot(world.net.x_m[picks.sensor][:, None] - x, world.net.y_m[picks.sensor][:, None] - y)
    gap = np.abs(picks.time_s[:, None] - t - distance / 340.0)
    gap = np.where((distance <= world.search.reach_m) & (gap <= 2.0), gap, np.inf)
    assert ((taken.event < 0) & (np.isfinite(gap).sum(axis=1) > 1)).sum() > 10
    for row in range(len(taken.event)):
        if taken.event[row] >= 0 or not np.isfinite(gap[row].min()):
            assert taken.cluster[row] == -1
        else:
            assert taken.cluster[row] == 100 + stands[gap[row].argmin()]
            assert apart[row] == pytest.approx(gap[row].min(), abs=1e-6)


def test_the_best_is_accepted_first_and_holds_its_arrivals():
    hits = np.array([[0, 1, 2, -1], [2, 3, 4, -1], [5, 6, -1, -1], [7, -1, -1, -1]])
    log_odds = np.array([5.0, 9.0, 5.0, 1.0])
    event_of, accepted = np.full(8, -1), np.full(4, -1)
    after = accept(best_first(log_odds), log_odds, hits, event_of, accepted, 2.0, 10)
    assert after == 12
    assert accepted.tolist() == [-1, 10, 11, -1]
    assert event_of.tolist() == [-1, -1, 10, 10, 10, 11, 11, -1]


def test_what_is_free_is_kept_by_the_best_and_who_keeps_too_little_falls():
    standing = Standing(np.zeros((3, 5)), np.zeros(3, np.int64), np.full((3, 6), -1), np.zeros(3, bool))
    taken = Taken(np.full(10, -1), np.full(10, -1))
    hits = np.array([[0, 1, 2, 3, -1, -1], [2, 3, 4, 5, 6, -1], [3, 7, 8, 9, 0, -1]])
    state = np.array([[1.0, 10, 11, 12, 4], [3.0, 20, 21, 22, 5], [2.0, 30, 31, 32, 5]])
    _keep_free(best_first(state[:, 0]), state, np.array([4, 5, 6]), hits, 4, standing, taken)
    assert standing.stands.tolist() == [False, True, True]
    assert standing.state[:, 4].tolist() == [0, 5, 4]
    assert standing.home.tolist() == [0, 5, 6]
    assert taken.event.tolist() == [2, -1, 1, 1, 1, 1, 1, 2, 2, 2]
    assert standing.hits.tolist() == [[-1] * 6, [2, 3, 4, 5, 6, -1], [7, 8, 9, 0, -1, -1]]
