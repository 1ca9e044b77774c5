"""Events made up among the picks of a real swarm set off by sensor: the truth is known, and chance is as it really is.

A share of the events lies close together, as in a swarm; stations are the real ones, each adding its own delay.
"""

from __future__ import annotations

import time

import numpy as np
from arrivals_scoring import judged, overlapping, together
from seismic_made import TRUE_GROUND, Made, MadeDay, sensors_of, travel_s

from truceline.fusion.arrivals.ground import GroundSettings, locate_in_ground
from truceline.model import ArrivalTable, SensorTable

_MISSED, _ERROR_S = (0.25, 0.35), (0.09, 0.12)
_CLOSE_SHARE, _CLOSE_M = 0.7, 6e3
_HEARD_M, _DEPTH_M = (10e3, 90e3), (1e3, 14e3)


def among_chance(sensors: SensorTable, chance: ArrivalTable, events: int, seed: int) -> dict[str, float]:
    """Events told, how many of them are expected to be real, and how many are."""
    made = _made(sensors, chance, events, seed)
    began = time.process_time()
    found = locate_in_ground(sensors_of(made), made.arrivals(), GroundSettings(model=TRUE_GROUND)).events
    told = together([judged(found, made)])
    return {
        "events": len(found), "expected_real": float(found.probability.sum()),
        "real": len(np.unique(overlapping(found.assigned, made)[:, 0])), "f1": told["f1"],
        "calibration_error_by_arrivals": told["calibration_error_by_arrivals"],
        "inside_95_by_arrivals": told["inside_95_by_arrivals"], "cpu_s": time.process_time() - began,
    }  # fmt: skip


def _made(sensors: SensorTable, chance: ArrivalTable, events: int, seed: int) -> MadeDay:
    draw = np.random.default_rng(seed)
    x, y = np.asarray(sensors.x_m), np.asarray(sensors.y_m)
    begin, span = float(chance.time_s.min()), float(np.ptp(chance.time_s))
    place = np.c_[draw.uniform(x.min(), x.max(), events), draw.uniform(y.min(), y.max(), events)]
    close = draw.random(events) < _CLOSE_SHARE
    place[close] = np.array([np.median(x), np.median(y)]) + draw.normal(0, _CLOSE_M, (int(close.sum()), 2))
    depth, moment = draw.uniform(*_DEPTH_M, events), np.sort(draw.uniform(0, span, events))
    reach = draw.uniform(*_HEARD_M, events)
    away = np.hypot(place[:, :1] - x, place[:, 1:] - y)
    whose, who, when = [np.full(len(chance), -1)], [chance.sensor], [chance.time_s - begin]
    said = [np.array(chance.phase.names)[chance.phase.codes]]
    for phase in range(2):
        delay, travel = draw.normal(0, Made().delay_s[phase], len(x)), travel_s(TRUE_GROUND, phase, depth, away)
        heard = (away < reach[:, None]) & (draw.random(away.shape) >= _MISSED[phase])
        row, sensor = np.nonzero(heard)
        error = draw.normal(0, _ERROR_S[phase], len(row))
        whose.append(row)
        who.append(sensor)
        when.append(moment[row] + travel[row, sensor] + delay[sensor] + error)
        said.append(np.full(len(row), "PS"[phase]))
    return MadeDay(
        x, y, np.concatenate(who), np.concatenate(when), np.concatenate(whose), place[:, 0].copy(), place[:, 1].copy(),
        moment, tuple(np.concatenate(said).tolist()), depth,
    )  # fmt: skip
