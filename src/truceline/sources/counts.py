"""Counts as monitors write them: "12", "about 40", "at least 5", "5-7", "N/K". Nothing is guessed.

"About" is taken as ten per cent either way, rounded outward: observers who write "about 40" have counted to the
nearest five or ten, and a wider range would drown the figure. A word that holds no number ("dozens") is refused.
"""

from __future__ import annotations

import math
import re
import unicodedata

from truceline.model import CountRange, ValueFault

ABOUT_SHARE = 0.10
"""Half-width of "about", as a share of the figure."""
MOST_ITEMS = 100_000
"""A single row above this is a slip of the pen: the busiest whole day on record had some 7,000 items."""

_NOT_KNOWN = frozenset({"", "n/k", "nk", "n.k.", "not known", "unknown", "unspecified"})
_WORDS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
}
_NUMBER = r"(\d{1,3}(?:[, \u00a0]\d{3})+|\d+|" + "|".join(_WORDS) + ")"
_ABOUT = r"(?P<about>about|around|approximately|approx\.?|circa|ca\.?|some|~)?\s*"
_RANGE = re.compile(rf"{_ABOUT}(?:between\s+)?{_NUMBER}\s*(?:-|to|and)\s*{_NUMBER}")
_SINGLE = re.compile(rf"{_ABOUT}{_NUMBER}")
_AT_LEAST = re.compile(rf"(?:at least|no fewer than|no less than|>=|≥)\s*{_NUMBER}|{_NUMBER}\s*(?:\+|or more)")
_OVER = re.compile(rf"(?:over|more than|>)\s*{_NUMBER}")
_UP_TO = re.compile(rf"(?:up to|at most|no more than|<=|≤)\s*{_NUMBER}")
_UNDER = re.compile(rf"(?:fewer than|less than|under|<)\s*{_NUMBER}")


def read_count(text: str) -> CountRange:
    """How many items the words stand for; an empty cell and "N/K" are at least one, nobody knows how many.

    Raises :class:`ValueFault` for words without a number, for zero (a row that counts nothing is no observation),
    negative figures and figures above :data:`MOST_ITEMS`.

    >>> read_count("about 45").low, read_count("about 45").best, read_count("about 45").high
    (40, 45, 50)
    >>> read_count("over 20")
    CountRange(low=21, best=None, high=None, text='over 20')
    """
    words = " ".join(text.replace("–", "-").replace("—", "-").replace("−", "-").lower().split())
    if words in _NOT_KNOWN:
        return CountRange.unknown(text)
    found = _ranged(words, text) or _single(words, text) or _one_sided(words, text)
    if found is None:
        raise _fault(f"count {text!r} cannot be read")
    return found


def whole_number(text: str, most: int) -> int | None:
    """The number that plain digits stand for; ``None`` for anything else and for a number above ``most``.

    The digits are counted before they are converted: Python itself refuses to convert some thousands of them, and
    that is no fault a reader could show with its row.

    >>> whole_number("042", 100), whole_number("101", 100), whole_number("-1", 100), whole_number("9" * 5000, 100)
    (42, None, None, None)
    """
    digits = text.lstrip("0") or text[:1]
    if not (text.isascii() and text.isdigit()) or len(digits) > len(str(most)):
        return None
    number = int(digits)
    return number if number <= most else None


def _ranged(words: str, text: str) -> CountRange | None:
    match = _RANGE.fullmatch(words)
    if not match:
        return None
    low, high = _figure(match[2], text), _figure(match[3], text)
    if low > high:
        raise _fault(f"count {text!r} gives the larger figure first")
    if match["about"]:
        low, high = _about_low(low), _about_high(high)
    return CountRange(low, None, high, text)


def _single(words: str, text: str) -> CountRange | None:
    match = _SINGLE.fullmatch(words)
    if not match:
        return None
    number = _figure(match[2], text)
    if match["about"]:
        return CountRange(_about_low(number), number, _about_high(number), text)
    return CountRange.exactly(number, text)


def _one_sided(words: str, text: str) -> CountRange | None:
    if match := _AT_LEAST.fullmatch(words):
        return CountRange(_figure(match[1] or match[2], text), None, None, text)
    if match := _OVER.fullmatch(words):
        return CountRange(_figure(match[1], text) + 1, None, None, text)
    if match := _UP_TO.fullmatch(words):
        return CountRange(1, None, _figure(match[1], text), text)
    if match := _UNDER.fullmatch(words):
        return CountRange(1, None, max(1, _figure(match[1], text) - 1), text)
    return None


def _figure(digits: str, text: str) -> int:
    plain = "".join(str(unicodedata.decimal(letter)) for letter in digits if letter.isdecimal())
    number = _WORDS.get(digits) or whole_number(plain, MOST_ITEMS)
    if number is None:
        raise _fault(f"count {text!r} is above {MOST_ITEMS:,}, more than any row can hold")
    if number == 0:
        raise _fault(f"count {text!r} is zero: nothing observed is coverage, not an observation")
    return number


def _about_low(number: int) -> int:
    return max(1, math.floor(round(number * (1 - ABOUT_SHARE), 6)))


def _about_high(number: int) -> int:
    return math.ceil(round(number * (1 + ABOUT_SHARE), 6))


def _fault(what: str) -> ValueFault:
    return ValueFault(what, do="write a figure, a range, or N/K when nobody knows", example="about 40")
