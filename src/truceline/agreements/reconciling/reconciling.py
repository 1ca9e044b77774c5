"""Two logs held against each other line by line, in three passes.

1. Lines whose starts are the same (``alike_s``) and whose place is the same are paired: as many as possible, nearest
   first. A pair that plainly says one thing is never broken to make two doubtful ones.
2. Of what is left, lines within the tolerances are paired: as many as possible, then nearest together.
3. Of what is left, lines that are parts of a single line of the other log join it (:mod:`.grouping`).

Who is said to have acted decides nothing: the parties differ in just that. It is compared afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from truceline.agreements.reconciling.assigning import partners
from truceline.agreements.reconciling.grouping import held_parts, together
from truceline.agreements.reconciling.likeness import MOST, NEAR, SAME, Links, costs, nowhere_at_all, open_end
from truceline.agreements.reconciling.near import near_links
from truceline.agreements.reconciling.record import (
    COUNT,
    DIFFERENCES,
    PARTY,
    PHENOMENON,
    PLACE,
    TIME,
    WEAPON,
    Matches,
    Reconciliation,
)
from truceline.agreements.reconciling.sides import Side, Sides, side_by_side
from truceline.agreements.reconciling.tolerances import Tolerances
from truceline.model import UNKNOWN_COUNT, ObservationTable
from truceline.model.columns import Floats, Ints, Mask

_FIXED = Tolerances()


def reconcile(a: ObservationTable, b: ObservationTable, tolerances: Tolerances | None = None) -> Reconciliation:
    """Hold two logs against each other. The other way round gives the mirror image.

    Every row stands in one class: matched alike, matched but different, or only in its own log. Raises
    :class:`~truceline.model.UsageFault` when far too many pairs lie within the tolerances.
    """
    tolerances = tolerances or Tolerances()
    sides = side_by_side(a, b)
    pairs = _paired(sides, tolerances)
    links, match_of = together(pairs, held_parts(sides, pairs, tolerances))
    links, match_of = _in_time(sides, links, match_of)
    distance: Floats = costs(sides, links, tolerances) / MOST
    matches = _matches(sides, links, match_of, tolerances)
    return Reconciliation(a, b, tolerances, links, distance, match_of, matches)


def matched_in_pairs(a: ObservationTable, b: ObservationTable, tolerances: Tolerances) -> int:
    """How many pairs the first two passes give."""
    return len(_paired(side_by_side(a, b), tolerances))


def _paired(sides: Sides, tolerances: Tolerances) -> Links:
    links = near_links(sides, tolerances)
    place = (links.place == SAME) | nowhere_at_all(sides, links)
    close = np.flatnonzero(place & (links.apart_us <= tolerances.alike_s * 1e6))
    # measured by one fixed rule, so that wider tolerances choose no other plain pairs and never match fewer lines
    plain = links.take(close)
    first = close[partners(sides, plain, costs(sides, plain, _FIXED))]
    left = (
        ~_touched(len(sides.a.table), links.a[first])[links.a] & ~_touched(len(sides.b.table), links.b[first])[links.b]
    )
    rest = np.flatnonzero(left)
    open_still = links.take(rest)
    second = rest[partners(sides, open_still, costs(sides, open_still, tolerances))]
    return links.take(np.sort(np.concatenate((first, second))))


def _touched(many: int, rows: Ints) -> Mask:
    found = np.zeros(many, dtype=bool)
    found[rows] = True
    return found


def _in_time(sides: Sides, links: Links, match_of: Ints) -> tuple[Links, Ints]:
    """Links and matches in order of time, then of what the rows say; matches numbered in that order."""
    a, b = sides.a, sides.b
    start = np.minimum(a.table.start_us[links.a], b.table.start_us[links.b])
    rank_a, rank_b = a.rank[links.a], b.rank[links.b]
    low, high = np.minimum(rank_a, rank_b), np.maximum(rank_a, rank_b)
    # both sums and both lesser ids are the same whichever log stands first
    lesser = np.minimum(a.table.id[links.a], b.table.id[links.b])
    order = np.lexsort((lesser, high, low, start))
    number, first, inverse = np.unique(match_of[order], return_index=True, return_inverse=True)
    new = np.empty(len(number), dtype=np.int64)
    new[np.argsort(first)] = np.arange(len(number))
    numbered = new[inverse.reshape(-1)]
    by_match = np.argsort(numbered, kind="stable")
    return links.take(order[by_match]), numbered[by_match]


def _matches(sides: Sides, links: Links, match_of: Ints, tolerances: Tolerances) -> Matches:
    many = int(match_of.max()) + 1 if len(match_of) else 0
    rows_a, counts_a = _told_by(sides.a, links.a, match_of, many)
    rows_b, counts_b = _told_by(sides.b, links.b, match_of, many)
    pair = (rows_a + rows_b == 2)[match_of]
    kinds = {
        PLACE: links.place == NEAR,
        TIME: pair & (links.apart_us > tolerances.alike_s * 1e6),
        WEAPON: _contradict(sides.a.weapon[links.a], sides.b.weapon[links.b]),
        PHENOMENON: links.kin > 0,
        PARTY: _contradict(sides.a.party[links.a], sides.b.party[links.b]),
    }
    differences = np.zeros(many, dtype=np.int64)
    for word, found in kinds.items():
        np.bitwise_or.at(differences, match_of[found], 1 << DIFFERENCES.index(word))
    differences[_counts_apart(counts_a, counts_b)] |= 1 << DIFFERENCES.index(COUNT)
    return Matches(rows_a, rows_b, differences, counts_a, counts_b)


def _contradict(first: Ints, second: Ints) -> Mask:
    found: Mask = (first > 0) & (second > 0) & (first != second)
    return found


def _told_by(side: Side, rows: Ints, match_of: Ints, many: int) -> tuple[Ints, Ints]:
    """How many rows of one log each match has, and what they count together."""
    _, first = np.unique(rows, return_index=True)
    rows, match = rows[first], match_of[first]
    low, best, high = side.table.count_low[rows], side.table.count_best[rows], side.table.count_high[rows]
    counts = np.zeros((many, 3), dtype=np.int64)
    for place, column in enumerate((low, best, high)):
        np.add.at(counts[:, place], match, np.maximum(column, 0))
        counts[match[column == UNKNOWN_COUNT], place] = UNKNOWN_COUNT
    return np.bincount(match, minlength=many), counts


def _counts_apart(counts_a: Ints, counts_b: Ints) -> Mask:
    """Where the two ranges share no number."""
    high_a, high_b = open_end(counts_a[:, 2]), open_end(counts_b[:, 2])
    found: Mask = (counts_a[:, 0] > high_b) | (counts_b[:, 0] > high_a)
    return found


def moved(table: ObservationTable, hours: float) -> ObservationTable:
    """The same log with its times shifted."""
    by_us = round(hours * 3_600_000_000)
    return replace(table, start_us=table.start_us + by_us, end_us=table.end_us + by_us)


CONTROL_SHIFTS_H = (-168, -24, -6, -3, 3, 6, 24, 168)


@dataclass(frozen=True, slots=True)
class Chance:
    """Pairs with the second log moved by so many hours, and lines that joined a line of the other log as its parts.

    A move of 0 is the real thing; what is found after any other is chance.
    """

    shift_h: float
    pairs: int
    joined: int


def control(
    a: ObservationTable, b: ObservationTable, tolerances: Tolerances, shifts_h: Sequence[float] = CONTROL_SHIFTS_H
) -> tuple[Chance, ...]:
    """What is matched with the second log moved by so many hours.

    A move by whole days keeps the rhythm of the day. The second log moved one way is the first moved the other.
    """
    told = []
    for hours in shifts_h:
        sides = side_by_side(a, moved(b, hours))
        pairs = _paired(sides, tolerances)
        told.append(Chance(hours, len(pairs), len(held_parts(sides, pairs, tolerances))))
    return tuple(told)
