"""Positions within words: found in every form people write them in, and left standing to a tenth of a degree.

Words come from observers, tables and other people's files. A figure that can be a coordinate is rounded even where it
may have been something else; degrees with minutes become degrees; what keeps its square of 100 km instead stands in
:mod:`truceline.mission.coarse_grids`. Only what can be an hour of the clock stays, since every row has one; one that is
told finer than a second is an instrument's, from which ranges can be reckoned, and keeps its minute.
"""

from __future__ import annotations

import functools
import re

from truceline.mission.coarse_grids import coarse_grids

_COMPASS = (
    r"(?:[NSEW](?![A-Za-z])|[nsew](?![A-Za-z])|(?:north|south|east|west)(?:ern)?\b"
    r"|(?:пн|пд|півн|півд|сх|зх|зах|вост|зап|сев|юж)\b|[сюпвзх]\.?\s?[шд]\b)"
)
_NAMES = "latitude|longitude|lat|long|lng|lon|широта|широти|довгота|долгота|шир|дов|долг|Breite|Länge"
_NAMED = rf"(?:{_NAMES}|[NSEW]|[xy](?=\s?=))"
_DEGREE, _MINUTE, _SECOND = "[°º˚]|&deg;|deg(?:rees?)?\\.?", "['′’‘ʹ´]|min\\.?", "[\"″”“ʺ]|''|′′|’’|sec\\.?"
_DOT = "[.·٫]"
_POINT = rf"(?<!\d)(?<!\d{_DOT})\d{{1,3}}{_DOT}\d{{2,}}(?!\d)(?!{_DOT}\d)"
_COMMA = r"(?<!\d)(?<!\d[.,])\d{1,3},\d{2,}(?!\d)(?![.,]\d)"
_FIGURE = rf"(?:{_POINT}|{_COMMA})"
_BETWEEN = (
    rf"(?:(?:%2C|%20|[\W_]){{1,8}}|[\W_]{{0,4}}(?:and|und|by|[xх×иій]|та|{_NAMES})[\W_]{{0,4}}|[\W_]{{1,4}}[NSEW])"
)
_YEAR = r"(?:19|20)\d\d-[01]\d"

_FINE = (
    # nothing beside it makes such a figure anything else; 20.04.2025 and 120,2025-01-01 hold a date
    re.compile(rf"(?<!\d)(?:(?<!\d{_DOT})\d{{1,3}}{_DOT}\d{{4,}}|\d{{1,3}}{_DOT}\d{{5,}})"),
    re.compile(rf"(?<!\d)(?<!\d\.)\d{{1,3}},(?!{_YEAR})\d{{4,}}"),
)
_BESIDE_COMPASS = re.compile(rf"{_FIGURE}(?=\s*(?:{_DEGREE}|{_COMPASS}))", re.IGNORECASE)
_AFTER_NAME = re.compile(rf"((?<![A-Za-zА-Яа-яІіЇїЄє]){_NAMED}(?:[^\w,]|_){{0,6}})({_FIGURE})", re.IGNORECASE)
_TENTHS = rf"(?<!\d)(?<!\d{_DOT})\d{{1,3}}{_DOT}\d+(?!\d)(?!{_DOT}\d)"
_IN_A_ROW = re.compile(rf"{_TENTHS}(?:{_BETWEEN}{_TENTHS})+", re.IGNORECASE)
_WITH_COMMAS = re.compile(rf"{_COMMA}(?:(?:\s{{0,2}}[;/|\n]\s{{0,2}}|,?\s{{1,2}}|[\[\](){{}}-]{{1,3}}){_COMMA})+")
_ALL_COMMAS = re.compile(
    r"(?<!\d)(?<!\d,)(?:(\d{1,3},\d\d),(\d{1,3},\d\d)|(\d{1,3},\d{3}),(\d{1,3},\d{3}))(?!\d)(?!,\d)"
)
_GROUPS_OF_THREE = re.compile(r"\d{1,3}(?:,\d{3})+")

