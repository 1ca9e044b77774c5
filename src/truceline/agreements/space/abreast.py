"""Whether two lines that run beside each other run the same way, so that one drawn the wrong way round shows.

A line says nothing by itself of its direction: drawn the other way round, its left is its right. Beside another line
of the same parties it does: where both run along each other, each party lies on the same hand of both.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from truceline.model.columns import Floats

_MOST_SAMPLES = 400


def sameness(line: Sequence[Floats], other: Sequence[Floats]) -> float:
    """From 1 (along each other, the same way) over 0 (across each other) to -1 (along each other, opposite ways).

    The mean over the stretches of one line, by their length, of the cosine between each and the nearest stretch of the
    other; stretches whose nearest point is an end of the other say nothing. Not a number where none says anything.

    >>> west_east = np.array([[20.0, 45.0], [20.5, 45.0], [21.0, 45.0]])
    >>> beside = np.array([[21.0, 45.05], [20.5, 45.06], [20.0, 45.05]])
    >>> round(sameness([west_east], [beside]), 2), round(sameness([west_east], [beside[::-1]]), 2)
    (-1.0, 1.0)
    """
    scale = np.array([np.cos(np.radians(np.mean(np.concatenate(line)[:, 1]))), 1.0])
    begin, along = _stretches(line, scale)
    onto, far = _stretches(other, scale)
    step = max(1, -(-len(begin) // _MOST_SAMPLES))
    begin, along = begin[::step], along[::step]
    last = np.cumsum([len(part) - 1 for part in other]) - 1
    first = np.concatenate([[0], last[:-1] + 1])
    weighed, total = 0.0, 0.0
    for start, way in zip(begin, along, strict=True):
        middle = start + way / 2
        share = np.clip(((middle - onto) * far).sum(axis=1) / (far**2).sum(axis=1), 0.0, 1.0)
        nearest = onto + share[:, None] * far
        stretch = int(np.argmin(((middle - nearest) ** 2).sum(axis=1)))
        if (share[stretch] == 0.0 and stretch in first) or (share[stretch] == 1.0 and stretch in last):
            continue
        length = float(np.hypot(*way))
        weighed += float(way @ far[stretch]) / float(np.hypot(*far[stretch]))
        total += length
    return weighed / total if total else float("nan")


def _stretches(parts: Sequence[Floats], scale: Floats) -> tuple[Floats, Floats]:
    """Where each stretch begins, and how far it goes, on a plane that is true enough between neighbouring lines."""
    begins = np.concatenate([part[:-1, :2] * scale for part in parts])
    ways = np.concatenate([np.diff(part[:, :2], axis=0) * scale for part in parts])
    return begins, ways
