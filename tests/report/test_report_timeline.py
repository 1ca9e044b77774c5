"""Small multiples: what is drawn, what is only named, and the coverage beside every figure."""

from __future__ import annotations

from dataclasses import replace

from truceline.agreements.counting.figures import Series
from truceline.mission.assessment import Assessment
from truceline.report import compose
from truceline.report.content import Block, Figure, Table

COUNTS = (1, 2, 3)
KINDS = ("rocket-alert", "aircraft-alert", "explosion", "burst", "shot", "flare")


def _blocks(assessment: Assessment, *series: Series) -> tuple[Block, ...]:
    content = compose(replace(assessment, series=series or assessment.series, counts=()))
    return next(section.blocks for section in content.sections if section.id == "timeline")


def _figures(blocks: tuple[Block, ...]) -> list[Figure]:
    return [block for block in blocks if isinstance(block, Figure)]


def _said(blocks: tuple[Block, ...]) -> list[str]:
    return [phrase.text for block in blocks if block.kind == "paragraph" for phrase in block.phrases]


def _headings(blocks: tuple[Block, ...]) -> list[str]:
    return [block.text for block in blocks if block.kind == "heading"]


def test_each_phenomenon_and_channel_has_one_chart_in_the_order_of_the_assessment(assessment: Assessment):
    assert _headings(_blocks(assessment)) == ["Air-raid alarm, official alarm", "Explosion, patrol, published figure"]
    turned = _headings(_blocks(assessment, *reversed(assessment.series)))
    assert turned == ["Explosion, patrol, published figure", "Air-raid alarm, official alarm"]


def test_where_nothing_was_counted_the_published_series_are_pointed_to(assessment: Assessment):
    def said(*series: Series) -> list[str]:
        content = compose(replace(assessment, series=series, counts=()))
        return _said(next(section.blocks for section in content.sections if section.id == "counts"))

    own = [one for one in assessment.series if one.basis == "observations"]
    nothing = "Nothing was counted: no source sensed anything that a rule could count."
    assert said(*own) == [nothing]
    assert said(*assessment.series) == [
        nothing,
        "The figures that others published by day or week stand in the timeline.",
    ]


def test_items_are_drawn_and_incidents_are_said_beside_them(assessment: Assessment):
    items, incidents = (sum(item.count for item in series.bins) for series in assessment.series[:2])
    caption = _figures(_blocks(assessment, assessment.series[1], assessment.series[0]))[0].caption
    assert f"{items} (every item), {incidents} (incident)" in caption
    assert "Coverage of these days: 30%\N{EN DASH}95%, in part not assessed." in caption


def test_incidents_that_equal_the_items_are_not_said_twice(assessment: Assessment):
    items = assessment.series[0]
    caption = _figures(_blocks(assessment, items, replace(items, rule="incident")))[0].caption
    assert "incident" not in caption


def test_no_more_than_four_charts_and_the_rest_by_name_and_total(assessment: Assessment):
    series = tuple(replace(assessment.series[0], phenomenon=kind) for kind in KINDS)
    blocks = _blocks(assessment, *series)
    assert [figure.id for figure in _figures(blocks)] == [f"timeline-{number}" for number in range(1, 5)]
    total = sum(item.count for item in series[0].bins)
    rest = next(text for text in _said(blocks) if "not drawn" in text)
    assert f"shot, official alarm \N{EN DASH} {total} (coverage: 30%" in rest
    assert f"illumination flare, official alarm \N{EN DASH} {total} (coverage: 30%" in rest


def test_a_series_without_any_count_is_named_with_its_coverage(assessment: Assessment):
    said = next(text for text in _said(_blocks(assessment)) if "nothing counted" in text)
    assert "shot, patrol \N{EN DASH} 0 (coverage: 30%\N{EN DASH}95%, in part not assessed)" in said


def test_every_figure_of_the_table_has_its_coverage(assessment: Assessment):
    table = next(block for block in _blocks(assessment) if isinstance(block, Table))
    bins = assessment.series[0].bins
    assert [row[1][0].text for row in table.rows] == [str(item.count) for item in bins]
    assert [row[1][1].text for row in table.rows][:3] == ["coverage: not assessed", "coverage: 30%", "coverage: 35%"]
    assert {row[2][1].text for row in table.rows} == {"coverage: not stated by the publisher"}


def test_series_over_other_days_have_a_table_of_their_own(assessment: Assessment):
    other = replace(assessment.series[0], phenomenon="burst", bins=assessment.series[0].bins[:3])
    tables = [block for block in _blocks(assessment, assessment.series[0], other) if isinstance(block, Table)]
    assert [len(table.rows) for table in tables] == [len(assessment.series[0].bins), 3]


def test_days_inside_a_window_say_so(assessment: Assessment):
    table = next(block for block in _blocks(assessment) if isinstance(block, Table))
    inside = {row[0][0].text: [phrase.text for phrase in row[0][1:]] for row in table.rows}
    assert inside["18 Apr"] == []
    assert inside["19 Apr"] == ["window: as-announced"]
    assert inside["20 Apr"] == ["window: as-announced, window: from-midnight"]
