"""What moved an event: settled again it stands where it was found, and each sensor left out moves it as reckoned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from truceline.fusion.arrivals import locate
from truceline.fusion.arrivals.explaining import ELLIPSE_95, Moved, explained
from truceline.model import UsageFault

Make = Callable[..., Any]


@pytest.fixture
def told(hour: Make) -> Callable[..., list[Moved]]:
    """Every event of a made-up hour, explained."""

    def tell(seed: int = 5, **told: float) -> list[Moved]:
        one_hour = hour(seed, **told)
        located = locate(one_hour.sensors, one_hour.arrivals)
        assert located.workings is not None
        return [
            explained(located.workings, located.events, one_hour.arrivals.sensor, row)
            for row in range(len(located.events))
        ]

    return tell


def test_every_event_comes_out_again_where_it_was_found(hour: Make):
    one_hour = hour(5)
    located = locate(one_hour.sensors, one_hour.arrivals)
    assert located.workings is not None
    probability = 1.0 / (1.0 + np.exp(-located.workings.log_odds))
    assert probability == pytest.approx(located.events.probability)
    apart = []
    for row in range(len(located.events)):
        one = explained(located.workings, located.events, one_hour.arrivals.sensor, row)
        apart.append(one.log_odds - located.workings.log_odds[row])
        assert len(one.heard) == located.events.arrivals[row]
        assert {voice.arrival for voice in one.heard} == set(np.flatnonzero(located.events.assigned == row).tolist())
    assert np.abs(apart).max() < 0.05


def test_leaving_a_sensor_out_moves_the_event_as_the_linear_formula_says(told: Callable[..., list[Moved]]):
    # Cook & Weisberg 1982: without case i an estimate moves by -(XtWX)^-1 x w r / (1 - h)
    exact, linear = [], []
    for one in told():
        for voice in one.heard:
            if voice.leverage > 0.5 or not np.isfinite(voice.shift_m):
                continue
            away = np.radians(voice.bearing_deg)
            speed = one.air.speed_mps + one.air.wind_x_mps * np.sin(away) + one.air.wind_y_mps * np.cos(away)
            slope = np.array([-np.sin(away) / speed, -np.cos(away) / speed, 1.0])
            pull = one.air.own_covariance @ slope * voice.residual_s / voice.error_s**2 / (1.0 - voice.leverage)
            exact.append((voice.shift_x_m, voice.shift_y_m))
            linear.append(-pull[:2])
    apart = np.hypot(*(np.array(exact) - np.array(linear)).T)
    assert np.quantile(apart, 0.9) < 0.05 * np.quantile(np.hypot(*np.array(exact).T), 0.9)


def test_a_miss_takes_away_what_one_expects_of_it(told: Callable[..., list[Moved]]):
    for one in told(7, missed=0.3):
        hearing = [voice.heard_chance for voice in one.missed]
        taken = [voice.adds for voice in one.missed]
        assert all(voice.shift_m < 1e-3 for voice in one.missed)
        # up to the farthest hearer each miss costs the same: the log of the share that does not hear
        assert taken == pytest.approx([np.log(1.0 - chance) for chance in hearing], abs=0.3)
        assert one.misses_expected == pytest.approx(
            sum(1.0 - chance for chance in hearing) + sum(1.0 - voice.heard_chance for voice in one.heard)
        )


def test_workings_of_other_arrivals_are_refused(hour: Make):
    one_hour = hour(5)
    located = locate(one_hour.sensors, one_hour.arrivals)
    assert located.workings is not None
    others = replace(located.workings, time_s=located.workings.time_s + np.arange(len(one_hour.time_s)) % 7)
    with pytest.raises(UsageFault, match="does not come out of these workings again"):
        explained(others, located.events, one_hour.arrivals.sensor, 0)


def test_in_still_air_the_wind_moves_nothing_and_known_air_has_the_smaller_ellipse(told: Callable[..., list[Moved]]):
    windy = told(5, air_error=0.0, events=40)
    assert all(np.isfinite([one.air.still_x_m, one.air.still_y_m]).all() for one in windy)
    assert all(np.linalg.eigvalsh(one.air.own_covariance[:2, :2]).min() > 0 for one in windy)
    assert pytest.approx(2.4477, abs=1e-3) == ELLIPSE_95


def test_swapping_east_and_west_mirrors_every_shift(hour: Make):
    one_hour = hour(5)
    flipped = replace(one_hour, place=one_hour.place * [-1.0, 1.0])
    here, there = ((locate(one.sensors, one.arrivals), one.arrivals.sensor) for one in (one_hour, flipped))
    for row in range(len(here[0].events)):
        one, other = (explained(found.workings, found.events, of, row) for found, of in (here, there))
        for voice, image in zip(
            sorted(one.heard, key=lambda v: v.sensor), sorted(other.heard, key=lambda v: v.sensor), strict=True
        ):
            assert voice.shift_x_m == pytest.approx(-image.shift_x_m, abs=0.5, nan_ok=True)
            assert voice.shift_y_m == pytest.approx(image.shift_y_m, abs=0.5, nan_ok=True)


@pytest.mark.parametrize("salvo", [0, 8])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_events_of_crowded_hours_come_out_again_too(hour: Make, seed: int, salvo: int):
    one_hour = hour(seed, salvo=salvo, noise=150, missed=0.25)
    located = locate(one_hour.sensors, one_hour.arrivals)
    assert located.workings is not None
    for row in range(len(located.events)):
        one = explained(located.workings, located.events, one_hour.arrivals.sensor, row)
        assert abs(one.log_odds - located.workings.log_odds[row]) < 0.1
        assert len(one.heard) == located.events.arrivals[row]
