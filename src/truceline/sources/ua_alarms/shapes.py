"""The three shapes of an alarm file, told apart by content and header, each as rows of text."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from truceline.model import Source, StorageFull, UnreadableFile
from truceline.sources.tables import Row, check_columns, open_bytes, read_header, read_rows
from truceline.sources.ua_alarms.mapping import INTERVALS, OFFICIAL, VOLUNTEER

_PARQUET = b"PAR1"
_BATCH_ROWS = 8192


@dataclass(frozen=True, slots=True)
class Shape:
    """One way of writing alarms down: whose list it is and the columns it must have."""

    source: Source
    columns: tuple[str, ...]
    parquet: bool = False

    def rows(self, path: Path, encoding: str) -> Iterator[Row]:
        """The file's rows, a few thousand in memory at a time."""
        if self.parquet:
            return _parquet_rows(path, self.columns)
        return read_rows(path, self.columns, encoding=encoding)


OFFICIAL_SHAPE = Shape(OFFICIAL, ("oblast", "raion", "hromada", "level", "started_at", "finished_at"))
VOLUNTEER_SHAPE = Shape(VOLUNTEER, ("region", "started_at", "finished_at", "naive"))
INTERVAL_SHAPE = Shape(INTERVALS, ("region", "started_at", "finished_at"), parquet=True)


def shape_of(path: Path, encoding: str = "") -> Shape:
    """Which of the three shapes a file has; raises :class:`UnreadableFile` when it resembles none.

    A CSV is taken for the shape it shares most columns with, so that a single renamed column is
    named as missing, not the whole file refused.
    """
    with open_bytes(path) as raw:
        if raw.read(4) == _PARQUET:
            return INTERVAL_SHAPE
    header = read_header(path, encoding=encoding)
    shared = {shape: len(set(shape.columns) & set(header)) for shape in (OFFICIAL_SHAPE, VOLUNTEER_SHAPE)}
    if not any(shared.values()):
        raise UnreadableFile(
            f"not a list of alarms: its columns are {', '.join(header) or 'none'}",
            where=f"{path} line 1",
            do="give the official CSV, the volunteer CSV or the oblast-interval Parquet file",
            example=f"{','.join(OFFICIAL_SHAPE.columns)} or {','.join(VOLUNTEER_SHAPE.columns)}",
        )
    return max(shared, key=lambda shape: shared[shape])


def _parquet_rows(path: Path, columns: tuple[str, ...]) -> Iterator[Row]:
    """Rows as text, the first being line 1. A column that knows its zone gives UTC times with ``Z``."""
    try:
        with _unpacked(path) as plain, pq.ParquetFile(plain) as table:
            check_columns(table.schema_arrow.names, columns, where=str(path))
            line = 0
            for batch in table.iter_batches(_BATCH_ROWS, columns=list(columns)):
                for values in zip(*(_texts(batch.column(name)) for name in columns), strict=True):
                    line += 1
                    yield Row(line, dict(zip(columns, values, strict=True)))
    except (pa.ArrowException, OSError) as cause:
        if isinstance(cause, OSError) and cause.errno == errno.ENOSPC:
            raise StorageFull("the disk filled up while the file was unpacked", where=tempfile.gettempdir()) from cause
        raise UnreadableFile(
            f"the Parquet file is cut short or damaged: {cause}",
            where=str(path),
            do="fetch the file again; nothing of it was kept",
        ) from cause


@contextmanager
def _unpacked(path: Path) -> Iterator[Path | BinaryIO]:
    """The file itself, or what a gzip or zstd file holds: Parquet is read from its end, which no stream has."""
    with path.open("rb") as raw:
        bare = raw.read(4) == _PARQUET
    if bare:
        yield path
        return
    with open_bytes(path) as packed, tempfile.TemporaryFile() as unpacked:
        shutil.copyfileobj(packed, unpacked)
        unpacked.seek(0)
        yield cast("BinaryIO", unpacked)


def _texts(column: Any) -> list[str]:  # noqa: ANN401 - pyarrow's array types differ with the column
    if not pa.types.is_timestamp(column.type):
        words: list[str] = column.cast(pa.string()).fill_null("").to_pylist()
        return words
    utc = "Z" if column.type.tz else ""
    moments = column.cast(pa.timestamp("us"), safe=False).cast(pa.string())
    texts: list[str] = pc.binary_join_element_wise(moments, utc, "").fill_null("").to_pylist()
    return texts
