"""How a guarantee stands at a moment: what is handed to people, reports and machines, and decided elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from truceline.model import Because, Finding, Interval, Ladder, LadderStep, Measure, Reservation, Result, Stamp


class State(StrEnum):
    """How a criterion stands: surely met, not met as far as is established, or nobody can say."""

    MET = "met"
    NOT_MET = "not-met"
    OPEN = "open"


class TriggerState(StrEnum):
    """How a trigger stands. Duties are owed where it is ``met`` or ``confirmed``, and nowhere else."""

    NOT_MET = "not-met"
    OPEN = "open"
    MET = "met"
    """Every criterion is met, and the text asks for no finding by a body."""
    AWAITING = "awaiting-finding"
    """Every criterion is met, and the body that confirms it has not spoken."""
    PROVISIONAL = "provisional"
    CONFIRMED = "confirmed"
    DENIED = "denied"


class ClockState(StrEnum):
    """How a clock stands."""

    NEVER = "never-runs"
    """The text does not say what starts it."""
    WAITING = "not-started"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    OVER = "over"
    """Its time is over and nothing stopped it."""


@dataclass(frozen=True, slots=True)
class Given:
    """A moment with what gave it: ``register:KEY`` or ``incident:ID``."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class StampStanding:
    """One of the six time stamps; ``given`` is ``None`` while nothing on the record gives it."""

    stamp: Stamp
    given: Given | None
    claimed: tuple[str, ...] = ()
    """Entries that only claim it; they start no clock."""


@dataclass(frozen=True, slots=True)
class CriterionStanding:
    """One criterion by itself: the value needed, the least and most that was measured, and on what that rests.

    ``low`` and ``high`` are of the worst span inside the time the guarantee holds; ``high`` is ``None`` where nobody
    knows the most. ``met_at`` is the moment from which it was met.
    """

    id: str
    measure: Measure
    state: State
    because: Because
    needed: float | None = None
    low: float = 0.0
    high: float | None = 0.0
    met_at: datetime | None = None
    findings: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()
    incidents_in_all: int = 0
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TriggerStanding:
    """What sets the guarantee off: criteria, findings of the named bodies, and since when its duties are owed."""

    state: TriggerState
    because: Because
    criteria: tuple[CriterionStanding, ...]
    provisional: Given | None = None
    confirmed: Given | None = None
    since: datetime | None = None

    @property
    def owed(self) -> bool:
        """Whether duties are owed."""
        return self.state in (TriggerState.MET, TriggerState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Holding:
    """Whether the guarantee holds for one guarantor and beneficiary, and why not.

    ``window`` is when it holds, ``None`` when it does not as far as is known. ``void_at`` is the moment it
    became void, by the entries of ``void_by``. In ``perhaps_suspended`` nobody knows whether the suspension had begun.
    """

    window: Interval | None
    because: Because
    void_at: datetime | None = None
    void_by: tuple[str, ...] = ()
    suspended: tuple[Interval, ...] = ()
    perhaps_suspended: tuple[Interval, ...] = ()
    void_earliest: datetime | None = None
    """The moment before which it was surely not void."""

    @property
    def asleep(self) -> tuple[Interval, ...]:
        """When it was suspended, or may have been: nothing that happened then is held against anybody."""
        return (*self.suspended, *self.perhaps_suspended)


@dataclass(frozen=True, slots=True)
class ClockStanding:
    """One clock: what started it, when its time is over, and who stopped it or may.

    ``refused`` are entries that would have stopped it by somebody who may not. ``left_s`` is the time left at the
    moment of information, negative when it is over, ``None`` where it does not run.
    """

    state: ClockState
    starts: Stamp | None
    text: str
    started: Given | None = None
    deadline: datetime | None = None
    left_s: float | None = None
    stopped: Given | None = None
    stopped_by: str = ""
    refused: tuple[str, ...] = ()
    perhaps_stopped: tuple[str, ...] = ()
    """Entries by one who may, at a moment that may lie before or after the end."""
    may_stop: tuple[str, ...] = ()
    stopping_kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DutyCase:
    """One occasion on which a duty is owed: the trigger, or one request. ``clock`` is ``None`` without a time limit."""

    request: str
    result: Result
    because: Because
    would_change: tuple[Because, ...]
    clock: ClockStanding | None
    done: Given | None = None
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DutyStanding:
    """One duty of a guarantor to a beneficiary, with each occasion on which it was owed, and the options used."""

    id: str
    mode: str
    clause: str
    on_request: bool
    result: Result
    because: Because
    would_change: tuple[Because, ...]
    cases: tuple[DutyCase, ...]
    options: tuple[str, ...] = ()
    used: tuple[tuple[str, Given], ...] = ()
    outside: tuple[str, ...] = ()
    """Entries that use what is none of the options."""
    clock: ClockStanding | None = None
    """The time limit as the text has it, on no occasion yet."""


@dataclass(frozen=True, slots=True)
class LadderStanding:
    """How firm one guarantor's commitment is: each step with its dated evidence, or without any.

    ``highest`` is the highest step with evidence of its own; ``missing`` are the steps below it that have none. No
    step is inferred from another.
    """

    guarantor: str
    highest: Ladder | None
    steps: tuple[tuple[Ladder, LadderStep | None], ...]

    @property
    def missing(self) -> tuple[Ladder, ...]:
        """Steps below the highest without evidence."""
        order = list(Ladder)
        reached = -1 if self.highest is None else order.index(self.highest)
        return tuple(step for step, shown in self.steps if shown is None and order.index(step) < reached)


@dataclass(frozen=True, slots=True)
class GuaranteeStanding:
    """One guarantee of one guarantor for one beneficiary under one reading, at the moment of information."""

    guarantee: str
    instrument: str
    clause: str
    reading: str
    guarantor: str
    beneficiary: str
    against: tuple[str, ...]
    holding: Holding
    trigger: TriggerStanding
    stamps: tuple[StampStanding, ...]
    duties: tuple[DutyStanding, ...]
    ladder: LadderStanding
    reservations: tuple[Reservation, ...]
    reserved_since: tuple[str, ...] = ()
    """Entries of the register by which the guarantor reserved a position."""
    gaps: tuple[str, ...] = ()
    """Paths of what the text leaves open."""


@dataclass(frozen=True, slots=True)
class Guaranteed:
    """All standings, and a finding for each duty, guarantor, beneficiary and reading."""

    standings: tuple[GuaranteeStanding, ...]
    findings: tuple[Finding, ...]
