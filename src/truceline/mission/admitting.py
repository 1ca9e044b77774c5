"""What a mission holds every record against before it is kept: its own area and the parties of its agreement.

A format knows nothing of the mission, so it cannot see that latitude and longitude were exchanged where both still
lie on the globe, or that a claim or an entry of the register names a party that is none. Whatever is refused here is
kept as a rejected row.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from truceline.agreements.permissions import names_a_time
from truceline.agreements.subjects import is_subject
from truceline.mission.folder import Mission
from truceline.mission.register_known import RegisterKnown
from truceline.mission.register_repeats import repeats_admitted
from truceline.mission.settings import Bounds
from truceline.model import Claim, EllipsePlace, Observation, PointPlace, RegisterEntry, Rejected, SectorPlace
from truceline.sources import Record
from truceline.store import as_text

_LIKE_A_PARTY = "party"
"""How the id of a party begins, and that of no other actor."""


def admitted(mission: Mission, stream: Iterator[Record]) -> Iterator[Record]:
    """The records as this mission takes them in; those that cannot be its own come out as rejected rows."""
    return repeats_admitted(mission, _one_by_one(mission, stream))


def _one_by_one(mission: Mission, stream: Iterator[Record]) -> Iterator[Record]:
    """Each record by itself."""
    bounds, parties = mission.settings.bounds, mission.party_ids_as_written
    subjects = mission.subjects
    actors = {*parties, *(one.id for one in mission.agreement.actors)}
    known = RegisterKnown(mission)
    mirror = mission.pair is not None
    for record in stream:
        refused = _refusal(record, bounds, parties)
        if refused is None and isinstance(record, RegisterEntry):
            refused = _of_nothing(record, subjects, actors) or _on_too_long(record) or _of_what_is_not(record, known)
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
    if isinstance(record, RegisterEntry):
        return _of_a_stranger(_parties_named(record), parties, record.evidence.line, as_text(record))
    return None


def _of_nothing(entry: RegisterEntry, subjects: Sequence[str], actors: Collection[str]) -> Rejected | None:
    """An entry on something the agreement does not have would change no finding, and nobody would notice."""
    if not entry.subject or is_subject(entry.subject, subjects, actors):
        return None
    known = [subject.rpartition("/")[2] for subject in subjects]
    near = difflib.get_close_matches(entry.subject, sorted({*subjects, *known}), n=1)
    hint = f"did you mean {near[0]}?" if near else f"it has: {', '.join(sorted(subjects)) or 'nothing'}"
    reason = f"subject {entry.subject!r} is no event, norm, duty or criterion of the agreement; {hint}"
    return Rejected(entry.evidence.line, reason, as_text(entry))


def _of_what_is_not(entry: RegisterEntry, known: RegisterKnown) -> Rejected | None:
    """An entry on a place, an option or an incident that the mission does not have."""
    reason = known.refusal(entry)
    return Rejected(entry.evidence.line, reason, as_text(entry)) if reason else None


def _on_too_long(entry: RegisterEntry) -> Rejected | None:
    """A claim on a long span would hold nothing open, and whoever entered it would wait in vain."""
    if names_a_time(entry):
        return None
    reason = "covers is longer than 24 hours: a claim names its incident, or a span of a day; for example about 4d2"
    return Rejected(entry.evidence.line, reason, as_text(entry))


def _parties_named(entry: RegisterEntry) -> list[tuple[str, str]]:
    """Who is named as a party, and in which column; other actors, such as a mediator, the agreement need not list."""
    named = [("by", entry.by), *(("to", one) for one in entry.to), ("said_by", entry.said_by)]
    named += [("subject", part) for part in entry.subject.split("/")[1:2]]  # of a finding: norm/party/reading
    return [(column, name) for column, name in named if name.startswith(_LIKE_A_PARTY)]


def _outside(seen: Observation, bounds: Bounds) -> Rejected | None:
    place = seen.place
    if not isinstance(place, PointPlace | SectorPlace | EllipsePlace) or bounds.hold(place.lat, place.lon):
        return None
    if isinstance(place, EllipsePlace) and place.mirror and bounds.hold(place.mirror.lat, place.mirror.lon):
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
    if isinstance(record, Claim | RegisterEntry):
        return mission.mirrored(record)
    return record
