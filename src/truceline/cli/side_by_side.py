"""Every rule in a column of its own, and under the table why two of them differ; what is equal stands once."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from truceline.agreements.counting import CountFigure, CountLine, Difference, rule_label
from truceline.cli.summary import cut_percent, figure_told
from truceline.mission.beside import SideBySide
from truceline.mission.rules_beside import EVENTS, PERSONS, WEAPONS_SEEN, by_kind, differences_said, lines_shown, row_of
from truceline.model import Because

_TITLES = {EVENTS: "Counts", WEAPONS_SEEN: "Counts of weapons seen", PERSONS: "Counts of persons"}


def side_by_side_told(found: SideBySide) -> list[Table | str]:
    """The table, a sentence for every pair of rules that differ, and where the sentences are that are not printed."""
    lines = lines_shown(found)
    if not lines:
        return ["Counts: nothing was counted here"]
    readings = tuple(dict.fromkeys(line.reading for line in found.lines))
    titles = ((f"{_TITLES[kind]} inside the window, under every rule", mine) for kind, mine in by_kind(lines))
    tables = [_table(title, mine, readings) for title, mine in titles]
    printed, left = differences_said(found)
    return [*tables, *(escape(text) for text in _sentences(printed, readings)), *_further(left)]


def _table(title: str, lines: Sequence[CountLine], readings: Sequence[str]) -> Table:
    rules = list(dict.fromkeys(rule_label(line) for line in lines))
    table = Table(title=title, title_justify="left")
    for name in ("what, by whom", "reading", *(label.replace(" ", "\n") for label in rules), "seen by\nanybody"):
        table.add_column(escape(name), overflow="fold")
    alike: dict[tuple[str, ...], list[str]] = {}
    for row in dict.fromkeys(map(row_of, lines)):
        here = [line for line in lines if row_of(line) == row]
        cells = [_cell([line for line in here if rule_label(line) == rule]) for rule in rules]
        alike.setdefault((f"{row[1]}, {row[2]}", *cells, _seen(here[0])), []).append(row[0])
    for (what, *cells), among in alike.items():
        table.add_row(what, escape(_under(among, readings)), *cells)
    return table


def _under(among: Sequence[str], readings: Sequence[str]) -> str:
    """Readings of which a row says the same, each by name unless they are all there are."""
    whole = len(readings) > 1 and set(among) == set(readings)
    return f"all {len(readings)} readings" if whole else ", ".join(among)


def _cell(lines: Sequence[CountLine]) -> str:
    """The figure of a rule; of a rule that sorts by classes, one line for each and their sum."""
    classes = [(str(dict(line.parameters)["class"]), line) for line in lines if "class" in dict(line.parameters)]
    if not classes:
        return "\n".join(figure_told(line.inside) for line in lines) or "-"
    parts = [f"{figure_told(line.inside)} {name}" for name, line in classes if line.inside != CountFigure(0, 0, 0)]
    return "\n".join([*parts, f"{sum(line.inside.best for _, line in classes)} in all"])


def _seen(line: CountLine) -> str:
    return "not stated" if line.coverage is None else cut_percent(line.coverage)


def _sentences(differences: Sequence[Difference], readings: Sequence[str]) -> list[str]:
    """A sentence for each pair of rules, and below it a line for each row of the table in which they differ."""
    told: list[str] = []
    pairs: dict[str, dict[str, list[str]]] = {}
    for one in differences:
        (first, first_numbers), (second, second_numbers) = map(_parted, one.made)
        rows = pairs.setdefault(f"{one.rules[0]} and {one.rules[1]}: {first}; {second}", {})
        numbers = f"{one.figures[0]} and {one.figures[1]} ({first_numbers}; {second_numbers})"
        rows.setdefault(f"{one.phenomenon}, {one.stratum}\n{numbers}", []).append(one.reading)
    for sentence, rows in pairs.items():
        told.append(sentence)
        for row, among in rows.items():
            whose, numbers = row.split("\n")
            told.append(f"  {whose}, {_under(among, readings)}: {numbers}")
    return told


def _parted(made: Because) -> tuple[str, str]:
    """How a figure was made: the words, and the numbers that every template ends with in brackets."""
    words, _, numbers = str(made).rpartition(" (")
    return words, numbers.removesuffix(")")


def _further(left: int) -> list[str]:
    return [f"sentences on the single kinds of what is summed: {left}, with --json"] if left else []
