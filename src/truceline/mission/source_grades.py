"""Grades of a mission's sources and of what they say, each given by a person who has not seen another's.

Question: how far is a source to be relied on, how credible is one item, by whose judgement? A grading is an event of
the outbox, so it is appended, goes into the private log, and is never changed; a later one of the same person takes the
place of an earlier one. Who may see which stands in :mod:`truceline.verification.grading`. The evidence standard counts
independent channels and does not read these grades: they are for people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from truceline.mission.case_acts import not_permitted, record_decision, signed_in
from truceline.mission.case_room import CaseRoom
from truceline.model import NotFound, check_words, parse_moment
from truceline.model.strict_yaml import nearest
from truceline.store import OutboxEvent, writing
from truceline.store.adding import Adding
from truceline.verification.grading import GradedTogether, Grading, Scale, together, visible_to
from truceline.verification.guard import may_grade_sources

GRADING = "grading"
"""Kind of event: somebody graded a source or an item."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A grade as it was typed: of a source, or of an item that a source says (then ``item`` names it)."""

    source: str
    grade: str
    because: str
    item: str = ""


@dataclass(frozen=True)
class SubjectGraded:
    """One subject with the gradings somebody may see, and what they come to together."""

    subject: str
    scale: Scale
    gradings: tuple[Grading, ...]
    together: GradedTogether


def grade_source(room: CaseRoom, account: str, typed: Typed, now: datetime) -> Grading:
    """Keep a grading. Raises :class:`NotFound` for an unknown source, UsageFault for a grade of the other scale."""
    check_words(typed.because, "because")
    with writing(room.mission.root):
        person = signed_in(room, account, "grading", now)
        _check_known(room, typed.source)
        scale = Scale.CREDIBILITY if typed.item else Scale.RELIABILITY
        of_item = typed.source if typed.item else ""
        made = Grading(typed.item or typed.source, scale, typed.grade, person.id, now, typed.because, of_item)
        with room.mission.records.adding() as adding:
            decision = may_grade_sources(person)
            record_decision(room, adding, decision, now, case="grading")
            if decision.allowed:
                adding.add_event(GRADING, now, _content(made))
    if not decision.allowed:
        raise not_permitted(decision, "grading")
    return made


def read_grades(room: CaseRoom, account: str, now: datetime) -> tuple[SubjectGraded, ...]:
    """Every subject of which somebody may see a grading; raises NotPermitted for whoever may not grade."""
    with writing(room.mission.root):
        person = signed_in(room, account, "grades", now)
        with room.mission.records.adding() as adding:
            decision = may_grade_sources(person)
            record_decision(room, adding, decision, now, case="grades")
            everything = gradings_in(all_events(adding))
    if not decision.allowed:
        raise not_permitted(decision, "grades")
    subjects: dict[tuple[str, Scale], list[Grading]] = {}
    for one in visible_to(person.id, everything):
        subjects.setdefault((one.subject, one.scale), []).append(one)
    found = ((subject, scale, tuple(made), together(made)) for (subject, scale), made in sorted(subjects.items()))
    return tuple(SubjectGraded(subject, scale, made, sum_) for subject, scale, made, sum_ in found if sum_ is not None)


def gradings_in(events: tuple[OutboxEvent, ...]) -> tuple[Grading, ...]:
    """The gradings that events tell of, in their order."""
    return tuple(grading_of(one) for one in events if one.kind == GRADING)


def grading_of(event: OutboxEvent) -> Grading:
    """The grading that an event tells of."""
    told = {name: str(value) for name, value in event.content.items()}
    scale = Scale(told["scale"])
    return Grading(
        told["subject"], scale, told["grade"], told["person"], parse_moment(event.at), told["because"], told["source"]
    )


def all_events(adding: Adding) -> tuple[OutboxEvent, ...]:
    """Everything in the outbox, inside a transaction."""
    found: list[OutboxEvent] = []
    while more := adding.events(len(found)):
        found += more
    return tuple(found)


def _content(made: Grading) -> dict[str, str]:
    return {
        "subject": made.subject,
        "scale": made.scale,
        "grade": made.grade,
        "person": made.by,
        "because": made.reason,
        "source": made.source,
    }


def _check_known(room: CaseRoom, source: str) -> None:
    known = [one.id for one in room.mission.records.sources()]
    if source not in known:
        near = nearest(source, known)
        raise NotFound(
            f"the mission has no source {source!r}",
            do=f"did you mean {near}?" if near else "take an id of a source that something came in from",
            example=near or (known[0] if known else "truceline sources"),
        )
