"""What became of each duty of a guarantor: an option nobody used is no breach, and silence proves nothing.

A duty that must be done is breached only when its time is over and it is established not to have been done, or was
verifiably done too late. Nobody is late for a time that was over before the trigger was found to be met or before
anybody asked, or that came after the guarantee had ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from truceline.agreements import reasons as common
from truceline.agreements.guarantees import reasons
from truceline.agreements.guarantees.clocks import clock_standing
from truceline.agreements.guarantees.occasions import Occasion, on_request, set_off
from truceline.agreements.guarantees.performing import Record, record_of
from truceline.agreements.guarantees.relation import Relation, first, given, named, told_to
from truceline.agreements.guarantees.standing import (
    ClockStanding,
    ClockState,
    DutyCase,
    DutyStanding,
    Given,
    Holding,
    StampStanding,
    State,
    TriggerStanding,
    TriggerState,
)
from truceline.agreements.register import surely_by
from truceline.model import Because, Duty, RegisterEntry, RegisterKind, Result, Stamp

MUST = "must"
_GRAVEST_FIRST = (
    Result.BREACHED,
    Result.UNDETERMINED,
    Result.NOT_YET,
    Result.COMPLIED,
    Result.NOT_BREACHED,
    Result.DISCRETION_UNUSED,
)
Concluded = tuple[Result, Because, tuple[Because, ...]]


@dataclass(frozen=True)
class DutyAsked:
    """One duty, with how the guarantee, its trigger and its time stamps stand."""

    relation: Relation
    duty: Duty
    holding: Holding
    trigger: TriggerStanding
    stamps: tuple[StampStanding, ...]

    def stamp(self, stamp: Stamp) -> Given | None:
        """What gives a time stamp."""
        return next(one.given for one in self.stamps if one.stamp is stamp)


def duty_standing(asked: DutyAsked) -> DutyStanding:
    """How one duty stands."""
    duty = asked.duty
    record = record_of(asked.relation, duty, asked.holding)
    cases = _cases(asked, record)
    result, because, changes = _ended(asked, record, cases, _over_all(asked, record, cases))
    return DutyStanding(
        id=duty.id,
        mode=duty.mode,
        clause=duty.clause,
        on_request=duty.on_request,
        result=result,
        because=because,
        would_change=changes,
        cases=cases,
        options=duty.options,
        used=record.used(asked.relation.as_of),
        outside=tuple(map(named, record.outside)),
        clock=None if duty.clock is None else clock_standing(asked.relation, duty, duty.clock, None, None),
    )


def _said(result: Result, because: str | Because, *changes: str) -> Concluded:
    reason = Because(because) if isinstance(because, str) else because
    return result, reason, tuple(Because(change) for change in dict.fromkeys(changes))


def _cases(asked: DutyAsked, record: Record) -> tuple[DutyCase, ...]:
    """The occasions on which the duty is owed: every request, or the trigger."""
    if asked.holding.window is None:
        return ()
    if asked.duty.on_request:
        asked_for = (on_request(record, place, asked.relation.as_of) for place in range(len(record.requests)))
        return tuple(_case(asked, occasion) for occasion in asked_for)
    if not asked.trigger.owed:
        return ()
    event = asked.stamp(Stamp.EVENT)
    return (_case(asked, set_off(record, event.at if event is not None else None, asked.relation.as_of)),)


def _case(asked: DutyAsked, occasion: Occasion) -> DutyCase:
    request, done, clock = occasion.request, occasion.done, asked.duty.clock
    started = None if clock is None or clock.starts is None else _started(asked, clock.starts, request)
    first_done = given(done[0]) if done else None
    standing = clock_standing(asked.relation, asked.duty, clock, started, first_done) if clock is not None else None
    refuting = occasion.refuting(None if standing is None else standing.deadline)
    entries = dict.fromkeys((*((request,) if request is not None else ()), *done, *refuting))
    return DutyCase(
        named(request) if request is not None else "",
        *_concluded(asked, occasion, standing),
        standing,
        first_done,
        tuple(map(named, entries)),
    )


def _concluded(asked: DutyAsked, occasion: Occasion, clock: ClockStanding | None) -> Concluded:
    """What one occasion comes to."""
    if asked.duty.mode != MUST:
        return _of_may(occasion.done if asked.duty.on_request else occasion.record.known(asked.relation.as_of))
    request = occasion.request
    if request is not None and any(span.contains(surely_by(request)) for span in asked.holding.asleep):
        return _said(Result.UNDETERMINED, reasons.ASKED_SUSPENDED, reasons.CHANGE_REQUEST)
    if request is not None and _over_before(clock, surely_by(request)):
        return _said(Result.UNDETERMINED, reasons.CLOCK_BEFORE_REQUEST, reasons.CHANGE_CLOCK, common.CHANGE_VERIFIED)
    return _of_must(asked, occasion, clock)


def _started(asked: DutyAsked, stamp: Stamp, request: RegisterEntry | None) -> Given | None:
    """What starts the clock. A request is the notice of what it asks for; it is acknowledged after it."""
    if request is None:
        return asked.stamp(stamp)
    if stamp is Stamp.NOTICE:
        return given(request)
    found = asked.stamp(stamp)
    if stamp is Stamp.ACKNOWLEDGEMENT:
        return _acknowledged(asked, request)
    return found


def _acknowledged(asked: DutyAsked, request: RegisterEntry) -> Given | None:
    """The guarantor's acknowledgement of that request: of the guarantee or of this duty, and not of another duty."""
    relation = asked.relation
    names = (*relation.itself, *relation.part(asked.duty.id))
    entries = relation.entries(RegisterKind.ACKNOWLEDGEMENT, names, by=relation.guarantor)
    return first(
        entry for entry in entries if surely_by(entry) >= surely_by(request) and told_to(entry, relation.beneficiary)
    )


