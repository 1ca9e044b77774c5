"""Where else an event could have been: the places at which another arrival, in place of a doubtful one, puts it.

An event that few sensors heard rests on each of its arrivals. Where the others hardly foretell one (its leverage in the
least squares is near one: Hoaglin & Welsch 1978, The American Statistician 32, 17-22), a chance arrival that happens to
fit there moves the event by kilometres and nothing contradicts it. **The question:** is there another place, with that
arrival left out and any free arrival of any sensor around taken in its stead, that is as probable? **In:** settled
events and free arrivals (metres, seconds). **Out:** for each event its most probable other place, an event of its own,
or log odds ``NOTHING``. Both are held against each other by the log odds of :mod:`settling`, which weigh hits, misses,
chance and how much of space each leaves open.
"""

from __future__ import annotations

import math

import numpy as np

from truceline.fusion.arrivals.air import Air, air_at, flight
from truceline.fusion.arrivals.growing import MOST_HITS, NOTHING, Search
from truceline.fusion.arrivals.network import Network
from truceline.fusion.arrivals.picks import FREE, NO_CLUSTER, Picks, Taken, first_from
from truceline.fusion.arrivals.settling import Belief, Events, Ledger, World, ledger, settled
from truceline.fusion.arrivals.starting import inverse, two_sources
from truceline.fusion.compiled import compiled, in_parts
from truceline.model.columns import Floats, Ints

APART = 3.0
"""Two places are two when they are so many standard errors apart."""

_NOT_FREE = -3
_NONE, _END = -1, -2
_CROSSED = 5
_BRANCHES = 1 + 2 * 10
_SAME_M = 20.0
_MOST_HEARERS = 8
_DECISIVE = 0.9
_MOST_SENSORS = 24
_WIDE = 4.0
_WIDEST_S = 6.0
_STEPS = 12
_ROUNDS = 8
_STEADY_M = 0.5


@compiled
def _fitted(
    hits: Ints, many: int, start: Floats, air: Air, net: Network, picks: Picks, search: Search, cov: Floats
) -> tuple[bool, float, float, float, float]:  # fmt: skip
    """Place and time that fit some arrivals best, and how many standard errors the worst of them is off."""
    x, y, t, worst = start[0], start[1], start[2], 0.0
    speed, wind_x, wind_y = air_at(air, x, y, t)
    normal = np.zeros((3, 3))
    for _ in range(_STEPS):
        normal[:, :] = 0.0
        right_x, right_y, right_t, worst = 0.0, 0.0, 0.0, 0.0
        for i in range(many):
            sensor = picks.sensor[hits[i]]
            travel, slope_x, slope_y, _ = flight(x, y, net.x_m[sensor], net.y_m[sensor], speed, wind_x, wind_y)
            weight = 1.0 / (search.pick_error_s**2 + (search.air_error * travel) ** 2)
            rest = picks.time_s[hits[i]] - t - travel
            worst = max(worst, rest * rest * weight)
            normal[0, 0] += slope_x * slope_x * weight
            normal[0, 1] += slope_x * slope_y * weight
            normal[0, 2] += slope_x * weight
            normal[1, 1] += slope_y * slope_y * weight
            normal[1, 2] += slope_y * weight
            normal[2, 2] += weight
            right_x, right_y = right_x + slope_x * rest * weight, right_y + slope_y * rest * weight
            right_t += rest * weight
        normal[1, 0], normal[2, 0], normal[2, 1] = normal[0, 1], normal[0, 2], normal[1, 2]
        if not inverse(normal, cov) > 0:
            return False, x, y, t, worst
        step_x = cov[0, 0] * right_x + cov[0, 1] * right_y + cov[0, 2] * right_t
        step_y = cov[1, 0] * right_x + cov[1, 1] * right_y + cov[1, 2] * right_t
        step_t = cov[2, 0] * right_x + cov[2, 1] * right_y + cov[2, 2] * right_t
        length = math.hypot(step_x, step_y)
        part = min(1.0, 0.25 * search.reach_m / max(length, 1e-9))
        x, y, t = x + part * step_x, y + part * step_y, t + part * step_t
        if length < _STEADY_M:
            break
    return math.hypot(x - start[0], y - start[1]) < 2 * search.reach_m, x, y, t, math.sqrt(worst)


