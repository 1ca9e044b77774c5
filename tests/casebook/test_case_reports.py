"""Every case can be judged and its report written with no feed at hand, and says whom it binds under which reading."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from truceline.mission.assessment import Assessment
from truceline.mission.demonstration import Demonstration, demonstrate
from truceline.mission.feeds import FeedPlaces
from truceline.report import check_sums, compose, write_report
from truceline.report.content import Table

CASES = Path(__file__).resolve().parents[2] / "cases"
CASE_IDS = tuple(sorted(path.parent.name for path in CASES.glob("*/case.toml")))
NOW = datetime(2026, 10, 1, tzinfo=UTC)


def judged(case: str, folder: Path) -> Assessment:
    wanted = Demonstration(case, folder / case, feeds=False)
    return demonstrate(wanted, FeedPlaces(None, folder / "cache", network=False), now=NOW)


@pytest.mark.parametrize("case_id", CASE_IDS)
def test_every_case_can_be_judged_and_its_report_written(case_id: str, tmp_path: Path):
    assessment = judged(case_id, tmp_path)
    check_sums(assessment)
    files = write_report(assessment, tmp_path / "report", "en", ("report.html", "findings.json"))
    assert [file.stat().st_size > 0 for file in files] == [True, True]


def test_who_is_bound_under_some_readings_alone_is_named_and_stands_in_its_order(tmp_path: Path):
    assessment = judged("energy-truce-2025", tmp_path)
    strikes = next(norm for norm in assessment.agreement.norms if norm.id == "strikes")
    pairs = [(party, reading.id) for party, reading in assessment.agreement.held(strikes)]
    assert pairs == [
        ("party-ru", "list-from-18-march"),
        ("party-ru", "all-energy-from-25-march"),
        ("party-ru", "energy-and-infrastructure-from-18-march"),
        ("party-ua", "list-from-18-march"),
        ("party-ua", "all-energy-from-25-march"),
    ]
    tables = [block for section in compose(assessment).sections for block in section.blocks if isinstance(block, Table)]
    told = next(table for table in tables if table.caption.startswith("Norms, whom they bind"))
    bound = [phrase.text for phrase in told.rows[0][1]]
    assert bound[:2] == ["Russian Federation", "Ukraine"]
    assert bound[2:] == ["only under: list-from-18-march, all-energy-from-25-march"]
    found = next(table for table in tables if table.caption.startswith("Findings for each party and reading"))
    assert [row[0][0].text for row in found.rows][-1] == "Ukraine"
