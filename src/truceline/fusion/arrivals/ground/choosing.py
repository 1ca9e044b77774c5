"""From proposals to events: the best first, each arrival to one event; then each event is asked whether it is one.

An event whose times are foretold a little wrong may leave arrivals behind, and these may make a second event out of
what is one. So each event in turn, the weakest first, is lifted on trial: those around it in time take what is theirs,
and the lifted one takes the rest. What has the greater sum of log odds stands.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from truceline.fusion.arrivals.accepting import CROWD_WINDOWS_S, accept, best_first
from truceline.fusion.arrivals.ground.seeking import Places, free_firsts, sought
from truceline.fusion.arrivals.ground.settings import GroundSettings
from truceline.fusion.arrivals.ground.settling import (
    CHANNELS,
    MOST_HITS,
    NOTHING,
    Account,
    Found,
    T,
    Under,
    Weigh,
    account,
    settle,
    settled,
    where_found,
    written,
)
from truceline.fusion.arrivals.ground.travel import Ground
from truceline.fusion.arrivals.network import Network
from truceline.fusion.arrivals.picks import FREE, NO_CLUSTER, Picks, Taken, crowding
from truceline.fusion.compiled import compiled
from truceline.model.columns import Floats, Ints, Mask

ROUNDS = ((1.0, 0.0), (0.0,))
"""Per pass, per round: how much the arrivals around count as chance."""

GATE, _GATE_KEPT = 2.6, 3.2
"""How many standard errors an arrival may be off: of events that are sought, and of those that stand."""

_INNER_ROUNDS = 8
_AROUND_S = 60.0
_MOST_AROUND = 12
_NOT_FREE = -3


def nothing_taken(arrivals: int) -> Taken:
    """Every arrival free."""
    return Taken(np.full(arrivals, FREE, dtype=np.int64), np.full(arrivals, NO_CLUSTER, dtype=np.int64))


def chance(under: Under, taken: Taken, share: float, *, free_only: bool) -> Floats:
    """Log rate of chance arrivals at each arrival, in its channel."""
    out = np.empty(len(under.picks.time_s))
    crowding(under.picks, free_only, taken, share, CROWD_WINDOWS_S, out)
    return out


def none_found() -> Found:
    """No events."""
    return Found(np.empty((0, 6)), np.empty(0, np.int64), np.empty((0, MOST_HITS), np.int64), np.empty((0, 4, 4)))


def together(parts: list[Found]) -> Found:
    """Several tables of events as one."""
    state, cov = (np.concatenate([part[k] for part in parts]) for k in (0, 3))
    home, hits = (np.concatenate([part[k] for part in parts]) for k in (1, 2))
    return Found(state, home, hits, cov)


def numbered(found: Found, keep: Mask, arrivals: int) -> tuple[Found, Taken]:
    """The events to keep, numbered anew, and who holds which arrival."""
    found = found.take(np.flatnonzero(keep))
    taken = nothing_taken(arrivals)
    row, column = np.nonzero(found.hits >= 0)
    taken.event[found.hits[row, column]] = row
    return found, taken


def with_open_gate(under: Under) -> Under:
    """The same with the gate of events that stand."""
    return replace(under, weigh=under.weigh._replace(gate=_GATE_KEPT))


def only_own(taken: Taken) -> Taken:
    """The same, but what is free is nobody's to take."""
    return taken._replace(event=np.where(taken.event == FREE, _NOT_FREE, taken.event))


