"""Made-up lines and positions, and the slow way of measuring that the kernel is held against."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from truceline.model.geodesy import WGS84

Floats = NDArray[np.float64]

PLACES = st.sampled_from([(37.0, 48.0), (-179.9, 10.0), (12.0, -33.0), (25.0, 69.0), (-60.0, 0.0)])


def winding(number: int, *, seed: int = 1, length_deg: float = 4.0) -> Floats:
    """A line of contact: from west to east with bends, and jitter of some two hundred metres at every corner."""
    chance = np.random.default_rng(seed)
    along = np.linspace(0.0, 1.0, number)
    jitter = chance.normal(0.0, 0.001, number)
    return np.column_stack((37.0 + length_deg * along, 47.0 + 2.0 * along + 0.2 * np.sin(20.0 * along) + jitter))


def around(line: Floats, number: int, *, seed: int = 2, far_deg: float = 1.8) -> tuple[Floats, Floats]:
    """Positions about a line: some within metres of it, some far away."""
    chance = np.random.default_rng(seed)
    corner = line[chance.integers(0, len(line), number)]
    away = 10.0 ** chance.uniform(-5.0, np.log10(far_deg), number)
    turn = chance.uniform(0.0, 2.0 * np.pi, number)
    return corner[:, 0] + away * np.cos(turn), corner[:, 1] + away * np.sin(turn)


@st.composite
def lines(draw: st.DrawFn, *, most: int = 9) -> Floats:
    """A line of a few corners within some degrees of a place anywhere on the globe, not cut at the date line."""
    lon, lat = draw(PLACES)
    steps = st.tuples(st.floats(-0.8, 0.8), st.floats(-0.5, 0.5))
    path = np.cumsum(draw(st.lists(steps, min_size=1, max_size=most)), axis=0)
    line = np.vstack(([[lon, lat]], path + np.array([lon, lat])))
    return line[np.append(True, np.abs(np.diff(line, axis=0)).max(axis=1) > 1e-4)]


def slow_distance_m(lon: float, lat: float, line: Floats) -> float:
    """The shortest of thousands of geodesics to a line straight in degrees, finer and finer around the best."""
    edge, low, high = np.arange(len(line) - 1), np.zeros(len(line) - 1), np.ones(len(line) - 1)
    best = np.inf
    for number in (max(5, 3_000 // len(edge)), 80, 80, 80, 80):
        share = low[:, None] + np.linspace(0.0, 1.0, number) * (high - low)[:, None]
        at = line[edge][:, None] + share[:, :, None] * (line[edge + 1] - line[edge])[:, None]
        away = _geodesic(lon, lat, at.reshape(-1, 2)).reshape(share.shape)
        best = min(best, float(away.min()))
        keep = np.argsort(away.min(axis=1))[:40]
        middle, half = share[keep, away[keep].argmin(axis=1)], ((high - low) / number)[keep]
        edge, low, high = edge[keep], np.clip(middle - 2.0 * half, 0.0, 1.0), np.clip(middle + 2.0 * half, 0.0, 1.0)
    return best


def _geodesic(lon: float, lat: float, to: Floats) -> Floats:
    metres: Any = WGS84.inv(np.full(len(to), lon), np.full(len(to), lat), to[:, 0], to[:, 1])[2]
    return np.asarray(metres)


def error_bound_m(metres: Floats) -> Floats:
    """The bound that the kernel's docstring gives."""
    bound: Floats = 0.02 + 1.4e-17 * metres**3
    return bound
