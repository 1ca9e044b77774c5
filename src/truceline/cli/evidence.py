"""``evidence``: keeping files as evidence, copying and destroying them, signing how they were acquired."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from truceline.cli.options import JsonOption, MissionOption, now, paper, print_json

WhoOption = Annotated[str, typer.Option("--as", help="Who acts: an id or account of people.yaml.")]
PurposeOption = Annotated[str, typer.Option("--purpose", help="What it is done for, in plain words.")]
ItemArgument = Annotated[
    str, typer.Argument(metavar="ITEM", help="SHA-256 of the item, 8 digits or more, or the name it came in as.")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this group."""
    group = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,
        help="Keep files as evidence; whatever is done with one is put on record.",
    )
    group.command("receive", short_help="Keep a file as evidence.")(receive)
    group.command("list", short_help="List all items.")(list_)
    group.command("copy", short_help="Copy an item to a file.")(copy)
    group.command("check", short_help="Hash items anew.")(check)
    group.command("examine", short_help="Look at pictures in a process of their own, and flag.")(examine)
    group.command("transfer", short_help="Let somebody else answer for an item.")(transfer)
    group.command("destroy", short_help="Destroy an item's bytes; takes two people.")(destroy)
    group.command("key", short_help="Make the key of a person or device.")(key)
    group.command("sign", short_help="Sign an acquisition record.")(sign)
    app.add_typer(group, name="evidence", short_help="Keep files as evidence.")


