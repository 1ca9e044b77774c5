"""What an agreement is held against: incidents with their grades, the register, and who could have seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from truceline.agreements.register import surely_by
from truceline.agreements.seen import SeenShare
from truceline.model import (
    GRADES,
    IncidentTable,
    Interval,
    RegisterEntry,
    RegisterKind,
    TimeSense,
    UsageFault,
    Words,
)
from truceline.model.columns import Mask, Rows
from truceline.model.times import moment_at

Seen = Callable[[Interval], Sequence[SeenShare]]
"""The coverage of a window: for each phenomenon the share of place and time in which it could have been seen."""


def seen_by_nobody(_: Interval) -> tuple[SeenShare, ...]:
    """The coverage where no record of any source says that it watched."""
    return ()


_SETTLES = frozenset(
    {
        RegisterKind.EVENT,
        RegisterKind.DONE,
        RegisterKind.NOT_DONE,
        RegisterKind.RESPONSE,
        RegisterKind.RELEASE,
        RegisterKind.REQUEST,
        RegisterKind.ACKNOWLEDGEMENT,
    }
)
"""What is settled by having come about: a deed, an event, a waiver, a request."""


@dataclass(frozen=True)
class Examined:
    """What was looked for in incidents beside their grade, one entry per incident.

    ``watched`` marks those that an instrument sure to notice them watched, ``dissent`` those of which it registered
    nothing, ``unnamed`` those in which somebody is named by too few channels to be attributed.
    """

    watched: Mask
    dissent: Mask
    unnamed: Mask

    def take(self, rows: Rows) -> Examined:
        """Of some of the incidents."""
        return Examined(self.watched[rows], self.dissent[rows], self.unnamed[rows])


@dataclass(frozen=True)
class Evidence:
    """Incidents with the evidence standard's word for each (row *i* of both is one), the register, and coverage."""

    incidents: IncidentTable
    grades: Words
    register: tuple[RegisterEntry, ...] = ()
    seen: Seen = seen_by_nobody
    examined: Examined | None = None
    """What else was looked for in each incident; ``None``: nobody looked."""

    def __post_init__(self) -> None:
        """Refuse grades that do not fit the incidents."""
        if len(self.grades.codes) != len(self.incidents):
            raise UsageFault(
                f"{len(self.grades.codes)} grades for {len(self.incidents)} incidents", do="grade every incident once"
            )
        unknown = sorted(set(self.grades.names) - set(GRADES))
        if unknown:
            raise UsageFault(f"unknown grade {unknown[0]!r}", do=f"use one of: {', '.join(GRADES)}", example=GRADES[0])

    def take(self, rows: Rows) -> Evidence:
        """With some of the incidents only."""
        examined = self.examined_in(rows)
        return replace(self, incidents=self.incidents.take(rows), grades=self.grades.take(rows), examined=examined)

    def examined_in(self, rows: Rows) -> Examined | None:
        """What was looked for in some of the incidents."""
        return None if self.examined is None else self.examined.take(rows)

    def in_order(self) -> Evidence:
        """By time and then id: the order in which records came in means nothing."""
        incidents = self.incidents
        register = tuple(sorted(self.register, key=lambda entry: (entry.time.start, entry.key)))
        return replace(self.take(np.lexsort((incidents.id, incidents.start_us))), register=register)

    def known_by(self, as_of_us: int) -> Evidence:
        """Without what came about after the moment of information, or may have come about after it only."""
        rows = np.flatnonzero(self.incidents.start_us <= as_of_us)
        as_of = moment_at(as_of_us)
        register = tuple(filter(None, (_known_by(entry, as_of) for entry in self.register)))
        return replace(self.take(rows), register=register)


def _known_by(entry: RegisterEntry, as_of: datetime) -> RegisterEntry | None:
    """What of an entry had surely come about by a moment; ``None`` if nothing had.

    A failure that lasts had lasted so far. What only excuses or suspends may have come already: it stays as it is,
    since a doubt about it accuses nobody.
    """
    if entry.time.start > as_of:
        return None
    if entry.kind not in _SETTLES or surely_by(entry) <= as_of:
        return entry
    if entry.kind is not RegisterKind.NOT_DONE or entry.time.sense is TimeSense.SOMETIME:
        return None
    return replace(entry, time=replace(entry.time, end=as_of))
