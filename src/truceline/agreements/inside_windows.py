"""How probably incidents lie inside a window of time, of which some spans may not count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from truceline.model import IncidentTable, Interval, microseconds
from truceline.model.columns import Floats, Mask, Rows

_DIGITS = 6


@dataclass(frozen=True)
class InWindow:
    """Per incident: how probably it happened inside a window, and whether it began before and went on inside.

    ``least`` and ``most`` differ where nobody knows whether a span counts. What went on counts with probability 0, as a
    count by start needs it; but it is no silence. ``stayed`` are those that went on into what surely counts.
    """

    least: Floats
    most: Floats
    went_on: Mask
    stayed: Mask

    @property
    def probability(self) -> Floats:
        """The middle of both, which describes and decides nothing."""
        return np.round((self.least + self.most) / 2, _DIGITS)

    @property
    def touched(self) -> Mask:
        """Which have anything to do with the window."""
        touched: Mask = (self.most > 0.0) | self.went_on | self.stayed
        return touched

    def take(self, rows: Rows) -> InWindow:
        """Some of the incidents."""
        return InWindow(self.least[rows], self.most[rows], self.went_on[rows], self.stayed[rows])

    def of_presence(self) -> InWindow:
        """The same where the act is being there: what came before and stayed was there inside the window."""
        least = np.where(self.stayed, 1.0, self.least)
        most = np.where(self.went_on | self.stayed, 1.0, self.most)
        nobody = np.zeros_like(self.went_on)
        return InWindow(least, most, nobody, nobody)


def anywhen(number: int) -> InWindow:
    """The answer before a window is asked for: every incident is inside."""
    never = np.zeros(number, dtype=bool)
    return InWindow(np.ones(number), np.ones(number), never, never)


def inside_window(incidents: IncidentTable, window: Interval) -> InWindow:
    """Per incident, how probably it happened inside the window, and whether it went on into it.

    What *lasted* counts by its start: 1 or 0. What happened *sometime* in an interval counts with the share of the
    interval inside the window; an instant is inside or not.
    """
    begin, end = microseconds(window.start), microseconds(window.end)
    started = ((incidents.start_us >= begin) & (incidents.start_us < end)).astype(float)
    length = incidents.end_us - incidents.start_us
    spread = np.flatnonzero(incidents.sometime & (length > 0))
    overlap = np.minimum(incidents.end_us[spread], end) - np.maximum(incidents.start_us[spread], begin)
    started[spread] = np.round(np.clip(overlap, 0, None) / length[spread], _DIGITS)
    went_on = ~incidents.sometime & (incidents.start_us < begin) & (incidents.end_us > begin)
    return InWindow(started, started, went_on, went_on)


def inside_awake(incidents: IncidentTable, window: Interval, asleep: Sequence[Interval]) -> InWindow:
    """The same for a window of which some spans do not count, as when a norm was suspended.

    What began in such a span and went on after it is, like what began before the window, no silence; what may have
    happened in it counts with the share outside it.
    """
    parts = [inside_window(incidents, span) for span in awake(window, asleep)]
    probability = np.round(sum((part.probability for part in parts), np.zeros(len(incidents))), _DIGITS)
    went_on = np.any([part.went_on for part in parts], axis=0) if parts else np.zeros(len(incidents), dtype=bool)
    went_on = went_on & (probability == 0.0)
    return InWindow(probability, probability, went_on, went_on)


def inside_perhaps_awake(
    incidents: IncidentTable, window: Interval, asleep: Sequence[Interval], perhaps: Sequence[Interval]
) -> InWindow:
    """The same where of some spans nobody knows whether they count: what happened in them is neither in nor out.

    How probably they count nobody knows either: the least leaves them all out, the most takes them all in.
    """
    if not perhaps:
        return inside_awake(incidents, window, asleep) if asleep else inside_window(incidents, window)
    most, least = inside_awake(incidents, window, asleep), inside_awake(incidents, window, (*asleep, *perhaps))
    went_on = (most.went_on | least.went_on) & (most.most == 0.0)
    return InWindow(least.least, most.most, went_on, least.went_on)


def awake(window: Interval, asleep: Sequence[Interval]) -> tuple[Interval, ...]:
    """What is left of a window when some spans are taken out, in order of time.

    >>> from truceline.model import parse_moment
    >>> noon, one, two = (parse_moment(f"2031-04-19T{hour}:00:00Z") for hour in (12, 13, 14))
    >>> [span.duration_s for span in awake(Interval(noon, two), [Interval(one, one), Interval(one, two)])]
    [3600.0]
    """
    left, reached = [], window.start
    for span in sorted(asleep, key=lambda span: span.start):
        if span.start > reached and reached < window.end:
            left.append(Interval(reached, min(span.start, window.end)))
        reached = max(reached, span.end)
    return tuple([*left, Interval(reached, window.end)] if reached < window.end else left)
