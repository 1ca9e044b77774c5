"""Candidates are put in among the standing events on trial; whom they take arrivals from settles anew.

Question: is there an event that is better than what its arrivals are now held for? In: standing events and candidates
(:mod:`candidates`). Out: standing events with a sum of log odds that is never lower.

Lifting an event and seeking anew (:mod:`rearranging`) finds only what is best for the arrivals set free. Where two
mixtures hold the arrivals of two true shots, the first true one put in still leaves a ruin, and the whole is worse; the
second mends it. So a trial that loses little is followed by a second insertion among the candidates that want what was
touched (an ejection chain of length two: Glover 1996, Discrete Applied Mathematics 65, 223-253), and both stand or
fall together. Most trials are spared by an estimate: the candidate's log odds less what its arrivals are worth to those
who hold them.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from truceline.fusion.arrivals.air import Air, air_at, air_between
from truceline.fusion.arrivals.candidates import Candidates
from truceline.fusion.arrivals.growing import MOST_HITS, NOTHING, Search
from truceline.fusion.arrivals.network import Network
from truceline.fusion.arrivals.picks import NO_CLUSTER, Picks, Taken
from truceline.fusion.arrivals.refilling import Standing, copied, lift, place_event
from truceline.fusion.arrivals.settings import LocateSettings
from truceline.fusion.arrivals.settling import Belief, Ledger, World, ledger, settled
from truceline.fusion.compiled import compiled, compiled_inner
from truceline.model.columns import Floats, Ints, Mask

_NEW = -2
_SAME_ERRORS = 4.0
_MOST_LOSERS = 12
_LOG_ROOM = 2 * (_MOST_LOSERS + 1)
_HOPELESS = 40.0
_LOST_AT_MOST = 20.0
_BEHIND_AT_MOST = 30.0
_FOLLOWERS = 3
_SWEEPS = 4
_LEAST_GAIN = 1e-6
_HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


class Before(NamedTuple):
    """How events stood before they were touched: which, their state, home, arrivals, whether they stood."""

    event: Ints
    state: Floats
    home: Ints
    hits: Ints
    stood: Mask


def _before() -> Before:
    return Before(
        np.empty(_LOG_ROOM, np.int64), np.empty((_LOG_ROOM, 5)), np.empty(_LOG_ROOM, np.int64),
        np.empty((_LOG_ROOM, MOST_HITS), np.int64), np.empty(_LOG_ROOM, np.bool_),
    )  # fmt: skip


@compiled_inner
def _note(event: int, many: int, before: Before, standing: Standing) -> int:
    before.event[many], before.home[many], before.stood[many] = event, standing.home[event], standing.stands[event]
    copied(standing.state, standing.hits, event, before.state, before.hits, many)
    return many + 1


@compiled_inner
def _undo(many: int, before: Before, standing: Standing, taken: Taken) -> None:
    """Everything as it stood; of an event touched twice the first note counts."""
    for i in range(many):
        if standing.stands[before.event[i]]:
            lift(before.event[i], standing, taken)
    for i in range(many - 1, -1, -1):
        event = before.event[i]
        copied(before.state, before.hits, i, standing.state, standing.hits, event)
        standing.home[event], standing.stands[event] = before.home[i], before.stood[i]
    for i in range(many):
        event = before.event[i]
        for k in range(MOST_HITS):
            if not standing.stands[event] or standing.hits[event, k] < 0:
                break
            taken.event[standing.hits[event, k]] = event


class News(NamedTuple):
    """What happened when: ``changed`` per arrival, ``tried`` per candidate, and the count of changes ``now``."""

    changed: Ints
    tried: Ints
    now: Ints


def news(all_of: Candidates, arrivals: int, wanted: Mask | None = None) -> News:
    """Nothing tried yet, so every candidate, or those wanted, is worth a trial; the rest once something changes."""
    tried = np.full(len(all_of.home), -1, np.int64) if wanted is None else np.where(wanted, -1, 0)
    return News(np.zeros(arrivals, np.int64), tried, np.zeros(1, np.int64))


@compiled_inner
def _worth_trying(c: int, all_of: Candidates, told: News) -> bool:
    """Whether anything changed for the arrivals of a candidate since it was tried."""
    latest = -1
    for i in range(all_of.begin[c], all_of.begin[c + 1]):
        latest = max(latest, told.changed[all_of.hit[i]])
    return bool(latest > told.tried[c])


@compiled_inner
def _tell(many: int, before: Before, standing: Standing, told: News, touched: Mask) -> None:
    """The arrivals that touched events had, and those they have now, have changed."""
    told.now[0] += 1
    for i in range(many):
        event = before.event[i]
        touched[event] = True
        for k in range(MOST_HITS):
            if before.stood[i] and before.hits[i, k] >= 0:
                told.changed[before.hits[i, k]] = told.now[0]
            if standing.stands[event] and standing.hits[event, k] >= 0:
                told.changed[standing.hits[event, k]] = told.now[0]


@compiled_inner
def _same(event: int, x: float, y: float, t: float, speed: float, standing: Standing, search: Search) -> bool:
    near_s = _SAME_ERRORS * search.pick_error_s
    away = math.hypot(standing.state[event, 1] - x, standing.state[event, 2] - y)
    return bool(away < near_s * speed and abs(standing.state[event, 3] - t) < near_s)


@compiled_inner
def _worth(
    event: int, pick: int, standing: Standing, air: Air, net: Network, picks: Picks, search: Search, log_rate: Floats
) -> float:
    """What an arrival adds to the event that holds it, above its being missed."""
    x, y, t = standing.state[event, 1], standing.state[event, 2], standing.state[event, 3]
    sensor = picks.sensor[pick]
    speed, wind_x, wind_y = air_between(air, x, y, t, net.x_m[sensor], net.y_m[sensor])
    east, north = net.x_m[sensor] - x, net.y_m[sensor] - y
    distance = math.hypot(east, north) + 1e-6
    travel = distance / (speed + (east * wind_x + north * wind_y) / distance)
    variance = search.pick_error_s**2 + (search.air_error * travel) ** 2
    rest = picks.time_s[pick] - t - travel
    odds = math.log(search.heard_share) - math.log(1.0 - search.heard_share) - _HALF_LOG_2PI
    return float(odds - 0.5 * math.log(variance) - 0.5 * rest * rest / variance - log_rate[pick])


@compiled_inner
def _estimate(
    c: int, all_of: Candidates, standing: Standing, air: Air, net: Network, picks: Picks, taken: Taken,
    log_rate: Floats, search: Search, losers: Ints, loss: Floats,
) -> float:  # fmt: skip
    """What putting a candidate in would gain if whoever loses an arrival found no other; nothing if it stands."""
    many = 0
    for i in range(all_of.begin[c], all_of.begin[c + 1]):
        holder = taken.event[all_of.hit[i]]
        if holder < 0:
            continue
        k = 0
        while k < many and losers[k] != holder:
            k += 1
        if k == many:
            if many == len(losers):
                return NOTHING
            losers[k], loss[k] = holder, 0.0
            many += 1
        loss[k] += _worth(holder, all_of.hit[i], standing, air, net, picks, search, log_rate)
    gain = all_of.state[c, 0]
    x, y, t = all_of.state[c, 1], all_of.state[c, 2], all_of.state[c, 3]
    speed, _, _ = air_at(air, x, y, t)
    for k in range(many):
        if _same(losers[k], x, y, t, speed, standing, search):
            return NOTHING
        gain -= min(standing.state[losers[k], 0], loss[k])
    return float(gain)


@compiled_inner
def _losers(book: Ledger, hearers: int, standing: Standing, taken: Taken, losers: Ints) -> int:
    """Who holds the arrivals of an account, the best first; -1 if they are too many."""
    many, seen = 0, 0
    for i in range(len(book.pick)):
        if seen >= hearers:
            break
        if book.pick[i] < 0:
            continue
        seen += 1
        holder = taken.event[book.pick[i]]
        k = 0
        while k < many and losers[k] != holder:
            k += 1
        if holder < 0 or k < many:
            continue
        if many == len(losers):
            return -1
        while k > 0 and standing.state[losers[k - 1], 0] < standing.state[holder, 0]:
            losers[k] = losers[k - 1]
            k -= 1
        losers[k] = holder
        many += 1
    return many


@compiled_inner
def _put_in(
    c: int, slot: int, all_of: Candidates, air: Air, net: Network, picks: Picks, taken: Taken, all_free: Taken,
    log_rate: Floats, search: Search, belief: Belief, least: float, fewest: int, standing: Standing, book: Ledger,
    before: Before, noted: int, losers: Ints,
) -> tuple[float, int]:  # fmt: skip
    """Put a candidate in; by how much the summed log odds change, and how many notes there are now."""
    home = all_of.home[c]
    score, x, y, t, n = settled(
        all_of.state[c, 1], all_of.state[c, 2], all_of.state[c, 3], air, home, net, picks, all_free, _NEW, NO_CLUSTER,
        log_rate, search, belief, 5, book,
    )  # fmt: skip
    if n < fewest or score <= least:
        return NOTHING, noted
    many = _losers(book, n, standing, taken, losers)
    speed, _, _ = air_at(air, x, y, t)
    for k in range(many):
        if _same(losers[k], x, y, t, speed, standing, search):
            return NOTHING, noted
    if many < 0:
        return NOTHING, noted
    change = 0.0
    noted = _note(slot, noted, before, standing)
    for k in range(many):
        change -= standing.state[losers[k], 0]
        noted = _note(losers[k], noted, before, standing)
    for k in range(many):
        lift(losers[k], standing, taken)
    place_event(slot, score, x, y, t, home, n, book, standing, taken)
    for k in range(many):
        event = losers[k]
        own, at_x, at_y, at_t, left = settled(
            standing.state[event, 1], standing.state[event, 2], standing.state[event, 3], air, standing.home[event],
            net, picks, taken, event, NO_CLUSTER, log_rate, search, belief, 4, book,
        )  # fmt: skip
        if left >= fewest and own > least:
            place_event(event, own, at_x, at_y, at_t, standing.home[event], left, book, standing, taken)
            change += own
    lift(slot, standing, taken)
    score, x, y, t, n = settled(
        x, y, t, air, home, net, picks, taken, slot, NO_CLUSTER, log_rate, search, belief, 3, book
    )
    if n < fewest or score <= least:
        return NOTHING, noted
    place_event(slot, score, x, y, t, home, n, book, standing, taken)
    return change + score, noted


@compiled_inner
def _free_slot(spare: Ints, standing: Standing) -> int:
    for slot in spare:
        if not standing.stands[slot]:
            return int(slot)
    return -1


@compiled_inner
def _consider(
    pick: int, all_of: Candidates, standing: Standing, air: Air, net: Network, picks: Picks, taken: Taken,
    log_rate: Floats, search: Search, losers: Ints, loss: Floats, seen: Ints, now: int, best: Ints, gain: Floats,
) -> None:  # fmt: skip
    """Rank the candidates that want an arrival among the best few to follow."""
    for i in range(all_of.wanted[pick], all_of.wanted[pick + 1]):
        c = all_of.wants[i]
        if seen[c] == now:
            continue
        seen[c] = now
        estimate = _estimate(c, all_of, standing, air, net, picks, taken, log_rate, search, losers, loss)
        k = len(best)
        while k > 0 and gain[k - 1] < estimate:
            if k < len(best):
                best[k], gain[k] = best[k - 1], gain[k - 1]
            k -= 1
        if k < len(best):
            best[k], gain[k] = c, estimate


@compiled_inner
def _followers(
    noted: int, before: Before, all_of: Candidates, standing: Standing, air: Air, net: Network, picks: Picks,
    taken: Taken, log_rate: Floats, search: Search, losers: Ints, loss: Floats, seen: Ints, now: int, best: Ints,
    gain: Floats,
) -> None:  # fmt: skip
    """The best few candidates that want arrivals which the events touched had before or have now."""
    best[:] = -1
    gain[:] = NOTHING
    for i in range(noted):
        event = before.event[i]
        for k in range(MOST_HITS):
            if not before.stood[i] or before.hits[i, k] < 0:
                break
            _consider(
                before.hits[i, k], all_of, standing, air, net, picks, taken, log_rate, search, losers, loss, seen, now,
                best, gain,
            )  # fmt: skip
        for k in range(MOST_HITS):
            if not standing.stands[event] or standing.hits[event, k] < 0:
                break
            _consider(
                standing.hits[event, k], all_of, standing, air, net, picks, taken, log_rate, search, losers, loss, seen,
                now, best, gain,
            )  # fmt: skip


@compiled
def _sweep(
    all_of: Candidates, spare: Ints, air: Air, net: Network, picks: Picks, taken: Taken, all_free: Taken,
    log_rate: Floats, search: Search, belief: Belief, least: float, fewest: int, standing: Standing, book: Ledger,
    before: Before, seen: Ints, told: News, touched: Mask, followed: bool,
) -> float:  # fmt: skip
    """Try each candidate, the best first; by how much the summed log odds rose."""
    losers, loss = np.empty(_MOST_LOSERS, np.int64), np.empty(_MOST_LOSERS)
    best, gain = np.empty(_FOLLOWERS, np.int64), np.empty(_FOLLOWERS)
    gained = 0.0
    seen[:] = -1
    for c in range(len(all_of.home)):
        if not _worth_trying(c, all_of, told):
            continue
        told.tried[c] = told.now[0]
        estimate = _estimate(c, all_of, standing, air, net, picks, taken, log_rate, search, losers, loss)
        slot = _free_slot(spare, standing) if estimate > -_HOPELESS else -1
        if slot < 0:
            continue
        change, noted = _put_in(
            c, slot, all_of, air, net, picks, taken, all_free, log_rate, search, belief, least, fewest, standing, book,
            before, 0, losers,
        )  # fmt: skip
        total, first = change, noted
        if followed and -_LOST_AT_MOST < change <= _LEAST_GAIN:
            _followers(
                noted, before, all_of, standing, air, net, picks, taken, log_rate, search, losers, loss, seen, c, best,
                gain,
            )  # fmt: skip
            for k in range(_FOLLOWERS):
                slot = _free_slot(spare, standing)
                if slot < 0 or best[k] < 0 or change + gain[k] < -_BEHIND_AT_MOST:
                    break
                more, noted = _put_in(
                    best[k], slot, all_of, air, net, picks, taken, all_free, log_rate, search, belief, least, fewest,
                    standing, book, before, first, losers,
                )  # fmt: skip
                total = change + more
                if total > _LEAST_GAIN:
                    break
                _undo_since(first, noted, before, standing, taken)
                noted = first
        if total > _LEAST_GAIN:
            gained += total
            _tell(noted, before, standing, told, touched)
        else:
            _undo(noted, before, standing, taken)
    return gained


@compiled_inner
def _undo_since(first: int, many: int, before: Before, standing: Standing, taken: Taken) -> None:
    """Undo the second insertion only."""
    since = Before(
        before.event[first:], before.state[first:], before.home[first:], before.hits[first:], before.stood[first:]
    )
    _undo(many - first, since, standing, taken)


def inserted(
    offered: tuple[Candidates, News], standing: Standing, world: World, held: tuple[Taken, Floats],
    settings: LocateSettings, followed: bool,
) -> Mask:  # fmt: skip
    """Put candidates in as long as the sum of log odds rises; which events were touched.

    ``offered``: the candidates, and the news that spares trials whose surroundings did not change since the last.
    ``held``: who holds which arrival, and the log rate of chance at each. ``followed``: a trial that loses little is
    followed by a second one. Among events that were only just accepted that leads astray.
    """
    (all_of, told), (taken, log_rate) = offered, held
    touched = np.zeros(len(standing.home), dtype=bool)
    if not len(all_of.home):
        return touched
    all_free = Taken(np.full_like(taken.event, NO_CLUSTER), np.full_like(taken.cluster, NO_CLUSTER))
    book, before, seen = ledger(world.net), _before(), np.empty(len(all_of.home), dtype=np.int64)
    for _ in range(_SWEEPS):
        gained = _sweep(
            all_of, np.flatnonzero(~standing.stands), world.air, world.net, world.picks, taken, all_free, log_rate,
            world.search, world.belief, settings.least_log_odds, settings.fewest_arrivals, standing, book, before, seen,
            told, touched, followed,
        )  # fmt: skip
        if gained <= _LEAST_GAIN:
            break
    return touched
