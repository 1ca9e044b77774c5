"""What of a case somebody is shown: parties what concerns them, reviewers nothing of each other before they graded."""

from __future__ import annotations

from truceline.model import Act, Dissent, Notice, Person, Reply, ReviewGrade, Silence
from truceline.verification.access import Purpose
from truceline.verification.cases import Case
from truceline.verification.guard import may
from truceline.verification.reviewing import involved
from truceline.verification.scene import Scene


def acts_shown(scene: Scene, person: Person, case: Case) -> tuple[Act, ...]:
    """The acts of a case that somebody may see who may read it.

    A party's officer sees notices to that party, its replies and its silence. Everyone else sees all but what is
    sealed: grades and dissents of others, until enough graded that revision and the person can grade no more.
    """
    return tuple(act for act in case.acts if _shown(scene, person, case, act))


def _shown(scene: Scene, person: Person, case: Case, act: Act) -> bool:
    deed = act.deed
    if person.party:
        return isinstance(deed, Notice | Reply | Silence) and deed.party == person.party
    if not isinstance(deed, ReviewGrade | Dissent) or act.by == person.id:
        return True
    return unsealed(scene, person, case, deed.sha256)


def unsealed(scene: Scene, person: Person, case: Case, sha256: str) -> bool:
    """Whether somebody may see how others graded a revision, without being asked to give up a grade of their own."""
    if not may(scene, person, case, Purpose.READ_GRADES).allowed:
        return False
    graders = {act.by for act, _ in case.grades(sha256)} - set(involved(case.finding.id, scene.cases))
    opened = len(graders) >= scene.rules.quorum or case.decided(sha256, scene.rules)
    return opened and not could_grade(scene, person, case)


def could_grade(scene: Scene, person: Person, case: Case) -> bool:
    """Whether somebody may yet grade the revision that a case is about."""
    sha256 = case.finding.sha256
    done = any(act.by == person.id for act, _ in case.grades(sha256)) or case.shown(person.id, sha256)
    return (
        not done
        and may(scene, person, case, Purpose.GRADE).allowed
        and person.id not in involved(case.finding.id, scene.cases)
        and not case.decided(sha256, scene.rules)
    )
