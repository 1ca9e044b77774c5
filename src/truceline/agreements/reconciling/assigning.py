"""One-to-one partners: as many as there can be, and of all such choices the one with the least distance in sum.

The links fall into parts that have no row in common; each is solved by itself, so a row changes nothing in a part it
does not belong to. Small parts are solved by the method of Jonker and Volgenant (Computing 38, 1987) as Crouse made it
rectangular (IEEE Trans. Aerosp. Electron. Syst. 52, 2016), large ones by its sparse form; both are SciPy's.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, min_weight_full_bipartite_matching

from truceline.agreements.reconciling.likeness import MOST, Links
from truceline.agreements.reconciling.sides import Sides
from truceline.model.columns import Ints

_SMALL = 4_000_000
"""Cells of a table that is solved as a whole; 32 megabytes."""


def partners(sides: Sides, links: Links, cost: Ints) -> Ints:
    """Positions of the chosen links: no row twice, as many as possible, then nearest together.

    Rows that say the same are told apart by their ids, and of two choices that are equally near neither the order of
    rows nor which log stands first decides.
    """
    if len(links) == 0:
        return np.zeros(0, np.int64)
    first, second = _numbered(sides, links)
    part = _parts(first, second)
    order = np.lexsort((second, first, cost, part))
    begins = np.flatnonzero(np.diff(part[order], prepend=-1))
    stars = _stars(first[order], second[order], begins)
    chosen = [order[begins[stars]]]
    ends = np.append(begins[1:], len(order))
    for begin, end in zip(begins[~stars].tolist(), ends[~stars].tolist(), strict=True):
        here = order[begin:end]
        chosen.append(here[_solved(first[here], second[here], cost[here])])
    return np.sort(np.concatenate(chosen))


def _numbered(sides: Sides, links: Links) -> tuple[Ints, Ints]:
    """The rows of both logs as numbers in one order by what they say, then by log; equal rows by their ids."""
    a, b = np.unique(links.a), np.unique(links.b)
    rank = np.concatenate((sides.a.rank[a], sides.b.rank[b]))
    ids = np.concatenate((sides.a.table.id[a], sides.b.table.id[b]))
    number = np.empty(len(rank), dtype=np.int64)
    number[np.lexsort((ids, rank))] = np.arange(len(rank))
    return number[np.searchsorted(a, links.a)], number[len(a) + np.searchsorted(b, links.b)]


def _parts(first: Ints, second: Ints) -> Ints:
    """For each link the part it belongs to."""
    size = int(max(first.max(), second.max())) + 1
    graph = coo_array((np.ones(len(first), dtype=np.int8), (first, second)), shape=(size, size))
    labels = connected_components(graph, directed=False)[1]
    found: Ints = labels[first].astype(np.int64)
    return found


def _stars(first: Ints, second: Ints, begins: Ints) -> np.ndarray:
    """Parts in which one log has a single row: its nearest link is the answer."""
    lone = [np.minimum.reduceat(rows, begins) == np.maximum.reduceat(rows, begins) for rows in (first, second)]
    return np.asarray(lone[0] | lone[1])


def _solved(first: Ints, second: Ints, cost: Ints) -> Ints:
    """The chosen links of one part. The log with the row that says the earlier thing gives the lines of the table."""
    if second.min() < first.min():
        first, second = second, first
    lines, line = np.unique(first, return_inverse=True)
    columns, column = np.unique(second, return_inverse=True)
    shape = (len(lines), len(columns))
    if shape[0] * shape[1] <= _SMALL:
        return _dense(line, column, cost, shape)
    return _sparse(line, column, cost, shape)


def _dense(line: Ints, column: Ints, cost: Ints, shape: tuple[int, int]) -> Ints:
    none = float((min(shape) + 1) * (MOST + 1))
    table = np.full(shape, none)
    table[line, column] = cost
    which = np.full(shape, -1, dtype=np.int64)
    which[line, column] = np.arange(len(line))
    found: Ints = which[linear_sum_assignment(table)]
    return found[found >= 0]


def _sparse(line: Ints, column: Ints, cost: Ints, shape: tuple[int, int]) -> Ints:
    """Every line also has a column of its own that stands for no partner and is dearer than any chain of links."""
    many, wide = shape
    own = np.arange(many)
    values = np.concatenate((cost + 1.0, np.full(many, float((min(shape) + 1) * (MOST + 2)))))
    places = np.concatenate((line, own)), np.concatenate((column, wide + own))
    table = coo_array((values, places), shape=(many, wide + many)).tocsr()
    lines, columns = min_weight_full_bipartite_matching(table)
    real = columns < wide
    order = np.lexsort((column, line))
    at = np.searchsorted(line[order] * wide + column[order], lines[real] * wide + columns[real])
    found: Ints = order[at]
    return found
