"""How likely, as a number and a word, and how sure one is of that, in a field of its own.

**The question:** what word goes with a probability, so that every reader means the same? **In:** a probability, 0 to 1.
**Out:** one of seven words with the range it stands for. The scale is that of the United States' Intelligence Community
Directive 203, *Analytic Standards* (2 January 2015), D.6.e.2.a; its first row of words is used.

Likelihood is not confidence. Likelihood is about the world, confidence about the evidence: a coin is an even chance
with high confidence, a rumour an even chance with low confidence. The directive asks that one sentence never mixes
them, so they are two fields here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from truceline.model import UsageFault


class Confidence(StrEnum):
    """How good the ground of a judgement is: its sources, their agreement, what is missing."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class LikelihoodWord:
    """A word of the scale and the range of probability it stands for."""

    word: str
    at_least: float
    at_most: float


LIKELIHOOD_WORDS = (
    LikelihoodWord("almost no chance", 0.01, 0.05),
    LikelihoodWord("very unlikely", 0.05, 0.20),
    LikelihoodWord("unlikely", 0.20, 0.45),
    LikelihoodWord("roughly even chance", 0.45, 0.55),
    LikelihoodWord("likely", 0.55, 0.80),
    LikelihoodWord("very likely", 0.80, 0.95),
    LikelihoodWord("almost certain", 0.95, 0.99),
)
_MIDDLE = len(LIKELIHOOD_WORDS) // 2


def likelihood_word(probability: float) -> str:
    """The word of a probability; nothing is called impossible or certain, however near it comes.

    Where two ranges meet the word nearer to an even chance is taken, so that what speaks for a thing and what speaks
    against it are worded alike. Raises :class:`~truceline.model.UsageFault` for what is no probability.

    >>> likelihood_word(0.8), likelihood_word(0.2), likelihood_word(1.0)
    ('likely', 'unlikely', 'almost certain')
    """
    if not 0.0 <= probability <= 1.0:
        raise UsageFault(f"{probability!r} is no probability", do="give a number from 0 to 1", example="0.7")
    steps = sum(abs(probability - 0.5) > one.at_most - 0.5 + 1e-12 for one in LIKELIHOOD_WORDS[_MIDDLE:-1])
    return LIKELIHOOD_WORDS[_MIDDLE + (steps if probability > 0.5 else -steps)].word


@dataclass(frozen=True, slots=True)
class Judgement:
    """How likely something is, how sure that is, and on what ground the confidence rests.

    >>> Judgement(0.9, Confidence.MODERATE, "two instruments, one of them far away").word
    'very likely'
    """

    probability: float
    confidence: Confidence
    ground: str

    def __post_init__(self) -> None:
        """Refuse what is no probability, and a confidence without a ground."""
        likelihood_word(self.probability)
        if not self.ground.strip():
            raise UsageFault(
                "a confidence without its ground",
                where="ground",
                do="say what it rests on and what is missing",
                example="two instruments, no patrol",
            )

    @property
    def word(self) -> str:
        """The word of the scale."""
        return likelihood_word(self.probability)
