"""What events inherit of the error of the air: where and when their sound went, and no other.

What is asked: how much wider the uncertainty of an event's place and time is because the air is not known exactly
(covariances in m², m·s and s²). What is given: the events, the air on knots with the covariance of all knots
(:mod:`changing_air`), and how place and time follow the air. Neighbouring paths share the same error of the air, so
it is carried through the fit of the event as a whole and not added to each arrival.
"""

from __future__ import annotations

import numpy as np

from truceline.fusion.arrivals.air import Air
from truceline.fusion.arrivals.changing_air import WIDER, Change, Field, alike, blocks_of, lines_of, moment
from truceline.fusion.arrivals.growing import Search
from truceline.fusion.arrivals.network import Network
from truceline.fusion.arrivals.picks import Picks
from truceline.fusion.arrivals.settling import Events, World
from truceline.fusion.arrivals.starting import inverse
from truceline.fusion.compiled import compiled
from truceline.model.columns import Floats, Ints


@compiled
def _of_knots(
    one: int, other: int, size: int, spot: Ints, spots: int, part: float, own: Floats, ahead: Floats, out: Floats
) -> None:
    """Add the covariance between the knots of two times to that of the spots an event's sound crossed."""
    block, next_block, row, column = blocks_of(one, other, size, own.shape[1] // size)
    for i in range(3 * spots):
        at = row + 3 * spot[i // 3] + i % 3
        for j in range(3 * spots):
            to = column + 3 * spot[j // 3] + j % 3
            both = own[block, at, to] if block == next_block else ahead[block, at, to]
            out[i, j] += part * both
            if one != other:
                out[j, i] += part * both


@compiled
def _place_errors(
    events: Events, air: Air, net: Network, picks: Picks, search: Search, own: Floats, ahead: Floats, out: Floats
) -> None:
    most = air.node.shape[1] * air.node.shape[2]
    size, hits = 3 * most, events.hits.shape[1]
    place, path, rest = np.empty((hits, 3)), np.empty((hits, size)), np.empty(hits)
    spot, known, back = np.empty(most, np.int64), np.full(most, -1, np.int64), np.empty((3, 3))
    mean = np.zeros(3)
    for event in range(len(events.home)):
        many, spots = lines_of(event, events, air, air, net, picks, search, mean, place, path, rest, spot, known)
        lines = place[:many].copy()
        if many < 3 or inverse(lines.T @ lines, back) == 0.0:
            continue
        follow = back @ (lines.T @ path[:many, : 3 * spots].copy())
        before, after, part = moment(air, events.state[event, 3])
        of_air = np.zeros((3 * spots, 3 * spots))
        _of_knots(before, before, size, spot, spots, (1.0 - part) * (1.0 - part), own, ahead, of_air)
        if after != before:
            _of_knots(before, after, size, spot, spots, part * (1.0 - part), own, ahead, of_air)
            _of_knots(after, after, size, spot, spots, part * part, own, ahead, of_air)
        out[event] = follow @ of_air @ follow.T


def between_knots(air: Air, change: Change, state: Floats) -> Floats:
    """Variance of speed and wind (m²/s²) at each event that straight lines between knots leave out, shape (events, 3).

    On knots close to each other it is next to nothing; where a network is so wide that knots stand apart, most of all.
    """
    lengths = (change.lasts_s / air.step_s, change.reaches_m / air.step_x_m, change.reaches_m / air.step_y_m)
    begins = (air.from_s, air.west_m, air.south_m)
    steps = (air.step_s, air.step_x_m, air.step_y_m)
    corner = np.array(list(np.ndindex(2, 2, 2)), dtype=np.float64)
    at, part = np.zeros((len(state), 3)), np.ones((len(state), 8))
    for axis, column in enumerate((3, 1, 2)):
        knot = np.clip((state[:, column] - begins[axis]) / steps[axis], 0.0, air.node.shape[axis] - 1.0)
        at[:, axis] = knot - np.minimum(np.floor(knot), max(air.node.shape[axis] - 2, 0))
        part *= np.where(corner[None, :, axis] > 0.0, at[:, axis, None], 1.0 - at[:, axis, None])

    def left_out(far: float) -> Floats:
        def like(apart: Floats) -> Floats:
            there = np.hypot(apart[..., 1] / lengths[1], apart[..., 2] / lengths[2]) / far
            alike_so: Floats = alike(np.abs(apart[..., 0]) / lengths[0]) * alike(there)
            return alike_so

        one = np.einsum("ek,ek->e", part, like(at[:, None, :] - corner[None]))
        both = np.einsum("ek,kl,el->e", part, like(corner[:, None] - corner[None]), part)
        left: Floats = np.clip(1.0 - 2.0 * one + both, 0.0, 1.0)
        return left

    wind = change.wind_mps**2 * left_out(1.0)
    return np.stack([change.speed_mps**2 * left_out(WIDER), wind, wind], axis=1)


def place_errors(events: Events, field: Field, lever: Floats, world: World) -> Floats:
    """What the error of the air, where and when each event's sound went, adds to its covariance (m², m·s, s²).

    ``lever``: how place and time follow the air as a whole (events, 3, 3).
    """
    out = np.zeros((len(events.home), 3, 3))
    _place_errors(events, field.air, world.net, world.picks, world.search, field.own, field.ahead, out)
    left_out = between_knots(field.air, field.change, events.state)
    out += np.einsum("eik,ek,ejk->eij", lever, left_out, lever)
    return out
