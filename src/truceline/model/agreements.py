"""What was agreed: parties and other actors, instruments and their standing, clauses, norms and rival readings."""

from __future__ import annotations

from dataclasses import dataclass, field

from truceline.model.guarantees import Guarantee
from truceline.model.norms import EACH_PARTY, Event, Norm
from truceline.model.times import Interval


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
class Actor(Party):
    """Somebody the text speaks of who is no party: a guarantor, a mediator, a monitor, an armed group."""

    role: str = ""


@dataclass(frozen=True, slots=True)
class TextSource:
    """A document a clause or reading is taken from."""

    id: str
    title: str
    url: str
    date: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A passage of the agreement in its own words. ``sha256`` is that of the text as UTF-8."""

    id: str
    text: str
    language: str
    source: str
    instrument: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class StatusStep:
    """A status an instrument reached on a day, and who says so."""

    status: str
    date: str
    source: str


@dataclass(frozen=True, slots=True)
class Link:
    """How one instrument stands to another: ``within``, ``amends``, ``draft-of`` and so on."""

    relation: str
    to: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Instrument:
    """One text of a family: a memorandum, a side letter, a draft. ``binds`` names who is bound by it.

    ``terms`` are named points a text of its kind should settle, each with what it says or ``None``: a gap.
    """

    id: str
    titles: tuple[tuple[str, str], ...]
    type: str
    languages: tuple[str, ...]
    status: tuple[StatusStep, ...]
    binds: tuple[str, ...]
    signed_by: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    terms: tuple[tuple[str, str | None], ...] = ()
    gaps: tuple[str, ...] = ()

    def title(self, language: str) -> str:
        """The title in a language, else in English, else the id."""
        titles = dict(self.titles)
        return titles.get(language) or titles.get("en") or self.id

    def status_on(self, day: str) -> str:
        """The last status reached by a day; empty before the first."""
        reached = [step.status for step in self.status if step.date <= day]
        return reached[-1] if reached else ""


@dataclass(frozen=True, slots=True)
class LineTerms:
    """A reference line as the text uses it: which day it stands for, how well it is known, whose side is which.

    ``left`` and ``right`` are seen in the direction in which the line is drawn. ``accuracy_m`` is a 95 % half width.
    ``slot`` says what a mission has to bring where the text has a line and the file has no course; empty otherwise.
    """

    id: str
    date: str
    method: str
    version: str
    accuracy_m: float
    left: str
    right: str
    slot: str = ""

    def side_of(self, party: str) -> int:
        """1 when the party's side is left of the line, -1 when right, 0 when it has none."""
        return int(self.left == party) - int(self.right == party)


@dataclass(frozen=True, slots=True)
class Reading:
    """One party's or body's reading of the text; readings are never merged.

    ``norms``, ``events`` and ``guarantees`` are those of the agreement as this reading has them; ``changes`` says what
    it reads differently, as path and value.
    """

    id: str
    window: Interval
    asserted_by: tuple[str, ...]
    source: str
    note: str = ""
    stated_on: str = ""
    stated_in: str = ""
    changes: tuple[tuple[str, str], ...] = ()
    norms: tuple[Norm, ...] = ()
    events: tuple[Event, ...] = ()
    guarantees: tuple[Guarantee, ...] = ()


@dataclass(frozen=True, slots=True)
class Agreement:
    """A ceasefire or a guarantee as data, with every instrument that belongs to it.

    ``parties`` keeps the order of the text; nothing else depends on that order. ``time_zone`` is where its local days
    are counted; ``day_rule`` says whether ``P14D`` counts days of 24 hours (``elapsed``) or of the calendar
    (``local``).
    """

    id: str
    titles: tuple[tuple[str, str], ...]
    status: str
    parties: tuple[Party, ...]
    sources: tuple[TextSource, ...]
    clauses: tuple[Clause, ...]
    readings: tuple[Reading, ...]
    norms: tuple[Norm, ...]
    gaps: tuple[str, ...] = ()
    time_zone: str = "UTC"
    day_rule: str = "elapsed"
    actors: tuple[Actor, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    lines: tuple[LineTerms, ...] = ()
    events: tuple[Event, ...] = ()
    guarantees: tuple[Guarantee, ...] = field(default=())
    terms: tuple[tuple[str, str | None], ...] = ()

    def title(self, language: str) -> str:
        """The title in a language, else in English, else the id."""
        titles = dict(self.titles)
        return titles.get(language) or titles.get("en") or self.id

    def bound_by(self, norm: Norm) -> tuple[str, ...]:
        """Ids a norm binds; ``each`` means all parties its instrument binds, in the order of the agreement."""
        parties = tuple(party.id for party in self.parties)
        if norm.who == (EACH_PARTY,):
            bound = next((one.binds for one in self.instruments if one.id == norm.instrument), ())
            return tuple(party for party in parties if not bound or party in bound)
        known = (*parties, *(actor.id for actor in self.actors))
        return tuple(one for one in known if one in norm.who)

    def readings_of(self, norm: Norm) -> tuple[Reading, ...]:
        """The readings a norm is evaluated under."""
        return tuple(r for r in self.readings if not norm.readings or r.id in norm.readings)

    def norms_in(self, reading: Reading) -> tuple[Norm, ...]:
        """The norms as a reading has them: only those held under it."""
        norms = reading.norms or self.norms
        return tuple(norm for norm in norms if not norm.readings or reading.id in norm.readings)

    def held(self, norm: Norm) -> tuple[tuple[str, Reading], ...]:
        """Each party with each reading under which the norm, as that reading has it, binds that party.

        A reading may take a norm from another text, which binds others. Parties and readings stand in the order of the
        agreement.
        """
        bound = [
            (reading, {who for one in self.norms_in(reading) if one.id == norm.id for who in self.bound_by(one)})
            for reading in self.readings
        ]
        known = (*self.parties, *self.actors)
        return tuple((one.id, reading) for one in known for reading, parties in bound if one.id in parties)

    def guarantees_in(self, reading: Reading) -> tuple[Guarantee, ...]:
        """The guarantees as a reading has them."""
        guarantees = reading.guarantees or self.guarantees
        return tuple(one for one in guarantees if not one.readings or reading.id in one.readings)

    def events_in(self, reading: Reading) -> tuple[Event, ...]:
        """The named moments as a reading has them."""
        return reading.events or self.events
