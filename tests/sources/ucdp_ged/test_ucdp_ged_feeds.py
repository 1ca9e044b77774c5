"""The real events of Ukraine, 2014-2021."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from truceline.model import Observation, Phenomenon, PointPlace, Rejected
from truceline.sources import ReadOptions, Record, SourceFile
from truceline.sources.ucdp_ged import FORMAT

pytestmark = pytest.mark.feeds

KYIV = ZoneInfo("Europe/Kyiv")


@pytest.fixture(scope="module")
def records(feeds: Path) -> list[Record]:
    file = SourceFile(feeds / "conflict_events" / "conflict_data_ukr_2014_2021.csv.gz", "0" * 64)
    return list(FORMAT.read(file, ReadOptions()))


def events(records: list[Record]) -> list[Observation]:
    return [r for r in records if isinstance(r, Observation) and r.phenomenon is Phenomenon.VIOLENT_EVENT]


def test_every_row_is_an_event(records: list[Record]):
    assert len({event.key for event in events(records)}) == len(events(records)) == 2_989


def test_events_by_week_around_15_february_2015(records: list[Record]):
    weeks = Counter(
        (event.time.start.astimezone(KYIV).date() - date(2015, 2, 15)).days // 7 for event in events(records)
    )
    assert [weeks[n] for n in range(-4, 4)] == [97, 77, 49, 57, 32, 9, 8, 8]


def test_death_figures_out_of_order_are_refused_and_told(records: list[Record]):
    rejected = [record for record in records if isinstance(record, Rejected)]
    assert len(rejected) == 13
    assert all("out of order" in record.reason for record in rejected)


def test_only_the_two_finest_precisions_give_points(records: list[Record]):
    radii = Counter(e.place.radius_m for e in events(records) if isinstance(e.place, PointPlace))
    assert radii == {5_000.0: 730, 25_000.0: 1_542}
