"""The casebook: real ceasefires as folders, and the published figures each can be judged on with no download."""

from __future__ import annotations

import csv
import difflib
import os
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

from truceline.mission.assessment import PublishedFigure
from truceline.model import InputFault, NotFound

_FIGURE_COLUMNS = [
    *("figure", "kind", "rule", "phenomenon", "stratum", "reading", "shift_days", "bin_start"),
    *("value", "unit", "period", "source", "url", "published", "note"),
]


@dataclass(frozen=True, slots=True)
class CountedFigure:
    """A published count: of what, under which rule, in a reading's window shifted by whole days."""

    rule: str
    phenomenon: str
    stratum: str
    reading: str
    shift_days: int
    value: int


@dataclass(frozen=True, slots=True)
class SeriesFigure:
    """One published bin of a series, by its local start date."""

    rule: str
    phenomenon: str
    stratum: str
    start: date
    value: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything of a ``figures.csv``: all rows with their citations, and those that are counts or bins."""

    published: tuple[PublishedFigure, ...] = ()
    counts: tuple[CountedFigure, ...] = ()
    series: tuple[SeriesFigure, ...] = ()


def casebook_folder() -> Path:
    """The folder of cases: ``TRUCELINE_CASES``, else the installed one, else the checkout's.

    Raises :class:`NotFound` when there is none, also when ``TRUCELINE_CASES`` names what is no folder.
    """
    named = os.environ.get("TRUCELINE_CASES")
    if named and not Path(named).is_dir():
        raise NotFound(
            "TRUCELINE_CASES names no folder",
            where=named,
            do="name the folder of cases, or leave it unset for those that came with Truceline",
            example="TRUCELINE_CASES=cases",
        )
    beside = Path(__file__).resolve().parents[3] / "cases"
    installed = Path(str(files("truceline"))) / "casebook"
    for folder in (Path(named) if named else installed, installed, beside):
        if folder.is_dir():
            return folder
    raise NotFound(
        "there is no casebook", do="set TRUCELINE_CASES to the folder of cases", example="TRUCELINE_CASES=cases"
    )


def case_names() -> tuple[str, ...]:
    """Every case, by name."""
    return tuple(sorted(path.parent.name for path in casebook_folder().glob("*/case.toml")))


def case_folder(name: str) -> Path:
    """The folder of one case; raises :class:`NotFound` naming the nearest."""
    names = case_names()
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        raise NotFound(
            f"there is no case {name!r}",
            do=f"did you mean {near[0]}?" if near else f"use one of: {', '.join(names)}",
            example="truceline demo easter-2025",
        )
    return casebook_folder() / name


def read_figures(path: Path) -> Figures:
    """The figures of a case; none when it has no file. Raises :class:`InputFault` naming the line."""
    if not path.is_file():
        return Figures()
    try:
        with path.open(encoding="utf-8", newline="") as text:
            rows = csv.DictReader(text)
            if list(rows.fieldnames or ()) != _FIGURE_COLUMNS:
                raise InputFault("figures.csv has other columns", where=str(path), example=",".join(_FIGURE_COLUMNS))
            found = list(rows)
    except (UnicodeDecodeError, csv.Error) as cause:
        raise InputFault(
            f"figures.csv cannot be read: {cause}", where=str(path), do="save it as CSV in UTF-8"
        ) from cause
    return _figures(path, found)


def _figures(path: Path, rows: list[dict[str, str]]) -> Figures:
    counts: list[CountedFigure] = []
    series: list[SeriesFigure] = []
    for line, row in enumerate(rows, 2):
        try:
            _sort_in(row, counts, series)
        except ValueError as cause:
            raise InputFault(f"the figure cannot be read: {cause}", where=f"{path} line {line}") from cause
    return Figures(tuple(_published(row) for row in rows), tuple(counts), tuple(series))


def _sort_in(row: dict[str, str], counts: list[CountedFigure], series: list[SeriesFigure]) -> None:
    if None in row or None in row.values():
        raise ValueError(f"the row has not the {len(_FIGURE_COLUMNS)} values the header names")
    what = (row["rule"], row["phenomenon"], row["stratum"])
    if row["kind"] == "count":
        counts.append(CountedFigure(*what, row["reading"], int(row["shift_days"] or 0), int(row["value"])))
    elif row["kind"] == "series":
        series.append(SeriesFigure(*what, date.fromisoformat(row["bin_start"]), int(row["value"])))
    elif row["kind"] != "fact":
        raise ValueError(f"kind {row['kind']!r} is not count, series or fact")


def _published(row: dict[str, str]) -> PublishedFigure:
    names = ("figure", "value", "unit", "period", "source", "url", "published", "note")
    return PublishedFigure(*(row[name] for name in names))
