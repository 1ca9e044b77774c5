"""Arithmetic on stretches of time, exact in microseconds; every result is in order and without overlaps."""

from __future__ import annotations

from collections.abc import Iterable

Span = tuple[int, int]
Spans = tuple[Span, ...]


def union(spans: Iterable[Span]) -> Spans:
    """What at least one of the stretches covers; touching stretches are joined and empty ones are left out.

    >>> union([(5, 9), (0, 3), (3, 4), (7, 7)])
    ((0, 4), (5, 9))
    """
    joined: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)


def without(spans: Spans, holes: Spans) -> Spans:
    """What the first cover and the second do not; both in order and without overlaps.

    >>> without(((0, 10),), ((2, 3), (9, 12)))
    ((0, 2), (3, 9))
    """
    left: list[Span] = []
    first = 0
    for start, end in spans:
        while first < len(holes) and holes[first][1] <= start:
            first += 1
        at, number = start, first
        while number < len(holes) and holes[number][0] < end:
            if at < holes[number][0]:
                left.append((at, holes[number][0]))
            at = max(at, holes[number][1])
            number += 1
        if at < end:
            left.append((at, end))
    return tuple(left)


def clipped(span: Span, window: Span) -> Span:
    """The part of a stretch inside a window; empty when there is none."""
    start, end = max(span[0], window[0]), min(span[1], window[1])
    return (start, end) if start < end else (window[0], window[0])


def length(spans: Spans) -> int:
    """How long together."""
    return sum(end - start for start, end in spans)


def common(spans: Spans, others: Spans) -> Spans:
    """What both cover.

    >>> common(((0, 10),), ((2, 3), (9, 12)))
    ((2, 3), (9, 10))
    """
    return without(spans, without(spans, others))
