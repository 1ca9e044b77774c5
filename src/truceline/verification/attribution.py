"""Attribution: whether what names an actor is enough to name him in a finding. A step of its own, with its own rule.

**The question:** many may be sure that it happened and nobody who did it; who may be named? **In:** for each incident
who names whom, by channel and origin. **Out:** for each incident the actor that may be named, or nobody, and why.

Nobody is named unless independent channels name him, as many and as technical as the rule asks, and no independent
channel names another. What a party says of the other side, and of itself, names nobody. A channel that was copied
counts once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from truceline.model import Stratum, UsageFault
from truceline.model.columns import Codes, Mask
from truceline.verification.channels import Voices, independent_channels

NOBODY = -1


class WhyNamed(StrEnum):
    """What came of the question who did it."""

    NAMED = "named"
    NOBODY_SAYS = "nobody says"
    TOO_FEW = "too few independent channels name one"
    OTHERS_NAMED = "independent channels name others"


@dataclass(frozen=True, slots=True)
class AttributionRule:
    """How many technical channels, and independent ones in all, must name an actor; by default one, of any kind."""

    technical: int = 0
    independent: int = 1

    def __post_init__(self) -> None:
        """Refuse a rule that names somebody nobody named."""
        if self.independent < 1 or not 0 <= self.technical <= self.independent:
            raise UsageFault(
                f"{self.technical} technical of {self.independent} independent channels name nobody",
                do="ask for one independent channel or more, and at most as many technical ones",
                example="attribution: {technical: 1, independent: 2}",
            )


@dataclass(frozen=True)
class Attributions:
    """For each incident the number of the actor who may be named (``NOBODY``: none), and the place of the reason."""

    actor: Codes
    why: Codes

    def because(self, why: WhyNamed) -> Mask:
        """Which incidents ended so."""
        found: Mask = self.why == _WHY.index(why)
        return found


_WHY = tuple(WhyNamed)


def attributions(
    voices: Voices,
    actor: Codes,
    incidents: int,
    rule: AttributionRule,
    *,
    never: frozenset[Stratum],
    by_custodian: bool = True,
) -> Attributions:
    """Who may be named for each of so many incidents; ``actor`` is whom each voice names, ``NOBODY`` where none.

    >>> two = Voices(np.array([0, 0]), np.array([1, 5], np.int32), np.array([0, -1], np.int32), np.array([-1, -1]))
    >>> rule = AttributionRule(technical=1, independent=2)
    >>> attributions(two, np.array([1, 1], np.int32), 1, rule, never=frozenset()).actor.tolist()
    [1]
    >>> attributions(two, np.array([1, 0], np.int32), 1, rule, never=frozenset()).actor.tolist()
    [-1]
    """
    enough, some = np.zeros(incidents, np.int64), np.zeros(incidents, np.int64)
    who = np.full(incidents, NOBODY, np.int32)
    for one in np.unique(actor[actor != NOBODY]).tolist():
        told = independent_channels(voices.take(actor == one), incidents, never=never, by_custodian=by_custodian)
        named = told.independent > 0
        met = (told.technical >= rule.technical) & (told.independent >= rule.independent)
        some += named
        enough += met
        who[met] = one
    why = np.full(incidents, _WHY.index(WhyNamed.NOBODY_SAYS), np.int32)
    why[some > 0] = _WHY.index(WhyNamed.TOO_FEW)
    why[some > 1] = _WHY.index(WhyNamed.OTHERS_NAMED)
    named_alone = (some == 1) & (enough == 1)
    why[named_alone] = _WHY.index(WhyNamed.NAMED)
    return Attributions(np.where(named_alone, who, NOBODY).astype(np.int32), why)
