"""Who may answer whom: an answer is no attack, whatever stands between is open, and the order of time settles it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from told import FIRE, NORTH, SOUTH, entry, found, hours, sight, truce

import strategies as made_up
from truceline.agreements.space.apart import NO_CELL, Nearness
from truceline.model import TimeSense
from truceline.model.geodesy import WGS84

ANSWER = "id: answer, kind: permit, who: each, act: ground-fire, overrides: [fire], requires: [{act: ground-fire, by: "
WITHIN_H = 6


@dataclass(frozen=True)
class Shot:
    """A shot of one side, from one hour to another, at some moment between them."""

    party: str
    first: int
    last: int
    north_km: float | None = None

    def row(self, number: int) -> dict[str, Any]:
        """As the made-up tables take it."""
        position = None if self.north_km is None else (48.0 + self.north_km / 111.2, 37.0, 100.0)
        return sight(hours(self.first, self.last, TimeSense.SOMETIME), self.party, id=number, position=position)


shots = st.builds(
    lambda party, first, lasting, km: Shot(party, first, first + lasting, km),
    st.sampled_from([NORTH, SOUTH]),
    st.integers(1, 40),
    st.sampled_from([0, 0, 0, 3]),
    st.sampled_from([0.0, 5.0, 20.0, 40.0, None]),
)


def excuse(shot: Shot, every: list[Shot], near_km: float | None) -> int:
    """2 excused, 1 perhaps, 0 not: as the protocol has it, told as plainly as can be."""
    best = 0
    for attack in every:
        if attack.party == shot.party or not attack.last < shot.first or shot.first > attack.first + WITHIN_H:
            continue
        sure = shot.last <= attack.first + WITHIN_H
        if near_km is not None and None not in (attack.north_km, shot.north_km):
            if abs((attack.north_km or 0.0) - (shot.north_km or 0.0)) > near_km:
                continue
        elif near_km is not None:
            sure = False
        itself = excuse(attack, every, near_km)
        best = max(best, 0 if itself == 2 else 2 if sure and itself == 0 else 1)
    return best


@settings(max_examples=150, deadline=None)
@given(st.lists(shots, max_size=9), st.sampled_from([None, 17.0]))
def test_each_shot_is_excused_as_by_looking_back_one_by_one(every: list[Shot], near_km: float | None):
    near = "" if near_km is None else f", near: {near_km} km"
    text = truce(FIRE, f"{ANSWER}other, within: PT{WITHIN_H}H{near}}}]")
    story = found(text, [shot.row(place + 1) for place, shot in enumerate(every)])
    told = {
        one.incident: one.outcome
        for party in (NORTH, SOUTH)
        for one in story[f"fire/{party}/r"].judged
        if every[int(one.incident, 16) - 1].party == party
    }
    words = {2: "excepted", 1: "exception-claimed", 0: "counts"}
    assert [told[f"{place:016x}"] for place in range(1, len(every) + 1)] == [
        words[excuse(shot, every, near_km)] for shot in every
    ]


def test_a_long_exchange_rests_on_its_first_shot_and_on_those_that_answer_no_attack():
    text = truce(FIRE, f"{ANSWER}other}}]")
    exchange = [sight(hours(1 + step), (SOUTH, NORTH)[step % 2], id=step + 1) for step in range(60)]
    story = found(text, exchange)
    assert str(story[f"fire/{SOUTH}/r"].because) == (
        "confirmed incidents inside window and zone whose actor is this party: 30"
    )
    assert story[f"fire/{NORTH}/r"].result == "not-breached"


def test_a_permission_of_each_side_for_a_norm_of_its_own_starts_no_chain_either():
    norms = [
        one.replace("NAME", name).replace("WHO", party)
        for party, name in ((NORTH, "north"), (SOUTH, "south"))
        for one in (
            "id: fire-NAME, kind: forbid, who: [WHO], act: ground-fire",
            (
                "id: answer-NAME, kind: permit, who: [WHO], act: ground-fire, overrides: [fire-NAME], "
                "requires: [{act: ground-fire, by: other}]"
            ),
        )
    ]
    story = found(truce(*norms), [sight(hours(1), SOUTH), sight(hours(2), NORTH), sight(hours(3), SOUTH)])
    assert story[f"fire-north/{NORTH}/r"].result == "not-breached"
    assert "this party: 2" in str(story[f"fire-south/{SOUTH}/r"].because)


def test_where_a_permission_from_another_norm_waits_for_a_third_its_answers_are_perhaps_none():
    norms = (
        "id: pull, kind: oblige, mode: achievement, who: each, act: notify, when: {until: '2031-04-20T00:00:00Z'}",
        "id: fire-north, kind: forbid, who: [party-north], act: ground-fire",
        "id: fire-south, kind: forbid, who: [party-south], act: ground-fire",
        (
            "id: a-north, kind: permit, who: [party-north], act: ground-fire, overrides: [fire-north], "
            "requires: [{act: ground-fire, by: other}]"
        ),
        (
            "id: a-south, kind: permit, who: [party-south], act: ground-fire, overrides: [fire-south], after: [pull], "
            "requires: [{act: ground-fire, by: other}]"
        ),
    )
    told = tuple(entry("done", "pull", hours(1), by=party) for party in (NORTH, SOUTH))
    shots = [sight(hours(2), NORTH, id=1), sight(hours(3), SOUTH, id=2), sight(hours(4), NORTH, id=3)]
    story = found(truce(*norms), shots, told)
    assert story[f"fire-south/{SOUTH}/r"].result == "not-breached"
    outcomes = {one.incident[-1]: one.outcome for one in story[f"fire-north/{NORTH}/r"].judged}
    assert (outcomes["1"], outcomes["3"]) == ("counts", "exception-claimed")


def test_what_is_excused_by_a_notice_is_no_attack_either():
    training = "id: works, kind: permit, who: each, act: ground-fire, overrides: [fire, answer], "
    text = truce(FIRE, f"{ANSWER}other}}]", training + "requires: [{entry: notice, by: same}]")
    blast = (sight(hours(10), SOUTH, id=1), sight(hours(11), NORTH, id=2))
    notice = (entry("notice", "works", hours(1), by=SOUTH, about=f"{1:016x}"),)
    # the permission that goes before governs, and asks North for a notice of its own
    assert found(text, list(blast), notice)[f"fire/{NORTH}/r"].result == "breached"
    text = text.replace("[fire, answer]", "[fire]").replace(
        "overrides: [fire], requires: [{act", "overrides: [fire, works], requires: [{act"
    )
    assert found(text, list(blast))[f"fire/{NORTH}/r"].result == "not-breached"


@pytest.mark.parametrize(("near", "told"), [("", True), (", near: 15 km", False)])
def test_the_trace_says_if_place_was_asked(near: str, told: bool):
    at = (48.0, 37.0, 100.0)
    text = truce(FIRE, f"{ANSWER}other{near}}}]")
    shots = [sight(hours(1), SOUTH, position=at), sight(hours(2), NORTH, position=at)]
    step = found(text, shots)[f"fire/{NORTH}/r"].trace[5]
    assert ("where the attack was that they answer, the text does not ask" in str(step.outcome)) is told
    assert dict(step.figures)["metres from an attack, answer"] == ("not asked" if told else 15_000.0)


@settings(max_examples=60, deadline=None)
@given(st.floats(-89.0, 89.0), st.floats(-180.0, 180.0), st.floats(-0.3, 0.3), st.floats(-0.3, 0.3))
def test_two_positions_are_as_far_apart_as_on_the_ellipsoid(lat: float, lon: float, up: float, right: float):
    rows = [sight(hours(1), position=(lat, lon, 10.0)), sight(hours(2), position=(lat + up, lon + right, 10.0))]
    table = made_up.incident_table(rows)
    exact = WGS84.inv(lon, lat, lon + right, lat + up)[2]
    measured = Nearness(table, 15_000.0, 0.95).metres(0, 1)
    assert measured == pytest.approx(exact, rel=1e-5, abs=0.01)


def test_a_closer_position_never_makes_an_attack_farther():
    radii = (50_000.0, 5_000.0, 500.0, 5.0)
    rows = [sight(hours(1), position=(48.0, 37.0, 5.0))]
    rows += [sight(hours(2), position=(48.08, 37.0, radius)) for radius in radii]
    nearness = Nearness(made_up.incident_table(rows), 15_000.0, 0.95)
    told = [nearness.near(0, one) for one in range(1, 5)]
    assert all(perhaps for _, perhaps in told)
    assert [surely for surely, _ in told] == [False, True, True, True]


@settings(max_examples=60, deadline=None)
@given(
    st.floats(-89.0, 89.0), st.floats(-180.0, 180.0), st.floats(-0.2, 0.2), st.floats(-0.2, 0.2), st.floats(0.0, 30_000)
)
def test_what_may_be_near_lies_in_a_neighbouring_cell(lat: float, lon: float, up: float, right: float, radius: float):
    rows = [sight(hours(1), position=(lat, lon, 10.0)), sight(hours(2), position=(lat + up, lon + right, radius))]
    nearness = Nearness(made_up.incident_table(rows), 15_000.0, 0.95)
    one, other = nearness.cells
    if NO_CELL not in (one, other) and nearness.near(0, 1)[1]:
        assert other in nearness.around(one)
