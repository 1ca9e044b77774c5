"""Candidates put in among standing events: the books stay right and the whole never explains less."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from truceline.fusion.arrivals import LocateSettings
from truceline.fusion.arrivals.accepting import accepted_events, chance
from truceline.fusion.arrivals.candidates import Candidates, candidates
from truceline.fusion.arrivals.inserting import inserted, news
from truceline.fusion.arrivals.picks import Taken
from truceline.fusion.arrivals.rearranging import _crowded_arrivals, _lift_all, _stand, rearranged
from truceline.fusion.arrivals.refilling import Standing
from truceline.fusion.arrivals.settling import World

Make = Callable[..., Any]
"""A fixture that makes hours."""

SETTINGS = LocateSettings()


def crowd_of(hour: Make, seen: Make, seed: int) -> tuple[World, Standing, Taken, np.ndarray, Any, np.ndarray]:
    """Shots half a second apart in an air of noise, as they stand after accepting."""
    made = hour(seed, events=4, salvo=0, noise=0)
    rng = np.random.default_rng(seed)
    middle = made.place.mean(axis=0)
    shots = np.c_[rng.normal(middle, 300.0, (14, 2)), 3000.0 + np.cumsum(rng.exponential(0.7, 14))]
    made = hour.heard(made.place, np.r_[made.truth, shots], rng, error_s=0.05, missed=0.2, noise=60, heard_m=6000.0)
    world, order, _ = seen(made)
    search = world.search._replace(pick_error_s=0.05, heard_share=0.8)
    world = World(world.net, world.picks, world.air, search, world.belief)
    events, taken = accepted_events(world, SETTINGS)
    log_rate = chance(world, taken, 0.0, free_only=True)
    standing, taken = _stand(events, world, taken, log_rate, SETTINGS)
    return world, standing, taken, log_rate, made, order


def offered(world: World, standing: Standing, taken: Taken, log_rate: np.ndarray) -> Candidates:
    return candidates(_crowded_arrivals(standing, world, taken), world, log_rate, 4, 0.0)


def shots_found(standing: Standing, true: np.ndarray, many: int) -> int:
    """How many true events share 60 % of their arrivals with an event that stands."""
    found = set()
    for hits in standing.hits[standing.stands]:
        mine = true[hits[hits >= 0]]
        best = np.bincount(mine[mine >= 0], minlength=many)
        if best.max() >= 0.6 * max(len(mine), (true == best.argmax()).sum()):
            found.add(int(best.argmax()))
    return len(found)


class Hours:
    """The fixtures that make hours, as one."""

    def __init__(self, hour: Make, hear: Make) -> None:
        self.hour, self.heard = hour, hear

    def __call__(self, *told: object, **more: object) -> Any:  # noqa: ANN401 - an hour
        return self.hour(*told, **more)


@pytest.fixture
def hours(hour: Make, hear: Make) -> Hours:
    return Hours(hour, hear)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("followed", [False, True])
def test_insertions_keep_the_books_and_never_lose_log_odds(hours: Hours, seen: Make, seed: int, followed: bool):
    world, standing, taken, log_rate, _, _ = crowd_of(hours, seen, seed)
    every = offered(world, standing, taken, log_rate)
    assert len(every.home) > standing.stands.sum()
    before = standing.state[standing.stands, 0].sum()
    inserted((every, news(every, len(taken.event))), standing, world, (taken, log_rate), SETTINGS, followed)
    held = np.full(len(taken.event), -1)
    for event in np.flatnonzero(standing.stands):
        hits = standing.hits[event][standing.hits[event] >= 0]
        assert len(hits) == standing.state[event, 4] >= SETTINGS.fewest_arrivals
        assert (held[hits] == -1).all()
        held[hits] = event
    assert (held == taken.event).all()
    assert standing.state[standing.stands, 0].sum() >= before - 1e-6


def test_what_nothing_gains_by_leaves_everything_as_it_stood(hours: Hours, seen: Make):
    world, standing, taken, log_rate, _, _ = crowd_of(hours, seen, 1)
    every = offered(world, standing, taken, log_rate)
    told = news(every, len(taken.event))
    for _ in range(3):
        inserted((every, told), standing, world, (taken, log_rate), SETTINGS, True)
    state, hits, holder = standing.state.copy(), standing.hits.copy(), taken.event.copy()
    touched = inserted((every, news(every, len(taken.event))), standing, world, (taken, log_rate), SETTINGS, True)
    if not touched.any():
        assert (standing.state[standing.stands] == state[standing.stands]).all()
        assert (standing.hits[standing.stands] == hits[standing.stands]).all()
        assert (taken.event == holder).all()
    assert standing.state[standing.stands, 0].sum() >= state[standing.stands, 0].sum() - 1e-6


def test_shots_are_found_that_lifting_and_seeking_anew_does_not_find(hours: Hours, seen: Make):
    """Over some salvos: more true shots and a greater sum of log odds than lifting alone reaches."""
    alone, both, sum_alone, sum_both = 0, 0, 0.0, 0.0
    for seed in range(8):
        world, standing, taken, log_rate, made, order = crowd_of(hours, seen, seed)
        true = made.event[order]
        _lift_all(standing, world, taken, log_rate, SETTINGS, np.ones(len(standing.home), dtype=bool))
        alone += shots_found(standing, true, len(made.truth))
        sum_alone += standing.state[standing.stands, 0].sum()
        events, taken = accepted_events(world, SETTINGS)
        out, _ = rearranged(events, world, taken, SETTINGS)
        stands = Standing(out.state, out.home, out.hits, np.ones(len(out.home), dtype=bool))
        both += shots_found(stands, true, len(made.truth))
        sum_both += out.state[:, 0].sum()
    assert sum_both > sum_alone
    assert both > alone


def test_candidates_are_told_best_first_with_their_arrivals_both_ways(hours: Hours, seen: Make):
    world, standing, taken, log_rate, _, _ = crowd_of(hours, seen, 2)
    every = offered(world, standing, taken, log_rate)
    assert (np.diff(every.state[:, 0]) <= 0).all()
    pairs = {(c, int(p)) for c in range(len(every.home)) for p in every.hit[every.begin[c] : every.begin[c + 1]]}
    back = {(int(c), p) for p in range(len(taken.event)) for c in every.wants[every.wanted[p] : every.wanted[p + 1]]}
    assert pairs == back
    assert len(pairs) == len(every.hit)
    shares = [len({int(world.picks.sensor[p]) for p in every.hit[a:b]}) for a, b in pairwise(every.begin)]
    assert shares == np.diff(every.begin).tolist()


def test_without_a_crowd_there_are_no_candidates(hour: Make, seen: Make):
    world, _, _ = seen(hour(3, events=5, salvo=0, noise=5))
    events, taken = accepted_events(world, SETTINGS)
    log_rate = chance(world, taken, 0.0, free_only=True)
    standing, taken = _stand(events, world, taken, log_rate, SETTINGS)
    every = offered(world, standing, taken, log_rate)
    assert len(every.home) == 0
    assert not inserted(
        (every, news(every, len(taken.event))), standing, world, (taken, log_rate), SETTINGS, True
    ).any()
