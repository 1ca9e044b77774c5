"""By how much the ground on the way of one event errs, as the rests of all events tell it.

In: arrivals of events with their slopes, rests and travel times. Out: for P and for S the part of the travel time (no
unit) by which all arrivals of one event are late or early together, and another part by which those are that were on
the way for a time alike. Layers that are wrong do this: they are too slow
for one depth and too fast for another, and an event's own place hides most of it. So what the four unknowns of an event
take out of its rests is projected away first, and the error is not learned too small for it (restricted maximum
likelihood: Patterson & Thompson 1971, Biometrika 58, 545-554).
"""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import minimize

from truceline.fusion.arrivals.ground.teaching import Terms
from truceline.model.columns import Floats

_MOST_EVENTS = 150
_FEWEST_ARRIVALS, _FEWEST_EVENTS = 7, 6
_LEAST, _MOST = 1e-5, 0.06
_BEGINNING = (0.1, 0.15, 0.01, 0.01, 0.01, 0.01)
_ALIKE = 1.5
_DEGREES = 4.0
_METRES = np.array([1e3, 1e3, 1.0, 1e3])


def common_errors_taught(terms: Terms, events: int) -> Floats:
    """Parts of the travel time by which the ground errs: all of one event, P and S; those alike in way, P and S.

    At most 150 events of seven or more arrivals are asked; fewer than six say nothing, and the error told is 0.
    """
    cuts = np.searchsorted(terms.event, np.arange(events + 1))
    able = np.flatnonzero(np.diff(cuts) >= _FEWEST_ARRIVALS)
    if len(able) < _FEWEST_EVENTS:
        return np.zeros(4)
    asked = able[np.linspace(0, len(able) - 1, min(len(able), _MOST_EVENTS)).astype(int)]
    parts = [_left_over(terms, slice(cuts[event], cuts[event + 1])) for event in asked]

    def unlikely(log_error: Floats) -> float:
        return _unlikely(log_error, parts)

    begun: Floats = np.log(np.array(_BEGINNING))
    found = minimize(
        unlikely, begun, method="Nelder-Mead", options={"xatol": 0.03, "fatol": 0.05, "maxfev": 260}
    )  # fmt: skip
    error: Floats = np.clip(np.exp(found.x[2:]), _LEAST, _MOST)
    return np.where(np.isin([0, 1, 0, 1], terms.phase), error, 0.0)


def alike(travel_s: Floats) -> Floats:
    """How alike the ground errs on two ways of these travel times (seconds, along the last axis): 1 is wholly."""
    long = np.log(np.maximum(travel_s, 1e-3))
    how: Floats = np.exp(-np.abs(long[..., :, None] - long[..., None, :]) / _ALIKE)
    return how


def _left_over(terms: Terms, rows: slice) -> tuple[Floats, Floats]:
    """Rests of one event without what its place may take from them, and the shape of each error's covariance there."""
    slope, phase = terms.slope[rows] * _METRES, terms.phase[rows]
    left = np.linalg.qr(slope, mode="complete")[0][:, slope.shape[1] :]
    shapes = []
    for each in range(2):
        part = left[phase == each]
        shapes.append(part.T @ part)
    for each in range(2):
        late = left.T @ np.where(phase == each, terms.travel_s[rows], 0.0)
        shapes.append(np.outer(late, late))
    for each in range(2):
        late = np.where(phase == each, terms.travel_s[rows], 0.0)
        shapes.append(left.T @ (late[:, None] * late * alike(terms.travel_s[rows])) @ left)
    return left.T @ terms.rest_s[rows], np.stack(shapes)


def _unlikely(log_error: Floats, parts: list[tuple[Floats, Floats]]) -> float:
    """How unlikely all rests are; under a Student t, so that an arrival that is not the event's own says little."""
    square = np.exp(2.0 * np.clip(log_error, -12.0, 0.0))
    total = 0.0
    for rest, shapes in parts:
        root = np.linalg.cholesky(np.tensordot(square, shapes, 1) + 1e-8 * np.eye(len(rest)))
        white = np.linalg.solve(root, rest)
        total += 2.0 * float(np.log(np.diag(root)).sum())
        total += (_DEGREES + len(rest)) * math.log1p(float(white @ white) / _DEGREES)
    return total
