"""What is due, running, overdue and done at the moment of information, of the text and of its guarantees."""

from __future__ import annotations

from dataclasses import replace

from truceline.agreements.obligations import Due, DueState
from truceline.model import Mode
from truceline.report.commitment_words import DUE_STATES
from truceline.report.content import Cell, Column, Phrase, Section, Table, plain, sentence
from truceline.report.edition import Edition
from truceline.report.language import msgid
from truceline.report.object_words import rough_span
from truceline.report.words import word

_TONES = {
    DueState.OVERDUE: "contested",
    DueState.DUE: "contested",
    DueState.DONE: "complied",
    DueState.STOPPED: "complied",
    DueState.FAILED: "breached",
}
"""Looks of the findings that stand nearest to it; whatever else is looks undetermined."""
Row = tuple[Due, tuple[str, ...], tuple[str, ...]]
"""An obligation, whose it is, and under which readings it stands so."""


def obligations(edition: Edition) -> Section | None:
    """One row for each obligation and whom it binds, the earliest deadline first; nothing where there is none."""
    tongue, dues = edition.tongue, edition.assessment.obligations
    if not dues:
        return None
    several = len(edition.assessment.agreement.readings) > 1
    columns = (
        Column(tongue.say(msgid("Obligation")), width=1.8),
        Column(tongue.say(msgid("Whose")), width=1.2),
        *((Column(tongue.say(msgid("Reading")), width=1.2),) if several else ()),
        Column(tongue.say(msgid("State")), width=1.5),
        Column(tongue.say(msgid("Deadline ({zone})"), zone=edition.assessment.time_zone), width=1.6),
        Column(tongue.say(msgid("Done, verified")), width=1.1),
        Column(tongue.say(msgid("Because")), width=2.0),
    )
    rows = tuple(_row(edition, row, several=several) for row in _merged(dues))
    caption = tongue.say(msgid("Obligations at {moment}"), moment=tongue.moment(edition.assessment.as_of))
    note = tongue.say(
        msgid("Overdue is no breach: its time is over, and nobody recorded enough. Silence proves nothing.")
    )
    return Section("obligations", tongue.say(msgid("Obligations")), (Table(caption, columns, rows, note),))


def _merged(dues: tuple[Due, ...]) -> list[Row]:
    """Obligations that stand alike for several, or under several readings, with whose they are and which readings."""
    alike: dict[Due, dict[str, list[str]]] = {}
    for due in dues:
        by_party = alike.setdefault(replace(due, party="", reading=""), {})
        by_party.setdefault(due.party, []).append(due.reading)
    rows: list[Row] = []
    for due, by_party in alike.items():
        shared: dict[tuple[str, ...], list[str]] = {}
        for party, readings in by_party.items():
            shared.setdefault(tuple(readings), []).append(party)
        rows += [(due, tuple(parties), readings) for readings, parties in shared.items()]
    return rows


def _row(edition: Edition, row: Row, *, several: bool) -> tuple[Cell, ...]:
    tongue, (due, parties, readings) = edition.tongue, row
    state = word(tongue, DUE_STATES, due.state)
    return (
        _name(edition, due),
        _whose(edition, due, parties),
        *((tuple(Phrase(reading) for reading in edition.readings_named(readings)),) if several else ()),
        (Phrase(state, tone=_TONES.get(due.state, "undetermined")),),
        _deadline(edition, due),
        _done(edition, due),
        plain(sentence(edition.because(due.because))),
    )


def _name(edition: Edition, due: Due) -> Cell:
    norms = {norm.id: norm for norm in edition.assessment.agreement.norms}
    title = edition.norm_title(norms[due.norm]) if due.norm in norms else due.act
    # A duty of a guarantee goes by guarantee, duty and beneficiary; the last stands beside it by name.
    name = due.norm.rsplit("/", 1)[0] if due.owed_to else due.norm
    request = edition.tongue.say(msgid("asked for: {entry}"), entry=due.request) if due.request else ""
    details = (f"{name} \N{MIDDLE DOT} {due.clause}", request)
    return (Phrase(title), *(Phrase(text, tone="quiet") for text in details if text))


def _whose(edition: Edition, due: Due, parties: tuple[str, ...]) -> Cell:
    owed = edition.tongue.say(msgid("owed to: {whom}"), whom=edition.party(due.owed_to))
    names = edition.tongue.join(tuple(edition.party(party) for party in parties))
    return (Phrase(names), *((Phrase(owed, tone="quiet"),) if due.owed_to else ()))


def _deadline(edition: Edition, due: Due) -> Cell:
    """When it is over and how long that is still, or has been; what it waits for."""
    tongue = edition.tongue
    waits = (
        (Phrase(tongue.say(msgid("only once achieved: {norms}"), norms=tongue.join(due.waits_for)), tone="quiet"),)
        if due.waits_for
        else ()
    )
    if due.deadline is None:
        return waits or plain("\N{EN DASH}")
    if due.left_s is None:
        return (Phrase(tongue.clock(due.deadline)), *waits)
    words = msgid("time left: {span}") if due.left_s > 0 else msgid("over for: {span}")
    left = tongue.say(words, span=rough_span(tongue, abs(due.left_s)))
    return (Phrase(tongue.clock(due.deadline)), Phrase(left, tone="quiet"), *waits)


def _done(edition: Edition, due: Due) -> Cell:
    """How much is done and verified, and only claimed; a dash for what is kept up and never done once."""
    tongue, number = edition.tongue, edition.tongue.number
    kept_up = {
        norm.id for norm in edition.assessment.agreement.norms if norm.mode is Mode.MAINTENANCE and norm.count is None
    }
    if due.norm in kept_up and not due.done and not due.claimed:
        return plain("\N{EN DASH}")
    lines = [Phrase(tongue.say(msgid("{done} of {needed}"), done=number(due.done), needed=number(due.needed)))]
    if due.claimed:
        lines.append(Phrase(tongue.say(msgid("only claimed: {n}"), n=number(due.claimed)), tone="quiet"))
    if due.days is not None:
        days = tongue.say(
            msgid("days kept: {kept}; missed: {missed}; unknown: {unknown}"),
            kept=number(due.days.kept),
            missed=number(due.days.missed),
            unknown=number(due.days.unknown),
        )
        lines.append(Phrase(days, tone="quiet"))
    return tuple(lines)
