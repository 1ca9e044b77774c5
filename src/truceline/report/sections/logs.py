"""Two logs beside each other: what both have, where they differ, what one has alone, and who could have seen it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from truceline.agreements.counting.figures import CountFigure
from truceline.mission.beside import LogsBeside
from truceline.mission.coarse_words import coarse_text
from truceline.report.content import (
    Block,
    Cell,
    Column,
    Facts,
    Heading,
    Listing,
    Phrase,
    Section,
    Table,
    paragraph,
    plain,
)
from truceline.report.edition import Edition
from truceline.report.language import msgid
from truceline.report.sections.counts import figure_cell
from truceline.report.words import STRATA, word

if TYPE_CHECKING:  # its room takes half a second to load, which a report without logs need not spend
    from truceline.mission.reconciling import OneSide

CLASSES = {
    "alike": msgid("matched, alike"),
    "different": msgid("matched, but different"),
    "only": msgid("only in log {log}"),
}
"""The class of a row of either log."""

DIFFERENCES = {
    "count": msgid("count"),
    "place": msgid("place"),
    "time": msgid("time"),
    "weapon": msgid("weapon"),
    "phenomenon": msgid("phenomenon"),
    "party": msgid("party named"),
}
"""In what two matched lines may differ."""

OTHERS = "others"


def logs(edition: Edition) -> Section | None:
    """One part for each pair of logs that the mission asks for; nothing when it asks for none."""
    pairs = edition.assessment.reconcile
    if not pairs:
        return None
    tongue = edition.tongue
    blocks: list[Block] = [paragraph(tongue.say(_how_to_read()))]
    for pair in pairs:
        blocks += _blocks(edition, pair)
    return Section("logs", tongue.say(msgid("Two logs beside each other")), tuple(blocks))


def _how_to_read() -> str:
    return msgid(
        "A line that stands in one log alone contradicts the other log only where the other was watching; a line only"
        " in A where B was blind is no contradiction."
    )


def _blocks(edition: Edition, pair: LogsBeside) -> Iterator[Block]:
    tongue = edition.tongue
    both = f"A: {_named(edition, pair.a.named)} \N{MIDDLE DOT} B: {_named(edition, pair.b.named)}"
    yield Heading(both)
    yield _facts(edition, pair)
    yield _classes(edition, pair)
    yield _matches(edition, pair)
    for letter, log in (("A", pair.a), ("B", pair.b)):
        if not log.rows:
            none = msgid("Log {log} has no row here; only its coverage says whether that is silence.")
            yield paragraph(tongue.say(none, log=letter))
    if pair.chance:
        yield _chance(edition, pair)


def _named(edition: Edition, named: str) -> str:
    return edition.tongue.join(tuple(_name(edition, one) for one in named.split(",")))


def _name(edition: Edition, one: str) -> str:
    """A party by its name, a channel or the others in words; the id of a source stays."""
    if one == OTHERS:
        return edition.tongue.say(msgid("all other sources"))
    if one in STRATA:
        return word(edition.tongue, STRATA, one)
    return coarse_text(edition.party(one))


def _facts(edition: Edition, pair: LogsBeside) -> Facts:
    tongue = edition.tongue
    near = tongue.say(
        msgid("starts at most {minutes} min apart, places at most {km} km apart beyond how surely each is known"),
        minutes=tongue.number(pair.tolerances.time_s / 60),
        km=tongue.number(pair.tolerances.place_m / 1000),
    )
    return Facts(
        (
            (tongue.say(msgid("Sources of A")), plain(_sources(edition, pair.a.sources))),
            (tongue.say(msgid("Sources of B")), plain(_sources(edition, pair.b.sources))),
            (tongue.say(msgid("Period")), plain(edition.period(pair.period.start, pair.period.end))),
            (tongue.say(msgid("Taken for one thing")), plain(near)),
        )
    )


def _sources(edition: Edition, sources: tuple[str, ...]) -> str:
    return edition.tongue.join(tuple(coarse_text(one) for one in sources)) or "\N{EN DASH}"


def _classes(edition: Edition, pair: LogsBeside) -> Table:
    tongue = edition.tongue
    columns = (
        Column(tongue.say(msgid("Class")), width=1.5),
        Column(tongue.say(msgid("Log")), width=0.5),
        Column(tongue.say(msgid("Rows")), numeric=True, width=0.8),
        Column(tongue.say(msgid("Items")), numeric=True, width=1.0),
        Column(tongue.say(msgid("Other log watched")), numeric=True, width=1.1),
        Column(tongue.say(msgid("Other log watched in part")), numeric=True, width=1.1),
        Column(tongue.say(msgid("Other log blind")), numeric=True, width=1.0),
        Column(tongue.say(msgid("Nobody knows")), numeric=True, width=1.0),
        Column(tongue.say(msgid("Anyone else watched, at least in part")), numeric=True, width=1.3),
    )
    rows = tuple(
        _row(edition, CLASSES[one.name], letter, side)
        for one in pair.classes
        for letter, side in (("A", one.a), ("B", one.b))
    )
    note = tongue.say(
        msgid(
            "Items: best figure, and its range where there is one. The columns after it say of how many of the rows the"
            " other log could have seen what they tell, there and then; the last one of how many anyone could but the"
            " log itself."
        )
    )
    return Table(tongue.say(msgid("Rows of both logs by class")), columns, rows, note)


def _row(edition: Edition, name: str, letter: str, side: OneSide) -> tuple[Cell, ...]:
    tongue, told, other = edition.tongue, side.told, side.other
    figures = (other.watched, other.partly, other.blind, other.unknown, side.anyone.watched + side.anyone.partly)
    return (
        plain(tongue.say(name, log=letter)),
        plain(letter),
        plain(tongue.number(told.rows), "figure"),
        figure_cell(edition, CountFigure(told.low, told.best, told.high)),
        *(plain(tongue.number(figure)) for figure in figures),
    )


def _matches(edition: Edition, pair: LogsBeside) -> Listing:
    """How many matches, how many of them are groups, and in what they differ; one may differ in several words."""
    tongue = edition.tongue
    matched = [one for one in pair.classes if one.name != "only"]
    told = [
        tongue.say(
            msgid("Matches: {n}; of these one line against several: {groups}; different: {different}."),
            n=tongue.number(sum(one.matches for one in matched)),
            groups=tongue.number(sum(one.groups for one in matched)),
            different=tongue.number(sum(one.matches for one in matched if one.name == "different")),
        )
    ]
    words = [f"{tongue.say(DIFFERENCES[name])} {tongue.number(number)}" for name, number in pair.differences if number]
    if words:
        told.append(
            tongue.say(
                msgid("In what they differ, one perhaps in several ways: {words}."), words=tongue.join(tuple(words))
            )
        )
    return Listing(tuple((Phrase(text),) for text in told))


def _chance(edition: Edition, pair: LogsBeside) -> Table:
    tongue = edition.tongue
    columns = (
        Column(tongue.say(msgid("Times of B moved by")), width=1.2),
        Column(tongue.say(msgid("Pairs")), numeric=True),
        Column(tongue.say(msgid("Share of the rows of A")), numeric=True),
        Column(tongue.say(msgid("Share of the rows of B")), numeric=True),
        Column(tongue.say(msgid("Rows joined to a line as its parts")), numeric=True, width=1.4),
    )
    rows = tuple(
        (
            plain(_moved(edition, one.shift_h)),
            plain(tongue.number(one.pairs), "figure"),
            *(plain(_share(edition, one.pairs, log.rows)) for log in (pair.a, pair.b)),
            plain(tongue.number(one.joined)),
        )
        for one in pair.chance
    )
    note = tongue.say(
        msgid("What is matched while the times of B are moved is chance: read the first row beside the others.")
    )
    return Table(tongue.say(msgid("Pairs, and what chance alone would match")), columns, rows, note)


def _moved(edition: Edition, hours: float) -> str:
    tongue = edition.tongue
    return (
        tongue.say(msgid("{hours} h"), hours=tongue.signed(round(hours))) if hours else tongue.say(msgid("not moved"))
    )


def _share(edition: Edition, pairs: int, rows: int) -> str:
    return edition.tongue.share(pairs / rows) if rows else "\N{EN DASH}"
