"""A mapping: what the columns of a table are, who observes, in which zone, and what was watched.

Every key is checked; an unknown one is an error naming the nearest known. See docs/reference/formats-tables.md.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from truceline.model import (
    CoverageState,
    InputFault,
    Interval,
    Means,
    Phenomenon,
    Source,
    Stratum,
    TimeSense,
    Weapon,
    zone,
)
from truceline.sources.days import first_and_last
from truceline.sources.free_table.yaml_text import read_yaml

VERSION = "1"
SECTIONS = ("truceline", "source", "rows", "file", "time", "columns", "constants", "translate", "coverage")
FIELDS: dict[str, str] = {
    "key": "natural key of the row: the same key again is a revision (default: a digest of the mapped values)",
    "start": "when it began or happened; a day without an hour is the whole day",
    "end": "when it ended; a day without an hour is to the end of that day",
    "duration_min": "how long it lasted in minutes, in place of an end",
    "sense": "lasted or sometime, when it differs by row",
    "lat": "latitude in degrees, WGS 84",
    "lon": "longitude in degrees, WGS 84",
    "radius_m": "radius in metres that holds the true position with 95 %",
    "area": "name of the area, as the mission lists it",
    "place": "the place in the observer's words",
    "phenomenon": "what was observed",
    "means": "saw, heard, recorded, detected or reported (default: reported)",
    "count": 'how many, as words: 12, "about 40", N/K',
    "count_low": "at least so many",
    "count_best": "most likely so many; may be empty",
    "count_high": "at most so many; empty when open",
    "weapon": "weapon class",
    "party": "who is said to have acted, by the name the mission gives party ids for",
    "direction": "direction of fire in the observer's words",
    "words": "original words; several columns may be given as a list",
    "state": "watching tables only: watching, degraded, blind, denied or unknown",
    "reason": "watching tables only: why",
}
"""Every field a column or a constant can be given for, and what it means."""

_TRANSLATED: dict[str, tuple[str, ...]] = {
    "phenomenon": tuple(Phenomenon),
    "means": tuple(Means),
    "weapon": (*Weapon, "none"),
    "sense": tuple(TimeSense),
    "state": tuple(CoverageState),
}
_SOURCE = ("id", "title", "custodian", "stratum", "senses", "grade", "url", "licence", "note")
_OF_WATCHING = frozenset({"start", "end", "duration_min", "sense", "area", "state", "reason"})
_LISTS = frozenset({"words", "key", "start", "end"})
"""Fields that several columns may give together, such as a day in one and an hour in another."""
_GRADES = tuple("ABCDEF")


@dataclass(frozen=True, slots=True)
class Layout:
    """How the table lies in its file; empty means to be found out."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_line: int = 1


@dataclass(frozen=True, slots=True)
class Clock:
    """How times are written: ``iso`` or a pattern such as ``%d.%m.%Y %H:%M``, in which zone, in which sense."""

    form: str
    zone: ZoneInfo | None
    sense: TimeSense | None


@dataclass(frozen=True, slots=True)
class StatedSpan:
    """A span of time for which the person who wrote the mapping knows whether the source watched."""

    area: str
    time: Interval
    state: CoverageState
    reason: str


@dataclass(frozen=True)
class TableMapping:
    """A checked mapping. ``watching`` says that each row is a span of watching and no observation."""

    source: Source
    watching: bool
    layout: Layout
    clock: Clock
    columns: Dictionary[str, tuple[str, ...]]
    constants: Dictionary[str, str]
    translate: Dictionary[str, Dictionary[str, str]]
    spans: tuple[StatedSpan, ...]

    def needed(self) -> tuple[str, ...]:
        """The columns the table must have, each once, in the order of the mapping."""
        return tuple(dict.fromkeys(name for names in self.columns.values() for name in names))


def read_mapping(path: Path) -> TableMapping:
    """The mapping in a file; raises :class:`InputFault` saying where and what would be right."""
    return check_mapping(read_yaml(path), where=str(path))


def check_mapping(content: object, *, where: str) -> TableMapping:
    """A mapping from its sections, every key and value checked."""
    top = _section(content, SECTIONS, where)
    if top.get("truceline", VERSION) != VERSION:
        raise _fault(f"mapping version {top['truceline']!r} is not known", where, "use version 1", "truceline: 1")
    rows = _among(top.get("rows", "observations"), ("observations", "watching"), f"{where}: rows")
    source = _source(top.get("source"), f"{where}: source")
    clock = _clock(top.get("time", {}), f"{where}: time")
    columns = {field: _names(field, value, where) for field, value in _part(top, "columns", FIELDS, where).items()}
    constants = {
        field: _text(value, f"{where}: {field}") for field, value in _part(top, "constants", FIELDS, where).items()
    }
    mapping = TableMapping(
        source,
        rows == "watching",
        _layout(top.get("file", {}), f"{where}: file"),
        clock,
        columns,
        constants,
        _translations(top.get("translate", {}), f"{where}: translate"),
        tuple(_spans(top.get("coverage", []), clock.zone, f"{where}: coverage")),
    )
    _check_fields(mapping, where)
    return mapping


