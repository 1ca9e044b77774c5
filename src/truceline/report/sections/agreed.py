"""What was agreed: the clauses in their own words, the rival readings, and what the text leaves open."""

from __future__ import annotations

from truceline.agreements.telling import where_told
from truceline.model import Clause, Everywhere, Norm, Reading
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
)
from truceline.report.edition import Edition
from truceline.report.language import msgid


def agreed(edition: Edition) -> Section:
    """Clauses, norms, readings and gaps."""
    tongue, agreement = edition.tongue, edition.assessment.agreement
    blocks: list[Block] = [Heading(tongue.say(msgid("Clauses")))]
    blocks += [_clause(edition, clause) for clause in agreement.clauses]
    blocks += [Heading(tongue.say(msgid("Norms taken from the clauses"))), _norms(edition)]
    blocks += [Heading(tongue.say(msgid("Readings of the window"))), _readings(edition)]
    if agreement.gaps:
        blocks.append(Heading(tongue.say(msgid("What the text leaves open"))))
        blocks.append(Listing(tuple((Phrase(edition.own_words(gap)),) for gap in agreement.gaps)))
    return Section("agreement", tongue.say(msgid("What was agreed")), tuple(blocks))


def _clause(edition: Edition, clause: Clause) -> Quote:
    return Quote(Phrase(clause.text, language=clause.language), (Phrase(clause.id), *source_of(edition, clause.source)))


def source_of(edition: Edition, source_id: str) -> Cell:
    """A document as a link with its date, or the bare name when the agreement does not describe it."""
    document = edition.document(source_id)
    if document is None:
        return plain(source_id) if source_id else ()
    return (Phrase(f"{document.title} ({document.date})", url=document.url),)


def _norms(edition: Edition) -> Table:
    tongue = edition.tongue
    columns = (
        Column(tongue.say(msgid("Norm")), width=2.0),
        Column(tongue.say(msgid("Binds")), width=2.0),
        Column(tongue.say(msgid("Where"))),
        Column(tongue.say(msgid("Clause"))),
    )
    rows = tuple(_norm(edition, norm) for norm in edition.assessment.agreement.norms)
    return Table(tongue.say(msgid("Norms, whom they bind and where")), columns, rows)


def _norm(edition: Edition, norm: Norm) -> tuple[Cell, ...]:
    tongue = edition.tongue
    where = tongue.say(msgid("everywhere")) if isinstance(norm.where, Everywhere) else where_told(norm.where)
    bound = tuple(Phrase(edition.party(party)) for party in edition.assessment.agreement.bound_by(norm))
    name = (Phrase(edition.norm_title(norm)), Phrase(norm.id, tone="quiet"))
    return (name, bound, plain(where), plain(norm.clause))


def _readings(edition: Edition) -> Table:
    tongue = edition.tongue
    columns = (
        Column(tongue.say(msgid("Reading"))),
        Column(tongue.say(msgid("Window")), width=2.2),
        Column(tongue.say(msgid("Asserted by")), width=1.4),
        Column(tongue.say(msgid("Source and note")), width=2.2),
    )
    rows = tuple(_reading(edition, reading) for reading in edition.assessment.agreement.readings)
    note = tongue.say(msgid("Rival readings are never merged: every result below is given under each of them."))
    return Table(tongue.say(msgid("When the agreement binds, and who says so")), columns, rows, note)


def _reading(edition: Edition, reading: Reading) -> tuple[Cell, ...]:
    asserted = tuple(Phrase(edition.own_words(edition.party(body))) for body in reading.asserted_by)
    note = (Phrase(edition.own_words(reading.note), tone="quiet"),) if reading.note else ()
    window = edition.period(reading.window.start, reading.window.end)
    return (plain(reading.id), plain(window), asserted, (*source_of(edition, reading.source), *note))


def no_such(edition: Edition, sentence: str) -> tuple[Block, ...]:
    """A section that has nothing to show says so."""
    return (paragraph(edition.tongue.say(sentence)),)
