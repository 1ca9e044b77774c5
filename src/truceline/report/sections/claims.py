"""What each side claims, in its own figures, beside what could be checked; and figures others published."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from truceline.coverage.shares import CoverageShare
from truceline.mission.assessment import PublishedFigure, ReadingWindow
from truceline.mission.coarse_words import coarse_text
from truceline.model import Claim, CountRange, Interval
from truceline.report.content import Block, Cell, Column, Phrase, Section, Table, paragraph, plain
from truceline.report.edition import Edition
from truceline.report.language import msgid
from truceline.report.sections.agreed import no_such
from truceline.report.sections.beside import seen_cell
from truceline.report.sections.unseen import observable
from truceline.report.words import PHENOMENA, QUANTITIES, any_word, word

_LONGEST_VALUE = 24
_NONE = "\N{EN DASH}"


def claims(edition: Edition) -> Section:
    """Claims in the agreement's order of parties; others after them, in the order they came in."""
    tongue = edition.tongue
    title = tongue.say(msgid("What each side claims"))
    if not edition.assessment.claims:
        return Section("claims", title, no_such(edition, msgid("No published claim is on record.")))
    never = msgid("Claims are shown as they were made. They are never added, subtracted or averaged.")
    blocks: tuple[Block, ...] = (paragraph(tongue.say(never)), _table(edition), paragraph(_checkable(edition)))
    return Section("claims", title, blocks)


def claims_by_side(edition: Edition) -> list[str]:
    """A sentence for each side and whom it speaks of, with every figure it stated; nothing is made of them."""
    tongue = edition.tongue
    said: dict[tuple[str, str], list[str]] = {}
    for claim in _in_order(edition):
        figure = f"{claimed(edition, claim.count)} ({word(tongue, QUANTITIES, claim.quantity)})"
        said.setdefault((claim.party, claim.about), []).append(figure)
    return [
        tongue.say(
            msgid("Claimed by: {party}; about: {about}; figures: {claims}."),
            party=edition.party(party),
            about=edition.party(about) if about else _NONE,
            claims=tongue.join(tuple(figures)),
        )
        for (party, about), figures in said.items()
    ]


def _in_order(edition: Edition) -> list[Claim]:
    place = {party.id: number for number, party in enumerate(edition.assessment.agreement.parties)}
    return sorted(edition.assessment.claims, key=lambda claim: place.get(claim.party, len(place)))


def _table(edition: Edition) -> Table:
    tongue = edition.tongue
    columns = (
        Column(tongue.say(msgid("Claimed by")), width=1.2),
        Column(tongue.say(msgid("About")), width=1.1),
        Column(tongue.say(msgid("Claim")), numeric=True, width=1.0),
        Column(tongue.say(msgid("Period ({zone})"), zone=edition.assessment.time_zone), width=2.1),
        Column(tongue.say(msgid("Counting rule stated")), width=1.3),
        Column(tongue.say(msgid("Said by and source")), width=2.2),
    )
    rows = tuple(_row(edition, claim) for claim in _in_order(edition))
    return Table(tongue.say(msgid("Published claims")), columns, rows)


def _row(edition: Edition, claim: Claim) -> tuple[Cell, ...]:
    tongue = edition.tongue
    value = (
        Phrase(claimed(edition, claim.count), tone="figure"),
        Phrase(word(tongue, QUANTITIES, claim.quantity), tone="quiet"),
    )
    quote = coarse_text(claim.quote)
    said = (
        Phrase(coarse_text(claim.said_by), url=claim.url),
        *((Phrase(_written(edition, claim.said_on)),) if claim.said_on else ()),
        *(
            (Phrase(f"\N{LEFT DOUBLE QUOTATION MARK}{quote}\N{RIGHT DOUBLE QUOTATION MARK}", tone="quiet"),)
            if quote
            else ()
        ),
    )
    return (
        plain(edition.party(claim.party)),
        plain(edition.party(claim.about) if claim.about else "\N{EN DASH}"),
        value,
        _period(edition, claim.period),
        plain(any_word(tongue, claim.rule) if claim.rule else tongue.say(msgid("none stated"))),
        said,
    )


def _period(edition: Edition, period: Interval) -> Cell:
    tongue = edition.tongue
    return (Phrase(tongue.clock(period.start)), Phrase(f"\N{EN DASH} {tongue.clock(period.end)}"))


def _written(edition: Edition, day: str) -> str:
    """A day as the language writes it; anything else that was typed in stays as it is."""
    try:
        return edition.tongue.full_date(date.fromisoformat(day))
    except ValueError:
        return day


