"""One round of publishing: what people sent to the public log is entered, checked again, signed, witnessed, released.

Question: what of all that was sent is now in the public log under a head that enough witnesses saw, and may be handed
out? The steps, in this order, each safe to repeat and to be killed in:

1. the outbox goes into the private log, and its head, once in every interval, into the public one; an interval in
   which that was not done is entered as a gap;
2. every entry that acts name is submitted under its own hash, so that it is entered once;
3. all stored bytes of the public log are read and hashed again by another road (:mod:`truceline.ledger.rechecking`),
   and each entry must be the one that was sealed;
4. only then a head is signed over that root, and every witness of the policy is asked;
5. who refused or was not there is entered, in their own words, under the next head;
6. if enough cosigned, and at no other time, the bundles whose time has come are written, each after it was held
   against the policy as a reader would.

A round that comes short releases nothing and says why. What was released stays as it is, byte for byte. In
``ledger/released/`` stand ``checkpoint`` (the cosigned head), ``keys.txt`` (the policy), ``verify.html`` (the page that
checks without us), ``stamps/`` where clocks are listed in ``ledger/authorities.txt``, and a folder for each level.
Times are whole seconds since 1970, UTC.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from truceline.ledger import disk
from truceline.ledger.asking_witnesses import Asked, Collected, Cosigned, Head, collect
from truceline.ledger.encodings import decimal
from truceline.ledger.journal import Submission
from truceline.ledger.log import Log, reading
from truceline.ledger.notes import parse_note
from truceline.ledger.public_entries import (
    PRIVATE_HEAD,
    Interval,
    gap,
    policy_entry,
    private_head,
    read_public,
    refusals,
)
from truceline.ledger.rechecking import reread
from truceline.ledger.stamping import STAMPS, Outcome, stamp_head
from truceline.ledger.tile_tree import TileTree
from truceline.mission.folder import Mission
from truceline.mission.log_keys import LEDGER, Which, log_folder, read_identity
from truceline.mission.private_log import drain
from truceline.mission.publisher import (
    CLOCKS_DIFFER_S,
    LOOK,
    RELEASED,
    SIZES,
    Bundled,
    Publisher,
    Sent,
    clock_of,
    readable,
)
from truceline.mission.releasing import Released, release
from truceline.model import LedgerFault, TrucelineError
from truceline.store import writing


@dataclass(frozen=True)
class Round:
    """What came of a round: entries in the public log, who cosigned and what the others answered, what was released.

    ``waiting`` are releases whose time has not come; ``withheld`` those that could not be made, with the reason.
    """

    size: int
    entered: int
    cosigned: tuple[str, ...]
    answers: tuple[Asked, ...]
    enough: bool
    released: tuple[Bundled, ...]
    waiting: int
    withheld: tuple[str, ...] = ()
    stamps: tuple[Outcome, ...] = ()
    """How the authorities of ledger/authorities.txt answered; none where there is no such list."""


def publish_round(by: Publisher) -> Round:
    """Do one round. Raises :class:`LedgerFault` where the log, the records or a sealed entry is not what was kept."""
    now_s = by.clock()
    interval = Interval.at(now_s, by.rules.private_head_s)
    sent, why = readable(by)
    with Log(log_folder(by.mission, Which.PUBLIC), by.identity, by.clock) as log:
        before, log_interval = log.size, _last_private(log, interval.length_s)
        _enter(log, _private(by, log_interval, interval))
        _enter(log, _unknown(log, [policy_entry(by.policy_bytes)]))
        numbers = _numbers(log, sent)
        log.settle()
        head = _checked_again(by, log, {numbers[one.entry]: one.entry for one in sent})
        collected = collect(head, by.keys.policy, now_s + CLOCKS_DIFFER_S, _sizes(by.mission), by.post)
        _remember(by, collected, head.checkpoint.size)
        _enter(log, _unknown(log, refusals(head.checkpoint, collected.answers, interval)))
        log.settle()
        found = release(by, collected, numbers) if collected.enough else Released()
        stamps = _stamped(by, collected.note.encode()) if collected.enough else ()
        size, entered = log.size, log.size - before
    told = (*why, *_clock_behind(log_interval, interval), *found.why)
    return Round(
        size,
        entered,
        collected.cosigned,
        collected.answers,
        collected.enough,
        found.bundles,
        found.waiting,
        tuple(dict.fromkeys(told)),
        stamps,
    )


def _clock_behind(last: Interval | None, now: Interval) -> tuple[str, ...]:
    """That the clock stands before an interval already entered: one of the two times is wrong."""
    if last is None or last.number <= now.number:
        return ()
    told = datetime.fromtimestamp(last.start_s, UTC)
    return (f"the clock stands before {told:%Y-%m-%d %H:%M} UTC, of which a head was entered: one of the two is wrong",)


def _numbers(log: Log, sent: Sequence[Sent]) -> dict[str, int]:
    """Enter what is new, and say of each entry under which number it stands."""
    known = log.numbers([bytes.fromhex(one.entry) for one in sent])
    found = {key.hex(): number for key, number in known.items()}
    if any(one.entry not in found for one in sent):  # new, or keys.db was lost: the entries themselves decide
        stored = enumerate(reversed(tuple(log.newest_first())))
        ids = {hashlib.sha256(entry).hexdigest(): number for number, entry in stored}
        found |= {one.entry: ids[one.entry] for one in sent if one.entry in ids}
    new = [one for one in sent if one.entry not in found and one.part is not None]
    entered = _enter(log, [Submission(bytes.fromhex(one.entry), one.part.sealed.entry()) for one in new if one.part])
    found |= {one.entry: number for one, number in zip(new, entered, strict=True)}
    if lost := [one.name for one in sent if one.entry not in found]:
        raise LedgerFault(
            f"{lost[0]} was released, and the public log does not know it",
            where=str(log.folder),
            do=LOOK,
        )
    return found


def _enter(log: Log, submissions: Sequence[Submission]) -> list[int]:
    return [one.index for one in log.append(submissions)] if submissions else []


def _unknown(log: Log, submissions: Sequence[Submission]) -> list[Submission]:
    """Those that were not entered yet, whatever they said then."""
    known = log.numbers([one.key for one in submissions])
    return [one for one in submissions if one.key not in known]


def _private(by: Publisher, last: Interval | None, interval: Interval) -> list[Submission]:
    """The private log's head for this interval, after what is new in the outbox, and the gap before it if there is one.

    An event of its own goes into the outbox first, so that the head moves whether the mission was busy or not.
    """
    if last is not None and last.number >= interval.number:
        return []
    _record(by, "interval", {"from": interval.start_s, "length_s": interval.length_s})
    drained = drain(by.mission, read_identity(by.mission), by.clock)
    due = interval if last is None else Interval(last.number + 1, interval.length_s)
    missed = [gap(due, interval)] if due.number < interval.number else []
    return [*missed, private_head(interval, drained.head.encode())]


def _last_private(log: Log, length_s: int) -> Interval | None:
    """The newest interval whose private head is in the public log, counted in intervals of today's length."""
    told = (read_public(entry) for entry in log.newest_first())
    newest = next((one for one in told if one.get("format") == PRIVATE_HEAD), None)
    return None if newest is None else Interval.at(int(newest["until"]) - 1, length_s)


