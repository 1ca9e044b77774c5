"""Lengths and durations as agreements write them: a number with its unit, and nothing guessed.

A length is refused without a unit, and with one that could be taken for another (``nm`` is a nautical mile to one
reader and a nanometre to the next). A duration is ISO 8601 in weeks, days, hours, minutes and seconds; months and
years have no fixed length and are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from truceline.model import ValueFault

_LENGTH = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?([A-Za-zµ]+)")
_METRES = {"m": 1.0, "km": 1000.0}
_MILLIMETRES = {"mm": 1.0, "cm": 10.0}
_FARTHEST_M = 20_004_000.0
"""Half a meridian."""
_WIDEST_MM = 1_000.0
_SPAN = re.compile(r"P(?:([0-9]+)W)?(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?)?")
_LONGEST_DAYS = 36_525
"""A hundred years: what is longer is a slip of the pen."""


def distance_m(text: object) -> float:
    """A distance in metres from a number with its unit; raises :class:`ValueFault`.

    >>> distance_m("25 km"), distance_m("500 m")
    (25000.0, 500.0)
    """
    metres = _length(text, _METRES, "25 km")
    if metres > _FARTHEST_M:
        raise ValueFault(f"{text!r} is farther than any two places on the globe", do="check the unit", example="25 km")
    return metres


def calibre_mm(text: object) -> float:
    """A calibre in millimetres from a number with its unit; raises :class:`ValueFault`.

    >>> calibre_mm("100 mm")
    100.0
    """
    millimetres = _length(text, _MILLIMETRES, "100 mm")
    if millimetres > _WIDEST_MM:
        raise ValueFault(f"no weapon has the calibre {text!r}", do="check the number and its unit", example="100 mm")
    return millimetres


def _length(text: object, units: dict[str, float], example: str) -> float:
    if not isinstance(text, str):
        raise ValueFault(f"{text!r} has no unit", do=f"write the unit: {' or '.join(units)}", example=example)
    match = _LENGTH.fullmatch(text.strip())
    if match is None:
        raise ValueFault(f"{text!r} is not a length", do="write a number and its unit", example=example)
    number, unit = match.groups()
    if unit not in units:
        raise ValueFault(f"unknown unit {unit!r} in {text!r}", do=f"use {' or '.join(units)}", example=example)
    return float(number) * units[unit]


@dataclass(frozen=True, slots=True)
class Span:
    """A duration: days, which may be of the calendar, and seconds, which are not."""

    days: int
    seconds: int


def span(text: str) -> Span:
    """An ISO 8601 duration without months and years; raises :class:`ValueFault`.

    >>> span("P14D"), span("PT24H")
    (Span(days=14, seconds=0), Span(days=0, seconds=86400))
    """
    if re.fullmatch(r"P\d.*[YM].*|P\d+[YM]", text.split("T", maxsplit=1)[0]):
        raise ValueFault(
            f"{text!r} counts months or years, whose length differs",
            do="write the days the text means, or the last moment itself",
            example="P30D",
        )
    match = _SPAN.fullmatch(text)
    if match is None or text in ("P", "PT") or text.endswith("T"):
        raise ValueFault(
            f"{text!r} is not a duration", do="write it as ISO 8601 does", example="P14D, PT24H or P2DT12H"
        )
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    whole = Span(7 * weeks + days, 3600 * hours + 60 * minutes + seconds)
    if whole.days + whole.seconds // 86_400 > _LONGEST_DAYS:
        raise ValueFault(f"{text!r} is longer than a hundred years", do="check the number", example="P14D")
    return whole
