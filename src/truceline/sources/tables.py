"""Opening tables from outside: gzip and zstd, encodings, headers, HXL rows, workbooks, one row at a time.

Used by every tabular format. Lines are counted as an editor counts them, the header being line 1, so that a
rejected row can be found by eye; in a workbook they are the sheet's own row numbers.
"""

from __future__ import annotations

import csv
import difflib
import gzip
import io
import itertools
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO, TypeVar, cast

import zstandard

from truceline.model import InputFault, MissingColumn, Rejected, UnreadableFile, ValueFault

_GZIP, _ZSTD, _ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_WIDEST_FIELD = 16 * 1024 * 1024
_DELIMITERS = (",", "\t", ";")
_HXL_TAG = re.compile(r"#[a-z][a-z0-9_]*(\s*\+[a-z0-9_]+)*")

Line = tuple[int, list[str]]
"""A line number and the values that stand there."""
Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its line and its values by column name, stripped of outer white space.

    ``extra`` holds values beyond the last named column and ``missing`` counts named columns without a value; both
    mean that a comma or a quote went wrong, so :meth:`check_shape` is called before the values are believed.
    """

    line: int
    values: dict[str, str]
    extra: tuple[str, ...] = ()
    missing: int = 0

    def raw(self) -> str:
        """The row as text, for the record of rejected rows."""
        return ",".join((*self.values.values(), *self.extra))

    def check_shape(self) -> None:
        """Raise :class:`ValueFault` for a row with more or fewer values than the header names."""
        if self.extra or self.missing:
            raise ragged(len(self.values) - self.missing + len(self.extra), len(self.values))


def ragged(found: int, named: int) -> ValueFault:
    """The fault of a row that has not as many values as the header has names."""
    return ValueFault(
        f"the row has {found} values, the header names {named} columns",
        do="put values that hold a delimiter in quotes; give empty values their delimiter",
        example='12,"2-5km S, SE",saw',
    )


@contextmanager
def open_bytes(path: Path) -> Iterator[BinaryIO]:
    """The file's bytes, unpacked when it is gzip or zstd (told by its content, not its name)."""
    with _open_raw(path) as raw:
        head = raw.read(4)
        raw.seek(0)
        try:
            if head.startswith(_GZIP):
                with gzip.open(raw) as unpacked:
                    yield cast("BinaryIO", unpacked)
            elif head == _ZSTD:
                yield cast("BinaryIO", io.BufferedReader(_ZstdBytes(raw)))
            else:
                yield raw
        except (EOFError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError) as cause:
            raise UnreadableFile(
                f"the compressed file is cut short or damaged: {cause}",
                where=str(path),
                do="fetch the file again; nothing of it was kept",
            ) from cause


