"""Laws of grouping: what must not matter, what must join and stay apart, what is learned, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import numpy as np
import pytest

from truceline.fusion.reports import group_reports
from truceline.fusion.reports.densities import FOLDS, evened, narrower_m
from truceline.model import Counted, GroupedReports, ReportTable, ValueFault, Words
from truceline.model.columns import Floats, Ints

KM, HOUR = 1000.0, 3600.0


class Week(Protocol):
    """Reports and, for each, the incident it tells of."""

    table: ReportTable
    incident: Ints
    told: int


def told(*rows: tuple[str, float, float, float, str]) -> ReportTable:
    source, x_m, y_m, time_s, kind = (list(column) for column in zip(*rows, strict=True))
    ids = tuple(f"r{row}" for row in range(len(rows)))
    return ReportTable(ids, Words.of(source), np.array(x_m), np.array(y_m), np.array(time_s), Words.of(kind))


def taken(reports: ReportTable, rows: Ints) -> ReportTable:
    """The rows asked for, in that order."""
    return ReportTable(
        tuple(reports.id[row] for row in rows), reports.source.take(rows), reports.x_m[rows], reports.y_m[rows],
        reports.time_s[rows], reports.kind.take(rows),
    )  # fmt: skip


def pair_f1(group: Ints, incident: Ints) -> float:
    """F1 of the pairs said to be of one incident."""
    same, true = group[:, None] == group, incident[:, None] == incident
    np.fill_diagonal(same, val=False)
    np.fill_diagonal(true, val=False)
    return 2 * (same & true).sum() / max(1, same.sum() + true.sum())


def probabilities(found: GroupedReports, rows: int) -> Floats:
    """Probability of the link of every two rows."""
    every = np.zeros((rows, rows))
    every[found.first, found.second] = every[found.second, found.first] = found.probability
    return every


def assert_same(one: GroupedReports, other: GroupedReports) -> None:
    for column in ("group", "first", "second", "probability"):
        np.testing.assert_array_equal(getattr(one, column), getattr(other, column))
    assert (one.told, one.real, one.false, one.sources) == (other.told, other.real, other.false, other.sources)


def test_the_order_of_rows_does_not_matter(one_week: Week):
    order = np.random.default_rng(3).permutation(len(one_week.table))
    straight, mixed = group_reports(one_week.table), group_reports(taken(one_week.table, order))
    np.testing.assert_array_equal(mixed.group, straight.group[order])
    rows = len(order)
    np.testing.assert_array_equal(probabilities(mixed, rows), probabilities(straight, rows)[np.ix_(order, order)])
    assert (mixed.told, mixed.real, mixed.sources) == (straight.told, straight.real, straight.sources)


def test_the_order_of_names_of_sources_in_the_column_does_not_matter(one_week: Week):
    source = one_week.table.source
    turned = Words(np.asarray(len(source.names) - source.codes, dtype=np.int32), ("nobody", *source.names[::-1]))
    assert_same(group_reports(one_week.table), group_reports(replace(one_week.table, source=turned)))


def test_it_comes_out_the_same_on_every_run(one_week: Week):
    assert_same(group_reports(one_week.table), group_reports(one_week.table))


@pytest.mark.parametrize(("east_m", "north_m", "later_s"), [(512.0, -4096.0, 7200.0), (-2e6, 3e6, 1.7e9)])
def test_another_place_and_another_time_change_nothing(one_week: Week, east_m: float, north_m: float, later_s: float):
    # To a millimetre and a millisecond, so that moving rounds nothing away.
    plain = replace(
        one_week.table, x_m=np.round(one_week.table.x_m), y_m=np.round(one_week.table.y_m),
        time_s=np.round(one_week.table.time_s),
    )  # fmt: skip
    moved = replace(plain, x_m=plain.x_m + east_m, y_m=plain.y_m + north_m, time_s=plain.time_s + later_s)
    assert_same(group_reports(plain), group_reports(moved))


def test_two_certain_copies_join(one_week: Week):
    table = one_week.table
    rows = len(table)
    lone = np.flatnonzero(
        np.bincount(one_week.incident - one_week.incident.min())[one_week.incident - one_week.incident.min()] == 1
    )
    copied = next(row for row in lone if table.source.word(row) == "aircraft")
    other = next(name for name in table.source.names if name != "aircraft")
    both = taken(table, np.r_[np.arange(rows), copied])
    codes = both.source.codes.copy()
    codes[rows] = both.source.names.index(other)
    found = group_reports(replace(both, source=replace(both.source, codes=codes)))
    assert found.group[rows] == found.group[copied]
    assert probabilities(found, rows + 1)[copied, rows] > 0.9


def test_far_apart_reports_stay_apart():
    rows = [
        (source, 100 * KM * turn, 70 * KM * turn, 200 * HOUR * turn, "artillery")
        for turn in range(8)
        for source in ("patrol", "station")
    ]
    found = group_reports(told(*rows))
    pair = np.arange(16) // 2
    assert not (probabilities(found, 16) > 0.01)[pair[:, None] != pair].any()
    assert len(np.unique(found.group)) >= 8
    assert not (found.group[:, None] == found.group)[pair[:, None] != pair].any()


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_the_interval_of_the_count_holds_the_truth(week_of: Callable[[int, int], Week], seed: int):
    made = week_of(seed, 150)
    found = group_reports(made.table)
    assert found.told.low <= made.told <= found.told.high
    assert found.told.high - found.told.low < 0.35 * made.told


def test_groups_are_mostly_right_and_links_are_as_probable_as_said(week_of: Callable[[int, int], Week]):
    said, true = [], []
    for seed in (11, 12, 13):
        made = week_of(seed, 150)
        found = group_reports(made.table)
        assert pair_f1(found.group, made.incident) > 0.8
        said.append(found.probability)
        true.append(made.incident[found.first] == made.incident[found.second])
    probability, right = np.concatenate(said), np.concatenate(true)
    matters = probability > 0.01
    step = np.minimum((probability[matters] * 10).astype(int), 9)
    gap = np.bincount(step, probability[matters], 10) - np.bincount(step, right[matters], 10)
    assert np.abs(gap).sum() / matters.sum() < 0.06


def test_the_error_of_a_precise_source_and_of_a_rough_one_are_learned(week_of: Callable[[int, int], Week]):
    manner = {source.source: source for source in group_reports(week_of(5, 400).table).sources}
    assert 100 < manner["aircraft"].error_m < 450
    assert 1100 < manner["patrol"].error_m < 2000
    assert manner["aircraft"].error_m < manner["station"].error_m < manner["patrol"].error_m
    assert not any(source.names_places for source in manner.values())


def test_many_reports_are_grouped_with_sources_learned_on_a_part(week_of: Callable[[int, int], Week]):
    made = week_of(9, 1500)
    assert len(made.table) > 1800
    found = group_reports(made.table)
    assert pair_f1(found.group, made.incident) > 0.55
    assert abs(found.told.number - made.told) < 0.1 * made.told
    order = np.random.default_rng(4).permutation(len(made.table))
    np.testing.assert_array_equal(group_reports(taken(made.table, order)).group, found.group[order])


def test_one_report_is_one_happening():
    found = group_reports(told(("patrol", 1.0, 2.0, 3.0, "artillery")))
    assert found.group.tolist() == [0]
    assert len(found.probability) == 0
    assert found.told.number == 1.0
    assert found.told.low <= 1.0 <= found.told.high
    assert np.isfinite([found.real.number, found.sources[0].error_m]).all()


def test_reports_alike_in_everything_have_finite_results():
    found = group_reports(told(*[("patrol", 1.0, 2.0, 3.0, "artillery")] * 3))
    assert np.isfinite(found.probability).all()
    assert 1.0 <= found.told.low <= found.told.number <= found.told.high <= 3.0


def test_no_report_is_no_incident():
    nothing = ReportTable((), Words.of([]), np.zeros(0), np.zeros(0), np.zeros(0), Words.of([]))
    found = group_reports(nothing)
    assert len(found.group) == 0
    assert (found.told.of, found.told.number, found.told.high) == (Counted.TOLD, 0.0, 0.0)


@pytest.mark.parametrize("column", ["x_m", "y_m", "time_s"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_place_or_time_that_is_no_number_is_refused(one_week: Week, column: str, value: float):
    broken = getattr(one_week.table, column).copy()
    broken[4] = value
    with pytest.raises(ValueFault, match=rf"{column} of report 'r4' is (nan|inf)"):
        group_reports(replace(one_week.table, **{column: broken}))


def test_columns_of_unlike_length_are_refused(one_week: Week):
    with pytest.raises(ValueFault, match="column x_m has 1 rows"):
        group_reports(replace(one_week.table, x_m=np.zeros(1)))


def test_a_map_is_evened_out_between_what_other_folds_tell_and_what_all_tell():
    told = np.log(np.array([1.0, 2.0, 3.0])).reshape(FOLDS, 1, 1)
    np.testing.assert_allclose(np.exp(evened(told)) ** 2, np.exp(told) * 2.0)
    np.testing.assert_allclose(evened(np.full((FOLDS, 2, 2), -3.0)), -3.0)


def test_a_kernel_is_one_step_narrower_than_half_of_the_reports_ask_for_but_never_below_the_least():
    assert narrower_m(2_700.0) == 1_800.0
    assert narrower_m(1_200.0) == 1_200.0


def test_the_number_told_of_in_dense_hot_spots_is_hardly_off(week_of: Callable[[int, int], Week]):
    off = [group_reports(made.table).told.number / made.told - 1 for made in (week_of(seed, 600) for seed in (1, 2, 3))]
    assert abs(np.mean(off)) < 0.025
