"""How far a far source is: ranges are as sure as one over the range is, and no farther than anything is heard.

The question: what spread of places belongs to an event far outside its hearers? The curvature of its front tells one
over the range, with a normal error; the range itself then is skewed, and a covariance taken at the range that fits
best says too little of what lies beyond. In: covariances of events over x, y (m) and time (s). Out: the same with the
spread along the range as the second moment, about the place told, of

    p(R) ~ R exp(-(1/R - 1/R0)^2 / 2 s^2),  R up to the reach,

where ``s`` is the error of one over the range, and R counts that there is more ground farther out. The time goes along
with the range, a travel time per metre. Source of the form: Bar-Shalom, Li & Kirubarajan 2001, Estimation with
Applications to Tracking and Navigation, ch. 1.4 (moments of a transformed normal).
"""

from __future__ import annotations

import numpy as np

from truceline.fusion.arrivals.settling import Events, World
from truceline.model.columns import Floats

FAR = 2.5
"""Times the spread of its hearers beyond which an event lies far outside them."""
_STEPS = 400


def with_far_ranges(events: Events, covariance: Floats, world: World) -> Floats:
    """The covariances, those of far events with the spread that their ranges have."""
    heard = events.hits >= 0
    sensor = np.where(heard, world.picks.sensor[events.hits], 0) if len(events.home) else np.zeros((0, 1), np.int64)
    many = np.maximum(heard.sum(axis=1), 1)
    to_x, to_y = (
        np.where(heard, place[sensor] - events.state[:, column, None], 0.0)
        for place, column in ((world.net.x_m, 1), (world.net.y_m, 2))
    )
    middle = np.c_[to_x.sum(axis=1), to_y.sum(axis=1)] / many[:, None]
    range_m = np.hypot(*middle.T)
    spread_m = np.sqrt(np.maximum((to_x**2 + to_y**2).sum(axis=1) / many - range_m**2, 0.0))
    out = covariance.copy()
    speed_mps = float(world.air.node[..., 0].mean())
    for row in np.flatnonzero((range_m > FAR * spread_m) & (range_m > 0) & (range_m < world.search.reach_m)).tolist():
        along = np.r_[-middle[row] / range_m[row], 0.0]
        error_m = float(np.sqrt(along @ covariance[row] @ along))
        if np.isfinite(error_m) and error_m > 0:
            spread = range_spread_m(float(range_m[row]), error_m, world.search.reach_m)
            # Never narrower, also where the ellipse reaches farther than anything is heard: the bearing goes with it.
            wider = max(spread / error_m, 1.0)
            turned = np.eye(3) + (wider - 1.0) * np.outer(along - np.r_[0.0, 0.0, 1.0 / speed_mps], along)
            out[row] = turned @ covariance[row] @ turned.T
    return out


def range_spread_m(range_m: float, error_m: float, reach_m: float) -> float:
    """Root of the mean square by which ranges differ from the one told (m), its error taken to be that of one over it.

    >>> round(range_spread_m(5000.0, 50.0, 20_000.0)), round(range_spread_m(5000.0, 1e9, 20_000.0))
    (50, 9574)
    """
    steps = (np.arange(_STEPS) + 0.5) / _STEPS
    closeness = error_m / range_m**2
    # Steps lie where the weight is: about the range where it is sharp, else over all of the ground up to the reach.
    low = max(1.0 / (1.0 / range_m + 6.0 * closeness), reach_m * 1e-6)
    high = min(1.0 / max(1.0 / range_m - 6.0 * closeness, 1.0 / reach_m), reach_m)
    ranges = low + (high - low) * steps
    weight = ranges * np.exp(-0.5 * ((1.0 / ranges - 1.0 / range_m) / closeness) ** 2)
    return float(np.sqrt((weight * (ranges - range_m) ** 2).sum() / weight.sum()))
