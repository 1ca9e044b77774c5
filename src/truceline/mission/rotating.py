"""A log's key is changed for a new one: stated in the log, both keys signing for a stated time, then the new one alone.

Question: how does a log get a new key without anybody having to believe that it is still the same log? In: the mission,
which of its logs, until when both keys shall sign, or that the old one was stolen. Out: the statement, which stands in
the log and beside the keys.

:func:`begin` makes the next key (``keys/LOG-log.next.key``), states it under both keys, enters the statement (in the
private log as an event of the outbox) and puts everything into tiles under a head with both signatures; from then on
every head has both. :func:`finish`, once the time is over, looks the log over with the new key alone and puts it in the
old one's place. After a theft both are done at once. Each may be killed and repeated at any time: what was made is gone
on with.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from truceline.ledger import disk
from truceline.ledger.checking_log import check_log
from truceline.ledger.journal import Submission
from truceline.ledger.keys import new_key
from truceline.ledger.log import Log
from truceline.ledger.rotations import COMPROMISED, PLANNED, Rotation, check_rotation, read_rotation, state_rotation
from truceline.mission.folder import Mission
from truceline.mission.log_keys import LEDGER, Which, keep_line, log_folder, read_identity, read_verifier_file
from truceline.mission.private_log import drain
from truceline.model import LedgerFault, UsageFault
from truceline.store import writing

KEY_CHANGE = "key-change"
"""The event of the outbox that carries the statement."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What was stated, where the statement is kept, and whether the new key is alone already."""

    rotation: Rotation
    path: Path
    done: bool


def begin(
    mission: Mission,
    which: Which,
    clock: Callable[[], int],
    both_s: int,
    *,
    compromised: bool = False,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
) -> Stated:
    """State the next key of a log; heads carry both signatures for ``both_s`` seconds from now.

    Raises :class:`~truceline.model.NotFound` before there is a key, and :class:`~truceline.model.LedgerFault` for what
    opening or draining the log finds.
    """
    folder = mission.root / LEDGER
    with disk.telling_faults("the next key", folder), writing(mission.root):
        identity = read_identity(mission, which)
        old = identity.keys[0]
        if not (folder / which.next_secret).exists():
            made = new_key(old.name, randomness=randomness)
            keep_line(folder / which.next_secret, made.secret_text(), 0o600)
            identity = read_identity(mission, which)
        new = identity.keys[1]
        path = folder / which.statement
        statement = disk.read(path)
        why = COMPROMISED if compromised else PLANNED
        if statement is None or (compromised and check_rotation(statement, old.verifier).because != why):
            now_s = clock()
            statement = state_rotation(old, new, now_s, now_s + (0 if compromised else both_s), why)
            disk.put(folder, {str(which.statement): statement})
        if not (folder / which.next_public).exists():
            keep_line(folder / which.next_public, new.verifier.text(), 0o644)
    rotation = check_rotation(statement, old.verifier)
    _enter(mission, which, statement, clock)
    return Stated(rotation, path, done=False)


def finish(mission: Mission, which: Which, clock: Callable[[], int]) -> Stated:
    """Put the stated key in the old one's place, once the time for both is over.

    Raises :class:`~truceline.model.UsageFault` where none was stated or the time is not over, and
    :class:`~truceline.model.LedgerFault` where the log is not whole under the new key.
    """
    folder = mission.root / LEDGER
    statement = disk.read(folder / which.statement)
    if statement is None:
        raise UsageFault(
            f"no next key of the {which} log was stated",
            do="begin with it; heads then carry both signatures for a while",
            example=f"truceline ledger rotate-key --log {which}",
        )
    rotation = read_rotation(statement)
    old, new = rotation.old, rotation.new
    there = folder / (which.next_public if (folder / which.next_public).exists() else which.public)
    if read_verifier_file(there, which) != new:
        raise LedgerFault(
            "the next key is not the one that was stated",
            where=str(there),
            do="put both files of the next key back from their keeping",
        )
    if clock() < rotation.both_until_s:
        raise UsageFault(
            f"both keys sign until second {rotation.both_until_s}, so that all who trust the old one hear of the new",
            do="finish then; a stolen key is changed at once with --compromised",
        )
    if damages := check_log(log_folder(mission, which), (new,)).damages:
        raise LedgerFault(
            f"under the new key alone the {which} log is not whole: {damages[0].what}",
            where=damages[0].where,
            do="run rotate-key again: it enters the statement and signs the head with both keys",
        )
    kept = folder / "keys" / f"{which}-log.{old.key_id.hex()}-to-{new.key_id.hex()}.txt"
    with disk.telling_faults("the new key", folder), writing(mission.root):
        for name in (which.secret, which.public):
            making = folder / (which.next_secret if name == which.secret else which.next_public)
            if making.exists():  # else it has its place already
                disk.rename(making, folder / name)
        disk.rename(folder / which.statement, kept)
        disk.sync_folder(kept.parent)
    return Stated(rotation, kept, done=True)


def _enter(mission: Mission, which: Which, statement: bytes, clock: Callable[[], int]) -> None:
    """The statement in the log, once, and all of the log in tiles under a head that both keys signed."""
    if which is Which.PRIVATE:
        with writing(mission.root), mission.records.adding() as adding:
            if not _told(adding.events, statement.decode()):
                now = datetime.fromtimestamp(clock(), UTC)
                adding.add_event(KEY_CHANGE, now, {"statement": statement.decode()})
        drain(mission, read_identity(mission, which), clock)
    with Log(log_folder(mission, which), read_identity(mission, which), clock) as log:
        if which is Which.PUBLIC:
            log.append([Submission(hashlib.sha256(statement).digest(), statement)])
        log.settle()


def _told(events: Callable[[int], tuple[object, ...]], statement: str) -> bool:
    after = 0
    while found := events(after):
        for one in found:
            if getattr(one, "kind", "") == KEY_CHANGE and getattr(one, "content", {}).get("statement") == statement:
                return True
        after = getattr(found[-1], "number", 0)
    return False
