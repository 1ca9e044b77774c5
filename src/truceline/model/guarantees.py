"""Security guarantees as data: who promised whom what, on which trigger, within which time, and how firmly.

A guarantee is a norm with a trigger, clocks and options. Nothing of it is filled in: what a text leaves open stays
``None`` and is shown as a gap. An option nobody used is discretion unused, never a breach.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from truceline.model.norms import MomentTerm, Requirement


class Measure(StrEnum):
    """What a criterion of a trigger is measured by; each in its own field, never summed into one score."""

    INCIDENTS = "incidents"
    """Confirmed incidents attributed to the one the guarantee is against."""
    DAYS = "days"
    """Local days with such an incident: duration."""
    AREAS = "areas"
    """Named areas with such an incident: pattern."""
    CASUALTIES = "casualties"
    BREACHED_NORMS = "breached-norms"
    DETERMINATION = "determination"
    """A named body has to say so (deliberate, unprovoked): nothing measures it."""


class Ladder(StrEnum):
    """How firm a commitment is, each step with its own evidence.

    After the Kiel Ukraine Support Tracker's distinction of commitment and allocation.
    """

    SAID = "said"
    DECLARED = "declared"
    SIGNED = "signed"
    RATIFIED = "ratified"
    FUNDED = "funded"
    IN_PLACE = "in-place"


class Stamp(StrEnum):
    """The six time stamps of a case; a clock starts at one of them, and texts differ on which."""

    EVENT = "event"
    DETECTION = "detection"
    NOTICE = "notice"
    ACKNOWLEDGEMENT = "acknowledgement"
    FINDING = "finding"
    REMEDY = "remedy"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One measured condition of a trigger. ``at_least`` is ``None`` where the text names no number."""

    id: str
    measure: Measure
    at_least: float | None = None
    determined_by: str | None = None
    """For a determination: the body that has to say so; ``None`` where the text names none."""
    within_s: int | None = None
    """The span in seconds that the measure is taken over; ``None`` for the whole time the guarantee holds."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Trigger:
    """What sets a guarantee off: every criterion must be met. ``None`` where the text names no body."""

    criteria: tuple[Criterion, ...]
    provisional_by: str | None = None
    confirmed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """A time limit: which time stamp starts it, how long it runs, what stops it and who may.

    ``starts`` is ``None`` where the text does not say what starts it; then it never runs by itself.
    """

    starts: Stamp | None
    days: int
    seconds: int
    text: str
    stopped_by: tuple[str, ...] = ()
    """Kinds of register entries that stop it."""
    may_stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Duty:
    """What a guarantor owes once the trigger is met: ``must``, or ``may`` with options."""

    id: str
    mode: str
    clause: str
    options: tuple[str, ...] = ()
    clock: Clock | None = None
    on_request: bool = False
    """Owed whenever the beneficiary asks, trigger or not, as with consultations; where each side is guarantor and
    beneficiary, whenever either asks."""
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Voiding:
    """What ends a guarantee: for example an unprovoked attack by the beneficiary, found by a named body."""

    id: str
    clause: str
    requires: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Reservation:
    """What one guarantor made its promise depend on."""

    guarantor: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class LadderStep:
    """One dated step of one guarantor's commitment, with the source that shows it."""

    guarantor: str
    step: Ladder
    date: str
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Guarantee:
    """A promise of some to others, against somebody, from some moment on."""

    id: str
    instrument: str
    clause: str
    guarantors: tuple[str, ...]
    beneficiaries: tuple[str, ...]
    against: tuple[str, ...]
    trigger: Trigger
    duties: tuple[Duty, ...]
    starts: MomentTerm | None = None
    voids: tuple[Voiding, ...] = ()
    reservations: tuple[Reservation, ...] = ()
    ladder: tuple[LadderStep, ...] = ()
    readings: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
