"""Whether a case can take an act: times in order, replies to what was sent, judgements of the very revision.

Each check is a pure function of the scene, the case and the act, and raises :class:`CaseFault` with what to do. Moves
from stage to stage stand in :mod:`truceline.verification.moving`, what goes to the public log in
:mod:`truceline.verification.publishing`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from truceline.model import (
    Act,
    CaseFault,
    Dissent,
    FindingRevision,
    GlassAsked,
    GlassBroken,
    Marking,
    Move,
    Notice,
    Opening,
    Phase,
    Publishing,
    Redacting,
    Reply,
    Result,
    ReviewGrade,
    Revising,
    Says,
    Shown,
    Silence,
    Supposing,
    case_id_of,
)
from truceline.model.strict_yaml import nearest
from truceline.verification.cases import Case
from truceline.verification.grading import GRADES_OF, Scale
from truceline.verification.moving import check_move, check_newest
from truceline.verification.publishing import check_publishing, check_redacting
from truceline.verification.reviewing import involved, reviewed
from truceline.verification.rivals import check_marking, check_supposing
from truceline.verification.scene import Scene
from truceline.verification.stages import CONFIRMED

UNDECIDED = frozenset({Result.UNDETERMINED, Result.CONTESTED, Result.NOT_YET})
"""Results that no review makes into a confirmed finding: what nobody could see, nobody confirms."""


def check_act(scene: Scene, case: Case | None, act: Act) -> None:
    """Raise :class:`CaseFault` when the case cannot take the act as it stands."""
    if not scene.people.knows(act.by):
        raise CaseFault(f"{act.by} is an account", do=f"name the person, {scene.people.person(act.by).id}")
    if act.at != scene.now:
        raise CaseFault("an act is entered when it is done", do="take the time of the clock")
    if scene.signer not in ("", act.by):
        raise CaseFault(f"the key is {scene.signer}'s, and {act.by} acts", do="sign with your own key")
    if scene.rules.signed and not scene.signer and not isinstance(act.deed, Shown):
        raise CaseFault(
            "in this mission every act is signed, and this one is not",
            do="name the file of your key in TRUCELINE_KEY, and have its public line put into people.yaml",
            example="TRUCELINE_KEY=olena.key truceline case list --as olena",
        )
    if isinstance(act.deed, Opening):
        _opening(scene, act, act.deed)
    elif case is not None:
        _CHECKS[type(act.deed)](scene, case, act, act.deed)


def _opening(scene: Scene, act: Act, deed: Opening) -> None:
    _check_revision(scene, deed.finding)
    if act.case != case_id_of(act.by, act.at, deed):
        raise CaseFault(f"{act.case} is not the id of this opening", do="take the id it gets by its hash")
    if len(deed.parties) < 2 or len(set(deed.parties)) < len(deed.parties):
        raise CaseFault("a case is between two parties or more, each named once", do="name the agreement's parties")
    for one in deed.collectors:
        if not scene.people.knows(one):
            near = nearest(one, [person.id for person in scene.people.persons])
            raise CaseFault(
                f"the collector {one!r} is nobody in people.yaml",
                do=f"did you mean {near}?" if near else "add the person to people.yaml",
                example="--collected-by ivan",
            )
    if act.by in deed.collectors:
        raise CaseFault(f"{act.by} collected what the case rests on and cannot draw it up", do="let another open it")
    if deed.stage != scene.rules.first.id:
        raise CaseFault(f"a case begins as {scene.rules.first.id}, not {deed.stage}", do="open it there")
    _in_order(deed.event.start, "the event", deed.detected, "its detection")
    _in_order(deed.detected, "its detection", scene.now, "now")
    for other in scene.cases:
        same = (other.opening.finding.id, other.opening.incidents) == (deed.finding.id, deed.incidents)
        if same:
            raise CaseFault(
                "there is a case on this finding already",
                where=other.id if other.opening.case_list == deed.case_list else "another case list",
                do="take that one up; a second case would be a second path past its reviewers",
                example="truceline case show c-0123456789ab --as olena",
            )


def _revising(scene: Scene, case: Case, act: Act, deed: Revising) -> None:
    _check_revision(scene, deed.finding)
    if case.phase(scene.rules) not in (Phase.OPENED, Phase.NOTIFIED, Phase.REVIEW):
        raise CaseFault(
            f"the case is {case.stage}: what was decided stands on the revision it was decided on",
            do="take it back to the review first",
            example="truceline case move c-0123456789ab under-review --as olena",
        )
    if deed.finding.id != case.finding.id or deed.finding.sha256 == case.finding.sha256:
        raise CaseFault("the case is about this revision already", do="nothing: there is no newer one")
    _check_step(deed.step, len(case.revisings))
    if act.by in case.opening.collectors:
        raise CaseFault(f"{act.by} collected what the case rests on and cannot draw it up", do="let another do it")


def _notice(scene: Scene, case: Case, _act: Act, deed: Notice) -> None:
    event = case.opening.event
    if deed.party not in case.opening.parties:
        raise _no_party(deed.party, case)
    if deed.reply_by is not None and deed.reply_by <= event.start:
        raise _time_fault("the time to reply ends before the event", deed.reply_by, event.start)
    _in_order(event.start, "the event", deed.given_at, "the notice")
    _in_order(deed.given_at, "the notice", scene.now, "now")
    if deed.reply_by is not None and deed.reply_by <= deed.given_at:
        raise _time_fault("the time to reply ends before the notice is given", deed.reply_by, deed.given_at)


def _reply(scene: Scene, case: Case, act: Act, deed: Reply) -> None:
    notice = _sent(case, deed.notice)
    if deed.party != notice.party:
        raise CaseFault(
            f"that notice went to {notice.party}, not to {deed.party}",
            where=deed.notice[:16],
            do="reply to the notice that the party was given",
        )
    own = scene.people.person(act.by).party
    if own and own != deed.party:
        raise CaseFault(f"{act.by} is an officer of {own} and cannot reply for {deed.party}", do="let its own reply")
    _in_order(notice.given_at, "the notice", deed.received_at, "the reply")
    _in_order(deed.received_at, "the reply", scene.now, "now")


def _silence(scene: Scene, case: Case, _act: Act, deed: Silence) -> None:
    notice = _sent(case, deed.notice)
    if notice.reply_by is None:
        raise CaseFault("that notice set no time to reply, so nobody is silent", do="give one that does")
    if (deed.party, deed.reply_by) != (notice.party, notice.reply_by):
        raise CaseFault("the notice names another party or time", do="take both from the notice")
    if scene.now < notice.reply_by:
        raise _time_fault("the time to reply is not over", scene.now, notice.reply_by)
    answers = [one for one in case.replies(deed.notice) if one.says is not Says.ACKNOWLEDGES]
    if any(one.received_at <= notice.reply_by for one in answers):
        raise CaseFault(f"{notice.party} replied in time", do="nothing: there is no silence")
    if case.silent(deed.notice):
        raise CaseFault("the silence is on record already", do="nothing")


def _grading(scene: Scene, case: Case, act: Act, deed: ReviewGrade) -> None:
    _check_judged(scene, case, deed.sha256)
    if case.phase(scene.rules) is not Phase.REVIEW:
        raise CaseFault(f"the case is {case.stage}, not under review", do="take it to the review first")
    if deed.outcome not in scene.rules.outcomes:
        raise _unknown("outcome", deed.outcome, scene.rules.outcomes)
    for grade, scale in ((deed.source_grade, Scale.RELIABILITY), (deed.item_grade, Scale.CREDIBILITY)):
        letters = tuple(one for one, _ in GRADES_OF[scale])
        if grade not in letters:
            raise _unknown(f"grade of {scale}", grade, letters)
    if deed.outcome == CONFIRMED and case.finding.result in UNDECIDED:
        raise CaseFault(
            f"the finding is {case.finding.result}: no review confirms what the evidence does not decide",
            do="grade it provisional, disputed or not-established, or wait for evidence",
        )
    _check_free(scene, case, act.by)
    if any(other.by == act.by for other, _ in case.grades(deed.sha256)):
        raise CaseFault(f"{act.by} graded this revision already", do="put a change of mind on record as a dissent")


def _check_free(scene: Scene, case: Case, person: str) -> None:
    """Refuse an author or collector, whoever was shown another's grade, and a revision that was decided on."""
    part = involved(case.finding.id, scene.cases).get(person)
    if part:
        raise CaseFault(
            f"{person} is {part} of what is judged here", do="let somebody else grade it: four eyes are of two people"
        )
    if case.shown(person, case.finding.sha256):
        raise CaseFault(f"{person} was shown how others graded this revision", do="let somebody else grade it")
    if case.decided(case.finding.sha256, scene.rules):
        raise CaseFault("a review of this revision has ended", do="wait for a newer revision of the finding")


