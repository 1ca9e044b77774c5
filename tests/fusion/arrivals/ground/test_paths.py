"""The error that all arrivals of one event share is learned from rests out of which each place took its part."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from truceline.fusion.arrivals.ground.paths import alike, common_errors_taught
from truceline.fusion.arrivals.ground.teaching import Terms


def rests(seed: int, common: tuple[float, float], events: int = 80, heard: int = 14) -> Terms:
    """Events at 2 to 20 km depth under two speeds, each wave late by a part of its way, then fitted to its place."""
    chance = np.random.default_rng(seed)
    speed = np.array([6000.0, 3500.0])
    event = np.repeat(np.arange(events), 2 * heard)
    phase = np.tile(np.repeat([0, 1], heard), events)
    side = np.repeat(chance.uniform(0, 2 * np.pi, (events, heard)), 2, axis=0).ravel()
    away = np.repeat(chance.uniform(5e3, 60e3, (events, heard)), 2, axis=0).ravel()
    depth = np.repeat(chance.uniform(2e3, 20e3, events), 2 * heard)
    long = np.hypot(away, depth)
    slow = 1.0 / speed[phase]
    slope = np.c_[-slow * away / long * np.cos(side), -slow * away / long * np.sin(side), np.ones(len(side)),
                  slow * depth / long]  # fmt: skip
    travel = long * slow
    late = chance.normal(0, 1, (events, 2)) * common
    rest = chance.normal(0, np.array([0.05, 0.1])[phase]) + travel * late[event, phase]
    for one in range(events):
        rows = event == one
        rest[rows] -= slope[rows] @ np.linalg.lstsq(slope[rows], rest[rows], rcond=None)[0]
    return Terms(event, np.zeros_like(event), phase, slope, rest, travel, np.full(len(event), 0.01))


@pytest.mark.parametrize("common", [(0.02, 0.02), (0.01, 0.03)])
def test_the_common_error_is_learned_though_places_took_most_of_it(common: tuple[float, float]):
    learned = common_errors_taught(rests(1, common), 80)
    assert learned[:2] == pytest.approx(common, rel=0.35)
    assert (learned[2:] < 0.003).all()


def test_an_error_of_ways_alike_in_length_is_told_apart_from_one_of_all():
    terms = rests(6, (0.0, 0.0), events=120)
    chance = np.random.default_rng(7)
    rest = terms.rest_s.copy()
    for event in range(120):
        for phase in range(2):
            rows = (terms.event == event) & (terms.phase == phase)
            root = np.linalg.cholesky(alike(terms.travel_s[rows]) + 1e-9 * np.eye(rows.sum()))
            rest[rows] += 0.03 * terms.travel_s[rows] * (root @ chance.normal(0, 1, rows.sum()))
    learned = common_errors_taught(replace(terms, rest_s=rest), 120)
    assert learned[2:] == pytest.approx((0.03, 0.03), rel=0.35)


def test_ground_that_does_not_err_is_told_as_such():
    assert (common_errors_taught(rests(2, (0.0, 0.0)), 80) < 0.003).all()


def test_a_few_arrivals_that_are_not_the_event_s_own_change_little():
    terms = rests(3, (0.01, 0.01))
    rest = terms.rest_s.copy()
    rest[::280] += 1.0
    spoiled = common_errors_taught(replace(terms, rest_s=rest), 80)
    assert (spoiled < 0.025).all()


def test_few_events_say_nothing():
    assert common_errors_taught(rests(4, (0.02, 0.02), events=5), 5).tolist() == [0.0] * 4


def test_p_alone_says_nothing_of_s():
    terms = rests(5, (0.02, 0.02))
    only = np.flatnonzero(terms.phase == 0)
    columns = (terms.event, terms.sensor, terms.phase, terms.slope, terms.rest_s, terms.travel_s, terms.variance)
    learned = common_errors_taught(Terms(*(column[only] for column in columns)), 80)
    assert learned[[1, 3]].tolist() == [0.0, 0.0]
