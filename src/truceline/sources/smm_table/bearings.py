"""Compass winds as observers name them, and the sweep of the horizon that several of them make.

One of the sixteen winds stands for the sector of 22.5 degrees around it: "S" is everything nearer to south than to
SSW or SSE. Several winds make the smallest sweep that holds all their sectors. Winds that do not touch ("S and W")
are joined the same way, since the place must lie inside what is kept; when there are two smallest sweeps ("N and S")
neither is picked and the whole horizon is kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

WINDS = ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")
SECTOR_DEG = 22.5
HORIZON = (0.0, 0.0)
"""All round, as a sector place writes it."""

_NAMES = {"north": "N", "east": "E", "south": "S", "west": "W"}
_LONG = re.compile(
    r"\b(north|south|east|west)[\s-]*(?:(north|south|east|west)[\s-]*)?(north|south|east|west)?\b", re.IGNORECASE
)
WIND = re.compile(r"(?<![A-Za-z])(" + "|".join(sorted(WINDS, key=len, reverse=True)) + r")(?![A-Za-z])", re.IGNORECASE)


def short_names(text: str) -> str:
    """The same words with "south-west" written SW.

    >>> short_names("2km north-north-east and south west")
    '2km NNE and SW'
    """

    def _short(match: re.Match[str]) -> str:
        letters = "".join(_NAMES[name.lower()] for name in match.groups() if name)
        tail = match.group()[len(match.group().rstrip(" -")) :]
        return letters + tail if letters in WINDS else match.group()

    return _LONG.sub(_short, text)


def centre(wind: str) -> float:
    """The bearing of a wind in degrees clockwise from north.

    >>> centre("SSW")
    202.5
    """
    return WINDS.index(wind.upper()) * SECTOR_DEG


def sweep(winds: Sequence[str]) -> tuple[float, float]:
    """From which bearing on to which, in degrees, the named winds reach.

    >>> sweep(["S", "SSW"]), sweep(["NNW", "N", "NNE"]), sweep(["N", "S"])
    ((168.75, 213.75), (326.25, 33.75), (0.0, 0.0))
    """
    places = sorted({WINDS.index(wind.upper()) for wind in winds})
    gaps = [(after - before) % 16 or 16 for before, after in zip(places, places[1:] + places[:1], strict=True)]
    widest = max(gaps)
    if widest == 1 or gaps.count(widest) > 1:
        return HORIZON
    last = gaps.index(widest)
    first = places[(last + 1) % len(places)]
    return (first - 0.5) * SECTOR_DEG % 360, (places[last] + 0.5) * SECTOR_DEG % 360


def touches(winds: Sequence[str]) -> bool:
    """Whether the winds follow one another without a gap."""
    start, end = sweep(winds)
    return (start, end) != HORIZON and round(((end - start) % 360) / SECTOR_DEG) == len({w.upper() for w in winds})
