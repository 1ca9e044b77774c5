"""Speed of sound and wind, found from the events themselves.

Every event with more arrivals than its own place and time need says something of the air between it and its hearers.
What it says, after its place and time are fitted away, is a quadratic in speed and wind (:func:`air_terms`).
Together they give the air that is the same everywhere; :mod:`changing_air` tells how it differs from that over time
and place.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from truceline.fusion.arrivals.air import Air, slant, still_air
from truceline.fusion.arrivals.network import Network
from truceline.fusion.arrivals.picks import Picks
from truceline.fusion.arrivals.settings import LocateSettings
from truceline.fusion.arrivals.settling import Events
from truceline.fusion.arrivals.starting import inverse
from truceline.fusion.compiled import compiled
from truceline.model.columns import Floats, Ints, Mask

FEWEST = 6
"""Arrivals an event needs to speak of the air."""

_HUBER = 1.5
_LEAST_PICK_ERROR_S = 1e-4
_POOR_FIT = 3.0
_SAME_PLACE_M = 50.0
_MOST_PAIRS = 20_000
_WINDS = (1 / 24, 1 / 12, 1 / 6, 1 / 3, 1.0)
"""Strengths of wind weighed against each other, as shares of the strongest."""


@dataclass(frozen=True)
class AirTerms:
    """What events say of the air.

    Per event a 3 × 3 matrix and a vector over speed and wind east and north, the squared rest and the freedom.

    ``lever`` (events, 3, 3) tells how place and time follow when the air is changed by one m/s in each of the three;
    ``left_s`` is what each arrival's time leaves unexplained (NaN beyond the last).
    """

    matrix: Floats
    vector: Floats
    rest: Floats
    freedom: Floats
    lever: Floats
    left_s: Floats


@compiled
def _terms(
    events: Events, air: Air, net: Network, picks: Picks, error_s: float,
    matrix: Floats, vector: Floats, rest_sum: Floats, freedom: Floats, lever: Floats, left_s: Floats,
) -> None:  # fmt: skip
    for event in range(len(events.home)):
        many = 0
        while many < events.hits.shape[1] and events.hits[event, many] >= 0:
            many += 1
        if many < 4:
            continue
        x, y, t = events.state[event, 1], events.state[event, 2], events.state[event, 3]
        place, medium, rest = np.empty((many, 3)), np.empty((many, 3)), np.empty(many)
        for i in range(many):
            sensor = picks.sensor[events.hits[event, i]]
            above = net.z_m[sensor] - net.ground_m[events.home[event]]
            along_x, along_y, distance, effective = slant(air, x, y, t, net.x_m[sensor], net.y_m[sensor], above)
            slower = -distance / (effective * effective)
            left = picks.time_s[events.hits[event, i]] - t - distance / effective
            weight = math.sqrt(min(1.0, _HUBER * error_s / max(abs(left), 1e-12)))
            place[i, 0], place[i, 1], place[i, 2] = -along_x / effective * weight, -along_y / effective * weight, weight
            medium[i, 0], medium[i, 1], medium[i, 2] = (
                slower * weight,
                slower * along_x * weight,
                slower * along_y * weight,
            )
            rest[i] = left * weight
            left_s[event, i] = left
        normal, back = place.T @ place, np.empty((3, 3))
        if inverse(normal, back) == 0.0:
            continue
        follow = back @ (place.T @ medium)
        moved = back @ (place.T @ rest)
        for i in range(3):
            for j in range(3):
                lever[event, i, j] = -follow[i, j]
        left_medium = medium - place @ follow
        left_rest = rest - place @ moved
        for i in range(3):
            total = 0.0
            for k in range(many):
                total += left_medium[k, i] * left_rest[k]
            vector[event, i] = total
            for j in range(3):
                total = 0.0
                for k in range(many):
                    total += left_medium[k, i] * left_medium[k, j]
                matrix[event, i, j] = total
        total = 0.0
        for k in range(many):
            total += left_rest[k] * left_rest[k]
        rest_sum[event], freedom[event] = total, many - 3


def air_terms(events: Events, air: Air, net: Network, picks: Picks, error_s: float) -> AirTerms:
    """What each event says of how the air differs from the one given."""
    rows = len(events.home)
    terms = AirTerms(
        np.zeros((rows, 3, 3)), np.zeros((rows, 3)), np.zeros(rows), np.zeros(rows), np.zeros((rows, 3, 3)),
        np.full(events.hits.shape, np.nan),
    )  # fmt: skip
    _terms(
        events, air, net, picks, error_s, terms.matrix, terms.vector, terms.rest, terms.freedom, terms.lever,
        terms.left_s,
    )  # fmt: skip
    return terms


def fair(terms: AirTerms) -> Mask:
    """Events with six arrivals or more whose own fit is no worse than three times the middle one."""
    spoken = terms.freedom >= FEWEST - 3
    if not spoken.any():
        return spoken
    error = np.sqrt(terms.rest / np.maximum(terms.freedom, 1.0))
    return np.asarray(spoken & (error < _POOR_FIT * np.median(error[spoken])))


def pick_error(terms: AirTerms, use: Mask) -> float:
    """Standard error of a picked time (s), that of its path in it: the middle of the events' own.

    So a few poor ones do not count.
    """
    freedom = terms.freedom[use]
    # The middle of a chi-square variable over its freedom lies a little under one (Wilson & Hilferty 1931).
    middle = np.median((1.0 - 2.0 / (9.0 * freedom)) ** 3)
    # One air for all takes three freedoms away: much of what one event has, nothing of what a thousand have.
    left = max(float(freedom.sum()) - 3.0, 3.0) / float(freedom.sum())
    return max(float(np.sqrt(np.median(terms.rest[use] / freedom) / middle / min(left, 1.0))), _LEAST_PICK_ERROR_S)


def same_air(terms: AirTerms, use: Mask, air: Air, error_s: float, settings: LocateSettings) -> tuple[Air, Floats]:
    """One air for all: speed and wind, and their covariance (m²/s²).

    How windy it is nobody knows beforehand: several strengths of wind are weighed by the evidence, so that few events
    that say little of the wind are not read as a wind.
    """
    mean = np.array([settings.speed_mps, 0.0, 0.0])
    matrix = terms.matrix[use].sum(axis=0) / error_s**2
    vector = terms.vector[use].sum(axis=0) / error_s**2 + matrix @ (air.node[0, 0, 0] - mean)
    steps, covariances, evidence = [], [], []
    for strength in _WINDS:
        wind = settings.wind_error_mps * strength
        prior = 1.0 / np.array([settings.speed_mps * settings.speed_error, wind, wind]) ** 2
        covariance = np.linalg.inv(matrix + np.diag(prior))
        steps.append(covariance @ vector)
        covariances.append(covariance)
        evidence.append(0.5 * (vector @ steps[-1] + np.linalg.slogdet(covariance)[1] + np.log(prior).sum()))
    weight = np.exp(np.array(evidence) - max(evidence))
    weight /= weight.sum()
    step = weight @ np.array(steps)
    apart = np.array(steps) - step
    whole = np.einsum("k,kij->ij", weight, np.array(covariances)) + np.einsum("k,ki,kj->ij", weight, apart, apart)
    return still_air(*(mean + step)), whole


@compiled
def _repeats(pairs: Ints, hits: Ints, left_s: Floats, picks: Picks) -> tuple[float, float]:
    """Over pairs of events and sensors that heard both: sums of the rests' products and of their mean squares."""
    held = np.full(picks.begin.shape[0], -1, dtype=np.int64)
    both, own = 0.0, 0.0
    for pair in range(len(pairs)):
        one, other = pairs[pair, 0], pairs[pair, 1]
        for i in range(hits.shape[1]):
            if hits[one, i] < 0:
                break
            held[picks.sensor[hits[one, i]]] = i
        for i in range(hits.shape[1]):
            if hits[other, i] < 0:
                break
            here = held[picks.sensor[hits[other, i]]]
            if here >= 0:
                left, again = left_s[one, here], left_s[other, i]
                both += left * again
                own += 0.5 * (left * left + again * again)
        for i in range(hits.shape[1]):
            if hits[one, i] < 0:
                break
            held[picks.sensor[hits[one, i]]] = -1
    return both, own