def _check_fields(mapping: TableMapping, where: str) -> None:
    """Fields that must be there, must come together, or shut one another out."""
    given = {*mapping.columns, *mapping.constants}
    if both := [field for field in FIELDS if field in mapping.columns and field in mapping.constants]:
        raise _fault(f"{both[0]} is both a column and a constant", where, "keep one of the two")
    _check_use(mapping, given, where)
    for field in ("start", "area", "state") if mapping.watching else ("start", "phenomenon"):
        if field not in given:
            raise _fault(
                f"nothing says what {field} is", where, "name a column or a constant", f"{field}: name of column"
            )
    if mapping.clock.sense is None and "sense" not in given:
        raise _fault(
            "nothing says in which sense times are meant",
            f"{where}: time",
            "lasted: went on from start to end; sometime: happened at an unknown moment in between",
            "sense: sometime",
        )
    if given & {"lat", "lon", "radius_m"} and not given >= {"lat", "lon", "radius_m"}:
        raise _fault(
            "a position needs lat, lon and radius_m",
            where,
            "state how good the position is",
            "constants: {radius_m: 500}",
        )
    if "count" in given and given & {"count_low", "count_best", "count_high"}:
        raise _fault("count and count_low, count_best, count_high shut one another out", where, "keep one way")
    if given & {"count_best", "count_high"} and "count_low" not in given:
        raise _fault("a count range needs count_low", where, "name its column or a constant", "count_low: 1")
    if "end" in given and "duration_min" in given:
        raise _fault("end and duration_min shut one another out", where, "keep one of the two")
    _check_constants(mapping, where)


def _check_use(mapping: TableMapping, given: set[str], where: str) -> None:
    """Every field that is given must say something of the single row, else it would be passed over in silence."""
    if not mapping.columns:
        raise _fault("no column of the table is named", f"{where}: columns", "name at least one", "start: Date")
    if "key" in mapping.constants:
        raise _fault(
            "one key for all rows would make them one record",
            f"{where}: constants",
            "name a column, or leave the key out",
            "columns: {key: No}",
        )
    if unused := [field for field in FIELDS if field in given and field in _unused(mapping.watching)]:
        kind = "watching" if mapping.watching else "observations"
        other = "observations" if mapping.watching else "watching"
        raise _fault(f"{unused[0]} says nothing in a table of {kind}", where, f"remove it, or say rows: {other}")


def _unused(watching: bool) -> frozenset[str]:
    """Fields that say nothing in a table of that kind; what is mapped must not be passed over in silence."""
    return frozenset(FIELDS) - _OF_WATCHING if watching else frozenset({"state", "reason"})


def _check_constants(mapping: TableMapping, where: str) -> None:
    for field, known in _TRANSLATED.items():
        if field in mapping.constants:
            _among(mapping.constants[field], known, f"{where}: constants: {field}")
        for written, meant in mapping.translate.get(field, {}).items():
            _among(meant, known, f"{where}: translate: {field}: {written}")


def _source(content: object, where: str) -> Source:
    given = {name: value for name, value in _section(content, _SOURCE, where).items() if name != "senses"}
    texts = {name: _text(value, f"{where}: {name}") for name, value in given.items()}
    senses = _section(content, _SOURCE, where).get("senses", [])
    for name in ("id", "title", "custodian", "stratum"):
        if not texts.get(name):
            raise _fault(f"the source has no {name}", where, "say who observes", f"{name}: patrol")
    if not isinstance(senses, list) or not senses:
        raise _fault("the source has no senses", where, "list what it can tell of", "senses: [explosion, burst]")
    stratum = Stratum(_among(texts.pop("stratum"), tuple(Stratum), f"{where}: stratum"))
    _among(texts.get("grade", "F"), _GRADES, f"{where}: grade")
    seen = tuple(Phenomenon(_among(_text(s, where), tuple(Phenomenon), f"{where}: senses")) for s in senses)
    return Source(stratum=stratum, senses=seen, **texts)


