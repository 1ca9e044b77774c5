"""A crowd that was hard to take apart is taken apart once more from another beginning, and the better of both is kept.

Question: is there a better arrangement of a crowd than the one the search came to? In: the candidates of crowds
(:mod:`candidates`), and how the search began and ended. Out: which arrivals are worth another search, where it begins,
and, for each group of events that share no arrival with any other, the better of two arrangements by its summed log
odds.

A search that only ever accepts what is better ends where its beginning leads. Beginnings that differ end apart, mostly
in some groups only, so that of two ends the better is taken group by group. Another beginning is had by accepting the
best candidates first when their log odds carry noise (the noising method: Charon & Hudry 1993, Operations Research
Letters 14, 133-137); the noise is drawn from a fixed seed, in the order of the candidates. Worth a search are groups in
which an event of one arrangement has no event like it in the other.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from truceline.fusion.arrivals.accepting import accept, best_first, chance, together
from truceline.fusion.arrivals.candidates import Candidates
from truceline.fusion.arrivals.growing import MOST_HITS
from truceline.fusion.arrivals.picks import FREE, NO_CLUSTER, Taken
from truceline.fusion.arrivals.settings import LocateSettings
from truceline.fusion.arrivals.settling import Events, World
from truceline.model.columns import Floats, Ints, Mask

_SHARES = (1.0, 0.3, 0.0)
"""How much the arrivals around count as chance while candidates are accepted, round by round."""

_NOISE = 2.0
_ALIKE = 0.6
_LEAST_GAIN = 1e-6


def holders(events: Events, arrivals: int) -> Taken:
    """Who holds which arrival."""
    event_of = np.full(arrivals, FREE, dtype=np.int64)
    row, column = np.nonzero(events.hits >= 0)
    event_of[events.hits[row, column]] = row
    return Taken(event_of, np.full(arrivals, NO_CLUSTER, dtype=np.int64))


def holding(events: Events, asked: Mask) -> Mask:
    """Which events hold one of the arrivals asked for."""
    return np.asarray(((events.hits >= 0) & asked[events.hits]).any(axis=1))


def wanting(offered: Candidates, asked: Mask) -> Mask:
    """Which candidates want one of the arrivals asked for."""
    owner = np.repeat(np.arange(len(offered.home)), np.diff(offered.begin))
    return np.bincount(owner, weights=asked[offered.hit], minlength=len(offered.home)) > 0


def unlike(one: Events, other: Events, arrivals: int) -> Mask:
    """The arrivals of groups that two arrangements part differently.

    An event has its like where another holds six tenths of its arrivals, or of the other's own if they are more.
    """
    group, of_other, of_arrival = hanging_together(one, other, arrivals)
    mine, theirs = holders(one, arrivals).event, holders(other, arrivals).event
    both = (mine != FREE) & (theirs != FREE)
    shape = max(len(one.home), 1), max(len(other.home), 1)
    common = coo_matrix((np.ones(int(both.sum())), (mine[both], theirs[both])), shape=shape).tocsr()
    differs = np.zeros(len(of_arrival) + len(group) + len(of_other), dtype=bool)
    for events, label, axis in ((one, group, 1), (other, of_other, 0)):
        most = common.max(axis=axis).toarray().ravel()[: len(events.home)]
        differs[label[most < _ALIKE * (events.hits >= 0).sum(axis=1)]] = True
    return differs[of_arrival]


def better(one: Events, other: Events, arrivals: int) -> Events:
    """Group by group the arrangement with the higher sum of log odds; the one where both are as good."""
    group, of_other, _ = hanging_together(one, other, arrivals)
    groups = int(max(group.max(initial=-1), of_other.max(initial=-1))) + 1
    explained = np.bincount(of_other, weights=other.state[:, 0], minlength=groups)
    gain = explained - np.bincount(group, weights=one.state[:, 0], minlength=groups)
    changed = gain > _LEAST_GAIN
    return together([one.take(np.flatnonzero(~changed[group])), other.take(np.flatnonzero(changed[of_other]))])


def hanging_together(one: Events, other: Events, arrivals: int) -> tuple[Ints, Ints, Ints]:
    """Groups of events and arrivals that hang together by sharing arrivals: of each event of both, of each arrival."""
    rows = len(one.home) + len(other.home)
    hits = np.concatenate([one.hits, other.hits])
    row, column = np.nonzero(hits >= 0)
    graph = coo_matrix((np.ones(len(row)), (row, rows + hits[row, column])), shape=(rows + arrivals,) * 2)
    _, labels = connected_components(graph, directed=False)
    label = labels.astype(np.int64)
    return label[: len(one.home)], label[len(one.home) : rows], label[rows:]


def begun_again(
    offered: Candidates,
    asked: Mask,
    stood: tuple[Events, Events],
    against: tuple[World, Floats],
    settings: LocateSettings,
    seed: int,
) -> tuple[Events, Taken]:
    """Where another search begins, and who holds which arrival there.

    ``stood``: how the search began and how it ended. Where nothing is asked, events are as it ended. The rest are the
    best candidates under noise, and after them events of the beginning, for arrivals that no candidate took.
    ``against``: the world, and the log rate of chance at each arrival.
    """
    began, ended = stood
    drawn = _accepted(offered, wanting(offered, asked), *against, settings, seed)
    first = together([ended.take(np.flatnonzero(~holding(ended, asked))), drawn])
    last = began.take(np.flatnonzero(holding(began, asked)))
    return together([first, last]), holders(first, len(asked))


def _accepted(
    offered: Candidates, wanted: Mask, world: World, log_rate: Floats, settings: LocateSettings, seed: int
) -> Events:
    """Candidates accepted the best first, with noise on their log odds, in rounds of less and less chance."""
    taken = holders(together([]), len(log_rate))
    hits, noise = _hits(offered), np.random.default_rng(seed)
    chosen = np.full(len(offered.home), -1, dtype=np.int64)
    held = 0
    for share in _SHARES:
        around = chance(world, taken, share, free_only=held > 0) if share else log_rate
        dearer = np.r_[0.0, np.cumsum((around - log_rate)[offered.hit])]
        odds = offered.state[:, 0] - (dearer[offered.begin[1:]] - dearer[offered.begin[:-1]])
        odds = np.where(wanted, odds + noise.normal(0.0, _NOISE, len(odds)), -np.inf)
        held = accept(best_first(odds), odds, hits, taken.event, chosen, settings.least_log_odds, held)
    rows = np.flatnonzero(chosen >= 0)
    rows = rows[np.argsort(chosen[rows])]
    state = np.c_[offered.state[rows], np.diff(offered.begin)[rows]]
    return Events(state, offered.home[rows], hits[rows], np.full((len(rows), 3, 3), np.nan))


def _hits(offered: Candidates) -> Ints:
    """The arrivals of each candidate as a row, -1 where it has no more."""
    many = np.diff(offered.begin)
    hits = np.full((len(many), MOST_HITS), -1, dtype=np.int64)
    owner = np.repeat(np.arange(len(many)), many)
    hits[owner, np.arange(len(owner)) - offered.begin[owner]] = offered.hit
    return hits
