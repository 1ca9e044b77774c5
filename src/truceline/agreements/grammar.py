"""Whether a file keeps the grammar of an agreement, and what to tell its author when it does not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from truceline.model import AgreementFault
from truceline.model.strict_yaml import KeyPath, StrictDocument, nearest

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

GRAMMAR_VERSION = 1

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
    "determined_by": "determined_by: null",
    "provisional_by": "provisional_by: null",
    "confirmed_by": "confirmed_by: null",
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
}
"""A valid line for every key; a test holds it complete against the schema."""

_KINDS = {
    "object": "a group of keys",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "boolean": "true or false",
}


def agreement_schema() -> dict[str, Any]:
    """The JSON Schema of an agreement file, as shipped."""
    text = resources.files("truceline.agreements").joinpath("schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


@lru_cache(maxsize=1)
def _validator() -> Draft202012Validator:
    return validator_of(agreement_schema())


def validator_of(schema: Mapping[str, Any]) -> Draft202012Validator:
    """What holds files against a JSON Schema."""
    # jsonschema costs a fifth of a second to import: commands that read no agreement must not pay for it
    from jsonschema import Draft202012Validator, validators  # noqa: PLC0415 - see above

    held: Draft202012Validator = validators.extend(  # type: ignore[no-untyped-call]  # its stub leaves it untyped
        Draft202012Validator, {"pattern": _check_pattern}
    )(schema)
    return held


def _check_pattern(
    _: object, pattern: str, instance: object, __: object
) -> Iterator[ValidationError]:  # jsonschema's own takes a line break after the end for none
    from jsonschema import ValidationError  # noqa: PLC0415 - see above

    whole = pattern.removesuffix("$") + r"\Z" if pattern.endswith("$") else pattern
    if isinstance(instance, str) and not re.search(whole, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


@dataclass(frozen=True)
class _Breach:
    """One place where the file breaks the schema."""

    path: KeyPath
    keyword: str
    expected: Any
    instance: Any
    schema: dict[str, Any]

    def unknown_keys(self) -> list[str]:
        """Keys that the schema does not know at this place."""
        if self.keyword != "additionalProperties" or not isinstance(self.instance, dict):
            return []
        return [key for key in self.instance if key not in self.schema.get("properties", {})]


def check_grammar(document: StrictDocument) -> None:
    """Raise :class:`AgreementFault` for the first unknown key, else the first place that breaks the grammar."""
    if document.value is None:
        raise document.fault("the file is empty", do="start from the example", example=EXAMPLES["truceline"])
    if not isinstance(document.value, dict):
        raise document.fault("the file is not a group of keys", do="write key: value", example=EXAMPLES["truceline"])
    _check_version(document, document.value)
    faults = faults_of_shape(document, _validator(), EXAMPLES)
    if faults:
        raise faults[0]


def grammar_faults(document: StrictDocument) -> tuple[AgreementFault, ...]:
    """Every place that breaks the grammar of an agreement file, in the order of lines; none for a file in order."""
    if not isinstance(document.value, dict):
        return ()
    return faults_of_shape(document, _validator(), EXAMPLES)


def check_entries(document: StrictDocument, entries: Iterable[KeyPath]) -> None:
    """The same for single entries, told as ``("norms", 3)``, of a file whose other entries were checked before."""
    whole, content = _validator(), document.value
    for kind, place in dict.fromkeys(entries):
        entry: Any = content[kind][place]  # type: ignore[index]  # a file that was checked as a whole
        part: Any = whole.evolve(schema={"$ref": f"#/$defs/{str(kind).removesuffix('s')}"})
        faults = faults_of_shape(document, part, EXAMPLES, (kind, place), entry)
        if faults:
            raise faults[0]


def faults_of_shape(
    document: StrictDocument,
    validator: Draft202012Validator,
    examples: Mapping[str, str],
    at: KeyPath = (),
    value: object = None,
) -> tuple[AgreementFault, ...]:
    """Every place at which a file breaks a schema, in the order of lines; of unknown keys only, where there are any.

    With ``at`` only the ``value`` that stands there is held against the schema.
    """
    held = value if at else document.value
    breaches = [replace(breach, path=(*at, *breach.path)) for breach in _breaches(validator, held)]
    # a misspelt key is also a missing one: the misspelling is what its author needs to hear
    misspelt = [breach for breach in breaches if breach.unknown_keys()]
    faults = [(_line(document, breach), _fault(document, breach, examples)) for breach in misspelt or breaches]
    return tuple(fault for _, fault in sorted(faults, key=lambda pair: (pair[0], pair[1].what)))


def _breaches(validator: Draft202012Validator, value: object) -> Iterator[_Breach]:
    for error in validator.iter_errors(value):
        schema: Any = error.schema
        known = schema if isinstance(schema, dict) else {}
        yield _Breach(tuple(error.absolute_path), str(error.validator), error.validator_value, error.instance, known)


def _check_version(document: StrictDocument, value: Mapping[str, object]) -> None:
    version = value.get("truceline")
    if isinstance(version, int) and not isinstance(version, bool) and version > GRAMMAR_VERSION:
        raise document.fault(
            f"written for grammar version {version}; this Truceline knows version {GRAMMAR_VERSION}",
            ("truceline",),
            do="install a newer Truceline, or write the file in the older grammar",
            example=EXAMPLES["truceline"],
        )


def _line(document: StrictDocument, breach: _Breach) -> int:
    return document.lines.get((*breach.path, *breach.unknown_keys()[:1]), 1)


def _fault(document: StrictDocument, breach: _Breach, examples: Mapping[str, str]) -> AgreementFault:
    if breach.unknown_keys():
        return _unknown_key(document, breach.unknown_keys()[0], breach, examples)
    if breach.keyword == "required":
        missing = str(next(key for key in breach.expected if key not in breach.instance))
        return document.fault(f"the key {missing!r} is missing", breach.path, do="add it", example=examples[missing])
    if breach.keyword == "enum":
        words = ["null" if word is None else str(word) for word in breach.expected]
        return document.unknown(str(breach.path[-1]), str(breach.instance), words, breach.path)
    key = next((k for k in reversed(breach.path) if isinstance(k, str) and k in examples), next(iter(examples)))
    meaning = str(breach.schema.get("description", "write it as in the example"))
    return document.fault(_what(breach), breach.path, do=meaning, example=examples[key])


def _unknown_key(document: StrictDocument, key: str, breach: _Breach, examples: Mapping[str, str]) -> AgreementFault:
    known = list(breach.schema["properties"])
    near = nearest(key, known)
    return document.fault(
        f"unknown key {key!r}" + (f"; the nearest known is {near!r}" if near else ""),
        (*breach.path, key),
        do=f"use one of: {', '.join(known)}",
        example=examples[near or known[0]],
    )


def _what(breach: _Breach) -> str:
    if breach.keyword == "type":
        wanted = breach.expected if isinstance(breach.expected, list) else [breach.expected]
        return f"{breach.instance!r} is not {' or '.join(_KINDS[kind] for kind in wanted)}"
    if breach.keyword in ("minItems", "minLength", "minProperties"):
        return "nothing stands here"
    return f"{breach.instance!r} is not written as asked"
