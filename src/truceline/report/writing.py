"""Writing the files of a report, each complete or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from truceline.mission.assessment import Assessment
from truceline.mission.whole_files import Written
from truceline.model import UsageFault
from truceline.report.compose import compose
from truceline.report.content import Content
from truceline.report.edition import Edition
from truceline.report.html import render_html
from truceline.report.logs_csv import reconcile_csv
from truceline.report.open_data import counts_csv, coverage_csv, findings_json, incidents_geojson
from truceline.report.pdf import render_pdf

_WRITERS: dict[str, Callable[[Edition, Content], bytes]] = {
    "report.html": lambda _, content: render_html(content).encode(),
    "report.pdf": lambda edition, content: render_pdf(content, edition.assessment.as_of),
    "findings.json": lambda edition, _: findings_json(edition).encode(),
    "counts.csv": lambda edition, _: counts_csv(edition).encode(),
    "incidents.geojson": lambda edition, _: incidents_geojson(edition).encode(),
    "coverage.csv": lambda edition, _: coverage_csv(edition).encode(),
    "reconcile.csv": lambda edition, _: reconcile_csv(edition).encode(),
}

_REPORT = Written("the report", again="write the report again", example="--out out")

WHEN_ASKED = ("reconcile.csv",)
"""Files of a report only where the mission asks for what they hold."""
ALL: tuple[str, ...] = tuple(name for name in _WRITERS if name not in WHEN_ASKED)
"""Names of the files of every report."""


def write_report(
    assessment: Assessment,
    folder: Path,
    language: str = "en",
    kinds: Sequence[str] | None = None,
    day: date | None = None,
) -> tuple[Path, ...]:
    """Write a report into a folder and give the paths, in the order of ``kinds``; all it can have when none are named.

    An assessment that holds a local day gives the daily report; ``day``, a calendar day in the mission's zone, is the
    day the caller means. Everything is composed and checked before the first byte is written. Raises
    :class:`SumsDisagree` when figures contradict each other, :class:`UsageFault` for an unknown language or kind and
    for a day that was not gathered, or a folder that cannot be made, :class:`MissionReadOnly` for one that
    cannot be written to, :class:`StorageFull` when the disk is full.
    """
    kinds = files_of(assessment) if kinds is None else kinds
    _check_kinds(kinds)
    _check_day(assessment, day)
    edition = Edition.of(assessment, language)
    content = compose(assessment, language)
    made = [(folder / kind, _WRITERS[kind](edition, content)) for kind in kinds]
    _REPORT.make(folder)
    for path, written in made:
        _REPORT.put_bytes(path, written)
    return tuple(path for path, _ in made)


def files_of(assessment: Assessment) -> tuple[str, ...]:
    """Names of all the files that a report of this assessment has."""
    return (*ALL, *(WHEN_ASKED if assessment.reconcile else ()))


def _check_kinds(kinds: Sequence[str]) -> None:
    for kind in kinds:
        if kind not in _WRITERS:
            raise UsageFault(
                f"no report file {kind!r}", where="kinds", do=f"choose of {', '.join(_WRITERS)}", example="report.html"
            )


def _check_day(assessment: Assessment, day: date | None) -> None:
    """A day has counts and coverage of its own: without them there is no daily report."""
    gathered = assessment.day.day if assessment.day else None
    if day is None or day == gathered:
        return
    raise UsageFault(
        f"a daily report of {day.isoformat()} was asked for, but the assessment holds"
        f" {gathered.isoformat() if gathered else 'no day'}",
        where="day",
        do="gather the assessment for that day first",
        example="gather(mission, day=date(2025, 4, 20))",
    )
