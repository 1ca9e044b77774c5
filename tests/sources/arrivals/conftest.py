"""Small files of sensors and arrivals, made up, and one call that takes them in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from truceline.model import Medium
from truceline.sources.arrivals import Heard, take_in

SENSORS = "sensor,x,y\nA,0,0\nB,4,0\nC,0,3\nD,4,3\n"
ARRIVALS = "arrival,sensor,time\n1,A,10\n2,B,14.5\n3,C,12.25\n4,D,17\n"


@pytest.fixture
def taken(tmp_path: Path) -> Callable[..., Heard]:
    """Take in texts as files; what is left out is four sensors on a rectangle, and an arrival at each."""

    def take(sensors: str = SENSORS, arrivals: str = ARRIVALS, crs: str = "", medium: str = "acoustic") -> Heard:
        (tmp_path / "sensors.csv").write_text(sensors, encoding="utf-8")
        (tmp_path / "arrivals.csv").write_text(arrivals, encoding="utf-8")
        files = [tmp_path / "arrivals.csv"]
        return take_in(tmp_path / "sensors.csv", files, medium=Medium(medium), crs=crs)

    return take
