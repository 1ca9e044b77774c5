"""When the first P or S wave of a source in flat layers reaches the surface, exactly.

Question: source depth and distances in, travel time out (s), with its change per metre of distance (the ray parameter)
and per metre of depth. The first wave is the direct one, refracted at each layer it rises through, or one that ran
along the top of a deeper, faster layer (head wave): Shearer 2009, Introduction to Seismology, 2nd ed., ch. 4. Waves
reflected from below are never first.
"""

from __future__ import annotations

import numpy as np

from truceline.model.columns import Floats

_HALVINGS = 60


def first_waves(top_m: Floats, speed_mps: Floats, depth_m: float, distance_m: Floats) -> tuple[Floats, Floats, Floats]:
    """Travel time (s) and its change per metre of distance and of depth, for a source at a depth.

    >>> time, _, _ = first_waves(np.array([0.0]), np.array([5000.0]), 3000.0, np.array([0.0, 4000.0]))
    >>> time.tolist()
    [0.6, 1.0]
    """
    time, along, down = _direct(top_m, speed_mps, depth_m, distance_m)
    source = int(np.searchsorted(top_m, depth_m, side="right")) - 1
    for under in range(1, len(top_m)):
        if top_m[under] < depth_m or speed_mps[under] <= speed_mps[:under].max():
            continue
        slow = 1.0 / speed_mps[under]
        upright = np.sqrt(1.0 / speed_mps[:under] ** 2 - slow**2)
        thick = np.diff(top_m[: under + 1])
        below = np.clip(top_m[1 : under + 1] - depth_m, 0.0, thick)
        head = distance_m * slow + float(((thick + below) * upright).sum())
        reached = distance_m >= float(((thick + below) * slow / upright).sum())
        sooner = reached & (head < time)
        time, along = np.where(sooner, head, time), np.where(sooner, slow, along)
        at_source = -upright[source] if source < under else 0.0
        down = np.where(sooner, at_source, down)
    return time, along, down


def _direct(top_m: Floats, speed_mps: Floats, depth_m: float, distance_m: Floats) -> tuple[Floats, Floats, Floats]:
    """The wave that rises from the source: sought by how far it runs sideways in the fastest layer it crosses."""
    thick = np.clip(depth_m - top_m, 0.0, np.diff(np.r_[top_m, np.inf]))
    crossed = thick > 0
    if not crossed.any():
        slow = np.full(len(distance_m), 1.0 / speed_mps[0])
        return distance_m * slow, slow, np.zeros(len(distance_m))
    thick, speed = thick[crossed], speed_mps[crossed]
    fastest = int(np.argmax(speed))
    low, high = np.zeros(len(distance_m)), distance_m.astype(float)
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        slow = middle / (speed[fastest] * np.hypot(middle, thick[fastest]))
        sine = slow[:, None] * speed
        sideways = sine / np.sqrt(np.maximum(1.0 - sine**2, 1e-30)) * thick
        sideways[:, fastest] = middle
        far = sideways.sum(axis=1) > distance_m
        high, low = np.where(far, middle, high), np.where(far, low, middle)
    slow = low / (speed[fastest] * np.hypot(low, thick[fastest]))
    upright = np.sqrt(np.maximum(1.0 / speed**2 - (slow**2)[:, None], 0.0))
    return slow * distance_m + upright @ thick, slow, upright[:, -1]
