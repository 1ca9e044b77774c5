"""How far apart the arrangements of a crowd put one event: what the choice between them leaves open.

**Question.** A hard crowd is searched from several beginnings (:mod:`restarting`), and the searches end in different
arrangements, of which the better is told. How far does an event move from one to the next? **In:** the arrangement
told, and every arrangement a search ended in, events with their arrivals, log odds, place and time (m, s). **Out:** for
each event told the second moment of its moves (m², m s, s²), to be added to its covariance; zero, exactly, where the
event holds the same arrivals in all arrangements.

**Method.** Each arrival of an event is asked whose it is in the other arrangement, and how far from here that one
stands: the mean square over the event's arrivals is the move (an arrival nobody holds there says nothing). Arrangements
are weighed by the summed log odds of the group of events that hang together by sharing arrivals (the spread between
models of a model average: Hoeting, Madigan, Raftery & Volinsky 1999, Statistical Science 14, 382-417). These log odds
tell the better of two arrangements and exaggerate by how much: they count arrivals of a shot that was not found as
chance, and a search that ends tens of log odds below the best one is no proof that all was searched. They count for a
twentieth here; in full the weight of all others is next to none, and salvos are believed to be known too well.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix

from truceline.fusion.arrivals.picks import FREE
from truceline.fusion.arrivals.restarting import hanging_together, holders
from truceline.fusion.arrivals.settling import Events
from truceline.model.columns import Floats, Ints

_ODDS_COUNT = 0.05


def rival_spread(told: Events, ends: list[Events], arrivals: int) -> Floats:
    """What the choice between arrangements adds to the covariance of each event told (see above).

    ``ends``: the arrangements the searches ended in; of each group of events one of them is the one told.
    """
    rows = len(told.home)
    out, weight = np.zeros((rows, 3, 3)), np.zeros(rows)
    if len(ends) < 2:
        return out
    for end in ends:
        likely = np.exp(-_ODDS_COUNT * _odds_lost(told, end, arrivals))
        out += likely[:, None, None] * _moved(told, end, arrivals)
        weight += likely
    return out / weight[:, None, None]


def carried(spread: Floats, searched: Events, events: Events, arrivals: int) -> Floats:
    """The spread of each event as that of the event from the search which held most of its arrivals."""
    row, other, both = _common(events, searched, arrivals)
    out = np.zeros((len(events.home), 3, 3))
    order = np.lexsort((other, -both, row))
    first = order[np.r_[True, np.diff(row[order]) != 0]] if len(order) else order
    out[row[first]] = spread[other[first]]
    return out


def _odds_lost(told: Events, end: Events, arrivals: int) -> Floats:
    """By how much the sum of log odds of its group falls, for each event told, where the other arrangement stands."""
    group, of_end, _ = hanging_together(told, end, arrivals)
    groups = int(max(group.max(initial=-1), of_end.max(initial=-1))) + 1
    stood = np.bincount(group, weights=told.state[:, 0], minlength=groups)
    lost = stood - np.bincount(of_end, weights=end.state[:, 0], minlength=groups)
    of_each: Floats = np.maximum(lost[group], 0.0)
    return of_each


def _moved(told: Events, end: Events, arrivals: int) -> Floats:
    """The mean square, over the arrivals of each event told, of how far from it their event of the other stands."""
    out = np.zeros((len(told.home), 3, 3))
    row, other, both = _common(told, end, arrivals)
    mine, theirs = (told.hits >= 0).sum(axis=1), (end.hits >= 0).sum(axis=1)
    differs = (both < mine[row]) | (both < theirs[other])
    row, other, both = row[differs], other[differs], both[differs]
    move = end.state[other, 1:4] - told.state[row, 1:4]
    np.add.at(out, row, (both / mine[row])[:, None, None] * (move[:, :, None] * move[:, None, :]))
    return out


def _common(one: Events, other: Events, arrivals: int) -> tuple[Ints, Ints, Floats]:
    """Pairs of events of two arrangements that share arrivals, and how many."""
    mine, theirs = holders(one, arrivals).event, holders(other, arrivals).event
    both = (mine != FREE) & (theirs != FREE)
    shape = max(len(one.home), 1), max(len(other.home), 1)
    common = coo_matrix((np.ones(int(both.sum())), (mine[both], theirs[both])), shape=shape).tocsr().tocoo()
    return common.row.astype(np.int64), common.col.astype(np.int64), common.data
