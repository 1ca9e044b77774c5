"""When, in the words of a daily report: "19-Sep 20:15", "evening and night of 20-21 September", "during the day".

A report says neither year nor zone in its rows; both come from the report. Parts of the day are stated
hours. Whatever is not one moment is `sometime` in between: a row of forty explosions between 04:30 and 05:10
does not say when each of them was.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from truceline.model import Interval, TimeSense, ValueFault, in_utc, midnight, read_moment, wall_in_utc
from truceline.sources.days import check_year

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_YEAR = r"(?:[\s,/-]+(\d{4})(?!\s*:|\d))?"
_PAIR = re.compile(rf"(?<![:\d])(\d{{1,2}})\s*[-/]\s*(\d{{1,2}})[\s-]+{_MONTH}{_YEAR}")
_DATE = re.compile(
    r"\b(?P<iso>\d{4}-\d{1,2}-\d{1,2})\b|\b(?P<slash>\d{1,2}[./]\d{1,2}[./]\d{4})\b"
    rf"|\b(?P<day>\d{{1,2}})[\s-]*{_MONTH}{_YEAR}"
)
_CLOCK = re.compile(r"\b(\d{1,2}):(\d{2})(?::(\d{2}))?\b")
_PART = re.compile(r"\b(morning|afternoon|evening|night|daytime|day)\b")
_FILLERS = frozenset(
    {"of", "and", "the", "on", "at", "in", "during", "from", "to", "between", "hrs", "hours", "h", "local", "time"}
) | {"lt", "kyiv", "-", "until", "since"}
NOT_KNOWN = frozenset({"", "n/k", "not known", "unknown"})
"""Words of a cell that says no time."""
_DAY = timedelta(days=1)
_MOMENT = timedelta(microseconds=1)
_EXAMPLES = '19-Sep 20:15, "21 Sep 2021, 04:30-05:10" or "evening and night of 20-21 September"'

PART_HOURS: tuple[tuple[str, str], ...] = (
    ("morning", "06:00-12:00"),
    ("day", "06:00-18:00"),
    ("afternoon", "12:00-18:00"),
    ("evening", "18:00-22:00"),
    ("night", "22:00-06:00"),
)
"""What hours a part of the day means unless the settings say otherwise."""


@dataclass(frozen=True)
class Calendar:
    """What a report says of time once for all its rows.

    ``period`` is the reporting period in local time; ``latest`` the day no row can be later than, from which years
    are filled in; ``parts`` the hours of morning, day, afternoon, evening and night.
    """

    zone: ZoneInfo
    latest: date
    period: tuple[datetime, datetime]
    parts: tuple[tuple[str, time, time], ...]

    def interval(self, start: datetime, end: datetime, text: str) -> Interval:
        """An interval of the report; two different ends mean "sometime in between"."""
        sense = TimeSense.LASTED if start == end else TimeSense.SOMETIME
        return Interval(start, end, sense, text, self.zone.key)

    def clock(self, wall: datetime) -> datetime:
        """What a clock there showed; raises :class:`ValueFault` for an hour it skipped."""
        return wall_in_utc(wall, self.zone)

    def opens(self, day: date) -> datetime:
        """When a day begins."""
        return midnight(day, self.zone)

    def part(self, day: date, hour: time) -> datetime:
        """A stated hour of a part of the day. It is nobody's reading of a clock: one that was skipped is the change."""
        return in_utc(datetime.combine(day, hour, tzinfo=self.zone))

    def whole_period(self, text: str = "", sense: TimeSense = TimeSense.SOMETIME) -> Interval:
        """The reporting period; raises :class:`ValueFault` when it begins or ends at an hour no clock showed."""
        start, end = (self.opens(at.date()) if at.time() == time.min else self.clock(at) for at in self.period)
        return Interval(start, end, sense, text, self.zone.key)

    def checked(self, day: date, text: str) -> date:
        """The day itself; raises :class:`ValueFault` for one after the report."""
        check_year(day)
        if day > self.latest:
            raise ValueFault(
                f"time {text!r} names {day}, a day after the report of {self.latest}",
                do="check the day, or the report's date (report_date)",
                example=_EXAMPLES,
            )
        return day

    def hours(self, part: str) -> tuple[time, time]:
        """First and last hour of a part of the day."""
        wanted = "day" if part == "daytime" else part
        return next((start, end) for name, start, end in self.parts if name == wanted)


def read_time(text: str, calendar: Calendar) -> Interval:
    """The interval the words stand for; an empty cell and "N/K" are the whole reporting period.

    Raises :class:`ValueFault` naming what cannot be read.
    """
    words = " ".join(text.replace("–", "-").replace("—", "-").lower().split())
    if words in NOT_KNOWN:
        return calendar.whole_period(text)
    if re.fullmatch(r"\d{4}-\d\d-\d\dt\S+", words):
        return _iso(text, calendar)
    dates, rest = _take_dates(words, calendar, text)
    clocks = [_clock(match, text) for match in _CLOCK.finditer(rest)]
    rest = _CLOCK.sub(" ", rest)
    parts = _PART.findall(rest)
    _check_left_over(_PART.sub(" ", rest), text)
    return _assemble(dates, clocks, parts, calendar, text)


