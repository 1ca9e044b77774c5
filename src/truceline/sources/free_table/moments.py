"""Times of a free table: a pattern is turned into a reader once, so that a row costs little."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from truceline.model import InputFault, Interval, TimeSense, ValueFault, in_utc, midnight, wall_in_utc
from truceline.sources.days import check_year

Written = tuple[datetime, bool]
"""A time as written, with or without a zone, and whether it is a day without an hour."""

_DIGITS = {"Y": r"(\d{4})", **dict.fromkeys("mdHMS", r"(\d{1,2})")}
_DAY_ONLY_UP_TO = len("2021-09-20")
_HOURS_KEPT = 100_000
_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WALL_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # a wall clock's reading has no zone
_INSIDE_HOUR = tuple((minute, second) for minute in (0, 15, 30, 45, 59) for second in (0, 59))


class ZoneClock:
    """Wall-clock times of a zone as UTC: the offset of an hour is looked up once, not for every row.

    In an hour in which the offset changes every time is worked out by itself, so that the result is always exactly
    the zone's own.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        """Begin with no hour known."""
        self.zone = zone
        self._zero_of_hour: dict[int, datetime | None] = {}

    def utc(self, wall: datetime) -> datetime:
        """A wall-clock time as UTC.

        >>> ZoneClock(ZoneInfo("Europe/Kyiv")).utc(datetime(2021, 9, 20, 5, 13)).isoformat()
        '2021-09-20T02:13:00+00:00'
        """
        zero = self._zero(wall)
        return wall_in_utc(wall, self.zone) if zero is None else _EPOCH + (wall - zero)

    def midnight(self, day: datetime) -> datetime:
        """When a day begins: 00:00 by the wall clock, or the moment clocks were put forward over it.

        >>> ZoneClock(ZoneInfo("Asia/Beirut")).midnight(datetime(2024, 3, 31)).isoformat()
        '2024-03-30T22:00:00+00:00'
        """
        zero = self._zero(day)
        return midnight(day.date(), self.zone) if zero is None else _EPOCH + (day - zero)

    def _zero(self, wall: datetime) -> datetime | None:
        hour = wall.toordinal() * 24 + wall.hour
        try:
            return self._zero_of_hour[hour]
        except KeyError:
            return self._look_up(wall, hour)

    def _look_up(self, wall: datetime, hour: int) -> datetime | None:
        """What the zone's clocks showed, by this hour's offset, when it was 1970 in UTC; ``None`` for two offsets."""
        if len(self._zero_of_hour) >= _HOURS_KEPT:
            self._zero_of_hour.clear()
        begin = wall.replace(minute=0, second=0, microsecond=0, tzinfo=self.zone)
        inside = [begin.replace(minute=minute, second=second) for minute, second in _INSIDE_HOUR]
        shown = all(moment.astimezone(UTC).astimezone(self.zone) == moment for moment in inside)
        offsets = {moment.utcoffset() for moment in inside} if shown else {None}
        offset = offsets.pop()
        zero = None if offsets or offset is None else _WALL_EPOCH + offset
        self._zero_of_hour[hour] = zero
        return zero


