"""How far apart arrangements put one event: nothing where they agree, and never less than nothing."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.fusion.arrivals.growing import MOST_HITS
from truceline.fusion.arrivals.restarting import better
from truceline.fusion.arrivals.rival_arrangements import carried, rival_spread
from truceline.fusion.arrivals.settling import Events
from truceline.model.columns import Floats, Ints

ARRIVALS = 24


def events_of(parts: list[tuple[float, tuple[float, float, float], list[int]]]) -> Events:
    """Events with these log odds, places and times, and arrivals."""
    hits = np.full((len(parts), MOST_HITS), -1, dtype=np.int64)
    for row, (_, _, mine) in enumerate(parts):
        hits[row, : len(mine)] = mine
    state = np.array([[odds, *place, len(mine)] for odds, place, mine in parts]).reshape(-1, 5)
    return Events(state, np.zeros(len(parts), np.int64), hits, np.full((len(parts), 3, 3), np.nan))


@st.composite
def arrangements(draw: st.DrawFn) -> Events:
    """Arrivals shared out among up to six events, some to none."""
    owner = draw(st.lists(st.integers(-1, 5), min_size=ARRIVALS, max_size=ARRIVALS))
    odds = draw(st.lists(st.floats(0.5, 50.0), min_size=6, max_size=6))
    place = draw(st.lists(st.tuples(*3 * [st.floats(-500.0, 500.0)]), min_size=6, max_size=6))
    parts = [(odds[k], place[k], [i for i, mine in enumerate(owner) if mine == k]) for k in range(6)]
    return events_of([part for part in parts if part[2]])


def held(events: Events) -> list[frozenset[int]]:
    return [frozenset(row[row >= 0].tolist()) for row in events.hits]


def in_order(events: Events, rows: Ints) -> Events:
    return events.take(rows)


@given(st.lists(arrangements(), min_size=1, max_size=3))
def test_covariance_never_shrinks_and_what_is_alike_in_all_arrangements_keeps_its_own(ends: list[Events]):
    told = ends[0]
    for end in ends[1:]:
        told = better(told, end, ARRIVALS)
    spread = rival_spread(told, ends, ARRIVALS)
    assert (spread == spread.transpose(0, 2, 1)).all()
    if len(told.home):
        assert np.linalg.eigvalsh(spread).min() >= -1e-6
    everywhere = set.intersection(*(set(held(end)) for end in ends))
    for row, mine in enumerate(held(told)):
        if mine in everywhere:
            assert not spread[row].any()


@given(arrangements(), arrangements(), st.randoms(use_true_random=False))
def test_the_order_of_events_says_nothing(one: Events, other: Events, random: Random):
    told = better(one, other, ARRIVALS)
    spread = rival_spread(told, [one, other], ARRIVALS)
    shuffled = np.array(random.sample(range(len(told.home)), len(told.home)), dtype=np.int64)
    mixed = np.array(random.sample(range(len(other.home)), len(other.home)), dtype=np.int64)
    again = rival_spread(in_order(told, shuffled), [in_order(other, mixed), one], ARRIVALS)
    assert again == pytest.approx(spread[shuffled], rel=1e-9, abs=1e-6)


def test_the_move_is_weighed_by_evidence_and_by_the_arrivals_that_made_it():
    here, there, aside = (0.0, 0.0, 0.0), (100.0, 0.0, 0.0), (0.0, 40.0, 0.0)
    told = events_of([(20.0, here, [0, 1, 2, 3])])
    same = events_of([(20.0, there, [0, 1, 2, 3, 4])])
    assert rival_spread(told, [told, same], ARRIVALS)[0, 0, 0] == pytest.approx(100.0**2 / 2)
    worse = events_of([(10.0, there, [0, 1, 2, 3, 4])])
    share = np.exp(-0.5) / (1.0 + np.exp(-0.5))
    assert rival_spread(told, [told, worse], ARRIVALS)[0, 0, 0] == pytest.approx(100.0**2 * share)
    parted = events_of([(10.0, there, [0, 1, 2]), (10.0, aside, [3, 5, 6, 7])])
    spread = rival_spread(told, [told, parted], ARRIVALS)[0]
    assert spread[0, 0] == pytest.approx(0.75 * 100.0**2 / 2)
    assert spread[1, 1] == pytest.approx(0.25 * 40.0**2 / 2)


def test_a_clear_group_is_not_widened_by_a_doubtful_one():
    clear, doubt = (0.0, 0.0, 0.0), (5000.0, 0.0, 0.0)
    told = events_of([(9.0, clear, [0, 1, 2, 3]), (8.0, doubt, [4, 5, 6, 7])])
    other = events_of([(9.0, clear, [0, 1, 2, 3]), (7.9, (5300.0, 0.0, 0.0), [4, 5, 6, 8])])
    spread = rival_spread(told, [told, other], ARRIVALS)
    assert not spread[0].any()
    assert spread[1, 0, 0] > 100.0**2


def test_one_search_leaves_no_doubt():
    told = events_of([(9.0, (0.0, 0.0, 0.0), [0, 1, 2, 3])])
    assert not rival_spread(told, [told], ARRIVALS).any()
    assert rival_spread(events_of([]), [events_of([]), told], ARRIVALS).shape == (0, 3, 3)


def test_settled_events_have_the_spread_of_those_they_came_from():
    place = (0.0, 0.0, 0.0)
    searched = events_of([(9.0, place, [0, 1, 2, 3]), (8.0, place, [4, 5, 6, 7]), (7.0, place, [8, 9, 10, 11])])
    spread: Floats = np.arange(1.0, 4.0)[:, None, None] * np.eye(3)
    now = events_of([(9.0, place, [8, 9, 10]), (9.0, place, [0, 4, 5, 6]), (9.0, place, [20, 21, 22, 23])])
    assert carried(spread, searched, now, ARRIVALS)[:, 0, 0].tolist() == [3.0, 2.0, 0.0]
    assert carried(spread[:0], events_of([]), now, ARRIVALS).shape == (3, 3, 3)
