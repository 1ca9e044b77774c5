"""What a file of sensors or arrivals says, as it says it: columns of text with the rows they stand in."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from truceline.model.columns import Floats

Texts = Any
"""A column of texts as pyarrow holds it, which has no types: ten million of them take one block of memory."""
RowNumbers = NDArray[np.int64]


class Axes(StrEnum):
    """What the coordinates of a sensor file are."""

    PLANE = "x,y"
    METRES = "x,y in metres"
    DEGREES = "lat,lon"


@dataclass(frozen=True)
class SensorRows:
    """Sensors as a file gives them. ``first`` and ``second`` are x and y, or longitude and latitude; height up.

    ``wander_m`` is how far from its middle place a sensor ever put itself, where the file tells.
    """

    file: str
    row: RowNumbers
    id: tuple[str, ...]
    axes: Axes
    first: Floats
    second: Floats
    height: Floats
    since: tuple[str, ...]
    until: tuple[str, ...]
    wander_m: Floats | None = None

    def in_order(self) -> SensorRows:
        """The sensors by id, P2 before P10, and of one that was moved the earlier place first.

        Whatever is made of them then does not depend on how the file was sorted.
        """
        told = zip(self.id, self.since, self.until, self.first.tolist(), self.second.tolist(), strict=True)
        keys = [(_by_number(name), name, *rest) for name, *rest in told]
        order = sorted(range(len(keys)), key=keys.__getitem__)
        return replace(
            self,
            row=self.row[order],
            id=tuple(self.id[row] for row in order),
            first=self.first[order],
            second=self.second[order],
            height=self.height[order],
            since=tuple(self.since[row] for row in order),
            until=tuple(self.until[row] for row in order),
            wander_m=None if self.wander_m is None else self.wander_m[order],
        )


def _by_number(name: str) -> tuple[tuple[int, int, str], ...]:
    """A name as people sort it, its numbers by their size.

    >>> sorted(["P10", "P2", "P02", "A"], key=_by_number)
    ['A', 'P2', 'P02', 'P10']
    """
    parts = re.findall(r"[0-9]+|[^0-9]+", name)
    return tuple(
        (0, len(bare := part.lstrip("0")), bare) if part[0] in "0123456789" else (1, 0, part) for part in parts
    )


@dataclass(frozen=True)
class ArrivalRows:
    """Arrivals as a file gives them; ``utc_meant`` where the format itself says that its times are UTC."""

    file: str
    row: RowNumbers
    id: Texts
    sensor: Texts
    time: Texts
    phase: Texts
    amplitude: Texts
    utc_meant: bool = False

    def __len__(self) -> int:
        """How many rows."""
        return len(self.row)

    def take(self, rows: NDArray[Any]) -> ArrivalRows:
        """Some of the rows, by index or mask."""
        at = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        columns = ("id", "sensor", "time", "phase", "amplitude")
        return replace(self, row=self.row[at], **{name: getattr(self, name).take(pa.array(at)) for name in columns})


@dataclass(frozen=True)
class SetAside:
    """Rows that were not used, or were used and are odd, for one and the same reason."""

    file: str
    reason: str
    row: RowNumbers
    arrival: tuple[str, ...]

    def __len__(self) -> int:
        """How many rows."""
        return len(self.row)
