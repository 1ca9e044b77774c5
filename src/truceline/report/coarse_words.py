"""Positions within words: found in every form people write them in, and left standing to a tenth of a degree.

Words come from observers, tables and other people's files. A figure that can be a coordinate is rounded even where it
may have been something else; degrees with minutes become degrees; a grid reference keeps its square of 100 km.
"""

from __future__ import annotations

import functools
import re

_COMPASS = (
    r"(?:[NSEW](?![A-Za-z])|[nsew](?![A-Za-z])|(?:north|south|east|west)(?:ern)?\b"
    r"|(?:пн|пд|півн|півд|сх|зх|зах|вост|зап|сев|юж)\b|[сюпвзх]\.?\s?[шд]\b)"
)
_NAMED = r"(?:latitude|longitude|lat|long|lng|lon|широта|широти|довгота|долгота|шир|дов|долг|Breite|Länge|[NSEW])"
_DEGREE, _MINUTE, _SECOND = "[°º˚]|deg(?:rees?)?\\.?", "['′’‘ʹ´]|min\\.?", "[\"″”“ʺ]|''|′′|’’|sec\\.?"
_FIGURE = r"(?<![\d.,])[-\u2212]?\d{1,3}[.,]\d{2,}(?![.,]?\d)"
_POINT = r"(?<![\d.,])[-\u2212]?\d{1,3}\.\d{2,}(?![.,]?\d)"
_BETWEEN = r"\s{0,2}°?\s{0,2}[,;/| ]\s{0,2}"

_FINE = re.compile(r"(?<![\d.,])[-\u2212]?\d{1,3}[.,]\d{4,}(?![.,]?\d)")
_BESIDE_COMPASS = re.compile(rf"{_FIGURE}(?=\s*(?:{_DEGREE}|{_COMPASS}))", re.IGNORECASE)
_AFTER_NAME = re.compile(rf"((?<![A-Za-zА-Яа-яІіЇїЄє]){_NAMED}[\"'.\s:=(]*)({_FIGURE})", re.IGNORECASE)
_PAIRS = (
    re.compile(rf"({_POINT})({_BETWEEN})({_POINT})"),
    re.compile(rf"({_FIGURE})(\s{{0,2}}[;/| ]\s{{0,2}})({_FIGURE})"),
)
_D, _WHOLE_D = r"(?P<d>\d{1,3})", r"(?P<d>\d{2,3})"
_M, _S = r"(?P<m>\d{1,2}(?:[.,]\d+)?)", r"(?P<s>\d{1,2}(?:[.,]\d+)?)"
_WITH_SIGNS = (
    # 48°00'57"N, 48° 00.955', 48 deg 0 min 57 sec
    rf"{_D}\s?(?:{_DEGREE})\s?{_M}\s?(?:{_MINUTE})(?:\s?{_S}\s?(?:{_SECOND})?)?",
    # 48° 00 57 N
    rf"{_D}\s?(?:{_DEGREE})\s?{_M}(?:\s{_S})?(?=\s?{_COMPASS})",
    # 48 00 57 N, 48-00-57N, 48:00:57N, 48 00.955 N
    rf"{_WHOLE_D}[ :-](?P<m>\d{{2}})[ :-]{_S}(?=\s?{_COMPASS})",
    rf"{_WHOLE_D}[ -](?P<m>\d{{2}}[.,]\d+)(?=\s?{_COMPASS})",
)
_WITH_LETTERS = (
    # 48 00 N; N 48 00 57, E037 48.169: capitals only, since small letters are words too
    rf"{_WHOLE_D} (?P<m>\d{{2}})(?=\s?[NSEW](?![A-Za-z]))",
    rf"(?<=[NSEW])\s?{_WHOLE_D}[ :-](?P<m>\d{{2}}(?:[.,]\d+)?)(?:[ :-]{_S})?(?![.,]?\d)",
)
_MINUTES = (
    *(re.compile(rf"(?<![\d.,]){form}", re.IGNORECASE) for form in _WITH_SIGNS),
    *(re.compile(rf"(?<![\d.,]){form}") for form in _WITH_LETTERS),
)
_RUN_TOGETHER = re.compile(
    r"(?<!\d)(\d{2})(\d{2})(\d{2}(?:\.\d+)?)?\s?([NS])([\s,;/]{0,3})(\d{3})(\d{2})(\d{2}(?:\.\d+)?)?\s?([EW])(?![A-Za-z])"
)
_GRID = re.compile(
    r"(?<![0-9A-Za-z])(\d{1,2}[C-HJ-NP-X]\s?[A-HJ-NP-Z]{2})\s?(?:\d{2,5}[ -]\d{2,5}|(?:\d{2}){1,5})(?![0-9A-Za-z])"
    r"|(?<![0-9A-Za-z])(\d{1,2}[c-hj-np-x][a-hj-np-z]{2})(?:\d{2}){1,5}(?![0-9A-Za-z])"
)
_METRES = re.compile(
    r"(?<![0-9A-Za-z])(\d{1,2}\s?[C-HJ-NP-X])\s{1,3}\d{6}(?:\.\d+)?\s?m?\s?E?[\s,;/]{1,3}\d{7}(?:\.\d+)?(?:\s?m?\s?N)?(?![0-9A-Za-z])"
)


