"""Moments told from events, over changes of the clock, before an event, and from what the register saw first."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from told import entry, hours

from truceline.agreements.measures import distance_m, span
from truceline.agreements.moments import calendar, check_hour, clock_changes, moment_term, moments
from truceline.model import Event, TimeSense, ValueFault, parse_moment, zone


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        ("elapsed", "e+P1D", "2031-03-30T13:00:00+03:00"),
        ("local", "e+P1D", "2031-03-30T12:00:00+03:00"),
        ("local", "e+PT24H", "2031-03-30T13:00:00+03:00"),
        ("local", "e+P1DT2H", "2031-03-30T14:00:00+03:00"),
        ("local", "e-P1D", "2031-03-28T12:00:00+02:00"),
        ("elapsed", "e-PT1H", "2031-03-29T11:00:00+02:00"),
        ("elapsed", "e+P2W", "2031-04-12T13:00:00+03:00"),
    ],
)
def test_days_are_of_the_clock_or_of_the_calendar(rule: str, text: str, expected: str):
    noon = Event("e", moment_term("2031-03-29T12:00:00+02:00"))
    known = moments([noon], (), calendar("Europe/Kyiv", rule))
    assert known.when(moment_term(text)) == parse_moment(expected)


def test_the_hour_that_comes_twice_stays_the_one_it_is():
    second = Event("e", moment_term("2031-10-26T03:30:00+02:00"))
    known = moments([second], (), calendar("Europe/Kyiv", "local"))
    assert known.when(moment_term("e")) == parse_moment("2031-10-26T03:30:00+02:00")
    assert known.when(moment_term("e+PT1H")) == parse_moment("2031-10-26T04:30:00+02:00")


def test_an_event_told_from_another_comes_about_with_it_and_the_first_verified_entry_counts():
    events = [Event("after", moment_term("d-day+P1D")), Event("d-day")]
    days = calendar("UTC", "elapsed")
    assert moments(events, (), days).events == {}
    some = TimeSense.SOMETIME
    seen = (
        entry("event", "d-day", hours(30), by="mechanism"),
        entry("event", "d-day", hours(5, 20, some), by="mechanism"),
        entry("event", "d-day", hours(1), by="mechanism", standing="claimed"),
    )
    assert moments(events, seen, days).events == {"d-day": hours(20).start, "after": hours(44).start}


def test_the_clock_changes_inside_a_span_only_where_it_does():
    kyiv = zone("Europe/Kyiv")
    start = parse_moment("2031-03-29T12:00:00+02:00")
    assert clock_changes(start, 1, kyiv)
    assert not clock_changes(start, 0, kyiv)
    assert not clock_changes(start, -1, kyiv)


@pytest.mark.parametrize("text", ["P1M", "P1Y", "P", "PT", "P1DT", "P1.5D", "-P1D", "p1d", "P\u0661D", "1D", "P1H"])
def test_what_is_no_duration_is_refused(text: str):
    with pytest.raises(ValueFault) as caught:
        span(text)
    assert span(caught.value.example.split(",")[0])


@pytest.mark.parametrize("text", ["25", "25 nm", "25 KM", "2,5 km", "-1 km", "1e3 m", "\u0662 km", "25 mi", 25, 2.5])
def test_what_is_no_distance_is_refused(text: object):
    with pytest.raises(ValueFault) as caught:
        distance_m(text)
    assert distance_m(caught.value.example)


@given(
    st.datetimes(datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2033-01-01")),
    st.sampled_from(["Europe/Kyiv", "America/Bogota", "Asia/Gaza"]),
)
def test_every_moment_told_by_the_clock_of_its_zone_is_taken(moment: datetime, name: str):
    check_hour(moment.replace(tzinfo=UTC).astimezone(ZoneInfo(name)).isoformat(), ZoneInfo(name))


@pytest.mark.parametrize("offset", ["+02:00", "+03:00"])
@pytest.mark.parametrize("hour", ["03:00", "03:30", "03:59"])
def test_an_hour_that_the_clocks_left_out_is_refused_with_the_hour_they_showed(hour: str, offset: str):
    with pytest.raises(ValueFault, match="and never showed it") as fault:
        check_hour(f"2031-03-30T{hour}:00{offset}", ZoneInfo("Europe/Kyiv"))
    meant = datetime.fromisoformat(fault.value.example.removeprefix('at: "').removesuffix('"'))
    assert meant == datetime.fromisoformat(f"2031-03-30T{hour}:00{offset}")
    check_hour(meant.isoformat(), ZoneInfo("Europe/Kyiv"))


@pytest.mark.parametrize(
    "told", ["2031-03-30T03:30:00+00:00", "2026-01-30T00:00:00+03:00", "2031-03-30T04:00:00+03:00"]
)
def test_the_time_of_another_capital_is_no_fault(told: str):
    check_hour(told, ZoneInfo("Europe/Kyiv"))
