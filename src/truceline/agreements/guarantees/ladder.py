"""How firm each commitment is: said, declared, signed, ratified, funded, in place; each step on evidence of its own.

After the Kiel Ukraine Support Tracker, which keeps commitments and allocations apart. A ratified text that nobody
recorded as signed shows its signature as missing: no step is inferred from a higher one.
"""

from __future__ import annotations

from truceline.agreements.guarantees.standing import LadderStanding
from truceline.model import Guarantee, Ladder, LadderStep


def ladder_standing(guarantee: Guarantee, guarantor: str, day: str) -> LadderStanding:
    """The ladder of one guarantor on a day: of each step the earliest evidence dated by then."""
    shown = sorted(
        (step for step in guarantee.ladder if step.guarantor == guarantor and step.date <= day),
        key=lambda step: step.date,
    )
    steps = tuple((rung, _first(shown, rung)) for rung in Ladder)
    reached = [rung for rung, step in steps if step is not None]
    return LadderStanding(guarantor, reached[-1] if reached else None, steps)


def _first(shown: list[LadderStep], rung: Ladder) -> LadderStep | None:
    return next((step for step in shown if step.step is rung), None)
