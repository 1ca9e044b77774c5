"""The evidence standard: which independent channels must tell of an incident before it counts as confirmed.

Strata are counted, never reports: a thousand messages through one channel are one channel. What a party to the
conflict says is shown and never counts, for it or against it. The reasons stand in docs/method/evidence-standard.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from truceline.model import (
    CONFIRMED,
    GRADES,
    TECHNICAL_STRATA,
    Stratum,
    UsageFault,
    Words,
    strata_bits,
    strata_of,
)
from truceline.model.columns import Strata
from truceline.verification.attribution import AttributionRule
from truceline.verification.channels import Channels

_INSUFFICIENT = GRADES[0]
ONE_CHANNEL = AttributionRule()
"""One independent channel names an actor, and none another."""
_PARTY_STRATA = frozenset({Stratum.PARTY_A, Stratum.PARTY_B})


@dataclass(frozen=True, slots=True)
class GradeRule:
    """What a grade asks for: technical strata (each a physics of its own), and independent strata in all."""

    grade: str
    technical: int
    independent: int

    def __post_init__(self) -> None:
        """Refuse a grade nobody knows, and one that a single channel could give."""
        if self.grade not in GRADES[1:]:
            raise UsageFault(
                f"unknown grade {self.grade!r}", do=f"use one of: {', '.join(GRADES[1:])}", example=GRADES[-1]
            )
        if not 0 <= self.technical <= self.independent:
            raise UsageFault(
                f"{self.grade}: technical strata are counted among the independent ones",
                do="ask for at least as many independent strata in all as technical ones",
                example="{technical: 2, independent: 3}",
            )
        if self.independent < 2:
            raise UsageFault(f"{self.grade}: a single channel is never enough", do="ask for 2 or more", example="2")


@dataclass(frozen=True, slots=True)
class EvidenceStandard:
    """A mission's standard: rules from the strongest grade down, strata that never count, the cap under dissent.

    ``interested`` holds both parties' strata always; a mission may add channels it does not hold to be independent.
    ``dissent_cap`` is the best grade an incident can reach when an instrument that watched registered nothing.
    ``by_custodian`` lets instruments of one physics count as two where different custodians keep them. ``attribution``
    says when an actor may be named.
    """

    rules: tuple[GradeRule, ...]
    interested: frozenset[Stratum] = _PARTY_STRATA
    dissent_cap: str = "possible"
    by_custodian: bool = True
    attribution: AttributionRule = ONE_CHANNEL

    def __post_init__(self) -> None:
        """Refuse a standard in which a party's word counts or a weaker grade asks for more."""
        if _PARTY_STRATA - self.interested:
            raise UsageFault("the strata of both parties never count", do="list both", example="[party-a, party-b]")
        if [rule.grade for rule in self.rules] != list(reversed(GRADES[1:])):
            raise UsageFault(
                "the standard does not state confirmed, probable and possible, in this order, once each",
                do="state each of the three once, the strongest first",
                example="confirmed, probable, possible",
            )
        for strong, weak in pairwise(self.rules):
            if weak.technical > strong.technical or weak.independent > strong.independent:
                raise UsageFault(
                    f"{weak.grade} asks for more than {strong.grade}",
                    do="let stronger grades ask for more",
                    example="confirmed: {technical: 2, independent: 3}, probable: {technical: 1, independent: 2}",
                )
        if self.dissent_cap not in GRADES:
            raise UsageFault(
                f"dissent_cap: unknown grade {self.dissent_cap!r}",
                do=f"use one of: {', '.join(GRADES[:-1])}",
                example="possible",
            )
        if self.dissent_cap == CONFIRMED:
            raise UsageFault(
                "an incident with technical dissent cannot be confirmed",
                do=f"cap it at one of: {', '.join(GRADES[:-1])}",
                example="possible",
            )


DEFAULT_STANDARD = EvidenceStandard(
    (GradeRule("confirmed", 2, 3), GradeRule("probable", 1, 2), GradeRule("possible", 0, 2)),
)
"""Two technical strata of different physics and one other, without technical dissent; see the method page."""


def grade(
    strata: Strata,
    standard: EvidenceStandard = DEFAULT_STANDARD,
    dissent: Strata | None = None,
) -> NDArray[np.int8]:
    """The grade of each incident, as its place in ``GRADES``, where each stratum is one channel.

    ``strata`` are the bit sets of :class:`~truceline.model.IncidentTable`; ``dissent`` those of strata that watched the
    place and time, sense the phenomenon, and registered nothing. ``None`` says that nobody looked for dissent, not that
    there was none. Only technical strata can dissent: a person who saw nothing was perhaps looking elsewhere.

    >>> bits = strata_bits([Stratum.SEISMIC, Stratum.ACOUSTIC, Stratum.PATROL])
    >>> GRADES[grade(np.array([bits], dtype=np.uint32))[0]]
    'confirmed'
    """
    kinds, where = np.unique(np.asarray(strata, dtype=np.uint32), return_inverse=True)
    present = [set(strata_of(int(bits))) - standard.interested for bits in kinds]
    technical = np.array([len(some & TECHNICAL_STRATA) for some in present], np.int64)[where.reshape(-1)]
    independent = np.array([len(some) for some in present], np.int64)[where.reshape(-1)]
    return grade_channels(Channels(technical, independent), standard, dissent)


def grade_channels(
    channels: Channels, standard: EvidenceStandard = DEFAULT_STANDARD, dissent: Strata | None = None
) -> NDArray[np.int8]:
    """The grade of each incident from the channels that speak for it, as its place in ``GRADES``.

    >>> GRADES[grade_channels(Channels(np.array([1]), np.array([2])))[0]]
    'probable'
    """
    graded = np.full(len(channels.independent), GRADES.index(_INSUFFICIENT), np.int8)
    for rule in reversed(standard.rules):
        met = (channels.technical >= rule.technical) & (channels.independent >= rule.independent)
        graded[met] = GRADES.index(rule.grade)
    if dissent is None:
        return graded
    against = (np.asarray(dissent, dtype=np.uint32) & strata_bits(TECHNICAL_STRATA - standard.interested)) != 0
    cap = np.int8(GRADES.index(standard.dissent_cap))
    return np.where(against, np.minimum(graded, cap), graded)


def grade_words(
    strata: Strata,
    standard: EvidenceStandard = DEFAULT_STANDARD,
    dissent: Strata | None = None,
) -> Words:
    """The grade of each incident as a column of words, as the evaluation takes it."""
    return Words(grade(strata, standard, dissent).astype(np.int32), GRADES)


def channel_grade_words(
    channels: Channels, standard: EvidenceStandard = DEFAULT_STANDARD, dissent: Strata | None = None
) -> Words:
    """The same where the channels of each incident were counted."""
    return Words(grade_channels(channels, standard, dissent).astype(np.int32), GRADES)
