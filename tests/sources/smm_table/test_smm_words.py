"""Counts, bearings, bands and times as monitors write them."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.model import Armament, InputFault, TimeSense, UsageFault, ValueFault, Weapon, midnight, zone
from truceline.sources import ReadOptions
from truceline.sources.counts import MOST_ITEMS, read_count
from truceline.sources.smm_table.bearings import HORIZON, SECTOR_DEG, WINDS, centre, sweep
from truceline.sources.smm_table.locations import read_seen_from
from truceline.sources.smm_table.positions import Spot, find_spot
from truceline.sources.smm_table.settings import read_settings
from truceline.sources.smm_table.times import read_time
from truceline.sources.smm_table.vocabulary import before_outage, read_armament, read_direction, read_weapon

CALENDAR = read_settings(ReadOptions(settings=(("report_date", "2021-09-21"),))).calendar


def _local(text: str) -> tuple[str, str]:
    time = read_time(text, CALENDAR)
    return tuple(f"{end.astimezone(CALENDAR.zone):%m-%d %H:%M}" for end in (time.start, time.end))


@pytest.mark.parametrize(
    ("text", "low", "best", "high"),
    [
        ("12", 12, 12, 12),
        ("1,200", 1200, 1200, 1200),
        ("about 40", 36, 40, 44),
        ("approximately 3", 2, 3, 4),
        ("~1", 1, 1, 2),
        ("N/K", 1, None, None),
        ("", 1, None, None),
        ("at least 5", 5, None, None),
        ("5+", 5, None, None),
        ("over 20", 21, None, None),
        ("up to 9", 1, None, 9),
        ("fewer than 9", 1, None, 8),
        ("5-7", 5, None, 7),
        ("5–7", 5, None, 7),
        ("about 10 to 20", 9, None, 22),
        ("two", 2, 2, 2),
    ],
)
def test_counts_as_written(text: str, low: int, best: int | None, high: int | None):
    found = read_count(text)
    assert (found.low, found.best, found.high, found.text) == (low, best, high, text)


@pytest.mark.parametrize(
    "text", ["dozens", "several", "-3", "−3", "0", "7-5", "1.5", "100001", "12 bursts", "1e3", "x"]
)
def test_counts_that_cannot_be_read_are_refused(text: str):
    with pytest.raises(ValueFault) as caught:
        read_count(text)
    assert caught.value.example
    assert repr(text) in caught.value.what


@given(st.integers(1, MOST_ITEMS))
def test_law_a_formatted_count_is_read_back(number: int):
    assert read_count(str(number)).best == number
    assert read_count(f"{number:,}").low == number
    about = read_count(f"about {number}")
    assert about.low <= number * 0.9 + 1e-9 or number == 1
    assert about.high is not None
    assert about.high >= number * 1.1 - 1e-6


@given(st.integers(1, 9000), st.integers(0, 900))
def test_law_a_formatted_range_is_read_back(low: int, more: int):
    found = read_count(f"{low}-{low + more}")
    assert (found.low, found.high) == (low, low + more)


@given(st.lists(st.sampled_from(WINDS), min_size=1, max_size=6))
def test_law_a_sweep_holds_the_sector_of_each_wind_named(winds: list[str]):
    start, end = sweep(winds)
    width = (end - start) % 360 or 360
    for wind in winds:
        from_start = (centre(wind) - start) % 360
        assert width == 360 or SECTOR_DEG / 2 <= from_start <= width - SECTOR_DEG / 2


@given(st.integers(0, 15), st.integers(1, 15))
def test_law_neighbouring_winds_make_a_sweep_of_just_their_sectors(first: int, many: int):
    start, end = sweep([WINDS[(first + i) % 16] for i in range(many)])
    assert (end - start) % 360 == pytest.approx(many * SECTOR_DEG)


def test_opposite_winds_keep_the_whole_horizon():
    assert sweep(["E", "W"]) == HORIZON
    assert sweep(WINDS) == HORIZON


@given(st.integers(0, 200), st.integers(1, 200), st.sampled_from(WINDS))
def test_law_a_formatted_band_is_read_back(near: int, more: int, wind: str):
    found = read_seen_from(f"{near / 10}-{(near + more) / 10}km {wind}", 15_000)
    assert found is not None
    assert (found.near_m, found.far_m) == pytest.approx((near * 100, (near + more) * 100))
    assert (found.bearing_from, found.bearing_to) == sweep([wind])
    assert not found.assumed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.6-4km S and SSW", (168.75, 213.75, 600, 4000, False)),
        ("all 0.6–4 km south and south-south-west", (168.75, 213.75, 600, 4000, False)),
        ("2-5km SE", (123.75, 146.25, 2000, 5000, False)),
        ("200m W", (258.75, 281.25, 150, 250, False)),
        ("about 30km NNE", (11.25, 33.75, 27_000, 33_000, False)),
        ("600m-4km NNW, N", (326.25, 11.25, 600, 4000, False)),
        ("N/K", (0, 0, 0, 15_000, True)),
        ("", (0, 0, 0, 15_000, True)),
        ("all directions", (0, 0, 0, 15_000, True)),
        ("3km in various directions", (0, 0, 2500, 3500, False)),
        ("S", (168.75, 191.25, 0, 15_000, True)),
        ("N and E", (348.75, 101.25, 0, 15_000, True)),
        ("over 5km S", (168.75, 191.25, 5000, 15_000, False)),
        ("up to 5km S", (168.75, 191.25, 0, 5000, False)),
        ("ca.5km S", (168.75, 191.25, 4500, 5500, False)),
        ("about 2-3km S", (168.75, 191.25, 1800, 3300, False)),
        ("between approximately 2 and 3km S", (168.75, 191.25, 1800, 3300, False)),
    ],
)
def test_event_locations_as_written(text: str, expected: tuple[float, float, float, float, bool]):
    seen = read_seen_from(text, 15_000)
    assert seen is not None
    assert (seen.bearing_from, seen.bearing_to, seen.near_m, seen.far_m, seen.assumed) == pytest.approx(expected)


@pytest.mark.parametrize(
    "text", ["5-2km SE", "2km SX", "2km S near the mill", "over 20km S", "1001km S", ".5km S", "0,6-4km S"]
)
def test_event_locations_half_readable_are_refused(text: str):
    with pytest.raises(ValueFault):
        read_seen_from(text, 15_000)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("19-Sep 20:15", "09-19 20:15", "09-19 20:15"),
        ("20/09/2021 05:13", "09-20 05:13", "09-20 05:13"),
        ("2021-09-20 05:13", "09-20 05:13", "09-20 05:13"),
        ("evening and night of 20-21 September", "09-20 18:00", "09-21 06:00"),
        ("night 20–21 Sep", "09-20 22:00", "09-21 06:00"),
        ("night of 20 September", "09-19 22:00", "09-21 06:00"),
        ("night and morning of 20 September", "09-19 22:00", "09-20 12:00"),
        ("evening and night of 20 September", "09-20 18:00", "09-21 06:00"),
        ("night and morning", "09-19 22:00", "09-20 12:00"),
        ("30 August - 1 September", "08-30 00:00", "09-02 00:00"),
        ("21 Sep 2021, 04:30-05:10", "09-21 04:30", "09-21 05:10"),
        ("20 Sep, 22:10-01:05", "09-20 22:10", "09-21 01:05"),
        ("20 Sep 22:00 - 21 Sep 01:00", "09-20 22:00", "09-21 01:00"),
        ("during the day", "09-20 06:00", "09-20 18:00"),
        ("evening", "09-19 18:00", "09-19 22:00"),
        ("night", "09-19 22:00", "09-20 06:00"),
        ("20:15", "09-19 20:15", "09-19 20:15"),
        ("05:13", "09-20 05:13", "09-20 05:13"),
        ("", "09-19 19:30", "09-20 19:30"),
        ("N/K", "09-19 19:30", "09-20 19:30"),
        ("20.09.2021", "09-20 00:00", "09-21 00:00"),
    ],
)
def test_times_as_written(text: str, start: str, end: str):
    assert _local(text) == (start, end)
    assert read_time(text, CALENDAR).assumed_zone == "Europe/Kyiv"
    sense = TimeSense.LASTED if start == end else TimeSense.SOMETIME
    assert read_time(text, CALENDAR).sense == sense


def test_a_time_with_its_own_offset_assumes_no_zone():
    assert read_time("2021-09-20T05:13:00+02:00", CALENDAR).assumed_zone == ""


def test_a_day_after_the_report_is_of_the_year_before():
    assert read_time("31-Dec 10:00", CALENDAR).start.year == 2020


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("20 Sep 2031", "2031-09-20, a day after the report of 2021-09-21"),
        ("22/09/2021 05:13", "a day after the report"),
        ("2021-09-22T05:13", "a day after the report"),
        ("2021-09-21T23:30:00Z", "a day after the report"),
        ("9999-12-31", "year 9999"),
        ("0001-01-01", "year 1 "),
        ("9999-12-31T23:00:00", "year 9999"),
        ("14 Sep, 0530", "year 530"),
    ],
)
def test_days_off_the_reports_calendar_are_refused(text: str, reason: str):
    with pytest.raises(ValueFault) as caught:
        read_time(text, CALENDAR)
    assert reason in caught.value.what
    assert caught.value.example


@pytest.mark.parametrize(
    ("report_date", "zone_name", "text"),
    [
        ("2021-03-29", "Europe/Kyiv", "28 Mar 2021, 03:30"),
        ("2021-03-29", "Europe/Kyiv", "28 Mar 2021, 02:10-03:30"),
        ("2024-04-01", "Asia/Beirut", "31 Mar 2024, 00:30"),
    ],
)
def test_an_hour_that_no_clock_showed_is_refused(report_date: str, zone_name: str, text: str):
    options = ReadOptions(settings=(("report_date", report_date),), zone=zone(zone_name))
    with pytest.raises(ValueFault, match="on no clock"):
        read_time(text, read_settings(options).calendar)


def test_a_day_and_a_part_of_it_are_read_where_clocks_jump():
    beirut = ReadOptions(settings=(("report_date", "2024-04-01"), ("night", "00:00-06:00")), zone=zone("Asia/Beirut"))
    calendar = read_settings(beirut).calendar
    assert read_time("31 Mar", calendar).duration_s == 23 * 3600
    assert read_time("night of 31 March", calendar).duration_s == 5 * 3600


@given(st.dates(date(1990, 1, 1), date(2021, 9, 21)))
def test_law_a_formatted_day_is_read_back_whole(day: date):
    time = read_time(day.isoformat(), CALENDAR)
    assert (time.start, time.end) == (midnight(day, CALENDAR.zone), midnight(day + timedelta(days=1), CALENDAR.zone))


def test_a_morning_of_a_period_that_ends_at_midnight_lies_in_it():
    period = (("period_start", "2021-09-20T00:00"), ("period_end", "2021-09-21T00:00"))
    calendar = read_settings(ReadOptions(settings=(("report_date", "2021-09-21"), *period))).calendar
    assert calendar.period[0].date() == read_time("morning", calendar).start.astimezone(calendar.zone).date()


@pytest.mark.parametrize(
    "settings",
    [
        (("report_date", "9999-12-31"),),
        (("report_date", "0001-01-01"),),
        (("report_date", "2021-03-29"), ("period_start", "2021-03-28T03:30")),
        (("report_date", "2021-09-21"), ("period_start", "0001-01-01")),
    ],
)
def test_a_report_off_the_calendar_is_refused(settings: tuple[tuple[str, str], ...]):
    with pytest.raises(UsageFault, match="date or period"):
        read_settings(ReadOptions(settings=settings))


@pytest.mark.parametrize(
    ("words", "weapon"),
    [
        ("tank", Weapon.TANK),
        ("T-72 tanks", Weapon.TANK),
        ("anti-tank gun", None),
        ("anti tank gun", None),
        ("antitank gun", None),
        ("anti-tank guided missile", Weapon.ANTI_TANK_MISSILE),
        ("ATGM", Weapon.ANTI_TANK_MISSILE),
        ("tactical missile", Weapon.MISSILE),
        ("surface-to-air missile system", Weapon.ANTI_AIRCRAFT_MISSILE),
        ("anti-aircraft missile", Weapon.ANTI_AIRCRAFT_MISSILE),
        ("anti-aircraft gun (ZU-23)", Weapon.ANTI_AIRCRAFT_GUN),
        ("helicopter", Weapon.HELICOPTER),
        ("mortar and small arms", None),
        ("120mm mortar", Weapon.MORTAR),
    ],
)
def test_weapons_as_written(words: str, weapon: Weapon | None):
    assert read_weapon(words) == weapon


@pytest.mark.parametrize(
    ("words", "arms"),
    [
        ("82mm mortar", Armament(Weapon.MORTAR, 82.0)),
        ("artillery", Armament(Weapon.ARTILLERY)),
        ("self-propelled howitzers (2S1 Gvozdika, 122mm)", Armament(Weapon.ARTILLERY, 122.0, "2S1")),
        ("MLRS (BM-21 Grad)", Armament(Weapon.MLRS, 122.0, "BM-21")),
        ("2S9 NONA", Armament(Weapon.MORTAR, 120.0, "2S9")),
        ("tanks (T-64, T-72)", Armament(Weapon.TANK)),
        ("anti-tank gun (MT-12)", Armament(Weapon.ARTILLERY, 100.0, "MT-12")),
        ("howitzer (152mm D-30)", Armament(Weapon.ARTILLERY, conflict=True)),
        ("mortar (D-30)", Armament(conflict=True)),
        ("120mm mortar and small arms", Armament()),
        ("N/K", Armament()),
        ("", Armament()),
    ],
)
def test_class_calibre_and_name_as_written(words: str, arms: Armament):
    assert read_armament(words) == arms


@pytest.mark.parametrize(
    ("words", "direction", "unreadable"),
    [
        ("In flight from south-west to north-east", "SW to NE", False),
        ("in flight from the south to the north-north-east", "S to NNE", False),
        ("In flight from W to E", "W to E", False),
        ("W-E", "W to E", False),
        ("assessed to be an impact", "", False),
        ("assessed as outgoing, too far to be seen", "outgoing", False),
        ("from left to right", "", True),
        ("in an unknown direction", "", True),
    ],
)
def test_directions_as_written(words: str, direction: str, unreadable: bool):
    assert read_direction(words) == (direction, unreadable)


@given(st.sampled_from(WINDS), st.sampled_from(WINDS))
def test_law_a_formatted_direction_is_read_back(one: str, other: str):
    assert read_direction(f"in flight from {one} to {other}") == (f"{one} to {other}", False)


def test_a_known_place_may_be_called_after_a_wind():
    known = {"north bridge": Spot(48.0, 37.0, 0.0)}
    for words in ("1km S of North bridge", "1 km south of North bridge", "about 1km to the south of North bridge"):
        spot = find_spot(words, known)
        assert spot is not None
        assert spot.lat < 48.0


def test_an_absurd_distance_is_refused_and_does_not_crash():
    with pytest.raises(ValueFault, match="farther than"):
        read_seen_from(f"1{'0' * 5000}m S", 15_000)
    with pytest.raises(ValueFault, match="farther than"):
        find_spot(f"1{'0' * 5000}m N of Greenfield", {"greenfield": Spot(48.0, 37.0, 0.0)})


@pytest.mark.parametrize(
    "text",
    ["30 Feb", "20 Sep, 25:00", "yesterday", "21/09/2021 22:00-20/09/2021 01:00", "1 Sep 2 Sep 3 Sep", "overnight"],
)
def test_times_that_cannot_be_read_are_refused(text: str):
    with pytest.raises(ValueFault):
        read_time(text, CALENDAR)


def test_hours_of_the_night_are_a_parameter():
    options = ReadOptions(settings=(("report_date", "2021-09-21"), ("night", "23:00-05:00")))
    time = read_time("night 20-21 Sep", read_settings(options).calendar)
    assert time.duration_s == 6 * 3600


def test_settings_without_a_report_date_are_refused():
    with pytest.raises(UsageFault, match="no year"):
        read_settings(ReadOptions())


def test_an_unknown_setting_names_the_nearest():
    with pytest.raises(UsageFault) as caught:
        read_settings(ReadOptions(settings=(("report_dat", "2021-09-21"),)))
    assert "report_date" in caught.value.do


@pytest.mark.parametrize("piece", ["1", " ", "-", "1.", "north ", "from ", "not operational ", "camera ", "about "])
def test_a_cell_of_endless_repetition_takes_no_time(piece: str):
    cell = f"x {piece * (6_000 // len(piece))} y"
    began = process_time()
    for read in (
        read_count,
        lambda t: read_seen_from(t, 15_000),
        lambda t: read_time(t, CALENDAR),
        before_outage,
        read_direction,
    ):
        with contextlib.suppress(InputFault):
            read(cell)
    assert process_time() - began < 2.0


@given(st.text(max_size=40))
def test_law_any_words_are_read_or_refused_never_a_crash(text: str):
    for read in (read_count, lambda t: read_seen_from(t, 15_000), lambda t: read_time(t, CALENDAR)):
        with contextlib.suppress(InputFault):
            assert read(text) is None or read(text) == read(text)
