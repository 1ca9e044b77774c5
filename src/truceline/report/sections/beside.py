"""The coverage beside a count, in words: no figure stands without it, and what nobody assessed is said to be so."""

from __future__ import annotations

from collections.abc import Sequence

from truceline.agreements.counting.figures import CountLine
from truceline.report.edition import Edition
from truceline.report.language import Tongue, msgid

PUBLISHED = "published figure"
"""The basis of a count that others made; what they could see is theirs to state."""


def coverage_beside(edition: Edition, line: CountLine) -> float | None:
    """The share a count was seen under; ``None`` for a published figure, whose publisher did not state it.

    Raises :class:`SumsDisagree` when the window has no share on record for what was counted.
    """
    if line.basis == PUBLISHED:
        return line.coverage
    return edition.coverage(line.reading, line.phenomenon).share


def share_words(tongue: Tongue, share: float | None, basis: str) -> str:
    """A share as a percentage, or why there is none."""
    if share is not None:
        return tongue.share(share)
    return tongue.say(msgid("not stated by the publisher") if basis == PUBLISHED else msgid("not assessed"))


def span_words(tongue: Tongue, shares: Sequence[float | None], basis: str) -> str:
    """Several shares from the lowest to the highest; what is not known among them is said."""
    known = [share for share in shares if share is not None]
    if not known:
        return share_words(tongue, None, basis)
    low, high = tongue.share(min(known)), tongue.share(max(known))
    span = low if low == high else f"{low}\N{EN DASH}{high}"
    if len(known) == len(shares):
        return span
    return tongue.say(msgid("{shares}, in part not assessed"), shares=span)
