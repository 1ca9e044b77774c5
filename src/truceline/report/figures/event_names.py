"""Names beside the sensors of an event's map: each whole, inside the map, and over nothing that is drawn.

In: where sensors stand on paper and what else is drawn there. Out: words, or none where there is no room; every sensor
still tells its name when it is pointed at. How wide a name will be depends on the reader's letters, so widths are
those of the widest of the usual ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from truceline.report.figures.event_frame import Frame
from truceline.report.figures.svg import words

FAR = "far"
Box = tuple[float, float, float, float]
"""Left, top, right and bottom of a part of the drawing."""

_MOST_NAMES = 24
_SIZE = 10.0
_EDGE = 3.0
_WIDE = frozenset("WMQ@%mwШЩЮЖМФЫЪѲшщюжмфыъЄ")
_NARROW = frozenset("ijlI1.,:;!'|-–()[] ІЇії/")


@dataclass(frozen=True, slots=True)
class Mark:
    """A sensor on the map: metres east and north of the event."""

    kind: str
    x_m: float
    y_m: float
    name: str


def width(text: str, size: float = _SIZE) -> float:
    """How wide a text is at most in letters of a size, in units of the drawing.

    >>> round(width("P7"), 1), round(width("ПОСТ-7"), 1), width("")
    (14.4, 46.3, 0.0)
    """
    return size * sum(_letter(letter) for letter in text)


def _letter(letter: str) -> float:
    """Width of a letter in units of its size."""
    if letter in _WIDE:
        return 1.12
    if letter in _NARROW:
        return 0.47 if not letter.isdigit() else 0.64
    if letter.isdigit() or (letter.isascii() and letter.islower()):
        return 0.64
    if letter.islower():
        return 0.7
    return 0.8 if letter.isascii() else 0.88 if letter.isupper() else 1.1


def around(x: float, y: float, room: float) -> Box:
    """The box around a place."""
    return x - room, y - room, x + room, y + room


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes share any part."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def names(frame: Frame, marks: Sequence[Mark], reserved: Sequence[Box], panel: float) -> list[str]:
    """Names beside the sensors, as far as none runs into another, over what is reserved or out of the map."""
    taken, parts = list(reserved), list[str]()
    for mark in [mark for mark in marks if mark.kind != FAR][:_MOST_NAMES]:
        x, y = frame.place(mark.x_m, mark.y_m)
        wide = width(mark.name)
        for anchor, left, top in (
            ("start", x + 8.0, y),
            ("end", x - 8.0 - wide, y),
            ("middle", x - wide / 2, y - 11.0),
            ("middle", x - wide / 2, y + 11.0),
        ):
            here = (left, top - 5.0, left + wide, top + 5.0)
            outside = min(here[:2]) < _EDGE or max(here[2:]) > panel - _EDGE
            if outside or any(meet(here, other) for other in taken):
                continue
            taken.append(here)
            at = {"start": left, "end": left + wide, "middle": x}[anchor]
            parts.append(words(at, top + 3.5, mark.name, font_size=_SIZE, text_anchor=anchor))
            break
    return parts
