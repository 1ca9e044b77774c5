"""Rival explanations of an incident, kept beside each other with the evidence for and against each.

**The question:** what else could it have been, and what speaks against that? **In:** the hypotheses of a finding and
how each item of evidence bears on each of them. **Out:** how each stands, by independent origins, and which evidence
tells nothing apart.

The method is the analysis of competing hypotheses (R. J. Heuer, *Psychology of Intelligence Analysis*, 1999, chapter
8): one looks for what speaks *against* each, since most evidence fits more than one. Nothing here picks a winner or
makes a number of it: people decide, and see what is open. What was copied counts once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from truceline.model import UsageFault


class HypothesisKind(StrEnum):
    """What may lie behind a report of an incident."""

    AS_ALLEGED = "as-alleged"
    STAGED_BY_ACCUSER = "staged-by-accuser"
    ACCIDENT = "accident"
    INSTRUMENT_FAULT = "instrument-fault"
    SOMEBODY_ELSE = "somebody-else"
    OTHER = "other"


class Bears(StrEnum):
    """How an item of evidence fits a hypothesis."""

    FOR = "for"
    AGAINST = "against"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One explanation, in words a party could accept as a fair statement of it."""

    id: str
    kind: HypothesisKind
    words: str


@dataclass(frozen=True, slots=True)
class Mark:
    """How one item of evidence bears on one hypothesis, and why.

    ``origin`` is what repeats of it share; empty where it speaks for itself.
    """

    evidence: str
    hypothesis: str
    bears: Bears
    reason: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class HypothesisStanding:
    """How many independent origins speak for and against a hypothesis; ``open``: nothing speaks against it."""

    hypothesis: Hypothesis
    speaks_for: int
    against: int

    @property
    def open(self) -> bool:
        """Whether nothing yet speaks against it."""
        return self.against == 0


FEWEST_RIVALS = 2
"""So many explanations beside the one alleged are kept with every finding."""


@dataclass(frozen=True, slots=True)
class Hypotheses:
    """The explanations of one finding with all marks; refuses a finding whose rivals nobody wrote down."""

    hypotheses: tuple[Hypothesis, ...]
    marks: tuple[Mark, ...] = ()

    def __post_init__(self) -> None:
        """Refuse too few rivals, two of one id, and marks that name no hypothesis or contradict each other."""
        rivals = [one for one in self.hypotheses if one.kind is not HypothesisKind.AS_ALLEGED]
        if len(rivals) == len(self.hypotheses) or len(rivals) < FEWEST_RIVALS:
            raise UsageFault(
                f"{len(rivals)} rivals of what is alleged",
                do=f"keep what is alleged and at least {FEWEST_RIVALS} other explanations",
                example=f"{HypothesisKind.AS_ALLEGED}, {HypothesisKind.ACCIDENT}, {HypothesisKind.STAGED_BY_ACCUSER}",
            )
        ids = [one.id for one in self.hypotheses]
        for number, name in enumerate(ids):
            if name in ids[:number]:
                raise UsageFault(f"two hypotheses are called {name!r}", do="give each an id of its own")
        said: dict[tuple[str, str], Mark] = {}
        for mark in self.marks:
            if mark.hypothesis not in ids:
                raise UsageFault(f"no hypothesis is called {mark.hypothesis!r}", do=f"name one of: {', '.join(ids)}")
            if said.setdefault((mark.evidence, mark.hypothesis), mark).bears is not mark.bears:
                raise UsageFault(
                    f"{mark.evidence!r} bears on {mark.hypothesis!r} in two ways", do="give it one mark for each"
                )

    def standings(self) -> tuple[HypothesisStanding, ...]:
        """Each hypothesis with what speaks for and against it, the least contradicted first, then by id."""
        found = (
            HypothesisStanding(one, self._origins(one, Bears.FOR), self._origins(one, Bears.AGAINST))
            for one in self.hypotheses
        )
        return tuple(sorted(found, key=lambda standing: (standing.against, standing.hypothesis.id)))

    def open_rivals(self) -> tuple[Hypothesis, ...]:
        """Rivals of what is alleged that nothing yet speaks against."""
        return tuple(
            one.hypothesis
            for one in self.standings()
            if one.open and one.hypothesis.kind is not HypothesisKind.AS_ALLEGED
        )

    def tells_nothing_apart(self) -> tuple[str, ...]:
        """Evidence that bears alike on every hypothesis: it may be true, and decides nothing."""
        items = dict.fromkeys(mark.evidence for mark in self.marks)
        return tuple(item for item in items if len({self._bears(item, one.id) for one in self.hypotheses}) == 1)

    def _bears(self, evidence: str, hypothesis: str) -> Bears:
        marked = (mark.bears for mark in self.marks if (mark.evidence, mark.hypothesis) == (evidence, hypothesis))
        return next(marked, Bears.NEITHER)

    def _origins(self, one: Hypothesis, bears: Bears) -> int:
        return _independent(mark for mark in self.marks if mark.hypothesis == one.id and mark.bears is bears)


def _independent(marks: Iterable[Mark]) -> int:
    return len({("origin", mark.origin) if mark.origin else ("item", mark.evidence) for mark in marks})
