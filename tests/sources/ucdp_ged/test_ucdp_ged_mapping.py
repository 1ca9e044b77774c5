from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.model import (
    AreaPlace,
    Coverage,
    CoverageState,
    Means,
    Observation,
    Phenomenon,
    PointPlace,
    TimeSense,
    UnknownPlace,
)
from truceline.sources import Record, source_format
from truceline.sources.days import days_between
from truceline.sources.ucdp_ged import FORMAT
from truceline.sources.ucdp_ged.positions import place_of

COLUMNS = {
    "id": "501",
    "side_a": "Army of Tuzivia",
    "side_b": "Lisna Front",
    "where_prec": "1",
    "where_coordinates": "Lisne village",
    "where_description": "near the mill",
    "adm_1": "Tuzivska oblast",
    "adm_2": "Lisna raion",
    "latitude": "48.5",
    "longitude": "38.5",
    "geom_wkt": "POINT (38.5 48.5)",
    "country": "Tuzivia",
    "date_prec": "1",
    "date_start": "2015-02-15 00:00:00.000",
    "date_end": "2015-02-15 00:00:00.000",
    "best": "4",
    "high": "6",
    "low": "3",
}
HXL = "#id,,,,,,,,#geo+lat,#geo+lon,,,,#date+start,#date+end,#affected,,"


def table(*rows: dict[str, str], hxl: str = "") -> str:
    lines = [",".join({**COLUMNS, **row}.values()) for row in rows]
    return "\n".join([",".join(COLUMNS), *([hxl] if hxl else []), *lines]) + "\n"


def test_row_becomes_an_event_and_its_dead(read: Callable[..., list[Record]]):
    event, deaths, _ = read(table({}))
    assert (event.key, event.phenomenon, event.count.best) == ("501", Phenomenon.VIOLENT_EVENT, 1)
    assert (deaths.key, deaths.phenomenon) == ("501/deaths", Phenomenon.CASUALTY)
    assert (deaths.count.low, deaths.count.best, deaths.count.high) == (3, 4, 6)
    assert (deaths.time, deaths.place, deaths.evidence) == (event.time, event.place, event.evidence)
    assert event.means is Means.REPORTED


def test_nobody_is_attributed_and_the_names_are_kept(read: Callable[..., list[Record]]):
    event, deaths, _ = read(table({}), actors=(("Army of Tuzivia", "party-tu"),))
    assert event.party == deaths.party == ""
    assert event.words == "Army of Tuzivia and Lisna Front; near the mill"


def test_event_without_deaths_has_no_casualty(read: Callable[..., list[Record]]):
    records = read(table({"low": "0", "best": "0", "high": "0"}))
    assert [record.phenomenon for record in records if isinstance(record, Observation)] == [Phenomenon.VIOLENT_EVENT]


def test_deaths_that_are_only_possible_are_counted_from_zero(read: Callable[..., list[Record]]):
    _, deaths, _ = read(table({"low": "0", "best": "0", "high": "2"}))
    assert (deaths.count.low, deaths.count.best, deaths.count.high) == (0, 0, 2)


def test_day_is_local_and_its_zone_recorded(read: Callable[..., list[Record]]):
    event, *_ = read(table({}))
    assert event.time.start == datetime(2015, 2, 14, 22, tzinfo=UTC)
    assert event.time.end == datetime(2015, 2, 15, 22, tzinfo=UTC)
    assert event.time.sense is TimeSense.SOMETIME
    assert event.time.assumed_zone == "Europe/Kyiv"


def test_zone_can_be_named(read: Callable[..., list[Record]]):
    event, *_ = read(table({}), zone=ZoneInfo("Asia/Kolkata"))
    assert event.time.start == datetime(2015, 2, 14, 18, 30, tzinfo=UTC)
    assert event.time.assumed_zone == "Asia/Kolkata"


@pytest.mark.parametrize(("precision", "last", "days"), [("2", "2015-02-17", 3), ("3", "2015-02-21", 7)])
def test_less_precise_dates_span_all_their_days(
    read: Callable[..., list[Record]], precision: str, last: str, days: int
):
    event, *_ = read(table({"date_prec": precision, "date_end": last}))
    assert event.time.duration_s == days * 86_400
    assert f"date_prec {precision}" in event.time.text


def test_exact_and_near_places_are_points_with_their_radius(read: Callable[..., list[Record]]):
    exact, _, near, *_ = read(table({}, {"id": "502", "where_prec": "2"}))
    assert exact.place == PointPlace(48.5, 38.5, 5_000.0, "Lisne village")
    assert near.place == PointPlace(48.5, 38.5, 25_000.0, "Lisne village")


@pytest.mark.parametrize(
    ("precision", "name"),
    [
        ("3", "Tuzivska oblast / Lisna raion"),
        ("4", "Tuzivska oblast"),
        ("5", "Lisne village"),
        ("6", "Tuzivia"),
        ("7", "Lisne village"),
    ],
)
def test_wider_places_are_areas_never_points(read: Callable[..., list[Record]], precision: str, name: str):
    event, *_ = read(table({"where_prec": precision}))
    assert event.place == AreaPlace(name)


def test_area_without_a_name_is_an_unknown_place(read: Callable[..., list[Record]]):
    event, *_ = read(table({"where_prec": "4", "adm_1": ""}))
    assert event.place == UnknownPlace("Lisne village")


def test_hxl_row_is_passed_over(read: Callable[..., list[Record]]):
    records = read(table({}, hxl=HXL))
    assert [type(record).__name__ for record in records] == ["Observation", "Observation", "Coverage"]
    assert records[0].evidence.line == 3


def test_press_saw_part_of_it_over_the_span_of_the_file(read: Callable[..., list[Record]]):
    *_, coverage = read(table({}, {"id": "502", "date_start": "2015-03-01", "date_end": "2015-03-02"}))
    assert isinstance(coverage, Coverage)
    assert (coverage.area, coverage.state) == ("*", CoverageState.DEGRADED)
    assert coverage.time.start == datetime(2015, 2, 14, 22, tzinfo=UTC)
    assert coverage.time.end == datetime(2015, 3, 2, 22, tzinfo=UTC)
    assert "fatal events only" in coverage.reason
    assert coverage.detection == ((Phenomenon.VIOLENT_EVENT, None), (Phenomenon.CASUALTY, None))


def test_same_row_twice_is_given_twice(read: Callable[..., list[Record]]):
    keys = [record.key for record in read(table({}, {})) if isinstance(record, Observation)]
    assert keys == ["501", "501/deaths", "501", "501/deaths"]


def test_format_is_found_by_its_name():
    assert source_format("ucdp-ged") is FORMAT


@given(st.sampled_from("34567"), st.floats(-90, 90), st.floats(-180, 180))
def test_no_wide_place_ever_shows_its_coordinates(precision: str, lat: float, lon: float):
    place = place_of({**COLUMNS, "where_prec": precision, "latitude": str(lat), "longitude": str(lon)})
    assert place.area_95() is None


@given(st.dates(date(1990, 1, 1), date(2040, 1, 1)), st.integers(0, 400))
def test_days_hold_every_hour_of_the_local_calendar_and_join_up(first: date, length: int):
    zone, last = ZoneInfo("Europe/Kyiv"), first + timedelta(days=length)
    start, end = days_between(first, last, zone)
    following, _ = days_between(last + timedelta(days=1), last + timedelta(days=1), zone)
    assert end == following
    assert start.astimezone(zone).date() == first
    assert (end - timedelta(seconds=1)).astimezone(zone).date() == last
