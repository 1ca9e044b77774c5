"""The one door to a case: every act, whoever does it and by whatever command, is judged here and nowhere else.

First whether the person may (:mod:`truceline.verification.access`), then whether the case can take it
(:mod:`truceline.verification.accepting`). The judgement is a pure function of the scene and the act; whoever asks keeps
it, with the act or without.
"""

from __future__ import annotations

from dataclasses import dataclass

from truceline.model import (
    Act,
    CaseFault,
    Dissent,
    GlassAsked,
    GlassBroken,
    Marking,
    Move,
    Notice,
    Opening,
    Person,
    Phase,
    Publishing,
    Redacting,
    Reply,
    ReviewGrade,
    Revising,
    Role,
    Shown,
    Silence,
    Supposing,
)
from truceline.verification.accepting import check_act
from truceline.verification.access import Decision, Knowing, Purpose, Question, decide
from truceline.verification.cases import Case
from truceline.verification.scene import Scene


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of an act: whether the person may, and why the case cannot take it (``None``: it can)."""

    decision: Decision
    fault: CaseFault | None = None

    @property
    def accepted(self) -> bool:
        """Whether the act is to be appended."""
        return self.decision.allowed and self.fault is None


_PURPOSES = {
    Opening: Purpose.OPEN,
    Revising: Purpose.RECORD,
    Notice: Purpose.NOTIFY,
    Silence: Purpose.NOTIFY,
    ReviewGrade: Purpose.GRADE,
    Shown: Purpose.READ_GRADES,
    Dissent: Purpose.DISSENT,
    GlassAsked: Purpose.BREAK_GLASS,
    GlassBroken: Purpose.BREAK_GLASS,
    Publishing: Purpose.PUBLISH,
    Redacting: Purpose.REDACT,
    Supposing: Purpose.EXPLAIN,
    Marking: Purpose.EXPLAIN,
}

_INTO = {
    Phase.OPENED: Purpose.RECORD,
    Phase.NOTIFIED: Purpose.NOTIFY,
    Phase.REVIEW: Purpose.RECORD,
    Phase.FINDING: Purpose.DECIDE,
    Phase.REMEDY: Purpose.FOLLOW,
}


def judge(scene: Scene, act: Act) -> Judgement:
    """What comes of an act. The case of an act other than an opening must be among the scene's."""
    person = scene.people.person(act.by)
    case = scene.case(act.case)
    decision = decide(_question(scene, person, case, act))
    if not decision.allowed:
        return Judgement(decision)
    try:
        check_act(scene, case, act)
    except CaseFault as fault:
        return Judgement(decision, fault)
    return Judgement(decision)


def may(scene: Scene, person: Person, case: Case, purpose: Purpose) -> Decision:
    """Whether somebody may see a case for a purpose that leaves no act: reading, exporting."""
    return decide(Question(person.id, person.roles, knowing(scene, person, case), case.phase(scene.rules), purpose))


def may_audit(person: Person) -> Decision:
    """Whether somebody may read who did and read what."""
    return _of_the_mission(person, Purpose.AUDIT)


def may_publish_reports(person: Person) -> Decision:
    """Whether somebody may send a report to the public log."""
    return _of_the_mission(person, Purpose.PUBLISH_REPORT)


def may_grade_sources(person: Person) -> Decision:
    """Whether somebody may grade sources and what they say."""
    return _of_the_mission(person, Purpose.GRADE_SOURCES)


def _of_the_mission(person: Person, purpose: Purpose) -> Decision:
    return decide(Question(person.id, person.roles, Knowing.OFF_LIST, Phase.NO_CASE, purpose))


def knowing(scene: Scene, person: Person, case: Case) -> Knowing:
    """How somebody stands to a case: on its list, reading under a broken glass, or neither.

    A party's officer knows of a case from the first notice to that party on.
    """
    on_list = case.opening.case_list in person.lists
    if person.party:
        on_list = on_list and any(notice.party == person.party for _, notice in case.notices)
    if on_list:
        return Knowing.ON_LIST
    return Knowing.BY_GLASS if person.id in case.glass(scene.now) else Knowing.OFF_LIST


def purpose_of(scene: Scene, person: Person, case: Case | None, act: Act) -> Purpose:
    """What an act is done for, which decides who may."""
    if isinstance(act.deed, Reply):
        return Purpose.ANSWER if Role.PARTY_OFFICER in person.roles else Purpose.NOTIFY
    if not isinstance(act.deed, Move):
        return _PURPOSES[type(act.deed)]
    target = scene.rules.stage(act.deed.to)
    if target is None:
        return Purpose.RECORD
    if target.phase is Phase.ENDED:
        followed = case is not None and case.phase(scene.rules) in (Phase.FINDING, Phase.REMEDY, Phase.ENDED)
        return Purpose.FOLLOW if followed else Purpose.DECIDE
    return _INTO[target.phase]


def _question(scene: Scene, person: Person, case: Case | None, act: Act) -> Question:
    purpose = purpose_of(scene, person, case, act)
    if case is not None:
        return Question(person.id, person.roles, knowing(scene, person, case), case.phase(scene.rules), purpose)
    known = isinstance(act.deed, Opening) and act.deed.case_list in person.lists
    return Question(person.id, person.roles, Knowing.ON_LIST if known else Knowing.OFF_LIST, Phase.NO_CASE, purpose)
