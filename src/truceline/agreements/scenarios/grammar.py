"""Whether a file keeps the grammar of a scenario, and what to tell its author when it does not."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from truceline.agreements.grammar import faults_of_shape, validator_of
from truceline.model.strict_yaml import StrictDocument

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

EXAMPLES: dict[str, str] = {
    "scenario": "scenario: mortar-24-km-from-the-line",
    "says": "says: A 120-mm mortar 24 km from the line is inside a strip of 25 km.",
    "agreement": "agreement: withdrawal.yaml",
    "case": "case: minsk-2",
    "changes": "changes: {norms.artillery.where.to: 50 km}",
    "geometry": "geometry: {contact-line: {line: [[37.0, 48.0], [38.0, 48.0]]}}",
    "line": "contact-line: {line: [[37.0, 48.0], [38.0, 48.0]]}",
    "polygon": "zone: {polygon: [[37.0, 48.0], [38.0, 48.0], [38.0, 48.5], [37.0, 48.5]]}",
    "box": "zone: {box: [37.0, 48.0, 38.0, 48.5]}",
    "circles": "towns: {circles: [{at: [37.5, 48.2], radius: 2 km}]}",
    "accuracy": "contact-line: {line: [[37.0, 48.0], [38.0, 48.0]], accuracy: 500 m}",
    "radius": "radius: 100 m",
    "as_of": 'as_of: "2031-05-01T00:00:00+02:00"',
    "thresholds": "thresholds: {breach_probability: 0.99}",
    "breach_probability": "breach_probability: 0.95",
    "complied_share": "complied_share: 0.95",
    "area_share": "area_share: 0.5",
    "negligible_probability": "negligible_probability: 0.001",
    "watched": "watched: everything",
    "phenomena": "watched: {phenomena: [explosion, burst, shot], share: 0.6}",
    "share": "watched: {share: 0.6}",
    "undisturbed": "watched: {share: 1.0, undisturbed: 0.6}",
    "areas": "watched: {areas: {east: 1.0, west: 0.3}}",
    "incidents": 'incidents: [{id: shell, at: "2031-04-02T10:00:00+02:00", phenomenon: explosion, party: party-north}]',
    "id": "id: shell",
    "at": 'at: "2031-04-02T10:00:00+02:00"',
    "lasting": "lasting: PT2H",
    "between": 'between: ["2031-04-02T10:00:00+02:00", "2031-04-02T12:00:00+02:00"]',
    "phenomenon": "phenomenon: weapon-presence",
    "weapon": "weapon: mortar",
    "calibre": "calibre: 120 mm",
    "weapon_name": "weapon_name: BM-21",
    "target": "target: power-plant",
    "party": "party: party-north",
    "position": "position: [37.5, 48.2]",
    "beside": "beside: {line: contact-line, distance: 24 km, side: party-north}",
    "distance": "distance: 24 km",
    "side": "side: party-north",
    "along": "along: 0.5",
    "inside": "inside: security-zone",
    "area": "area: East",
    "count": "count: [2, 3, 5]",
    "grade": "grade: probable",
    "register": 'register: [{kind: order, subject: return-fire, by: party-north, at: "2031-04-02T09:00:00+02:00"}]',
    "kind": "kind: notice",
    "subject": "subject: return-fire",
    "by": "by: party-north",
    "to": "to: [mechanism]",
    "standing": "standing: claimed",
    "said_by": "said_by: mechanism",
    "covers": 'covers: ["2031-04-02T10:00:00+02:00", "2031-04-02T12:00:00+02:00"]',
    "place": "place: security-zone",
    "about": "about: shell",
    "option": "option: sanctions",
    "value": "value: 120",
    "unit": "unit: mm",
    "repeats": "repeats: 1",
    "expect": "expect: [{norm: fire, party: party-north, result: breached}]",
    "norm": "norm: fire",
    "reading": "reading: total-width",
    "result": "result: breached",
    "across_readings": "across_readings: contested",
    "because": "because: none meets the evidence standard",
    "would_change": "would_change: evidence of who acted",
    "attribution": "attribution: party-north",
    "probability": "probability: [0.95, 1.0]",
    "error": "error: neither goes before the other",
    "mirrored": "mirrored: true",
    "circles.at": "towns: {circles: [{at: [37.5, 48.2], radius: 2 km}]}",
    "circles.radius": "towns: {circles: [{at: [37.5, 48.2], radius: 2 km}]}",
    "beside.line": "beside: {line: contact-line, distance: 24 km, side: party-north}",
    "entry.at": 'at: "2031-04-02T10:00:00+02:00"',
    "entry.count": "count: 50",
    "expectation.incidents": "incidents: {shell: counts}",
    "expectation.inside": "inside: {shell: [0.4, 0.6]}",
}
"""A valid line for every key, and for one that means another thing in some part of the file, as ``part.key``."""


@lru_cache(maxsize=1)
def scenario_schema() -> dict[str, Any]:
    """The JSON Schema of a scenario file, as shipped."""
    text = resources.files("truceline.agreements.scenarios").joinpath("schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


@lru_cache(maxsize=1)
def _validator() -> Draft202012Validator:
    return validator_of(scenario_schema())


def check_scenario(document: StrictDocument) -> None:
    """Raise :class:`~truceline.model.AgreementFault` for the first place that breaks the grammar of a scenario."""
    value: Any = document.value
    if not isinstance(value, dict):
        raise document.fault("the file is not a group of keys", do="write key: value", example=EXAMPLES["scenario"])
    faults = faults_of_shape(document, _validator(), EXAMPLES, scenario_schema())
    if faults:
        raise faults[0]
    if len({"agreement", "case"} & set(value)) != 1:
        raise document.fault(
            "an agreement or a case, one of the two, must be named",
            do="name the file of the agreement, or the case of the casebook",
            example=EXAMPLES["agreement"],
        )
    for name, shape in value.get("geometry", {}).items():
        if len(set(shape) - {"accuracy"}) != 1:
            raise document.fault(
                "a line or zone is drawn in one way",
                ("geometry", name),
                do="draw it once",
                example=EXAMPLES["geometry"],
            )
    for i, one in enumerate(value["expect"]):
        _check_expectation(document, one, i)


def _check_expectation(document: StrictDocument, one: dict[str, Any], place: int) -> None:
    path = ("expect", place)
    if "error" in one and len(one) > 1:
        raise document.fault(
            "an agreement that is refused has no findings", path, do="expect the error alone", example=EXAMPLES["error"]
        )
    if "error" not in one and ("norm" not in one or len(one) < 2 or set(one) <= {"norm", "party", "reading"}):
        raise document.fault(
            "nothing is expected here", path, do="name the norm and what it comes to", example=EXAMPLES["expect"]
        )
