"""Reading cases: each reading is decided and put on record, whether it is allowed or not.

What leaves in bulk or at night is an alarm as well; the alarm is kept before anything is handed out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from truceline.ledger.keys import parse_verifier_key
from truceline.ledger.signed_records import CASE_ACT, Keyring, SignatureState, read_record, signatures_of
from truceline.mission.case_acts import (
    DECISION,
    TOLD,
    not_permitted,
    note_shown,
    record_decision,
    scene_of,
    signed_in,
)
from truceline.mission.case_room import CaseRoom, cases_in
from truceline.mission.source_grades import GRADING, all_events, grading_of, gradings_in
from truceline.model import Act, Dissent, LedgerFault, Person, ReviewGrade, Role, parse_moment, zone
from truceline.store import OutboxEvent, writing
from truceline.store.adding import Adding
from truceline.verification.access import Decision, Purpose
from truceline.verification.cases import Case
from truceline.verification.grading import visible_to
from truceline.verification.guard import may, may_audit, may_grade_sources
from truceline.verification.scene import Scene
from truceline.verification.showing import acts_shown

ALARM = "alarm"
A_DAY = timedelta(days=1)
TOLD_FOR = timedelta(days=30)
"""How long a broken glass and an alarm stand on top of lists."""


@dataclass(frozen=True)
class SeenCase:
    """A case that somebody may read, in the light of the scene."""

    scene: Scene
    person: Person
    case: Case
    signatures: Mapping[str, SignatureState] = field(default_factory=dict)
    """How each act is signed, by its id; where an act is not in it nobody asked."""


@dataclass(frozen=True)
class SeenCases:
    """The cases somebody may read, how many they may not are not told, and what everyone or they are told."""

    cases: tuple[SeenCase, ...]
    told: tuple[OutboxEvent, ...]
    alarms: tuple[OutboxEvent, ...]


def read_case(room: CaseRoom, account: str, case_id: str, now: datetime) -> SeenCase:
    """One case. Raises :class:`NotFound` and :class:`~truceline.model.NotPermitted`."""
    with writing(room.mission.root):
        person = signed_in(room, account, case_id, now)
        with room.mission.records.adding() as adding:
            scene, case = scene_of(room, adding, person, case_id, now)
            decision = may(scene, person, case, Purpose.READ)
            record_decision(room, adding, decision, now, case=case_id)
            case = note_shown(room, adding, scene, person, case) if decision.allowed else case
            notes = adding.signatures(case_id)
    if not decision.allowed:
        raise not_permitted(decision, case_id)
    return SeenCase(scene, person, case, signatures_in(room, case, notes))


def signatures_in(room: CaseRoom, case: Case, notes: Mapping[str, str]) -> dict[str, SignatureState]:
    """How each act of a case is signed: only its doer's own key makes it signed."""
    keyring = {parse_verifier_key(text): one.id for one in room.people.persons for text in one.keys}
    return {act.id: _signature(act, notes.get(act.id, ""), keyring) for act in case.acts}


def _signature(act: Act, note: str, keyring: Keyring) -> SignatureState:
    if not note:
        return SignatureState.UNSIGNED
    try:
        read = read_record(note.encode(), CASE_ACT)
    except LedgerFault:
        return SignatureState.DOES_NOT_HOLD
    if read.canonical != act.canonical:
        return SignatureState.DOES_NOT_HOLD
    return signatures_of(read, keyring, (act.by,)).state


def read_cases(room: CaseRoom, account: str, now: datetime) -> SeenCases:
    """Every case somebody may read, in the order they were opened, with what they are to be told first."""
    with writing(room.mission.root):
        person = signed_in(room, account, "list", now)
        with room.mission.records.adding() as adding:
            seen, _ = _allowed(room, adding, person, Purpose.READ, now)
            events = all_events(adding)
    told = [one for one in events if one.kind == TOLD and _since(one, now) <= TOLD_FOR]
    watches = {Role.HEAD_OF_MISSION, Role.AUDITOR} & set(person.roles)
    alarms = [one for one in events if watches and one.kind == ALARM and _since(one, now) <= TOLD_FOR]
    return SeenCases(seen, tuple(told), tuple(alarms))


