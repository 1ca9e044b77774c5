"""Laws of watching and blind stretches: they cover the span, once each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from truceline.model import CoverageState, Interval
from truceline.sources.ua_alarms.watching import Piece, pieces

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
