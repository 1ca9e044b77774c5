"""Sending what a case came to on its way to the public log, and closing fields of it for good: the acts of people.

Question: who decided that this leaves the house, and in exactly which bytes? The parts are sealed and their secrets on
the disk first; then the guard judges the act that names them, and act, decision and event are kept in one transaction.
What a machine does with it then stands in :mod:`truceline.mission.public_log`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from truceline.mission.case_acts import Done, act_in, not_permitted, record_decision, scene_of, signed_in
from truceline.mission.case_room import CaseRoom, cases_in
from truceline.mission.freshness import check_assessed, check_fused
from truceline.mission.publication import TELLS_UNTIL, part_name, parts_of, report_part
from truceline.mission.sealed import (
    SealedPart,
    check_size,
    closed_again,
    forget_sealed,
    keep_sealed,
    read_part,
    sealed_part,
)
from truceline.mission.source_grades import all_events
from truceline.model import CaseFault, NotFound, NotPermitted, Person, Publishing, Redacting, UsageFault
from truceline.model.strict_yaml import nearest
from truceline.store import OutboxEvent, writing
from truceline.store.adding import Adding
from truceline.verification.access import Purpose
from truceline.verification.cases import Case
from truceline.verification.guard import may, may_publish_reports
from truceline.verification.scene import Scene

LEAST_DIGITS = 12
REPORT = "report"
"""Kind of event: a report was sent to the public log."""


@dataclass(frozen=True)
class Published:
    """Something sent to the public log: its name there, its entry's id, and which of its fields were closed since.

    ``case`` is whose it is, empty for a report; ``stage`` what was said of it then.
    """

    name: str
    entry: str
    closed: frozenset[str]
    case: str
    stage: str


def publish_case(
    room: CaseRoom,
    account: str,
    case_id: str,
    because: str,
    now: datetime,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
) -> Done:
    """Send what a case came to to the public log. Raises what :func:`~truceline.mission.case_acts.act_in` does."""
    kept: list[SealedPart] = []
    check_fused(room.mission)
    check_assessed(room.mission)

    def make(scene: Scene, _person: Person, case: Case) -> Publishing:
        closed = _closed_before(case)
        parts = [one.without(closed.get(at, frozenset())) for at, one in enumerate(parts_of(room, scene, case))]
        kept.extend(sealed_part(one, randomness) for one in parts)
        for one in kept:
            check_size(one)
        keep_sealed(room.mission, kept)
        entries = tuple(one.id for one in kept)
        return Publishing(len(case.publishings) + 1, case.finding.sha256, case.stage, entries, because)

    try:
        return act_in(room, account, case_id, make, now)
    except (CaseFault, NotPermitted):  # after any other fault the act may stand, and its secrets must
        forget_sealed(room.mission, kept)
        raise


def publish_report(
    room: CaseRoom,
    account: str,
    file: Path,
    now: datetime,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
) -> str:
    """Send a report to the public log: its name, length and SHA-256, all of them opened. Gives its name there.

    The same bytes are sent once. Raises :class:`NotPermitted`, and :class:`UnreadableFile` for no file.
    """
    part = report_part(room.mission.settings.id, file, now.replace(microsecond=0), randomness)
    with writing(room.mission.root):
        person = signed_in(room, account, "report", now)
        with room.mission.records.adding() as adding:
            decision = may_publish_reports(person)
            record_decision(room, adding, decision, now, case=part.name)
            sha256 = str(part.fields["/sha256"])
            known = {str(one.content["sha256"]): str(one.content["name"]) for one in _report_events(adding)}
            if decision.allowed and sha256 not in known:
                sealed = sealed_part(part, randomness)
                keep_sealed(room.mission, [sealed])
                told = {"name": part.name, "entry": sealed.id, "person": person.id, "sha256": sha256}
                adding.add_event(REPORT, now, told)
    if not decision.allowed:
        raise not_permitted(decision, "report")
    return known.get(sha256, part.name)


def redact(
    room: CaseRoom, account: str, entry: str, paths: Collection[str], because: str, now: datetime
) -> tuple[Done | None, int]:
    """Close fields of something published for good; says how many salts were deleted.

    The act comes first, so that a kill between it and the deleting leaves a field that is closed by the record: it is
    never opened again. For fields whose closing is on record already there is no act, and what an old copy of the
    folder brought back of them is deleted again.
    """
    found = published_entry(room, entry)
    closing = tuple(sorted(set(paths) - found.closed))
    if not closing:
        _check_may_redact(room, account, found.case, now)
        return None, closed_again(room.mission, found.entry, found.closed)
    part = read_part(room.mission, found.entry)

    def make(scene: Scene, person: Person, case: Case) -> Redacting:
        if may(scene, person, case, Purpose.REDACT).allowed:  # else the guard refuses, and nothing is told of fields
            _check_fields(part, closing)
        return Redacting(found.entry, closing, because)

    done = act_in(room, account, found.case, make, now)
    return done, closed_again(room.mission, found.entry, {*found.closed, *closing})


def _check_fields(part: SealedPart, paths: Collection[str]) -> None:
    """Refuse a field that was never sealed, and the one that says how late the entry may be released."""
    for path in paths:
        if path not in part.values or path == TELLS_UNTIL:
            near = nearest(path, [one for one in part.values if one != TELLS_UNTIL])
            raise NotFound(
                f"the field {path!r} was never sealed, or cannot be closed",
                do=f"did you mean {near}?" if near else "name a field of the bundle",
                example=near or "/replies/0/words",
            )


def _check_may_redact(room: CaseRoom, account: str, case_id: str, now: datetime) -> None:
    with writing(room.mission.root):
        person = signed_in(room, account, case_id, now)
        with room.mission.records.adding() as adding:
            scene, case = scene_of(room, adding, person, case_id, now)
            decision = may(scene, person, case, Purpose.REDACT)
            record_decision(room, adding, decision, now, case=case_id)
    if not decision.allowed:
        raise not_permitted(decision, case_id)


def _closed_before(case: Case) -> dict[int, frozenset[str]]:
    """The fields of each part that were closed for good in an earlier publication: they are not sealed again."""
    found: dict[int, frozenset[str]] = {}
    for _, deed in case.publishings:
        for number, entry in enumerate(deed.entries):
            found[number] = found.get(number, frozenset()) | case.redacted(entry)
    return found


def published(room: CaseRoom) -> tuple[Published, ...]:
    """Every entry that acts sent to the public log, in the order of the acts."""
    with room.mission.records.adding() as adding:
        cases, reports = cases_in(adding.acts()), _reports(adding)
    acts = sorted(
        ((act, deed, case) for case in cases for act, deed in case.publishings), key=lambda one: (one[0].at, one[0].id)
    )
    found = tuple(
        Published(part_name(case.id, deed.step, number), entry, case.redacted(entry), case.id, deed.stage)
        for _, deed, case in acts
        for number, entry in enumerate(deed.entries)
    )
    return (*found, *reports)


def _reports(adding: Adding) -> tuple[Published, ...]:
    """The reports that were sent, in the order they were."""
    return tuple(
        Published(str(one.content["name"]), str(one.content["entry"]), frozenset(), "", "report")
        for one in _report_events(adding)
    )


def _report_events(adding: Adding) -> tuple[OutboxEvent, ...]:
    return tuple(one for one in all_events(adding) if one.kind == REPORT)


def published_entry(room: CaseRoom, digits: str) -> Published:
    """The one entry whose id begins with these digits; raises :class:`NotFound` and :class:`UsageFault`."""
    everything = published(room)
    found = [one for one in everything if one.entry.startswith(digits)]
    if len(digits) < LEAST_DIGITS or len(found) > 1:
        raise UsageFault(
            f"{digits!r} does not name one entry",
            do=f"give {LEAST_DIGITS} digits of its id or more",
            example="truceline published --json",
        )
    if not found:
        raise NotFound(f"nothing published has the id {digits!r}", do="take an id from: truceline published")
    return found[0]
