"""One bad input per test."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest

from truceline.model import MissingColumn, Observation, Rejected, UnreadableFile
from truceline.sources import Record

HEADER = "latitude,longitude,scan,track,acq_date,acq_time,satellite\n"
GOOD = "48.5,38.5,1.2,1.1,2022-03-01,0035,N\n"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("120.5,15.0,1.2,1.1,2022-03-01,0035,N", "look swapped"),
        ("48.5,238.5,1.2,1.1,2022-03-01,0035,N", "off the globe"),
        ("0,0,1.2,1.1,2022-03-01,0035,N", "lost coordinate"),
        ("nan,38.5,1.2,1.1,2022-03-01,0035,N", "off the globe"),
        (",38.5,1.2,1.1,2022-03-01,0035,N", "latitude is ''"),
        ("48.5,38.5,1.2,1.1,01.03.2022,0035,N", "not a day"),
        ("48.5,38.5,1.2,1.1,2022-03-01,2575,N", "not a time of day"),
        ("48.5,38.5,1.2,1.1,2022-03-01,noon,N", "not a time of day"),
        ("48.5,38.5,0,1.1,2022-03-01,0035,N", "a pixel of 0 by 1.1 km"),
        ("48.5,38.5,375,375,2022-03-01,0035,N", "a pixel of 375 by 375 km"),
        ("48.5,38.5,wide,1.1,2022-03-01,0035,N", "scan is 'wide'"),
    ],
)
def test_bad_row_is_rejected_and_the_next_kept(read: Callable[..., list[Record]], row: str, reason: str):
    rejected, kept, *_ = read(f"{HEADER}{row}\n{GOOD}{GOOD.replace('0035', '0217')}")
    assert isinstance(rejected, Rejected)
    assert (rejected.line, rejected.raw) == (2, row)
    assert reason in rejected.reason
    assert isinstance(kept, Observation)


def test_renamed_column_is_named_with_its_nearest(read: Callable[..., list[Record]]):
    with pytest.raises(MissingColumn, match="'acq_date' is missing; the nearest present is 'acq_day'"):
        read(HEADER.replace("acq_date", "acq_day"))


def test_empty_file(read: Callable[..., list[Record]]):
    with pytest.raises(UnreadableFile, match="empty"):
        read("")


def test_cut_off_gzip(read: Callable[..., list[Record]]):
    packed = gzip.compress((HEADER + GOOD * 500).encode())
    with pytest.raises(UnreadableFile, match="cut short"):
        read(packed[: len(packed) // 2])


def test_cp1252_is_named_and_can_be_asked_for(read: Callable[..., list[Record]]):
    content = (HEADER + GOOD.replace(",N", ",Né")).encode("cp1252")
    with pytest.raises(UnreadableFile, match="not utf-8"):
        read(content)
    assert read(content, encoding="cp1252")[0].words == "satellite Né"
