"""``demo``: a real ceasefire from the casebook, judged on real data, in one command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from truceline.cli.options import JsonOption, LanguageOption, check_language, now, paper, print_json, progress


def add_to(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command("demo", short_help="Judge a real ceasefire of the casebook.")(demo)


def demo(
    case: Annotated[str, typer.Argument(help="The case; leave it out for easter-2025.")] = "easter-2025",
    out: Annotated[Path | None, typer.Option("--out", help="Folder for mission and report.")] = None,
    feeds: Annotated[
        bool | None, typer.Option("--feeds/--no-feeds", help="Use the public feeds, or the published figures alone.")
    ] = None,
    lang: LanguageOption = "en",
    swap_parties: Annotated[
        bool, typer.Option("--swap-parties", help="Exchange the two parties everywhere: the result must mirror.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Judge a case of the casebook: make its mission, take in its feeds, fuse, assess, count and report.

    'truceline demo easter-2025 --out build/easter' writes report.html, report.pdf, findings.json,
    counts.csv, incidents.geojson and coverage.csv there, and keeps the mission beside them for
    'truceline explain'. A folder that holds such files of other origin is refused.
    """
    from truceline.cli.summary import print_summary
    from truceline.mission.demonstration import Demonstration, demonstrate
    from truceline.mission.feeds import feed_places
    from truceline.mission.json_form import assessment_json
    from truceline.report import ALL, write_report

    check_language(lang)
    folder = out or Path("truceline-demo") / case
    wanted = Demonstration(case, folder, feeds is not False, swap_parties, files=ALL)
    places = feed_places()
    if places.not_there and feeds is not False:
        typer.echo(f"TRUCELINE_DATA names {places.not_there}, which is no folder; feeds are sought elsewhere", err=True)
    with progress() as shown:
        task = shown.add_task(f"opening {case}", total=None)
        assessment = demonstrate(wanted, places, now=now(), step=lambda words: shown.update(task, description=words))
        shown.update(task, description="writing the report")
        files = write_report(assessment, folder, lang)
    if as_json:
        print_json(assessment_json(assessment, [str(path) for path in files]))
    else:
        print_summary(paper(), assessment, lang, files, wanted.mission_folder)
