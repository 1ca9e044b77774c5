"""Steps 1 and 2 of the protocol: whether the instrument binds, and from when until when the norm binds this party.

A norm binds inside the reading's window, narrowed by its own moments, from when the norms before it were achieved,
until it is waived or void, and not while it is suspended. A draft and an announcement that nobody took up bind nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from truceline.agreements import reasons
from truceline.agreements.moments import Moments
from truceline.agreements.register import UNNAMED, is_by, performance, subjects, surely_by
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

_DRAFT = "draft"
_WAIVABLE = (NormKind.OBLIGE, NormKind.FORBID)
"""What is owed can be waived; a permission or power is one's own, and no other party takes it away."""
_BINDS_NOBODY = ("", "announced")


@dataclass(frozen=True)
class Binding:
    """When a norm binds a party under a reading.

    ``window`` is ``None`` when it does not bind at all as far as is known; ``open`` then says why. ``ended`` is
    ``released`` or ``void`` when it ceased to bind before the window's end. ``deadline`` is that of an achievement.
    """

    window: Interval | None
    open: Because | None = None
    ended: Result | None = None
    ended_because: Because | None = None
    deadline: datetime | None = None
    suspended: tuple[Interval, ...] = ()


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
        asleep = self._asleep(norm, achieved)
        if asleep is not None:
            return Binding(None, asleep)
        begun = [self.reading.window.start, self.moments.when(norm.start), *(achieved[one] for one in norm.after)]
        start = max(moment for moment in begun if moment is not None)
        deadline = self.moments.when(norm.until)
        achieving = norm.kind is NormKind.OBLIGE and norm.mode.value.startswith("achievement")
        end = self.reading.window.end
        if norm.until is not None and deadline is not None and not achieving:
            end = min(end, deadline)
        deadline = deadline if achieving else None
        ended, why, at = self._ended(norm, party, deadline)
        if at is not None and at < end:
            end = at
        else:
            ended, why = None, None
        window = Interval(start, end) if end > start else None
        if window is None and ended is None:
            return Binding(None, Because(reasons.NEVER_BINDS), deadline=deadline)
        return Binding(window, None, ended, why, deadline, self._suspended(norm))

    def _asleep(self, norm: Norm, achieved: Mapping[str, datetime | None]) -> Because | None:
        """Why the norm does not bind yet, as far as anybody knows."""
        instrument = next((one for one in self.agreement.instruments if one.id == norm.instrument), None)
        if instrument is not None and instrument.type == _DRAFT:
            return Because(reasons.DRAFT_BINDS_NOBODY)
        if instrument is not None and instrument.status_on(self._today) in _BINDS_NOBODY:
            return Because(reasons.ANNOUNCED_ONLY)
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
        released = performance(self.register, subjects(norm.id, norm.instrument), party).released
        moments: list[tuple[datetime, Result, Because]] = [
            (surely_by(entry), Result.RELEASED, Because(reasons.RELEASED))
            for entry in released
            if entry.by in self._parties and norm.kind in _WAIVABLE
        ]
        void = voided_at(norm.void_if, (norm.id,), party, self._parties, self.register)
        if void is not None:
            moments.append((void, Result.VOID, Because(reasons.VOIDED)))
        unnamed = voided_at(by_anybody(norm.void_if), (norm.id,), party, self._parties, self.register)
        if void is None and unnamed is not None:
            moments.append((unnamed, Result.UNDETERMINED, Because(reasons.VOID_OPEN)))
        moments = [one for one in moments if one[0] <= self.as_of]
        if not moments:
            return None, None, None
        at, result, why = min(moments, key=lambda one: one[0])
        once = norm.mode is Mode.ACHIEVEMENT
        return (None, None, None) if once and deadline is not None and at > deadline else (result, why, at)

    @property
    def _today(self) -> str:
        """The local day of the moment of information."""
        return self.as_of.astimezone(self.moments.calendar.zone).date().isoformat()

    @property
    def _parties(self) -> tuple[str, ...]:
        return tuple(party.id for party in self.agreement.parties)

    def _suspended(self, norm: Norm) -> tuple[Interval, ...]:
        """When the whole agreement, the instrument or the norm was suspended; verified entries only."""
        names = ("", self.agreement.id, norm.instrument, *subjects(norm.id, norm.instrument))
        return tuple(
            entry.covers or Interval(entry.time.start, self.reading.window.end)
            for entry in self.register
            if entry.kind is RegisterKind.SUSPENSION
            and entry.standing is Standing.VERIFIED
            and entry.subject in names
            and (entry.covers is not None or entry.time.start < self.reading.window.end)
        )


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
    """The moment at which every condition of a voiding clause stood verified in the register, if they do."""
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
            and set(requirement.to) <= set(entry.to)
        ]
        if not found:
            return None
        met.append(min(found))
    return max(met)
