"""The daily report: the day's own counts and coverage first, then those of the readings' windows."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from truceline.agreements.counting.figures import CountFigure
from truceline.mission.assessment import Assessment
from truceline.model import SumsDisagree, UsageFault, exchange_parties
from truceline.report import ALL, LANGUAGES, check_sums, compose, render_html, write_report
from truceline.report.content import Block, Table

INSIDE, ACROSS, OUTSIDE = date(2031, 4, 20), date(2031, 4, 19), date(2031, 4, 25)
Daily = Callable[[Assessment, date], Assessment]


def _blocks(assessment: Assessment, name: str) -> tuple[Block, ...]:
    return next(section.blocks for section in compose(assessment).sections if section.id == name)


def _texts(blocks: tuple[Block, ...]) -> list[str]:
    return [
        block.text if block.kind == "heading" else "".join(phrase.text for phrase in block.phrases)
        for block in blocks
        if block.kind in {"heading", "paragraph"}
    ]


def _tables(assessment: Assessment, name: str) -> list[Table]:
    return [block for block in _blocks(assessment, name) if isinstance(block, Table)]


def _day_row(assessment: Assessment) -> list[str]:
    return [phrase.text for label, cell in compose(assessment).header.rows for phrase in cell if label == "Day"]


def test_the_summary_speaks_of_the_day_and_then_of_the_windows(assessment: Assessment, daily: Daily):
    said = _texts(_blocks(daily(assessment, INSIDE), "summary"))
    assert said[0] == "The day: 20 April 2031"
    assert said[1] == (
        "Counted as “every item” on this day: 5 (air-raid alarm; channel: official alarm; coverage: 50% of place and"
        " time). On each day it is compared with: 27 (coverage: 25%)."
    )
    assert said[2].startswith("3 incidents touch this day")
    assert said[3] == "The windows of the agreement"
    assert "in the windows of the readings as-announced, from-midnight: 5" in " ".join(said[4:])
    assert not any("on this day" in text for text in said[4:])


def test_the_counts_of_the_day_stand_first_beside_its_own_coverage(assessment: Assessment, daily: Daily):
    blocks = _blocks(daily(assessment, INSIDE), "counts")
    assert _texts(blocks)[:3] == ["The day: 20 April 2031", "Window: as-announced", "Window: from-midnight"]
    table = next(block for block in blocks if isinstance(block, Table))
    assert [column.title for column in table.columns][2:5] == ["On the day", "Coverage", "Days compared with"]
    assert [(row[2][0].text, row[3][0].text) for row in table.rows] == [("5", "50%"), ("5", "50%")]
    assert "Of these days, the following touch a window of the agreement: −1." in table.note


def test_counts_csv_and_coverage_csv_have_the_day_first(assessment: Assessment, daily: Daily, folder: Path):
    write_report(daily(assessment, INSIDE), folder, "en", ALL, INSIDE)
    for name, column in (("counts.csv", 4), ("coverage.csv", 0)):
        rows = list(csv.reader(io.StringIO((folder / name).read_text("utf-8"))))[2:]
        assert list(dict.fromkeys(row[column] for row in rows)) == ["day", "as-announced", "from-midnight"]
    assert "day,air-alarm,*,0.5,0.5," in (folder / "coverage.csv").read_text("utf-8")


def test_what_could_be_seen_on_the_day_stands_before_the_windows(assessment: Assessment, daily: Daily):
    blocks = _blocks(daily(assessment, INSIDE), "unseen")
    assert next(text for text in _texts(blocks) if "day" in text or "Window" in text) == "The day: 20 April 2031"
    assert _tables(daily(assessment, INSIDE), "unseen")[0].caption == "What could be seen on this day"


@pytest.mark.parametrize(
    ("day", "where"),
    [
        (INSIDE, ["Wholly inside the window of: as-announced, from-midnight"]),
        (ACROSS, ["Partly inside the window of: as-announced"]),
        (OUTSIDE, ["This day lies outside every window of the agreement."]),
    ],
)
def test_the_header_names_the_day_and_where_it_lies(assessment: Assessment, daily: Daily, day: date, where: list[str]):
    row = _day_row(daily(assessment, day))
    assert row[0] == f"{day.day} April 2031"
    assert row[1].startswith(f"{day.day} April 2031,\u00a000:00 to {day.day + 1} April 2031,\u00a000:00")
    assert row[2:] == where


def test_a_day_outside_every_window_says_so_at_the_top(assessment: Assessment, daily: Daily, folder: Path):
    outside = daily(assessment, OUTSIDE)
    first = "".join(phrase.text for phrase in compose(outside).lead[0].phrases)
    assert first == "This day lies outside every window of the agreement."
    assert first not in render_html(compose(daily(assessment, ACROSS)))
    listed = _texts(_blocks(outside, "incidents"))
    assert listed[0] == "No incident that touches this day is on record. Read this beside the coverage."
    write_report(outside, folder, "en", ("incidents.geojson",))
    assert json.loads((folder / "incidents.geojson").read_bytes())["features"] == []


def test_the_period_report_knows_no_day(assessment: Assessment):
    assert _day_row(assessment) == []
    assert "this day" not in render_html(compose(assessment))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_daily_report_in_every_language(assessment: Assessment, daily: Daily, folder: Path, language: str):
    written = write_report(daily(assessment, OUTSIDE), folder, language, ALL, OUTSIDE)
    assert tuple(path.name for path in written) == ALL


@pytest.mark.parametrize("language", LANGUAGES)
def test_exchanged_parties_give_the_exchanged_daily_report(assessment: Assessment, daily: Daily, language: str):
    north, south = "party-north", "party-south"
    whole = daily(assessment, ACROSS)
    swapped = render_html(compose(exchange_parties(whole, (north, south)), language))
    mirrored = swapped.replace(north, "\0").replace(south, north).replace("\0", south)
    assert mirrored == render_html(compose(whole, language))


def test_the_map_says_that_it_shows_a_window(assessment: Assessment, daily: Daily):
    said = "Shown: air-raid alarm, in the whole window of the reading as-announced, not on the day alone."
    assert said in render_html(compose(daily(assessment, ACROSS)))
    assert said not in render_html(compose(assessment))


def test_the_day_is_marked_in_the_timeline(assessment: Assessment, daily: Daily):
    assert 'font-weight="bold">19 Apr<' in render_html(compose(daily(assessment, ACROSS)))


def test_a_day_on_which_nothing_was_counted_or_seen(assessment: Assessment, daily: Daily):
    whole = daily(assessment, INSIDE)
    assert whole.day is not None
    quiet = replace(whole, day=replace(whole.day, counts=()))
    assert _texts(_blocks(quiet, "summary"))[1:3] == [
        "Nothing was counted on this day.",
        "Coverage of this day: air-raid alarm – 50% of place and time.",
    ]
    blind = replace(whole, day=replace(whole.day, counts=(), coverage=whole.day.coverage[1:]))
    assert _texts(_blocks(blind, "summary"))[2] == "On this day no source in place could see anything."


def test_how_many_incidents_touch_the_day_and_how_many_are_listed_is_said(assessment: Assessment, daily: Daily):
    whole = daily(assessment, ACROSS)
    said = " ".join(_texts(_blocks(whole, "summary")))
    assert "15 incidents touch this day" in said
    assert "the appendix lists the first 12." in said
    assert "3 further incidents are left out" in " ".join(_texts(_blocks(whole, "incidents")))
    assert _tables(whole, "incidents")[0].caption == "Incidents that touch this day"
    all_of_them = " ".join(_texts(_blocks(replace(whole, incidents_left_out=0), "summary")))
    assert "The appendix lists 12 incidents that touch this day" in all_of_them


def test_a_day_that_was_not_gathered_is_refused(assessment: Assessment, daily: Daily, folder: Path):
    with pytest.raises(UsageFault, match="holds no day"):
        write_report(assessment, folder, "en", ALL, INSIDE)
    with pytest.raises(UsageFault, match="holds 2031-04-19"):
        write_report(daily(assessment, ACROSS), folder, "en", ALL, INSIDE)
    assert not folder.exists()


def test_figures_of_the_day_that_contradict_each_other_stop_the_report(assessment: Assessment, daily: Daily):
    whole = daily(assessment, INSIDE)
    assert whole.day is not None
    check_sums(whole)
    line, share = whole.day.counts[0], whole.day.coverage[0]
    later = replace(whole.day.window, end=whole.day.window.end + timedelta(hours=1))
    wrong = (
        (replace(whole.day, counts=(replace(line, inside=CountFigure(6, 6, 6)),)), "6 stated, 5 found"),
        (replace(whole.day, counts=(replace(line, coverage=0.375),)), r"0\.375 stated, 0\.5 found"),
        (replace(whole.day, counts=(replace(line, reading="as-announced"),)), "day stated, as-announced found"),
        (replace(whole.day, counts=(replace(line, phenomenon="shot"),)), "no coverage share"),
        (replace(whole.day, coverage=(replace(share, share=0.9),)), r"0\.9 stated, 0\.5 found"),
        (replace(whole.day, window=later), "bounds of the local day"),
    )
    for day, said in wrong:
        with pytest.raises(SumsDisagree, match=said):
            check_sums(replace(whole, day=day))


def test_a_reading_called_day_cannot_be_told_from_the_day(assessment: Assessment, daily: Daily):
    first, second = assessment.windows
    with pytest.raises(SumsDisagree, match="windows that go by the name 'day'"):
        check_sums(daily(replace(assessment, windows=(replace(first, reading="day"), second)), INSIDE))
