"""What an agreement is held against: incidents with their grades, the register, and who could have seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from truceline.agreements.seen import SeenShare
from truceline.model import GRADES, IncidentTable, Interval, RegisterEntry, UsageFault, Words, microseconds
from truceline.model.columns import Rows

Seen = Callable[[Interval], Sequence[SeenShare]]
"""The coverage of a window: for each phenomenon the share of place and time in which it could have been seen."""


def seen_by_nobody(_: Interval) -> tuple[SeenShare, ...]:
    """The coverage where no record of any source says that it watched."""
    return ()


@dataclass(frozen=True)
class Evidence:
    """Incidents with the evidence standard's word for each (row *i* of both is one), the register, and coverage."""

    incidents: IncidentTable
    grades: Words
    register: tuple[RegisterEntry, ...] = ()
    seen: Seen = seen_by_nobody

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
        return replace(self, incidents=self.incidents.take(rows), grades=self.grades.take(rows))

    def in_order(self) -> Evidence:
        """By time and then id: the order in which records came in means nothing."""
        incidents = self.incidents
        register = tuple(sorted(self.register, key=lambda entry: (entry.time.start, entry.key)))
        return replace(self.take(np.lexsort((incidents.id, incidents.start_us))), register=register)

    def known_by(self, as_of_us: int) -> Evidence:
        """Without what came about after the moment of information."""
        rows = np.flatnonzero(self.incidents.start_us <= as_of_us)
        register = tuple(entry for entry in self.register if microseconds(entry.time.start) <= as_of_us)
        return replace(self.take(rows), register=register)
