"""Options that the commands on cases share, and how they read times and print a case."""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from truceline.cli.options import paper, print_json

if TYPE_CHECKING:
    from rich.table import Table

    from truceline.mission.case_acts import Done
    from truceline.mission.case_reading import SeenCases
    from truceline.mission.case_room import CaseRoom

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00")
"""A moment as records have it."""

AsOption = Annotated[str, typer.Option("--as", help="Who acts: an id or account of people.yaml.")]
BecauseOption = Annotated[str, typer.Option("--because", help="The reason, in plain words.")]
WordsOption = Annotated[str, typer.Option("--words", help="What was said, word for word.")]
CaseArgument = Annotated[str, typer.Argument(metavar="CASE", help="Id of the case, as 'truceline case list' shows it.")]


KEY = "TRUCELINE_KEY"
"""The variable that names the file of the key by which whoever acts signs."""


def room_of(mission: Path) -> CaseRoom:
    """The mission's cases, and the key that signs what is done, where TRUCELINE_KEY names its file."""
    from truceline.ledger.key_files import read_key
    from truceline.mission.case_room import open_case_room
    from truceline.mission.folder import open_mission

    path = os.environ.get(KEY, "")
    return open_case_room(open_mission(mission), read_key(Path(path)) if path else None)


def moment(text: str, room: CaseRoom) -> datetime | None:
    """A time as it was typed, ``None`` where none was; without an offset the mission's own zone is meant."""
    from truceline.model import parse_moment, zone

    return parse_moment(text, zone(room.mission.settings.time_zone)) if text else None


def print_done(done: Done, *, as_json: bool) -> None:
    """What was done, and where the case stands now."""
    from truceline.mission.case_form import act_json

    if as_json:
        print_json({"case": done.case.id, "stage": done.case.stage, "act": act_json(done.act)})
        return
    text = f"{done.act.kind} in {done.case.id}, which is {done.case.stage}\nact {done.act.id[:16]}"
    paper().print(text, markup=False, soft_wrap=True)


def print_told(found: SeenCases, room: CaseRoom, party: str) -> None:
    """What stands on top of every list: broken glasses, and alarms for whoever watches them."""
    for event in found.told:
        who = "" if party else f" by {event.content['reader']} and {event.content['agreed']}"
        until = as_local(event.content["until"], room)
        line = f"glass broken{who}: {event.content['case']} may be read until {until}"
        paper().print(line, markup=False, soft_wrap=True)
    for event in found.alarms:
        who, taken, why = (event.content[name] for name in ("person", "cases", "why"))
        line = f"alarm {as_local(event.at, room)}: {who} took out {len(taken)} cases: {'; '.join(why)}"
        paper().print(line, markup=False, soft_wrap=True)


def as_local(record: Any, room: CaseRoom) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """A record with its moments as a clock of the mission shows them, to the minute; what people said is left alone."""
    if isinstance(record, dict):
        return {
            key: value if key in ("words", "because", "why") else as_local(value, room) for key, value in record.items()
        }
    if isinstance(record, list):
        return [as_local(one, room) for one in record]
    if not isinstance(record, str) or not _MOMENT.fullmatch(record):
        return record
    from truceline.model import zone

    return f"{datetime.fromisoformat(record).astimezone(zone(room.mission.settings.time_zone)):%Y-%m-%d %H:%M}"


def case_lines(record: dict[str, Any], time_zone: str) -> list[str]:
    """A case for a person, from its JSON form with local times."""
    times, finding = record["times"], record["finding"]
    by_party = [
        (f"{what} {party}", times[what][party]) for what in ("notice", "acknowledgement") for party in times[what]
    ]
    said = [
        ("stage", f"{record['stage']} (phase {record['phase']})"),
        ("finding", f"{finding['id']}, revision {finding['revision']}"),
        ("event", f"{times['event']['start']} to {times['event']['end']}"),
        ("detection", times["detection"]),
        *by_party,
        ("found", times["finding"]),
        ("remedied", times["remedy"]),
        *_inside(record),
        *((f"time for the {one['what']}", _clock(one)) for one in record["deadlines"]),
    ]
    return [f"{record['id']}, times in {time_zone}", *(f"  {name}: {value or 'open'}" for name, value in said)]


def _inside(record: dict[str, Any]) -> list[tuple[str, str]]:
    if "review" not in record:
        return []
    review, newest, finding = record["review"], record["newest"], record["finding"]
    graded = f"{review['graded']} of {review['quorum']}" + (", sealed for you" if review["sealed"] else "")
    edited = newest is None or newest["sha256"] != finding["sha256"]
    return [
        ("result", finding["result"]),
        ("revision hash", finding["sha256"]),
        ("list", record["list"]),
        ("graded", graded + (f", agreed: {review['agreed'] or 'nothing'}" if not review["sealed"] else "")),
        ("may go to", ", ".join(record["may_follow"]) or "nothing: it has ended"),
        *([("note", "the finding was edited since the case took it up: truceline case revise")] if edited else []),
    ]


def _clock(one: dict[str, Any]) -> str:
    clause = f", clause {one['clause']}" if one["clause"] else ""
    return f"{one['party']} {one['due']} {one['state']}{clause}".strip()


def acts_table(acts: list[dict[str, Any]]) -> Table:
    """The acts of a case, each with what it says."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(title="Acts", title_justify="left")
    for heading in ("act", "when", "who", "what", "says"):
        table.add_column(heading, overflow="fold")
    for act in acts:
        table.add_row(*map(escape, (act["id"][:16], act["at"], act["by"], act["act"], _says(act["deed"]))))
    return table


def _says(deed: dict[str, Any]) -> str:
    """What an act says in one line: its fields that are plain and said."""
    hidden = ("sha256", "finding", "step", "stage", "event")
    plain = {name: value for name, value in deed.items() if name not in hidden and value not in (None, "", [])}
    return "; ".join(f"{name.replace('_', ' ')}: {_short(name, value)}" for name, value in plain.items())


def _short(name: str, value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)[:16] if name in ("notice", "asked") else str(value)