def able(found: Found, under: Under, settings: GroundSettings) -> Mask:
    """Events with enough arrivals at enough sensors, and log odds."""
    sensor = np.where(found.hits >= 0, under.picks.sensor[found.hits] // CHANNELS, -1)
    sensor = np.sort(sensor, axis=1)
    sensors = ((np.diff(sensor, axis=1) != 0) & (sensor[:, 1:] >= 0)).sum(axis=1) + (sensor[:, 0] >= 0)
    state = found.state
    return np.asarray(
        (state[:, 4] >= settings.fewest_arrivals)
        & (sensors >= settings.fewest_sensors)
        & (state[:, 0] > settings.least_log_odds)
    )


def chosen_events(
    under: Under, tried: Places, settings: GroundSettings, standing: tuple[Found, Taken], rounds: tuple[float, ...]
) -> tuple[Found, Taken]:
    """Events found in what is still free, added to those that stand."""
    found, taken = standing
    parts, held = [found], len(found.home)
    for share in rounds:
        log_rate = chance(under, taken, share, free_only=True)
        new = sought(free_firsts(under.picks, taken), tried, under, taken, log_rate, -6.0)
        new = new.take(np.flatnonzero(able(new, under, settings)))
        for _ in range(_INNER_ROUNDS):
            if not len(new.home):
                break
            accepted = np.full(len(new.home), -1, dtype=np.int64)
            odds = new.state[:, 0].copy()
            accept(best_first(odds), odds, new.hits, taken.event, accepted, settings.least_log_odds, held)
            chosen = accepted >= 0
            if not chosen.any():
                break
            order = np.argsort(accepted[chosen], kind="stable")
            parts.append(new.take(np.flatnonzero(chosen)[order]))
            held += int(chosen.sum())
            rest = new.take(np.flatnonzero(~chosen))
            new = settle(where_found(rest, np.full(len(rest.home), -2)), under, taken, log_rate)
            new = new.take(np.flatnonzero(able(new, under, settings)))
    return together(parts), taken


@compiled
def _let_go(event: int, hits: Ints, taken: Taken) -> None:
    for pick in hits:
        if pick < 0:
            break
        if taken.event[pick] == event:
            taken.event[pick] = -1


@compiled
def _take(event: int, hits: Ints, taken: Taken) -> None:
    for pick in hits:
        if pick < 0:
            break
        taken.event[pick] = event


@compiled
def _those_around(event: int, by_time: Ints, at: Ints, state: Floats, around: Ints) -> int:
    """Write the events within a minute of one; returns how many."""
    many = 0
    for way in (-1, 1):
        near = at[event] + way
        while 0 <= near < len(by_time) and many < len(around):
            if abs(state[by_time[near], 3] - state[event, 3]) >= _AROUND_S:
                break
            if state[by_time[near], 4] > 0:
                around[many] = by_time[near]
                many += 1
            near += way
    return many


@compiled
def _put_back(many: int, around: Ints, new_state: Floats, new_hits: Ints, hits: Ints, taken: Taken) -> None:
    """Give those around what they had before a trial that does not stand."""
    for i in range(many):
        if new_state[i, 4] < 0:
            break
        _let_go(around[i], new_hits[i], taken)
    for i in range(many):
        _take(around[i], hits[around[i]], taken)


@compiled
def _lifted(
    weakest: Ints, by_time: Ints, at: Ints, state: Floats, home: Ints, hits: Ints, cov: Floats, net: Network,
    picks: Picks, ground: Ground, taken: Taken, log_rate: Floats, weigh: Weigh, least: float, book: Account,
) -> int:  # fmt: skip
    """Lift each event on trial; an event that falls has log odds of nothing. Returns how many trials stood."""
    changed = 0
    most = _MOST_AROUND
    around = np.empty(most, np.int64)
    new_state, new_hits = np.empty((most + 1, 6)), np.empty((most + 1, hits.shape[1]), np.int64)
    new_cov, place = np.empty((most + 1, 4, 4)), np.empty(4)
    for event in weakest:
        if state[event, 4] < 1:
            continue
        many = _those_around(event, by_time, at, state, around)
        if many == 0:
            continue
        before, after = max(state[event, 0], 0.0), 0.0
        _let_go(event, hits[event], taken)
        for i in range(many + 1):
            other = around[i] if i < many else event
            if i < many:
                before += max(state[other, 0], 0.0)
            place[0], place[1], place[2], place[3] = state[other, 1], state[other, 2], state[other, 3], state[other, 5]
            odds, arrivals = settled(
                place, home[other], net, picks, ground, taken, other, log_rate, weigh, 1.5, 8, book
            )
            written(odds, place, arrivals, book, new_state[i], new_hits[i], new_cov[i])
            if i < many:
                if odds < least:
                    new_state[i, 4] = -1
                    after -= 1e6
                    break
                _let_go(other, hits[other], taken)
                _take(other, new_hits[i], taken)
            if odds > least:
                after += odds
        if after > before + 1e-6:
            changed += 1
            for i in range(many + 1):
                other = around[i] if i < many else event
                state[other], hits[other], cov[other] = new_state[i], new_hits[i], new_cov[i]
            if state[event, 0] > least:
                _take(event, hits[event], taken)
            else:
                state[event, 4] = 0
                hits[event] = -1
            continue
        _put_back(many, around, new_state, new_hits, hits, taken)
        _take(event, hits[event], taken)
    return changed


def rearranged(found: Found, under: Under, taken: Taken, settings: GroundSettings) -> tuple[Found, Taken]:
    """Events after each was lifted on trial."""
    if len(found.home) < 2:
        return found, taken
    log_rate = chance(under, taken, 0.0, free_only=True)
    found = found.take(np.arange(len(found.home)))
    by_time = np.argsort(found.state[:, T], kind="stable")
    at = np.empty_like(by_time)
    at[by_time] = np.arange(len(by_time))
    weakest = np.argsort(found.state[:, 0], kind="stable")
    _lifted(
        weakest, by_time, at, found.state, found.home, found.hits, found.cov, under.net, under.picks, under.ground,
        taken, log_rate, under.weigh, settings.least_log_odds, account(under.net),
    )  # fmt: skip
    return numbered(found, able(found, under, settings), len(taken.event))


def settled_again(found: Found, under: Under, taken: Taken, settings: GroundSettings) -> tuple[Found, Taken]:
    """Each event with its own arrivals and what is free, the surest first."""
    log_rate = chance(under, taken, 0.0, free_only=True)
    rows = np.arange(len(found.home))
    again = settle(where_found(found, rows), under, taken, log_rate, 1.0)
    state = np.where(able(again, under, settings), again.state[:, 0], NOTHING)
    free = np.full(len(taken.event), FREE, dtype=np.int64)
    accepted = np.full(len(rows), -1, dtype=np.int64)
    held = accept(best_first(state), state, again.hits, free, accepted, settings.least_log_odds, 0)
    kept, now = numbered(again, accepted >= 0, len(free))
    if held == len(rows):
        return kept, now
    # Whoever wanted an arrival that another took settles on what is left.
    late = found.take(np.flatnonzero(accepted < 0))
    after = settle(where_found(late, np.full(len(late.home), -2)), under, now, log_rate, 1.0)
    odds = np.where(able(after, under, settings), after.state[:, 0], NOTHING)
    accepted = np.full(len(late.home), -1, dtype=np.int64)
    accept(best_first(odds), odds, after.hits, now.event, accepted, settings.least_log_odds, held)
    both = together([kept, after.take(np.flatnonzero(accepted >= 0))])
    return numbered(both, np.ones(len(both.home), dtype=bool), len(free))