def _assemble(dates: list[date], clocks: list[time], parts: list[str], calendar: Calendar, text: str) -> Interval:
    if len(dates) > 2 or len(clocks) > 2:
        raise _fault(f"time {text!r} names more than two days or hours")
    if len(clocks) == 1 and len(dates) < 2:
        moment = calendar.clock(_moment(dates[0] if dates else None, clocks[0], calendar, text))
        return calendar.interval(moment, moment, text)
    if len(clocks) == 2:
        return _between(dates, clocks, calendar, text)
    if parts and not clocks:
        return _part_of_day(dates, parts, calendar, text)
    if dates and not clocks:
        return calendar.interval(calendar.opens(dates[0]), calendar.opens(dates[-1] + _DAY), text)
    raise _fault(f"time {text!r} cannot be read")


def _between(dates: list[date], clocks: list[time], calendar: Calendar, text: str) -> Interval:
    """Between two hours; past midnight when the second is the smaller and only one day is named."""
    start = _moment(dates[0] if dates else None, clocks[0], calendar, text)
    if len(dates) == 2:
        end = datetime.combine(dates[1], clocks[1])
    else:
        end = datetime.combine(start.date(), clocks[1])
        end = end if end >= start else end + _DAY
    return calendar.interval(calendar.clock(start), calendar.clock(end), text)


def _moment(day: date | None, clock: time, calendar: Calendar, text: str) -> datetime:
    """An hour of a day; without a day, the one time that hour struck in a reporting period of 24 hours."""
    if day is not None:
        return datetime.combine(day, clock)
    first, last = calendar.period
    if last - first > _DAY:
        raise _fault(f"time {text!r} names no day, and the reporting period is longer than a day")
    moment = datetime.combine(first.date(), clock)
    moment = moment if moment >= first else moment + _DAY
    if moment >= last:
        raise _fault(f"time {text!r} names no day, and its hour is not in the reporting period")
    return moment


def _part_of_day(dates: list[date], parts: list[str], calendar: Calendar, text: str) -> Interval:
    """From the first part's first hour to the last part's last.

    A night belongs to two days. Of one day alone, "evening and night" runs on into the next, "night and morning"
    comes over from the one before, and "the night of 20 September" may be either, so both are taken in: a report
    of the 20th tells of the night up to its morning as well as of the one that began that evening.
    """
    (begins, first_ends), (last_begins, ends) = calendar.hours(parts[0]), calendar.hours(parts[-1])
    dates = dates or _days_of_period(parts[0], parts[-1], calendar)
    one_day = len(dates) == 1
    first = dates[0] - _DAY if one_day and first_ends <= begins else dates[0]
    last = dates[-1] + _DAY if one_day and ends <= last_begins else dates[-1]
    return calendar.interval(calendar.part(first, begins), calendar.part(last, ends), text)


def _days_of_period(first: str, last: str, calendar: Calendar) -> list[date]:
    """The day of each part when none is named: evenings on the period's first day, mornings on its last."""
    begins, ends = calendar.period
    eve, morrow = begins.date(), (ends - _MOMENT).date()
    start = eve if first in {"evening", "night"} else morrow
    end = eve if last == "evening" else morrow
    return [start] if start == end else [start, end]


def _take_dates(words: str, calendar: Calendar, text: str) -> tuple[list[date], str]:
    pair = _PAIR.search(words)
    if pair:
        found = [_day(int(pair[i]), pair[3], pair[4], calendar, text) for i in (1, 2)]
        return found, words[: pair.start()] + " " + words[pair.end() :]
    return [_date(match, calendar, text) for match in _DATE.finditer(words)], _DATE.sub(" ", words)


def _date(match: re.Match[str], calendar: Calendar, text: str) -> date:
    try:
        if match["iso"]:
            return calendar.checked(date(*(int(part) for part in match["iso"].split("-"))), text)
        if match["slash"]:
            day, month, year = (int(part) for part in re.split(r"[./]", match["slash"]))
            return calendar.checked(date(year, month, day), text)
    except ValueError as cause:
        raise _fault(f"time {text!r} names a day that does not exist") from cause
    return _day(int(match["day"]), match[4], match[5], calendar, text)


def _day(day: int, month: str, year: str | None, calendar: Calendar, text: str) -> date:
    """A day; without a year, the last one of that name up to the report."""
    number = _MONTHS.index(month) + 1
    try:
        if year:
            return calendar.checked(date(int(year), number, day), text)
        this_year = date(calendar.latest.year, number, day)
        return this_year if this_year <= calendar.latest else date(calendar.latest.year - 1, number, day)
    except ValueError as cause:
        raise _fault(f"time {text!r} names a day that does not exist") from cause


def _clock(match: re.Match[str], text: str) -> time:
    try:
        return time(int(match[1]), int(match[2]), int(match[3] or 0))
    except ValueError as cause:
        raise _fault(f"time {text!r} names an hour that does not exist") from cause


def _iso(text: str, calendar: Calendar) -> Interval:
    moment, assumed = read_moment(text.strip(), calendar.zone)
    check_year(moment)
    calendar.checked(moment.astimezone(calendar.zone).date(), text)
    return Interval(moment, moment, TimeSense.LASTED, text, calendar.zone.key if assumed else "")


def _check_left_over(rest: str, text: str) -> None:
    left = [word for word in re.split(r"[\s,;.()]+", rest) if word and word not in _FILLERS]
    if left:
        raise _fault(f"time {text!r} holds words that cannot be read: {', '.join(left)}")


def _fault(what: str) -> ValueFault:
    return ValueFault(what, do="give day and hour, two hours, or a part of a day", example=_EXAMPLES)
