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
BRACKET, STRIP = 22.0, 12.0
_WIDE_ENOUGH = 41.0
"""Width of a day in which its coverage can be written out."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One day or week: from, to (seconds since 1970), its label, the count and the count as written.

    ``share`` is what of it could have been seen, ``None`` where nobody assessed it; ``seen`` the same as written;
    ``marked`` points at the day of a daily report.
    """

    start_s: float
    end_s: float
    label: str
    count: int
    written: str
    share: float | None
    seen: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """A reading's window and its name."""

    start_s: float
    end_s: float
    label: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """What the drawing shows, all words already in the reader's language. ``id`` is its own within the report."""

    id: str
    bars: tuple[Bar, ...]
    windows: tuple[Window, ...]
    count_label: str
    date_label: str
    coverage_label: str
    description: str
    plot_height: float


def draw(timeline: Timeline) -> str:
    """The drawing as SVG: bars above, and below each bar how much of its day could have been seen."""
    top = 26.0 + BRACKET * len(timeline.windows)
    floor = top + timeline.plot_height
    scale = _ticks(max([bar.count for bar in timeline.bars], default=0))
    parts = [
        words(LEFT, 14.0, timeline.count_label, font_size=12.0, fill=GREY, class_="grey"),
        *_windows(timeline, floor),
        *_grid(scale, top, floor),
        *_bars(timeline, scale[-1], top, floor),
        *_strip(timeline, floor + 46.0),
    ]
    return drawing(WIDTH, floor + 78.0, hatch(_hatching(timeline), GREY, 45), parts, timeline.description)


def _hatching(timeline: Timeline) -> str:
    return f"{timeline.id}-unseen"


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
        if place % every == 0 or bar.marked:
            look = (
                {"fill": INK, "class_": "ink", "font_weight": "bold"}
                if bar.marked
                else {"fill": GREY, "class_": "grey"}
            )
            parts.append(words(middle, floor + 18.0, bar.label, font_size=12.0, text_anchor="middle", **look))
    return parts


def _strip(timeline: Timeline, y: float) -> list[str]:
    """Under each bar how much could have been seen: filled so far, hatched where nobody has assessed it."""
    grey: dict[str, str | float] = {"font_size": 12.0, "fill": GREY, "class_": "grey"}
    parts = [
        words(LEFT, y, timeline.coverage_label, **grey),
        words(WIDTH - RIGHT, y, timeline.date_label, text_anchor="end", **grey),
    ]
    for bar in timeline.bars:
        left, right = _x(timeline, bar.start_s), _x(timeline, bar.end_s)
        parts.append(titled(_seen(timeline, bar, left, right, y + 6.0), f"{bar.label}: {bar.seen}"))
        if bar.share is not None and right - left > _WIDE_ENOUGH:
            parts.append(
                words((left + right) / 2, y + 31.0, bar.seen, **{**grey, "font_size": 11.0}, text_anchor="middle")
            )
    return parts


def _seen(timeline: Timeline, bar: Bar, left: float, right: float, y: float) -> str:
    inset = min(2.0, (right - left) * 0.1)
    x, width = left + inset, right - left - 2 * inset
    empty = box(x, y, width, STRIP, fill=PAPER, stroke=GREY, stroke_width=0.8, class_="empty")
    if bar.share is None:
        return empty + box(x, y, width, STRIP, fill=f"url(#{_hatching(timeline)})", class_="unassessed")
    filled = STRIP * bar.share
    return empty + box(x, y + STRIP - filled, width, filled, fill=SKY, class_="seen")
