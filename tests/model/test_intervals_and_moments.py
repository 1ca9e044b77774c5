"""Times: intervals are half-open, moved to UTC, and never guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from truceline.model import Interval, ValueFault, microseconds, midnight, moment_at, parse_moment, zone

NOON = datetime(2031, 4, 20, 12, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
SPANS = st.tuples(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=30))).map(lambda p: Interval(p[0], p[0] + p[1]))

DAYS = st.dates(date(1970, 1, 1), date(2099, 12, 31))
ZONES = st.sampled_from(
    (
        "America/Havana",
        "America/Sao_Paulo",
        "America/St_Johns",
        "Asia/Beirut",
        "Asia/Kathmandu",
        "Asia/Tehran",
        "Europe/Kyiv",
        "Pacific/Apia",
        "UTC",
    )
).map(zone)
"""Zones that change their clocks at midnight, before it, far from it, or never."""
LEFT_OUT = ("Pacific/Apia", date(2011, 12, 30))
"""The day on which Samoa crossed the date line: nobody there lived it."""


@given(MOMENTS)
def test_microseconds_and_back_is_the_same_moment(moment: datetime):
    assert moment_at(microseconds(moment)) == moment


@given(SPANS, SPANS)
def test_overlapping_is_mutual(one: Interval, other: Interval):
    assert one.overlaps(other) == other.overlaps(one)


@given(SPANS)
def test_an_interval_overlaps_itself(one: Interval):
    assert one.overlaps(one)


@given(SPANS, MOMENTS)
def test_what_lies_inside_is_overlapped_by_its_instant(one: Interval, moment: datetime):
    if one.contains(moment):
        assert one.overlaps(Interval(moment, moment))


def test_the_end_itself_is_outside():
    hour = Interval(NOON, NOON + timedelta(hours=1))
    assert hour.contains(NOON)
    assert not hour.contains(hour.end)
    assert not hour.overlaps(Interval(hour.end, hour.end + timedelta(hours=1)))


def test_times_of_any_zone_are_the_same_moment_in_utc():
    kyiv = Interval(datetime(2031, 4, 20, 15, tzinfo=ZoneInfo("Europe/Kyiv")), datetime(2031, 4, 20, 13, tzinfo=UTC))
    assert kyiv == Interval(NOON, NOON + timedelta(hours=1))
    assert kyiv.start.tzinfo is UTC


@pytest.mark.parametrize("naive", ["start", "end"])
def test_a_time_without_zone_is_refused(naive: str):
    ends = {"start": NOON, "end": NOON}
    ends[naive] = ends[naive].replace(tzinfo=None)
    with pytest.raises(ValueFault, match="without a zone"):
        Interval(**ends)


def test_an_end_before_its_start_is_refused():
    with pytest.raises(ValueFault, match="is before the start") as refused:
        Interval(NOON, NOON - timedelta(microseconds=1))
    assert refused.value.example


def test_a_text_without_offset_needs_a_zone_to_assume():
    with pytest.raises(ValueFault, match="without a zone"):
        parse_moment("2031-04-20T12:00")
    assert parse_moment("2031-04-20T12:00", zone("Europe/Kyiv")) == NOON - timedelta(hours=3)


def test_an_offset_in_the_text_beats_the_zone_to_assume():
    assert parse_moment("2031-04-20T14:00+02:00", zone("Asia/Tokyo")) == NOON


@given(DAYS, ZONES)
@example(date(2024, 3, 31), zone("Asia/Beirut"))
@example(date(2017, 10, 15), zone("America/Sao_Paulo"))
@example(date(2011, 11, 6), zone("America/St_Johns"))
@example(date(2011, 12, 29), zone("Pacific/Apia"))
def test_a_day_begins_when_its_date_does_and_before_the_next(day: date, there: ZoneInfo):
    assume((there.key, day) != LEFT_OUT)
    begins = midnight(day, there)
    assert begins < midnight(day + timedelta(days=1), there)
    assert begins.astimezone(there).date() == day
    assert (begins - timedelta(microseconds=1)).astimezone(there).date() < day


def test_a_day_that_was_left_out_has_no_length():
    name, day = LEFT_OUT
    assert midnight(day, zone(name)) == midnight(day + timedelta(days=1), zone(name))


def test_a_bare_day_begins_also_where_clocks_are_put_forward_over_its_midnight():
    beirut, day = zone("Asia/Beirut"), date(2024, 3, 31)
    assert parse_moment("2024-03-31", beirut) == midnight(day, beirut) == datetime(2024, 3, 30, 22, tzinfo=UTC)
    for hour in ("2024-03-31T00:00", "2024-03-31T00:30"):
        with pytest.raises(ValueFault, match="on no clock"):
            parse_moment(hour, beirut)


def test_a_day_on_the_rim_of_the_calendar_is_refused_and_does_not_crash():
    with pytest.raises(ValueFault, match="outside the years"):
        midnight(date.min, zone("Europe/Kyiv"))


@pytest.mark.parametrize("text", ["", "noon", "20.04.2031", "2031-02-30T00:00Z", "2031-04-20T25:00Z"])
def test_what_is_no_time_is_refused_with_an_example(text: str):
    with pytest.raises(ValueFault) as refused:
        parse_moment(text)
    assert refused.value.example.startswith("2025-")


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"])
def test_a_time_that_has_no_utc_is_refused_and_does_not_crash(text: str):
    with pytest.raises(ValueFault, match="outside the years"):
        parse_moment(text)


def test_an_interval_that_has_no_utc_is_refused():
    with pytest.raises(ValueFault, match="outside the years"):
        Interval(NOON, datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-3))))


@pytest.mark.parametrize("name", ["Europe/Kiew", "", "Europe", "../../etc/passwd", "/etc/localtime", "Kyiv\x00"])
def test_an_unknown_zone_is_refused(name: str):
    with pytest.raises(ValueFault, match="unknown time zone") as refused:
        zone(name, where="mission.toml")
    assert (refused.value.where, refused.value.example) == ("mission.toml", "Europe/Kyiv")
