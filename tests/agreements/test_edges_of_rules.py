"""Where a rule turns: a hair to either side of each edge, so that no edge can move unseen."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from shapely.geometry import box
from told import AFTERWARDS, BEGIN, FIRE, NORTH, SOUTH, entry, hours, results, sight, truce

import strategies as made_up
from truceline.agreements.duties import local_days
from truceline.agreements.evaluation import Evidence, evaluate
from truceline.agreements.ground import Ground
from truceline.agreements.loading import parse_agreement
from truceline.agreements.space.zone import Zone
from truceline.model import Finding, Interval, Words

MIDDLE, EDGE_IN, EDGE_OUT, FAR = 0.0, 9_000.0, 11_000.0, 60_000.0
"""Metres north of the middle of a zone that reaches 10 km north of it."""
_METRES_PER_DEGREE = 111_200.0
ZONE = Zone("zone", box(36.0, 47.0, 38.0, 48.0 + 10_000.0 / _METRES_PER_DEGREE), "2031-04-19", "made up")


def of_the_shot(north_m: float, radius_m: float, register: tuple[Any, ...], permit: str) -> Finding:
    """The finding on fire by the North, so far from the middle of the zone and known so well."""
    drawn = "zones: [{id: zone, slot: made up}]\n"
    text = truce(FIRE, f"id: answer, kind: permit, who: each, act: ground-fire, overrides: [fire]{permit}") + drawn
    table = made_up.incident_table(
        [sight(hours(10), NORTH, id=77, position=(48.0 + north_m / _METRES_PER_DEGREE, 37.0, radius_m))]
    )
    evidence = Evidence(table, Words.of(["confirmed"]), register)
    found = evaluate(parse_agreement(text), Ground((ZONE,)), evidence, AFTERWARDS)
    return next(one for one in found if one.id == f"fire/{NORTH}/r")


def in_the_zone(*story: Any) -> str:  # noqa: ANN401 - whatever the finding is told from
    return str(of_the_shot(*story).result)


def judged_as(*story: Any) -> str:  # noqa: ANN401 - whatever the finding is told from
    return of_the_shot(*story).judged[0].outcome


ORDER = "requires: [{entry: order, by: same}]"
GIVEN = (entry("order", "answer", hours(9), about=f"{77:016x}"),)
CLAIMED = (entry("claim", "answer", hours(11), about=f"{77:016x}", standing="claimed", said_by=NORTH),)


@pytest.mark.parametrize(
    ("north_m", "radius_m", "result"),
    [
        (MIDDLE, 100.0, "undetermined"),
        (EDGE_IN, 100.0, "undetermined"),
        (EDGE_IN, 5_000.0, "undetermined"),
        (EDGE_OUT, 5_000.0, "undetermined"),
        (EDGE_OUT, 100.0, "breached"),
        (FAR, 5_000.0, "breached"),
    ],
)
def test_a_claim_holds_open_only_what_may_lie_where_the_permission_holds(north_m: float, radius_m: float, result: str):
    assert in_the_zone(north_m, radius_m, CLAIMED, f", where: zone, {ORDER}") == result


@pytest.mark.parametrize(
    ("north_m", "radius_m", "excepted"),
    [
        (MIDDLE, 100.0, True),
        (EDGE_IN, 100.0, True),
        (EDGE_IN, 5_000.0, False),
        (EDGE_OUT, 5_000.0, False),
        (EDGE_OUT, 100.0, False),
    ],
)
@pytest.mark.parametrize("placed", ["permission", "order"])
def test_only_what_surely_lies_there_is_excepted(north_m: float, radius_m: float, excepted: bool, placed: str):
    given = GIVEN if placed == "permission" else (entry("order", "answer", hours(9), about=f"{77:016x}", place="zone"),)
    permit = f", where: zone, {ORDER}" if placed == "permission" else f", {ORDER}"
    assert (judged_as(north_m, radius_m, given, permit) == "excepted") is excepted


def test_an_order_for_an_area_by_name_speaks_of_that_area_only():
    text = truce(FIRE, f"id: answer, kind: permit, who: each, act: ground-fire, overrides: [fire], {ORDER}")
    named = (entry("order", "answer", hours(9), about=f"{77:016x}", place="elsewhere"),)
    assert results(text, [sight(hours(10), id=77)], named)[f"fire/{NORTH}"] == "breached"


PULL = "id: pull, kind: oblige, mode: achievement, who: each, act: notify, count: {at_least: 3}, when: {until: 'UNTIL'}"


def done(hour: float, count: int) -> Any:  # noqa: ANN401 - an entry
    return entry("done", "pull", hours(hour), count=count, key=f"{hour}-{count}")


@pytest.mark.parametrize(
    ("register", "result"),
    [
        ((done(10, 2), done(60, 1)), "breached"),
        ((done(10, 2), done(60, 0)), "undetermined"),
        ((done(60, 2),), "undetermined"),
        ((done(60, 3),), "breached"),
        ((done(10, 3), done(60, 1)), "complied"),
    ],
    ids=["the last one late", "never all", "too few, late", "all late", "all in time"],
)
def test_late_is_who_had_done_enough_only_after_the_deadline(register: tuple[Any, ...], result: str):
    text = truce(PULL.replace("UNTIL", hours(48).start.isoformat()))
    assert results(text, [], register)[f"pull/{NORTH}"] == result


@pytest.mark.parametrize(("last_h", "days"), [(71, 3), (72, 3), (73, 4)])
def test_the_last_day_of_a_duty_of_every_day_ends_with_its_window(last_h: int, days: int):
    duty = "id: pull, kind: oblige, mode: maintenance, who: each, act: deliver-aid, count: {at_least: 1, per: day}"
    kept = tuple(done(24 * day + 0.5, 1) for day in range(days))
    story = truce(duty, last_h=last_h)
    assert results(story, [], kept)[f"pull/{NORTH}"] == "complied"
    assert results(story, [], kept[:-1])[f"pull/{NORTH}"] == "undetermined"
    # what was done on the last day after the window's end is of no day of it
    late = (*kept[:-1], done(24 * (days - 1) + 23.9, 1))
    assert results(story, [], late)[f"pull/{NORTH}"] == ("complied" if last_h == 72 else "undetermined")


@pytest.mark.parametrize(("as_of_h", "days"), [(47.9, 1), (48, 2), (48.1, 2), (90, 3)])
def test_a_local_day_is_over_with_its_last_moment(as_of_h: float, days: int):
    window = Interval(BEGIN, hours(60).start)
    assert len(local_days(window, hours(as_of_h).start, ZoneInfo("UTC"))) == days


@pytest.mark.parametrize(("waived_h", "result"), [(239, "released"), (239.999, "released"), (240, "complied")])
def test_a_waiver_at_the_windows_end_or_after_it_takes_nothing_back(waived_h: float, result: str):
    waived = (entry("release", "fire", hours(waived_h), by=SOUTH, to=(NORTH,)),)
    assert results(truce(FIRE), [], waived)[f"fire/{NORTH}"] == result


@pytest.mark.parametrize(("fired_h", "result"), [(20, "breached"), (39, "breached"), (41, "void")])
def test_a_norm_is_void_only_once_the_last_of_its_conditions_stands(fired_h: float, result: str):
    norm = f"{FIRE}, void_if: [{{entry: determination, subject: one}}, {{entry: determination, subject: two}}]"
    said = tuple(
        entry("determination", subject, hours(at), by="mechanism") for subject, at in (("one", 10), ("two", 40))
    )
    assert results(truce(norm), [sight(hours(fired_h))], said)[f"fire/{NORTH}"] == result


@pytest.mark.parametrize(("ended", "result"), [("20", "complied"), ("21", "breached"), ("22", "breached")])
def test_a_text_ends_with_the_reading_that_ends_on_its_last_day_and_else_with_the_beginning_of_it(
    ended: str, result: str
):
    steps = f"{{step: signed, date: 2031-04-01, source: text}}, {{step: ended, date: 2031-04-{ended}, source: text}}"
    texts = f"[{{id: i, title: {{en: I}}, type: ceasefire, status: [{steps}]}}]"
    day = hours(0).start.replace(hour=0, minute=0, second=0)
    last_h = int((day.replace(day=21, hour=20) - BEGIN).total_seconds() // 3600)
    text = truce(f"{FIRE}, instrument: i", last_h=last_h, instruments=texts)
    assert results(text, [sight(hours(last_h - 1))])[f"fire/{NORTH}"] == result