@compiled
def _decisive(hits: Ints, place: Floats, cov: Floats, air: Air, net: Network, picks: Picks, search: Search) -> Ints:
    """Which arrivals of an event the others hardly foretell (their numbers among its hits), then -1: none left out."""
    out, many = np.full(_MOST_HEARERS + 2, _END), 0
    speed, wind_x, wind_y = air_at(air, place[0], place[1], place[2])
    slope = np.ones(3)
    for i in range(MOST_HITS):
        if hits[i] < 0 or many >= _MOST_HEARERS:
            break
        sensor = picks.sensor[hits[i]]
        travel, slope[0], slope[1], _ = flight(
            place[0], place[1], net.x_m[sensor], net.y_m[sensor], speed, wind_x, wind_y
        )
        spread = 0.0
        for a in range(3):
            for b in range(3):
                spread += slope[a] * cov[a, b] * slope[b]
        if spread > _DECISIVE * (search.pick_error_s**2 + (search.air_error * travel) ** 2):
            out[many] = i
            many += 1
    if many:
        out[many] = _NONE
    return out


@compiled
def _branches(hits: Ints, many: int, picks: Picks, net: Network, speed: float, out: Floats) -> int:
    """Places (x, y, time) at which any three of the first arrivals cross: an event has its second place among them."""
    number, crossing = 0, np.empty((2, 3))
    for a in range(min(many, _CROSSED)):
        for b in range(a + 1, min(many, _CROSSED)):
            for c in range(b + 1, min(many, _CROSSED)):
                first, second, third = picks.sensor[hits[a]], picks.sensor[hits[b]], picks.sensor[hits[c]]
                begin = picks.time_s[hits[a]]
                found = two_sources(
                    net.x_m[second] - net.x_m[first], net.y_m[second] - net.y_m[first],
                    net.x_m[third] - net.x_m[first], net.y_m[third] - net.y_m[first],
                    picks.time_s[hits[b]] - begin, picks.time_s[hits[c]] - begin, speed, crossing,
                )  # fmt: skip
                for k in range(found):
                    out[number, 0] = net.x_m[first] + crossing[k, 0]
                    out[number, 1] = net.y_m[first] + crossing[k, 1]
                    out[number, 2] = begin - crossing[k, 2] / speed
                    number += 1
    return number


@compiled
def _around(
    row: int, kept: Ints, many: int, place: Floats, cov: Floats, events: Events, air: Air, net: Network, picks: Picks,
    taken: Taken, log_rate: Floats, search: Search, belief: Belief, book: Ledger, best: Floats, hits: Ints,
    out: Floats, best_home: int,
) -> int:  # fmt: skip
    """Try the place that some arrivals fix, by itself and with each free arrival that could belong there."""
    home = events.home[row]
    slope, at = np.ones(3), place.copy()
    speed, wind_x, wind_y = air_at(air, at[0], at[1], at[2])
    best_home = _tried(
        row, kept, many, at, events, air, net, picks, taken, log_rate, search, belief, book, best, hits, out, best_home
    )
    for turn in range(-1, min(_MOST_SENSORS, net.near.shape[1])):
        sensor = home if turn < 0 else net.near[home, turn]
        if sensor < 0:
            break
        travel, slope[0], slope[1], distance = flight(
            at[0], at[1], net.x_m[sensor], net.y_m[sensor], speed, wind_x, wind_y
        )
        if distance > 1.5 * search.reach_m or _speaks(kept, many, sensor, picks):
            continue
        spread = search.pick_error_s**2
        for a in range(3):
            for b in range(3):
                spread += slope[a] * cov[a, b] * slope[b]
        room = min(_WIDE * math.sqrt(spread), _WIDEST_S)
        pick = first_from(picks, sensor, at[2] + travel - room)
        end = picks.begin[sensor, picks.begin.shape[1] - 1]
        while pick < end and picks.time_s[pick] <= at[2] + travel + room:
            if taken.event[pick] == FREE:
                kept[many] = pick
                best_home = _tried(
                    row, kept, many + 1, at, events, air, net, picks, taken, log_rate, search, belief, book, best,
                    hits, out, best_home,
                )  # fmt: skip
            pick += 1
    return int(best_home)


@compiled
def _other_place(
    row: int, events: Events, air: Air, net: Network, picks: Picks, taken: Taken, log_rate: Floats, search: Search,
    belief: Belief, book: Ledger, best: Floats, hits: Ints, cov: Floats,
) -> int:  # fmt: skip
    """The most probable other place of an event, written to ``best``, ``hits`` and ``cov``; returns its home sensor."""
    own, best_home, place = events.hits[row], events.home[row], events.state[row, 1:4]
    kept, back, at, crossings = np.empty(MOST_HITS, np.int64), np.empty((3, 3)), np.empty(3), np.empty((_BRANCHES, 3))
    for left_out in _decisive(own, place, events.cov[row], air, net, picks, search):
        if left_out == _END:
            break
        many = 0
        for i in range(int(events.state[row, 4])):
            if i != left_out:
                kept[many] = own[i]
                many += 1
        if left_out >= 0:
            held = taken.event[own[left_out]]
            taken.event[own[left_out]] = _NOT_FREE
        crossings[0] = place
        starts = 1
        if left_out < 0:
            speed, _, _ = air_at(air, place[0], place[1], place[2])
            starts += _branches(kept, many, picks, net, speed, crossings[1:])
        for start in range(starts):
            fits, at[0], at[1], at[2], worst = _fitted(kept, many, crossings[start], air, net, picks, search, back)
            if not fits or worst > _WIDE or (start and not _new(at, start, crossings)):
                continue
            crossings[start] = at
            best_home = _around(
                row, kept, many, at, back, events, air, net, picks, taken, log_rate, search, belief, book, best, hits,
                cov, best_home,
            )  # fmt: skip
        if left_out >= 0:
            taken.event[own[left_out]] = held
    return int(best_home)


