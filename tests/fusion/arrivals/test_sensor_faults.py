"""Each fault of a sensor is found with its size, both ways, and is taken out; sound sensors are left in peace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest

from truceline.fusion.arrivals import LocateSettings, locate
from truceline.model import ArrivalTable, Located, SensorFault, SensorFinding, SensorTable, Words
from truceline.model.columns import Floats, Ints, Mask

DAY_S = 86_400.0
SENSOR = 7
NOON_S = 43_200.0


@dataclass(frozen=True)
class Day:
    """A made-up day: where sensors stand (m), who picked when (s)."""

    place_m: Floats
    sensor: Ints
    time_s: Floats

    def located(self, settings: LocateSettings | None = None) -> Located:
        """What the engine makes of it."""
        sensors, arrivals = len(self.place_m), len(self.time_s)
        return locate(
            SensorTable(
                tuple(f"S{i}" for i in range(sensors)),
                self.place_m[:, 0].copy(),
                self.place_m[:, 1].copy(),
                np.full(sensors, np.nan),
            ),
            ArrivalTable(
                tuple(str(i) for i in range(arrivals)),
                self.sensor,
                self.time_s,
                Words.of([""] * arrivals),
                np.full(arrivals, np.nan),
            ),
            settings=settings,
        )


def made_day(chance: np.random.Generator, sensors: int = 30, events: int = 300) -> Day:
    """Sensors and events over 24 × 18 km, heard to 10 km by four in five with 50 ms error; as many chance arrivals."""
    place = chance.uniform((0, 0), (24_000, 18_000), (sensors, 2))
    source = chance.uniform((0, 0), (24_000, 18_000), (events, 2))
    moment = np.sort(chance.uniform(0, DAY_S, events))
    apart = np.hypot(*(place[None] - source[:, None]).transpose(2, 0, 1))
    event, sensor = np.nonzero((apart < 10_000) & (chance.random(apart.shape) < 0.8))
    time = moment[event] + apart[event, sensor] / 341.0 + chance.normal(0, 0.05, len(event))
    noise = len(time)
    return Day(
        place,
        np.r_[sensor, chance.integers(0, sensors, noise)],
        np.r_[time, chance.uniform(0, DAY_S, noise)],
    )


@pytest.fixture(scope="module")
def day() -> Day:
    return made_day(np.random.default_rng(11))


def ahead(day: Day, seconds: Callable[[Floats], Floats]) -> Day:
    """The day with one sensor's clock ahead by so many seconds, which may depend on the time."""
    of_it = day.sensor == SENSOR
    return replace(day, time_s=np.where(of_it, day.time_s + seconds(day.time_s), day.time_s))


def without(day: Day, gone: Mask) -> Day:
    return replace(day, sensor=day.sensor[~gone], time_s=day.time_s[~gone])


def faults(found: Located) -> list[SensorFinding]:
    return [one for one in found.sensors if one.fault is not SensorFault.NOT_CHECKED]


def only(found: Located, fault: SensorFault) -> SensorFinding:
    """The one finding there is: of this fault, at the sensor that has it."""
    assert [(one.sensor, one.fault) for one in faults(found)] == [(SENSOR, fault)]
    return faults(found)[0]


@pytest.mark.parametrize("seconds", [0.2, -0.2, 1.0, -1.0, 37.0, 3600.0, -3600.0, 3999.0, -3999.0])
def test_a_clock_that_is_ahead_or_behind_is_found_and_set_right(day: Day, seconds: float):
    found = day.located()
    wrong = ahead(day, lambda time: np.full(len(time), seconds)).located()
    one = only(wrong, SensorFault.CLOCK_OFFSET)
    assert one.value == pytest.approx(seconds, abs=max(0.03, 4 * one.error))
    assert (one.unit, one.corrected) == ("s", True)
    assert one.heard > 0.8 * one.expected > 10
    # With the error taken out the events are those of the sound day.
    assert abs(len(wrong.events) - len(found.events)) <= 1
    held = wrong.events.assigned >= 0
    assert held[day.sensor == SENSOR].sum() == pytest.approx(
        (found.events.assigned >= 0)[day.sensor == SENSOR].sum(), abs=3
    )


