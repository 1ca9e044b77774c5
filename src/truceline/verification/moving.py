"""Moves from stage to stage: none is skipped, and each comes only when what the stage asks for is there."""

from __future__ import annotations

from collections.abc import Callable

from truceline.model import Act, CaseFault, Move, Phase, Says
from truceline.model.strict_yaml import nearest
from truceline.verification.cases import Case
from truceline.verification.reviewing import involved, reviewed
from truceline.verification.scene import Scene
from truceline.verification.stages import Need, Stage


def check_move(scene: Scene, case: Case, act: Act, deed: Move) -> None:
    """Raise :class:`CaseFault` when the case cannot go there now."""
    target = scene.rules.stage(deed.to)
    if target is None:
        known = [stage.id for stage in scene.rules.stages]
        near = nearest(deed.to, known)
        raise CaseFault(
            f"there is no stage {deed.to!r}",
            do=f"did you mean {near}?" if near else f"use one of: {', '.join(known)}",
            example=known[0],
        )
    if deed.step != len(case.moves) + 1 or deed.of != case.stage:
        raise CaseFault("somebody else moved the case meanwhile", do="look at the case again, then repeat the command")
    following = [stage.id for stage in scene.rules.after(case.stage)]
    if deed.to not in following:
        raise CaseFault(
            f"from {case.stage} a case cannot go to {deed.to}: a stage would be skipped",
            where=case.id,
            do=f"what can follow is: {', '.join(following)}" if following else "it has ended",
            example=following[0] if following else "",
        )
    if deed.sha256 != case.finding.sha256:
        raise CaseFault("the move names another revision than the case is about", do="take the revision it is about")
    _check_times(scene, case, deed)
    if target.phase in (Phase.REVIEW, Phase.FINDING):
        _check_new(scene, case, target)
    if target.phase is Phase.FINDING:
        _check_mover(scene, case, act.by)
    for need in target.demands:
        if lacks := _LACKS[need](scene, case, deed):
            raise CaseFault(f"{deed.to}: {lacks}", where=case.id, do=_DO[need])


def check_newest(scene: Scene, case: Case) -> None:
    """Raise :class:`CaseFault` when the finding was revised, so that nobody approves what is no longer said."""
    if scene.newest is None or scene.newest.sha256 != case.finding.sha256:
        raise CaseFault(
            "the finding was edited since the case took it up",
            where=f"{case.finding.id}, revision {case.finding.revision}",
            do="take up the newest revision; it is graded anew",
            example=f"truceline case revise {case.id} --as olena",
        )


def _check_new(scene: Scene, case: Case, target: Stage) -> None:
    """A review is of something that was not decided; a finding is of what is said now."""
    if target.phase is Phase.FINDING:
        check_newest(scene, case)
        return
    same = scene.newest is None or scene.newest.sha256 == case.finding.sha256
    if same and case.decided(case.finding.sha256, scene.rules):
        raise CaseFault(
            "a review of this very revision has ended", where=case.id, do="wait for a newer revision of the finding"
        )


def _check_mover(scene: Scene, case: Case, person: str) -> None:
    if part := involved(case.finding.id, scene.cases).get(person):
        raise CaseFault(f"{person} is {part} of what is decided here", do="let a reviewer or the head of mission do it")


def _check_times(scene: Scene, case: Case, deed: Move) -> None:
    event = case.opening.event
    for moment, what in ((deed.due, "the deadline"), (deed.done_at, "what was done")):
        if moment is not None and moment < event.start:
            raise CaseFault(
                f"{what} is before the event",
                where=f"{moment.isoformat()} against {event.start.isoformat()}",
                do="check both times and their zones",
                example="2026-01-16T00:00:00+02:00",
            )
    if deed.due is not None and deed.due <= scene.now:
        raise CaseFault("the deadline is over before it begins", where=deed.due.isoformat(), do="give a later one")
    if deed.done_at is not None and deed.done_at > scene.now:
        raise CaseFault("what was done lies in the future", where=deed.done_at.isoformat(), do="wait until it is done")


