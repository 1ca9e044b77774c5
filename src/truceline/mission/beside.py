"""Records of what stands side by side: one log of events under every counting rule, and two logs of the same events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from truceline.agreements.counting import CountLine, Difference
from truceline.model import Interval

if TYPE_CHECKING:  # the room of matching takes half a second to load, which a report without logs need not spend
    from truceline.agreements.reconciling import Chance, Tolerances
    from truceline.mission.reconciling import ClassTold, LogTold


@dataclass(frozen=True)
class SideBySide:
    """The counts under every rule, and why two of them differ."""

    lines: tuple[CountLine, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class LogsBeside:
    """Two logs held against each other as a report prints it; the names are those of a whole comparison.

    ``differences`` counts matches that differ in each word; ``chance`` is empty when no control was wanted.
    """

    a: LogTold
    b: LogTold
    tolerances: Tolerances
    period: Interval
    classes: tuple[ClassTold, ...]
    differences: tuple[tuple[str, int], ...]
    chance: tuple[Chance, ...]
