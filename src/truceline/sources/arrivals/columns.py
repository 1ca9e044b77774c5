"""Columns of a CSV or Parquet file as texts, read whole by pyarrow: no loop over rows, because there are millions.

Rows are counted as an editor counts lines, the header being row 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from truceline.model import UnreadableFile
from truceline.sources.arrivals.records import RowNumbers, SetAside, Texts
from truceline.sources.tables import check_columns, check_spelling, open_bytes, read_header

_PARQUET = b"PAR1"
_BLOCK = 1 << 24
_DELIMITERS = (",", "\t", ";")


@dataclass(frozen=True)
class Table:
    """Some columns of a file, texts or (from Parquet) numbers and instants, and the rows of another width."""

    file: Path
    row: RowNumbers
    columns: dict[str, Texts]
    ragged: tuple[SetAside, ...] = ()

    def __len__(self) -> int:
        """How many rows."""
        return len(self.row)

    def texts(self, name: str) -> Texts:
        """A column, or empty texts where the file has none of that name."""
        if name in self.columns:
            return self.columns[name]
        return pa.repeat(pa.scalar("", pa.string()), len(self))


def header_of(path: Path) -> tuple[str, ...]:
    """The names of the columns of a CSV or Parquet file."""
    if is_parquet(path):
        with _parquet_faults(path):
            return tuple(pq.read_schema(path).names)
    return tuple(name.strip().strip('"') for name in read_header(path, delimiter=_delimiter(path)))


def is_parquet(path: Path) -> bool:
    """Whether a file is Parquet, told by its content."""
    with open_bytes(path) as raw:
        return raw.read(4) == _PARQUET


def read_columns(path: Path, needed: Sequence[str], optional: Sequence[str]) -> Table:
    """The named columns as texts; raises :class:`MissingColumn` naming the nearest column there is."""
    header = header_of(path)
    where = f"{path} line 1"
    # No mapping is read here: sensors and arrivals stand under these names.
    check_columns(header, needed, where=where, do="rename the column in the file's first line")
    check_spelling(header, (*needed, *optional), where=where)
    wanted = [name for name in (*needed, *optional) if name in header]
    return _read_parquet(path, wanted) if is_parquet(path) else _read_csv(path, header, wanted)


def _read_parquet(path: Path, wanted: list[str]) -> Table:
    with _parquet_faults(path):
        table = pq.read_table(path, columns=wanted)
    columns = {name: _plain(table.column(name)) for name in wanted}
    return Table(path, np.arange(table.num_rows, dtype=np.int64) + 2, columns)


def _plain(column: Any) -> Texts:  # noqa: ANN401 - pyarrow has no types
    """A column without coded values; numbers and instants stay what they are, anything else becomes text."""
    column = column.combine_chunks()
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_timestamp(kind):
        return column
    return pc.fill_null(column.cast(pa.string()), "")


def as_texts(column: Texts) -> Texts:
    """A column of ids or words as texts, empty where it says nothing."""
    return column if column.type == pa.string() else pc.fill_null(column.cast(pa.string()), "")


class _parquet_faults:  # noqa: N801 - read as a phrase where it is used
    """Says of a damaged Parquet file what it is."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        """Nothing to begin."""

    def __exit__(self, kind: object, fault: BaseException | None, trace: object) -> None:
        if isinstance(fault, (pa.ArrowInvalid, OSError)):
            raise UnreadableFile(
                f"the Parquet file is damaged: {str(fault).splitlines()[0]}",
                where=str(self._path),
                do="write or fetch it again",
            ) from fault


def _delimiter(path: Path) -> str:
    with open_bytes(path) as raw:
        first = raw.readline(1 << 16)
    return max(_DELIMITERS, key=lambda mark: first.count(mark.encode()))


def _read_csv(path: Path, header: tuple[str, ...], wanted: list[str]) -> Table:
    wrong: list[Any] = []
    table = _parse(path, header, wanted, wrong)
    if wrong:  # only one thread can say in which rows they stand
        wrong.clear()
        table = _parse(path, header, wanted, wrong, threads=False)
    ragged = np.array([fault.number for fault in wrong], dtype=np.int64)
    every = np.arange(table.num_rows + len(ragged), dtype=np.int64) + 2
    columns = {name: table.column(name).combine_chunks() for name in wanted}
    aside = tuple(
        SetAside(
            str(path),
            f"the row has {width} values, the header names {len(header)} columns",
            np.array([fault.number for fault in wrong if fault.actual_columns == width], dtype=np.int64),
            tuple("" for fault in wrong if fault.actual_columns == width),
        )
        for width in sorted({fault.actual_columns for fault in wrong})
    )
    return Table(path, np.setdiff1d(every, ragged, assume_unique=True), columns, aside)


def _parse(path: Path, header: tuple[str, ...], wanted: list[str], wrong: list[Any], *, threads: bool = True) -> Any:  # noqa: ANN401 - as above
    def _note(fault: Any) -> str:  # noqa: ANN401 - as above
        wrong.append(fault)
        return "skip"

    parse = pa_csv.ParseOptions(delimiter=_delimiter(path), ignore_empty_lines=False, invalid_row_handler=_note)
    convert = pa_csv.ConvertOptions(
        column_types=dict.fromkeys(wanted, pa.string()), include_columns=wanted, strings_can_be_null=False
    )
    # Names are given and the header line skipped: a name may carry blanks or a byte order mark in the file.
    read = pa_csv.ReadOptions(use_threads=threads, block_size=_BLOCK, column_names=list(header), skip_rows=1)
    try:
        with open_bytes(path) as raw:
            return pa_csv.read_csv(raw, read_options=read, parse_options=parse, convert_options=convert)
    except pa.ArrowInvalid as cause:
        if "Empty CSV" in str(cause):
            return pa.table({name: pa.array([], pa.string()) for name in wanted})
        raise UnreadableFile(
            f"not a table that can be read: {str(cause).splitlines()[0]}",
            where=str(path),
            do="save it as UTF-8 with one row a line",
            example="arrival,sensor,time",
        ) from cause
