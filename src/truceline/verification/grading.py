"""Grades of sources and of what they say, set apart from each other and blind.

**The question:** how far is a source to be relied on, and how credible is this one item? **In:** gradings that people
made, each of one subject on one scale. **Out:** what they come to together, and which of them somebody may see yet.

The two scales are those of NATO's AJP-2.1 (the "Admiralty code"): reliability of a source A to F, credibility of an
item 1 to 6. They are apart because a good source can be wrong and a bad one right. Graders are known to let one colour
the other (Samet 1975, "Subjective interpretation of reliability and accuracy scales for evaluating military
intelligence"); so whoever grades an item is not shown the source's letter, and nobody is shown another's grade of a
subject before giving his own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from truceline.model import UsageFault


class Scale(StrEnum):
    """What is graded: a source, or one item of what sources say."""

    RELIABILITY = "reliability"
    CREDIBILITY = "credibility"


GRADES_OF = {
    Scale.RELIABILITY: (
        ("A", "completely reliable"),
        ("B", "usually reliable"),
        ("C", "fairly reliable"),
        ("D", "not usually reliable"),
        ("E", "unreliable"),
        ("F", "reliability cannot be judged"),
    ),
    Scale.CREDIBILITY: (
        ("1", "confirmed by other sources"),
        ("2", "probably true"),
        ("3", "possibly true"),
        ("4", "doubtful"),
        ("5", "improbable"),
        ("6", "truth cannot be judged"),
    ),
}
"""Each scale from the best grade down; the last says that nobody can tell, which is not the worst."""


@dataclass(frozen=True, slots=True)
class Grading:
    """One person's grade of one subject: a source's id, or an item's.

    ``source`` is the source of an item (empty for a source itself), so that its letter can be kept from who grades it.
    """

    subject: str
    scale: Scale
    grade: str
    by: str
    at: datetime
    reason: str
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse a grade of the other scale, one without a reason, and a moment without a zone."""
        known = [grade for grade, _ in GRADES_OF[self.scale]]
        if self.grade not in known:
            raise UsageFault(
                f"{self.grade!r} is no grade of {self.scale}", do=f"use one of: {', '.join(known)}", example=known[1]
            )
        if not self.reason.strip():
            raise UsageFault("a grade without its reason", where=self.subject, do="say what it rests on")
        if self.at.tzinfo is None:
            raise UsageFault("a moment without a time zone", where=self.subject, do="give the zone", example="+00:00")


@dataclass(frozen=True, slots=True)
class GradedTogether:
    """What several gradings of one subject come to.

    ``grade`` is the most cautious of those who could judge, or that nobody can. ``apart`` says that they differ.
    """

    grade: str
    by: tuple[str, ...]
    apart: bool


def together(gradings: Iterable[Grading]) -> GradedTogether | None:
    """The gradings of one subject as one: each person's newest, the most cautious of those who could judge.

    ``None`` where nobody graded. Raises :class:`~truceline.model.UsageFault` for gradings of different subjects.

    >>> at = datetime.fromisoformat("2031-04-19T12:00:00+00:00")
    >>> one = Grading("camera-3", Scale.RELIABILITY, "B", "ada", at, "calibrated in March")
    >>> other = Grading("camera-3", Scale.RELIABILITY, "C", "ben", at, "clock drifts")
    >>> together([one, other])
    GradedTogether(grade='C', by=('ada', 'ben'), apart=True)
    """
    newest: dict[str, Grading] = {}
    for one in sorted(gradings, key=lambda grading: (grading.at, grading.by, grading.grade)):
        newest[one.by] = one
    if not newest:
        return None
    if len({(one.subject, one.scale) for one in newest.values()}) > 1:
        raise UsageFault("gradings of different subjects are not put together", do="give those of one subject")
    cannot = GRADES_OF[next(iter(newest.values())).scale][-1][0]
    judged = sorted(one.grade for one in newest.values() if one.grade != cannot)
    people = tuple(sorted(newest))
    return GradedTogether(judged[-1] if judged else cannot, people, len({one.grade for one in newest.values()}) > 1)


def visible_to(person: str, gradings: Iterable[Grading]) -> tuple[Grading, ...]:
    """The gradings somebody may see: his own, and those of others only once they can no longer colour his.

    Another's grade of a subject shows once one has graded it oneself. The letter others gave a source stays hidden
    until one has graded every item of it that anybody graded.
    """
    told = tuple(gradings)
    mine = {(one.subject, one.scale) for one in told if one.by == person}
    items_of: dict[str, set[str]] = {}
    for one in told:
        if one.scale is Scale.CREDIBILITY and one.source:
            items_of.setdefault(one.source, set()).add(one.subject)

    def may_see(one: Grading) -> bool:
        if one.by == person:
            return True
        if (one.subject, one.scale) not in mine:
            return False
        waiting = items_of.get(one.subject, set()) if one.scale is Scale.RELIABILITY else set()
        return all((item, Scale.CREDIBILITY) in mine for item in waiting)

    return tuple(one for one in told if may_see(one))
