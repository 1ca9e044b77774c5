"""The drawings: well-formed, true to their figures, the same for the same input."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.mission.assessment import Assessment, MapShape
from truceline.report import compose
from truceline.report.edition import Edition
from truceline.report.figures.svg import titled, words
from truceline.report.figures.timeline import _ticks
from truceline.report.sections.timeline import choose_series

SVG = "{http://www.w3.org/2000/svg}"


def _figure(assessment: Assessment, name: str) -> ET.Element:
    blocks = next(section.blocks for section in compose(assessment).sections if section.id == name)
    return ET.fromstring(next(block.svg for block in blocks if block.kind == "figure"))  # noqa: S314  our own drawing


def test_bars_are_as_high_as_their_counts(assessment: Assessment):
    heights = [
        float(bar.attrib["height"])
        for bar in _figure(assessment, "timeline").iter(f"{SVG}rect")
        if bar.get("class") == "bar"
    ]
    counts = [item.count for item in assessment.series[0].bins]
    assert len(heights) == len(counts)
    assert [height / heights[0] for height in heights] == pytest.approx([n / counts[0] for n in counts], abs=0.002)


def test_every_reading_has_its_window_and_its_coverage(assessment: Assessment):
    rects = list(_figure(assessment, "timeline").iter(f"{SVG}rect"))
    windows = [float(rect.attrib["width"]) for rect in rects if rect.get("class") == "window"]
    assert windows[0] / windows[1] == pytest.approx(30 / 24, rel=0.01)
    assert [float(rect.attrib["height"]) for rect in rects if rect.get("class") == "seen"] == [4.5, 4.5]


def test_the_series_is_the_first_that_reaches_into_a_window(assessment: Assessment):
    early = replace(assessment.series[0], phenomenon="explosion", bins=assessment.series[0].bins[:3])
    edition = Edition.of(replace(assessment, series=(early, *assessment.series)), "en")
    assert choose_series(edition) == assessment.series[0]


def test_every_area_is_drawn_with_its_name(assessment: Assessment):
    drawing = _figure(assessment, "map")
    titles = [title.text or "" for title in drawing.iter(f"{SVG}title")]
    assert [title.split(": ")[0] for title in titles] == [shape.name for shape in assessment.shapes]
    classes = [path.get("class") for path in drawing.iter(f"{SVG}path")]
    assert {"area watching", "area degraded", "area blind", "area denied", "area unknown"} < set(classes)


def test_a_shape_that_is_no_area_is_not_drawn(assessment: Assessment):
    point = MapShape("a point", {"type": "Point", "coordinates": [30.0, 48.0]}, "watching")
    blocks = next(s.blocks for s in compose(replace(assessment, shapes=(point,))).sections if s.id == "map")
    assert blocks[0].kind == "paragraph"


def test_words_in_a_drawing_are_escaped():
    assert "<b>&" not in words(0, 0, "<b>&")
    assert "<b>&" not in titled("", "<b>&")


@given(st.integers(0, 10**9))
def test_axes_reach_the_highest_bar_with_few_marks(highest: int):
    ticks = _ticks(highest)
    assert ticks[0] == 0
    assert ticks[-1] >= highest
    assert len(ticks) <= 7
