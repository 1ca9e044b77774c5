"""The acquisition record: how bytes came into somebody's hands, said by whoever was there.

Question: who took this up, with what, how, from whom, when by which clock, and where by which fix? In: the fields of a
JSON object. Out: a checked :class:`Acquisition`. People and sources stand under their pseudonyms. Nothing that is not
known is guessed: a clock nobody compared says so, a place without a fix says so.

Lengths in metres, errors of clocks in seconds, moments with their zone. What it must hold follows the Berkeley Protocol
on Digital Open Source Investigations (OHCHR and UC Berkeley, 2022), paragraphs 153 to 155.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from truceline.model.cases import check_words
from truceline.model.custody import check_item
from truceline.model.errors import ValueFault
from truceline.model.times import in_utc

MOST_EMBEDDED = 500
LONGEST_NAME = 255


class ClockState(StrEnum):
    """How far the clock that gave the time can be relied on."""

    SYNCHRONISED = "synchronised"
    """Set by a time service or satellite shortly before; ``error_s`` says how well."""
    COMPARED = "compared"
    """Held against such a clock; ``error_s`` is the difference found."""
    FREE = "free"
    """Nobody held it against anything since."""
    UNKNOWN = "unknown"


class Fix(StrEnum):
    """How a place was found."""

    SATELLITE = "satellite"
    NETWORK = "network"
    MAP = "map"
    """Pointed out on a map by a person."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class AcquiredWhen:
    """When, by which clock; ``error_s`` is how far off it may be in seconds, ``None`` where nobody knows."""

    at: datetime
    clock: ClockState
    error_s: float | None = None


@dataclass(frozen=True, slots=True)
class AcquiredWhere:
    """Where, in degrees, within ``radius_m`` metres, found how; all three ``None`` for no fix."""

    fix: Fix
    lat: float | None = None
    lon: float | None = None
    radius_m: float | None = None


@dataclass(frozen=True, slots=True)
class Acquisition:
    """How an item was acquired. Raises :class:`ValueFault` for what contradicts itself or misleads a reader.

    ``by`` is a person's id, ``device`` that of a device (empty: none), ``source`` a pseudonym, ``name`` what the file
    was called, ``url`` where it was found, ``context`` what stood around it, ``embedded`` its own metadata as found.
    """

    item: str
    by: str
    device: str
    method: str
    source: str
    when: AcquiredWhen
    where: AcquiredWhere
    name: str
    url: str
    context: str
    embedded: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        """Refuse a place without a fix, a fix without a place, and what a reader could misread."""
        check_item(self.item)
        in_utc(self.when.at)
        for where in ("by", "method", "source"):
            check_words(getattr(self, where), where)
        for where in ("device", "url", "context"):
            if getattr(self, where):
                check_words(getattr(self, where), where)
        if not self.name or len(self.name) > LONGEST_NAME:
            raise _fault(f"the name has {len(self.name)} characters, not 1 to {LONGEST_NAME}", "name")
        if len(self.embedded) > MOST_EMBEDDED:
            raise _fault(f"{len(self.embedded)} embedded fields, more than {MOST_EMBEDDED}", "embedded")
        _check_clock(self.when)
        _check_place(self.where)

    @property
    def named(self) -> tuple[str, ...]:
        """Who may sign it: the person, and the device if there is one."""
        return (self.by, self.device) if self.device else (self.by,)


W = TypeVar("W", ClockState, Fix)
_NEEDED = ("truceline", "item", "by", "method", "source", "when", "where", "name")
_FIELDS = (*_NEEDED, "device", "url", "context", "embedded")
_EXAMPLE = '"when": {"at": "2031-04-19T18:02:11+00:00", "clock": "synchronised", "error_s": 0.5}'


def acquisition_from(content: Mapping[str, object]) -> Acquisition:
    """The acquisition in a JSON object; raises :class:`ValueFault` for a field that is missing, unknown or wrong."""
    _check_fields(content, _FIELDS, _NEEDED, "")
    if content["truceline"] != 1 or isinstance(content["truceline"], bool):
        raise _fault("this is not version 1 of the record", "truceline")
    when, where = _group(content["when"], "when"), _group(content["where"], "where")
    _check_fields(when, ("at", "clock", "error_s"), ("at", "clock"), "when")
    _check_fields(where, ("fix", "lat", "lon", "radius_m"), ("fix",), "where")
    embedded = _group(content.get("embedded", {}), "embedded")
    texts = {name: _text(content.get(name, ""), name) for name in ("device", "url", "context")}
    needed = {name: _text(content[name], name) for name in ("item", "by", "method", "source", "name")}
    return Acquisition(
        **needed,
        **texts,
        when=AcquiredWhen(_moment(when["at"]), _word(ClockState, when["clock"]), _number(when, "error_s")),
        where=AcquiredWhere(_word(Fix, where["fix"]), *(_number(where, one) for one in ("lat", "lon", "radius_m"))),
        embedded=tuple((name, _text(value, f"embedded.{name}")) for name, value in sorted(embedded.items())),
    )


def _check_clock(when: AcquiredWhen) -> None:
    known = when.clock in (ClockState.SYNCHRONISED, ClockState.COMPARED)
    if known != (when.error_s is not None):
        raise _fault(f"a clock that is {when.clock.value} has {'an' if known else 'no'} error_s", "when")
    if when.error_s is not None and not (math.isfinite(when.error_s) and when.error_s >= 0):
        raise _fault("error_s is a number of seconds from 0 on", "when")


def _check_place(where: AcquiredWhere) -> None:
    said = (where.lat, where.lon, where.radius_m)
    if where.fix is Fix.NONE:
        if said != (None, None, None):
            raise _fault("without a fix there is no place to say", "where")
        return
    lat, lon, radius_m = said
    if lat is None or lon is None or radius_m is None:
        raise _fault("a place is lat, lon and radius_m", "where")
    if not (-90 <= lat <= 90 and -180 <= lon <= 180 and 0 < radius_m <= 20_100_000):
        raise _fault("this place is not on the globe", "where")


def _check_fields(content: Mapping[str, object], known: tuple[str, ...], needed: tuple[str, ...], where: str) -> None:
    for name in content:
        if name not in known:
            raise _fault(f"there is no field {name[:60]!r}; it has: {', '.join(known)}", where)
    for name in needed:
        if name not in content:
            raise _fault(f"the field {name!r} is missing", where)


def _group(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise _fault("no group of fields stands here", where)
    return value


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise _fault("no text stands here", where)
    return value


def _number(group: Mapping[str, object], name: str) -> float | None:
    value = group.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _fault("no number stands here", name)
    return float(value)


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(value, "when.at"))
    except ValueError as cause:
        raise _fault(f"{str(value)[:60]!r} is no moment", "when.at") from cause
    if moment.tzinfo is None:
        raise _fault("the moment has no zone", "when.at")
    return moment


def _word(kind: type[W], value: object) -> W:
    try:
        return kind(str(value))
    except ValueError as cause:
        raise _fault(f"{str(value)[:60]!r} is none of: {', '.join(kind)}", "when.clock / where.fix") from cause


def _fault(what: str, where: str) -> ValueFault:
    return ValueFault(
        f"the acquisition record: {what}", where=where, do="see the reference of the record", example=_EXAMPLE
    )
