"""The real thermal anomalies of Ukraine."""

from __future__ import annotations

from pathlib import Path

import pytest

from truceline.model import AreaPlace, Flag, Observation
from truceline.sources import ReadOptions, SourceFile
from truceline.sources.firms import FORMAT

pytestmark = pytest.mark.feeds


def test_a_year_of_detections_is_footprints_only(feeds: Path):
    file = SourceFile(feeds / "thermal_anomalies" / "ukr_fire_data_2021.csv.gz", "0" * 64)
    *seen, coverage = FORMAT.read(file, ReadOptions())
    assert len({record.key for record in seen}) == len(seen) == 57_595
    assert all(isinstance(record, Observation) and isinstance(record.place, AreaPlace) for record in seen)
    assert all(record.flags == (Flag.FOOTPRINT_ASSUMED,) for record in seen)
    assert (coverage.time.start.isoformat(), coverage.time.end.isoformat()) == (
        "2021-01-01T00:00:00+00:00",
        "2021-12-30T00:00:00+00:00",
    )
