"""A slot is a line or zone the text speaks of and nobody has drawn yet: it loads, and nothing is judged by it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import strategies as made_up
from truceline.agreements import reasons
from truceline.agreements.evaluation import EvaluationParameters, Evidence, evaluate
from truceline.agreements.loading import load_document
from truceline.coverage.shares import AreaShare, CoverageShare
from truceline.model import (
    AgreementFault,
    CoverageState,
    EvidenceLink,
    Finding,
    Interval,
    Phenomenon,
    RegisterEntry,
    RegisterKind,
    Result,
    Standing,
    Stratum,
    TimeSense,
    Words,
)
from truceline.model.strict_yaml import parse_strict_yaml

NORTH, SOUTH = made_up.PAIR
NOWHERE = Path()
BEGIN, HOUR = made_up.BEGIN, timedelta(hours=1)
LATER = EvaluationParameters(BEGIN + timedelta(days=60))
COURSE = {"type": "LineString", "coordinates": [[30.0, 48.0], [31.0, 48.0]]}
OUTLINE = {"type": "Polygon", "coordinates": [[[30.0, 48.0], [31.0, 48.0], [31.0, 49.0], [30.0, 49.0], [30.0, 48.0]]]}
TEXT = f"""
truceline: 1
id: made-up
title: {{en: A made-up truce}}
status: signed
parties: [{{id: {NORTH}, name: {{en: Northland}}}}, {{id: {SOUTH}, name: {{en: Southland}}}}]
sources: [{{id: text, title: Text, url: "https://example.org/text", date: 2031-04-01}}]
clauses: [{{id: c1, text: heavy weapons leave, language: en, source: text}}]
readings:
  - {{id: text, asserted_by: [{NORTH}], start: "{BEGIN.isoformat()}", end: "{(BEGIN + 480 * HOUR).isoformat()}",
     source: text}}
lines: [{{id: contact, slot: the line of the annex map, left: {NORTH}, right: {SOUTH}}}]
zones: [{{id: town, slot: the outline of the town}}]
norms:
  - {{id: ban, kind: forbid, who: each, act: heavy-weapons, clause: c1,
     where: {{line: contact, from: 0 km, to: 25 km}}}}
  - {{id: either, kind: forbid, who: each, act: heavy-weapons, where: {{any: [town, {{outside: town}}]}}, clause: c1}}
  - {{id: anywhere, kind: forbid, who: each, act: heavy-weapons, clause: c1}}
  - {{id: leave, kind: oblige, mode: achievement-then-maintenance, who: each, act: withdraw-weapons,
     where: {{line: contact, from: 0 km, to: 25 km}},
     when: {{until: "{(BEGIN + 24 * HOUR).isoformat()}"}}, clause: c1}}
