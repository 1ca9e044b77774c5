"""The texts of an agreement: what each is, how far it got and when, who is bound, and how it stands to the others."""

from __future__ import annotations

from truceline.agreements.instruments import in_force
from truceline.model import Event, Instrument
from truceline.report.agreement_words import LINKS, TEXT_KINDS
from truceline.report.content import Block, Cell, Column, Heading, Listing, Phrase, Table, sentence
from truceline.report.edition import Edition
from truceline.report.language import msgid
from truceline.report.norm_words import dash, day_words, event_name, moment
from truceline.report.words import STATUSES, word


def instruments(edition: Edition) -> tuple[Block, ...]:
    """One row for each text; nothing where the agreement is a single one that says no more than its header."""
    tongue, found = edition.tongue, edition.assessment.agreement.instruments
    if not found:
        return ()
    columns = (
        Column(tongue.say(msgid("Text")), width=1.8),
        Column(tongue.say(msgid("Status, step by step")), width=2.0),
        Column(tongue.say(msgid("Binds")), width=1.5),
        Column(tongue.say(msgid("How it stands to the others, and what it settles")), width=2.2),
    )
    note = tongue.say(msgid("A draft binds nobody, and neither does what was announced only."))
    rows = tuple(_row(edition, one) for one in found)
    title = tongue.say(msgid("Texts of the agreement"))
    return (Heading(title), Table(tongue.say(msgid("Texts, how far each got, and whom it binds")), columns, rows, note))


def _row(edition: Edition, one: Instrument) -> tuple[Cell, ...]:
    tongue = edition.tongue
    kind = word(tongue, TEXT_KINDS, one.type)
    languages = (
        tongue.say(msgid("languages: {languages}"), languages=tongue.join(one.languages)) if one.languages else ""
    )
    details = (Phrase(text, tone="quiet") for text in (f"{one.id} \N{MIDDLE DOT} {kind}", languages) if text)
    return (
        (Phrase(one.title(tongue.language)), *details),
        dash(_ladder(edition, one)),
        _bound(edition, one),
        _links(edition, one),
    )


def _ladder(edition: Edition, one: Instrument) -> Cell:
    """Every status with its day, as a link to who says so."""
    steps = []
    for step in one.status:
        document = edition.document(step.source)
        text = f"{word(edition.tongue, STATUSES, step.status)}: {day_words(edition, step.date)}"
        steps.append(Phrase(text, url=document.url if document else ""))
    return tuple(steps)


def _bound(edition: Edition, one: Instrument) -> Cell:
    """Whom a text binds; of one that binds nobody as far as is known, whom it would."""
    tongue = edition.tongue
    signed = tongue.join(tuple(edition.party(party) for party in one.signed_by))
    by = (Phrase(tongue.say(msgid("by: {whom}"), whom=signed), tone="quiet"),) if signed else ()
    parties = tuple(edition.party(party) for party in one.binds)
    if _binds_nobody(edition, one) and parties:
        return (Phrase(tongue.say(msgid("would bind: {whom}"), whom=tongue.join(parties)), tone="quiet"), *by)
    return dash((*(Phrase(party) for party in parties), *by))


def _binds_nobody(edition: Edition, one: Instrument) -> bool:
    """Whether it is a draft, or an announcement that nobody took up by the moment of information."""
    assessment = edition.assessment
    as_of = assessment.as_of
    return in_force(assessment.agreement, one.id, edition.tongue.zone, as_of, as_of).why_not is not None


def _links(edition: Edition, one: Instrument) -> Cell:
    titles = {other.id: other.title(edition.tongue.language) for other in edition.assessment.agreement.instruments}
    said: list[Phrase] = []
    for link in one.links:
        said.append(Phrase(edition.tongue.say(LINKS[link.relation], title=titles.get(link.to, link.to))))
        said += [Phrase(edition.own_words(link.note), tone="quiet")] if link.note else []
    said += [Phrase(text) for text in settled(edition, one.terms)]
    return dash(tuple(said))


def settled(edition: Edition, terms: tuple[tuple[str, str | None], ...]) -> tuple[str, ...]:
    """The points a text settles, each with what it says; those it leaves open stand among the gaps."""
    return tuple(f"{term_name(edition, name)}: {edition.own_words(text)}" for name, text in terms if text is not None)


def term_name(edition: Edition, name: str) -> str:
    """A point's name in words: ``decision_rule`` as "decision rule"."""
    return edition.own_words(name.replace("_", " "))


def named_moments(edition: Edition) -> tuple[Block, ...]:
    """The moments the text names, and when each is; nothing where it names none."""
    events = edition.assessment.agreement.events
    if not events:
        return ()
    return (
        Heading(edition.tongue.say(msgid("Moments the text names"))),
        Listing(tuple(_event(edition, event) for event in events)),
    )


def _event(edition: Edition, event: Event) -> tuple[Phrase, ...]:
    tongue = edition.tongue
    comes = msgid("comes about when the register says so")
    when = tongue.say(comes) if event.at is None else moment(tongue, event.at)
    note = (Phrase(sentence(edition.own_words(event.note)), tone="quiet"),) if event.note else ()
    return (Phrase(f"{event_name(event.id)}: {when}."), *note)
