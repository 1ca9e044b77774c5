"""The map of what could be seen: the mission's own outlines, coloured and hatched by coverage state.

Plate carrée shrunk by the cosine of the middle latitude: shapes look familiar at the size of a country, and no
distance is meant to be read off. No incident is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import shapely

from truceline.report.figures.map_labels import Named, labels
from truceline.report.figures.svg import (
    GREY,
    INK,
    ORANGE,
    PAPER,
    SKY,
    attributes,
    box,
    dots,
    drawing,
    grid,
    hatch,
    titled,
    words,
)

WIDTH, MARGIN, TALLEST = 720.0, 8.0, 620.0
_ABREAST = 2
"""Two words of the legend side by side: a phone, which shows the map by parts, shows all of the legend at once."""
LOOKS = {
    "watching": SKY,
    "degraded": "url(#map-degraded)",
    "blind": "url(#map-blind)",
    "denied": "url(#map-denied)",
    "unknown": "url(#map-unknown)",
}
Ring = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Outline:
    """An area's name, its state as a code and as written, and its rings in degrees."""

    name: str
    state: str
    written: str
    rings: tuple[Ring, ...]


@dataclass(frozen=True, slots=True)
class CoverageMap:
    """What the map shows; ``legend`` pairs each state with its word."""

    outlines: tuple[Outline, ...]
    legend: tuple[tuple[str, str], ...]
    description: str


def rings_of(geometry: dict[str, object]) -> tuple[Ring, ...]:
    """The rings of a GeoJSON polygon or multipolygon, outer and inner alike; nothing for any other kind."""
    coordinates = cast("list[object]", geometry.get("coordinates", []))
    if geometry.get("type") == "Polygon":
        polygons = [coordinates]
    elif geometry.get("type") == "MultiPolygon":
        polygons = cast("list[list[object]]", coordinates)
    else:
        return ()
    return tuple([_position(p) for p in cast("list[object]", ring)] for polygon in polygons for ring in polygon if ring)


def _position(position: object) -> tuple[float, float]:
    lon, lat, *_ = cast("Sequence[float]", position)
    return float(lon), float(lat)


def draw(picture: CoverageMap) -> str:
    """The map as SVG, its legend below; small areas lie over the large ones that may surround them."""
    points = [point for outline in picture.outlines for ring in outline.rings for point in ring]
    frame = _Frame.around(points)
    largest_first = sorted(picture.outlines, key=lambda outline: -max(map(_size, outline.rings), default=0.0))
    parts = [_area(outline, frame) for outline in largest_first]
    named = [Named(outline.name, _widest(outline, frame)) for outline in largest_first if outline.rings]
    parts += labels(named, WIDTH, frame.height)
    parts += _legend(picture, frame.height + 14.0)
    rows = math.ceil(len(picture.legend) / _ABREAST)
    return drawing(WIDTH, frame.height + 20.0 + 26.0 * rows, _patterns(), parts, picture.description)


@dataclass(frozen=True, slots=True)
class _Frame:
    west: float
    north: float
    scale_x: float
    scale_y: float
    left: float
    height: float

    @classmethod
    def around(cls, points: list[tuple[float, float]]) -> _Frame:
        west, east = min(lon for lon, _ in points), max(lon for lon, _ in points)
        south, north = min(lat for _, lat in points), max(lat for _, lat in points)
        shrink = max(0.05, math.cos(math.radians((south + north) / 2)))
        wide, high = max((east - west) * shrink, 1e-6), max(north - south, 1e-6)
        scale = min((WIDTH - 2 * MARGIN) / wide, (TALLEST - 2 * MARGIN) / high)
        left = (WIDTH - wide * scale) / 2
        return cls(west, north, scale * shrink, scale, left, high * scale + 2 * MARGIN)

    def place(self, point: tuple[float, float]) -> tuple[float, float]:
        x = self.left + (point[0] - self.west) * self.scale_x
        y = MARGIN + (self.north - point[1]) * self.scale_y
        return round(x, 1), round(y, 1)

    def trace(self, ring: Ring) -> Ring:
        """The ring on paper, without the points that a reader could not tell from the one before."""
        traced = [self.place(ring[0])]
        for point in ring[1:]:
            here = self.place(point)
            if abs(here[0] - traced[-1][0]) + abs(here[1] - traced[-1][1]) >= 0.8:
                traced.append(here)
        return traced


def _size(ring: Ring) -> float:
    return float(shapely.Polygon(ring).area) if len(ring) > 3 else 0.0


def _widest(outline: Outline, frame: _Frame) -> tuple[tuple[float, float], ...]:
    return tuple(frame.trace(max(outline.rings, key=_size)))


def _area(outline: Outline, frame: _Frame) -> str:
    path = "".join(_subpath(frame.trace(ring)) for ring in outline.rings)
    look = attributes(d=path, fill_rule="evenodd", stroke=PAPER, stroke_width=3.0, class_="ground")
    ground = f'<path{look} fill="{PAPER}"/>'
    top = attributes(d=path, fill_rule="evenodd", fill=LOOKS.get(outline.state, LOOKS["unknown"]))
    edge = attributes(stroke=GREY, stroke_width=0.8, class_=f"area {outline.state}")
    return titled(f"{ground}<path{top}{edge}/>", f"{outline.name}: {outline.written}")


def _subpath(points: Ring) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z"


def _legend(picture: CoverageMap, y: float) -> list[str]:
    parts = []
    for place, (state, label) in enumerate(picture.legend):
        x, row = MARGIN + (place % _ABREAST) * 216.0, y + 26.0 * (place // _ABREAST)
        parts.append(box(x, row, 26.0, 15.0, fill=LOOKS[state], stroke=GREY, stroke_width=0.8, class_=f"area {state}"))
        parts.append(words(x + 34.0, row + 12.0, label, font_size=13.0))
    return parts


def _patterns() -> str:
    """Broad bands, narrow strokes, a grid and dots: four looks that need no colour to be told apart."""
    return (
        hatch("map-degraded", SKY, 90, 9.0, stroke_width=5.0, class_="band")
        + hatch("map-blind", INK, 45, 5.0, stroke_width=1.6)
        + grid("map-denied", ORANGE, 7.0)
        + dots("map-unknown", GREY, 7.0)
    )