_D, _WHOLE_D = r"(?P<d>\d{1,3})", r"(?P<d>\d{2,3})"
_M = r"(?P<m>\d{1,2}(?:[.,]\d+)?)"
_S = rf"(?P<s>\d{{1,2}}(?:[.,]\d+(?!\d|\s?(?:{_DEGREE})))?)"
_REST = r"(?:\.\d+|,\d+(?!\d|[ :-]\d))?"
"""Decimals of a second or a minute; behind a comma may stand the next figure too."""
_WITH_SIGNS = (
    # 48°00'57"N, 48° 00.955', 48 deg 0 min 57 sec
    rf"{_D}\s?(?:{_DEGREE})\s?{_M}\s?(?:{_MINUTE})(?:\s?{_S}\s?(?:{_SECOND})?)?",
    # 48° 00 57 N
    rf"{_D}\s?(?:{_DEGREE})\s?{_M}(?:\s{_S})?(?=\s?{_COMPASS})",
    # 48d00m57s, 48°00m57s
    rf"{_D}(?:d|{_DEGREE}){_M}(?:m|{_MINUTE})(?:{_S}(?:s|{_SECOND})?)?(?![^\W\d_NSEW])",
    # 48 00 57 N, 48-00-57N, 48:00:57N, 48 00.955 N
    rf"{_WHOLE_D}[ :-](?P<m>\d{{2}})[ :-]{_S}(?=\s?{_COMPASS})",
    rf"{_WHOLE_D}[ :-](?P<m>\d{{2}}[.,]\d+)(?=\s?{_COMPASS})",
)
_WITH_LETTERS = (
    # 48 00 N, 48.00.57N; N 48 00 57, E037 48.169: capitals only, since small letters are words too
    rf"{_WHOLE_D} (?P<m>\d{{2}})(?=\s?[NSEW](?![A-Za-z]))",
    rf"{_WHOLE_D}\.(?P<m>\d{{2}})\.{_S}(?=[NSEW](?![A-Za-z]))",
    rf"(?<=[NSEW])\s?{_WHOLE_D}[ :-](?P<m>\d{{2}}(?:[.,]\d+)?)(?:[ :-]{_S})?(?![.,]?\d)",
)
_MINUTES = (
    *(re.compile(rf"(?<!\d)(?<!\d\.){form}", re.IGNORECASE) for form in _WITH_SIGNS),
    *(re.compile(rf"(?<!\d){form}") for form in _WITH_LETTERS),
)
_BARE_MINUTES = re.compile(rf"(?<!\d)(?<!\d:){_WHOLE_D}:(?P<m>[0-5]\d(?:\.|,(?!{_YEAR}))\d{{2,}})(?!\d)")
_TRIPLE = r"\d{2,3}(?P<%s>[ :-])[0-5]\d(?P=%s)[0-5]\d(?:\.\d+|,\d+(?!\d|[ :-]\d))?"
_TRIPLES = re.compile(rf"(?<!\d)(?<!\d[:-]){_TRIPLE % ('a', 'a')}[\W_]{{1,6}}{_TRIPLE % ('b', 'b')}(?!\d)")
_DECIMAL_MINUTES = re.compile(
    r"(?<!\d)(?<!\d[:-])\d{2,3}[ :-][0-5]\d[.,]\d{2,}[\W_]{1,6}\d{2,3}[ :-][0-5]\d[.,]\d{2,}(?!\d)"
)
_TRIPLE_ALONE = re.compile(rf"(?<!\d)(?<!\d:){_WHOLE_D}:(?P<m>[0-5]\d):(?P<s>[0-5]\d{_REST})(?!\d)(?!:\d)")
_ONE_OF_TWO = re.compile(rf"(?<!\d){_WHOLE_D}[ :-](?P<m>[0-5]\d{_REST})(?:[ :-](?P<s>[0-5]\d{_REST}))?")
_FINE_HOUR = re.compile(r"(?<![\d:])((?:[01]?\d|2[0-3]):[0-5]\d):(?:[0-5]\d|60)[.,]\d+(?![\d:])")
_HOURS, _DAYS = 24, 31
"""The highest first figures of 12:30:15 as an hour, and of 20-04-25 as a day."""

_TOGETHER_PAIRS = (
    # 4800N03748E, N4800 E03748, +480057+0374810
    re.compile(
        r"(?<!\d)(?<!\d\.)()(\d{4}|\d{6})([.,]\d+)?([\s,]{0,2}[NS])([\W_]{0,4})()(\d{4,7})([.,]\d+)?([\s,]{0,2}[EW])(?![A-Za-z])"
    ),
    re.compile(r"(?<![A-Za-z])([NS]\s?)(\d{4}|\d{6})([.,]\d+)?()([\W_]{0,4})([EW]\s?)(\d{4,7})([.,]\d+)?()(?!\d)"),
    re.compile(r"([+\u2212-])(\d{4}|\d{6})([.,]\d+)?()()([+\u2212-])(\d{5}|\d{7})([.,]\d+)?()(?!\d)"),
)
_TOGETHER_ALONE = (
    # 480057N, 4800.955,N
    re.compile(r"(?<!\d)(?<!\d\.)()(?!\d{1,2}00000)(\d{6,7})([.,]\d+)?([\s,]{0,2}[NSEW])(?![A-Za-z])"),
    re.compile(r"(?<!\d)(?<!\d\.)()(\d{4,5})([.,]\d+)([\s,]{0,2}[NSEW])(?![A-Za-z])"),
    re.compile(r"(?<![A-Za-z])([NSEW]\s?)(\d{4,7})([.,]\d+)()(?!\d)"),
)


