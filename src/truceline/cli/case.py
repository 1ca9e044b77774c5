"""``case``: opening a case on a finding, telling both parties, taking their replies, moving it from stage to stage."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from truceline.cli.case_options import (
    AsOption,
    BecauseOption,
    CaseArgument,
    WordsOption,
    acts_table,
    as_local,
    case_lines,
    moment,
    print_done,
    print_told,
    room_of,
)
from truceline.cli.options import JsonOption, MissionOption, now, paper, print_json

NoticeArgument = Annotated[str, typer.Argument(metavar="NOTICE", help="The notice's act, 16 digits or more of its id.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this group."""
    from truceline.cli import case_export, case_rivals

    group = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,
        help="Take a finding through its case: notices, replies, stages, deadlines.",
    )
    group.command("open", short_help="Open a case on a finding.")(open_)
    group.command("list", short_help="List the cases one may read.")(list_)
    group.command("show", short_help="Show a case as it stands.")(show)
    group.command("move", short_help="Take it to another stage.")(move)
    group.command("revise", short_help="Take up the newest revision of its finding.")(revise)
    group.command("notify", short_help="Put a notice to a party on record.")(notify)
    group.command("reply", short_help="Put a party's reply on record.")(reply)
    group.command("silence", short_help="Put on record that no answer came.")(silence)
    case_rivals.add_to(group)
    case_export.add_to(group)
    app.add_typer(group, name="case", short_help="Take a finding through its case.")