def _shown(scene: Scene, case: Case, _act: Act, deed: Shown) -> None:
    if deed.sha256 != case.finding.sha256 or not reviewed(case, scene.cases, scene.people, scene.rules).quorum:
        raise CaseFault(
            "the grades of this revision are sealed", do=f"wait until {scene.rules.quorum} reviewers graded it"
        )


def _dissent(_scene: Scene, case: Case, _act: Act, deed: Dissent) -> None:
    held = {case.opening.finding.sha256, *(one.finding.sha256 for _, one in case.revisings)}
    if deed.sha256 not in held:
        raise _no_revision(deed.sha256, case.finding)


def _glass_asked(_scene: Scene, _case: Case, _act: Act, _deed: GlassAsked) -> None:
    """Whoever has the right may ask; nothing opens before a second person agrees."""


def _glass_broken(scene: Scene, case: Case, act: Act, deed: GlassBroken) -> None:
    asked = case.asked(deed.asked)
    if asked is None:
        raise CaseFault("nobody asked to break the glass by that id", do="take the id from the list of cases")
    if asked.by == act.by:
        raise CaseFault(f"{act.by} asked for it: breaking the glass takes two people", do="let another agree")
    if deed.reader != asked.by:
        raise CaseFault(f"{asked.by} asked for it, not {deed.reader}", do="open it to whoever asked")
    if any(one.asked == deed.asked for _, one in case.of_kind(GlassBroken)):
        raise CaseFault("that glass is broken already", do="ask again when it is closed")
    hours = (deed.until - scene.now).total_seconds() / 3600
    if not 0 < hours <= scene.rules.watch.glass_hours:
        raise CaseFault(
            f"a broken glass stays open {scene.rules.watch.glass_hours} h at most", do="give an earlier end"
        )


