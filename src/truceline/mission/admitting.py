"""What a mission holds every record against before it is kept: its own area and the parties of its agreement.

A format knows nothing of the mission, so it cannot see that latitude and longitude were exchanged where both still
lie on the globe, or that a claim names a party that is none. Whatever is refused here is kept as a rejected row.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from truceline.mission.folder import Mission
from truceline.mission.settings import Bounds
from truceline.model import Claim, Observation, PointPlace, Rejected, SectorPlace
from truceline.sources import Record


def admitted(mission: Mission, stream: Iterator[Record]) -> Iterator[Record]:
    """The records as this mission takes them in; those that cannot be its own come out as rejected rows."""
    bounds, parties = mission.settings.bounds, mission.party_ids_as_written
    mirror = mission.pair is not None
    for record in stream:
        refused = _refusal(record, bounds, parties)
        if refused is not None:
            yield refused
        else:
            yield _mirror(mission, record) if mirror else record


def _refusal(record: Record, bounds: Bounds | None, parties: Sequence[str]) -> Rejected | None:
    if isinstance(record, Observation):
        refused = None if bounds is None else _outside(record, bounds)
        return refused or _of_a_stranger((("party", record.party),), parties, record.evidence.line, _words(record))
    if isinstance(record, Claim):
        named = (("party", record.party), ("about", record.about))
        return _of_a_stranger(named, parties, record.evidence.line, record.quote)
    return None


def _outside(seen: Observation, bounds: Bounds) -> Rejected | None:
    place = seen.place
    if not isinstance(place, PointPlace | SectorPlace) or bounds.hold(place.lat, place.lon):
        return None
    hint = "; latitude and longitude look swapped" if bounds.hold(place.lon, place.lat) else ""
    reason = f"position {place.lat}, {place.lon} lies outside the mission's bounds{hint}"
    return Rejected(seen.evidence.line, reason, _words(seen))


def _words(seen: Observation) -> str:
    return seen.words or seen.key


def _of_a_stranger(named: Sequence[tuple[str, str]], parties: Sequence[str], line: int, raw: str) -> Rejected | None:
    for name, party in named:
        if party and party not in parties:
            near = difflib.get_close_matches(party, parties, n=1)
            hint = f"did you mean {near[0]}?" if near else f"it has: {', '.join(parties)}"
            return Rejected(line, f"{name} {party!r} is no party of the agreement; {hint}", raw)
    return None


def _mirror(mission: Mission, record: Record) -> Record:
    if isinstance(record, Observation):
        return replace(record, party=mission.mirrored(record.party)) if record.party else record
    if isinstance(record, Claim):
        return mission.mirrored(record)
    return record
