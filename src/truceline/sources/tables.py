"""Opening tables from outside: gzip and zstd, encodings, headers, HXL rows, one row at a time.

Used by every text format. Lines are counted as an editor counts them, the header being line 1, so that a
rejected row can be found by eye.
"""

from __future__ import annotations

import csv
import difflib
import gzip
import io
import itertools
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO, cast

import zstandard

from truceline.model import MissingColumn, UnreadableFile

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_WIDEST_FIELD = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its line and its values by column name, stripped of outer white space."""

    line: int
    values: dict[str, str]

    def raw(self) -> str:
        """The row as text, for the record of rejected rows."""
        return ",".join(self.values.values())


@contextmanager
def open_bytes(path: Path) -> Iterator[BinaryIO]:
    """The file's bytes, unpacked when it is gzip or zstd (told by its content, not its name)."""
    try:
        with path.open("rb") as raw:
            head = raw.read(4)
            raw.seek(0)
            if head.startswith(_GZIP):
                with gzip.open(raw) as unpacked:
                    yield cast("BinaryIO", unpacked)
            elif head == _ZSTD:
                with zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True) as unpacked:
                    yield cast("BinaryIO", unpacked)
            else:
                yield raw
    except (EOFError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError) as cause:
        raise UnreadableFile(
            f"the compressed file is cut short or damaged: {cause}",
            where=str(path),
            do="fetch the file again; nothing of it was kept",
        ) from cause


@contextmanager
def open_text(path: Path, encoding: str = "") -> Iterator[TextIO]:
    """The file as text: UTF-8 with or without mark, UTF-16 with mark, or the encoding asked for."""
    with open_bytes(path) as raw:
        stream = io.BufferedReader(cast("io.RawIOBase", raw))
        head = stream.peek(4)[:4]
        if not head:
            raise UnreadableFile("the file is empty", where=str(path), do="check the download or export")
        chosen = encoding or ("utf-16" if head.startswith(_UTF16) else "utf-8-sig")
        try:
            with io.TextIOWrapper(stream, encoding=chosen, newline="") as text:
                yield text
        except LookupError as cause:
            raise UnreadableFile(f"unknown encoding {chosen!r}", where="--encoding", example="cp1252") from cause
        except UnicodeError as cause:
            raise UnreadableFile(
                f"the file is not {chosen}: {cause}",
                where=str(path),
                do="save it as UTF-8, or name its encoding",
                example="--encoding cp1252",
            ) from cause


def read_rows(path: Path, needed: Sequence[str], *, encoding: str = "", delimiter: str = "") -> Iterator[Row]:
    """Rows of a delimited table that has all the ``needed`` columns; an HXL tag row is passed over.

    Raises :class:`UnreadableFile` and :class:`MissingColumn` (naming the nearest column present).
    """
    csv.field_size_limit(min(sys.maxsize, _WIDEST_FIELD))
    with open_text(path, encoding) as text:
        try:
            yield from _rows(text, path, needed, delimiter)
        except csv.Error as cause:
            raise UnreadableFile(f"not a table: {cause}", where=str(path), do="check quotes and commas") from cause


def read_header(path: Path, *, encoding: str = "", delimiter: str = "") -> tuple[str, ...]:
    """The column names of a delimited table."""
    with open_text(path, encoding) as text:
        first = next(csv.reader(text, delimiter=delimiter or ","), [])
    return tuple(name.strip() for name in first)


def _rows(text: TextIO, path: Path, needed: Sequence[str], delimiter: str) -> Iterator[Row]:
    reader = csv.reader(text, delimiter=delimiter or ",")
    header = [name.strip() for name in next(reader, [])]
    check_columns(header, needed, where=f"{path} line 1")
    previous = reader.line_num
    for values in reader:
        line, previous = previous + 1, reader.line_num
        if not any(values) or (line <= 3 and is_hxl_row(values)):
            continue
        pairs = (
            itertools.zip_longest(header, values, fillvalue="")
            if len(values) != len(header)
            else zip(header, values, strict=True)
        )
        yield Row(line, {name: value.strip() for name, value in pairs})


def check_columns(header: Sequence[str], needed: Sequence[str], *, where: str) -> None:
    """Raise :class:`MissingColumn` for the first needed column that is absent.

    >>> check_columns(["region", "start_at"], ["started_at"], where="alarms.csv line 1")
    Traceback (most recent call last):
    truceline.model.errors.MissingColumn: column 'started_at' is missing; the nearest present is 'start_at'
    """
    for name in needed:
        if name in header:
            continue
        near = difflib.get_close_matches(name, header, n=1, cutoff=0.5)
        hint = f"; the nearest present is {near[0]!r}" if near else f"; present are: {', '.join(header) or 'none'}"
        raise MissingColumn(
            f"column {name!r} is missing{hint}",
            where=where,
            do="rename the column, or read the file as a free table with a mapping",
            example=",".join(needed),
        )


def is_hxl_row(values: Sequence[str]) -> bool:
    """Whether a row is the tag row of the Humanitarian Exchange Language (``#date+start``, ``#geo+lat``).

    >>> is_hxl_row(["", "#date+start", "#geo+lat"]), is_hxl_row(["#1 gun", "3"])
    (True, False)
    """
    filled = [value.strip() for value in values if value.strip()]
    return bool(filled) and all(value.startswith("#") and " " not in value for value in filled)
