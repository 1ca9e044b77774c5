"""Small logs written line by line, for reconciling."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from truceline.model import ObservationTable, Words, id_of

NAN = float("nan")


@dataclass(frozen=True)
class Line:
    """One line: minutes after an arbitrary moment; ``key`` names it."""

    key: str
    minute: float
    lasts_min: float = 0
    sometime: bool = False
    phenomenon: str = "explosion"
    place: str = "area:North"
    area: str = "North"
    party: str = ""
    direction: str = ""
    weapon: str = ""
    count: tuple[int, int, int] = (1, 1, 1)
    position: tuple[float, float, float] = (NAN, NAN, NAN)


def log_of(lines: Sequence[Line]) -> ObservationTable:
    names = ("phenomenon", "area", "party", "direction", "weapon")
    counts = np.array([line.count for line in lines], dtype=np.int64).reshape(-1, 3)
    positions = np.array([line.position for line in lines], dtype=np.float64).reshape(-1, 3)
    return ObservationTable(
        **{name: Words.of([getattr(line, name) for line in lines]) for name in names},
        source=Words.of([""] * len(lines)),
        stratum=Words.of([""] * len(lines)),
        id=np.array([id_of(line.key) for line in lines], dtype=np.uint64),
        place=np.array([id_of(line.place) for line in lines], dtype=np.uint64),
        start_us=np.array([round(line.minute * 6e7) for line in lines], dtype=np.int64),
        end_us=np.array([round((line.minute + line.lasts_min) * 6e7) for line in lines], dtype=np.int64),
        sometime=np.array([line.sometime for line in lines], dtype=bool),
        count_low=counts[:, 0],
        count_best=counts[:, 1],
        count_high=counts[:, 2],
        lat=positions[:, 0],
        lon=positions[:, 1],
        radius_m=positions[:, 2],
    )


@pytest.fixture(scope="session")
def line() -> type[Line]:
    return Line


@pytest.fixture(scope="session")
def log() -> Callable[[Sequence[Line]], ObservationTable]:
    return log_of
