"""Reading an agreement file: strict YAML, the grammar, what it names, its geometry, and each reading of it.

Every step fails closed: the first thing that is not understood stops the reading, with the line, the key, what to do
and a valid example. An agreement that loads is therefore understood in full, under every one of its readings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, timedelta
from pathlib import Path
from typing import Any

from truceline.agreements.changes import as_read, changed_entries
from truceline.agreements.examples import EXAMPLES
from truceline.agreements.grammar import check_entries, check_grammar
from truceline.agreements.ground import NOTHING_GIVEN, Given, Ground, check_depths, read_ground
from truceline.agreements.moments import Moments, calendar, clock_changes, may_change_clocks, moments
from truceline.agreements.references import check_references
from truceline.agreements.space.zone import Zone
from truceline.agreements.terms import Terms
from truceline.agreements.wording import (
    actors_in,
    clauses_in,
    events_in,
    guarantees_in,
    instruments_in,
    norms_in,
    parties_in,
    sources_in,
)
from truceline.model import Agreement, AgreementFault, Event, Guarantee, Interval, MomentTerm, Norm, Reading, ValueFault
from truceline.model.strict_yaml import KeyPath, StrictDocument, parse_strict_yaml, read_strict_yaml

_LONGEST_WINDOW = timedelta(days=73_050)
"""Two hundred years."""


@dataclass(frozen=True)
class LoadedAgreement:
    """An agreement with its geometry and the SHA-256 of the file it was read from."""

    agreement: Agreement
    ground: Ground
    sha256: str

    @property
    def zones(self) -> tuple[Zone, ...]:
        """Its zones, in its order."""
        return self.ground.zones


def load_agreement(path: Path) -> Agreement:
    """The agreement in a file; raises :class:`~truceline.model.AgreementFault` for anything not understood.

    Outlines and lines are read and checked too: an agreement whose geometry is missing cannot be judged.
    """
    return read_agreement(path).agreement


def read_agreement(path: Path) -> LoadedAgreement:
    """The agreement in a file with its geometry, which is found relative to the file."""
    return load_document(read_strict_yaml(path), path.parent)


def load_ground(path: Path) -> Ground:
    """The lines and zones an agreement file declares."""
    return read_agreement(path).ground


def load_zones(path: Path) -> tuple[Zone, ...]:
    """The zones an agreement file declares, in its order."""
    return read_agreement(path).zones


def parse_agreement(text: str, file: str = "(text)") -> Agreement:
    """The agreement in a text that declares no geometry, for drafts and drills."""
    return load_document(parse_strict_yaml(text, file), Path()).agreement


def load_document(document: StrictDocument, folder: Path, given: Given = NOTHING_GIVEN) -> LoadedAgreement:
    """The agreement in a document already read; its geometry is ``given``, or in files found from ``folder``."""
    try:
        return _loaded(document, folder, given)
    except RecursionError as cause:
        raise document.fault(
            "nested too deeply",
            do="no agreement needs more than five levels: tell a place by fewer all, any and outside",
            example=EXAMPLES["where"],
        ) from cause


def _loaded(document: StrictDocument, folder: Path, given: Given) -> LoadedAgreement:
    check_grammar(document)
    content: Any = document.value
    check_references(document)
    _check_days(document, content)
    ground = read_ground(document, folder, given)
    readings = tuple(_reading(document, ground, number) for number in range(len(content["readings"])))
    return LoadedAgreement(_agreement(document, ground, readings), ground, document.sha256)


def _agreement(document: StrictDocument, ground: Ground, readings: tuple[Reading, ...]) -> Agreement:
    content: Any = document.value
    return Agreement(
        id=content["id"],
        titles=tuple(content["title"].items()),
        status=content["status"],
        parties=parties_in(content),
        sources=sources_in(content),
        clauses=clauses_in(content),
        readings=readings,
        norms=norms_in(document),
        gaps=tuple(content.get("gaps", ())),
        time_zone=content.get("time_zone", "UTC"),
        day_rule=content.get("day_rule", "elapsed"),
        actors=actors_in(content),
        instruments=instruments_in(content),
        lines=ground.terms,
        events=events_in(document),
        guarantees=guarantees_in(document),
        terms=tuple(content.get("terms", {}).items()),
    )


def _reading(document: StrictDocument, ground: Ground, number: int) -> Reading:
    """One reading: its window, and the norms, events and guarantees as it has them."""
    content: Any = document.value
    entry, path = content["readings"][number], ("readings", number)
    own = as_read(document, number)
    if entry.get("changes"):
        check_entries(own, changed_entries(document, own))
        check_references(own)
    norms, events, guarantees = norms_in(own), events_in(own), guarantees_in(own)
    for i, norm in enumerate(norms):
        check_depths(own, ground, norm.where, ("norms", i, "where"))
    when = _moments(own, content, events)
    window = _window(Terms(document), entry, path, when)
    _check_clock_changes(own, (norms, guarantees), when, window)
    return Reading(
        id=entry["id"],
        window=window,
        asserted_by=tuple(entry["asserted_by"]),
        source=entry["source"],
        note=entry.get("note", ""),
        stated_on=entry.get("stated_on", ""),
        stated_in=entry.get("stated_in", ""),
        changes=tuple((key, _told(value)) for key, value in entry.get("changes", {}).items()),
        norms=norms,
        events=events,
        guarantees=guarantees,
    )


def _told(value: object) -> str:
    """A changed value as it stands in the file, on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_told(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_told(inner) for inner in value) + "]"
    return str(value)


