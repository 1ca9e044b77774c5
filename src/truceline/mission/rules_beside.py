"""Counts under every rule as a person reads them side by side: one table for each kind of thing, and what is said.

Other rules count events, weapons seen and persons, so each kind has columns of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from truceline.agreements.counting import FIRE, PEOPLE, PUBLISHED, CountLine, Difference, told_once
from truceline.mission.alerts import ALERTS
from truceline.mission.beside import SideBySide
from truceline.model import Phenomenon

EVENTS, WEAPONS_SEEN, PERSONS = KINDS = ("events", "weapons seen", "persons")
"""Kinds of things that are counted, in the order of the tables."""

_OF_KIND = {WEAPONS_SEEN: (Phenomenon.WEAPON_PRESENCE,), PERSONS: PEOPLE}
_PARTS = {Phenomenon.ANY_ALERT: ALERTS, Phenomenon.ANY_FIRE: FIRE}
"""Sums over phenomena, and what they are the sums of."""

Row = tuple[str, str, str]
"""Reading, phenomenon and stratum."""


def row_of(one: CountLine | Difference) -> Row:
    """The row of the table that a count or a difference belongs to."""
    return one.reading, one.phenomenon, one.stratum


def lines_shown(found: SideBySide) -> tuple[CountLine, ...]:
    """What was counted here, each count once; a figure others published follows no rule that could be held beside."""
    return tuple(line for line in told_once(found.lines) if line.basis != PUBLISHED)


def by_kind(lines: Sequence[CountLine]) -> Iterator[tuple[str, tuple[CountLine, ...]]]:
    """The lines of each kind of thing of which there are any."""
    for kind in KINDS:
        mine = tuple(line for line in lines if _kind(line.phenomenon) == kind)
        if mine:
            yield kind, mine


def differences_said(found: SideBySide) -> tuple[tuple[Difference, ...], int]:
    """The differences worth a sentence, and how many are left: those of single kinds whose sum is told of."""
    rows = set(map(row_of, lines_shown(found)))
    told = [one for one in found.differences if row_of(one) in rows]
    said = tuple(one for one in told if _said_once(one, told))
    return said, len(told) - len(said)


def _kind(phenomenon: str) -> str:
    return next((kind for kind, members in _OF_KIND.items() if phenomenon in members), EVENTS)


def _said_once(one: Difference, among: Sequence[Difference]) -> bool:
    """Whether it tells of a sum, or of what is part of none that is told of in the same channel."""
    told_of = {other.phenomenon for other in among if (other.stratum, other.reading) == (one.stratum, one.reading)}
    return not any(total in told_of and one.phenomenon in parts for total, parts in _PARTS.items())
