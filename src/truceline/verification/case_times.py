"""The six times of a case, and the clocks that run in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from truceline.model import Interval, Notice, Phase, Says
from truceline.verification.cases import Case
from truceline.verification.stages import CaseRules


@dataclass(frozen=True, slots=True)
class CaseTimes:
    """When it happened, was known, told, acknowledged, found, remedied; ``None`` where that stands open.

    Notice and acknowledgement are by party, the first of each.
    """

    event: Interval
    detection: datetime
    notice: tuple[tuple[str, datetime | None], ...]
    acknowledgement: tuple[tuple[str, datetime | None], ...]
    finding: datetime | None
    remedy: datetime | None


class ClockState(StrEnum):
    """How a deadline stands."""

    RUNNING = "running"
    MET = "met"
    LATE = "late"
    """An answer came, and too late."""
    OVER = "over"
    """The time is over, and nothing is on record."""
    SILENT = "silent"
    """The time is over, and it is on record that no answer came."""


@dataclass(frozen=True, slots=True)
class CaseClock:
    """A deadline: for a reply (``party`` and the notice's id), for the review, or for the remedy."""

    what: str
    due: datetime
    state: ClockState
    clause: str = ""
    party: str = ""
    notice: str = ""


def times_of(case: Case, rules: CaseRules) -> CaseTimes:
    """The six times as they stand."""
    parties = case.opening.parties
    told = {party: [one.given_at for _, one in case.notices if one.party == party] for party in parties}
    heard = {
        party: [
            one.received_at for act, notice in case.notices if notice.party == party for one in case.replies(act.id)
        ]
        for party in parties
    }
    found = [act.at for act, move in case.moves if _phase(rules, move.to) is Phase.FINDING]
    remedied = [move.done_at for _, move in case.moves if move.done_at and _phase(rules, move.to) is Phase.ENDED]
    return CaseTimes(
        case.opening.event,
        case.opening.detected,
        tuple((party, min(told[party], default=None)) for party in parties),
        tuple((party, min(heard[party], default=None)) for party in parties),
        found[-1] if found else None,
        remedied[-1] if remedied else None,
    )


def clocks_of(case: Case, rules: CaseRules, now: datetime) -> tuple[CaseClock, ...]:
    """Every deadline of a case, the earliest first."""
    found = [_of_notice(case, act.id, notice, now) for act, notice in case.notices if notice.reply_by is not None]
    if case.moves and (due := case.due()) is not None:
        move, phase = case.moves[-1][1], case.phase(rules)
        if phase in (Phase.REVIEW, Phase.REMEDY):
            what = "review" if phase is Phase.REVIEW else "remedy"
            state = ClockState.RUNNING if now < due else ClockState.OVER
            found.append(CaseClock(what, due, state, move.clause))
    return tuple(sorted(found, key=lambda one: (one.due, one.what, one.notice)))


def _of_notice(case: Case, notice_id: str, notice: Notice, now: datetime) -> CaseClock:
    assert notice.reply_by is not None  # noqa: S101 - the caller asks for no other
    answers = [one.received_at for one in case.replies(notice_id) if one.says is not Says.ACKNOWLEDGES]
    if answers:
        state = ClockState.MET if min(answers) <= notice.reply_by else ClockState.LATE
    elif case.silent(notice_id):
        state = ClockState.SILENT
    else:
        state = ClockState.RUNNING if now < notice.reply_by else ClockState.OVER
    return CaseClock("reply", notice.reply_by, state, notice.clause, notice.party, notice_id)


def _phase(rules: CaseRules, stage_id: str) -> Phase:
    stage = rules.stage(stage_id)
    return stage.phase if stage else Phase.NO_CASE
