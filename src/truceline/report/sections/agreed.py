"""What was agreed: the texts, their clauses in their own words, norms, rival readings, and what is left open."""

from __future__ import annotations

from truceline.model import Clause, Norm, Reading, lines_in
from truceline.report.content import (
    Block,
    Cell,
    Column,
    Heading,
    Listing,
    Phrase,
    Quote,
    Section,
    Table,
    paragraph,
    plain,
    sentence,
)
from truceline.report.edition import CLASSES_NAMED, Edition
from truceline.report.language import msgid
from truceline.report.norm_words import dash, day_words, place, terms
from truceline.report.object_words import object_words
from truceline.report.sections.changed import changes
from truceline.report.sections.instruments import instruments, named_moments, settled
from truceline.report.sections.lines_and_zones import lines_and_zones
from truceline.report.sections.open_points import open_points


def agreed(edition: Edition) -> Section:
    """The texts, clauses, norms, named moments, readings and gaps."""
    tongue, agreement = edition.tongue, edition.assessment.agreement
    blocks: list[Block] = [*instruments(edition), Heading(tongue.say(msgid("Clauses")))]
    blocks += [_clause(edition, clause) for clause in agreement.clauses]
    if agreement.norms:
        blocks += [Heading(tongue.say(msgid("Norms taken from the clauses"))), _norms(edition)]
    blocks += [*lines_and_zones(edition), *named_moments(edition)]
    blocks += [Heading(tongue.say(msgid("Readings of the window"))), _readings(edition)]
    settles = settled(edition, agreement.terms)
    if settles:
        blocks.append(Heading(tongue.say(msgid("What the text settles of its own working"))))
        blocks.append(Listing(tuple((Phrase(sentence(text)),) for text in settles)))
    blocks += open_points(edition)
    return Section("agreement", tongue.say(msgid("What was agreed")), tuple(blocks))


def _clause(edition: Edition, clause: Clause) -> Quote:
    titles = {one.id: one.title(edition.tongue.language) for one in edition.assessment.agreement.instruments}
    text = (Phrase(titles[clause.instrument]),) if clause.instrument in titles else ()
    credit = (Phrase(clause.id), *text, *source_of(edition, clause.source))
    return Quote(Phrase(clause.text, language=clause.language), credit)


def source_of(edition: Edition, source_id: str) -> Cell:
    """A document as a link with its date, or the bare name when the agreement does not describe it."""
    document = edition.document(source_id)
    if document is None:
        return plain(source_id) if source_id else ()
    return (Phrase(f"{document.title} ({document.date})", url=document.url),)


def _norms(edition: Edition) -> Table:
    """Each norm; with a column for times and terms where any of them has some."""
    tongue, norms = edition.tongue, edition.assessment.agreement.norms
    told = {norm.id: terms(edition, norm) for norm in norms}
    narrowed = any(told.values())
    columns = (
        Column(tongue.say(msgid("Norm")), width=2.0),
        Column(tongue.say(msgid("Binds")), width=1.4 if narrowed else 2.0),
        Column(tongue.say(msgid("Where")), width=1.9 if _lined(edition) else 1.0),
        *((Column(tongue.say(msgid("When, and on which terms")), width=2.2),) if narrowed else ()),
        Column(tongue.say(msgid("Clause")), width=0.7 if narrowed else 1.0),
    )
    rows = tuple(_norm(edition, norm, told[norm.id] if narrowed else None) for norm in norms)
    return Table(tongue.say(msgid("Norms, whom they bind and where")), columns, rows)


def _lined(edition: Edition) -> bool:
    """Whether any norm is told by a line, which takes more words than the name of a zone."""
    return any(lines_in(norm.where) for norm in edition.assessment.agreement.norms)


def _norm(edition: Edition, norm: Norm, told: Cell | None) -> tuple[Cell, ...]:
    bound = _bound(edition, norm)
    name = (*_title(edition, norm), Phrase(norm.id, tone="quiet"))
    when = () if told is None else (dash(told),)
    return (name, bound, place(edition, norm), *when, plain(norm.clause))


def _bound(edition: Edition, norm: Norm) -> Cell:
    """Whom the norm binds, and under which readings where it is not under all."""
    agreement = edition.assessment.agreement
    readings: dict[str, list[str]] = {}
    for party, reading in agreement.held(norm):
        readings.setdefault(party, []).append(reading.id)
    alike: dict[tuple[str, ...], list[str]] = {}
    for party, under in readings.items():
        alike.setdefault(tuple(under), []).append(edition.party(party))
    said: list[Phrase] = []
    for some, parties in alike.items():
        said += [Phrase(party) for party in parties]
        if len(some) < len(agreement.readings):
            only = edition.tongue.say(msgid("only under: {readings}"), readings=edition.tongue.join(some))
            said.append(Phrase(only, tone="quiet"))
    return tuple(said)


def _title(edition: Edition, norm: Norm) -> Cell:
    """What the norm says; more classes of weapons and targets than a title names stand on a line each."""
    things = object_words(edition.tongue, norm.object)
    if len(things) <= CLASSES_NAMED:
        return (Phrase(edition.says(norm)),)
    return (Phrase(f"{edition.kind_and_act(norm)}:"), *(Phrase(f"\N{EN DASH} {thing}") for thing in things))


def _readings(edition: Edition) -> Table:
    """Who reads it how; with a column for what each reads differently where any does."""
    tongue, readings = edition.tongue, edition.assessment.agreement.readings
    changed = any(reading.changes for reading in readings)
    columns = (
        Column(tongue.say(msgid("Reading"))),
        Column(tongue.say(msgid("Window")), width=2.2),
        Column(tongue.say(msgid("Asserted by")), width=1.4),
        *((Column(tongue.say(msgid("Reads differently")), width=2.0),) if changed else ()),
        Column(tongue.say(msgid("Source and note")), width=2.2),
    )
    rows = tuple(_reading(edition, reading, changed=changed) for reading in readings)
    note = tongue.say(msgid("Rival readings are never merged: every result below is given under each of them."))
    return Table(tongue.say(msgid("When the agreement binds, and who says so")), columns, rows, note)


def _reading(edition: Edition, reading: Reading, *, changed: bool) -> tuple[Cell, ...]:
    asserted = tuple(Phrase(edition.own_words(edition.party(body))) for body in reading.asserted_by)
    stated = ", ".join(
        part for part in (day_words(edition, reading.stated_on), edition.own_words(reading.stated_in)) if part
    )
    where = (Phrase(stated, tone="quiet"),) if stated else ()
    note = (Phrase(edition.own_words(reading.note), tone="quiet"),) if reading.note else ()
    window = edition.period(reading.window.start, reading.window.end)
    differs = (dash(changes(edition, reading)),) if changed else ()
    source = (*source_of(edition, reading.source), *note)
    return (plain(reading.id), plain(window), (*asserted, *where), *differs, source)


def no_such(edition: Edition, sentence: str) -> tuple[Block, ...]:
    """A section that has nothing to show says so."""
    return (paragraph(edition.tongue.say(sentence)),)
