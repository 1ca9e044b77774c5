"""The clock of a duty: what started it, until when it runs, and what stopped it.

A clock whose text does not say what starts it never runs by itself. It is stopped by an entry of a kind the text names,
by somebody who may, before its time is over. The same entry by anybody else is shown and stops nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from truceline.agreements.guarantees.relation import Relation, given, named
from truceline.agreements.guarantees.standing import ClockStanding, ClockState, Given
from truceline.agreements.register import surely_by
from truceline.model import Clock, Duty, RegisterEntry, RegisterKind, Standing

_PERFORMING = (RegisterKind.DONE.value, RegisterKind.RESPONSE.value)


@dataclass(frozen=True)
class Stop:
    """What ended a clock before its time: an entry by one who may, those by others, and those perhaps in time."""

    entry: RegisterEntry | None
    refused: tuple[RegisterEntry, ...]
    perhaps: tuple[RegisterEntry, ...]


def clock_standing(
    relation: Relation, duty: Duty, clock: Clock, started: Given | None, done: Given | None
) -> ClockStanding:
    """How the clock of a duty stands; ``done`` is the moment by which the duty was surely done, if it was."""
    shown = ClockStanding(
        ClockState.NEVER if clock.starts is None else ClockState.WAITING,
        clock.starts,
        clock.text,
        may_stop=clock.may_stop,
        stopping_kinds=clock.stopped_by,
    )
    if clock.starts is None or started is None:
        return shown
    deadline = relation.calendar.shifted(started.at, clock.days, clock.seconds)
    running = replace(shown, started=started, deadline=deadline, left_s=(deadline - relation.as_of).total_seconds())
    stop = _stop(relation, duty, clock, started, deadline)
    running = replace(running, refused=tuple(map(named, stop.refused)), perhaps_stopped=tuple(map(named, stop.perhaps)))
    if done is not None and done.at <= deadline:
        return replace(running, state=ClockState.DONE, stopped=done, stopped_by=relation.guarantor, left_s=None)
    if stop.entry is not None:
        return replace(
            running, state=ClockState.STOPPED, stopped=given(stop.entry), stopped_by=stop.entry.by, left_s=None
        )
    over = deadline <= relation.as_of
    return replace(running, state=ClockState.OVER if over else ClockState.RUNNING)


def _stop(relation: Relation, duty: Duty, clock: Clock, started: Given, deadline: datetime) -> Stop:
    names = (*relation.itself, *relation.part(duty.id))
    tried = [
        entry
        for entry in relation.known
        if entry.kind.value in clock.stopped_by
        and relation.standing_of(entry, burdened=relation.beneficiary) is Standing.VERIFIED
        and entry.subject in names
        and started.at <= surely_by(entry)
        and entry.time.start <= deadline
        and named(entry) != started.by
        and not (entry.by == relation.guarantor and entry.kind.value in _PERFORMING)
    ]
    in_time = [entry for entry in tried if surely_by(entry) <= deadline]
    allowed = [entry for entry in in_time if entry.by in clock.may_stop]
    return Stop(
        entry=min(allowed, key=lambda entry: (surely_by(entry), entry.key), default=None),
        refused=tuple(entry for entry in in_time if entry.by not in clock.may_stop),
        perhaps=tuple(entry for entry in tried if entry.by in clock.may_stop and surely_by(entry) > deadline),
    )
