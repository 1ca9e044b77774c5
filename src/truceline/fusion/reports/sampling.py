"""Gibbs sampling of who tells of the same incident, with the probability of every link along the way.

Reports of one incident form a ring. In a sweep each report leaves its ring and joins another, or none, with the
probability the weights give (Neal 2000, J. Computational and Graphical Statistics 9, 249-265, algorithm 3). The
probability of a link is the mean of these probabilities, not of the choices made (Rao-Blackwell: Gelfand & Smith
1990, J. American Statistical Association 85, 398-409). Chance comes from a counter and what a report says, never
from the order of rows or threads.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from truceline.fusion.compiled import compiled, compiled_inner
from truceline.fusion.reports.candidates import Neighbours, Pairs
from truceline.fusion.reports.densities import Reports
from truceline.fusion.reports.weighing import LOG_AREA, NEVER, World, joined, log_weight
from truceline.model.columns import Floats, Ids, Ints

MOST = 14
"""Reports of one incident that are weighed together."""
_WORSE = 6.0
"""Joining that is so much (in log weight) worse than staying alone is not weighed."""
_MORE_WORSE = 2.0
_MOST_CHOICES = 4096


class Rings(NamedTuple):
    """Per report: ``after`` and ``before`` in its ring, log ``weight`` of the ring and of the report ``alone``.

    ``middle`` holds the ring's place and its covariance (x, y, xx, xy, yy); ``seen`` and ``choice`` are notes of a
    visit.
    """

    after: Ints
    before: Ints
    weight: Floats
    alone: Floats
    middle: Floats
    seen: Ints
    choice: Ints


class Windows(NamedTuple):
    """Per pair of clocks: lowest and highest difference of time; per clock the log of its highest delay density."""

    lowest: Floats
    highest: Floats
    peak: Floats


class Draw(NamedTuple):
    """What chance is made of: the seed of all, the number of the sweep and a number for what each report says."""

    seed: int
    sweep: int
    said: Ids


class Known(NamedTuple):
    """What earlier visits worked out, as good as long as sources and map are the same.

    Per neighbour of each report the ``gain`` of joining a ring, and by which members' marks the ring is told
    (``ring``); per report the weight its ring was ``left`` with, and the members' marks (``rest``). ``mark`` is a
    number for each report: those of members together (exclusive or) tell a ring (Zobrist 1970, Technical Report 88,
    University of Wisconsin).
    """

    mark: Ids
    ring: Ids
    gain: Floats
    rest: Ids
    left: Floats


def nothing_known(number: int, neighbours: int) -> Known:
    """Of so many reports, with so many neighbours in all."""
    mark = np.arange(1, number + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mark = (mark ^ (mark >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mark = (mark ^ (mark >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mark ^= mark >> np.uint64(31)
    return Known(
        mark, np.zeros(neighbours, np.uint64), np.zeros(neighbours), np.zeros(number, np.uint64), np.zeros(number)
    )


def rings_alone(number: int) -> Rings:
    """Every report by itself."""
    zeros = np.zeros(number)
    return Rings(
        np.arange(number), np.arange(number), zeros, zeros.copy(), np.zeros((number, 5)),
        np.zeros(number, np.int64), np.zeros(number, np.int64),
    )  # fmt: skip


@compiled_inner
def _chance(said: int, seed: int, sweep: int) -> float:
    """A number between 0 and 1 from three counters (SplitMix64: Steele, Lea & Flood 2014, OOPSLA)."""
    z = (
        np.uint64(said) * np.uint64(0x9E3779B97F4A7C15)
        + np.uint64(seed) * np.uint64(0xD1B54A32D192ED03)
        + np.uint64(sweep) * np.uint64(0x8CB92BA72F3D8DD7)
    )
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return float(z >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@compiled_inner
def _find_middle(members: Ints, many: int, reports: Reports, world: World, middle: Floats) -> None:
    i = members[0]
    x, y = reports.x_m[i], reports.y_m[i]
    xx, xy, yy = world.place[i, 0], world.place[i, 1], world.place[i, 2]
    for q in range(1, many):
        i = members[q]
        x, y, xx, xy, yy, _, _ = joined(
            x, y, xx, xy, yy, reports.x_m[i], reports.y_m[i], world.place[i, 0], world.place[i, 1], world.place[i, 2]
        )
    for q in range(many):
        i = members[q]
        middle[i, 0], middle[i, 1], middle[i, 2], middle[i, 3], middle[i, 4] = x, y, xx, xy, yy


@compiled_inner
def _forget_middle(members: Ints, many: int, middle: Floats) -> None:
    """A ring's place is worked out when it is asked for."""
    for q in range(many):
        middle[members[q], 0] = math.nan


