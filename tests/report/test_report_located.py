"""The pictures of located events in a report: readable in every language, and of no use to whoever seeks a sensor."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from truceline.mission.assessment import Assessment, EventSketch, SketchedSensor
from truceline.report import LANGUAGES, compose, render_html
from truceline.report.content import Figure, Paragraph
from truceline.report.pdf import render_pdf

HEARD = tuple(SketchedSensor(late) for late in (0.5, -1.0, None, 0.0))


def sketched(assessment: Assessment, mirror_share: float | None = None, many: int = 1) -> Assessment:
    incident = assessment.incidents[0].incident
    sketch = EventSketch(incident.id, incident.time, 1.0, 0.4, 500.0, 200.0, 45.0, mirror_share, HEARD)
    return replace(assessment, sketches=(sketch,) * many)


def blocks(assessment: Assessment, language: str = "en") -> tuple[object, ...]:
    return next((one.blocks for one in compose(assessment, language).sections if one.id == "located"), ())


def test_a_report_without_located_events_has_no_such_part(assessment: Assessment):
    assert blocks(assessment) == ()


def test_each_event_is_drawn_with_its_misses_and_residuals(assessment: Assessment):
    _, figure = blocks(sketched(assessment))
    assert isinstance(figure, Figure)
    assert assessment.incidents[0].incident.id in figure.caption
    assert figure.svg.count('class="heard"') == 3 + 1
    assert figure.svg.count('class="missed"') == 1 + 1
    assert "Sensors that heard nothing though a farther one did: 1; to be expected: 0.4" in figure.alternative
    assert ">99.9%" in figure.alternative
    assert "100%" not in figure.alternative


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_released_picture_tells_no_distance_and_no_seconds(assessment: Assessment, language: str):
    figure = blocks(sketched(assessment), language)[1]
    assert isinstance(figure, Figure)
    assert not re.search(r"\((?:km|км|ms|мс)\)", figure.svg)
    drawn = re.findall(r">(-?[\d.,]+)<", figure.svg.replace("\N{MINUS SIGN}", "-"))
    assert {float(one.replace(",", ".")) for one in drawn} <= {-2.0, -1.0, 0.0, 1.0, 2.0}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_beside_the_axis_fit_on_the_paper(assessment: Assessment, language: str):
    figure = blocks(sketched(assessment), language)[1]
    assert isinstance(figure, Figure)
    (beside,) = re.findall(r"<text[^>]*rotate\(-90[^>]*>([^<]*)<", figure.svg)
    assert len(beside) <= 50  # at 11 px some 6 px a letter, 310 px high


def test_a_second_place_is_told(assessment: Assessment):
    assert "a second place, with the probability 30%" in blocks(sketched(assessment, 0.3))[1].alternative


def test_what_is_not_drawn_is_counted(assessment: Assessment):
    told = blocks(replace(assessment, sketches_lacking=2, sketches_left_out=7))
    texts = [phrase.text for block in told if isinstance(block, Paragraph) for phrase in block.phrases]
    assert "7 further located events are not drawn, for the length of this report." in texts
    assert "2 located events cannot be drawn: what they were located with was not kept." in texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_no_id_twice(assessment: Assessment, language: str):
    page = render_html(compose(sketched(assessment, many=3), language))
    ids = re.findall(r'<(?:section|figure|pattern|h\d)[^>]* id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert sum(one.endswith("-ellipse") for one in ids) == 3


def test_the_pdf_holds_the_pictures(assessment: Assessment):
    plain, drawn = (
        len(render_pdf(compose(one), assessment.as_of)) for one in (assessment, sketched(assessment, many=2))
    )
    assert drawn > plain + 2_000
