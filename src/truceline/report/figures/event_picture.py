"""The picture of one located event: a map of who heard it, and how late or early each arrival came.

Left the sensors (filled: heard; open: should have heard and did not; crossed: dead or deaf), the event with its 95 %
ellipse and, where it could as well have been elsewhere, the second place. An ellipse too small to see is shown
again, enlarged, in a corner where nothing stands, or below the map where every corner is taken. Right the residuals
against distance, with the band that holds 95 % of them. What a symbol means is told by its form and filling; colour
only repeats it.

Without marks, as a picture leaves the mission, the left half shows the ellipse alone.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from xml.sax.saxutils import escape

from truceline.report.content import shown
from truceline.report.figures.event_frame import Frame, Panel, axis_steps, bar_length
from truceline.report.figures.event_names import FAR, Box, Mark, around, meet, names, width
from truceline.report.figures.svg import (
    BLUE,
    GREY,
    INK,
    PALE,
    PAPER,
    VERMILLION,
    attributes,
    box,
    drawing,
    hatch,
    line,
    number,
    titled,
    words,
)

Look = dict[str, str | float]

HEARD, MISSED, UNFIT = "heard", "missed", "unfit"
WIDTH, PANEL, GAP = 720.0, 350.0, 20.0
_AXIS_LEFT, _AXIS_BELOW, _TOP = 48.0, 40.0, 12.0
_SMALLEST_ELLIPSE = 7.0
_INSET = 104.0
_CLEAR = 8.0
"""Room around a sensor that the enlarged ellipse leaves."""
_ONE_LINE = 96
_EDGE_95 = 1.96


@dataclass(frozen=True, slots=True)
class Said:
    """An arrival: how far along it stands (m, or its place in the order) and how late it came (s, or standard errors).

    NaN for a sensor that heard nothing.
    """

    kind: str
    along: float
    late: float
    name: str


@dataclass(frozen=True, slots=True)
class Shape:
    """An ellipse that holds the place with 95 %: semi-axes, bearing of the long one from north, and its middle."""

    major_m: float
    minor_m: float
    azimuth_deg: float
    x_m: float = 0.0
    y_m: float = 0.0


@dataclass(frozen=True)
class EventPicture:
    """What a picture shows, every word of it in the reader's language.

    ``id`` names the drawing among others of a page. ``along_unit`` and ``late_unit`` are the units of the axes in those
    of :class:`Said` (1000 m, 0.001 s); without ``along_unit`` only the order is told. ``spread`` gives the standard
    error of an arrival so far along; ``length`` words a length in metres, ``figure`` a number.
    """

    title: str
    description: str
    lines: tuple[str, ...]
    marks: tuple[Mark, ...]
    said: tuple[Said, ...]
    shape: Shape
    mirror: Shape | None
    legend: tuple[tuple[str, str], ...]
    map_title: str
    distance_title: str
    residual_title: str
    band_title: str
    along_unit: float | None
    late_unit: float
    spread: Callable[[float], float]
    id: str
    length: Callable[[float], str]
    figure: Callable[[float], str]


def draw(picture: EventPicture) -> str:
    """The picture as SVG, by itself: no script, no file beside it, the same bytes for the same event."""
    parts = [f"<title>{escape(shown(picture.title))}</title><desc>{escape(shown(picture.description))}</desc>"]
    drawn, below = _map(picture)
    parts += drawn
    parts += _residuals(picture)
    y = below + 26.0
    for text in picture.lines:
        for part in textwrap.wrap(shown(text), _ONE_LINE) or [""]:
            parts.append(words(2.0, y, part))
            y += 18.0
    drawn, y = _legend(picture, y + 4.0)
    return drawing(
        WIDTH, y, hatch(f"{picture.id}-ellipse", GREY, 45, 5.0, stroke_width=1.0), parts + drawn, picture.title
    )


def _map(picture: EventPicture) -> tuple[list[str], float]:
    """The map, and where it ends."""
    panel = Panel(0.0, 0.0, PANEL, PANEL)
    frame = Frame.around(_points(picture), panel)
    small = picture.shape.major_m * frame.scale < _SMALLEST_ELLIPSE
    inset = _inset_panel(picture, frame) if small else None
    parts = [box(0.5, 0.5, PANEL - 1, PANEL - 1, fill=PAPER, stroke=GREY, stroke_width=1.0, class_="panel")]
    parts += [_mark(mark.kind, *frame.place(mark.x_m, mark.y_m), mark.name) for mark in picture.marks]
    parts += names(frame, picture.marks, _reserved(picture, frame, inset), PANEL)
    parts += _event(frame, picture, small=small)
    if picture.mirror is not None:
        parts.append(_ellipse(frame, picture.mirror, picture.id, dashed=True))
        x, y = frame.place(picture.mirror.x_m, picture.mirror.y_m)
        parts.append(words(x - 3.5, y + 5.0, "?", font_size=15.0, font_weight="bold"))
    parts += _scale_bar(picture, frame, panel)
    parts += _north(panel)
    parts.append(words(8.0, 18.0, picture.map_title, font_size=12.0))
    if inset is not None:
        parts += _inset(picture, frame, inset)
    return parts, PANEL if inset is None else max(PANEL, inset.top + inset.height)


def _reserved(picture: EventPicture, frame: Frame, inset: Panel | None) -> list[Box]:
    """Where no name may stand: sensors and event, title, arrow, scale and the ellipse enlarged."""
    places = [frame.place(mark.x_m, mark.y_m) for mark in picture.marks if mark.kind != FAR]
    bar = bar_length(0.3 * PANEL / frame.scale)
    wide = bar * frame.scale + 6.0 + width(picture.length(bar), 11.0)
    taken = [around(x, y, 5.0) for x, y in places]
    taken += [around(*frame.place(0.0, 0.0), 7.0), (8.0, 6.0, 8.0 + width(picture.map_title, 12.0), 22.0)]
    taken += [(PANEL - 28.0, 12.0, PANEL - 8.0, 46.0), (12.0, PANEL - 18.0, 12.0 + wide, PANEL - 6.0)]
    if inset is not None:
        taken.append((inset.left, inset.top, inset.left + inset.width, inset.top + inset.height))
    return taken


def _points(picture: EventPicture) -> list[tuple[float, float]]:
    """What must lie on the map: sensors, and all of each ellipse."""
    points = [(mark.x_m, mark.y_m) for mark in picture.marks]
    for shape in (picture.shape, *([picture.mirror] if picture.mirror else [])):
        points += [
            (shape.x_m + part * shape.major_m, shape.y_m + other * shape.major_m)
            for part in (-1.0, 1.0)
            for other in (-1.0, 1.0)
        ]
    return points


def _mark(kind: str, x: float, y: float, name: str) -> str:
    if kind == HEARD:
        piece = f"<circle{attributes(cx=x, cy=y, r=4.5, fill=BLUE, stroke=INK, stroke_width=0.8, class_='heard')}/>"
    elif kind == MISSED:
        look = attributes(cx=x, cy=y, r=5.0, fill=PAPER, stroke=VERMILLION, stroke_width=2.0, class_="missed")
        piece = f"<circle{look}/>"
    elif kind == UNFIT:
        cross: Look = {"stroke": INK, "stroke_width": 2.0, "class_": "unfit"}
        piece = line(x - 4, y - 4, x + 4, y + 4, **cross) + line(x - 4, y + 4, x + 4, y - 4, **cross)
    else:
        piece = f"<circle{attributes(cx=x, cy=y, r=1.6, fill=GREY, class_='far')}/>"
    return titled(piece, name) if name else piece


def _event(frame: Frame, picture: EventPicture, *, small: bool) -> list[str]:
    x, y = frame.place(0.0, 0.0)
    look: Look = {"stroke": INK, "stroke_width": 2.0, "class_": "event"}
    cross = line(x - 7, y, x + 7, y, **look) + line(x, y - 7, x, y + 7, **look)
    return (
        [titled(cross, picture.title)] if small else [_ellipse(frame, picture.shape, picture.id, dashed=False), cross]
    )


def _ellipse(frame: Frame, shape: Shape, name: str, *, dashed: bool) -> str:
    x, y = frame.place(shape.x_m, shape.y_m)
    # The long axis lies to the right before it is turned; bearings run clockwise from north, as turns do on paper.
    turn = f"rotate({number((shape.azimuth_deg - 90.0) % 360.0)} {number(x)} {number(y)})"
    radii = {"rx": max(shape.major_m * frame.scale, 0.5), "ry": max(shape.minor_m * frame.scale, 0.5)}
    dash = {"stroke_dasharray": "5 4"} if dashed else {}
    look = attributes(
        cx=x, cy=y, **radii, fill=f"url(#{name}-ellipse)", stroke=INK, stroke_width=1.6, **dash, transform=turn,
        class_="ellipse",
    )  # fmt: skip
    return f"<ellipse{look}/>"


def _scale_bar(picture: EventPicture, frame: Frame, panel: Panel) -> list[str]:
    length_m = bar_length(0.3 * panel.width / frame.scale)
    x, y, wide = panel.left + 12.0, panel.top + panel.height - 12.0, length_m * frame.scale
    look: Look = {"stroke": INK, "stroke_width": 2.0, "class_": "scale"}
    return [
        line(x, y, x + wide, y, **look),
        line(x, y - 4, x, y + 4, **look),
        line(x + wide, y - 4, x + wide, y + 4, **look),
        words(x + wide + 6.0, y + 4.0, picture.length(length_m), font_size=11.0),
    ]


def _north(panel: Panel) -> list[str]:
    x, y = panel.left + panel.width - 18.0, panel.top + 14.0
    arrow = attributes(d=f"M{number(x)} {number(y)}l-5 14l5 -4l5 4z", fill=INK, class_="north")
    return [f"<path{arrow}/>", words(x, y + 28.0, "N", font_size=12.0, text_anchor="middle")]


def _inset_panel(picture: EventPicture, frame: Frame) -> Panel:
    """Where the ellipse is shown enlarged: a corner in which nothing stands, else below the map. Nothing is hidden."""
    low, high = 6.0, PANEL - _INSET - 6.0
    corners = [(low, 30.0), (high, 50.0), (low, high - 26.0), (high, high)]
    points = [(mark.x_m, mark.y_m) for mark in picture.marks] + [(0.0, 0.0)]
    points += [(picture.mirror.x_m, picture.mirror.y_m)] if picture.mirror else []
    places = [around(*frame.place(x_m, y_m), _CLEAR) for x_m, y_m in points]
    for left, top in corners:
        if not any(meet((left, top, left + _INSET, top + _INSET), place) for place in places):
            return Panel(left, top, _INSET, _INSET)
    return Panel(low, PANEL + 8.0, _INSET, _INSET)


def _inset(picture: EventPicture, frame: Frame, panel: Panel) -> list[str]:
    """The ellipse enlarged; a thread leads to it from the event."""
    left, top = panel.left, panel.top
    shape = picture.shape
    close = Frame.around([(-shape.major_m, -shape.major_m), (shape.major_m, shape.major_m)], panel)
    x, y = frame.place(0.0, 0.0)
    thread: Look = {"stroke": GREY, "stroke_width": 1.0, "stroke_dasharray": "2 3", "class_": "rule"}
    return [
        line(x, y, left + _INSET / 2, min(top + _INSET / 2, PANEL + 8.0), **thread),
        box(left, top, _INSET, _INSET, fill=PAPER, stroke=GREY, stroke_width=1.0, class_="panel"),
        _ellipse(close, shape, picture.id, dashed=False),
        *_scale_bar(picture, close, panel),
    ]


def _residuals(picture: EventPicture) -> list[str]:
    left, wide, high = PANEL + GAP + _AXIS_LEFT, PANEL - _AXIS_LEFT, PANEL - _AXIS_BELOW - _TOP
    farthest = max(1.0, max((one.along for one in picture.said if one.kind != FAR), default=0.0) * 1.04)
    told = [one for one in picture.said if one.kind != FAR]
    tallest = max([_EDGE_95 * picture.spread(farthest)] + [abs(one.late) for one in told if one.kind == HEARD])
    middle, deep = _TOP + (high - 26.0) / 2, (high - 26.0) / 2
    strip = _TOP + high - 10.0

    def at(distance_m: float, seconds: float) -> tuple[float, float]:
        return left + wide * distance_m / farthest, middle - deep * seconds / (1.08 * tallest)

    parts = [box(left, _TOP, wide, high, fill=PAPER, stroke=GREY, stroke_width=1.0, class_="panel")]
    parts += _band(picture, at, farthest)
    for step in axis_steps(-1.08 * tallest, 1.08 * tallest):
        _, y = at(0.0, step)
        parts.append(
            line(
                left,
                y,
                left + wide,
                y,
                stroke=INK if step == 0 else GREY,
                class_="axis" if step == 0 else "rule",
                stroke_width=0.8 if step else 1.2,
            )
        )
        parts.append(
            words(left - 5.0, y + 4.0, picture.figure(step / picture.late_unit), font_size=11.0, text_anchor="end")
        )
    for step in axis_steps(0.0, farthest) if picture.along_unit else ():
        x, _ = at(step, 0.0)
        parts.append(line(x, _TOP + high, x, _TOP + high + 4.0, stroke=INK, class_="axis"))
        told_as = picture.figure(step / (picture.along_unit or 1.0))
        parts.append(words(x, _TOP + high + 16.0, told_as, font_size=11.0, text_anchor="middle"))
    parts += [_mark(one.kind, at(one.along, 0.0)[0], strip, one.name) for one in told if one.kind != HEARD]
    parts += [_mark(HEARD, *at(one.along, one.late), one.name) for one in told if one.kind == HEARD]
    parts.append(words(left + 8.0, _TOP + 16.0, picture.band_title, font_size=11.0))
    turn = f"rotate(-90 {number(PANEL + GAP + 10.0)} {number(middle)})"
    parts.append(
        words(PANEL + GAP + 10.0, middle, picture.residual_title, font_size=11.0, text_anchor="middle", transform=turn)
    )
    parts.append(
        words(left + wide / 2, _TOP + high + 33.0, picture.distance_title, font_size=11.0, text_anchor="middle")
    )
    return parts


def _band(picture: EventPicture, at: Callable[[float, float], tuple[float, float]], farthest: float) -> list[str]:
    """The band that holds 95 % of the residuals."""
    steps = [farthest * part / 24 for part in range(25)]
    upper = [at(distance, _EDGE_95 * picture.spread(distance)) for distance in steps]
    lower = [at(distance, -_EDGE_95 * picture.spread(distance)) for distance in reversed(steps)]
    path = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in (*upper, *lower)) + "Z"
    look = attributes(d=path, fill=PALE, stroke=GREY, stroke_width=1.0, stroke_dasharray="4 3")
    return [f'<path{look} class="band"/>']


def _legend(picture: EventPicture, y: float) -> tuple[list[str], float]:
    """What each symbol means, two abreast; and where the drawing ends."""
    parts = []
    for place, (kind, text) in enumerate(picture.legend):
        x, row = 8.0 + 360.0 * (place % 2), y + 20.0 * (place // 2)
        parts += [_mark(kind, x, row, ""), words(x + 14.0, row + 4.0, text, font_size=12.0)]
    return parts, y + 20.0 * math.ceil(len(picture.legend) / 2) + 4.0