@compiled_inner
def _leave(i: int, rings: Rings, reports: Reports, world: World, known: Known, members: Ints) -> None:
    if rings.after[i] != i:
        start = rings.after[i]
        rings.after[rings.before[i]] = start
        rings.before[start] = rings.before[i]
        rings.after[i] = rings.before[i] = i
        many, j, rest = 0, start, np.uint64(0)
        while True:
            members[many] = j
            rest ^= known.mark[j]
            many += 1
            j = rings.after[j]
            if j == start:
                break
        if many == 1:
            weight = rings.alone[start]
        elif known.rest[i] == rest:
            weight = known.left[i]
        else:
            weight = log_weight(members, many, reports, world)
            known.rest[i], known.left[i] = rest, weight
        for q in range(many):
            rings.weight[members[q]] = weight
        _forget_middle(members, many, rings.middle)
    rings.weight[i] = rings.alone[i]


@compiled_inner
def _gain(
    i: int, j: int, many: int, odds: float, rings: Rings, reports: Reports, world: World, windows: Windows,
    members: Ints,
) -> float:  # fmt: skip
    """Log weight that report i brings to the ring of j, whose members are given; cheap bounds come first."""
    if many >= MOST:
        return NEVER
    if many == 1:
        return float(odds + rings.alone[i])
    s = reports.source[i]
    gate = rings.alone[i] - _WORSE - _MORE_WORSE
    clock, at = reports.clock[i], rings.middle[j]
    if math.isnan(at[0]):
        _find_middle(members, many, reports, world, rings.middle)
    _, _, _, _, _, square, area = joined(
        at[0], at[1], at[2], at[3], at[4], reports.x_m[i], reports.y_m[i], world.place[i, 0], world.place[i, 1],
        world.place[i, 2],
    )  # fmt: skip
    # That of named places is weighed as if chosen from where the report is: it stands in the weight alone as well.
    bound = world.first[s] + world.named[i] + windows.peak[clock] - 0.5 * (square + math.log(area)) - LOG_AREA
    if bound <= gate:
        return NEVER
    for q in range(many):
        other = reports.clock[members[q]]
        apart_s = reports.time_s[i] - reports.time_s[members[q]]
        if apart_s < windows.lowest[clock, other] or apart_s > windows.highest[clock, other]:
            return NEVER
    members[many] = i
    return float(log_weight(members, many + 1, reports, world) - rings.weight[j])


@compiled_inner
def _visit(
    i: int, mark: int, rings: Rings, near: Neighbours, pairs: Pairs, reports: Reports, world: World, windows: Windows,
    known: Known, links: Floats, share: float, draw: Draw, members: Ints, gains: Floats, heads: Ints,
) -> None:  # fmt: skip
    _leave(i, rings, reports, world, known, members)
    choices, best = 0, rings.alone[i]
    for e in range(near.begin[i], near.begin[i + 1]):
        j = near.other[e]
        if rings.seen[j] == mark:
            continue
        if choices >= len(gains):
            break
        many, b, ring = 0, j, np.uint64(0)
        while True:
            rings.seen[b] = mark
            rings.choice[b] = -1
            ring ^= known.mark[b]
            if many < MOST:
                members[many] = b
            many += 1
            b = rings.after[b]
            if b == j:
                break
        if many > 1 and known.ring[e] == ring:
            gain = known.gain[e]
        else:
            gain = _gain(i, j, many, pairs.odds[near.pair[e]], rings, reports, world, windows, members)
            known.ring[e], known.gain[e] = ring, gain
        if gain < rings.alone[i] - _WORSE:
            continue
        b = j
        while True:
            rings.choice[b] = choices
            b = rings.after[b]
            if b == j:
                break
        gains[choices], heads[choices] = gain, j
        choices += 1
        best = max(best, gain)
    stay = math.exp(rings.alone[i] - best)
    total = stay
    for choice in range(choices):
        gains[choice] = math.exp(gains[choice] - best)
        total += gains[choice]
    if share > 0.0:
        for e in range(near.begin[i], near.begin[i + 1]):
            j = near.other[e]
            if rings.seen[j] == mark and rings.choice[j] >= 0:
                links[near.pair[e]] += 0.5 * share * gains[rings.choice[j]] / total
    left = _chance(draw.said[i], draw.seed, draw.sweep) * total - stay
    if left < 0:
        return
    for choice in range(choices):
        left -= gains[choice]
        if left < 0 or choice == choices - 1:
            _join(i, heads[choice], math.log(gains[choice] + 1e-300) + best, rings, members)
            return


