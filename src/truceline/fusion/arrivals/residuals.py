"""How far arrivals lie from where their events and the air put them: the error of a picked time, and of the way.

What is asked: the standard error of a picked time (s), and by which share of the travel time the air still misses
(none). What is given: settled events and the air they were settled in. The squared rests grow with the travel time
squared by as much as the air misses. Arrivals are taken in groups of like travel times, each by its middle rest, so
that a few poor ones do not count (median absolute deviation: Hampel 1974).
"""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import nnls

from truceline.fusion.arrivals.air import Air, slant
from truceline.fusion.arrivals.growing import Search
from truceline.fusion.arrivals.network import Network
from truceline.fusion.arrivals.picks import Picks
from truceline.fusion.arrivals.settling import Events, World
from truceline.fusion.arrivals.starting import inverse
from truceline.fusion.compiled import compiled
from truceline.model.columns import Floats, Mask

_GROUPS = 10
_FEWEST = 20
_LEAST_FREE = 0.2
_LEAST_LEFT = 0.25
_LEAST_S = 1e-4
_MIDDLE = 0.6744897501960817
_BEFORE = 0.0015
"""Share of the travel time that the air is thought to miss before arrivals tell; it counts as one arrival does."""
_BEFORE_COUNTS = 1.0


@compiled
def _rests(
    events: Events, use: Mask, air: Air, net: Network, picks: Picks, search: Search, rest: Floats, own: Floats,
    ways: Floats, firm: Floats,
) -> None:  # fmt: skip
    """Each arrival's rest, and how the errors of all arrivals of its event go into it.

    A rest's variance is ``own`` times that of a pick, plus ``ways`` (s²) times the squared share the air misses: an
    event follows its arrivals, so each rest holds a part of every error. ``firm`` is what the arrival weighed in it.
    """
    most = events.hits.shape[1]
    line, weight, way, back = np.empty((most, 3)), np.empty(most), np.empty(most), np.empty((3, 3))
    for event in range(len(events.home)):
        if not use[event]:
            continue
        x, y, t = events.state[event, 1], events.state[event, 2], events.state[event, 3]
        many = 0
        while many < most and events.hits[event, many] >= 0:
            pick = events.hits[event, many]
            sensor = picks.sensor[pick]
            above = net.z_m[sensor] - net.ground_m[events.home[event]]
            along_x, along_y, distance, effective = slant(air, x, y, t, net.x_m[sensor], net.y_m[sensor], above)
            way[many] = distance / effective
            weight[many] = 1.0 / (search.pick_error_s**2 + (search.air_error * way[many]) ** 2)
            line[many, 0], line[many, 1] = -along_x / effective, -along_y / effective
            line[many, 2] = 1.0
            rest[event, many] = picks.time_s[pick] - t - way[many]
            many += 1
        lines = line[:many].copy()
        if many < 4 or inverse(lines.T @ (lines * weight[:many].copy().reshape(many, 1)), back) == 0.0:
            continue
        for i in range(many):
            own[event, i], ways[event, i], firm[event, i] = 0.0, 0.0, weight[i]
            pull = lines[i] @ back
            for j in range(many):
                of = (1.0 if i == j else 0.0) - (
                    pull[0] * line[j, 0] + pull[1] * line[j, 1] + pull[2] * line[j, 2]
                ) * weight[j]
                own[event, i] += of * of
                ways[event, i] += of * of * way[j] * way[j]


def errors_of(events: Events, use: Mask, world: World, taken: float) -> tuple[float, float]:
    """Standard error of a picked time (s), and the share of the travel time that the air misses.

    ``taken``: how many numbers the air itself has taken from the rests.
    """
    rest, own, ways, firm = (np.full(events.hits.shape, np.nan) for _ in range(4))
    _rests(events, use, world.air, world.net, world.picks, world.search, rest, own, ways, firm)
    told = own > _LEAST_FREE
    if told.sum() < _FEWEST:
        return world.search.pick_error_s, world.search.air_error
    pick, air = _split(np.abs(rest[told]) / np.sqrt(own[told]), ways[told] / own[told])
    # How the two share is told by arrivals, how large they are together by events: what is left of few arrivals after
    # their event has followed them looks too small one by one.
    spoken = np.isfinite(own).any(axis=1)
    freedom = np.count_nonzero(np.isfinite(own[spoken]), axis=1) - 3.0
    seen = np.nansum(firm[spoken] * rest[spoken] ** 2, axis=1)
    expected = np.nansum(firm[spoken] * (own[spoken] * pick + ways[spoken] * air), axis=1)
    # The middle of a chi-square variable over its freedom lies a little under one (Wilson & Hilferty 1931).
    scale = float(np.median(seen / expected) / np.median((1.0 - 2.0 / (9.0 * freedom)) ** 3))
    scale *= 1.0 / max(1.0 - taken / float(freedom.sum()), _LEAST_LEFT)
    return max(math.sqrt(pick * scale), _LEAST_S), math.sqrt(air * scale)


def _split(rest: Floats, way: Floats) -> tuple[float, float]:
    """Variance of a pick, and squared share that the air misses, from rests (s) and squared travel times (s²)."""
    groups = np.array_split(np.argsort(way, kind="stable"), min(_GROUPS, len(rest) // _FEWEST))
    square = np.array([(np.median(rest[group]) / _MIDDLE) ** 2 for group in groups])
    sure = np.sqrt(np.array([len(group) for group in groups])) / np.maximum(square, _LEAST_S**2)
    far = np.array([way[group].mean() for group in groups])
    doubt = math.sqrt(_BEFORE_COUNTS) / _BEFORE**2
    found, _ = nnls(np.r_[np.c_[sure, sure * far], [[0.0, doubt]]], np.r_[sure * square, doubt * _BEFORE**2])
    return max(float(found[0]), _LEAST_S**2), float(found[1])
