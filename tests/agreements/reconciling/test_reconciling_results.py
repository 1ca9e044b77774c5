"""Two small logs with known answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from truceline.agreements.reconciling import (
    CLASSES,
    DIFFERENCES,
    PLACES,
    ItemTally,
    Reconciliation,
    Tolerances,
    control,
    kinship,
    near,
    reconcile,
)
from truceline.model import UNKNOWN_COUNT, Phenomenon, UsageFault

Make = Callable[..., Any]


def classes(found: Reconciliation) -> tuple[list[str], list[str]]:
    first, second = found.classes()
    return [CLASSES[one] for one in first], [CLASSES[one] for one in second]


def differences(found: Reconciliation, match: int = 0) -> set[str]:
    return {word for word in DIFFERENCES if found.matches.differ_in(word)[match]}


def pairs(found: Reconciliation) -> set[tuple[int, int]]:
    return set(zip(found.links.a.tolist(), found.links.b.tolist(), strict=True))


def test_lines_of_the_same_moment_and_place_are_matched_alike(line: Make, log: Make):
    found = reconcile(log([line("a", 10)]), log([line("b", 10.5)]))
    assert classes(found) == (["alike"], ["alike"])
    assert found.links.apart_us.tolist() == [30_000_000]
    assert PLACES[found.links.place[0]] == "same"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"minute": 14}, "time"),
        ({"count": (3, 3, 3)}, "count"),
        ({"weapon": "tank"}, "weapon"),
        ({"phenomenon": "burst"}, "phenomenon"),
        ({"party": "party-south"}, "party"),
    ],
)
def test_a_match_names_in_what_it_differs(line: Make, log: Make, changes: dict[str, Any], word: str):
    told = {"weapon": "mortar", "party": "party-north"}
    found = reconcile(log([line("a", 10, **told)]), log([line(**({"key": "b", "minute": 10} | told | changes))]))
    assert classes(found) == (["different"], ["different"])
    assert differences(found) == {word}


def test_what_one_log_leaves_unsaid_is_no_difference(line: Make, log: Make):
    told = {"weapon": "mortar", "party": "party-north", "direction": "N to S"}
    vague = line("b", 10, count=(1, UNKNOWN_COUNT, UNKNOWN_COUNT))
    assert classes(reconcile(log([line("a", 10, count=(7, 7, 7), **told)]), log([vague]))) == (["alike"], ["alike"])


def test_beyond_the_tolerance_lines_stand_alone_and_at_it_they_match(line: Make, log: Make):
    within, beyond = (reconcile(log([line("a", 0)]), log([line("b", minute)])) for minute in (15, 15.001))
    assert classes(within) == (["different"], ["different"])
    assert classes(beyond) == (["only"], ["only"])


@pytest.mark.parametrize("phenomenon", ["air-alarm", "drill", "casualty", "weapon-presence"])
def test_what_cannot_be_one_thing_is_not_matched(line: Make, log: Make, phenomenon: str):
    found = reconcile(log([line("a", 0)]), log([line("b", 0, phenomenon=phenomenon)]))
    assert classes(found) == (["only"], ["only"])


def test_the_nearest_word_wins_between_lines_of_one_minute(line: Make, log: Make):
    a = log([line("a", 0, phenomenon="violent-event")])
    b = log([line("b1", 0, phenomenon="burst"), line("b2", 0, phenomenon="violent-event")])
    assert pairs(reconcile(a, b)) == {(0, 1)}


def test_a_pair_that_plainly_says_one_thing_is_not_broken_to_make_two_doubtful_ones(line: Make, log: Make):
    a = log([line("a1", 14), line("a2", 29)])
    b = log([line("b1", 0), line("b2", 14.2)])
    assert pairs(reconcile(a, b)) == {(0, 1)}


def test_as_many_as_can_be_are_matched_where_nothing_is_plain(line: Make, log: Make):
    a = log([line("a1", 10), line("a2", 20)])
    b = log([line("b1", 0), line("b2", 12)])
    assert pairs(reconcile(a, b)) == {(0, 0), (1, 1)}


@pytest.mark.parametrize(
    ("metres_north", "said"), [(0, "same"), (400, "same"), (600, "near"), (5_300, "near"), (5_500, None)]
)
def test_places_are_held_against_their_radii(line: Make, log: Make, metres_north: float, said: str | None):
    here, there = (48.0, 37.0, 200.0), (48.0 + metres_north / 111_200, 37.0, 250.0)
    found = reconcile(log([line("a", 0, position=here)]), log([line("b", 0, position=there, area="South")]))
    if said is None:
        assert classes(found) == (["only"], ["only"])
    else:
        assert PLACES[found.links.place[0]] == said
        assert differences(found) == ({"place"} if said == "near" else set())
        assert found.links.distance_m[0] == pytest.approx(metres_north, abs=2 + metres_north / 1000)


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (("area:North", "North"), ("area:South", "South"), None),
        (("area:North / Hill", "North"), ("area:North", "North"), "coarser"),
        (("area:North / Hill", "North"), ("area:North / Dale", "North"), None),
        (("area:North / Hill", "North"), ("area:North / Hill", "North"), "same"),
        (("unknown:", ""), ("area:North", "North"), "unknown"),
        (("unknown:", ""), ("unknown:", ""), "unknown"),
        (("unknown:by the mill", ""), ("unknown:by the mill", ""), "same"),
    ],
)
def test_named_places_are_held_against_each_other(
    line: Make, log: Make, one: tuple[str, str], other: tuple[str, str], said: str | None
):
    a, b = (line(key, 0, place=place, area=area) for key, (place, area) in (("a", one), ("b", other)))
    found = reconcile(log([a]), log([b]))
    assert [PLACES[place] for place in found.links.place] == ([said] if said else [])


def test_two_names_in_one_area_may_be_one_place_on_request(line: Make, log: Make):
    a, b = (line(name, 0, place=f"area:North / {name}") for name in ("Hill", "Dale"))
    found = reconcile(log([a]), log([b]), Tolerances(parts_of_area=True))
    assert [PLACES[place] for place in found.links.place] == ["coarser"]


def test_a_known_place_is_preferred_to_an_unknown_one(line: Make, log: Make):
    b = log([line("b1", 0, place="unknown:", area=""), line("b2", 3)])
    assert pairs(reconcile(log([line("a", 0)]), b)) == {(0, 1)}


def test_a_moment_within_a_vague_time_matches_it_and_one_within_an_event_that_lasts_does_not_start_with_it(
    line: Make, log: Make
):
    night = {"minute": 0, "lasts_min": 600}
    vague = reconcile(log([line("a", **night, sometime=True)]), log([line("b", 300)]))
    assert classes(vague) == (["alike"], ["alike"])
    lasting = reconcile(log([line("a", **night)]), log([line("b", 300)]))
    assert differences(lasting) == {"time"}, "a part of it that begins five hours later"


def test_many_lines_inside_one_are_one_match_with_their_counts_compared(line: Make, log: Make):
    a = log([line("a", 0, lasts_min=15, count=(20, 20, 20))])
    alike = reconcile(a, log([line(f"b{number}", number * 0.7) for number in range(20)]))
    assert classes(alike) == (["alike"], ["alike"] * 20)
    assert (len(alike.matches), alike.matches.grouped.tolist()) == (1, [True])
    assert alike.matches.counts_b.tolist() == [[20, 20, 20]]
    fewer = reconcile(a, log([line(f"b{number}", number * 0.7) for number in range(17)]))
    assert differences(fewer) == {"count"}


def test_clocks_that_differ_by_seconds_break_no_group(line: Make, log: Make):
    a = log([line("a", 0, lasts_min=15, count=(20, 20, 20))])
    found = reconcile(a, log([line(f"b{number}", number * 0.7 - 0.3) for number in range(20)]))
    assert classes(found) == (["alike"], ["alike"] * 20)


def test_four_violations_of_one_side_are_494_of_the_other(line: Make, log: Make):
    """The day of 26 March 2021, made up: one side counted continuous fire per direction, the mission single items."""
    told = {"phenomenon": "violent-event", "count": (1, UNKNOWN_COUNT, UNKNOWN_COUNT)}
    episodes = [(60, 45), (300, 62), (300, 62), (900, 78)]
    areas = ["North", "North", "South", "South"]
    party = [
        line(f"p{number}", start, length, area=area, place=f"area:{area}", **told)
        for number, ((start, length), area) in enumerate(zip(episodes, areas, strict=True))
    ]
    items = [
        line(f"m{number}-{item}", start + item * 0.5, area=area, place=f"area:{area}")
        for number, ((start, length), area) in enumerate(zip(episodes, areas, strict=True))
        for item in range(2 * length)
    ]
    found = reconcile(log(party), log(items))
    assert (len(party), len(items)) == (4, 494)
    assert classes(found) == (["different"] * 4, ["different"] * 494)
    assert all(differences(found, match) == {"phenomenon"} for match in range(4))
    assert found.matches.rows_b.sum() == 494


def test_a_line_whose_partner_lasts_as_long_holds_no_others(line: Make, log: Make):
    a = log([line("a", 0, lasts_min=15)])
    b = log([line("b1", 0, lasts_min=15), line("b2", 5)])
    assert classes(reconcile(a, b)) == (["alike"], ["alike", "only"])


def test_one_thing_at_a_vague_time_holds_no_others_and_several_do(line: Make, log: Make):
    b = [line("b1", 100), line("b2", 200)]
    one, several = (
        reconcile(log([line("a", 0, lasts_min=600, sometime=True, count=count)]), log(b))
        for count in ((1, 1, 1), (2, 2, 2))
    )
    assert classes(one)[1].count("only") == 1
    assert classes(several) == (["alike"], ["alike", "alike"])


def test_what_lasts_longer_than_a_day_holds_no_others(line: Make, log: Make):
    b = [line("b", 700)]
    day, longer = (reconcile(log([line("a", 0, lasts_min=minutes)]), log(b)) for minutes in (1440, 1441))
    assert (len(day.matches), len(longer.matches)) == (1, 0)


def test_of_two_that_could_hold_a_line_the_shorter_does(line: Make, log: Make):
    a = log([line("a1", 0, lasts_min=300), line("a2", 100, lasts_min=60)])
    b = log([line("b1", 120), line("b2", 125), line("b3", 20)])
    assert pairs(reconcile(a, b)) == {(1, 0), (1, 1), (0, 2)}


def test_an_empty_log_leaves_the_other_alone(line: Make, log: Make):
    some = log([line("a", 0), line("b", 5)])
    assert classes(reconcile(some, log([]))) == (["only", "only"], [])
    assert classes(reconcile(log([]), some)) == ([], ["only", "only"])
    assert len(reconcile(log([]), log([])).matches) == 0


def test_items_are_told_as_a_range(line: Make, log: Make):
    table = log([line("a", 0, count=(3, 4, 5)), line("b", 1, count=(1, UNKNOWN_COUNT, UNKNOWN_COUNT))])
    assert ItemTally.of(table, np.array([True, True])) == ItemTally(2, 4, 5, None)
    assert ItemTally.of(table, np.array([True, False])) == ItemTally(1, 3, 4, 5)


def test_links_that_vanish_when_a_log_is_moved_are_no_chance(line: Make, log: Make):
    a, b = (log([line(f"{name}{day}", day * 1440) for day in range(9)]) for name in "ab")
    found = {one.shift_h: one.pairs for one in control(a, b, Tolerances())}
    assert found[3] == found[-6] == 0
    assert found[24] == found[-24] == 8


def test_lines_that_join_another_by_chance_are_told_beside_the_pairs(line: Make, log: Make):
    a = log([line("a", 0, lasts_min=600, count=(3, 3, 3))])
    b = log([line(f"b{number}", 100 * number) for number in (1, 2, 3)])
    (still, later) = control(a, b, Tolerances(), (0, 24))
    assert (still.pairs, still.joined) == (0, 3)
    assert (later.pairs, later.joined) == (0, 0)


def test_a_large_part_is_solved_as_a_small_one_is(line: Make, log: Make, monkeypatch: pytest.MonkeyPatch):
    rng = np.random.default_rng(3)
    a, b = (log([line(f"{name}{one}", minute) for one, minute in enumerate(rng.uniform(0, 900, 90))]) for name in "ab")
    dense = reconcile(a, b)
    monkeypatch.setattr("truceline.agreements.reconciling.assigning._SMALL", 0)
    sparse = reconcile(a, b)
    assert len(sparse.matches) == len(dense.matches) > 50
    assert sparse.distance.sum() == pytest.approx(dense.distance.sum(), abs=1e-3)


def test_far_too_many_pairs_are_refused_with_advice(line: Make, log: Make, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(near, "MOST_LINKS", 8)
    several = [log([line(f"{name}{one}", one) for one in range(3)]) for name in "ab"]
    with pytest.raises(UsageFault) as told:
        reconcile(*several)
    assert "narrow the tolerances" in told.value.do


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"time_s": -1}, "time_s"),
        ({"time_s": float("nan")}, "time_s"),
        ({"time_s": 86_401}, "time_s"),
        ({"place_m": float("inf")}, "place_m"),
        ({"alike_s": -1}, "alike_s"),
        ({"time_s": 30, "alike_s": 60}, "alike_s"),
    ],
)
def test_a_tolerance_that_is_none_is_refused(values: dict[str, float], where: str):
    with pytest.raises(UsageFault) as told:
        Tolerances(**values)
    assert told.value.where == where
    assert told.value.example


def test_kinship_is_mutual_and_every_word_is_its_own_kin():
    for one in Phenomenon:
        assert kinship(one, one) == 0.0
        assert all(kinship(one, other) == kinship(other, one) for other in Phenomenon)
