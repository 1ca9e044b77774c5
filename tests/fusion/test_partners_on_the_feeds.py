"""Linking on the real Ukrainian feeds, against the figures measured on them before."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import csv

from truceline.fusion import fuse, partner_report
from truceline.fusion.alarm_links import link_report
from truceline.model import ObservationTable, Words, id_of

pytestmark = pytest.mark.feeds


def words_of(column: pa.ChunkedArray) -> Words:
    return Words.of(column.fill_null("").to_pylist())


def read_table(path: Path) -> pa.Table:
    with gzip.open(path) as unpacked:
        return csv.read_csv(unpacked)


def alarms(path: Path, region: str, stratum: str) -> ObservationTable:
    table = read_table(path)
    count = len(table)
    area = words_of(table[region])
    place = [f"area:{name}" for name in area.words()]
    if "raion" in table.column_names:
        parts = zip(place, table["raion"].to_pylist(), table["hromada"].to_pylist(), strict=True)
        place = [" / ".join(part for part in path if part) for path in parts]
    start = table["started_at"].cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy()
    end = table["finished_at"].cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy()
    ids = [id_of(f"{stratum} {row}") for row in range(count)]
    ones, nowhere = np.ones(count, dtype=np.int64), np.full(count, np.nan)
    return ObservationTable(
        id=np.array(ids, dtype=np.uint64),
        start_us=start,
        end_us=end,
        sometime=np.zeros(count, dtype=bool),
        phenomenon=Words.of(["air-alarm"] * count),
        place=np.array([id_of(name) for name in place], dtype=np.uint64),
        area=area,
        party=Words.of([""] * count),
        direction=Words.of([""] * count),
        count_low=ones,
        count_best=ones,
        count_high=ones,
        lat=nowhere,
        lon=nowhere,
        radius_m=nowhere,
        source=Words.of([stratum] * count),
        stratum=Words.of([stratum] * count),
    )


def joined(first: Words, second: Words) -> Words:
    return Words.of([*first.words(), *second.words()])


def together(first: ObservationTable, second: ObservationTable) -> ObservationTable:
    columns = {}
    for name, value in vars(first).items():
        other = getattr(second, name)
        columns[name] = joined(value, other) if isinstance(value, Words) else np.concatenate((value, other))
    return ObservationTable(**columns)


@pytest.fixture(scope="module")
def both(feeds: Path) -> ObservationTable:
    folder = feeds / "air_raid_alarms"
    official = alarms(folder / "vadimkin_official_data_en_20220315_20240423.csv.gz", "oblast", "official-alarm")
    volunteer = alarms(folder / "vadimkin_volunteer_data_en_20220225_20241010.csv.gz", "region", "civilian")
    return together(official, volunteer)


def test_the_known_share_of_official_alarms_has_a_volunteer_start_near(both: ObservationTable):
    report = partner_report(both)
    assert report[0].official == 36_537
    assert report[0].near_share == pytest.approx(0.929, abs=0.001)
    assert report[0].median_s == pytest.approx(24, abs=1)
    assert all(control.near_share < 0.35 for control in report[1:])


def test_both_feeds_are_linked_within_two_seconds(both: ObservationTable):
    begun = time.perf_counter()
    fused = fuse(both)
    took = time.perf_counter() - begun
    assert took < 2.0
    assert fused.linkage.incidents == len(both) - fused.linkage.partners
    assert fused.linkage.partners > 0.9 * 36_537


def test_links_by_likelihood_find_late_partners_and_none_in_moved_feeds(both: ObservationTable):
    real, *controls = link_report(both)
    assert real.linked / real.official == pytest.approx(0.970, abs=0.002)
    assert real.f1 == pytest.approx(0.976, abs=0.002)
    assert real.linked > real.by_gap
    assert max(one.linked for one in controls) < 0.01 * real.official
    assert min(one.by_gap for one in controls) > 0.08 * real.official