def export_cases(room: CaseRoom, account: str, now: datetime) -> tuple[tuple[SeenCase, ...], OutboxEvent | None]:
    """Every case somebody may take out, and the alarm that this is, if it is one.

    Raises :class:`~truceline.model.NotPermitted` for whoever may take out none.
    """
    with writing(room.mission.root):
        person = signed_in(room, account, "export", now)
        with room.mission.records.adding() as adding:
            seen, last = _allowed(room, adding, person, Purpose.EXPORT, now)
            why = _alarming(room, adding, person, now) if seen else []
            content = {"person": person.id, "cases": [one.case.id for one in seen], "why": why}
            alarm = adding.add_event(ALARM, now, content) if why else None
    if not seen and last is not None:
        raise not_permitted(last, "export")
    return seen, alarm


def read_events(room: CaseRoom, account: str, now: datetime) -> tuple[tuple[OutboxEvent, bool], ...]:
    """Everything in the outbox, and of each event whether what it says is sealed for this person.

    Grades and dissents are sealed here as they are in the case. Raises :class:`~truceline.model.NotPermitted`.
    """
    with writing(room.mission.root):
        person = signed_in(room, account, "events", now)
        with room.mission.records.adding() as adding:
            decision = may_audit(person)
            record_decision(room, adding, decision, now, case="events")
            scenes = room.scenes(cases_in(adding.acts()), now)
            for case, scene in scenes if decision.allowed else ():
                note_shown(room, adding, scene, person, case)
            events = all_events(adding)
    if not decision.allowed:
        raise not_permitted(decision, "events")
    open_to = {act.id for case, scene in scenes for act in acts_shown(scene, person, case)}
    sealed = {
        act.id for case, _ in scenes for act in case.acts if isinstance(act.deed, ReviewGrade | Dissent)
    } - open_to
    hidden = set(gradings_in(events)) - set(visible_to(person.id, gradings_in(events)))
    hidden = hidden if may_grade_sources(person).allowed else set()
    return tuple(
        (event, event.content.get("id") in sealed or (event.kind == GRADING and grading_of(event) in hidden))
        for event in events
    )


def _allowed(
    room: CaseRoom, adding: Adding, person: Person, purpose: Purpose, now: datetime
) -> tuple[tuple[SeenCase, ...], Decision | None]:
    """The cases somebody may see for a purpose, and the last decision against one; each decision is on record."""
    seen, last = [], None
    for case, scene in room.scenes(cases_in(adding.acts()), now):
        decision = may(scene, person, case, purpose)
        record_decision(room, adding, decision, now, case=case.id)
        if decision.allowed:
            seen.append(SeenCase(scene, person, note_shown(room, adding, scene, person, case)))
        else:
            last = decision
    return tuple(seen), last


def _alarming(room: CaseRoom, adding: Adding, person: Person, now: datetime) -> list[str]:
    """Why an export is told as an alarm: at night, or of many cases within a day, this one counted in."""
    watch = room.rules.watch
    hour = now.astimezone(zone(room.mission.settings.time_zone)).hour
    taken = {
        event.content["case"]
        for event in all_events(adding)
        if event.kind == DECISION
        and event.content["allowed"]
        and event.content.get("purpose") == Purpose.EXPORT
        and event.content["person"] == person.id
        and _since(event, now) <= A_DAY
    }
    why = [f"at night, at {hour:02d} h of the mission's clock"] if watch.is_night(hour) else []
    return [*why, f"{len(taken)} cases within a day, more than {watch.bulk}"] if len(taken) > watch.bulk else why


def _since(event: OutboxEvent, now: datetime) -> timedelta:
    return now - parse_moment(event.at)
