"""Air that changes over time and place, as all events together tell it.

What is asked: how speed of sound and wind differed from their mean (m/s), when (s) and where (m). What is given:
events with the arrivals they took, and the mean. What comes: speed and wind on knots in time and place, how sure they
are, alone and together, and how much of that error each event's place inherits.

The air is a Gaussian process with Matérn likeness of order 5/2, in time and in place, linear between knots. Sound
crosses the air between source and sensor, so each arrival speaks of the air half way; place and time of its event are
left open (projected away), so that a wrong place is not read as wind. Knots of one time are tied to those of the two
times before only (Vecchia 1988), which makes the whole a chain of blocks (:mod:`chain`): cost grows with time, not
with its cube. How strong the change is, how long it lasts and how far it reaches is chosen by the evidence (marginal
likelihood: Rasmussen & Williams 2006, Gaussian Processes for Machine Learning, ch. 5).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from truceline.fusion.arrivals.air import Air, beside, slant
from truceline.fusion.arrivals.chain import Chain, eliminated, smoothed
from truceline.fusion.arrivals.growing import Search
from truceline.fusion.arrivals.network import Network
from truceline.fusion.arrivals.picks import Picks
from truceline.fusion.arrivals.settling import Events, World
from truceline.fusion.arrivals.starting import inverse
from truceline.fusion.compiled import compiled
from truceline.model.columns import Floats, Ints

_HUBER = 1.5
_FEWEST = 4
WIDER = 4.0
"""Warmth reaches so many times as far as wind: the speed of sound changes less from place to place."""

_COARSE = (5400.0, 25_000.0)
_TO_SEEK = (2700.0, 12_000.0)
"""Step between knots in time (s) and place (m): to ask whether the air changes at all, and how."""

_KNOTS_TO_A_LENGTH = 4.0
_CLOSEST = (900.0, 5_000.0)
_MOST_PLACES = 60
_EVENTS_PER_TIME = 8
_MOST_TIMES = 2000
_STEP = 2.0
_MOST_STEPS = 5
_ROUGHNESS = 1e-5
"""Share of the variance that each knot has for itself; it keeps the algebra firm."""


class Change(NamedTuple):
    """How the air changes: standard deviation of wind (each axis) and speed (m/s), for how long (s), how far (m)."""

    wind_mps: float
    speed_mps: float
    lasts_s: float
    reaches_m: float


_FIRST = tuple(Change(wind, wind, 7200.0, 40_000.0) for wind in (0.3, 1.0, 3.0))
_STRONG = 3.0
"""Log of the odds from which on air is taken to change (Kass & Raftery 1995 call 20 to 1 strong)."""

_LEAST = Change(0.05, 0.05, 900.0, 5_000.0)
_MOST = Change(20.0, 20.0, 172_800.0, 640_000.0)


@dataclass(frozen=True)
class Field:
    """The air on knots, the change that the evidence prefers, and the covariance of all knots (m²/s²).

    ``own`` and ``ahead`` are blocks of one or two times each: within a block, and between a block and the next.
    ``freedom``: how many numbers the events, and not the prior, decide (MacKay 1992).
    """

    air: Air
    change: Change
    own: Floats
    ahead: Floats
    freedom: float

    def error(self) -> Floats:
        """Standard error of speed, wind east and wind north on each knot (m/s), in the shape of the knots."""
        variance = np.concatenate([np.diag(block) for block in self.own])
        return np.asarray(np.sqrt(variance).reshape(self.air.node.shape))


def knots(events: Events, net: Network, mean: Floats, steps: tuple[float, float]) -> Air:
    """The mean air on knots that span the events' times and the network: one time, or an even number of them."""
    begin, end = float(events.state[:, 3].min()), float(events.state[:, 3].max())
    most = max(1, min(_MOST_TIMES, len(events.home) // _EVENTS_PER_TIME))
    times = min(round((end - begin) / steps[0]) + 1, most) if end - begin > 0.5 * steps[0] else 1
    times += times % 2 if times > 1 else 0
    axes = [(float(axis.min()), float(axis.max())) for axis in (net.x_m, net.y_m)]
    counts = [round((high - low) / steps[1]) + 1 if high - low > 0.5 * steps[1] else 1 for low, high in axes]
    while counts[0] * counts[1] > _MOST_PLACES:
        counts[int(np.argmax(counts))] -= 1
    size = [(high - low) / (count - 1) if count > 1 else 1.0 for (low, high), count in zip(axes, counts, strict=True)]
    low = [at if count > 1 else (at + high) / 2 for (at, high), count in zip(axes, counts, strict=True)]
    first, step = (begin, (end - begin) / (times - 1)) if times > 1 else ((begin + end) / 2, 1.0)
    return Air(np.tile(mean, (times, *counts, 1)), first, step, low[0], size[0], low[1], size[1])


def alike(apart: Floats) -> Floats:
    """Matérn likeness of order 5/2 by distance in lengths."""
    scaled = math.sqrt(5.0) * apart
    alike: Floats = (1.0 + scaled + scaled**2 / 3.0) * np.exp(-scaled)
    return alike


def _over_time(times: int, step: float) -> tuple[Floats, float]:
    """How closely times are tied (inverse of their likeness, two back at most), and the log of its determinant."""
    near = alike(np.abs(np.subtract.outer(np.arange(3), np.arange(3))) * step) + _ROUGHNESS * np.eye(3)
    tied, left = [np.ones(1)], [near[0, 0]]
    for back in range(1, min(times, len(near))):
        before = np.linalg.solve(near[:back, :back], near[:back, back])
        tied.append(np.r_[-before, 1.0])
        left.append(near[back, back] - near[:back, back] @ before)
    over, log_det = np.zeros((times, times)), 0.0
    for row in range(times):
        back = min(row, len(tied) - 1)
        here = slice(row - back, row + 1)
        over[here, here] += np.multiply.outer(tied[back], tied[back] / left[back])
        log_det -= math.log(left[back])
    return over, log_det


def _over_place(air: Air, change: Change) -> tuple[Floats, float]:
    """Inverse of the covariance of all knots of one time, and the log of its determinant."""
    columns, rows = air.node.shape[1:3]
    x, y = np.meshgrid(air.step_x_m * np.arange(columns), air.step_y_m * np.arange(rows), indexing="ij")
    at = np.c_[x.ravel(), y.ravel()] / change.reaches_m
    apart, own = np.hypot(*(at[:, None] - at[None]).T), _ROUGHNESS * np.eye(len(at))
    whole, log_det = np.zeros((len(at), 3, len(at), 3)), 0.0
    for axis, (size, far) in enumerate(((change.speed_mps, WIDER), (change.wind_mps, 1.0), (change.wind_mps, 1.0))):
        likeness = alike(apart / far) + own
        whole[:, axis, :, axis] = np.linalg.inv(likeness) / size**2
        log_det -= float(np.linalg.slogdet(likeness)[1]) + len(at) * 2.0 * math.log(size)
    return whole.reshape(3 * len(at), 3 * len(at)), log_det


def prior(air: Air, change: Change) -> tuple[Chain, float]:
    """What is believed of the knots beforehand, and the log of the determinant of its normal matrix."""
    times, spots = air.node.shape[0], air.node.shape[1] * air.node.shape[2]
    over_time, log_time = _over_time(times, air.step_s / change.lasts_s)
    over_place, log_place = _over_place(air, change)
    held = 1 if times == 1 else 2
    blocks = times // held
    own = [np.kron(over_time[at : at + held, at : at + held], over_place) for at in range(0, times, held)]
    ahead = [
        np.kron(over_time[at : at + held, at + held : at + 2 * held], over_place) for at in range(0, times - held, held)
    ]
    size = held * 3 * spots
    chain = Chain(np.array(own), np.array(ahead).reshape(blocks - 1, size, size), np.zeros((blocks, size)))
    return chain, 3 * spots * log_time + times * log_place


@compiled
def lines_of(
    event: int, events: Events, air: Air, grid: Air, net: Network, picks: Picks, search: Search, mean: Floats,
    place: Floats, path: Floats, rest: Floats, spot: Ints, known: Ints,
) -> tuple[int, int]:  # fmt: skip
    """One event's arrivals as weighted lines over its place and time and over the spots of air its sound crossed.

    ``air`` gives the travel times, ``grid`` the spots. Returns how many arrivals and spots; ``rest`` is what the mean
    air leaves, ``spot`` which spots they are. ``known`` comes and is left filled with -1.
    """
    many, spots = 0, 0
    x, y, t = events.state[event, 1], events.state[event, 2], events.state[event, 3]
    corner, part = np.empty(4, np.int64), np.empty(4)
    for i in range(events.hits.shape[1]):
        if events.hits[event, i] < 0:
            break
        sensor = picks.sensor[events.hits[event, i]]
        above = net.z_m[sensor] - net.ground_m[events.home[event]]
        along_x, along_y, distance, effective = slant(air, x, y, t, net.x_m[sensor], net.y_m[sensor], above)
        travel = distance / effective
        left = picks.time_s[events.hits[event, i]] - t - travel
        error = math.sqrt(search.pick_error_s**2 + (search.air_error * travel) ** 2)
        weight = math.sqrt(min(1.0, _HUBER * error / max(abs(left), 1e-12))) / error
        slower = -travel / effective * weight
        place[many, 0], place[many, 1], place[many, 2] = (
            -along_x / effective * weight, -along_y / effective * weight, weight,
        )  # fmt: skip
        changed = effective - mean[0] - along_x * mean[1] - along_y * mean[2]
        rest[many] = left * weight + slower * changed
        beside(grid, 0.5 * (x + net.x_m[sensor]), 0.5 * (y + net.y_m[sensor]), corner, part)
        path[many] = 0.0
        for k in range(4):
            if part[k] == 0.0:
                continue
            if known[corner[k]] < 0:
                known[corner[k]] = spots
                spot[spots] = corner[k]
                spots += 1
            at = 3 * known[corner[k]]
            path[many, at] += slower * part[k]
            path[many, at + 1] += slower * along_x * part[k]
            path[many, at + 2] += slower * along_y * part[k]
        many += 1
    for k in range(spots):
        known[spot[k]] = -1
    return many, spots


@compiled
def moment(air: Air, time_s: float) -> tuple[int, int, float]:
    """The knots in time before and after a moment, and the later one's part."""
    last = air.node.shape[0] - 1
    at = min(max((time_s - air.from_s) / air.step_s, 0.0), float(last))
    low = min(int(at), max(last - 1, 0))
    return low, min(low + 1, last), at - low


@compiled
def blocks_of(one: int, other: int, size: int, held: int) -> tuple[int, int, int, int]:
    """The blocks two knots in time stand in, a block holding so many, and the first row and column of each."""
    return one // held, other // held, one % held * size, other % held * size


@compiled
def _add(
    one: int, other: int, size: int, spot: Ints, spots: int, part: float, told: Floats, own: Floats, ahead: Floats
) -> None:
    """Add what an event tells of the knots of two times (the same, or neighbours) to the blocks they stand in."""
    block, next_block, row, column = blocks_of(one, other, size, own.shape[1] // size)
    for i in range(3 * spots):
        at = row + 3 * spot[i // 3] + i % 3
        for j in range(3 * spots):
            to = column + 3 * spot[j // 3] + j % 3
            if block == next_block:
                own[block, at, to] += part * told[i, j]
                if one != other:
                    own[block, to, at] += part * told[i, j]
            else:
                ahead[block, at, to] += part * told[i, j]


@compiled
def _beside_place(lines: Floats, crossed: Floats, left: Floats, back: Floats) -> tuple[Floats, Floats]:
    """What an event's lines say of the air, matrix and right side, once its place and time are fitted away.

    Sound crosses few spots, so most of each line is nothing and is passed over. Sums are taken here, in one order, and
    not by a library that parts them among cores.
    """
    many, size = crossed.shape
    told, says = np.zeros((size, size)), np.zeros(size)
    both, own = np.zeros((3, size)), np.zeros(3)
    for line in range(many):
        for i in range(3):
            own[i] += lines[line, i] * left[line]
        for i in range(size):
            part = crossed[line, i]
            if part == 0.0:
                continue
            says[i] += part * left[line]
            for j in range(3):
                both[j, i] += part * lines[line, j]
            for j in range(size):
                told[i, j] += part * crossed[line, j]
    for i in range(size):
        for k in range(3):
            follow = back[k, 0] * both[0, i] + back[k, 1] * both[1, i] + back[k, 2] * both[2, i]
            says[i] -= follow * own[k]
            for j in range(size):
                told[i, j] -= follow * both[k, j]
    return told, says


@compiled
def _told(
    events: Events, share: Floats, air: Air, grid: Air, net: Network, picks: Picks, search: Search, mean: Floats,
    own: Floats, ahead: Floats, right: Floats,
) -> None:  # fmt: skip
    most = grid.node.shape[1] * grid.node.shape[2]
    size, hits = 3 * most, events.hits.shape[1]
    place, path, rest = np.empty((hits, 3)), np.empty((hits, size)), np.empty(hits)
    spot, known, back = np.empty(most, np.int64), np.full(most, -1, np.int64), np.empty((3, 3))
    held = own.shape[1] // size
    for event in range(len(events.home)):
        if share[event] <= 0.0:
            continue
        many, spots = lines_of(event, events, air, grid, net, picks, search, mean, place, path, rest, spot, known)
        lines, left = place[:many].copy(), rest[:many].copy()
        if many < _FEWEST or inverse(lines.T @ lines, back) == 0.0:
            continue
        told, says = _beside_place(lines, path[:many, : 3 * spots], left, back)
        told *= share[event]
        says *= share[event]
        before, after, part = moment(grid, events.state[event, 3])
        _add(before, before, size, spot, spots, (1.0 - part) * (1.0 - part), told, own, ahead)
        if after != before:
            _add(before, after, size, spot, spots, part * (1.0 - part), told, own, ahead)
            _add(after, after, size, spot, spots, part * part, told, own, ahead)
        for i in range(3 * spots):
            at = 3 * spot[i // 3] + i % 3
            right[before // held, before % held * size + at] += (1.0 - part) * says[i]
            if after != before:
                right[after // held, after % held * size + at] += part * says[i]


def told(events: Events, share: Floats, world: World, grid: Air, mean: Floats) -> Chain:
    """What events, settled in the world's air, say of how the air on the knots differs from the mean."""
    times, columns, rows = grid.node.shape[:3]
    held = 1 if times == 1 else 2
    blocks, size = times // held, held * 3 * columns * rows
    chain = Chain(np.zeros((blocks, size, size)), np.zeros((blocks - 1, size, size)), np.zeros((blocks, size)))
    _told(
        events, share, world.air, grid, world.net, world.picks, world.search, mean, chain.own, chain.ahead, chain.right
    )
    return chain


def _with_prior(said: Chain, air: Air, change: Change) -> tuple[Chain, float]:
    before, log_det = prior(air, change)
    return Chain(said.own + before.own, said.ahead + before.ahead, said.right), log_det


def evidence(said: Chain, air: Air, change: Change) -> float:
    """Log of how much more probable the arrivals are with this change than in air that does not change."""
    chain, log_prior = _with_prior(said, air, change)
    done = eliminated(chain)
    found = 0.5 * (done.explained() - done.log_det() + log_prior)
    return found if math.isfinite(found) else -math.inf


def _best(said: Chain, air: Air, first: Change) -> Change:
    """The most evident change from one on: each number is doubled or halved as long as that helps."""
    best, known = first, {first: evidence(said, air, first)}
    for _ in range(_MOST_STEPS):
        begin = best
        for number in range(len(first)):
            for factor in (_STEP, 1.0 / _STEP):
                value = min(max(best[number] * factor, _LEAST[number]), _MOST[number])
                change = Change(*(value if at == number else best[at] for at in range(len(first))))
                if change not in known:
                    known[change] = evidence(said, air, change)
                if known[change] > known[best]:
                    best = change
                    break
        if best == begin:
            break
    return best


def first_change(events: Events, share: Floats, world: World) -> Change | None:
    """Whether the air changes at all, asked on coarse knots: the likeliest of three changes, or none."""
    mean = world.air.node.reshape(-1, 3).mean(axis=0)
    grid = knots(events, world.net, mean, _COARSE)
    if grid.node.size == len(mean):
        return None
    said = told(events, share, world, grid, mean)
    found = {change: evidence(said, grid, change) for change in _FIRST}
    best = max(found, key=lambda change: found[change])
    return best if found[best] > _STRONG else None


def likeliest_change(events: Events, share: Floats, world: World, first: Change) -> Change:
    """The most evident change, sought from a first one on."""
    mean = world.air.node.reshape(-1, 3).mean(axis=0)
    grid = knots(events, world.net, mean, _TO_SEEK)
    return _best(told(events, share, world, grid, mean), grid, first)


def field_of(events: Events, share: Floats, world: World, change: Change) -> Field:
    """The air that changes so, on knots as close as such a change needs; it changes from the mean of the air so far."""
    mean = world.air.node.reshape(-1, 3).mean(axis=0)
    steps = change.lasts_s / _KNOTS_TO_A_LENGTH, change.reaches_m / _KNOTS_TO_A_LENGTH
    grid = knots(events, world.net, mean, (max(steps[0], _CLOSEST[0]), max(steps[1], _CLOSEST[1])))
    said = told(events, share, world, grid, mean)
    mean_change, own, ahead = smoothed(eliminated(_with_prior(said, grid, change)[0]))
    freedom = float((said.own * own).sum() + 2.0 * (said.ahead * ahead).sum())
    return Field(grid._replace(node=grid.node + mean_change.reshape(grid.node.shape)), change, own, ahead, freedom)
