"""Four eyes: who may judge a finding, whose judgement counts, and what the judgements come to.

Reviewers are neither authors nor collectors of anything that rests on the same finding, in this case or another. A
judgement is of one exact revision, by hash; judgements of two revisions never add up. Nobody judges who was shown what
another judged, and nobody judges a revision twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from truceline.model import Act, ReviewGrade
from truceline.verification.cases import Case
from truceline.verification.people import People
from truceline.verification.stages import CaseRules


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What the judgements of one revision come to.

    ``counted`` are those that count, ``left_out`` those of people who are no longer free to judge. ``outcome`` is what
    they agree on, empty where they agree on nothing or are too few.
    """

    counted: tuple[tuple[Act, ReviewGrade], ...]
    left_out: tuple[tuple[Act, ReviewGrade], ...]
    quorum: bool
    outcome: str


def involved(finding_id: str, cases: Iterable[Case]) -> dict[str, str]:
    """Who may not judge a finding, and what they are: author or collector, in any case on it."""
    found: dict[str, str] = {}
    for case in cases:
        if case.finding.id == finding_id:
            found |= dict.fromkeys(case.opening.collectors, "collector")
            found |= dict.fromkeys(case.authors(), "author")
    return found


def reviewed(case: Case, cases: Iterable[Case], people: People, rules: CaseRules) -> Reviewed:
    """What the judgements of the revision that a case is about come to."""
    barred = involved(case.finding.id, cases)
    counted: dict[str, tuple[Act, ReviewGrade]] = {}
    left_out: list[tuple[Act, ReviewGrade]] = []
    for act, grade in case.grades(case.finding.sha256):
        if act.by in barred or act.by in counted or not people.knows(act.by):
            left_out.append((act, grade))
        else:
            counted[act.by] = (act, grade)
    told = Counter(grade.outcome for _, grade in counted.values())
    agreed = [one for one, n in told.items() if n >= rules.quorum and len(counted) - n <= rules.dissents]
    return Reviewed(
        tuple(counted.values()),
        tuple(left_out),
        len(counted) >= rules.quorum,
        agreed[0] if len(agreed) == 1 else "",
    )