class TimeRules:
    """What a mapping says of times: how to read them, and the zone of those written without one."""

    def __init__(self, read: Callable[[str], Written], zone: ZoneInfo | None) -> None:
        """Take the reader of the mapping's format; without a zone every time must name its own."""
        self._read = read
        self._clock = ZoneClock(zone) if zone else None
        self._zone_name = zone.key if zone else ""

    def interval(self, start: str, end: str, minutes: str, sense: TimeSense) -> Interval:
        """From start to end or for so many minutes; a day alone is the whole day, an hour alone a moment."""
        wall, day_only = self._stated(start)
        begins, assumed, text = self._utc(wall, start, day_only), wall.tzinfo is None, start
        if end:
            last, last_day_only = self._stated(end)
            assumed, text = assumed or last.tzinfo is None, f"{start}/{end}"
            ends = self._utc(last + _DAY if last_day_only else last, end, last_day_only)
        elif minutes:
            ends, text = begins + _minutes(minutes), f"{start} + {minutes} min"
            check_year(ends)
        else:
            ends = self._utc(wall + _DAY, start, day_only) if day_only else begins
        return Interval(begins, ends, sense, text, self._zone_name if assumed else "")

    def _stated(self, text: str) -> Written:
        """A time as written, in a year a table may speak of: nothing can be added to the last day of the calendar."""
        written = self._read(text)
        check_year(written[0])
        return written

    def _utc(self, wall: datetime, text: str, day_only: bool) -> datetime:
        """In UTC: a day is the moment it begins there, whatever the hours between two of them."""
        if wall.tzinfo is not None:
            return in_utc(wall)
        if self._clock is None:
            raise ValueFault(
                f"time without a zone: {text!r}",
                do="add the offset, or state the zone in the mapping",
                example="time: {zone: Europe/Kyiv}",
            )
        return self._clock.midnight(wall) if day_only else self._clock.utc(wall)


def _minutes(text: str) -> timedelta:
    try:
        minutes = float(text)
    except ValueError:
        minutes = -1.0
    if not 0 <= minutes < 60 * 24 * 366 * 100:
        raise ValueFault(f"duration {text!r} is not a number of minutes, 0 or more", example="90")
    return timedelta(minutes=minutes)


def time_reader(form: str) -> Callable[[str], Written]:
    """A reader for ``iso`` or for a pattern of Python's strptime; patterns of digits only are read fast.

    Raises :class:`InputFault` for a pattern without day, month and year.

    >>> time_reader("%d.%m.%Y %H:%M")("20.09.2021 05:13")
    (datetime.datetime(2021, 9, 20, 5, 13), False)
    """
    if form == "iso":
        return _iso
    directives = re.findall(r"%(-?[A-Za-z%])", form)
    if not any(d in "cxGjs" for d in directives) and not (
        any(d in "Yy" for d in directives) and any(d in "mbB" for d in directives) and "d" in directives
    ):
        raise InputFault(
            f"the time format {form!r} names no day, month and year", where="time: format", example="%d.%m.%Y %H:%M"
        )
    day_only = not any(d in "HIcXs" for d in directives)
    known = all(d in _DIGITS for d in directives)
    reader = _by_digits(form, directives) if known else _by_strptime(form)
    return lambda text: (reader(text), day_only)


def _iso(text: str) -> Written:
    try:
        return datetime.fromisoformat(text), len(text) <= _DAY_ONLY_UP_TO
    except ValueError as cause:
        raise _not_a_time(text, "iso", "2021-09-20T05:13:00+03:00") from cause


def _by_digits(form: str, directives: list[str]) -> Callable[[str], datetime]:
    parts = re.split(r"%[A-Za-z]", form)
    pattern = re.escape(parts[0]) + "".join(
        _DIGITS[d] + re.escape(part) for d, part in zip(directives, parts[1:], strict=True)
    )
    match = re.compile(pattern, re.ASCII).fullmatch
    order = [directives.index(d) if d in directives else -1 for d in "YmdHMS"]

    def _read(text: str) -> datetime:
        found = match(text)
        if found is None:
            raise _not_a_time(text, form, "")
        numbers = (*map(int, found.groups()), 0)
        try:
            return datetime(*(numbers[i] for i in order))  # type: ignore[arg-type]  # noqa: DTZ001  # the zone is added by the rules
        except ValueError as cause:
            raise _not_a_time(text, form, "") from cause

    return _read


def _by_strptime(form: str) -> Callable[[str], datetime]:
    def _read(text: str) -> datetime:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007  # the zone is added by the rules
        except ValueError as cause:
            raise _not_a_time(text, form, "") from cause

    return _read


def _not_a_time(text: str, form: str, example: str) -> ValueFault:
    return ValueFault(
        f"not a time of the form {form}: {text!r}", do="correct it, or the mapping's format", example=example
    )
