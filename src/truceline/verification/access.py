"""Who may do what: role x case list x phase x purpose, in one table. What is not in it is denied.

The question comes with everything it is decided by, the answer with its reason; both go to the private log, whether
the answer is yes or no. Reading a case under a broken glass is a third way of knowing it, beside being on its list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from truceline.model import Phase, Role


class Purpose(StrEnum):
    """What somebody wants a case for."""

    OPEN = "open"
    """Draw up a new case."""
    READ = "read"
    RECORD = "record"
    """Prepare it: stages of the phase opened and of the review, newer revisions of the finding."""
    EXPLAIN = "explain"
    """Keep rival explanations with the finding, and what speaks for and against each."""
    NOTIFY = "notify"
    """Give notices, take replies, put a silence on record."""
    ANSWER = "answer"
    """Reply for one's own party."""
    GRADE = "grade"
    GRADE_SOURCES = "grade-sources"
    """Grade a source, or one item of what it says, apart from any case."""
    READ_GRADES = "read-grades"
    DISSENT = "dissent"
    DECIDE = "decide"
    """End a review: a finding, or none."""
    FOLLOW = "follow"
    """What follows a finding: remedies and their ends."""
    PUBLISH = "publish"
    """Send what was decided to the public log."""
    PUBLISH_REPORT = "publish-report"
    """Send a report to the public log."""
    REDACT = "redact"
    """Close fields of something published for good."""
    EXPORT = "export"
    BREAK_GLASS = "break-glass"
    AUDIT = "audit"
    """Read who did and read what."""


class Knowing(StrEnum):
    """How somebody stands to a case's list."""

    ON_LIST = "on-list"
    BY_GLASS = "by-glass"
    OFF_LIST = "off-list"


_EVERY = tuple(phase for phase in Phase if phase is not Phase.NO_CASE)
_TOLD = (Phase.FINDING, Phase.REMEDY, Phase.ENDED)
_BEFORE = (Phase.OPENED, Phase.NOTIFIED, Phase.REVIEW)
_REVIEWED = (Phase.REVIEW, *_TOLD)

_RIGHTS: dict[Role, dict[Purpose, tuple[Phase, ...]]] = {
    Role.MONITOR: {},
    Role.DUTY_OFFICER: {
        Purpose.OPEN: (Phase.NO_CASE,),
        Purpose.READ: _EVERY,
        Purpose.RECORD: (Phase.OPENED,),
        Purpose.EXPLAIN: (Phase.OPENED,),
        Purpose.BREAK_GLASS: _EVERY,
    },
    Role.VERIFICATION_OFFICER: {
        Purpose.OPEN: (Phase.NO_CASE,),
        Purpose.READ: _EVERY,
        Purpose.RECORD: _EVERY,
        Purpose.EXPLAIN: _BEFORE,
        Purpose.GRADE: (Phase.REVIEW,),
        Purpose.GRADE_SOURCES: (Phase.NO_CASE,),
        Purpose.READ_GRADES: _REVIEWED,
        Purpose.DISSENT: _REVIEWED,
        Purpose.DECIDE: (Phase.REVIEW,),
        Purpose.BREAK_GLASS: _EVERY,
    },
    Role.REVIEWER: {
        Purpose.READ: _REVIEWED,
        Purpose.GRADE: (Phase.REVIEW,),
        Purpose.GRADE_SOURCES: (Phase.NO_CASE,),
        Purpose.READ_GRADES: _REVIEWED,
        Purpose.DISSENT: _REVIEWED,
        Purpose.DECIDE: (Phase.REVIEW,),
    },
    Role.LIAISON_OFFICER: {
        Purpose.READ: _EVERY,
        Purpose.NOTIFY: _EVERY,
        Purpose.FOLLOW: _TOLD,
        Purpose.BREAK_GLASS: _EVERY,
    },
    Role.PARTY_OFFICER: {Purpose.READ: _EVERY, Purpose.ANSWER: _EVERY},
    Role.REPORTING_OFFICER: {
        Purpose.READ: _TOLD,
        Purpose.READ_GRADES: _TOLD,
        Purpose.PUBLISH: _TOLD,
        Purpose.PUBLISH_REPORT: (Phase.NO_CASE,),
        Purpose.EXPORT: _TOLD,
    },
    Role.HEAD_OF_MISSION: {
        Purpose.READ: _EVERY,
        Purpose.READ_GRADES: _REVIEWED,
        Purpose.DECIDE: _EVERY,
        Purpose.FOLLOW: _TOLD,
        Purpose.PUBLISH: _TOLD,
        Purpose.PUBLISH_REPORT: (Phase.NO_CASE,),
        Purpose.REDACT: _REVIEWED,
        Purpose.EXPORT: _EVERY,
        Purpose.BREAK_GLASS: _EVERY,
        Purpose.AUDIT: (Phase.NO_CASE,),
    },
    Role.AUDITOR: {
        Purpose.READ: _EVERY,
        Purpose.READ_GRADES: _REVIEWED,
        Purpose.BREAK_GLASS: _EVERY,
        Purpose.AUDIT: (Phase.NO_CASE,),
    },
}
"""What each role may do with a case on one of its lists, and in which phases of it."""