def _over_before(clock: ClockStanding | None, moment: datetime) -> bool:
    """Whether the time of a clock was over by a moment, as when it starts at an event long before the request."""
    return clock is not None and clock.deadline is not None and clock.deadline <= moment


def _of_may(done: Sequence[RegisterEntry]) -> Concluded:
    if done:
        used = Because(reasons.OPTION_USED, (("used", len(done)),))
        return _said(Result.NOT_BREACHED, used, common.CHANGE_ENTRY)
    return _said(Result.DISCRETION_UNUSED, reasons.OPTION_UNUSED, common.CHANGE_USED)


def _of_must(asked: DutyAsked, occasion: Occasion, clock: ClockStanding | None) -> Concluded:
    """What must be done, on one occasion."""
    state = clock.state if clock is not None else None
    if clock is None or state in (ClockState.NEVER, ClockState.WAITING):
        return _without_limit(occasion, clock)
    if state is ClockState.DONE:
        return _done(occasion, clock.deadline, reasons.DONE_IN_TIME)
    if state is ClockState.STOPPED:
        return _said(Result.NOT_BREACHED, reasons.CLOCK_STOPPED, common.CHANGE_ENTRY)
    if _after_the_end(asked, clock):
        return _said(Result.UNDETERMINED, reasons.CLOCK_AFTER_END, common.CHANGE_TEXT)
    if state is ClockState.RUNNING:
        return _said(Result.NOT_YET, reasons.CLOCK_RUNNING, common.CHANGE_VERIFIED, reasons.CHANGE_TIME_OVER)
    return _when_over(asked, occasion, clock)


def _after_the_end(asked: DutyAsked, clock: ClockStanding) -> bool:
    """Whether the guarantee had ended before its time was over: then nobody was late."""
    window = asked.holding.window
    ended = window is not None and window.end <= asked.relation.as_of
    return ended and window is not None and clock.deadline is not None and clock.deadline > window.end


def _done(occasion: Occasion, deadline: datetime | None, why: str) -> Concluded:
    """It was done; open where somebody established the contrary of a time after that."""
    if occasion.contradicting(surely_by(occasion.done[0]), deadline):
        return _said(Result.UNDETERMINED, reasons.DONE_CONTRADICTED, common.CHANGE_ENTRY)
    return _said(Result.COMPLIED, why, common.CHANGE_ENTRY)


