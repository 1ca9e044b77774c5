"""``ledger``: the mission's private log of who did, read and decided what, under signed heads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from truceline.cli import ledger_copies, ledger_emergency, ledger_rotation, ledger_stamps
from truceline.cli.options import JsonOption, MissionOption, beside_mission, now, paper, print_json

if TYPE_CHECKING:
    from truceline.ledger.checking_log import LogCheck
    from truceline.mission.private_log import Compared
    from truceline.model import TrucelineError


def add_to(app: typer.Typer) -> None:
    """Add the commands of this group."""
    group = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,
        help="Keep the private log: everything done, read and decided in cases, under heads that are signed.",
    )
    group.command("init", short_help="Make the log's key, once.")(init)
    group.command("drain", short_help="Enter what is new in the outbox.")(drain)
    group.command("fsck", short_help="Look a log over, byte for byte.")(fsck)
    group.command("show", short_help="Show the signed head and what waits.")(show)
    for more in (ledger_copies, ledger_emergency, ledger_rotation, ledger_stamps):
        more.add_to(group)
    app.add_typer(group, name="ledger", short_help="Keep the private log under signed heads.")


def init(
    name: Annotated[
        str, typer.Option("--name", help="Name of the log, for good; the mission's id and /private when left out.")
    ] = "",
    log: Annotated[str, typer.Option("--log", help="private, or public: what is published.")] = "private",
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Make the key of a log, once. The public line is printed; hand it to whoever shall check heads.

    The secret stays in ledger/keys/private-log.key, readable by its owner alone; keep a copy where nobody finds it. The
    public log has a key of its own: --log public.
    """
    from truceline.mission.folder import open_mission
    from truceline.mission.log_keys import LEDGER, Which, make_key
    from truceline.model import UsageFault

    if log not in list(Which):
        raise UsageFault(f"there is no log {log!r}", where="--log", do="private or public", example="--log public")
    which = Which(log)
    opened = open_mission(mission)
    verifier = make_key(opened, name, which=which)
    root = opened.root / LEDGER
    public, secret = root / which.public, root / which.secret
    if as_json:
        print_json({"verifier": verifier.text(), "public": str(public), "secret": str(secret)})
        return
    then = {Which.PRIVATE: "truceline ledger drain", Which.PUBLIC: "truceline publish"}[which]
    _lines(
        f"public key: {verifier.text()}",
        f"  kept in {public}; the secret key is in {secret}: keep a copy of it apart",
        f"next: {beside_mission(then, mission)}",
    )


def drain(mission: MissionOption = Path(), as_json: JsonOption = False) -> None:
    """Enter every event of the outbox that is not in the private log yet; may be repeated at any time.

    First the records are held against all the log has: what was changed or taken out since is told, and nothing is
    entered then.
    """
    from truceline.mission.folder import open_mission
    from truceline.mission.log_keys import read_identity
    from truceline.mission.private_log import drain as drain_outbox

    opened = open_mission(mission)
    done = drain_outbox(opened, read_identity(opened), lambda: int(now().timestamp()))
    if as_json:
        print_json({"entered": done.entered, "size": done.size, "head": done.head})
        return
    _lines(f"entered {done.entered}; the log has {done.size} entries", *_head(done.head))


def fsck(
    log: Annotated[
        Path | None, typer.Argument(metavar="[LOGFOLDER]", help="Another log's folder; the private log when left out.")
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--key", help="File with the public key of that other log, one line.")
    ] = None,
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Look a log over and change nothing: head, tiles, entries hashed by two ways, journal and keys.

    Of the mission's private log the records are held against it too. Every damage is told in words and ends with exit
    code 12.
    """
    from truceline.ledger.checking_log import check_log
    from truceline.mission.log_keys import read_verifier_file
    from truceline.model import UsageFault

    if (log is None) != (key is None):
        raise UsageFault(
            "another log is looked over with its own public key",
            where="--key",
            do="give the folder and the key, or neither for the private log of the mission",
            example="truceline ledger fsck copy/private --key party-b/private-log.pub",
        )
    if log is not None and key is not None:
        found, beside = check_log(log, (read_verifier_file(key),)), None
    else:
        found, beside = _of_the_mission(mission)
    told = _check_json(found, beside)
    if as_json:
        print_json(told)
    else:
        _lines(*_check_lines(told))
    if told["damages"]:
        from truceline.model import LedgerFault

        raise typer.Exit(LedgerFault.exit_code)


def show(mission: MissionOption = Path(), as_json: JsonOption = False) -> None:
    """Show the newest signed head of the private log, how many entries it has, and how many events wait for it."""
    from truceline.model import LedgerFault

    found, beside = _of_the_mission(mission)
    told = _check_json(found, beside)
    if told["damages"]:
        first = told["damages"][0]
        raise LedgerFault(
            first["what"], where=first["where"], do="see everything with the command below", example=_FSCK
        )
    if as_json:
        print_json({name: told[name] for name in ("log", "size", "waiting", "head")})
        return
    _lines(f"{told['log']}: {told['size']} entries, {told['waiting']} events wait", *_head(told["head"]))


_FSCK = "truceline ledger fsck"


def _of_the_mission(mission: Path) -> tuple[LogCheck, Compared | TrucelineError]:
    """The private log looked over, and the records held against it; the fault where they disagree."""
    from truceline.ledger.checking_log import check_log
    from truceline.mission.folder import open_mission
    from truceline.mission.log_keys import log_folder, read_verifier
    from truceline.mission.private_log import compare, key_of
    from truceline.model import TrucelineError

    opened = open_mission(mission)
    keys = (read_verifier(opened),)
    found = check_log(log_folder(opened), keys, key_of)
    try:
        return found, compare(opened, keys)
    except TrucelineError as fault:
        return found, fault


def _check_json(found: LogCheck, beside: Compared | TrucelineError | None) -> dict[str, Any]:
    from truceline.model import TrucelineError

    damages = [{"where": one.where, "what": one.what} for one in found.damages]
    if isinstance(beside, TrucelineError):
        damages.append({"where": beside.where, "what": beside.what})
        beside = None
    return {
        "log": found.origin,
        "size": found.size,
        "in_tiles": found.settled,
        "waiting": None if beside is None else beside.waiting,
        "head": found.head,
        "damages": damages,
        "remarks": list(found.remarks),
    }


def _check_lines(told: dict[str, Any]) -> list[str]:
    lines = [f"{told['log']}: {told['size']} entries, {told['in_tiles']} of them in tiles"]
    lines += [f"damage: {one['where']}: {one['what']}" for one in told["damages"]]
    lines += [f"remark: {one}" for one in told["remarks"]]
    if told["waiting"] is not None:
        lines.append(f"the records agree with it; {told['waiting']} events wait to be entered")
    if told["damages"]:
        lines.append("change nothing; copy the folder, and compare it with another copy and the heads others keep")
    return [*lines, *_head(told["head"])]


def _head(head: str) -> list[str]:
    return ["head:", *(f"  {line}" for line in head.rstrip("\n").split("\n"))] if head else ["no head yet"]


def _lines(*lines: str) -> None:
    for line in lines:
        paper().print(line, markup=False, soft_wrap=True)
