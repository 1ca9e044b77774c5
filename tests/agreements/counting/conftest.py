"""Small tables written row by row, for counting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from truceline.model import IncidentTable, ObservationTable, Stratum, Words, id_of, microseconds

NOON = datetime(2025, 4, 20, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Seen:
    """One row: minutes after noon of 20 April 2025 UTC."""

    minute: float
    lasts_min: float = 0
    sometime: bool = False
    phenomenon: str = "explosion"
    stratum: str = "patrol"
    place: str = "area:North"
    area: str = ""
    direction: str = ""
    party: str = ""
    count: tuple[int, int, int] = (1, 1, 1)
    weapon: str = ""
    flags: str = ""


def words(rows: Sequence[Seen], name: str) -> Words:
    return Words.of([getattr(row, name) for row in rows])


def columns(rows: Sequence[Seen]) -> dict[str, object]:
    starts = [microseconds(NOON + timedelta(minutes=row.minute)) for row in rows]
    ends = [microseconds(NOON + timedelta(minutes=row.minute + row.lasts_min)) for row in rows]
    nowhere = np.full(len(rows), np.nan)
    texts = {name: words(rows, name) for name in ("phenomenon", "area", "party", "direction", "weapon")}
    counts = np.array([row.count for row in rows], dtype=np.int64).reshape(-1, 3)
    return texts | {
        "id": np.arange(1, len(rows) + 1, dtype=np.uint64),
        "place": np.array([id_of(row.place) for row in rows], dtype=np.uint64),
        "start_us": np.array(starts, dtype=np.int64),
        "end_us": np.array(ends, dtype=np.int64),
        "sometime": np.array([row.sometime for row in rows], dtype=bool),
        "count_low": counts[:, 0],
        "count_best": counts[:, 1],
        "count_high": counts[:, 2],
        "lat": nowhere,
        "lon": nowhere,
        "radius_m": nowhere,
    }


def observations(rows: Sequence[Seen]) -> ObservationTable:
    told = {name: words(rows, name) for name in ("stratum", "flags")}
    return ObservationTable(**columns(rows), source=told["stratum"], **told)


def incidents(rows: Sequence[Seen], strata: Sequence[Sequence[Stratum]] | None = None) -> IncidentTable:
    order = list(Stratum)
    behind = strata or [[Stratum(row.stratum)] for row in rows]
    bits = [sum(1 << order.index(stratum) for stratum in found) for found in behind]
    ones = np.ones(len(rows), dtype=np.int64)
    return IncidentTable(**columns(rows), strata=np.array(bits, dtype=np.uint32), members=ones)


@pytest.fixture(scope="session")
def seen() -> type[Seen]:
    return Seen


@pytest.fixture(scope="session")
def observed() -> Callable[[Sequence[Seen]], ObservationTable]:
    return observations


@pytest.fixture(scope="session")
def fused() -> Callable[..., IncidentTable]:
    return incidents


@pytest.fixture(scope="session")
def tables() -> Callable[[Sequence[dict[str, Any]]], tuple[ObservationTable, IncidentTable]]:
    def both(rows: Sequence[dict[str, Any]]) -> tuple[ObservationTable, IncidentTable]:
        built = [Seen(**row) for row in rows]
        return observations(built), incidents(built)

    return both
