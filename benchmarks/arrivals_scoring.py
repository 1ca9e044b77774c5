"""How well events located from made-up arrivals agree with what was made: found, placed, and honest about it.

Nothing but NumPy. The figures of the shared scorer (matches within 2 km and 3 s, an event found by at least 60 % of its
arrivals) come out the same here; those it has not are added: ellipses, probabilities, mirror places.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from truceline.model import ArrivalTable, LocatedEvents, SensorTable, Words
from truceline.model.columns import Floats, Ints, Mask

FEWEST_ARRIVALS = 5
"""From so many arrivals on an event counts as one that could be found."""
LEAST_OVERLAP = 0.6
FARTHEST_M, FARTHEST_S = 2_000.0, 3.0
_ELLIPSE_95 = 5.991464547107979
_STEPS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99, 0.999)
_FAR_OUT = 5.0**2
"""Squared distance, in standard errors, from which on a place counts as confidently wrong."""


@dataclass(frozen=True)
class Day:
    """Arrivals with the truth about them. ``event`` is the event an arrival came from directly, -1 for all others."""

    sensor_x_m: Floats
    sensor_y_m: Floats
    sensor: Ints
    time_s: Floats
    event: Ints
    event_x_m: Floats
    event_y_m: Floats
    event_time_s: Floats

    def __len__(self) -> int:
        """How many arrivals."""
        return len(self.time_s)

    def sensors(self) -> SensorTable:
        """The sensors as ``locate`` takes them: height unknown."""
        names = tuple(f"S{row}" for row in range(len(self.sensor_x_m)))
        return SensorTable(names, self.sensor_x_m, self.sensor_y_m, np.full(len(names), np.nan))

    def arrivals(self) -> ArrivalTable:
        """The arrivals as ``locate`` takes them: no phase, no amplitude."""
        names = tuple(map(str, range(len(self))))
        phase = Words(np.zeros(len(self), dtype=np.int32), ("",))
        return ArrivalTable(names, self.sensor, self.time_s, phase, np.full(len(self), np.nan))

    def heard(self) -> Ints:
        """Arrivals of each event."""
        number: Ints = np.bincount(self.event[self.event >= 0], minlength=len(self.event_x_m))
        return number


@dataclass(frozen=True)
class Judged:
    """One result held against the truth, still event by event so that days can be put together."""

    found: int
    overlapping: int
    findable: int
    findable_found: int
    error_m: Floats
    inside: Mask
    inside_by_arrivals: Mask
    inside_either: Mask
    far_out: int
    far_out_told: int
    mirrors: int
    probability: Floats
    real: Mask
    real_by_arrivals: Mask

    def f1(self) -> float:
        """F1 by overlap of arrivals."""
        right = self.overlapping / max(1, self.found)
        complete = self.findable_found / max(1, self.findable)
        return 2 * right * complete / max(1e-9, right + complete)


def judged(found: LocatedEvents, day: Day) -> Judged:
    """How one result stands to the truth."""
    pairs = matched(found, day)
    same = overlapping(found.assigned, day)
    findable = day.heard() >= FEWEST_ARRIVALS
    hit = np.zeros(len(day.event_x_m), dtype=bool)
    hit[same[:, 1]] = True
    real = np.zeros(len(found), dtype=bool)
    real[pairs[:, 0]] = True
    real_by_arrivals = np.zeros(len(found), dtype=bool)
    real_by_arrivals[same[:, 0]] = True
    off = _offset(found.x_m, found.y_m, pairs, day)
    far = _squared_errors(found, found.x_m, found.y_m, same, day) > _FAR_OUT
    nearer = _nearer_at_the_mirror(found, same[far], day)
    return Judged(
        found=len(found),
        overlapping=len(np.unique(same[:, 0])),
        findable=int(findable.sum()),
        findable_found=int((findable & hit).sum()),
        error_m=np.hypot(off[:, 0], off[:, 1]),
        inside=_squared_errors(found, found.x_m, found.y_m, pairs, day) <= _ELLIPSE_95,
        inside_by_arrivals=_squared_errors(found, found.x_m, found.y_m, same, day) <= _ELLIPSE_95,
        inside_either=(_squared_errors(found, found.x_m, found.y_m, same, day) <= _ELLIPSE_95)
        | (_squared_errors(found, found.mirror_x_m, found.mirror_y_m, same, day) <= _ELLIPSE_95),
        far_out=int(far.sum()),
        far_out_told=int(nearer.sum()),
        mirrors=int((found.mirror_share > 0).sum()),
        probability=found.probability,
        real=real,
        real_by_arrivals=real_by_arrivals,
    )


def matched(found: LocatedEvents, day: Day) -> Ints:
    """Pairs (found, true) one to one, the nearest first, none farther than 2 km and 3 s."""
    order = np.argsort(day.event_time_s, kind="stable")
    begin = np.searchsorted(day.event_time_s[order], found.time_s - FARTHEST_S)
    end = np.searchsorted(day.event_time_s[order], found.time_s + FARTHEST_S, side="right")
    number = np.maximum(end - begin, 0)
    left = np.repeat(np.arange(len(found)), number)
    within = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)
    right = order[np.repeat(begin, number) + within]
    apart_m = np.hypot(found.x_m[left] - day.event_x_m[right], found.y_m[left] - day.event_y_m[right])
    apart_s = np.abs(found.time_s[left] - day.event_time_s[right])
    near = apart_m <= FARTHEST_M
    cost = (apart_m / FARTHEST_M) ** 2 + (apart_s / FARTHEST_S) ** 2
    rows = np.flatnonzero(near)[np.argsort(cost[near], kind="stable")]
    return _one_to_one(np.c_[left[rows], right[rows]], len(found), len(day.event_x_m))


def _one_to_one(pairs: Ints, found: int, true: int) -> Ints:
    left_free, right_free = np.ones(found, dtype=bool), np.ones(true, dtype=bool)
    kept = []
    for left, right in pairs.tolist():
        if left_free[left] and right_free[right]:
            left_free[left] = right_free[right] = False
            kept.append((left, right))
    return np.array(kept, dtype=np.int64).reshape(-1, 2)


def overlapping(assigned: Ints, day: Day) -> Ints:
    """Pairs (found, true) that share at least 60 % of the arrivals of the one that has more."""
    both = (assigned >= 0) & (day.event >= 0)
    pairs, shared = np.unique(np.c_[assigned[both], day.event[both]], axis=0, return_counts=True)
    if not len(pairs):
        return np.empty((0, 2), dtype=np.int64)
    held = np.bincount(assigned[assigned >= 0])
    most = np.maximum(held[pairs[:, 0]], day.heard()[pairs[:, 1]])
    same: Ints = pairs[shared >= LEAST_OVERLAP * most]
    return same


def _offset(x_m: Floats, y_m: Floats, pairs: Ints, day: Day) -> Floats:
    left, right = pairs.T
    offset: Floats = np.c_[x_m[left] - day.event_x_m[right], y_m[left] - day.event_y_m[right]]
    return offset


def _squared_errors(found: LocatedEvents, x_m: Floats, y_m: Floats, pairs: Ints, day: Day) -> Floats:
    """How far each place is from the truth, squared, in its own standard errors (NaN where there is no place)."""
    off = _offset(x_m, y_m, pairs, day)
    scaled = np.linalg.solve(found.covariance[pairs[:, 0], :2, :2], off[:, :, None])[:, :, 0]
    squared: Floats = np.einsum("ij,ij->i", off, scaled)
    return squared


def _nearer_at_the_mirror(found: LocatedEvents, pairs: Ints, day: Day) -> Mask:
    here = np.hypot(*_offset(found.x_m, found.y_m, pairs, day).T)
    there = np.hypot(*_offset(found.mirror_x_m, found.mirror_y_m, pairs, day).T)
    nearer: Mask = there < here
    return nearer


def together(days: list[Judged]) -> dict[str, float]:
    """The figures of several days: F1, median and p90 as means of the days, shares over all events."""

    def all_of(name: str) -> Floats:
        return np.concatenate([getattr(day, name) for day in days]).astype(float)

    def mean(values: list[float]) -> float:
        return float(np.mean(values))

    return {
        "f1": mean([day.f1() for day in days]),
        "median_m": mean([float(np.median(day.error_m)) if len(day.error_m) else np.nan for day in days]),
        "p90_m": mean([float(np.quantile(day.error_m, 0.9)) if len(day.error_m) else np.nan for day in days]),
        "found": sum(day.found for day in days),
        "invented": int((all_of("real") == 0).sum()),
        "inside_95": _share(all_of("inside")),
        "inside_95_by_arrivals": _share(all_of("inside_by_arrivals")),
        "inside_95_either_place": _share(all_of("inside_either")),
        "far_out": sum(day.far_out for day in days),
        "far_out_told_by_mirror": sum(day.far_out_told for day in days),
        "mirrors": sum(day.mirrors for day in days),
        "calibration_error": calibration_error(all_of("probability"), all_of("real")),
        "calibration_error_by_arrivals": calibration_error(all_of("probability"), all_of("real_by_arrivals")),
    }


def _share(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")


def calibration_error(probability: Floats, real: Floats) -> float:
    """Expected calibration error over ten equal bins."""
    if not len(probability):
        return float("nan")
    bins = np.clip((probability * 10).astype(np.int64), 0, 9)
    gap = np.bincount(bins, probability, 10) - np.bincount(bins, real, 10)
    return float(np.abs(gap).sum() / len(probability))


def reliability(days: list[Judged]) -> list[dict[str, float]]:
    """For each range of the probability: events, what was said, what was true."""
    probability = np.concatenate([day.probability for day in days])
    real = np.concatenate([day.real for day in days])
    bins = np.searchsorted(_STEPS, probability, side="right") - 1
    return [
        {
            "from": low,
            "events": int((bins == step).sum()),
            "said": float(probability[bins == step].mean()),
            "true": float(real[bins == step].mean()),
        }
        for step, low in enumerate(_STEPS)
        if (bins == step).any()
    ]
