"""From proposals to events: the best first, each arrival to one event only.

Rounds differ in what a chance hit is taken to be. At first every arrival around counts as possible chance, so that in a
salvo only what fits sharply is accepted; once the sure events hold their arrivals, those that remain stand thinner,
and in the last round only the sensor's own noise is left as chance.
"""

from __future__ import annotations

import numpy as np

from truceline.fusion.arrivals.growing import CLAIMED, MOST_HITS, proposals
from truceline.fusion.arrivals.picks import FREE, NO_CLUSTER, Taken, crowding
from truceline.fusion.arrivals.settings import LocateSettings
from truceline.fusion.arrivals.settling import Events, Starts, World, settle_all
from truceline.fusion.compiled import compiled_inner
from truceline.model.columns import Floats, Ints, Mask

CROWD_WINDOWS_S = np.array([30.0, 10.0, 4.0, 1.5])

ROUNDS = ((5, 1.0), (8, 0.5), (8, 0.2), (12, 0.0))
"""Per round: among how many nearest sensors to look, and how much the arrivals around count as chance."""

QUICK_ROUNDS = ((5, 1.0), (5, 0.3), (12, 0.0))
"""The same for a quick search: of many arrivals the round left out changes nothing that rearranging does not mend."""

_INNER_ROUNDS = 6
_NEW = -2
_IN_VAIN = -6.0


def nothing_taken(arrivals: int) -> Taken:
    """Every arrival free, no clusters."""
    return Taken(np.full(arrivals, FREE, dtype=np.int64), np.full(arrivals, NO_CLUSTER, dtype=np.int64))


@compiled_inner
def accept(
    order: Ints, log_odds: Floats, hits: Ints, event_of: Ints, accepted: Ints, least: float, next_event: int
) -> int:
    """Accept events in an order of preference as long as their arrivals are free; returns the next event's number."""
    for row in order:
        if not log_odds[row] > least:
            break
        free = True
        for i in range(hits.shape[1]):
            if hits[row, i] < 0:
                break
            if event_of[hits[row, i]] >= 0:
                free = False
                break
        if not free:
            continue
        for i in range(hits.shape[1]):
            if hits[row, i] < 0:
                break
            event_of[hits[row, i]] = next_event
        accepted[row] = next_event
        next_event += 1
    return next_event


def best_first(log_odds: Floats) -> Ints:
    """Rows by falling log odds; equals in the order they stand."""
    return np.argsort(-log_odds, kind="stable")


def chance(world: World, taken: Taken, share: float, free_only: bool) -> Floats:
    """Log rate of chance arrivals at each arrival (see :func:`truceline.fusion.arrivals.picks.crowding`)."""
    out = np.empty(len(world.picks.time_s))
    crowding(world.picks, free_only, taken, share, CROWD_WINDOWS_S, out)
    return out


def accepted_events(world: World, settings: LocateSettings, *, quick: bool = False) -> tuple[Events, Taken]:
    """Events found from the best down, in rounds, and who holds which arrival.

    A quick search asks fewer arrivals (see :func:`truceline.fusion.arrivals.growing.proposals`) in fewer rounds.
    """
    taken = nothing_taken(len(world.picks.time_s))
    found: list[Events] = []
    held = 0
    tried = np.zeros(len(taken.event), dtype=np.int64)
    for turn, (sensors, share) in enumerate(QUICK_ROUNDS if quick else ROUNDS):
        # Which three arrivals belong together is told best against the sensor's own noise; which event comes first,
        # against all that stands around.
        log_rate = chance(world, taken, share, free_only=turn > 0)
        noise = chance(world, taken, 0.0, free_only=turn > 0)
        firsts = np.flatnonzero(taken.event == FREE)
        heard, before = (world.air, world.net, world.picks), tried[firsts] if quick else None
        rows = proposals(firsts, heard, (taken, noise), world.search, sensors, before)
        # Arrivals are only ever taken away: who was far from being the first of an event will not become one.
        unclaimed = rows[:, 4] != CLAIMED
        tried[firsts[unclaimed & ((rows[:, 4] < settings.fewest_arrivals) | (rows[:, 0] < _IN_VAIN))]] = sensors
        good = np.flatnonzero((rows[:, 4] >= settings.fewest_arrivals) & (rows[:, 0] > 0))
        start, home = rows[good, 1:4].copy(), world.picks.sensor[firsts[good]]
        for _ in range(_INNER_ROUNDS):
            if not len(start):
                break
            events, chosen, others = _one_choice(
                Starts(start, home, np.full(len(start), _NEW)), world, taken, log_rate, settings, held
            )
            if not chosen.any():
                break
            found.append(events.take(_in_order(chosen, events)))
            held += int(chosen.sum())
            start, home = events.state[others, 1:4].copy(), events.home[others]
    return together(found), taken


def _one_choice(
    starts: Starts, world: World, taken: Taken, log_rate: Floats, settings: LocateSettings, held: int
) -> tuple[Events, Mask, Mask]:
    events = settle_all(starts, world, taken, log_rate)
    able = (events.state[:, 4] >= settings.fewest_arrivals) & (events.state[:, 0] > settings.least_log_odds)
    accepted = np.full(len(starts.home), -1, dtype=np.int64)
    log_odds = np.where(able, events.state[:, 0], -np.inf)
    accept(best_first(log_odds), log_odds, events.hits, taken.event, accepted, settings.least_log_odds, held)
    return events, accepted >= 0, able & (accepted < 0)


def _in_order(chosen: Mask, events: Events) -> Ints:
    """Chosen rows in the order in which they were accepted: from the best down."""
    order = best_first(np.where(chosen, events.state[:, 0], -np.inf))
    return order[: int(chosen.sum())]


def together(parts: list[Events]) -> Events:
    """Events of several rounds in one table."""
    if not parts:
        return Events(np.empty((0, 5)), np.empty(0, np.int64), np.empty((0, MOST_HITS), np.int64), np.empty((0, 3, 3)))
    return Events(*(np.concatenate([part[i] for part in parts]) for i in range(4)))
