"""Grid references, metres of a map grid and codes of a place within words: they keep their square of 100 km at most."""

from __future__ import annotations

import re

_SQUARE_M = 100_000
_CUT = "\N{HORIZONTAL ELLIPSIS}"
_BAND, _ROW = "[C-HJ-NP-X]", "[A-HJ-NP-Z]"
_HALVES = r"\d{2,5}[ _,/-]{1,3}\d{2,5}|(?:\d{2}){1,5}"

_ZONED_GRID = re.compile(
    # 37UDQ1234567890, 37U DQ 12345 67890, 37 U DQ 12345 67890
    rf"(?<!\d)(\d{{1,2}}[ _-]?{_BAND}[ _-]?{_ROW}{{2}})[ _-]?(?:{_HALVES})(?!\d)"
    # 37udq1234567890: small letters are words and ids too, so nothing may touch them
    rf"|(?<![0-9A-Za-z])(\d{{1,2}} ?[c-hj-np-x] ?[a-hj-np-z]{{2}})"
    r"(?:(?:\d{2}){1,5}| \d{3,5} \d{3,5})(?![0-9A-Za-z])"
)
_GRID = re.compile(
    # DQ 12345 67890 and DQ1234567890, as those write who know the zone
    rf"(?<![0-9A-Z])({_ROW}{{2}})"
    r"(?:\s?(?:\d{5} \d{5}|\d{4} \d{4}|\d{3} \d{3})|\d{8}|\d{10})(?!\d)"
)
_FIGURE = r"\d{6,7}(?:[.,]\d+)?"
_LABEL = r"(?:mE|mN|m|м|[ENXYХУRH]|Easting|Northing|Rechtswert|Hochwert|Rechts|Hoch)"
_ZONED_METRES = re.compile(
    # 37U 412345 5318765, 18 N 612345mE 512345mN
    rf"(?<!\d)(\d{{1,2}}\s?{_BAND})[\W_]{{1,3}}(?:{_LABEL}[\W_]{{0,3}})?{_FIGURE}"
    rf"[\W_]{{0,3}}(?:{_LABEL}[\W_]{{0,3}}){{0,2}}(?<!\d){_FIGURE}(?:\s?m?\s?[EN](?![A-Za-z]))?"
)
_METRES = re.compile(
    rf"(?<!\d)(?<!\d\.)({_FIGURE})([\W_]{{0,3}}(?:{_LABEL}[\W_]{{0,3}}){{0,2}})(?<!\d)({_FIGURE})(?!\d)",
    re.IGNORECASE,
)
_GROUPED = r"\d{4,7}(?:[.,]\d+)?|\d{1,3}(?:[ \u00a0\u202f']\d{3}){1,2}"
_LABELLED = re.compile(
    # X 7410123 Y 5318765, X=18765; Y=10123, x: 7 410 123, y: 5 318 765
    rf"([XYХУ][\W_]{{0,4}})({_GROUPED})([\W_]{{0,4}}[XYХУ][\W_]{{0,4}})({_GROUPED})(?!\d)",
    re.IGNORECASE,
)
_PLUS = "23456789CFGHJMPQRVWX"
_CODES = (
    # a plus code keeps its square of one degree: 8GX2XR8M+2V becomes 8GX20000+; a short one keeps nothing
    (re.compile(rf"(?<![0-9A-Za-z])([{_PLUS}]{{4}})[{_PLUS}]{{4}}\+[{_PLUS}]{{0,7}}", re.IGNORECASE), r"\g<1>0000+"),
    (re.compile(rf"(?<![0-9A-Za-z])([{_PLUS}]{{4}})[{_PLUS}]{{2}}00\+", re.IGNORECASE), r"\g<1>0000+"),
    (
        re.compile(rf"(?<![0-9A-Za-z])(?=[\d+]*[A-Z])[{_PLUS}]{{4,6}}\+[{_PLUS}]{{2,7}}(?![0-9A-Za-z])", re.IGNORECASE),
        _CUT,
    ),
    # a locator of radio amateurs keeps its square of two degrees by one: KN98vv
    (re.compile(r"(?<![0-9A-Za-z])([A-R]{2}\d{2})[a-x]{2}(?:\d{2})?(?![0-9A-Za-z])"), r"\1"),
)


def coarse_grids(text: str) -> str:
    """A text in which grid references and metres keep their square of 100 km, and place codes one of a degree.

    >>> coarse_grids("37 U DQ 12345 67890, X 7410123 Y 5318765, 8GX2XR8M+2V")
    '37 U DQ, X 7400000 Y 5300000, 8GX20000+'
    """
    text = _ZONED_METRES.sub(r"\1", text)
    text = _ZONED_GRID.sub(lambda m: m[1] or m[2], text)
    text = _GRID.sub(r"\1", text)
    text = _LABELLED.sub(lambda m: f"{m[1]}{_square(m[2])}{m[3]}{_square(m[4])}", text)
    text = _METRES.sub(_metres, text)
    for form, kept in _CODES:
        text = form.sub(kept, text)
    return text


def _metres(found: re.Match[str]) -> str:
    """Two figures of metres beside one another; of six digits each they are metres only where they say so."""
    east, between, north = found.groups()
    sevens = any(len(re.split("[.,]", figure)[0]) == 7 for figure in (east, north))
    if not sevens and not re.search(r"[^\W\d_]", between):
        return found[0]
    return f"{_square(east)}{between}{_square(north)}"


def _square(figure: str) -> str:
    """Metres cut to their square of 100 km; of a figure without one, as maps of one district have them, nothing."""
    whole = int("".join(letter for letter in re.split(r"[.,]", figure)[0] if letter.isdigit()))
    return str(whole - whole % _SQUARE_M) if whole >= _SQUARE_M else _CUT
