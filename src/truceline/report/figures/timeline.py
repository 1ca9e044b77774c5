"""The timeline: a count by day or week, the window of every reading, and the coverage it was seen under."""

from __future__ import annotations

import math
from dataclasses import dataclass

from truceline.report.figures.svg import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    PALE,
    PAPER,
    SKY,
    box,
    drawing,
    hatch,
    line,
    shortened,
    titled,
    words,
)

WIDTH, LEFT, RIGHT = 720.0, 54.0, 12.0
PLOT_HEIGHT, BRACKET, STRIP = 190.0, 22.0, 40.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One day or week: from, to (seconds since 1970), its label, the count and the count as written."""

    start_s: float
    end_s: float
    label: str
    count: int
    written: str


@dataclass(frozen=True, slots=True)
class Window:
    """A reading's window and its coverage share, as a number and as written."""

    start_s: float
    end_s: float
    label: str
    share: float
    strip_label: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """What the drawing shows, all words already in the reader's language."""

    bars: tuple[Bar, ...]
    windows: tuple[Window, ...]
    count_label: str
    date_label: str
    not_assessed: str
    description: str


def draw(timeline: Timeline) -> str:
    """The drawing as SVG."""
    top = 26.0 + BRACKET * len(timeline.windows)
    floor = top + PLOT_HEIGHT
    scale = _ticks(max([bar.count for bar in timeline.bars], default=0))
    parts = [
        words(LEFT, 14.0, timeline.count_label, font_size=12.0, fill=GREY, class_="grey"),
        *_windows(timeline, floor),
        *_grid(scale, top, floor),
        *_bars(timeline, scale[-1], top, floor),
        words(
            WIDTH - RIGHT,
            floor + 38.0,
            timeline.date_label,
            font_size=12.0,
            fill=GREY,
            text_anchor="end",
            class_="grey",
        ),
        *_strips(timeline, floor + 56.0),
    ]
    height = floor + 60.0 + STRIP * len(timeline.windows)
    return drawing(WIDTH, height, hatch("timeline-unseen", GREY, 45), parts, timeline.description)


def _x(timeline: Timeline, moment_s: float) -> float:
    first, last = timeline.bars[0].start_s, timeline.bars[-1].end_s
    share = (moment_s - first) / (last - first)
    return LEFT + min(1.0, max(0.0, share)) * (WIDTH - LEFT - RIGHT)


def _ticks(highest: int) -> list[int]:
    """Four to six round figures from 0 up to at least the highest count.

    >>> _ticks(101), _ticks(0)
    ([0, 25, 50, 75, 100, 125], [0, 1])
    """
    if highest <= 0:
        return [0, 1]
    rough = highest / 5
    size = 10 ** math.floor(math.log10(rough)) if rough >= 1 else 1
    step = next(
        int(size * factor) for factor in (1, 2, 2.5, 5, 10) if size * factor >= rough and size * factor % 1 == 0
    )
    return [step * i for i in range(math.ceil(highest / step) + 1)]


def _grid(scale: list[int], top: float, floor: float) -> list[str]:
    parts = []
    for tick in scale:
        y = floor - (floor - top) * tick / scale[-1]
        parts.append(line(LEFT, y, WIDTH - RIGHT, y, stroke=GREY if tick == 0 else PALE))
        parts.append(words(LEFT - 8.0, y + 4.0, str(tick), font_size=12.0, fill=GREY, text_anchor="end", class_="grey"))
    return parts


def _windows(timeline: Timeline, floor: float) -> list[str]:
    parts = []
    for row, window in enumerate(timeline.windows):
        y = 26.0 + BRACKET * row
        left, right = _x(timeline, window.start_s), _x(timeline, window.end_s)
        parts.append(box(left, y, right - left, floor - y, fill=ORANGE, fill_opacity="0.14", class_="window"))
        parts.append(line(left, y, right, y, stroke=ORANGE, stroke_width=3.0, class_="bracket"))
        label = shortened(window.label, 48)
        if (left + right) / 2 < WIDTH * 0.72:
            parts.append(words(left, y + 15.0, label, font_size=12.0))
        else:
            parts.append(words(right, y + 15.0, label, font_size=12.0, text_anchor="end"))
    return parts


def _bars(timeline: Timeline, highest: int, top: float, floor: float) -> list[str]:
    parts = []
    every = max(1, math.ceil(len(timeline.bars) / 11))
    for place, bar in enumerate(timeline.bars):
        left, right = _x(timeline, bar.start_s), _x(timeline, bar.end_s)
        height = (floor - top) * bar.count / highest
        inset = min(4.0, (right - left) * 0.15)
        body = box(left + inset, floor - height, right - left - 2 * inset, height, fill=BLUE, class_="bar")
        parts.append(titled(body, f"{bar.label}: {bar.written}"))
        middle = (left + right) / 2
        if right - left > 17.0:
            parts.append(words(middle, floor - height - 5.0, bar.written, font_size=12.0, text_anchor="middle"))
        if place % every == 0:
            parts.append(
                words(middle, floor + 18.0, bar.label, font_size=12.0, fill=GREY, text_anchor="middle", class_="grey")
            )
    return parts


def _strips(timeline: Timeline, y: float) -> list[str]:
    """Under each other, for every reading, how much could have been seen; hatched where nobody has assessed it."""
    parts = []
    for row, window in enumerate(timeline.windows):
        top = y + STRIP * row
        left, right = _x(timeline, window.start_s), _x(timeline, window.end_s)
        parts.append(words(LEFT, top + 10.0, shortened(window.strip_label, 100), font_size=12.0))
        unseen = box(LEFT, top + 16.0, WIDTH - LEFT - RIGHT, 12.0, fill="url(#timeline-unseen)", fill_opacity="0.45")
        parts.append(titled(unseen, timeline.not_assessed))
        parts.append(
            box(left, top + 16.0, right - left, 12.0, fill=PAPER, stroke=INK, stroke_width=0.8, class_="empty")
        )
        filled = 12.0 * window.share
        parts.append(box(left, top + 28.0 - filled, right - left, filled, fill=SKY, class_="seen"))
    return parts
