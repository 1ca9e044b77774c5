"""``ledger mirror`` and ``ledger rebuild-keys``: copies of a log that agree with it, and its keys made anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from truceline.cli.options import JsonOption, MissionOption, now, paper, print_json


def add_to(group: typer.Typer) -> None:
    """Add the commands to the group ``ledger``."""
    group.command("mirror", short_help="Copy a log, taking only what agrees with its head.")(mirror)
    group.command("rebuild-keys", short_help="Make keys.db of the private log anew.")(rebuild_keys)


def mirror(
    log: Annotated[str, typer.Argument(metavar="LOG", help="Folder of the log, or its address (http, https).")],
    copy: Annotated[Path, typer.Argument(metavar="COPY", help="Folder of the copy; made the first time.")],
    key: Annotated[list[Path], typer.Option("--key", help="File with a public key of the log; may be given again.")],
    witnesses: Annotated[
        Path | None, typer.Option("--keys", help="List of keys: take only a head that enough witnesses signed lately.")
    ] = None,
    max_age_days: Annotated[
        float, typer.Option("--max-age", min=0, help="With --keys: how many days old the head may be.")
    ] = 7,
    as_json: JsonOption = False,
) -> None:
    """Copy what is new in a log, each file held against the signed head, and that against the copy's.

    'truceline ledger mirror https://mission.example/log copy --key mission-log.pub'. May be repeated and killed at any
    time. A log that shows two faces is refused with exit code 12; both heads are then in COPY/against.
    """
    from truceline.ledger.mirroring import mirror as bring_up
    from truceline.ledger.mirroring import source_of
    from truceline.mission.log_keys import read_verifier_file

    accept = None if witnesses is None else _fresh(witnesses, max_age_days)
    done = bring_up(source_of(log), copy, tuple(read_verifier_file(one) for one in key), accept)
    if as_json:
        print_json({"new": done.new, "size": done.size, "head": done.head})
        return
    for line in (f"{done.new} new entries; the copy has {done.size}", "head:", *done.head.rstrip("\n").split("\n")):
        paper().print(line, markup=False, soft_wrap=True)


def _fresh(path: Path, max_age_days: float) -> Callable[[bytes], object]:
    """What refuses a head that not enough witnesses of a list signed lately."""
    from truceline.ledger.freshness import check_fresh
    from truceline.ledger.verifying import read_keys
    from truceline.model import UnreadableFile

    try:
        keys = read_keys(path.read_bytes())
    except OSError as cause:
        raise UnreadableFile(
            f"the list of keys cannot be read ({cause.strerror})", where=str(path), do="name a file that is there"
        ) from cause
    now_s = int(now().timestamp())
    return lambda head: check_fresh(head, keys, now_s, int(max_age_days * 86_400))


def rebuild_keys(mission: MissionOption = Path(), as_json: JsonOption = False) -> None:
    """Make keys.db of the private log anew from its entries, when it is lost or damaged; nothing else is changed.

    The keys of the private log follow from its entries, so nothing is lost with the file.
    """
    from truceline.ledger.rebuilding_keys import rebuild_keys as make_anew
    from truceline.mission.folder import open_mission
    from truceline.mission.log_keys import log_folder, read_verifier
    from truceline.mission.private_log import key_of

    opened = open_mission(mission)
    count = make_anew(log_folder(opened), (read_verifier(opened),), key_of)
    if as_json:
        print_json({"keys": count})
        return
    paper().print(f"keys.db was made anew with {count} keys; those of waiting entries stand in the journal")
