"""Rows of an XLSX workbook as text, one at a time."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from truceline.model import UnreadableFile

_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, EOFError, KeyError, ParseError, InvalidFileException, OSError),
    *(ValueError, IndexError, TypeError),  # what openpyxl makes of a cell that holds no number or stands nowhere
)
_CONTENTS = "[Content_Types].xml"
_QUOTED = re.compile(r'"[^"]*"|\[\$[^\]]*\]|\\.')


def sheet_lines(path: Path, sheet: str = "", header_line: int = 1) -> Iterator[tuple[int, list[str]]]:
    """Row number and values of every row of a sheet, filled up to the width of the header line.

    Raises :class:`UnreadableFile`.
    """
    with path.open("rb") as raw:
        try:
            _refuse_bare_zip(raw, path)
            book = openpyxl.load_workbook(raw, read_only=True, data_only=True)
            table = _sheet(book, sheet, path)
            table.reset_dimensions()  # some programs write a wrong size, and rows beyond it would be lost
            width = 0
            for line, cells in enumerate(table.iter_rows(), 1):
                values = [cell_text(cell.value, getattr(cell, "number_format", "")) for cell in cells]
                width = len(_trimmed(values)) if line == header_line else width
                yield line, _fitted(values, width)
        except _DAMAGED as cause:
            raise UnreadableFile(
                f"the workbook is damaged or is none: {cause}",
                where=str(path),
                do="open it in a spreadsheet program and save it again, or fetch it again",
            ) from cause


def _refuse_bare_zip(raw: BinaryIO, path: Path) -> None:
    """Raise :class:`UnreadableFile` for a zip archive that is no workbook, such as a CSV packed for sending."""
    with zipfile.ZipFile(raw) as packed:
        names = packed.namelist()
    if _CONTENTS not in names:
        raise UnreadableFile(
            "a zip archive, and no workbook inside",
            where=str(path),
            do="unpack it first and give the table in it; of packed tables gzip and zstd are read",
            example=next((name for name in names if not name.endswith("/")), "log.csv"),
        )
    raw.seek(0)


def _sheet(book: Any, name: str, path: Path) -> Any:  # noqa: ANN401  # openpyxl's read-only sheets have no public type
    names = [table.title for table in book.worksheets]
    if name and name not in names:
        raise UnreadableFile(f"there is no sheet {name!r}", where=str(path), do=f"use one of: {', '.join(names)}")
    if not names:
        raise UnreadableFile("the workbook has no sheet with cells", where=str(path), do="check the export")
    return book[name or names[0]]


def _trimmed(values: list[str]) -> list[str]:
    last = next((number for number in range(len(values), 0, -1) if values[number - 1]), 0)
    return values[:last]


def _fitted(values: list[str], width: int) -> list[str]:
    """A sheet leaves out empty cells at the end of a row; they are put back, and superfluous ones taken off."""
    kept = _trimmed(values)
    return kept + [""] * (width - len(kept))


def cell_text(value: object, number_format: str = "") -> str:
    """A cell as text: whole numbers without a decimal point, dates as ISO 8601.

    >>> cell_text(12.0), cell_text(datetime(2021, 9, 20), "dd/mm/yyyy"), cell_text(datetime(2021, 9, 20), "d/m h:mm")
    ('12', '2021-09-20', '2021-09-20 00:00:00')
    """
    if value is None or isinstance(value, bool):
        return {None: "", True: "true", False: "false"}[value]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        without_hours = value.time() == time.min and "h" not in _QUOTED.sub("", number_format).lower()
        return value.date().isoformat() if without_hours else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value.total_seconds())
    return str(value)
