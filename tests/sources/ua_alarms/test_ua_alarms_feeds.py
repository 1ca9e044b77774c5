"""The real lists of alarms."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from truceline.model import Coverage, CoverageState, Flag, Observation, Rejected
from truceline.sources import ReadOptions, Record, SourceFile
from truceline.sources.ua_alarms import FORMAT

pytestmark = pytest.mark.feeds

OFFICIAL = "vadimkin_official_data_en_20220315_20240423.csv.gz"
VOLUNTEER = "vadimkin_volunteer_data_en_20220225_20241010.csv.gz"
INTERVALS = "goodfrog33_alerts_events_labeled.parquet"
EASTER = (datetime(2025, 4, 19, 15, tzinfo=UTC), datetime(2025, 4, 20, 21, tzinfo=UTC))


@pytest.fixture(scope="module")
def lists(feeds: Path) -> dict[str, list[Record]]:
    """Each list read once, for all tests of this file."""
    return {
        name: list(FORMAT.read(SourceFile(feeds / "air_raid_alarms" / name, "0" * 64), ReadOptions()))
        for name in (OFFICIAL, VOLUNTEER, INTERVALS)
    }


@pytest.fixture(scope="module")
def intervals(lists: dict[str, list[Record]]) -> list[Record]:
    return lists[INTERVALS]


def starts_in_easter_window(records: list[Record], shift_days: int):
    start, end = (moment + timedelta(days=shift_days) for moment in EASTER)
    return sum(isinstance(r, Observation) and start <= r.time.start < end for r in records)


@pytest.mark.parametrize(("name", "rows"), [(OFFICIAL, 43_031), (VOLUNTEER, 54_514), (INTERVALS, 74_675)])
def test_every_row_is_read_and_no_two_have_one_key(lists: dict[str, list[Record]], name: str, rows: int):
    records = lists[name]
    keys = [record.key for record in records if isinstance(record, Observation)]
    assert len(keys) == len(set(keys)) == rows
    assert not any(isinstance(record, Rejected) for record in records)


def test_invented_ends(lists: dict[str, list[Record]]):
    flags = Counter(flag for r in lists[VOLUNTEER] if isinstance(r, Observation) for flag in r.flags)
    assert flags == {Flag.END_INVENTED: 2_395, Flag.STUCK_OPEN: 1}


def test_oblast_alarms_of_the_official_list(lists: dict[str, list[Record]]):
    places = [r.place.label for r in lists[OFFICIAL] if isinstance(r, Observation)]
    assert sum(" / " not in place for place in places) == 36_537


def test_alarm_starts_around_the_easter_truce(intervals: list[Record]):
    assert starts_in_easter_window(intervals, 0) == 5
    assert [starts_in_easter_window(intervals, -days) for days in range(2, 8)] == [101, 76, 64, 39, 58, 51]
    assert [starts_in_easter_window(intervals, days) for days in range(2, 8)] == [27, 58, 47, 47, 40, 42]


def test_oblast_left_open_for_twenty_months_is_blind(intervals: list[Record]):
    moment = EASTER[0]
    blind = {
        r.area
        for r in intervals
        if isinstance(r, Coverage) and r.state is CoverageState.BLIND and r.time.contains(moment)
    }
    assert {"Kharkivska oblast", "Luhanska oblast", "Crimea"} <= blind
    assert "Odeska oblast" not in blind


def test_coverage_of_each_region_is_one_chain(intervals: list[Record]):
    chains = defaultdict(list)
    for record in intervals:
        if isinstance(record, Coverage):
            chains[record.area].append(record)
    assert len(chains) == 26
    ends = {chain[-1].time.end for chain in chains.values()}
    assert len(ends) == 1
    for chain in chains.values():
        assert all(before.time.end == after.time.start for before, after in pairwise(chain))
    keys = [record.key for chain in chains.values() for record in chain]
    assert len(keys) == len(set(keys))