def _notices(_scene: Scene, case: Case, _deed: Move) -> str:
    told = {notice.party for _, notice in case.notices}
    lacking = [party for party in case.opening.parties if party not in told]
    return f"no notice was given to {', '.join(lacking)}" if lacking else ""


def _heard(_scene: Scene, case: Case, _deed: Move) -> str:
    for act, notice in case.notices:
        answered = any(one.says is not Says.ACKNOWLEDGES for one in case.replies(act.id))
        if notice.reply_by is not None and not answered and not case.silent(act.id):
            return f"notice {act.id[:16]} to {notice.party} has no answer, and its silence is not on record"
    return ""


def _consensus(scene: Scene, case: Case, deed: Move) -> str:
    found = reviewed(case, scene.cases, scene.people, scene.rules)
    if not found.quorum:
        return f"{len(found.counted)} of {scene.rules.quorum} reviewers graded this very revision"
    return "" if found.outcome == deed.to else f"the reviewers do not agree on {deed.to}"


def _no_consensus(scene: Scene, case: Case, _deed: Move) -> str:
    found = reviewed(case, scene.cases, scene.people, scene.rules)
    if not found.quorum:
        return f"{len(found.counted)} of {scene.rules.quorum} reviewers graded this very revision"
    return "the reviewers agree" if found.outcome else ""


def _no_quorum(scene: Scene, case: Case, _deed: Move) -> str:
    if reviewed(case, scene.cases, scene.people, scene.rules).quorum:
        return "enough reviewers graded it"
    due = case.due()
    return "the time for the review is not over" if due is not None and scene.now < due else ""


def _remedy_date(_scene: Scene, _case: Case, deed: Move) -> str:
    return "it is not said when the remedy was made" if deed.done_at is None else ""


def _overdue(scene: Scene, case: Case, _deed: Move) -> str:
    due = case.due()
    if due is None:
        return "no time was set for the remedy"
    return "the time for the remedy is not over" if scene.now < due else ""


def _said_by_others(says: Says) -> Callable[[Scene, Case, Move], str]:
    def lacks(_scene: Scene, case: Case, _deed: Move) -> str:
        others = [party for party in case.opening.parties if party != case.finding.party]
        lacking = [party for party in others if party not in case.parties_saying(says)]
        return f"no reply on record in which {', '.join(lacking)} {says}" if lacking else ""

    return lacks


_LACKS: dict[Need, Callable[[Scene, Case, Move], str]] = {
    Need.NOTICES: _notices,
    Need.HEARD: _heard,
    Need.CONSENSUS: _consensus,
    Need.NO_CONSENSUS: _no_consensus,
    Need.NO_QUORUM: _no_quorum,
    Need.REMEDY_DATE: _remedy_date,
    Need.OVERDUE: _overdue,
    Need.SATISFIED: _said_by_others(Says.SATISFIED),
    Need.WAIVED: _said_by_others(Says.WAIVES),
}

_DO: dict[Need, str] = {
    Need.NOTICES: "give every party its notice: truceline case notify",
    Need.HEARD: "take the reply, or put the silence on record: truceline case reply, truceline case silence",
    Need.CONSENSUS: "let reviewers grade it: truceline review grade; differing grades end in no-consensus",
    Need.NO_CONSENSUS: "let reviewers grade it: truceline review grade; equal grades end in a finding",
    Need.NO_QUORUM: "wait until the time is over, or go where the grades lead",
    Need.REMEDY_DATE: "say when: --done-at 2026-01-16T10:00:00+02:00",
    Need.OVERDUE: "wait until it is over; where none was set, the case stays as it is",
    Need.SATISFIED: "take the reply: truceline case reply ... --says satisfied",
    Need.WAIVED: "take the reply: truceline case reply ... --says waives",
}
