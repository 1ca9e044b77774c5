"""The one grouping that is handed over: the best that can be expected under the probabilities of the links.

Groups are merged by their mean link probability (average linkage: Sokal & Michener 1958), then single reports are
moved while the expected agreement with the truth grows: B-cubed F1 (Bagga & Baldwin 1998) plus F1 of the pairs, both
taken as ratios of expectations. No truth is needed for that, only the links' own probabilities.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from truceline.fusion.compiled import compiled
from truceline.model.columns import Floats, Ints

_LEAST = 0.02
_THRESHOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)
_PASSES = 5


class Links(NamedTuple):
    """Links from the most probable on, and for each report (``begin``) its ``other`` ends and their probability."""

    first: Ints
    second: Ints
    probability: Floats
    begin: Ints
    other: Ints
    near: Floats


def links_in_order(number: int, first: Ints, second: Ints, probability: Floats) -> Links:
    """Links above the least that matters, the most probable first."""
    kept = np.flatnonzero(probability > _LEAST)
    order = kept[np.lexsort((second[kept], first[kept], -probability[kept]))]
    return _linked(number, first[order], second[order], probability[order])


@compiled
def _linked(number: int, first: Ints, second: Ints, probability: Floats) -> Links:
    many = len(first)
    begin = np.zeros(number + 1, np.int64)
    for e in range(many):
        begin[first[e] + 1] += 1
        begin[second[e] + 1] += 1
    for i in range(number):
        begin[i + 1] += begin[i]
    place = begin[:-1].copy()
    other, near = np.empty(2 * many, np.int64), np.empty(2 * many)
    for e in range(many):
        i, j = first[e], second[e]
        other[place[i]], near[place[i]] = j, probability[e]
        place[i] += 1
        other[place[j]], near[place[j]] = i, probability[e]
        place[j] += 1
    return Links(first, second, probability, begin, other, near)


@compiled
def average_link(number: int, links: Links, threshold: float) -> Ints:
    """Merge while the mean probability between two groups (absent links count 0) is above the threshold."""
    group, size, after = np.arange(number), np.ones(number, np.int64), np.arange(number)
    for e in range(len(links.first)):
        if links.probability[e] <= threshold:
            break
        a, b = group[links.first[e]], group[links.second[e]]
        if a == b:
            continue
        if size[b] < size[a]:
            a, b = b, a
        total, i = 0.0, a
        while True:
            for q in range(links.begin[i], links.begin[i + 1]):
                if group[links.other[q]] == b:
                    total += links.near[q]
            i = after[i]
            if i == a:
                break
        if total > threshold * size[a] * size[b]:
            i = a
            while True:
                group[i] = b
                i = after[i]
                if i == a:
                    break
            after[a], after[b] = after[b], after[a]
            size[b] += size[a]
    return group


@compiled
def expected_agreement(group: Ints, first: Ints, second: Ints, probability: Floats) -> float:
    """Expected B-cubed F1 plus expected F1 of the pairs."""
    number = len(group)
    size, inside, linked = np.zeros(number), np.ones(number), np.ones(number)
    right, every, said = 0.0, 0.0, 0.0
    for i in range(number):
        size[group[i]] += 1
    for e in range(len(first)):
        i, j, p = first[e], second[e], probability[e]
        every += p
        linked[i] += p
        linked[j] += p
        if group[i] == group[j]:
            right += p
            inside[i] += p
            inside[j] += p
    precision, recall = 0.0, 0.0
    for i in range(number):
        precision += inside[i] / size[group[i]]
        recall += inside[i] / linked[i]
        said += (size[group[i]] - 1) / 2
    precision /= number
    recall /= number
    return 2 * precision * recall / (precision + recall) + 2 * right / max(1e-9, said + every)


@compiled
def _tally(
    group: Ints, links: Links, size: Floats, inside: Floats, linked: Floats, held: Floats
) -> tuple[float, float, float]:
    """Fill in how reports and groups stand; expected pairs that are right, pairs said, and summed recall."""
    begin, other, near = links.begin, links.other, links.near
    number = len(group)
    right, said, recall = 0.0, 0.0, 0.0
    for i in range(number):
        size[group[i]] += 1
    for i in range(number):
        for e in range(begin[i], begin[i + 1]):
            linked[i] += near[e]
            if group[other[e]] == group[i]:
                inside[i] += near[e]
                right += 0.5 * near[e]
        held[group[i]] += inside[i]
        recall += inside[i] / linked[i]
        said += (size[group[i]] - 1) / 2
    return right, said, recall


@compiled
def _drawn(i: int, to: int, group: Ints, links: Links, linked: Floats) -> tuple[float, float]:
    """How strongly a report is linked to a group, in expected pairs and in recall; 0 for one of its own (-1)."""
    strength, recall = 0.0, 0.0
    for e in range(links.begin[i], links.begin[i + 1]):
        if to >= 0 and group[links.other[e]] == to:
            strength += links.near[e]
            recall += links.near[e] / linked[links.other[e]]
    return strength, recall


@compiled
def _move(i: int, a: int, to: int, here: float, there: float, group: Ints, size: Floats, held: Floats) -> None:
    held[a] -= 1 + 2 * here
    held[to] += 1 + 2 * there
    size[a] -= 1
    size[to] += 1
    group[i] = to


@compiled
def move_single(group: Ints, links: Links, every: float) -> Ints:
    """Move single reports while the expected agreement grows (``every``: sum of all links' probabilities)."""
    number = len(group)
    begin, other = links.begin, links.other
    size, inside, linked, held = np.zeros(number), np.ones(number), np.ones(number), np.zeros(number)
    right, said, recall = _tally(group, links, size, inside, linked, held)
    precision = 0.0
    free, frees = np.empty(number, np.int64), 0
    for c in range(number):
        if size[c] > 0:
            precision += held[c] / size[c]
        else:
            free[frees] = c
            frees += 1
    for _ in range(_PASSES):
        moved = 0
        for i in range(number):
            if begin[i + 1] == begin[i]:
                continue
            a = group[i]
            here, here_recall = _drawn(i, a, group, links, linked)
            best = 2 * precision * recall / (precision + recall) / number + 2 * right / max(1e-9, said + every) + 1e-9
            to, kept = -2, (0.0, 0.0, 0.0, 0.0, 0.0)
            for e in range(begin[i], begin[i + 1] + 1):
                b = -1 if e == begin[i + 1] else group[other[e]]
                if b == a or (b == -1 and size[a] == 1):
                    continue
                there, there_recall = _drawn(i, b, group, links, linked)
                left = held[a] - 1 - 2 * here
                a_before, a_after = held[a] / size[a], left / (size[a] - 1) if size[a] > 1 else 0.0
                b_before = held[b] / size[b] if b >= 0 else 0.0
                b_after = (held[b] + 1 + 2 * there) / (size[b] + 1) if b >= 0 else 1.0
                new_precision = precision - a_before - b_before + a_after + b_after
                new_recall = recall + (there - here) / linked[i] + there_recall - here_recall
                new_right = right + there - here
                new_said = said - (size[a] - 1) + (size[b] if b >= 0 else 0.0)
                value = 2 * new_precision * new_recall / (new_precision + new_recall) / number
                value += 2 * new_right / max(1e-9, new_said + every)
                if value > best:
                    best, to = value, b
                    kept = (new_precision, new_recall, new_right, new_said, there)
            if to == -2:
                continue
            if to == -1:
                frees -= 1
                to = free[frees]
                held[to] = 0.0
            _move(i, a, to, here, kept[4], group, size, held)
            if size[a] == 0:
                free[frees] = a
                frees += 1
            precision, recall, right, said = kept[0], kept[1], kept[2], kept[3]
            moved += 1
        if moved == 0:
            break
    return group


def best_partition(number: int, first: Ints, second: Ints, probability: Floats) -> tuple[float, Ints]:
    """Threshold and grouping with the highest expected agreement."""
    links = links_in_order(number, first, second, probability)
    best: tuple[float, float, Ints] | None = None
    for threshold in _THRESHOLDS:
        group = move_single(average_link(number, links, threshold), links, float(probability.sum()))
        value = expected_agreement(group, first, second, probability)
        if best is None or value > best[0]:
            best = (value, threshold, group)
    assert best is not None  # noqa: S101 - there are thresholds
    return best[1], best[2]
