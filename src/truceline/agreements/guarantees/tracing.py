"""The trace of a finding on a guarantor's duty: the same eleven steps as of any norm."""

from __future__ import annotations

from truceline.agreements import reasons as common
from truceline.agreements.guarantees import reasons
from truceline.agreements.guarantees.standing import (
    ClockState,
    CriterionStanding,
    DutyStanding,
    Given,
    GuaranteeStanding,
    State,
)
from truceline.model import Because, Interval, Reading, Result, Scalar, TraceStep

Figures = tuple[tuple[str, Scalar], ...]
Told = tuple[Because, Figures, tuple[str, ...]]


def trace_of_duty(
    standing: GuaranteeStanding, duty: DutyStanding, reading: Reading, as_of: str
) -> tuple[TraceStep, ...]:
    """All eleven steps, in the order of docs/method/evaluation.md."""
    told: tuple[Told, ...] = (
        _reading(standing, duty, reading, as_of),
        _time(standing, duty),
        (Because(reasons.GUARANTOR_STEP), (("mode", duty.mode), ("ladder", _highest(standing))), ()),
        _trigger(standing),
        (Because(common.SPACE_EVERYWHERE), (), ()),
        _ends(standing, duty),
        (Because(reasons.GUARANTEE_EVIDENCE), (), ()),
        (Because(reasons.GUARANTEE_COVERAGE), (), ()),
        (duty.because, (("result", duty.result.value), ("cases", len(duty.cases))), _proof(duty)),
        (duty.would_change[0], (("ways", len(duty.would_change)),), ()),
        _attribution(duty),
    )
    titled = zip(common.STEP_TITLES, told, strict=True)
    return tuple(TraceStep(place, title, *parts) for place, (title, parts) in enumerate(titled, start=1))


def _reading(standing: GuaranteeStanding, duty: DutyStanding, reading: Reading, as_of: str) -> Told:
    window: Interval = standing.holding.window or reading.window
    figures: Figures = (
        ("clause", duty.clause),
        ("instrument", standing.instrument),
        ("window_start_utc", window.start.isoformat()),
        ("window_end_utc", window.end.isoformat()),
        ("as_of", as_of),
        ("reservations", len(standing.reservations) + len(standing.reserved_since)),
        ("gaps", len(standing.gaps)),
    )
    changes: Figures = tuple((f"reads {path}", value) for path, value in reading.changes)
    return standing.holding.because, (*figures, *changes), ()


def _time(standing: GuaranteeStanding, duty: DutyStanding) -> Told:
    """The six stamps, and when the clocks end."""
    clocks = [case.clock for case in duty.cases if case.clock is not None]
    values: Figures = (
        ("known", sum(one.given is not None for one in standing.stamps)),
        ("all", len(standing.stamps)),
        ("running", sum(clock.state is ClockState.RUNNING for clock in clocks)),
        ("over", sum(clock.state is ClockState.OVER for clock in clocks)),
    )
    stamps: Figures = tuple((f"{one.stamp.value}_utc", _moment(one.given)) for one in standing.stamps)
    deadlines: Figures = tuple(
        ("deadline_utc", None if clock.deadline is None else clock.deadline.isoformat()) for clock in clocks
    )
    given = tuple(one.given.by.removeprefix("incident:") for one in standing.stamps if one.given is not None)
    return Because(reasons.STAMPS_COUNTED, values), (*values, *stamps, *deadlines), tuple(dict.fromkeys(given))


def _moment(given: Given | None) -> str | None:
    return None if given is None else given.at.isoformat()


def _trigger(standing: GuaranteeStanding) -> Told:
    """Each criterion by itself, with its figures; and the findings of the named bodies."""
    criteria = standing.trigger.criteria
    values: Figures = tuple(
        (name, sum(one.state is state for one in criteria))
        for name, state in (("met", State.MET), ("not_met", State.NOT_MET), ("open", State.OPEN))
    )
    by_criterion: Figures = tuple(figure for one in criteria for figure in _criterion(one))
    bodies: Figures = (
        ("provisional_utc", _moment(standing.trigger.provisional)),
        ("confirmed_utc", _moment(standing.trigger.confirmed)),
        ("trigger", standing.trigger.state.value),
    )
    evidence = dict.fromkeys(item for one in criteria for item in (*one.incidents, *one.entries))
    return Because(reasons.CRITERIA_COUNTED, values), (*values, *by_criterion, *bodies), tuple(evidence)


def _criterion(one: CriterionStanding) -> Figures:
    return (
        (f"{one.id}: {one.measure.value}", one.state.value),
        (f"{one.id}: at least", one.low),
        (f"{one.id}: at most", one.high),
        (f"{one.id}: needed", one.needed),
    )


def _ends(standing: GuaranteeStanding, duty: DutyStanding) -> Told:
    values: Figures = (
        ("released", int(duty.result is Result.RELEASED)),
        ("voided", int(standing.holding.void_at is not None)),
        ("suspended", len(standing.holding.suspended)),
    )
    return Because(reasons.ENDS_COUNTED, values), values, standing.holding.void_by


def _proof(duty: DutyStanding) -> tuple[str, ...]:
    """The entries that the result rests on."""
    of_cases = [entry for case in duty.cases for entry in case.entries]
    return tuple(dict.fromkeys([*of_cases, *(given.by for _, given in duty.used)]))


def _highest(standing: GuaranteeStanding) -> str | None:
    highest = standing.ladder.highest
    return None if highest is None else highest.value


def _attribution(duty: DutyStanding) -> Told:
    breached = duty.result is Result.BREACHED
    return Because(common.ATTRIBUTED_STEP if breached else common.NOT_ATTRIBUTED_STEP), (), ()
