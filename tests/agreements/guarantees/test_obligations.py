"""What is due, running, overdue, done or waived at a moment: of the text, and of guarantees."""

from __future__ import annotations

from datetime import datetime

import guarantee_samples as samples
import pytest
from guarantee_samples import BEGUN, CONSULTING, MEASURED, NORTH, SOUTH, entry
from hypothesis import given
from test_guarantee_laws import LAWS, Fire, Register, fire, moments, registers

import strategies as made_up
from truceline.agreements.evaluation import EvaluationParameters, Evidence, under_each_reading
from truceline.agreements.ground import Ground
from truceline.agreements.guarantees.evaluation import evaluate_guarantees
from truceline.agreements.obligations import Days, Due, DueState, obligations
from truceline.model import Agreement, CountRange, RegisterEntry, Result, exchange_parties, parse_moment
from truceline.verification import grade_words

OWED = """\
  - id: first
    kind: oblige
    mode: achievement
    who: [party-north]
    act: hand-over-information
    clause: c1
    when: {from: ceasefire-in-force, until: ceasefire-in-force+P10D}
  - id: open-ended
    kind: oblige
    mode: achievement
    who: [party-north]
    act: establish-mechanism
    clause: c1
    when: {until: null}
  - {id: kept-up, kind: oblige, mode: maintenance, who: [party-north], act: provide-access, clause: c1}
  - id: second
    kind: oblige
    mode: achievement
    who: [party-north]
    act: disarm
    clause: c1
    after: [first]
    when: {until: '2031-09-01T00:00:00Z'}
  - id: daily
    kind: oblige
    mode: maintenance
    who: [party-north]
    act: deliver-aid
    clause: c1
    when: {from: '2031-03-01T00:00:00Z', until: '2031-03-05T00:00:00Z'}
    count: {at_least: 10, per: day}
guarantees:
"""
TEXT = samples.agreement(CONSULTING + MEASURED, changed=[("guarantees:\n", OWED)])


def listed(
    register: tuple[RegisterEntry, ...] | list[RegisterEntry],
    as_of: str,
    text: Agreement = TEXT,
    incidents: Fire | None = None,
) -> tuple[Due, ...]:
    table, moment = made_up.incident_table(incidents or []), parse_moment(as_of)
    evidence = Evidence(table, grade_words(table.strata), tuple(register))
    under = under_each_reading(text, Ground(), evidence, EvaluationParameters(moment))
    return obligations(text, under, evaluate_guarantees(text, under), moment)


def one(norm: str, register: tuple[RegisterEntry, ...], as_of: str, party: str = NORTH) -> Due:
    (due,) = [due for due in listed(register, as_of) if (due.norm, due.party) == (norm, party)]
    return due


DONE = entry("done", "first", NORTH, "2031-03-05T00:00:00Z")


@pytest.mark.parametrize(
    ("register", "as_of", "state"),
    [
        ((), "2031-03-05T00:00:00Z", DueState.WAITING),
        ((BEGUN,), "2031-03-05T00:00:00Z", DueState.RUNNING),
        ((BEGUN,), "2031-03-10T12:00:00Z", DueState.DUE),
        ((BEGUN,), "2031-03-12T00:00:00Z", DueState.OVERDUE),
        ((BEGUN, DONE), "2031-03-12T00:00:00Z", DueState.DONE),
        (
            (BEGUN, entry("done", "first", NORTH, "2031-03-20T00:00:00Z")),
            "2031-03-22T00:00:00Z",
            DueState.FAILED,
        ),
        ((BEGUN, entry("release", "first", SOUTH, "2031-03-05T00:00:00Z")), "2031-03-12T00:00:00Z", DueState.WAIVED),
    ],
)
def test_an_achievement_with_a_deadline(register: tuple[RegisterEntry, ...], as_of: str, state: DueState):
    assert one("first", register, as_of).state is state


@pytest.mark.parametrize("as_of", ["2031-03-10T12:00:00Z", "2031-03-12T00:00:00Z"])
def test_what_is_done_and_to_last_is_not_due_any_more(as_of: str):
    owed = OWED.replace("mode: achievement\n", "mode: achievement-then-maintenance\n", 1)
    lasting = samples.agreement(CONSULTING + MEASURED, changed=[("guarantees:\n", owed)])

    def first(*register: RegisterEntry) -> Due:
        return next(due for due in listed((BEGUN, *register), as_of, lasting) if due.norm == "first")

    assert (first(DONE).state, first(DONE).left_s) == (DueState.DONE, None)
    refuted = entry("not-done", "first", NORTH, "2031-03-08T00:00:00Z")
    assert first(DONE, refuted).state in (DueState.DUE, DueState.OVERDUE)


def test_time_left_is_told_in_seconds_and_is_negative_when_it_is_over():
    assert one("first", (BEGUN,), "2031-03-10T12:00:00Z").left_s == 12 * 3600
    assert one("first", (BEGUN,), "2031-03-12T00:00:00Z").left_s == -24 * 3600
    assert one("first", (BEGUN, DONE), "2031-03-12T00:00:00Z").left_s is None


def test_what_waits_for_another_names_it_and_what_has_no_deadline_is_listed_last():
    due = one("second", (BEGUN,), "2031-03-05T00:00:00Z")
    assert (due.state, due.waits_for) == (DueState.WAITING, ("first",))
    assert (due.deadline, due.left_s) == (parse_moment("2031-09-01T00:00:00Z"), None)
    assert one("second", (BEGUN, DONE), "2031-03-06T00:00:00Z").state is DueState.RUNNING
    assert one("open-ended", (), "2031-03-05T00:00:00Z").state is DueState.NO_DEADLINE
    assert one("kept-up", (), "2031-03-05T00:00:00Z").state is DueState.RUNNING
    found = listed((BEGUN,), "2031-03-04T12:00:00Z")
    assert [due.norm for due in found][:3] == ["daily", "first", "second"]
    deadlines = [due.deadline for due in found]
    known = [deadline for deadline in deadlines if deadline is not None]
    assert deadlines == [*sorted(known), *[None] * (len(deadlines) - len(known))]
    assert None in deadlines


