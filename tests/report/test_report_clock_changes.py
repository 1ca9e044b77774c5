"""Times around a change of the clocks: one hour comes twice, one never, and a day need not begin at 00:00."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.mission.assessment import Assessment
from truceline.model import Interval, midnight
from truceline.report.edition import Edition
from truceline.report.language import Tongue
from truceline.report.sections.appendix import incidents
from truceline.report.sums import bin_end

KYIV, BEIRUT = ZoneInfo("Europe/Kyiv"), ZoneInfo("Asia/Beirut")
DASH = "\N{EN DASH}"


def when(assessment: Assessment, start: str, end: str, zone: str) -> list[str]:
    """The time of an incident as the appendix has it."""
    note = assessment.incidents[0]
    span = Interval(datetime.fromisoformat(start), datetime.fromisoformat(end))
    changed = replace(note, incident=replace(note.incident, time=span))
    edition = Edition.of(replace(assessment, incidents=(changed,), time_zone=zone), "en")
    cell = incidents(edition).blocks[0].rows[0][0]
    return [phrase.text.replace("\N{NO-BREAK SPACE}", " ") for phrase in cell[:-1]]


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        (
            "2025-10-26T00:30:00+00:00",
            "2025-10-26T01:30:00+00:00",
            [f"26 October 2025, 03:30 (UTC+03:00){DASH}03:30 (UTC+02:00)"],
        ),
        (
            "2025-10-26T00:45:00+00:00",
            "2025-10-26T01:15:00+00:00",
            [f"26 October 2025, 03:45 (UTC+03:00){DASH}03:15 (UTC+02:00)"],
        ),
        ("2025-10-26T02:00:00+00:00", "2025-10-26T03:00:00+00:00", [f"26 October 2025, 04:00{DASH}05:00"]),
        ("2025-10-26T02:00:00+00:00", "2025-10-26T02:00:00+00:00", ["26 October 2025, 04:00"]),
        ("2025-10-25T21:00:00+00:00", "2025-10-26T22:00:00+00:00", ["26 October 2025"]),
    ],
)
def test_an_hour_that_comes_twice_says_which_it_is(assessment: Assessment, start: str, end: str, told: list[str]):
    assert when(assessment, start, end, "Europe/Kyiv") == told


def test_a_day_that_begins_at_one_is_a_day(assessment: Assessment):
    told = when(assessment, "2025-03-29T22:00:00+00:00", "2025-03-30T21:00:00+00:00", "Asia/Beirut")
    assert told == ["30 March 2025"]


def test_a_bin_ends_where_the_day_after_it_begins():
    start = midnight(date(2025, 3, 30), BEIRUT)
    assert bin_end(start, "day", BEIRUT) == midnight(date(2025, 3, 31), BEIRUT)
    assert bin_end(start, "week", BEIRUT) == midnight(date(2025, 4, 6), BEIRUT)


def test_a_window_over_a_change_of_the_clocks_tells_both_distances_from_utc(assessment: Assessment):
    edition = Edition.of(replace(assessment, time_zone="Europe/Kyiv"), "en")
    said = edition.period(datetime(2025, 10, 20, tzinfo=UTC), datetime(2025, 10, 30, tzinfo=UTC))
    assert "(Europe/Kyiv, UTC+03:00) to " in said
    assert said.endswith("(Europe/Kyiv, UTC+02:00)")
    within = edition.period(datetime(2025, 10, 20, tzinfo=UTC), datetime(2025, 10, 21, tzinfo=UTC))
    assert within.count("UTC") == 1


OCTOBER = st.integers(0, 120).map(
    lambda quarters: datetime(2025, 10, 25, tzinfo=UTC) + timedelta(minutes=15 * quarters)
)


@given(OCTOBER, st.sampled_from((KYIV, BEIRUT)))
def test_no_two_moments_of_one_day_that_are_minutes_apart_are_told_alike(moment: datetime, zone: ZoneInfo):
    tongue = Tongue("en", zone)
    told = [tongue.clock(moment + timedelta(minutes=15 * step)) for step in range(24)]
    assert len(set(told)) == len(told)
