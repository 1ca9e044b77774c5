"""One bad input per test."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from truceline.model import MissingColumn, Observation, Rejected, UnreadableFile
from truceline.sources import ReadOptions, Record, SourceFile
from truceline.sources.il_alerts import FORMAT

HEADER = "data,date,time,alertDate,category,category_desc,matrix_id,rid\n"
GOOD = "Bet,20.11.2023,09:05:26,2023-11-20T09:05:00,1,rockets,1,78\n"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Alef,20/11/2023,09:05:26,,1,rockets,1,77", "not a day and time"),
        ("Alef,20.11.2023,09:05,,1,rockets,1,77", "not a day and time"),
        ("Alef,31.02.2023,09:05:26,,1,rockets,1,77", "not a day and time"),
        ("Alef,20.11.0001,09:05:26,,1,rockets,1,77", "the year 1 "),
        ("Alef,20.11.2023,09:05:26,2023-11-20T09:08:00,1,rockets,1,77", "alertDate says"),
        ("Alef,20.11.2023,09:05:26,noon,1,rockets,1,77", "not a time"),
        ("Alef,20.11.2023,09:05:26,,99,something new,1,77", "unknown category '99' (something new)"),
        ("Alef,20.11.2023,09:05:26,,1,rockets,1,", "without rid"),
        (",20.11.2023,09:05:26,,1,rockets,1,77", "without a name"),
        ("Alef, Bet,20.11.2023,09:05:26,,1,rockets,1,77", "9 values"),
    ],
)
def test_bad_row_is_rejected_and_the_next_kept(read: Callable[..., list[Record]], row: str, reason: str):
    rejected, kept, _ = read(f"{HEADER}{row}\n{GOOD}")
    assert isinstance(rejected, Rejected)
    assert (rejected.line, reason in rejected.reason) == (2, True)
    assert isinstance(kept, Observation)


def test_two_minutes_apart_is_still_taken(read: Callable[..., list[Record]]):
    kept, _ = read(f"{HEADER}Alef,20.11.2023,09:05:26,2023-11-20T09:07:26,1,rockets,1,77\n")
    assert isinstance(kept, Observation)


@pytest.mark.parametrize("ask", ["read", "sources"])
def test_log_of_uploads_is_refused(tmp_path: Path, ask: str):
    path = tmp_path / "log.csv"
    path.write_text("commit,commit_time,alerts_added\nabc,2023-10-22T21:52:41+03:00,3000\n")
    with pytest.raises(UnreadableFile, match="log of uploads") as fault:
        list(getattr(FORMAT, ask)(SourceFile(path, ""), ReadOptions()))
    assert fault.value.example.startswith("data,date,time")


def test_renamed_column(read: Callable[..., list[Record]]):
    with pytest.raises(MissingColumn, match="'category_desc' is missing"):
        read("data,date,time,alertDate,category,category_text,matrix_id,rid\n")


def test_empty_file(read: Callable[..., list[Record]]):
    with pytest.raises(UnreadableFile, match="empty"):
        read("")


def test_cut_off_gzip(read: Callable[..., list[Record]]):
    packed = gzip.compress((HEADER + GOOD * 500).encode())
    with pytest.raises(UnreadableFile, match="cut short"):
        read(packed[: len(packed) // 2])


def test_hebrew_code_page_is_named_and_can_be_asked_for(read: Callable[..., list[Record]]):
    content = f"{HEADER}זרעית,20.11.2023,09:05:26,,1,rockets,1,77\n".encode("cp1255")
    with pytest.raises(UnreadableFile, match="not utf-8"):
        read(content)
    assert read(content, encoding="cp1255")[0].place.label == "זרעית"
