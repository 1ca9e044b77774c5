"""The printout of an agreement for machines: the same facts as JSON-ready records."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from truceline.agreements.loading import LoadedAgreement
from truceline.agreements.printing.checking import value_at
from truceline.agreements.printing.drawings import box_of, place_warning
from truceline.agreements.printing.guarantees_record import guarantee_record
from truceline.agreements.printing.measuring import area_km2, length_m
from truceline.agreements.printing.on_a_day import guarantee_on, norm_on, text_on
from truceline.agreements.printing.printout import clause_hash, told
from truceline.agreements.printing.sentences import Teller
from truceline.model import Agreement, Norm, Reading
from truceline.model.strict_yaml import StrictDocument


def agreement_record(loaded: LoadedAgreement, document: StrictDocument) -> dict[str, Any]:
    """The whole agreement, as the text stands."""
    one = loaded.agreement
    whole = Teller(one, one.readings[0], whole=True)
    return {
        "id": one.id,
        "title": one.title("en"),
        "status": one.status,
        "sha256": loaded.sha256,
        "time_zone": one.time_zone,
        "day_rule": one.day_rule,
        "parties": [{"id": party.id, "name": party.name("en")} for party in one.parties],
        "actors": [{"id": actor.id, "name": actor.name("en"), "role": actor.role} for actor in one.actors],
        "instruments": [_instrument(loaded, name.id) for name in one.instruments],
        "clauses": _clauses(one),
        "events": [
            {"id": event.id, "at": event.at.text if event.at else None, "note": event.note} for event in one.events
        ],
        "terms": dict(one.terms),
        "norms": [_norm(whole, norm) for norm in one.norms],
        "guarantees": [guarantee_record(whole, promised) for promised in one.guarantees],
        "readings": _readings(one, document),
        "lines": [
            {"id": line.id, "date": line.date, "version": line.version, "method": line.method}
            | {"accuracy_m": line.accuracy_m, "length_m": round(length_m(line), 1)}
            | {"box": [round(degrees, 6) for degrees in box_of(line)]}
            for line in loaded.ground.lines
        ],
        "zones": [
            {"id": zone.id, "date": zone.date, "version": zone.version, "method": zone.method}
            | {"accuracy_m": zone.accuracy_m, "area_km2": round(area_km2(zone), 6)}
            | {"box": [round(degrees, 6) for degrees in box_of(zone)]}
            for zone in loaded.ground.zones
        ],
        "warnings": [told for told in (place_warning(loaded, document),) if told],
        "not_drawn": list(loaded.ground.slots),
        "gaps": list(one.gaps),
        "unknown": {rule.id: list(rule.unknown) for rule in one.norms if rule.unknown}
        | {rule.id: list(rule.unknown) for rule in one.guarantees if rule.unknown},
    }


def _clauses(one: Agreement) -> list[dict[str, Any]]:
    return [
        {
            "id": clause.id,
            "instrument": clause.instrument,
            "language": clause.language,
            "text": clause.text,
            "source": clause.source,
            "sha256": clause_hash(clause),
            "sha256_stated": bool(clause.sha256),
        }
        for clause in one.clauses
    ]


def _readings(one: Agreement, document: StrictDocument) -> list[dict[str, Any]]:
    return [
        {
            "id": reading.id,
            "asserted_by": list(reading.asserted_by),
            "start_utc": reading.window.start.isoformat(),
            "end_utc": reading.window.end.isoformat(),
            "changes": [
                {"path": path, "text": told(value_at(document, path)), "reading": value}
                for path, value in reading.changes
            ],
        }
        for reading in one.readings
    ]


def shown_record(loaded: LoadedAgreement, reading: Reading, moment: datetime | None) -> dict[str, Any]:
    """The agreement as one reading has it, with what binds at a moment when one is given."""
    one = loaded.agreement
    teller = Teller(one, reading)
    norms = [_norm(teller, norm) for norm in one.norms_in(reading)]
    events = {event.id: teller.moments.events.get(event.id) for event in one.events_in(reading)}
    record: dict[str, Any] = {
        "id": one.id,
        "reading": reading.id,
        "start_utc": reading.window.start.isoformat(),
        "end_utc": reading.window.end.isoformat(),
        "events": {name: when.isoformat() if when else None for name, when in events.items()},
        "norms": norms,
        "guarantees": [guarantee_record(teller, promised) for promised in one.guarantees_in(reading)],
    }
    if moment is None:
        return record
    day = moment.astimezone(teller.zone).date().isoformat()
    why = {norm.id: norm_on(teller, norm, moment) for norm in one.norms_in(reading)}
    held = {promised.id: guarantee_on(teller, promised, moment) for promised in one.guarantees_in(reading)}
    texts = {text.id: text_on(teller, text.id, moment) for text in one.instruments}
    return record | {
        "on": moment.isoformat(),
        "status": {text.id: text.status_on(day) for text in one.instruments} or {one.id: one.status},
        "texts_not_binding": {name: reason for name, reason in texts.items() if reason},
        "binding": [name for name, reason in why.items() if not reason],
        "not_binding": {name: reason for name, reason in why.items() if reason},
        "holding": [name for name, reason in held.items() if not reason],
        "not_holding": {name: reason for name, reason in held.items() if reason},
    }


def _instrument(loaded: LoadedAgreement, name: str) -> dict[str, Any]:
    one = next(text for text in loaded.agreement.instruments if text.id == name)
    return {
        "id": one.id,
        "title": one.title("en"),
        "type": one.type,
        "languages": list(one.languages),
        "status": [{"step": step.status, "date": step.date, "source": step.source} for step in one.status],
        "binds": list(one.binds),
        "signed_by": list(one.signed_by),
        "links": [{"relation": link.relation, "to": link.to, "note": link.note} for link in one.links],
        "terms": dict(one.terms),
        "gaps": list(one.gaps),
    }


def _norm(teller: Teller, norm: Norm) -> dict[str, Any]:
    return {
        "id": norm.id,
        "kind": norm.kind.value,
        "clause": norm.clause,
        "instrument": norm.instrument,
        "sentence": teller.sentence(norm),
        "unknown": list(norm.unknown),
    }
