"""What events that stand clear teach of the ground: how slow it is, each sensor's delay, errors, who hears how far.

Slowness and delays are found together with all places, times and depths (joint hypocentre determination: Douglas 1967,
Nature 215, 47-48), each event's own four unknowns taken out of the normal equations first. Normal priors hold what the
events do not tell, so that a sensor heard twice keeps nearly no delay. Then errors of picks and paths are those under
which the rests are most likely, each rest widened by what its own event's fit took from it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize

from truceline.fusion.arrivals.ground.settings import GroundSettings
from truceline.fusion.arrivals.ground.settling import CHANNELS, Found, Under
from truceline.fusion.arrivals.ground.travel import Ground, wave
from truceline.fusion.arrivals.hearing import STEPS, heard_within
from truceline.fusion.arrivals.network import Network
from truceline.fusion.arrivals.picks import Picks
from truceline.fusion.arrivals.settling import Events
from truceline.fusion.compiled import compiled
from truceline.model.columns import Floats, Ints, Mask

_FAR_OUT = 3.0
_PRIOR_EVENTS = 6.0
_LEAST_SHARE, _MOST_SHARE = 0.02, 0.97
_LEAST_ERROR_S, _LEAST_PATH = 0.01, 1e-4
_MOST_PATH = 0.06
_SHRINKING = 30.0


@dataclass(frozen=True)
class Terms:
    """Arrivals of events: whose, sensor, phase, slopes (x, y, time, depth), rest, travel time, variance."""

    event: Ints
    sensor: Ints
    phase: Ints
    slope: Floats
    rest_s: Floats
    travel_s: Floats
    variance: Floats


@dataclass(frozen=True)
class Lesson:
    """The ground as learned, and the covariance of what was learned: slowness of P and S, then delays by sensor."""

    under: Under
    covariance: Floats


@compiled
def _terms(
    state: Floats, hits: Ints, net: Network, picks: Picks, ground: Ground, error_s: Floats, path_error: float,
    number: Ints, told: Floats,
) -> int:  # fmt: skip
    """Write one row for each arrival of each event; an arrival of unsaid phase is what its time is nearer to."""
    many = 0
    for event in range(len(state)):
        x, y, t, z = state[event, 1], state[event, 2], state[event, 3], state[event, 5]
        for pick in hits[event]:
            if pick < 0:
                break
            sensor, said = picks.sensor[pick] // CHANNELS, picks.sensor[pick] % CHANNELS
            east, north = net.x_m[sensor] - x, net.y_m[sensor] - y
            distance = np.sqrt(east * east + north * north) + 1e-3
            phase = said - 1
            if said == 0:
                p_s, _, _ = wave(ground, sensor, 0, distance, z)
                s_s, _, _ = wave(ground, sensor, 1, distance, z)
                phase = 0 if abs(picks.time_s[pick] - t - p_s) <= abs(picks.time_s[pick] - t - s_s) else 1
            travel, along, down = wave(ground, sensor, phase, distance, z)
            number[many, 0], number[many, 1], number[many, 2] = event, sensor, phase
            told[many, 0], told[many, 1] = -along * east / distance, -along * north / distance
            told[many, 2], told[many, 3] = 1.0, down
            told[many, 4], told[many, 5] = picks.time_s[pick] - t - travel, travel
            told[many, 6] = error_s[phase] ** 2 + (path_error * travel) ** 2
            many += 1
    return many


def terms_of(found: Found, under: Under) -> Terms:
    """The arrivals of events as the ground now foretells them."""
    rows = int((found.hits >= 0).sum())
    number, told = np.empty((rows, 3), np.int64), np.empty((rows, 7))
    weigh = under.weigh
    _terms(found.state, found.hits, under.net, under.picks, under.ground, weigh.error_s, weigh.path_error, number, told)
    return Terms(number[:, 0], number[:, 1], number[:, 2], told[:, :4], told[:, 4], told[:, 5], told[:, 6])


def own_covariance(terms: Terms, weight: Floats, events: int, depth_weight: float) -> Floats:
    """Covariance of each event's own four unknowns."""
    normal = np.zeros((events, 4, 4))
    np.add.at(normal, terms.event, weight[:, None, None] * terms.slope[:, :, None] * terms.slope[:, None, :])
    normal[:, 3, 3] += depth_weight
    scale = 1.0 / np.sqrt(np.maximum(np.einsum("eii->ei", normal), 1e-300))
    scaled = normal * scale[:, :, None] * scale[:, None, :] + 1e-9 * np.eye(4)
    back: Floats = np.linalg.inv(scaled) * scale[:, :, None] * scale[:, None, :]
    return back


