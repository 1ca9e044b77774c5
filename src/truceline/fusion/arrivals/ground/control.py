"""How much of what is found in the ground chance alone would make: asked of the same arrivals, each sensor set off.

In: the events found, who holds which arrival, and the ground as learned. Out: how log odds are to be read (no unit).

Log odds say what arrivals are worth if those of no event come one by one and evenly. They do not: swarms begin, and a P
that is nobody's brings its S. So the arrivals of each sensor are set off by a time of its own, P and S together, which
leaves no event whole, and the same search is made in them. What it finds is chance, and at each log odds the share of
chance among the events found follows from the two counts (targets and decoys: Elias & Gygi 2007, Nature
Methods 4, 207-214), as a
logistic curve over the log odds. The prior is that log odds mean what they say. A control may only take belief away: it
knows nothing of events told twice.

Arrivals of events that are believed already are left out of the control, each event by its probability.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize

from truceline.fusion.arrivals.ground.choosing import (
    chosen_events,
    none_found,
    nothing_taken,
    rearranged,
    settled_again,
    with_open_gate,
)
from truceline.fusion.arrivals.ground.seeking import Places
from truceline.fusion.arrivals.ground.settings import GroundSettings
from truceline.fusion.arrivals.ground.settling import CHANNELS, Found, Under
from truceline.fusion.arrivals.network import Network
from truceline.fusion.arrivals.picks import Picks, Taken, ordered
from truceline.model.columns import Floats, Mask

_MOST_ARRIVALS = 15_000
_BLOCKS = 12
_ROUNDS = (0.0,)
_APART_S = 5.0
_SHIFT_ERROR, _SLOPE_ERROR = 8.0, 0.25
_SEED = 20_262


@dataclass(frozen=True, slots=True)
class Belief:
    """How log odds are read: ``slope`` times what they are, and ``shift`` more, but never more than they are."""

    shift: float = 0.0
    slope: float = 1.0

    def of(self, log_odds: Floats) -> Floats:
        """Log odds as they are to be believed.

        >>> Belief(shift=-3.0).of(np.array([1.0, 10.0])).tolist()
        [-2.0, 7.0]
        """
        return np.minimum(log_odds, self.slope * log_odds + self.shift)

    def probability(self, log_odds: Floats) -> Floats:
        """The same as a probability."""
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(self.of(log_odds), -700.0, 700.0))))


@dataclass(frozen=True)
class _Apart:
    """Arrivals of no event, in parts of the span set one behind the other, and the share of the span they are."""

    picks: Picks
    net: Network
    share: float


NOTHING_BELIEVED = Belief(shift=-1e6)
"""Before anything was held against chance."""


def believed(
    found: Found, under: Under, tried: Places, taken: Taken, settings: GroundSettings, so_far: Belief
) -> Belief:
    """How log odds are to be read, so that where all is chance nothing is believed."""
    if not len(found.home):
        return so_far
    real = so_far.probability(found.state[:, 0])
    held = np.where(taken.event >= 0, real[np.maximum(taken.event, 0)], 0.0)
    chance = np.random.default_rng(_SEED)
    apart = _set_off(under, chance.random(len(held)) >= held, chance)
    if apart is None:
        return so_far
    control = replace(under, net=apart.net, picks=apart.picks)
    tried = tried._replace(since_s=apart.net.since_s, until_s=apart.net.until_s)
    nothing = none_found(), nothing_taken(len(apart.picks.time_s))
    false, now = chosen_events(control, tried, settings, nothing, _ROUNDS)
    false, now = settled_again(false, with_open_gate(control), now, settings)
    false, now = rearranged(false, with_open_gate(control), now, settings)
    return belief_of(found.state[:, 0], false.state[:, 0], apart.share)


def belief_of(found: Floats, false: Floats, share: float) -> Belief:
    """How log odds are to be read where so many were found, and so many false ones in a share of the span.

    >>> belief = belief_of(np.linspace(0.1, 6.0, 50), np.linspace(0.1, 6.0, 50), 1.0)
    >>> bool(belief.of(np.array([6.0]))[0] < 0.0)
    True
    """

    def unlikely(asked: Floats) -> float:
        shift, log_slope = asked
        slope = np.exp(np.clip(log_slope, -5.0, 5.0))
        # Of false and found events at one place on the scale, 1 : 1 + odds are what both kinds would be in equal spans.
        found_odds, false_odds = (np.exp(np.clip(slope * odds + shift, -50.0, 50.0)) for odds in (found, false))
        told = np.log1p(share + found_odds).sum() - np.log1p(found_odds).sum()
        told += np.log1p(share + false_odds).sum() - len(false) * np.log(share)
        return float(told + 0.5 * (shift / _SHIFT_ERROR) ** 2 + 0.5 * (log_slope / _SLOPE_ERROR) ** 2)

    best = minimize(unlikely, np.zeros(2), method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-4}).x
    return Belief(float(best[0]), float(np.exp(np.clip(best[1], -5.0, 5.0))))


def _set_off(under: Under, kept: Mask, chance: np.random.Generator) -> _Apart | None:
    """Some arrivals, each sensor's later by a time of its own, round the end of its period to the beginning."""
    net, picks = under.net, under.picks
    channel, moment = picks.sensor[kept], picks.time_s[kept]
    if not len(moment) or np.ptp(moment) <= 0.0:
        return None
    begin, end = float(moment.min()), float(moment.max())
    since, until = np.clip(net.since_s, begin, end), np.clip(net.until_s, begin, end)
    long = np.maximum(until - since, 1e-6)
    later = _later(under, end - begin, chance)
    owner = channel // CHANNELS
    moment = since[owner] + (moment - since[owner] + later[owner]) % long[owner]
    share = min(1.0, _MOST_ARRIVALS / len(moment))
    parts = _Parts(begin, (end - begin) / _BLOCKS, share)
    inside = parts.holds(moment)
    in_parts, _ = ordered(parts.closed_up(moment[inside]), channel[inside], len(picks.begin))
    net = net._replace(since_s=_moved(net.since_s, parts), until_s=_moved(net.until_s, parts))
    return _Apart(in_parts, net, share)


