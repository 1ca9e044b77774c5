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

from truceline.mission.case_acts import Done, act_in, not_permitted, record_decision, signed_in
from truceline.mission.case_room import CaseRoom, cases_in
from truceline.mission.publication import part_name, parts_of, report_part
from truceline.mission.sealed import SealedPart, closed_again, forget_sealed, keep_sealed, read_part, sealed_part
from truceline.model import CaseFault, NotFound, NotPermitted, Person, Publishing, Redacting, UsageFault
from truceline.model.strict_yaml import nearest
from truceline.store import writing
from truceline.store.adding import Adding
from truceline.verification.cases import Case
from truceline.verification.guard import may_publish_reports
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

    def make(scene: Scene, _person: Person, case: Case) -> Publishing:
        kept.extend(sealed_part(one, randomness) for one in parts_of(room, scene, case))
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
    part = report_part(room.mission.settings.id, file, now)
    with writing(room.mission.root):
        person = signed_in(room, account, "report", now)
        with room.mission.records.adding() as adding:
            decision = may_publish_reports(person)
            record_decision(room, adding, decision, now, case=part.name)
            known = {one.name for one in _reports(adding)}
            if decision.allowed and part.name not in known:
                sealed = sealed_part(part, randomness)
                keep_sealed(room.mission, [sealed])
                adding.add_event(REPORT, now, {"name": part.name, "entry": sealed.id, "person": person.id})
    if not decision.allowed:
        raise not_permitted(decision, "report")
    return part.name


def redact(
    room: CaseRoom, account: str, entry: str, paths: Collection[str], because: str, now: datetime
) -> tuple[Done | None, int]:
    """Close fields of something published for good; says how many salts were deleted.

    The act comes first, so that a kill between it and the deleting leaves a field that is closed by the record: it is
    never opened again. For fields whose closing is on record already there is no act, and what an old copy of the
    folder brought back of them is deleted again.
    """
    found = published_entry(room, entry)
    part = read_part(room.mission, found.entry)
    closing = tuple(sorted(set(paths) - found.closed))
    for path in closing:
        if path not in part.values:
            near = nearest(path, part.values)
            raise NotFound(
                f"the field {path!r} was never sealed",
                do=f"did you mean {near}?" if near else "name a field of the bundle",
                example=near or "/replies/0/words",
            )
    done = None
    if closing:
        done = act_in(room, account, found.case, lambda _s, _p, _c: Redacting(found.entry, closing, because), now)
    return done, closed_again(room.mission, found.entry, {*found.closed, *closing})


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
    found = []
    number = 0
    while events := adding.events(number):
        found += [
            Published(str(one.content["name"]), str(one.content["entry"]), frozenset(), "", "report")
            for one in events
            if one.kind == REPORT
        ]
        number = events[-1].number
    return tuple(found)


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