@functools.lru_cache(maxsize=8192)
def coarse_text(text: str) -> str:
    """A text in which positions stand to a tenth of a degree, and grid references to their square of 100 km.

    >>> coarse_text("camera at 48.01593N, 37.80281E"), coarse_text("post N 48 00 57, E 37 48 10")
    ('camera at 48.0N, 37.8E', 'post N48.0°, E37.8°')
    >>> coarse_text("post at 37U DQ 12345 67890"), coarse_text("2,935 shots and 12.345 kg")
    ('post at 37U DQ', '2,935 shots and 12.345 kg')
    """
    if not any(letter.isdigit() for letter in text):
        return text
    text = _METRES.sub(r"\1", _GRID.sub(lambda m: m[1] or m[2], text))
    text = _RUN_TOGETHER.sub(_apart, text)
    for form in _MINUTES:
        text = form.sub(_degrees, text)
    for pair in _PAIRS:
        text = pair.sub(lambda m: f"{_rounded(m[1])}{m[2]}{_rounded(m[3])}", text)
    text = _AFTER_NAME.sub(lambda m: f"{m[1]}{_rounded(m[2])}", text)
    for alone in (_BESIDE_COMPASS, _FINE):
        text = alone.sub(lambda m: _rounded(m[0]), text)
    return text


NOT_OPERATIONAL = "not operational"


def public_reason(reason: str) -> str:
    """Why something was not seen, without the words of the row that says so: they name the post or the camera.

    >>> public_reason("not operational: SMM camera on the roof of school 7")
    'not operational'
    """
    return NOT_OPERATIONAL if reason.startswith(f"{NOT_OPERATIONAL}: ") else coarse_text(reason)


def _rounded(figure: str) -> str:
    """The figure to a tenth, with the comma or the point it had."""
    comma = "," in figure
    tenth = f"{float(figure.replace(',', '.').replace(chr(0x2212), '-')):.1f}"
    return tenth.replace(".", ",") if comma else tenth


def _degrees(found: re.Match[str]) -> str:
    parts = found.groupdict()
    return f"{_tenth(parts['d'], parts['m'], parts.get('s'))}°"


def _apart(found: re.Match[str]) -> str:
    """Degrees, minutes and seconds written without a gap: 480057N0374810E."""
    north, east = _tenth(found[1], found[2], found[3]), _tenth(found[6], found[7], found[8])
    return f"{north}°{found[4]}{found[5] or ' '}{east}°{found[9]}"


def _tenth(degrees: str, minutes: str, seconds: str | None) -> str:
    parts = [float((part or "0").replace(",", ".")) for part in (degrees, minutes, seconds)]
    return f"{parts[0] + parts[1] / 60 + parts[2] / 3600:.1f}"
