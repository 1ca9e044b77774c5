"""Pairs of reports that may tell of one incident: near in place and time, with log odds above a floor."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from truceline.fusion.compiled import compiled, in_parts
from truceline.fusion.reports.delays import STEPS
from truceline.fusion.reports.densities import Reports
from truceline.fusion.reports.settings import LARGE
from truceline.fusion.reports.weighing import World, log_weight, log_weight_real
from truceline.model.columns import Floats, Ints

_ERRORS_APART = 4.2
"""Standard errors of their difference from which on two places are too far apart."""
_DELAYS_APART = 4.5
_PART = 2048


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
    """Reports by cell of place and time: their ``order``, where each cell (``key``) begins, and each report's cell."""

    order: Ints
    begin: Ints
    key: Ints
    column: Ints
    row: Ints
    moment: Ints
    rows: int
    moments: int


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
    reach_m = max(1e-6, _ERRORS_APART * math.sqrt(2 * world.variance_m2.max()))
    cells = _cells(reports, reach_m, max(1e-6, np.abs(highest).max()))
    count = np.zeros(number, np.int64)
    none = Pairs(np.zeros(1, np.int64), np.zeros(1, np.int64), np.zeros(1))

    def scan(offset: Ints, pairs: Pairs, *, fill: bool) -> None:
        in_parts(
            number,
            lambda begin, end: _scan(
                begin, end, cells, reports, world, lowest, highest, alone, floor, count, offset, pairs, fill
            ),
            _part(number),
        )

    scan(np.zeros(number + 1, np.int64), none, fill=False)
    offset = np.r_[0, np.cumsum(count)].astype(np.int64)
    found = Pairs(np.repeat(np.arange(number), count), np.empty(offset[-1], np.int64), np.empty(offset[-1]))
    scan(offset, found, fill=True)
    return found


def _part(rows: int) -> int:
    return _PART if rows > LARGE else rows + 1


def _cells(reports: Reports, reach_m: float, reach_s: float) -> _Cells:
    column = ((reports.x_m - reports.x_m.min()) / reach_m).astype(np.int64) + 1
    row = ((reports.y_m - reports.y_m.min()) / reach_m).astype(np.int64) + 1
    moment = ((reports.time_s - reports.time_s.min()) / reach_s).astype(np.int64) + 1
    rows, moments = int(row.max()) + 2, int(moment.max()) + 2
    key = (column * rows + row) * moments + moment
    order = np.argsort(key, kind="stable")
    keys, begin = np.unique(key[order], return_index=True)
    return _Cells(order, np.r_[begin, len(key)].astype(np.int64), keys, column, row, moment, rows, moments)


@compiled
def _scan(
    from_row: int, to_row: int, cells: _Cells, reports: Reports, world: World, lowest: Floats, highest: Floats,
    alone: Floats, floor: float, count: Ints, offset: Ints, pairs: Pairs, fill: bool,
) -> None:  # fmt: skip
    members = np.empty(2, np.int64)
    source, x, y, t = reports.source, reports.x_m, reports.y_m, reports.time_s
    squares = _ERRORS_APART * _ERRORS_APART
    for i in range(from_row, to_row):
        many = 0
        for a in range(-1, 2):
            for b in range(-1, 2):
                key = ((cells.column[i] + a) * cells.rows + cells.row[i] + b) * cells.moments + cells.moment[i] - 1
                cell = np.searchsorted(cells.key, key)
                while cell < len(cells.key) and cells.key[cell] <= key + 2:
                    for place in range(cells.begin[cell], cells.begin[cell + 1]):
                        j = cells.order[place]
                        if j <= i:
                            continue
                        si, sj = source[i], source[j]
                        apart_s = t[i] - t[j]
                        if apart_s < lowest[si, sj] or apart_s > highest[si, sj]:
                            continue
                        apart_m2 = (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2
                        if apart_m2 > squares * (world.variance_m2[si] + world.variance_m2[sj]):
                            continue
                        members[0], members[1] = i, j
                        odds = log_weight_real(members, 2, reports, world) - alone[i] - alone[j]
                        if odds > floor:
                            if fill:
                                pairs.second[offset[i] + many] = j
                                pairs.odds[offset[i] + many] = odds
                            many += 1
                    cell += 1
        count[i] = many


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
