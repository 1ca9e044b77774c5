"""Proposals: the event an arrival is the first of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from truceline.fusion import compiled
from truceline.fusion.arrivals.growing import CLAIMED, MOST_HITS, _grown, proposals, proposed, room
from truceline.fusion.arrivals.starting import fitted_to_three

Make = Callable[..., Any]
"""A fixture that makes hours."""


def firsts_of(made: Any, order: Any) -> dict[int, int]:  # noqa: ANN401
    """For each event the row of its earliest arrival."""
    event, times = made.event[order], made.time_s[order]
    return {
        number: int(min(np.flatnonzero(event == number), key=lambda row: times[row]))
        for number in range(len(made.truth))
        if (event == number).sum() >= 6
    }


@pytest.mark.parametrize("wind", [(0.0, 0.0), (8.0, -5.0)])
def test_the_first_arrival_of_an_event_proposes_it_with_all_its_arrivals(hour: Make, seen: Make, wind: Any):  # noqa: ANN401
    made = hour(3, events=20, noise=0, missed=0.0, wind_mps=wind, error_s=0.005)
    world, order, taken = seen(made)
    air = world.air._replace(node=np.array([[[[340.0, *wind]]]]))
    firsts = firsts_of(made, order)
    log_rate = np.full(len(order), -6.0)
    hits = np.full(MOST_HITS, -1, dtype=np.int64)
    assert len(firsts) > 15
    for event, first in firsts.items():
        score, x, y, t, many = proposed(
            first, air, world.net, world.picks, taken, -1, log_rate, world.search, 8, hits, room()
        )
        assert np.hypot(x - made.truth[event, 0], y - made.truth[event, 1]) < 120
        assert t == pytest.approx(made.truth[event, 2], abs=0.3)
        assert (made.event[order][hits[:many]] == event).all()
        assert many >= 0.7 * (made.event == event).sum()
        assert score > 8


def test_no_proposal_takes_what_is_held_or_is_of_another_cluster(hour: Make, seen: Make):
    made = hour(3, events=20, noise=20)
    world, order, taken = seen(made)
    chance = np.random.default_rng(2)
    taken.event[:] = np.where(chance.random(len(order)) < 0.3, 7, -1)
    taken.cluster[:] = chance.random(len(order)) < 0.8
    hits = np.full(MOST_HITS, -1, dtype=np.int64)
    met = 0
    for first in np.flatnonzero((taken.event == -1) & (taken.cluster == 1)):
        *_, many = proposed(
            first, world.air, world.net, world.picks, taken, 1, np.full(len(order), -6.0), world.search, 8, hits, room()
        )
        met += many > 0
        assert (taken.event[hits[:many]] == -1).all()
        assert (taken.cluster[hits[:many]] == 1).all()
        assert len(set(world.picks.sensor[hits[:many]].tolist())) == many
        assert many == 0 or hits[0] == first
    assert met > 5


def test_a_proposal_beyond_reach_is_none(hour: Make, seen: Make):
    made = hour(3, events=20, noise=0, missed=0.0)
    world, order, taken = seen(made, reach_m=300.0)
    firsts = np.array(list(firsts_of(made, order).values()))
    rows = proposals(firsts, (world.air, world.net, world.picks), (taken, np.full(len(order), -6.0)), world.search, 8)
    assert (rows[:, 4] == 0).all()


def test_deaf_sensors_and_thick_chance_make_a_proposal_weaker(hour: Make, seen: Make):
    made = hour(3, events=20, noise=0, missed=0.0)
    world, order, taken = seen(made)
    firsts = np.array(list(firsts_of(made, order).values()))

    def scores(rate: float) -> Any:  # noqa: ANN401
        log_rate = np.full(len(order), rate)
        return proposals(firsts, (world.air, world.net, world.picks), (taken, log_rate), world.search, 8)[:, 0]

    thin, thick = scores(-8.0), scores(-4.0)
    assert (thin > thick).all()
    event = made.event[order]
    for number, first in firsts_of(made, order).items():
        mine = np.flatnonzero(event == number)
        taken.event[mine[mine != first][3]] = 9
    assert (scores(-8.0) < thin).mean() > 0.7


def grown_plainly(three: Any, hour_seen: Any, start: Any, wind: Any, log_rate: float) -> tuple[float, Any, int]:  # noqa: ANN401
    """The filter over posts told plainly: log odds at their best, place and time, and how many are held then."""
    world, place, cov = hour_seen, np.array(start[0]), start[1].copy()
    net, picks, search = world.net, world.picks, world.search
    own = picks.sensor[three]
    away = np.hypot(place[0] - net.x_m[own[0]], place[1] - net.y_m[own[0]])
    score, best, held, kept, missed = 0.0, -1e30, 3, 3, 0
    for sensor in net.near[own[0]]:
        if sensor in own:
            continue
        ray = np.array([net.x_m[sensor], net.y_m[sensor]]) - place[:2]
        distance = np.hypot(*ray)
        if distance > search.reach_m or away > search.reach_m:
            continue
        effective = 340.0 + ray @ wind / distance
        slope = np.r_[-ray / distance / effective, 1.0]
        variance = slope @ cov @ slope + search.pick_error_s**2 + (search.air_error * distance / effective) ** 2
        rests = (picks.time_s - place[2] - distance / effective)[picks.sensor == sensor]
        rests = rests[np.abs(rests) <= min(search.gate * np.sqrt(variance), search.widest_gate_s)]
        if not len(rests):
            score += np.log(1 - search.heard_share)
            missed += 1
            if (held == 3 and missed >= search.patience) or score < best - 12.0:
                break
            continue
        rest = rests[np.abs(rests).argmin()]
        score += np.log(search.heard_share) - 0.5 * np.log(2 * np.pi * variance) - rest**2 / variance / 2 - log_rate
        gain = cov @ slope / variance
        place, cov, held = place + gain * rest, cov - np.outer(gain, slope @ cov), held + 1
        if score > best:
            best, kept = score, held
    return best, place, kept


@pytest.mark.parametrize("missed", [0.0, 0.3])
def test_an_event_grows_as_the_filter_told_plainly(hour: Make, seen: Make, missed: float):
    wind = np.array([3.0, -2.0])
    made = hour(4, events=20, noise=0, missed=missed, error_s=0.02, wind_mps=tuple(wind), span_s=40_000.0)
    world, order, taken = seen(made)
    compared = 0
    for first in firsts_of(made, order).values():
        mine = np.flatnonzero(made.event[order] == made.event[order][first])
        three = np.r_[first, mine[mine != first][[0, -1]]]
        true = made.truth[made.event[order][first]]
        cov, hits = np.empty((3, 3)), np.full(MOST_HITS, -1, dtype=np.int64)
        ok, *start = fitted_to_three(
            three, *true, 340.0, *wind, world.net, world.picks, world.search.pick_error_s, world.search.air_error, cov
        )
        expected = grown_plainly(three, world, (start, cov), wind, -6.0)
        score, *place, many = _grown(
            three, *true, 0.0, 340.0, *wind, world.net, world.picks, taken, -1, np.full(len(order), -6.0), world.search,
            hits, np.empty((3, 3)), np.empty(24, dtype=np.int64),
        )  # fmt: skip
        if not ok or many < 4:
            continue
        compared += 1
        assert score == pytest.approx(expected[0], abs=1e-3)
        assert place == pytest.approx(expected[1].tolist(), abs=1e-2)
        assert many == expected[2]
    assert compared > 8


def test_a_quick_search_asks_nobody_whom_an_earlier_event_explains_whatever_the_cores(
    hour: Make, seen: Make, monkeypatch: pytest.MonkeyPatch
):
    made = hour(6, events=60, noise=200, missed=0.1)
    world, order, taken = seen(made)
    every = np.arange(len(order))
    told = []
    for many in (1, 5):
        monkeypatch.setattr(compiled, "cores", lambda many=many: many)
        heard = world.air, world.net, world.picks
        told.append(proposals(every, heard, (taken, np.full(len(order), -8.0)), world.search, 8, np.zeros_like(every)))
    quick = told[0]
    unasked = quick[:, 4] == CLAIMED
    assert quick[:, [0, 4]].tobytes() == told[1][:, [0, 4]].tobytes()
    assert quick[~unasked & (quick[:, 4] > 0)].tobytes() == told[1][~unasked & (quick[:, 4] > 0)].tobytes()
    assert unasked.sum() > 100
    assert (made.event[order][unasked] >= 0).mean() > 0.95
    firsts = np.array(list(firsts_of(made, order).values()))
    assert (quick[firsts, 4] >= 4).mean() > 0.8


def test_who_was_asked_in_vain_among_as_many_sensors_is_not_asked_again(hour: Make, seen: Make):
    made = hour(6, events=20, noise=0)
    world, order, taken = seen(made)
    every = np.arange(len(order))
    heard = world.air, world.net, world.picks
    again = proposals(every, heard, (taken, np.full(len(order), -8.0)), world.search, 8, np.full(len(order), 8))
    assert (again[:, 4] == 0).all()