def _open_raw(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as cause:
        raise UnreadableFile(
            f"the file cannot be opened: {cause.strerror}", where=str(path), do="check its name and who may read it"
        ) from cause


class _ZstdBytes(io.RawIOBase):
    """Zstandard frames as one stream. The library's own reader takes a cut-off frame for the end of the file."""

    _CHUNK = 1 << 17

    def __init__(self, packed: BinaryIO) -> None:
        self._packed = packed
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._ready = memoryview(b"")
        self._begun = False

    def readable(self) -> bool:
        return True

    def readinto(self, target: bytearray | memoryview) -> int:  # type: ignore[override]  # the stub's type is private
        while not self._ready and self._unpack():
            pass
        size = min(len(target), len(self._ready))
        target[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _unpack(self) -> bool:
        packed = self._frame.unused_data if self._frame.eof else b""
        packed = packed or self._packed.read(self._CHUNK)
        if not packed:
            if self._begun and not self._frame.eof:
                raise EOFError("the last frame has no end")
            return False
        if self._frame.eof:
            self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._begun = True
        self._ready = memoryview(self._frame.decompress(packed))
        return True


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
                do="save it as UTF-8, or name the encoding it was saved in",
                example="--encoding cp1251 (Cyrillic), --encoding cp1252 (Western European)",
            ) from cause


def read_rows(  # the keywords are the ways a table can be laid out, all optional
    path: Path,
    needed: Sequence[str],
    *,
    encoding: str = "",
    delimiter: str = "",
    sheet: str = "",
    header_line: int = 1,
) -> Iterator[Row]:
    """Rows of a delimited table or workbook that has all the ``needed`` columns; an HXL tag row is passed over.

    Raises :class:`UnreadableFile` and :class:`MissingColumn` (naming the nearest column present).
    """
    lines = read_lines(path, encoding=encoding, delimiter=delimiter, sheet=sheet, header_line=header_line)
    header = take_header(lines, needed, path=path, header_line=header_line)
    for line, values in body_lines(lines, header_line):
        yield as_row(line, values, header)


def as_row(line: int, values: Sequence[str], header: Sequence[str]) -> Row:
    """Values under the names of the header; what is over or missing is kept in view."""
    width = len(header)
    if len(values) == width:
        return Row(line, {name: value.strip() for name, value in zip(header, values, strict=True)})
    pairs = itertools.zip_longest(header, values[:width], fillvalue="")
    extra = tuple(value.strip() for value in values[width:])
    return Row(line, {name: value.strip() for name, value in pairs}, extra, max(0, width - len(values)))


def read_header(path: Path, *, encoding: str = "", delimiter: str = "", sheet: str = "") -> tuple[str, ...]:
    """The column names of a table."""
    _, first = next(read_lines(path, encoding=encoding, delimiter=delimiter, sheet=sheet), (1, []))
    return tuple(name.strip() for name in first)


def take_header(lines: Iterator[Line], needed: Sequence[str], *, path: Path, header_line: int = 1) -> tuple[str, ...]:
    """The column names from the header line on, checked; raises :class:`MissingColumn`."""
    found = next((values for line, values in lines if line >= header_line), [])
    header = tuple(name.strip() for name in found)
    check_columns(header, needed, where=f"{path} line {header_line}")
    return header


def body_lines(lines: Iterator[Line], header_line: int = 1) -> Iterator[Line]:
    """The lines below the header that hold anything, without the one HXL tag row directly under it."""
    tagged = False
    for line, values in lines:
        if not tagged and line <= header_line + 2 and is_hxl_row(values):
            tagged = True
        elif any(values):
            yield line, values


def read_lines(
    path: Path, *, encoding: str = "", delimiter: str = "", sheet: str = "", header_line: int = 1
) -> Iterator[Line]:
    """Every line of a table as it stands, header and blank lines included, from CSV, TSV or XLSX.

    Without a ``delimiter`` the comma, tab or semicolon that is most frequent in the header line is taken. Raises
    :class:`UnreadableFile` for quotes left open, NUL bytes and fields beyond 16 MiB.
    """
    if is_workbook(path):
        yield from read_xlsx_rows(path, sheet, header_line)
        return
    csv.field_size_limit(_WIDEST_FIELD)
    previous = 0
    with open_text(path, encoding) as text:
        lines = _checked(text, path)
        head = list(itertools.islice(lines, header_line))
        chosen = delimiter or max(_DELIMITERS, key=(head[-1:] or [""])[0].count)
        reader = csv.reader(itertools.chain(head, lines), delimiter=chosen, strict=True)
        try:
            for values in reader:
                line, previous = previous + 1, reader.line_num
                yield line, values
        except csv.Error as cause:
            raise UnreadableFile(
                f"not a table: {cause}, in the row from line {previous + 1}",
                where=f"{path} line {previous + 1}",
                do="check quotes and commas; a quote inside a quoted value is doubled",
                example='"the ""grey"" house"',
            ) from cause


def _checked(text: TextIO, path: Path) -> Iterator[str]:
    """Lines of text, none of them endless and none with a NUL, which no text has and databases cut at."""
    for number in itertools.count(1):
        line = text.readline(_WIDEST_FIELD)
        if not line:
            return
        if "\0" in line or len(line) == _WIDEST_FIELD:
            fault = "a NUL byte" if "\0" in line else f"more than {_WIDEST_FIELD:,} characters"
            raise UnreadableFile(
                f"line {number} holds {fault}",
                where=f"{path} line {number}",
                do="the file is damaged, no text table, or UTF-16 without its mark: name its encoding",
                example="--encoding utf-16-le",
            )
        yield line


def is_workbook(path: Path) -> bool:
    """Whether a file is an XLSX workbook, told by its content; one that only says so by its name is refused."""
    with _open_raw(path) as raw:
        head = raw.read(4)
    if head == _ZIP:
        return True
    if head == _OLD_EXCEL or (head and path.suffix.lower() in {".xlsx", ".xlsm"}):
        raise UnreadableFile(
            "an old Excel file" if head == _OLD_EXCEL else "named as a workbook, but not one inside",
            where=str(path),
            do="open it in a spreadsheet program and save it as XLSX or CSV",
        )
    return False


def read_xlsx_rows(path: Path, sheet: str = "", header_line: int = 1) -> Iterator[Line]:
    """Every row of a workbook's sheet (the first when none is named) as text; dates come out as ISO 8601.

    A sheet leaves out empty cells at the end of a row; they are put back up to the width of the header line. A cell
    formatted as a date without hours gives a date, one with hours a date and time. Raises
    :class:`UnreadableFile` for a damaged workbook or an unknown sheet.
    """
    from truceline.sources.workbook import sheet_lines  # noqa: PLC0415  # openpyxl is slow to load, few files need it

    yield from sheet_lines(path, sheet, header_line)


def records_of(rows: Iterable[Row], parse: Callable[[Row], Kept | Iterable[Kept]]) -> Iterator[Kept | Rejected]:
    """What ``parse`` makes of each row, or the row as :class:`Rejected` with the reason: no row is lost."""
    for row in rows:
        try:
            row.check_shape()
            found = parse(row)
        except InputFault as fault:
            yield refusal(row.line, row.raw(), fault)
            continue
        if isinstance(found, Iterable):
            yield from found
        else:
            yield found


def refusal(line: int, raw: str, fault: InputFault) -> Rejected:
    """A row that cannot be used, with what is wrong and what would be right."""
    parts = (fault.what, fault.do, f"for example {fault.example}" if fault.example else "")
    return Rejected(line, "; ".join(part for part in parts if part), raw)


_MAY_BE_MAPPED = "rename the column, or read the file as a free table with a mapping"


def check_columns(header: Sequence[str], needed: Sequence[str], *, where: str, do: str = _MAY_BE_MAPPED) -> None:
    """Raise :class:`MissingColumn` for the first needed column that is absent or stands twice; ``do`` advises.

    >>> check_columns(["region", "start_at"], ["started_at"], where="alarms.csv line 1")
    Traceback (most recent call last):
    truceline.model.errors.MissingColumn: column 'started_at' is missing; the nearest present is 'start_at'
    """
    for name in needed:
        if header.count(name) == 1:
            continue
        spare = [column for column in header if column not in needed]
        near = difflib.get_close_matches(name, spare, n=1, cutoff=0.5)
        hint = f"; the nearest present is {near[0]!r}" if near else f"; present are: {', '.join(header) or 'none'}"
        raise MissingColumn(
            f"column {name!r} stands more than once" if name in header else f"column {name!r} is missing{hint}",
            where=where,
            do=do,
            example=",".join(needed),
        )


def check_spelling(header: Sequence[str], used: Sequence[str], *, where: str) -> None:
    """Raise :class:`MissingColumn` where a column that may be absent seems to be there under another spelling.

    A renamed column that is merely used where it is found would be lost without a word.

    >>> check_spelling(["id", "ADM1"], ["adm_1"], where="ged.csv line 1")
    Traceback (most recent call last):
    truceline.model.errors.MissingColumn: column 'adm_1' is spelled 'ADM1'
    """
    spare = {_letters(name): name for name in header if name not in used}
    for name in used:
        if name not in header and _letters(name) in spare:
            raise MissingColumn(
                f"column {name!r} is spelled {spare[_letters(name)]!r}",
                where=where,
                do="spell it as the format does, or remove the column",
                example=name,
            )


def _letters(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def is_hxl_row(values: Sequence[str]) -> bool:
    """Whether a row is the tag row of the Humanitarian Exchange Language (``#date+start``, ``#geo+lat``).

    >>> is_hxl_row(["", "#date+start", "#adm1 +name"]), is_hxl_row(["#12", "#13"]), is_hxl_row(["#1 gun", "3"])
    (True, False, False)
    """
    filled = [value.strip() for value in values if value.strip()]
    return bool(filled) and all(_HXL_TAG.fullmatch(value) for value in filled)
