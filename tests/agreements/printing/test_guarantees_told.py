"""The printout of a guarantee: what a text leaves open told apart from what it does not ask for, and every term."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from truceline.agreements.loading import read_agreement
from truceline.agreements.printing.checking import check_file
from truceline.agreements.printing.guarantees_told import guarantee_told
from truceline.agreements.printing.printout import Printout
from truceline.agreements.printing.sentences import Teller
from truceline.model import Agreement, Criterion, Duty, Guarantee, Measure

FILE = Path(__file__).parents[2] / "scenarios" / "agreements" / "guarantee.yaml"


@pytest.fixture(scope="module")
def text() -> Agreement:
    """The made-up guarantee."""
    return read_agreement(FILE).agreement


def told(agreement: Agreement, one: Guarantee) -> str:
    return "\n".join(guarantee_told(Teller(agreement, agreement.readings[0], whole=True), one))


def test_what_is_left_open_is_not_what_is_not_asked_for(text: Agreement):
    (one,) = text.guarantees
    unasked = replace(one, trigger=replace(one.trigger, confirmed_by=None))
    assert "found finally by: commission" in told(text, one)
    assert "found finally by: nobody: the text does not ask for it" in told(text, unasked)
    left_open = replace(unasked, unknown=("trigger.confirmed_by",))
    assert "found finally by: (the text leaves open who)" in told(text, left_open)


@pytest.mark.parametrize(
    ("criterion", "words"),
    [
        (Criterion("n", Measure.INCIDENTS, 2.0, within_s=7 * 86_400), "incidents at least 2, within any 7 days"),
        (Criterion("n", Measure.DAYS), "days (no number in the text)"),
        (
            Criterion("n", Measure.DETERMINATION, determined_by="commission", note="any"),
            "determination by commission: any",
        ),
        (Criterion("n", Measure.DETERMINATION), "determination by (no body named in the text)"),
    ],
)
def test_a_criterion_is_told_with_its_number_and_span_or_its_body(text: Agreement, criterion: Criterion, words: str):
    (one,) = text.guarantees
    lines = told(text, replace(one, trigger=replace(one.trigger, criteria=(criterion,)))).splitlines()
    assert f"  set off by n: {words}" in lines


def test_a_clock_is_told_with_who_may_stop_it_and_hours_are_no_days(text: Agreement):
    (one,) = text.guarantees

    def clocked(duty: Duty, **changed: object) -> str:
        assert duty.clock is not None
        return told(text, replace(one, duties=(replace(duty, clock=replace(duty.clock, **changed)),)))

    consult = one.duties[0]
    assert "within 48 hours of notice." in clocked(consult, days=0, seconds=172_800)
    assert "within 2 days of notice." in clocked(consult, days=2, seconds=0)
    stopped = clocked(consult, stopped_by=("acknowledgement",), may_stop=("commission",))
    assert "; stopped by: acknowledgement, of commission." in stopped
    assert "; stopped by: acknowledgement, of nobody whom the text names." in clocked(
        consult, stopped_by=("acknowledgement",)
    )


def test_what_ends_it_is_told_with_its_conditions(text: Agreement):
    assert "ended by own-attack [c3]: a determination on own-attack by commission" in told(text, text.guarantees[0])


def test_a_guarantee_is_printed_as_the_text_stands_and_what_a_reading_changes_beside_it(tmp_path: Path):
    path = tmp_path / "agreement.yaml"
    changes = "source: text, changes: {guarantees.support.trigger.criteria.scale.at_least: 7}}\nnorms:"
    path.write_text(FILE.read_text(encoding="utf-8").replace("source: text}\nnorms:", changes), encoding="utf-8")
    checked = check_file(path)
    assert checked.loaded is not None
    lines = Printout(checked.loaded, checked.document).whole()
    assert "Guarantees, as the text stands" in lines
    assert "  set off by scale: incidents at least 3" in lines
    assert "  support then reads: set off by scale: incidents at least 7" in lines
