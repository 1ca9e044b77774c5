"""Which rows of two logs are near enough to be held against each other, found window by window with bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from truceline.agreements.reconciling.likeness import Links, apart_us, joined, linked
from truceline.agreements.reconciling.sides import Side, Sides
from truceline.agreements.reconciling.tolerances import Tolerances
from truceline.model import UsageFault
from truceline.model.columns import Ints, Mask

MOST_LINKS = 10_000_000
"""More pairs than that are refused: they need more memory than a laptop has, and most would be chance."""
LONGEST_HOST_S = 86_400.0
"""A line that lasts longer tells of no one thing of which others are parts."""
_AT_ONCE = 1_000_000
_HOUR_US = 3_600_000_000
_WIDTHS_US = (0, _HOUR_US, 24 * _HOUR_US, 720 * _HOUR_US, np.iinfo(np.int64).max)
"""Rows are sought by how long the moment of their start is uncertain, so that one vague row slows no other."""

Near = Callable[[Ints, Ints], Mask]


def near_links(sides: Sides, tolerances: Tolerances) -> Links:
    """Every pair of rows within the tolerances. Raises :class:`UsageFault` beyond :data:`MOST_LINKS`."""
    a, b = sides.a, sides.b
    gap_us = round(tolerances.time_s * 1e6)

    def near(rows_a: Ints, rows_b: Ints) -> Mask:
        return apart_us(a, b, rows_a, rows_b) <= gap_us

    found: list[Links] = []
    for rows_a in _by_width(a):
        for rows_b in _by_width(b):
            widest_us = int((b.high_us[rows_b] - b.low_us[rows_b]).max())
            begin, end = a.low_us[rows_a] - gap_us - widest_us, a.high_us[rows_a] + gap_us
            for pairs in _sought((rows_a, begin, end), rows_b, b.low_us, near):
                found.append(linked(sides, *pairs, tolerances))
                _check_many(found)
    return joined(found)


def inside_links(sides: Sides, hosts: Ints, guests: Ints, tolerances: Tolerances) -> Links:
    """Every pair of a row of the first log and a row of the second that may be a part of it.

    It lies inside the interval, which both clocks may miss by ``alike_s`` at either end, and is at most half as long.
    """
    a, b = sides.a, sides.b
    slip_us = round(tolerances.alike_s * 1e6)
    begin, end = a.table.start_us[hosts] - slip_us, a.table.end_us[hosts] + slip_us

    def near(rows_a: Ints, rows_b: Ints) -> Mask:
        ends: Mask = b.table.end_us[rows_b] <= a.table.end_us[rows_a] + slip_us
        return ends & half_as_long(a, b, rows_a, rows_b)

    found: list[Links] = []
    for pairs in _sought((hosts, begin, end), guests, b.table.start_us, near):
        found.append(linked(sides, *pairs, tolerances))
        _check_many(found)
    return joined(found)


def half_as_long(host: Side, guest: Side, hosts: Ints, guests: Ints) -> Mask:
    """Whether each guest is at most half as long as its host."""
    found: Mask = 2 * guest.length_us[guests] <= host.length_us[hosts]
    return found


def _by_width(side: Side) -> list[Ints]:
    """Rows in lots of like uncertainty."""
    lot = np.searchsorted(_WIDTHS_US, side.high_us - side.low_us)
    return [np.flatnonzero(lot == one) for one in np.unique(lot)]


def _sought(windows: tuple[Ints, Ints, Ints], rows: Ints, moment_us: Ints, near: Near) -> Iterator[tuple[Ints, Ints]]:
    """Pairs of a window's row and a row whose moment lies in the window, both ends included, that are also near."""
    of, begin, end = windows
    rows = rows[np.argsort(moment_us[rows], kind="stable")]
    moments = moment_us[rows]
    first = np.searchsorted(moments, begin, side="left")
    many = np.maximum(np.searchsorted(moments, end, side="right") - first, 0)
    for chosen in _lots(many):
        times = many[chosen]
        nth = np.arange(int(times.sum())) - np.repeat(np.cumsum(times) - times, times)
        pairs = np.repeat(of[chosen], times), rows[np.repeat(first[chosen], times) + nth]
        kept = near(*pairs)
        yield pairs[0][kept], pairs[1][kept]


def _lots(many: Ints) -> Iterator[slice]:
    """Windows in lots of about as many pairs as are looked at together."""
    total = np.cumsum(many)
    at = 0
    while at < len(many):
        before = int(total[at - 1]) if at else 0
        upto = max(int(np.searchsorted(total, before + _AT_ONCE, side="right")), at + 1)
        yield slice(at, upto)
        at = upto


def _check_many(found: list[Links]) -> None:
    if sum(len(one) for one in found) > MOST_LINKS:
        raise UsageFault(
            f"more than {MOST_LINKS:,} pairs of lines lie within the tolerances; most would match by chance",
            where="reconcile",
            do="narrow the tolerances, or compare a shorter period",
            example="truceline reconcile patrol-a patrol-b --minutes 5 --from 2021-03-26 --to 2021-03-27",
        )
