"""What `agreement show` says of a day: texts that do not bind yet, sleep or bind no more are printed so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from truceline.agreements.instruments import in_force
from truceline.agreements.loading import read_agreement
from truceline.agreements.printing.on_a_day import guarantee_on, norm_on, text_on
from truceline.agreements.printing.sentences import Teller
from truceline.model import Agreement, Instrument, Reading, StatusStep, midnight, parse_moment

ROOT = Path(__file__).parents[3]
CASES = sorted(path.parent.name for path in (ROOT / "cases").glob("*/agreement.yaml"))
STEPS = (
    StatusStep("announced", "2031-03-20", "text"),
    StatusStep("in-force", "2031-04-01", "text"),
    StatusStep("suspended", "2031-04-10", "text"),
    StatusStep("in-force", "2031-04-15", "text"),
    StatusStep("ended", "2031-04-20", "text"),
)
DAYS = (
    ("2031-03-19", "does not exist yet"),
    ("2031-03-25", "announced only, binds nobody yet"),
    ("2031-04-01", ""),
    ("2031-04-12", "suspended since 2031-04-10 00:00 Europe/Kyiv"),
    ("2031-04-16", ""),
    ("2031-04-20", "ended on 2031-04-20 00:00 Europe/Kyiv"),
    ("2031-04-25", "ended on 2031-04-20 00:00 Europe/Kyiv"),
)


def with_steps(kind: str = "agreement") -> Agreement:
    """The made-up guarantee with its truce, both in one text that has lived a whole life."""
    whole = read_agreement(ROOT / "tests" / "scenarios" / "agreements" / "guarantee.yaml").agreement
    text = Instrument("truce", (("en", "Truce"),), kind, ("en",), STEPS, ("party-north", "party-south", "guarantor"))
    return replace(
        whole,
        instruments=(text,),
        norms=tuple(replace(one, instrument="truce") for one in whole.norms),
        guarantees=tuple(replace(one, instrument="truce") for one in whole.guarantees),
    )


@pytest.mark.parametrize(("day", "why"), DAYS)
def test_a_text_that_does_not_bind_on_a_day_says_why(day: str, why: str):
    agreement = with_steps()
    teller, moment = Teller(agreement, agreement.readings[0]), parse_moment(f"{day}T12:00:00+03:00")
    assert text_on(teller, "truce", moment) == why
    said = f"truce: {why}" if why else ""
    assert {norm_on(teller, norm, moment) for norm in agreement.norms} == {said}
    assert {guarantee_on(teller, one, moment) for one in agreement.guarantees} == {said}


def test_a_draft_binds_nobody_whatever_happened_to_it():
    agreement = with_steps("draft")
    teller = Teller(agreement, agreement.readings[0])
    assert text_on(teller, "truce", parse_moment("2031-04-05T00:00:00Z")) == "a draft binds nobody"


def moments_of(agreement: Agreement, reading: Reading, teller: Teller) -> Iterator[datetime]:
    """Every day on which something changes, the moment before it, and the ends of the reading."""
    days = {step.date for text in agreement.instruments for step in text.status}
    edges = [
        *(midnight(date.fromisoformat(day), teller.zone) for day in days),
        reading.window.start,
        reading.window.end,
    ]
    for edge in edges:
        yield from (edge - timedelta(seconds=1), edge, edge + timedelta(hours=12))


@pytest.mark.parametrize("case", CASES)
def test_no_norm_and_no_guarantee_of_a_case_is_printed_as_binding_while_its_text_is_not(case: str):
    agreement = read_agreement(ROOT / "cases" / case / "agreement.yaml").agreement
    for reading in agreement.readings:
        teller = Teller(agreement, reading)
        for moment in moments_of(agreement, reading, teller):
            norms = [(norm, norm_on(teller, norm, moment)) for norm in agreement.norms_in(reading)]
            held = [(one, guarantee_on(teller, one, moment)) for one in agreement.guarantees_in(reading)]
            for rule, why_not in (*norms, *held):
                text = in_force(agreement, rule.instrument, teller.zone, moment, reading.window.end)
                asleep = any(span.contains(moment) for span in text.suspended)
                stands = text.why_not is None and not asleep and (text.until is None or moment < text.until)
                assert stands is not bool(text_on(teller, rule.instrument, moment))
                assert why_not or (stands and reading.window.contains(moment)), (rule.id, moment)
