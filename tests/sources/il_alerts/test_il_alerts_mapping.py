from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.model import Coverage, CoverageState, EvidenceLink, Flag, Observation, Phenomenon, ValueFault
from truceline.sources import Record, source_format
from truceline.sources.il_alerts import FORMAT
from truceline.sources.il_alerts.alerts import alert_of

HEADER = "data,date,time,alertDate,category,category_desc,matrix_id,rid\n"
JERUSALEM = ZoneInfo("Asia/Jerusalem")


def test_row_becomes_an_instant_in_assumed_local_time(read: Callable[..., list[Record]]):
    alert, _ = read(f'{HEADER}"Alef, Bet",20.11.2023,09:05:26,2023-11-20T09:05:00,1,rockets,1,77\n')
    assert alert.time.start == alert.time.end == datetime(2023, 11, 20, 7, 5, 26, tzinfo=UTC)
    assert alert.time.assumed_zone == "Asia/Jerusalem"
    assert (alert.key, alert.words, alert.flags) == ("77", "rockets", ())
    assert alert.place.label == "Alef, Bet"
    assert alert.phenomenon is Phenomenon.ROCKET_ALERT


@pytest.mark.parametrize(
    ("category", "description", "phenomenon"),
    [
        ("1", "rockets", Phenomenon.ROCKET_ALERT),
        ("2", "aircraft", Phenomenon.AIRCRAFT_ALERT),
        ("4", "warning", Phenomenon.WARNING),
        ("10", "infiltration", Phenomenon.INFILTRATION_ALERT),
        ("15", "תרגיל ירי", Phenomenon.DRILL),
        ("1", "תרגיל", Phenomenon.DRILL),
    ],
)
def test_categories(read: Callable[..., list[Record]], category: str, description: str, phenomenon: Phenomenon):
    alert, _ = read(f"{HEADER}Alef,20.11.2023,09:05:26,,{category},{description},1,77\n")
    assert alert.phenomenon is phenomenon
    assert (Flag.DRILL in alert.flags) is (phenomenon is Phenomenon.DRILL)


def test_zone_can_be_named(read: Callable[..., list[Record]]):
    alert, _ = read(f"{HEADER}Alef,20.11.2023,09:05:26,,1,rockets,1,77\n", zone=ZoneInfo("UTC"))
    assert (alert.time.start.hour, alert.time.assumed_zone) == (9, "UTC")


def test_hour_that_comes_twice_is_taken_as_the_first(read: Callable[..., list[Record]]):
    alert, _ = read(f"{HEADER}Alef,29.10.2023,01:30:00,,1,rockets,1,77\n")
    assert alert.time.start == datetime(2023, 10, 28, 22, 30, tzinfo=UTC)


def test_hour_that_was_on_no_clock_is_rejected(read: Callable[..., list[Record]]):
    (rejected,) = read(f"{HEADER}Alef,29.03.2024,02:30:00,,1,rockets,1,77\n")
    assert "on no clock in Asia/Jerusalem" in rejected.reason


def test_israel_alone_is_watched_from_the_first_row_through_the_second_of_the_last(read: Callable[..., list[Record]]):
    *_, coverage = read(
        f"{HEADER}Alef,21.11.2023,10:00:00,,1,rockets,1,2\nBet,20.11.2023,10:00:00,,2,aircraft,6,1\n",
    )
    assert isinstance(coverage, Coverage)
    assert (coverage.area, coverage.state) == ("Israel", CoverageState.WATCHING)
    assert coverage.key.startswith("Israel|watching|")
    assert coverage.time.start == datetime(2023, 11, 20, 8, tzinfo=UTC)
    assert coverage.time.end == datetime(2023, 11, 21, 8, 0, 1, tzinfo=UTC)
    assert (Phenomenon.ROCKET_ALERT, None) in coverage.detection


def test_same_row_twice_is_given_twice(read: Callable[..., list[Record]]):
    row = "Alef,20.11.2023,09:05:26,,1,rockets,1,77\n"
    records = read(HEADER + row + row)
    assert [record.key for record in records if isinstance(record, Observation)] == ["77", "77"]


def test_format_is_found_by_its_name():
    assert source_format("il-alerts") is FORMAT


@given(st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)))  # noqa: DTZ001  # local clock times are meant
def test_local_clock_can_be_read_back_and_an_hour_on_no_clock_is_refused(clock: datetime):
    values = {"data": "A", "date": f"{clock:%d.%m.%Y}", "time": f"{clock:%H:%M:%S}", "alertDate": "", "category": "1"}
    wanted = clock.replace(microsecond=0)
    exists = wanted.replace(tzinfo=JERUSALEM).astimezone(UTC).astimezone(JERUSALEM).replace(tzinfo=None) == wanted
    with nullcontext() if exists else pytest.raises(ValueFault, match="on no clock"):
        alert = alert_of({**values, "category_desc": "", "rid": "1"}, JERUSALEM, EvidenceLink("", 2))
        assert alert.time.start.astimezone(JERUSALEM).replace(tzinfo=None) == wanted
