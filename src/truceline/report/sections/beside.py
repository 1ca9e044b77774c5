"""The coverage beside a count, in words: no figure stands without it, and what nobody assessed is said to be so."""

from __future__ import annotations

from collections.abc import Sequence

from truceline.agreements.counting.figures import PUBLISHED, CountLine
from truceline.coverage.shares import CoverageShare
from truceline.report.content import Cell, Phrase
from truceline.report.edition import Edition
from truceline.report.language import Tongue, msgid


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


def dim(share: CoverageShare) -> bool:
    """Whether some of the share was seen by degraded sources only."""
    return share.undisturbed < share.share


def dim_anywhere(edition: Edition, phenomenon: str) -> bool:
    """Whether degraded sources alone saw some of it in any window.

    The shares of moved windows and of days do not tell the two apart, so what holds in a window is said of them too.
    """
    return any(dim(s) for window in edition.windows() for s in window.coverage if s.phenomenon == phenomenon)


def seen_cell(tongue: Tongue, share: CoverageShare, tone: str = "") -> Cell:
    """A share as a field of a table, with what of it was seen undisturbed where that is less."""
    whole = Phrase(tongue.share(share.share), tone=tone)
    return (whole, Phrase(undisturbed_words(tongue, share.undisturbed), tone="quiet")) if dim(share) else (whole,)


def undisturbed_words(tongue: Tongue, undisturbed: float) -> str:
    """The share in which a source watched and did not merely do so degraded."""
    return tongue.say(msgid("undisturbed: {share}"), share=tongue.share(undisturbed))


def place_and_time(tongue: Tongue, share: CoverageShare) -> str:
    """A share within a sentence; never without the word that degraded sources miss much."""
    whole = tongue.share(share.share)
    if not dim(share):
        return tongue.say(msgid("{share} of place and time"), share=whole)
    if share.undisturbed == 0:
        return tongue.say(
            msgid("{share} of place and time, all of it by degraded sources, which miss much"), share=whole
        )
    return tongue.say(
        msgid("{share} of place and time, undisturbed in {undisturbed}, the rest by degraded sources, which miss much"),
        share=whole,
        undisturbed=tongue.share(share.undisturbed),
    )


def dimly(tongue: Tongue, words: str, *, said: bool) -> str:
    """Words on coverage, with the remark that degraded sources are counted as seeing, where that is so."""
    return tongue.say(msgid("{coverage}, degraded sources included"), coverage=words) if said else words


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