def _moments(document: StrictDocument, content: Mapping[str, Any], events: tuple[Event, ...]) -> Moments:
    try:
        days = calendar(content.get("time_zone", "UTC"), content.get("day_rule", "elapsed"))
    except ValueFault as fault:
        raise document.fault(fault.what, ("time_zone",), do=fault.do, example=EXAMPLES["time_zone"]) from fault
    try:
        return moments(events, (), days)
    except ValueFault as fault:
        raise document.fault(fault.what, ("events",), do=fault.do, example=EXAMPLES["events"]) from fault


def _window(terms: Terms, entry: Mapping[str, Any], path: KeyPath, known: Moments) -> Interval:
    document = terms.document
    start, end = (_fixed(terms, entry[key], (*path, key), known) for key in ("start", "end"))
    if end <= start:
        raise document.fault(
            f"the window ends {entry['end']}, not after it starts {entry['start']}",
            (*path, "end"),
            do="give an end after the start; for a text without an end, say so under gaps and use a stated limit",
            example=EXAMPLES["end"],
        )
    _check_reach(document, start, end, (*path, "end"))
    return Interval(start, end, text=f"{entry['start']} / {entry['end']}")


def _fixed(terms: Terms, text: str, path: KeyPath, known: Moments) -> datetime:
    """The moment of a window's end; a reading's window must be known before anything is recorded."""
    term = terms.moment(text, path)
    when = _when(terms.document, term, path, known)
    if when is None:
        raise terms.document.fault(
            f"the event {term.event!r} has no moment in this file",
            path,
            do="give the event its moment under events, or give the window by fixed moments and the norms by the event",
            example=EXAMPLES[str(path[-1])],
        )
    return when


def _when(document: StrictDocument, term: MomentTerm | None, path: KeyPath, known: Moments) -> datetime | None:
    """The moment a term stands for, if it is known; refused where it lies beyond the calendar."""
    try:
        return known.when(term)
    except ValueFault as fault:
        raise document.fault(fault.what, path, do=fault.do, example=fault.example) from fault


def _check_reach(document: StrictDocument, start: datetime, end: datetime, path: KeyPath) -> None:
    """Refuse an end that stands for "without an end": nothing could be counted day by day, or compared, until then."""
    if end - start > _LONGEST_WINDOW or end.year == MAXYEAR:
        raise document.fault(
            f"the window ends in the year {end.year}, {(end - start).days // 365} years after it starts",
            path,
            do="for a text without an end, say so under gaps and use a stated limit, such as the last report's day",
            example=EXAMPLES["end"],
        )


