"""Each result of each kind of duty, on guarantees like those there have been."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import guarantee_samples as samples
import pytest
from guarantee_samples import ASKED, ATTACK, BEGUN, CONSULTING, COUNCIL, MEASURED, NORTH, duty, entry, guaranteed, only

from truceline.agreements.guarantees import reasons
from truceline.agreements.guarantees.standing import ClockState, DutyStanding, State, TriggerState
from truceline.agreements.reasons import ALL_REASONS, STEP_TITLES
from truceline.model import Interval, RegisterEntry, Result, Stamp, parse_moment

Fire = Sequence[dict[str, Any]]
WARNED = entry("done", "renewed-attack/warn", "ally", "2031-05-02T12:00:00Z")
NOTICE = entry("notice", "renewed-attack", NORTH, "2031-05-02T10:00:00Z", to=("ally",))


def measured(
    name: str,
    *register: RegisterEntry,
    as_of: str = samples.LATER,
    changed: tuple[tuple[str, str], ...] = (),
    incidents: Fire = ATTACK,
) -> DutyStanding:
    """One duty of the measured guarantee, attacked, with the ceasefire in force."""
    text = samples.agreement(MEASURED, changed=changed)
    return duty(only(guaranteed(text, (BEGUN, *register), incidents, as_of)), name)


# provisional, then confirmed


@pytest.mark.parametrize(
    ("register", "state", "assist", "measures"),
    [
        ((), TriggerState.NOT_MET, Result.NOT_YET, Result.NOT_YET),
        (("assistance/provisional",), TriggerState.PROVISIONAL, Result.NOT_YET, Result.NOT_YET),
        (("assistance",), TriggerState.PROVISIONAL, Result.NOT_YET, Result.NOT_YET),
        (
            ("assistance/provisional", "assistance/confirmed"),
            TriggerState.CONFIRMED,
            Result.UNDETERMINED,
            Result.DISCRETION_UNUSED,
        ),
    ],
)
def test_a_duty_waits_for_the_confirmed_finding(
    register: tuple[str, ...], state: TriggerState, assist: Result, measures: Result
):
    entries = [entry("determination", one, "council", f"2031-09-1{n}T12:00:00Z") for n, one in enumerate(register)]
    found = guaranteed(samples.agreement(COUNCIL), entries)
    for guarantor in ("ally", "friend"):
        standing = only(found, guarantor)
        assert standing.trigger.state is state
        assert (duty(standing, "assist").result, duty(standing, "measures").result) == (assist, measures)


def test_the_criterion_that_a_body_determines_is_met_by_its_word_and_waits_for_the_confirmation():
    said = entry("determination", "from-abroad", "council", "2031-09-12T12:00:00Z")
    standing = only(guaranteed(samples.agreement(COUNCIL), [said]))
    assert standing.trigger.criteria[0].state is State.MET
    assert standing.trigger.criteria[0].entries == (f"register:{said.key}",)
    assert standing.trigger.state is TriggerState.AWAITING


def test_a_finding_by_anybody_else_or_only_claimed_confirms_nothing():
    by_other = entry("determination", "assistance/confirmed", "ally", "2031-09-12T12:00:00Z")
    claimed = entry("determination", "assistance/confirmed", "council", "2031-09-12T12:00:00Z", standing="claimed")
    for one in (by_other, claimed):
        assert only(guaranteed(samples.agreement(COUNCIL), [one])).trigger.state is TriggerState.NOT_MET


def test_a_body_may_take_its_finding_back():
    found = entry("determination", "assistance/confirmed", "council", "2031-09-12T12:00:00Z")
    back = entry("determination", "assistance/confirmed", "council", "2031-10-12T12:00:00Z", standing="denied")
    assert only(guaranteed(samples.agreement(COUNCIL), [found, back])).trigger.state is TriggerState.DENIED


def test_a_duty_without_a_time_limit_is_complied_with_when_done_and_open_until_then():
    found = entry("determination", "assistance/confirmed", "council", "2031-09-12T12:00:00Z")
    done = entry("done", "assist", "ally", "2031-09-20T12:00:00Z")
    standings = guaranteed(samples.agreement(COUNCIL), [found, done])
    assert duty(only(standings), "assist").result is Result.COMPLIED
    assert duty(only(standings, "friend"), "assist").result is Result.UNDETERMINED
    assert str(duty(only(standings, "friend"), "assist").because) == reasons.NO_LIMIT


def test_where_the_text_names_nobody_who_confirms_nobody_can():
    text = samples.agreement(COUNCIL, changed=[("confirmed_by: council", "confirmed_by: null")])
    said = entry("determination", "from-abroad", "council", "2031-09-12T12:00:00Z")
    confirmed = entry("determination", "assistance/confirmed", "council", "2031-09-13T12:00:00Z")
    standing = only(guaranteed(text, [said, confirmed]))
    assert standing.trigger.state is TriggerState.OPEN
    assert str(standing.trigger.because) == reasons.NOBODY_CONFIRMS
    assert "trigger.confirmed_by" in standing.gaps
    assert duty(standing, "assist").result is Result.UNDETERMINED
    unused = duty(standing, "measures")
    assert (unused.result, str(unused.because)) == (Result.DISCRETION_UNUSED, reasons.OPTION_UNUSED_OPEN)


# measured


def test_the_trigger_is_measured_criterion_by_criterion():
    standing = only(guaranteed(samples.agreement(MEASURED), (BEGUN,), ATTACK))
    scale, length = standing.trigger.criteria
    assert (scale.low, scale.high, scale.state, scale.needed) == (4.0, 4.0, State.MET, 3.0)
    assert (length.low, length.state) == (2.0, State.MET)
    assert scale.findings == ("fire/party-south/plain",)
    assert scale.incidents_in_all == 4
    assert scale.met_at == parse_moment("2031-05-01T14:00:00Z")
    assert standing.trigger.state is TriggerState.MET
    assert standing.trigger.since == parse_moment("2031-05-02T09:00:00Z")


@pytest.mark.parametrize(
    ("register", "as_of", "result", "because"),
    [
        ((), "2031-05-03T00:00:00Z", Result.NOT_YET, reasons.CLOCK_RUNNING),
        ((), samples.LATER, Result.UNDETERMINED, reasons.OVERDUE_SILENT),
        ((WARNED,), samples.LATER, Result.COMPLIED, reasons.DONE_IN_TIME),
        ((entry("done", "warn", "ally", "2031-05-09T12:00:00Z"),), samples.LATER, Result.BREACHED, reasons.DONE_LATE),
        (
            (entry("not-done", "warn", "ally", "2031-05-09T12:00:00Z"),),
            samples.LATER,
            Result.BREACHED,
            reasons.ESTABLISHED_NOT_DONE,
        ),
        (
            (entry("determination", "warn", "council", "2031-05-03T12:00:00Z"),),
            samples.LATER,
            Result.NOT_BREACHED,
            reasons.CLOCK_STOPPED,
        ),
        (
            (entry("release", "warn", NORTH, "2031-05-03T12:00:00Z"),),
            samples.LATER,
            Result.RELEASED,
            "the one to whom it is owed waived it",
        ),
        (
            (entry("suspension", "", "council", "2031-05-03T12:00:00Z"),),
            samples.LATER,
            Result.NOT_YET,
            reasons.SUSPENDED,
        ),
        (
            (
                entry(
                    "suspension",
                    "pact",
                    "council",
                    "2031-05-03T12:00:00Z",
                    covers=("2031-05-03T12:00:00Z", "2031-05-06T12:00:00Z"),
                ),
            ),
            samples.LATER,
            Result.UNDETERMINED,
            reasons.CLOCK_SUSPENDED,
        ),
        (
            (entry("determination", "own-attack", "council", "2031-05-03T12:00:00Z"),),
            samples.LATER,
            Result.VOID,
            reasons.VOIDED,
        ),
    ],
)
def test_what_must_be_done_within_a_time_of_the_event(
    register: tuple[RegisterEntry, ...], as_of: str, result: Result, because: str
):
    found = measured("warn", *register, as_of=as_of)
    assert (found.result, str(found.because)) == (result, because)


@pytest.mark.parametrize("by", ["own-attack", "release"])
def test_a_breach_before_the_waiver_or_the_voiding_stands(by: str):
    late = entry("done", "warn", "ally", "2031-05-09T12:00:00Z")
    kind, actor, subject = ("release", NORTH, "warn") if by == "release" else ("determination", "council", by)
    assert measured("warn", late, entry(kind, subject, actor, "2031-06-01T00:00:00Z")).result is Result.BREACHED


def test_a_clock_waits_for_its_stamp_and_a_clock_without_one_never_runs():
    waiting, never = measured("answer"), measured("plan")
    assert waiting.result is Result.NOT_YET
    assert str(waiting.because) == reasons.CLOCK_WAITING.format(stamp="notice")
    assert (never.result, str(never.because)) == (Result.UNDETERMINED, reasons.CLOCK_NEVER_RUNS)
    assert [case.clock.state for case in (*waiting.cases, *never.cases) if case.clock] == [
        ClockState.WAITING,
        ClockState.NEVER,
    ]
    answered = entry("done", "answer", "ally", "2031-05-03T09:00:00Z")
    assert measured("answer", NOTICE).result is Result.UNDETERMINED
    assert measured("answer", NOTICE, answered).result is Result.COMPLIED
    assert measured("plan", entry("done", "plan", "ally", "2031-05-03T09:00:00Z")).result is Result.COMPLIED


def test_nobody_is_late_for_a_time_that_was_over_before_the_trigger_was_met():
    slow = [samples.shot(f"2031-05-{day:02}T{hour}:00:00Z") for day in (1, 9) for hour in (10, 11, 12)]
    late = entry("done", "warn", "ally", "2031-05-10T12:00:00Z")
    found = measured("warn", late, incidents=slow)
    assert (found.result, str(found.because)) == (Result.UNDETERMINED, reasons.CLOCK_BEFORE_TRIGGER)


@pytest.mark.parametrize(
    ("register", "incidents", "result"),
    [
        ((), (), Result.NOT_YET),
        ((), ATTACK, Result.DISCRETION_UNUSED),
        (
            (entry("response", "means", "ally", "2031-05-03T00:00:00Z", option="intelligence"),),
            ATTACK,
            Result.NOT_BREACHED,
        ),
        (
            (entry("response", "means", "ally", "2031-05-03T00:00:00Z", option="song"),),
            ATTACK,
            Result.DISCRETION_UNUSED,
        ),
        ((entry("not-done", "means", "ally", "2031-05-30T00:00:00Z"),), ATTACK, Result.DISCRETION_UNUSED),
    ],
)
def test_an_option_is_used_or_left_unused(
    register: tuple[RegisterEntry, ...], incidents: tuple[dict[str, Any], ...], result: Result
):
    found = measured("means", *register, incidents=incidents)
    assert found.result is result
    assert len(found.outside) == sum(one.option == "song" for one in register)


@pytest.mark.parametrize(
    ("register", "status", "changed", "because"),
    [
        (
            (),
            "signed",
            (),
            "the moment is told from an event that has not come about as far as is known: ceasefire-in-force",
        ),
        ((BEGUN,), "announced", (), "the instrument was announced only and binds nobody yet"),
        ((BEGUN,), "signed", (("type: guarantee", "type: draft"),), "the instrument is a draft and binds nobody"),
        ((BEGUN,), "signed", (("status: [", "signed_by: [friend], status: ["),), reasons.NOT_SIGNED),
    ],
)
def test_a_guarantee_that_does_not_hold_obliges_nobody(
    register: tuple[RegisterEntry, ...], status: str, changed: tuple[tuple[str, str], ...], because: str
):
    text = samples.agreement(MEASURED, status=status, changed=changed)
    standing = only(guaranteed(text, register, ATTACK))
    assert standing.holding.window is None
    assert {(one.result, str(one.because)) for one in standing.duties} == {(Result.NOT_YET, because)}


def test_a_guarantee_whose_text_is_suspended_obliges_nobody_meanwhile():
    standing = only(guaranteed(samples.agreement(MEASURED, status="suspended"), (BEGUN,), ATTACK))
    assert {(one.result, str(one.because)) for one in standing.duties} == {
        (Result.NOT_YET, reasons.SUSPENDED_INSTRUMENT)
    }


def test_the_six_stamps_are_kept_apart_each_with_what_gave_it():
    register = (
        BEGUN,
        entry("event", "renewed-attack/detection", "council", "2031-05-01T11:00:00Z", key="d"),
        entry("notice", "renewed-attack", NORTH, "2031-05-02T10:00:00Z", to=("ally",), key="n"),
        entry("acknowledgement", "renewed-attack", "ally", "2031-05-02T11:00:00Z", key="a"),
        entry("response", "means", "ally", "2031-05-04T11:00:00Z", key="r"),
    )
    standing = only(guaranteed(samples.agreement(MEASURED), register, ATTACK))
    given = {one.stamp: one.given for one in standing.stamps}
    assert list(given) == list(Stamp)
    event = given[Stamp.EVENT]
    assert event is not None
    assert (event.at, event.by) == (parse_moment("2031-05-01T10:00:00Z"), f"incident:{ATTACK[0]['id']:016x}")
    named = [given[stamp] for stamp in (Stamp.DETECTION, Stamp.NOTICE, Stamp.ACKNOWLEDGEMENT, Stamp.REMEDY)]
    assert [one.by for one in named if one] == ["register:d", "register:n", "register:a", "register:r"]
    assert given[Stamp.FINDING] is None


def test_every_finding_has_eleven_steps_and_says_listed_sentences_only():
    found = guaranteed(samples.agreement(MEASURED + COUNCIL + CONSULTING), (BEGUN, ASKED, NOTICE, WARNED), ATTACK)
    assert [one.id for one in found.findings][:2] == [
        "renewed-attack/warn/party-north/ally/plain",
        "renewed-attack/answer/party-north/ally/plain",
    ]
    assert len(found.findings) == 4 + 4 + 2
    for finding in found.findings:
        said = [finding.because, *finding.would_change, *(step.outcome for step in finding.trace)]
        assert {one.template for one in said} <= set(ALL_REASONS)
        assert [step.title for step in finding.trace] == list(STEP_TITLES)
        assert all(map(str, said))


def test_a_reservation_in_the_register_stands_beside_that_in_the_text():
    reserved = entry("reservation", "renewed-attack", "ally", "2031-05-04T11:00:00Z", standing="claimed", key="x")
    standing = only(guaranteed(samples.agreement(MEASURED), (BEGUN, reserved)))
    assert [one.text for one in standing.reservations] == ["needs a vote of parliament"]
    assert standing.reserved_since == ("register:x",)


def test_an_instrument_that_ended_is_set_off_by_nothing_later():
    ended = "status: [{step: signed, date: 2031-01-10, source: text}, {step: ended, date: 2031-04-01, source: text}]"
    text = samples.agreement(MEASURED, changed=[("status: [{step: signed, date: 2031-01-10, source: text}]", ended)])
    standing = only(guaranteed(text, (BEGUN,), ATTACK))
    assert standing.holding.window == Interval(
        parse_moment("2031-03-01T00:00:00Z"), parse_moment("2031-04-01T00:00:00Z")
    )
    assert standing.trigger.state is TriggerState.NOT_MET
