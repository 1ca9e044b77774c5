"""A guarantee as a lawyer would read it: what sets it off, who finds it, what is owed by when, and what ends it."""

from __future__ import annotations

from collections.abc import Iterator

from truceline.agreements.printing.sentences import Teller
from truceline.agreements.printing.words import duration, joined, requirement
from truceline.model import Clock, Criterion, Duty, Guarantee, Measure

_MODES = {"must": "owed", "may": "an option: nobody need use it"}
_UNITS = (("hour", 3_600), ("minute", 60), ("second", 1))


def guarantee_told(teller: Teller, one: Guarantee) -> Iterator[str]:
    """Every line on a guarantee; what the text leaves open is told apart from what it does not ask for."""
    held = f", only under {', '.join(one.readings)}" if one.readings else ""
    yield f"{one.id} [{one.clause}{held}]: from {', '.join(one.guarantors)} to {', '.join(one.beneficiaries)}" + (
        f", against {', '.join(one.against)}" if one.against else ""
    )
    yield f"  begins: {teller.when(one.starts) if one.starts else 'with the reading'}"
    yield from (f"  set off by {criterion.id}: {_criterion(criterion)}" for criterion in one.trigger.criteria)
    if not one.trigger.criteria:
        yield "  set off by: a request alone"
    yield f"  found provisionally by: {_body(one, 'provisional_by', one.trigger.provisional_by)}"
    yield f"  found finally by: {_body(one, 'confirmed_by', one.trigger.confirmed_by)}"
    for duty in one.duties:
        yield f"  {duty.id} [{duty.clause}], {_MODES[duty.mode]}: {_duty(teller, one, duty)}"
    for voiding in one.voids:
        conditions = "; ".join(map(requirement, voiding.requires))
        yield f"  ended by {voiding.id} [{voiding.clause}]: {conditions}"
    for kept in one.reservations:
        yield f"  reservation of {kept.guarantor}: {kept.text} [{kept.source}]"
    for step in one.ladder:
        yield f"  {step.date}: {step.guarantor} {step.step.value} [{step.source}]" + (
            f" ({step.note})" if step.note else ""
        )
    if one.unknown:
        yield f"  the text leaves open: {', '.join(one.unknown)}"


def _criterion(one: Criterion) -> str:
    """What is measured, in which span, and how much is enough; of a determination, whose it is."""
    note = f": {one.note}" if one.note else ""
    if one.measure is Measure.DETERMINATION:
        return f"determination by {one.determined_by or '(no body named in the text)'}{note}"
    least = "(no number in the text)" if one.at_least is None else f"at least {one.at_least:g}"
    within = "" if one.within_s is None else f", within any {duration(one.within_s)}"
    return f"{one.measure.value.replace('-', ' ')} {least}{within}{note}"


def _body(one: Guarantee, key: str, named: str | None) -> str:
    """The body that finds; nobody can where the text leaves it open, and nobody need where it does not ask."""
    if named is not None:
        return named
    return "(the text leaves open who)" if f"trigger.{key}" in one.unknown else "nobody: the text does not ask for it"


def _duty(teller: Teller, guarantee: Guarantee, duty: Duty) -> str:
    who = joined([teller.name(one) for one in guarantee.guarantors], "and")
    options = f" (options: {', '.join(duty.options)})" if duty.options else ""
    asked = ", whenever asked" if duty.on_request else ""
    clock = _clock(duty.clock) if duty.clock is not None else ""
    return f"{who} {duty.mode}: {duty.id.replace('-', ' ')}{options}{asked}{clock}."


def _clock(clock: Clock) -> str:
    begins = clock.starts.value if clock.starts else "a moment the text does not name"
    kinds = joined([kind.replace("-", " ") for kind in clock.stopped_by], "or")
    by = joined(list(clock.may_stop), "or") or "nobody whom the text names"
    stopped = f"; stopped by: {kinds}, of {by}" if clock.stopped_by else ""
    may = f"; may stop it: {by}" if clock.may_stop and not clock.stopped_by else ""
    return f", within {length(clock)} of {begins}{stopped}{may}"


def length(clock: Clock) -> str:
    """How long a clock runs, days and hours apart: where days are local ones, 48 hours are no two days.

    >>> length(Clock(None, 0, 172_800, "PT48H")), length(Clock(None, 2, 0, "P2D")), length(Clock(None, 1, 5_400, ""))
    ('48 hours', '2 days', '1 day and 90 minutes')
    """
    parts = [f"{clock.days} day" + ("" if clock.days == 1 else "s")] if clock.days else []
    if clock.seconds or not parts:
        unit, size = next((unit, size) for unit, size in _UNITS if clock.seconds % size == 0)
        many = clock.seconds // size
        parts.append(f"{many} {unit}" + ("" if many == 1 else "s"))
    return joined(parts, "and")