@pytest.mark.parametrize("per_day", [0.6, -0.6, 2.0, -2.0, 9.0, -9.0])
def test_a_clock_that_drifts_is_found_with_its_rate(day: Day, per_day: float):
    wrong = ahead(day, lambda time: per_day * (time - NOON_S) / DAY_S).located()
    drift = [one for one in faults(wrong) if one.fault is SensorFault.CLOCK_DRIFT]
    assert [one.sensor for one in faults(wrong)] == [SENSOR] * len(faults(wrong))
    assert drift[0].value == pytest.approx(per_day, abs=max(0.1, 4 * drift[0].error))
    assert (drift[0].unit, drift[0].corrected) == ("s/day", True)


@pytest.mark.parametrize("seconds", [0.3, -0.3, 1.0, -1.0, 27.0, -3600.0])
def test_a_clock_that_was_set_is_found_with_the_moment(day: Day, seconds: float):
    one = only(ahead(day, lambda time: np.where(time > NOON_S, seconds, 0.0)).located(), SensorFault.CLOCK_STEP)
    assert one.value == pytest.approx(seconds, abs=max(0.05, 4 * one.error))
    assert one.from_s == pytest.approx(NOON_S, abs=1800.0)
    assert one.corrected


def test_an_offset_and_a_drift_of_one_clock_are_both_told(day: Day):
    wrong = faults(ahead(day, lambda time: 10.0 - 1.8 * time / DAY_S).located())
    assert {one.fault for one in wrong} == {SensorFault.CLOCK_OFFSET, SensorFault.CLOCK_DRIFT}
    offset = next(one for one in wrong if one.fault is SensorFault.CLOCK_OFFSET)
    assert offset.value == pytest.approx(10.0 - 1.8 * offset.from_s / DAY_S, abs=0.1)


def test_a_dead_sensor_is_told_from_one_that_nobody_expected_to_hear(day: Day):
    one = only(without(day, day.sensor == SENSOR).located(), SensorFault.DEAD)
    assert one.heard == 0
    assert one.expected >= 10
    assert not one.corrected


def test_a_sensor_that_dies_is_found_with_the_moment(day: Day):
    one = only(without(day, (day.sensor == SENSOR) & (day.time_s > NOON_S)).located(), SensorFault.DEAD)
    assert one.from_s == pytest.approx(NOON_S, abs=1800.0)


def test_a_sensor_that_wakes_late_is_told_to_have_been_silent_until_then(day: Day):
    one = only(without(day, (day.sensor == SENSOR) & (day.time_s < NOON_S)).located(), SensorFault.DEAD)
    assert one.to_s == pytest.approx(NOON_S, abs=1800.0)


def test_a_sensor_that_hears_a_quarter_of_the_others_is_deaf(day: Day):
    lost = (day.sensor == SENSOR) & (np.random.default_rng(5).random(len(day.sensor)) > 0.25)
    one = only(without(day, lost).located(), SensorFault.DEAF)
    assert one.value == pytest.approx(0.25, abs=0.15)
    assert one.heard < 0.5 * one.expected


@pytest.mark.parametrize(
    ("east", "north"), [(60.0, 0.0), (0.0, -60.0), (-300.0, 200.0), (2500.0, -1500.0), (-4000.0, 0.0)]
)
def test_a_sensor_that_stands_elsewhere_is_found_there(day: Day, east: float, north: float):
    place = day.place_m.copy()
    place[SENSOR] += east, north
    one = only(replace(day, place_m=place).located(), SensorFault.MOVED)
    assert one.value == pytest.approx(np.hypot(east, north), abs=max(10.0, 4 * one.error))
    assert (one.unit, one.corrected) == ("m", True)


