"""Doing something in a case: the only place that appends an act, and only what the guard accepts.

Act, decision and event are kept in one transaction. A refusal is kept as well: who wanted to do what, and why not.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from truceline.ledger.signed_records import CASE_ACT, note_of
from truceline.mission.case_room import CaseRoom, cases_in
from truceline.model import Act, Deed, GlassBroken, NotFound, NotPermitted, Opening, Person, Shown, case_id_of
from truceline.model.strict_yaml import nearest
from truceline.store import writing
from truceline.store.adding import Adding
from truceline.verification.access import Decision, Knowing
from truceline.verification.cases import Case
from truceline.verification.guard import Judgement, judge, knowing
from truceline.verification.scene import Scene
from truceline.verification.showing import unsealed

DECISION, ACT, TOLD = "decision", "act", "told-everyone"
"""Kinds of events: who may do what, what was done, what everyone is told."""

Making = Callable[[Scene, Person, Case], Deed]
"""Makes the deed out of what stands; the case is there."""


@dataclass(frozen=True, slots=True)
class Done:
    """An act that was appended, the case with it, and the scene as it was."""

    act: Act
    case: Case
    scene: Scene


def open_case(room: CaseRoom, account: str, opening: Opening, now: datetime) -> Done:
    """Open a case. Raises what :func:`act_in` does."""
    with writing(room.mission.root):
        person = signed_in(room, account, "open", now)
        with room.mission.records.adding() as adding:
            scene = room.scene(cases_in(adding.acts_around()), opening.finding.id, now)
            act = Act(case_id_of(person.id, now, opening), person.id, now, opening)
            judgement = _kept(room, adding, scene, act)
    _raise(judgement, act)
    return Done(act, Case(act.case, (act,)), scene)


def act_in(room: CaseRoom, account: str, case_id: str, make: Making, now: datetime) -> Done:
    """Do something in a case.

    Raises :class:`NotFound` for an unknown person or case, :class:`NotPermitted` and :class:`CaseFault` as the guard
    judges; the refusal is on record then.
    """
    with writing(room.mission.root):
        person = signed_in(room, account, case_id, now)
        with room.mission.records.adding() as adding:
            scene, case = scene_of(room, adding, person, case_id, now)
            act = Act(case.id, person.id, now, make(scene, person, case))
            judgement = _kept(room, adding, scene, act)
    _raise(judgement, act)
    return Done(act, case.with_act(act), scene)


def note_shown(room: CaseRoom, adding: Adding, scene: Scene, person: Person, case: Case) -> Case:
    """Put on record that somebody is about to see how others graded, whatever their role is now.

    Roles change; whoever saw the grades of a revision grades it no more. Gives the case with that act, if there is one.
    """
    sha256 = case.finding.sha256
    theirs = [act.by for act, _ in case.grades(sha256)]
    known = person.id in theirs or case.shown(person.id, sha256)
    if known or not theirs or person.party or not unsealed(scene, person, case, sha256):
        return case
    act = Act(case.id, person.id, scene.now, Shown(sha256))
    return case.with_act(act) if _kept(room, adding, scene, act).accepted else case


def scene_of(room: CaseRoom, adding: Adding, person: Person, case_id: str, now: datetime) -> tuple[Scene, Case]:
    """A case and what stands around it; raises :class:`NotFound` with the nearest the person may know of."""
    cases = cases_in(adding.acts_around(case_id))
    case = next((one for one in cases if one.id == case_id), None)
    if case is None:
        scene = Scene(room.rules, room.people, cases, None, now)
        known = [one.id for one in cases if knowing(scene, person, one) is not Knowing.OFF_LIST]
        near = nearest(case_id, known)
        raise NotFound(
            f"there is no case {case_id!r}",
            do=f"did you mean {near}?" if near else "take an id from `truceline case list`",
            example="truceline case list --as olena",
        )
    return room.scene(cases, case.finding.id, now), case


def signed_in(room: CaseRoom, account: str, wanted: str, now: datetime) -> Person:
    """The person behind an account; that somebody unknown tried is put on record. Raises :class:`NotFound`."""
    person = room.people.find(account)
    if person is None:
        with room.mission.records.adding() as adding:
            content = {"person": "", "account": account, "allowed": False, "because": "nobody signs in by that"}
            adding.add_event(DECISION, now, {**content, "case": wanted, **_judged_by(room)})
        return room.people.person(account)
    return person


def record_decision(room: CaseRoom, adding: Adding, decision: Decision, now: datetime, **more: object) -> None:
    """Put a decision on record, with what it was decided by."""
    asked = decision.question
    adding.add_event(
        DECISION,
        now,
        {
            "person": asked.person,
            "roles": list(asked.roles),
            "knowing": asked.knowing,
            "phase": asked.phase,
            "purpose": asked.purpose,
            "allowed": decision.allowed,
            "because": decision.because,
            **_judged_by(room),
            **more,
        },
    )


def _kept(room: CaseRoom, adding: Adding, scene: Scene, act: Act) -> Judgement:
    """Judge an act; keep the decision, and the act where it is accepted."""
    judgement = judge(scene, act)
    fault = "" if judgement.fault is None else judgement.fault.what
    record_decision(room, adding, judgement.decision, scene.now, case=act.case, act=act.kind, fault=fault)
    if judgement.accepted:
        kept = adding.append_act(act.case, act.kind, act.canonical.decode())
        told = {"id": kept.id, "position": kept.position, **json.loads(kept.content)}
        if room.key is not None and scene.signer == act.by:
            note = note_of(CASE_ACT, act.canonical, room.key).encode().decode()
            adding.add_signature(kept.id, note)
            told["signed"] = note
        adding.add_event(ACT, scene.now, told)
        if isinstance(act.deed, GlassBroken):
            adding.add_event(TOLD, scene.now, _told(scene, act, act.deed))
    return judgement


def _told(scene: Scene, act: Act, deed: GlassBroken) -> Mapping[str, Any]:
    """What everyone is told of a broken glass: which case, who asked, who agreed, until when."""
    everyone = [person.id for person in scene.people.persons if person.roles]
    return {"case": act.case, "reader": deed.reader, "agreed": act.by, "until": deed.until, "to": everyone}


def _judged_by(room: CaseRoom) -> dict[str, str]:
    return {"people_sha256": room.people.sha256, "rules_sha256": room.rules_sha256}


def _raise(judgement: Judgement, act: Act) -> None:
    if not judgement.decision.allowed:
        raise not_permitted(judgement.decision, act.case)
    if judgement.fault is not None:
        raise judgement.fault


def not_permitted(decision: Decision, case_id: str) -> NotPermitted:
    """The refusal in words; it is on record."""
    asked = decision.question
    return NotPermitted(
        f"{asked.person} may not {asked.purpose} here: {decision.because}",
        where=case_id,
        do="ask somebody who may; lives at stake tonight: two people can break the glass",
        example=f'truceline case break-glass {case_id} --as {asked.person} --because "..."',
    )
