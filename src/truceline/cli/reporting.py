"""``report``: the daily and the period report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from truceline.cli.options import (
    ByOption,
    JsonOption,
    LanguageOption,
    MissionOption,
    check_language,
    handling,
    paper,
    print_json,
    progress,
)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command("report", short_help="Write the daily or the period report.")(report)


def report(
    mission: MissionOption = Path(),
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the files; the mission's reports folder.")
    ] = None,
    day: Annotated[str, typer.Option("--day", help="A local day for the daily report, such as 2025-04-20.")] = "",
    lang: LanguageOption = "en",
    by: ByOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write the report: HTML, PDF, findings.json, counts.csv, incidents.geojson and coverage.csv.

    Without '--day' it covers the whole period of the agreement's windows.
    """
    from truceline.cli.days import local_day
    from truceline.mission.folder import open_mission
    from truceline.mission.gathering import gather
    from truceline.mission.json_form import assessment_json
    from truceline.report import write_report

    check_language(lang)
    asked = local_day(day)
    opened = open_mission(mission)
    folder = out or opened.root / "reports" / (day or "period")
    with progress() as shown:
        shown.add_task("gathering and writing", total=None)
        assessment = gather(opened, day=asked, reading=handling(by, "drawing the pictures of a report"))
        files = write_report(assessment, folder, lang, day=asked)
    if as_json:
        print_json(assessment_json(assessment, [str(path) for path in files]))
        return
    for path in files:
        paper().print(str(path), markup=False, soft_wrap=True)
