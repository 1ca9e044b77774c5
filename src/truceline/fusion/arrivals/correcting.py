"""What is told of the sensors after the search was done again with the corrected arrivals."""

from __future__ import annotations

import math
from dataclasses import replace

from truceline.model import SensorFault, SensorFinding

_CORRECTABLE = {SensorFault.CLOCK_OFFSET, SensorFault.CLOCK_DRIFT, SensorFault.CLOCK_STEP, SensorFault.MOVED}


def told_after(first: tuple[SensorFinding, ...], second: tuple[SensorFinding, ...]) -> tuple[SensorFinding, ...]:
    """Findings that were corrected stay as they were first found; all others are those of the second look.

    What a second look finds beside a correction on the same sensor is told too, uncorrected: what the first took out
    was then not all. A fault that the second look undoes (the same kind, as large, the other way) was none: both go.
    """
    out: list[SensorFinding] = []
    again = [replace(found, corrected=False) for found in second]
    for found in first:
        if not found.corrected:
            continue
        undone = [other for other in again if _undoes(found, other)]
        if undone:
            again = [other for other in again if other is not undone[0]]
        else:
            out.append(found)
    out.extend(again)
    out.sort(key=lambda found: (found.sensor, list(SensorFault).index(found.fault), _first(found.from_s)))
    return tuple(out)


def _undoes(found: SensorFinding, other: SensorFinding) -> bool:
    same = found.sensor == other.sensor and found.fault is other.fault and found.fault in _CORRECTABLE
    if not same or found.fault is SensorFault.MOVED:
        return False
    return abs(found.value + other.value) <= max(3 * math.hypot(found.error, other.error), 0.1 * abs(found.value))


def _first(from_s: float) -> float:
    return from_s if math.isfinite(from_s) else -math.inf
