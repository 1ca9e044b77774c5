"""Pairs of reports that may tell of one incident: near in place and time, with log odds above a floor."""

from __future__ import annotations

import math
from typing import NamedTuple, TypeVar

import numpy as np

from truceline.fusion.compiled import compiled, compiled_inner, in_parts
from truceline.fusion.reports.delays import STEPS
from truceline.fusion.reports.densities import Reports
from truceline.fusion.reports.settings import LARGE
from truceline.fusion.reports.weighing import World, log_weight, log_weight_real
from truceline.model.columns import Floats, Ints

_Column = TypeVar("_Column", Ints, Floats)

_ERRORS_APART = 4.2
"""Standard errors of their difference from which on two places are too far apart."""
_DELAYS_APART = 4.5
_PART = 2048
_DOUBLINGS_OF_TIME = 3.0
"""Reports whose times reach about eight times as far as others' are looked for apart from them."""
_APART = 1000
_SHELF_BITS, _ROW_BITS, _MOST_COLUMNS = 48, 24, 2**22


class Pairs(NamedTuple):
    """Pairs (``first`` before ``second``) with their log odds against two reports of their own."""

    first: Ints
    second: Ints
    odds: Floats


class Neighbours(NamedTuple):
    """For each report (from ``begin[i]`` to ``begin[i + 1]``) the others it is paired with, and the pair's number."""

    begin: Ints
    other: Ints
    pair: Ints


class _Cells(NamedTuple):
    """Reports by reach of place and time, and by square cell within that.

    Reports of about one reach make a shelf. Per shelf: where its cells begin, the ``edge_m`` of a cell, its ``rank``
    among reaches of place, and per clock the ``lowest`` and ``highest`` difference of time to any report on it. Cells
    have a ``key``, begin in ``order`` where ``begin`` says, and hold reports in the order of time.
    """

    shelf: Ints
    shelves: Ints
    edge_m: Floats
    rank: Ints
    lowest: Floats
    highest: Floats
    order: Ints
    begin: Ints
    key: Ints


def pair_windows(world: World) -> tuple[Floats, Floats]:
    """Lowest and highest difference of time (first less second) at which two sources can tell of one incident."""
    d = world.delays
    spread = _DELAYS_APART * np.sqrt(d.variance_s2)
    low = np.where(d.tabled == 1, d.begin_s, d.mean_s - spread)
    high = np.where(d.tabled == 1, d.begin_s + d.step_s * (STEPS - 1), d.mean_s + spread)
    return low[:, None] - high[None, :], high[:, None] - low[None, :]


def weigh_alone(reports: Reports, world: World, alone: Floats) -> None:
    """Log weight of each report alone."""
    in_parts(len(alone), lambda begin, end: _alone(begin, end, reports, world, alone), _part(len(alone)))


@compiled
def _alone(begin: int, end: int, reports: Reports, world: World, alone: Floats) -> None:
    members = np.empty(1, np.int64)
    for i in range(begin, end):
        members[0] = i
        alone[i] = log_weight(members, 1, reports, world)


@compiled
def weigh_pairs(pairs: Pairs, reports: Reports, world: World, alone: Floats) -> None:
    """Log odds of each pair anew."""
    members = np.empty(2, np.int64)
    for e in range(len(pairs.first)):
        i, j = pairs.first[e], pairs.second[e]
        members[0], members[1] = i, j
        pairs.odds[e] = log_weight_real(members, 2, reports, world) - alone[i] - alone[j]


def candidates(reports: Reports, world: World, alone: Floats, floor: float) -> Pairs:
    """All pairs with log odds above the floor."""
    number = len(alone)
    lowest, highest = pair_windows(world)
    cells = _cells(reports, world, lowest, highest)
    found: dict[int, Pairs] = {}

    def scan(begin: int, end: int) -> None:
        found[begin] = _scan(begin, end, cells, reports, world, lowest, highest, alone, floor)

    in_parts(number, scan, _part(number))
    parts = [found[begin] for begin in sorted(found)]
    return parts[0] if len(parts) == 1 else Pairs._make(np.concatenate(columns) for columns in zip(*parts, strict=True))


def _part(rows: int) -> int:
    return _PART if rows > LARGE else rows + 1


def _cells(reports: Reports, world: World, lowest: Floats, highest: Floats) -> _Cells:
    place = world.place
    half, off = 0.5 * (place[:, 0] + place[:, 2]), 0.5 * (place[:, 0] - place[:, 2])
    error_m = np.sqrt(half + np.sqrt(off * off + place[:, 1] ** 2))
    size = np.floor(np.log2(np.maximum(error_m, 1e-3))).astype(np.int64)
    reach_s = np.maximum(np.diagonal(highest - lowest), 1.0)
    length = np.floor(np.log2(reach_s) / _DOUBLINGS_OF_TIME).astype(np.int64)[reports.clock]
    names, shelf = np.unique(size * _APART + length, return_inverse=True)
    shelf, shelves = shelf.reshape(-1).astype(np.int64), len(names)
    widest = np.zeros(shelves)
    np.maximum.at(widest, shelf, error_m)
    extent_m = max(float(np.ptp(reports.x_m)), float(np.ptp(reports.y_m)))
    edge_m = np.maximum(_ERRORS_APART * math.sqrt(2.0) * widest, extent_m / _MOST_COLUMNS)
    column = (reports.x_m / edge_m[shelf]).astype(np.int64) + 1
    row = (reports.y_m / edge_m[shelf]).astype(np.int64) + 1
    key = (shelf << _SHELF_BITS) + (column << _ROW_BITS) + row
    order = np.argsort(key, kind="stable")
    keys, begin = np.unique(key[order], return_index=True)
    told = np.zeros((shelves, len(lowest)), dtype=bool)
    told[shelf, reports.clock] = True
    low = np.stack([np.where(of, lowest, np.inf).min(axis=1) for of in told])
    high = np.stack([np.where(of, highest, -np.inf).max(axis=1) for of in told])
    shelf_begin = np.searchsorted(keys, np.arange(shelves + 1) << _SHELF_BITS)
    return _Cells(
        shelf, shelf_begin.astype(np.int64), edge_m, names // _APART, low, high, order,
        np.r_[begin, len(key)].astype(np.int64), keys,
    )  # fmt: skip


