"""A valid example for every key of an agreement file, for errors and for the reference of the keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from truceline.model.strict_yaml import KeyPath

_Schema = Mapping[str, Any]

EXAMPLES: dict[str, str] = {
    "truceline": "truceline: 1",
    "id": "id: easter-2025",
    "title": "title: {en: Easter truce 2025}",
    "en": "title: {en: Easter truce 2025}",
    "status": "status: mirrored",
    "parties": "parties: [{id: party-north, name: {en: Northland}}]",
    "name": "name: {en: Northland}",
    "sources": "sources: [{id: communique, title: Communiqué, url: 'https://example.org/text', date: 2025-04-19}]",
    "url": "url: https://example.org/text",
    "date": "date: 2025-04-19",
    "clauses": "clauses: [{id: c1, text: all fire ceases, language: en, source: communique}]",
    "text": 'text: "all fire ceases"',
    "language": "language: en",
    "source": "source: communique",
    "readings": (
        "readings: [{id: as-announced, asserted_by: [party-north], start: '2025-04-19T18:00:00+03:00', "
        "end: '2025-04-21T00:00:00+03:00', source: communique}]"
    ),
    "asserted_by": "asserted_by: [party-north]",
    "start": 'start: "2025-04-19T18:00:00+03:00"',
    "end": 'end: "2025-04-21T00:00:00+03:00"',
    "note": 'note: "the other side names no end"',
    "norms": (
        "norms: [{id: fire, kind: forbid, who: each, act: ground-fire, object: any, where: everywhere, clause: c1}]"
    ),
    "kind": "kind: forbid",
    "who": "who: each",
    "act": "act: ground-fire",
    "object": "object: any",
    "where": "where: everywhere",
    "clause": "clause: c1",
    "zones": "zones: [{id: corridor, file: geometry/corridor.geojson, date: 2025-04-19, method: drawn by the mission}]",
    "file": "file: geometry/corridor.geojson",
    "method": "method: digitised from the annex map, 1:50 000",
    "gaps": 'gaps: ["who verifies is not said"]',
    "time_zone": "time_zone: Europe/Kyiv",
    "day_rule": "day_rule: elapsed",
    "bounds": "bounds: [22.0, 44.0, 41.0, 53.0]",
    "terms": "terms: {decision_rule: null, members: null}",
    "actors": "actors: [{id: mechanism, name: {en: The mechanism}, role: mechanism}]",
    "role": "role: guarantor",
    "instruments": (
        "instruments: [{id: package, title: {en: Package}, type: ceasefire, "
        "status: [{step: signed, date: 2015-02-12, source: communique}]}]"
    ),
    "type": "type: ceasefire",
    "languages": "languages: [uk, ru]",
    "binds": "binds: [party-north, party-south]",
    "signed_by": "signed_by: [party-north]",
    "links": "links: [{relation: draft-of, to: declaration}]",
    "relation": "relation: draft-of",
    "instrument": "instrument: package",
    "sha256": "sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "events": "events: [{id: effective, at: '2015-02-15T00:00:00+02:00'}]",
    "at": 'at: "2015-02-15T00:00:00+02:00"',
    "lines": (
        "lines: [{id: contact, file: geometry/contact.geojson, date: 2015-02-15, method: drawn by the mission, "
        "accuracy: 200 m, left: party-north, right: party-south}]"
    ),
    "accuracy": "accuracy: 200 m",
    "version": 'version: "3"',
    "left": "left: party-north",
    "right": "right: party-south",
    "settlements": (
        "settlements: [{id: towns, file: geometry/towns.geojson, date: 2020-07-01, method: drawn by the mission}]"
    ),
    "beside": "beside: {line: contact, of: party-north}",
    "line": "where: {line: contact, from: 0 km, to: 25 km}",
    "of": "beside: {line: contact, of: party-north}",
    "stated_on": "stated_on: 2015-03-02",
    "stated_in": "stated_in: briefing of the foreign ministry",
    "changes": "changes: {norms.artillery.where.to: 50 km}",
    "mode": "mode: achievement",
    "weapons": "weapons: [{weapon: mortar, calibre: {over: 100 mm}}]",
    "targets": "targets: [power-plant, power-grid]",
    "weapon": "weapon: artillery",
    "calibre": "calibre: {at_least: 100 mm}",
    "range": "range: {over: 70 km}",
    "names": "names: [BM-30]",
    "over": "calibre: {over: 100 mm}",
    "at_least": "calibre: {at_least: 100 mm}",
    "up_to": "calibre: {up_to: 120 mm}",
    "under": "calibre: {under: 100 mm}",
    "when": "when: {from: effective+P2D, until: effective+P14D}",
    "from": "from: effective+P2D",
    "until": "until: effective+P14D",
    "count": "count: {at_most: 75, per: moment, unit: tanks}",
    "at_most": "count: {at_most: 75, per: moment}",
    "per": "per: moment",
    "unit": "unit: tanks",
    "after": "after: [phase-one]",
    "requires": "requires: [{entry: order, by: same}]",
    "overrides": "overrides: [ceasefire]",
    "void_if": "void_if: [{entry: determination, by: [commission], subject: unprovoked-attack}]",
    "phase": 'phase: "1"',
    "in": "where: {in: towns, within: 2 km}",
    "within": "within: PT24H",
    "side": "side: own",
    "slot": "slot: the line of the annex map, not published",
    "to": "where: {line: contact, from: 0 km, to: 25 km}",
    "width": "where: {line: contact, width: 50 km, measured: total-width}",
    "measured": "measured: total-width",
    "corridor": "where: {corridor: road, width: 2 km}",
    "outside": "where: {outside: security-zone}",
    "all": "where: {all: [security-zone, {outside: towns}]}",
    "any": "where: {any: [area-one, area-two]}",
    "entry": "requires: [{entry: order, by: same}]",
    "by": "requires: [{entry: order, by: same}]",
    "subject": "subject: unprovoked-attack",
    "ahead": "ahead: PT24H",
    "near": "near: 15 km",
    "guarantees": (
        "guarantees: [{id: support, guarantors: [guarantor], beneficiaries: [party-north], trigger: {criteria: "
        "[{id: scale, measure: incidents, at_least: null}]}, duties: [{id: consult, mode: must, clause: c1}], "
        "clause: c1}]"
    ),
    "guarantors": "guarantors: [guarantor]",
    "beneficiaries": "beneficiaries: [party-north]",
    "against": "against: [party-south]",
    "starts": "starts: ceasefire-in-force",
    "trigger": "trigger: {criteria: [{id: scale, measure: incidents, at_least: null}], confirmed_by: null}",
    "criteria": "criteria: [{id: scale, measure: incidents, at_least: null}]",
    "measure": "measure: incidents",
    "determined_by": "determined_by: commission",
    "provisional_by": "provisional_by: commission",
    "confirmed_by": "confirmed_by: commission",
    "duties": "duties: [{id: consult, mode: must, clause: c1, clock: {starts: notice, within: PT24H}}]",
    "options": "options: [intelligence, sanctions]",
    "on_request": "on_request: true",
    "clock": "clock: {starts: notice, within: PT24H}",
    "stopped_by": "stopped_by: [response]",
    "may_stop": "may_stop: [guarantor]",
    "voids": (
        "voids: [{id: own-attack, clause: c1, requires: [{entry: determination, by: [commission], "
        "subject: unprovoked-attack}]}]"
    ),
    "reservations": "reservations: [{guarantor: guarantor, text: needs a vote of parliament, source: communique}]",
    "guarantor": "guarantor: guarantor",
    "ladder": "ladder: [{guarantor: guarantor, step: declared, date: 2026-01-06, source: communique}]",
    "step": "step: declared",
    "party.id": "id: party-north",
    "actor.id": "id: mechanism",
    "source.id": "id: communique",
    "source.title": "title: Communiqué",
    "clause.id": "id: c1",
    "instrument.id": "id: package",
    "instrument.title": "title: {en: Package}",
    "instrument.status": "status: [{step: signed, date: 2015-02-12, source: communique}]",
    "status_step.step": "step: signed",
    "link.to": "to: declaration",
    "event.id": "id: effective",
    "line.id": "id: contact",
    "zone.id": "id: corridor",
    "beside.line": "line: contact",
    "beside.of": "of: party-north",
    "reading.id": "id: as-announced",
    "norm.id": "id: ground-fire",
    "norm.readings": "readings: [as-announced]",
    "count.at_least": "count: {at_least: 200, per: day, unit: trucks}",
    "range.over": "range: {over: 70 km}",
    "range.at_least": "range: {at_least: 70 km}",
    "range.up_to": "range: {up_to: 70 km}",
    "range.under": "range: {under: 70 km}",
    "where.within": "where: {in: towns, within: 2 km}",
    "where.from": "where: {line: contact, from: 0 km, to: 25 km}",
    "requirement.to": "to: [mechanism]",
    "guarantee.id": "id: support",
    "guarantee.readings": "readings: [as-announced]",
    "criterion.id": "id: scale",
    "criterion.at_least": "at_least: 10",
    "criterion.within": "within: P30D",
    "duty.id": "id: consult",
    "duty.mode": "mode: may",
    "clock.starts": "clock: {starts: notice, within: PT24H}",
    "clock.within": "clock: {starts: notice, within: PT24H}",
    "voiding.id": "id: own-attack",
}
"""A valid line for every key, and for one that means another thing in some part of the file, as ``part.key``."""


def example_of(examples: Mapping[str, str], part: str, key: str) -> str:
    """The example of a key in a part of the file; empty for a key without any.

    >>> example_of(EXAMPLES, "source", "title"), example_of(EXAMPLES, "", "title")
    ('title: Communiqué', 'title: {en: Easter truce 2025}')
    """
    return examples.get(f"{part}.{key}", examples.get(key, ""))


def example_at(examples: Mapping[str, str], schema: _Schema, path: KeyPath) -> str:
    """The example of the last key on a path that has one; that of the first key where none does."""
    told = (example_of(examples, part, key) for part, key in reversed(tuple(keys_on(schema, path))))
    return next((example for example in told if example), next(iter(examples.values())))


def keys_on(schema: _Schema, path: KeyPath) -> Iterator[tuple[str, str]]:
    """Every key on a path, with the name of the part of the schema that it stands in; the file itself has none.

    >>> from truceline.agreements.grammar import agreement_schema
    >>> list(keys_on(agreement_schema(), ("instruments", 0, "status", 1, "step")))
    [('', 'instruments'), ('instrument', 'status'), ('status_step', 'step')]
    """
    part, here = "", schema
    for step in path:
        if isinstance(step, int):
            part, here = _entered(schema, here.get("items"), part)
            continue
        yield part, step
        child = here.get("properties", {}).get(step, here.get("additionalProperties"))
        part, here = _entered(schema, child, step)


def _entered(schema: _Schema, child: object, name: str) -> tuple[str, _Schema]:
    """What a schema refers to, by its name there; one that stands in place goes by the key it stands under."""
    if not isinstance(child, Mapping):
        return name, {}
    if "$ref" not in child:
        return name, child
    name = str(child["$ref"]).rpartition("/")[2]
    return name, schema["$defs"][name]
