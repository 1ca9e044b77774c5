"""Counted limits: what surely was there together, and what can have been there at most."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box
from told import AFTERWARDS, NORTH, SOUTH, TANKS, entry, found, hours, results, sight, truce, watched

import strategies as made_up
from truceline.agreements.evaluation import Evidence, evaluate
from truceline.agreements.ground import Ground
from truceline.agreements.loading import parse_agreement
from truceline.agreements.space.zone import Zone
from truceline.model import CountLimit, Interval, InZone, RegisterEntry, TimeSense, Words

SOMETIME = TimeSense.SOMETIME
HERE, BESIDE, THERE = (48.0, 37.0, 100.0), (48.001, 37.0, 100.0), (48.5, 37.0, 100.0)
WIDE = (48.2, 37.0, 60_000.0)


def tanks(time: Interval, count: int | tuple[int, int, int] = 1, party: str = NORTH, **more: Any):  # noqa: ANN401 - whatever the helper takes
    counts = (count, count, count) if isinstance(count, int) else count
    return sight(time, party, "weapon-presence", count=counts, **more)


def limit(per: str, most: int = 5) -> str:
    return truce(TANKS.replace("PER", per).replace("at_most: 5", f"at_most: {most}"))


def north(text: str, seen: list[dict[str, Any]], *register: RegisterEntry, **more: Any) -> str:  # noqa: ANN401 - whatever the helper takes
    return results(text, seen, tuple(register), **more)[f"tanks/{NORTH}"]


@pytest.mark.parametrize(
    ("seen", "result"),
    [
        ([tanks(hours(1, 3), 5)], "complied"),
        ([tanks(hours(1, 3), 6)], "breached"),
        ([tanks(hours(1, 3), 3, position=HERE), tanks(hours(2, 4), 3, position=THERE)], "breached"),
        ([tanks(hours(1, 3), 3, position=HERE), tanks(hours(2, 4), 3, position=BESIDE)], "undetermined"),
        ([tanks(hours(1, 3), 3, position=HERE), tanks(hours(2, 4), 3)], "undetermined"),
        ([tanks(hours(1, 3), 3), tanks(hours(2, 4), 3)], "undetermined"),
        ([tanks(hours(1, 3), 3, position=HERE), tanks(hours(1, 3), 3, position=HERE)], "undetermined"),
        ([tanks(hours(1, 3), 3, position=one) for one in (HERE, THERE, WIDE)], "breached"),
        ([tanks(hours(1, 3), 3, position=one) for one in (HERE, THERE)] + [tanks(hours(1, 3), 5)], "breached"),
        ([tanks(hours(1, 3), 5, position=WIDE), tanks(hours(1, 3), 1, position=HERE)], "undetermined"),
        ([tanks(hours(1), 3, position=HERE), tanks(hours(1.1), 3, position=THERE)], "undetermined"),
        ([tanks(hours(1), 3, position=HERE), tanks(hours(25), 3, position=THERE)], "complied"),
        ([tanks(hours(1, 2), 3), tanks(hours(2, 4), 3)], "complied"),
        ([tanks(hours(1, 3), 3), tanks(hours(2, 4, SOMETIME), 3)], "undetermined"),
        ([tanks(hours(1, 3), (3, 4, 6))], "undetermined"),
        ([tanks(hours(1, 3), (3, 4, -1))], "undetermined"),
        ([tanks(hours(1, 3), (6, -1, -1))], "breached"),
        ([tanks(hours(1, 3), 6, "")], "undetermined"),
        ([tanks(hours(1, 3), 6, SOUTH)], "complied"),
        ([tanks(hours(1, 3), 3), tanks(hours(1, 3), 3, "")], "undetermined"),
        ([tanks(hours(2), 3, position=HERE), tanks(hours(2), 3, position=THERE)], "breached"),
        ([tanks(hours(2), 3), tanks(hours(2), 3)], "undetermined"),
        ([tanks(hours(-5, 2), 3, position=HERE), tanks(hours(-9, 1), 3, position=THERE)], "breached"),
        ([tanks(hours(-5, 0), 6)], "complied"),
    ],
    ids=str,
)
def test_at_one_moment(seen: list[dict[str, Any]], result: str):
    assert north(limit("moment"), seen) == result


@pytest.mark.parametrize(
    ("seen", "result"),
    [
        ([tanks(hours(1), 3, position=HERE), tanks(hours(20), 3, position=THERE)], "breached"),
        ([tanks(hours(1), 3, position=HERE), tanks(hours(20), 3, position=BESIDE)], "undetermined"),
        ([tanks(hours(1), 3, position=HERE), tanks(hours(20), 3)], "undetermined"),
        ([tanks(hours(1, 3), 3, position=HERE), tanks(hours(2, 4), 3, position=HERE)], "undetermined"),
        ([tanks(hours(1), 3), tanks(hours(25), 3)], "complied"),
        ([tanks(hours(1), 3), tanks(hours(20, 28, SOMETIME), 3)], "undetermined"),
        ([tanks(hours(30), 3), tanks(hours(20, 28, SOMETIME), 3)], "undetermined"),
        ([tanks(hours(60), 3), tanks(hours(20, 28, SOMETIME), 3)], "complied"),
        ([tanks(hours(20, 28), 3, position=HERE), tanks(hours(30), 3, position=THERE)], "breached"),
        ([tanks(hours(20, 24), 3), tanks(hours(30), 3)], "complied"),
        ([tanks(hours(2, 23, SOMETIME), 6)], "breached"),
    ],
    ids=str,
)
def test_on_one_local_day(seen: list[dict[str, Any]], result: str):
    assert north(limit("day"), seen) == result


def test_what_is_done_and_not_there_counts_on_the_day_it_began():
    text = truce("id: tanks, kind: forbid, who: each, act: flight, count: {at_most: 5, per: day}")
    flights = [
        sight(hours(23, 26), phenomenon="flight", count=(3, 3, 3)),
        sight(hours(30), phenomenon="flight", count=(3, 3, 3)),
    ]
    assert north(text, flights) == "complied"


def test_altogether_everything_adds_up():
    here, there = {"position": HERE}, {"position": THERE}
    assert north(limit("window"), [tanks(hours(1), 3, **here), tanks(hours(200), 3, **there)]) == "breached"
    assert north(limit("window"), [tanks(hours(1), 3, **here), tanks(hours(200), 3, **here)]) == "undetermined"
    assert north(limit("window"), [tanks(hours(1), 3), tanks(hours(200), (2, 3, 3))]) == "undetermined"
    assert north(limit("window"), [tanks(hours(1), 3), tanks(hours(200), 3)]) == "undetermined"
    assert north(limit("window"), [tanks(hours(1), 3), tanks(hours(200), 2)]) == "complied"


def test_a_limit_nobody_watched_is_kept_by_nobody_and_one_the_text_leaves_open_neither():
    assert north(limit("moment"), [], share=0.5) == "undetermined"
    assert north(limit("moment").replace("at_most: 5", "at_most: null"), []) == "undetermined"
    assert north(limit("moment", 0), [tanks(hours(1))]) == "breached"
    asleep = entry("suspension", "", hours(0), by="mechanism", covers=hours(0, 24))
    assert north(limit("moment"), [tanks(hours(1, 3), 9)], asleep) == "complied"


def test_many_that_are_each_almost_surely_inside_are_not_surely_inside_together():
    """Ten tanks that may each be outside with 4 % are six inside by no standard of 95 %."""
    agreement = parse_agreement(limit("moment"))
    (norm,) = agreement.norms
    norm = replace(norm, where=InZone("z"), count=CountLimit(at_most=5, per="moment"))
    agreement = replace(agreement, norms=(norm,), readings=tuple(replace(r, norms=()) for r in agreement.readings))
    ground = Ground((Zone("z", box(30.0, 48.0, 31.0, 49.0), "2031-04-01", "made up"),))

    def with_depth(depth_m: float) -> str:
        rows = [
            tanks(hours(1, 3), position=(48.0 + depth_m / 111_200.0, 30.1 + 0.05 * place, 500.0)) for place in range(10)
        ]
        evidence = Evidence(made_up.incident_table(rows), Words.of(["confirmed"] * 10), (), lambda _: watched())
        return str(evaluate(agreement, ground, evidence, AFTERWARDS)[0].result)

    assert with_depth(520.0) == "undetermined"
    assert with_depth(1_500.0) == "breached"


def test_only_what_was_above_the_limit_is_decisive():
    seen = [
        tanks(hours(1, 2), 5),
        tanks(hours(50, 51), 3, position=HERE),
        tanks(hours(50, 51), 4, position=THERE),
        tanks(hours(50, 51), 2, position=HERE),
    ]
    finding = found(limit("moment"), seen)[f"tanks/{NORTH}/r"]
    assert str(finding.result) == "breached"
    assert len(finding.incidents) == 2
    assert finding.probability == 1.0


def test_what_is_not_confirmed_may_have_been_there_and_is_not_surely():
    assert north(limit("moment"), [tanks(hours(1, 3), 6, grade="probable")]) == "undetermined"
    assert north(limit("moment"), [tanks(hours(1, 3), 5), tanks(hours(1, 3), 1, grade="possible")]) == "undetermined"


PLACES = st.lists(
    st.tuples(st.integers(1, 40), st.integers(0, 5), st.sampled_from([50.0, 4_000.0, 30_000.0])), min_size=1, max_size=7
)


@given(places=PLACES, per=st.sampled_from(["moment", "day", "window"]))
@settings(max_examples=60)
def test_no_more_were_surely_there_than_the_fewest_that_explain_every_sight(
    places: list[tuple[int, int, float]], per: str
):
    """All sights may be of one column at one of few places: what stood at the distinct spots alone explains them."""
    seen = [tanks(hours(1, 3), count, position=(48.0 + spot / 10, 37.0, radius)) for count, spot, radius in places]
    there = sum(max(count for count, spot, _ in places if spot == one) for one in {spot for _, spot, _ in places})
    assert north(limit(per, there), seen) != "breached"
    greatest = max(count for count, _, _ in places)
    assert north(limit(per, greatest - 1), seen) == "breached"


@given(places=PLACES)
@settings(max_examples=40)
def test_a_sight_seen_a_second_time_takes_nothing_away_and_adds_nothing(places: list[tuple[int, int, float]]):
    seen = [tanks(hours(1, 3), count, position=(48.0 + spot / 10, 37.0, radius)) for count, spot, radius in places]
    assert (north(limit("moment", 40), seen) == "breached") == (north(limit("moment", 40), seen + seen) == "breached")
