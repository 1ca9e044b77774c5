"""What happened in a story, as the evidence an agreement is held against: incidents, register, who could have seen."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np

from truceline.agreements.evidence import Evidence
from truceline.agreements.ground import Ground
from truceline.agreements.measures import calibre_mm, span
from truceline.agreements.repeats import why_no_repeat
from truceline.agreements.scenarios.agreement_given import metres
from truceline.agreements.scenarios.grammar import EXAMPLES
from truceline.agreements.scenarios.placing import beside, inside
from truceline.agreements.seen import SeenShare
from truceline.model import (
    CONFIRMED,
    UNKNOWN_COUNT,
    CountRange,
    EvidenceLink,
    IncidentTable,
    Interval,
    NotFound,
    Phenomenon,
    RegisterEntry,
    RegisterKind,
    Standing,
    Target,
    TimeSense,
    ValueFault,
    Weapon,
    Words,
    id_of,
    id_text,
    microseconds,
    parse_moment,
)
from truceline.model.strict_yaml import KeyPath, StrictDocument

_MISSION = "mission"
_EVERYTHING, _NOTHING = "everything", "nothing"


@dataclass(frozen=True)
class WatchedArea:
    """One area and the share of the time in which it was watched undisturbed."""

    area: str
    undisturbed: float


@dataclass(frozen=True)
class WatchedShare:
    """How far one phenomenon was watched for in a story."""

    phenomenon: Phenomenon
    share: float
    undisturbed: float
    areas: tuple[WatchedArea, ...] = field(default=())


def incident_number(name: str) -> int:
    """The number that stands for an incident of a story, by its name."""
    return id_of(f"scenario incident {name}")


def evidence_given(scenario: StrictDocument, ground: Ground, actors: Sequence[str]) -> Evidence:
    """The evidence of a scenario; raises :class:`~truceline.model.AgreementFault` for what cannot be read one way."""
    content: Any = scenario.value
    told = content.get("incidents", ())
    names = [one["id"] for one in told]
    for i, name in enumerate(names):
        if name in names[:i]:
            raise scenario.fault(f"the incident {name!r} is told twice", ("incidents", i, "id"), do="name each once")
    reader = _Reader(scenario, ground, tuple(actors), tuple(names))
    rows = [reader.incident(one, ("incidents", i)) for i, one in enumerate(told)]
    grades = Words.of([one.get("grade", CONFIRMED) for one in told])
    register = tuple(reader.entry(one, i) for i, one in enumerate(content.get("register", ())))
    _check_repeats(scenario, register)
    shares = reader.watched(content.get("watched", _NOTHING))
    return Evidence(_table(rows), grades, register, lambda _: shares)


def _check_repeats(scenario: StrictDocument, register: Sequence[RegisterEntry]) -> None:
    by_number = {entry.key: entry for entry in register}
    for place, entry in enumerate(register):
        why, _, do = why_no_repeat(entry, by_number).partition("; ")
        if why:
            raise scenario.fault(why, ("register", place, "repeats"), do=do, example="repeats: 1")


def _number(place: int) -> str:
    """The number of an entry, by its place in the list from 1 on."""
    return f"{place:04}"


@dataclass(frozen=True)
class _Row:
    """One incident as columns need it."""

    name: str
    time: Interval
    phenomenon: str
    party: str
    place: tuple[float, float, float]
    area: str
    count: tuple[int, int, int]
    weapon: str
    calibre_mm: float
    weapon_name: str
    target: str


def _table(rows: Sequence[_Row]) -> IncidentTable:
    return IncidentTable(
        id=np.array([incident_number(row.name) for row in rows], dtype=np.uint64),
        start_us=np.array([microseconds(row.time.start) for row in rows], dtype=np.int64),
        end_us=np.array([microseconds(row.time.end) for row in rows], dtype=np.int64),
        sometime=np.array([row.time.sense is TimeSense.SOMETIME for row in rows], dtype=bool),
        phenomenon=Words.of([row.phenomenon for row in rows]),
        place=np.array([id_of(str(row.place)) for row in rows], dtype=np.uint64),
        area=Words.of([row.area for row in rows]),
        party=Words.of([row.party for row in rows]),
        direction=Words.of([""] * len(rows)),
        count_low=np.array([row.count[0] for row in rows], dtype=np.int64),
        count_best=np.array([row.count[1] for row in rows], dtype=np.int64),
        count_high=np.array([row.count[2] for row in rows], dtype=np.int64),
        lat=np.array([row.place[0] for row in rows], dtype=float),
        lon=np.array([row.place[1] for row in rows], dtype=float),
        radius_m=np.array([row.place[2] for row in rows], dtype=float),
        strata=np.zeros(len(rows), dtype=np.uint32),
        members=np.ones(len(rows), dtype=np.int64),
        weapon=Words.of([row.weapon for row in rows]),
        calibre_mm=np.array([row.calibre_mm for row in rows], dtype=float),
        weapon_name=Words.of([row.weapon_name for row in rows]),
        target=Words.of([row.target for row in rows]),
    )


@dataclass(frozen=True)
class _Reader:
    """Reads the entries of one scenario; every fault names the file, the line and the key."""

    document: StrictDocument
    ground: Ground
    actors: tuple[str, ...]
    incidents: tuple[str, ...]

    def incident(self, entry: dict[str, Any], path: KeyPath) -> _Row:
        """One incident."""
        self._known("phenomenon", entry["phenomenon"], (p.value for p in Phenomenon), (*path, "phenomenon"))
        if "weapon" in entry:
            self._known("weapon", entry["weapon"], (w.value for w in Weapon), (*path, "weapon"))
        if "target" in entry:
            self._known("target", entry["target"], (t.value for t in Target), (*path, "target"))
        if "party" in entry:
            self._known("party", entry["party"], self.actors, (*path, "party"))
        count = self._count(entry.get("count", 1), (*path, "count"))
        return _Row(
            name=entry["id"],
            time=self._time(entry, path),
            phenomenon=entry["phenomenon"],
            party=entry.get("party", ""),
            place=self._place(entry, path),
            area=entry.get("area", ""),
            count=(
                count.low,
                UNKNOWN_COUNT if count.best is None else count.best,
                UNKNOWN_COUNT if count.high is None else count.high,
            ),
            weapon=entry.get("weapon", ""),
            calibre_mm=self._calibre(entry["calibre"], (*path, "calibre")) if "calibre" in entry else math.nan,
            weapon_name=entry.get("weapon_name", ""),
            target=entry.get("target", ""),
        )

    def entry(self, entry: dict[str, Any], place: int) -> RegisterEntry:
        """One entry of the register, numbered by its place in the file."""
        path: KeyPath = ("register", place)
        if "about" in entry:
            self._known("incident", entry["about"], self.incidents, (*path, "about"))
        for key in ("by", "said_by"):
            if key in entry and entry[key] != _MISSION:
                self._known("actor", entry[key], self.actors, (*path, key))
        try:
            return RegisterEntry(
                key=_number(place + 1),
                kind=RegisterKind(entry["kind"]),
                subject=entry.get("subject", ""),
                by=entry.get("by", ""),
                to=tuple(entry.get("to", ())),
                time=self._time(entry, path),
                standing=Standing(entry.get("standing", Standing.VERIFIED)),
                said_by=entry.get("said_by", _MISSION),
                evidence=EvidenceLink(self.document.sha256, self.document.lines.get(path, 1)),
                covers=self._between(entry["covers"], (*path, "covers")) if "covers" in entry else None,
                place=entry.get("place", ""),
                about=id_text(incident_number(entry["about"])) if "about" in entry else "",
                option=entry.get("option", ""),
                count=self._count(entry["count"], (*path, "count")) if "count" in entry else None,
                value=entry.get("value"),
                unit=entry.get("unit", ""),
                repeats=_number(entry["repeats"]) if "repeats" in entry else "",
            )
        except ValueFault as fault:
            raise self._at(fault, path) from fault

    def watched(self, value: Any) -> tuple[SeenShare, ...]:
        """Who watched for what, the same in every window."""
        path: KeyPath = ("watched",)
        every = [phenomenon.value for phenomenon in Phenomenon]
        if value == _NOTHING:
            return ()
        if isinstance(value, str) and value != _EVERYTHING:
            raise self.document.unknown("word", value, (_EVERYTHING, _NOTHING), path)
        group: dict[str, Any] = (
            value if isinstance(value, dict) else {"phenomena": value if isinstance(value, list) else every}
        )
        areas = tuple(WatchedArea(name, float(share)) for name, share in group.get("areas", {}).items())
        mean = sum(area.undisturbed for area in areas) / len(areas) if areas else 1.0
        share = float(group.get("share", mean))
        clear = float(group.get("undisturbed", min(share, mean)))
        words = group.get("phenomena", every)
        for i, word in enumerate(words):
            self._known("phenomenon", word, every, (*path, i))
        whole = areas or (WatchedArea("*", clear),)
        return tuple(WatchedShare(Phenomenon(word), share, clear, whole) for word in words)

    def _place(self, entry: dict[str, Any], path: KeyPath) -> tuple[float, float, float]:
        told = [key for key in ("position", "beside", "inside") if key in entry]
        if len(told) > 1:
            raise self.document.fault(
                f"the place is told twice, by {' and '.join(told)}", (*path, told[1]), do="tell it once"
            )
        if not told:
            if "radius" in entry:
                raise self.document.fault("a radius without a position", (*path, "radius"), do="give the position")
            return math.nan, math.nan, math.nan
        try:
            lon, lat = self._position(entry, path)
        except (ValueFault, NotFound) as fault:
            raise self._at(fault, (*path, told[0])) from fault
        return lat, lon, metres(self.document, entry.get("radius", "0 m"), (*path, "radius"))

    def _position(self, entry: dict[str, Any], path: KeyPath) -> tuple[float, float]:
        if "position" in entry:
            lon, lat = entry["position"]
            if not (-180.0 <= lon <= 180.0 and -90.0 <= lat <= 90.0):
                raise ValueFault(f"{lon}, {lat} is off the globe", do="longitude first", example=EXAMPLES["position"])
            return float(lon), float(lat)
        if "inside" in entry:
            self._known("zone", entry["inside"], (zone.id for zone in self.ground.zones), (*path, "inside"))
            return inside(self.ground.zone(entry["inside"]))
        told, here = entry["beside"], (*path, "beside")
        self._known("line", told["line"], (line.id for line in self.ground.lines), (*here, "line"))
        terms = next(one for one in self.ground.terms if one.id == told["line"])
        self._known("side", told["side"], (terms.left, terms.right), (*here, "side"))
        far = metres(self.document, told["distance"], (*here, "distance"))
        return beside(self.ground.line(told["line"]), terms.side_of(told["side"]), far, float(told.get("along", 0.5)))

    def _time(self, entry: dict[str, Any], path: KeyPath) -> Interval:
        if ("at" in entry) == ("between" in entry):
            raise self.document.fault(
                "when it was is told by at or by between, one of the two", path, do="tell it", example=EXAMPLES["at"]
            )
        if "between" in entry:
            return self._between(entry["between"], (*path, "between"), TimeSense.SOMETIME)
        start = end = self._moment(entry["at"], (*path, "at"))
        if "lasting" in entry:
            try:
                length = span(entry["lasting"])
            except ValueFault as fault:
                raise self._at(fault, (*path, "lasting")) from fault
            try:
                end = start + timedelta(days=length.days, seconds=length.seconds)
            except OverflowError as cause:
                raise self.document.fault(
                    f"{entry['lasting']} from {entry['at']} lies beyond the calendar",
                    (*path, "lasting"),
                    do="check the year and the duration",
                    example=EXAMPLES["lasting"],
                ) from cause
        return Interval(start, end)

    def _between(self, ends: Sequence[str], path: KeyPath, sense: TimeSense = TimeSense.LASTED) -> Interval:
        start, end = (self._moment(text, (*path, i)) for i, text in enumerate(ends))
        try:
            return Interval(start, end, sense)
        except ValueFault as fault:
            raise self._at(fault, path) from fault

    def _moment(self, text: str, path: KeyPath) -> Any:
        try:
            return parse_moment(text)
        except ValueFault as fault:
            raise self._at(fault, path) from fault

    def _count(self, value: int | list[int | None], path: KeyPath) -> CountRange:
        low, best, high = value if isinstance(value, list) else (value, value, value)
        try:
            return CountRange(low or 0, best, high)
        except ValueFault as fault:
            raise self._at(fault, path) from fault

    def _calibre(self, text: object, path: KeyPath) -> float:
        try:
            return calibre_mm(text)
        except ValueFault as fault:
            raise self._at(fault, path) from fault

    def _known(self, kind: str, word: str, known: Iterable[str], path: KeyPath) -> None:
        words = tuple(known)
        if word not in words:
            raise self.document.unknown(kind, word, words, path)

    def _at(self, fault: ValueFault | NotFound, path: KeyPath) -> Exception:
        return self.document.fault(fault.what, path, do=fault.do, example=fault.example)
