"""Where an event may be at every depth, each depth with its weight, and what the ground leaves unsure is in.

In: events with their arrivals, the ground as learned with its covariance, by how much paths of one event err together
(part of the travel time), and how often an arrival comes by chance. Out: for each event the mean of place, time and
depth (m, s) and their covariance, and the probability that it was at the surface.

One fit takes depth to be spread evenly both ways about one place. Under a surface, above a faster layer and with few
sensors it is not. So at each of many depths the place and time that fit best are sought, and the depths weighed as a
Laplace approximation does (Tierney & Kadane 1986, J. Am. Stat. Assoc. 81, 82-86). Rests are held against their full
covariance, as slowness, delays and layers that are wrong are shared by the arrivals of one event. Blasts and impacts
lie at no depth: a share of the events, learned from all of them, is taken to be at the surface itself. Last, any one
arrival may be of chance and not the event's own: what the place would be without it counts by that probability.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from truceline.fusion.arrivals.ground.paths import alike
from truceline.fusion.arrivals.ground.settings import GroundSettings
from truceline.fusion.arrivals.ground.settling import Found, T, Under, X, Y, Z
from truceline.fusion.arrivals.ground.teaching import Lesson, Terms, terms_of
from truceline.model.columns import Floats, Mask

_EVEN, _NEAR = 21, 19
_NEAR_ERRORS = 4.5
_TURNS = 4
_AT_ONCE = 300
_LONGEST_M = 20_000.0
_SCALE = np.array([1e3, 1e3, 1.0, 1e3])
_SURFACE_M = 1.0
_SURFACE_SHARE, _PRIOR_EVENTS, _SHARE_TURNS = 0.2, 10.0, 20
_MOST_ODDS = 4.0


@dataclass(frozen=True)
class Unsure:
    """What is not known but of the event: the lesson with its covariance, ``common`` errors of P and S, and chance.

    ``log_chance``: log rate of arrivals of no event at each arrival.
    """

    lesson: Lesson
    common: Floats
    log_chance: Floats


class AllDepths(NamedTuple):
    """``mean`` (x, y, time, depth), ``covariance`` and probability of being ``at_surface`` of each event."""

    mean: Floats
    covariance: Floats
    at_surface: Floats


class _Depths(NamedTuple):
    """Of each event and depth tried: the place (x, y, time, depth), its covariance, log odds, and depth around it."""

    place: Floats
    covariance: Floats
    log_odds: Floats
    room: Floats


class _Padded(NamedTuple):
    """Arrivals of events side by side (events, places tried, arrivals): slopes, rests, and which are there at all."""

    slope: Floats
    rest_s: Floats
    there: Mask


def over_all_depths(found: Found, unsure: Unsure, settings: GroundSettings) -> AllDepths:
    """Mean and covariance of each event over all depths, over its arrivals being its own or not."""
    events = len(found.home)
    parts, doubts = [], []
    for begin in range(0, events, _AT_ONCE):
        some = found.take(np.arange(begin, min(begin + _AT_ONCE, events)))
        root = _roots(some, unsure)
        parts.append(_depths(some, unsure.lesson.under, root, settings))
        doubts.append(_doubted(some, unsure, root, settings))
    depths = _Depths(*(np.concatenate(each) for each in zip(*parts, strict=True)))
    weight = _weighed(depths)
    mean = np.einsum("ek,eki->ei", weight, depths.place)
    off = depths.place - mean[:, None]
    covariance = np.einsum("ek,eki,ekj->eij", weight, off, off)
    covariance += np.einsum("ek,ekij->eij", weight, depths.covariance)
    # Depth is known no better than to the step between the depths tried.
    covariance[:, 3, 3] += (weight * depths.room**2).sum(axis=1) / 12.0 + _SURFACE_M**2
    # A ground that is right gives one fit and the mean of all much the same place; a wrong one pulls them apart.
    apart = mean - found.state[:, [X, Y, T, Z]]
    covariance += np.concatenate(doubts) + apart[:, :, None] * apart[:, None, :]
    return AllDepths(mean, covariance, weight[:, 0])


def _weighed(depths: _Depths) -> Floats:
    """The weight of every depth of each event, the first being the surface itself with a share that all events tell."""
    room = np.where(depths.room > 0, depths.room, 1.0)
    odds = depths.log_odds + np.where(depths.room > 0, np.log(room), -np.inf)
    odds[:, 0] = depths.log_odds[:, 0]
    odds = np.exp(odds - odds.max(axis=1, keepdims=True))
    share = _SURFACE_SHARE
    weight: Floats = odds
    for _ in range(_SHARE_TURNS):
        weight = odds * np.r_[share, np.full(odds.shape[1] - 1, 1.0 - share)]
        weight = weight / weight.sum(axis=1, keepdims=True)
        share = (weight[:, 0].sum() + _PRIOR_EVENTS * _SURFACE_SHARE) / (len(weight) + _PRIOR_EVENTS)
    return weight


def _depths(found: Found, under: Under, root: Floats, settings: GroundSettings) -> _Depths:
    """Each event settled at every depth tried, its arrivals held."""
    events = len(found.home)
    depth = _tried(found, under)
    many = depth.shape[1]
    tried = found.take(np.repeat(np.arange(events), many))
    tried.state[:, Z] = depth.ravel()
    inner, fit = np.empty(0), np.empty(0)
    for turn in range(_TURNS):
        padded = _side_by_side(terms_of(tried, under), events, many, root.shape[1])
        slope = root[:, None] @ (padded.slope[..., :3] * _SCALE[:3])
        rest = padded.rest_s @ root.transpose(0, 2, 1)
        across = slope.swapaxes(2, 3)
        inner = np.linalg.inv(across @ slope + 1e-9 * np.eye(3))
        fit = (rest**2).sum(axis=-1)
        if turn + 1 < _TURNS:
            step = (inner @ across @ rest[..., None])[..., 0].reshape(-1, 3) * _SCALE[:3]
            part = np.minimum(1.0, _LONGEST_M / np.maximum(np.hypot(step[:, 0], step[:, 1]), 1.0))
            tried.state[:, [X, Y, T]] += part[:, None] * step
    covariance = np.zeros((events, many, 4, 4))
    covariance[..., :3, :3] = inner * (_SCALE[:3, None] * _SCALE[:3])
    log_odds = -0.5 * fit + 0.5 * np.linalg.slogdet(inner)[1]
    log_odds[:, 1:] += _prior(depth[:, 1:], settings)
    room = np.gradient(depth[:, 1:], axis=1)
    place = tried.state[:, [X, Y, T, Z]].reshape(events, many, 4)
    return _Depths(place, covariance, log_odds, np.c_[np.zeros(events), room])


def _prior(depth: Floats, settings: GroundSettings) -> Floats:
    """Log density of what is taken for granted of depth below the surface."""
    deep = (depth - settings.depth_m) / settings.depth_error_m
    log_density: Floats = -0.5 * deep**2 - np.log(settings.depth_error_m * np.sqrt(2.0 * np.pi))
    return log_density


def _tried(found: Found, under: Under) -> Floats:
    """The surface, then depths from it to the deepest at even steps of the root, more of them about the one found."""
    even = np.linspace(0.0, np.sqrt(under.ground.deepest_m), _EVEN) ** 2
    error = np.sqrt(np.clip(found.cov[:, 3, 3], 10.0**2, 3_000.0**2))
    near = found.state[:, Z, None] + error[:, None] * np.linspace(-_NEAR_ERRORS, _NEAR_ERRORS, _NEAR)
    near = np.clip(near, 0.0, under.ground.deepest_m)
    below = np.sort(np.concatenate([np.broadcast_to(even, (len(near), _EVEN)), near], axis=1), axis=1)
    tried: Floats = np.c_[np.zeros(len(below)), below]
    return tried


def _side_by_side(terms: Terms, events: int, tried: int, most: int) -> _Padded:
    cuts = np.searchsorted(terms.event, np.arange(events * tried + 1))
    event, at = np.divmod(terms.event, tried)
    place = np.arange(len(terms.event)) - cuts[terms.event]
    slope, rest = np.zeros((events, tried, most, 4)), np.zeros((events, tried, most))
    there = np.zeros((events, tried, most), dtype=bool)
    slope[event, at, place], rest[event, at, place], there[event, at, place] = terms.slope, terms.rest_s, True
    return _Padded(slope, rest, there)


def _roots(found: Found, unsure: Unsure) -> Floats:
    """For each event what makes its rests independent, each with error 1: the inverse root of their covariance."""
    events, under = len(found.home), unsure.lesson.under
    terms = terms_of(found, under)
    unknown = unsure.lesson.covariance.copy()
    unknown[[0, 1], [0, 1]] += unsure.common[:2] ** 2
    most = int(np.bincount(terms.event, minlength=events).max(initial=1))
    place = np.arange(len(terms.event)) - np.searchsorted(terms.event, np.arange(events))[terms.event]
    row = np.full((events, most), -1, dtype=np.int64)
    row[terms.event, place] = np.arange(len(terms.event))
    phase = terms.phase[row]
    delay = 2 + 2 * terms.sensor[row] + phase
    late = terms.travel_s - under.ground.delay_s[terms.sensor, terms.phase]
    plain = (late / (1.0 + under.ground.slower[terms.phase]))[row]
    cross = unknown[phase[:, :, None], delay[:, None, :]] * plain[:, :, None]
    shared = unknown[delay[:, :, None], delay[:, None, :]] + cross + cross.transpose(0, 2, 1)
    shared += unknown[phase[:, :, None], phase[:, None, :]] * plain[:, :, None] * plain[:, None, :]
    there = row >= 0
    part = np.where(there, unsure.common[2 + phase] * terms.travel_s[row], 0.0)
    same = phase[:, :, None] == phase[:, None, :]
    shared += np.where(same, part[:, :, None] * part[:, None, :] * alike(terms.travel_s[row]), 0.0)
    shared = np.where(there[:, :, None] & there[:, None, :], shared, 0.0)
    shared[:, np.arange(most), np.arange(most)] += np.where(there, terms.variance[row], 1.0)
    return np.asarray(np.linalg.inv(np.linalg.cholesky(shared)), dtype=np.float64)


def _doubted(found: Found, unsure: Unsure, root: Floats, settings: GroundSettings) -> Floats:
    """What the doubt whether each arrival is the event's own adds to its covariance.

    Leaving one out changes the place by what its own rest and leverage say, without another fit (Cook & Weisberg 1982,
    Residuals and Influence in Regression, ch. 3).
    """
    events, under = len(found.home), unsure.lesson.under
    terms = terms_of(found, under)
    padded = _side_by_side(terms, events, 1, root.shape[1])
    there = padded.there[:, 0]
    slope = root @ (padded.slope[:, 0] * _SCALE)
    rest = root @ padded.rest_s[:, 0, :, None]
    normal = slope.swapaxes(1, 2) @ slope + 1e-9 * np.eye(4)
    normal[:, 3, 3] += (_SCALE[3] / settings.depth_error_m) ** 2
    pull = np.linalg.inv(normal) @ slope.swapaxes(1, 2)
    sharp = root.swapaxes(1, 2) @ (np.eye(root.shape[1]) - slope @ pull)
    own, left = sharp @ root, (sharp @ rest)[..., 0]
    sharpness = np.maximum(np.einsum("eii->ei", own), 1e-6)
    log_heard = 0.5 * np.log(sharpness / (2.0 * np.pi)) - 0.5 * left**2 / sharpness
    odds = np.exp(np.minimum(_log_chance(found, unsure, terms, there) - log_heard, np.log(_MOST_ODDS)))
    weight = np.where(there, odds, 0.0)
    weight /= 1.0 + weight.sum(axis=1, keepdims=True)
    move = pull @ root * _SCALE[:, None]
    doubt: Floats = np.einsum("ei,epi,eqi->epq", weight * ((left / sharpness) ** 2 + 1.0 / sharpness), move, move)
    return doubt


def _log_chance(found: Found, unsure: Unsure, terms: Terms, there: Mask) -> Floats:
    """Log odds of each arrival to be of chance and its wave not heard, before its time is looked at."""
    share = unsure.lesson.under.weigh.share[terms.sensor, terms.phase]
    pick = found.hits[found.hits >= 0]
    out = np.full(there.shape, -np.inf)
    missed: Floats = np.log1p(-share) - np.log(np.maximum(share, 1e-6))
    out[there] = unsure.log_chance[pick] + missed
    return out
