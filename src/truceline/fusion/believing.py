"""What was learned of a source laid on what it states: how exact its places are, and when it puts what it tells of."""

from __future__ import annotations

import math

from truceline.model import SourceManner, Spread


def usual_spread(x_m: float, y_m: float, stated_m2: tuple[float, float, float], manner: SourceManner) -> Spread:
    """A place with what was stated of its error, as far as its source is to be believed, or with its usual one."""
    if math.isfinite(stated_m2[0]):
        factor, further = manner.stretch**2, manner.extra_m**2
        xx, xy, yy = (factor * one for one in stated_m2)
        return Spread(x_m, y_m, xx + further, xy, yy + further)
    return Spread(x_m, y_m, manner.error_m**2, 0.0, manner.error_m**2)


def believed(stated: Spread, manner: SourceManner) -> Spread:
    """A stated place as far as its source is to be believed."""
    return usual_spread(stated.x_m, stated.y_m, (stated.xx_m2, stated.xy_m2, stated.yy_m2), manner)


def put_in_time(time_s: float, span_s: float, manner: SourceManner) -> tuple[float, float, float]:
    """From when to when a report puts its incident, and how that scatters (s).

    A stated span scatters at its ends by its source's slack. A stamp holds the incident within a grain of it to either
    side, earlier by its source's lag, with jitter and lag as scatter.
    """
    if math.isfinite(span_s):
        return time_s, time_s + span_s, manner.slack_s
    scatter_s = math.hypot(manner.jitter_s, manner.lag_s)
    at = time_s - manner.lag_s
    return at - manner.stamp_s, at + manner.stamp_s, scatter_s
