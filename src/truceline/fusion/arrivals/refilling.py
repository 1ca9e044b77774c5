"""Events that stand or are lifted, and the search for the best events among arrivals that were set free."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from truceline.fusion.arrivals.air import Air
from truceline.fusion.arrivals.growing import MOST_HITS, NOTHING, Room, Search, proposed, room
from truceline.fusion.arrivals.network import Network
from truceline.fusion.arrivals.picks import Picks, Taken
from truceline.fusion.arrivals.settling import Belief, Ledger, settled
from truceline.fusion.compiled import compiled_inner
from truceline.model.columns import Floats, Ints, Mask

_SENSORS = 8
_SEEK_GATE = 2.2


class Standing(NamedTuple):
    """Events that stand or are lifted: state (log odds, x, y, time, hearers), home sensor, arrivals, standing."""

    state: Floats
    home: Ints
    hits: Ints
    stands: Mask


class Refill(NamedTuple):
    """Room for one refilling after another: for each lifted arrival the event it proposes, and for one search."""

    proposal: Floats
    fresh: Mask
    hits: Ints
    one: Ints
    space: Room


def refill(seeds: int) -> Refill:
    """Room for so many lifted arrivals at most."""
    return Refill(
        np.empty((seeds, 4)), np.empty(seeds, np.bool_), np.empty((seeds, MOST_HITS), np.int64),
        np.empty(MOST_HITS, np.int64), room(),
    )  # fmt: skip


@compiled_inner
def lift(event: int, standing: Standing, taken: Taken) -> None:
    """Take an event away: its arrivals are free."""
    for i in range(standing.hits.shape[1]):
        pick = standing.hits[event, i]
        if pick < 0:
            break
        taken.event[pick] = -1
    standing.stands[event] = False


@compiled_inner
def copied(state: Floats, hits: Ints, row: int, to_state: Floats, to_hits: Ints, to_row: int) -> None:
    """Copy the state and the arrivals of an event from one table into another, value by value: no array is made."""
    for k in range(state.shape[1]):
        to_state[to_row, k] = state[row, k]
    for k in range(hits.shape[1]):
        to_hits[to_row, k] = hits[row, k]


@compiled_inner
def place_event(
    event: int, score: float, x: float, y: float, t: float, home: int, hearers: int, book: Ledger, standing: Standing,
    taken: Taken,
) -> None:  # fmt: skip
    """Put an event where it settled, with the arrivals of its account."""
    standing.state[event, 0], standing.state[event, 1], standing.state[event, 2] = score, x, y
    standing.state[event, 3], standing.state[event, 4] = t, hearers
    standing.home[event], standing.stands[event] = home, True
    filled = 0
    for i in range(len(book.pick)):
        if filled >= hearers or filled >= standing.hits.shape[1]:
            break
        if book.pick[i] >= 0:
            standing.hits[event, filled] = book.pick[i]
            taken.event[book.pick[i]] = event
            filled += 1
    for i in range(filled, standing.hits.shape[1]):
        standing.hits[event, i] = -1


@compiled_inner
def _all_free(hits: Ints, taken: Taken) -> bool:
    for i in range(len(hits)):
        if hits[i] < 0:
            break
        if taken.event[hits[i]] >= 0:
            return False
    return True


@compiled_inner
def _propose_anew(
    i: int, seed: int, cluster: int, air: Air, net: Network, picks: Picks, taken: Taken, log_rate: Floats,
    search: Search, narrow: Search, belief: Belief, fewest: int, book: Ledger, tried: Refill,
) -> None:  # fmt: skip
    """Write the best event of which a lifted arrival is the first, and the arrivals it would take."""
    proposal, hits = tried.proposal, tried.hits
    proposal[i, 0] = NOTHING
    hits[i, 0] = -1
    _, x, y, t, n = proposed(seed, air, net, picks, taken, cluster, log_rate, narrow, _SENSORS, tried.one, tried.space)
    if n >= fewest:
        score, x, y, t, n = settled(
            x,
            y,
            t,
            air,
            picks.sensor[seed],
            net,
            picks,
            taken,
            -2,
            cluster,
            log_rate,
            search,
            belief,
            5,
            book,
        )
        if n >= fewest:
            proposal[i, 0], proposal[i, 1], proposal[i, 2], proposal[i, 3] = score, x, y, t
            k = 0
            for w in range(len(book.pick)):
                if k >= n or k >= MOST_HITS:
                    break
                if book.pick[w] >= 0:
                    hits[i, k] = book.pick[w]
                    k += 1
            if k < MOST_HITS:
                hits[i, k] = -1


@compiled_inner
def refilled(
    seeds: Ints, many: int, slots: Ints, free_slots: int, cluster: int, air: Air, net: Network, picks: Picks,
    taken: Taken,
    log_rate: Floats, search: Search, belief: Belief, least: float, fewest: int, standing: Standing, book: Ledger,
    filled: Ints, tried: Refill,
) -> tuple[int, float]:  # fmt: skip
    """Put events where the lifted arrivals want them, best first; how many were put and their summed log odds."""
    proposal, fresh, hits = tried.proposal, tried.fresh, tried.hits
    for i in range(many):
        fresh[i] = False
    narrow = Search(
        search.pick_error_s, search.air_error, search.heard_share, search.reach_m, _SEEK_GATE, search.widest_gate_s,
        search.patience,
    )  # fmt: skip
    total, made = 0.0, 0
    while made < free_slots:
        best, row = least, -1
        for i in range(many):
            seed = seeds[i]
            if taken.event[seed] >= 0:
                continue
            valid = fresh[i]
            if valid:
                if proposal[i, 0] <= best:
                    continue
                valid = _all_free(hits[i], taken)
            if not valid:
                fresh[i] = True
                _propose_anew(
                    i, seed, cluster, air, net, picks, taken, log_rate, search, narrow, belief, fewest, book,
                    tried,
                )  # fmt: skip
            if proposal[i, 0] > best:
                best, row = proposal[i, 0], i
        if row < 0:
            break
        home = picks.sensor[seeds[row]]
        score, x, y, t, n = settled(
            proposal[row, 1], proposal[row, 2], proposal[row, 3], air, home, net, picks, taken, -2, cluster,
            log_rate, search,
            belief, 5, book,
        )  # fmt: skip
        if score <= least or n < fewest:
            proposal[row, 0] = NOTHING
            continue
        place_event(slots[made], score, x, y, t, home, n, book, standing, taken)
        filled[made] = slots[made]
        made += 1
        total += score
    return made, total
