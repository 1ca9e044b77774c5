"""What contested arrivals leave open: nothing where nobody contests, and what it should be where they do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.fusion import compiled
from truceline.fusion.arrivals import locate, locating
from truceline.fusion.arrivals.accepting import accepted_events, chance
from truceline.fusion.arrivals.contested_arrivals import contested_spread, link_chances
from truceline.fusion.arrivals.finishing import settled_on_own, shared_otherwise
from truceline.fusion.arrivals.rearranging import rearranged
from truceline.fusion.arrivals.settings import LocateSettings
from truceline.fusion.arrivals.settling import Events
from truceline.model import Located
from truceline.model.columns import Floats, Ints

Make = Callable[..., Any]
"""A fixture that makes hours."""

Made = Any
"""An hour made up."""

SETTINGS = LocateSettings()


def counted(begin: Ints, pick: Ints, worth: Floats) -> Floats:
    """The chance of each claim, by adding up every allowed way to share the arrivals out."""
    out, total = np.zeros(len(pick)), 0.0
    rows = [[-1, *range(begin[row], begin[row + 1])] for row in range(len(begin) - 1)]
    for chosen in product(*rows):
        claims = [claim for claim in chosen if claim >= 0]
        if len({int(pick[claim]) for claim in claims}) == len(claims):
            weight = float(np.prod(worth[claims]))
            total += weight
            out[claims] += weight
    return out / total


@settings(deadline=None)
@given(st.lists(st.floats(0.01, 100.0), min_size=2, max_size=7))
def test_links_along_a_chain_are_exact(worth: list[float]):
    # Row k claims arrivals k and k + 1: a chain without a ring.
    many = len(worth) // 2
    begin, pick = np.arange(0, 2 * many + 1, 2), np.array([k // 2 + k % 2 for k in range(2 * many)])
    told = link_chances(begin, pick, np.array(worth[: 2 * many]), many + 1, 10)
    assert told == pytest.approx(counted(begin, pick, np.array(worth)), abs=1e-6)


@settings(deadline=None)
@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 10**6))
def test_links_among_all_stay_near_the_exact_ones(rows: int, picks: int, seed: int):
    worth = np.exp(np.random.default_rng(seed).normal(0.0, 2.0, rows * picks))
    begin, pick = np.arange(0, rows * picks + 1, picks), np.tile(np.arange(picks), rows)
    told = link_chances(begin, pick, worth, picks, 30)
    assert (told >= 0).all()
    assert np.add.reduceat(told, begin[:-1]).max() <= 1.0 + 1e-9
    assert np.abs(told - counted(begin, pick, worth)).max() < 0.35


def settled_events(made: Made, seen: Make, error_s: float = 0.05) -> tuple[Any, ...]:
    world, _, _ = seen(made)
    world = replace(world, search=world.search._replace(pick_error_s=error_s, heard_share=0.8))
    events, taken = accepted_events(world, SETTINGS)
    events, taken = rearranged(events, world, taken, SETTINGS)
    log_rate = chance(world, taken, 0.0, free_only=True)
    events, taken = settled_on_own(events, world, taken, log_rate)
    return events, world, taken, log_rate


def crowded(hour: Make, hear: Make, seed: int, shots: int = 16) -> Made:
    """Some events alone, and shots seven tenths of a second apart."""
    made, rng = hour(seed, events=8, noise=0), np.random.default_rng(seed)
    middle = made.place.mean(axis=0)
    salvo = np.c_[rng.normal(middle, 300.0, (shots, 2)), 3000.0 + np.cumsum(rng.exponential(0.7, shots))]
    return hear(made.place, np.r_[made.truth, salvo], rng, error_s=0.05, missed=0.2, noise=60, heard_m=6000.0)


def test_events_alone_keep_their_covariance_and_a_crowd_is_only_widened(hour: Make, hear: Make, seen: Make):
    wider = 0
    for seed in range(3):
        events, world, taken, log_rate = settled_events(crowded(hour, hear, seed), seen)
        spread = contested_spread(events, world, taken, log_rate, np.zeros_like(events.cov))
        assert np.linalg.eigvalsh(spread).min() > -1e-6
        apart = np.abs(events.state[:, None, 3] - events.state[None, :, 3]) + 1e9 * np.eye(len(events.home))
        alone = apart.min(axis=1) > 60.0
        assert alone.any()
        assert not spread[alone].any()
        wider += int((spread[:, 0, 0] > 0.0).sum())
    assert wider > 10


def test_the_sharper_the_picks_the_less_is_open(hour: Make, hear: Make, seen: Make):
    for seed in range(2):
        events, world, taken, log_rate = settled_events(crowded(hour, hear, seed), seen)
        sharp = replace(world, search=world.search._replace(pick_error_s=0.002, air_error=1e-5))
        ratio = (0.002 / 0.05) ** 2
        nowhere = np.zeros_like(events.cov)
        blunt = contested_spread(events, world, taken, log_rate, nowhere)
        now = contested_spread(events._replace(cov=events.cov * ratio), sharp, taken, log_rate, nowhere)
        assert np.trace(now, axis1=1, axis2=2).sum() < 0.2 * np.trace(blunt, axis1=1, axis2=2).sum()


def ellipses(found: Located) -> Floats:
    order = np.lexsort((found.events.x_m, found.events.time_s))
    covariance: Floats = found.events.covariance[order]
    return covariance


def test_neither_order_nor_cores_change_what_is_open(hour: Make, hear: Make, monkeypatch: pytest.MonkeyPatch):
    made = crowded(hour, hear, 1)
    told = ellipses(locate(made.sensors, made.arrivals))
    rng = np.random.default_rng(5)
    monkeypatch.setattr(compiled, "cores", lambda: 3)
    mixed = made.in_order(rng.permutation(len(made.sensor)))
    assert (ellipses(locate(mixed.sensors, mixed.arrivals)) == told).all()
    turned = made.sensors_in_order(rng.permutation(len(made.place)))
    assert ellipses(locate(turned.sensors, turned.arrivals)) == pytest.approx(told, rel=1e-6, abs=1e-6)


def holding(found: Located, covariance: Floats, truth: Floats) -> tuple[int, int]:
    """How many ellipses hold the nearest true event within two seconds and two kilometres, and how many there are."""
    state = np.c_[found.events.x_m, found.events.y_m, found.events.time_s]
    miss = state[:, None] - truth[None]
    nearest = np.argmin((np.hypot(miss[..., 0], miss[..., 1]) / 2000.0) ** 2 + (miss[..., 2] / 3.0) ** 2, axis=1)
    miss = miss[np.arange(len(state)), nearest]
    near = (np.hypot(miss[:, 0], miss[:, 1]) < 2000.0) & (np.abs(miss[:, 2]) < 2.0)
    squares = np.einsum("ni,nij,nj->n", miss[near, :2], np.linalg.inv(covariance[near, :2, :2]), miss[near, :2])
    return int((squares < 5.991).sum()), int(near.sum())


def test_ellipses_of_salvos_hold_the_truth_more_often(hour: Make, hear: Make, monkeypatch: pytest.MonkeyPatch):
    added: list[Floats] = []

    def kept(events: Events, *told: Made) -> Floats:
        spread = shared_otherwise(events, *told)
        added.append(spread[np.argsort(events.state[:, 3], kind="stable")])
        return spread

    monkeypatch.setattr(locating, "shared_otherwise", kept)
    before, now, many = 0, 0, 0
    for seed in range(2):
        made = crowded(hour, hear, 100 + seed, shots=24)
        found = locate(made.sensors, made.arrivals)
        before += holding(found, found.events.covariance - added[-1], made.truth)[0]
        held, events = holding(found, found.events.covariance, made.truth)
        now, many = now + held, many + events
    assert before < 0.9 * many
    assert now > before
    assert now < 0.99 * many, (before, now, many)
