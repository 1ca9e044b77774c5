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

    What went on counts with probability 0, as a count by start needs it; but it is no silence.
    """

    probability: Floats
    went_on: Mask

    @property
    def touched(self) -> Mask:
        """Which have anything to do with the window."""
        touched: Mask = (self.probability > 0.0) | self.went_on
        return touched

    def take(self, rows: Rows) -> InWindow:
        """Some of the incidents."""
        return InWindow(self.probability[rows], self.went_on[rows])

    def of_presence(self) -> InWindow:
        """The same where the act is being there: what came before and stayed was there inside the window."""
        return InWindow(np.where(self.went_on, 1.0, self.probability), np.zeros_like(self.went_on))


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
    return InWindow(started, went_on)


def inside_awake(incidents: IncidentTable, window: Interval, asleep: Sequence[Interval]) -> InWindow:
    """The same for a window of which some spans do not count, as when a norm was suspended.

    What began in such a span and went on after it is, like what began before the window, no silence; what may have
    happened in it counts with the share outside it.
    """
    parts = [inside_window(incidents, span) for span in awake(window, asleep)]
    probability = np.round(sum((part.probability for part in parts), np.zeros(len(incidents))), _DIGITS)
    went_on = np.any([part.went_on for part in parts], axis=0) if parts else np.zeros(len(incidents), dtype=bool)
    return InWindow(probability, went_on & (probability == 0.0))


def inside_perhaps_awake(
    incidents: IncidentTable, window: Interval, asleep: Sequence[Interval], perhaps: Sequence[Interval]
) -> InWindow:
    """The same where of some spans nobody knows whether they count: what happened in them is neither in nor out."""
    if not perhaps:
        return inside_awake(incidents, window, asleep) if asleep else inside_window(incidents, window)
    most, least = inside_awake(incidents, window, asleep), inside_awake(incidents, window, (*asleep, *perhaps))
    between = np.round((most.probability + least.probability) / 2, _DIGITS)
    return InWindow(between, (most.went_on | least.went_on) & (between == 0.0))


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
