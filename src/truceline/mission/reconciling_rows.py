"""A comparison of two logs as plain values: one JSON object, and one line for every row of either log.

No position stands in either: the numbers of the rows lead back to them, and distances tell how far apart two were.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np

from truceline.agreements.reconciling import CLASSES, DIFFERENCES, PLACES
from truceline.mission.beside import LogsBeside
from truceline.mission.reconciling import Comparison
from truceline.mission.reconciling_sight import SIGHTS
from truceline.model import UNKNOWN_COUNT, ObservationTable, id_text, moment_at

ROW_COLUMNS = (
    *("class", "match", "log", "observation", "source", "start", "end", "sense", "area", "phenomenon"),
    *("count_low", "count_best", "count_high", "weapon", "party", "direction"),
    *("differences", "apart_s", "place", "distance_m", "distance", "other_log", "anyone"),
)
"""Columns of the listing, one line for each row of either log."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def comparison_json(comparison: Comparison | LogsBeside) -> dict[str, Any]:
    """A comparison without its rows, for machines."""
    period = comparison.period
    return {
        "a": asdict(comparison.a),
        "b": asdict(comparison.b),
        "tolerances": asdict(comparison.tolerances),
        "period": None if period is None else {"start": period.start.isoformat(), "end": period.end.isoformat()},
        "classes": [asdict(one) for one in comparison.classes],
        "differences": dict(comparison.differences),
        "control": [asdict(one) for one in comparison.chance],
    }


def listed_rows(comparison: Comparison) -> Iterator[dict[str, Any]]:
    """Every row of either log in order of time; the rows of a match follow one another."""
    found = comparison.found
    numbers, classes = found.match_of_rows(), found.classes()
    links = _link_of_rows(comparison)
    for side, row in _in_order(comparison):
        table = (found.a, found.b)[side]
        link, number = int(links[side][row]), int(numbers[side][row])
        yield {
            "class": CLASSES[classes[side][row]],
            "match": number + 1 if number >= 0 else None,
            "log": "ab"[side],
            **_as_told(table, row),
            **_beside(comparison, link, number),
            "other_log": SIGHTS[comparison.seen_by_other[side][row]],
            "anyone": SIGHTS[comparison.seen_by_anyone[side][row]],
        }


def rows_csv(comparison: Comparison) -> str:
    """The listing as CSV. A text that a spreadsheet would take for a formula has an apostrophe before it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(ROW_COLUMNS)
    for row in listed_rows(comparison):
        writer.writerow([_cell(row[name]) for name in ROW_COLUMNS])
    return text.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, list):
        return " ".join(value)
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return "'" + value
    return "" if value is None else value


def _link_of_rows(comparison: Comparison) -> tuple[np.ndarray, np.ndarray]:
    """For every row one of its links; a line that holds several others has their first."""
    found = comparison.found
    links = np.full(len(found.a), -1, dtype=np.int64), np.full(len(found.b), -1, dtype=np.int64)
    backwards = np.arange(len(found.links))[::-1]
    links[0][found.links.a[::-1]] = backwards
    links[1][found.links.b[::-1]] = backwards
    return links


def _in_order(comparison: Comparison) -> list[tuple[int, int]]:
    """Side and row of all that is kept: by the earliest start of its match or its own, then match, side and start."""
    found, numbers = comparison.found, comparison.found.match_of_rows()
    earliest = np.full(len(found.matches) + 1, np.iinfo(np.int64).max)
    for table, number in zip((found.a, found.b), numbers, strict=True):
        np.minimum.at(earliest, number, table.start_us)
    keys: list[np.ndarray] = []
    for side, (table, number, kept) in enumerate(zip((found.a, found.b), numbers, comparison.kept, strict=True)):
        rows = np.flatnonzero(kept)
        first = np.where(number[rows] >= 0, earliest[number[rows]], table.start_us[rows])
        keys.append(np.column_stack((first, number[rows], np.full(len(rows), side), table.start_us[rows], rows)))
    told = np.concatenate(keys)
    order = np.lexsort(told.T[::-1])
    return [(int(side), int(row)) for side, row in told[order][:, [2, 4]]]


def _as_told(table: ObservationTable, row: int) -> dict[str, Any]:
    best, high = int(table.count_best[row]), int(table.count_high[row])
    return {
        "observation": id_text(int(table.id[row])),
        "source": table.source.word(row),
        "start": moment_at(int(table.start_us[row])).isoformat(),
        "end": moment_at(int(table.end_us[row])).isoformat(),
        "sense": "sometime" if table.sometime[row] else "lasted",
        "area": table.area.word(row),
        "phenomenon": table.phenomenon.word(row),
        "count_low": int(table.count_low[row]),
        "count_best": None if best == UNKNOWN_COUNT else best,
        "count_high": None if high == UNKNOWN_COUNT else high,
        "weapon": table.weapon.word(row),
        "party": table.party.word(row),
        "direction": table.direction.word(row),
    }


def _beside(comparison: Comparison, link: int, number: int) -> dict[str, Any]:
    """What stands between a row and the one it is linked to; nothing for a row that stands alone."""
    if link < 0:
        return {"differences": [], **dict.fromkeys(("apart_s", "place", "distance_m", "distance"))}
    found = comparison.found
    bits, metres = int(found.matches.differences[number]), float(found.links.distance_m[link])
    return {
        "differences": [word for place, word in enumerate(DIFFERENCES) if bits >> place & 1],
        "apart_s": int(found.links.apart_us[link]) / 1e6,
        "place": PLACES[found.links.place[link]],
        "distance_m": None if np.isnan(metres) else round(metres),
        "distance": round(float(found.distance[link]), 4),
    }
