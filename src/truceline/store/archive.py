"""The Parquet archive: observations as they came in, written once, read by DuckDB.

One file per import. A file counts only when the record tables name it, so an import that was killed leaves at
most a stray file, which the next import clears away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from truceline.store.rows import SCHEMA

_ROWS_AT_ONCE = 20_000
_MEMORY_LIMIT = "400MB"


class StagedRows:
    """Rows of one import on their way in, in a file nobody reads yet."""

    def __init__(self, path: Path) -> None:
        """Open the staging file."""
        self._path = path
        self._file = pa.OSFile(str(path), "wb")
        self._writer = pq.ParquetWriter(self._file, SCHEMA, compression="zstd", compression_level=1)
        self._waiting: list[tuple[Any, ...]] = []
        self.rows = 0

    def add(self, row: tuple[Any, ...]) -> None:
        """Take one flattened observation."""
        self._waiting.append(row)
        self.rows += 1
        if len(self._waiting) >= _ROWS_AT_ONCE:
            self._flush()

    def close(self) -> None:
        """Write what is left; the file is let go of even on a full disk, so that removing it gives the room back."""
        try:
            self._flush()
            self._writer.close()
        finally:
            self._file.close()

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_batch(batch_of(self._waiting, SCHEMA))
            self._waiting = []


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


def write_rows(path: Path, schema: pa.Schema, rows: Iterable[tuple[Any, ...]]) -> None:
    """Write rows as one Parquet file."""
    source = iter(rows)
    with pq.ParquetWriter(path, schema, compression="zstd", compression_level=1) as writer:
        while chunk := list(islice(source, _ROWS_AT_ONCE)):
            writer.write_batch(batch_of(chunk, schema))
