"""What is typed at the desk, made into deeds: ids completed, deadlines taken from the agreement, hashes filled in.

Nothing is judged here; the guard does that. A deed that makes no sense is made all the same, so that the refusal is
the guard's and on record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from truceline.mission.case_acts import Making
from truceline.mission.case_room import CaseRoom
from truceline.mission.explaining import explain_incidents
from truceline.model import (
    CaseFault,
    Confidence,
    Dissent,
    GlassAsked,
    GlassBroken,
    Interval,
    Marking,
    Move,
    NotFound,
    Notice,
    Opening,
    Person,
    Phase,
    Reply,
    ReviewGrade,
    Revising,
    Says,
    Shown,
    Silence,
    Supposing,
    UsageFault,
    parse_moment,
)
from truceline.model.strict_yaml import nearest
from truceline.verification.cases import Case
from truceline.verification.scene import Scene

W = TypeVar("W", bound=StrEnum)
LEAST_DIGITS = 16
"""Digits of a hash that a person must type at least; fewer could be met by chance."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A move as it was asked for."""

    stage: str
    because: str
    done_at: datetime | None = None
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A reviewer's judgement as it was typed; ``revision`` is the hash, or enough of it."""

    revision: str
    outcome: str
    source_grade: str
    item_grade: str
    confidence: str
    because: str


def opening(
    room: CaseRoom,
    finding_id: str,
    *,
    case_list: str,
    because: str,
    incidents: tuple[str, ...],
    collectors: tuple[str, ...] | None,
) -> Opening:
    """An opening on the newest revision.

    Raises :class:`NotFound`, and :class:`UsageFault` when nobody said who collected what it rests on.
    """
    found = room.finding(finding_id)
    if collectors is None:
        raise UsageFault(
            "it is not said who collected what the finding rests on",
            where="--collected-by",
            do="name each person, or say that only instruments and feeds did: --no-collector",
            example="--collected-by ivan --collected-by mira",
        )
    if strange := [one for one in incidents if one not in found.incidents]:
        near = nearest(strange[0], found.incidents)
        raise NotFound(
            f"the finding rests on no incident {strange[0]!r}",
            do=f"did you mean {near}?" if near else "take an id from `truceline explain`",
            example=f"truceline explain {finding_id}",
        )
    parties = tuple(party.id for party in room.mission.agreement.parties)
    known = parse_moment(room.mission.records.first_assessed(finding_id))
    return Opening(
        room.newest([finding_id])[finding_id],
        parties,
        case_list,
        _event(room, finding_id, incidents or found.incidents),
        known,
        tuple(sorted(_person_ids(room, collectors))),
        tuple(sorted(incidents)),
        room.rules.first.id,
        because,
    )


def _person_ids(room: CaseRoom, accounts: Sequence[str]) -> set[str]:
    """The people behind accounts; what is nobody's stays as it is, for the guard to refuse."""
    found = ((room.people.find(one), one) for one in accounts)
    return {account if person is None else person.id for person, account in found}


def _event(room: CaseRoom, finding_id: str, incidents: Sequence[str]) -> Interval:
    """From the first to the last incident; of a finding without any, the window of its reading."""
    times = [note.incident.time for note, _ in explain_incidents(room.mission, list(incidents))] if incidents else []
    if not times:
        reading = finding_id.rpartition("/")[2]
        times = [one.window for one in room.mission.agreement.readings if one.id == reading]
    return Interval(min(one.start for one in times), max(one.end for one in times))


def moving(room: CaseRoom, asked: Asked) -> Making:
    """A move; the time a stage may last is the agreement's, or longer."""

    def make(scene: Scene, _person: Person, case: Case) -> Move:
        target = room.rules.stage(asked.stage)
        which = {Phase.REVIEW: "review", Phase.REMEDY: "remedy"}.get(target.phase if target else Phase.NO_CASE, "")
        now = scene.now
        agreed, clause = room.deadline(which, now) if which else (None, "")
        due = _no_earlier(agreed, asked.due, clause)
        step = len(case.moves) + 1
        return Move(step, case.stage, asked.stage, case.finding.sha256, asked.because, asked.done_at, due, clause)

    return make


def _no_earlier(agreed: datetime | None, asked: datetime | None, clause: str) -> datetime | None:
    """The agreed time or a later one that was asked for; nobody gets less time than was agreed."""
    if agreed is not None and asked is not None and asked < agreed:
        raise CaseFault(
            "that is less time than was agreed",
            where=f"clause {clause}" if clause else "cases.yaml",
            do="give the agreed time, or more",
            example=agreed.isoformat(),
        )
    return asked or agreed


