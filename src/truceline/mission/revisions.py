"""Which revision an incident is of: one more whenever anything it states has changed since the last run."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from truceline.model import IncidentTable, Words
from truceline.model.columns import Ints, Mask

_STATED = tuple(column.name for column in fields(IncidentTable) if column.name not in {"id", "members"})
"""All but the id, which stands for the members, and their number."""


def revisions(now: IncidentTable, before: IncidentTable, known: Ints) -> Ints:
    """The revision of every incident of now: 1 for a new one, else as ``known`` has it before, one more if it changed.

    ``known`` stands in the order of ``before``. Any difference counts: when, where, what, how many, by whom.
    """
    found = np.ones(len(now), dtype=np.int64)
    if len(before) == 0:
        return found
    by_id = np.argsort(before.id)
    place = np.minimum(np.searchsorted(before.id[by_id], now.id), len(before) - 1)
    old = by_id[place]
    rows = np.flatnonzero(before.id[old] == now.id)
    old = old[rows]
    changed = np.zeros(len(rows), dtype=bool)
    for name in _STATED:
        changed |= _differs(getattr(now, name), rows, getattr(before, name), old)
    found[rows] = known[old] + changed
    return found


def _differs(one: Words | NDArray[Any], rows: Ints, other: Words | NDArray[Any], old: Ints) -> Mask:
    """Where two columns differ row by row: words by their text, no position equal to no position."""
    if isinstance(one, Words) and isinstance(other, Words):
        renumbered = _numbered(one, other)[one.codes[rows]]
        return np.not_equal(renumbered, other.codes[old])
    here, there = np.asarray(one)[rows], np.asarray(other)[old]
    differs: Mask = here != there
    if here.dtype.kind == "f":
        differs &= ~(np.isnan(here) & np.isnan(there))
    return differs


def _numbered(one: Words, other: Words) -> Ints:
    """The number in the other column of each word of the one; -1 for a word it does not have."""
    numbers = {name: number for number, name in enumerate(other.names)}
    return np.array([numbers.get(name, -1) for name in one.names] or [-1], dtype=np.int64)
