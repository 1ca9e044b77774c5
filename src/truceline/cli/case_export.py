"""``case due``, ``case stages``, ``case break-glass``, ``case export``, ``case events``: what concerns many cases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from truceline.cli.case_options import AsOption, CaseArgument, as_local, print_done, room_of
from truceline.cli.options import JsonOption, MissionOption, now, paper, print_json


def add_to(group: typer.Typer) -> None:
    """Add these commands to the group."""
    group.command("due", short_help="List every deadline of the cases one may read.")(due)
    group.command("stages", short_help="Show the stages, and what each asks for.")(stages)
    group.command("break-glass", short_help="Read a case one need not know; takes two people.")(break_glass)
    group.command("export", short_help="Take out the cases one may take out.")(export)
    group.command("events", short_help="Show who did and read what.")(events)


def due(who: AsOption, mission: MissionOption = Path(), as_json: JsonOption = False) -> None:
    """List every deadline of the cases one may read, the earliest first: who has until when, and how that stands."""
    from rich.markup import escape
    from rich.table import Table

    from truceline.mission.case_form import case_json
    from truceline.mission.case_reading import read_cases

    room = room_of(mission)
    records = [case_json(one) for one in read_cases(room, who, now()).cases]
    clocks = [{"case": record["id"], **clock} for record in records for clock in record["deadlines"]]
    clocks.sort(key=lambda one: (one["due"], one["case"]))
    if as_json:
        print_json({"deadlines": clocks})
        return
    table = Table(title=f"Deadlines, times in {room.mission.settings.time_zone}", title_justify="left")
    for heading in ("case", "for", "party", "due", "state", "clause"):
        table.add_column(heading, overflow="fold")
    for one in as_local(clocks, room):
        cells = (one["case"], one["what"], one["party"] or "-", one["due"], one["state"], one["clause"] or "-")
        table.add_row(*map(escape, cells))
    paper().print(table if clocks else "no deadline in the cases that you may read")


def stages(mission: MissionOption = Path(), as_json: JsonOption = False) -> None:
    """Show the stages a case goes through in this mission, what each may follow, and what it asks for."""
    from rich.markup import escape
    from rich.table import Table

    from truceline.mission import case_rules
    from truceline.mission.folder import open_mission

    opened = open_mission(mission)
    rules = case_rules.load_case_rules(opened.root / case_rules.FILE, opened.agreement)
    if as_json:
        told = [
            {"id": one.id, "phase": str(one.phase), "after": list(one.after), "needs": [str(n) for n in one.demands]}
            for one in rules.stages
        ]
        print_json({"stages": told, "quorum": rules.quorum, "dissents": rules.dissents})
        return
    table = Table(title=f"Stages; {rules.quorum} reviewers grade a revision", title_justify="left")
    for heading in ("stage", "phase", "comes after", "asks for"):
        table.add_column(heading, overflow="fold")
    for one in rules.stages:
        table.add_row(*map(escape, (one.id, one.phase, ", ".join(one.after) or "-", ", ".join(one.demands) or "-")))
    paper().print(table)


def break_glass(
    case: CaseArgument,
    who: AsOption,
    because: Annotated[str, typer.Option("--because", help="Why it cannot wait: asks for it.")] = "",
    agree: Annotated[
        str, typer.Option("--agree", metavar="ACT", help="Agree to what somebody else asked, by the act of asking.")
    ] = "",
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Read a case one is not on the list of, when it cannot wait. One person asks, a second agrees; everyone is told.

    It opens the case for reading, to whoever asked, for a day at most.
    """
    from truceline.mission.case_acts import act_in
    from truceline.mission.case_deeds import agreeing, asking
    from truceline.model import UsageFault

    if bool(because) == bool(agree):
        raise UsageFault(
            "either ask or agree",
            where="--because, --agree",
            do="give the reason to ask, or the act of asking to agree",
            example='--because "shelling goes on, nobody of the list answers"',
        )
    room = room_of(mission)
    print_done(act_in(room, who, case, agreeing(room, agree) if agree else asking(because), now()), as_json=as_json)


def export(
    who: AsOption,
    out: Annotated[Path, typer.Option("--out", help="The file to write, as JSON; none may stand there.")],
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Take out every case one may take out, as one JSON file. At night or in bulk it is told as an alarm as well."""
    import json

    from truceline.mission.case_form import case_json
    from truceline.mission.case_reading import export_cases
    from truceline.mission.whole_files import Written
    from truceline.model import UsageFault

    if out.exists():
        raise UsageFault("a file stands there already", where=str(out), do="name another", example="--out cases.json")
    seen, alarm = export_cases(room_of(mission), who, now())
    records = [case_json(one) for one in seen]
    written = json.dumps({"cases": records}, ensure_ascii=False, indent=1) + "\n"
    Written("the export", "export again", "--out cases.json").put_bytes(out, written.encode())
    why = list(alarm.content["why"]) if alarm else []
    if as_json:
        print_json({"file": str(out), "cases": [one["id"] for one in records], "alarm": why})
        return
    paper().print(f"{len(records)} cases in {out}", markup=False, soft_wrap=True)
    if why:
        paper().print(f"alarm: {'; '.join(why)}; it is on record", markup=False, soft_wrap=True)


def events(
    who: AsOption,
    kind: Annotated[str, typer.Option("--kind", help="Only decision, act, alarm or told-everyone.")] = "",
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Show who did, read and was refused what, from the outbox that the private log takes up; for auditors."""
    from rich.markup import escape
    from rich.table import Table

    from truceline.mission.case_form import event_json
    from truceline.mission.case_reading import read_events

    room = room_of(mission)
    read = read_events(room, who, now())
    found = [event_json(one, sealed=sealed) for one, sealed in read if kind in ("", one.kind)]
    if as_json:
        print_json({"events": found})
        return
    table = Table(title=f"Events, times in {room.mission.settings.time_zone}", title_justify="left")
    for heading in ("number", "when", "kind", "case", "says"):
        table.add_column(heading, overflow="fold")
    for one in as_local(found, room):
        content = {name: value for name, value in one["content"].items() if not name.endswith("sha256")}
        case = str(content.pop("case", content.pop("cases", "")))
        says = "; ".join(f"{name}: {value}" for name, value in content.items() if value not in ("", [], None))
        told = f"{says}; sealed" if one["sealed"] else says
        table.add_row(*map(escape, (str(one["number"]), one["at"], one["kind"], case, told)))
    paper().print(table)