def revising(because: str) -> Making:
    """Taking up the newest revision; where the mission has none, the one held, for the guard to refuse."""
    return lambda scene, _person, case: Revising(len(case.revisings) + 1, scene.newest or case.finding, because)


def notifying(room: CaseRoom, party: str, words: str, given: datetime, reply_by: datetime | None) -> Making:
    """A notice with the agreed time to reply, or a longer one."""
    agreed, clause = room.deadline("reply", given)
    due = _no_earlier(agreed, reply_by, clause)
    return lambda _scene, _person, _case: Notice(party, given, words, due, clause)


def replying(notice: str, says: str, words: str, received: datetime) -> Making:
    """A reply to a notice, by the party the notice went to. Raises :class:`UsageFault` for an unknown word."""
    known = word_of(Says, says, "--says")

    def make(_scene: Scene, _person: Person, case: Case) -> Reply:
        sent = completed(notice, [act.id for act, _ in case.notices])
        to = case.notice(sent)
        return Reply(sent, to.party if to else "", known, received, words)

    return make


def being_silent(notice: str) -> Making:
    """Silence upon a notice."""

    def make(scene: Scene, _person: Person, case: Case) -> Silence:
        sent = completed(notice, [act.id for act, _ in case.notices])
        to = case.notice(sent)
        due = to.reply_by if to else None
        return Silence(sent, to.party if to else "", due or scene.now)

    return make


def grading(judged: Judged) -> Making:
    """A judgement of one exact revision. Raises :class:`UsageFault` for an unknown confidence or too short a hash."""
    sure = word_of(Confidence, judged.confidence, "--confidence")
    if len(judged.revision) < LEAST_DIGITS:
        raise UsageFault(
            f"{judged.revision!r} is too short to name one exact revision",
            where="--revision",
            do=f"give the hash of what you read, {LEAST_DIGITS} digits at least",
            example="--revision 0f3a9c51d2b7e846",
        )

    def make(_scene: Scene, _person: Person, case: Case) -> ReviewGrade:
        sha256 = completed(judged.revision, [case.finding.sha256])
        grades = (judged.outcome, judged.source_grade, judged.item_grade)
        return ReviewGrade(sha256, *grades, sure, judged.because)

    return make


def showing() -> Making:
    """Being shown how others graded the revision the case is about."""
    return lambda _scene, _person, case: Shown(case.finding.sha256)


def dissenting(words: str) -> Making:
    """Holding otherwise on the revision the case is about."""
    return lambda _scene, _person, case: Dissent(case.finding.sha256, words)


def supposing(name: str, kind: str, words: str) -> Making:
    """Another explanation kept with the finding."""
    return lambda _scene, _person, _case: Supposing(name, kind, words)


def marking(evidence: str, hypothesis: str, bears: str, because: str, origin: str = "") -> Making:
    """How an item of evidence bears on an explanation."""
    return lambda _scene, _person, _case: Marking(evidence, hypothesis, bears, because, origin)


def asking(because: str) -> Making:
    """Asking to break the glass."""
    return lambda _scene, _person, _case: GlassAsked(because)


def agreeing(room: CaseRoom, asked: str) -> Making:
    """Agreeing to break the glass for whoever asked, for as long as the mission allows."""

    def make(scene: Scene, _person: Person, case: Case) -> GlassBroken:
        known = {act.id: act.by for act, _ in case.of_kind(GlassAsked)}
        which = completed(asked, list(known))
        until = scene.now + timedelta(hours=room.rules.watch.glass_hours)
        return GlassBroken(which, known.get(which, ""), until)

    return make


def completed(digits: str, known: Sequence[str]) -> str:
    """The one id that begins with these digits, if they are enough; else what was typed, for the guard to refuse.

    >>> completed("00ff00ff00ff00ff", ["00ff00ff00ff00ff33"]), completed("00", ["00ff"])
    ('00ff00ff00ff00ff33', '00')
    """
    found = [one for one in known if len(digits) >= LEAST_DIGITS and one.startswith(digits)]
    return found[0] if len(found) == 1 else digits


def word_of(kind: type[W], word: str, option: str) -> W:
    """A word of a vocabulary; raises :class:`UsageFault` naming the nearest."""
    known = [str(one) for one in kind]
    if word not in known:
        near = nearest(word, known)
        raise UsageFault(
            f"there is no {word!r}",
            where=option,
            do=f"did you mean {near}?" if near else f"use one of: {', '.join(known)}",
            example=f"{option} {known[0]}",
        )
    return kind(word)
