"""What a person states about a daily table once: date, zone, reporting period, hours, limits, known places."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from truceline.model import UsageFault, ValueFault
from truceline.sources.days import check_year
from truceline.sources.protocol import ReadOptions
from truceline.sources.smm_table.positions import Gazetteer, read_gazetteer
from truceline.sources.smm_table.times import PART_HOURS, Calendar

DEFAULTS: dict[str, str] = {
    "report_date": "",
    "as_of": "19:30",
    "period_start": "",
    "period_end": "",
    "limit_m": "15000",
    "mission": "smm",
    "sheet": "",
    "header_line": "1",
    **dict(PART_HOURS),
}
"""Every setting and what it is when nobody states it. ``report_date`` has no default.

``report_date`` is the day the report was issued; its information is as of ``as_of`` local time the evening before, so
the reporting period is the 24 hours up to then. ``period_start`` and ``period_end`` (local, ISO 8601) replace that.
``limit_m`` is how far an event with no stated distance can have been.
"""

KYIV = ZoneInfo("Europe/Kyiv")


@dataclass(frozen=True)
class Settings:
    """Resolved settings of one file."""

    calendar: Calendar
    limit_m: float
    mission: str
    sheet: str
    header_line: int
    places: Gazetteer


def read_settings(options: ReadOptions) -> Settings:
    """The settings in force; raises :class:`UsageFault` for a missing date and unknown or unreadable settings."""
    stated = dict(options.settings)
    for name in stated:
        if name not in DEFAULTS:
            near = difflib.get_close_matches(name, DEFAULTS, n=1)
            raise _fault(f"there is no setting {name!r}", f"did you mean {near[0]}?" if near else "see the help")
    chosen = {**DEFAULTS, **stated}
    try:
        return Settings(
            _calendar(chosen, options.zone or KYIV),
            _positive(chosen["limit_m"]),
            chosen["mission"],
            chosen["sheet"],
            int(_positive(chosen["header_line"])),
            read_gazetteer(options.mapping),
        )
    except ValueError as cause:
        raise _fault(f"a setting cannot be read: {cause}", "give dates as 2021-09-21, hours as 22:00-06:00") from cause


def _calendar(chosen: dict[str, str], zone: ZoneInfo) -> Calendar:
    if not chosen["report_date"]:
        raise _fault("the rows name no year, and the report's date was not stated", "state the day of issue")
    issued = date.fromisoformat(chosen["report_date"])
    parts = tuple((name, *_hours(chosen[name])) for name, _ in PART_HOURS)
    try:
        check_year(issued)
        calendar = Calendar(zone, issued, _period(chosen, issued), parts)
        calendar.whole_period()  # its ends must be hours that clocks there showed
    except ValueFault as fault:
        raise _fault(f"the report's date or period: {fault.what}", fault.do) from fault
    return calendar


def _period(chosen: dict[str, str], issued: date) -> tuple[datetime, datetime]:
    as_of = datetime.combine(issued - timedelta(days=1), time.fromisoformat(chosen["as_of"]))
    end = datetime.fromisoformat(chosen["period_end"]) if chosen["period_end"] else as_of
    start = datetime.fromisoformat(chosen["period_start"]) if chosen["period_start"] else end - timedelta(days=1)
    for bound in (start, end):
        check_year(bound)
    if start.tzinfo or end.tzinfo or not start < end:
        raise ValueError("the reporting period is local time and starts before it ends")
    return start, end


def _hours(text: str) -> tuple[time, time]:
    start, _, end = text.partition("-")
    return time.fromisoformat(start.strip()), time.fromisoformat(end.strip())


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < 1e6:
        raise ValueError(f"{text!r} is not a number above 0")
    return number


def _fault(what: str, do: str) -> UsageFault:
    return UsageFault(what, where="--set", do=do, example="report_date=2021-09-21")
