"""What an entry of the register may name besides its subject: a place, an option of a guarantee, an incident.

An entry on a place that is none, or on an incident that never was, would change no finding, and whoever entered it
would wait in vain. Each is held against what the mission itself has; where it has nothing of the kind, nothing can be
held against it: an undivided mission before its first incidents, a text that leaves its options open.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import pyarrow.parquet as pq

from truceline.mission.folder import Mission
from truceline.mission.fusing import all_incidents
from truceline.model import PATH_MARK, RegisterEntry

_UNDIVIDED = ("*",)
_ALMOST = 0.8
"""From which likeness to the id of a zone a name is taken for a slip, where the mission lists no areas."""


@dataclass(frozen=True)
class RegisterKnown:
    """What a mission knows of the places, options and incidents that entries name."""

    mission: Mission

    def refusal(self, entry: RegisterEntry) -> str:
        """Why the mission cannot take an entry in; empty when it can, and when it has it already."""
        why = self._option(entry) or self._place(entry) or self._incident(entry)
        return "" if why and self._held(entry) else why

    def _held(self, entry: RegisterEntry) -> bool:
        """Whether the entry came in before: what a mission once took it does not refuse when it is read again."""
        entry = self.mission.mirrored(entry)
        history = self.mission.records.register_history(entry.key)
        return any(replace(entry, evidence=held.evidence) == held for _, held in history)

    def _option(self, entry: RegisterEntry) -> str:
        if not entry.option:
            return ""
        parts = entry.subject.split("/")
        asked = [options for duty, options in self._options if duty in parts]
        if asked and not all(asked):
            return ""
        known = {option for options in asked or [options for _, options in self._options] for option in options}
        if entry.option in known:
            return ""
        whose = f"the duty {entry.subject!r}" if asked else "any guarantee of the agreement"
        return f"option {entry.option!r} is none of {whose}; {_hint(entry.option, known)}"

    def _place(self, entry: RegisterEntry) -> str:
        place = entry.place
        if not place or place in self._zones or self._is_an_area(place):
            return ""
        known = {*self._zones, *self._areas}
        return f"place {place!r} is no zone of the agreement and no area of the mission; {_hint(place, known)}"

    def _is_an_area(self, place: str) -> bool:
        if place.partition(PATH_MARK)[0] in self._areas:
            return True
        listed = self.mission.settings.areas != _UNDIVIDED or self.mission.records.latest_fusion() is not None
        return not listed and not difflib.get_close_matches(place, self._zones, n=1, cutoff=_ALMOST)

    def _incident(self, entry: RegisterEntry) -> str:
        if not entry.about or self.mission.records.latest_fusion() is None:
            return ""
        if any(int(entry.about, 16) in ids for ids in self._incidents_by_run()):
            return ""
        return (
            f"about {entry.about!r} is no incident the mission has or had; copy its id from explain or from "
            "incidents.geojson, for example 0f3a9c51d2b7e846"
        )

    @cached_property
    def _options(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        guarantees = self.mission.agreement.guarantees
        return tuple((duty.id, duty.options) for guarantee in guarantees for duty in guarantee.duties)

    @cached_property
    def _zones(self) -> tuple[str, ...]:
        ground = self.mission.ground
        lines = {line.id for line in ground.terms}
        return (*(zone.id for zone in ground.zones), *(name for name in ground.slots if name not in lines))

    @cached_property
    def _areas(self) -> frozenset[str]:
        """The areas the mission lists; where it lists none, those its incidents happened in."""
        listed = self.mission.settings.areas
        if listed != _UNDIVIDED:
            return frozenset(listed)
        if self.mission.records.latest_fusion() is None:
            return frozenset()
        return frozenset(name.partition(PATH_MARK)[0] for name in all_incidents(self.mission).area.names if name)

    def _incidents_by_run(self) -> Iterator[Collection[int]]:
        """The ids of the incidents of every run: an entry may speak of one that a later run sees otherwise."""
        last = self.mission.records.latest_fusion()
        newest = last.incident_file if last else ""
        files = self.mission.records.incident_files()
        for name in sorted(files, key=lambda name: (name != newest, name)):
            path = self.mission.folders.incidents / name
            if name not in self._read and name.startswith("incidents-") and path.is_file():
                self._read[name] = frozenset(pq.read_table(path, columns=["id"]).column("id").to_pylist())
            if name in self._read:
                yield self._read[name]

    @cached_property
    def _read(self) -> dict[str, frozenset[int]]:
        return {}


def _hint(word: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(word, sorted(known), n=1)
    return f"did you mean {near[0]}?" if near else f"it has: {', '.join(sorted(known)) or 'none'}"
