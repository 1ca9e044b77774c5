"""The worst span: the most there surely was, and can have been, inside any span of so many seconds.

A span holds its first moment and not its last: two acts exactly 24 hours apart are not within 24 hours. Without a span
everything counts together.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from truceline.model.columns import Ints

_SECOND_US = 1_000_000


@dataclass(frozen=True)
class Reached:
    """The most inside any one span, and the moment at which what is needed was first reached."""

    most: int
    met_us: int | None


def surely_summed(moments_us: Ints, weights: Ints, span_s: int | None, needed: float | None) -> Reached:
    """The greatest sum of weights inside a span.

    >>> hours = np.array([0, 5, 30]) * 3_600_000_000
    >>> surely_summed(hours, np.ones(3, dtype=np.int64), 86_400, 2.0).most
    2
    """
    order = np.argsort(moments_us, kind="stable")
    moments, total = moments_us[order], np.concatenate(([0], np.cumsum(weights[order])))
    before = np.zeros(len(moments), dtype=np.int64)
    if span_s is not None:
        before = np.searchsorted(moments, moments - span_s * _SECOND_US, side="right")
    return _reached(moments, total[1:] - total[before], needed)


def surely_different(moments_us: Ints, keys: Ints, span_s: int | None, needed: float | None) -> Reached:
    """The greatest number of different keys (days, areas, norms) inside a span."""
    order = np.argsort(moments_us, kind="stable")
    moments = moments_us[order]
    if span_s is None:
        _, first_of_each = np.unique(keys[order], return_index=True)
        new = np.zeros(len(moments), dtype=np.int64)
        new[first_of_each] = 1
        return _reached(moments, np.cumsum(new), needed)
    return _reached(moments, _different_within(moments, keys[order].tolist(), span_s), needed)


def _different_within(moments: Ints, named: list[int], span_s: int) -> Ints:
    """How many different keys the span holds that ends with each moment."""
    held: Counter[int] = Counter()
    values, oldest = np.zeros(len(moments), dtype=np.int64), 0
    for place, key in enumerate(named):
        held[key] += 1
        while moments[oldest] <= moments[place] - span_s * _SECOND_US:
            held[named[oldest]] -= 1
            if not held[named[oldest]]:
                del held[named[oldest]]
            oldest += 1
        values[place] = len(held)
    return values


def _reached(moments: Ints, values: Ints, needed: float | None) -> Reached:
    enough = np.flatnonzero(values >= needed) if needed is not None else np.zeros(0, dtype=np.intp)
    return Reached(int(values.max(initial=0)), int(moments[enough[0]]) if len(enough) else None)


def at_most_summed(first_us: Ints, last_us: Ints, weights: Ints, span_s: int | None) -> int:
    """The greatest sum that can have been inside one span, each act at some moment from its first to its last."""
    if span_s is None:
        return int(weights.sum())
    by_first, by_last = np.argsort(first_us, kind="stable"), np.argsort(last_us, kind="stable")
    begun, over = (np.concatenate(([0], np.cumsum(weights[order]))) for order in (by_first, by_last))
    ends = last_us[by_last]
    in_reach = begun[np.searchsorted(first_us[by_first], ends + span_s * _SECOND_US, side="left")]
    return int((in_reach - over[np.searchsorted(ends, ends, side="left")]).max(initial=0))
