"""Positions within words, in every form people write them in, leave the mission to a tenth of a degree at most."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.mission.assessment import Assessment
from truceline.model import AreaPlace, Because, PointPlace, Rejected
from truceline.report import ALL, write_report
from truceline.report.coarse import public_label
from truceline.report.coarse_words import coarse_text, public_reason

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
)
FINE = re.compile(
    r"0159|8028|[.,](?:01|80|015|802)(?!\d)|00[^\d\n]{0,3}57|48[^\d\n]{0,3}10\b|00\.955|48\.169"
    r"|[°º] ?(?:00|48)\b|12345|1234567890|412345|5318765"
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
)


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
