"""One sensor with one fault: it is found, told, taken out, and sound sensors are left alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from truceline.fusion.arrivals.ground import locate_in_ground
from truceline.fusion.arrivals.ground.sensor_faults import GroundFault, mended
from truceline.model import Located, SensorFault, SensorFinding

Make = Callable[..., Any]

WHO = 6
SWAP = {"P": "S", "S": "P"}


def told(located: Located) -> list[SensorFinding]:
    return [one for one in located.sensors if one.fault is not SensorFault.NOT_CHECKED]


def found_of(located: Located, truth: np.ndarray) -> int:
    times = located.events.time_s
    return sum(bool((np.abs(times - moment) < 2.0).any()) for moment in truth[:, 2])


@pytest.mark.parametrize("ahead_s", [1.0, -1.0, 37.0, 3600.0, -3600.0])
def test_a_clock_that_is_wrong_is_found_and_set_right(shaken: Make, ahead_s: float):
    made = shaken(5)
    made.time_s = made.time_s + np.where(made.sensor == WHO, ahead_s, 0.0)
    located = locate_in_ground(made.sensors, made.arrivals)
    (finding,) = told(located)
    assert (finding.sensor, finding.fault, finding.unit) == (WHO, SensorFault.CLOCK_OFFSET, "s")
    assert finding.corrected
    assert abs(finding.value - ahead_s) < max(3.0 * finding.error, 0.3)
    assert found_of(located, made.truth) >= 19
    held = made.event[(made.sensor == WHO) & (located.events.assigned >= 0)]
    assert (held >= 0).sum() >= 20


def test_swapped_names_of_phases_are_found_and_put_back(shaken: Make):
    made = shaken(5)
    made.phase = [SWAP[word] if who == WHO else word for word, who in zip(made.phase, made.sensor, strict=True)]
    located = locate_in_ground(made.sensors, made.arrivals)
    (finding,) = told(located)
    assert (finding.sensor, finding.fault) == (WHO, SensorFault.PHASES_SWAPPED)
    assert finding.corrected
    held = made.event[(made.sensor == WHO) & (located.events.assigned >= 0)]
    assert (held >= 0).sum() >= 20


def test_every_sensor_has_one_row_and_sound_ones_stay_not_checked(shaken: Make):
    made = shaken(5)
    made.time_s = made.time_s + np.where(made.sensor == WHO, 3600.0, 0.0)
    located = locate_in_ground(made.sensors, made.arrivals)
    assert sorted(one.sensor for one in located.sensors) == list(range(16))


def test_ground_that_delays_a_sensor_is_no_wrong_clock(shaken: Make):
    made = shaken(5)
    late_s = np.where(np.array(made.phase) == "P", 0.45, 0.8)
    made.time_s = made.time_s + np.where(made.sensor == WHO, late_s, 0.0)
    assert told(locate_in_ground(made.sensors, made.arrivals)) == []


def test_what_is_mended_is_the_sensor_s_own_and_nothing_else(shaken: Make):
    arrivals = shaken(5).arrivals
    faults = (GroundFault(3, 2.5, 0.1, False, 10.0, 9.0), GroundFault(4, 0.0, 0.1, True, 10.0, 9.0))
    again = mended(arrivals, faults, 16)
    moved = arrivals.sensor == 3
    assert np.allclose(arrivals.time_s - again.time_s, np.where(moved, 2.5, 0.0))
    before, after = (np.array(one.phase.names)[one.phase.codes] for one in (arrivals, again))
    turned = np.array([SWAP[word] for word in before])
    assert (after == np.where(arrivals.sensor == 4, turned, before)).all()