def _without_limit(occasion: Occasion, clock: ClockStanding | None) -> Concluded:
    if occasion.done:
        return _done(occasion, None, reasons.DONE_NO_LIMIT)
    if clock is not None and clock.state is ClockState.WAITING and clock.starts is not None:
        waiting = Because(reasons.CLOCK_WAITING, (("stamp", clock.starts.value),))
        return _said(Result.NOT_YET, waiting, reasons.CHANGE_STAMP, common.CHANGE_VERIFIED)
    if occasion.perhaps or occasion.before:
        return _unsure()
    if occasion.record.claimed:
        return _said(Result.UNDETERMINED, _claimed(occasion.record), common.CHANGE_VERIFIED, reasons.CHANGE_CLOCK)
    why = reasons.NO_LIMIT if clock is None else reasons.CLOCK_NEVER_RUNS
    return _said(Result.UNDETERMINED, why, common.CHANGE_VERIFIED, reasons.CHANGE_CLOCK)


def _claimed(record: Record) -> Because:
    return Because(reasons.DONE_CLAIMED, (("claimed", len(record.claimed)),))


def _unsure() -> Concluded:
    return _said(Result.UNDETERMINED, reasons.DONE_UNSURE, common.CHANGE_ENTRY, common.CHANGE_VERIFIED)


def _when_over(asked: DutyAsked, occasion: Occasion, clock: ClockStanding) -> Concluded:
    """Its time is over and nothing was surely done in it."""
    deadline = clock.deadline
    if deadline is None or any(span.contains(deadline) for span in asked.holding.asleep):
        return _said(Result.UNDETERMINED, reasons.CLOCK_SUSPENDED, common.CHANGE_VERIFIED)
    since = asked.trigger.since
    if not asked.duty.on_request and (since is None or since > deadline):
        return _said(Result.UNDETERMINED, reasons.CLOCK_BEFORE_TRIGGER, reasons.CHANGE_CLOCK, common.CHANGE_VERIFIED)
    if any(entry.time.start <= deadline for entry in occasion.done):
        return _said(Result.UNDETERMINED, reasons.DONE_ABOUT_THE_END, common.CHANGE_ENTRY)
    if any(entry.time.start <= deadline for entry in occasion.perhaps):
        return _unsure()
    broken = _broken(occasion, deadline)
    if broken is not None and _perhaps_ended(asked, occasion.record, clock, deadline):
        return _said(Result.UNDETERMINED, reasons.ENDED_ABOUT_THE_END, common.CHANGE_ENTRY)
    return broken or _nobody_verified(occasion.record)


def _perhaps_ended(asked: DutyAsked, record: Record, clock: ClockStanding, deadline: datetime) -> bool:
    """Whether it was waived or void, or its clock stopped, at a moment that may lie before or after its deadline."""
    holding = asked.holding
    spans = [(entry.time.start, surely_by(entry)) for entry in record.waivers]
    if holding.void_at is not None and holding.void_earliest is not None:
        spans.append((holding.void_earliest, holding.void_at))
    return bool(clock.perhaps_stopped) or any(earliest <= deadline < surely for earliest, surely in spans)


def _broken(occasion: Occasion, deadline: datetime) -> Concluded | None:
    """The breach: established not to have been done, or done too late; open where it may have been done before."""
    if occasion.refuting(deadline):
        return _said(Result.BREACHED, reasons.ESTABLISHED_NOT_DONE, common.CHANGE_ENTRY)
    if occasion.before:
        return _unsure()
    return _said(Result.BREACHED, reasons.DONE_LATE, common.CHANGE_ENTRY) if occasion.done else None


def _nobody_verified(record: Record) -> Concluded:
    """Nothing was recorded, or no more than somebody's own word."""
    because = Because(reasons.OVERDUE_SILENT)
    if record.claimed:
        because = _claimed(record)
    elif record.not_done_claimed:
        because = Because(reasons.NOT_DONE_CLAIMED, (("claimed", record.not_done_claimed),))
    return _said(Result.UNDETERMINED, because, common.CHANGE_VERIFIED)


def _over_all(asked: DutyAsked, record: Record, cases: Sequence[DutyCase]) -> Concluded:
    """What a duty comes to over every occasion: the gravest, or why there is none."""
    if cases:
        gravest = min(cases, key=lambda case: _GRAVEST_FIRST.index(case.result))
        return gravest.result, gravest.because, gravest.would_change
    if asked.holding.window is None or asked.holding.window.start > asked.relation.as_of:
        return _said(Result.NOT_YET, asked.holding.because, *_change_holding(asked.holding))
    used = record.known(asked.relation.as_of)
    if asked.duty.mode != MUST and used:
        return _of_may(used)
    return _not_asked(record) if asked.duty.on_request else _not_set_off(asked)


