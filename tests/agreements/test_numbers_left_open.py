"""What a text leaves open stays open: a duty without its number, a deadline nobody named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

import strategies as made_up
from truceline.agreements import reasons
from truceline.agreements.evaluation import EvaluationParameters, Evidence, evaluate
from truceline.agreements.ground import Ground
from truceline.agreements.loading import parse_agreement
from truceline.model import EvidenceLink, Interval, RegisterEntry, RegisterKind, Result, Standing, Words

_TEXT = """\
truceline: 1
id: drill
title: {{en: Drill}}
status: signed
parties: [{{id: party-north, name: {{en: North}}}}, {{id: party-south, name: {{en: South}}}}]
sources: [{{id: text, title: Drill, url: "https://example.org/text", date: "2031-01-01"}}]
clauses: [{{id: c1, text: Persons are released., language: en, source: text}}]
readings:
  - {{id: plain, asserted_by: [party-north], start: "2031-03-01T00:00:00Z", end: "2031-03-05T00:00:00Z", source: text}}
norms:
  - {{id: release, kind: oblige, who: [party-north], act: release-persons, clause: c1, {terms}}}
"""
_DAY = datetime(2031, 3, 2, 12, tzinfo=UTC)


def _finding(terms: str, kind: RegisterKind, at: datetime = _DAY):  # noqa: ANN202 - a finding
    entry = RegisterEntry(
        *("1", kind, "release", "party-north", (), Interval(at, at), Standing.VERIFIED, "mission"),
        evidence=EvidenceLink("0" * 64, 2),
    )
    agreement = parse_agreement(_TEXT.format(terms=terms))
    evidence = Evidence(made_up.incident_table([]), Words.of([]), (entry,))
    (found,) = evaluate(agreement, Ground(), evidence, EvaluationParameters(as_of=datetime(2031, 4, 1, tzinfo=UTC)))
    return found


@pytest.mark.parametrize("per", ["window", "day"])
def test_a_duty_whose_number_the_text_leaves_open_is_never_complied_with(per: str):
    mode = "achievement" if per == "window" else "maintenance"
    when = ', when: {until: "2031-03-04T00:00:00Z"}' if per == "window" else ""
    terms = f"mode: {mode}{when}, count: {{at_least: null, per: {per}, unit: persons}}"
    found = _finding(terms, RegisterKind.DONE)
    assert found.result is Result.UNDETERMINED
    assert found.because.template == reasons.LIMIT_UNKNOWN


def test_that_it_was_not_done_at_all_is_a_breach_whatever_the_number():
    terms = 'mode: achievement, when: {until: "2031-03-04T00:00:00Z"}, count: {at_least: null, unit: persons}'
    late = _DAY + timedelta(days=3)
    assert _finding(terms, RegisterKind.NOT_DONE, late).result is Result.BREACHED


def test_a_deadline_the_text_does_not_name_is_written_null_and_stays_open():
    agreement = parse_agreement(_TEXT.format(terms="mode: achievement, when: {until: null}"))
    assert agreement.norms[0].unknown == ("when.until",)
    assert _finding("mode: achievement, when: {until: null}", RegisterKind.NOT_DONE).result is Result.UNDETERMINED
