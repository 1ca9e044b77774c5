"""Depth has several places where arrivals fit well: above a faster layer, below it, at the surface. All are tried.

A wave that runs down first and one that rises reach a sensor at the same moment from two depths, so a fit that walks
downhill stops at the nearer of the two. Each event is settled from several depths. The best stands; how far the others
lie from it is added to its covariance, each by its share of the probability.
"""

from __future__ import annotations

import numpy as np

from truceline.fusion.arrivals.ground.settling import Found, Starts, Under, Z, places, settle, where_found
from truceline.fusion.arrivals.picks import Taken
from truceline.model.columns import Floats, Ints

_TRIED_M = (500.0, 4_000.0, 9_000.0, 15_000.0, 24_000.0)
_SAME_M = 200.0
_ROUNDS = 10


def at_every_depth(found: Found, event: Ints, under: Under, taken: Taken, log_rate: Floats) -> Found:
    """Each event at the depth where its arrivals fit best, with the covariance of all depths at which they fit."""
    if not len(found.home):
        return found
    tried = [settle(where_found(found, event), under, taken, log_rate, 1.0, _ROUNDS)]
    for depth_m in _TRIED_M:
        start = places(found)
        start[:, 3] = min(depth_m, 0.95 * under.ground.deepest_m)
        tried.append(settle(Starts(start, found.home, event), under, taken, log_rate, 2.0, _ROUNDS))
    odds = np.stack([one.state[:, 0] for one in tried])
    best = np.argmax(odds, axis=0)
    rows = np.arange(len(found.home))
    state, hits, cov = (np.stack([one[k] for one in tried])[best, rows] for k in (0, 2, 3))
    out = Found(state, found.home, hits, cov)
    return out._replace(cov=_over_all(tried, odds, out))


def _over_all(tried: list[Found], odds: Floats, best: Found) -> Floats:
    """Covariance about the best place over all places at which an event may be; near ones count once."""
    weight, total = np.ones(len(best.home)), best.cov.copy()
    seen = [best.state[:, Z]]
    for one, odd in zip(tried, odds, strict=True):
        depth = one.state[:, Z]
        new = np.all([np.abs(depth - other) > _SAME_M for other in seen], axis=0) & (one.state[:, 4] > 0)
        share = np.where(new, np.exp(np.clip(odd - best.state[:, 0], -50.0, 0.0)), 0.0)
        seen.append(np.where(new, depth, np.inf))
        off = places(one) - places(best)
        total += np.where(new[:, None, None], share[:, None, None] * (one.cov + off[:, :, None] * off[:, None, :]), 0.0)
        weight += share
    spread: Floats = total / weight[:, None, None]
    return spread
