"""A made-up assessment rich enough to fill every section, with hostile and foreign words in every place."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from truceline.mission.assessment import Assessment, ImportNote, OutlineFile, PublishedFigure, ReadingWindow
from truceline.model import Rejected

_HERE = Path(__file__).resolve().parent
if str(_HERE) not in sys.path:
    sys.path.insert(0, str(_HERE))

from made_up_counts import on_day, seen_dimly, the_counts, the_coverage, the_series  # noqa: E402 - the folder first
from made_up_findings import the_agreement, the_findings  # noqa: E402 - the folder must be on the path first
from made_up_incidents import incident_note, the_claims, the_shapes, the_sources  # noqa: E402 - as above
from made_up_words import HOSTILE, NARROW, NOON, WIDE  # noqa: E402 - as above


def made_up(incidents: int = 12) -> Assessment:
    """The assessment behind most tests of the report."""
    agreement = the_agreement()
    coverage = the_coverage()
    return Assessment(
        case="spring-2031",
        agreement=agreement,
        time_zone="Europe/Kyiv",
        as_of=NOON + timedelta(days=30),
        windows=(ReadingWindow("as-announced", *WIDE, coverage), ReadingWindow("from-midnight", *NARROW, coverage)),
        counts=the_counts(),
        series=the_series(),
        findings=the_findings(agreement),
        claims=the_claims(),
        figures=(
            PublishedFigure(
                "Violations, own count",
                "=2935",
                "violations",
                "30 h",
                HOSTILE[4],
                "https://paper.example/a",
                "2031-04-21",
                HOSTILE[1],
            ),
        ),
        incidents=tuple(incident_note(number) for number in range(incidents)),
        incidents_left_out=3,
        sources=the_sources(),
        imports=(
            ImportNote(
                "ua-alarms",
                "alarms.csv",
                "c" * 64,
                43031,
                0,
                2,
                2,
                "MIT",
                "A. Collector",
                "https://feeds.example/alarms.csv",
            ),
            ImportNote("table", "volunteers.csv", "d" * 64, 54514, 1, 0, 0),
        ),
        rejected=(
            ("alarms.csv", Rejected(17, "position 148.01593, 37.80281 is off the globe", "secret,148.01593,37.80281")),
            ("alarms.csv", Rejected(18, HOSTILE[0], HOSTILE[2])),
        ),
        shapes=the_shapes(),
        outlines=(OutlineFile("areas.geojson", "e" * 64, "CC BY 4.0"),),
        notes=("A note on method.", HOSTILE[1]),
    )


@pytest.fixture(scope="session")
def assessment() -> Assessment:
    """The made-up assessment."""
    return made_up()


@pytest.fixture(scope="session")
def bare(assessment: Assessment) -> Assessment:
    """An assessment of a text nobody watched: no feed, no claim, no outline."""
    return replace(
        assessment,
        counts=(),
        series=(),
        claims=(),
        figures=(),
        incidents=(),
        incidents_left_out=0,
        sources=(),
        imports=(),
        rejected=(),
        shapes=(),
        outlines=(),
        notes=(),
    )


@pytest.fixture(scope="session")
def daily() -> Callable[[Assessment, date], Assessment]:
    """Adds a local day to an assessment."""
    return on_day


@pytest.fixture(scope="session")
def dimmed() -> Callable[[Assessment, float], Assessment]:
    """Says of an assessment how much of its coverage was undisturbed."""
    return seen_dimly


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a report is written."""
    return tmp_path / "report"


@pytest.fixture(scope="session")
def many() -> Callable[[int], Assessment]:
    """The made-up assessment with as many incidents as asked for."""
    return made_up
