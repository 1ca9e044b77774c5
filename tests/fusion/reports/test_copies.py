"""Copies of one telling are in one group and count once, whatever else they say."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import numpy as np

from truceline.fusion.reports import group_reports
from truceline.fusion.reports.copies import copies_of
from truceline.model import PlaceSpread, ReportTable, Words
from truceline.model.columns import Ints


class Week(Protocol):
    """Reports and, for each, the incident it tells of."""

    table: ReportTable
    incident: Ints
    told: int


def with_copies_of(table: ReportTable, row: int, times: int) -> ReportTable:
    rows = np.r_[np.arange(len(table)), np.full(times, row)]
    origin = np.full(len(rows), "", dtype=object)
    origin[row] = origin[len(table) :] = "wire 7"
    return replace(table.take(rows), origin=Words.of(origin.tolist()))


def test_copies_count_once_and_change_nothing_else(one_week: Week):
    plain, rows = group_reports(one_week.table), len(one_week.table)
    copied = group_reports(with_copies_of(one_week.table, 3, 4))
    np.testing.assert_array_equal(copied.group[:rows], plain.group)
    assert (copied.group[rows:] == plain.group[3]).all()
    assert (copied.told, copied.real, copied.false, copied.sources) == (
        plain.told, plain.real, plain.false, plain.sources,
    )  # fmt: skip
    new = (copied.first >= rows) | (copied.second >= rows)
    assert new.sum() == 4
    assert (copied.probability[new] == 1.0).all()
    np.testing.assert_array_equal(copied.probability[~new], plain.probability)


def test_copies_are_together_however_far_apart_they_say_they_are(one_week: Week):
    table = replace(one_week.table, origin=Words.of(["one"] * 2 + [""] * (len(one_week.table) - 2)))
    far = table.x_m.copy()
    far[1] += 80_000.0
    found = group_reports(replace(table, x_m=far))
    assert found.group[0] == found.group[1]


def test_rows_without_an_origin_are_no_copies(one_week: Week):
    plain = group_reports(one_week.table)
    unsaid = group_reports(replace(one_week.table, origin=Words.of([""] * len(one_week.table))))
    np.testing.assert_array_equal(unsaid.group, plain.group)
    np.testing.assert_array_equal(unsaid.probability, plain.probability)


def test_the_most_exact_stands_for_its_copies_and_then_the_earliest():
    at = np.array([50.0, 10.0, 30.0, 20.0])
    words = Words.of(["press"] * 4)
    table = ReportTable(tuple("abcd"), words, at, at, at, words, origin=Words.of(["wire"] * 4))
    assert copies_of(table).kept.tolist() == [1]  # type: ignore[union-attr]
    day = replace(table, span_s=np.array([np.nan, 86_400.0, np.nan, np.nan]))
    assert copies_of(day).kept.tolist() == [3]  # type: ignore[union-attr]
    sharp = np.array([np.nan, np.nan, 100.0, np.nan])
    pixel = PlaceSpread(sharp, np.where(np.isnan(sharp), np.nan, 0.0), sharp)
    assert copies_of(replace(day, spread=pixel)).kept.tolist() == [2]  # type: ignore[union-attr]