@compiled
def _scan(
    from_row: int, to_row: int, cells: _Cells, reports: Reports, world: World, lowest: Floats, highest: Floats,
    alone: Floats, floor: float,
) -> Pairs:  # fmt: skip
    members, many = np.empty(2, np.int64), 0
    room = 64 + 16 * (to_row - from_row)
    first, second, every = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room)
    for i in range(from_row, to_row):
        own = cells.shelf[i]
        for shelf in range(len(cells.edge_m)):
            if cells.rank[shelf] < cells.rank[own]:
                continue
            same = cells.rank[shelf] == cells.rank[own]
            from_s = reports.time_s[i] - cells.highest[shelf, reports.clock[i]]
            to_s = reports.time_s[i] - cells.lowest[shelf, reports.clock[i]]
            column = int(reports.x_m[i] / cells.edge_m[shelf]) + 1
            row = int(reports.y_m[i] / cells.edge_m[shelf]) + 1
            for a in range(column - 1, column + 2):
                key = (shelf << _SHELF_BITS) + (a << _ROW_BITS) + row - 1
                begin, end = cells.shelves[shelf], cells.shelves[shelf + 1]
                cell = begin + np.searchsorted(cells.key[begin:end], key)
                while cell < end and cells.key[cell] <= key + 2:
                    inside = cells.order[cells.begin[cell] : cells.begin[cell + 1]]
                    cell += 1
                    for place in range(_from(inside, from_s, reports.time_s), len(inside)):
                        j = inside[place]
                        if reports.time_s[j] > to_s:
                            break
                        if (same and j <= i) or not _may_be_one(i, j, reports, world, lowest, highest):
                            continue
                        members[0], members[1] = min(i, j), max(i, j)
                        odds = log_weight_real(members, 2, reports, world) - alone[i] - alone[j]
                        if odds > floor:
                            if many == room:
                                room *= 2
                                first, second, every = _more(first, room), _more(second, room), _more(every, room)
                            first[many], second[many], every[many] = members[0], members[1], odds
                            many += 1
    return Pairs(first[:many].copy(), second[:many].copy(), every[:many].copy())


@compiled_inner
def _from(inside: Ints, from_s: float, time_s: Floats) -> int:
    """The first of the reports of a cell that is not before a moment."""
    low, high = 0, len(inside)
    while low < high:
        middle = (low + high) // 2
        if time_s[inside[middle]] < from_s:
            low = middle + 1
        else:
            high = middle
    return low


@compiled_inner
def _may_be_one(i: int, j: int, reports: Reports, world: World, lowest: Floats, highest: Floats) -> bool:
    """Whether two reports are near enough in time and place to be weighed."""
    a, b, place = reports.clock[i], reports.clock[j], world.place
    apart_s = reports.time_s[i] - reports.time_s[j]
    if apart_s < lowest[a, b] or apart_s > highest[a, b]:
        return False
    xx, xy, yy = place[i, 0] + place[j, 0], place[i, 1] + place[j, 1], place[i, 2] + place[j, 2]
    east, north = reports.x_m[i] - reports.x_m[j], reports.y_m[i] - reports.y_m[j]
    square = yy * east * east - 2.0 * xy * east * north + xx * north * north
    return bool(square <= _ERRORS_APART * _ERRORS_APART * (xx * yy - xy * xy))


@compiled
def _more(column: _Column, room: int) -> _Column:
    other = np.empty(room, column.dtype)
    other[: len(column)] = column
    return other


@compiled
def neighbours(number: int, pairs: Pairs) -> Neighbours:
    """The pairs of each report."""
    many = len(pairs.first)
    begin = np.zeros(number + 1, np.int64)
    for e in range(many):
        begin[pairs.first[e] + 1] += 1
        begin[pairs.second[e] + 1] += 1
    for i in range(number):
        begin[i + 1] += begin[i]
    place = begin[:-1].copy()
    other, pair = np.empty(2 * many, np.int64), np.empty(2 * many, np.int64)
    for e in range(many):
        i, j = pairs.first[e], pairs.second[e]
        other[place[i]], pair[place[i]] = j, e
        place[i] += 1
        other[place[j]], pair[place[j]] = i, e
        place[j] += 1
    return Neighbours(begin, other, pair)
