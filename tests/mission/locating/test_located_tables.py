"""Located events as tables, in the form of the files that came in."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from located_samples import DEGREES, GRID, MOMENTS

from truceline.mission.locating.ellipses import CHI2_95, ellipses_of
from truceline.mission.locating.tables import Told, tables_of
from truceline.model.geodesy import WGS84

TellsOf = Callable[..., Told]
EVENTS = "event,x,y,z,time,probability,ellipse_major,ellipse_minor,ellipse_azimuth,cov_xx,cov_xy,cov_yy,arrivals"
SENSORS = "sensor,finding,value,error,unit,from,until,expected,heard,corrected"


def test_events_have_exactly_the_columns_that_are_promised(told: TellsOf):
    tables = tables_of(told())
    assert ",".join(tables["events"].column_names) == EVENTS
    assert tables["assignments"].column_names == ["event", "arrival"]
    assert tables["mirrors"].column_names == ["event", "x", "y", "share"]
    assert ",".join(tables["sensors"].column_names) == SENSORS


def test_kilometres_and_seconds_stay_what_they_were(told: TellsOf):
    first, second = tables_of(told())["events"].to_pylist()
    assert (first["x"], first["y"], first["z"], first["time"]) == (2.0, 1.5, None, 8.25)
    assert (second["x"], second["y"], second["z"]) == (2.5, 1.25, -1.2)
    assert (first["cov_xx"], first["cov_xy"], first["cov_yy"]) == (0.0004, 0.0, 0.0001)
    assert first["ellipse_major"] == pytest.approx(0.02 * CHI2_95**0.5, abs=1e-6)
    assert first["ellipse_minor"] == pytest.approx(0.01 * CHI2_95**0.5, abs=1e-6)
    assert (first["ellipse_azimuth"], second["ellipse_azimuth"]) == (90.0, 0.0)


def test_a_grid_stays_a_grid_in_metres(told: TellsOf):
    first, _ = tables_of(told(GRID, MOMENTS, "EPSG:32637"))["events"].to_pylist()
    assert (first["x"], first["y"]) == (412002.45, 5319504.35)
    assert (first["time"], first["cov_xx"]) == ("2031-01-01T00:00:08.250000Z", 400.0)


def test_degrees_stay_degrees_with_metres_of_ellipse(told: TellsOf):
    first, _ = tables_of(told(DEGREES, MOMENTS))["events"].to_pylist()
    assert (first["x"], first["y"]) == (pytest.approx(37.0255, abs=1e-3), pytest.approx(48.0154, abs=1e-3))
    assert first["cov_xx"] == pytest.approx(400, abs=0.1)
    assert first["ellipse_azimuth"] == pytest.approx(90, abs=0.05)


def test_every_arrival_is_in_an_event_or_left_over(told: TellsOf):
    tables = tables_of(told())
    assert tables["assignments"].to_pylist() == [
        {"event": 1, "arrival": "1"},
        {"event": 1, "arrival": "3"},
        {"event": 1, "arrival": "2"},
        {"event": 2, "arrival": "d"},
    ]
    assert tables["leftover"].to_pylist() == [{"arrival": "last", "sensor": "A", "time": 18.0}]


def test_a_mirror_image_stands_beside_its_event(told: TellsOf):
    assert tables_of(told())["mirrors"].to_pylist() == [{"event": 2, "x": 2.7, "y": 1.5, "share": 0.25}]


def test_each_sensor_has_a_row_and_none_says_where_it_stands(told: TellsOf):
    rows = tables_of(told())["sensors"].to_pylist()
    assert [(row["sensor"], row["finding"]) for row in rows] == [
        ("A", "ok"),
        ("B", "clock-offset"),
        ("C", "ok"),
        ("D", "ok"),
    ]
    assert rows[1] == {
        "sensor": "B", "finding": "clock-offset", "value": 1.0, "error": 0.01, "unit": "s", "from": None,
        "until": 12.0, "expected": 9.5, "heard": 1.0, "corrected": "yes",
    }  # fmt: skip
    assert (rows[0]["heard"], rows[0]["expected"]) == (1.0, None)


def test_a_sensor_that_gave_nothing_was_not_checked_and_one_beside_another_is_told(told: TellsOf):
    rows = tables_of(told("sensor,x,y\nA,0,0\nB,4,0\nC,0,3\nD,4,3\nE,4,3\nF,9,9\n"))["sensors"].to_pylist()
    assert [row["finding"] for row in rows] == ["ok", "clock-offset", "ok", "same-place", "same-place", "not-checked"]


def test_the_wind_is_told_towards_east_and_north(told: TellsOf):
    (node,) = tables_of(told(DEGREES, MOMENTS))["medium"].to_pylist()
    assert (node["wind_x_mps"], node["wind_y_mps"]) == (pytest.approx(3, abs=0.01), pytest.approx(4, abs=0.01))


def test_far_from_the_middle_an_ellipse_keeps_its_bearing_on_the_ground(told: TellsOf):
    """An error along a known bearing must come out at that bearing, though the plane is turned there."""
    frame = told("sensor,lat,lon\nA,60,20\nB,60,40\nC,62,30\n", MOMENTS.replace("D,", "A,")).heard.frame
    lon, lat = np.array([20.5]), np.array([60.2])
    for bearing in (10.0, 35.0, 120.0):
        lon_far, lat_far, _ = WGS84.fwd(lon, lat, [bearing], [50.0])
        (x, y), (far_x, far_y) = frame.plane(lon, lat), frame.plane(np.asarray(lon_far), np.asarray(lat_far))
        step = np.array([far_x[0] - x[0], far_y[0] - y[0]])
        ellipse = ellipses_of(np.outer(step, step)[None], frame.turn(x, y))
        assert ellipse.azimuth_deg[0] == pytest.approx(bearing, abs=0.1)


@given(st.floats(0.1, 50), st.floats(0.1, 50), st.floats(0, np.pi), st.floats(-np.pi, np.pi))
def test_an_ellipse_says_what_its_covariance_says(one: float, other: float, bearing: float, turn: float):
    axis = np.array([np.sin(bearing), np.cos(bearing)])
    across = np.array([-axis[1], axis[0]])
    covariance = one**2 * np.outer(axis, axis) + other**2 * np.outer(across, across)
    found = ellipses_of(covariance[None], np.array([turn]))
    assert found.major[0] == pytest.approx(max(one, other) * CHI2_95**0.5, rel=1e-6)
    assert found.minor[0] == pytest.approx(min(one, other) * CHI2_95**0.5, rel=1e-4)
    if abs(one - other) > 0.01 * max(one, other):
        expected = np.degrees(bearing + turn + (0 if one > other else np.pi / 2))
        apart = (found.azimuth_deg[0] - expected + 90) % 180 - 90
        assert abs(apart) < 1e-3
