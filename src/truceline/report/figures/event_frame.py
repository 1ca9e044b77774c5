"""Metres on paper: where a place of the plane lies in a panel, and round figures for scale bars and axes."""

from __future__ import annotations

import math
from dataclasses import dataclass

_ROOM = 26.0
_SMALLEST_M = 1e-3
_MOST_STEPS = 6


@dataclass(frozen=True, slots=True)
class Panel:
    """A rectangle of the drawing."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Frame:
    """A panel in which places are drawn to scale, north up; ``scale`` is units of the drawing per metre."""

    panel: Panel
    middle_x_m: float
    middle_y_m: float
    scale: float

    @classmethod
    def around(cls, points: list[tuple[float, float]], panel: Panel) -> Frame:
        """The frame in which all points fit.

        >>> Frame.around([(-10.0, 0.0), (10.0, 5.0)], Panel(0, 0, 252, 252)).scale
        10.0
        """
        west, east = min(x for x, _ in points), max(x for x, _ in points)
        south, north = min(y for _, y in points), max(y for _, y in points)
        widest = max(east - west, north - south, _SMALLEST_M)
        scale = (min(panel.width, panel.height) - 2 * _ROOM) / widest
        return cls(panel, (west + east) / 2, (south + north) / 2, scale)

    def place(self, x_m: float, y_m: float) -> tuple[float, float]:
        """A place in units of the drawing."""
        x = self.panel.left + self.panel.width / 2 + (x_m - self.middle_x_m) * self.scale
        y = self.panel.top + self.panel.height / 2 - (y_m - self.middle_y_m) * self.scale
        return x, y


def bar_length(longest: float) -> float:
    """The longest of 1, 2, 5, 10, … that is not longer.

    >>> bar_length(730.0), bar_length(0.3)
    (500.0, 0.2)
    """
    power = 10.0 ** math.floor(math.log10(longest))
    return next(round(step * power, 9) for step in (5, 2, 1) if step * power <= longest * (1 + 1e-9))


def axis_steps(low: float, high: float) -> list[float]:
    """Round figures between two, six at most, zero among them where it lies between.

    >>> axis_steps(-0.11, 0.11)
    [-0.1, -0.05, 0.0, 0.05, 0.1]
    """
    wide = (high - low) / _MOST_STEPS
    power = 10.0 ** math.floor(math.log10(wide))
    step = next(part * power for part in (1, 2, 5, 10) if part * power >= wide * (1 - 1e-9))
    return [
        round(place * step, 9) + 0.0
        for place in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    ]
