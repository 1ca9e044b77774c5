"""How far a contested arrival moves the event that holds it: what the sharing out of a crowd's arrivals leaves open.

**Question.** Shots of a salvo stand a second apart, and the gates in which they expect arrivals overlap. The best
arrangement gives each arrival to one event; another event, or none, may have been its true source. How uncertain does
that leave the places? **In:** settled events with their covariance (m, s), arrivals, and how thick chance arrivals
stand (log of 1/s). **Out:** for each event a second moment over place and time (m², m s, s²), to be added to its
covariance; zero, exactly, where no other event claims an arrival that this one could have had.

**Method.** Each sensor up to an event's farthest hearer is asked what the event's *other* arrivals foretell there
(residual and variance with the arrival left out, wider where a rival arrangement puts the event elsewhere:
:mod:`rival_arrangements`). Each arrival within four standard errors is a claim, worth the ratio
of hit to miss of :mod:`settling`. Claims of many events on the arrivals of one sensor, each arrival to one event and
each event one arrival, give the probability of every link by belief propagation (Williams & Lau 2014, IEEE Transactions
on Aerospace and Electronic Systems 50, 2942-2959: it always converges, and is exact where claims make no rings). Taking
another arrival, or none, moves the event by the gain of its least squares fit; the mean square of these moves, sensors
taken as independent, is what is added (the spread of innovations: Bar-Shalom & Tse 1975, Automatica 11, 451-460). A
chance hit in a crowd may also be a shot that was not found: all that stands around counts as possible chance, as when
the first events of a crowd are accepted.

Events of whose arrivals nobody else claims any are left out: what chance alone leaves open there is in their odds.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from truceline.fusion.arrivals.accepting import chance
from truceline.fusion.arrivals.air import Air, air_at, air_between
from truceline.fusion.arrivals.growing import Search
from truceline.fusion.arrivals.network import Network, stood
from truceline.fusion.arrivals.picks import Picks, Taken, first_from
from truceline.fusion.arrivals.settling import Events, World
from truceline.fusion.compiled import compiled, compiled_inner
from truceline.model.columns import Floats, Ints

_GATE = 4.0
_CROWD_SHARE = 1.0
_ROUNDS = 10
_ALL_OWN = 0.999
_WIDEST = 1000.0
_ROUNDED = 1.0 + 1e-9
_NO_MORE, _NOT_ASKED = -1, -2


class Asked(NamedTuple):
    """What an event is asked at one sensor.

    Its arrival there or -1; how the travel time changes per metre east and north; the variance of an arrival, and of
    one foretold by all others (s²); the part of its own arrival in what the fit says there; when one is foretold (s).
    """

    held: int
    slope_x: float
    slope_y: float
    variance: float
    foretold: float
    own_part: float
    expected_s: float


class Claims(NamedTuple):
    """Events at contested sensors, and their claims on the arrivals there.

    ``event`` and ``begin`` by row: the claims of a row are ``begin[row]:begin[row + 1]``. ``slope`` holds the change of
    the travel time east and north and 1, over the variance. ``without``: by how much taking no arrival moves the fit,
    and the variance it opens, both in seconds of the arrival. By claim: ``pick``, ``worth`` against a miss, ``moves``.
    """

    event: Ints
    begin: Ints
    slope: Floats
    without: Floats
    pick: Ints
    worth: Floats
    moves: Floats


@compiled_inner
def _held_at(hits: Ints, event: int, sensor: int, picks: Picks) -> int:
    """The arrival an event holds at a sensor, or -1."""
    for i in range(hits.shape[1]):
        if hits[event, i] < 0:
            break
        if picks.sensor[hits[event, i]] == sensor:
            return int(hits[event, i])
    return -1


@compiled_inner
def _farthest_m(hits: Ints, event: int, x: float, y: float, net: Network, picks: Picks) -> float:
    """How far away the event was heard."""
    farthest = 0.0
    for i in range(hits.shape[1]):
        if hits[event, i] < 0:
            break
        sensor = picks.sensor[hits[event, i]]
        farthest = max(farthest, math.hypot(net.x_m[sensor] - x, net.y_m[sensor] - y))
    # The farthest hearer itself is asked, however its distance is rounded.
    return farthest * _ROUNDED


@compiled_inner
def _along(slope_x: float, slope_y: float, cov: Floats) -> float:
    """The variance of a travel time and moment, of which it is told how they change with place."""
    spread = slope_x * slope_x * cov[0, 0] + slope_y * slope_y * cov[1, 1] + cov[2, 2]
    return float(spread + 2.0 * (slope_x * slope_y * cov[0, 1] + slope_x * cov[0, 2] + slope_y * cov[1, 2]))


@compiled_inner
def _asked(
    event: int, turn: int, farthest_m: float, state: Floats, home: Ints, hits: Ints, cov: Floats, elsewhere: Floats,
    air: Air, net: Network, picks: Picks, search: Search,
) -> tuple[int, Asked]:  # fmt: skip
    """The sensor whose turn it is (-1: the home sensor), or why none, and what the event is asked there."""
    nothing = Asked(-1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    x, y, t = state[event, 1], state[event, 2], state[event, 3]
    away = math.hypot(x - net.x_m[home[event]], y - net.y_m[home[event]])
    sensor = home[event] if turn < 0 else net.near[home[event], turn]
    if sensor < 0 or (turn >= 0 and net.near_m[home[event], turn] > farthest_m + away):
        return _NO_MORE, nothing
    east, north = net.x_m[sensor] - x, net.y_m[sensor] - y
    if east * east + north * north > farthest_m * farthest_m:
        return _NOT_ASKED, nothing
    above = net.z_m[sensor] - net.ground_m[home[event]]
    distance = math.sqrt(east * east + north * north + above * above) + 1e-6
    speed, wind_x, wind_y = air_at(air, x, y, t)
    if air.node.size > 3:
        speed, wind_x, wind_y = air_between(air, x, y, t, net.x_m[sensor], net.y_m[sensor])
    effective = speed + (east * wind_x + north * wind_y) / distance
    travel = distance / effective
    variance = search.pick_error_s**2 + (search.air_error * travel) ** 2
    a, b = -east / distance / effective, -north / distance / effective
    spread, other = _along(a, b, cov[event]), min(_along(a, b, elsewhere[event]), _WIDEST * variance)
    held = _held_at(hits, event, sensor, picks)
    if not spread >= 0.0 or (held < 0 and not stood(net, sensor, t + travel)):
        return _NOT_ASKED, nothing
    if held < 0:
        foretold = variance + min(spread, _WIDEST * variance) + other
        return sensor, Asked(-1, a, b, variance, foretold, spread / variance, t + travel)
    part = min(spread / variance, _ALL_OWN)
    # Without its own arrival the fit would miss that by more, and so stand elsewhere.
    rest = picks.time_s[held] - t - travel
    expected_s = picks.time_s[held] - rest / (1.0 - part)
    return sensor, Asked(held, a, b, variance, variance / (1.0 - part) + other, part, expected_s)


@compiled_inner
def _in_gate(sensor: int, asked: Asked, picks: Picks) -> tuple[int, int]:
    """The first arrival an event may claim at a sensor, and the first after those."""
    gate_s = _GATE * math.sqrt(asked.foretold)
    first = first_from(picks, sensor, asked.expected_s - gate_s)
    last, end = first, picks.begin[sensor, picks.begin.shape[1] - 1]
    while last < end and picks.time_s[last] <= asked.expected_s + gate_s:
        last += 1
    return first, last


@compiled
def _claimants(
    state: Floats, home: Ints, hits: Ints, cov: Floats, elsewhere: Floats, air: Air, net: Network, picks: Picks,
    search: Search, many: Ints,
) -> tuple[int, int]:  # fmt: skip
    """Count how many events claim each arrival; returns how often an event is asked, and how many claims there are."""
    rows, claims = 0, 0
    for event in range(len(home)):
        farthest_m = _farthest_m(hits, event, state[event, 1], state[event, 2], net, picks)
        for turn in range(-1, net.near.shape[1]):
            sensor, asked = _asked(event, turn, farthest_m, state, home, hits, cov, elsewhere, air, net, picks, search)
            if sensor == _NO_MORE:
                break
            if sensor == _NOT_ASKED:
                continue
            first, last = _in_gate(sensor, asked, picks)
            for pick in range(first, last):
                many[pick] += 1
            if asked.held >= 0 and not first <= asked.held < last:
                many[asked.held] += 1
                claims += 1
            claims += last - first
            rows += 1
    return rows, claims


@compiled_inner
def _worth(pick: int, asked: Asked, picks: Picks, log_rate: Floats, search: Search) -> float:
    """How much more probable it is that the event was heard with this arrival than that it was not heard."""
    rest = picks.time_s[pick] - asked.expected_s
    log_worth = math.log(search.heard_share / (1.0 - search.heard_share)) - log_rate[pick]
    log_worth -= 0.5 * rest * rest / asked.foretold + 0.5 * math.log(2.0 * math.pi * asked.foretold)
    return math.exp(min(log_worth, 500.0))


@compiled
def _written(
    state: Floats, home: Ints, hits: Ints, cov: Floats, elsewhere: Floats, air: Air, net: Network, picks: Picks,
    search: Search, many: Ints, log_rate: Floats, out: Claims,
) -> int:  # fmt: skip
    """Write down the claims of events some of which another claims; returns how often an event is asked."""
    rows, claims = 0, 0
    for event in range(len(home)):
        farthest_m = _farthest_m(hits, event, state[event, 1], state[event, 2], net, picks)
        contested, rows_before, claims_before = False, rows, claims
        for turn in range(-1, net.near.shape[1]):
            sensor, asked = _asked(event, turn, farthest_m, state, home, hits, cov, elsewhere, air, net, picks, search)
            if sensor == _NO_MORE:
                break
            if sensor == _NOT_ASKED:
                continue
            first, last = _in_gate(sensor, asked, picks)
            outside = asked.held >= 0 and not first <= asked.held < last
            # How a claim moves the fit: held arrivals from where they put it, others by what they have left to say.
            part = 1.0 if asked.held >= 0 else 1.0 / (1.0 + asked.own_part)
            from_s = picks.time_s[asked.held] if asked.held >= 0 else asked.expected_s
            out.event[rows], out.begin[rows] = event, claims
            out.slope[rows, 0], out.slope[rows, 1] = asked.slope_x / asked.variance, asked.slope_y / asked.variance
            out.slope[rows, 2] = 1.0 / asked.variance
            out.without[rows, 0] = asked.expected_s - from_s
            out.without[rows, 1] = asked.variance / (1.0 - asked.own_part) if asked.held >= 0 else 0.0
            for turn_of in range(first, last + (1 if outside else 0)):
                pick = turn_of if turn_of < last else asked.held
                contested = contested or many[pick] > 1
                out.pick[claims] = pick
                out.worth[claims] = _worth(pick, asked, picks, log_rate, search)
                out.moves[claims] = part * (picks.time_s[pick] - from_s)
                claims += 1
            rows += 1
        if not contested:
            rows, claims = rows_before, claims_before
    out.begin[rows] = claims
    return rows


@compiled
def link_chances(begin: Ints, pick: Ints, worth: Floats, picks: int, rounds: int) -> Floats:
    """The probability of each claim: one arrival at most to each row, one row at most to each arrival.

    Claims of a row are ``begin[row]:begin[row + 1]``, each on a ``pick`` and worth so many times no arrival at all.

    >>> import numpy as np
    >>> link_chances(np.array([0, 1, 2]), np.array([0, 0]), np.array([1.0, 3.0]), 1, 10).round(3).tolist()
    [0.2, 0.6]
    """
    open_to, rivals, out = np.ones(len(pick)), np.zeros(picks), worth.copy()
    for turn in range(rounds + 1):
        for row in range(len(begin) - 1):
            total = 1.0
            for k in range(begin[row], begin[row + 1]):
                total += worth[k] * open_to[k]
            for k in range(begin[row], begin[row + 1]):
                own = worth[k] * open_to[k]
                out[k] = own / total if turn == rounds else worth[k] / max(total - own, 1.0)
        if turn == rounds:
            break
        rivals[:] = 0.0
        for k in range(len(pick)):
            rivals[pick[k]] += out[k]
        for k in range(len(pick)):
            open_to[k] = 1.0 / (1.0 + max(rivals[pick[k]] - out[k], 0.0))
    return out


@compiled
def _spread(rows: int, claims: Claims, links: Floats, cov: Floats, out: Floats) -> None:
    """Add up, event by event, the mean squares of the moves that other sharings of the arrivals make."""
    mean, gain = np.zeros((len(cov), 3)), np.empty(3)
    for row in range(rows):
        event = claims.event[row]
        alone = 1.0
        first, second = 0.0, 0.0
        for k in range(claims.begin[row], claims.begin[row + 1]):
            alone -= links[k]
            first += links[k] * claims.moves[k]
            second += links[k] * claims.moves[k] ** 2
        alone = max(alone, 0.0)
        first += alone * claims.without[row, 0]
        second += alone * (claims.without[row, 0] ** 2 + claims.without[row, 1])
        for i in range(3):
            gain[i] = 0.0
            for j in range(3):
                gain[i] += cov[event, i, j] * claims.slope[row, j]
            mean[event, i] += first * gain[i]
        apart = max(second - first * first, 0.0)
        for i in range(3):
            for j in range(3):
                out[event, i, j] += apart * (gain[i] * gain[j])
    for event in range(len(cov)):
        for i in range(3):
            for j in range(3):
                out[event, i, j] += mean[event, i] * mean[event, j]


def contested_spread(events: Events, world: World, taken: Taken, log_rate: Floats, elsewhere: Floats) -> Floats:
    """What contested arrivals add to the covariance of each event (see above).

    ``elsewhere``: the second moment of where else a rival arrangement puts it.
    """
    arrivals, out = len(world.picks.time_s), np.zeros((len(events.home), 3, 3))
    many = np.zeros(arrivals, dtype=np.int64)
    stands = events.state, events.home, events.hits, events.cov, elsewhere
    heard = (*stands, world.air, world.net, world.picks, world.search)
    rows, links = _claimants(*heard, many)
    if not (many > 1).any():
        return out
    around = np.maximum(chance(world, taken, _CROWD_SHARE, free_only=False), log_rate)
    claims = Claims(
        np.empty(rows, np.int64), np.zeros(rows + 1, np.int64), np.empty((rows, 3)), np.empty((rows, 2)),
        np.empty(links, np.int64), np.empty(links), np.empty(links),
    )  # fmt: skip
    rows = _written(*heard, many, around, claims)
    begin, links = claims.begin[: rows + 1], int(claims.begin[rows])
    chances = link_chances(begin, claims.pick[:links], claims.worth[:links], arrivals, _ROUNDS)
    _spread(rows, claims, chances, events.cov, out)
    return out