_WHEREVER = (Purpose.BREAK_GLASS, Purpose.AUDIT, Purpose.PUBLISH_REPORT, Purpose.GRADE_SOURCES)
"""What asks for no list: the glass is for those who are on none; audit, reports and sources are of the mission."""

Row = tuple[Role, Knowing, Phase, Purpose]


def _rows() -> Iterator[Row]:
    for role, rights in _RIGHTS.items():
        for purpose, phases in rights.items():
            for phase in phases:
                yield role, Knowing.ON_LIST, phase, purpose
                if purpose is Purpose.READ and role is not Role.PARTY_OFFICER:
                    yield role, Knowing.BY_GLASS, phase, purpose
                if purpose in _WHEREVER:
                    yield role, Knowing.BY_GLASS, phase, purpose
                    yield role, Knowing.OFF_LIST, phase, purpose


TABLE: frozenset[Row] = frozenset(_rows())
"""Every combination that is allowed; all others are denied."""


@dataclass(frozen=True, slots=True)
class Question:
    """Who asks, by roles; how they know the case; the phase it is in; what for."""

    person: str
    roles: tuple[Role, ...]
    knowing: Knowing
    phase: Phase
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class Decision:
    """An answer with its question and its reason."""

    question: Question
    allowed: bool
    because: str


def decide(question: Question) -> Decision:
    """Allow what one role of the person has in the table, deny everything else.

    >>> decide(Question("ivan", (Role.MONITOR,), Knowing.ON_LIST, Phase.OPENED, Purpose.READ)).allowed
    False
    """
    asked = (question.knowing, question.phase, question.purpose)
    by = [role for role in question.roles if (role, *asked) in TABLE]
    if by:
        return Decision(question, allowed=True, because=f"as {by[0]}")
    return Decision(question, allowed=False, because=_why_not(question))


def _why_not(question: Question) -> str:
    """The first thing that stands against it: no role, no list, or not in this phase.

    Whoever is on no list hears nothing of the case, not even its phase.
    """
    if not question.roles:
        return "has no role in the mission"
    if question.knowing is Knowing.OFF_LIST:
        return "is not on the case's list"
    on_list = [
        phase for role in question.roles for phase in Phase if (role, Knowing.ON_LIST, phase, question.purpose) in TABLE
    ]
    if not on_list:
        return f"no role of theirs may {question.purpose}"
    if question.phase not in on_list:
        return f"may {question.purpose} only in the phases: {', '.join(dict.fromkeys(on_list))}"
    return "sees the case under a broken glass, which is for reading"