def worth(terms: AirTerms, use: Mask, events: Events, picks: Picks) -> Floats:
    """What each event counts: nothing if it is not to be used, less than one where many events are at one place.

    Sound from one place to one sensor goes around the same houses and hills each time. How much of the rest repeats is
    learned from pairs of events at one place; ``n`` events then speak like ``n / (1 + (n - 1) repeated)``.
    """
    rows = np.flatnonzero(use)
    place = events.state[rows, 1:3]
    tree = cKDTree(place)
    many = np.asarray(tree.query_ball_point(place, _SAME_PLACE_M, return_length=True), dtype=np.float64)
    pairs = tree.query_pairs(_SAME_PLACE_M, output_type="ndarray")[:_MOST_PAIRS]
    both, own = _repeats(rows[pairs], events.hits, terms.left_s, picks)
    repeated = min(max(both / own, 0.0), 1.0) if own > 0 else 0.0
    share = np.zeros(len(use))
    share[rows] = 1.0 / (1.0 + (many - 1.0) * repeated)
    return share


def shared_out(terms: AirTerms, use: Mask, events: Events, picks: Picks) -> AirTerms:
    """The terms with events at one place counted as what they are together :func:`worth`."""
    share = np.where(use, worth(terms, use, events, picks), 1.0)
    return replace(terms, matrix=terms.matrix * share[:, None, None], vector=terms.vector * share[:, None])
