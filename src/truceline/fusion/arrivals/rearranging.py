"""Events that crowd each other are taken apart and put together anew, as long as the whole explains more.

Accepting the best first goes wrong in a salvo: one event may gather arrivals of several shots and rob them all. So each
event that stands near others is lifted on trial; its neighbours take back what is theirs; from what is left the best
events are sought again; and the trial is kept only if the summed log odds rise. Chance is here the sensor's own
noise alone: every arrival that another event explains is explained.

Events that share contested arrivals form a cluster; free arrivals belong to the cluster whose expected arrivals they
are nearest to. A cluster works on its own arrivals only, so clusters do not depend on each other's order.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from truceline.fusion.arrivals.accepting import best_first, chance
from truceline.fusion.arrivals.air import Air
from truceline.fusion.arrivals.candidates import Candidates, candidates
from truceline.fusion.arrivals.crowds import Crowd, _contests, _give_free_arrivals
from truceline.fusion.arrivals.growing import MOST_HITS, Search
from truceline.fusion.arrivals.inserting import inserted, news
from truceline.fusion.arrivals.network import Network
from truceline.fusion.arrivals.picks import FREE, NO_CLUSTER, Picks, Taken
from truceline.fusion.arrivals.refilling import Refill, Standing, copied, lift, place_event, refill, refilled
from truceline.fusion.arrivals.restarting import begun_again, better, holders, unlike, wanting
from truceline.fusion.arrivals.rival_arrangements import rival_spread
from truceline.fusion.arrivals.settings import LocateSettings
from truceline.fusion.arrivals.settling import Belief, Events, Ledger, Starts, World, ledger, settle_all, settled
from truceline.fusion.arrivals.trading import none_touched, traded
from truceline.fusion.compiled import compiled_inner
from truceline.model.columns import Floats, Ints, Mask

LIFTED = (1, 1, 2)
"""How many neighbouring events are lifted together in each sweep."""

_MOST_NEIGHBOURS = 20
_MOST_SEEDS = 400
_SPARE = 3
_TRADES = 4
_TURNS = 3
_RESTARTS = 2


class Trial(NamedTuple):
    """Room for one trial: the events of the group and how they stood, the arrivals lifted, slots free and filled.

    ``refill`` is room for what is sought anew.
    """

    group: Ints
    state: Floats
    home: Ints
    hits: Ints
    seeds: Ints
    slots: Ints
    filled: Ints
    refill: Refill


def _trial() -> Trial:
    most = _MOST_NEIGHBOURS + 1
    return Trial(
        np.empty(most, np.int64), np.empty((most, 5)), np.empty(most, np.int64), np.empty((most, MOST_HITS), np.int64),
        np.empty(_MOST_SEEDS, np.int64), np.empty(most + _SPARE, np.int64), np.empty(most + _SPARE, np.int64),
        refill(_MOST_SEEDS),
    )  # fmt: skip


@compiled_inner
def _lifted(event: int, lifted: int, crowd: Crowd, standing: Standing, taken: Taken, trial: Trial) -> tuple[int, int]:
    """Gather an event and its neighbours, keep how they stand, lift the first; how many they are and their arrivals."""
    trial.group[0], many, seeds = event, 1, 0
    for i in range(crowd.begin[event], crowd.begin[event + 1]):
        other = crowd.near[i]
        if standing.stands[other] and other != event and many < len(trial.group):
            trial.group[many] = other
            many += 1
    for i in range(many):
        member = trial.group[i]
        trial.home[i] = standing.home[member]
        copied(standing.state, standing.hits, member, trial.state, trial.hits, i)
        for k in range(MOST_HITS):
            if standing.hits[member, k] >= 0 and seeds < len(trial.seeds):
                trial.seeds[seeds] = standing.hits[member, k]
                seeds += 1
        if i < lifted:
            lift(member, standing, taken)
            trial.slots[i] = member
    return many, seeds


@compiled_inner
def _put_back(many: int, made: int, standing: Standing, taken: Taken, trial: Trial) -> None:
    """Everything as it stood before the trial."""
    for i in range(made):
        lift(trial.filled[i], standing, taken)
    for i in range(many):
        if standing.stands[trial.group[i]]:
            lift(trial.group[i], standing, taken)
    for i in range(many):
        member = trial.group[i]
        standing.home[member], standing.stands[member] = trial.home[i], True
        copied(trial.state, trial.hits, i, standing.state, standing.hits, member)
        for k in range(MOST_HITS):
            if trial.hits[i, k] >= 0:
                taken.event[trial.hits[i, k]] = member


@compiled_inner
def _rearrange(
    events: Ints, cluster: int, lifted: int, crowd: Crowd, spare: Ints, air: Air, net: Network, picks: Picks,
    taken: Taken, log_rate: Floats, search: Search, belief: Belief, least: float, fewest: int, standing: Standing,
    book: Ledger, trial: Trial,
) -> float:  # fmt: skip
    """Try each event of a cluster, the weakest first; returns by how much the summed log odds rose."""
    gained = 0.0
    for event in events:
        if not standing.stands[event]:
            continue
        many, seeds = _lifted(event, lifted, crowd, standing, taken, trial)
        before, slots = 0.0, min(lifted, many)
        for i in range(many):
            before += trial.state[i, 0]
        for _ in range(2):
            for i in range(lifted, many):
                member = trial.group[i]
                if not standing.stands[member]:
                    continue
                home, (_, old_x, old_y, old_t, _) = standing.home[member], standing.state[member]
                score, x, y, t, n = settled(
                    old_x,
                    old_y,
                    old_t,
                    air,
                    home,
                    net,
                    picks,
                    taken,
                    member,
                    cluster,
                    log_rate,
                    search,
                    belief,
                    3,
                    book,
                )
                lift(member, standing, taken)
                if n >= fewest and score > least:
                    place_event(member, score, x, y, t, home, n, book, standing, taken)
                else:
                    trial.slots[slots] = member
                    slots += 1
        total, spares = 0.0, 0
        for i in range(lifted, many):
            if standing.stands[trial.group[i]]:
                total += standing.state[trial.group[i], 0]
        for candidate in spare:
            if spares < _SPARE and not standing.stands[candidate]:
                trial.slots[slots] = candidate
                slots, spares = slots + 1, spares + 1
        made, gathered = refilled(
            trial.seeds, seeds, trial.slots, slots, cluster, air, net, picks, taken, log_rate, search, belief, least,
            fewest, standing, book, trial.filled, trial.refill,
        )  # fmt: skip
        if total + gathered > before + 1e-6:
            gained += total + gathered - before
        else:
            _put_back(many, made, standing, taken, trial)
    return gained


def rearranged(events: Events, world: World, taken: Taken, settings: LocateSettings) -> tuple[Events, Taken]:
    """The events after they were taken apart and put together anew, and who holds which arrival then.

    Crowds that did not stay as they were accepted are hard: they are searched again from other beginnings, and of each
    group of events the best arrangement stays (:mod:`restarting`). The ``cov`` of the events is how far apart the ends
    of these searches put them (:mod:`rival_arrangements`).
    """
    if not len(events.home):
        return events, taken
    arrivals = len(taken.event)
    log_rate = chance(world, taken, 0.0, free_only=True)
    standing, taken = _stand(events, world, taken, log_rate, settings)
    began, _ = _as_events(standing, taken)
    crowded = _crowded_arrivals(standing, world, taken)
    offered = candidates(crowded, world, log_rate, settings.fewest_arrivals, settings.least_log_odds)
    everything = np.ones(arrivals, dtype=bool)
    ended = _improved(standing, (taken, log_rate), offered, everything, world, settings)
    best, before, ends = ended, began, [ended]
    for seed in range(_RESTARTS):
        asked = np.zeros(arrivals, dtype=bool)
        asked[crowded] = unlike(before, ended, arrivals)[crowded]
        if not asked.any():
            break
        start, taken = begun_again(offered, asked, (began, ended), (world, log_rate), settings, seed)
        standing, taken = _stand(start, world, taken, log_rate, settings)
        before = _improved(standing, (taken, log_rate), offered, asked, world, settings)
        best = better(best, before, arrivals)
        ends.append(before)
    return best._replace(cov=rival_spread(best, ends, arrivals)), holders(best, arrivals)


def _improved(
    standing: Standing, held: tuple[Taken, Floats], offered: Candidates, asked: Mask, world: World,
    settings: LocateSettings,
) -> Events:  # fmt: skip
    """Put in candidates and lift events in turn, as long as that gains, among the arrivals asked for."""
    taken, log_rate = held
    wanted = wanting(offered, asked)
    told = news(offered, len(taken.event), wanted)
    for turn in range(_TURNS):
        touched = inserted((offered, told), standing, world, held, settings, turn > 0)
        lifted = touched | (asked[standing.hits[:, 0]] if turn == 0 else False)
        if not lifted.any():
            break
        holder, odds = taken.event.copy(), standing.state[:, 0].copy()
        _lift_all(standing, world, taken, log_rate, settings, lifted)
        told.now[0] += 1
        if turn == 0:
            told = news(offered, len(taken.event), wanted)
        told.changed[(holder != taken.event) | (odds != standing.state[:, 0])[taken.event]] = told.now[0]
    return _as_events(standing, taken)[0]


def _lift_all(
    standing: Standing, world: World, taken: Taken, log_rate: Floats, settings: LocateSettings, only: Mask
) -> None:
    """Trade and lift in turn, in the clusters of some events."""
    for lifted in LIFTED:
        _trade(standing, world, taken, log_rate, settings)
        _sweep(standing, world, (taken, log_rate), settings, lifted, only)
    _trade(standing, world, taken, log_rate, settings)


def _crowded_arrivals(standing: Standing, world: World, taken: Taken) -> Ints:
    """The arrivals, held or free, of clusters of two events and more."""
    _, cluster_of, size = _crowd(standing, world, taken)
    _share_out(standing, cluster_of, world, taken)
    crowded: Ints = np.flatnonzero((taken.cluster >= 0) & (size[taken.cluster] >= 2))
    return crowded


def _stand(
    events: Events, world: World, taken: Taken, log_rate: Floats, settings: LocateSettings
) -> tuple[Standing, Taken]:
    """Settle every event once more and let each keep what is free, the best first."""
    rows = len(events.home)
    room = rows + max(64, rows // 8)
    fresh = settle_all(Starts(events.state[:, 1:4].copy(), events.home, np.arange(rows)), world, taken, log_rate)
    taken = Taken(
        np.full(len(taken.event), FREE, dtype=np.int64), np.full(len(taken.event), NO_CLUSTER, dtype=np.int64)
    )
    standing = Standing(
        np.zeros((room, 5)), np.zeros(room, np.int64), np.full((room, MOST_HITS), -1, np.int64), np.zeros(room, bool)
    )
    _keep_free(
        best_first(fresh.state[:, 0]), fresh.state, fresh.home, fresh.hits, settings.fewest_arrivals, standing, taken
    )
    return standing, taken


@compiled_inner
def _keep_free(
    order: Ints, state: Floats, home: Ints, hits: Ints, fewest: int, standing: Standing, taken: Taken
) -> None:
    for event in order:
        many = 0
        for i in range(hits.shape[1]):
            pick = hits[event, i]
            if pick < 0:
                break
            if taken.event[pick] == -1:
                standing.hits[event, many] = pick
                many += 1
        if many < fewest:
            for i in range(many):
                standing.hits[event, i] = -1
            continue
        for i in range(many):
            taken.event[standing.hits[event, i]] = event
        for k in range(5):
            standing.state[event, k] = state[event, k]
        standing.state[event, 4] = many
        standing.home[event], standing.stands[event] = home[event], True


def _trade(standing: Standing, world: World, taken: Taken, log_rate: Floats, settings: LocateSettings) -> None:
    """Let events trade arrivals and settle those that did, a few times over."""
    book = ledger(world.net)
    for _ in range(_TRADES):
        touched = none_touched(len(standing.home))
        trades = traded(
            standing.state, standing.home, standing.hits, standing.stands, world.air, world.net, world.picks, taken,
            log_rate, world.search, settings.fewest_arrivals, touched,
        )  # fmt: skip
        _resettle(
            touched, standing, world.air, world.net, world.picks, taken, log_rate, world.search, world.belief,
            settings.least_log_odds, settings.fewest_arrivals, book,
        )  # fmt: skip
        if not trades:
            break


@compiled_inner
def _resettle(
    touched: Mask, standing: Standing, air: Air, net: Network, picks: Picks, taken: Taken, log_rate: Floats,
    search: Search, belief: Belief, least: float, fewest: int, book: Ledger,
) -> None:  # fmt: skip
    for event in range(len(touched)):
        if not touched[event] or not standing.stands[event]:
            continue
        home = standing.home[event]
        score, x, y, t, n = settled(
            standing.state[event, 1], standing.state[event, 2], standing.state[event, 3], air, home, net, picks, taken,
            event, NO_CLUSTER, log_rate, search, belief, 4, book,
        )  # fmt: skip
        lift(event, standing, taken)
        if n >= fewest and score > least:
            place_event(event, score, x, y, t, home, n, book, standing, taken)


def _sweep(
    standing: Standing, world: World, held: tuple[Taken, Floats], settings: LocateSettings, lifted: int,
    only: Mask | None = None,
) -> None:  # fmt: skip
    """Lift and seek anew in every cluster, or in those of some events only.

    ``held``: who holds which arrival, and the log rate of chance at each.
    """
    taken, log_rate = held
    crowd, cluster_of, size = _crowd(standing, world, taken)
    _share_out(standing, cluster_of, world, taken)
    asked = np.ones(len(size), dtype=bool)
    if only is not None:
        asked[:] = False
        asked[cluster_of[only]] = True
    crowded = np.flatnonzero(standing.stands & (size[cluster_of] >= 2) & asked[cluster_of])
    crowded = crowded[np.lexsort((standing.state[crowded, 0], cluster_of[crowded]))]
    if not len(crowded):
        return
    spare = np.flatnonzero(~standing.stands)
    book, trial = ledger(world.net), _trial()
    begins = np.flatnonzero(np.r_[True, np.diff(cluster_of[crowded]) != 0])
    for begin, end in zip(begins, np.r_[begins[1:], len(crowded)], strict=True):
        members = crowded[begin:end]
        mine = spare[: 2 * _SPARE]
        _rearrange(
            members, int(cluster_of[members[0]]), lifted, crowd, mine, world.air, world.net, world.picks, taken,
            log_rate,
            world.search, world.belief, settings.least_log_odds, settings.fewest_arrivals, standing, book, trial,
        )  # fmt: skip
        if standing.stands[mine].any():
            spare = spare[~standing.stands[spare]]


def _share_out(standing: Standing, cluster_of: Ints, world: World, taken: Taken) -> None:
    """Every arrival to the cluster of its event, or, if free, of the event that expects one nearest to it."""
    taken.cluster[:] = np.where(taken.event >= 0, cluster_of[taken.event], NO_CLUSTER)
    apart_s = np.full(len(taken.event), np.inf)
    _give_free_arrivals(standing, cluster_of, world.air, world.net, world.picks, taken, world.search, apart_s)


def _crowd(standing: Standing, world: World, taken: Taken) -> tuple[Crowd, Ints, Ints]:
    rows = len(standing.home)
    pairs = np.empty((max(1024, 8 * len(taken.event)), 2), dtype=np.int64)
    many = _contests(standing, world.air, world.net, world.picks, taken, world.search, pairs)
    pairs = pairs[: min(many, len(pairs))]
    graph = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(rows, rows)).tocsr()
    graph = (graph + graph.T).tocsr()
    _, labels = connected_components(graph, directed=False)
    cluster_of: Ints = labels.astype(np.int64)
    row = np.repeat(np.arange(rows), np.diff(graph.indptr))
    order = np.lexsort((graph.indices, -graph.data, row))
    size: Ints = np.bincount(cluster_of[standing.stands], minlength=int(cluster_of.max()) + 1).astype(np.int64)
    return Crowd(graph.indices[order].astype(np.int64), graph.indptr.astype(np.int64)), cluster_of, size


def _as_events(standing: Standing, taken: Taken) -> tuple[Events, Taken]:
    """The standing events, numbered anew, each settled a last time with the arrivals it has."""
    rows = np.flatnonzero(standing.stands)
    number = np.full(len(standing.home), FREE, dtype=np.int64)
    number[rows] = np.arange(len(rows))
    event_of = np.where(taken.event >= 0, number[taken.event], FREE)
    return (
        Events(standing.state[rows], standing.home[rows], standing.hits[rows], np.full((len(rows), 3, 3), np.nan)),
        Taken(event_of, np.full(len(event_of), NO_CLUSTER, dtype=np.int64)),
    )
