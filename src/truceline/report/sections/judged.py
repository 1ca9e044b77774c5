"""How incidents were judged where it turned on place, object or an exception: by id, and never by position."""

from __future__ import annotations

from collections.abc import Iterable

from truceline.model import Everywhere, Finding, JudgedIncident, Norm
from truceline.report.agreement_words import JUDGED
from truceline.report.content import Block, Cell, Column, Phrase, Section, Table, paragraph, plain
from truceline.report.edition import Edition
from truceline.report.language import msgid
from truceline.report.sections.findings import in_order
from truceline.report.words import word

ROWS_SHOWN, IDS_SHOWN = 100, 12
"""So many rows stand under each norm, and so many incidents in each; findings.json holds all that were judged."""
_LEAST = 0.01

Row = tuple[tuple[str, ...], tuple[str, ...], JudgedIncident]
"""Readings, parties, and how the incident was judged under and for all of them."""


def judged(edition: Edition) -> Section | None:
    """One table for each norm that binds in a place, on an object or with exceptions; nothing where there is none."""
    norms = tuple(norm for norm in edition.assessment.agreement.norms if _narrow(edition, norm))
    tables = tuple(table for norm in norms for table in _of_norm(edition, norm))
    if not tables:
        return None
    words = msgid(
        "How likely it lies inside (0 to 1): best single figure, below it the bounds; only the lower accuses."
    )
    said = paragraph(edition.tongue.say(words), "note")
    return Section("judged", edition.tongue.say(msgid("Appendix: incidents as they were judged")), (said, *tables))


def _narrow(edition: Edition, norm: Norm) -> bool:
    """Whether judging an incident took more than time, evidence and actor."""
    norms = edition.assessment.agreement.norms
    excepted = any(norm.id in one.overrides for one in norms)
    return excepted or not norm.object.anything or not isinstance(norm.where, Everywhere)


def _of_norm(edition: Edition, norm: Norm) -> tuple[Block, ...]:
    tongue = edition.tongue
    rows = _merged(edition, in_order(edition, norm))
    if not rows:
        return ()
    columns = (
        Column(tongue.say(msgid("Incident")), width=1.5),
        Column(tongue.say(msgid("Reading")), width=1.2),
        Column(tongue.say(msgid("Held against")), width=1.3),
        Column(tongue.say(msgid("Judged")), width=1.8),
        Column(tongue.say(msgid("Inside time and place")), numeric=True, width=1.3),
    )
    alike = _alike(edition, rows)
    shown = tuple(_row(edition, incidents, told) for told, incidents in list(alike.items())[:ROWS_SHOWN])
    left = msgid("Rows left out here: {n}; findings.json holds them.")
    whole = tongue.say(msgid("findings.json holds every incident with its result."))
    note = tongue.say(left, n=tongue.number(len(alike) - ROWS_SHOWN)) if len(alike) > ROWS_SHOWN else ""
    cut = any(len(incidents) > IDS_SHOWN for incidents in alike.values())
    return (Table(edition.norm_title(norm), columns, shown, note or (whole if cut else "")),)


def _alike(edition: Edition, rows: list[Row]) -> dict[tuple[Cell, ...], list[str]]:
    """Incidents by what is told of them: readings, parties, reason and likelihood."""
    alike: dict[tuple[Cell, ...], list[str]] = {}
    for row in rows:
        alike.setdefault(_told(edition, row), []).append(row[2].incident)
    return alike


def _merged(edition: Edition, found: Iterable[Finding]) -> list[Row]:
    """One row for each way an incident was judged, with the readings and the parties it was so judged for."""
    order: dict[str, int] = {}
    alike: dict[JudgedIncident, dict[str, list[str]]] = {}
    for finding in found:
        for one in finding.judged:
            order.setdefault(one.incident, len(order))
            alike.setdefault(one, {}).setdefault(finding.party, []).append(finding.reading)
    rows: list[Row] = []
    for one, by_party in alike.items():
        shared: dict[tuple[str, ...], list[str]] = {}
        for party, readings in by_party.items():
            shared.setdefault(tuple(readings), []).append(edition.party(party))
        rows += [(readings, tuple(parties), one) for readings, parties in shared.items()]
    return sorted(rows, key=lambda row: order[row[2].incident])


def _row(edition: Edition, incidents: list[str], told: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """How many incidents, their ids, and what is told of all of them."""
    tongue, more = edition.tongue, len(incidents) - IDS_SHOWN
    ids = tuple(Phrase(one, tone="code") for one in incidents[:IDS_SHOWN])
    number = (
        (Phrase(tongue.say(msgid("incidents: {n}"), n=tongue.number(len(incidents)))),) if len(incidents) > 1 else ()
    )
    further = (
        (Phrase(tongue.say(msgid("and further ones: {n}"), n=tongue.number(more)), tone="quiet"),) if more > 0 else ()
    )
    return ((*number, *ids, *further), *told)


def _told(edition: Edition, row: Row) -> tuple[Cell, ...]:
    readings, parties, one = row
    return (
        tuple(Phrase(reading) for reading in edition.readings_named(readings)),
        tuple(Phrase(party) for party in parties),
        plain(word(edition.tongue, JUDGED, one.outcome)),
        _inside(edition, one),
    )


def _inside(edition: Edition, one: JudgedIncident) -> Cell:
    """How likely it lies inside, as the best single figure, and its bounds."""
    if one.inside is None:
        return plain("\N{EN DASH}")
    low = 0.0 if one.inside_at_least is None else one.inside_at_least
    high = 1.0 if one.inside_at_most is None else one.inside_at_most
    if low == high:
        return plain(_likelihood(edition, one.inside))
    bounds = f"{_likelihood(edition, low)} \N{EN DASH} {_likelihood(edition, high)}"
    return (Phrase(_likelihood(edition, one.inside)), Phrase(bounds, tone="quiet"))


def _likelihood(edition: Edition, value: float) -> str:
    """Two digits, never rounded to all or nothing; more of them would tell where the incident was."""
    if 0.0 < value < _LEAST:
        return f"<{edition.tongue.number(_LEAST)}"
    return f">{edition.tongue.number(1.0 - _LEAST)}" if 1.0 - _LEAST < value < 1.0 else edition.tongue.number(value)
