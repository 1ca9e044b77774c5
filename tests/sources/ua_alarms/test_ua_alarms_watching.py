"""Laws of watching and blind stretches: they cover the span, once each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from truceline.model import AreaPlace, Coverage, CoverageState, Flag, Interval
from truceline.sources import SourceFile
from truceline.sources.ua_alarms.alarms import Alarm
from truceline.sources.ua_alarms.mapping import OFFICIAL
from truceline.sources.ua_alarms.watching import AlarmWatch, Piece, pieces

START = datetime(2023, 1, 1, tzinfo=UTC)
SPAN = Interval(START, START + timedelta(hours=100))

hours = st.integers(-20, 130)
stretches = st.lists(st.tuples(hours, hours, st.sampled_from(["open", "permanent"])), max_size=8)


def blind(ends: list[tuple[int, int, str]]):
    return [
        Piece(
            START + timedelta(hours=min(a, b)), START + timedelta(hours=max(a, b)), CoverageState.BLIND, why, 1, "A|1"
        )
        for a, b, why in ends
    ]


@given(stretches)
def test_stretches_cover_the_span_without_gap_or_overlap(ends: list[tuple[int, int, str]]):
    found = list(pieces(SPAN, blind(ends)))
    assert found[0].start == SPAN.start
    outlasting = [stretch.end for stretch in blind(ends) if stretch.start < stretch.end and stretch.end > SPAN.start]
    assert found[-1].end == max([SPAN.end, *outlasting])
    assert all(before.end == after.start for before, after in pairwise(found))
    assert all(piece.start < piece.end for piece in found)


@given(stretches, st.integers(0, 99))
def test_an_hour_is_blind_exactly_when_a_blind_stretch_holds_it(ends: list[tuple[int, int, str]], hour: int):
    middle = START + timedelta(hours=hour, minutes=30)
    (piece,) = [piece for piece in pieces(SPAN, blind(ends)) if piece.start <= middle < piece.end]
    expected = any(stretch.start <= middle < stretch.end for stretch in blind(ends))
    assert (piece.state is CoverageState.BLIND) is expected


@given(st.permutations([(1, 30, "open"), (20, 50, "open"), (40, 100, "permanent"), (60, 70, "open")]))
def test_order_of_the_alarms_does_not_matter(ends: list[tuple[int, int, str]]):
    assert list(pieces(SPAN, blind(ends))) == list(pieces(SPAN, blind(sorted(ends))))


STUCK_AFTER = timedelta(hours=24)
lengths = st.integers(0, 60)
"""How long an alarm stood, in hours."""
lists = st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 99)), min_size=1, max_size=6, unique=True).flatmap(
    lambda alarms: st.tuples(
        st.just(alarms),
        st.lists(st.lists(st.none() | lengths, min_size=len(alarms), max_size=len(alarms)), max_size=3),
        st.lists(lengths, min_size=len(alarms), max_size=len(alarms)),
    )
)
"""Alarms by area and hour of their start; the lengths earlier lists gave them (none: no end); the last list's."""


def told_by(alarms: list[tuple[str, int]], hours: list[int | None], held: dict[str, Coverage]):
    """The coverage one list gives to a mission that holds these records."""
    blind = [record for record in held.values() if record.state is CoverageState.BLIND]
    watch = AlarmWatch(OFFICIAL, STUCK_AFTER, blind)
    for line, ((area, start), length) in enumerate(zip(alarms, hours, strict=True), 2):
        begins = START + timedelta(hours=start)
        time = Interval(begins, begins + timedelta(hours=length or 0))
        stuck = [Flag.STUCK_OPEN] if time.end - time.start >= STUCK_AFTER else []
        flags = [Flag.END_MISSING] if length is None else stuck
        watch.note(Alarm(AreaPlace(area), area, True, time, tuple(flags)), line)
    return {record.key: record for record in watch.coverage(SourceFile(Path("list.csv"), "0" * 64))}


def hours_in_state(records: dict[str, Coverage], state: CoverageState):
    return {
        (record.area, hour)
        for record in records.values()
        for hour in range(200)
        if record.area in {"A", "B"} and record.state is state
        if record.time.contains(START + timedelta(hours=hour, minutes=30))
    }


@given(lists)
def test_after_any_number_of_earlier_lists_only_what_the_last_one_says_is_blind(
    told: tuple[list[tuple[str, int]], list[list[int | None]], list[int]],
):
    alarms, earlier, last = told
    held: dict[str, Coverage] = {}
    for hours in (*earlier, last):
        held |= told_by(alarms, hours, held)
    alone = told_by(alarms, last, {})
    assert hours_in_state(held, CoverageState.BLIND) == hours_in_state(alone, CoverageState.BLIND)
    assert hours_in_state(held, CoverageState.WATCHING) >= hours_in_state(alone, CoverageState.WATCHING)


@given(lists)
def test_the_same_list_again_adds_and_changes_nothing(
    told: tuple[list[tuple[str, int]], list[list[int | None]], list[int]],
):
    alarms, earlier, last = told
    held: dict[str, Coverage] = {}
    for hours in (*earlier, last):
        held |= told_by(alarms, hours, held)
    assert held | told_by(alarms, last, held) == held
