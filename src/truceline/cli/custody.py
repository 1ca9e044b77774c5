"""``custody``: the chain of an item of evidence, shown or exported."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from truceline.cli.options import JsonOption, MissionOption, now, paper, print_json


def add_to(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command("custody", short_help="Show an item's chain of custody, or export it.")(custody)


def custody(
    item: Annotated[
        str, typer.Argument(metavar="ITEM", help="SHA-256 of the item, 8 digits or more, or the name it came in as.")
    ],
    export: Annotated[
        Path | None, typer.Option("--export", help="Write the bytes with their chain to this ZIP file; a new file.")
    ] = None,
    who: Annotated[str, typer.Option("--as", help="Who exports: an id or account of people.yaml.")] = "",
    purpose: Annotated[str, typer.Option("--purpose", help="What the export is for.")] = "",
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Show who had an item of evidence in hand, when (UTC) and what for, and what its hash and signatures say.

    With '--export' the bytes go into a ZIP file with all that the Berkeley Protocol asks for; that is an event as well.
    """
    from truceline.mission.custody import custody_json
    from truceline.mission.custody_export import export_item
    from truceline.mission.evidence import Asked, item_named
    from truceline.mission.folder import open_mission
    from truceline.model import UsageFault

    opened = open_mission(mission)
    found = item_named(opened, item)
    if export is None:
        told = custody_json(opened, found)
        if as_json:
            print_json(told)
            return
        print_chain(told)
        return
    if not who or not purpose:
        raise UsageFault(
            "an export says who exports and what for",
            where="--as, --purpose",
            do="give both",
            example="truceline custody 3f2a91cc --export item.zip --as paul --purpose 'for the inquiry'",
        )
    profile = export_item(opened, found, export, Asked(who, purpose, now()))
    if as_json:
        print_json({"file": str(export), **profile})
        return
    known = sum(one["known"] for one in profile["fields"])
    paper().print(f"{export}: {known} of {len(profile['fields'])} fields known", markup=False, soft_wrap=True)


def print_chain(told: dict[str, Any]) -> None:
    """A chain for a person."""
    from rich.markup import escape
    from rich.table import Table

    from truceline.mission.custody import plainly

    record = told["records"][-1] if told["records"] else None
    signature = "no acquisition record" if record is None else record["signature"]
    if record is not None and record["signed_by"]:
        signature += f" ({record['signed_by']})"
    lines = [
        f"{told['item']}",
        f"  came in as: {', '.join(told['names']) or 'not on record'}",
        f"  answers for it: {told['holder']}",
        f"  hash: {told['hash']}{', destroyed' if told['destroyed'] else ''}",
        f"  signature: {signature}",
    ]
    for line in lines:
        paper().print(plainly(line), markup=False, soft_wrap=True)
    table = Table(title="Chain of custody, times in UTC", title_justify="left")
    for heading in ("", "when", "who", "what", "hash", "purpose", "more", "log"):
        table.add_column(heading, overflow="fold")
    for one in told["events"]:
        index = "waits" if one["log_index"] is None else str(one["log_index"])
        what = f"{one['event']} {one['stage']}"
        cells = (str(one["position"]), one["at"][:19], one["by"], what, one["hash"], one["purpose"], _more(one), index)
        table.add_row(*(escape(plainly(cell)) for cell in cells))
    paper().print(table)


def _more(event: dict[str, Any]) -> str:
    hidden = ("begun", "signature", "signed_by")
    short = {"record": 16, "made": 16, "of": 16, "about": 16, "found": 16}
    told = {name: str(value)[: short.get(name, 200)] for name, value in event["detail"].items() if name not in hidden}
    return "; ".join(f"{name} {value}" for name, value in told.items())
