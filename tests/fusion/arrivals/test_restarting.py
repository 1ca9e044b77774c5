"""Crowds searched again from other beginnings: the better arrangement stays, group by group."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.fusion.arrivals import LocateSettings, rearranging
from truceline.fusion.arrivals.accepting import accepted_events, chance
from truceline.fusion.arrivals.candidates import candidates
from truceline.fusion.arrivals.growing import MOST_HITS
from truceline.fusion.arrivals.rearranging import _as_events, _crowded_arrivals, _stand, rearranged
from truceline.fusion.arrivals.restarting import begun_again, better, holders, unlike, wanting
from truceline.fusion.arrivals.settling import Events

Make = Callable[..., Any]
"""A fixture that makes hours."""

SETTINGS = LocateSettings()
ARRIVALS = 24


def events_of(parts: list[tuple[float, list[int]]]) -> Events:
    """Events with these log odds and arrivals."""
    hits = np.full((len(parts), MOST_HITS), -1, dtype=np.int64)
    for row, (_, mine) in enumerate(parts):
        hits[row, : len(mine)] = mine
    state = np.array([[odds, 0.0, 0.0, 0.0, len(mine)] for odds, mine in parts]).reshape(-1, 5)
    return Events(state, np.zeros(len(parts), np.int64), hits, np.full((len(parts), 3, 3), np.nan))


@st.composite
def arrangements(draw: st.DrawFn) -> Events:
    """Arrivals shared out among up to six events, some to none."""
    owner = draw(st.lists(st.integers(-1, 5), min_size=ARRIVALS, max_size=ARRIVALS))
    odds = draw(st.lists(st.floats(0.5, 50.0), min_size=6, max_size=6))
    parts = [(odds[k], [i for i, mine in enumerate(owner) if mine == k]) for k in range(6)]
    return events_of([part for part in parts if part[1]])


@given(arrangements(), arrangements())
def test_the_better_holds_each_arrival_once_and_explains_no_less_than_either(one: Events, other: Events):
    best = better(one, other, ARRIVALS)
    held = best.hits[best.hits >= 0]
    assert len(np.unique(held)) == len(held)
    assert best.state[:, 0].sum() >= max(one.state[:, 0].sum(), other.state[:, 0].sum()) - 1e-4
    assert (holders(best, ARRIVALS).event[best.hits[:, 0]] == np.arange(len(best.home))).all()


@given(arrangements())
def test_an_arrangement_is_like_itself_and_no_better(one: Events):
    assert not unlike(one, one, ARRIVALS).any()
    assert (better(one, one, ARRIVALS).hits == one.hits).all()


def test_of_two_groups_each_stays_as_it_is_explained_best():
    one = events_of([(9.0, [0, 1, 2, 3]), (5.0, [4, 5, 6, 7]), (6.0, [8, 9, 10, 11])])
    other = events_of([(4.0, [0, 1, 4, 5]), (4.0, [2, 3, 6, 7]), (8.0, [8, 9, 10, 12])])
    best = better(one, other, ARRIVALS)
    assert sorted(best.state[:, 0].tolist()) == [5.0, 8.0, 9.0]
    differs = unlike(one, other, ARRIVALS)
    assert differs[:8].all()
    assert not differs[8:].any()


def test_nothing_against_something_is_unlike():
    one = events_of([(9.0, [0, 1, 2, 3])])
    assert unlike(one, events_of([]), ARRIVALS)[:4].all()
    assert (better(events_of([]), one, ARRIVALS).hits == one.hits).all()
    assert (better(one, events_of([]), ARRIVALS).hits == one.hits).all()


def crowd(hour: Make, hear: Make, seen: Make, seed: int) -> tuple[Any, Events, Any]:
    """Shots seven tenths of a second apart in an air of noise, as they were accepted."""
    made, rng = hour(seed, events=4, salvo=0, noise=0), np.random.default_rng(seed)
    middle = made.place.mean(axis=0)
    shots = np.c_[rng.normal(middle, 300.0, (20, 2)), 3000.0 + np.cumsum(rng.exponential(0.7, 20))]
    world, _, _ = seen(
        hear(made.place, np.r_[made.truth, shots], rng, error_s=0.05, missed=0.2, noise=60, heard_m=6000.0)
    )
    search = world.search._replace(pick_error_s=0.05, heard_share=0.8)
    world = type(world)(world.net, world.picks, world.air, search, world.belief)
    return world, *accepted_events(world, SETTINGS)


def test_another_beginning_is_drawn_alike_every_time_and_only_where_it_is_asked(hour: Make, hear: Make, seen: Make):
    world, events, taken = crowd(hour, hear, seen, 3)
    log_rate = chance(world, taken, 0.0, free_only=True)
    standing, taken = _stand(events, world, taken, log_rate, SETTINGS)
    began, _ = _as_events(standing, taken)
    offered = candidates(_crowded_arrivals(standing, world, taken), world, log_rate, 4, 0.0)
    assert len(offered.home) > 0
    asked = np.zeros(len(log_rate), dtype=bool)
    asked[offered.hit] = True
    first, held = begun_again(offered, asked, (began, began), (world, log_rate), SETTINGS, 0)
    again, _ = begun_again(offered, asked, (began, began), (world, log_rate), SETTINGS, 0)
    assert (first.hits == again.hits).all()
    assert (first.state == again.state).all()
    drawn = np.unique(held.event[held.event >= 0])
    assert (drawn < len(first.home)).all()
    none = np.zeros(len(log_rate), dtype=bool)
    same, _ = begun_again(offered, none, (began, began), (world, log_rate), SETTINGS, 0)
    assert (same.hits == began.hits).all()
    assert not wanting(offered, none).any()
    assert wanting(offered, asked).all()


def test_searching_again_never_explains_less_and_at_times_more(
    hour: Make, hear: Make, seen: Make, monkeypatch: pytest.MonkeyPatch
):
    once, more = [], []
    for seed in range(5):
        for restarts, sums in ((0, once), (2, more)):
            world, events, taken = crowd(hour, hear, seen, seed)
            monkeypatch.setattr(rearranging, "_RESTARTS", restarts)
            found, held = rearranged(events, world, taken, SETTINGS)
            sums.append(float(found.state[:, 0].sum()))
            assert (held.event >= 0).sum() == (found.hits >= 0).sum()
    assert all(b >= a - 1e-4 for a, b in zip(once, more, strict=True))
    assert sum(more) > sum(once)
