"""From a table of the register to its entries, every value checked.

One row is one act. Its ``key`` is its number in the register: a later row of the same number is its correction. What
an entry means is said with :class:`~truceline.model.RegisterEntry`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from truceline.model import (
    CountRange,
    Interval,
    MissingColumn,
    RegisterEntry,
    RegisterKind,
    Source,
    Standing,
    TimeSense,
    ValueFault,
    is_bare_day,
)
from truceline.sources.counts import whole_number
from truceline.sources.days import first_and_last
from truceline.sources.protocol import ReadOptions, Record, SourceFile
from truceline.sources.tables import Row, read_header, read_rows, records_of

COLUMNS = (
    *("key", "kind", "subject", "by", "to", "start", "end", "sense", "standing", "said_by"),
    *("covers_start", "covers_end", "place", "about", "option", "low", "best", "high", "value", "unit"),
    *("url", "quote"),
)
"""All twenty-two must be there."""
REPEATS = "repeats"
"""The one column that may be left out; no other is taken."""

_NEEDED = ("key", "kind", "start", "standing", "said_by")
"""What no row may leave empty; the others as their kind asks for."""
_EXAMPLES = {
    "key": "2020-0017",
    "kind": "notice",
    "start": "2020-08-03T12:00:00+03:00",
    "end": "2020-08-03T14:00:00+03:00",
    "sense": "sometime",
    "standing": "verified",
    "said_by": "mechanism",
    "covers_start": "2020-08-04T08:00:00+03:00",
    "covers_end": "2020-08-04T12:00:00+03:00",
    "place": "zone-1",
    "about": "0f3a9c51d2b7e846",
    "low": "12",
    "best": "12",
    "high": "12",
    "value": "120",
    "unit": "mm",
    "url": "https://example.org/notice",
    "quote": "Works at the power line from 08:00 to 12:00.",
    REPEATS: "2020-0016",
}
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,79}")
_NO_NUMBER = "is no number of an entry: letters, digits and . _ / - , at most 80"
_INCIDENT = re.compile(r"[0-9a-f]{16}")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
_ADDRESS = re.compile(r"https?://[^\s/]+\.[^\s]+")
_LONGEST = {"quote": 400, "place": 120, "unit": 20}
_LARGEST = 10_000_000
Word = TypeVar("Word", bound=StrEnum)


class Register:
    """The format ``register``."""

    name = "register"
    title = "the register: notices, orders, deeds and decisions, as register.csv"
    settings: tuple[str, ...] = ()

    def sources(self, file: SourceFile, options: ReadOptions) -> tuple[Source, ...]:
        """None: the register is no channel of observation, and each entry names who vouches for it."""
        del file, options
        return ()

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Record]:
        """Entries in file order; a row with a fault is rejected with the reason."""
        _check_header(file.path, options.encoding)
        rows = read_rows(file.path, COLUMNS, encoding=options.encoding)
        yield from records_of(rows, lambda row: read_entry(row, file, options))


def read_entry(row: Row, file: SourceFile, options: ReadOptions) -> RegisterEntry:
    """One entry; raises :class:`ValueFault` naming the column and showing a valid value."""
    values = row.values
    for column in _NEEDED:
        if not values[column]:
            raise _fault(column, "is empty")
    for column, longest in _LONGEST.items():
        if len(values[column]) > longest:
            raise _fault(column, f"has {len(values[column])} characters; at most {longest} are kept")
    return RegisterEntry(
        key=_written("key", values, _KEY, _NO_NUMBER),
        kind=_word("kind", values, RegisterKind),
        subject=values["subject"],
        by=_actor(values["by"], options),
        to=_addressees(values["to"], options),
        time=_time(values, options),
        standing=_word("standing", values, Standing),
        said_by=_actor(values["said_by"], options),
        evidence=file.link(row.line),
        covers=_covers(values, options),
        place=values["place"],
        about=_written("about", values, _INCIDENT, "is no id of an incident: 16 digits of 0-9 and a-f"),
        option=values["option"],
        count=_count(values),
        value=_value(values),
        unit=values["unit"],
        url=_written("url", values, _ADDRESS, "is no web address"),
        quote=values["quote"],
        repeats=_written(REPEATS, values, _KEY, _NO_NUMBER),
    )


def _check_header(path: Path, encoding: str) -> None:
    """A column nobody reads would be lost without a word."""
    for name in read_header(path, encoding=encoding):
        if name not in (*COLUMNS, REPEATS):
            raise MissingColumn(
                f"the register has no column {name!r}" if name else "a column has no name",
                where=f"{path} line 1",
                do="remove the column, or put what it says under quote",
                example=",".join((*COLUMNS, REPEATS)),
            )


def _actor(name: str, options: ReadOptions) -> str:
    """A party id where the mission knows the name, else the id as it stands; the entry itself refuses what is none."""
    return options.actor(name) or name


def _addressees(text: str, options: ReadOptions) -> tuple[str, ...]:
    return tuple(_actor(name.strip(), options) for name in text.split(";")) if text else ()


def _time(values: dict[str, str], options: ReadOptions) -> Interval:
    """When it was done: a moment, some time of a day, or between start and end as ``sense`` says."""
    start, start_reach, assumed = _reach("start", values, options)
    end_text = values["end"]
    if not end_text:
        usual = TimeSense.SOMETIME if is_bare_day(values["start"]) else TimeSense.LASTED
        sense = _word("sense", values, TimeSense) if values["sense"] else usual
        return Interval(start, start_reach, sense, values["start"], _zone_of(options, assumed))
    _, end, end_assumed = _reach("end", values, options)
    if not values["sense"]:
        raise _fault("sense", "is empty: did it last from start to end, or was it done at some moment between?")
    text = f"{values['start']}/{end_text}"
    return _interval(
        "end", start, end, _word("sense", values, TimeSense), text, _zone_of(options, assumed or end_assumed)
    )


def _covers(values: dict[str, str], options: ReadOptions) -> Interval | None:
    """The time an entry speaks of; a day without an hour is meant whole, as the last day too."""
    first, last = values["covers_start"], values["covers_end"]
    if not first and not last:
        return None
    if not first or not last:
        raise _fault("covers_end" if first else "covers_start", "is empty while the other end is given")
    start, _, assumed = _reach("covers_start", values, options)
    _, end, end_assumed = _reach("covers_end", values, options)
    if start == end:
        raise _fault("covers_end", "is the same as the start: an entry covers a span of time")
    zone = _zone_of(options, assumed or end_assumed)
    return _interval("covers_end", start, end, TimeSense.LASTED, f"{first}/{last}", zone)


def _interval(column: str, start: datetime, end: datetime, sense: TimeSense, text: str, zone: str) -> Interval:
    if end < start:
        raise _fault(column, f"{end.isoformat()} is before the start {start.isoformat()}")
    return Interval(start, end, sense, text, zone)


def _reach(column: str, values: dict[str, str], options: ReadOptions) -> tuple[datetime, datetime, bool]:
    try:
        return first_and_last(values[column], options.zone)
    except ValueFault as fault:
        raise ValueFault(f"{column}: {fault.what}", do=fault.do, example=fault.example) from fault


def _zone_of(options: ReadOptions, assumed: bool) -> str:
    return options.zone.key if options.zone and assumed else ""


def _count(values: dict[str, str]) -> CountRange | None:
    if not any(values[column] for column in ("low", "best", "high")):
        return None
    low, best, high = (_number(column, values) for column in ("low", "best", "high"))
    if low is None:
        raise _fault("low", "is empty while another figure is given; 0 if there may have been none")
    return CountRange(low, best, high)


def _number(column: str, values: dict[str, str]) -> int | None:
    text = values[column]
    number = whole_number(text, _LARGEST)
    if text and number is None:
        raise _fault(column, f"{text[:40]!r} is no whole number from 0 to {_LARGEST:,} in plain digits")
    return number


def _value(values: dict[str, str]) -> float | None:
    text = _written("value", values, _DECIMAL, "is no number in plain digits with a point")
    return float(text) if text else None


def _written(column: str, values: dict[str, str], form: re.Pattern[str], otherwise: str) -> str:
    text = values.get(column, "")
    if text and not form.fullmatch(text):
        raise _fault(column, f"{text[:80]!r} {otherwise}")
    return text


def _word(column: str, values: dict[str, str], words: type[Word]) -> Word:
    text = values[column]
    known = [word.value for word in words]
    if text not in known:
        near = difflib.get_close_matches(text, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"use one of: {', '.join(known)}"
        raise ValueFault(f"{column} {text[:40]!r} is no word of the register", do=hint, example=_EXAMPLES[column])
    return words(text)


def _fault(column: str, what: str) -> ValueFault:
    return ValueFault(f"{column} {what}", do="correct the value", example=_EXAMPLES[column])


FORMAT = Register()
