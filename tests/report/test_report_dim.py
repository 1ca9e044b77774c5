"""Coverage by degraded sources is never told as if everything had been seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from truceline.mission.assessment import Assessment
from truceline.model import SumsDisagree
from truceline.report import LANGUAGES, check_sums, compose, render_html
from truceline.report.content import Block, Figure, Table

Dimmed = Callable[[Assessment, float], Assessment]


def _blocks(assessment: Assessment, name: str) -> tuple[Block, ...]:
    return next(section.blocks for section in compose(assessment).sections if section.id == name)


def _table(assessment: Assessment, name: str) -> Table:
    return next(block for block in _blocks(assessment, name) if isinstance(block, Table))


def _said(assessment: Assessment, name: str) -> str:
    return " ".join(p.text for block in _blocks(assessment, name) if block.kind == "paragraph" for p in block.phrases)


@pytest.mark.parametrize(
    ("undisturbed", "words"),
    [
        (0.0, "coverage: 37.5% of place and time, all of it by degraded sources, which miss much)"),
        (
            0.25,
            "coverage: 37.5% of place and time, undisturbed in 25%, the rest by degraded sources, which miss much)",
        ),
        (0.375, "coverage: 37.5% of place and time)"),
    ],
)
def test_the_summary_says_what_degraded_sources_saw(
    assessment: Assessment, dimmed: Dimmed, undisturbed: float, words: str
):
    said = _said(dimmed(assessment, undisturbed), "summary")
    assert words in said
    assert ("(coverage: 25%–37.5%, in part not assessed, degraded sources included)" in said) == (undisturbed < 0.375)


def test_every_coverage_in_a_table_says_how_much_of_it_was_undisturbed(assessment: Assessment, dimmed: Dimmed):
    dim = dimmed(assessment, 0.25)
    counts = _table(dim, "counts")
    assert [phrase.text for phrase in counts.rows[0][3]] == ["37.5%", "undisturbed: 25%"]
    assert counts.rows[0][4][2].text == "coverage of each: 37.5%, degraded sources included"
    assert "Undisturbed: the part of the coverage" in counts.note
    assert [phrase.text for phrase in _table(dim, "unseen").rows[0][1]] == ["37.5%", "undisturbed: 25%"]
    assert "air-raid alarm (37.5%; undisturbed: 25%)" in _said(dim, "claims")


def test_a_published_count_is_not_given_the_missions_own_coverage(assessment: Assessment, dimmed: Dimmed):
    row = _table(dimmed(assessment, 0.25), "counts").rows[-1]
    assert [phrase.text for phrase in row[3]] == ["not stated by the publisher"]
    assert "degraded" not in " ".join(phrase.text for phrase in row[4])


def test_the_timeline_says_that_its_strips_count_degraded_sources(assessment: Assessment, dimmed: Dimmed):
    figures = [block for block in _blocks(dimmed(assessment, 0.25), "timeline") if isinstance(block, Figure)]
    alarms, published = figures
    assert "coverage of each day, degraded sources included" in alarms.svg
    assert alarms.caption.endswith("in part not assessed, degraded sources included.")
    assert "degraded" not in published.svg + published.caption
    assert _table(dimmed(assessment, 0.25), "timeline").caption.endswith("degraded sources included")


def test_undisturbed_sight_needs_no_remark(assessment: Assessment):
    page = render_html(compose(assessment))
    assert "undisturbed" not in page.lower()
    assert "degraded source" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_remark_is_there_in_every_language(
    assessment: Assessment, dimmed: Dimmed, daily: Callable[[Assessment, date], Assessment], language: str
):
    clear, dim = (daily(one, date(2031, 4, 20)) for one in (assessment, dimmed(assessment, 0.0)))
    assert render_html(compose(clear, language)) != render_html(compose(dim, language))


@pytest.mark.parametrize("undisturbed", [0.5, -0.1])
def test_more_seen_undisturbed_than_seen_at_all_stops_the_report(
    assessment: Assessment, dimmed: Dimmed, undisturbed: float
):
    with pytest.raises(SumsDisagree, match="share seen undisturbed"):
        check_sums(dimmed(assessment, undisturbed))
