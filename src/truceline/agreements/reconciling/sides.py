"""Two logs made comparable row by row: the same numbers for the same words, and one order that no file decides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from truceline.agreements.reconciling.tolerances import kinships
from truceline.model import PATH_MARK, ObservationTable, Words, id_of
from truceline.model.columns import Floats, Ids, Ints, Mask

NOWHERE = id_of("unknown:")
"""The place of a row whose observer said nothing of where."""


@dataclass(frozen=True)
class Side:
    """One log: its rows, when each began at the earliest and the latest, and its words as numbers both logs share."""

    table: ObservationTable
    low_us: Ints
    """Earliest moment it can have begun; for what lasted, the start itself."""
    high_us: Ints
    """Latest moment it can have begun: the end of what happened at some moment between."""
    area: Ints
    """0 where no area was named."""
    whole: Mask
    """Whether the place is a whole area, not a part of it."""
    weapon: Ints
    direction: Ints
    party: Ints
    rank: Ints
    """Place in an order by what the rows say: equal for rows of either log that say the same."""

    @property
    def placed(self) -> Mask:
        """Which rows have a position."""
        return np.isfinite(self.table.lat)

    @property
    def length_us(self) -> Ints:
        """How long each interval is."""
        return self.table.end_us - self.table.start_us


@dataclass(frozen=True)
class Sides:
    """Two logs side by side."""

    a: Side
    b: Side
    kin: Floats
    """Kinship of each phenomenon of the one with each of the other, by their codes."""

    @property
    def mirrored(self) -> Sides:
        """The same with the logs exchanged."""
        return Sides(self.b, self.a, self.kin.T)


def side_by_side(a: ObservationTable, b: ObservationTable) -> Sides:
    """Two logs made comparable."""
    shared = {name: _shared(getattr(a, name), getattr(b, name)) for name in ("area", "weapon", "direction", "party")}
    phenomenon = _shared(a.phenomenon, b.phenomenon)
    ranks = _ranks(a, b, np.concatenate(phenomenon), np.concatenate(shared["weapon"]))
    first, second = (
        _side(table, {name: codes[which] for name, codes in shared.items()}, ranks[which])
        for which, table in enumerate((a, b))
    )
    return Sides(first, second, kinships(a.phenomenon.names, b.phenomenon.names))


def _side(table: ObservationTable, codes: dict[str, Ints], rank: Ints) -> Side:
    whole_ids = np.array([_whole(name) for name in table.area.names] or [0], dtype=np.uint64)
    whole: Mask = (table.place == whole_ids[table.area.codes]) & (codes["area"] > 0)
    high_us = np.where(table.sometime, table.end_us, table.start_us)
    return Side(table, table.start_us, high_us, whole=whole, rank=rank, **codes)


def _whole(area: str) -> int:
    """The number of the place that is all of an area."""
    return 0 if not area or PATH_MARK in area else id_of(f"area:{area}")


def _shared(a: Words, b: Words) -> tuple[Ints, Ints]:
    """Codes the words of both share: 0 for nothing said, then in order of the words, without regard to case."""
    said = sorted({_plain(name) for name in (*a.names, *b.names)} - {""})
    numbers = {"": 0, **{name: number for number, name in enumerate(said, 1)}}
    first, second = (np.array([numbers[_plain(name)] for name in words.names] or [0], np.int64) for words in (a, b))
    return first[a.codes], second[b.codes]


def _plain(word: str) -> str:
    return " ".join(word.casefold().split())


def _ranks(a: ObservationTable, b: ObservationTable, phenomenon: Ints, weapon: Ints) -> tuple[Ints, Ints]:
    """One number per row, by what it says; no id and no party has a say in it."""
    names = ("start_us", "end_us", "lat", "lon", "radius_m", "place", "count_best", "count_low", "count_high")
    both = [np.nan_to_num(np.concatenate((getattr(a, name), getattr(b, name))), nan=np.inf) for name in names]
    keys = (*both, phenomenon, weapon)
    order = np.lexsort(keys[::-1])
    differs = np.zeros(len(order), dtype=bool)
    for key in keys:
        differs[1:] |= key[order][1:] != key[order][:-1]
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.cumsum(differs)
    return rank[: len(a)], rank[len(a) :]


def in_rank(side: Side, rows: Ints) -> Ints:
    """Rows in the order of what they say; rows that say the same by their ids."""
    ids: Ids = side.table.id[rows]
    found: Ints = rows[np.lexsort((ids, side.rank[rows]))]
    return found