def open_(
    finding: Annotated[str, typer.Argument(metavar="FINDING", help="Id of a finding, as 'truceline assess' shows it.")],
    case_list: Annotated[str, typer.Option("--list", help="The case list it goes on: who needs to know.")],
    because: BecauseOption,
    who: AsOption,
    collectors: Annotated[
        list[str] | None, typer.Option("--collected-by", help="A person who collected what it rests on.")
    ] = None,
    no_collector: Annotated[
        bool, typer.Option("--no-collector", help="Only instruments and feeds collected it.")
    ] = False,
    incidents: Annotated[
        list[str] | None, typer.Option("--incident", help="An incident it is about; all of the finding when left out.")
    ] = None,
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Open a case on the newest revision of a finding. Whoever opens it is its author and will not judge it.

    Say who collected what it rests on: they will not judge it either. There is one case on a finding.
    """
    from truceline.mission.case_acts import open_case
    from truceline.mission.case_deeds import opening

    room = room_of(mission)
    deed = opening(
        room,
        finding,
        case_list=case_list,
        because=because,
        incidents=tuple(incidents or ()),
        collectors=None if not collectors and not no_collector else tuple(collectors or ()),
    )
    print_done(open_case(room, who, deed, now()), as_json=as_json)


def list_(who: AsOption, mission: MissionOption = Path(), as_json: JsonOption = False) -> None:
    """List the cases one may read, in the order they were opened. Broken glasses and alarms stand on top."""
    from rich.markup import escape
    from rich.table import Table

    from truceline.mission.case_form import case_json, event_json
    from truceline.mission.case_reading import read_cases

    room = room_of(mission)
    found = read_cases(room, who, now())
    records = [case_json(one) for one in found.cases]
    party = room.people.person(who).party
    if as_json:
        told = [] if party else [event_json(one) for one in (*found.told, *found.alarms)]
        print_json({"cases": records, "told": told})
        return
    print_told(found, room, party)
    table = Table(title=f"Cases, times in {room.mission.settings.time_zone}", title_justify="left")
    for heading in ("case", "stage", "finding", "revision", "deadlines"):
        table.add_column(heading, overflow="fold")
    for one in as_local(records, room):
        clocks = "\n".join(f"{clock['what']} {clock['due']} {clock['state']}" for clock in one["deadlines"])
        cells = (one["id"], one["stage"], one["finding"]["id"], str(one["finding"]["revision"]), clocks)
        table.add_row(*map(escape, cells))
    paper().print(table if records else "no case that you may read")


def show(case: CaseArgument, who: AsOption, mission: MissionOption = Path(), as_json: JsonOption = False) -> None:
    """Show a case as it stands: the six times, deadlines, what may follow, and every act one may see."""
    from truceline.mission.case_form import case_json
    from truceline.mission.case_reading import read_case

    room = room_of(mission)
    record = case_json(read_case(room, who, case, now()))
    if as_json:
        print_json(record)
        return
    local = as_local(record, room)
    for line in case_lines(local, room.mission.settings.time_zone):
        paper().print(line, markup=False, soft_wrap=True)
    paper().print(acts_table(local["acts"]))


def move(
    case: CaseArgument,
    stage: Annotated[str, typer.Argument(metavar="STAGE", help="The stage, as 'truceline case stages' shows it.")],
    because: BecauseOption,
    who: AsOption,
    done_at: Annotated[str, typer.Option("--done-at", help="When it was done, such as a remedy; ISO 8601.")] = "",
    due: Annotated[
        str, typer.Option("--due", help="Until when, if not as the agreement says; never earlier; ISO 8601.")
    ] = "",
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Take a case to another stage. None is skipped, and each asks for what its stage needs."""
    from truceline.mission.case_acts import act_in
    from truceline.mission.case_deeds import Asked, moving

    room = room_of(mission)
    asked = Asked(stage, because, moment(done_at, room), moment(due, room))
    print_done(act_in(room, who, case, moving(room, asked), now()), as_json=as_json)


def revise(
    case: CaseArgument,
    because: BecauseOption,
    who: AsOption,
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Take up the newest revision of the finding. Grades of the old one do not count for it."""
    from truceline.mission.case_acts import act_in
    from truceline.mission.case_deeds import revising

    print_done(act_in(room_of(mission), who, case, revising(because), now()), as_json=as_json)


def notify(
    case: CaseArgument,
    party: Annotated[str, typer.Argument(metavar="PARTY", help="Id of the party that was told.")],
    words: WordsOption,
    who: AsOption,
    given_at: Annotated[str, typer.Option("--given-at", help="When it was handed over; now when left out.")] = "",
    reply_by: Annotated[
        str, typer.Option("--reply-by", help="Until when to reply, if not as the agreement says; never earlier.")
    ] = "",
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Put on record that a party was told, and until when it may reply: as the agreement says, or longer."""
    from truceline.mission.case_acts import act_in
    from truceline.mission.case_deeds import notifying

    room, clock = room_of(mission), now()
    given = moment(given_at, room) or clock.replace(microsecond=0)
    make = notifying(room, party, words, given, moment(reply_by, room))
    print_done(act_in(room, who, case, make, clock), as_json=as_json)


def reply(
    case: CaseArgument,
    notice: NoticeArgument,
    says: Annotated[
        str,
        typer.Option("--says", help="acknowledges, answers, disputes, remedied, satisfied or waives."),
    ],
    words: WordsOption,
    who: AsOption,
    received_at: Annotated[str, typer.Option("--received-at", help="When it came; now when left out.")] = "",
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Put a party's reply to a notice on record, word for word. A party's own officer may do it too."""
    from truceline.mission.case_acts import act_in
    from truceline.mission.case_deeds import replying

    room, clock = room_of(mission), now()
    received = moment(received_at, room) or clock.replace(microsecond=0)
    print_done(act_in(room, who, case, replying(notice, says, words, received), clock), as_json=as_json)


def silence(
    case: CaseArgument,
    notice: NoticeArgument,
    who: AsOption,
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Put on record that no answer to a notice came in time. It says nothing about the matter."""
    from truceline.mission.case_acts import act_in
    from truceline.mission.case_deeds import being_silent

    print_done(act_in(room_of(mission), who, case, being_silent(notice), now()), as_json=as_json)
