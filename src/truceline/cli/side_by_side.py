"""Every rule in a column of its own, and under the table why two of them differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.markup import escape
from rich.table import Table

from truceline.agreements.counting import (
    FIRE,
    PEOPLE,
    PUBLISHED,
    CountFigure,
    CountLine,
    Difference,
    rule_label,
    told_once,
)
from truceline.cli.summary import cut_percent, figure_told
from truceline.mission.alerts import ALERTS
from truceline.mission.counting import SideBySide
from truceline.model import Phenomenon

_PARTS = {Phenomenon.ANY_ALERT: ALERTS, Phenomenon.ANY_FIRE: FIRE}
"""Sums over phenomena, and what they are the sums of."""

_WEAPONS = (Phenomenon.WEAPON_PRESENCE,)
_APART = (*_WEAPONS, *PEOPLE)
_TABLES = (("Counts", ()), ("Counts of weapons seen", _WEAPONS), ("Counts of persons", PEOPLE))

_Row = tuple[str, str, str]
"""Reading, phenomenon and stratum."""


def side_by_side_told(found: SideBySide) -> list[Table | str]:
    """The table, a sentence for every pair of rules that differ, and where the sentences are that are not printed."""
    lines = [line for line in told_once(found.lines) if line.basis != PUBLISHED]
    if not lines:
        return ["Counts: nothing was counted here"]
    rows = set(map(_row, lines))
    told = [one for one in found.differences if (one.reading, one.phenomenon, one.stratum) in rows]
    printed = [one for one in told if _said_once(one, told)]
    return [*_tables(lines), *(escape(text) for text in _sentences(printed)), *_further(len(told) - len(printed))]


def _tables(lines: Sequence[CountLine]) -> Iterator[Table]:
    """One table for events, one for weapons seen, one for persons: other rules count each, and columns are narrow."""
    for title, kinds in _TABLES:
        mine = [line for line in lines if (line.phenomenon in kinds if kinds else line.phenomenon not in _APART)]
        if mine:
            yield _table(f"{title} inside the window, under every rule", mine)


def _table(title: str, lines: Sequence[CountLine]) -> Table:
    rules = list(dict.fromkeys(rule_label(line) for line in lines))
    table = Table(title=title, title_justify="left")
    for name in ("what, by whom", "reading", *(label.replace(" ", "\n") for label in rules), "seen"):
        table.add_column(escape(name), overflow="fold")
    for row in dict.fromkeys(map(_row, lines)):
        here = [line for line in lines if _row(line) == row]
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


def _row(line: CountLine) -> _Row:
    return line.reading, line.phenomenon, line.stratum


def _said_once(one: Difference, among: Sequence[Difference]) -> bool:
    """Whether it tells of a sum, or of what is part of none that is told of in the same channel."""
    told_of = {other.phenomenon for other in among if (other.stratum, other.reading) == (one.stratum, one.reading)}
    return not any(total in told_of and one.phenomenon in parts for total, parts in _PARTS.items())


def _sentences(differences: Sequence[Difference]) -> list[str]:
    """A sentence for each pair, under a heading for each row of the table."""
    told: list[str] = []
    for (reading, what, whom), pairs in groupby(differences, lambda one: (one.reading, one.phenomenon, one.stratum)):
        told.append(f"{what}, {whom}, {reading}:")
        told += [f"  {one}" for one in pairs]
    return told


def _further(left: int) -> list[str]:
    return [f"sentences on the single kinds of what is summed: {left}, with --json"] if left else []
