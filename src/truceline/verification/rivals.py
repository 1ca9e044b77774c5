"""Rival explanations of a case's finding: four from the beginning, more as people think of them, each with its marks.

Question: which explanations are kept with this finding, and what speaks for and against each? In: the acts of a case.
Out: :class:`~truceline.verification.hypotheses.Hypotheses`. What is alleged, and that it was staged, an accident or a
fault of an instrument, are kept with every finding from its opening on, so that nobody forgets to ask; whoever adds one
or marks evidence has drawn the case up and does not judge it.
"""

from __future__ import annotations

import re

from truceline.model import Act, CaseFault, Marking, Supposing
from truceline.model.strict_yaml import nearest
from truceline.verification.cases import Case
from truceline.verification.hypotheses import Bears, Hypotheses, Hypothesis, HypothesisKind, Mark
from truceline.verification.scene import Scene

ALWAYS = (
    Hypothesis("as-alleged", HypothesisKind.AS_ALLEGED, "It happened as the finding says."),
    Hypothesis("staged", HypothesisKind.STAGED_BY_ACCUSER, "Whoever reports it made it look so."),
    Hypothesis("accident", HypothesisKind.ACCIDENT, "It happened, and nobody meant it to."),
    Hypothesis("instrument", HypothesisKind.INSTRUMENT_FAULT, "Nothing happened; an instrument or its reader erred."),
)
"""The explanations every finding begins with."""
_ID = re.compile(r"[a-z][a-z0-9-]{0,40}")


def hypotheses_of(case: Case) -> Hypotheses:
    """The explanations kept with a case's finding, with the newest mark of each item on each."""
    added = (Hypothesis(one.id, HypothesisKind(one.kind), one.words) for _, one in case.of_kind(Supposing))
    marks: dict[tuple[str, str], Mark] = {}
    for _, one in case.of_kind(Marking):
        marks[one.evidence, one.hypothesis] = Mark(
            one.evidence, one.hypothesis, Bears(one.bears), one.because, one.origin
        )
    return Hypotheses((*ALWAYS, *added), tuple(marks.values()))


def check_supposing(_scene: Scene, case: Case, _act: Act, deed: Supposing) -> None:
    """Refuse an unknown kind, a name that is taken, and a second version of what is alleged."""
    kinds = [str(one) for one in HypothesisKind if one is not HypothesisKind.AS_ALLEGED]
    if deed.kind not in kinds:
        raise _unknown("kind of explanation", deed.kind, kinds)
    if not _ID.fullmatch(deed.id):
        raise CaseFault(
            f"{deed.id!r} is no name of an explanation",
            do="take small letters, digits and hyphens",
            example="truck-backfire",
        )
    if deed.id in [one.id for one in hypotheses_of(case).hypotheses]:
        raise CaseFault(f"there is an explanation {deed.id!r} already", where=case.id, do="give this one another name")


def check_marking(_scene: Scene, case: Case, _act: Act, deed: Marking) -> None:
    """Refuse a mark on an explanation nobody keeps, another word than the three, and evidence without a name."""
    known = [one.id for one in hypotheses_of(case).hypotheses]
    if deed.hypothesis not in known:
        raise _unknown("explanation", deed.hypothesis, known)
    if deed.bears not in list(Bears):
        raise _unknown("way to bear on it", deed.bears, [str(one) for one in Bears])
    if not deed.evidence.strip():
        raise CaseFault("no evidence is named", do="name what bears on it", example="an incident, a source or a file")


def _unknown(what: str, word: str, known: list[str]) -> CaseFault:
    near = nearest(word, known)
    return CaseFault(
        f"there is no {what} {word!r}",
        do=f"did you mean {near}?" if near else f"use one of: {', '.join(known)}",
        example=known[0],
    )
