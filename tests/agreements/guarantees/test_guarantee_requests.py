"""What a guarantor owes on request: who may ask, what starts and stops the clock of each request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import guarantee_samples as samples
import pytest
from guarantee_samples import ASKED, CONSULTING, NORTH, SOUTH, duty, entry, guaranteed, only

from truceline.agreements.guarantees import reasons
from truceline.agreements.guarantees.standing import ClockState, DutyStanding
from truceline.model import RegisterEntry, Result


@pytest.mark.parametrize(
    ("register", "as_of", "result", "because"),
    [
        ((), samples.LATER, Result.NOT_YET, reasons.NOBODY_ASKED),
        ((ASKED,), "2031-05-01T20:00:00Z", Result.NOT_YET, reasons.CLOCK_RUNNING),
        ((ASKED,), samples.LATER, Result.UNDETERMINED, reasons.OVERDUE_SILENT),
        (
            (ASKED, entry("done", "consult", SOUTH, "2031-05-02T09:59:00Z")),
            samples.LATER,
            Result.COMPLIED,
            reasons.DONE_IN_TIME,
        ),
        (
            (ASKED, entry("done", "consult", SOUTH, "2031-05-02T10:01:00Z")),
            samples.LATER,
            Result.BREACHED,
            reasons.DONE_LATE,
        ),
        (
            (ASKED, entry("not-done", "consult", SOUTH, "2031-05-03T10:00:00Z")),
            samples.LATER,
            Result.BREACHED,
            reasons.ESTABLISHED_NOT_DONE,
        ),
        (
            (ASKED, entry("not-done", "consult", SOUTH, "2031-05-02T08:00:00Z")),
            samples.LATER,
            Result.UNDETERMINED,
            reasons.OVERDUE_SILENT,
        ),
        (
            (ASKED, entry("done", "consult", SOUTH, "2031-05-02T00:00:00Z", until="2031-05-03T00:00:00Z")),
            samples.LATER,
            Result.UNDETERMINED,
            reasons.DONE_ABOUT_THE_END,
        ),
        (
            (ASKED, entry("done", "consult", SOUTH, "2031-05-02T08:00:00Z", standing="claimed")),
            samples.LATER,
            Result.UNDETERMINED,
            reasons.DONE_CLAIMED.format(claimed=1),
        ),
        (
            (entry("request", "consult", NORTH, "2031-05-01T10:00:00Z", standing="claimed"),),
            samples.LATER,
            Result.NOT_YET,
            reasons.REQUEST_CLAIMED.format(claimed=1),
        ),
        (
            (
                ASKED,
                entry("done", "consult", SOUTH, "2031-05-02T08:00:00Z"),
                entry("not-done", "consult", SOUTH, "2031-05-05T10:00:00Z"),
            ),
            samples.LATER,
            Result.UNDETERMINED,
            reasons.DONE_CONTRADICTED,
        ),
    ],
)
def test_a_consultation_on_request(register: tuple[RegisterEntry, ...], as_of: str, result: Result, because: str):
    found = guaranteed(samples.agreement(CONSULTING), register, as_of=as_of)
    asked, other = duty(only(found, SOUTH, NORTH), "consult"), duty(only(found, NORTH, SOUTH), "consult")
    assert (asked.result, str(asked.because)) == (result, because)
    assert other.result is Result.NOT_YET
    assert str(other.because) == reasons.NOBODY_ASKED


def test_every_request_has_a_clock_of_its_own_and_the_gravest_speaks():
    again = entry("request", "support", NORTH, "2031-06-01T10:00:00Z")
    in_time = entry("done", "consult", SOUTH, "2031-05-01T12:00:00Z")
    late = entry("done", "consult", SOUTH, "2031-06-03T10:00:00Z")
    found = duty(
        only(guaranteed(samples.agreement(CONSULTING), (ASKED, again, in_time, late)), SOUTH, NORTH), "consult"
    )
    assert [case.result for case in found.cases] == [Result.COMPLIED, Result.BREACHED]
    assert found.result is Result.BREACHED
    assert [case.clock.state for case in found.cases if case.clock] == [ClockState.DONE, ClockState.OVER]


def test_nobody_asks_for_himself_and_a_request_to_somebody_else_starts_nothing():
    own = entry("request", "consult", SOUTH, "2031-05-01T10:00:00Z")
    elsewhere = entry("request", "consult", NORTH, "2031-05-01T10:00:00Z", to=("ally",))
    found = guaranteed(samples.agreement(CONSULTING), (own, elsewhere))
    assert duty(only(found, SOUTH, NORTH), "consult").cases == ()


def test_a_clock_is_stopped_by_one_who_may_and_by_nobody_else():
    stopping = "stopped_by: [request], may_stop: [party-north, party-south]"
    text = samples.agreement(CONSULTING, changed=[(stopping, "stopped_by: [release], may_stop: [council]")])
    by_council = entry("release", "consult", "council", "2031-05-01T20:00:00Z")
    by_ally = entry("release", "consult", "ally", "2031-05-01T19:00:00Z")
    stopped = duty(only(guaranteed(text, (ASKED, by_council, by_ally)), SOUTH, NORTH), "consult")
    (case,) = stopped.cases
    assert (stopped.result, str(stopped.because)) == (Result.NOT_BREACHED, reasons.CLOCK_STOPPED)
    assert case.clock is not None
    assert (case.clock.state, case.clock.stopped_by) == (ClockState.STOPPED, "council")
    assert case.clock.refused == (f"register:{by_ally.key}",)
    alone = duty(only(guaranteed(text, (ASKED, by_ally)), SOUTH, NORTH), "consult")
    assert alone.result is Result.UNDETERMINED


EVENT_CLOCK = ("clock: {starts: notice, within: PT24H", "clock: {starts: event, within: PT24H")


ACKNOWLEDGED = (
    ("starts: notice", "starts: acknowledgement"),
    ("]}\n    clause: c2\n", "]}\n      - {id: send, mode: must, on_request: true, clause: c2}\n    clause: c2\n"),
)


@pytest.mark.parametrize("more", [(), ("done",), ("not-done",)], ids=["silent", "done", "not-done"])
def test_nobody_is_late_for_a_time_that_was_over_before_anybody_asked(more: tuple[str, ...]):
    event = entry("event", "support", "council", "2031-04-02T10:00:00Z")
    after = [entry(kind, "support/consult", SOUTH, "2031-05-01T11:00:00Z") for kind in more]
    found = only(guaranteed(samples.agreement(CONSULTING, changed=[EVENT_CLOCK]), [event, ASKED, *after]), SOUTH)
    (case,) = duty(found, "consult").cases
    assert (case.result, str(case.because)) == (Result.UNDETERMINED, reasons.CLOCK_BEFORE_REQUEST)


@pytest.mark.parametrize(
    ("subject", "to", "state"),
    [
        ("support/send", NORTH, ClockState.WAITING),
        ("support/consult", SOUTH, ClockState.WAITING),
        ("support/consult", NORTH, ClockState.OVER),
        ("support", NORTH, ClockState.OVER),
    ],
)
def test_an_acknowledgement_starts_the_clock_of_what_it_acknowledges(subject: str, to: str, state: ClockState):
    said = entry("acknowledgement", subject, SOUTH, "2031-05-01T11:00:00Z", to=(to,))
    text = samples.agreement(CONSULTING, changed=ACKNOWLEDGED)
    (case,) = duty(only(guaranteed(text, [ASKED, said]), SOUTH), "consult").cases
    assert case.clock is not None
    assert case.clock.state is state


# whose word, and which request


STOPPED = (
    "stopped_by: [request], may_stop: [party-north, party-south]",
    "stopped_by: [release], may_stop: [council]",
)
"""No second request stops the clock of the first."""


def consulted(*register: RegisterEntry) -> DutyStanding:
    return duty(only(guaranteed(samples.agreement(CONSULTING, changed=[STOPPED]), register), SOUTH, NORTH), "consult")


def test_a_request_on_the_word_of_the_one_who_asks_is_only_claimed():
    asked = entry("request", "support/consult", NORTH, "2031-05-01T10:00:00Z", said_by=NORTH)
    failed_to = entry("not-done", "support/consult", SOUTH, "2031-05-09T10:00:00Z")
    assert consulted(asked, failed_to).result is Result.NOT_YET
    heard = entry("request", "support/consult", NORTH, "2031-05-01T10:00:00Z", said_by=SOUTH)
    assert consulted(heard, failed_to).result is Result.BREACHED


def asked_at(*moments: str) -> list[RegisterEntry]:
    return [entry("request", "support/consult", NORTH, moment) for moment in moments]


def met(at: str, **more: Any) -> RegisterEntry:  # noqa: ANN401
    return entry("done", "consult", SOUTH, at, **more)


def not_met(at: str, *covers: str) -> RegisterEntry:
    return entry("not-done", "consult", SOUTH, at, **({"covers": covers} if covers else {}))


TWICE = ("2031-05-03T00:00:00Z", "2031-05-13T00:00:00Z")


@pytest.mark.parametrize(
    ("moments", "register", "results"),
    [
        (TWICE, (met("2031-05-13T12:00:00Z"),), (Result.UNDETERMINED, Result.COMPLIED)),
        (TWICE, (met("2031-05-03T12:00:00Z"), met("2031-05-15T12:00:00Z")), (Result.COMPLIED, Result.BREACHED)),
        (TWICE, (met("2031-05-08T12:00:00Z"), met("2031-05-13T12:00:00Z")), (Result.BREACHED, Result.COMPLIED)),
        (
            TWICE,
            (
                met("2031-05-03T12:00:00Z"),
                met("2031-05-13T05:00:00Z"),
                not_met("2031-05-20T00:00:00Z", "2031-05-19T00:00:00Z", "2031-05-20T00:00:00Z"),
            ),
            (Result.COMPLIED, Result.COMPLIED),
        ),
        (TWICE, (not_met("2031-05-20T00:00:00Z"),), (Result.UNDETERMINED, Result.BREACHED)),
        (TWICE, (not_met("2031-05-08T00:00:00Z"),), (Result.BREACHED, Result.UNDETERMINED)),
        (
            TWICE,
            (not_met("2031-05-20T00:00:00Z", "2031-05-03T00:00:00Z", "2031-05-04T00:00:00Z"),),
            (Result.BREACHED, Result.UNDETERMINED),
        ),
        # asked again while the first clock runs: which of the two was answered nobody recorded
        (
            ("2031-05-03T00:00:00Z", "2031-05-03T12:00:00Z"),
            (met("2031-05-03T13:00:00Z"),),
            (Result.UNDETERMINED, Result.COMPLIED),
        ),
        # done at a moment that may lie before the request
        (
            ("2031-05-03T12:00:00Z",),
            (met("2031-05-01T00:00:00Z", until="2031-05-03T13:00:00Z"),),
            (Result.UNDETERMINED,),
        ),
        (
            ("2031-05-03T12:00:00Z",),
            (met("2031-05-03T11:00:00Z", until="2031-05-03T13:00:00Z"), not_met("2031-05-05T00:00:00Z")),
            (Result.UNDETERMINED,),
        ),
        # done at the last moment, and established not to have been done until then
        (
            ("2031-05-03T12:00:00Z",),
            (
                met("2031-05-04T12:00:00Z"),
                not_met("2031-05-05T00:00:00Z", "2031-05-03T12:00:00Z", "2031-05-04T12:00:00Z"),
            ),
            (Result.COMPLIED,),
        ),
    ],
)
def test_a_deed_belongs_to_the_latest_request_before_it(
    moments: Sequence[str], register: Sequence[RegisterEntry], results: tuple[Result, ...]
):
    assert tuple(case.result for case in consulted(*asked_at(*moments), *register).cases) == results


def test_what_was_asked_for_while_it_was_suspended_accuses_nobody():
    covers = ("2031-05-01T00:00:00Z", "2031-05-01T20:00:00Z")
    asleep = entry("suspension", "support", "council", covers[0], covers=covers)
    asked = asked_at("2031-05-01T10:00:00Z")
    found = consulted(asleep, *asked, not_met("2031-05-09T00:00:00Z"))
    assert (found.result, str(found.because)) == (Result.UNDETERMINED, reasons.ASKED_SUSPENDED)


@pytest.mark.parametrize("asker", [NORTH, SOUTH])
def test_a_request_and_a_meeting_told_of_twice_are_one_each(asker: str):
    other = SOUTH if asker == NORTH else NORTH
    asked = [
        entry("request", "consult", asker, "2031-05-01T10:00:00Z", to=(other,), key="a"),
        entry("request", "consult", asker, "2031-05-01T12:00:00Z", to=(other,), key="b", repeats="a"),
    ]
    met_twice = [
        entry("done", "consult", other, "2031-05-02T11:00:00Z", key="c"),
        entry("done", "support/consult", other, "2031-05-02T11:00:00Z", key="d", repeats="c"),
    ]

    def cases(*register: RegisterEntry) -> tuple[Result, ...]:
        text = samples.agreement(CONSULTING)
        return tuple(case.result for case in duty(only(guaranteed(text, register), other, asker), "consult").cases)

    apart = replace(asked[1], repeats="")
    assert len(cases(asked[0], apart)) == 2
    assert cases(*asked) == (Result.UNDETERMINED,)
    assert cases(*asked, *met_twice) == (Result.COMPLIED,)
    assert cases(asked[0], *met_twice) == (Result.BREACHED,)  # of a request surely made at ten, not until noon
