"""What a table of reports must hold before it is grouped: columns of one length, numbers, and spreads that are ones."""

from __future__ import annotations

import numpy as np

from truceline.model import PlaceSpread, ReportTable, ValueFault
from truceline.model.columns import Floats, Mask, Rows

_NEED_NOT = "leave it NaN where nothing is stated"


def checked(table: ReportTable) -> ReportTable:
    """The table itself, if it can be grouped.

    Raises:
        ValueFault: when a column has another length than the others, a place or time is not a finite number, a stated
            spread is no covariance, a stated span negative or endless, or a probability not between 0 and 1.
    """
    _check_lengths(table)
    for name, column in {"x_m": table.x_m, "y_m": table.y_m, "time_s": table.time_s}.items():
        _refuse(
            table, name, column, ~np.isfinite(column),
            ("not a finite number", "leave reports without place or time out and say how many they were", "12500.0"),
        )  # fmt: skip
    if table.spread is not None:
        _check_spread(table, table.spread)
    if table.span_s is not None:
        span = table.span_s
        bad = np.isinf(span) | (span < 0)
        _refuse(table, "span_s", span, bad, ("no length of time", f"give seconds, or {_NEED_NOT}", "86400.0"))
    if table.probability is not None:
        stated = table.probability
        bad = (stated < 0) | (stated > 1)
        _refuse(table, "probability", stated, bad, ("not between 0 and 1", f"give a share, or {_NEED_NOT}", "0.9"))
    return table


def _check_lengths(table: ReportTable) -> None:
    lengths = {"x_m": len(table.x_m), "y_m": len(table.y_m), "time_s": len(table.time_s)}
    lengths |= {"source": len(table.source.codes), "kind": len(table.kind.codes)}
    if table.spread is not None:
        lengths |= {f"spread.{name}": len(getattr(table.spread, name)) for name in ("xx_m2", "xy_m2", "yy_m2")}
    lengths |= {
        name: len(column)
        for name, column in {"span_s": table.span_s, "probability": table.probability}.items()
        if column is not None
    }
    if table.origin is not None:
        lengths["origin"] = len(table.origin.codes)
    for name, length in lengths.items():
        if length != len(table):
            raise ValueFault(
                f"column {name} has {length} rows, the table has {len(table)} ids",
                where=name, do="give every report one value in every column", example="5 ids, 5 values",
            )  # fmt: skip


def _check_spread(table: ReportTable, spread: PlaceSpread) -> None:
    xx, xy, yy = spread.xx_m2, spread.xy_m2, spread.yy_m2
    unstated = np.isnan(xx) & np.isnan(xy) & np.isnan(yy)
    whole = np.isfinite(xx) & np.isfinite(xy) & np.isfinite(yy)
    half = np.flatnonzero(~unstated & ~whole)
    if len(half):
        row = half[0]
        raise ValueFault(
            f"spread of report {table.id[row]!r} is stated in part or without end: xx_m2 {xx[row]:g}, xy_m2 {xy[row]:g}"
            f", yy_m2 {yy[row]:g}" + _more(half),
            where=f"row {row}, spread", do="state all three as finite numbers, or leave all three NaN",
            example="250000.0, 0.0, 250000.0 is 500 m along each axis",
        )  # fmt: skip
    none = np.flatnonzero(whole & ~((xx > 0) & (yy > 0) & (xy * xy < xx * yy)))
    if len(none):
        row = none[0]
        raise ValueFault(
            f"spread of report {table.id[row]!r} is no covariance: xx_m2 {xx[row]:g}, xy_m2 {xy[row]:g}, yy_m2"
            f" {yy[row]:g}" + _more(none),
            where=f"row {row}, spread",
            do="xx_m2 and yy_m2 must be more than 0, and xy_m2 squared less than their product",
            example="250000.0, 0.0, 250000.0 is 500 m along each axis",
        )  # fmt: skip


def _refuse(table: ReportTable, name: str, column: Floats, bad: Mask, said: tuple[str, str, str]) -> None:
    """Refuse the first of the bad rows: what is wrong with it, what to do, an example."""
    rows, (wrong, do, example) = np.flatnonzero(bad), said
    if len(rows):
        row = rows[0]
        raise ValueFault(
            f"{name} of report {table.id[row]!r} is {column[row]}, {wrong}" + _more(rows),
            where=f"row {row}, {name}", do=do, example=example,
        )  # fmt: skip


def _more(rows: Rows) -> str:
    return f" (and {len(rows) - 1} more)" if len(rows) > 1 else ""
