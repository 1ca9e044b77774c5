"""What exceptions are judged on: all incidents that are known, the register, and the parties, under one reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from truceline.agreements.space.apart import Nearness
from truceline.model import IncidentTable, RegisterEntry, Words
from truceline.model.columns import Ints


@dataclass(frozen=True)
class Scene:
    """All incidents in question with their grades, the register, and the parties: what requirements are judged on.

    ``since_us`` is the beginning of the reading: an attack for which the text sets no span counts from then on.
    """

    incidents: IncidentTable
    grades: Words
    register: tuple[RegisterEntry, ...]
    parties: tuple[str, ...]
    breach_probability: float
    since_us: int

    @cached_property
    def latest_us(self) -> Ints:
        """The latest moment at which each incident can have begun."""
        found: Ints = np.where(self.incidents.sometime, self.incidents.end_us, self.incidents.start_us)
        return found

    def nearness(self, near_m: float) -> Nearness:
        """How near the incidents lie to one another, as far as it is asked if they lie within some distance."""
        if near_m not in self._nearness:
            self._nearness[near_m] = Nearness(self.incidents, near_m, self.breach_probability)
        return self._nearness[near_m]

    @cached_property
    def _nearness(self) -> dict[float, Nearness]:
        return {}

    def entries(self, kind: str, names: Sequence[str]) -> tuple[RegisterEntry, ...]:
        """Entries of a kind on a subject, which may be named in several ways."""
        return tuple(entry for name in names for entry in self._by_subject.get((kind, name), ()))

    @cached_property
    def _by_subject(self) -> dict[tuple[str, str], list[RegisterEntry]]:
        found: dict[tuple[str, str], list[RegisterEntry]] = {}
        for entry in self.register:
            found.setdefault((entry.kind.value, entry.subject), []).append(entry)
        return found
