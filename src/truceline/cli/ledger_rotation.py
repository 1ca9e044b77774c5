"""``ledger rotate-key`` and ``ledger check-rotation``: a log names its next key, and anybody checks that it did."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from truceline.cli.options import JsonOption, MissionOption, beside_mission, now, paper, print_json


class LogName(StrEnum):
    """Which of a mission's two logs; said here again, so that help need not wait for the mission's room."""

    PRIVATE = "private"
    PUBLIC = "public"


def add_to(group: typer.Typer) -> None:
    """Add the commands to the group ``ledger``."""
    group.command("rotate-key", short_help="Change a log's key for a new one.")(rotate_key)
    group.command("check-rotation", short_help="Check that a log named its new key.")(check_rotation)


def rotate_key(
    log: Annotated[LogName, typer.Option("--log", help="Which log: private or public.")] = LogName.PRIVATE,
    both_days: Annotated[float, typer.Option("--both-days", min=0, help="So many days both keys sign.")] = 30,
    compromised: Annotated[
        bool, typer.Option("--compromised", help="The old key was stolen: change it at once.")
    ] = False,
    finish: Annotated[bool, typer.Option("--finish", help="The time is over: the new key signs alone.")] = False,
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """State a new key in the log, under old and new; both sign every head until --finish. May be repeated.

    'truceline ledger rotate-key --log public', hand the statement to all who trust the old key, wait, then
    'truceline ledger rotate-key --log public --finish'.
    """
    from truceline.ledger.verifying import moment
    from truceline.mission.folder import open_mission
    from truceline.mission.log_keys import Which
    from truceline.mission.rotating import begin
    from truceline.mission.rotating import finish as end

    opened, which = open_mission(mission), Which(log)

    def clock() -> int:
        return int(now().timestamp())

    if not finish:
        done = begin(opened, which, clock, int(both_days * 86_400), compromised=compromised)
    if finish or compromised:
        done = end(opened, which, clock)
    rotation = done.rotation
    if as_json:
        print_json(
            {
                "old": rotation.old.text(),
                "new": rotation.new.text(),
                "both_until": rotation.both_until_s,
                "because": rotation.because,
                "statement": str(done.path),
                "done": done.done,
            }
        )
        return
    _say(f"new public key: {rotation.new.text()}", f"  the statement, for all who trust the old one: {done.path}")
    if done.done:
        _say("the new key signs alone; name it in every list of keys beside the old one, under which old heads stand")
    else:
        command = beside_mission(f"truceline ledger rotate-key --log {log} --finish", mission)
        _say(f"both keys sign every head until {moment(rotation.both_until_s)}; then: {command}")
    if rotation.because == "compromised":
        _say(
            "the thief can sign as the old key: compare the new line aloud with everybody, and trust no later old head"
        )


def check_rotation(
    statement: Annotated[Path, typer.Argument(metavar="STATEMENT", help="File of the statement.")],
    key: Annotated[Path, typer.Option("--key", help="File of the old public key, which you trust.")],
    as_json: JsonOption = False,
) -> None:
    """Check that the key you trust named a new one, and print that one's line."""
    from truceline.ledger.key_files import read_line
    from truceline.ledger.rotations import check_rotation as check
    from truceline.ledger.verifying import moment
    from truceline.mission.log_keys import read_verifier_file

    rotation = check(f"{read_line(statement)}\n".encode(), read_verifier_file(key))
    if as_json:
        print_json({"new": rotation.new.text(), "both_until": rotation.both_until_s, "because": rotation.because})
        return
    _say(f"new public key: {rotation.new.text()}", f"stated because: {rotation.because}")
    _say(f"both sign until {moment(rotation.both_until_s)}")


def _say(*lines: str) -> None:
    for line in lines:
        paper().print(line, markup=False, soft_wrap=True)