def _check_clock_changes(
    document: StrictDocument, terms: tuple[tuple[Norm, ...], tuple[Guarantee, ...]], known: Moments, window: Interval
) -> None:
    """Refuse a duration in days that a clock change makes an hour longer or shorter, unless the file says which.

    So is one from a moment that only the register will tell: an event to come, or what starts a guarantor's clock.
    """
    content: Any = document.value
    norms, guarantees = terms
    told: list[tuple[MomentTerm | None, KeyPath]] = []
    for i, event in enumerate(content.get("events", ())):
        told.append((Terms(document).moment(event["at"], ()) if event.get("at") else None, ("events", i, "at")))
    for i, reading in enumerate(content["readings"]):
        told += [(Terms(document).moment(reading[key], ()), ("readings", i, key)) for key in ("start", "end")]
    for i, norm in enumerate(norms):
        told += [(norm.start, ("norms", i, "when", "from")), (norm.until, ("norms", i, "when", "until"))]
    told += [(one.starts, ("guarantees", i, "starts")) for i, one in enumerate(guarantees)]
    for term, path in told:
        _when(document, term, path, known)
        start = known.events.get(term.event) if term is not None and "day_rule" not in content else None
        if term is not None and start is not None and clock_changes(start, term.days, known.calendar.zone):
            raise _of_two_lengths(document, f"clocks change inside {term.text!r}", path)
    if "day_rule" not in content:
        _check_clocks_to_come(document, told, guarantees, known, window)


def _check_clocks_to_come(
    document: StrictDocument,
    told: Sequence[tuple[MomentTerm | None, KeyPath]],
    guarantees: tuple[Guarantee, ...],
    known: Moments,
    window: Interval,
) -> None:
    to_come = [(term, path) for term, path in told if term is not None and term.event]
    unknown = [(term.text, term.days, path) for term, path in to_come if term.event not in known.events]
    for i, guarantee in enumerate(guarantees):
        for j, duty in enumerate(guarantee.duties):
            if duty.clock is not None and duty.clock.days:
                unknown.append((duty.clock.text, duty.clock.days, ("guarantees", i, "duties", j, "clock", "within")))
    for text, days, path in unknown:
        if may_change_clocks(window, days, known.calendar.zone):
            raise _of_two_lengths(document, f"clocks may change inside {text!r}", path)


def _of_two_lengths(document: StrictDocument, what: str, path: KeyPath) -> AgreementFault:
    return document.fault(
        f"{what}: it ends an hour apart by the clock and by the calendar",
        path,
        do="say which is meant for the whole file: day_rule elapsed (24 hours a day) or local (calendar days)",
        example=EXAMPLES["day_rule"],
    )


def _check_days(document: StrictDocument, content: Mapping[str, Any]) -> None:
    for path, day in _days(content):
        try:
            date.fromisoformat(day)
        except ValueError as cause:
            raise document.fault(
                f"{day!r} is no day of the calendar", path, do="write year-month-day", example=EXAMPLES["date"]
            ) from cause


def _days(content: Mapping[str, Any]) -> list[tuple[KeyPath, str]]:
    found: list[tuple[KeyPath, str]] = [
        ((kind, i, "date"), entry["date"])
        for kind in ("sources", "zones", "settlements", "lines")
        for i, entry in enumerate(content.get(kind, ()))
        if "date" in entry
    ]
    for kind, part in (("instruments", "status"), ("guarantees", "ladder")):
        for i, entry in enumerate(content.get(kind, ())):
            found += [((kind, i, part, j, "date"), one["date"]) for j, one in enumerate(entry.get(part, ()))]
    found += [
        (("readings", i, "stated_on"), entry["stated_on"])
        for i, entry in enumerate(content["readings"])
        if "stated_on" in entry
    ]
    return found
