"""Which column of the file holds what, under the names such tables give them."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence

from truceline.model import MissingColumn
from truceline.sources.smm_table.vocabulary import COLUMNS

_OPTIONAL = frozenset({"date", "context"})
_WHOLE_MOMENT = frozenset({"datetime", "dateandtime"})
"""Plain names of a time column that says the day itself."""


def find_columns(header: Sequence[str], *, where: str) -> dict[str, str]:
    """Which column of the file holds what.

    Raises :class:`MissingColumn` naming the nearest present, and for two columns that both claim to hold the same:
    to take one of them would be a guess.

    >>> find_columns(("Position", "Location", "Means", "No", "Event", "Details", "Weapon", "Time"), where="")["number"]
    'No'
    """
    found: dict[str, str] = {}
    for column in COLUMNS:
        hits = _hits(column, header)
        if len(hits) > 1 and column != "context":
            raise _twice(column, hits, where)
        if hits:
            found[column] = hits[0]
    _check_complete(found, header, where)
    if "date" in found and _plain(found.get("time", "")) in _WHOLE_MOMENT:
        raise _twice("date", [found["date"], found["time"]], where)
    return found


def distinct(header: Sequence[str]) -> tuple[str, ...]:
    """The same names, told apart where one stands twice, so that neither column's words are lost.

    >>> distinct(("Means", "Note", "Note"))
    ('Means', 'Note', 'Note (2)')
    """
    turns: Counter[str] = Counter()
    named = []
    for name in header:
        turns[name] += 1
        named.append(name if turns[name] == 1 else f"{name} ({turns[name]})")
    return tuple(named)


def _hits(column: str, header: Sequence[str]) -> list[str]:
    known = {_plain(name) for name in COLUMNS[column]}
    return [name for name in header if _plain(name) in known]


def _check_complete(found: dict[str, str], header: Sequence[str], where: str) -> None:
    for column, names in COLUMNS.items():
        if column in found or column in _OPTIONAL or (column == "time" and "date" in found):
            continue
        present = {_plain(name): name for name in header}
        near = difflib.get_close_matches(_plain(names[0]), present, n=1, cutoff=0.5)
        hint = f"the nearest present is {present[near[0]]!r}" if near else f"present are: {', '.join(header)}"
        raise MissingColumn(
            f"column {names[0]!r} is missing; {hint}",
            where=where,
            do=f"call it one of: {', '.join(names)}",
            example=_example(),
        )


def _twice(column: str, hits: Sequence[str], where: str) -> MissingColumn:
    stand = ", ".join(repr(name) for name in hits)
    return MissingColumn(
        f"column {COLUMNS[column][0]!r} stands more than once: {stand}",
        where=where,
        do="rename or remove the column that is not meant",
        example=_example(),
    )


def _example() -> str:
    return ",".join(f'"{names[0]}"' for column, names in COLUMNS.items() if column != "date")


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum() or letter == "#")
