"""Every rule in a column of its own, and under the table why two of them differ."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.markup import escape
from rich.table import Table

from truceline.agreements.counting import CountFigure, CountLine, Difference, rule_label
from truceline.cli.summary import cut_percent, figure_told
from truceline.mission.beside import SideBySide
from truceline.mission.rules_beside import EVENTS, PERSONS, WEAPONS_SEEN, by_kind, differences_said, lines_shown, row_of

_TITLES = {EVENTS: "Counts", WEAPONS_SEEN: "Counts of weapons seen", PERSONS: "Counts of persons"}


def side_by_side_told(found: SideBySide) -> list[Table | str]:
    """The table, a sentence for every pair of rules that differ, and where the sentences are that are not printed."""
    lines = lines_shown(found)
    if not lines:
        return ["Counts: nothing was counted here"]
    tables = [_table(f"{_TITLES[kind]} inside the window, under every rule", mine) for kind, mine in by_kind(lines)]
    printed, left = differences_said(found)
    return [*tables, *(escape(text) for text in _sentences(printed)), *_further(left)]


def _table(title: str, lines: Sequence[CountLine]) -> Table:
    rules = list(dict.fromkeys(rule_label(line) for line in lines))
    table = Table(title=title, title_justify="left")
    for name in ("what, by whom", "reading", *(label.replace(" ", "\n") for label in rules), "seen"):
        table.add_column(escape(name), overflow="fold")
    for row in dict.fromkeys(map(row_of, lines)):
        here = [line for line in lines if row_of(line) == row]
        cells = [_cell([line for line in here if rule_label(line) == rule]) for rule in rules]
        table.add_row(f"{row[1]}, {row[2]}", escape(row[0]), *cells, _seen(here[0]))
    return table


def _cell(lines: Sequence[CountLine]) -> str:
    """The figure of a rule; of a rule that sorts by classes, one line for each and their sum."""
    classes = [(str(dict(line.parameters)["class"]), line) for line in lines if "class" in dict(line.parameters)]
    if not classes:
        return "\n".join(figure_told(line.inside) for line in lines) or "-"
    parts = [f"{figure_told(line.inside)} {name}" for name, line in classes if line.inside != CountFigure(0, 0, 0)]
    return "\n".join([*parts, f"{sum(line.inside.best for _, line in classes)} in all"])


def _seen(line: CountLine) -> str:
    return "not stated" if line.coverage is None else cut_percent(line.coverage)


def _sentences(differences: Sequence[Difference]) -> list[str]:
    """A sentence for each pair, under a heading for each row of the table."""
    told: list[str] = []
    for (reading, what, whom), pairs in groupby(differences, lambda one: (one.reading, one.phenomenon, one.stratum)):
        told.append(f"{what}, {whom}, {reading}:")
        told += [f"  {one}" for one in pairs]
    return told


def _further(left: int) -> list[str]:
    return [f"sentences on the single kinds of what is summed: {left}, with --json"] if left else []
