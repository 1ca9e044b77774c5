from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import shapely
import shapely.affinity
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.model import Coverage, CoverageState, Flag, Means, Observation, Phenomenon, TimeSense, distance_m
from truceline.model.geodesy import LocalPlane
from truceline.sources import Record, source_format
from truceline.sources.firms import FORMAT
from truceline.sources.firms.footprints import footprints

SHORT = "LATITUDE,LONGITUDE,ACQ_DATE\n"
FULL = "latitude,longitude,brightness,scan,track,acq_date,acq_time,satellite,instrument,confidence,frp,daynight\n"
NIGHT = "48.5,38.5,310.2,1.2,1.1,2022-03-01,0035,N,VIIRS,low,3.4,N\n"


def test_short_row_is_an_unknown_moment_of_a_utc_day_in_an_assumed_pixel(read: Callable[..., list[Record]]):
    seen, _ = read(f"{SHORT}48.5,38.5,2022-03-01\n")
    assert seen.phenomenon is Phenomenon.THERMAL_ANOMALY
    assert seen.means is Means.DETECTED
    assert seen.time.start == datetime(2022, 3, 1, tzinfo=UTC)
    assert seen.time.end == datetime(2022, 3, 2, tzinfo=UTC)
    assert seen.time.sense is TimeSense.SOMETIME
    assert seen.flags == (Flag.FOOTPRINT_ASSUMED,)
    assert "1 x 1 km" in seen.place.label


def test_full_row_is_the_moment_of_the_pass_in_its_own_pixel(read: Callable[..., list[Record]]):
    seen, *_ = read(FULL + NIGHT)
    assert seen.time.start == seen.time.end == datetime(2022, 3, 1, 0, 35, tzinfo=UTC)
    assert seen.flags == ()
    assert seen.words == "satellite N; instrument VIIRS; confidence low; frp 3.4; daynight N"
    assert "1.2 x 1.1 km" in seen.place.label


@pytest.mark.parametrize("clock", ["35", "0035", "00:35"])
def test_time_of_day_may_lack_its_leading_zeros(read: Callable[..., list[Record]], clock: str):
    seen, *_ = read(FULL + NIGHT.replace("0035", clock))
    assert seen.time.start == datetime(2022, 3, 1, 0, 35, tzinfo=UTC)


def test_names_in_upper_case_mean_the_same(read: Callable[..., list[Record]]):
    assert read(FULL + NIGHT) == read(FULL.upper() + NIGHT)


def test_place_is_an_area_around_the_middle_and_no_point(read: Callable[..., list[Record]]):
    seen, _ = read(f"{SHORT}48.5,38.5,2022-03-01\n")
    box = seen.place.area_95()
    assert box.geom_type == "Polygon"
    assert box.contains(shapely.Point(38.5, 48.5))
    west, south, east, north = box.bounds
    side_m = 1_000 * (math.cos(math.radians(20)) + math.sin(math.radians(20)))
    assert distance_m(48.5, west, 48.5, east) == pytest.approx(side_m, rel=1e-4)
    assert distance_m(south, 38.5, north, 38.5) == pytest.approx(side_m, rel=1e-4)


def test_key_tells_satellites_and_times_apart(read: Callable[..., list[Record]]):
    keys = {r.key for r in read(FULL + NIGHT + NIGHT.replace(",N,V", ",1,V") + NIGHT.replace("0035", "0217"))[:-1]}
    assert len(keys) == 3


def test_same_row_twice_is_given_twice(read: Callable[..., list[Record]]):
    first, second, _ = read(FULL + NIGHT + NIGHT.replace("0035", "35"))
    assert first.key == second.key


def test_satellites_see_part_of_it_over_the_span_of_the_file(read: Callable[..., list[Record]]):
    *_, coverage = read(f"{SHORT}48.5,38.5,2022-03-05\n48.5,38.5,2022-03-01\n")
    assert isinstance(coverage, Coverage)
    assert (coverage.area, coverage.state) == ("*", CoverageState.DEGRADED)
    assert coverage.time.start == datetime(2022, 3, 1, tzinfo=UTC)
    assert coverage.time.duration_s == timedelta(days=5).total_seconds()
    assert "clouds" in coverage.reason


def test_table_without_detections_says_nothing(read: Callable[..., list[Record]]):
    assert read(FULL) == []


def test_order_is_kept_over_many_batches(read: Callable[..., list[Record]]):
    rows = [f"{40 + n / 1000},38.5,2022-03-01\n" if n % 7 else "x,38.5,2022-03-01\n" for n in range(9_000)]
    *records, _ = read(SHORT + "".join(rows))
    lines = [r.evidence.line if isinstance(r, Observation) else r.line for r in records]
    assert lines == list(range(2, 9_002))
    assert all(
        record.place.area_95().contains(shapely.Point(38.5, 40 + (record.evidence.line - 2) / 1000))
        for record in records
        if isinstance(record, Observation)
    )


def test_format_is_found_by_its_name():
    assert source_format("firms") is FORMAT


@settings(max_examples=40)
@given(
    lat=st.floats(-65, 65),
    lon=st.floats(-179, 179),
    scan_km=st.floats(0.3, 5),
    track_km=st.floats(0.3, 2),
    turn=st.floats(-20, 20),
)
def test_footprint_holds_a_pixel_turned_by_up_to_twenty_degrees(
    lat: float, lon: float, scan_km: float, track_km: float, turn: float
):
    (box,) = footprints([lat], [lon], [scan_km], [track_km])
    pixel = shapely.box(-scan_km * 500, -track_km * 500, scan_km * 500, track_km * 500)
    turned = shapely.affinity.rotate(pixel, turn, origin=(0, 0))
    on_globe = LocalPlane(lon, lat).unflatten(turned)
    assert box.buffer(2e-5).contains(on_globe)