@compiled_inner
def _join(i: int, j: int, gain: float, rings: Rings, members: Ints) -> None:
    follower = rings.after[j]
    rings.after[j], rings.before[i] = i, j
    rings.after[i], rings.before[follower] = follower, i
    weight, many, b = gain + rings.weight[j], 0, j
    while True:
        rings.weight[b] = weight
        members[many] = b
        many += 1
        b = rings.after[b]
        if b == j:
            break
    _forget_middle(members, many, rings.middle)


@compiled
def sweep(
    begin: int, end: int, rings: Rings, near: Neighbours, pairs: Pairs, reports: Reports, world: World,
    windows: Windows, known: Known, links: Floats, share: float, draw: Draw,
) -> None:  # fmt: skip
    """Visit the reports from ``begin`` to ``end``; add ``share`` of the probabilities of their links to ``links``."""
    members, gains = np.empty(MOST + 1, np.int64), np.empty(_MOST_CHOICES)
    heads = np.empty(_MOST_CHOICES, np.int64)
    number = len(rings.after)
    for i in range(begin, end):
        if near.begin[i + 1] > near.begin[i]:
            mark = 2 * (draw.sweep * number + i + 1) + 1
            _visit(
                i, mark, rings, near, pairs, reports, world, windows, known, links, share, draw, members, gains, heads
            )


@compiled
def weigh_rings(rings: Rings, reports: Reports, world: World) -> None:
    """Weights and middles of all rings anew, after the world or the reports alone were."""
    members = np.empty(MOST + 1, np.int64)
    for i in range(len(rings.after)):
        if rings.after[i] == i:
            rings.weight[i] = rings.alone[i]
            continue
        many, j, first = 0, i, True
        while True:
            if j < i:
                first = False
                break
            members[many] = j
            many += 1
            j = rings.after[j]
            if j == i:
                break
        if first:
            weight = log_weight(members, many, reports, world)
            for q in range(many):
                rings.weight[members[q]] = weight
            _forget_middle(members, many, rings.middle)


@compiled
def ring_of(after: Ints) -> Ints:
    """For each report the first of its ring."""
    found = np.full(len(after), -1, np.int64)
    for i in range(len(after)):
        if found[i] < 0:
            j = i
            while True:
                found[j] = i
                j = after[j]
                if j == i:
                    break
    return found


@compiled
def shared_rings(after: Ints) -> tuple[Ints, Ints]:
    """Rings of two reports and more: where each begins, and the members."""
    members, begin = np.empty(len(after), np.int64), np.empty(len(after) + 1, np.int64)
    many, ring = 0, 0
    begin[0] = 0
    for i in range(len(after)):
        if after[i] == i:
            continue
        j, first = after[i], True
        while j != i:
            if j < i:
                first = False
                break
            j = after[j]
        if first:
            members[many] = i
            many += 1
            j = after[i]
            while j != i:
                members[many] = j
                many += 1
                j = after[j]
            ring += 1
            begin[ring] = many
    return begin[: ring + 1].copy(), members[:many].copy()


@compiled_inner
def log_weight_with(begin: Ints, members: Ints, source: int, reports: Reports, world: World) -> float:
    """Sum of the log weights of the rings in which this source tells."""
    total = 0.0
    for ring in range(len(begin) - 1):
        told = False
        for q in range(begin[ring], begin[ring + 1]):
            if reports.source[members[q]] == source:
                told = True
        if told:
            part = members[begin[ring] : begin[ring + 1]]
            total += log_weight(part, begin[ring + 1] - begin[ring], reports, world)
    return total
