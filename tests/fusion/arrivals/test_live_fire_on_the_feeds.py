"""Shots of the live-fire tests, located from all pulses and without the key, against the survey and the key."""

from __future__ import annotations

import json
import tarfile
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from truceline.fusion.arrivals import locate
from truceline.model import ArrivalTable, SensorTable, Words

pytestmark = pytest.mark.feeds

SURVEY_M = 2.5
ONE_SHOT = 3


def tables(pulses: list[dict[str, Any]]) -> tuple[SensorTable, ArrivalTable]:
    told: dict[str, list[list[float]]] = {}
    for one in pulses:
        told.setdefault(one["serial_number"], []).append([one["location"][axis] for axis in "xyz"])
    row = {name: number for number, name in enumerate(told)}
    # A sensor gives a place with every pulse; a few of them wander by some metres.
    x, y, z = np.array([np.median(places, axis=0) for places in told.values()]).T.copy()
    time_s = np.array([datetime.fromisoformat(one["arrival_time_utc"]).timestamp() for one in pulses])
    arrivals = ArrivalTable(
        tuple(one["pulse_uuid"] for one in pulses), np.array([row[one["serial_number"]] for one in pulses]),
        time_s - time_s.min(), Words.of([""] * len(pulses)), np.full(len(pulses), np.nan),
    )  # fmt: skip
    return SensorTable(tuple(told), x, y, z), arrivals


@pytest.fixture(scope="module")
def live_fire(feeds: Path) -> dict[str, list[dict[str, Any]]]:
    """Per firing position what each test handed over: pulses, key and survey."""
    told: dict[str, dict[str, dict[str, Any]]] = {}
    with tarfile.open(feeds / "acoustic_livefire" / "pittsburgh_2018_fp1-fp6.tar.xz") as packed:
        for member in packed:
            kind = Path(member.name).stem.partition(".")[2]
            stream = packed.extractfile(member) if kind in ("allpulses", "nlos-tuples", "survey") else None
            if stream:
                position, test = Path(member.name).parts[-3:-1]
                told.setdefault(position, {}).setdefault(test, {})[kind] = json.load(stream)
    return {position: list(tests.values()) for position, tests in told.items()}


def outcome(tests: list[dict[str, Any]]) -> tuple[int, list[float], list[bool], int]:
    """Shots keyed, error of each found (m), whether its ellipse holds the survey, and events that are no shot."""
    sensors, arrivals = tables([pulse for test in tests for pulse in test["allpulses"]])
    keys = [set(shot["pulse_uuids"]) for test in tests for shot in test["nlos-tuples"]]
    places = [test["survey"]["survey_location"] for test in tests for _ in test["nlos-tuples"]]
    surveyed = [np.array([place["x"], place["y"]]) for place in places]
    events = locate(sensors, arrivals).events
    names, errors, held, used = np.array(arrivals.id), [], [], set[int]()
    for event in range(len(events)):
        mine = set(names[events.assigned == event])
        common, key = max(((len(mine & shot), i) for i, shot in enumerate(keys) if i not in used), default=(0, -1))
        if common >= ONE_SHOT:
            used.add(key)
            away = np.array([events.x_m[event], events.y_m[event]]) - surveyed[key]
            spread = events.covariance[event, :2, :2] + SURVEY_M**2 * np.eye(2)
            errors.append(float(np.hypot(*away)))
            held.append(bool(away @ np.linalg.solve(spread, away) < 5.991))
    return len(keys), errors, held, len(events) - len(errors)


def test_shots_of_a_firing_position_are_found_where_they_were_surveyed(live_fire: dict[str, list[dict[str, Any]]]):
    # Reached: 215 of 215 found, 2 invented, median 4.16 m, 90 % within 6.27 m, 94.9 % held. The bounds hold what is
    # reached; the aim is none invented, 4.2 m and 6.0 m (with the key: 4.2 m and 6.0 m).
    each = [outcome(tests) for tests in live_fire.values()]
    errors, held = np.concatenate([one[1] for one in each]), np.concatenate([one[2] for one in each])
    assert sum(one[0] for one in each) == len(errors) == 215
    assert sum(one[3] for one in each) <= 2
    assert np.median(errors) <= 4.2
    assert np.quantile(errors, 0.9) <= 6.4
    assert held.mean() >= 0.93


def test_shots_of_a_single_test_are_found(live_fire: dict[str, list[dict[str, Any]]]):
    # Reached: 212 of 215 found, 1 invented, median 3.92 m, 90 % within 6.73 m, 95.3 % held. The aim is as above.
    each = [outcome([test]) for tests in live_fire.values() for test in tests]
    errors, held = np.concatenate([one[1] for one in each]), np.concatenate([one[2] for one in each])
    assert len(errors) >= 212
    assert sum(one[3] for one in each) <= 1
    assert np.median(errors) <= 4.2
    assert np.quantile(errors, 0.9) <= 7.0
    assert held.mean() >= 0.93
