"""Reading the archive back: as columns for work on many rows, as observations for a person.

Only the newest revision of an observation is read. The record tables say which files count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from truceline.model import (
    UNKNOWN_COUNT,
    IncidentTable,
    Interval,
    Membership,
    Observation,
    ObservationTable,
    Words,
    microseconds,
)
from truceline.model.columns import Ids
from truceline.store.archive import connect, rows_sql, saying_nothing
from truceline.store.rows import SCHEMA, unflatten

_NUMBERS = ("id", "start_us", "end_us", "place", "count_low", "count_best", "count_high")
_WORDS = ("phenomenon", "area", "party", "direction", "weapon", "weapon_name", "target")
_FLOATS = ("lat", "lon", "radius_m", "calibre_mm")
_SINCE_WEAPONS = frozenset({"weapon", "calibre_mm", "weapon_name", "target"})
"""Columns that may be left out of what is read, and that files of older versions lack: unknown then."""
_TABLE_COLUMNS = (*_NUMBERS, "sometime", *_WORDS, *_FLOATS, "source", "flags")
_STATED = "probability"
"""What the source states of its observation; it may be left out as those may."""
_IDS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class ArchiveFiles:
    """The archive files that count, and the folder DuckDB may spill into."""

    files: tuple[Path, ...]
    spill: Path
    any_revised: bool


def observation_table(
    archive: ArchiveFiles, strata: Mapping[str, str], touching: Interval | None = None
) -> ObservationTable:
    """Every observation, or those touching an interval, as columns in order of start and id.

    ``strata`` gives the stratum of each source id.
    """
    silent = saying_nothing(archive.files, (*_SINCE_WEAPONS, _STATED))
    columns = [name for name in (*_TABLE_COLUMNS, _STATED) if name not in silent]
    rows = _in_order(_query(archive, ", ".join(columns), _touching(touching)))
    source = words_of(rows.column("source"))
    flags = words_of(rows.column("flags"))
    stratum = _renamed(source, strata)
    table = ObservationTable(**_shared_columns(rows), source=source, stratum=stratum, flags=flags)
    return replace(table, probability=_floats(rows, _STATED)) if _STATED in rows.column_names else table


def all_in_order(archive: ArchiveFiles, columns: Sequence[str]) -> pa.Table:
    """Columns of every observation, in the order of :func:`observation_table`; ``id`` and ``start_us`` among them."""
    return _in_order(_query(archive, ", ".join(columns), "true"))


def observations_by_id(archive: ArchiveFiles, ids: Sequence[int]) -> Iterator[Observation]:
    """The observations of those ids, in order of start and id."""
    for start in range(0, len(ids), _IDS_AT_ONCE):
        wanted = ", ".join(str(int(one)) for one in ids[start : start + _IDS_AT_ONCE])
        rows = _in_order(_query(archive, ", ".join(SCHEMA.names), f"id IN ({wanted})"))
        for row in rows.to_pylist():
            yield unflatten(row)


def incident_table(path: Path, touching: Interval | None = None) -> IncidentTable:
    """The incidents of one fusion run, or those of it that touch an interval, as columns."""
    rows = pa.parquet.read_table(path, filters=None if touching is None else _touching_filter(touching))
    strata = rows.column("strata").to_numpy().astype(np.uint32)
    table = IncidentTable(**_shared_columns(rows), strata=strata, members=_numbers(rows, "members"))
    weighed = "probability" in rows.column_names
    return replace(table, probability=_floats(rows, "probability")) if weighed else table


def incident_rows(table: IncidentTable) -> pa.Table:
    """Incident columns as an Arrow table, the inverse of :func:`incident_table`."""
    weighed = ("probability",) if np.isfinite(table.probability).any() else ()
    plain = (*_NUMBERS, "sometime", *_FLOATS, "strata", "members", *weighed)
    return pa.table(
        {
            **{name: pa.array(getattr(table, name)) for name in plain},
            **{name: _arrow_words(getattr(table, name)) for name in _WORDS},
        }
    )


def membership_of(path: Path, incidents: Ids | None = None) -> Membership:
    """Which observation belongs to which incident, from one fusion run; of all incidents or some."""
    rows = pa.parquet.read_table(path, filters=only(incidents, "incident"))
    return Membership(_numbers(rows, "incident"), _numbers(rows, "observation"))


def only(ids: Ids | None, column: str) -> pc.Expression | None:
    """A filter for rows whose id is one of these; no filter when all are wanted."""
    return None if ids is None else pc.field(column).isin(pa.array(ids, pa.uint64()))


def membership_rows(membership: Membership) -> pa.Table:
    """A membership as an Arrow table, the inverse of :func:`membership_of`."""
    return pa.table({"incident": pa.array(membership.incident), "observation": pa.array(membership.observation)})


def words_of(column: pa.ChunkedArray) -> Words:
    """A text column as coded words, the names sorted."""
    if len(column) == 0:
        return Words(np.zeros(0, np.int32), ())
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    coded = column.combine_chunks()
    order = pc.sort_indices(coded.dictionary)
    place_of = np.empty(len(order), np.int32)
    place_of[order.to_numpy()] = np.arange(len(order), dtype=np.int32)
    names = tuple(coded.dictionary.take(order).to_pylist())
    return Words(place_of[coded.indices.to_numpy()], names)


def _arrow_words(words: Words) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(words.codes), pa.array(list(words.names), pa.string()))


def _renamed(words: Words, names: Mapping[str, str]) -> Words:
    renamed = [names[name] for name in words.names]
    distinct = sorted(set(renamed))
    codes = np.asarray([distinct.index(name) for name in renamed] or [0], np.int32)
    return Words(codes[words.codes], tuple(distinct))


def _query(archive: ArchiveFiles, columns: str, condition: str) -> pa.Table:
    if not archive.files:
        return SCHEMA.empty_table()
    newest = "QUALIFY revision = max(revision) OVER (PARTITION BY id)" if archive.any_revised else ""
    link = connect(archive.spill)
    try:
        # Most files are in order of time; handed back as they stand, their rows need no sorting.
        link.execute("SET preserve_insertion_order = true")
        return link.sql(
            f"SELECT {columns} FROM {rows_sql(archive.files)} "  # noqa: S608 - constants and our own files
            f"WHERE {condition} {newest}"
        ).to_arrow_table()
    finally:
        link.close()


def _in_order(rows: pa.Table) -> pa.Table:
    """Rows by start, then id. Sorted here and not by DuckDB, whose memory is capped and which would spill them."""
    start_us, ids = _numbers(rows, "start_us"), _numbers(rows, "id")
    later = start_us[1:] > start_us[:-1]
    if (later | ((start_us[1:] == start_us[:-1]) & (ids[1:] > ids[:-1]))).all():
        return rows
    return rows.take(pa.array(np.lexsort((ids, start_us))))


def _touching(interval: Interval | None) -> str:
    if interval is None:
        return "true"
    start, end = microseconds(interval.start), microseconds(interval.end)
    return f"start_us < {end} AND (end_us > {start} OR start_us >= {start})"


def _touching_filter(interval: Interval) -> pc.Expression:
    start, end = microseconds(interval.start), microseconds(interval.end)
    begins, ends = pc.field("start_us"), pc.field("end_us")
    return (begins < end) & ((ends > start) | (begins >= start))


def _shared_columns(rows: pa.Table) -> dict[str, Any]:
    """What observation and incident tables have in common."""
    there = set(_WORDS + _FLOATS) - (_SINCE_WEAPONS - set(rows.column_names))
    return {
        **{name: _numbers(rows, name) for name in _NUMBERS},
        **{name: words_of(rows.column(name)) for name in _WORDS if name in there},
        **{name: _floats(rows, name) for name in _FLOATS if name in there},
        "sometime": rows.column("sometime").to_numpy(),
    }


def _numbers(rows: pa.Table, name: str) -> NDArray[Any]:
    column = rows.column(name)
    return np.asarray(pc.fill_null(column, UNKNOWN_COUNT).to_numpy() if column.null_count else column.to_numpy())


def _floats(rows: pa.Table, name: str) -> NDArray[np.float64]:
    return np.asarray(rows.column(name).to_numpy(), np.float64)
