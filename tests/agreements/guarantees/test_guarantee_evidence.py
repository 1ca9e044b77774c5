"""What proves that a guarantor did its duty or failed in it, on which occasion, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import guarantee_samples as samples
import pytest
from guarantee_samples import ATTACK, BEGUN, MEASURED, NORTH, SOUTH, duty, entry, guaranteed, only, shot

from truceline.agreements.guarantees import reasons
from truceline.agreements.guarantees.standing import DutyStanding, GuaranteeStanding, TriggerState
from truceline.model import RegisterEntry, Result, Stamp, parse_moment

Entries = Sequence[RegisterEntry]
Fire = Sequence[dict[str, Any]]
Changed = tuple[tuple[str, str], ...]
LENGTH = "        - {id: length, measure: days, at_least: 2}\n"
SCALE = "        - {id: scale, measure: incidents, at_least: 3, within: PT24H}\n"
ONE_SHOT = ((LENGTH, ""), (SCALE, "        - {id: scale, measure: incidents, at_least: 1}\n"))
"""One confirmed incident sets it off."""
FROM_FINDING = (*ONE_SHOT, ("starts: event, within: PT72H", "starts: finding, within: PT72H"))
CONFIRMED_BY = ("    duties:\n      - id: warn", "      confirmed_by: council\n    duties:\n      - id: warn")

ATTACKED = (shot("2031-05-01T10:00:00Z"),)
"""The clock of ``warn`` runs until 4 May, 10:00."""


def standing(*register: RegisterEntry, incidents: Fire = ATTACKED, **more: Any) -> GuaranteeStanding:  # noqa: ANN401
    text = samples.agreement(MEASURED, changed=more.pop("changed", ONE_SHOT))
    return only(guaranteed(text, (BEGUN, *register), incidents, more.pop("as_of", samples.LATER)))


def warned(*register: RegisterEntry, **more: Any) -> DutyStanding:  # noqa: ANN401
    return duty(standing(*register, **more), "warn")


def failed(at: str = "2031-05-09T12:00:00Z", **more: Any) -> RegisterEntry:  # noqa: ANN401
    return entry("not-done", "warn", "ally", at, **more)


def done(at: str, **more: Any) -> RegisterEntry:  # noqa: ANN401
    return entry("done", "warn", "ally", at, **more)


# whose word, and of when


@pytest.mark.parametrize(
    ("register", "result", "because"),
    [
        ((failed(),), Result.BREACHED, reasons.ESTABLISHED_NOT_DONE),
        ((failed(said_by=NORTH),), Result.UNDETERMINED, reasons.NOT_DONE_CLAIMED.format(claimed=1)),
        ((failed(said_by=SOUTH),), Result.UNDETERMINED, reasons.NOT_DONE_CLAIMED.format(claimed=1)),
        ((failed(said_by="ally"),), Result.BREACHED, reasons.ESTABLISHED_NOT_DONE),
        (
            (done("2031-05-02T00:00:00Z", said_by="ally"),),
            Result.UNDETERMINED,
            reasons.DONE_CLAIMED.format(claimed=1),
        ),
        ((done("2031-05-02T00:00:00Z", said_by=NORTH),), Result.COMPLIED, reasons.DONE_IN_TIME),
        # nobody establishes what is still to come
        (
            (failed("2031-05-02T00:00:00Z", covers=("2031-05-02T00:00:00Z", "2031-06-01T00:00:00Z")),),
            Result.UNDETERMINED,
            reasons.OVERDUE_SILENT,
        ),
        (
            (failed("2031-05-02T00:00:00Z", covers=("2031-05-03T00:00:00Z", "2031-06-01T00:00:00Z")),),
            Result.UNDETERMINED,
            reasons.NOT_DONE_CLAIMED.format(claimed=1),
        ),
        # at a moment on either side of the end
        (
            (failed("2031-05-04T00:00:00Z", until="2031-05-05T00:00:00Z"),),
            Result.UNDETERMINED,
            reasons.OVERDUE_SILENT,
        ),
        # of a time wholly after the end: what was done in time is not refuted by it
        (
            (failed(covers=("2031-05-08T00:00:00Z", "2031-05-09T00:00:00Z")),),
            Result.UNDETERMINED,
            reasons.OVERDUE_SILENT,
        ),
        (
            (failed(covers=("2031-05-01T10:00:00Z", "2031-05-09T00:00:00Z")),),
            Result.BREACHED,
            reasons.ESTABLISHED_NOT_DONE,
        ),
    ],
)
def test_what_proves_a_failure_and_what_a_deed(register: Entries, result: Result, because: str):
    found = warned(*register)
    assert (found.result, str(found.because)) == (result, because)


def test_a_waiver_on_the_word_of_the_one_who_is_freed_frees_nobody():
    waived = {by: entry("release", "warn", NORTH, "2031-05-02T00:00:00Z", said_by=by) for by in ("ally", NORTH)}
    assert warned(failed(), waived["ally"]).result is Result.BREACHED
    assert warned(failed(), waived[NORTH]).result is Result.RELEASED


@pytest.mark.parametrize(
    ("kind", "subject", "by", "result"),
    [
        ("release", "warn", NORTH, Result.RELEASED),
        ("determination", "own-attack", "council", Result.VOID),
        ("determination", "warn", "council", Result.UNDETERMINED),  # stops the clock
    ],
)
def test_nobody_failed_in_what_may_have_been_waived_void_or_stopped_before(
    kind: str, subject: str, by: str, result: Result
):
    about_the_end = entry(kind, subject, by, "2031-05-04T00:00:00Z", until="2031-05-05T00:00:00Z")
    later = entry(kind, subject, by, "2031-05-04T12:00:00Z", until="2031-05-05T00:00:00Z")
    found = warned(failed(), about_the_end)
    (case,) = found.cases
    assert found.result is result
    assert (case.result, str(case.because)) == (Result.UNDETERMINED, reasons.ENDED_ABOUT_THE_END)
    assert warned(failed(), later).result is Result.BREACHED


# by when it is known


@pytest.mark.parametrize(
    "register",
    [
        (done("2031-05-02T08:00:00Z", lasted="2031-05-02T20:00:00Z"),),
        (done("2031-05-02T08:00:00Z", until="2031-05-02T20:00:00Z"),),
        (entry("release", "warn", NORTH, "2031-05-02T08:00:00Z", until="2031-05-02T20:00:00Z"),),
        (entry("determination", "own-attack", "council", "2031-05-02T08:00:00Z", until="2031-05-02T20:00:00Z"),),
    ],
)
def test_what_may_come_after_the_moment_of_information_is_not_known_at_it(register: Entries):
    assert warned(*register, as_of="2031-05-02T12:00:00Z").result is Result.NOT_YET
    assert warned(*register).result is not Result.UNDETERMINED


def test_a_finding_that_may_come_later_confirms_nothing_yet():
    found = entry(
        "determination", "renewed-attack/confirmed", "council", "2031-05-02T08:00:00Z", until="2031-05-02T20:00:00Z"
    )
    changed = (*ONE_SHOT, CONFIRMED_BY)
    assert standing(found, changed=changed, as_of="2031-05-02T12:00:00Z").trigger.state is TriggerState.AWAITING
    assert standing(found, changed=changed).trigger.state is TriggerState.CONFIRMED


# which occasion


FOUND = entry("determination", "renewed-attack/confirmed", "council", "2031-05-08T00:00:00Z")


@pytest.mark.parametrize(
    ("register", "result", "because"),
    [
        # done before the finding, and again after its time
        (
            (done("2031-05-02T00:00:00Z"), done("2031-05-20T00:00:00Z")),
            Result.COMPLIED,
            reasons.DONE_IN_TIME,
        ),
        ((done("2031-05-20T00:00:00Z"),), Result.BREACHED, reasons.DONE_LATE),
        # done before the attack: for something else, as far as anybody knows
        (
            (done("2031-04-02T00:00:00Z"), done("2031-05-20T00:00:00Z")),
            Result.UNDETERMINED,
            reasons.DONE_UNSURE,
        ),
        (
            (done("2031-04-02T00:00:00Z"), failed("2031-05-20T00:00:00Z")),
            Result.BREACHED,
            reasons.ESTABLISHED_NOT_DONE,
        ),
    ],
)
def test_what_was_done_before_the_finding_was_done(register: Entries, result: Result, because: str):
    found = warned(FOUND, *register, changed=(*FROM_FINDING, CONFIRMED_BY))
    assert (found.result, str(found.because)) == (result, because)


def test_an_option_used_before_the_finding_was_used():
    used = entry("response", "means", "ally", "2031-05-02T00:00:00Z")
    changed = (*ONE_SHOT, CONFIRMED_BY)
    for register in ((used,), (used, FOUND)):
        assert duty(standing(*register, changed=changed), "means").result is Result.NOT_BREACHED


def test_a_duty_without_a_limit_stays_open_where_entries_contradict_each_other():
    told = entry("done", "plan", "ally", "2031-05-02T00:00:00Z")
    against = entry("not-done", "plan", "ally", "2031-05-09T00:00:00Z")
    found = duty(standing(told, against), "plan")
    assert (found.result, str(found.because)) == (Result.UNDETERMINED, reasons.DONE_CONTRADICTED)


# from when, and until when


def test_a_clock_starts_when_the_incident_had_surely_come_about():
    night = (shot("2031-05-01T00:00:00Z", hours=12),)
    found = standing(done("2031-05-04T06:00:00Z"), incidents=night)
    event = next(one.given for one in found.stamps if one.stamp is Stamp.EVENT)
    assert event is not None
    assert event.at == parse_moment("2031-05-01T12:00:00Z")
    assert found.trigger.since == event.at
    assert duty(found, "warn").result is Result.COMPLIED


ENDING = (
    "status: [{step: signed, date: 2031-01-10, source: text}]",
    "status: [{step: signed, date: 2031-01-10, source: text}, {step: ended, date: 2031-05-03, source: text}]",
)


def test_nobody_is_late_for_a_time_that_came_after_the_guarantee_had_ended():
    for as_of in (samples.LATER, "2031-05-03T12:00:00Z"):
        found = warned(failed(), changed=(*ONE_SHOT, ENDING), as_of=as_of)
        assert (found.result, str(found.because)) == (Result.UNDETERMINED, reasons.CLOCK_AFTER_END)
    in_time = warned(done("2031-05-02T00:00:00Z"), changed=(*ONE_SHOT, ENDING))
    assert in_time.result is Result.COMPLIED


def test_a_finding_after_the_guarantee_had_ended_sets_nothing_off_and_takes_back_what_was_found():
    changed = (*FROM_FINDING, CONFIRMED_BY, ENDING)
    assert standing(FOUND, changed=changed).trigger.state is TriggerState.AWAITING
    early = entry("determination", "renewed-attack/confirmed", "council", "2031-05-02T00:00:00Z")
    back = entry("determination", "renewed-attack/confirmed", "council", "2031-05-08T00:00:00Z", standing="denied")
    assert standing(early, changed=changed).trigger.state is TriggerState.CONFIRMED
    assert standing(early, back, changed=changed).trigger.state is TriggerState.DENIED


def slept(*covers: str, by: str = "council", **more: Any) -> RegisterEntry:  # noqa: ANN401
    covering = {"covers": covers} if covers else {}
    return entry("suspension", "renewed-attack", by, "2031-05-01T00:00:00Z", **covering, **more)


@pytest.mark.parametrize(
    ("suspension", "low", "high"),
    [
        (slept("2031-05-01T00:00:00Z", "2031-05-02T00:00:00Z"), 0, 0),
        (slept("2031-05-01T11:00:00Z", "2031-05-02T00:00:00Z"), 1, 1),
        (slept(until="2031-05-01T20:00:00Z"), 0, 1),
    ],
)
def test_an_act_while_it_is_suspended_sets_nothing_off(suspension: RegisterEntry, low: int, high: int):
    found = standing(suspension).trigger.criteria[0]
    assert (found.low, found.high) == (low, high)


@pytest.mark.parametrize(
    ("by", "result"),
    [("council", Result.NOT_YET), (NORTH, Result.NOT_YET), (SOUTH, Result.BREACHED), ("ally", Result.BREACHED)],
)
def test_only_a_body_or_the_one_to_whom_it_is_owed_suspends_it(by: str, result: Result):
    asleep = entry("suspension", "renewed-attack", by, "2031-05-02T00:00:00Z")
    assert warned(failed(), asleep).result is result


# found provisionally


PROVISIONAL_BY = ("    duties:\n      - id: warn", "      provisional_by: council\n    duties:\n      - id: warn")


@pytest.mark.parametrize(
    ("said", "confirmed_by", "state"),
    [
        ((), "", TriggerState.MET),
        (("verified",), "", TriggerState.MET),
        (("denied",), "", TriggerState.DENIED),
        (("verified",), "null", TriggerState.PROVISIONAL),
        (("verified",), "council", TriggerState.PROVISIONAL),
        (("denied",), "council", TriggerState.AWAITING),
    ],
)
def test_a_provisional_finding_waits_only_where_the_text_asks_for_a_confirmation(
    said: Sequence[str], confirmed_by: str, state: TriggerState
):
    old, new = PROVISIONAL_BY
    if confirmed_by:
        new = f"      confirmed_by: {confirmed_by}\n{new}"
    entries = [
        entry("determination", "renewed-attack/provisional", "council", "2031-05-01T12:00:00Z", standing=one)
        for one in said
    ]
    assert standing(*entries, changed=(*ONE_SHOT, (old, new))).trigger.state is state


# breaches that the register tells


@pytest.mark.parametrize(("until", "low", "high"), [("2031-02-20", 0, 2), ("2031-04-01", 1, 3)])
def test_a_breach_counts_by_its_deadline(until: str, low: int, high: int):
    """Two norms more are undetermined: they may be breached."""
    owed = (
        "{id: hand-over, kind: oblige, mode: achievement, who: each, act: hand-over-information, clause: c1, "
        f"when: {{until: '{until}T00:00:00Z'}}}}\nguarantees:\n"
    )
    criterion = (SCALE, "        - {id: n, measure: breached-norms, at_least: 1}\n")
    changed = ((LENGTH, ""), criterion, ("guarantees:\n", f"  - {owed}"))
    text = samples.agreement(MEASURED, changed=changed)
    not_done = entry("not-done", "hand-over", SOUTH, "2031-04-02T00:00:00Z")
    found = only(guaranteed(text, (BEGUN, not_done))).trigger.criteria[0]
    assert (found.low, found.high) == (low, high)


def test_the_attack_itself_sets_it_off():
    assert standing(incidents=ATTACK).trigger.state is TriggerState.MET
