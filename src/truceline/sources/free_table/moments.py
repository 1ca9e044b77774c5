"""Times of a free table: a pattern is turned into a reader once, so that a row costs little."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from truceline.model import InputFault, Interval, TimeSense, ValueFault

Written = tuple[datetime, bool]
"""A time as written, with or without a zone, and whether it is a day without an hour."""

_DIGITS = {"Y": r"(\d{4})", "y": r"(\d\d)", **dict.fromkeys("mdHMS", r"(\d{1,2})")}
_DAY_ONLY_UP_TO = len("2021-09-20")
_KEPT = 8192


@dataclass(frozen=True, slots=True)
class TimeRules:
    """What a mapping says of times: how to read them, and the zone of those written without one."""

    read: Callable[[str], Written]
    zone: ZoneInfo | None

    def moment(self, text: str, *, as_end: bool) -> tuple[datetime, bool, bool]:
        """A time in UTC, whether it is a day only, and whether the zone was assumed.

        A day is the midnight it begins with, or as an end the midnight it ends with, by the wall clock.
        """
        written, day_only = self.read(text)
        if day_only and as_end:
            written += timedelta(days=1)
        if written.tzinfo is not None:
            return written.astimezone(UTC), day_only, False
        if self.zone is None:
            raise ValueFault(
                f"time without a zone: {text!r}",
                do="add the offset, or state the zone in the mapping",
                example="time: {zone: Europe/Kyiv}",
            )
        return written.replace(tzinfo=self.zone).astimezone(UTC), day_only, True

    def interval(self, start: str, end: str, minutes: str, sense: TimeSense) -> Interval:
        """From start to end or for so many minutes; a day alone is the whole day, an hour alone a moment."""
        begins, day_only, assumed = self.moment(start, as_end=False)
        text = start
        if end:
            ends, _, end_assumed = self.moment(end, as_end=True)
            assumed, text = assumed or end_assumed, f"{start}/{end}"
        elif minutes:
            ends, text = begins + _minutes(minutes), f"{start} + {minutes} min"
        else:
            ends = self.moment(start, as_end=True)[0] if day_only else begins
        return Interval(begins, ends, sense, text, self.zone.key if assumed and self.zone else "")


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
        return lru_cache(_KEPT)(_iso)
    directives = re.findall(r"%(-?[A-Za-z%])", form)
    if not any(d in "cxGjs" for d in directives) and not (
        any(d in "Yy" for d in directives) and any(d in "mbB" for d in directives) and "d" in directives
    ):
        raise InputFault(
            f"the time format {form!r} names no day, month and year", where="time: format", example="%d.%m.%Y %H:%M"
        )
    day_only = not any(d in "HIcXs" for d in directives)
    known = all(d in _DIGITS for d in directives) and "y" not in directives
    reader = _by_digits(form, directives) if known else _by_strptime(form)
    return lru_cache(_KEPT)(lambda text: (reader(text), day_only))


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
