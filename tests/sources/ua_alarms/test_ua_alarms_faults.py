"""One bad input per test."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from truceline.model import MissingColumn, Observation, Rejected, UnreadableFile
from truceline.sources import ReadOptions, Record, SourceFile
from truceline.sources.ua_alarms import FORMAT

OFFICIAL = "oblast,raion,hromada,level,started_at,finished_at,source\n"
VOLUNTEER = "region,started_at,finished_at,naive\n"
GOOD = "B,2023-05-01 06:00:00+00:00,2023-05-01 07:00:00+00:00,False\n"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("A,2023-05-01 06:00:00+00:00,2023-05-01 05:00:00+00:00,False", "before the start"),
        ("A,2023-05-01 06:00:00,2023-05-01 07:00:00,False", "without a zone"),
        ("A,yesterday,2023-05-01 07:00:00+00:00,False", "not a time"),
        ("A,0001-01-01 00:00:00+03:00,2023-05-01 07:00:00+00:00,False", "check the year"),
        ("A,2023-05-01 06:00:00+00:00,9925-05-01 07:00:00+00:00,False", "9925"),
        ("A,,2023-05-01 07:00:00+00:00,False", "not a time"),
        (",2023-05-01 06:00:00+00:00,2023-05-01 07:00:00+00:00,False", "without a name"),
        ("A,2023-05-01 06:00:00+00:00,2023-05-01 07:00:00+00:00,perhaps", "perhaps"),
        ("A,2023-05-01 06:00:00+00:00,2023-05-01 07:00:00+00:00", "3 values"),
    ],
)
def test_bad_row_is_rejected_and_the_next_kept(read: Callable[..., list[Record]], row: str, reason: str):
    records = read(f"{VOLUNTEER}{row}\n{GOOD}")
    (rejected,) = [record for record in records if isinstance(record, Rejected)]
    assert rejected.line == 2
    assert reason in rejected.reason
    assert row in rejected.raw
    assert [record.evidence.line for record in records if isinstance(record, Observation)] == [3]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("A oblast,,,village,2023-05-01 06:00:00+00:00,,official", "village"),
        ("A oblast,,,raion,2023-05-01 06:00:00+00:00,,official", "names no raion"),
        (",A raion,,raion,2023-05-01 06:00:00+00:00,,official", "names no raion"),
    ],
)
def test_official_row_must_name_what_its_level_says(read: Callable[..., list[Record]], row: str, reason: str):
    (rejected,) = read(f"{OFFICIAL}{row}\n")
    assert isinstance(rejected, Rejected)
    assert reason in rejected.reason


def test_renamed_column_is_named_with_its_nearest(read: Callable[..., list[Record]]):
    with pytest.raises(MissingColumn, match="'started_at' is missing; the nearest present is 'start_at'"):
        read("region,start_at,finished_at,naive\n")


def test_missing_column_of_the_interval_file(tmp_path: Path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"region": ["A"], "started_at": ["2023-05-01T06:00:00Z"]}), path)
    with pytest.raises(MissingColumn, match="finished_at"):
        list(FORMAT.read(SourceFile(path, ""), ReadOptions()))


def test_cut_off_interval_file(tmp_path: Path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"region": ["A"]}), path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UnreadableFile, match="damaged"):
        list(FORMAT.read(SourceFile(path, ""), ReadOptions()))


def test_packed_interval_file_that_is_cut_off(tmp_path: Path):
    path = tmp_path / "a.parquet.gz"
    pq.write_table(pa.table({"region": ["A"] * 1000}), path)
    packed = gzip.compress(path.read_bytes())
    path.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(UnreadableFile, match="cut short or damaged"):
        list(FORMAT.read(SourceFile(path, ""), ReadOptions()))


def test_table_of_something_else_shows_both_headers(read: Callable[..., list[Record]]):
    with pytest.raises(UnreadableFile) as fault:
        read("name,age\nA,7\n")
    assert "region,started_at" in fault.value.example
    assert "oblast,raion" in fault.value.example


def test_file_that_is_not_there(tmp_path: Path):
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        list(FORMAT.read(SourceFile(tmp_path / "none.csv", ""), ReadOptions()))


def test_empty_file(read: Callable[..., list[Record]]):
    with pytest.raises(UnreadableFile, match="empty"):
        read("")


def test_cut_off_gzip(read: Callable[..., list[Record]]):
    packed = gzip.compress((VOLUNTEER + GOOD * 500).encode())
    with pytest.raises(UnreadableFile, match="cut short"):
        read(packed[: len(packed) // 2])


def test_cp1252_is_named_and_can_be_asked_for(read: Callable[..., list[Record]]):
    content = f"{VOLUNTEER}Région,2023-05-01 06:00:00+00:00,2023-05-01 07:00:00+00:00,False\n".encode("cp1252")
    with pytest.raises(UnreadableFile, match="not utf-8"):
        read(content)
    assert read(content, encoding="cp1252")[0].place.label == "Région"