def _checked_again(by: Publisher, log: Log, wanted: Mapping[int, str]) -> Head:
    """A head signed over what the stored bytes come to when they are read again; each entry must be what was sealed."""
    again = reread(log.folder, log.size, wanted)
    found = {number: hashlib.sha256(entry).hexdigest() for number, entry in again.entries.items()}
    if found != wanted:
        number = next(number for number, entry in wanted.items() if found.get(number) != entry)
        raise LedgerFault(
            f"entry {number} of the public log is not what was sealed, so nothing is published",
            where=str(by.mission.root / LEDGER),
            do=LOOK,
        )
    return Head(parse_note(log.signed_over(again.root)), TileTree(reading(log.folder), log.size, again.root))


def _stamped(by: Publisher, note: bytes) -> tuple[Outcome, ...]:
    """Have the cosigned head stamped, where clocks are listed; a missing stamp holds nothing up, and is told."""
    if not by.authorities:
        return ()
    folder = by.mission.root / RELEASED / STAMPS
    return stamp_head(folder, note, by.authorities, by.clock() + CLOCKS_DIFFER_S, by.post_stamp).outcomes


def _record(by: Publisher, kind: str, content: Mapping[str, object]) -> None:
    with writing(by.mission.root), by.mission.records.adding() as adding:
        adding.add_event(kind, clock_of(by), content)


def _sizes(mission: Mission) -> dict[str, int]:
    """What each address is believed to have signed last; a witness names another size if it is wrong."""
    data = disk.read(mission.root / SIZES)
    try:
        told = json.loads(data) if data else {}
        return {str(url): decimal(str(size), "a size") for url, size in told.items()}
    except (ValueError, AttributeError, TrucelineError):
        return {}  # a hint and no more: witnesses are asked as if for the first time


def _remember(by: Publisher, collected: Collected, size: int) -> None:
    names = {name for one in collected.answers if isinstance(one, Cosigned) for name in one.names}
    signed = {one.url: size for one in by.keys.policy.witnesses if one.name in names and one.url}
    if signed:
        told = json.dumps(_sizes(by.mission) | signed, indent=1, sort_keys=True)
        with disk.telling_faults("the sizes witnesses signed", by.mission.root / LEDGER):
            disk.put(by.mission.root, {str(SIZES): told.encode()})
