"""Names on the map: inside an area where they fit, beside a small one with a line to it, never over each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import shapely

from truceline.report.figures.svg import INK, PAPER, line, words

SIZE, LETTER, ROW = 10.5, 5.3, 12.0
"""Height of the letters, about the width of one, and the distance of two lines."""
_ASIDE = ((1, -1), (1, 1), (-1, -1), (-1, 1), (1, 0), (-1, 0), (0, -1), (0, 1))
_DISTANCES = (26.0, 40.0, 56.0)
_SMALL = 40.0
"""An area smaller than this on paper has its name beside it."""
_LOOK: dict[str, str | float] = {"font_size": SIZE, "text_anchor": "middle"}


@dataclass(frozen=True, slots=True)
class Named:
    """An area's name and its largest ring on paper."""

    name: str
    ring: tuple[tuple[float, float], ...]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return (
            min(x for x, _ in self.ring),
            min(y for _, y in self.ring),
            max(x for x, _ in self.ring),
            max(y for _, y in self.ring),
        )

    @property
    def heart(self) -> tuple[float, float]:
        """The middle of the widest circle inside, where a name has most room."""
        left, top, right, bottom = self.bounds
        whole = shapely.Polygon(self.ring).buffer(0) if len(self.ring) > 2 else shapely.Polygon()
        if whole.is_empty:
            return (left + right) / 2, (top + bottom) / 2
        middle = shapely.maximum_inscribed_circle(whole, tolerance=1.0).coords[0]
        return round(middle[0], 1), round(middle[1], 1)


@dataclass(frozen=True, slots=True)
class _Label:
    rows: tuple[str, ...]
    x: float
    y: float

    @property
    def box(self) -> shapely.Polygon:
        wide, high = max(len(row) for row in self.rows) * LETTER / 2, len(self.rows) * ROW / 2
        return shapely.box(self.x - wide, self.y - high, self.x + wide, self.y + high)

    def drawn(self) -> list[str]:
        first = self.y - (len(self.rows) - 1) * ROW / 2 + 3.5
        placed = [(self.x, first + number * ROW, row) for number, row in enumerate(self.rows)]
        halo: dict[str, str | float] = {"fill": PAPER, "stroke": PAPER, "stroke_width": 3.0, "class_": "halo"}
        behind = [words(x, y, row, **{**_LOOK, **halo}) for x, y, row in placed]
        return behind + [words(x, y, row, **_LOOK) for x, y, row in placed]


def labels(areas: Sequence[Named], width: float, height: float) -> list[str]:
    """Names of the areas in the order given, each only where it covers no other; the first have the first choice."""
    taken: list[shapely.Polygon] = []
    frame = shapely.box(0.0, 0.0, width, height)
    parts: list[str] = []
    for area in areas:
        for label in _choices(area):
            if frame.covers(label.box) and not any(label.box.intersects(other) for other in taken):
                taken.append(label.box)
                parts += [*_leader(area, label), *label.drawn()]
                break
    return parts


def _choices(area: Named) -> Iterator[_Label]:
    """In one line, a line for each word, words broken at a hyphen, and beside an area too small for any of it."""
    x, y = area.heart
    left, top, right, bottom = area.bounds
    for rows in ((area.name,), tuple(area.name.split()), tuple(area.name.replace("-", "- ").split())):
        label = _Label(rows or ("",), x, y)
        wide, high = max(len(row) for row in label.rows) * LETTER, len(label.rows) * ROW
        if wide <= (right - left) * 0.95 and high <= bottom - top:
            yield label
    if max(right - left, bottom - top) < _SMALL:
        reach = len(area.name) * LETTER / 2
        for distance in _DISTANCES:
            for across, down in _ASIDE:
                yield _Label((area.name,), x + across * (distance + reach * abs(across)), y + down * distance)


def _leader(area: Named, label: _Label) -> list[str]:
    """A line from the area to a name that stands beside it."""
    x, y = area.heart
    if (label.x, label.y) == (x, y):
        return []
    left, _, right, _ = label.box.bounds
    return [line(x, y, min(max(x, left), right), label.y, stroke=INK, class_="leader")]