def test_a_duty_of_every_day_tells_of_the_days_before_and_is_due_today():
    kept = entry("done", "daily", NORTH, "2031-03-01T10:00:00Z", count=CountRange(12, 12, 12))
    missed = entry("not-done", "daily", NORTH, "2031-03-02T10:00:00Z")
    due = one("daily", (kept, missed), "2031-03-04T10:00:00Z")
    assert due.days == Days(kept=1, missed=1, unknown=1)
    assert (due.state, due.deadline) == (DueState.DUE, parse_moment("2031-03-05T00:00:00Z"))
    assert due.result is Result.BREACHED
    denied = entry("done", "daily", NORTH, "2031-03-02T09:00:00Z", count=CountRange(12, 12, 12))
    both = one("daily", (kept, denied, missed), "2031-03-04T10:00:00Z")
    assert (both.days, both.result) == (Days(kept=1, missed=0, unknown=2), Result.UNDETERMINED)
    over = one("daily", (kept,), "2031-03-06T10:00:00Z")
    assert (over.state, over.days) == (DueState.UNRECORDED, Days(kept=1, missed=0, unknown=3))


def test_what_was_achieved_late_is_waited_for_no_more():
    late = entry("done", "first", NORTH, "2031-03-20T00:00:00Z")
    due = one("second", (BEGUN, late), "2031-03-22T00:00:00Z")
    assert (due.state, due.waits_for) == (DueState.RUNNING, ())


def test_an_entry_on_several_days_misses_each_of_them_as_the_finding_says():
    span = ("2031-03-01T00:00:00Z", "2031-03-03T00:00:00Z")
    missed = entry("not-done", "daily", NORTH, "2031-03-04T00:00:00Z", covers=span)
    due = one("daily", (missed,), "2031-03-06T10:00:00Z")
    assert due.days is not None
    assert due.days.missed == dict(due.because.values)["days"] == 2


def test_nobody_is_overdue_where_the_deadline_itself_is_open():
    span = ("2031-03-09T00:00:00Z", "2031-03-13T00:00:00Z")
    asleep = entry("suspension", "first", "mechanism", "2031-03-08T00:00:00Z", covers=span)
    due = one("first", (BEGUN, asleep), "2031-03-20T00:00:00Z")
    assert (due.state, due.result, due.left_s) == (DueState.OPEN, Result.UNDETERMINED, None)
    perhaps = entry("suspension", "first", "mechanism", "2031-03-10T00:00:00Z", until="2031-03-13T00:00:00Z")
    assert one("first", (BEGUN, perhaps), "2031-03-20T00:00:00Z").state is DueState.OPEN


@pytest.mark.parametrize("norm", ["open-ended", "kept-up", "daily"])
def test_nobody_is_overdue_with_what_had_no_deadline(norm: str):
    due = one(norm, (), "2041-02-01T00:00:00Z")
    assert (due.state, due.result) == (DueState.UNRECORDED, Result.UNDETERMINED)
    assert due.left_s is None


def test_guarantors_duties_stand_among_them_one_for_each_request_and_options_do_not():
    first = entry("request", "consult", NORTH, "2031-05-01T10:00:00Z", key="one")
    second = entry("request", "consult", NORTH, "2031-05-03T10:00:00Z", key="two")
    done = entry("done", "consult", SOUTH, "2031-05-01T12:00:00Z")
    found = [due for due in listed((first, second, done), "2031-05-03T12:00:00Z") if due.party == SOUTH]
    told = [(due.norm, due.request, due.state, due.owed_to) for due in found if due.norm.startswith("support")]
    assert told == [
        ("support/consult/party-north", "register:one", DueState.DONE, NORTH),
        ("support/consult/party-north", "register:two", DueState.DUE, NORTH),
    ]
    named = {due.act for due in listed((BEGUN,), "2031-05-03T12:00:00Z")}
    assert "warn" in named
    assert "means" not in named


@LAWS
@given(registers, fire, moments)
def test_an_earlier_moment_never_knows_of_later_deeds(register: Register, incidents: Fire, as_of: datetime):
    known = [one for one in register if one.time.start <= as_of]
    seen = [one for one in incidents if one["time"].start <= as_of]
    moment = as_of.isoformat()
    assert listed(register, moment, incidents=incidents) == listed(known, moment, incidents=seen)


@LAWS
@given(registers, fire, moments)
def test_exchanging_the_parties_exchanges_the_obligations(register: Register, incidents: Fire, as_of: datetime):
    pair, moment = made_up.PAIR, as_of.isoformat()
    other = [dict(one, party=exchange_parties(one["party"], pair)) for one in incidents]
    text = exchange_parties(TEXT, pair)
    mirrored = listed(exchange_parties(register, pair), moment, text, other)
    assert exchange_parties(mirrored, pair) == listed(register, moment, incidents=incidents)


@LAWS
@given(registers, fire, moments)
def test_nothing_overdue_has_time_left_and_silence_fails_nobody(register: Register, incidents: Fire, as_of: datetime):
    for due in listed(register, as_of.isoformat(), incidents=incidents):
        assert (due.state is DueState.OVERDUE) <= (due.left_s is None or due.left_s <= 0)
        assert (due.state is DueState.FAILED) <= (due.result is Result.BREACHED)
