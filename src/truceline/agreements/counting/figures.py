"""The figures a count comes to, each with the window it was taken in and what it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

Parameter = tuple[str, str | int | float]
"""Name and value of what a rule was told, or of the class a count is of."""
PUBLISHED = "published figure"
"""The basis of a count that others made; what they could see is theirs to state."""
BIN_DAYS = {"day": 1, "week": 7}
"""How many local days each bin of a series has."""


@dataclass(frozen=True, slots=True)
class CountFigure:
    """A count with its range; ``high`` is ``None`` when an observer left it open.

    ``best`` counts what starts inside the window. ``low`` and ``high`` are the fewest and the most it can have been,
    whenever in its span what happened *sometime* happened: inside the window or outside, bridging a pause or alone.
    """

    low: int
    best: int
    high: int | None


@dataclass(frozen=True, slots=True)
class ReferenceCount:
    """The same count in a window of the same length, shifted by whole days.

    ``coverage`` is the share of that window in which it could have been seen; ``None`` where nobody can say.
    ``in_ratio`` tells whether the ratio rests on it, among others.
    """

    shift_days: int
    figure: CountFigure
    coverage: float | None = None
    in_ratio: bool = False


@dataclass(frozen=True, slots=True)
class RateRatio:
    """Rate inside over rate in the reference windows it rests on, with a 95 % interval.

    Conditional on the sum of two Poisson counts the share inside is binomial; its Clopper-Pearson interval is
    carried over to the ratio (Przyborowski & Wilenski 1940). It is exact for independent events at a steady rate and
    too narrow for any that come in clusters. ``ratio`` and ``high`` are ``None`` when the reference is 0.
    ``inside`` and ``reference`` are the counts, ``windows`` is the number of reference windows behind the second.
    """

    ratio: float | None
    low: float
    high: float | None
    inside: int
    reference: int
    windows: int


@dataclass(frozen=True, slots=True)
class GapCount:
    """What the count would be, best figure, if an episode ended after another pause, in minutes."""

    gap_min: int
    count: int


@dataclass(frozen=True, slots=True)
class CountLine:
    """One count: under which rule, of what, through which channel, in which reading's window.

    ``parameters`` are the rule's own (``(("gap_min", 60),)``) and, under a rule that sorts by classes, the class the
    line is of (``(("class", "mortar"),)``); ``basis`` is ``observations`` or
    ``published figure``. A line has a ratio once it has been held against its reference windows
    (:func:`~truceline.agreements.counting.compared`), or else ``no_ratio``, a word of
    :data:`~truceline.agreements.counting.NO_RATIO`.
    """

    rule: str
    parameters: tuple[Parameter, ...]
    phenomenon: str
    stratum: str
    reading: str
    inside: CountFigure
    reference: tuple[ReferenceCount, ...]
    ratio: RateRatio | None
    basis: str = "observations"
    coverage: float | None = None
    """Share of the reading's window in which it could have been seen; ``None`` where nobody can say."""
    no_ratio: str = ""
    gaps: tuple[GapCount, ...] = ()
    """Only under ``episode``: how far the gap moves the figure."""


@dataclass(frozen=True, slots=True)
class SeriesBin:
    """One day or week: its local start, the count in it, and the share of it that could have been seen."""

    start: datetime
    count: int
    coverage: float | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Counts by day or week in local time, around the window of a reading."""

    rule: str
    phenomenon: str
    stratum: str
    bin: str
    bins: tuple[SeriesBin, ...]
    basis: str = "observations"