def receive(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file as it was acquired.")],
    who: WhoOption,
    purpose: PurposeOption = "kept as evidence",
    record: Annotated[
        Path | None, typer.Option("--record", help="How it was acquired: a record, signed or as plain JSON.")
    ] = None,
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Keep a file as evidence, with the record of how it was acquired.

    A record that nobody signed, or that is signed by a key nobody knows, is kept and never counts as signed.
    """
    from truceline.mission.evidence import Asked
    from truceline.mission.evidence import receive as receive_file
    from truceline.mission.folder import open_mission

    item, acquired = receive_file(open_mission(mission), file, record, Asked(who, purpose, now()))
    signature = None if acquired is None else acquired.signed.state.value
    if as_json:
        print_json({"item": item, "signature": signature})
        return
    paper().print(f"{item}\n  record: {signature or 'none'}", markup=False, soft_wrap=True)


def list_(mission: MissionOption = Path(), as_json: JsonOption = False) -> None:
    """List all items of evidence in the order they first came. No byte of them is read."""
    from truceline.mission.custody import items_json, plainly
    from truceline.mission.folder import open_mission

    found = items_json(open_mission(mission))
    if as_json:
        print_json({"items": found})
        return
    for one in found:
        names = plainly(", ".join(one["names"]))
        state = "destroyed" if one["destroyed"] else one["hash"]
        paper().print(f"{one['item'][:16]}  {one['received'][:19]}  {state}  {names}", markup=False, soft_wrap=True)
    if not found:
        paper().print("no evidence yet")


def copy(
    item: ItemArgument,
    target: Annotated[Path, typer.Argument(metavar="TO", help="A new file; nothing is written over.")],
    who: WhoOption,
    purpose: PurposeOption,
    mission: MissionOption = Path(),
) -> None:
    """Copy an item's bytes to a new file, for work that may change them."""
    from truceline.mission.evidence import Asked, item_named
    from truceline.mission.evidence import copy as copy_item
    from truceline.mission.folder import open_mission

    opened = open_mission(mission)
    copy_item(opened, item_named(opened, item), target, Asked(who, purpose, now()))
    paper().print(str(target), markup=False, soft_wrap=True)


def check(
    who: WhoOption,
    items: Annotated[list[str] | None, typer.Argument(metavar="[ITEM…]", help="Items; all when left out.")] = None,
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Hash items anew and put on record what that says. Ends with exit code 13 where one is not what came in."""
    from truceline.mission.evidence import Asked, item_named
    from truceline.mission.evidence import check as check_items
    from truceline.mission.folder import open_mission
    from truceline.model import EvidenceFault

    opened = open_mission(mission)
    wanted = tuple(item_named(opened, one) for one in items) if items else opened.records.items_received()
    found = check_items(opened, wanted, Asked(who, "hashing evidence anew", now()))
    if as_json:
        print_json({"items": [{"item": item, "hash": state.value} for item, state in found]})
    else:
        for item, state in found:
            paper().print(f"{item}  {state.value}", markup=False, soft_wrap=True)
    if any(state.value != "agrees" for _, state in found):
        raise typer.Exit(EvidenceFault.exit_code)


def examine(
    who: WhoOption,
    items: Annotated[list[str] | None, typer.Argument(metavar="[ITEM…]", help="Items; all when left out.")] = None,
    event: Annotated[str, typer.Option("--event", help="When the event began, ISO 8601 with its offset.")] = "",
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Read what pictures say of themselves, in a process that can do nothing else, and flag what does not go together.

    A flag is a question for a person, never a verdict. Reading each item is on record.
    """
    from truceline.mission.custody import plainly
    from truceline.mission.evidence import Asked, item_named
    from truceline.mission.examining import examine as examine_items
    from truceline.mission.examining import examined_json
    from truceline.mission.folder import open_mission
    from truceline.model import parse_moment

    opened = open_mission(mission)
    wanted = tuple(item_named(opened, one) for one in items) if items else opened.records.items_received()
    began = parse_moment(event, None) if event else None
    found = examine_items(opened, wanted, Asked(who, "looking what pictures say of themselves", now()), began)
    if as_json:
        print_json(examined_json(found))
        return
    for one in found.flags:
        with_other = f" and {one.other[:16]}" if one.other else ""
        line = f"{one.item[:16]}{with_other}  {one.flag.value}: {one.because}"
        paper().print(plainly(line), markup=False, soft_wrap=True)
    pictures = sum(not told.why_not for told in found.told.values())
    paper().print(f"{len(found.told)} items, {pictures} of them pictures, {len(found.flags)} flags", soft_wrap=True)


def transfer(
    item: ItemArgument,
    to: Annotated[str, typer.Option("--to", help="Who answers for it from now on: an id or account of people.yaml.")],
    who: WhoOption,
    purpose: PurposeOption,
    mission: MissionOption = Path(),
) -> None:
    """Put on record that somebody else answers for an item from now on. Its bytes are hashed for it."""
    from truceline.mission.evidence import Asked, item_named
    from truceline.mission.evidence import transfer as transfer_item
    from truceline.mission.folder import open_mission

    opened = open_mission(mission)
    transfer_item(opened, item_named(opened, item), to, Asked(who, purpose, now()))


def destroy(
    item: ItemArgument,
    agreed: Annotated[str, typer.Option("--agreed-by", help="The second person, who agrees.")],
    who: WhoOption,
    purpose: PurposeOption,
    mission: MissionOption = Path(),
) -> None:
    """Destroy an item's bytes for good. Two people answer for it; the chain stays."""
    from truceline.mission.evidence import Asked, item_named
    from truceline.mission.evidence import destroy as destroy_item
    from truceline.mission.folder import open_mission

    opened = open_mission(mission)
    destroy_item(opened, item_named(opened, item), Asked(who, purpose, now(), agreed))


def key(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the key, best the id of the person or device.")],
    out: Annotated[Path, typer.Option("--out", help="File for the secret key; never overwritten.")],
) -> None:
    """Make a key for a person or a device, and print the line for people.yaml or devices.yaml."""
    from truceline.ledger.key_files import keep_key
    from truceline.ledger.keys import new_key

    made = new_key(name)
    keep_key(out, made)
    paper().print(made.verifier.text(), markup=False, soft_wrap=True)


def sign(
    record: Annotated[Path, typer.Argument(metavar="RECORD", help="The record as JSON.")],
    secret: Annotated[Path, typer.Option("--key", help="File of the secret key.")],
    out: Annotated[Path, typer.Option("--out", help="File for the signed record; a new file.")],
) -> None:
    """Sign an acquisition record: the result is a signed note that '--record' of 'evidence receive' takes."""
    from truceline.ledger.key_files import read_key
    from truceline.ledger.signed_records import ACQUISITION, note_of, read_record
    from truceline.mission.whole_files import Written
    from truceline.model import UnreadableFile, UsageFault
    from truceline.model.acquisition import acquisition_from

    if out.exists():
        raise UsageFault("there is a file of that name already", where=str(out), do="name another")
    try:
        data = record.read_bytes()
    except OSError as cause:
        raise UnreadableFile("the record cannot be read", where=str(record), do="name a file") from cause
    read = read_record(data, ACQUISITION)
    acquisition_from(read.content)
    note = note_of(ACQUISITION, read.canonical, read_key(secret))
    Written("the signed record", "sign again", "--out record.note").put_bytes(out, note.encode())
    paper().print(str(out), markup=False, soft_wrap=True)
