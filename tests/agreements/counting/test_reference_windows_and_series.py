"""Windows for comparison, the ratio of rates, and counts by local day or week."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.agreements.counting import (
    NO_RATIO,
    Bins,
    CountFigure,
    CountLine,
    ReferenceCount,
    SmmItem,
    Subject,
    compared,
    count_lines,
    local_days,
    localdays,
    rate_ratio,
    reference_shifts,
    reference_windows,
    rule_named,
    series,
    shifted_by_days,
)
from truceline.model import Interval, UsageFault, ValueFault, microseconds

Make = Callable[..., Any]
"""A fixture that builds rows or tables."""


NOON = datetime(2025, 4, 20, 12, tzinfo=UTC)
KYIV = ZoneInfo("Europe/Kyiv")


def spell(hours: float, start: datetime = NOON) -> Interval:
    return Interval(start, start + timedelta(hours=hours))


@pytest.mark.parametrize(
    ("hours", "after"),
    [
        (30, (2, 3, 4, 5, 6, 7)),
        (24, (1, 2, 3, 4, 5, 6, 7)),
        (1, (1, 2, 3, 4, 5, 6, 7)),
        (24 * 7, (7,)),
        (24 * 7 + 1, (8, 16)),
        (24 * 30, (30, 60)),
    ],
)
def test_shifts_by_length(hours: float, after: tuple[int, ...]):
    assert reference_shifts(spell(hours)) == (*(-days for days in reversed(after)), *after)


@settings(deadline=None)
@given(hours=st.floats(0, 2000), start=st.datetimes(datetime(2015, 1, 1), datetime(2026, 1, 1)))  # noqa: DTZ001 - zoned below
def test_no_reference_window_overlaps_the_original_and_each_is_as_long(hours: float, start: datetime):
    window = spell(hours, start.replace(tzinfo=UTC))
    for _, other in reference_windows(window, [*range(-9, 10), *reference_shifts(window)], KYIV):
        assert other.duration_s == window.duration_s
        assert not other.overlaps(window)


def test_a_shift_keeps_the_clock_time_when_the_clocks_change():
    window = spell(6, datetime(2025, 4, 1, 18, tzinfo=KYIV))
    before = shifted_by_days(window, -7, KYIV)
    assert before.start.astimezone(KYIV).hour == 18
    assert window.start - before.start == timedelta(days=7, hours=-1)
    assert before.duration_s == window.duration_s


def test_a_whole_day_after_a_short_one_would_overlap_and_is_left_out():
    window = spell(24, datetime(2025, 3, 30, 0, tzinfo=KYIV).astimezone(UTC))
    days = [days for days, _ in reference_windows(window, (-1, 1), KYIV)]
    assert days == [-1], "30 March 2025 has 23 hours in Kyiv"


def test_reference_counts_stand_with_their_shift(seen: Make, observed: Make):
    rows = observed([seen(1), seen(24 * 60 + 1), seen(24 * 60 + 2), seen(-24 * 60 + 1)])
    line = count_lines(rows, None, [SmmItem()], [("h", spell(1))], KYIV, (1, -1, 2))[0]
    assert [(ref.shift_days, ref.figure.best) for ref in line.reference] == [(-1, 1), (1, 2), (2, 0)]
    assert line.ratio is None, "not before it is known what could have been seen"
    ratio = compared(line, spell(1), KYIV).ratio
    assert ratio is not None
    assert (ratio.ratio, ratio.windows) == (pytest.approx(1.0), 3)


def line_of(inside: int, references: dict[int, tuple[int, float | None]], coverage: float | None = 1.0) -> CountLine:
    """A line with what each moved window held and how much of it could have been seen."""
    beside = tuple(
        ReferenceCount(days, CountFigure(count, count, count), seen)
        for days, (count, seen) in sorted(references.items())
    )
    figure = CountFigure(inside, inside, inside)
    return CountLine("smm-item", (), "explosion", "patrol", "r", figure, beside, None, coverage=coverage)


def behind(line: CountLine) -> list[int]:
    return [one.shift_days for one in line.reference if one.in_ratio]


def test_days_not_yet_lived_are_no_reference():
    around = {days: (10 if days < 0 else 0, 1.0 if days < 0 else 0.0) for days in range(-7, 8) if days}
    line = compared(line_of(10, around), spell(24), KYIV, as_of=NOON + timedelta(days=1))
    assert [one.shift_days for one in line.reference] == list(range(-7, 0))
    assert behind(line) == list(range(-7, 0))
    assert line.ratio is not None
    assert (line.ratio.ratio, line.ratio.reference, line.ratio.windows) == (1.0, 70, 7)


def test_windows_nobody_could_see_are_shown_and_stand_behind_nothing():
    around = {-3: (0, 0.0), -2: (10, 0.01), -1: (10, None), 1: (0, 0.0)}
    line = compared(line_of(10, around), spell(24), KYIV)
    assert [one.shift_days for one in line.reference] == [-3, -2, -1, 1]
    assert behind(line) == [-2, -1]
    assert line.ratio is not None
    assert line.ratio.ratio == 1.0


@pytest.mark.parametrize(
    ("line", "as_of", "reason"),
    [
        (line_of(3, {-2: (9, 1.0)}), NOON + timedelta(hours=23), "window-not-over"),
        (line_of(0, {-2: (9, 1.0)}, coverage=0.0), None, "window-unseen"),
        (line_of(3, {}), None, "no-reference"),
        (line_of(3, {2: (9, 1.0)}), NOON + timedelta(days=1), "no-reference"),
        (line_of(3, {-2: (0, 0.0), -1: (0, 0.0)}), None, "reference-unseen"),
    ],
)
def test_without_a_ratio_there_is_a_reason(line: CountLine, as_of: datetime | None, reason: str):
    found = compared(line, spell(24), KYIV, as_of)
    assert (found.ratio, found.no_ratio, behind(found)) == (None, reason, [])
    assert reason in NO_RATIO


def test_windows_of_thirty_hours_take_every_second_day():
    around = dict.fromkeys((-7, -6, -5, -4, -3, -2, 2, 3, 4, 5, 6, 7), (1, 1.0))
    assert behind(compared(line_of(5, around), spell(30), KYIV)) == [-6, -4, -2, 2, 4, 6]
    dark = around | {-2: (0, 0.0)}
    assert behind(compared(line_of(5, dark), spell(30), KYIV)) == [-7, -5, -3, 2, 4, 6]


@settings(deadline=None)
@given(
    hours=st.floats(0.1, 400),
    start=st.datetimes(datetime(2015, 1, 1), datetime(2026, 1, 1)),  # noqa: DTZ001 - zoned below
    shifts=st.sets(st.integers(-40, 40), max_size=20),
)
def test_no_event_stands_twice_behind_a_ratio(hours: float, start: datetime, shifts: set[int]):
    window = spell(hours, start.replace(tzinfo=UTC))
    moved = dict(reference_windows(window, [*shifts, *reference_shifts(window)], KYIV))
    line = compared(line_of(1, dict.fromkeys(moved, (2, 1.0))), window, KYIV)
    used = [moved[days] for days in behind(line)]
    assert not any(one.overlaps(other) for one in used for other in used if one is not other)
    assert line.ratio is not None
    assert line.ratio.windows == len(used) >= 1


@pytest.mark.parametrize("edge", [datetime(9999, 12, 30, 12, tzinfo=UTC), datetime(1, 1, 2, 12, tzinfo=UTC)])
@pytest.mark.parametrize("name", ["UTC", "America/New_York", "Europe/Kyiv"])
def test_shifts_off_the_calendar_are_left_out(edge: datetime, name: str):
    found = [days for days, _ in reference_windows(spell(12, edge), (-3, -1, 1, 3), ZoneInfo(name))]
    assert {-3, 3} - set(found) == {3 if edge.year == 9999 else -3}
    with pytest.raises(ValueFault, match="1 to 9999"):
        shifted_by_days(spell(12, edge), 9 if edge.year == 9999 else -9, ZoneInfo(name))


@pytest.mark.parametrize("name", ["America/New_York", "Europe/Kyiv", "Pacific/Auckland"])
def test_the_first_and_the_last_years_have_local_days(name: str):
    edges = [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)]
    first, last = local_days(np.array([microseconds(moment) for moment in edges], dtype=np.int64), ZoneInfo(name))
    assert abs(int(first) - (date(1, 1, 1) - date(1970, 1, 1)).days) <= 1
    assert abs(int(last) - (date(9999, 12, 31) - date(1970, 1, 1)).days) <= 1


def test_a_mistyped_year_costs_no_centuries(monkeypatch: pytest.MonkeyPatch):
    asked: list[int] = []
    real = localdays._offset_us
    monkeypatch.setattr(localdays, "_offset_us", lambda us, zone: asked.append(us) or real(us, zone))
    moments = [datetime(202, 4, 20, tzinfo=UTC), NOON, NOON + timedelta(days=200)]
    found = local_days(np.array([microseconds(moment) for moment in moments], dtype=np.int64), KYIV)
    assert found.tolist() == [(moment.astimezone(KYIV).date() - date(1970, 1, 1)).days for moment in moments]
    assert len(asked) < 100


@pytest.mark.parametrize(("inside", "references"), [(5, [51, 58, 39]), (10, [10]), (3, [0, 1]), (400, [390, 420])])
def test_the_interval_is_clopper_pearson_carried_over(inside: int, references: list[int]):
    from scipy.stats import binomtest  # noqa: PLC0415 - slow to load

    exact = binomtest(inside, inside + sum(references)).proportion_ci(0.95, method="exact")
    found = rate_ratio(inside, references)
    windows = len(references)
    assert found.ratio == pytest.approx(inside / (sum(references) / windows))
    assert found.low == pytest.approx(windows * exact.low / (1 - exact.low))
    assert found.high == pytest.approx(windows * exact.high / (1 - exact.high))


def test_ratio_with_nothing_inside():
    found = rate_ratio(0, [3])
    assert (found.ratio, found.low) == (0.0, 0.0)
    limit = 1 - 0.025 ** (1 / 3)
    assert found.high == pytest.approx(limit / (1 - limit))


def test_ratio_with_nothing_to_compare():
    found = rate_ratio(3, [0, 0])
    assert (found.ratio, found.high, found.windows) == (None, None, 2)
    assert found.low == pytest.approx(2 * 0.025 ** (1 / 3) / (1 - 0.025 ** (1 / 3)))


def test_ratio_with_nothing_at_all():
    found = rate_ratio(0, [0, 0])
    assert (found.ratio, found.low, found.high) == (None, 0.0, None)


def test_days_begin_at_local_midnight(seen: Make, observed: Make, fused: Make):
    rows = [seen(8 * 60 + 59), seen(9 * 60), seen(-15 * 60), seen(-15 * 60 - 1)]
    bins = Bins("day", date(2025, 4, 20), 1, 2, KYIV)
    found = series(observed(rows), fused([]), SmmItem(), Subject("explosion", "patrol"), bins)
    assert [(bin_.start.isoformat(), bin_.count) for bin_ in found.bins] == [
        ("2025-04-19T00:00:00+03:00", 1),
        ("2025-04-20T00:00:00+03:00", 2),
        ("2025-04-21T00:00:00+03:00", 1),
    ]


def test_weeks_are_anchored_on_the_day_given(seen: Make, observed: Make, fused: Make):
    rows = [seen(day * 24 * 60) for day in (-8, -7, -1, 0, 6, 7, 13, 14)]
    bins = Bins("week", date(2025, 4, 20), 2, 2, KYIV)
    found = series(observed(rows), fused(rows), rule_named("incident"), Subject("explosion", "any"), bins)
    assert [bin_.count for bin_ in found.bins] == [1, 2, 2, 2]
    assert found.bin == "week"


def test_a_series_of_what_never_occurred_is_zeros(observed: Make, fused: Make):
    found = series(
        observed([]), fused([]), SmmItem(), Subject("shot", "any"), Bins("day", date(2025, 4, 20), 2, 1, KYIV)
    )
    assert [bin_.count for bin_ in found.bins] == [0, 0, 0]


@pytest.mark.parametrize(("kind", "before"), [("month", 1), ("day", -1)])
def test_bins_that_make_no_sense_are_refused(kind: str, before: int):
    with pytest.raises(UsageFault):
        Bins(kind, date(2025, 4, 20), before, 1, KYIV)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.datetimes(datetime(2009, 1, 1), datetime(2029, 1, 1)), max_size=20))  # noqa: DTZ001 - zoned below
def test_local_days_equal_the_calendars(moments: list[datetime]):
    zoned = [moment.replace(tzinfo=UTC) for moment in moments]
    found = local_days(np.array([microseconds(moment) for moment in zoned], dtype=np.int64), KYIV)
    assert found.tolist() == [(moment.astimezone(KYIV).date() - date(1970, 1, 1)).days for moment in zoned]