_CHECKS: dict[type, Callable[[Scene, Case, Act, Any], None]] = {
    Revising: _revising,
    Move: check_move,
    Notice: _notice,
    Reply: _reply,
    Silence: _silence,
    ReviewGrade: _grading,
    Shown: _shown,
    Dissent: _dissent,
    GlassAsked: _glass_asked,
    GlassBroken: _glass_broken,
    Publishing: check_publishing,
    Redacting: check_redacting,
    Supposing: check_supposing,
    Marking: check_marking,
}


def _check_revision(scene: Scene, finding: FindingRevision) -> None:
    if scene.newest is None or finding != scene.newest:
        raise CaseFault(
            f"revision {finding.revision} of {finding.id} is not the newest the mission has",
            do="take the newest; assess again if the mission has none",
            example="truceline assess",
        )


def _check_judged(scene: Scene, case: Case, sha256: str) -> None:
    if sha256 != case.finding.sha256:
        raise _no_revision(sha256, case.finding)
    check_newest(scene, case)


def _no_revision(sha256: str, now: FindingRevision) -> CaseFault:
    return CaseFault(
        f"the case is not about the revision {sha256[:16]}",
        do="read the revision it is about, and judge that one",
        example=f"--revision {now.sha256[:16]}",
    )


def _check_step(step: int, before: int) -> None:
    if step != before + 1:
        raise CaseFault("somebody else acted meanwhile", do="look at the case again, then repeat the command")


def _sent(case: Case, notice_id: str) -> Notice:
    notice = case.notice(notice_id)
    if notice is None:
        near = nearest(notice_id, [act.id for act, _ in case.notices])
        raise CaseFault(
            f"no notice {notice_id[:16]!r} was ever sent in this case",
            where=case.id,
            do=f"did you mean {near[:16]}?" if near else "give the notice first",
            example="truceline case notify c-0123456789ab party-north --as olena --words ...",
        )
    return notice


def _no_party(party: str, case: Case) -> CaseFault:
    near = nearest(party, case.opening.parties)
    return CaseFault(
        f"{party!r} is no party to the case",
        do=f"did you mean {near}?" if near else f"name one of: {', '.join(case.opening.parties)}",
        example=case.opening.parties[0],
    )


def _unknown(what: str, word: str, known: tuple[str, ...]) -> CaseFault:
    near = nearest(word, known)
    return CaseFault(
        f"there is no {what} {word!r}",
        do=f"did you mean {near}?" if near else f"use one of: {', '.join(known)}",
        example=known[0],
    )


def _in_order(first: datetime, what: str, then: datetime, what_then: str) -> None:
    if then < first:
        raise _time_fault(f"{what_then} is before {what}", then, first)


def _time_fault(what: str, given: datetime, bound: datetime) -> CaseFault:
    return CaseFault(
        what,
        where=f"{given.isoformat()} against {bound.isoformat()}",
        do="check both times and their zones",
        example="2026-01-02T18:00:00+02:00",
    )
