"""What is due, running, overdue, done or waived at a moment: every obligation, and every clock of a guarantee.

One entry for each obligation, party and reading, and for each occasion on which a guarantor must do something. Nothing
is left out: what has no deadline is listed without one, after all that has. An option of a guarantee is no obligation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from truceline.agreements.binding import Binding
from truceline.agreements.duties import DutyQuestion, judged_days, surely_done
from truceline.agreements.guarantees.duties import MUST
from truceline.agreements.guarantees.evaluation import duty_norm
from truceline.agreements.guarantees.standing import (
    ClockState,
    DutyCase,
    DutyStanding,
    Guaranteed,
    GuaranteeStanding,
)
from truceline.agreements.one_reading import UnderReading
from truceline.agreements.performed import performance
from truceline.agreements.register import subjects
from truceline.model import Agreement, Because, Finding, Interval, Mode, Norm, NormKind, Result, midnight

DUE_WITHIN = timedelta(hours=24)
"""What has less time left than this is due, and not merely running."""


class DueState(StrEnum):
    """How an obligation stands at a moment."""

    OVERDUE = "overdue"
    """Its deadline has passed, and nobody recorded enough. Silence proves nothing: it is no breach."""
    OPEN = "open"
    """Its deadline has passed, and nobody can say if it ran: it slept then, or bound nobody yet. Nobody is late."""
    UNRECORDED = "unrecorded"
    """It had no deadline; its window is over, and nobody recorded enough. Nobody is late."""
    DUE = "due"
    """It runs, with at most 24 hours left."""
    RUNNING = "running"
    NO_DEADLINE = "no-deadline"
    """It binds, the text names no deadline or what starts its clock, and it is not done as far as is recorded."""
    WAITING = "waiting"
    """It does not bind yet."""
    DONE = "done"
    FAILED = "failed"
    """Established not to have been done, or done too late: a breach."""
    STOPPED = "stopped"
    WAIVED = "waived"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Days:
    """Of a duty of every day, the days that are over: kept, missed (somebody established it), and unknown."""

    kept: int
    missed: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Due:
    """One obligation of one party, or of one guarantor to one beneficiary on one occasion, under one reading.

    ``left_s`` is the time left at the moment, negative when it is over, ``None`` without a deadline or once it is
    settled. ``waits_for`` names norms that come first. ``done``, ``needed`` and ``claimed`` are what the register says.
    """

    norm: str
    party: str
    owed_to: str
    reading: str
    clause: str
    act: str
    state: DueState
    result: Result
    because: Because
    starts: datetime | None = None
    deadline: datetime | None = None
    left_s: float | None = None
    request: str = ""
    waits_for: tuple[str, ...] = ()
    needed: int = 1
    done: int = 0
    claimed: int = 0
    days: Days | None = None


_OPEN = (DueState.OVERDUE, DueState.DUE, DueState.RUNNING)
_OF_RESULT = {
    Result.RELEASED: DueState.WAIVED,
    Result.VOID: DueState.VOID,
    Result.COMPLIED: DueState.DONE,
    Result.BREACHED: DueState.FAILED,
    Result.NOT_BREACHED: DueState.STOPPED,
}


def obligations(
    agreement: Agreement, by_reading: Mapping[str, UnderReading], guaranteed: Guaranteed, as_of: datetime
) -> tuple[Due, ...]:
    """Every obligation at a moment, the earliest deadline first, those without one last."""
    found = [
        _of_norm(by_reading[reading.id], norm.id, party)
        for norm in agreement.norms
        for party, reading in agreement.held(norm)
        if norm.kind is NormKind.OBLIGE and by_reading[reading.id].holds(norm.id, party)
    ]
    for standing in guaranteed.standings:
        for duty in standing.duties:
            found += _of_duty(standing, duty) if duty.mode == MUST else []
    timed = [_with_time_left(due, as_of) for due in found]
    return tuple(sorted(timed, key=lambda due: (due.deadline is None, due.deadline or as_of)))


def _with_time_left(due: Due, as_of: datetime) -> Due:
    """With the time left, and due where that is little."""
    if due.deadline is None or due.state not in _OPEN:
        return due
    left = due.deadline - as_of
    near = due.state is DueState.RUNNING and left <= DUE_WITHIN
    return replace(due, left_s=left.total_seconds(), state=DueState.DUE if near else due.state)


def _of_norm(under: UnderReading, norm_id: str, party: str) -> Due:
    """An obligation of the text."""
    norm, finding = under.norms[norm_id], under.finding(norm_id, party)
    binding = under.binding(norm, party)
    register = performance(under.register, subjects(norm.id, norm.instrument), party)
    due = Due(
        norm=norm.id,
        party=party,
        owed_to="",
        reading=finding.reading,
        clause=norm.clause,
        act=norm.act,
        state=_state(finding, binding, under.parameters.as_of),
        result=finding.result,
        because=finding.because,
        claimed=len(register.claimed),
        waits_for=_waits_for(under, norm),
    )
    if binding.window is None:
        waiting = due.state is DueState.WAITING and norm.mode is not Mode.MAINTENANCE
        return replace(due, deadline=under.binder.moments.when(norm.until)) if waiting else due
    duty = DutyQuestion(norm, binding, binding.window, register, under.parameters.as_of, under.zone)
    due = replace(due, starts=binding.window.start, deadline=binding.deadline, needed=duty.needed)
    if norm.count is not None and norm.count.per == "day":
        return _of_every_day(due, duty)
    due = replace(due, done=register.amount(binding.deadline))
    return replace(due, state=_when_open(due, norm, binding, duty)) if due.state is DueState.RUNNING else due


def _state(finding: Finding, binding: Binding, as_of: datetime) -> DueState:
    """What the finding says of it; running where it leaves that open."""
    bound = binding.window is not None and binding.window.start <= as_of
    return _OF_RESULT.get(finding.result, DueState.RUNNING if bound else DueState.WAITING)


def _waits_for(under: UnderReading, norm: Norm) -> tuple[str, ...]:
    """The norms before it that not everybody has achieved, early or late: as the evaluation has it."""
    return tuple(one for one in norm.after if under.achieved(one) is None)


def _when_open(due: Due, norm: Norm, binding: Binding, duty: DutyQuestion) -> DueState:
    """An obligation that binds and is not settled."""
    ended = binding.window is not None and binding.window.end <= duty.as_of
    if norm.mode is Mode.MAINTENANCE:
        return DueState.UNRECORDED if ended else DueState.RUNNING
    if due.done >= duty.needed and surely_done(duty) is not None:  # and, where it is to last, to be kept up since
        return DueState.DONE
    if binding.deadline is None:
        return DueState.UNRECORDED if ended else DueState.NO_DEADLINE
    if not duty.over:
        return DueState.RUNNING
    return DueState.OVERDUE if binding.deadline_open is None else DueState.OPEN


def _of_every_day(due: Due, duty: DutyQuestion) -> Due:
    """A duty of every local day: the days that are over, and the end of the one that runs."""
    judged = judged_days(duty)
    kept, missed = len(judged.kept), len(judged.broken)
    tally = Days(kept, missed, len(judged.days) - kept - missed)
    running = duty.window.start <= duty.as_of < duty.window.end
    if not running:
        over = due.state is DueState.RUNNING and duty.window.end <= duty.as_of
        return replace(due, days=tally, state=DueState.UNRECORDED if over else due.state)
    today = duty.as_of.astimezone(duty.zone).date()
    begin = max(midnight(today, duty.zone), duty.window.start)
    end = min(midnight(today + timedelta(days=1), duty.zone), duty.window.end)
    done = duty.performance.amount(within=Interval(begin, end))
    return replace(due, days=tally, done=done, deadline=end, state=_today(due, duty, done))


def _today(due: Due, duty: DutyQuestion, done: int) -> DueState:
    """The running day is done or still to be done, whatever became of the days before."""
    if due.state not in (DueState.RUNNING, DueState.FAILED):
        return due.state
    return DueState.DONE if done >= duty.needed and not duty.number_open else DueState.RUNNING


def _of_duty(standing: GuaranteeStanding, duty: DutyStanding) -> list[Due]:
    """What a guarantor must do: an entry for each occasion, or one that says why there is none."""
    plain = Due(
        norm=duty_norm(standing.guarantee, duty.id, standing.beneficiary),
        party=standing.guarantor,
        owed_to=standing.beneficiary,
        reading=standing.reading,
        clause=duty.clause,
        act=duty.id,
        state=_OF_RESULT.get(duty.result, DueState.WAITING),
        result=duty.result,
        because=duty.because,
    )
    if not duty.cases or duty.result in (Result.RELEASED, Result.VOID):
        return [plain]
    return [_of_case(plain, case) for case in duty.cases]


def _of_case(plain: Due, case: DutyCase) -> Due:
    clock = case.clock
    state = DueState.NO_DEADLINE
    if clock is not None:
        state = {
            ClockState.WAITING: DueState.WAITING,
            ClockState.RUNNING: DueState.RUNNING,
            ClockState.OVER: DueState.OVERDUE,
        }.get(clock.state, DueState.NO_DEADLINE)
    return replace(
        plain,
        state=_OF_RESULT.get(case.result, state),
        result=case.result,
        because=case.because,
        starts=clock.started.at if clock is not None and clock.started is not None else None,
        deadline=clock.deadline if clock is not None else None,
        request=case.request,
        done=int(case.done is not None),
    )