def claimed(edition: Edition, count: CountRange) -> str:
    """A claimed figure: its best value, else its range."""
    tongue = edition.tongue
    if count.best is not None and count.low == count.best == count.high:
        return tongue.number(count.best)
    high = tongue.number(count.high) if count.high is not None else ""
    spread = (
        f"{tongue.number(count.low)}\N{EN DASH}{high}"
        if high
        else tongue.say(msgid("{low} or more"), low=tongue.number(count.low))
    )
    plain_floor = not high and count.best in {None, count.low}
    return spread if count.best is None or plain_floor else f"{tongue.number(count.best)} ({spread})"


def _checkable(edition: Edition) -> str:
    """What could be checked by the sources in place, with the share of place and time they could see."""
    tongue = edition.tongue
    by_reading = {window.reading: _seen_in(edition, window) for window in edition.assessment.windows}
    if not any(by_reading.values()):
        return tongue.say(
            msgid("None of these claims could be checked: no source in place could see anything they speak of.")
        )
    return tongue.say(
        msgid(
            "The sources in place could see only the following, with the share of place and time in brackets:"
            " {phenomena}. Anything else in these claims could not be checked."
        ),
        phenomena=_said_once(edition, by_reading),
    )


def _seen_in(edition: Edition, window: ReadingWindow) -> str:
    """What could be seen in a window, with the share of place and time; empty where it is nothing."""
    tongue = edition.tongue
    seen = [share for share in observable(window) if share.share > 0]
    return tongue.join(
        tuple(f"{word(tongue, PHENOMENA, share.phenomenon)} ({_in_brackets(edition, share)})" for share in seen)
    )


def _said_once(edition: Edition, by_reading: dict[str, str]) -> str:
    """What holds under every reading once; else for each of them, so that none stands for another."""
    if len(set(by_reading.values())) == 1:
        return next(iter(by_reading.values()))
    say = edition.tongue.say
    return "; ".join(
        say(msgid("under the reading {reading}: {phenomena}"), reading=reading, phenomena=seen or say(msgid("nothing")))
        for reading, seen in by_reading.items()
    )


def _in_brackets(edition: Edition, share: CoverageShare) -> str:
    return "; ".join(phrase.text for phrase in seen_cell(edition.tongue, share))


def published(edition: Edition) -> Section:
    """Figures published elsewhere, each with its citation."""
    tongue = edition.tongue
    title = tongue.say(msgid("Published figures"))
    figures = tuple(_in_language(edition, figure) for figure in edition.assessment.figures)
    if not figures:
        return Section("figures", title, no_such(edition, msgid("No published figure is on record.")))
    columns = (
        Column(tongue.say(msgid("Figure")), width=2.2),
        Column(tongue.say(msgid("Value")), numeric=True, width=1.1),
        Column(tongue.say(msgid("Period")), width=1.3),
        Column(tongue.say(msgid("Source")), width=2.2),
    )
    before = (None, *figures)
    rows = tuple(_published(edition, *beside) for beside in zip(figures, before, strict=False))
    note = tongue.say(
        msgid("Typed in as published; they rest on the coverage and the rules of whoever published them.")
    )
    return Section(
        "figures", title, (Table(tongue.say(msgid("Published figures and where they stand")), columns, rows, note),)
    )


def _in_language(edition: Edition, figure: PublishedFigure) -> PublishedFigure:
    """A figure with what the case says of it in the language; its citation stays as it was published."""
    say = edition.own_words
    return replace(
        figure,
        figure=say(figure.figure),
        value=say(figure.value),
        unit=say(figure.unit),
        period=say(figure.period),
        note=say(figure.note),
    )


def _published(edition: Edition, figure: PublishedFigure, above: PublishedFigure | None) -> tuple[Cell, ...]:
    """One figure; a value that is a sentence stands under the name, where there is room for it."""
    note = (Phrase(figure.note, tone="quiet"),) if figure.note else ()
    unit = (Phrase(figure.unit, tone="quiet"),) if figure.unit else ()
    cited = _cited(edition, figure, above)
    if len(figure.value) > _LONGEST_VALUE:
        return ((Phrase(figure.figure), Phrase(figure.value), *note), unit or plain(_NONE), plain(figure.period), cited)
    value = Phrase(figure.value, tone="figure")
    return ((Phrase(figure.figure), *note), (value, *unit), plain(figure.period), cited)


def _cited(edition: Edition, figure: PublishedFigure, above: PublishedFigure | None) -> Cell:
    """The citation, in full once where several rows in a row rest on it."""
    citation = (figure.source, figure.url, figure.published)
    if above is not None and citation == (above.source, above.url, above.published):
        return plain(edition.tongue.say(msgid("same source as above")), tone="quiet")
    return (Phrase(figure.source, url=figure.url), Phrase(_written(edition, figure.published), tone="quiet"))
