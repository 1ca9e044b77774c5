"""Windows to count in, and the windows before and after that a count is compared with."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from truceline.agreements.counting.tallies import Window
from truceline.model import Interval, UsageFault, ValueFault, in_utc, microseconds, midnight

WEEK_DAYS = 7
LONG_WINDOW_MULTIPLES = 2


def reference_shifts(window: Interval) -> tuple[int, ...]:
    """By how many whole days to shift a window for comparison, before and after, none overlapping the window itself.

    Up to a week: every day from the window's length, rounded up, to 7. Longer: once and twice that length.

    >>> from datetime import UTC, datetime
    >>> truce = Interval(datetime(2025, 4, 19, 15, tzinfo=UTC), datetime(2025, 4, 20, 21, tzinfo=UTC))
    >>> reference_shifts(truce)
    (-7, -6, -5, -4, -3, -2, 2, 3, 4, 5, 6, 7)
    """
    days = max(1, math.ceil(window.duration_s / 86_400))
    if days <= WEEK_DAYS:
        after = list(range(days, WEEK_DAYS + 1))
    else:
        after = [days * times for times in range(1, LONG_WINDOW_MULTIPLES + 1)]
    return (*(-days for days in reversed(after)), *after)


def shifted_by_days(window: Interval, days: int, zone: ZoneInfo) -> Interval:
    """The same length from the same local clock time so many days later (earlier when negative).

    Raises :class:`ValueFault` when it would leave the years 1 to 9999.
    """
    try:
        start = in_utc(window.start.astimezone(zone) + timedelta(days=days))
        return Interval(start, start + (window.end - window.start))
    except OverflowError as cause:
        raise ValueFault(
            f"{window.start.isoformat()} moved by {days} days is outside the years 1 to 9999",
            do="check the year of the window",
            example="2025-04-19T18:00:00+03:00",
        ) from cause


def reference_windows(window: Interval, shifts: Sequence[int], zone: ZoneInfo) -> tuple[tuple[int, Interval], ...]:
    """Each shift with its window, in order of the shift.

    A shift whose window overlaps the original, or falls off the calendar, is left out.
    """
    shifted = [(days, _moved(window, days, zone)) for days in sorted(set(shifts))]
    return tuple((days, other) for days, other in shifted if other is not None and not other.overlaps(window))


def _moved(window: Interval, days: int, zone: ZoneInfo) -> Interval | None:
    """The moved window; none when it is not moved at all or falls off the calendar."""
    try:
        return shifted_by_days(window, days, zone) if days else None
    except ValueFault:
        return None


@dataclass(frozen=True, slots=True)
class Bins:
    """Local days or weeks of seven local days: ``before`` of them up to the anchor day, ``after`` from it on.

    Raises :class:`UsageFault` for another kind of bin or a negative number.
    """

    bin: str
    anchor: date
    before: int
    after: int
    zone: ZoneInfo

    def __post_init__(self) -> None:
        """Refuse what is neither day nor week, and negative numbers."""
        if self.bin not in {"day", "week"}:
            raise UsageFault(f"there is no bin {self.bin!r}", where="bin", do="use day or week", example="day")
        if self.before < 0 or self.after < 0:
            raise UsageFault("a negative number of bins", where="before, after", do="give 0 or more", example="7")

    def days(self) -> tuple[date, ...]:
        """The local day each bin begins on, and the day the last one ends with."""
        step = timedelta(days=WEEK_DAYS if self.bin == "week" else 1)
        return tuple(self.anchor + step * number for number in range(-self.before, self.after + 1))

    def windows(self) -> tuple[Window, ...]:
        """Each bin from local midnight to local midnight."""
        edges = [microseconds(midnight(day, self.zone)) for day in self.days()]
        return tuple(itertools.pairwise(edges))


def window_us(window: Interval) -> Window:
    """A window in microseconds."""
    return microseconds(window.start), microseconds(window.end)