def _clock(content: object, where: str) -> Clock:
    given = {k: _text(v, f"{where}: {k}") for k, v in _section(content, ("format", "zone", "sense"), where).items()}
    sense = given.get("sense", "")
    return Clock(
        given.get("format") or "iso",
        zone(given["zone"], where=where) if given.get("zone") else None,
        TimeSense(_among(sense, tuple(TimeSense), f"{where}: sense")) if sense else None,
    )


def _layout(content: object, where: str) -> Layout:
    given = {
        name: _text(value, f"{where}: {name}")
        for name, value in _section(content, ("encoding", "delimiter", "sheet", "header_line"), where).items()
    }
    line = given.pop("header_line", "1")
    if not line.isdigit() or line == "0":
        raise _fault(f"header_line {line!r} is no line", where, "the first line is 1", "header_line: 1")
    delimiter = given.pop("delimiter", "").replace("\\t", "\t").replace("tab", "\t")
    if len(delimiter) > 1:
        raise _fault(f"delimiter {delimiter!r} is longer than a character", where, "give one", 'delimiter: ";"')
    return Layout(given.get("encoding", ""), delimiter, given.get("sheet", ""), int(line))


def _translations(content: object, where: str) -> dict[str, dict[str, str]]:
    tables = _section(content, tuple(_TRANSLATED), where)
    return {
        field: {str(written): _text(meant, f"{where}: {field}") for written, meant in _dict(table, where).items()}
        for field, table in tables.items()
    }


def _spans(content: object, assumed: ZoneInfo | None, where: str) -> Iterable[StatedSpan]:
    """Stated spans; ``coverage: not stated`` and an empty list say that nobody knows when the source watched."""
    if content in ("", "not stated"):
        return
    if not isinstance(content, list):
        raise _fault(
            "coverage is a list of spans, or: not stated", where, "start each with a hyphen", "coverage: not stated"
        )
    for item in content:
        names = ("area", "start", "end", "state", "reason")
        span = {k: _text(v, f"{where}: {k}") for k, v in _section(item, names, where).items()}
        for name in ("start", "end", "state"):
            if not span.get(name):
                raise _fault(f"a span has no {name}", where, "give start, end and state", "state: watching")
        start, end = _stated_time(span["start"], assumed, where)[0], _stated_time(span["end"], assumed, where)[1]
        state = CoverageState(_among(span["state"], tuple(CoverageState), f"{where}: state"))
        yield StatedSpan(
            span.get("area") or "*", Interval(start, end), state, span.get("reason", "as stated in the mapping")
        )


def _stated_time(text: str, assumed: ZoneInfo | None, where: str) -> tuple[datetime, datetime]:
    """From when to when a stated time reaches: a day without an hour is the whole day, as in the rows."""
    try:
        first, last, _ = first_and_last(text, assumed)
    except InputFault as fault:
        raise _fault(fault.what, where, fault.do, fault.example) from fault
    return first, last


def _names(field: str, value: object, where: str) -> tuple[str, ...]:
    if isinstance(value, list) and field in _LISTS and value:
        return tuple(_text(name, f"{where}: columns: {field}") for name in value)
    name = _text(value, f"{where}: columns: {field}")
    if not name:
        raise _fault(f"no column is named for {field}", f"{where}: columns", "name one, or remove the line")
    return (name,)


def _part(top: dict[str, Any], name: str, known: Iterable[str], where: str) -> dict[str, Any]:
    return _section(top.get(name, {}), tuple(known), f"{where}: {name}")


def _section(content: object, known: tuple[str, ...], where: str) -> dict[str, Any]:
    """A part of the mapping with known keys only; raises :class:`InputFault` naming the nearest."""
    found = _dict(content, where)
    for key in found:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            raise _fault(
                f"the key {key!r} is not known",
                where,
                f"did you mean {near[0]!r}?" if near else f"use one of: {', '.join(known)}",
            )
    return found


def _dict(content: object, where: str) -> dict[str, Any]:
    if content in ("", None):
        return {}
    if not isinstance(content, dict):
        raise _fault("keys with values are expected here", where, "write each as key: value", "zone: Europe/Kyiv")
    return content


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise _fault("one value is expected here, not several", where, "give a single value")
    return value


def _among(value: str, known: Iterable[str], where: str) -> str:
    words = [str(word) for word in known]
    if value in words:
        return value
    near = difflib.get_close_matches(value, words, n=1)
    do = f"did you mean {near[0]!r}?" if near else f"use one of: {', '.join(words)}"
    raise _fault(f"{value!r} is not known" if value else "the value is empty", where, do, words[0])


def _fault(what: str, where: str, do: str, example: str = "") -> InputFault:
    return InputFault(what, where=where, do=do, example=example)
