"""The drawings: well-formed, true to their figures, the same for the same input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.mission.assessment import Assessment, MapShape
from truceline.model import Phenomenon
from truceline.report import compose
from truceline.report.figures.svg import titled, words
from truceline.report.figures.timeline import STRIP, _ticks

SVG = "{http://www.w3.org/2000/svg}"


def _figure(assessment: Assessment, name: str) -> ET.Element:
    blocks = next(section.blocks for section in compose(assessment).sections if section.id == name)
    return ET.fromstring(next(block.svg for block in blocks if block.kind == "figure"))  # noqa: S314  our own drawing


def _rects(assessment: Assessment, kind: str) -> list[ET.Element]:
    return [rect for rect in _figure(assessment, "timeline").iter(f"{SVG}rect") if rect.get("class") == kind]


def test_bars_are_as_high_as_their_counts(assessment: Assessment):
    heights = [float(bar.attrib["height"]) for bar in _rects(assessment, "bar")]
    counts = [item.count for item in assessment.series[0].bins]
    assert len(heights) == len(counts)
    assert [height / heights[0] for height in heights] == pytest.approx([n / counts[0] for n in counts], abs=0.002)


def test_every_reading_has_its_window(assessment: Assessment):
    windows = [float(rect.attrib["width"]) for rect in _rects(assessment, "window")]
    assert windows[0] / windows[1] == pytest.approx(30 / 24, rel=0.01)


def test_every_bar_stands_over_its_own_coverage(assessment: Assessment):
    bins = assessment.series[0].bins
    seen = [float(rect.attrib["height"]) / STRIP for rect in _rects(assessment, "seen")]
    assert seen == pytest.approx([item.coverage for item in bins if item.coverage is not None], abs=0.01)
    assert len(_rects(assessment, "empty")) == len(bins)


def test_a_day_nobody_assessed_is_hatched(assessment: Assessment):
    hatched = _rects(assessment, "unassessed")
    assert [rect.attrib["fill"] for rect in hatched] == ["url(#timeline-1-unseen)"]
    bins = tuple(replace(item, coverage=None) for item in assessment.series[0].bins)
    unknown = replace(assessment, series=(replace(assessment.series[0], bins=bins),))
    assert len(_rects(unknown, "unassessed")) == len(bins)
    assert _rects(unknown, "seen") == []


def test_only_the_day_of_a_daily_report_is_marked(
    assessment: Assessment, daily: Callable[[Assessment, date], Assessment]
):
    content = compose(daily(assessment, date(2031, 4, 19)))
    blocks = next(section.blocks for section in content.sections if section.id == "timeline")
    drawing = ET.fromstring(next(block.svg for block in blocks if block.kind == "figure"))  # noqa: S314  our own
    assert [text.text for text in drawing.iter(f"{SVG}text") if text.get("font-weight") == "bold"] == ["19 Apr"]


def test_every_area_is_drawn_with_its_name(assessment: Assessment):
    drawing = _figure(assessment, "map")
    titles = [title.text or "" for title in drawing.iter(f"{SVG}title")]
    assert [title.split(": ")[0] for title in titles] == [shape.name for shape in assessment.shapes]
    classes = [path.get("class") for path in drawing.iter(f"{SVG}path")]
    assert {"area watching", "area degraded", "area blind", "area denied", "area unknown"} < set(classes)


def test_a_shape_that_is_no_area_is_not_drawn(assessment: Assessment):
    point = MapShape("a point", {"type": "Point", "coordinates": [30.0, 48.0]}, "watching", Phenomenon.SHOT, "x")
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
