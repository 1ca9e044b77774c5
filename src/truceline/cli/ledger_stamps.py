"""``ledger stamp``: authorities with clocks of their own state by when a signed head existed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from truceline.cli.options import JsonOption, now, paper, print_json

if TYPE_CHECKING:
    from truceline.ledger.stamping import HeadStamps, Outcome

_CLOCKS_DIFFER_S = 300
"""So far may a clock elsewhere be ahead of this machine's."""


def add_to(group: typer.Typer) -> None:
    """Add the command to the group ``ledger``."""
    group.command("stamp", short_help="Have a signed head stamped, or check its stamps.")(stamp)


def stamp(
    head: Annotated[Path, typer.Argument(metavar="HEAD", help="File of the signed head, best with its cosignatures.")],
    authorities: Annotated[Path, typer.Option("--authorities", help="List of time stamping authorities.")],
    into: Annotated[
        Path | None, typer.Option("--into", help="Folder of the stamps; 'stamps' beside the head when left out.")
    ] = None,
    keys: Annotated[
        Path | None, typer.Option("--keys", help="List of keys: tell which witnesses are ahead of the stamps.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Ask nobody: check the stamps that are kept.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Have a signed head stamped by every authority of a list (RFC 3161), and keep the stamps beside it.

    'truceline ledger stamp head.txt --authorities clocks.txt'. May be repeated: only who has not stamped yet is asked.
    Ends with exit code 12 unless all have stamped. A line of the list names authority, file of roots, address and
    accuracy in seconds: 'authority north north.pem https://north.example/tsr 1'.
    """
    from truceline.ledger.freshness import ahead_of_stamps
    from truceline.ledger.stamping import STAMPS, Stamped, check_stamps, stamp_head
    from truceline.ledger.stamps import read_authorities
    from truceline.ledger.verifying import read_keys
    from truceline.model import LedgerFault

    listed = read_authorities(authorities)
    folder = into or head.parent / STAMPS
    act = check_stamps if check else stamp_head
    found = act(folder, _bytes(head), listed, int(now().timestamp()) + _CLOCKS_DIFFER_S)
    told = _told(found)
    told["ahead"] = [] if keys is None else list(ahead_of_stamps(found.head, read_keys(_bytes(keys)), found.stamps))
    if as_json:
        print_json(told)
    else:
        for line in _lines(told):
            paper().print(line, markup=False, soft_wrap=True)
    if not all(isinstance(one, Stamped) for one in found.outcomes):
        raise typer.Exit(LedgerFault.exit_code)


def _bytes(path: Path) -> bytes:
    from truceline.ledger.notes import MOST_BYTES
    from truceline.model import UnreadableFile

    try:
        with path.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as cause:
        raise UnreadableFile(
            f"the head, or the list of keys, cannot be read ({cause.strerror})",
            where=str(path),
            do="name the file of a signed head",
            example="ledger/private/checkpoint",
        ) from cause


def _told(found: HeadStamps) -> dict[str, Any]:
    from truceline.ledger.stamps import APART_S, existed_by_s

    return {
        "size": found.size,
        "authorities": [_outcome(one) for one in found.outcomes],
        "existed_by": existed_by_s(found.stamps),
        "apart_s": found.apart_s,
        "disagree": found.apart_s > APART_S,
    }


def _outcome(one: Outcome) -> dict[str, Any]:
    from truceline.ledger.stamping import Stamped, StampRefused

    if isinstance(one, Stamped):
        return {"name": one.name, "state": "stamped", "from": one.stamp.earliest_s, "to": one.stamp.latest_s, "why": ""}
    state = "refused" if isinstance(one, StampRefused) else "unreachable"
    return {"name": one.name, "state": state, "from": None, "to": None, "why": one.words}


def _lines(told: dict[str, Any]) -> list[str]:
    from truceline.ledger.verifying import moment

    lines = [f"head over {told['size']} entries"]
    for one in told["authorities"]:
        if one["state"] == "stamped":
            lines.append(f"  {one['name']}: stamped between {moment(one['from'])} and {moment(one['to'])}")
        else:
            lines.append(f"  {one['name']}: {one['state']}: {one['why']}")
    if told["existed_by"] is not None:
        lines.append(f"by the earliest of these clocks it existed by {moment(told['existed_by'])}")
    if told["disagree"]:
        lines.append(
            f"the clocks are {told['apart_s']} s apart beyond their accuracies: one is wrong, or was asked later"
        )
    if told["ahead"]:
        lines.append(f"witnesses whose clocks are ahead of the stamps: {', '.join(told['ahead'])}")
    return lines
