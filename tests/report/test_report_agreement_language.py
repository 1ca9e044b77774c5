"""What the report says of a family of texts: bands, exceptions, limits, duties, rival readings and open points."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from truceline.agreements.acts import ACTS
from truceline.agreements.deeds import DEEDS
from truceline.agreements.evaluation import EvaluationParameters, findings_on_norms, under_each_reading
from truceline.agreements.guarantees.evaluation import evaluate_guarantees
from truceline.agreements.guarantees.standing import ClockState, State
from truceline.agreements.loading import load_document
from truceline.agreements.obligations import DueState, obligations
from truceline.agreements.scenarios.agreement_given import geometry_given, given_agreement
from truceline.agreements.scenarios.evidence_given import evidence_given
from truceline.agreements.scenarios.mirroring import exchanged, pair_of
from truceline.mission.assessment import Assessment, ReadingWindow
from truceline.mission.ground_used import ground_used
from truceline.mission.json_form import assessment_json
from truceline.model import Because, JudgedIncident, Ladder, Measure, Mode, Result, Stamp, parse_moment
from truceline.model.strict_yaml import read_strict_yaml
from truceline.report import LANGUAGES, agreement_words, commitment_words, compose, render_html, words
from truceline.report.content import Block, Section, Table
from truceline.report.edition import Edition
from truceline.report.open_data import findings_json

STORY = Path(__file__).parent / "stories" / "two-texts.yaml"


def told(base: Assessment, *, mirrored: bool = False) -> Assessment:
    """The assessment of the story: its agreement and findings, and nothing counted or claimed."""
    scenario = read_strict_yaml(STORY)
    given = given_agreement(scenario, Path)
    document = given.document
    if mirrored:
        pair = pair_of(document.value)
        scenario, document = exchanged(scenario, pair), exchanged(document, pair)
    loaded = load_document(document, given.folder, geometry_given(scenario, document))
    windows = tuple(
        ReadingWindow(one.id, one.window.start, one.window.end, base.windows[0].coverage)
        for one in loaded.agreement.readings
    )
    agreement, ground = loaded.agreement, loaded.ground
    as_of = parse_moment("2031-04-25T00:00:00+03:00")
    evidence = evidence_given(scenario, ground, [one.id for one in (*agreement.parties, *agreement.actors)])
    by_reading = under_each_reading(agreement, ground, evidence, EvaluationParameters(as_of))
    guaranteed = evaluate_guarantees(agreement, by_reading)
    return replace(
        base,
        case="two-texts",
        agreement=agreement,
        as_of=as_of,
        findings=(*findings_on_norms(agreement, by_reading), *guaranteed.findings),
        windows=windows,
        ground=ground_used(ground),
        obligations=obligations(agreement, by_reading, guaranteed, as_of),
        guarantees=guaranteed.standings,
    )


@pytest.fixture(scope="module")
def story(bare: Assessment) -> Assessment:
    """The story as it is told."""
    return told(bare)


def section(assessment: Assessment, name: str, language: str = "en") -> Section:
    """A section of the report by its id."""
    return next(one for one in compose(assessment, language).sections if one.id == name)


def lines_of(block: Block) -> list[str]:
    """Every phrase of a block."""
    if block.kind == "table":
        return [phrase.text for row in block.rows for cell in row for phrase in cell]
    if block.kind == "listing":
        return [" ".join(phrase.text for phrase in item) for item in block.items]
    return [block.text] if block.kind == "heading" else []


def said(assessment: Assessment, name: str, language: str = "en") -> list[str]:
    """Every phrase of a section."""
    return [line for block in section(assessment, name, language).blocks for line in lines_of(block)]


def test_every_act_deed_and_mode_has_a_word_for_readers():
    assert set(ACTS) - set(words.ACTS) == set()
    assert set(DEEDS) - set(agreement_words.DEEDS) == set()
    assert {mode.value for mode in Mode} - set(agreement_words.MODES) == set()


@pytest.mark.parametrize(
    ("vocabulary", "members"),
    [
        (commitment_words.DUE_STATES, DueState),
        (commitment_words.MEASURES, Measure),
        (commitment_words.CRITERION_STATES, State),
        (commitment_words.STEPS, Ladder),
        (commitment_words.STAMPS, Stamp),
        (commitment_words.CLOCK_STATES, ClockState),
    ],
)
def test_every_word_of_obligations_and_guarantees_has_one_for_readers(vocabulary: dict[str, str], members: type):
    assert {member.value for member in members} == set(vocabulary)


def test_texts_stand_with_their_status_step_by_step_and_their_links(story: Assessment):
    lines = said(story, "agreement")
    assert "signed: 30 March 2031" in lines
    assert "in force: 1 April 2031" in lines
    assert "implements: Memorandum on the line of contact" in lines
    assert "by: Northland, Southland, Mediator" in lines


def test_weapons_places_and_times_are_said_in_words(story: Assessment):
    lines = said(story, "agreement")
    assert "\N{EN DASH} artillery, 100 mm and more" in lines
    assert "\N{EN DASH} mortar, more than 100 mm" in lines
    assert "\N{EN DASH} multiple rocket launcher, range more than 70 km" in lines
    assert "\N{EN DASH} BM-30 / 9K79" in lines
    strip = "Northland: 0–50 km from contact-line, on the side of whoever is bound, and everything in front of it"
    assert strip in lines
    assert "contact-line: version 2; 20 March 2031; accurate to 500 m" in lines
    assert "in any of: security-zone; (in towns or within 2 km of it)" in lines
    assert "From effective + 2 days" in lines
    assert "By effective + 14 days" in lines
    assert "No deadline in the text" in lines
    assert "At most, at one time: 75 (tanks)" in lines


def _table(assessment: Assessment, name: str, caption: str) -> Table:
    found = [block for block in section(assessment, name).blocks if block.kind == "table"]
    return next(table for table in found if table.caption.startswith(caption))


def test_each_line_and_zone_stands_with_day_version_method_and_accuracy(story: Assessment):
    table = _table(story, "agreement", "Each line and zone")
    rows = {row[0][0].text: [[phrase.text for phrase in cell] for cell in row] for row in table.rows}
    assert rows["contact-line"] == [
        ["contact-line", "line"],
        ["20 March 2031", "version 2"],
        ["Drawn by the commission"],
        ["500 m"],
        ["artillery", "tanks"],
    ]
    assert rows["security-zone"][1:4] == [["20 March 2031"], ["Made up"], ["0 m"]]
    assert rows["towns"][4] == ["energy"]


def test_a_line_nobody_has_drawn_is_shown_as_a_gap(story: Assessment):
    table = _table(story, "agreement", "Each line and zone")
    road = next(row for row in table.rows if row[0][0].text == "road")
    assert [phrase.text for phrase in road[2]] == [
        "gap: still to be drawn by the mission",
        "The road of the annex map, Northland to the left",
    ]
    assert [cell[0].text for cell in (road[1], road[3], road[4])] == ["\N{EN DASH}", "\N{EN DASH}", "mines"]


def test_the_matrix_says_in_a_word_how_a_guarantee_stands_and_below_why(story: Assessment):
    reason = Because("the instrument is a draft and binds nobody")
    drafts = tuple(
        replace(one, holding=replace(one.holding, window=None, because=reason)) if one.guarantor == "west" else one
        for one in story.guarantees
    )
    table = _table(replace(story, guarantees=drafts), "guarantees", "Who guarantees whom")
    rows = {row[0][0].text: [[phrase.text for phrase in cell] for cell in row[1:]] for row in table.rows}
    assert rows["Eastland"][1] == ["holds:", "support"]
    assert rows["Westland"][1] == ["does not hold:", "support (1)"]
    assert table.note.startswith("(1) The instrument is a draft and binds nobody. An empty field")


def test_a_party_for_which_every_reading_says_the_same_has_one_row(story: Assessment):
    table = next(
        after
        for before, after in pairwise(section(story, "findings").blocks)
        if before.kind == "heading" and before.id == "norm-tanks"
    )
    assert [[phrase.text for phrase in row[1]] for row in table.rows] == [
        ["both readings", "per-side, total-width"],
        ["both readings", "per-side, total-width"],
    ]
    assert len([one for one in story.findings if one.norm == "tanks"]) == 4


def test_an_exception_lists_its_requirements_in_order(story: Assessment):
    lines = said(story, "agreement")
    first = lines.index("1. offensive action, by another party, at most 6 hours before, wherever it was")
    assert lines[first - 1] == "Only with:"
    assert lines[first + 1 : first + 3] == [
        "2. an order, by whoever acts",
        "3. a notice, by whoever acts, to Joint commission, at most 1 day before",
    ]


def test_a_reading_says_who_when_where_and_what_it_changes(story: Assessment):
    lines = said(story, "agreement")
    assert "3 April 2031, press conference" in lines
    place = next(n for n, line in enumerate(lines) if line.endswith(" \N{EN DASH} artillery, where:"))
    assert re.fullmatch("Northland: 0\N{EN DASH}25 km from .*; Southland: 0\N{EN DASH}25 km from .*", lines[place + 1])
    assert re.fullmatch("instead of: Northland: 0\N{EN DASH}50 km from .*", lines[place + 2])
    release = lines.index("Obliged: release of persons \N{EN DASH} release, when:")
    assert lines[release + 1 : release + 3] == ["by effective + 30 days", "instead of: by effective + 14 days"]


def test_whatever_has_no_value_is_said_as_a_sentence(story: Assessment):
    lines = said(story, "agreement")
    assert "Package of measures: not settled by the text: members, seat." in lines
    assert "Not settled by the text: penalties." in lines
    assert "Obliged: clearing of mines \N{EN DASH} mines: no deadline or end is named." in lines
    assert (
        "Guarantee support: no number is named that is needed at least (areas); nobody is named who determines it "
        "(deliberate); nobody is named who confirms that the trigger is met; "
        "it is not said what starts the time (help)."
    ) in lines
    assert "Verification: by the commission" in lines


def test_contested_stands_beside_the_readings(story: Assessment):
    tables = [block for block in section(story, "findings").blocks if block.kind == "table"]
    beside = [row for table in tables for row in table.rows if row[1][0].text == "over all readings"]
    assert {row[2][0].tone for row in beside} == {Result.CONTESTED.value}
    assert {row[0][0].text for row in beside} == {"Northland", "Southland"}


def test_obligations_stand_with_state_deadline_and_what_is_recorded(story: Assessment):
    (table,) = section(story, "obligations").blocks
    rows = [[" / ".join(phrase.text for phrase in cell) for cell in row] for row in table.rows]
    release = [row for row in rows if row[0].startswith("Obliged: release of persons")]
    assert [row[1:4] for row in release] == [
        ["Northland", "per-side", "done"],
        ["Southland", "per-side", "overdue"],
        ["Northland", "total-width", "done"],
        ["Southland", "total-width", "running"],
    ]
    assert release[1][5] == "0 of 50 / only claimed: 1"
    assert "over for: 10 days" in release[1][4]


def test_an_empty_field_of_the_matrix_is_shown(story: Assessment):
    first = next(block for block in section(story, "guarantees").blocks if block.kind == "table")
    assert [column.title for column in first.columns[1:]] == ["Northland", "Southland"]
    rows = {row[0][0].text: [cell[0].text for cell in row[1:]] for row in first.rows}
    assert rows["Eastland"] == ["\N{EN DASH}", "holds:"]
    assert rows["Southland"] == ["\N{EN DASH}", "\N{MULTIPLICATION SIGN}"]


def told_in_summary(assessment: Assessment) -> str:
    blocks = section(assessment, "summary").blocks
    return "\n".join(phrase.text for block in blocks if block.kind == "paragraph" for phrase in block.phrases)


def test_the_summary_tells_of_guarantees_and_names_the_duties_that_were_broken_or_stay_open(story: Assessment):
    lines = told_in_summary(story)
    assert (
        "guarantees were held against what is known." in lines or "guarantee was held against what is known." in lines
    )
    for standing in story.guarantees:
        for duty in standing.duties:
            named = f"{standing.guarantee}, {duty.id} ("
            assert (named in lines) == any(
                other.result in (Result.BREACHED, Result.UNDETERMINED)
                for one in story.guarantees
                if one.guarantee == standing.guarantee
                for other in one.duties
                if other.id == duty.id
            )
    assert "what is known" not in told_in_summary(replace(story, guarantees=()))


def test_a_guarantee_stands_with_ladder_criteria_stamps_and_clocks(story: Assessment):
    lines = said(story, "guarantees")
    assert "30 March 2031" in lines
    assert any(line.startswith("Reservation by Westland: Subject to the consent") for line in lines)
    assert "starts with: notice" in lines
    assert "The text names no number; at least 0 were found" in lines


def test_judged_incidents_stand_by_id_with_two_digits_and_no_position(story: Assessment):
    lines = said(story, "judged")
    assert {"counts", "not surely the object meant", "an exception applies"} <= set(lines)
    assert not [line for line in lines if re.search(r"\d\.\d{3}", line)]
    assert not [line for line in lines if "48." in line or "37." in line]
    machines = json.loads(findings_json(Edition.of(story, "en")))["findings"]
    figures = [one["inside"] for finding in machines for one in finding["judged"] if one["inside"] is not None]
    assert figures
    assert all(figure == round(figure, 2) for figure in figures)


def test_a_report_without_such_norms_has_no_such_section(assessment: Assessment):
    everywhere = replace(assessment.agreement, norms=assessment.agreement.norms[:1])
    findings = tuple(one for one in assessment.findings if one.norm == everywhere.norms[0].id)
    made = compose(replace(assessment, agreement=everywhere, findings=findings))
    assert not {"judged", "obligations", "guarantees"} & {one.id for one in made.sections}
    table = next(block for block in section(assessment, "agreement").blocks if block.kind == "table")
    assert [column.title for column in table.columns] == ["Norm", "Binds", "Where", "Clause"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_story_is_said_in_every_language(story: Assessment, language: str):
    page = render_html(compose(story, language))
    assert "{" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    if language != "en":
        assert "on the side of whoever is bound" not in page


def test_a_duty_does_not_stop_the_json(story: Assessment):
    assert assessment_json(story)["case"] == "two-texts"


def test_exchanging_the_ids_of_the_parties_changes_no_word_of_the_report(bare: Assessment):
    plain, mirrored = (compose(told(bare, mirrored=swapped)) for swapped in (False, True))
    assert [one.id for one in plain.sections] == [one.id for one in mirrored.sections]
    for one, other in zip(plain.sections, mirrored.sections, strict=True):
        assert [lines_of(block) for block in one.blocks] == [lines_of(block) for block in other.blocks]


def test_a_party_in_the_others_place_is_told_in_the_others_words(bare: Assessment):
    plain, mirrored = (told(bare, mirrored=swapped) for swapped in (False, True))
    names = {party.id: party.names for party in plain.agreement.parties}
    parties = tuple(replace(party, names=names[party.id]) for party in mirrored.agreement.parties)
    renamed = replace(mirrored, agreement=replace(mirrored.agreement, parties=parties))
    for name in ("agreement", "findings", "obligations", "guarantees", "judged"):
        lines = [_exchanged(line) for block in section(plain, name).blocks for line in lines_of(block)]
        assert lines == [line for block in section(renamed, name).blocks for line in lines_of(block)]


def _exchanged(line: str) -> str:
    """The line with the two parties' names exchanged."""
    return line.replace("Northland", "\0").replace("Southland", "Northland").replace("\0", "Southland")


def test_incidents_judged_alike_stand_in_one_row_that_counts_them(story: Assessment):
    norm = next(one for one in story.agreement.norms if one.id == "artillery")
    judged = tuple(JudgedIncident(f"{n:016x}", "outside", 0.0, 0.0, 0.0) for n in range(15))
    found = tuple(replace(one, judged=judged) if one.norm == norm.id else one for one in story.findings)
    changed = replace(story, findings=found)
    tables = [one for one in section(changed, "judged").blocks if isinstance(one, Table)]
    row = next(row for table in tables for row in table.rows if row[0][0].text == "incidents: 15")
    assert [phrase.text for phrase in row[0][1:-1]] == [one.incident for one in judged[:12]]
    assert row[0][-1].text == "and further ones: 3"
    assert any("findings.json holds every incident" in table.note for table in tables)
    machines = json.loads(findings_json(Edition.of(changed, "en")))["findings"]
    assert {len(one["judged"]) for one in machines if one["norm"] == norm.id} == {15}