"""


def everything_watched(_: Interval):
    area = AreaShare("area", 1.0, CoverageState.WATCHING, (), 1.0)
    return tuple(CoverageShare(p, 1.0, (Stratum.PATROL,), (area,), 1.0) for p in Phenomenon)


def mortar(**more: Any):  # noqa: ANN401 - whatever the made-up table takes
    time = Interval(BEGIN + 48 * HOUR, BEGIN + 50 * HOUR, TimeSense.LASTED)
    return {
        "time": time,
        "phenomenon": Phenomenon.WEAPON_PRESENCE,
        "party": NORTH,
        "position": (48.1, 30.5, 100.0),
        **more,
    }


def found(events: list[dict[str, Any]], given: dict[str, object], register: tuple[RegisterEntry, ...] = ()):
    loaded = load_document(parse_strict_yaml(TEXT, "made-up.yaml"), NOWHERE, given)
    table = made_up.incident_table(events)
    evidence = Evidence(table, Words.of(["confirmed"] * len(events)), register, everything_watched)
    made = evaluate(loaded.agreement, loaded.ground, evidence, LATER)
    return {(one.norm, one.party): one for one in made}


def reason(finding: Finding) -> str:
    return finding.because.template


def test_what_a_slot_is_told_by_stays_undetermined_and_says_so():
    for events in ([], [mortar()]):
        finding = found(events, {})["ban", NORTH]
        assert (finding.result, reason(finding)) == (Result.UNDETERMINED, reasons.PLACE_NOT_GIVEN)
        assert dict(finding.because.values) == {"place": "contact"}
        assert finding.would_change[0].template == reasons.CHANGE_PLACE


def test_a_norm_without_the_slot_is_judged_as_ever():
    assert found([mortar()], {})["anywhere", NORTH].result is Result.BREACHED
    assert found([], {})["anywhere", NORTH].result is Result.COMPLIED


def test_a_slot_inside_a_place_made_of_several_is_a_slot_too():
    finding = found([mortar()], {})["either", NORTH]
    assert (finding.result, reason(finding)) == (Result.UNDETERMINED, reasons.PLACE_NOT_GIVEN)
    assert dict(finding.because.values) == {"place": "town"}


def test_once_the_course_is_brought_the_norm_is_judged():
    given = {"contact": COURSE, "town": OUTLINE}
    assert found([mortar()], given)["ban", NORTH].result is Result.BREACHED
    assert found([], given)["ban", NORTH].result is Result.COMPLIED
    assert found([mortar(position=(48.3, 30.5, 100.0))], given)["ban", NORTH].result is Result.COMPLIED


def test_a_duty_rests_on_the_register_where_the_course_is_missing():
    assert found([], {})["leave", NORTH].result is Result.UNDETERMINED
    drawn = found([], {"contact": COURSE, "town": OUTLINE})["leave", NORTH]
    assert drawn.because.template == reasons.DUTY_GONE, "nothing was seen there, and nobody verified that it was done"
    late = Interval(BEGIN + 72 * HOUR, BEGIN + 72 * HOUR)
    refuted = RegisterEntry(
        *(
            "1",
            RegisterKind.NOT_DONE,
            "leave",
            NORTH,
            (),
            late,
            Standing.VERIFIED,
            "monitors",
            EvidenceLink("0" * 64, 1),
        )
    )
    assert found([], {}, (refuted,))["leave", NORTH].result is Result.BREACHED


@pytest.mark.parametrize("drawn", ["file: contact.geojson", "accuracy: 200 m", "method: by hand"])
def test_a_slot_that_claims_to_be_drawn_is_refused(drawn: str):
    text = TEXT.replace("slot: the line of the annex map", f"slot: the line of the annex map, {drawn}")
    with pytest.raises(AgreementFault, match="is a slot for the mission's own drawing") as caught:
        load_document(parse_strict_yaml(text, "made-up.yaml"), NOWHERE)
    assert caught.value.do
    assert drawn.split(":", maxsplit=1)[0] in caught.value.what


@pytest.mark.parametrize(
    ("slot", "missing"), [("slot: the line of the annex map, ", "file"), ("slot: the outline of the town", "file")]
)
def test_a_line_or_zone_without_slot_and_without_file_is_refused(slot: str, missing: str):
    text = TEXT.replace(slot, "")
    if "town" in slot:
        text = text.replace("{id: town, }", "{id: town}")
    with pytest.raises(AgreementFault, match=f"the key '{missing}' is missing"):
        load_document(parse_strict_yaml(text, "made-up.yaml"), NOWHERE)


def test_a_story_that_brings_the_drawing_may_say_how_well_the_line_is_known():
    text = TEXT.replace("slot: the line of the annex map", "slot: the line of the annex map, accuracy: 200 m")
    loaded = load_document(parse_strict_yaml(text, "made-up.yaml"), NOWHERE, {"contact": COURSE, "town": OUTLINE})
    assert loaded.ground.line("contact").accuracy_m == 200.0
    assert loaded.ground.slots == ()
