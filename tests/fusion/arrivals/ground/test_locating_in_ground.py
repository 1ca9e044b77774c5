"""Quakes and blasts found again from their P and S waves, and what becomes of odd networks and picks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
import pytest

from truceline.fusion.arrivals import locate
from truceline.fusion.arrivals.ground import locate_in_ground
from truceline.model import Located, Medium, SensorFault, UsageFault

Make = Callable[..., Any]


class Quakes(Protocol):
    """What was made (conftest)."""

    truth: np.ndarray


def offsets(located: Located, made: Quakes) -> tuple[np.ndarray, np.ndarray]:
    """Of each true event the nearest found within two seconds (-1: none), and how far away it is (m)."""
    events = located.events
    rows, away = np.full(len(made.truth), -1), np.full(len(made.truth), np.inf)
    for row, (x, y, moment, _) in enumerate(made.truth):
        near = np.flatnonzero(np.abs(events.time_s - moment) < 2.0)
        if len(near):
            apart = np.hypot(events.x_m[near] - x, events.y_m[near] - y)
            rows[row], away[row] = near[np.argmin(apart)], apart.min()
    return rows, away


@pytest.fixture(scope="module")
def plain(shaken: Make) -> tuple[Any, Located]:
    made = shaken(1)
    return made, locate(made.sensors, made.arrivals, Medium.SEISMIC)


def test_quakes_and_blasts_are_found_where_they_were(plain: tuple[Any, Located]):
    made, located = plain
    rows, away = offsets(located, made)
    assert (rows >= 0).sum() >= 19
    assert np.median(away) < 600
    assert len(located.events) <= 22
    depth, error = -located.events.z_m[rows], np.sqrt(located.events.covariance[rows, 3, 3])
    assert (np.abs(depth - made.truth[:, 3]) < 2.5 * error + 100).mean() >= 0.85


def test_covariance_is_over_place_time_and_height_and_sound(plain: tuple[Any, Located]):
    covariance = plain[1].events.covariance
    assert covariance.shape[1:] == (4, 4)
    assert np.allclose(covariance, covariance.transpose(0, 2, 1))
    assert (np.linalg.eigvalsh(covariance) > 0).all()


def test_every_arrival_is_with_one_event_or_none(plain: tuple[Any, Located]):
    made, located = plain
    events = located.events
    assert np.array_equal(np.bincount(events.assigned[events.assigned >= 0], minlength=len(events)), events.arrivals)
    assert (events.assigned[made.event < 0] < 0).mean() > 0.9


def test_sensors_are_told_as_not_checked_and_the_ground_is_told(plain: tuple[Any, Located]):
    made, located = plain
    assert {(one.sensor, one.fault) for one in located.sensors} == {
        (row, SensorFault.NOT_CHECKED) for row in range(len(made.place))
    }
    assert located.ground is not None
    assert abs(located.ground.p_mps[0] / 5800.0 - 1) < 0.05
    assert located.ground.delay_s.shape == (16, 2)


def test_the_order_of_rows_and_the_clock_do_not_matter(shaken: Make):
    made = shaken(2, events=10)
    first = locate_in_ground(made.sensors, made.arrivals).events
    order = np.random.default_rng(3).permutation(len(made.sensor))
    table = made.arrivals
    mixed = replace(
        table, id=tuple(table.id[row] for row in order), sensor=table.sensor[order],
        time_s=table.time_s[order], phase=table.phase.take(order), amplitude=table.amplitude[order],
    )  # fmt: skip
    second = locate_in_ground(made.sensors, mixed).events
    assert np.allclose(first.x_m, second.x_m, atol=1.0)
    assert np.array_equal(first.assigned[order], second.assigned)


def test_phases_may_be_left_unsaid(shaken: Make):
    made = shaken(4, said="nothing")
    rows, away = offsets(locate_in_ground(made.sensors, made.arrivals), made)
    assert (rows >= 0).sum() >= 18
    assert np.median(away) < 1000


def test_p_alone_locates_and_its_depth_is_told_as_less_sure(shaken: Make, plain: tuple[Any, Located]):
    made = shaken(1, said="P")
    located = locate_in_ground(made.sensors, made.arrivals)
    assert (offsets(located, made)[0] >= 0).sum() >= 17
    error = np.sqrt(np.median(located.events.covariance[:, 3, 3]))
    assert error > np.sqrt(np.median(plain[1].events.covariance[:, 3, 3]))


def test_a_sensor_that_swaps_its_phases_spoils_nothing(shaken: Make):
    made = shaken(5)
    swap = {"P": "S", "S": "P"}
    made.phase = [swap[word] if who == 6 else word for word, who in zip(made.phase, made.sensor, strict=True)]
    located = locate_in_ground(made.sensors, made.arrivals)
    rows, away = offsets(located, made)
    assert (rows >= 0).sum() >= 19
    assert np.median(away) < 700


def test_sensors_on_a_line_leave_two_places(shaken: Make):
    made = shaken(6, line=True)
    events = locate_in_ground(made.sensors, made.arrivals).events
    error_m = np.sqrt(events.covariance[:, 0, 0] + events.covariance[:, 1, 1])
    off = 2 * np.abs(events.y_m - 18_000.0) > 4 * error_m
    assert off.sum() >= 5
    shown = events.mirror_share[off] > 0
    assert shown.mean() >= 0.9
    assert np.allclose(events.mirror_y_m[off][shown] - 18_000.0, 18_000.0 - events.y_m[off][shown], atol=1500.0)


@pytest.mark.parametrize("sensors", [0, 1, 2])
def test_too_few_sensors_locate_nothing_and_lose_nothing(shaken: Make, sensors: int):
    made = shaken(1, events=6, noise=0)
    few = np.flatnonzero(made.sensor < sensors)
    every = made.sensors
    x_m, y_m, z_m = (column[:sensors] for column in (every.x_m, every.y_m, every.z_m))
    table = replace(every, id=every.id[:sensors], x_m=x_m, y_m=y_m, z_m=z_m)
    arrivals = made.arrivals
    some = replace(
        arrivals, id=tuple(arrivals.id[row] for row in few), sensor=arrivals.sensor[few],
        time_s=arrivals.time_s[few], phase=arrivals.phase.take(few), amplitude=arrivals.amplitude[few],
    )  # fmt: skip
    located = locate_in_ground(table, some)
    assert len(located.events) == 0
    assert located.events.assigned.tolist() == [-1] * len(few)


def test_a_time_that_is_none_is_refused(shaken: Make):
    made = shaken(1)
    made.time_s[3] = np.nan
    with pytest.raises(UsageFault, match="'a3' has no time"):
        locate_in_ground(made.sensors, made.arrivals)


def test_chance_alone_makes_no_events(shaken: Make):
    made = shaken(7, events=1, noise=0)
    chance = np.random.default_rng(8)
    made.sensor, made.phase = chance.integers(0, 16, 800), ["P", "S"] * 400
    made.time_s = chance.uniform(0, 3600.0, 800)
    located = locate_in_ground(made.sensors, made.arrivals)
    assert located.events.probability.sum() <= 3
