"""Events as an engine might find them, beside the files they are said to come from."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

_HERE = str(Path(__file__).resolve().parent)
if _HERE not in sys.path:
    sys.path.insert(0, _HERE)

import located_samples as samples  # noqa: E402 - the folder must be on the path first

from truceline.mission.locating.tables import Told, told_of  # noqa: E402 - as above
from truceline.model import Medium  # noqa: E402 - as above
from truceline.sources.arrivals import take_in  # noqa: E402 - as above


@pytest.fixture
def told(tmp_path: Path) -> Callable[..., Told]:
    """What is told of those events for sensors and arrivals given as text."""

    def tell(sensors: str = samples.PLANE, arrivals: str = samples.SECONDS, crs: str = "") -> Told:
        (tmp_path / "S.csv").write_text(sensors, encoding="utf-8")
        (tmp_path / "A.csv").write_text(arrivals, encoding="utf-8")
        heard = take_in(tmp_path / "S.csv", [tmp_path / "A.csv"], medium=Medium.ACOUSTIC, crs=crs)
        middle = [float(np.mean(column)) for column in (heard.network.sensors.x_m, heard.network.sensors.y_m)]
        return told_of(heard, samples.located(*middle))

    return tell
