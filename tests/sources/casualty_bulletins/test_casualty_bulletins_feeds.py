"""The real bulletins."""

from __future__ import annotations

from pathlib import Path

import pytest

from truceline.model import Observation, Rejected
from truceline.sources import ReadOptions, Record, SourceFile
from truceline.sources.casualty_bulletins import FORMAT

pytestmark = pytest.mark.feeds
BULLETINS = "casualty_bulletins/casualties_daily.json.gz"


@pytest.fixture(scope="module")
def records(feeds: Path) -> list[Record]:
    return list(FORMAT.read(SourceFile(feeds / BULLETINS, "0" * 64), ReadOptions()))


def test_the_parts_of_11_october_2025(records: list[Record]):
    day = [one for one in records if isinstance(one, Observation) and one.key.startswith("2025-10-11/")]
    assert {(one.phenomenon.value, one.count.low, one.count.high) for one in day} == {
        ("casualty", 35, 35),
        ("body-recovered", 116, 116),
        ("death-recorded", 320, 320),
    }


def test_what_cannot_be_used_is_told(records: list[Record]):
    assert [one.line for one in records if isinstance(one, Rejected)] == [7, 22, 988, 999, 1003, 1005, 1017]
    observed = [one.key for one in records if isinstance(one, Observation)]
    assert len(observed) == len(set(observed)) == 1242
    assert sum(key.endswith("/killed_not_split") for key in observed) == 428
