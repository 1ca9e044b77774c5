"""The same records under every counting rule, a column for each, and why rules come to different figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from truceline.agreements.counting import FIRE, CountFigure, CountLine, Difference, rule_label
from truceline.mission.rules_beside import EVENTS, PERSONS, WEAPONS_SEEN, by_kind, differences_said, lines_shown, row_of
from truceline.report.content import Block, Cell, Column, Heading, Listing, Phrase, Section, Table, paragraph, plain
from truceline.report.content import sentence as capital
from truceline.report.edition import Edition
from truceline.report.language import msgid
from truceline.report.sections.agreed import no_such
from truceline.report.sections.beside import dim_anywhere, dimly, seen_cell, share_words
from truceline.report.sections.counts import figure_cell
from truceline.report.sections.unseen import window_title
from truceline.report.words import PHENOMENA, RULES, STRATA, parameter, word

_NONE = "\N{EN DASH}"
_CLASS = "class"

CAPTIONS = {
    EVENTS: msgid("Events, under every rule"),
    WEAPONS_SEEN: msgid("Weapons seen, under every rule"),
    PERSONS: msgid("Persons, under every rule"),
}
"""The title of the table of each kind of thing."""


def side_by_side(edition: Edition) -> Section | None:
    """For each window a table for each kind of thing and the reasons below; nothing unless the mission asks for it."""
    found = edition.assessment.all_rules
    if found is None:
        return None
    tongue, lines = edition.tongue, lines_shown(found)
    said, left = differences_said(found)
    blocks: list[Block] = []
    for reading in dict.fromkeys(line.reading for line in lines):
        mine = tuple(line for line in lines if line.reading == reading)
        blocks += [Heading(window_title(edition, reading)), *_tables(edition, mine)]
        blocks += _reasons(edition, mine, [one for one in said if one.reading == reading])
    if blocks:
        blocks = [paragraph(tongue.say(_how_to_read())), *blocks]
    else:
        blocks += no_such(edition, msgid("Nothing was counted: no source sensed anything that a rule could count."))
    if left:
        note = msgid(
            "Pairs of rules that differ in the single kinds of which these sums consist: {n}. The command count"
            " explains them with --all-rules --json."
        )
        blocks.append(paragraph(tongue.say(note, n=tongue.number(left)), "note"))
    return Section("side-by-side", tongue.say(msgid("Counting rules side by side")), tuple(blocks))


def _how_to_read() -> str:
    return msgid(
        "The same records under every rule, each in a column of its own. A figure can be compared only with figures of"
        " the same rule; none of the rules is the right one, since each answers another question. The coverage is that"
        " of all sources together, whatever the channel of the row."
    )


def _tables(edition: Edition, lines: Sequence[CountLine]) -> Iterator[Table]:
    tongue = edition.tongue
    for kind, mine in by_kind(lines):
        rules = _rules(mine)
        columns = (
            Column(tongue.say(msgid("Phenomenon and channel")), width=1.5),
            *(_column(edition, line) for line in rules.values()),
            Column(tongue.say(msgid("Coverage")), numeric=True, width=1.1),
        )
        rows = tuple(
            _row(edition, tuple(line for line in mine if row_of(line) == row), tuple(rules))
            for row in dict.fromkeys(map(row_of, mine))
        )
        yield Table(tongue.say(CAPTIONS[kind]), columns, rows)


def _column(edition: Edition, line: CountLine) -> Column:
    """A rule's column, as wide as the longest word over it asks for; the names of classes are lines that may break."""
    title, sorts = _title(edition, line), _CLASS in dict(line.parameters)
    longest = max(map(len, title.split()))
    return Column(title, numeric=not sorts, width=0.45 + 0.07 * longest + (0.3 if sorts else 0.0))


def _rules(lines: Sequence[CountLine]) -> dict[str, CountLine]:
    """A line of each rule with its parameters, in order."""
    found: dict[str, CountLine] = {}
    for line in lines:
        found.setdefault(rule_label(line), line)
    return found


def _title(edition: Edition, line: CountLine) -> str:
    """A rule with its parameters, without the class a line is of."""
    tongue = edition.tongue
    settings = (parameter(tongue, name, value) for name, value in line.parameters if name != _CLASS)
    return tongue.join((word(tongue, RULES, line.rule), *settings))


def _row(edition: Edition, lines: Sequence[CountLine], rules: Sequence[str]) -> tuple[Cell, ...]:
    tongue, first = edition.tongue, lines[0]
    what = (
        Phrase(word(tongue, PHENOMENA, first.phenomenon)),
        Phrase(word(tongue, STRATA, first.stratum), tone="quiet"),
    )
    cells = (_cell(edition, [line for line in lines if rule_label(line) == rule]) for rule in rules)
    return (what, *cells, _seen(edition, first))


def _cell(edition: Edition, lines: Sequence[CountLine]) -> Cell:
    """The figure of a rule; of a rule that sorts by classes their sum, and below it those that hold anything."""
    tongue = edition.tongue
    if not lines:
        return plain(_NONE)
    if _CLASS not in dict(lines[0].parameters):
        return figure_cell(edition, lines[0].inside)
    total = Phrase(tongue.number(sum(line.inside.best for line in lines)), tone="figure")
    return (total, *(_of_class(edition, line) for line in lines if line.inside != CountFigure(0, 0, 0)))


def _of_class(edition: Edition, line: CountLine) -> Phrase:
    name = parameter(edition.tongue, _CLASS, dict(line.parameters)[_CLASS])
    best, *spread = (phrase.text for phrase in figure_cell(edition, line.inside))
    return Phrase(f"{name}: {best}" + "".join(f" ({text})" for text in spread), tone="quiet")


def _seen(edition: Edition, line: CountLine) -> Cell:
    """The coverage of the window; a sum over kinds of fire is seen only as far as its least-seen kind."""
    windows = (window for window in edition.windows() if window.reading == line.reading)
    for share in (share for window in windows for share in window.coverage):
        if share.phenomenon == line.phenomenon:
            return seen_cell(edition.tongue, share)
    words = share_words(edition.tongue, line.coverage, line.basis)
    return plain(dimly(edition.tongue, words, said=any(dim_anywhere(edition, kind) for kind in FIRE)))


def _reasons(edition: Edition, lines: Sequence[CountLine], differences: Sequence[Difference]) -> Iterator[Block]:
    """For each row whose rules differ what each of them takes as one, with its figure: no pair is said twice."""
    tongue, rules = edition.tongue, _rules(lines)
    for (_, phenomenon, stratum), pairs in groupby(differences, row_of):
        what = f"{word(tongue, PHENOMENA, phenomenon)}, {word(tongue, STRATA, stratum)}"
        yield Heading(tongue.say(msgid("Why the rules differ here: {what}"), what=what))
        told = {
            label: (figure, made)
            for one in pairs
            for label, figure, made in zip(one.rules, one.figures, one.made, strict=True)
        }
        in_order = sorted(told.items(), key=lambda item: list(rules).index(item[0]))
        yield Listing(
            tuple(
                (
                    Phrase(f"{capital(_title(edition, rules[label]))}: {tongue.number(figure)}.", tone="strong"),
                    Phrase(capital(edition.because(made)) + "."),
                )
                for label, (figure, made) in in_order
            )
        )
