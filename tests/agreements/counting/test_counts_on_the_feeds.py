"""Counts on the real oblast intervals, against figures measured on them before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from truceline.agreements.counting import Bins, SmmItem, Subject, count_lines, series
from truceline.model import Interval, ObservationTable, Words, id_of

pytestmark = pytest.mark.feeds
KYIV = ZoneInfo("Europe/Kyiv")


@pytest.fixture(scope="module")
def alarms(feeds: Path, observed: Callable[[list[Any]], ObservationTable]) -> ObservationTable:
    read = pq.read_table(feeds / "air_raid_alarms" / "goodfrog33_alerts_events_labeled.parquet")
    count = len(read)
    columns: dict[str, Any] = dict(vars(observed([])))
    start, end = (read[name].cast(pa.int64()).to_numpy() for name in ("started_at", "finished_at"))
    same = {"phenomenon": "air-alarm", "stratum": "official-alarm", "source": "feed", "party": "", "direction": ""}
    columns |= {name: Words(np.zeros(count, dtype=np.int32), (word,)) for name, word in same.items()}
    regions = read["region"].to_pylist()
    columns |= {"area": Words.of(regions), "place": np.array([id_of(name) for name in regions], dtype=np.uint64)}
    columns |= {name: np.ones(count, dtype=np.int64) for name in ("count_low", "count_best", "count_high")}
    columns |= {name: np.full(count, np.nan) for name in ("lat", "lon", "radius_m")}
    columns |= {"start_us": start, "end_us": end, "sometime": np.zeros(count, dtype=bool)}
    return ObservationTable(**columns | {"id": np.arange(count, dtype=np.uint64)})


def test_alarm_starts_in_the_easter_truce_and_the_days_around(
    alarms: ObservationTable, fused: Callable[..., Any]
) -> None:
    truce = Interval(datetime(2025, 4, 19, 15, tzinfo=UTC), datetime(2025, 4, 20, 21, tzinfo=UTC))
    line = count_lines(alarms, fused([]), [SmmItem()], [("as-announced", truce)], KYIV)[0]
    around = {reference.shift_days: reference.figure.best for reference in line.reference}
    assert line.inside.best == 5
    assert [around[-days] for days in range(7, 1, -1)] == [51, 58, 39, 64, 76, 101]
    assert [around[days] for days in range(2, 8)] == [27, 58, 47, 47, 40, 42]


def test_alarm_starts_on_easter_sunday(alarms: ObservationTable, fused: Callable[..., Any]) -> None:
    bins = Bins("day", date(2025, 4, 20), 4, 1, KYIV)
    found = series(alarms, fused([]), SmmItem(), Subject("air-alarm", "official-alarm"), bins)
    assert found.bins[-1].count == 1
    assert all(27 <= bin_.count <= 84 for bin_ in found.bins[:4])
