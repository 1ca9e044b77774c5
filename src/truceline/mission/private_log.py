"""The mission's private log: every event of the outbox, in its order, under signed heads.

Question: is what the records tell today what was done? Every act on a case, every decision who may see what and every
alarm is in the outbox from the moment it happened. :func:`drain` enters what is new there into ``ledger/private/``:
event number n is entry n - 1, and the log holds nothing else. :func:`compare` holds the records against the log, byte
for byte: an event that was changed, taken out or slipped in since, and an act or a custody event that none tells of,
are told.

What the log has not heard of yet it cannot guard, and whoever holds both the records and the secret key can write both
anew; heads handed to others in time show that. An event too long for an entry is entered as its SHA-256.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from truceline.ledger.checking_log import stored_entries
from truceline.ledger.journal import Submission
from truceline.ledger.keys import VerifierKey
from truceline.ledger.log import Log, LogIdentity
from truceline.ledger.tiles import MOST_ENTRY_BYTES
from truceline.mission.case_acts import ACT
from truceline.mission.folder import Mission
from truceline.mission.log_keys import log_folder
from truceline.model import LedgerFault, MissionFault, canonical_json
from truceline.store import OutboxEvent
from truceline.store.adding import Adding
from truceline.store.custody import CUSTODY

AT_ONCE = 256
"""So many events are one batch: one wait for the disk."""
_DO = "change nothing; copy the folder, and hold it against a copy of the mission and the heads that others keep"


@dataclass(frozen=True, slots=True)
class Drained:
    """How many events were entered now, how many entries there are, and the newest signed head (its text)."""

    entered: int
    size: int
    head: str


@dataclass(frozen=True, slots=True)
class Compared:
    """How many entries of the log agree with the outbox (all it has), and how many events wait to be entered."""

    logged: int
    waiting: int


def drain(mission: Mission, identity: LogIdentity, clock: Callable[[], int], at_once: int = AT_ONCE) -> Drained:
    """Enter every event that is not in the log yet; ``clock`` gives whole seconds since 1970, UTC.

    Safe to repeat and to be killed at any moment: what is entered is known by its number and its key. Raises what
    :func:`compare` does, before anything is entered, and :class:`LedgerFault` where the disk fails.
    """
    with Log(log_folder(mission), identity, clock) as log:
        before = compare(mission, tuple(key.verifier for key in identity.keys)).logged
        if before != log.size:
            raise LedgerFault(
                f"the log has {log.size} entries, and {before} can be read", where=str(log.folder), do=_DO
            )
        while events := mission.records.events(log.size):
            for first in range(0, len(events), at_once):
                _enter(log, events[first : first + at_once])
        return Drained(log.size - before, log.size, log.head.decode())


def compare(mission: Mission, keys: tuple[VerifierKey, ...]) -> Compared:
    """Hold the outbox, the acts of all cases and all custody events against the log, in one reading of the records.

    Raises :class:`LedgerFault` for an event that is not, byte for byte, what the log was told; for one the log was
    told of and the outbox has no longer; and for an act or a custody event that is gone or that none tells of.
    """
    logged = waiting = 0
    told: dict[str, list[str]] = {ACT: [], CUSTODY: []}
    entries = stored_entries(log_folder(mission), keys)
    with mission.records.adding() as standing:
        for event in _events(standing):
            entry = next(entries, None)
            if entry is None:
                waiting += 1
            elif entry == entry_of(event):
                logged += 1
            else:
                raise _tampered(f"event {event.number} of the outbox is not what the private log was told", logged + 1)
            if event.kind in told:
                told[event.kind].append(str(event.content.get("id", "")))
        if next(entries, None) is not None:
            raise _tampered(f"the private log was told of event {logged + 1}, and the outbox has it no longer", logged)
        with _telling():
            acts, custody = [act.id for act in standing.acts()], [one.id for one in standing.all_custody()]
        _compare_kept("act", "all cases", acts, told[ACT])
        _compare_kept("custody event", "all evidence", custody, told[CUSTODY])
    return Compared(logged, waiting)


def entry_of(event: OutboxEvent) -> bytes:
    """The entry of an event: its canonical JSON, or that of its SHA-256 where it is too long for an entry."""
    if len(event.canonical) <= MOST_ENTRY_BYTES:
        return event.canonical
    return canonical_json({"number": event.number, "kind": event.kind, "at": event.at, "sha256": event.id})


def key_of(entry: bytes) -> bytes:
    """The key an entry is submitted by: its SHA-256, which is the id of the event."""
    return hashlib.sha256(entry).digest()


def _enter(log: Log, events: Sequence[OutboxEvent]) -> None:
    numbers = [one.index for one in log.append([_submission(event) for event in events])]
    if numbers != [event.number - 1 for event in events]:
        raise LedgerFault(
            f"event {events[0].number} of the outbox, or one after it, stands in the log under another number",
            where=str(log.folder),
            do=_DO,
        )


def _submission(event: OutboxEvent) -> Submission:
    entry = entry_of(event)
    return Submission(key_of(entry), entry)


def _events(standing: Adding) -> Iterator[OutboxEvent]:
    after = 0
    with _telling():
        while events := standing.events(after):
            yield from events
            after = events[-1].number


def _compare_kept(what: str, whose: str, kept: list[str], told: list[str]) -> None:
    """Every record has its event and every event its record, in one order."""
    for number, (one, event) in enumerate(zip(kept, told, strict=False), 1):
        if one != event:
            raise _tampered(f"{what} {number} of {whose} is not the one its event tells of", number)
    if len(kept) != len(told):
        few = min(len(kept), len(told))
        raise _tampered(f"{whose} have {len(kept)} {what}s, and events tell of {len(told)}", few)


@contextmanager
def _telling() -> Iterator[None]:
    """What the tables themselves find changed, or can no longer be read, told as a fault of the record."""
    try:
        yield
    except MissionFault as cause:
        if type(cause) is not MissionFault:
            raise  # in use, or read only: nobody changed anything
        raise LedgerFault(cause.what, where=cause.where, do=_DO) from cause
    except ValueError as cause:
        raise LedgerFault("a row of the records was changed: it cannot be read", where="records.db", do=_DO) from cause


def _tampered(what: str, number: int) -> LedgerFault:
    return LedgerFault(what, where=f"records.db, {number}", do=_DO)
