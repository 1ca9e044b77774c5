"""An agreement as a lawyer would read it: nothing left out, every gap shown, every number with its unit."""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from truceline.agreements.loading import LoadedAgreement
from truceline.agreements.printing.checking import value_at
from truceline.agreements.printing.drawings import drawings_told, place_warning
from truceline.agreements.printing.guarantees_told import guarantee_told
from truceline.agreements.printing.offsets import other_clocks
from truceline.agreements.printing.on_a_day import guarantee_on, norm_on, text_on
from truceline.agreements.printing.sentences import Teller
from truceline.agreements.printing.words import joined
from truceline.model import Agreement, Clause, Instrument, Norm, Reading
from truceline.model.strict_yaml import StrictDocument

_WIDTH = 110


@dataclass(frozen=True)
class Printout:
    """The text of an agreement that was read from a file."""

    loaded: LoadedAgreement
    document: StrictDocument

    @property
    def agreement(self) -> Agreement:
        """The agreement."""
        return self.loaded.agreement

    @property
    def _teller(self) -> Teller:
        """Tells the text as it stands, with the moments of its first reading."""
        return Teller(self.agreement, self.agreement.readings[0], whole=True)

    def whole(self) -> tuple[str, ...]:
        """Everything, as ``agreement check`` prints it."""
        return tuple(
            line
            for part in (
                self._head(),
                self._instruments(),
                self._clauses(),
                self._events(),
                self._text(),
                self._readings(),
                self._guarantees(),
                self._geometry(),
                self._open(),
                self._conflicts(),
            )
            for line in part
        )

    def under(self, reading: Reading, moment: datetime | None) -> tuple[str, ...]:
        """The agreement as one reading has it, and on a day when one is given; as ``agreement show`` prints it."""
        teller = Teller(self.agreement, reading)
        head = [
            *self._head(),
            *_titled(f"Reading {reading.id}"),
            *_reading_told(teller, reading, self.document),
        ]
        if moment is None:
            return (
                *head,
                *self._instruments(),
                *self._events(reading),
                *self._norms(reading),
                *self._guarantees(reading),
            )
        return (*head, *self._on(teller, moment), *self._events(reading), *self._binding(teller, moment))

    def _head(self) -> Iterator[str]:
        one = self.agreement
        yield from _titled(one.title("en"), "=")
        yield f"{one.id}, {one.status}; local days in {one.time_zone}, counted {one.day_rule}"
        yield f"SHA-256 of the file: {self.loaded.sha256}"
        for kind, actors in (("Party", one.parties), ("Actor", one.actors)):
            for actor in actors:
                role = f", {actor.role}" if hasattr(actor, "role") else ""
                yield f"{kind}: {actor.name('en')} ({actor.id}{role})"

    def _instruments(self) -> Iterator[str]:
        if not self.agreement.instruments:
            return
        yield from _titled("Instruments")
        for one in self.agreement.instruments:
            yield from self._instrument(one)

    def _instrument(self, one: Instrument) -> Iterator[str]:
        yield f"{one.title('en')} ({one.id}), {one.type.replace('-', ' ')}"
        yield f"  status: {' → '.join(f'{step.date} {step.status} [{step.source}]' for step in one.status)}"
        yield f"  binds: {', '.join(one.binds)}"
        if one.signed_by:
            yield f"  signed, announced or declared by: {', '.join(one.signed_by)}"
        if one.languages:
            yield f"  languages: {', '.join(one.languages)}"
        for link in one.links:
            yield f"  {link.relation.replace('-', ' ')}: {link.to}" + (f" ({link.note})" if link.note else "")
        for name, said in one.terms:
            yield f"  {name.replace('_', ' ')}: {said if said is not None else '(the text does not say)'}"

    def _clauses(self) -> Iterator[str]:
        yield from _titled("Clauses")
        sources = {one.id: one for one in self.agreement.sources}
        for clause in self.agreement.clauses:
            source = sources[clause.source]
            where = f", {clause.instrument}" if clause.instrument else ""
            yield from _wrapped(f"{clause.id}{where} ({clause.language}): “{clause.text}”", "    ")
            yield f"    source: {source.title}, {source.date}, {source.url}"
            yield f"    SHA-256: {clause_hash(clause)}, {'as stated' if clause.sha256 else 'not stated in the file'}"

    def _events(self, reading: Reading | None = None) -> Iterator[str]:
        one = reading or self.agreement.readings[0]
        events = self.agreement.events_in(one)
        if not events:
            return
        teller = Teller(self.agreement, one)
        yield from _titled("Named moments")
        for event in events:
            known = teller.moments.events.get(event.id)
            told = f"{teller.day(known)}" if known else "when the register says so"
            yield f"{event.id}: {told}" + (f" ({event.note})" if event.note else "")

    def _text(self) -> Iterator[str]:
        yield from _titled("Norms, as the text stands")
        for norm in self.agreement.norms:
            yield from _norm_told(self._teller, norm)

    def _norms(self, reading: Reading) -> Iterator[str]:
        yield from _titled("Norms")
        teller = Teller(self.agreement, reading)
        held = self.agreement.norms_in(reading)
        for norm in held:
            yield from _norm_told(teller, norm)
        yield from self._held(reading)

    def _readings(self) -> Iterator[str]:
        yield from _titled("Readings, side by side")
        for reading in self.agreement.readings:
            yield f"{reading.id}"
            for line in _reading_told(Teller(self.agreement, reading), reading, self.document):
                yield f"  {line}"
            for line in self._reads_otherwise(reading):
                yield f"  {line}"

    def _reads_otherwise(self, reading: Reading) -> Iterator[str]:
        """The norms that say something else under a reading than as the text is printed above."""
        above = {norm.id: self._teller.sentence(norm) for norm in self.agreement.norms}
        own = Teller(self.agreement, reading)
        for norm in self.agreement.norms_in(reading):
            if own.sentence(norm) != above[norm.id]:
                yield from _wrapped(f"{norm.id} then reads: {own.sentence(norm)}", "    ")
        yield from self._guarantees_otherwise(reading)
        yield from self._held(reading)

    def _held(self, reading: Reading) -> Iterator[str]:
        """Which norms a reading holds, where it does not hold all: told by the shorter list."""
        held = [norm.id for norm in self.agreement.norms_in(reading)]
        left = [norm.id for norm in self.agreement.norms if norm.id not in held]
        if left:
            only = len(held) < len(left)
            words = f"holds only: {', '.join(held)}" if only else f"does not hold: {', '.join(left)}"
            yield from _wrapped(words, "    ")

    def _guarantees(self, reading: Reading | None = None) -> Iterator[str]:
        """The guarantees as a reading has them; without one as the text stands."""
        guarantees = self.agreement.guarantees if reading is None else self.agreement.guarantees_in(reading)
        if not guarantees:
            return
        yield from _titled("Guarantees, as the text stands" if reading is None else "Guarantees")
        teller = self._teller if reading is None else Teller(self.agreement, reading)
        for one in guarantees:
            yield from guarantee_told(teller, one)

    def _guarantees_otherwise(self, reading: Reading) -> Iterator[str]:
        """The lines on guarantees that say something else under a reading than as the text is printed."""
        own = Teller(self.agreement, reading)
        above = {one.id: list(guarantee_told(self._teller, one)) for one in self.agreement.guarantees}
        for one in self.agreement.guarantees_in(reading):
            for line in guarantee_told(own, one):
                if line not in above[one.id]:
                    yield from _wrapped(f"{one.id} then reads: {line.strip()}", "    ")

    def _geometry(self) -> Iterator[str]:
        ground = self.loaded.ground
        if not (ground.zones or ground.terms or ground.slots):
            return
        yield from _titled("Lines and zones")
        yield from drawings_told(self.loaded)
        warning = place_warning(self.loaded, self.document)
        if warning:
            yield from _wrapped(f"Warning: {warning}", "  ")

    def _open(self) -> Iterator[str]:
        yield from _titled("What the text leaves open")
        told = [*self.agreement.gaps]
        for one in self.agreement.instruments:
            told += [f"{one.id}: {gap}" for gap in one.gaps]
            told += [f"{one.id} does not say: {name.replace('_', ' ')}" for name, said in one.terms if said is None]
        told += [f"not said: {name.replace('_', ' ')}" for name, said in self.agreement.terms if said is None]
        told += [f"{norm.id} leaves open: {path}" for norm in self.agreement.norms for path in norm.unknown]
        told += [f"{one.id} leaves open: {path}" for one in self.agreement.guarantees for path in one.unknown]
        for line in told or ["Nothing is marked as open."]:
            yield from _wrapped(f"- {line}" if told else line, "  ")

    def _conflicts(self) -> Iterator[str]:
        yield from _titled("Conflicts and oddities")
        used = {norm.clause for norm in self.agreement.norms}
        for guarantee in self.agreement.guarantees:
            used |= {guarantee.clause, *(duty.clause for duty in guarantee.duties)}
            used |= {voiding.clause for voiding in guarantee.voids}
        idle = [clause.id for clause in self.agreement.clauses if clause.id not in used]
        yield "No two exceptions apply without an order; no link, condition or event runs in a circle."
        elsewhere = list(other_clocks(self.agreement, self._teller.zone))
        if elsewhere:
            yield from _wrapped(f"Told by another clock than that of the time zone: {'; '.join(elsewhere)}.", "    ")
        if idle:
            yield f"Clauses that no norm rests on: {', '.join(idle)}."
        windows: dict[object, list[str]] = {}
        for reading in self.agreement.readings:
            if not reading.changes:
                windows.setdefault((reading.window.start, reading.window.end), []).append(reading.id)
        for alike in windows.values():
            if len(alike) > 1 and not any(norm.readings for norm in self.agreement.norms):
                yield f"Readings that do not differ in anything: {', '.join(alike)}."

    def _on(self, teller: Teller, moment: datetime) -> Iterator[str]:
        day = moment.astimezone(teller.zone).date().isoformat()
        yield from _titled(f"On {teller.day(moment)}")
        if not self.agreement.instruments:
            yield f"the agreement: {self.agreement.status}"
        for one in self.agreement.instruments:
            yield f"{one.id}: {text_on(teller, one.id, moment) or one.status_on(day)}"

    def _binding(self, teller: Teller, moment: datetime) -> Iterator[str]:
        norms = {norm.id: norm_on(teller, norm, moment) for norm in self.agreement.norms_in(teller.reading)}
        yield from _titled("Norms that bind then")
        for norm in self.agreement.norms_in(teller.reading):
            if not norms[norm.id]:
                yield from _norm_told(teller, norm)
        if all(norms.values()):
            yield "None."
        yield from _asleep("Norms that do not bind then, as far as the text alone says", norms)
        held = self.agreement.guarantees_in(teller.reading)
        guarantees = {one.id: guarantee_on(teller, one, moment) for one in held}
        yield from _titled("Guarantees that hold then") if held else ()
        for one in held:
            if not guarantees[one.id]:
                yield from guarantee_told(teller, one)
        if held and all(guarantees.values()):
            yield "None."
        yield from _asleep("Guarantees that do not hold then, as far as the text alone says", guarantees)