def _later(under: Under, span_s: float, chance: np.random.Generator) -> Floats:
    """By how much the arrivals of each sensor are set off: no two sensors alike to within what one event lasts.

    Sensors are counted by where they stand, so that the order in which they are told changes nothing.
    """
    net, sensors = under.net, len(under.net.x_m)
    lasts_s = under.weigh.reach_m * float(under.ground.surface[1]) + _APART_S
    step_s = min(2.0 * lasts_s, span_s / sensors)
    late = np.empty(sensors)
    late[np.lexsort((net.since_s, net.y_m, net.x_m))] = step_s * (chance.permutation(sensors) + chance.random(sensors))
    return late


@dataclass(frozen=True)
class _Parts:
    """Even parts of the span from ``begin_s`` on, of each of which the first ``share`` is looked at."""

    begin_s: float
    length_s: float
    share: float

    def holds(self, moment_s: Floats) -> Mask:
        """Which moments are looked at."""
        return np.asarray((moment_s - self.begin_s) % self.length_s <= self.share * self.length_s)

    def closed_up(self, moment_s: Floats) -> Floats:
        """The moments with what is not looked at cut out."""
        part, inside = np.divmod(moment_s - self.begin_s, self.length_s)
        looked_at_s = self.share * self.length_s
        closed: Floats = looked_at_s * part + np.minimum(inside, looked_at_s)
        return closed


def _moved(moment_s: Floats, parts: _Parts) -> Floats:
    """The beginning or end of periods with what is not looked at cut out; open ends stay open."""
    open_ = ~np.isfinite(moment_s)
    return np.where(open_, moment_s, parts.closed_up(np.where(open_, parts.begin_s, moment_s)))
