"""The pinned feeds are the ones the figures were counted from, and counting them again gives the same figures."""

from __future__ import annotations

import csv
import gzip
import hashlib
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pyarrow.parquet
import pytest

pytestmark = pytest.mark.feeds
HXL_TAG = "#"


def unpacked(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def days_of(path: Path) -> list[date]:
    """The local day of each row of a zipped table, by whichever column holds it."""
    rows = csv.DictReader(unpacked(path).decode("utf-8-sig").splitlines())
    if "date_start" in (rows.fieldnames or ()):
        return [date.fromisoformat(row["date_start"][:10]) for row in rows if not row["date_start"].startswith(HXL_TAG)]
    return [datetime.strptime(row["date"], "%d.%m.%Y").replace(tzinfo=UTC).date() for row in rows]


def moments_of(path: Path) -> list[datetime]:
    """The start of each oblast alarm."""
    starts = pyarrow.parquet.read_table(path, columns=["started_at"])["started_at"].cast("int64").to_pylist()
    return [datetime.fromtimestamp(start / 1e6, UTC) for start in starts]


def counted_days(path: Path, time_zone: str) -> list[date]:
    if path.suffix == ".parquet":
        return [start.astimezone(ZoneInfo(time_zone)).date() for start in moments_of(path)]
    return days_of(path)


def test_the_pinned_bytes_are_the_ones_at_hand(case: SimpleNamespace, feeds: Path):
    for feed in case.settings.get("feed", []):
        assert hashlib.sha256(unpacked(feeds / feed["file"])).hexdigest() == feed["sha256"]


def test_series_are_counted_again(case: SimpleNamespace, feeds: Path):
    rows = [row for row in case.figures if row["kind"] == "series"]
    if not rows:
        # Bulletins are totals of days already: their figures are facts, held by the tests of the mission.
        assert {feed["format"] for feed in case.settings.get("feed", [])} <= {"casualty-bulletins"}
        return
    per_day = Counter(counted_days(feeds / case.settings["feed"][0]["file"], case.settings["time_zone"]))
    starts = [date.fromisoformat(row["bin_start"]) for row in rows]
    width = next(after - before for before, after in pairwise(starts))
    counted = [sum(per_day[start + timedelta(days=k)] for k in range(width.days)) for start in starts]
    assert counted == [int(row["value"]) for row in rows]


def test_counts_of_alarms_are_counted_again(case: SimpleNamespace, feeds: Path):
    counts = [row for row in case.figures if row["kind"] == "count" and row["phenomenon"] == "air-alarm"]
    moments = moments_of(feeds / case.settings["feed"][0]["file"]) if counts else []
    for row in counts:
        reading = case.agreement["readings"][case.readings.index(row["reading"])]
        shift = timedelta(days=int(row["shift_days"]))
        start, end = (datetime.fromisoformat(reading[name]) + shift for name in ("start", "end"))
        assert sum(start <= moment < end for moment in moments) == int(row["value"])
