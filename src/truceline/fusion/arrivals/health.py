"""Whether a sensor is dead, deaf or noisy: what it heard against what it should have, and what is left over."""

from __future__ import annotations

import math

import numpy as np

from truceline.fusion.arrivals.expecting import Foretold
from truceline.model import SensorFault, SensorFinding
from truceline.model.columns import Floats, Mask

_FEWEST_EXPECTED = 10.0
_SURE = 10.0
_DEAF_SHARE = 0.5
_MOMENTS = 50
_NOISE_RATIO = 4.0
_NOISE_SCATTERS = 6.0
_LEAST_SCATTER = 0.15
_FEWEST_LEFT = 30.0
_HOUR_S = 3600.0


def dead(sensor: int, told: Foretold, times_s: Floats, sensors: int) -> list[SensorFinding]:
    """Nothing at all came from the sensor: ever, since a moment or until one."""
    if not len(told.time_s):
        return []
    first, last = float(told.time_s.min()), float(told.time_s.max())
    if not len(times_s):
        return _silent(sensor, told, (first, last), sensors)
    after = _silent(sensor, told, (float(times_s[-1]), max(last, float(times_s[-1]))), sensors)
    before = _silent(sensor, told, (min(first, float(times_s[0])), float(times_s[0])), sensors)
    return [*before, *after]


def _silent(sensor: int, told: Foretold, span_s: tuple[float, float], sensors: int) -> list[SensorFinding]:
    during = (told.time_s >= span_s[0]) & (told.time_s <= span_s[1]) & ~told.heard
    expected = float(told.chance[during].sum())
    improbable = -float(np.log1p(-np.minimum(told.chance[during], 0.999)).sum())
    if expected < _FEWEST_EXPECTED or improbable < _SURE + math.log(max(sensors, 1)):
        return []
    return [
        SensorFinding(
            sensor, SensorFault.DEAD, expected, math.sqrt(expected), "arrivals", *span_s, expected, 0.0, corrected=False
        )
    ]


def deaf(sensor: int, told: Foretold, hit: Mask, sensors: int, gone: list[SensorFinding]) -> list[SensorFinding]:
    """The sensor heard far fewer than others would have there: the share of theirs, since when, and how sure."""
    able = told.chance > 0
    for one in gone:
        able &= (told.time_s < one.from_s) | (told.time_s > one.to_s)
    rows = np.flatnonzero(able)
    rows = rows[np.argsort(told.time_s[rows], kind="stable")]
    best, found = _SURE + math.log(max(sensors, 1) * _MOMENTS), None
    for begin in np.unique(np.linspace(0, len(rows), _MOMENTS, endpoint=False).astype(np.int64)):
        part = rows[begin:]
        expected, heard = float(told.chance[part].sum()), float(hit[part].sum())
        if expected < _FEWEST_EXPECTED or heard >= _DEAF_SHARE * expected:
            continue
        share = max(heard, 0.5) / expected
        chance = np.minimum(told.chance[part], 0.999)
        gain = heard * math.log(share) + float(np.log((1 - share * chance) / (1 - chance))[~hit[part]].sum())
        if gain > best:
            best, found = gain, (part, expected, heard)
    if found is None:
        return []
    part, expected, heard = found
    share = heard / expected
    error = math.sqrt(max(heard, 1.0)) / expected
    span = float(told.time_s[part[0]]), float(told.time_s[part[-1]])
    return [SensorFinding(sensor, SensorFault.DEAF, share, error, "share", *span, expected, heard, corrected=False)]


def noisy(leftover: Floats, since_s: Floats, until_s: Floats) -> list[SensorFinding]:
    """Sensors with many times the leftover arrivals of the others, per hour of the time in which each was asked."""
    stood_s = np.maximum(until_s - since_s, 0.0)
    whole_s = float(stood_s.max(initial=0.0))
    part = stood_s / whole_s if whole_s > 0 else np.ones(len(leftover))
    spoken = (leftover > 0) & (part > 0)
    if np.count_nonzero(spoken) < 4:
        return []
    log_left = np.log(leftover[spoken] / part[spoken] + 0.5)
    middle = float(np.median(log_left))
    scatter = max(1.4826 * float(np.median(np.abs(log_left - middle))), _LEAST_SCATTER)
    hours = np.maximum(stood_s / _HOUR_S, 1e-9)
    usual = math.exp(middle) * part
    ratio = max(_NOISE_RATIO, math.exp(_NOISE_SCATTERS * scatter))
    least = np.maximum(np.maximum(usual * ratio, usual + 8 * np.sqrt(usual)), _FEWEST_LEFT)
    return [
        SensorFinding(
            sensor, SensorFault.NOISY, float(leftover[sensor] / hours[sensor]),
            float(math.sqrt(leftover[sensor]) / hours[sensor]), "1/h", float(since_s[sensor]), float(until_s[sensor]),
            float(usual[sensor]), float(leftover[sensor]), corrected=False,
        )
        for sensor in np.flatnonzero(leftover > least).tolist()
    ]  # fmt: skip
