"""Many norms at a glance: how many came to which result for whom, then a table with a row for each norm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from truceline.agreements.evaluation import across_readings
from truceline.model import Finding, Norm, Result
from truceline.report.content import Block, Cell, Column, Phrase, Table, paragraph, plain
from truceline.report.edition import Edition, anchor
from truceline.report.language import msgid
from truceline.report.sections.findings import in_order
from truceline.report.words import RESULTS, word

NORMS_IN_SENTENCES = 10
"""So many norms are told in a sentence each; of more nobody would read on."""

_DASH = "\N{EN DASH}"


def at_a_glance(edition: Edition) -> tuple[Block, ...]:
    """How many norms came to which result for each party, and the table of them."""
    found = {norm.id: in_order(edition, norm) for norm in edition.assessment.agreement.norms}
    every = [finding for findings in found.values() for finding in findings]
    return (paragraph(f"{_how_many(edition)} {_tally(edition, every)}"), _table(edition, found))


def _how_many(edition: Edition) -> str:
    return edition.tongue.say_many(
        "{n} finding was reached, one for each norm, party and reading.",
        "{n} findings were reached, one for each norm, party and reading.",
        len(edition.assessment.findings),
    )


def _tally(edition: Edition, found: Sequence[Finding]) -> str:
    """The fields of the table counted, in the same words and the same order of results for everybody."""
    tongue = edition.tongue
    of: dict[str, Counter[Result]] = {who: Counter() for who in _bound(edition, found)}
    for _, who, result in across_readings(found):
        of[who][result] += 1
    told = []
    for who, tally in of.items():
        counts = (f"{word(tongue, RESULTS, one)} {tongue.number(tally[one])}" for one in Result if tally[one])
        told.append(f"{edition.party(who)} {_DASH} {', '.join(counts)}")
    return tongue.say(msgid("Norms by result, each over all its readings: {results}."), results="; ".join(told))


def _bound(edition: Edition, found: Sequence[Finding]) -> tuple[str, ...]:
    """The parties, then whoever else is bound, in the order of the agreement."""
    agreement = edition.assessment.agreement
    others = {finding.party for finding in found}
    return tuple(
        one.id for one in (*agreement.parties, *agreement.actors) if one in agreement.parties or one.id in others
    )


def _table(edition: Edition, found: dict[str, list[Finding]]) -> Table:
    tongue, agreement = edition.tongue, edition.assessment.agreement
    parties = tuple(party.id for party in agreement.parties)
    every = [finding for findings in found.values() for finding in findings]
    others = tuple(who for who in _bound(edition, every) if who not in parties)
    columns = (
        Column(tongue.say(msgid("Norm")), width=1.8),
        *(Column(edition.party(party)) for party in parties),
        *((Column(_other_title(edition, others)),) if others else ()),
    )
    rows = tuple(_row(edition, norm, found[norm.id], parties, others) for norm in agreement.norms)
    caption = tongue.say(msgid("Each norm and what it comes to, in the order of the text"))
    note = tongue.say(
        msgid(
            "Each norm leads to its findings, where the reasons stand. Contested: the readings differ in their result."
            " A dash: the norm does not bind that party."
        )
    )
    return Table(caption, columns, rows, note)


def _other_title(edition: Edition, others: Sequence[str]) -> str:
    return edition.party(others[0]) if len(others) == 1 else edition.tongue.say(msgid("Others"))


def _row(
    edition: Edition, norm: Norm, found: Sequence[Finding], parties: Sequence[str], others: Sequence[str]
) -> tuple[Cell, ...]:
    clause = edition.tongue.say(msgid("clause {clause}"), clause=norm.clause)
    name = (Phrase(edition.norm_title(norm), to=anchor(norm)), Phrase(clause, tone="quiet"))
    known = [one.reading for one in found]
    told = {who: _told(edition, [one for one in found if one.party == who], known) for who in (*parties, *others)}
    last = (_of_others(edition, {who: told[who] for who in others}),) if others else ()
    return (name, *(told[party] or plain(_DASH) for party in parties), *last)


def _told(edition: Edition, found: Sequence[Finding], known: Sequence[str]) -> Cell:
    """What a norm comes to for one party: its result, or that it is contested and under which readings it is what."""
    by_result: dict[Result, list[str]] = {}
    for finding in found:
        by_result.setdefault(finding.result, []).append(finding.reading)
    if len(by_result) == 1:
        ((result, readings),) = by_result.items()
        return (_result(edition, result), Phrase(edition.all_of(readings, known), tone="quiet"))
    said = [_result(edition, Result.CONTESTED)] if by_result else []
    for result, readings in by_result.items():
        said += [_result(edition, result), Phrase(edition.tongue.join(tuple(readings)), tone="quiet")]
    return tuple(said)


def _result(edition: Edition, result: Result) -> Phrase:
    return Phrase(word(edition.tongue, RESULTS, result), tone=result.value)


def _of_others(edition: Edition, told: dict[str, Cell]) -> Cell:
    """The same for those who are no party, by name where there are several; those alike together."""
    alike: dict[Cell, list[str]] = {}
    for who, cell in told.items():
        if cell:
            alike.setdefault(cell, []).append(edition.party(who))
    if len(told) == 1:
        return next(iter(alike), plain(_DASH))
    named = (phrase for cell, names in alike.items() for phrase in (Phrase(edition.tongue.join(tuple(names))), *cell))
    return tuple(named) or plain(_DASH)
