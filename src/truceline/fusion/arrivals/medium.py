"""Speed of sound and wind, found from the events themselves.

Every event with more arrivals than its own place and time need says something of the air between it and its hearers.
What it says, after its place and time are fitted away, is a quadratic in speed and wind (:func:`air_terms`).
Together they give the air: one and the same everywhere where nothing speaks for more, else on nodes in time and
place, a Gaussian process around the mean. Which of several degrees of change is right is decided by the evidence
(marginal likelihood: Rasmussen & Williams 2006, Gaussian Processes for Machine Learning, ch. 5).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from truceline.fusion.arrivals.air import Air, air_at, still_air
from truceline.fusion.arrivals.network import Network
from truceline.fusion.arrivals.picks import Picks
from truceline.fusion.arrivals.settings import LocateSettings
from truceline.fusion.arrivals.settling import Events, World
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
_NODE_S = 5400.0
_NODE_M = 25_000.0
_MOST_NODES = 200
_CHANGES = (0.3, 1.0, 3.0)
"""Changes of wind (standard deviation, m/s) over place and time that are weighed against each other and none."""

_CHANGE_SHARES = np.array([0.3, 1.0, 1.0])
"""Of the speed of sound (through the temperature) and of the wind to the east and north."""


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
        speed, wind_x, wind_y = air_at(air, x, y, t)
        place, medium, rest = np.empty((many, 3)), np.empty((many, 3)), np.empty(many)
        for i in range(many):
            sensor = picks.sensor[events.hits[event, i]]
            east, north = net.x_m[sensor] - x, net.y_m[sensor] - y
            above = net.z_m[sensor] - net.ground_m[events.home[event]]
            distance = math.sqrt(east * east + north * north + above * above) + 1e-6
            along_x, along_y = east / distance, north / distance
            effective = speed + along_x * wind_x + along_y * wind_y
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


def shared_out(terms: AirTerms, use: Mask, events: Events, picks: Picks) -> AirTerms:
    """The terms with events at one place counted as what they are together worth.

    Sound from one place to one sensor goes around the same houses and hills each time. How much of the rest repeats is
    learned from pairs of events at one place; ``n`` events then speak like ``n / (1 + (n - 1) repeated)``.
    """
    rows = np.flatnonzero(use)
    place = events.state[rows, 1:3]
    tree = cKDTree(place)
    many = np.asarray(tree.query_ball_point(place, _SAME_PLACE_M, return_length=True), dtype=np.float64)
    pairs = tree.query_pairs(_SAME_PLACE_M, output_type="ndarray")[:_MOST_PAIRS]
    both, own = 0.0, 0.0
    for one, other in rows[pairs]:
        hits, others = events.hits[one], events.hits[other]
        _, here, there = np.intersect1d(
            picks.sensor[hits[hits >= 0]], picks.sensor[others[others >= 0]], return_indices=True
        )
        left, again = terms.left_s[one, here], terms.left_s[other, there]
        both += float(left @ again)
        own += 0.5 * float(left @ left + again @ again)
    repeated = min(max(both / own, 0.0), 1.0) if own > 0 else 0.0
    share = np.ones(len(use))
    share[rows] = 1.0 / (1.0 + (many - 1.0) * repeated)
    return replace(terms, matrix=terms.matrix * share[:, None, None], vector=terms.vector * share[:, None])


def varying_air(
    terms: AirTerms, use: Mask, events: Events, world: World, spread_s: tuple[float, float]
) -> tuple[Air, Floats, float]:
    """The air on nodes, its error at each (m/s, three values), and the degree of change (m/s) the evidence prefers."""
    air, error_s = world.air, world.search.pick_error_s
    mean = air.node.reshape(-1, 3).mean(axis=0)
    grid = _grid(spread_s, world.net)
    shape = (len(grid[0]), len(grid[1]), len(grid[2]))
    nodes = shape[0] * shape[1] * shape[2]
    state = events.state[use]
    weights = _weights(grid, state[:, 3], state[:, 1], state[:, 2])
    matrix, vector = terms.matrix[use] / error_s**2, terms.vector[use] / error_s**2
    # Terms speak of changes from the air used so far; turn them to changes from the mean.
    now = np.empty((len(state), 3))
    _air_where(air, state, now)
    vector = vector + np.einsum("eij,ej->ei", matrix, now - mean)
    blocks = np.zeros((nodes, 3, nodes, 3))
    for i in range(3):
        for j in range(3):
            blocks[:, i, :, j] = (weights.T @ weights.multiply(matrix[:, i, j][:, None])).toarray()
    normal = blocks.reshape(3 * nodes, 3 * nodes)
    right = np.asarray(weights.T @ vector).reshape(-1)
    likeness = _likeness(grid)
    unlikeness, log_likeness = np.linalg.inv(likeness), float(np.linalg.slogdet(likeness)[1])
    best, kept = 0.0, (np.zeros((nodes, 3)), np.zeros((nodes, 3)), 0.0)
    for change in _CHANGES:
        variance = (_CHANGE_SHARES * change) ** 2
        factor = cho_factor(normal + np.kron(unlikeness, np.diag(1.0 / variance)))
        found = cho_solve(factor, right)
        log_posterior = 2.0 * float(np.log(np.diag(factor[0])).sum())
        log_prior = 3.0 * log_likeness + nodes * float(np.log(variance).sum())
        evidence = 0.5 * float(right @ found) - 0.5 * (log_posterior + log_prior)
        if evidence > best:
            error = np.sqrt(np.diag(cho_solve(factor, np.eye(3 * nodes))))
            best, kept = evidence, (found.reshape(nodes, 3), error.reshape(nodes, 3), change)
    if best <= 0.0:
        return air, np.zeros((1, 1, 1, 3)), 0.0
    steps = [float(axis[1] - axis[0]) if len(axis) > 1 else 1.0 for axis in grid]
    node = (mean + kept[0]).reshape(*shape, 3)
    changed = Air(node, float(grid[0][0]), steps[0], float(grid[1][0]), steps[1], float(grid[2][0]), steps[2])
    return changed, kept[1].reshape(*shape, 3), kept[2]


@compiled
def _air_where(air: Air, state: Floats, out: Floats) -> None:
    for row in range(len(state)):
        out[row, 0], out[row, 1], out[row, 2] = air_at(air, state[row, 1], state[row, 2], state[row, 3])


def _grid(spread_s: tuple[float, float], net: Network) -> tuple[Floats, Floats, Floats]:
    spans = (
        (spread_s[0], spread_s[1], _NODE_S),
        *((float(axis.min()), float(axis.max()), _NODE_M) for axis in (net.x_m, net.y_m)),
    )
    counts = [
        max(1, math.ceil((end - begin) / step) + 1) if end - begin > 0.5 * step else 1 for begin, end, step in spans
    ]
    while counts[0] * counts[1] * counts[2] > _MOST_NODES:
        widest = int(np.argmax(counts))
        counts[widest] = max(1, counts[widest] - max(1, counts[widest] // 10))
    axes = [
        np.linspace(begin, end, count) if count > 1 else np.array([(begin + end) / 2])
        for (begin, end, _), count in zip(spans, counts, strict=True)
    ]
    return axes[0], axes[1], axes[2]


def _likeness(grid: tuple[Floats, Floats, Floats]) -> Floats:
    """How alike the air is at two nodes: falls by e^-1/2 over two hours' or 40 km' distance."""
    t, x, y = np.meshgrid(*grid, indexing="ij")
    points = np.c_[t.ravel() / 7200.0, x.ravel() / 40_000.0, y.ravel() / 40_000.0]
    apart = ((points[:, None, :] - points[None, :, :]) ** 2).sum(axis=2)
    alike: Floats = np.exp(-0.5 * apart) + 1e-6 * np.eye(len(points))
    return alike


def _weights(grid: tuple[Floats, Floats, Floats], time_s: Floats, x_m: Floats, y_m: Floats) -> csr_array:
    """Share of each node in the interpolated air at places and times, shape (places, nodes), eight at most in a row."""
    rows = np.arange(len(time_s))
    corners: list[tuple[tuple[Ints, Floats], ...]] = []
    for axis, value in zip(grid, (time_s, x_m, y_m), strict=True):
        if len(axis) == 1:
            corners.append(((np.zeros(len(value), np.int64), np.ones(len(value))),))
            continue
        at = np.clip((value - axis[0]) / (axis[1] - axis[0]), 0.0, len(axis) - 1.0)
        low = np.minimum(at.astype(np.int64), len(axis) - 2)
        corners.append(((low, 1.0 - (at - low)), (low + 1, at - low)))
    nodes = len(grid[0]) * len(grid[1]) * len(grid[2])
    parts = [
        (rows, (t * len(grid[1]) + x) * len(grid[2]) + y, of_t * of_x * of_y)
        for (t, of_t), (x, of_x), (y, of_y) in product(*corners)
    ]
    row, column, share = (np.concatenate(column) for column in zip(*parts, strict=True))
    return csr_array((share, (row, column)), shape=(len(rows), nodes))