def test_a_sensor_that_was_carried_off_at_noon_is_found_with_the_moment():
    chance = np.random.default_rng(23)
    before = made_day(chance, events=500)
    place = before.place_m.copy()
    place[SENSOR] += 900.0, -700.0
    # The same draws with the sensor elsewhere: its arrivals after noon are those of the other place.
    after = made_day_at(place, before)
    of_it, late = before.sensor == SENSOR, before.time_s > NOON_S
    one = only(replace(before, time_s=np.where(of_it & late, after, before.time_s)).located(), SensorFault.MOVED)
    assert one.value == pytest.approx(np.hypot(900.0, 700.0), abs=40.0)
    assert one.from_s == pytest.approx(NOON_S, abs=3600.0)
    assert not one.corrected


def made_day_at(place: Floats, day: Day) -> Floats:
    """Times of a day's arrivals had the sensors stood at other places (each real arrival by its nearest source)."""
    found = day.located().events
    time = day.time_s.copy()
    rows = np.flatnonzero(found.assigned >= 0)
    event, sensor = found.assigned[rows], day.sensor[rows]
    source = np.c_[found.x_m, found.y_m][event]
    time[rows] += (np.hypot(*(place[sensor] - source).T) - np.hypot(*(day.place_m[sensor] - source).T)) / 341.0
    return time


def test_a_sensor_with_far_more_leftover_arrivals_than_the_others_is_noisy(day: Day):
    more = 2500
    loud = replace(
        day,
        sensor=np.r_[day.sensor, np.full(more, SENSOR)],
        time_s=np.r_[day.time_s, np.random.default_rng(6).uniform(0, DAY_S, more)],
    )
    one = only(loud.located(), SensorFault.NOISY)
    assert one.value == pytest.approx(more / 24, rel=0.15)
    assert one.unit == "1/h"


def test_two_sensors_at_one_place_are_told(day: Day):
    place = day.place_m.copy()
    place = np.vstack([place, place[SENSOR]])
    found = faults(replace(day, place_m=place).located())
    assert {one.sensor for one in found if one.fault is SensorFault.SAME_PLACE} == {SENSOR, len(place) - 1}


def test_several_faults_at_once_are_each_found(day: Day):
    time = day.time_s.copy()
    time[day.sensor == 2] += 1.0
    time[day.sensor == 9] -= 3600.0
    late = (day.sensor == 14) & (time > NOON_S)
    time[late] -= 2.0
    place = day.place_m.copy()
    place[20] += 400.0, 300.0
    wrong = without(replace(day, time_s=time, place_m=place), day.sensor == 25)
    assert [(one.sensor, one.fault) for one in faults(wrong.located())] == [
        (2, SensorFault.CLOCK_OFFSET),
        (9, SensorFault.CLOCK_OFFSET),
        (14, SensorFault.CLOCK_STEP),
        (20, SensorFault.MOVED),
        (25, SensorFault.DEAD),
    ]


@pytest.mark.parametrize("seed", range(6))
def test_a_sound_network_gives_no_findings(seed: int):
    assert faults(made_day(np.random.default_rng(100 + seed), sensors=40).located()) == []


def test_a_sensor_of_which_no_event_speaks_is_said_not_to_be_checked(day: Day):
    far = np.vstack([day.place_m, [200_000.0, 200_000.0]])
    found = replace(day, place_m=far).located().sensors
    assert [(one.sensor, one.fault) for one in found] == [(len(far) - 1, SensorFault.NOT_CHECKED)]


def test_the_order_of_arrivals_is_irrelevant(day: Day):
    wrong = ahead(day, lambda time: np.full(len(time), 1.0))
    mixed = np.random.default_rng(3).permutation(len(day.time_s))
    again = replace(wrong, sensor=wrong.sensor[mixed], time_s=wrong.time_s[mixed]).located()
    first = wrong.located()
    assert again.sensors == first.sensors
    assert np.array_equal(again.events.x_m, first.events.x_m)


def test_asked_not_to_correct_the_findings_stay_and_say_so(day: Day):
    wrong = ahead(day, lambda time: np.full(len(time), 1.0))
    one = only(wrong.located(LocateSettings(correct_sensors=False)), SensorFault.CLOCK_OFFSET)
    assert not one.corrected
