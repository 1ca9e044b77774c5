"""Where from the observer: a band of distances and a sweep of bearings, such as "0.6-4km S and SSW".

A single distance is as exact as its last digit: "3km" is 2.5 to 3.5 km, "200m" 150 to 250 m; "about" makes it ten per
cent at least. A band ("2-5km") is taken as given, "about 2-5km" with ten per cent at either end. Without a distance the
band reaches from the observer to a stated limit, and the reader is told (``assumed``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from truceline.model import ValueFault
from truceline.sources.smm_table.bearings import HORIZON, WIND, short_names, sweep, touches

FARTHEST_M = 1_000_000.0
"""A distance from an observer above this is a slip of the pen."""
_ABOUT_SHARE = 0.10
_UNIT = r"\s*(km|m)\b"
_FIGURE = r"(?<!\d)(?<!(?<![a-z])\.)(\d++(?:\.\d++)?)"
"""A whole run of digits, never the tail of one: ".5km" is not 5 km, and thousands of digits take no time."""
_ABOUT = r"(?P<about>about|around|approximately|approx\.?|ca\.?|~)"
_BAND = re.compile(rf"{_ABOUT}?\s*{_FIGURE}(?:{_UNIT})?\s*(?:-|to|and)\s*{_FIGURE}{_UNIT}", re.IGNORECASE)
_DISTANCE = re.compile(
    rf"(?:(?P<more>over|more than|at least|beyond|>)|(?P<up>up to|within|less than|<)"
    rf"|{_ABOUT})?\s*{_FIGURE}{_UNIT}",
    re.IGNORECASE,
)
_ALL_ROUND = re.compile(
    r"\b(all|various|different|multiple|unknown|undetermined)\s+directions?\b|\ball (a)?round\b", re.IGNORECASE
)
_NOT_KNOWN = re.compile(r"\bn/k\b|\bnot known\b|\bunknown\b", re.IGNORECASE)
_FILLERS = frozenset(("all and to of from the at a between in distance direction directions or its " + "-").split())


@dataclass(frozen=True, slots=True)
class SeenFrom:
    """Distances in metres and bearings in degrees as seen from an observer.

    ``assumed`` says that a part was not stated and the widest was taken: the stated limit, or the whole horizon.
    """

    bearing_from: float
    bearing_to: float
    near_m: float
    far_m: float
    assumed: bool = False


def read_seen_from(text: str, limit_m: float) -> SeenFrom | None:
    """Distance and bearing in the words, ``None`` when they hold neither (then they name a place).

    Raises :class:`ValueFault` for a reversed band and for words beside a distance that cannot be read.

    >>> read_seen_from("0.6-4km S and SSW", 15_000)
    SeenFrom(bearing_from=168.75, bearing_to=213.75, near_m=600.0, far_m=4000.0, assumed=False)
    >>> read_seen_from("near the bridge", 15_000) is None
    True
    """
    words = short_names(" ".join(text.replace("–", "-").replace("—", "-").split()))
    rest = words
    bands, rest = _take_bands(rest, text, limit_m)
    all_round, rest = bool(_ALL_ROUND.search(rest)), _ALL_ROUND.sub(" ", rest)
    unknown, rest = bool(_NOT_KNOWN.search(rest)) or not words, _NOT_KNOWN.sub(" ", rest)
    winds, rest = WIND.findall(rest), WIND.sub(" ", rest)
    if not (bands or winds or all_round or unknown):
        return None
    _check_left_over(rest, text)
    return _joined(bands, [] if all_round else winds, limit_m, all_round=all_round)


def _joined(bands: list[tuple[float, float]], winds: list[str], limit_m: float, *, all_round: bool) -> SeenFrom:
    near = min((band[0] for band in bands), default=0.0)
    far = max((band[1] for band in bands), default=limit_m)
    start, end = sweep(winds) if winds else HORIZON
    assumed = not bands or not (all_round or (winds and touches(winds)))
    return SeenFrom(start, end, near, far, assumed)


def _take_bands(words: str, text: str, limit_m: float) -> tuple[list[tuple[float, float]], str]:
    bands = []
    for match in _BAND.finditer(words):
        near, far = metres_of(match[2], match[3] or match[5]), metres_of(match[4], match[5])
        if near > far:
            raise _fault(f"distance band in {text!r} gives the farther distance first")
        share = _ABOUT_SHARE if match["about"] else 0.0
        bands.append((near * (1 - share), far * (1 + share)))
    rest = _BAND.sub(" ", words)
    bands += [_around(match, text, limit_m) for match in _DISTANCE.finditer(rest)]
    return bands, _DISTANCE.sub(" ", rest)


def _around(match: re.Match[str], text: str, limit_m: float) -> tuple[float, float]:
    """The band of a single distance."""
    figure, unit = match[4], match[5]
    metres = metres_of(figure, unit)
    if match["more"]:
        if metres >= limit_m:
            raise _fault(f"{text!r} is beyond the limit of {limit_m:g} m taken for distances not stated")
        return metres, limit_m
    if match["up"]:
        return 0.0, metres
    half = half_of_last_digit(figure, unit)
    half = max(half, _ABOUT_SHARE * metres) if match["about"] else half
    return max(0.0, metres - half), metres + half


def half_of_last_digit(figure: str, unit: str) -> float:
    """Half of the last digit that was meant, in metres: 500 for 3 and for 10 km, 50 for 0.6 km and for 200 m.

    >>> half_of_last_digit("3", "km"), half_of_last_digit("0.6", "km"), half_of_last_digit("250", "m")
    (500.0, 50.0, 5.0)
    """
    whole, _, decimals = figure.partition(".")
    if unit.lower() == "km":
        return 500.0 * 10.0 ** -len(decimals)
    zeros = len(whole) - len(whole.rstrip("0")) if not decimals and whole.strip("0") else 0
    return 0.5 * 10.0 ** (zeros - len(decimals))


def metres_of(figure: str, unit: str) -> float:
    """A distance in metres; raises :class:`ValueFault` beyond :data:`FARTHEST_M`.

    >>> metres_of("0.6", "km")
    600.0
    """
    metres = round(float(figure) * (1000.0 if unit.lower() == "km" else 1.0), 3)
    if metres > FARTHEST_M:
        raise _fault(f"a distance of {figure[:20]} {unit} is farther than anybody sees or hears")
    return metres


def _check_left_over(rest: str, text: str) -> None:
    left = [word for word in re.split(r"[\s,;:().]+", rest) if word and word.lower() not in _FILLERS]
    if left:
        raise _fault(f"event location {text!r} holds words that cannot be read: {', '.join(left)}")


def _fault(what: str) -> ValueFault:
    return ValueFault(what, do="give a distance or band and compass winds, or N/K", example="0.6-4km S and SSW")
