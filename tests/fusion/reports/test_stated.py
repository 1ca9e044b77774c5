"""What rows state of themselves is weighed, checked against the source's other reports, and never changes an order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import numpy as np
import pytest

from truceline.fusion.reports import group_reports
from truceline.model import GroupedReports, PlaceSpread, ReportTable, SourceManner, Words
from truceline.model.columns import Ints

KM, HOUR = 1000.0, 3600.0
DAY = 24 * HOUR
LEARNT = ("agency", "camera", "network", "patrol", "pixel")


class Mixed(Protocol):
    """Reports and, for each, the incident it tells of."""

    table: ReportTable
    incident: Ints
    told: int


Ellipse = tuple[float, float, float]
More = tuple[str, float, float, float, Ellipse, float]
Weeks = Callable[..., Mixed]
Groupings = Callable[..., GroupedReports]


@pytest.fixture(scope="session")
def week(mixed_of: Callable[..., Mixed]) -> Callable[..., Mixed]:
    return lambda seed, incidents, worse=1.0: mixed_of(seed, incidents, worse, LEARNT)


@pytest.fixture(scope="session")
def grouped(grouped_of: Callable[..., GroupedReports]) -> Callable[..., GroupedReports]:
    return lambda seed, incidents, worse=1.0: grouped_of(seed, incidents, worse, LEARNT)


def pair_f1(group: Ints, incident: Ints) -> float:
    same, true = group[:, None] == group, incident[:, None] == incident
    np.fill_diagonal(same, val=False)
    np.fill_diagonal(true, val=False)
    return 2 * (same & true).sum() / max(1, same.sum() + true.sum())


def manner(found: GroupedReports, source: str) -> SourceManner:
    return next(one for one in found.sources if one.source == source)


def with_more(made: Mixed, rows: list[More]) -> ReportTable:
    """The reports and a few more: source, place, time, spread and span of each."""
    table, more = made.table, len(rows)
    source, x, y, when, spread, span = (list(column) for column in zip(*rows, strict=True))
    assert table.spread is not None
    assert table.span_s is not None
    stated = table.spread.xx_m2, table.spread.xy_m2, table.spread.yy_m2
    columns = [np.r_[old, new] for old, new in zip(stated, zip(*spread, strict=True), strict=True)]
    return ReportTable(
        (*table.id, *(f"more {row}" for row in range(more))), Words.of([*table.source.words(), *source]),
        np.r_[table.x_m, x], np.r_[table.y_m, y], np.r_[table.time_s, when],
        Words.of([*table.kind.words(), *["artillery"] * more]), spread=PlaceSpread(*columns),
        span_s=np.r_[table.span_s, span],
    )  # fmt: skip


def linked(found: GroupedReports, one: int, other: int) -> float:
    """Probability that two rows tell of one incident."""
    at = (found.first == min(one, other)) & (found.second == max(one, other))
    return float(found.probability[at].sum())


def test_to_know_how_exact_reports_are_helps(week: Weeks, grouped: Groupings):
    stated, unstated = [], []
    for seed in (1, 2):
        made = week(seed, 700)
        stated.append(pair_f1(grouped(seed, 700).group, made.incident))
        plain = group_reports(replace(made.table, spread=None, span_s=None))
        unstated.append(pair_f1(plain.group, made.incident))
    assert 1 - np.mean(stated) < 0.75 * (1 - np.mean(unstated))
    assert np.mean(stated) > 0.95


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_interval_of_the_count_holds_the_truth(seed: int, week: Weeks, grouped: Groupings):
    told = grouped(seed, 250).told
    assert told.low <= week(seed, 250).told <= told.high


def test_links_are_as_probable_as_said(week: Weeks, grouped: Groupings):
    results = [(grouped(seed, 250), week(seed, 250).incident) for seed in (1, 2, 3)]
    said = np.concatenate([found.probability for found, _ in results])
    true = np.concatenate([incident[found.first] == incident[found.second] for found, incident in results])
    matters = said > 0.01
    step = np.minimum((said[matters] * 10).astype(int), 9)
    gap = np.bincount(step, said[matters], 10) - np.bincount(step, true[matters], 10)
    assert np.abs(gap).sum() / matters.sum() < 0.05


def test_a_source_that_states_too_small_errors_is_found_out(grouped: Groupings):
    right, wrong = manner(grouped(1, 250), "network"), manner(grouped(1, 250, 4.0), "network")

    def believed_m(of: SourceManner) -> float:
        return float(np.hypot(60.0 * of.stretch, of.extra_m))

    assert 55 < believed_m(right) < 110
    assert 140 < believed_m(wrong) < 400
    assert right.stretch >= 1.0


def test_the_order_of_rows_does_not_matter_where_rows_state_how_exact_they_are(week: Weeks):
    made = week(4, 120)
    order = np.random.default_rng(3).permutation(len(made.table))
    straight, mixed = group_reports(made.table), group_reports(made.table.take(order))
    np.testing.assert_array_equal(mixed.group, straight.group[order])
    assert (mixed.told, mixed.real, mixed.sources) == (straight.told, straight.real, straight.sources)


@pytest.mark.parametrize("turn", [0.0, 0.5, 2.0])
def test_bearings_that_cross_at_a_place_join_and_those_that_miss_it_do_not(turn: float, week: Weeks):
    made = week(1, 250)
    at, when, rows = (70 * KM, -30 * KM), 3 * DAY, len(made.table)

    def line(angle: float, beside_m: float) -> More:
        c, s = np.cos(angle), np.sin(angle)
        spread = c * c * 36e6 + s * s * 62500, c * s * (36e6 - 62500), s * s * 36e6 + c * c * 62500
        # The middle of the ellipse is four kilometres from where the lines cross.
        return "camera", at[0] + 4 * KM * c - beside_m * s, at[1] + 4 * KM * s + beside_m * c, when, spread, 10.0

    sensor = "network", at[0], at[1], when, (3600.0, 0.0, 3600.0), 4.0
    found = group_reports(with_more(made, [sensor, line(turn, 0.0), line(turn + 1.2, 0.0), line(turn + 0.6, 3 * KM)]))
    assert linked(found, rows, rows + 1) > 0.9
    assert linked(found, rows + 1, rows + 2) > 0.9
    assert linked(found, rows, rows + 3) < 0.05


def test_a_district_and_a_day_find_the_second_and_the_metre(week: Weeks):
    made = week(2, 250)
    rows, district = len(made.table), ((8 * KM) ** 2, 0.0, (8 * KM) ** 2)
    far = 200 * KM
    found = group_reports(
        with_more(
            made,
            [
                ("network", far + 5 * KM, far - 7 * KM, 2.4 * DAY, (3600.0, 0.0, 3600.0), 4.0),
                ("patrol", far, far, 2 * DAY, district, DAY),
                ("patrol", far, far, 4 * DAY, district, DAY),
            ],
        )
    )  # fmt: skip
    assert linked(found, rows, rows + 1) > 0.5
    assert linked(found, rows, rows + 2) < 0.01


def test_a_report_that_is_hardly_real_is_counted_as_false(week: Weeks):
    made = week(3, 250)
    stated = np.full(len(made.table), np.nan)
    doubtful = np.flatnonzero(made.table.source.equal("pixel"))
    stated[doubtful] = 0.95
    sure = group_reports(replace(made.table, probability=stated))
    stated[doubtful] = 0.05
    unsure = group_reports(replace(made.table, probability=stated))
    assert manner(unsure, "pixel").false > 4 * manner(sure, "pixel").false
    assert unsure.real.number < sure.real.number


def test_reports_alone_that_are_stated_to_be_false_are_counted_as_such(week: Weeks, grouped: Groupings):
    made = week(3, 250)
    size = np.unique(made.incident, return_inverse=True, return_counts=True)
    told_by = size[2][size[1].reshape(-1)]
    network = made.table.source.equal("network")
    alone, together = network & (told_by == 1), network & (told_by > 2)
    stated = np.full(len(made.table), np.nan)
    stated[alone], stated[together] = 0.01, 0.99
    plain, found = grouped(3, 250), group_reports(replace(made.table, probability=stated))
    assert manner(found, "network").false > manner(plain, "network").false + 5


def test_columns_of_nothing_but_nan_are_no_columns(week: Weeks):
    made = week(5, 100)
    plain = replace(made.table, spread=None, span_s=None)
    none = np.full(len(plain), np.nan)
    empty = replace(plain, spread=PlaceSpread(none, none, none), span_s=none, probability=none)
    one, other = group_reports(plain), group_reports(empty)
    np.testing.assert_array_equal(one.group, other.group)
    np.testing.assert_array_equal(one.probability, other.probability)
    assert one.sources == other.sources
