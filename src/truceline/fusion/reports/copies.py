"""Copies of one telling count once: which report stands for them, and how they follow it afterwards.

Press follows press: a hundred pages may print one wire, and they are one piece of evidence. **In:** a table whose
``origin`` says which reports are one telling. **Out:** the table without the copies, and for the result the group of
every copy, and its link to the report that stands for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from truceline.model import GroupedReports, ReportTable, Words
from truceline.model.columns import Floats, Ints, Mask, Rows

_USUAL_M2 = 1e6
"""Variance along an axis that a place without a stated one counts for when the most exact copy is sought."""


_LEAST_M4, _DIGITS = 1e-12, 4


@dataclass(frozen=True)
class Copies:
    """The rows that stand for all (``kept``), and for every row of the table the place of its own among them."""

    kept: Rows
    stands: Ints


def copies_of(table: ReportTable) -> Copies | None:
    """Who stands for whom: of one origin the most exact in time and place, of those the earliest; None without copies.

    Of several alike in this, one whose source tells most by itself: so a source that only copies changes nothing.

    >>> from truceline.model import Words
    >>> at, word = np.array([0.0, 60.0, 90.0]), Words.of(["x"] * 3)
    >>> found = copies_of(ReportTable(("a", "b", "c"), word, at, at, at, word, origin=Words.of(["", "wire", "wire"])))
    >>> found.kept, found.stands
    (array([0, 1]), array([0, 1, 1]))
    """
    if table.origin is None:
        return None
    origin = _rank(table.origin)
    named = table.origin.words() != ""
    teller = np.where(named, origin, len(table.origin.names) + np.arange(len(table)))
    order = np.lexsort(
        (
            _rank(table.kind),
            _rank(table.source),
            table.y_m,
            table.x_m,
            *_originality(table.source, named),
            table.time_s,
            _spread_m4(table),
            _span_s(table),
            teller,
        )
    )
    first = np.r_[True, teller[order][1:] != teller[order][:-1]]
    if first.all():
        return None
    of_teller = order[first][np.cumsum(first) - 1]
    own = np.empty(len(table), np.intp)
    own[order] = of_teller
    kept = np.unique(own)
    return Copies(kept, np.searchsorted(kept, own).astype(np.int64))


def _rank(words: Words) -> Ints:
    """The place of every row's word in the order of names."""
    rank = np.unique(np.asarray(words.names, dtype=object), return_inverse=True)[1]
    return rank.reshape(-1)[words.codes]


def _originality(source: Words, copied: Mask) -> tuple[Ints, Ints]:
    """By report, how much its source copies or is copied, and, of more weight, how much it tells by itself (less)."""
    many = len(source.names)
    shared, own = (np.bincount(source.codes[rows], minlength=many)[source.codes] for rows in (copied, ~copied))
    return shared, -own


def _spread_m4(table: ReportTable) -> Floats:
    """How wide each place is: the logarithm of its determinant."""
    if table.spread is None:
        return np.zeros(len(table))
    determinant = table.spread.xx_m2 * table.spread.yy_m2 - table.spread.xy_m2**2
    m4 = np.where(np.isnan(determinant), _USUAL_M2**2, determinant)
    # One error placed elsewhere on the plane differs in its last digits: that is not more exact.
    return np.asarray(np.round(np.log(np.maximum(m4, _LEAST_M4)), _DIGITS))


def _span_s(table: ReportTable) -> Floats:
    return np.zeros(len(table)) if table.span_s is None else np.nan_to_num(table.span_s)


def with_copies(found: GroupedReports, copies: Copies) -> GroupedReports:
    """The result for all rows: copies are in the group of the report that stands for them, linked to it for certain."""
    rows = np.arange(len(copies.stands))
    copied = rows[copies.kept[copies.stands] != rows]
    own = copies.kept[copies.stands[copied]]
    first = np.r_[copies.kept[found.first], np.minimum(own, copied)].astype(np.int64)
    second = np.r_[copies.kept[found.second], np.maximum(own, copied)].astype(np.int64)
    first, second = np.minimum(first, second), np.maximum(first, second)
    order = np.lexsort((second, first))
    probability = np.r_[found.probability, np.ones(len(copied))]
    return replace(
        found, group=found.group[copies.stands], first=first[order], second=second[order],
        probability=probability[order],
    )  # fmt: skip
