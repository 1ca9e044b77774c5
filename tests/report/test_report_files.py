"""The six files: written whole, in every language, the same bytes each time, and quickly."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from truceline.mission.assessment import Assessment
from truceline.model import CoverageState, Phenomenon, StorageFull, UsageFault
from truceline.report import ALL, LANGUAGES, Content, compose, write_report, writing

NAMES = ("report.html", "report.pdf", "findings.json", "counts.csv", "incidents.geojson", "coverage.csv")


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_six_files_in_every_language(assessment: Assessment, folder: Path, language: str):
    written = write_report(assessment, folder, language)
    assert tuple(path.name for path in written) == NAMES == ALL
    assert all(path.stat().st_size > 200 for path in written)
    assert sorted(path.name for path in folder.iterdir()) == sorted(NAMES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bare_assessment_makes_a_report_too(bare: Assessment, folder: Path, language: str):
    assert len(write_report(bare, folder, language)) == len(NAMES)


def test_the_same_input_gives_the_same_bytes(assessment: Assessment, tmp_path: Path):
    first = write_report(assessment, tmp_path / "a", "uk")
    second = write_report(assessment, tmp_path / "b", "uk")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_some_kinds_only(assessment: Assessment, folder: Path):
    assert [path.name for path in write_report(assessment, folder, "en", ("counts.csv",))] == ["counts.csv"]
    assert [path.name for path in folder.iterdir()] == ["counts.csv"]


def test_a_report_written_twice_replaces_the_first(assessment: Assessment, folder: Path):
    write_report(assessment, folder, "en", ("report.html",))
    write_report(assessment, folder, "de", ("report.html",))
    assert 'lang="de"' in (folder / "report.html").read_text("utf-8")


def test_an_unknown_kind_is_refused_before_anything_is_written(assessment: Assessment, folder: Path):
    with pytest.raises(UsageFault, match=r"report\.docx"):
        write_report(assessment, folder, "en", ("report.html", "report.docx"))
    assert not folder.exists()


def test_an_unknown_language_is_refused(assessment: Assessment, folder: Path):
    with pytest.raises(UsageFault, match="'fr'"):
        write_report(assessment, folder, "fr")


def test_a_full_disk_leaves_no_half_file(assessment: Assessment, folder: Path, monkeypatch: pytest.MonkeyPatch):
    write_report(assessment, folder, "en", ("counts.csv",))
    before = (folder / "counts.csv").read_bytes()

    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull):
        write_report(assessment, folder, "en", ("counts.csv", "coverage.csv"))
    assert [path.name for path in folder.iterdir()] == ["counts.csv"]
    assert (folder / "counts.csv").read_bytes() == before


def test_four_hundred_incidents_take_less_than_five_seconds(folder: Path, many: Callable[[int], Assessment]):
    began = time.perf_counter()
    write_report(many(400), folder, "uk")
    assert time.perf_counter() - began < 5.0


def test_a_report_is_composed_once(assessment: Assessment, folder: Path, monkeypatch: pytest.MonkeyPatch):
    composed = []

    def counted(*given: object) -> Content:
        composed.append(given)
        return compose(assessment, "en")

    monkeypatch.setattr(writing, "compose", counted)
    write_report(assessment, folder)
    assert len(composed) == 1


def _rows(folder: Path, name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO((folder / name).read_bytes().decode())))


def test_counts_carry_an_hxl_row_and_their_coverage(assessment: Assessment, folder: Path):
    write_report(assessment, folder)
    header, tags, *rows = _rows(folder, "counts.csv")
    assert header[:6] == ["rule", "parameters", "phenomenon", "stratum", "reading", "shift_days"]
    assert all(tag.startswith("#") and " " not in tag for tag in tags)
    assert len(rows) == sum(1 + len(line.reference) for line in assessment.counts)
    assert all(row[9] for row in rows)
    assert rows[0][5:10] == ["0", "4", "5", "7", "0.375"]
    assert [row[9] for row in rows if row[5] == "-7"][:1] == ["0.375"]
    assert [row[9] for row in rows if row[5] == "2"][:1] == ["0.25"]
    assert {row[9] for row in rows if row[5] == "7"} == {"not assessed"}
    assert {row[9] for row in rows if row[10] == "published figure"} == {"not stated by the publisher"}


def test_an_open_count_stays_open(assessment: Assessment, folder: Path):
    write_report(assessment, folder)
    midnight = [row for row in _rows(folder, "counts.csv")[2:] if row[4] == "from-midnight" and row[5] == "0"]
    assert {row[8] for row in midnight} == {""}


def test_no_field_of_a_table_is_a_formula(assessment: Assessment, folder: Path):
    write_report(assessment, folder)
    fields = [field for name in ("counts.csv", "coverage.csv") for row in _rows(folder, name)[2:] for field in row]
    numeric = [field for field in fields if field.lstrip("-").isdigit()]
    assert not [field for field in fields if field not in numeric and field.startswith(("=", "+", "-", "@"))]


def test_coverage_lists_every_area_and_why(assessment: Assessment, folder: Path):
    write_report(assessment, folder)
    header, tags, *rows = _rows(folder, "coverage.csv")
    assert header == ["reading", "phenomenon", "area", "share", "undisturbed", "state", "reasons"]
    assert len(tags) == len(header)
    assert ["as-announced", "explosion", "*", "0", "0", "unknown", "no source that can see it"] in rows
    assert any("263 h" in row[6] for row in rows)


def test_a_total_never_contradicts_its_areas(assessment: Assessment, folder: Path):
    first, second = assessment.windows
    alike = tuple(
        replace(area, share=0.0, undisturbed=0.0, state=CoverageState.DENIED, reasons=("gates shut",))
        for area in first.coverage[0].areas
    )
    shut = replace(first.coverage[0], share=0.0, undisturbed=0.0, areas=alike)
    one = replace(shut, phenomenon=Phenomenon.SHOT, areas=(replace(alike[0], area="*"),))
    windows = (first, replace(second, coverage=(*second.coverage[1:], shut, one)))
    write_report(replace(assessment, windows=windows, counts=(), series=()), folder, "en", ("coverage.csv",))
    totals = [row for row in _rows(folder, "coverage.csv")[2:] if row[2] == "*"]
    assert [row[1:] for row in totals] == [
        ["air-alarm", "*", "0.375", "0.375", "", ""],
        ["explosion", "*", "0", "0", "unknown", "no source that can see it"],
        ["explosion", "*", "0", "0", "unknown", "no source that can see it"],
        ["air-alarm", "*", "0", "0", "denied", "gates shut"],
        ["shot", "*", "0", "0", "denied", "gates shut"],
    ]


@pytest.mark.parametrize(
    ("undisturbed", "written"),
    [(0.375, ["1", "0.5", "0", "0"]), (0.1875, ["0.5", "0.25", "0", "0"]), (0.0, ["0"] * 4)],
)
def test_what_was_undisturbed_stands_beside_every_area(
    assessment: Assessment,
    folder: Path,
    dimmed: Callable[[Assessment, float], Assessment],
    undisturbed: float,
    written: list[str],
):
    dim = dimmed(assessment, undisturbed)
    if undisturbed == 0:
        first, second = dim.windows
        areas = tuple(replace(area, state=CoverageState.DEGRADED) for area in first.coverage[0].areas)
        dim = replace(dim, windows=(replace(first, coverage=(replace(first.coverage[0], areas=areas),)), second))
        dim = replace(dim, counts=(), series=())
    write_report(dim, folder, "en", ("coverage.csv",))
    rows = [row for row in _rows(folder, "coverage.csv")[2:] if row[:2] == ["as-announced", "air-alarm"]]
    assert [row[4] for row in rows if row[2] == "*"] == [f"{undisturbed:g}"]
    assert [row[4] for row in rows if row[2] != "*"] == written


def test_findings_keep_their_trace_and_the_order_of_the_agreement(assessment: Assessment, folder: Path):
    write_report(assessment, folder, "ru")
    record = json.loads((folder / "findings.json").read_bytes())
    assert [finding["id"] for finding in record["findings"]] == [finding.id for finding in assessment.findings]
    assert record["as_of"] == assessment.as_of.isoformat()
    first = record["findings"][0]
    assert first["because"]["text"] == "видны только угрозы: 1\u00a0234; тревога — это угроза, а не удар"
    assert first["because"]["values"] == {"threats": 1234}
    assert first["readings_differ"] is True
    assert [step["number"] for step in first["trace"]] == [1, 2]
    assert first["trace"][1]["evidence"] == ["a" * 64 + ":12"]