def _not_asked(record: Record) -> Concluded:
    """Nobody asked for what is owed on request, as far as is verified."""
    if record.requests_claimed:
        claimed = Because(reasons.REQUEST_CLAIMED, (("claimed", record.requests_claimed),))
        return _said(Result.NOT_YET, claimed, reasons.CHANGE_REQUEST)
    return _said(Result.NOT_YET, reasons.NOBODY_ASKED, reasons.CHANGE_REQUEST)


def _not_set_off(asked: DutyAsked) -> Concluded:
    """The trigger is not met, or whether it is met is open; an option is unused either way."""
    changes = _change_trigger(asked.trigger)
    if asked.trigger.state is not TriggerState.OPEN:
        return _said(Result.NOT_YET, asked.trigger.because, *changes)
    if asked.duty.mode != MUST:
        return _said(Result.DISCRETION_UNUSED, reasons.OPTION_UNUSED_OPEN, *changes)
    return _said(Result.UNDETERMINED, asked.trigger.because, *changes)


def _change_holding(holding: Holding) -> tuple[str, ...]:
    return (
        {
            common.DRAFT_BINDS_NOBODY: common.CHANGE_STATUS,
            common.ANNOUNCED_ONLY: common.CHANGE_STATUS,
            common.EVENT_NOT_COME: common.CHANGE_EVENT,
            reasons.NOT_SIGNED: reasons.CHANGE_SIGNED,
            reasons.NOT_BEGUN: common.CHANGE_BEGIN,
            reasons.SUSPENDED_INSTRUMENT: reasons.CHANGE_UNSUSPENDED,
            reasons.VOIDED: reasons.CHANGE_UNVOID,
        }.get(holding.because.template, common.CHANGE_TEXT),
    )


def _change_trigger(trigger: TriggerStanding) -> tuple[str, ...]:
    """What would set the trigger off, or show that it is not."""
    if trigger.state in (TriggerState.AWAITING, TriggerState.PROVISIONAL, TriggerState.DENIED):
        return (reasons.CHANGE_FINDING,)
    lacking = [one for one in trigger.criteria if one.state is not State.MET]
    gaps = [one for one in lacking if one.because.template in (reasons.NO_NUMBER, reasons.NO_BODY)]
    spoken = [one for one in lacking if one.because.template in (reasons.NOT_DETERMINED, reasons.DETERMINED_NOT)]
    measured = [one for one in lacking if one not in gaps and one not in spoken]
    nobody = not lacking
    return (
        *((reasons.CHANGE_BODY,) if gaps or nobody else ()),
        *((reasons.CHANGE_INCIDENTS,) if measured else ()),
        *((reasons.CHANGE_FINDING,) if spoken else ()),
    )


def _ended(asked: DutyAsked, record: Record, cases: Sequence[DutyCase], concluded: Concluded) -> Concluded:
    """The same where the duty was waived, or the guarantee became void or is suspended: a breach before it stands."""
    holding = asked.holding
    if holding.window is None or holding.window.start > asked.relation.as_of:
        return concluded
    breached = [case.clock.deadline for case in cases if case.result is Result.BREACHED and case.clock is not None]
    failed = min((moment for moment in breached if moment is not None), default=None)

    def before(moment: datetime) -> bool:
        return failed is not None and failed <= moment

    ends: list[tuple[datetime, Concluded]] = []
    if record.released is not None:
        waived = _said(Result.RELEASED, common.RELEASED, common.CHANGE_RESTORED)
        ends.append((record.released.at, waived))
    if holding.void_at is not None:
        ends.append((holding.void_at, _said(Result.VOID, reasons.VOIDED, reasons.CHANGE_UNVOID)))
    for span in holding.asleep:
        if span.contains(asked.relation.as_of):
            by_status = holding.because.template == reasons.SUSPENDED_INSTRUMENT
            why = reasons.SUSPENDED_INSTRUMENT if by_status else reasons.SUSPENDED
            asleep = _said(Result.NOT_YET, why, reasons.CHANGE_UNSUSPENDED)
            ends.append((span.start, asleep))
    ends = [(moment, said) for moment, said in ends if not before(moment)]
    return min(ends, key=lambda end: end[0])[1] if ends else concluded
