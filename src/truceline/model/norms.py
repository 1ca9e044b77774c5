"""Norms as data: who must, may not, may or can do what, to what, where and when, and under which conditions.

The terms of deontic logic are kept: ``oblige``, ``forbid``, ``permit``, ``power`` (Hohfeld 1913; von Wright 1951),
and of obligations those of Governatori 2005: an *achievement* is done once by a deadline, a *maintenance* holds
throughout.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from truceline.model.errors import ValueFault

EACH_PARTY = "each"
EVERYWHERE = "everywhere"


class NormKind(StrEnum):
    """What a norm does with an act: demands it, rules it out, allows it, or lets somebody change the rules."""

    OBLIGE = "oblige"
    FORBID = "forbid"
    PERMIT = "permit"
    POWER = "power"


class Mode(StrEnum):
    """How a duty is kept: done once by a deadline, kept up throughout, or done and then kept up."""

    ACHIEVEMENT = "achievement"
    MAINTENANCE = "maintenance"
    ACHIEVEMENT_THEN_MAINTENANCE = "achievement-then-maintenance"


@dataclass(frozen=True, slots=True)
class MomentTerm:
    """A moment as a text gives it: fixed, or so many days and seconds from a named event.

    ``effective+P14D`` is the event ``effective`` with 14 days; a fixed moment has no event and stands in ``at``.
    """

    text: str
    event: str = ""
    at: datetime | None = None
    days: int = 0
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """A named moment of the text; without ``at`` it comes about when the register says so (a D-day)."""

    id: str
    at: MomentTerm | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits on a number; ``over`` and ``at_least`` are kept apart: over 100 mm leaves 100 mm free."""

    over: float | None = None
    at_least: float | None = None
    up_to: float | None = None
    under: float | None = None


@dataclass(frozen=True, slots=True)
class WeaponTerm:
    """A class of weapons as a text draws it: by class, calibre in mm, range in m, or by the names of systems."""

    weapon: str = ""
    calibre_mm: Bounds | None = None
    range_m: Bounds | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ObjectTerm:
    """What an act must concern: any of these weapons, and any of these targets; empty means any."""

    weapons: tuple[WeaponTerm, ...] = ()
    targets: tuple[str, ...] = ()

    @property
    def anything(self) -> bool:
        """Whether the norm leaves the object open."""
        return not self.weapons and not self.targets


ANYTHING = ObjectTerm()


class Side(StrEnum):
    """Which side of a line is meant, seen from the party that is bound.

    ``own`` and ``own-only`` end at the line. ``own-and-beyond`` is what a duty or prohibition means that is written
    ``own`` and begins at the line: so far behind it, and everything in front of it.
    """

    OWN = "own"
    OWN_ONLY = "own-only"
    OWN_AND_BEYOND = "own-and-beyond"
    OTHER = "other"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Everywhere:
    """The norm binds wherever the act is."""


@dataclass(frozen=True, slots=True)
class InZone:
    """Inside a zone (or any of a set of settlements), or within so many metres of it."""

    zone: str
    within_m: float = 0.0


@dataclass(frozen=True, slots=True)
class InBand:
    """Between two distances from a line. ``lines`` pairs each bound party, or ``each``, with its reference line."""

    lines: tuple[tuple[str, str], ...]
    near_m: float
    far_m: float
    side: Side = Side.OWN

    def __post_init__(self) -> None:
        """Refuse a strip that takes in what lies beyond its line without beginning at it."""
        if self.side is Side.OWN_AND_BEYOND and self.near_m > 0.0:
            raise ValueFault(
                f"a strip from {self.near_m:g} m on cannot take in what lies beyond its line",
                do="begin at the line, or say own-only",
                example='InBand((("each", "contact-line"),), 0.0, 25_000.0, Side.OWN_AND_BEYOND)',
            )

    def line_of(self, party: str) -> str:
        """The reference line of a party."""
        lines = dict(self.lines)
        return lines.get(party) or lines[EACH_PARTY]


@dataclass(frozen=True, slots=True)
class InCorridor:
    """Within half the width of a line, on either side."""

    line: str
    width_m: float


@dataclass(frozen=True, slots=True)
class Outside:
    """Anywhere but there."""

    of: Where


@dataclass(frozen=True, slots=True)
class AllOf:
    """In every one of these."""

    parts: tuple[Where, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """In at least one of these."""

    parts: tuple[Where, ...]


Where = Everywhere | InZone | InBand | InCorridor | Outside | AllOf | AnyOf


def lines_in(where: Where) -> tuple[str, ...]:
    """Ids of the lines a place is told by, each once.

    >>> lines_in(AllOf((InCorridor("road", 50.0), Outside(InZone("town")))))
    ('road',)
    """
    return tuple(dict.fromkeys(_lines(where)))


def _lines(where: Where) -> tuple[str, ...]:
    match where:
        case InBand(lines):
            return tuple(line for _, line in lines)
        case InCorridor(line):
            return (line,)
        case Outside(of):
            return _lines(of)
        case AllOf(parts) | AnyOf(parts):
            return tuple(line for part in parts for line in _lines(part))
        case _:
            return ()


def zones_in(where: Where) -> tuple[str, ...]:
    """Ids of the zones a place is told by, each once."""
    match where:
        case InZone(zone):
            return (zone,)
        case Outside(of):
            return zones_in(of)
        case AllOf(parts) | AnyOf(parts):
            return tuple(dict.fromkeys(zone for part in parts for zone in zones_in(part)))
        case _:
            return ()


@dataclass(frozen=True, slots=True)
class CountLimit:
    """A counted limit: at most so many (held, present), or at least so many (released, delivered).

    ``per`` is ``moment`` (present at one time), ``day`` (each local day) or ``window`` (altogether).
    """

    at_most: int | None = None
    at_least: int | None = None
    per: str = "window"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Requirement:
    """What must stand in the register, or have happened, for a permission or a voiding clause to apply.

    Either ``entry``, a kind of register entry, or ``act``, an act seen as an incident (an offensive action of the other
    side). ``by`` holds ``same``, ``other`` or ids; ``to`` holds ids alone, each of whom must have been told; empty
    means anybody. It must come at least ``ahead_s`` seconds before the act in question and, with ``within_s``, at most
    so long before; an act seen, with ``near_m``, at most so many metres from it.
    """

    entry: str = ""
    act: str = ""
    by: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    subject: str = ""
    ahead_s: int = 0
    within_s: int | None = None
    near_m: float | None = None


@dataclass(frozen=True, slots=True)
class Norm:
    """What a clause demands of whom.

    ``who`` is ``each`` or ids of parties or other actors; ``act`` a word of the act or deed vocabulary; ``start`` and
    ``until`` narrow the reading's window (for an achievement ``until`` is the deadline); ``after`` names norms that
    must have been achieved first; ``overrides`` the norms a permission excepts from, or permissions it goes before;
    ``readings`` the readings it is held under (all when empty); ``unknown`` the terms the text leaves open.
    """

    id: str
    kind: NormKind
    who: tuple[str, ...]
    act: str
    object: ObjectTerm
    where: Where
    clause: str
    readings: tuple[str, ...] = ()
    mode: Mode = Mode.MAINTENANCE
    start: MomentTerm | None = None
    until: MomentTerm | None = None
    count: CountLimit | None = None
    after: tuple[str, ...] = ()
    requires: tuple[Requirement, ...] = ()
    overrides: tuple[str, ...] = ()
    void_if: tuple[Requirement, ...] = ()
    phase: str = ""
    instrument: str = ""
    unknown: tuple[str, ...] = ()
