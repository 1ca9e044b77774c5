"""Steps 1 and 2 of the protocol: whether the instrument binds, and from when until when the norm binds this party.

A norm binds inside the reading's window, narrowed by its own moments, from when the norms before it were achieved,
until it is waived or void, and not while it is suspended. A draft and an announcement that nobody took up bind nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from truceline.agreements import reasons
from truceline.agreements.inside_windows import awake
from truceline.agreements.instruments import InForce, in_force
from truceline.agreements.moments import Moments
from truceline.agreements.performed import performance
from truceline.agreements.register import UNNAMED, is_by, subjects, surely_by
from truceline.model import (
    Agreement,
    Because,
    Interval,
    Mode,
    Norm,
    NormKind,
    Reading,
    RegisterEntry,
    RegisterKind,
    Requirement,
    Result,
    Standing,
)

_WAIVABLE = (NormKind.OBLIGE, NormKind.FORBID)
"""What is owed can be waived; a permission or power is one's own, and no other party takes it away."""


@dataclass(frozen=True)
class Binding:
    """When a norm binds a party under a reading.

    ``window`` is ``None`` when it does not bind at all as far as is known; ``open`` then says why. ``ended`` is
    ``released`` or ``void`` when it ceased to bind before the window's end, at ``ended_at``. ``deadline`` is that of an
    achievement;
    ``deadline_open`` says why nobody can be late for it. ``perhaps_suspended`` are spans of which nobody knows whether
    the suspension had begun.
    """

    window: Interval | None
    open: Because | None = None
    ended: Result | None = None
    ended_because: Because | None = None
    deadline: datetime | None = None
    suspended: tuple[Interval, ...] = ()
    perhaps_suspended: tuple[Interval, ...] = ()
    deadline_open: Because | None = None
    ended_at: datetime | None = None

    @property
    def asleep(self) -> tuple[Interval, ...]:
        """When the norm was suspended, or may have been: nothing is held against anybody that happened then."""
        return (*self.suspended, *self.perhaps_suspended)


@dataclass(frozen=True)
class Binder:
    """Finds when norms bind under one reading, with what the register says up to the moment of information."""

    agreement: Agreement
    reading: Reading
    moments: Moments
    register: tuple[RegisterEntry, ...]
    as_of: datetime

    def binding(self, norm: Norm, party: str, achieved: Mapping[str, datetime | None]) -> Binding:
        """When a norm binds a party; ``achieved`` holds the moment of each norm under ``after``, ``None`` if open."""
        text = in_force(
            self.agreement, norm.instrument, self.moments.calendar.zone, self.as_of, self.reading.window.end
        )
        asleep = text.why_not or self._asleep(norm, achieved)
        if asleep is not None:
            return Binding(None, asleep)
        begun = [
            self.reading.window.start,
            text.since,
            self.moments.when(norm.start),
            *(achieved[one] for one in norm.after),
        ]
        start = max(moment for moment in begun if moment is not None)
        deadline = self.moments.when(norm.until)
        achieving = norm.kind is NormKind.OBLIGE and norm.mode.value.startswith("achievement")
        end = min(self.reading.window.end, text.until or self.reading.window.end)
        if norm.until is not None and deadline is not None and not achieving:
            end = min(end, deadline)
        deadline = deadline if achieving else None
        ended, why, at = self._ended(norm, party, deadline)
        if at is not None and at < end:
            end = at
        else:
            ended, why, at = None, None, None
        window = Interval(start, end) if end > start else None
        if window is None and ended is None:
            return Binding(None, _never(start, text), deadline=deadline)
        surely, perhaps = self._suspended(norm, party)
        surely = (*surely, *text.suspended)
        if window is not None and ended is None and not awake(window, surely):
            return Binding(None, Because(reasons.SLEPT_THROUGHOUT), deadline=deadline)
        late = _deadline_open(deadline, start, text.until, self.reading.window.end, (*surely, *perhaps))
        if deadline is not None and at is not None and at <= deadline:
            late = why  # nobody is late for what was waived or void by its deadline
        return Binding(window, None, ended, why, deadline, surely, perhaps, late, at)

    def _asleep(self, norm: Norm, achieved: Mapping[str, datetime | None]) -> Because | None:
        """Why the norm does not bind yet, as far as anybody knows."""
        for term in (norm.start, norm.until):
            if term is not None and self.moments.when(term) is None:
                return Because(reasons.EVENT_NOT_COME, (("event", term.event),))
        waiting = [one for one in norm.after if achieved[one] is None]
        if waiting:
            return Because(reasons.WAITS_FOR, (("norm", waiting[0]),))
        return None

    def _ended(
        self, norm: Norm, party: str, deadline: datetime | None
    ) -> tuple[Result | None, Because | None, datetime | None]:
        """The first moment at which the norm was surely waived or void for the party, as far as is known.

        What one party owes is owed to the others: no third body waives it, and nobody unknown.
        """
        names = subjects(norm.id, norm.instrument)
        moments: list[tuple[datetime, Result, Because]] = []
        waived = self._waived(norm, party)
        if waived is not None:
            moments.append((waived, Result.RELEASED, Because(reasons.RELEASED)))
        void = voided_at(norm.void_if, names, party, self._parties, self.register)
        if void is not None:
            moments.append((void, Result.VOID, Because(reasons.VOIDED)))
        unnamed = voided_at(by_anybody(norm.void_if), names, party, self._parties, self.register)
        if void is None and unnamed is not None:
            moments.append((unnamed, Result.UNDETERMINED, Because(reasons.VOID_OPEN)))
        moments = [one for one in moments if one[0] <= self.as_of]
        if not moments:
            return None, None, None
        at, result, why = min(moments, key=lambda one: one[0])
        once = norm.mode is Mode.ACHIEVEMENT
        return (None, None, None) if once and deadline is not None and at > deadline else (result, why, at)

    def _waived(self, norm: Norm, party: str) -> datetime | None:
        """The moment by which every other party had surely waived what one party owes; one of them frees for itself."""
        released = performance(self.register, subjects(norm.id, norm.instrument), party).released
        text = next((one for one in self.agreement.instruments if one.id == norm.instrument), None)
        bound = text.binds if text is not None else ()
        others = [one for one in self._parties if one != party]
        others = [one for one in others if one in bound] or others  # what one declared alone is owed to everybody
        first = {one: min((surely_by(entry) for entry in released if entry.by == one), default=None) for one in others}
        moments = [moment for moment in first.values() if moment is not None]
        return max(moments) if norm.kind in _WAIVABLE and moments and len(moments) == len(others) else None

    @property
    def _parties(self) -> tuple[str, ...]:
        return tuple(party.id for party in self.agreement.parties)

    def _suspended(self, norm: Norm, party: str) -> tuple[tuple[Interval, ...], tuple[Interval, ...]]:
        """When the whole agreement, the instrument or the norm was suspended, surely and perhaps.

        Verified entries only, by another party or a body: nobody suspends what it owes itself.
        """
        names = ("", self.agreement.id, norm.instrument, *subjects(norm.id, norm.instrument))
        return suspensions(self.register, names, party, self.reading.window.end)


