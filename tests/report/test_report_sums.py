"""Figures that contradict each other stop the report, and the error names both."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from truceline.agreements.counting.figures import CountFigure
from truceline.mission.assessment import Assessment
from truceline.model import Rejected, SumsDisagree
from truceline.report import check_sums, compose, write_report


def test_sound_figures_pass(assessment: Assessment, bare: Assessment):
    check_sums(assessment)
    check_sums(bare)


def test_a_missing_finding(assessment: Assessment, folder: Path):
    with pytest.raises(SumsDisagree, match="8 stated, 7 found"):
        write_report(replace(assessment, findings=assessment.findings[1:]), folder)
    assert not folder.exists()


def test_a_finding_given_twice(assessment: Assessment):
    with pytest.raises(SumsDisagree, match="1 stated, 0 found"):
        check_sums(replace(assessment, findings=(assessment.findings[1], *assessment.findings[1:])))


def test_a_count_without_coverage(assessment: Assessment):
    first, second = assessment.windows
    with pytest.raises(SumsDisagree, match="no coverage share"):
        compose(replace(assessment, windows=(replace(first, coverage=first.coverage[:1]), second)))


def test_a_coverage_mean_that_is_not_the_mean(assessment: Assessment):
    first, second = assessment.windows
    wrong = (replace(first.coverage[0], share=0.5), first.coverage[1])
    with pytest.raises(SumsDisagree, match=r"0\.5 stated, 0\.375 found"):
        check_sums(replace(assessment, windows=(replace(first, coverage=wrong), second)))


def test_an_undisturbed_mean_that_is_not_the_mean(assessment: Assessment):
    first, second = assessment.windows
    wrong = (replace(first.coverage[0], undisturbed=0.25), first.coverage[1])
    with pytest.raises(SumsDisagree, match=r"mean undisturbed share.*0\.25 stated, 0\.375 found"):
        check_sums(replace(assessment, windows=(replace(first, coverage=wrong), second)))


def test_a_share_above_one(assessment: Assessment):
    first, second = assessment.windows
    wrong = (first.coverage[0], replace(first.coverage[1], share=1.5))
    with pytest.raises(SumsDisagree, match=r"1\.5 found"):
        check_sums(replace(assessment, windows=(replace(first, coverage=wrong), second)))


def test_a_coverage_beside_a_count_that_is_not_the_windows(assessment: Assessment):
    lines = (replace(assessment.counts[0], coverage=0.5), *assessment.counts[1:])
    with pytest.raises(SumsDisagree, match=r"coverage beside the count.*0\.5 stated, 0\.375 found"):
        check_sums(replace(assessment, counts=lines))


def test_a_share_of_a_moved_window_that_is_none(assessment: Assessment):
    line = assessment.counts[0]
    reference = (replace(line.reference[0], coverage=-0.1), *line.reference[1:])
    with pytest.raises(SumsDisagree, match=r"-0\.1 found"):
        check_sums(replace(assessment, counts=(replace(line, reference=reference), *assessment.counts[1:])))


def test_a_share_of_a_day_that_is_none(assessment: Assessment):
    series = assessment.series[0]
    bins = (replace(series.bins[0], coverage=2.0), *series.bins[1:])
    with pytest.raises(SumsDisagree, match=r"2\.0 found"):
        check_sums(replace(assessment, series=(replace(series, bins=bins),)))


def test_a_series_that_differs_from_the_window(assessment: Assessment):
    bins = tuple(replace(item, count=item.count + (item.count == 5)) for item in assessment.series[0].bins)
    with pytest.raises(SumsDisagree, match="5 stated, 6 to 33 found"):
        check_sums(replace(assessment, series=(replace(assessment.series[0], bins=bins),)))


def test_a_window_that_holds_more_than_the_days_it_touches(assessment: Assessment):
    lines = (
        replace(assessment.counts[0], inside=CountFigure(33, 33, 33), reference=(), ratio=None),
        *assessment.counts[1:],
    )
    with pytest.raises(SumsDisagree, match="33 stated, 5 to 32 found"):
        check_sums(replace(assessment, counts=lines))


def test_a_ratio_made_from_other_counts(assessment: Assessment):
    line = assessment.counts[0]
    assert line.ratio is not None
    for wrong in (replace(line.ratio, inside=6), replace(line.ratio, reference=1), replace(line.ratio, windows=11)):
        with pytest.raises(SumsDisagree):
            check_sums(replace(assessment, counts=(replace(line, ratio=wrong), *assessment.counts[1:])))


def test_a_window_marked_as_behind_the_ratio_that_is_not(assessment: Assessment):
    line = assessment.counts[0]
    marked = tuple(replace(one, in_ratio=True) for one in line.reference)
    with pytest.raises(SumsDisagree, match="reference windows behind the ratio: 6 stated, 12 found"):
        check_sums(replace(assessment, counts=(replace(line, reference=marked), *assessment.counts[1:])))


def test_a_window_behind_the_ratio_that_nobody_could_see(assessment: Assessment):
    line = assessment.counts[0]
    dark = tuple(replace(one, coverage=0.0) if one.shift_days == -2 else one for one in line.reference)
    with pytest.raises(SumsDisagree, match="above 0 stated, 0, moved by -2 days found"):
        check_sums(replace(assessment, counts=(replace(line, reference=dark), *assessment.counts[1:])))


def test_windows_behind_a_ratio_that_is_not_given(assessment: Assessment):
    line = replace(assessment.counts[0], ratio=None)
    with pytest.raises(SumsDisagree, match="0 stated, 6 found"):
        check_sums(replace(assessment, counts=(line, *assessment.counts[1:])))


def test_a_range_out_of_order(assessment: Assessment):
    line = replace(assessment.counts[0], inside=CountFigure(6, 5, 7))
    with pytest.raises(SumsDisagree, match="low, best and high"):
        check_sums(replace(assessment, counts=(line, *assessment.counts[1:])))


def test_more_rejected_rows_than_were_rejected(assessment: Assessment):
    with pytest.raises(SumsDisagree, match=r"rejected rows of alarms\.csv: 2 stated, 3 found"):
        check_sums(replace(assessment, rejected=(*assessment.rejected, ("alarms.csv", Rejected(19, "x", "y")))))
