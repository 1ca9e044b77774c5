"""From the entries of an agreement file to norms, guarantees and instruments as frozen records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from truceline.agreements.deeds import DEEDS
from truceline.agreements.measures import span
from truceline.agreements.terms import Terms, held_to
from truceline.model import (
    EACH_PARTY,
    Actor,
    Clause,
    Clock,
    Criterion,
    Duty,
    Event,
    Guarantee,
    Instrument,
    Ladder,
    LadderStep,
    Link,
    Measure,
    Mode,
    Norm,
    NormKind,
    Party,
    Reservation,
    Stamp,
    StatusStep,
    TextSource,
    Trigger,
    Voiding,
    Where,
)
from truceline.model.strict_yaml import KeyPath, StrictDocument, key_text

Entry = Mapping[str, Any]

_MOVES = ("heavy-weapons", "troop-presence")
"""Being there, of what can be moved forward as well as back."""


def norms_in(document: StrictDocument) -> tuple[Norm, ...]:
    """The norms of a file, in its order."""
    content: Any = document.value
    instrument = _instrument_by_clause(content)
    return tuple(
        _norm(Terms(document), entry, ("norms", i), instrument[entry["clause"]])
        for i, entry in enumerate(content["norms"])
    )


def _norm(terms: Terms, entry: Entry, path: KeyPath, instrument: str) -> Norm:
    when = entry.get("when", {})
    start, until = (
        terms.moment(when[key], (*path, "when", key)) if when.get(key) else None for key in ("from", "until")
    )
    return Norm(
        id=entry["id"],
        kind=NormKind(entry["kind"]),
        who=(EACH_PARTY,) if entry["who"] == EACH_PARTY else tuple(entry["who"]),
        act=entry["act"],
        object=terms.thing(entry.get("object"), (*path, "object")),
        where=_where(terms, entry, (*path, "where")),
        clause=entry["clause"],
        readings=tuple(entry.get("readings", ())),
        mode=Mode(entry.get("mode", Mode.MAINTENANCE)),
        start=start,
        until=until,
        count=terms.count(entry.get("count"), (*path, "count")),
        after=tuple(entry.get("after", ())),
        requires=terms.requirements(entry.get("requires", ()), (*path, "requires")),
        overrides=tuple(entry.get("overrides", ())),
        void_if=terms.requirements(entry.get("void_if", ()), (*path, "void_if")),
        phase=entry.get("phase", ""),
        instrument=entry.get("instrument", instrument),
        unknown=unknown_in(entry),
    )


def _where(terms: Terms, entry: Entry, path: KeyPath) -> Where:
    """Where a norm binds; whoever must go or stay away on its own side of a line is not freed by going forward."""
    where, act = terms.where(entry.get("where"), path), entry["act"]
    forbids = entry["kind"] == NormKind.FORBID and act in _MOVES
    withdraws = entry["kind"] == NormKind.OBLIGE and act in DEEDS and DEEDS[act].contrary in _MOVES
    return held_to(where) if forbids or withdraws else where


def events_in(document: StrictDocument) -> tuple[Event, ...]:
    """The named moments of a file."""
    content: Any = document.value
    terms = Terms(document)
    return tuple(
        Event(
            entry["id"],
            terms.moment(entry["at"], ("events", i, "at")) if entry.get("at") else None,
            entry.get("note", ""),
        )
        for i, entry in enumerate(content.get("events", ()))
    )


def guarantees_in(document: StrictDocument) -> tuple[Guarantee, ...]:
    """The guarantees of a file."""
    content: Any = document.value
    instrument = _instrument_by_clause(content)
    return tuple(
        _guarantee(Terms(document), entry, ("guarantees", i), instrument[entry["clause"]])
        for i, entry in enumerate(content.get("guarantees", ()))
    )


def _guarantee(terms: Terms, entry: Entry, path: KeyPath, instrument: str) -> Guarantee:
    trigger = entry["trigger"]
    criteria = tuple(
        _criterion(terms, one, (*path, "trigger", "criteria", i)) for i, one in enumerate(trigger["criteria"])
    )
    return Guarantee(
        id=entry["id"],
        instrument=entry.get("instrument", instrument),
        clause=entry["clause"],
        guarantors=tuple(entry["guarantors"]),
        beneficiaries=tuple(entry["beneficiaries"]),
        against=tuple(entry.get("against", ())),
        trigger=Trigger(criteria, trigger.get("provisional_by"), trigger.get("confirmed_by")),
        duties=tuple(_duty(terms, one, (*path, "duties", i)) for i, one in enumerate(entry["duties"])),
        starts=terms.moment(entry["starts"], (*path, "starts")) if entry.get("starts") else None,
        voids=tuple(
            Voiding(one["id"], one["clause"], terms.requirements(one["requires"], (*path, "voids", i, "requires")))
            for i, one in enumerate(entry.get("voids", ()))
        ),
        reservations=tuple(
            Reservation(one["guarantor"], one["text"], one["source"]) for one in entry.get("reservations", ())
        ),
        ladder=tuple(
            LadderStep(one["guarantor"], Ladder(one["step"]), one["date"], one["source"], one.get("note", ""))
            for one in entry.get("ladder", ())
        ),
        readings=tuple(entry.get("readings", ())),
        unknown=unknown_in(entry),
    )


def _criterion(terms: Terms, entry: Entry, path: KeyPath) -> Criterion:
    return Criterion(
        id=entry["id"],
        measure=Measure(entry["measure"]),
        at_least=entry.get("at_least"),
        determined_by=entry.get("determined_by"),
        within_s=terms.seconds(entry["within"], (*path, "within")) if "within" in entry else None,
        note=entry.get("note", ""),
    )


def _duty(terms: Terms, entry: Entry, path: KeyPath) -> Duty:
    clock = entry.get("clock")
    if clock is not None:
        terms.seconds(clock["within"], (*path, "clock", "within"))
        length = span(clock["within"])
        clock = Clock(
            starts=None if clock["starts"] is None else Stamp(clock["starts"]),
            days=length.days,
            seconds=length.seconds,
            text=clock["within"],
            stopped_by=tuple(clock.get("stopped_by", ())),
            may_stop=tuple(clock.get("may_stop", ())),
        )
    return Duty(
        id=entry["id"],
        mode=entry["mode"],
        clause=entry["clause"],
        options=tuple(entry.get("options", ())),
        clock=clock,
        on_request=entry.get("on_request", False),
        unknown=unknown_in(entry),
    )


def _instrument_by_clause(content: Entry) -> dict[str, str]:
    """The instrument each clause stands in; where the file has a single one, every clause stands in that."""
    named = [entry["id"] for entry in content.get("instruments", ())]
    only = named[0] if len(named) == 1 else ""
    return {clause["id"]: clause.get("instrument", only) for clause in content["clauses"]}


def parties_in(content: Entry) -> tuple[Party, ...]:
    """The parties, in the order of the text."""
    return tuple(Party(entry["id"], tuple(entry["name"].items())) for entry in content["parties"])


def actors_in(content: Entry) -> tuple[Actor, ...]:
    """Others the text speaks of."""
    return tuple(Actor(entry["id"], tuple(entry["name"].items()), entry["role"]) for entry in content.get("actors", ()))


def sources_in(content: Entry) -> tuple[TextSource, ...]:
    """The documents."""
    return tuple(TextSource(e["id"], e["title"], e["url"], e["date"]) for e in content["sources"])


def clauses_in(content: Entry) -> tuple[Clause, ...]:
    """The passages quoted."""
    instrument = _instrument_by_clause(content)
    return tuple(
        Clause(e["id"], e["text"], e["language"], e["source"], instrument[e["id"]], e.get("sha256", ""))
        for e in content["clauses"]
    )


def instruments_in(content: Entry) -> tuple[Instrument, ...]:
    """The texts of the family."""
    parties = tuple(party["id"] for party in content["parties"])
    return tuple(
        Instrument(
            id=entry["id"],
            titles=tuple(entry["title"].items()),
            type=entry["type"],
            languages=tuple(entry.get("languages", ())),
            status=tuple(StatusStep(one["step"], one["date"], one["source"]) for one in entry["status"]),
            binds=tuple(entry.get("binds", parties)),
            signed_by=tuple(entry.get("signed_by", ())),
            links=tuple(Link(one["relation"], one["to"], one.get("note", "")) for one in entry.get("links", ())),
            terms=tuple(entry.get("terms", {}).items()),
            gaps=tuple(entry.get("gaps", ())),
        )
        for entry in content.get("instruments", ())
    )


def unknown_in(entry: object) -> tuple[str, ...]:
    """Paths of the values a text leaves open: those written ``null``.

    >>> unknown_in({"trigger": {"confirmed_by": None, "criteria": [{"id": "scale", "at_least": None}]}})
    ('trigger.confirmed_by', 'trigger.criteria[0].at_least')
    """
    return tuple(key_text(path) for path in _unknown(entry, ()))


def _unknown(value: object, path: KeyPath) -> Iterator[KeyPath]:
    if value is None:
        yield path
    pairs = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from _unknown(inner, (*path, key))
