"""Each field of a day becomes what it is, and nothing else; the sample is made up."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.model import (
    AreaPlace,
    Coverage,
    CoverageState,
    EvidenceLink,
    Observation,
    Phenomenon,
    Stratum,
    TimeSense,
    UsageFault,
)
from truceline.sources import ReadOptions, Record, SourceFile, source_format
from truceline.sources.casualty_bulletins import FORMAT
from truceline.sources.casualty_bulletins.days import observations_of
from truceline.sources.casualty_bulletins.mapping import ASSUMED_ZONE, PARTS

DAY = {
    "report_date": "2031-10-11",
    "report_source": "mohtel",
    "report_period": 24,
    "killed": 15,
    "killed_truce_new": 5,
    "killed_succumbed": 1,
    "killed_recovered": 2,
    "killed_committee": 7,
    "killed_cum": 900,
    "injured": 8,
    "ext_killed": 15,
}
Reading = Callable[..., list[Record]]


def test_format_is_registered():
    assert source_format("casualty-bulletins") is FORMAT


def test_each_part_is_a_record_of_its_own(read: Reading):
    *found, _ = read([DAY])
    assert [(one.key, one.phenomenon, one.count.low, one.count.best, one.count.high) for one in found] == [
        ("2031-10-11/killed_truce_new", Phenomenon.CASUALTY, 5, 5, 5),
        ("2031-10-11/killed_succumbed", Phenomenon.CASUALTY, 1, 1, 1),
        ("2031-10-11/killed_recovered", Phenomenon.BODY_RECOVERED, 2, 2, 2),
        ("2031-10-11/killed_committee", Phenomenon.DEATH_RECORDED, 7, 7, 7),
    ]
    assert {(one.place, one.party, one.evidence.line) for one in found} == {(AreaPlace("Gaza Strip"), "", 1)}


def test_a_total_without_parts_is_not_split(read: Reading):
    one, _ = read([{"report_date": "2031-10-11", "report_period": 24, "killed": 15}])
    assert (one.key, one.phenomenon) == ("2031-10-11/killed_not_split", Phenomenon.CASUALTY)
    assert (one.count.low, one.count.best, one.count.high) == (0, 15, 15)


@pytest.mark.parametrize(("hours", "first"), [(0, 10), (24, 10), (48, 9), (72, 8)])
def test_the_period_is_whole_days_up_to_the_day_of_the_report(read: Reading, hours: int, first: int):
    one, *_ = read([DAY | {"report_period": hours}])
    assert one.time.start.isoformat() == f"2031-10-{first}T21:00:00+00:00".replace("-9T", "-09T").replace("-8T", "-08T")
    assert one.time.end.isoformat() == "2031-10-11T21:00:00+00:00"
    assert (one.time.sense, one.time.assumed_zone) == (TimeSense.SOMETIME, "Asia/Gaza")


def test_interpolated_values_are_not_taken(read: Reading):
    assert read([{"report_date": "2031-10-11", "report_period": 24, "ext_killed": 15, "ext_injured": 3}]) == []


def test_coverage_has_a_gap_where_no_bulletin_came(read: Reading):
    quiet = {"report_period": 24, "killed": 0}
    days = [
        {"report_date": "2031-10-11"} | quiet,
        {"report_date": "2031-10-12"} | quiet,
        {"report_date": "2031-10-13", "report_period": 0, "killed": 0},
        {"report_date": "2031-10-14", "report_period": 24, "report_source": "missing"},
        {"report_date": "2031-10-16", "report_period": 48, "killed": 0},
    ]
    found = read(days)
    assert all(isinstance(one, Coverage) and one.state is CoverageState.DEGRADED for one in found)
    assert [(one.area, one.time.start.day, one.time.end.day) for one in found] == [
        ("Gaza Strip", 10, 12),
        ("Gaza Strip", 14, 16),
    ]


def test_a_packed_file_says_the_same(read: Reading):
    assert read(gzip.compress(json.dumps([DAY]).encode())) == read([DAY])


def test_the_ministry_stands_on_the_side_it_is_put_on():
    file = SourceFile(Path("none"), "")
    (usual,) = FORMAT.sources(file, ReadOptions())
    (other,) = FORMAT.sources(file, ReadOptions(settings=(("stratum", "party-a"),)))
    assert (usual.stratum, other.stratum) == (Stratum.PARTY_B, Stratum.PARTY_A)
    with pytest.raises(UsageFault, match="none of a party"):
        FORMAT.sources(file, ReadOptions(settings=(("stratum", "media"),)))


@given(st.dictionaries(st.sampled_from(sorted(PARTS)), st.integers(0, 900)), st.integers(0, 900))
def test_what_is_told_adds_up_to_the_total(parts: dict[str, int], beyond: int):
    day = {"report_date": "2031-10-11", "report_period": 24, "killed": sum(parts.values()) + beyond} | parts
    found: tuple[Observation, ...] = observations_of(day, "s", ASSUMED_ZONE, EvidenceLink("0" * 64, 1))
    assert sum(one.count.high or 0 for one in found) == day["killed"]
    assert sum(one.count.low for one in found) == sum(parts.values())
    assert len({one.key for one in found}) == len(found)
