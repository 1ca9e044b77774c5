"""The real archive of alerts."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from truceline.model import Observation, Phenomenon, Rejected, UnreadableFile
from truceline.sources import ReadOptions, Record, SourceFile
from truceline.sources.il_alerts import FORMAT

pytestmark = pytest.mark.feeds

ARCHIVE = "dleshem_israel-alerts_20140724_20241012.csv.gz"
UPLOADS = "dleshem_commit_log_alerts_added_20231022_20260808.csv.gz"
JERUSALEM = ZoneInfo("Asia/Jerusalem")


@pytest.fixture(scope="module")
def records(feeds: Path) -> list[Record]:
    return list(FORMAT.read(SourceFile(feeds / "israel_alerts" / ARCHIVE, "0" * 64), ReadOptions()))


def test_every_row_is_read_once(records: list[Record]):
    keys = [record.key for record in records if isinstance(record, Observation)]
    assert len(keys) == len(set(keys)) == 42_002
    assert not any(isinstance(record, Rejected) for record in records)


def test_what_was_alerted(records: list[Record]):
    assert Counter(r.phenomenon for r in records if isinstance(r, Observation)) == {
        Phenomenon.ROCKET_ALERT: 36_748,
        Phenomenon.AIRCRAFT_ALERT: 5_175,
        Phenomenon.INFILTRATION_ALERT: 66,
        Phenomenon.DRILL: 10,
        Phenomenon.WARNING: 3,
    }


def test_alerts_by_day_around_the_pause_of_november_2023(records: list[Record]):
    days = Counter(
        r.time.start.astimezone(JERUSALEM).date()
        for r in records
        if isinstance(r, Observation) and r.phenomenon is not Phenomenon.DRILL
    )
    found = [days[date(2023, 11, 20) + timedelta(days=n)] for n in range(12)]
    assert found == [191, 79, 35, 41, 7, 10, 0, 0, 0, 0, 4, 202]


def test_log_of_uploads_is_refused(feeds: Path):
    with pytest.raises(UnreadableFile, match="log of uploads"):
        list(FORMAT.read(SourceFile(feeds / "israel_alerts" / UPLOADS, ""), ReadOptions()))
