"""Files that are not what they should be: one test for each fault."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import openpyxl
import pytest
import zstandard

from truceline.model import MissingColumn, Rejected, UnreadableFile, ValueFault
from truceline.sources.tables import read_header, read_rows, read_xlsx_rows, records_of
from truceline.sources.workbook import _trimmed

GOOD = "a,b\n1,ü\n2,x\n"


def _rows(path: Path, encoding: str = "") -> list[tuple[int, dict[str, str]]]:
    return [(row.line, row.values) for row in read_rows(path, ("a", "b"), encoding=encoding)]


EXPECTED = [(2, {"a": "1", "b": "ü"}), (3, {"a": "2", "b": "x"})]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


@pytest.mark.parametrize(
    "packed",
    [
        GOOD.encode(),
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.encode("utf-16"),
        gzip.compress(GOOD.encode()),
        zstandard.compress(GOOD.encode()),
        zstandard.compress(GOOD[:7].encode()) + zstandard.compress(GOOD[7:].encode()),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace(",", ";").encode(),
        GOOD.replace(",", "\t").encode(),
        GOOD.replace("b\n", "b\n#x,#y+z\n").encode(),
    ],
    ids=["utf-8", "utf-8-bom", "utf-16-bom", "gzip", "zstd", "zstd-frames", "crlf", "semicolons", "tabs", "hxl-row"],
)
def test_the_same_table_however_it_comes(table: Path, packed: bytes):
    table.write_bytes(packed)
    assert [values for _, values in _rows(table)] == [values for _, values in EXPECTED]


def test_first_rows_that_hold_numbers_behind_a_hash_are_rows(table: Path):
    table.write_text("a,b\n#12,\n,#13\n")
    assert _rows(table) == [(2, {"a": "#12", "b": ""}), (3, {"a": "", "b": "#13"})]


def test_one_tag_row_at_most_is_passed_over(table: Path):
    table.write_text("a,b\n#adm1 +name,#geo+lat\n#burst,#near\n")
    assert _rows(table) == [(3, {"a": "#burst", "b": "#near"})]


def test_the_delimiter_is_that_of_the_header_line(table: Path):
    table.write_text("Log, of the north, and the south, 2021\na;b\n1;x\n")
    (row,) = read_rows(table, ("a", "b"), header_line=2)
    assert row.values == {"a": "1", "b": "x"}


def test_an_empty_file(table: Path):
    table.write_bytes(b"")
    with pytest.raises(UnreadableFile, match="empty"):
        _rows(table)


def test_a_file_that_is_not_there(table: Path):
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        _rows(table)


def test_a_header_and_nothing_else(table: Path):
    table.write_bytes(b"a,b\n")
    assert _rows(table) == []


def test_cp1252_is_refused_until_it_is_named(table: Path):
    table.write_bytes(GOOD.encode("cp1252"))
    with pytest.raises(UnreadableFile) as caught:
        _rows(table)
    assert "cp1252" in caught.value.example
    assert _rows(table, encoding="cp1252") == EXPECTED


def test_an_unknown_encoding(table: Path):
    table.write_bytes(GOOD.encode())
    with pytest.raises(UnreadableFile, match="unknown encoding"):
        _rows(table, encoding="cp9999")


def test_utf_16_without_its_mark(table: Path):
    table.write_bytes(b"a,b\n1,2\n".decode().encode("utf-16-le"))
    with pytest.raises(UnreadableFile, match="NUL"):
        _rows(table)


def test_a_missing_column(table: Path):
    table.write_bytes(b"a,c\n1,2\n")
    with pytest.raises(MissingColumn, match="'b' is missing"):
        _rows(table)


def test_a_renamed_column_names_the_nearest(table: Path):
    table.write_bytes(b"start_at,b\n1,2\n")
    with pytest.raises(MissingColumn, match="nearest present is 'start_at'"):
        list(read_rows(table, ("started_at",)))


def test_a_needed_column_that_stands_twice(table: Path):
    table.write_bytes(b"a,b,a\n1,2,3\n")
    with pytest.raises(MissingColumn, match="more than once"):
        _rows(table)


def test_a_truncated_gzip(table: Path):
    table.write_bytes(gzip.compress(GOOD.encode() * 5000)[:-40])
    with pytest.raises(UnreadableFile, match="cut short"):
        _rows(table)


def test_a_truncated_zstd(table: Path):
    table.write_bytes(zstandard.compress((GOOD * 50_000).encode())[:-9])
    with pytest.raises(UnreadableFile, match="cut short"):
        _rows(table)


def test_a_damaged_zstd(table: Path):
    packed = bytearray(zstandard.compress(GOOD.encode() * 500))
    packed[8:20] = b"\xff" * 12
    table.write_bytes(packed)
    with pytest.raises(UnreadableFile, match="damaged"):
        _rows(table)


def test_nul_bytes_name_their_line(table: Path):
    table.write_bytes(b"a,b\n1,2\n3,\x00\n")
    with pytest.raises(UnreadableFile, match="line 3 holds a NUL"):
        _rows(table)


def test_a_field_beyond_the_limit(table: Path):
    table.write_bytes(b'a,b\n1,"' + b"x\n" * (9 * 1024 * 1024) + b'"\n')
    with pytest.raises(UnreadableFile, match="field larger than field limit"):
        _rows(table)


def test_a_line_without_end(table: Path):
    table.write_bytes(b"a,b\n1," + b"x" * (17 * 1024 * 1024))
    with pytest.raises(UnreadableFile, match="line 2 holds more than"):
        _rows(table)


def test_a_quote_left_open_loses_no_rows_silently(table: Path):
    table.write_bytes(b'a,b\n1,"2\n3,4\n5,6\n')
    with pytest.raises(UnreadableFile, match="row from line 2"):
        _rows(table)


def test_a_quoted_value_over_lines_keeps_the_line_numbers_right(table: Path):
    table.write_bytes(b'a,b\n1,"x\ny\nz"\n2,w\n')
    assert [line for line, _ in _rows(table)] == [2, 5]


@pytest.mark.parametrize(("text", "found"), [("1,2,3", "3 values"), ("1", "1 values")])
def test_ragged_rows_are_rejected_whole(table: Path, text: str, found: str):
    table.write_text(f"a,b\n{text}\n1,2\n")
    first, second = records_of(read_rows(table, ("a", "b")), lambda row: row.values["b"])
    assert isinstance(first, Rejected)
    assert found in first.reason
    assert first.raw.startswith(text)
    assert second == "2"


def test_a_bad_value_is_rejected_with_what_would_be_right(table: Path):
    table.write_text("a,b\n1,2\n")

    def parse(_row: object) -> str:
        raise ValueFault("no", do="write yes", example="yes")

    (found,) = records_of(read_rows(table, ()), parse)
    assert found == Rejected(2, "no; write yes; for example yes", "1,2")


def _workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    for row in (["a", "b"], [1.0, "x"], [], [None, True], [3]):
        book.active.append(row)
    book.create_sheet("other").append(["c"])
    book.save(path)
    return path


def test_a_workbook_by_its_content_with_the_sheet_s_own_lines(tmp_path: Path):
    path = _workbook(tmp_path / "named.csv")
    assert _rows(path) == [(2, {"a": "1", "b": "x"}), (4, {"a": "", "b": "true"}), (5, {"a": "3", "b": ""})]
    assert read_header(path, sheet="other") == ("c",)


def test_a_workbook_without_the_sheet_named(tmp_path: Path):
    with pytest.raises(UnreadableFile) as caught:
        list(read_xlsx_rows(_workbook(tmp_path / "a.xlsx"), "third"))
    assert "Sheet, other" in caught.value.do


def test_a_workbook_that_is_no_zip(tmp_path: Path):
    path = tmp_path / "table.xlsx"
    path.write_text("a,b\n")
    with pytest.raises(UnreadableFile, match="not one inside"):
        _rows(path)


def test_an_old_excel_file(table: Path):
    table.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    with pytest.raises(UnreadableFile, match="old Excel"):
        _rows(table)


def test_a_zip_that_is_no_workbook(tmp_path: Path):
    path = tmp_path / "table.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("a.csv", GOOD)
    with pytest.raises(UnreadableFile, match="no workbook inside") as caught:
        _rows(path)
    assert "unpack it first" in caught.value.do
    assert caught.value.example == "a.csv"


@pytest.mark.parametrize(
    ("sound", "damaged"), [('<c r="A2" t="n"><v>1</v>', '<c r="A2" t="n"><v>abc</v>'), ('r="A2"', 'r="?2"')]
)
def test_a_workbook_with_a_damaged_cell(tmp_path: Path, sound: str, damaged: str):
    whole, path = _workbook(tmp_path / "whole.xlsx"), tmp_path / "damaged.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode()
            assert name != "xl/worksheets/sheet1.xml" or sound in content
            target.writestr(name, content.replace(sound, damaged))
    with pytest.raises(UnreadableFile, match="damaged or is none"):
        _rows(path)


def test_a_row_as_wide_as_a_sheet_can_be_costs_no_more_than_its_width():
    empty = [""] * 1_000_000
    assert _trimmed(["a", *empty]) == ["a"]
    assert _trimmed(empty) == []


def test_a_truncated_workbook(tmp_path: Path):
    path = _workbook(tmp_path / "cut.xlsx")
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(UnreadableFile, match="damaged or is none"):
        _rows(path)
