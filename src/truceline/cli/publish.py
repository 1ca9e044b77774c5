"""``publish``, ``published``, ``redact``: what people decided, under heads that witnesses saw, to those it is for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from truceline.cli.case_options import AsOption, BecauseOption, print_done, room_of
from truceline.cli.options import JsonOption, MissionOption, now, paper, print_json

if TYPE_CHECKING:
    from truceline.ledger.asking_witnesses import Asked
    from truceline.ledger.stamping import Outcome
    from truceline.mission.case_room import CaseRoom
    from truceline.mission.public_log import Round


def add_to(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command("publish", short_help="Publish what a case came to, witnessed and provable.")(publish)
    app.command("published", short_help="List what was published of the cases one may read.")(published_)
    app.command("redact", short_help="Close fields of something published for good.")(redact)


def publish(
    case: Annotated[str, typer.Argument(metavar="[CASE]", help="Case to publish; a round alone when left out.")] = "",
    who: Annotated[str, typer.Option("--as", help="Who publishes the case: an id or account of people.yaml.")] = "",
    because: Annotated[str, typer.Option("--because", help="Why now, in plain words.")] = "the review has ended",
    reports: Annotated[
        list[Path] | None, typer.Option("--report", help="File of a report to publish; may be given again.")
    ] = None,
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Send what a case came to, or a report, to the public log, then do a round of publishing; or the round alone.

    A round enters what was sent and the head of the private log, reads all stored bytes again by another road, signs a
    head, asks every witness of ledger/witnesses.policy to cosign it, and only if enough did releases the proof bundles
    whose time has come, to ledger/released. It may be repeated at any time; let a clock do so. The exit code is 12 if
    too few cosigned or anything could not be released.
    """
    from truceline.mission.public_log import publish_round
    from truceline.mission.publisher import publisher
    from truceline.mission.publishing import publish_case, publish_report
    from truceline.mission.release_rules import FILE, load_release_rules
    from truceline.model import LedgerFault, UsageFault

    if bool(case or reports) != bool(who):
        raise UsageFault(
            "a case or a report is published by somebody, and a round alone by nobody",
            where="CASE, --as",
            do="give both, or neither",
            example="truceline publish c-0123456789ab --as paul",
        )
    room = room_of(mission)
    rules = load_release_rules(room.mission.root / FILE)
    by = publisher(room, rules, lambda: int(now().timestamp()))
    done = publish_case(room, who, case, because, now()) if case else None
    for file in reports or ():
        publish_report(room, who, file, now())
    found = publish_round(by)
    if as_json:
        print_json(_form(found))
    else:
        if done is not None:
            print_done(done, as_json=False)
        _print(found)
    if not found.enough or found.withheld:
        raise typer.Exit(LedgerFault.exit_code)


def published_(who: AsOption, mission: MissionOption = Path(), as_json: JsonOption = False) -> None:
    """List what was sent to the public log of the cases one may read: its name, its entry, where it was released."""
    from rich.markup import escape
    from rich.table import Table

    room = room_of(mission)
    rows = _rows(room, who)
    if as_json:
        print_json({"published": rows})
        return
    table = Table(title="Published", title_justify="left")
    for heading in ("name", "said", "entry", "released to", "closed fields"):
        table.add_column(heading, overflow="fold")
    for one in rows:
        cells = (one["name"], one["stage"], one["entry"][:16], ", ".join(one["levels"]), ", ".join(one["closed"]))
        table.add_row(*map(escape, (cell or "-" for cell in cells)))
    paper().print(table if rows else "nothing was published of the cases that you may read")


def redact(
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help="Its entry, 12 digits of its id or more.")],
    fields: Annotated[list[str], typer.Argument(metavar="FIELD...", help="The field, such as /replies/0/words.")],
    because: BecauseOption,
    who: AsOption,
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Close fields of something published for good: their values and salts are deleted, all proofs stay valid.

    What was handed out before cannot be called back. Run it again with the same fields if an old copy of the folder
    was put back: their salts are deleted again.
    """
    from truceline.mission.publishing import redact as close

    done, deleted = close(room_of(mission), who, entry, fields, because, now())
    if as_json:
        print_json({"deleted": deleted, "act": None if done is None else done.act.id})
        return
    if done is not None:
        print_done(done, as_json=False)
    paper().print(f"salts deleted: {deleted}", markup=False)


def _rows(room: CaseRoom, who: str) -> list[dict[str, Any]]:
    from truceline.mission.case_reading import read_cases
    from truceline.mission.publisher import RELEASED
    from truceline.mission.publishing import published
    from truceline.mission.release_rules import FILE, load_release_rules

    readable = {one.case.id for one in read_cases(room, who, now()).cases}
    levels = load_release_rules(room.mission.root / FILE).levels
    return [
        {
            "name": one.name,
            "case": one.case,
            "stage": one.stage,
            "entry": one.entry,
            "closed": sorted(one.closed),
            "levels": [
                level.name
                for level in levels
                if (room.mission.root / RELEASED / level.name / f"{one.name.replace('/', '-')}.json").exists()
            ],
        }
        for one in published(room)
        if one.case in readable or not one.case
    ]


def _form(found: Round) -> dict[str, Any]:
    return {
        "size": found.size,
        "entered": found.entered,
        "enough": found.enough,
        "cosigned": found.cosigned,
        "answers": [_answer(one) for one in found.answers],
        "released": [{"level": one.level, "file": one.file} for one in found.released],
        "waiting": found.waiting,
        "withheld": found.withheld,
        "stamps": [_stamp(one) for one in found.stamps],
    }


def _stamp(one: Outcome) -> dict[str, Any]:
    from truceline.ledger.stamping import Stamped, StampRefused

    if isinstance(one, Stamped):
        return {"authority": one.name, "answer": "stamped", "words": ""}
    return {
        "authority": one.name,
        "answer": "refused" if isinstance(one, StampRefused) else "unreachable",
        "words": one.words,
    }


def _answer(one: Asked) -> dict[str, Any]:
    from truceline.ledger.asking_witnesses import Cosigned, Refused

    if isinstance(one, Cosigned):
        return {"witnesses": one.names, "answer": "cosigned", "status": 200, "words": ""}
    if isinstance(one, Refused):
        return {"witnesses": one.names, "answer": "refused", "status": one.status, "words": one.words}
    return {"witnesses": one.names, "answer": "unreachable", "status": 0, "words": one.words}


def _print(found: Round) -> None:
    lines = [f"entered {found.entered}; the public log has {found.size} entries"]
    for told in map(_answer, found.answers):
        why = f" ({told['status'] or 'no answer'}: {told['words']})" if told["words"] else ""
        lines.append(f"{told['answer']}: {', '.join(told['witnesses'])}{why}")
    lines.append("enough cosigned" if found.enough else "TOO FEW cosigned: nothing was released; repeat later")
    clocks = (_stamp(one) for one in found.stamps)
    lines += [f"{one['answer']}: clock of {one['authority']} {one['words']}".rstrip() for one in clocks]
    lines += [f"released: {one.file}" for one in found.released]
    lines += [f"WITHHELD: {one}" for one in found.withheld]
    if found.waiting:
        lines.append(f"{found.waiting} bundles wait for their time")
    for line in lines:
        paper().print(line, markup=False, soft_wrap=True)
