"""Reports of several sources, and who of them tells of the same incident: what grouping takes and hands over.

Positions are metres on a plane (x to the east, y to the north), times are seconds since one common instant.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from truceline.model.columns import Floats, Ints, Words


@dataclass(frozen=True)
class ReportTable:
    """One row per report: who says what happened where and when. No row says how exact it is.

    ``source`` is whoever reports in one manner (a patrol, a press agency, an aircraft, a satellite); ``kind`` is what
    is said to have happened, in one vocabulary for all sources.

    >>> import numpy as np
    >>> at = np.array([0.0, 90.0])
    >>> len(ReportTable(("a", "b"), Words.of(["patrol", "press"]), at, at, at, Words.of(["shelling", "shelling"])))
    2
    """

    id: tuple[str, ...]
    source: Words
    x_m: Floats
    y_m: Floats
    time_s: Floats
    kind: Words

    def __len__(self) -> int:
        """How many reports there are."""
        return len(self.id)


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