def design(terms: Terms, ground: Ground) -> Floats:
    """How each foretold moment changes with what is learned: slowness of P and S, and every sensor's two delays."""
    rows, sensors = len(terms.event), len(ground.delay_s)
    out = np.zeros((rows, 2 + 2 * sensors))
    at = np.arange(rows)
    plain = (terms.travel_s - ground.delay_s[terms.sensor, terms.phase]) / (1.0 + ground.slower[terms.phase])
    out[at, terms.phase] = plain
    out[at, 2 + 2 * terms.sensor + terms.phase] = 1.0
    return out


def ground_taught(found: Found, under: Under, settings: GroundSettings) -> tuple[Ground, Floats]:
    """The ground in which the events fit best, and the covariance of slowness and delays."""
    ground, events = under.ground, len(found.home)
    terms = terms_of(found, under)
    sharp = np.abs(terms.rest_s) / np.sqrt(terms.variance)
    weight = 1.0 / terms.variance * np.minimum(1.0, 1.5 / np.maximum(sharp, 1e-9))
    depth_weight = 1.0 / settings.depth_error_m**2
    own = own_covariance(terms, weight, events, depth_weight)
    change = design(terms, ground)
    known = np.r_[ground.slower, ground.delay_s.ravel()]
    error = np.r_[np.full(2, settings.slower_error), np.tile(settings.delay_error_s, len(ground.delay_s))]
    # Errors of paths are shared by events that lie together, so many events do not speak as loud as their number.
    share = _SHRINKING / (_SHRINKING + np.median(np.bincount(terms.event, minlength=events))) if events > 400 else 1.0
    normal, right = np.diag(1.0 / error**2), -known / error**2
    pull = np.zeros((events, 4))
    np.add.at(pull, terms.event, (weight * terms.rest_s)[:, None] * terms.slope)
    pull[:, 3] += (settings.depth_m - found.state[:, 5]) * depth_weight
    cuts = np.searchsorted(terms.event, np.arange(events + 1))
    for event in range(events):
        rows = slice(cuts[event], cuts[event + 1])
        used = np.flatnonzero(change[rows].any(axis=0))
        part = change[rows][:, used] * weight[rows, None]
        cross = part.T @ terms.slope[rows]
        normal[np.ix_(used, used)] += share * (part.T @ change[rows][:, used] - cross @ own[event] @ cross.T)
        right[used] += share * (part.T @ terms.rest_s[rows] - cross @ own[event] @ pull[event])
    covariance = np.linalg.inv(normal)
    learned = known + covariance @ right
    slower = np.clip(learned[:2], -0.4, 0.4)
    return ground._replace(slower=slower, delay_s=learned[2:].reshape(-1, 2).copy()), covariance


def errors_taught(found: Found, under: Under, settings: GroundSettings) -> tuple[Floats, float]:
    """Errors of picks of P and S (s) and of paths (part of the travel time) under which the rests are most likely."""
    terms = terms_of(found, under)
    own = own_covariance(terms, 1.0 / terms.variance, len(found.home), 1.0 / settings.depth_error_m**2)
    lever = np.einsum("ri,rij,rj->r", terms.slope, own[terms.event], terms.slope) / terms.variance
    rest = terms.rest_s**2 / np.maximum(1.0 - lever, 0.1)
    travel = terms.travel_s**2
    weight = np.ones(len(rest))

    def unlikely(log_error: Floats) -> float:
        error = np.exp(np.clip(log_error, -12.0, 2.0))
        variance = error[terms.phase] ** 2 + error[2] ** 2 * travel + 1e-12
        return float((weight * (np.log(variance) + np.minimum(rest / variance, _FAR_OUT**2))).sum() / len(rest))

    now = np.log(np.r_[under.weigh.error_s, max(under.weigh.path_error, 1e-3)])
    best = np.exp(minimize(unlikely, now, method="Nelder-Mead", options={"xatol": 0.01, "fatol": 1e-5}).x)
    for phase in range(2):
        if not (terms.phase == phase).any():
            best[phase] = under.weigh.error_s[phase]
    return np.maximum(best[:2], _LEAST_ERROR_S), float(np.clip(best[2], _LEAST_PATH, _MOST_PATH))