def _asleep(title: str, why: Mapping[str, str]) -> Iterator[str]:
    """What does not bind, each with its reason; nothing where all do."""
    if any(why.values()):
        yield from _titled(title)
        yield from (f"{name}: {reason}" for name, reason in why.items() if reason)


def clause_hash(clause: Clause) -> str:
    """The SHA-256 of a clause's words as UTF-8."""
    return clause.sha256 or hashlib.sha256(clause.text.encode()).hexdigest()


def _norm_told(teller: Teller, norm: Norm) -> Iterator[str]:
    phase = f", phase {norm.phase}" if norm.phase else ""
    held = f", only under {', '.join(norm.readings)}" if norm.readings else ""
    yield from _wrapped(f"{norm.id} [{norm.clause}{phase}{held}]: {teller.sentence(norm)}", "    ")


def _reading_told(teller: Teller, reading: Reading, document: StrictDocument) -> Iterator[str]:
    stated = " ".join(part for part in (reading.stated_on, reading.stated_in) if part)
    yield f"asserted by {joined(list(reading.asserted_by), 'and')}, source {reading.source}" + (
        f"; stated {stated}" if stated else ""
    )
    yield f"binds from {teller.day(reading.window.start)} until {teller.day(reading.window.end)}"
    for path, value in reading.changes:
        yield f"{path}: {told(value_at(document, path))} → {value}"
    if not reading.changes:
        yield "changes no value of the text"
    if reading.note:
        yield from _wrapped(reading.note, "  ")


def told(value: object) -> str:
    """A value of the file on one line.

    >>> told({"line": "contact", "to": "25 km"}), told(None)
    ('{line: contact, to: 25 km}', '(open)')
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {told(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(told(inner) for inner in value) + "]"
    return "(open)" if value is None else str(value)


def _titled(title: str, mark: str = "-") -> Iterator[str]:
    yield from ("", title, mark * len(title))


def _wrapped(text: str, indent: str) -> Iterator[str]:
    yield from textwrap.wrap(text, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
