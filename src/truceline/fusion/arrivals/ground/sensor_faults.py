"""Whether a sensor's clock is wrong, or its names of P and S are swapped: its arrivals held against clear events.

In: events that are surely real, with the ground as learned; all arrivals. Out: for each sensor at fault by how much its
clock is ahead (s), or that what it calls P is S and the reverse.

How late each arrival of a sensor is against each event around, its own delay not taken out, is counted over more than
an hour either way. Where the sensor is sound the counts stand up at nothing; where its clock is wrong, at the error
of the clock; where names are swapped, at nothing if P is held against S. A peak must be surer than chance over all
places of all sensors (a Poisson count) and hold a good part of what such a sensor should have heard. A delay of the
ground makes S later than P, a clock makes both late alike: that tells them apart, and what sound sensors of the
network show is the measure.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy.stats import poisson

from truceline.fusion.arrivals.ground.settling import CHANNELS, SAID_P, SAID_S, Found, Under
from truceline.fusion.arrivals.ground.travel import wave
from truceline.model import ArrivalTable, SensorFault, SensorFinding, Words
from truceline.model.columns import Floats, Ints

_FARTHEST_S = 4_000.0
_HALF_S = 0.5
_AROUND_S = 30.0
_SURE = 10.0
_FEWEST = 8.0
_LEAST_PART = 0.25
_LEAST_CLOCK_S = 0.6
_ERRORS = 6.0
_LEAST_SCATTER_S = 0.08
_ALIKE_PART, _ALIKE_S = 0.35, 0.1
_FEWEST_SENSORS = 4


@dataclass(frozen=True, slots=True)
class GroundFault:
    """What is wrong with a sensor: its clock is ``clock_s`` ahead (``error_s``), or its names are ``swapped``.

    ``expected`` arrivals should have been there, ``heard`` were, once the fault is taken out.
    """

    sensor: int
    clock_s: float
    error_s: float
    swapped: bool
    expected: float
    heard: float


class _Peak(NamedTuple):
    """Where lags stand thickest: their middle and its error (s), how many are more than chance; sure or not."""

    lag_s: float
    error_s: float
    excess: float
    sure: bool


def faults_of(clear: Found, under: Under) -> tuple[GroundFault, ...]:
    """The sensors at fault, as far as clear events tell."""
    sensors = len(under.net.x_m)
    if not len(clear.home) or sensors < _FEWEST_SENSORS:
        return ()
    told = [_told(sensor, clear, under) for sensor in range(sensors)]
    straight = [_peak([one.p_s, one.s_s], sensors) for one in told]
    lags = np.array([peak.lag_s for peak in straight if peak.sure])
    if len(lags) < _FEWEST_SENSORS:
        return ()
    usual = float(np.median(lags))
    scatter = max(1.4826 * float(np.median(np.abs(lags - usual))), _LEAST_SCATTER_S)
    out = []
    for sensor, (one, peak) in enumerate(zip(told, straight, strict=True)):
        crossed = _peak([one.p_as_s, one.s_as_p], sensors)
        near = abs(crossed.lag_s - usual) < 2.0 * _HALF_S
        if crossed.sure and near and crossed.excess > max(peak.excess, _LEAST_PART * one.expected):
            out.append(GroundFault(sensor, 0.0, crossed.error_s, True, one.expected, crossed.excess))
        elif peak.sure and peak.excess > _LEAST_PART * one.expected:
            clock_s = peak.lag_s - usual
            if abs(clock_s) > max(_LEAST_CLOCK_S, _ERRORS * scatter) and _alike(one, peak.lag_s, clock_s):
                error_s = math.hypot(peak.error_s, scatter)
                out.append(GroundFault(sensor, clock_s, error_s, False, one.expected, peak.excess))
    return tuple(out)


class _Told(NamedTuple):
    """Lags (s) of a sensor's P and S against those foretold, and against each other's; arrivals to be expected."""

    p_s: Floats
    s_s: Floats
    p_as_s: Floats
    s_as_p: Floats
    expected: float


def _told(sensor: int, clear: Found, under: Under) -> _Told:
    """How late everything that a sensor heard is against every clear event it could hear."""
    net, picks = under.net, under.picks
    x, y, t, z = clear.state[:, 1], clear.state[:, 2], clear.state[:, 3], clear.state[:, 5]
    away = np.hypot(net.x_m[sensor] - x, net.y_m[sensor] - y)
    rows = np.flatnonzero(away <= _heard_to(clear, under))
    moment = np.empty((2, len(rows)))
    for phase in range(2):
        late = float(under.ground.delay_s[sensor, phase])
        for at, row in enumerate(rows):
            moment[phase, at] = t[row] + wave(under.ground, sensor, phase, float(away[row]) + 1e-3, float(z[row]))[0]
        moment[phase] -= late
    stood = (moment[0] >= net.since_s[sensor]) & (moment[0] < net.until_s[sensor])
    p, s = (
        picks.time_s[picks.begin[channel, 0] : picks.begin[channel, -1]]
        for channel in (CHANNELS * sensor + SAID_P, CHANNELS * sensor + SAID_S)
    )
    p_moment, s_moment = moment[:, stood]
    share = np.median(under.weigh.share, axis=0)
    expected = float(stood.sum() * ((share[0] if len(p) else 0.0) + (share[1] if len(s) else 0.0)))
    return _Told(_lags(p, p_moment), _lags(s, s_moment), _lags(p, s_moment), _lags(s, p_moment), expected)


def _heard_to(clear: Found, under: Under) -> Floats:
    """How far away the farthest sensor is that heard each event (m)."""
    there = clear.hits >= 0
    sensor = under.picks.sensor[np.maximum(clear.hits, 0)] // CHANNELS
    away = np.hypot(under.net.x_m[sensor] - clear.state[:, 1:2], under.net.y_m[sensor] - clear.state[:, 2:3])
    return np.asarray(np.where(there, away, 0.0).max(axis=1))


def _lags(time_s: Floats, moment_s: Floats) -> Floats:
    """Every time less every moment, in order, as far as they lie within an hour or so of each other."""
    begin = np.searchsorted(time_s, moment_s - _FARTHEST_S)
    end = np.searchsorted(time_s, moment_s + _FARTHEST_S)
    parts = [time_s[a:b] - moment for a, b, moment in zip(begin, end, moment_s, strict=True)]
    return np.sort(np.concatenate(parts)) if parts else np.empty(0)


def _peak(parts: list[Floats], sensors: int) -> _Peak:
    """Where lags stand thickest against those around."""
    lags = np.sort(np.concatenate(parts))
    if not len(lags):
        return _Peak(math.nan, math.nan, 0.0, False)
    inside = np.searchsorted(lags, lags + 2.0 * _HALF_S, side="right") - np.arange(len(lags))
    around = np.searchsorted(lags, lags + _AROUND_S) - np.searchsorted(lags, lags - _AROUND_S)
    rate = np.maximum((around - inside) / (2.0 * (_AROUND_S - _HALF_S)), len(lags) / (2.0 * _FARTHEST_S))
    excess = inside - rate * 2.0 * _HALF_S
    best = int(np.argmax(excess))
    chance = -float(poisson.logsf(inside[best] - 1, rate[best] * 2.0 * _HALF_S))
    sure = chance > _SURE + math.log(2.0 * sensors * _FARTHEST_S / _HALF_S) and excess[best] >= _FEWEST
    mine = lags[best : best + inside[best]]
    middle = float(np.median(mine))
    return _Peak(middle, 1.25 * float(mine.std()) / math.sqrt(len(mine)), float(excess[best]), bool(sure))


def _alike(one: _Told, lag_s: float, clock_s: float) -> bool:
    """Whether P and S are late alike, as a clock makes them (where only one of them was heard: yes)."""
    middle = []
    for lags in (one.p_s, one.s_s):
        near = lags[np.abs(lags - lag_s) <= _LEAST_CLOCK_S + 0.5 * min(abs(clock_s), 1.0)]
        if len(near) >= _FEWEST:
            middle.append(float(np.median(near)))
    return len(middle) < 2 or abs(middle[1] - middle[0]) <= _ALIKE_PART * abs(clock_s) + _ALIKE_S


def mended(arrivals: ArrivalTable, faults: tuple[GroundFault, ...], sensors: int) -> ArrivalTable:
    """The arrivals with wrong clocks set right and swapped names put back."""
    ahead_s, swapped = np.zeros(sensors), np.zeros(sensors, dtype=bool)
    for fault in faults:
        ahead_s[fault.sensor], swapped[fault.sensor] = fault.clock_s, fault.swapped
    said = np.array(arrivals.phase.names)[arrivals.phase.codes]
    other = np.where(said == "P", "S", np.where(said == "S", "P", said))
    phase = Words.of(np.where(swapped[arrivals.sensor], other, said).tolist())
    return replace(arrivals, time_s=arrivals.time_s - ahead_s[arrivals.sensor], phase=phase)


def findings_of(faults: tuple[GroundFault, ...], time_s: Floats, sensor: Ints) -> tuple[SensorFinding, ...]:
    """The faults as they are told: since and until when the sensor spoke, and that they were taken out."""
    return tuple(_finding(fault, time_s[sensor == fault.sensor]) for fault in faults)


def _finding(fault: GroundFault, mine_s: Floats) -> SensorFinding:
    """One fault as it is told; ``mine_s`` are the times of the sensor's arrivals."""
    kind = SensorFault.PHASES_SWAPPED if fault.swapped else SensorFault.CLOCK_OFFSET
    clock = fault.clock_s, fault.error_s, "s"
    value, error, unit = (fault.heard, math.sqrt(fault.heard), "arrivals") if fault.swapped else clock
    span = float(mine_s.min()), float(mine_s.max())
    return SensorFinding(
        fault.sensor, kind, value, error, unit, *span, fault.expected, fault.heard, corrected=True
    )  # fmt: skip
