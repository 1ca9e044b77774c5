"""The clock that sets thousands of wall-clock times in a zone says what the zone says."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.model import ValueFault
from truceline.sources.free_table.moments import ZoneClock


def _wall(*parts: int) -> datetime:
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001  # a wall clock has no zone


def said_by_the_fast_clock(wall: datetime, zone: ZoneInfo) -> datetime | None:
    """What the clock says, twice over, since it remembers; ``None`` for a time it refuses."""
    clock = ZoneClock(zone)
    try:
        first = clock.utc(wall)
    except ValueFault:
        with pytest.raises(ValueFault):
            clock.utc(wall)
        return None
    assert clock.utc(wall) == first
    return first


def said_by_the_zone(wall: datetime, zone: ZoneInfo) -> datetime | None:
    """What the zone's own rules say; ``None`` for a time that clocks were put forward over."""
    moment = wall.replace(tzinfo=zone).astimezone(ZoneInfo("UTC"))
    return moment if moment.astimezone(zone).replace(tzinfo=None) == wall else None


@given(st.datetimes(_wall(2015, 1, 1), _wall(2030, 1, 1)), st.sampled_from(["Europe/Kyiv", "Asia/Jerusalem", "UTC"]))
def test_law_the_fast_clock_agrees_with_the_zone(wall: datetime, name: str):
    assert said_by_the_fast_clock(wall, ZoneInfo(name)) == said_by_the_zone(wall, ZoneInfo(name))


@pytest.mark.parametrize("minute", range(0, 60, 7))
@pytest.mark.parametrize("hour", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("day", [_wall(2021, 3, 28), _wall(2021, 10, 31)])
def test_the_fast_clock_in_the_nights_the_clocks_change(day: datetime, hour: int, minute: int):
    zone, wall = ZoneInfo("Europe/Kyiv"), day.replace(hour=hour, minute=minute)
    assert said_by_the_fast_clock(wall, zone) == said_by_the_zone(wall, zone)


@pytest.mark.parametrize("minute", [0, 15, 29, 30, 45])
def test_the_fast_clock_where_the_change_is_half_an_hour(minute: int):
    zone = ZoneInfo("Australia/Lord_Howe")
    wall = _wall(2021, 10, 3, 2, minute)
    assert said_by_the_fast_clock(wall, zone) == said_by_the_zone(wall, zone)
