"""Reports of several sources, and who of them tells of the same incident: what grouping takes and hands over.

Positions are metres on a plane (x to the east, y to the north), times are seconds since one common instant.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from truceline.model.columns import Floats, Ints, Words


@dataclass(frozen=True)
class PlaceSpread:
    """How exact the place of each report is said to be: the covariance of its density along east (x) and north (y).

    A sector "2 to 5 km south-east", the line of a bearing (a long thin ellipse), the footprint of a pixel and
    "somewhere in this district" all have one. A row of NaN states nothing: the source's usual error, which is learned,
    holds there.
    """

    xx_m2: Floats
    xy_m2: Floats
    yy_m2: Floats

    def __len__(self) -> int:
        """How many reports there are."""
        return len(self.xx_m2)

    def take(self, rows: NDArray[Any]) -> Self:
        """Some of the rows."""
        return type(self)(self.xx_m2[rows], self.xy_m2[rows], self.yy_m2[rows])


@dataclass(frozen=True)
class ReportTable:
    """One row per report: who says what happened where and when, and, where it is stated, how exact that is.

    ``source`` is whoever reports in one manner (a patrol, a press agency, an aircraft, a satellite); ``kind`` is what
    is said to have happened, in one vocabulary for all sources.

    The rest may be left out, as a column or row by row, and is then learned for each source: ``spread``, how exact the
    place is; ``span_s``, the length of the interval that is stated, from ``time_s`` on (NaN: a moment of whatever grain
    and delay the source has); ``probability`` that the report tells of anything real (NaN: not stated). Reports with
    the same ``origin``, unless it is empty, are copies of one telling: they are always grouped and count once.

    >>> import numpy as np
    >>> at = np.array([0.0, 90.0])
    >>> words = Words.of(["patrol", "press"]), Words.of(["shelling", "shelling"])
    >>> len(ReportTable(("a", "b"), words[0], at, at, at, words[1]))
    2
    >>> day = np.array([np.nan, 86_400.0])
    >>> ReportTable(("a", "b"), words[0], at, at, at, words[1], span_s=day).take(np.array([1])).span_s
    array([86400.])
    """

    id: tuple[str, ...]
    source: Words
    x_m: Floats
    y_m: Floats
    time_s: Floats
    kind: Words
    spread: PlaceSpread | None = None
    span_s: Floats | None = None
    origin: Words | None = None
    probability: Floats | None = None

    def __len__(self) -> int:
        """How many reports there are."""
        return len(self.id)

    def take(self, rows: NDArray[Any]) -> Self:
        """Some of the rows, by index or mask, in that order."""
        at = np.arange(len(self))[rows]
        return type(self)(
            tuple(self.id[row] for row in at), self.source.take(at), self.x_m[at], self.y_m[at], self.time_s[at],
            self.kind.take(at), None if self.spread is None else self.spread.take(at),
            None if self.span_s is None else self.span_s[at],
            None if self.origin is None else self.origin.take(at),
            None if self.probability is None else self.probability[at],
        )  # fmt: skip


class Counted(StrEnum):
    """What a number of incidents is a number of."""

    TOLD = "told"
    """Distinct happenings the reports tell of, each false report taken as one of its own."""

    REAL = "real"
    """Distinct incidents the reports tell of, false reports left out: it rests on the stated share of false ones."""

    FALSE = "false"
    """Reports that tell of nothing."""


@dataclass(frozen=True, slots=True)
class IncidentCount:
    """A number with its 95 % interval and what it is a number of."""

    of: Counted
    number: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class SourceManner:
    """What was learned of one source from the reports alone.

    ``error_m`` is the standard error of its position along each axis, ``stamp_s`` the grain of its times (0: fine),
    ``jitter_s`` and ``lag_s`` how its times scatter and how long it takes on average; ``random_kind`` is the share of
    its kinds said at random, ``tells`` the share of incidents it tells of, ``again`` the chance of one more report
    after each, ``false`` how many of its reports tell of nothing. ``names_places``: it speaks in named places only.
    Where it states how exact it is: its stated errors are weighed as ``stretch`` times as large with ``extra_m`` on top
    along each axis, its stated times as windows whose ends scatter by ``slack_s``.
    """

    source: str
    reports: int
    error_m: float
    stamp_s: float
    jitter_s: float
    lag_s: float
    random_kind: float
    tells: float
    again: float
    false: float
    names_places: bool
    stretch: float = 1.0
    extra_m: float = 0.0
    slack_s: float = 0.0


@dataclass(frozen=True)
class GroupedReports:
    """Who tells of the same incident, how sure that is, and how many incidents there are.

    ``group`` numbers the incident of each report; it is the grouping with the best expected agreement, one of many
    that are possible. ``first``, ``second`` and ``probability`` are the pairs of reports (rows) that may tell of one
    incident, with the probability that they do; pairs that are not there have next to none. Counts come from all
    groupings that are possible and need not equal the number of groups. ``threshold`` is the mean probability above
    which groups were merged.
    """

    group: Ints
    first: Ints
    second: Ints
    probability: Floats
    told: IncidentCount
    real: IncidentCount
    false: IncidentCount
    sources: tuple[SourceManner, ...]
    threshold: float
