"""The Parquet archive: observations as they came in, written once, read by DuckDB.

Rows stand in the order of the file they came from; readers put them in order of time.

One file per import. A file counts only when the record tables name it, so an import that was killed leaves at
most a stray file, which the next import sets aside.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from truceline.store.rows import ARCHIVE_SCHEMA, SCHEMA, UNKNOWN_BEFORE, UNSTATED_BEFORE

_ROWS_AT_ONCE = 20_000
_GROUP_ROWS = 100_000
_GROUP_BYTES = 64_000_000
_MEMORY_LIMIT = "400MB"


class ArchiveWriter:
    """An archive file being written, in row groups of bounded size."""

    def __init__(self, path: Path) -> None:
        """Open the file."""
        self._file = pa.OSFile(str(path), "wb")
        self._writer = pq.ParquetWriter(self._file, ARCHIVE_SCHEMA, compression="zstd", compression_level=1)
        self._group: list[pa.RecordBatch] = []

    def write(self, batch: pa.RecordBatch) -> None:
        """Take some rows."""
        self._group.append(batch)
        rows, size = sum(one.num_rows for one in self._group), sum(one.nbytes for one in self._group)
        if rows >= _GROUP_ROWS or size >= _GROUP_BYTES:
            self._write_group()

    def close(self) -> None:
        """Write what is left; the file is let go of even on a full disk, so that removing it gives the room back."""
        try:
            self._write_group()
            self._writer.close()
        finally:
            self._file.close()

    def _write_group(self) -> None:
        if self._group:
            self._writer.write_table(pa.Table.from_batches(self._group), row_group_size=_GROUP_ROWS)
            self._group = []


class StagedRows:
    """Rows of one import on their way in, in a file nobody reads yet, each as a first revision."""

    def __init__(self, path: Path) -> None:
        """Open the staging file."""
        self._writer = ArchiveWriter(path)
        self._waiting: list[tuple[Any, ...]] = []
        self.rows = 0

    def add(self, row: tuple[Any, ...]) -> None:
        """Take one flattened observation."""
        self._waiting.append(row)
        self.rows += 1
        if len(self._waiting) >= _ROWS_AT_ONCE:
            self._flush()

    def close(self) -> None:
        """Write what is left."""
        try:
            self._flush()
        finally:
            self._writer.close()

    def _flush(self) -> None:
        if self._waiting:
            rows = batch_of(self._waiting, SCHEMA)
            self._writer.write(with_revisions(rows, np.ones(rows.num_rows, np.int32)))
            self._waiting = []


def with_revisions(rows: pa.RecordBatch, revisions: NDArray[np.int32]) -> pa.RecordBatch:
    """Flattened rows with their revision numbers, as the archive keeps them."""
    columns = [rows.column(name) for name in SCHEMA.names]
    return pa.RecordBatch.from_arrays([*columns, pa.array(revisions)], schema=ARCHIVE_SCHEMA)


def write_kept(staged: Path, making: Path, kept: NDArray[np.int64], revisions: NDArray[np.int32]) -> None:
    """Write some rows of a staged file, by their number in ascending order, with their revisions."""
    writer, begin = ArchiveWriter(making), 0
    try:
        for batch in pq.ParquetFile(staged).iter_batches(batch_size=_ROWS_AT_ONCE):
            end = begin + batch.num_rows
            first, last = np.searchsorted(kept, (begin, end))
            if last > first:
                writer.write(with_revisions(batch.take(pa.array(kept[first:last] - begin)), revisions[first:last]))
            begin = end
    finally:
        writer.close()


def batch_of(rows: Sequence[tuple[Any, ...]], schema: pa.Schema) -> pa.RecordBatch:
    """Rows as an Arrow batch."""
    columns = zip(*rows, strict=True)
    arrays = [pa.array(values, kind) for values, kind in zip(columns, schema.types, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def connect(spill: Path) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection of bounded memory that spills into a folder of the mission."""
    link = duckdb.connect(":memory:")
    link.execute(f"SET memory_limit = '{_MEMORY_LIMIT}'")
    link.execute("SET threads = 2")
    link.execute("SET enable_progress_bar = false")  # it would be drawn on standard output, among the answers
    link.execute("SET preserve_insertion_order = false")
    link.execute("SET temp_directory = ?", [str(spill)])
    return link


def files_sql(files: Iterable[Path]) -> str:
    """A DuckDB list of file names, quoted.

    >>> files_sql([Path("a'b.parquet")])
    "['a''b.parquet']"
    """
    return "[" + ", ".join("'" + str(path).replace("'", "''") + "'" for path in files) + "]"


def rows_sql(files: Sequence[Path]) -> str:
    """The rows of archive files as a DuckDB table: what files of older versions have no column for is unknown."""
    unknown = {**UNKNOWN_BEFORE, **UNSTATED_BEFORE}
    lacking: dict[tuple[str, ...], list[Path]] = {}
    for path in files:
        there = set(pq.read_schema(path).names)
        lacking.setdefault(tuple(name for name in unknown if name not in there), []).append(path)
    if set(lacking) <= {()}:
        return f"read_parquet({files_sql(files)})"
    parts = []
    for names in sorted(lacking, key=len, reverse=True):
        chosen = ", ".join(["*", *(f"{unknown[name]} AS {name}" for name in names)])
        # File names are our own and quoted, columns are constants: nothing from outside enters.
        parts.append(f"SELECT {chosen} FROM read_parquet({files_sql(lacking[names])})")  # noqa: S608 - see above
    return "(" + " UNION ALL BY NAME ".join(parts) + ")"


def saying_nothing(files: Iterable[Path], columns: Iterable[str]) -> frozenset[str]:
    """Which of the columns are empty or missing in every row of the files, by what the files say of themselves.

    Most missions name no weapon; a million empty texts cost memory to read and say nothing.
    """
    silent = set(columns)
    for path in files:
        about = pq.read_metadata(path)
        there = {about.schema.column(number).name: number for number in range(about.num_columns)}
        groups = [about.row_group(number) for number in range(about.num_row_groups)]
        silent -= {name for name in silent & set(there) if any(_says(group.column(there[name])) for group in groups)}
    return frozenset(silent)


def _says(chunk: pq.ColumnChunkMetaData) -> bool:
    """Whether a part of a column may hold anything but nulls and empty texts."""
    about = chunk.statistics
    if about is None or not about.has_null_count:
        return True
    if about.null_count == chunk.num_values:
        return False
    return not about.has_min_max or (about.min, about.max) != ("", "")


def put_in_place(making: Path, target: Path) -> None:
    """Give a finished file its name, so that both are there after a power cut; its records may then name it."""
    with making.open("rb") as written:
        os.fsync(written.fileno())
    making.rename(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_rows(path: Path, schema: pa.Schema, rows: Iterable[tuple[Any, ...]]) -> None:
    """Write rows as one Parquet file."""
    source = iter(rows)
    with pq.ParquetWriter(path, schema, compression="zstd", compression_level=1) as writer:
        while chunk := list(islice(source, _ROWS_AT_ONCE)):
            writer.write_batch(batch_of(chunk, schema))
