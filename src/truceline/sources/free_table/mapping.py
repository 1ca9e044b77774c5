"""A mapping: what the columns of a table are, who observes, in which zone, and what was watched.

Every key is checked; an unknown one is an error naming its line and the nearest known. See
docs/reference/formats-tables.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from truceline.model import (
    WHOLE_MISSION,
    CoverageState,
    InputFault,
    Interval,
    Phenomenon,
    Source,
    Stratum,
    TimeSense,
    zone,
)
from truceline.model.strict_yaml import StrictDocument, read_strict_yaml
from truceline.sources.days import first_and_last
from truceline.sources.free_table.fields import FIELDS, TRANSLATED, check_fields
from truceline.sources.free_table.layout import Layout, mapped_layout
from truceline.sources.free_table.passages import Passage

VERSION = "1"
SECTIONS = ("truceline", "source", "rows", "file", "time", "columns", "constants", "translate", "coverage")
_SOURCE = ("id", "title", "custodian", "stratum", "senses", "grade", "url", "licence", "note")
_SPAN = ("area", "start", "end", "state", "notices", "reason")
_LISTS = frozenset({"words", "key", "start", "end"})
"""Fields that several columns may give together, such as a day in one and an hour in another."""
_GRADES = tuple("ABCDEF")


@dataclass(frozen=True, slots=True)
class Clock:
    """How times are written: ``iso`` or a pattern such as ``%d.%m.%Y %H:%M``, in which zone, in which sense."""

    form: str
    zone: ZoneInfo | None
    sense: TimeSense | None


@dataclass(frozen=True, slots=True)
class StatedSpan:
    """A span of time for which the person who wrote the mapping knows whether the source watched.

    ``notices`` is the measured chance, 0 to 1, that it notices one occurrence; ``None`` where nobody measured it.
    """

    area: str
    time: Interval
    state: CoverageState
    reason: str
    notices: float | None = None


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
    """The mapping in a file; raises :class:`InputFault` saying in which line, and what would be right."""
    if not path.is_file():
        raise InputFault(
            "there is no such mapping",
            where=str(path),
            do="check the name, or draft a mapping from the table",
            example="truceline ingest table log.csv --draft-mapping > log.yaml",
        )
    return check_mapping(read_strict_yaml(path, plain=True, fault=InputFault))


def check_mapping(document: StrictDocument) -> TableMapping:
    """A mapping from a file whose values are plain text, every key and value checked."""
    top = Passage(document, (), document.value)
    given = top.section(SECTIONS)
    if "truceline" in given and given["truceline"].text() != VERSION:
        what = f"mapping version {given['truceline'].text()!r} is not known"
        raise given["truceline"].fault(what, "use version 1", "truceline: 1")
    watching = "rows" in given and given["rows"].among(("observations", "watching")) == "watching"
    source, clock = _source(top.below("source")), _clock(top.below("time"))
    columns = {field: _names(field, at) for field, at in top.below("columns").section(FIELDS).items()}
    constants = {field: _constant(field, at) for field, at in top.below("constants").section(FIELDS).items()}
    check_fields(top, watching=watching, sense_stated=clock.sense is not None)
    return TableMapping(
        source,
        watching,
        mapped_layout(top.below("file")),
        clock,
        columns,
        constants,
        _translations(top.below("translate")),
        tuple(_spans(top.below("coverage"), clock.zone)),
    )


def _constant(field: str, at: Passage) -> str:
    return at.among(TRANSLATED[field]) if field in TRANSLATED else at.text()


def _source(at: Passage) -> Source:
    given = at.section(_SOURCE)
    texts = {name: value.text() for name, value in given.items() if name not in {"senses", "stratum"}}
    for name in ("id", "title", "custodian", "stratum"):
        if name not in given or not given[name].text():
            raise at.fault(f"the source has no {name}", "say who observes", f"{name}: patrol")
    senses = given["senses"].items() if "senses" in given else None
    if not senses:
        raise at.fault("the source has no senses", "list what it can tell of", "senses: [explosion, burst]")
    if "grade" in given:
        given["grade"].among(_GRADES)
    seen = tuple(Phenomenon(one.among(Phenomenon)) for one in senses)
    return Source(stratum=Stratum(given["stratum"].among(Stratum)), senses=seen, **texts)


def _clock(at: Passage) -> Clock:
    given = at.section(("format", "zone", "sense"))
    stated = {name: value for name, value in given.items() if value.text()}
    return Clock(
        stated["format"].text() if "format" in stated else "iso",
        zone(stated["zone"].text(), where=at.document.where(stated["zone"].path)) if "zone" in stated else None,
        TimeSense(stated["sense"].among(TimeSense)) if "sense" in stated else None,
    )


def _translations(at: Passage) -> dict[str, dict[str, str]]:
    return {
        field: {written: meant.among(TRANSLATED[field]) for written, meant in table.entries().items()}
        for field, table in at.section(TRANSLATED).items()
    }


def _spans(at: Passage, assumed: ZoneInfo | None) -> Iterator[StatedSpan]:
    """Stated spans; ``coverage: not stated`` and an empty list say that nobody knows when the source watched."""
    if at.value in ("", "not stated"):
        return
    items = at.items()
    if items is None:
        raise at.fault(
            "coverage is a list of spans, or: not stated", "start each with a hyphen", "coverage: not stated"
        )
    for item in items:
        yield _span(item, assumed)


def _span(at: Passage, assumed: ZoneInfo | None) -> StatedSpan:
    given = {name: value for name, value in at.section(_SPAN).items() if value.text()}
    for name in ("start", "end", "state"):
        if name not in given:
            raise at.fault(f"a span has no {name}", "give start, end and state", "state: watching")
    start, end = _stated_time(given["start"], assumed)[0], _stated_time(given["end"], assumed)[1]
    if end < start:
        raise given["end"].fault("the span ends before it starts", "give a start that is not after the end")
    area = given["area"].text() if "area" in given else WHOLE_MISSION
    reason = given["reason"].text() if "reason" in given else "as stated in the mapping"
    notices = _chance(given["notices"]) if "notices" in given else None
    return StatedSpan(area, Interval(start, end), CoverageState(given["state"].among(CoverageState)), reason, notices)


def _chance(at: Passage) -> float:
    try:
        chance = float(at.text())
    except ValueError:
        chance = math.nan
    if not 0.0 <= chance <= 1.0:
        raise at.fault(
            f"{at.text()!r} is no chance to notice one occurrence",
            "give a number from 0 to 1 that was measured, or leave it out",
            "notices: 0.95",
        )
    return chance


def _stated_time(at: Passage, assumed: ZoneInfo | None) -> tuple[datetime, datetime]:
    """From when to when a stated time reaches: a day without an hour is the whole day, as in the rows."""
    try:
        first, last, _ = first_and_last(at.text(), assumed)
    except InputFault as fault:
        raise at.fault(fault.what, fault.do, fault.example) from fault
    return first, last


def _names(field: str, at: Passage) -> tuple[str, ...]:
    several = at.items()
    if several and field in _LISTS:
        return tuple(name.text() for name in several)
    if not at.text():
        raise at.fault(f"no column is named for {field}", "name one, or remove the line")
    return (at.text(),)
