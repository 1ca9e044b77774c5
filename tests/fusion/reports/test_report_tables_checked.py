"""A table that cannot be grouped is refused with the report that is at fault, one test per fault."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from truceline.fusion.reports.checking import checked
from truceline.model import PlaceSpread, ReportTable, ValueFault, Words
from truceline.model.columns import Floats

ROWS = 5


def spread(row: int, *values: float) -> PlaceSpread:
    """Half a kilometre in every row but one."""
    columns = np.full((3, ROWS), 250_000.0)
    columns[1] = 0.0
    columns[:, row] = values
    return PlaceSpread(*columns)


def column(row: int, value: float) -> Floats:
    values = np.full(ROWS, np.nan)
    values[row] = value
    return values


@pytest.fixture
def table() -> ReportTable:
    at = np.arange(ROWS, dtype=float)
    words = Words.of(["patrol"] * ROWS)
    return ReportTable(tuple(f"r{row}" for row in range(ROWS)), words, at, at, at, words)


def test_what_is_stated_in_some_rows_passes(table: ReportTable):
    full = replace(
        table, spread=spread(3, np.nan, np.nan, np.nan), span_s=column(2, 86_400.0),
        origin=Words.of(["", "a", "", "a", ""]), probability=column(1, 1.0),
    )  # fmt: skip
    assert checked(full) is full


@pytest.mark.parametrize("values", [(np.nan, 0.0, 1.0), (1.0, np.inf, 1.0), (np.inf, np.inf, np.inf)])
def test_a_spread_in_part_or_without_end_is_refused(table: ReportTable, values: tuple[float, ...]):
    with pytest.raises(ValueFault, match="spread of report 'r3' is stated in part or without end"):
        checked(replace(table, spread=spread(3, *values)))


@pytest.mark.parametrize("values", [(0.0, 0.0, 1.0), (1.0, 0.0, -1.0), (1.0, 1.0, 1.0), (4.0, -3.0, 2.0)])
def test_a_spread_that_is_no_covariance_is_refused(table: ReportTable, values: tuple[float, ...]):
    with pytest.raises(ValueFault, match="spread of report 'r2' is no covariance"):
        checked(replace(table, spread=spread(2, *values)))


@pytest.mark.parametrize("value", [-1.0, np.inf])
def test_a_span_that_is_no_length_of_time_is_refused(table: ReportTable, value: float):
    with pytest.raises(ValueFault, match=r"span_s of report 'r1' is (-1.0|inf), no length of time"):
        checked(replace(table, span_s=column(1, value)))


@pytest.mark.parametrize("value", [-0.1, 1.1, np.inf])
def test_a_probability_that_is_none_is_refused(table: ReportTable, value: float):
    with pytest.raises(ValueFault, match=r"probability of report 'r4' is .* not between 0 and 1"):
        checked(replace(table, probability=column(4, value)))


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("spread.xy_m2", PlaceSpread(np.ones(ROWS), np.zeros(2), np.ones(ROWS))),
        ("span_s", np.zeros(2)),
        ("origin", Words.of(["", ""])),
        ("probability", np.zeros(2)),
    ],
)
def test_columns_of_another_length_are_refused(table: ReportTable, name: str, given: object):
    with pytest.raises(ValueFault, match=f"column {name} has 2 rows, the table has 5 ids"):
        checked(replace(table, **{name.split(".", maxsplit=1)[0]: given}))


def test_the_message_says_how_many_more(table: ReportTable):
    with pytest.raises(ValueFault, match=r"span_s of report 'r0' is -1.0, no length of time \(and 4 more\)"):
        checked(replace(table, span_s=np.full(ROWS, -1.0)))
