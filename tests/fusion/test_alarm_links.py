"""Alarms linked by likelihood: against made-up truth, against every assignment written out, and against chance."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from truceline.fusion.alarm_links import _best, _marginals, alarm_links
from truceline.fusion.partners import SECOND_US, AreaAlarms, Pairs, moved, partners

DAY_S = 86_400.0
LAWS = settings(max_examples=60, deadline=None)


def alarms(area: np.ndarray, start_s: np.ndarray, first_id: int = 1) -> AreaAlarms:
    rows = np.arange(len(area))
    ids = (rows + first_id).astype(np.uint64)
    return AreaAlarms(rows, area.astype(np.int64), np.round(start_s * SECOND_US).astype(np.int64), ids)


def two_feeds(seed: int, *, days: float = 200.0, areas: int = 6, share: float = 0.8, unrelated: float = 1.5):
    """Official alarms, volunteer alarms, and for each official alarm its true partner or -1.

    Starts lie a minute apart mostly, of one in twenty up to an hour; unrelated alarms come ``unrelated`` a day.
    """
    chance = np.random.default_rng(seed)
    many = int(days * areas * 2)
    area, start = chance.integers(0, areas, many), chance.uniform(0, days * DAY_S, many)
    has = chance.random(many) < share
    late = np.where(chance.random(many) < 0.05, chance.uniform(60, 3500, many), chance.gamma(2.0, 15.0, many) - 5.0)
    other = int(days * areas * unrelated)
    volunteer_area = np.r_[area[has], chance.integers(0, areas, other)]
    volunteer_start = np.r_[start[has] + late[has], chance.uniform(0, days * DAY_S, other)]
    truth = np.full(many, -1)
    truth[has] = np.arange(has.sum())
    return alarms(area, start), alarms(volunteer_area, volunteer_start, many + 1), truth


def f1(official: np.ndarray, volunteer: np.ndarray, truth: np.ndarray) -> float:
    right = int((truth[official] == volunteer).sum())
    return 2.0 * right / (len(official) + int((truth >= 0).sum()))


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("unrelated", [0.5, 3.0])
def test_links_are_truer_than_those_of_the_rule_and_their_probabilities_hold(seed: int, unrelated: float):
    official, volunteer, truth = two_feeds(seed, unrelated=unrelated)
    links = alarm_links(official, volunteer)
    rule = partners(official, volunteer, 900 * SECOND_US)
    by_likelihood = f1(links.official[links.chosen], links.volunteer[links.chosen], truth)
    assert by_likelihood > f1(rule.official, rule.volunteer, truth)
    right = truth[links.official] == links.volunteer
    error = 0.0
    for low in np.arange(0.0, 1.0, 0.1):
        mine = (links.probability >= low) & (links.probability <= low + 0.1)
        error += abs(links.probability[mine].sum() - right[mine].sum()) / len(right)
    assert error < 0.03
    assert links.probability.sum() == pytest.approx((truth >= 0).sum(), rel=0.03)
    assert links.model.share == pytest.approx(0.8, abs=0.03)


def test_feeds_that_have_nothing_to_do_with_each_other_are_not_linked():
    official, volunteer, _ = two_feeds(4, share=0.0, unrelated=2.0)
    links = alarm_links(official, volunteer)
    assert links.chosen.sum() < 0.01 * len(official.row)
    assert partners(official, volunteer, 900 * SECOND_US).official.size > 3 * links.chosen.sum()


def test_moved_feeds_are_not_linked():
    official, volunteer, _ = two_feeds(5)
    assert alarm_links(official, moved(volunteer, 24)).chosen.sum() < 0.01 * len(official.row)


@LAWS
@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_the_order_of_rows_has_no_say(seed: int, shuffle: int):
    official, volunteer, _ = two_feeds(seed, days=5.0, areas=2)
    links = alarm_links(official, volunteer)
    order = np.random.default_rng(shuffle).permutation(len(volunteer.row))
    turned = AreaAlarms(*(getattr(volunteer, name)[order] for name in ("row", "area", "start_us", "id")))
    again = alarm_links(official, turned)

    back = np.argsort(order)  # where each volunteer alarm stands now
    key = links.official * len(order) + back[links.volunteer]
    place = np.argsort(key)
    there = np.argsort(again.official * len(order) + again.volunteer)
    assert (key[place] == (again.official * len(order) + again.volunteer)[there]).all()
    assert again.probability[there] == pytest.approx(links.probability[place], abs=1e-3)
    undecided = np.abs(links.probability[place] - 0.5) < 0.1
    assert ((again.chosen[there] == links.chosen[place]) | undecided).all()


@LAWS
@given(st.integers(0, 10_000))
def test_each_alarm_has_one_partner_at_most_and_areas_never_mix(seed: int):
    official, volunteer, _ = two_feeds(seed, days=6.0, areas=2, unrelated=10.0)
    links = alarm_links(official, volunteer)
    for side in (links.official[links.chosen], links.volunteer[links.chosen]):
        assert len(side) == len(np.unique(side))
    assert (official.area[links.official] == volunteer.area[links.volunteer]).all()
    assert np.bincount(links.official, links.probability).max(initial=0.0) <= 1 + 1e-6
    assert np.bincount(links.volunteer, links.probability).max(initial=0.0) <= 1 + 1e-3


def every_assignment(pairs: Pairs, weight: np.ndarray) -> list[tuple[float, np.ndarray]]:
    """Each one-to-one choice with its likelihood."""
    found = []
    for bits in product((False, True), repeat=len(weight)):
        taken = np.array(bits)
        sides = pairs.official[taken], pairs.volunteer[taken]
        if all(len(side) == len(np.unique(side)) for side in sides):
            found.append((float(np.prod(weight[taken])), taken))
    return found


@LAWS
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=7, unique=True), st.data())
def test_choice_and_probabilities_are_those_of_every_assignment_written_out(
    ends: list[tuple[int, int]], data: st.DataObject
):
    weight = np.array([data.draw(st.floats(0.01, 50.0)) for _ in ends])
    pairs = Pairs(np.array([one for one, _ in ends]), np.array([other for _, other in ends]), np.zeros(len(ends)))
    every = every_assignment(pairs, weight)
    total = sum(likelihood for likelihood, _ in every)
    exact = sum(likelihood * taken for likelihood, taken in every) / total
    marginals = _marginals(pairs, weight, 3, 3)
    graph = coo_array((np.ones(len(ends)), (pairs.official, 3 + pairs.volunteer)), shape=(6, 6))
    ring = len(ends) > 6 - connected_components(graph, directed=False)[0]
    if not ring:  # belief propagation is exact on trees; on rings it errs on the side of the likelier pairs
        assert marginals == pytest.approx(exact, abs=1e-4)
    assert marginals == pytest.approx(exact, abs=0.25)
    best = max(likelihood for likelihood, _ in every)
    assert np.prod(weight[_best(pairs, weight)]) == pytest.approx(best)


@pytest.mark.parametrize(("officials", "volunteers"), [(0, 0), (3, 0), (0, 3), (1, 1)])
def test_a_feed_without_alarms_is_no_error(officials: int, volunteers: int):
    one = alarms(np.zeros(officials), np.arange(officials) * 1e5)
    other = alarms(np.zeros(volunteers), np.arange(volunteers) * 1e5 + 20.0, 100)
    links = alarm_links(one, other)
    assert len(links.probability) == min(officials, volunteers)
    assert np.isfinite(links.probability).all()
