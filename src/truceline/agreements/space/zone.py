"""Lines and zones as an agreement speaks of them: a shape in degrees with its day, its version and how it was drawn."""

from __future__ import annotations

from dataclasses import dataclass

import shapely

from truceline.model.columns import Floats


@dataclass(frozen=True)
class Zone:
    """An area the agreement speaks of: its outline in degrees, the day it stands for, how it was drawn.

    ``accuracy_m`` is how well its edge is known: 95 % lie within so many metres to either side; 0 means exactly.
    """

    id: str
    shape: shapely.Geometry
    date: str = ""
    method: str = ""
    file: str = ""
    version: str = ""
    accuracy_m: float = 0.0


@dataclass(frozen=True)
class ReferenceLine:
    """A line the agreement measures from: its parts as longitudes and latitudes, drawn in one direction.

    ``accuracy_m`` is how well the line is known: 95 % lie within so many metres to either side; 0 means exactly.
    """

    id: str
    parts: tuple[Floats, ...]
    date: str = ""
    method: str = ""
    file: str = ""
    version: str = ""
    accuracy_m: float = 0.0
