"""``fuse``, ``assess``, ``count`` and ``explain``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from truceline.cli.options import (
    JsonOption,
    LanguageOption,
    MissionOption,
    beside_mission,
    check_language,
    now,
    paper,
    print_json,
    progress,
)

if TYPE_CHECKING:
    from truceline.model import Finding

_RULES = (
    "smm-item",
    "episode",
    "site-day",
    "incident",
    "one-hour-regrouping",
    "weapon-class",
    "withdrawal-lines",
    "casualties",
)
"""Names of the counting rules, for the help: to load the rules themselves would slow every command."""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command("fuse", short_help="Turn observations into incidents.")(fuse)
    app.command("assess", short_help="Hold every norm against every party.")(assess)
    app.command("count", short_help="Count under each rule, beside coverage.")(count)
    app.command("explain", short_help="Show what a finding or an incident rests on.")(explain)


def fuse(
    mission: MissionOption = Path(),
    control: Annotated[
        bool, typer.Option("--control", help="Also link with times shifted, to show what chance alone would link.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Turn observations into incidents: repeats of one message and partner alarms become one, all sources kept.

    With linking = "likelihood" in mission.toml the evidence of all channels is held against each other as well.
    """
    from truceline.fusion import partner_report
    from truceline.mission.folder import open_mission
    from truceline.mission.freshness import fusion_parameters
    from truceline.mission.fusing import all_observations, fuse_mission

    opened = open_mission(mission)
    with progress() as shown:
        shown.add_task("fusing", total=None)
        outcome = fuse_mission(opened, now=now())
    gap_s = fusion_parameters(opened).partner_gap_s
    shares = partner_report(all_observations(opened), gap_s) if control else ()
    if as_json:
        print_json({**asdict(outcome), "control": [asdict(share) for share in shares]})
        return
    from truceline.cli.linkage import control_table, linkage_lines

    for line in linkage_lines(outcome):
        paper().print(line)
    if shares:
        paper().print(control_table(shares, gap_s))


def assess(mission: MissionOption = Path(), as_json: JsonOption = False) -> None:
    """Hold every norm against every party under every reading, and keep the findings."""
    from truceline.cli.summary import findings_table, party_names
    from truceline.mission.assessing import assess_mission
    from truceline.mission.folder import open_mission
    from truceline.mission.json_form import findings_json

    opened = open_mission(mission)
    with progress() as shown:
        shown.add_task("assessing", total=None)
        findings = assess_mission(opened, now=now())
    if as_json:
        print_json({"findings": findings_json(findings)})
    else:
        paper().print(findings_table(findings, party_names(opened.agreement, "en")))
        for line in _how_to_explain(findings, mission):
            paper().print(line, markup=False, soft_wrap=True)


def _how_to_explain(findings: Sequence[Finding], mission: Path) -> list[str]:
    """The commands that explain the first finding of each result; the id of any other is told the same way."""
    first = {finding.result: finding for finding in reversed(findings)}
    shown = sorted(first.values(), key=findings.index)
    commands = [f"  {beside_mission(f'truceline explain {one.id}', mission)}" for one in shown]
    further = len(findings) - len(shown)
    return [*commands, f"  and {further} more, each by norm/party/reading"] if further else commands


def count(
    rule: Annotated[
        list[str] | None,
        typer.Option("--rule", help=f"One of: {', '.join(_RULES)}; the first four when left out."),
    ] = None,
    all_rules: Annotated[
        bool, typer.Option("--all-rules", help="Every rule side by side, and why two of them differ.")
    ] = False,
    gap_min: Annotated[
        int | None, typer.Option("--gap-min", help="Gap of episode and one-hour-regrouping, in minutes.")
    ] = None,
    start: Annotated[str, typer.Option("--from", help="Start of a period of your own, ISO 8601.")] = "",
    end: Annotated[str, typer.Option("--to", help="End of it.")] = "",
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Count under one rule or all, in each reading's window or a period of your own, beside reference windows.

    'truceline count --rule episode --gap-min 30 --from 2025-04-19T18:00+03:00 --to 2025-04-21T00:00+03:00'
    """
    from truceline.cli.side_by_side import side_by_side_told
    from truceline.cli.summary import counts_told, rule_lines
    from truceline.mission.assessing import coverage_in
    from truceline.mission.counting import count_asked, windows_asked
    from truceline.mission.folder import open_mission
    from truceline.mission.freshness import holding_still
    from truceline.mission.json_form import count_json, coverage_json, difference_json

    opened = open_mission(mission)
    windows = windows_asked(opened, start, end)
    with progress() as shown, holding_still(opened):
        shown.add_task("counting", total=None)
        found = count_asked(opened, windows, rule or [], gap_min, all_rules=all_rules)
        coverage = {name: coverage_in(opened, window) for name, window in windows}
    if as_json:
        seen = [coverage_json(name, one) for name, shares in coverage.items() for one in shares if one.strata]
        apart = {"differences": [difference_json(one) for one in found.differences]} if all_rules else {}
        print_json({"counts": [count_json(line) for line in found.lines], "coverage": seen, **apart})
        return
    for told in side_by_side_told(found) if all_rules else (counts_told(found.lines, coverage),):
        paper().print(told, soft_wrap=isinstance(told, str))
    for line in rule_lines(found.lines):
        paper().print(line, soft_wrap=True)


def explain(
    what: Annotated[
        str,
        typer.Argument(
            metavar="FINDING|INCIDENT|EVENT",
            help="Id of a finding or of an incident; with --located numbers of events, such as 12,13, or all.",
        ),
    ],
    located: Annotated[
        Path | None, typer.Option(help="Folder of 'truceline locate': explain events located there.")
    ] = None,
    svg: Annotated[
        Path | None, typer.Option(help="Draw the event: a file ending in .svg, or a folder for several.")
    ] = None,
    language: LanguageOption = "en",
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Print all a finding rests on, as a tree down to the rows that came in; or one incident with its evidence.

    With --located: which sensors moved a located event and by how much, which should have heard it and did not, what
    the air adds. --svg draws it with every sensor's place, in the language of --lang: keep that picture in the mission.
    """
    _check_drawing(located, svg, language)
    if located is not None:
        from truceline.cli.located_events import explain_located

        explain_located(what, located, svg, language, as_json=as_json)
        return
    from truceline.cli.trees import explanation_tree, incident_tree
    from truceline.cli.weighed import influence_table
    from truceline.mission.explaining import explain_finding, explain_incident, explain_influence, is_incident_id
    from truceline.mission.folder import open_mission
    from truceline.mission.json_form import plain_record

    opened = open_mission(mission)
    if is_incident_id(what):
        note, told = explain_incident(opened, what)
        moved = explain_influence(opened, what, told)
        answer, tree = plain_record((note, told, moved) if moved else (note, told)), incident_tree(note, told)
        tables = [influence_table(moved)] if moved else []
    else:
        found = explain_finding(opened, what)
        answer, tree = plain_record(found), explanation_tree(found)
        tables = []
    if as_json:
        print_json(answer)
    else:
        for told_so in (tree, *tables):
            paper().print(told_so)


def _check_drawing(located: Path | None, svg: Path | None, language: str) -> None:
    """Raise :class:`UsageFault` for a picture of what is no located event, and a language there is none in."""
    from truceline.model import UsageFault

    if svg is not None and located is None:
        raise UsageFault(
            "only located events are drawn",
            where="--svg",
            do="name the folder of the located events",
            example="truceline explain 12 --located located --svg event-12.svg",
        )
    check_language(language)