def suspensions(
    register: Sequence[RegisterEntry], names: Sequence[str], bound: str, latest: datetime
) -> tuple[tuple[Interval, ...], tuple[Interval, ...]]:
    """Spans in which what somebody owes was surely suspended, and those in which the suspension may have begun.

    Verified entries by anybody known but the one who is bound; one that names no end lasts up to ``latest``.
    """
    surely, perhaps = [], []
    for entry in register:
        counts = entry.kind is RegisterKind.SUSPENSION and entry.standing is Standing.VERIFIED
        if not counts or entry.subject not in names or entry.by in ("", bound):
            continue
        if entry.covers is not None:
            surely.append(entry.covers)
            continue
        began = surely_by(entry)
        if began < latest:
            surely.append(Interval(began, latest))
        if entry.time.start < min(began, latest):
            perhaps.append(Interval(entry.time.start, min(began, latest)))
    return tuple(surely), tuple(perhaps)


def _never(start: datetime, text: InForce) -> Because:
    """Why no moment is left in which the norm binds."""
    return Because(reasons.HAD_ENDED if text.until is not None and start >= text.until else reasons.NEVER_BINDS)


def _deadline_open(
    deadline: datetime | None,
    start: datetime,
    until: datetime | None,
    reading_ends: datetime,
    asleep: Sequence[Interval],
) -> Because | None:
    """Why nobody can be late for a deadline: it had passed before one was bound, slept, or never came."""
    if deadline is None:
        return None
    if deadline <= start:
        return Because(reasons.DEADLINE_BEFORE_BOUND)
    if until is not None and deadline > until:
        return Because(reasons.DEADLINE_AFTER_END)
    if deadline > reading_ends:
        return Because(reasons.DEADLINE_AFTER_READING)
    return Because(reasons.DEADLINE_ASLEEP) if any(span.contains(deadline) for span in asleep) else None


def by_anybody(requires: Sequence[Requirement]) -> tuple[Requirement, ...]:
    """The same requirements where the text names nobody who must meet them, to be met by whomever; else none."""
    if not any(one.by == (UNNAMED,) for one in requires):
        return ()
    return tuple(replace(one, by=()) if one.by == (UNNAMED,) else one for one in requires)


def voided_at(
    requires: Sequence[Requirement],
    names: Sequence[str],
    party: str,
    parties: Sequence[str],
    register: Sequence[RegisterEntry],
) -> datetime | None:
    """The moment at which every condition of a voiding clause stood verified in the register, if they do.

    Where the text names nobody, nobody frees itself.
    """
    if not requires:
        return None
    met: list[datetime] = []
    for requirement in requires:
        wanted = (requirement.subject,) if requirement.subject else tuple(names)
        found = [
            surely_by(entry)
            for entry in register
            if entry.kind.value == requirement.entry
            and entry.subject in wanted
            and entry.standing is Standing.VERIFIED
            and is_by(entry.by, requirement.by, party, parties)
            and (requirement.by or entry.by != party)
            and set(requirement.to) <= set(entry.to)
        ]
        if not found:
            return None
        met.append(min(found))
    return max(met)
