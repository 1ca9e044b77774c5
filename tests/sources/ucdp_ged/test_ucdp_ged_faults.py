"""One bad input per test."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest

from truceline.model import MissingColumn, Observation, Phenomenon, Rejected, UnreadableFile
from truceline.sources import Record

HEADER = "id,date_prec,date_start,date_end,where_prec,latitude,longitude,geom_wkt,where_coordinates,low,best,high\n"
GOOD = "9,1,2015-02-15,2015-02-15,1,48.5,38.5,POINT (38.5 48.5),Lisne,1,1,1\n"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("7,1,2015-02-15,2015-02-14,1,48.5,38.5,,Lisne,1,1,1", "before the first day"),
        ("7,1,15.02.2015,2015-02-15,1,48.5,38.5,,Lisne,1,1,1", "not a day"),
        ("7,1,2015-02-15 14:30:00,2015-02-15,1,48.5,38.5,,Lisne,1,1,1", "not a day"),
        ("7,1,1215-02-15,2015-02-15,1,48.5,38.5,,Lisne,1,1,1", "1215"),
        ("7,0,2015-02-15,2015-02-15,1,48.5,38.5,,Lisne,1,1,1", "date_prec '0'"),
        ("7,1,2015-02-15,2015-02-15,8,48.5,38.5,,Lisne,1,1,1", "where_prec '8'"),
        ("7,1,2015-02-15,2015-02-15,1,38.5,48.5,POINT (38.5 48.5),Lisne,1,1,1", "swapped"),
        ("7,1,2015-02-15,2015-02-15,1,48.7,38.5,POINT (38.5 48.5),Lisne,1,1,1", "is not the point"),
        ("7,1,2015-02-15,2015-02-15,1,48.5,38.7,POINT (38.5 48.5),Lisne,1,1,1", "is not the point"),
        ("7,1,2015-02-15,2015-02-15,1,148.5,38.5,,Lisne,1,1,1", "look swapped"),
        ("7,1,2015-02-15,2015-02-15,1,48.5,238.5,,Lisne,1,1,1", "off the globe"),
        ("7,1,2015-02-15,2015-02-15,1,0,0,,Lisne,1,1,1", "lost coordinate"),
        ("7,1,2015-02-15,2015-02-15,1,nan,38.5,,Lisne,1,1,1", "off the globe"),
        ("7,1,2015-02-15,2015-02-15,1,,38.5,,Lisne,1,1,1", "latitude is ''"),
        (",1,2015-02-15,2015-02-15,1,48.5,38.5,,Lisne,1,1,1", "without id"),
    ],
)
def test_bad_event_is_rejected_and_the_next_kept(read: Callable[..., list[Record]], row: str, reason: str):
    rejected, kept, *_ = read(f"{HEADER}{row}\n{GOOD}")
    assert isinstance(rejected, Rejected)
    assert rejected.line == 2
    assert reason in rejected.reason
    assert kept.key == "9"


@pytest.mark.parametrize(
    "figures", ["3,2,4", "1,3,2", "5,4,4", "-1,1,1", "about 4,4,4", ",1,1", "1,1,99000000000", "1,1," + "9" * 5000]
)
def test_deaths_that_contradict_each_other_are_refused_and_the_event_kept(
    read: Callable[..., list[Record]], figures: str
):
    event, rejected, _ = read(f"{HEADER}7,1,2015-02-15,2015-02-15,1,48.5,38.5,,Lisne,{figures}\n")
    assert isinstance(event, Observation)
    assert event.phenomenon is Phenomenon.VIOLENT_EVENT
    assert isinstance(rejected, Rejected)
    assert "the event is kept without its deaths" in rejected.reason


def test_renamed_column_is_named_with_its_nearest(read: Callable[..., list[Record]]):
    with pytest.raises(MissingColumn, match="'where_prec' is missing; the nearest present is 'where_precision'"):
        read(HEADER.replace("where_prec", "where_precision"))


def test_empty_file(read: Callable[..., list[Record]]):
    with pytest.raises(UnreadableFile, match="empty"):
        read("")


def test_cut_off_gzip(read: Callable[..., list[Record]]):
    packed = gzip.compress((HEADER + GOOD * 500).encode())
    with pytest.raises(UnreadableFile, match="cut short"):
        read(packed[: len(packed) // 2])


def test_cp1252_is_named_and_can_be_asked_for(read: Callable[..., list[Record]]):
    content = (HEADER + GOOD.replace("Lisne", "Lisné")).encode("cp1252")
    with pytest.raises(UnreadableFile, match="not utf-8"):
        read(content)
    assert read(content, encoding="cp1252")[0].place.label == "Lisné"


@pytest.mark.parametrize(
    ("name", "spelled"), [("adm_1", "ADM1"), ("country", "Country"), ("where_coordinates", "whereCoordinates")]
)
def test_a_column_spelled_otherwise_is_named_and_not_passed_over(
    read: Callable[..., list[Record]], name: str, spelled: str
):
    header = HEADER.replace("where_coordinates,", "")
    with pytest.raises(MissingColumn, match=f"'{name}' is spelled '{spelled}'"):
        read(header.replace("low,", f"{spelled},low,"))