@compiled
def _new(place: Floats, many: int, places: Floats) -> bool:
    """Whether no place before is near this one."""
    for i in range(many):  # noqa: SIM110 - numba compiles no generators
        if math.hypot(place[0] - places[i, 0], place[1] - places[i, 1]) < _SAME_M:
            return False
    return True


@compiled
def _outside(east: float, north: float, cov: Floats) -> bool:
    """Whether a place lies so far off that the error of the other does not reach it."""
    det = cov[0, 0] * cov[1, 1] - cov[0, 1] * cov[0, 1]
    squares = cov[1, 1] * east * east - 2 * cov[0, 1] * east * north + cov[0, 0] * north * north
    return bool(squares > APART * APART * det and det > 0)


@compiled
def _speaks(hits: Ints, many: int, sensor: int, picks: Picks) -> bool:
    for i in range(many):  # noqa: SIM110 - numba compiles no generators
        if picks.sensor[hits[i]] == sensor:
            return True
    return False


@compiled
def _tried(
    row: int, kept: Ints, many: int, start: Floats, events: Events, air: Air, net: Network, picks: Picks, taken: Taken,
    log_rate: Floats, search: Search, belief: Belief, book: Ledger, best: Floats, hits: Ints, cov: Floats,
    best_home: int,
) -> int:  # fmt: skip
    """Settle where some arrivals put the event, and keep that if it is another place and the most probable so far."""
    back = np.empty((3, 3))
    fits, x, y, t, worst = _fitted(kept, many, start, air, net, picks, search, back)
    if not fits or worst > _WIDE:
        return best_home
    home, near = best_home, math.inf
    for i in range(many):
        sensor = picks.sensor[kept[i]]
        away = math.hypot(net.x_m[sensor] - x, net.y_m[sensor] - y)
        if away < near:
            near, home = away, sensor
    score, x, y, t, hearers = settled(
        x, y, t, air, home, net, picks, taken, row, NO_CLUSTER, log_rate, search, belief, _ROUNDS, book
    )
    if hearers < 4 or not score > best[0]:
        return best_home
    east, north = x - events.state[row, 1], y - events.state[row, 2]
    if not (_outside(east, north, events.cov[row]) and _outside(east, north, book.cov)):
        return best_home
    best[0], best[1], best[2], best[3], best[4] = score, x, y, t, hearers
    cov[:, :] = book.cov
    hits[:] = -1
    filled = 0
    for i in range(len(book.pick)):
        if filled < hearers and filled < MOST_HITS and book.pick[i] >= 0:
            hits[filled] = book.pick[i]
            filled += 1
    return int(home)


@compiled
def _other_places(
    begin: int, end: int, events: Events, air: Air, net: Network, picks: Picks, taken: Taken, log_rate: Floats,
    search: Search, belief: Belief, book: Ledger, out: Floats, home: Ints, hits: Ints, cov: Floats,
) -> None:  # fmt: skip
    for row in range(begin, end):
        if events.state[row, 4] <= _MOST_HEARERS:
            home[row] = _other_place(
                row, events, air, net, picks, taken, log_rate, search, belief, book, out[row], hits[row], cov[row]
            )


def other_places(events: Events, world: World, taken: Taken, log_rate: Floats) -> Events:
    """For each event its most probable other place, with free arrivals in place of doubtful ones (see above)."""
    rows = len(events.home)
    out, home, cov = np.full((rows, 5), NOTHING), events.home.copy(), np.full((rows, 3, 3), np.nan)
    hits = np.full((rows, MOST_HITS), -1, dtype=np.int64)
    # A doubtful arrival is marked as no longer free while its event is asked, which other events see no difference in.
    asked = Taken(taken.event.copy(), taken.cluster)
    in_parts(
        rows,
        lambda begin, end: _other_places(
            begin, end, events, world.air, world.net, world.picks, asked, log_rate, world.search, world.belief,
            ledger(world.net), out, home, hits, cov,
        ),
    )  # fmt: skip
    return Events(out, home, hits, cov)