def shares_taught(found: Found, under: Under) -> Floats:
    """Share of events in reach that each sensor hears, P and S; 0 where it never tells of the phase."""
    net = under.net
    sensors = len(net.x_m)
    tells = tells_of(under.picks, sensors)
    terms = terms_of(found, under)
    heard = np.zeros((len(found.home), sensors, 2), dtype=bool)
    heard[terms.event, terms.sensor, terms.phase] = True
    away = np.hypot(net.x_m - found.state[:, 1:2], net.y_m - found.state[:, 2:3])
    far = np.where(heard.any(axis=2), away, 0.0).max(axis=1, initial=0.0)
    there = (found.state[:, 3:4] >= net.since_s) & (found.state[:, 3:4] < net.until_s)
    near = (away < far[:, None] - 1e-3) & there
    every = near.sum(axis=0)
    count = (heard & near[:, :, None]).sum(axis=0)
    share = np.empty((sensors, 2))
    for phase in range(2):
        told = tells[:, phase]
        mean = (count[told, phase].sum() + 1.0) / (every[told].sum() + 2.0) if told.any() else 0.5
        share[:, phase] = (count[:, phase] + _PRIOR_EVENTS * mean) / (every + _PRIOR_EVENTS)
    return np.where(tells, np.clip(share, _LEAST_SHARE, _MOST_SHARE), 0.0)


def tells_of(picks: Picks, sensors: int) -> Mask:
    """Whether each sensor ever tells of P and of S (or leaves the phase unsaid)."""
    some = (picks.begin[:, -1] > picks.begin[:, 0]).reshape(sensors, CHANNELS)
    return some[:, 1:] | some[:, :1]


def hearing_taught(found: Found, under: Under) -> tuple[Floats, float]:
    """Share of events heard no farther than each step of the reach, and how far the farthest are heard (m)."""
    weigh = under.weigh
    either = 1.0 - (1.0 - weigh.share[:, 0]) * (1.0 - weigh.share[:, 1])
    share = float(np.clip(either[either > 0].mean(), 0.05, 0.98)) if (either > 0).any() else 0.5
    events = Events(found.state, found.home, found.hits, np.ascontiguousarray(found.cov[:, :3, :3]))
    picks = under.picks._replace(sensor=under.picks.sensor // CHANNELS)
    _, farthest_m = heard_within(events, under.net, picks, weigh.reach_m, share)
    within, _ = heard_within(events, under.net, picks, farthest_m, share)
    return within, farthest_m


def taught(found: Found, under: Under, settings: GroundSettings, *, errors: bool, reach: bool) -> Lesson:
    """Ground, errors, shares and reach, as the events tell."""
    ground, covariance = ground_taught(found, under, settings)
    under = replace(under, ground=ground)
    if errors:
        error_s, path_error = errors_taught(found, under, settings)
        under = replace(under, weigh=under.weigh._replace(error_s=error_s, path_error=path_error))
    under = replace(under, weigh=under.weigh._replace(share=shares_taught(found, under)))
    if reach:
        within, farthest_m = hearing_taught(found, under)
        under = replace(under, weigh=under.weigh._replace(heard_within=within, reach_m=farthest_m))
    return Lesson(under, covariance)


def even_hearing() -> Floats:
    """Nothing known: every distance within reach alike."""
    return np.linspace(0.0, 1.0, STEPS + 1)
