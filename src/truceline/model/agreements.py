"""What was agreed: parties, clauses, norms and the rival readings of a window."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from truceline.model.times import Interval

EACH_PARTY = "each"
EVERYWHERE = "everywhere"


class NormKind(StrEnum):
    """What a norm does: so far it forbids, and no other kind is read."""

    FORBID = "forbid"


@dataclass(frozen=True, slots=True)
class Party:
    """A party to an agreement. ``id`` is a distinct token (``party-ru``); names are per language."""

    id: str
    names: tuple[tuple[str, str], ...]

    def name(self, language: str) -> str:
        """The name in a language, else in English, else the id."""
        names = dict(self.names)
        return names.get(language) or names.get("en") or self.id


@dataclass(frozen=True, slots=True)
class TextSource:
    """A document a clause or reading is taken from."""

    id: str
    title: str
    url: str
    date: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A passage of the agreement in its own words."""

    id: str
    text: str
    language: str
    source: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One party's or body's reading of when the agreement binds; readings are never merged."""

    id: str
    window: Interval
    asserted_by: tuple[str, ...]
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Norm:
    """Who may not do what, where, under which clause.

    ``who`` is ``each`` or party ids; ``act`` a word of the act vocabulary; ``object`` a weapon class or ``any``;
    ``where`` ``everywhere`` or a zone id; ``readings`` the readings that apply (all when empty).
    """

    id: str
    kind: NormKind
    who: tuple[str, ...]
    act: str
    object: str
    where: str
    clause: str
    readings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Agreement:
    """A ceasefire as data. ``parties`` keeps the order of the text; nothing else depends on that order."""

    id: str
    titles: tuple[tuple[str, str], ...]
    status: str
    parties: tuple[Party, ...]
    sources: tuple[TextSource, ...]
    clauses: tuple[Clause, ...]
    readings: tuple[Reading, ...]
    norms: tuple[Norm, ...]
    gaps: tuple[str, ...] = ()

    def title(self, language: str) -> str:
        """The title in a language, else in English, else the id."""
        titles = dict(self.titles)
        return titles.get(language) or titles.get("en") or self.id

    def bound_by(self, norm: Norm) -> tuple[str, ...]:
        """Party ids a norm binds; ``each`` means all, in the order of the agreement."""
        if norm.who == (EACH_PARTY,):
            return tuple(party.id for party in self.parties)
        return norm.who

    def readings_of(self, norm: Norm) -> tuple[Reading, ...]:
        """The readings a norm is evaluated under."""
        return tuple(r for r in self.readings if not norm.readings or r.id in norm.readings)
