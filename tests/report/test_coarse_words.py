"""Positions within words, in every form people write them in, leave the mission to a tenth of a degree at most."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.mission.assessment import Assessment
from truceline.mission.coarse_words import coarse_text, public_reason
from truceline.mission.public_places import public_label
from truceline.model import AreaPlace, Because, PointPlace, Rejected
from truceline.report import ALL, write_report

FORMS = (
    "48.01593N, 37.80281E",
    "48.01593/37.80281",
    "48.015, 37.802",
    "lat 48.01593 lon 37.80281",
    "lat=48.01593, lon=37.80281",
    '{"lat": 48.01593, "lng": 37.80281}',
    "широта 48,01593, довгота 37,80281",
    "48,01593; 37,80281",
    "48,015° N 37,802° E",
    "48.01N 37.80E",
    "48.01593 north and 37.80281 east",
    "\N{MINUS SIGN}48.01593 \N{MINUS SIGN}37.80281",
    "48°00'57\"N 37°48'10\"E",
    "48° 00′ 57.3″ N, 37° 48′ 10.1″ E",
    "48°00.955'N 37°48.169'E",
    "48°00′ пн. ш. 37°48′ сх. д.",
    "48 00 57 N 37 48 10 E",
    "48-00-57N 037-48-10E",
    "N48 00.955 E037 48.169",
    "480057N0374810E",
    "37U DQ 12345 67890",
    "37UDQ1234567890",
    "37udq1234567890",
    "37U 412345 5318765",
    "(48.01593,37.80281,120)",
    "@48.01593,37.80281,15z",
    "48d00m57s",
    "48d00m57s 37d48m10s",
    "[37.80281,48.01593,120]",
    "48.01593,37.80281,2025-01-01",
    "120,48.01593,37.80281",
    "37.80281,48.01593 37.80412,48.01888",
    "geo:48.015,37.802",
    "48.015-37.802",
    "+48.01593+037.80281/",
    "+480057+0374810/",
    "37 U DQ 12345 67890",
    "DQ 12345 67890",
    "4800.955N 03748.169E",
    "4800.955,N,03748.169,E",
    "X 7410123 Y 5318765",
    "7410123, 5318765",
    "X=10123; Y=18765",
    "8GX2XR8M+2V",
    "XR8M+2V Donetsk",
    "KN98vv15",
    "48:00:57",
    "48:00:57,37:48:10",
    "48 00 57, 37 48 10",
    "48 00.955, 37 48.169",
    "48.00.57N 37.48.10E",
    "48.01593N,37.80281E,2025",
    "48.015N,37.802E,2025",
    "48°00'57\"N,37°48'10\"E",
    "LINESTRING (37.80281 48.01593, 37.80412 48.01888)",
    "LINESTRING(37.802 48.015,37.804 48.018)",
    "48,015, 37,802",
    "48,01593,37,80281",
    "48,01,37,80",
    "48.01593%2C37.80281",
    "!3d48.01593!4d37.80281",
    "<lat>48.015</lat><lon>37.802</lon>",
    "48·01593 and 37·80281",
    "٤٨٫٠١٥٩٣ ٣٧٫٨٠٢٨١",
)
FINE = re.compile(
    r"0159|8028|[.,](?:01|80|015|802)(?!\d)|00[^\d\n]{0,3}57|48[^\d\n]{0,3}10\b|00\.955|48\.169"
    r"|[°º] ?(?:00|48)\b|12345|1234567890|412345|5318765"
    r"|d00m|d48m|00\.57|48\.10|480057|7410123|10123|XR8M|vv15|٠١٥|٨٠٢"
)
OTHER_FIGURES = (
    "2,935 shots and 4,900 items",
    "36,537 of 90,000 rows",
    "12.345 kg of 100.25",
    "0.6-4km S and SSW",
    "bearing 150° 2 km",
    "2025-04-20 12:30:15",
    "1,234,567.89",
    "at 12:30 N of Petrivske",
    "20.04.2025, 12:30:15, 14:45:10",
    "2025-04-20T12:30:15+03:00, 120,2025-04-20",
    "1,234,567,890 and 123456 654321",
    "25-04-20 12-30-15",
    "0.11 (0.04-0.26)",
    "37,37,37,2025-05-08T00:00:00+03:00,2025-05-11",
    "sha256 1c30aa0193d53d5abd57eda5c2eb1d3ff1",
    "122-mm BM-21, 152 mm; UN 2202",
)
FINER = re.compile(r"\d[.·]\d{2}|\d,\d{3}|\d,\d{2}(?![.,]\d(?!\d))|\d{2}[ :.-]\d{2}|[°dN:.-]\d{2}['′m]|\d{4}")
"""What no pair may still show: two decimals, minutes or seconds."""


def _fine_metres(text: str) -> list[str]:
    """Metres finer than a square of 100 km, of what a text still shows."""
    return [run for run in re.findall(r"\d{4,}", text) if int(run) % 100_000]


def _minutes(degrees: float) -> tuple[int, float]:
    return int(degrees), (degrees % 1) * 60


def _decimals(places: int, mark: str = ".") -> Callable[[float], str]:
    return lambda degrees: f"{degrees:.{places}f}".replace(".", mark)


def _signs(degrees: float) -> str:
    whole, minutes = _minutes(degrees)
    return f"{whole}°{int(minutes):02}'{minutes % 1 * 59:04.1f}\""


def _letters(degrees: float) -> str:
    whole, minutes = _minutes(degrees)
    return f"{whole}d{int(minutes):02}m{int(minutes % 1 * 60):02}s"


def _seconds(mark: str) -> Callable[[float], str]:
    def written(degrees: float) -> str:
        whole, minutes = _minutes(degrees)
        return mark.join((f"{whole:02}", f"{int(minutes):02}", f"{int(minutes % 1 * 60):02}"))

    return written


def _nmea(digits: int) -> Callable[[float], str]:
    def written(degrees: float) -> str:
        whole, minutes = _minutes(degrees)
        return f"{whole:0{digits}}{min(minutes, 59.999):06.3f}"

    return written


def _pairs(lat: float, lon: float) -> list[str]:
    """A position in every form that names both of its degrees."""
    plain = [_decimals(places) for places in (2, 3, 5, 7)]
    between = (",", ", ", " ", "/", "; ", "-", " - ", "|", "\t", "_", ")(", "%2C", " and ", " / lon ", "° ")
    forms = [f"{write(lat)}{gap}{write(lon)}" for write in plain for gap in between]
    forms += [f"{write(lat)}N{gap}{write(lon)}E" for write in plain for gap in ("", " ", ",", ", ", "/")]
    forms += [f"N{write(lat)}{gap}E{write(lon)}" for write in plain for gap in (" ", ",", "/")]
    comma = [_decimals(places, ",") for places in (4, 5)]
    forms += [f"{write(lat)}{gap}{write(lon)}" for write in comma for gap in (",", ", ", " ", "; ", "/")]
    forms += [
        f"lat{mark}{write(lat)}{gap}lon{mark}{write(lon)}" for write in plain for mark in ("=", ": ") for gap in ", &"
    ]
    for write in (_signs, _seconds("-"), _seconds(":"), _seconds(" ")):
        forms += [f"{write(lat)}{letter}{gap}{write(lon)}E" for letter in ("N", " N") for gap in ("", " ", ",", "/")]
    forms += [f"{_letters(lat)}{gap}{_letters(lon)}" for gap in (" ", ",", ", ", "/")]
    forms += [f"{_seconds(mark)(lat)}{gap}{_seconds(mark)(lon)}" for mark in ":- " for gap in (", ", ",", "; ", "/")]
    nmea = (_nmea(2)(lat), _nmea(3)(lon))
    return [
        *forms,
        f"{nmea[0]}N {nmea[1]}E",
        f"{nmea[0]},N,{nmea[1]},E",
        f"N{nmea[0]} E{nmea[1]}",
        "+{}+{}/".format(*nmea),
    ]


def _grids(east: int, north: int) -> list[str]:
    """A position in metres of a grid, with or without the letters of its square."""
    five = (f"{east % 100_000:05}", f"{north % 100_000:05}")
    squares = ("37U DQ ", "37UDQ", "37 U DQ ", "37U-DQ-", "DQ ")
    forms = [square + gap.join(five) for square in squares for gap in (" ",)] + ["37UDQ" + "".join(five)]
    forms += [f"37U {east} {north}", f"37 U {east}mE {north}mN", f"X {north} Y {east}", f"X={north};Y=7{east}"]
    return [*forms, f"{north}, 7{east}", f"7{east}/{north}", f"E {east} N {north}", f"X={five[0]} Y={five[1]}"]


NEIGHBOURS = ("", " ", "(", ")", "[", "]", '"', "'", "@", ":", ";", ",", ", ", "=", ">", "<", "#", "!", "?", "|", "\n")
BEFORE = st.sampled_from((*NEIGHBOURS, "120,", "7, ", "geo:", "pos", "POINT(", "at ", "позиція ", "位置"))
AFTER = st.sampled_from((*NEIGHBOURS, ",7", ", 5", ",7z", ",0 ", ".", "...", " (roof)", " дах", "}"))


@pytest.mark.parametrize("form", FORMS)
def test_a_position_in_words_is_coarsened(form: str):
    assert FINE.search(form)
    assert not FINE.search(coarse_text(f"post at {form} (roof)"))


@pytest.mark.parametrize("words", OTHER_FIGURES)
def test_other_figures_stay(words: str):
    assert coarse_text(words) == words


@given(st.floats(-90, 90), st.floats(-180, 180), st.sampled_from((", ", "/", "; ", " ", "N ", "°N, ")))
def test_no_pair_of_degrees_stays_finer_than_a_tenth(lat: float, lon: float, between: str):
    assert not re.search(r"\d\.\d{2,}", coarse_text(f"at {lat:.5f}{between}{lon:.5f}E"))


@settings(max_examples=40)
@given(st.floats(31.02, 89.98), st.floats(32.02, 98.98), BEFORE, AFTER)
def test_no_pair_of_degrees_stands_finer_whatever_stands_beside_it(lat: float, lon: float, before: str, after: str):
    left = [form for form in _pairs(lat, lon) if FINER.search(coarse_text(f"{before}{form}{after}"))]
    assert left == []


@settings(max_examples=40)
@given(st.integers(100_111, 899_999), st.integers(1_000_111, 9_399_999), BEFORE, AFTER)
def test_no_metres_of_a_grid_stand_finer_whatever_stands_beside_them(east: int, north: int, before: str, after: str):
    left = [form for form in _grids(east, north) if _fine_metres(coarse_text(f"{before}{form}{after}"))]
    assert left == []


@given(st.text(alphabet="0123456789.,°'\" NSEWlatn-;/", max_size=40))
def test_coarse_words_stay_as_they_are(words: str):
    once = coarse_text(coarse_text(coarse_text(words)))
    assert coarse_text(once) == once


@pytest.mark.parametrize("filler", [" ", "48.01593 ", "1 ", "N", "lat ", "48°"])
def test_long_words_cost_no_more_than_their_length(filler: str):
    began = time.process_time()
    coarse_text(f"48.01593{filler * 20_000}x")
    assert time.process_time() - began < 5


def test_why_a_camera_was_blind_does_not_tell_where_it_stands():
    assert public_reason("not operational: SMM camera, roof of school 7 | 01:00") == "not operational"
    assert public_reason("no record") == "no record"


def _with_words(assessment: Assessment, words: str) -> Assessment:
    """The assessment with the words in every place where words from outside can stand."""
    notes, window = assessment.incidents, assessment.windows[0]
    places = (
        AreaPlace(words),
        AreaPlace(f"{words} (roof of school no. 7)", public_name=""),
        PointPlace(48.01593, 37.80281, 5, words),
    )
    finding = replace(
        assessment.findings[0],
        because=Because("seen from {where}", (("where", words),)),
        trace=(replace(assessment.findings[0].trace[0], figures=(("where", words),), evidence=(words,)),),
    )
    share = window.coverage[0]
    area = replace(share.areas[0], area=words, reasons=(words, f"not operational: {words}, roof of school no. 7"))
    coverage = (replace(share, areas=(area, *share.areas[1:])), *window.coverage[1:])
    return replace(
        assessment,
        windows=(replace(window, coverage=coverage), *assessment.windows[1:]),
        incidents=tuple(
            replace(note, incident=replace(note.incident, place=place), rows=(f"{words}.csv:1",))
            for note, place in zip(notes, places, strict=False)
        ),
        findings=(finding, *assessment.findings[1:]),
        claims=tuple(replace(claim, quote=words, said_by=words) for claim in assessment.claims),
        sources=tuple(replace(source, title=words, custodian=words, note=words) for source in assessment.sources),
        imports=tuple(replace(note, file_name=words) for note in assessment.imports),
        rejected=((words, Rejected(1, words, words)),),
        shapes=tuple(replace(shape, name=words) for shape in assessment.shapes),
        notes=(words,),
    )


@pytest.mark.parametrize("form", FORMS)
def test_no_file_tells_an_exact_position_in_words(assessment: Assessment, folder: Path, form: str):
    written = write_report(_with_words(assessment, form), folder, "en", ALL)
    for path in written:
        text = _text(path)
        told = [line for line in text.splitlines() if "school" in line or _fine_in(line, form)]
        assert told == [], path.name


def _fine_in(line: str, form: str) -> bool:
    """Whether the line tells the form's own digits, other than those of the made-up figures around it."""
    whole = re.sub(r'<svg.*?<defs>.*?</defs>| (?:d|x|y|x1|x2|y1|y2|width|height|cx|cy|viewBox|style)="[^"]*"', "", line)
    return form in whole or bool(re.search(r"0159|8028|00\.955|48\.169|12345 ?67890|412345|5318765|00.{0,3}57", whole))


def _text(path: Path) -> str:
    if path.suffix != ".pdf":
        return path.read_text("utf-8")
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("pdftotext is not installed")
    done = subprocess.run([program, "-layout", str(path), "-"], check=True, capture_output=True)
    return done.stdout.decode()


def test_a_place_told_from_a_post_has_no_name_but_its_area():
    words = "Observation post at 48.01593N, 37.80281E (roof of school no. 7) / 1-2km S"
    assert public_label(AreaPlace(words, public_name="")) == ""
    assert public_label(AreaPlace(words, public_name="East bank")) == "East bank"
