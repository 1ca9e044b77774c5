"""The figures a count comes to, each with the window it was taken in and what it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CountFigure:
    """A count with its range; ``high`` is ``None`` when an observer left it open.

    ``best`` counts what starts inside the window; ``low`` leaves out what may have happened outside it,
    ``high`` takes in what may have happened inside.
    """

    low: int
    best: int
    high: int | None


@dataclass(frozen=True, slots=True)
class ReferenceCount:
    """The same count in a window of the same length, shifted by whole days.

    ``coverage`` is the share of that window in which it could have been seen; ``None`` where nobody can say.
    """

    shift_days: int
    figure: CountFigure
    coverage: float | None = None


@dataclass(frozen=True, slots=True)
class RateRatio:
    """Rate inside over rate in the reference windows, with an exact 95 % interval.

    Conditional on the sum of two Poisson counts the share inside is binomial; its Clopper-Pearson interval is
    carried over to the ratio (Przyborowski & Wilenski 1940). ``ratio`` is ``None`` when the reference is 0.
    """

    ratio: float | None
    low: float
    high: float | None
    inside: int
    reference: int
    windows: int


@dataclass(frozen=True, slots=True)
class CountLine:
    """One count: under which rule, of what, through which channel, in which reading's window.

    ``parameters`` are the rule's own (``(("gap_min", 60),)``); ``basis`` is ``observations`` or
    ``published figure``.
    """

    rule: str
    parameters: tuple[tuple[str, str | int | float], ...]
    phenomenon: str
    stratum: str
    reading: str
    inside: CountFigure
    reference: tuple[ReferenceCount, ...]
    ratio: RateRatio | None
    basis: str = "observations"
    coverage: float | None = None
    """Share of the reading's window in which it could have been seen; ``None`` where nobody can say."""


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
