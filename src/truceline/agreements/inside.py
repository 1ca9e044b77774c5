"""How probably incidents lie inside a window; and how surely inside a zone, by :mod:`truceline.agreements.space`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from truceline.agreements.space.inside import Inside, inside_everywhere
from truceline.agreements.space.inside import inside_zone as inside_dated_zone
from truceline.agreements.space.zone import Zone
from truceline.model import IncidentTable, Interval, microseconds
from truceline.model.columns import Floats, Mask, Rows

__all__ = ["InWindow", "Inside", "inside_everywhere", "inside_window", "inside_zone"]

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


def inside_zone(incidents: IncidentTable, zone: shapely.Geometry) -> Inside:
    """Per incident, how surely its position lies inside an outline in degrees that is exactly known.

    Uses latitude, longitude and the 95 % radius; without all three nobody can say.
    """
    return inside_dated_zone(incidents, Zone("", zone))