@functools.lru_cache(maxsize=8192)
def coarse_text(text: str) -> str:
    """A text in which positions stand to a tenth of a degree, and grid references to their square of 100 km.

    >>> coarse_text("camera at (48.01593,37.80281,120)"), coarse_text("post N 48 00 57, E 37 48 10")
    ('camera at (48.0,37.8,120)', 'post N48.0°, E37.8°')
    >>> coarse_text("post at 37U DQ 12345 67890"), coarse_text("2,935 shots and 12.345 kg")
    ('post at 37U DQ', '2,935 shots and 12.345 kg')
    >>> coarse_text("located at 2025-04-19T18:00:05.123456Z, told of at 18:02:30")
    'located at 2025-04-19T18:00Z, told of at 18:02:30'
    """
    if not any(letter.isdigit() for letter in text):
        return text
    text = coarse_grids(text)
    for form in _TOGETHER_PAIRS:
        text = form.sub(_both_apart, text)
    for form in _TOGETHER_ALONE:
        text = form.sub(lambda m: f"{m[1]}{_apart(m[2], m[3])}{m[4]}", text)
    for form in _MINUTES:
        text = form.sub(_degrees, text)
    return _figures(_FINE_HOUR.sub(r"\1", _bare(text)))


def _figures(text: str) -> str:
    """Degrees with a decimal point or comma."""
    for fine in _FINE:
        text = fine.sub(_rounded, text)
    text = _IN_A_ROW.sub(_row, text)
    text = _WITH_COMMAS.sub(lambda row: re.sub(_COMMA, _rounded, row[0]), text)
    text = _ALL_COMMAS.sub(_unless_one_number, text)
    text = _AFTER_NAME.sub(lambda m: f"{m[1]}{_tenth_of(m[2])}", text)
    return _BESIDE_COMPASS.sub(_rounded, text)


def _bare(text: str) -> str:
    """Degrees, minutes and seconds without any sign or letter, unless they can be hours or days."""
    text = _TRIPLES.sub(lambda pair: _pair_of_degrees(pair[0], _HOURS if ":" in pair[0] else _DAYS), text)
    text = _DECIMAL_MINUTES.sub(lambda pair: _pair_of_degrees(pair[0], 0), text)
    text = _BARE_MINUTES.sub(_degrees, text)
    return _TRIPLE_ALONE.sub(lambda m: _degrees(m) if int(m["d"]) > _HOURS else m[0], text)


def _pair_of_degrees(pair: str, clock: int) -> str:
    firsts = [int(found["d"]) for found in _ONE_OF_TWO.finditer(pair)]
    return _ONE_OF_TWO.sub(_degrees, pair) if max(firsts, default=0) > clock else pair


NOT_OPERATIONAL = "not operational"


def public_reason(reason: str) -> str:
    """Why something was not seen, without the words of the row that says so: they name the post or the camera.

    >>> public_reason("not operational: SMM camera on the roof of school 7")
    'not operational'
    """
    return NOT_OPERATIONAL if reason.startswith(f"{NOT_OPERATIONAL}: ") else coarse_text(reason)


def _rounded(found: re.Match[str]) -> str:
    return _tenth_of(found[0])


def _tenth_of(figure: str) -> str:
    """The figure to a tenth, with the comma or the point it had."""
    mark = next(letter for letter in figure if not letter.isdigit())
    return f"{float(figure.replace(mark, '.')):.1f}".replace(".", mark)


def _row(found: re.Match[str]) -> str:
    """Figures in a row, unless all are below one: those are likelihoods, and no land lies there."""
    if all(whole == 0 for whole in map(int, re.findall(rf"(\d+){_DOT}", found[0]))):
        return found[0]
    return re.sub(_POINT, _rounded, found[0])


def _unless_one_number(found: re.Match[str]) -> str:
    """48,015,37,802 is a pair of degrees; 1,234,567,890 is one number."""
    if _GROUPS_OF_THREE.fullmatch(found[0]):
        return found[0]
    return ",".join(_tenth_of(figure) for figure in found.groups() if figure)


def _degrees(found: re.Match[str]) -> str:
    parts = found.groupdict()
    return f"{_tenth(parts['d'], parts['m'], parts.get('s'))}°"


def _both_apart(found: re.Match[str]) -> str:
    """A pair whose degrees, minutes and seconds are written without a gap: 480057N0374810E."""
    before, lat, lat_rest, after, between, before_lon, lon, lon_rest, after_lon = found.groups()
    gap = between or (" " if after and not before_lon else "")
    return f"{before}{_apart(lat, lat_rest)}{after}{gap}{before_lon}{_apart(lon, lon_rest)}{after_lon}"


def _apart(digits: str, rest: str | None) -> str:
    """Degrees from digits without a gap; two or, where the number of digits is odd, three of them are degrees."""
    whole = 2 + len(digits) % 2
    minutes, seconds = digits[whole : whole + 2], digits[whole + 2 :]
    if seconds:
        return f"{_tenth(digits[:whole], minutes, seconds + (rest or ''))}°"
    return f"{_tenth(digits[:whole], minutes + (rest or ''), None)}°"


def _tenth(degrees: str, minutes: str, seconds: str | None) -> str:
    parts = [float((part or "0").replace(",", ".")) for part in (degrees, minutes, seconds)]
    return f"{parts[0] + parts[1] / 60 + parts[2] / 3600:.1f}"
