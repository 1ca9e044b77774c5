"""Rows made ready for counting: which line of the result each row belongs to.

A line is a phenomenon through a stratum, or through all strata together (``any``).
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace

import numpy as np

from truceline.model import Columns, IncidentTable, ObservationTable, Phenomenon, Stratum, UsageFault
from truceline.model.columns import Codes, Ints, Mask

ANY_STRATUM = "any"

_PHENOMENA = tuple(phenomenon.value for phenomenon in Phenomenon)
_STRATA = (*(stratum.value for stratum in Stratum), ANY_STRATUM)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is counted: a phenomenon through a stratum, or through ``any``; under some rules, one class of it."""

    phenomenon: str
    stratum: str
    kind: str = ""


@dataclass(frozen=True)
class CountedRows:
    """Rows of a table with the line each belongs to; a row of an incident stands once for every stratum behind it."""

    columns: Columns
    line: Codes
    subjects: tuple[Subject, ...]

    def some(self, rows: Mask | Ints) -> CountedRows:
        """Some of the rows, for the same lines."""
        return CountedRows(self.columns.take(rows), self.line[rows], self.subjects)


def rows_by_stratum(
    observations: ObservationTable, kind: Ints | None = None, kinds: tuple[str, ...] = ("",)
) -> CountedRows:
    """Observations, one line for each phenomenon and stratum that occurs, in the order of the vocabulary.

    Where rows are of several kinds, ``kind`` is the place of each row's among ``kinds``, and each has its own line.
    """
    phenomenon = _in_vocabulary(observations.phenomenon.codes, observations.phenomenon.names, _PHENOMENA)
    stratum = _in_vocabulary(observations.stratum.codes, observations.stratum.names, _STRATA)
    found = _lined(observations, phenomenon, stratum)
    return found if kind is None else _parted(found, kind, kinds)


def rows_together(table: Columns) -> CountedRows:
    """Observations or incidents, one line for each phenomenon that occurs, all strata together."""
    phenomenon = _in_vocabulary(table.phenomenon.codes, table.phenomenon.names, _PHENOMENA)
    return _lined(table, phenomenon, np.full(len(table), _STRATA.index(ANY_STRATUM), dtype=np.int64))


def incident_rows_by_stratum(incidents: IncidentTable) -> CountedRows:
    """Incidents, once for each stratum behind them."""
    bits = [np.flatnonzero(incidents.strata & np.uint32(1 << i)) for i in range(len(Stratum))]
    rows = np.concatenate(bits)
    stratum = np.repeat(np.arange(len(bits), dtype=np.int64), [len(found) for found in bits])
    phenomenon = _in_vocabulary(incidents.phenomenon.codes, incidents.phenomenon.names, _PHENOMENA)
    return _lined(incidents.take(rows), phenomenon[rows], stratum)


def _in_vocabulary(codes: Codes, names: tuple[str, ...], vocabulary: tuple[str, ...]) -> Ints:
    positions = {word: i for i, word in enumerate(vocabulary)}
    for name in set(names) - positions.keys():
        _refuse(name, vocabulary, codes == names.index(name))
    place = np.array([positions.get(name, -1) for name in names], dtype=np.int64)
    found: Ints = place[codes] if len(names) else np.zeros(len(codes), dtype=np.int64)
    return found


def _refuse(name: str, vocabulary: tuple[str, ...], rows: Mask) -> None:
    """Refuse a word that is none of the vocabulary's, where a row has it."""
    if rows.any():
        near = difflib.get_close_matches(name, vocabulary, n=1, cutoff=0.4)
        raise UsageFault(
            f"{name!r} is no word of the vocabulary; row {int(np.flatnonzero(rows)[0])} of the table has it",
            where="count",
            do=f"did you mean {near[0]}?" if near else f"use one of: {', '.join(vocabulary)}",
            example=vocabulary[0],
        )


def _lined(columns: Columns, phenomenon: Ints, stratum: Ints) -> CountedRows:
    both = phenomenon * len(_STRATA) + stratum
    occurs = np.bincount(both, minlength=len(_PHENOMENA) * len(_STRATA)) > 0
    present = np.flatnonzero(occurs)
    line = (np.cumsum(occurs) - 1).astype(np.int32)[both]
    subjects = tuple(
        Subject(_PHENOMENA[code // len(_STRATA)], _STRATA[code % len(_STRATA)]) for code in present.tolist()
    )
    return CountedRows(columns, line, subjects)


def _parted(rows: CountedRows, kind: Ints, kinds: tuple[str, ...]) -> CountedRows:
    """Every line parted into one for each kind that occurs in it."""
    both = rows.line * np.int64(len(kinds)) + kind
    occurs = np.bincount(both, minlength=len(rows.subjects) * len(kinds)) > 0
    line = (np.cumsum(occurs) - 1).astype(np.int32)[both]
    subjects = tuple(
        replace(rows.subjects[code // len(kinds)], kind=kinds[code % len(kinds)])
        for code in np.flatnonzero(occurs).tolist()
    )
    return CountedRows(rows.columns, line, subjects)
