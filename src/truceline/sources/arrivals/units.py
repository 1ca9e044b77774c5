"""Whether coordinates are in the unit that is said: how fast waves run across the network tells it.

Arrivals of one event reach two sensors within the time a wave needs from one to the other. So pairs of arrivals are
denser inside that time than just outside. Where they are not, and are so at a thousandth of it, metres were given
for kilometres; where they are so at a thousand times that time, kilometres for metres.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from truceline.model import ArrivalTable, InputFault, Medium, SensorTable
from truceline.model.columns import Floats
from truceline.sources.arrivals.frames import Frame

_WAVE_MPS = {Medium.ACOUSTIC: 340.0, Medium.SEISMIC: 4000.0}
_WIDEST_M = 5_000_000.0
_LONGEST_TOLD_M = 1e12
_NEIGHBOURS = 6
_MOST_PAIRS = 120
_MOST_ARRIVALS = 10_000
_DENSER = 1.08
"""A density that stands out at all: the coordinates are then taken as they are."""
_LEAST_DENSER = {0.001: 1.2, 1000.0: 1.5}
"""How much denser pairs must be under another unit; the longer times hold salvos and busy days too."""
_SURE = 10.0
"""Standard errors by which a density must stand out."""


@dataclass(frozen=True)
class Contrast:
    """How much denser pairs of arrivals are inside a time than between one and four times it, and how surely."""

    ratio: float
    error: float
    sure: float


def check_units(sensors: SensorTable, arrivals: ArrivalTable, frame: Frame, medium: Medium) -> None:
    """Raise :class:`InputFault` where coordinates are a thousand times too large or too small for the arrivals."""
    extent_m = float(np.hypot(np.ptp(sensors.x_m), np.ptp(sensors.y_m)))
    if not frame.on_earth and extent_m > _WIDEST_M:
        raise InputFault(
            f"the sensors reach over {_kilometres(extent_m)} km"
            + (": metres seem to stand where kilometres are expected" if frame.metres > 1 else ""),
            where=f"--crs {frame.name}",
            do="give x and y in kilometres, or say with --crs what they are",
            example="--crs local-m, or --crs EPSG:32637 for eastings and northings",
        )
    if len(arrivals) < 2:
        return
    factor = implied_factor(sensors, arrivals, _WAVE_MPS[medium])
    if factor != 1.0:
        _wrong_unit(frame, factor, _WAVE_MPS[medium])


def _kilometres(metres: float) -> str:
    """Kilometres in full, or in powers of ten where they would fill the line.

    >>> _kilometres(12_345_678.0), _kilometres(1e303)
    ('12,346', '1e+300')
    """
    return f"{metres / 1000:,.0f}" if metres < _LONGEST_TOLD_M else f"{metres / 1000:.3g}"


def _wrong_unit(frame: Frame, factor: float, wave_mps: float) -> None:
    metres_given = factor < 1
    seems = "metres" if metres_given else "kilometres"
    expected = "kilometres" if frame.metres > 1 else "metres"
    said = f"{seems} seem to stand where {expected} are expected" if seems != expected else "their unit is another"
    raise InputFault(
        f"between neighbouring sensors waves would run at {wave_mps / factor:,.3g} m/s instead of about "
        f"{wave_mps:,.0f} m/s: {said}",
        where=f"--crs {frame.name}",
        do=f"{'multiply' if factor > 1 else 'divide'} x and y by 1,000, or say with --crs what they are",
        example="--crs local-m" if metres_given else "--crs local-km",
    )


def implied_factor(sensors: SensorTable, arrivals: ArrivalTable, wave_mps: float) -> float:
    """By what factor (0.001, 1 or 1000) coordinates have to be multiplied to fit the arrivals; 1 where in doubt."""
    gaps, spans = _pair_gaps(sensors, arrivals)
    if not len(gaps):
        return 1.0
    travel = spans[:, 0] / wave_mps
    duration = float(np.ptp(arrivals.time_s))
    claimed = _contrast(gaps, travel, duration, hollow=0.004)
    if claimed is not None and claimed.ratio > _DENSER:
        return 1.0
    least = 0.0 if claimed is None else claimed.ratio + 3 * claimed.error
    other = {factor: _contrast(gaps, travel * factor, duration) for factor in _LEAST_DENSER}
    found = {
        factor: one.ratio
        for factor, one in other.items()
        if one and one.sure > _SURE and one.ratio > max(least, _LEAST_DENSER[factor])
    }
    return max(found, key=lambda factor: found[factor]) if found else 1.0


Gaps = list[tuple[Floats, Floats]]


def _pair_gaps(sensors: SensorTable, arrivals: ArrivalTable) -> tuple[Gaps, NDArray[np.float64]]:
    """Times of both sensors of neighbouring pairs, those with most arrivals first, and their distances in metres."""
    count = np.bincount(arrivals.sensor, minlength=len(sensors))
    heard = np.flatnonzero(count > 0)
    points = np.column_stack([sensors.x_m, sensors.y_m])[heard]
    if len(heard) < 2:
        return [], np.zeros((0, 1))
    distance, near = KDTree(points).query(points, k=min(_NEIGHBOURS, len(heard)))
    near, distance = np.atleast_2d(near), np.atleast_2d(distance)
    one = np.repeat(heard, near.shape[1])
    other, apart = heard[near.ravel()], distance.ravel()
    fits = (one < other) & (apart > 1e-3)
    one, other, apart = one[fits], other[fits], apart[fits]
    best = np.argsort(-np.minimum(count[one], count[other]), kind="stable")[:_MOST_PAIRS]
    times = _times_by_sensor(arrivals, np.union1d(one[best], other[best]))
    return [(times[int(one[i])], times[int(other[i])]) for i in best], apart[best][:, None]


def _times_by_sensor(arrivals: ArrivalTable, wanted: NDArray[np.int64]) -> dict[int, Floats]:
    """Sorted times of some sensors, the first so many of each."""
    at = np.flatnonzero(np.isin(arrivals.sensor, wanted))
    order = at[np.lexsort((arrivals.time_s[at], arrivals.sensor[at]))]
    starts = np.searchsorted(arrivals.sensor[order], wanted)
    ends = np.searchsorted(arrivals.sensor[order], wanted, side="right")
    return {
        int(sensor): arrivals.time_s[order[start : min(end, start + _MOST_ARRIVALS)]]
        for sensor, start, end in zip(wanted, starts, ends, strict=True)
    }


def _contrast(gaps: Gaps, travel_s: Floats, duration_s: float, hollow: float = 0.0) -> Contrast | None:
    """Density of pairs inside the travel time against that out to four times it; none where the record is too short.

    ``hollow`` leaves out the innermost share: noise that strikes all sensors at once says nothing of distance.
    """
    inner = outer = 0.0
    inner_width = outer_width = 0.0
    for (one, other), travel in zip(gaps, travel_s, strict=True):
        if 8 * travel > duration_s:
            continue
        within = [_pairs_within(one, other, travel * share) for share in (hollow, 1.0, 4.0)]
        inner += within[1] - within[0]
        outer += within[2] - within[1]
        # Two unrelated arrivals of a record lie further apart the less often, down to never at its whole length.
        widths = [share * travel * (1 - share * travel / (2 * duration_s)) for share in (hollow, 1.0, 4.0)]
        inner_width += len(one) * len(other) * (widths[1] - widths[0])
        outer_width += len(one) * len(other) * (widths[2] - widths[1])
    if inner_width == 0 or inner + outer < 20:
        return None
    expected = max(outer, 1.0) * inner_width / outer_width
    ratio = inner / expected
    error = ratio * np.sqrt(1 / max(inner, 1.0) + 1 / max(outer, 1.0))
    return Contrast(ratio, float(error), float((inner - expected) / np.sqrt(max(expected, 1.0))))


def _pairs_within(one: Floats, other: Floats, gap_s: float) -> int:
    """How many pairs of arrivals, one of each sensor, lie at most so many seconds apart."""
    high = np.searchsorted(other, one + gap_s, side="right")
    return int((high - np.searchsorted(other, one - gap_s, side="left")).sum())
