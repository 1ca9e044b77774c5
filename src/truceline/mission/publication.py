"""What is published of a case: one record for everybody, from which levels open more or less.

Question: what does the mission bind itself to when it publishes what a case came to? In: the case, its scene, the
finding as it stands, the incidents it rests on. Out: named parts, each with its fields by JSON pointer, ready to be
sealed: the finding with clause, readings, review, dissent, notices and replies of all parties, and packs of incidents,
since one entry of the log holds so many fields and no more.

Persons, sources, sensors and observations are not in it at all. Times are whole minutes, and positions within words
are coarsened to a tenth of a degree as in reports. Places are there in cells of 50, 10 and 1 km and exactly; which of
them is opened is the level's to say (:mod:`truceline.mission.release_rules`).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from truceline.ledger.disclosure import Json, fields_of, place_fields
from truceline.mission.case_form import hypotheses_json
from truceline.mission.case_room import CaseRoom
from truceline.mission.coarse_words import coarse_text
from truceline.mission.explaining import clause_of, explain_incidents
from truceline.mission.public_places import public_label
from truceline.mission.public_time import public_time
from truceline.model import (
    CaseFault,
    EllipsePlace,
    Finding,
    Incident,
    Interval,
    Notice,
    PointPlace,
    Reply,
    SectorPlace,
    Silence,
    UnreadableFile,
    UsageFault,
    distance_m,
    plain_json,
)
from truceline.verification.case_times import times_of
from truceline.verification.cases import Case
from truceline.verification.reviewing import reviewed
from truceline.verification.scene import Scene

INCIDENTS_AT_ONCE = 50
TELLS_UNTIL = "/tells_until"
"""The field that seals the last moment an entry tells of, by which levels count."""
MOST_FIELDS = 1_000
"""A reader of a bundle opens so many fields and some more (:data:`truceline.ledger.bundles.MOST_OPENINGS`)."""


@dataclass(frozen=True)
class Part:
    """One entry of the log to be: its name there, its fields by JSON pointer, and the last moment they tell of."""

    name: str
    fields: dict[str, Json]
    until: datetime

    def without(self, closed: Collection[str]) -> Part:
        """The same without some fields."""
        return replace(self, fields={path: value for path, value in self.fields.items() if path not in closed})


def parts_of(room: CaseRoom, scene: Scene, case: Case) -> tuple[Part, ...]:
    """The parts of the next publication of a case; raises :class:`UsageFault` for a finding too long for an entry."""
    step = len(case.publishings) + 1
    finding = room.finding(case.finding.id)
    asked = case.opening.incidents or finding.incidents
    _check_incidents(case, finding)
    incidents = [note.incident for note, _ in explain_incidents(room.mission, list(asked))] if asked else []
    packs = [incidents[at : at + INCIDENTS_AT_ONCE] for at in range(0, len(incidents), INCIDENTS_AT_ONCE)]
    if len(incidents) != len(set(asked)):
        raise CaseFault("incidents of the finding are not in the newest run", where=case.id, do="fuse and assess again")
    until = max([case.opening.event.end, *(one.time.end for one in incidents)])
    told = finding_record(room, scene, case) | {"publication": step, "parts": 1 + len(packs)}
    main = Part(part_name(case.id, step, 0), fields_of(told | {"incidents": _in_all(incidents)}), until)
    if len(main.fields) > MOST_FIELDS:
        raise UsageFault(
            f"the finding has {len(main.fields)} fields, and an entry takes {MOST_FIELDS}",
            where=case.id,
            do="split the case: one for each group of incidents",
        )
    more = (
        Part(part_name(case.id, step, number), incident_fields(pack), max(one.time.end for one in pack))
        for number, pack in enumerate(packs, 1)
    )
    return (main, *more)


def _check_incidents(case: Case, finding: Finding) -> None:
    """Refuse a case on incidents that the finding, as it was judged, does not rest on any more."""
    gone = sorted(set(case.opening.incidents) - set(finding.incidents))
    if gone:
        raise CaseFault(
            f"the case was opened on incident {gone[0]}, and the finding does not rest on it any more",
            where=case.id,
            do="open a case on what it rests on now",
        )


def part_name(case_id: str, step: int, number: int) -> str:
    """The name of a part in the public log; number 0 is the finding itself.

    >>> part_name("c-0123456789ab", 1, 0), part_name("c-0123456789ab", 1, 2)
    ('c-0123456789ab/1', 'c-0123456789ab/1/incidents-2')
    """
    return f"{case_id}/{step}" if number == 0 else f"{case_id}/{step}/incidents-{number}"


def report_part(mission_id: str, file: Path, now: datetime, randomness: Callable[[int], bytes]) -> Part:
    """A report by name, length and SHA-256, under a random name, which tells nothing; raises UnreadableFile."""
    try:
        with file.open("rb") as stream:
            sha256, length = hashlib.file_digest(stream, "sha256").hexdigest(), stream.tell()
    except OSError as fault:
        raise UnreadableFile(
            f"the report cannot be read ({fault.strerror})", where=str(file), do="name a file of a report"
        ) from fault
    fields: dict[str, Json] = {"/mission": mission_id, "/file": file.name, "/bytes": length, "/sha256": sha256}
    return Part(f"report/{randomness(8).hex()}", fields, now)


def finding_record(room: CaseRoom, scene: Scene, case: Case) -> dict[str, Json]:
    """The finding of a case, with everything said about it, as an object."""
    agreement, finding = room.mission.agreement, room.finding(case.finding.id)
    clause = clause_of(agreement, finding)
    found = reviewed(case, scene.cases, scene.people, scene.rules)
    record: dict[str, Json] = plain_json(
        {
            "mission": room.mission.settings.id,
            "case": case.id,
            "stage": case.stage,
            "agreement": agreement.id,
            "clause": {"id": clause.id, "text": clause.text},
            "finding": finding.id,
            "norm": finding.norm,
            "party": finding.party,
            "reading": finding.reading,
            "other_readings": _other_readings(room, finding),
            "result": finding.result,
            "probability": finding.probability,
            "attribution": finding.attribution,
            "because": str(finding.because),
            "would_change": [str(one) for one in finding.would_change],
            "trace": [{"title": step.title, "outcome": str(step.outcome)} for step in finding.trace],
            "revision": {"number": case.finding.revision, "sha256": case.finding.sha256},
            "review": {"graded": len(found.counted), "agreed": found.outcome},
            "hypotheses": [_hypothesis(one) for one in hypotheses_json(case)],
            "dissents": [coarse_text(deed.words) for _, deed in case.dissents()],
            "times": _times(room, case),
            "notices": [_notice(one) for _, one in case.notices],
            "replies": [_reply(one) for _, one in case.of_kind(Reply)],
            "silences": [{"party": one.party, "reply_by": _minute(one.reply_by)} for _, one in case.of_kind(Silence)],
        }
    )
    return record


def _hypothesis(one: Mapping[str, Any]) -> dict[str, object]:
    """An explanation with how many independent origins speak for and against it; which evidence, is not told."""
    return {"kind": one["kind"], "words": coarse_text(one["words"]), "for": one["for"], "against": one["against"]}


def _other_readings(room: CaseRoom, finding: Finding) -> list[dict[str, str]]:
    """What the same norm comes to for the same party where the text is read otherwise."""
    return [
        {"reading": one.reading, "result": one.result}
        for one in room.mission.records.findings()
        if (one.norm, one.party) == (finding.norm, finding.party) and one.reading != finding.reading
    ]


def _times(room: CaseRoom, case: Case) -> dict[str, object]:
    times = times_of(case, room.rules)
    event = public_time(times.event)
    return {
        "event": {"from": event.start, "until": event.end},
        "detection": _minute(times.detection),
        "finding": _minute(times.finding),
        "remedy": _minute(times.remedy),
    }


def _notice(one: Notice) -> dict[str, object]:
    return {"party": one.party, "given": _minute(one.given_at), "reply_by": _minute(one.reply_by)}


def _reply(one: Reply) -> dict[str, object]:
    return {"party": one.party, "says": one.says, "received": _minute(one.received_at), "words": coarse_text(one.words)}


def _in_all(incidents: Iterable[Incident]) -> Json:
    told = tuple(incidents)
    strata = sorted({str(stratum) for one in told for stratum in one.strata})
    return {"number": len(told), "strata": list[Json](strata)}


def incident_fields(pack: Sequence[Incident]) -> dict[str, Json]:
    """The fields of some incidents, by JSON pointer: what, when, how many, seen by which strata, and where."""
    found: dict[str, Json] = {}
    for number, one in enumerate(pack):
        here = f"/incidents/{number}"
        found |= {f"{here}{path}": value for path, value in fields_of(_incident(one)).items()}
        found |= {f"{here}{path}": value for path, value in _place(one).items()}
    return found


def _incident(one: Incident) -> dict[str, Json]:
    time: Interval = public_time(one.time)
    record: dict[str, Json] = plain_json(
        {
            "time": {"from": time.start, "until": time.end},
            "phenomenon": one.phenomenon,
            "count": {"low": one.count.low, "best": one.count.best, "high": one.count.high},
            "strata": " ".join(sorted(str(stratum) for stratum in one.strata)),
            "probability": one.probability,
        }
    )
    return record


def _place(one: Incident) -> dict[str, Json]:
    """The middle of where it may have been, in cells and exactly, and how far from there it may be, in whole km."""
    area = one.place.area_95()
    name = {"/place/name": public_label(one.place)}
    if isinstance(one.place, PointPlace | EllipsePlace):
        lat, lon = one.place.lat, one.place.lon
    elif area is not None and not area.is_empty:
        lat, lon = area.centroid.y, area.centroid.x
    else:
        return {**name, "/place/within_km": None}
    within_m = 0.0
    if area is not None and not area.is_empty:
        corners = area.convex_hull.boundary.coords if area.convex_hull.area else area.convex_hull.coords
        within_m = max(distance_m(lat, lon, y, x) for x, y in corners)
    cells = place_fields(round(lat, 6), round(lon, 6))
    if isinstance(one.place, SectorPlace):  # its middle may be where the observer stands
        cells = {path: cell for path, cell in cells.items() if path.endswith(("50km", "10km"))}
    return {**name, **cells, "/place/within_km": math.ceil(within_m / 1_000)}


def _minute(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(second=0, microsecond=0)
