"""Small tables written row by row, for linking."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from truceline.model import ObservationTable, Words
from truceline.model import id_of as number_of

_HERE = str(Path(__file__).resolve().parent)
if _HERE not in sys.path:
    sys.path.insert(0, _HERE)


@dataclass(frozen=True)
class Told:
    """One row: seconds after an arbitrary moment; ``key`` names the observation."""

    key: str
    second: float
    lasts_s: float = 0
    sometime: bool = False
    phenomenon: str = "air-alarm"
    stratum: str = "official-alarm"
    source: str = ""
    place: str = "area:North"
    area: str = "North"
    party: str = ""
    direction: str = ""
    count: tuple[int, int, int] = (1, 1, 1)
    position: tuple[float, float, float] = (float("nan"), float("nan"), float("nan"))
    weapon: str = ""
    calibre_mm: float = float("nan")
    weapon_name: str = ""
    target: str = ""


def observations(rows: Sequence[Told]) -> ObservationTable:
    names = ("phenomenon", "area", "party", "direction", "stratum", "weapon", "weapon_name", "target")
    texts = {name: Words.of([getattr(row, name) for row in rows]) for name in names}
    counts = np.array([row.count for row in rows], dtype=np.int64).reshape(-1, 3)
    positions = np.array([row.position for row in rows], dtype=np.float64).reshape(-1, 3)
    return ObservationTable(
        **texts,
        source=Words.of([row.source or row.stratum for row in rows]),
        id=np.array([number_of(row.key) for row in rows], dtype=np.uint64),
        place=np.array([number_of(row.place) for row in rows], dtype=np.uint64),
        start_us=np.array([round(row.second * 1e6) for row in rows], dtype=np.int64),
        end_us=np.array([round((row.second + row.lasts_s) * 1e6) for row in rows], dtype=np.int64),
        sometime=np.array([row.sometime for row in rows], dtype=bool),
        count_low=counts[:, 0],
        count_best=counts[:, 1],
        count_high=counts[:, 2],
        lat=positions[:, 0],
        lon=positions[:, 1],
        radius_m=positions[:, 2],
        calibre_mm=np.array([row.calibre_mm for row in rows], dtype=np.float64),
    )


@pytest.fixture(scope="session")
def told() -> type[Told]:
    return Told


@pytest.fixture(scope="session")
def observed() -> Callable[[Sequence[Told]], ObservationTable]:
    return observations


@pytest.fixture(scope="session")
def id_of() -> Callable[[str], int]:
    return number_of
