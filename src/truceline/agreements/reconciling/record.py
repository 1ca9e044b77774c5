"""What comes of holding two logs against each other, as columns: every row of both stands in exactly one class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from truceline.agreements.reconciling.likeness import Links
from truceline.agreements.reconciling.tolerances import Tolerances
from truceline.model import UNKNOWN_COUNT, ObservationTable
from truceline.model.columns import Floats, Ints, Mask

ALIKE, DIFFERENT, ONLY = "alike", "different", "only"
CLASSES = (ALIKE, DIFFERENT, ONLY)
"""Matched and nothing one says stands against the other; matched, and something does; not matched."""

COUNT, PLACE, TIME, WEAPON, PHENOMENON, PARTY = "count", "place", "time", "weapon", "phenomenon", "party"
DIFFERENCES = (COUNT, PLACE, TIME, WEAPON, PHENOMENON, PARTY)
"""In what two matched lines may differ; the place of a word is its bit in ``Matches.differences``."""


@dataclass(frozen=True)
class Matches:
    """Matches in order of time: pairs, and groups in which one line of a log stands against several of the other."""

    rows_a: Ints
    """How many rows of the first log belong to each."""
    rows_b: Ints
    differences: Ints
    """A bit set: bit *i* is the *i*-th of :data:`DIFFERENCES`."""
    counts_a: Ints
    """Low, best and high of the first log's lines together, one row each; :data:`UNKNOWN_COUNT` as in the tables."""
    counts_b: Ints

    def __len__(self) -> int:
        """How many matches."""
        return len(self.differences)

    @property
    def grouped(self) -> Mask:
        """Which are groups."""
        found: Mask = self.rows_a + self.rows_b > 2
        return found

    def differ_in(self, word: str) -> Mask:
        """Which differ in one of :data:`DIFFERENCES`."""
        found: Mask = (self.differences >> DIFFERENCES.index(word) & 1) == 1
        return found


@dataclass(frozen=True)
class Reconciliation:
    """Two logs held against each other. ``match_of`` gives for each link its match; a row without one is alone."""

    a: ObservationTable
    b: ObservationTable
    tolerances: Tolerances
    links: Links
    distance: Floats
    """Distance of each link by all its parts, from 0 (all the same) to 1."""
    match_of: Ints
    matches: Matches

    def match_of_rows(self) -> tuple[Ints, Ints]:
        """The match of every row of either log, -1 where it has none."""
        found = np.full(len(self.a), -1, dtype=np.int64), np.full(len(self.b), -1, dtype=np.int64)
        found[0][self.links.a] = self.match_of
        found[1][self.links.b] = self.match_of
        return found

    def classes(self) -> tuple[Ints, Ints]:
        """The class of every row of either log, as its place in :data:`CLASSES`."""
        differs = np.append(np.where(self.matches.differences > 0, 1, 0), 2)
        first, second = self.match_of_rows()
        return differs[first], differs[second]


@dataclass(frozen=True, slots=True)
class ItemTally:
    """Rows and the items they tell of: at least, best figure (an unknown one by its lowest), at most.

    ``high`` is ``None`` where a row is open upward.
    """

    rows: int
    low: int
    best: int
    high: int | None

    @classmethod
    def of(cls, table: ObservationTable, which: Mask) -> ItemTally:
        """What some of the rows come to."""
        low, best, high = (column[which] for column in (table.count_low, table.count_best, table.count_high))
        known = np.where(best == UNKNOWN_COUNT, low, best)
        most = None if (high == UNKNOWN_COUNT).any() else int(high.sum())
        return cls(int(which.sum()), int(low.sum()), int(known.sum()), most)
