"""Observations in groups, each group an incident to be, and what the members of a group agree on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from truceline.model import Words
from truceline.model.columns import Floats, Ints, Mask


@dataclass(frozen=True)
class Groups:
    """Rows in order of group and lead, and where each group begins."""

    rows: Ints
    begins: Ints
    sizes: Ints

    def least(self, values: Ints) -> Ints:
        """The least value of each group."""
        found: Ints = np.minimum.reduceat(values[self.rows], self.begins)
        return found

    def greatest(self, values: Ints) -> Ints:
        """The greatest value of each group."""
        found: Ints = np.maximum.reduceat(values[self.rows], self.begins)
        return found


def agreed(words: Words, groups: Groups, *, ignore_empty: bool) -> Words:
    """The word all members share, empty where they differ; with ``ignore_empty`` silence is no difference."""
    names, empty = with_empty(words)
    codes = words.codes.astype(np.int64)
    silent = (codes == empty) & ignore_empty
    low = groups.least(np.where(silent, len(names), codes))
    high = groups.greatest(np.where(silent, -1, codes))
    return Words(np.where(low == high, low, empty).astype(np.int32), names)


def named_alike(words: Words, groups: Groups) -> tuple[Words, Mask]:
    """The word that the members who name one agree on, and the groups whose members name different ones."""
    if len(words.names) == 1:  # a column that says nothing, or the same of everything, needs no comparing
        return Words(np.zeros(len(groups.begins), np.int32), words.names), np.zeros(len(groups.begins), bool)
    names, empty = with_empty(words)
    codes = words.codes.astype(np.int64)
    low = groups.least(np.where(codes == empty, len(names), codes))
    high = groups.greatest(np.where(codes == empty, -1, codes))
    return Words(np.where(low == high, low, empty).astype(np.int32), names), low < high


def measured_alike(values: Floats, groups: Groups) -> tuple[Floats, Mask]:
    """The same of a figure, which is not a number where nobody measured it."""
    if np.isnan(values).all():
        return np.full(len(groups.begins), np.nan), np.zeros(len(groups.begins), bool)
    low = np.fmin.reduceat(values[groups.rows], groups.begins)
    high = np.fmax.reduceat(values[groups.rows], groups.begins)
    return np.where(low == high, low, np.nan), low < high


def with_empty(words: Words) -> tuple[tuple[str, ...], int]:
    """The names of a column with the empty word among them, and its number."""
    names = words.names if "" in words.names else (*words.names, "")
    return names, names.index("")
