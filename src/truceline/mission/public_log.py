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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from truceline.ledger import disk
from truceline.ledger.asking_witnesses import Asked, Collected, Cosigned, Head, Post, collect
from truceline.ledger.bundles import Bundle, make_bundle
from truceline.ledger.cosignatures import open_checkpoint
from truceline.ledger.encodings import decimal
from truceline.ledger.journal import Submission
from truceline.ledger.log import Log, LogIdentity, reading
from truceline.ledger.notes import parse_note
from truceline.ledger.policies import NO_QUORUM
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
from truceline.ledger.stamping import Post as StampPost
from truceline.ledger.stamps import Authority, read_authorities
from truceline.ledger.tile_tree import TileTree
from truceline.ledger.verifier_page.building import FILE_NAME, verifier_page
from truceline.ledger.verifying import Asked as Asking
from truceline.ledger.verifying import KeyList, head_time, read_keys, verify
from truceline.mission.case_room import CaseRoom
from truceline.mission.folder import Mission
from truceline.mission.log_keys import LEDGER, Which, log_folder, read_identity
from truceline.mission.private_log import drain
from truceline.mission.publishing import published
from truceline.mission.release_rules import Level, ReleaseRules
from truceline.mission.sealed import SealedPart, read_part
from truceline.mission.source_grades import all_events
from truceline.model import LedgerFault, NotFound, TrucelineError
from truceline.store import writing

POLICY = Path(LEDGER, "witnesses.policy")
AUTHORITIES = Path(LEDGER, "authorities.txt")
RELEASED = Path(LEDGER, "released")
SIZES = Path(LEDGER, "witness-sizes.json")
HEAD, KEYS = "checkpoint", "keys.txt"
RELEASE = "released"
"""Kind of event in the outbox: a bundle was released to a level."""
_LOOK = "change nothing; look over it: truceline ledger fsck ledger/public --key ledger/keys/public-log.pub"
_CLOCKS_DIFFER_S = 300
"""So far ahead of this machine's clock may a witness's be."""


@dataclass(frozen=True, slots=True)
class Bundled:
    """A bundle that was released now: to which level, as which file below ``ledger/released``."""

    level: str
    file: str


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


@dataclass(frozen=True)
class Publisher:
    """A mission that publishes: its cases, the rules of release, its public log's key, the policy of its witnesses."""

    room: CaseRoom
    rules: ReleaseRules
    identity: LogIdentity
    policy_bytes: bytes
    keys: KeyList
    clock: Callable[[], int]
    post: Post | None = None
    authorities: tuple[Authority, ...] = ()
    post_stamp: StampPost | None = None

    @property
    def mission(self) -> Mission:
        """The mission."""
        return self.room.mission


def publisher(room: CaseRoom, rules: ReleaseRules, clock: Callable[[], int], post: Post | None = None) -> Publisher:
    """Read key and policy; raises :class:`NotFound` where there is none, LedgerFault where they do not fit together."""
    identity = read_identity(room.mission, Which.PUBLIC)
    path = room.mission.root / POLICY
    data = disk.read(path)
    if data is None:
        raise NotFound(
            "no witnesses are agreed, so nothing can be published",
            where=str(path),
            do="write the list of keys with the parties: the log's, each witness's with its address, and the quorum",
            example="truceline ledger init --log public",
        )
    keys = read_keys(data)
    if identity.keys[0].verifier not in [one.key for one in keys.policy.logs]:
        raise LedgerFault(
            "the policy of the witnesses does not name the key of this public log",
            where=str(path),
            do="put its line there",
            example=f"log {identity.keys[0].verifier.text()}",
        )
    if keys.policy.quorum == NO_QUORUM:
        raise LedgerFault(
            "the policy asks for no witness, so nothing is published under it",
            where=str(path),
            do="agree with both parties how many of whom must cosign",
            example="group five-of-seven 5 party-a party-b guarantor regional-body neutral-1 neutral-2 neutral-3",
        )
    apart = [one.name for one in rules.levels if one.name in {party.id for party in room.mission.agreement.parties}]
    if apart:
        raise LedgerFault(
            f"the level {apart[0]!r} is one party's alone: both are shown the same bytes at the same moment",
            where="release.yaml",
            do="make one level for both",
            example="parties: {after_hours: 0, place: 10km}",
        )
    clocks = room.mission.root / AUTHORITIES
    listed = tuple(read_authorities(clocks)) if clocks.is_file() else ()
    return Publisher(room, rules, identity, data, keys, clock, post, listed)


def publish_round(by: Publisher) -> Round:
    """Do one round. Raises :class:`LedgerFault` where the log, the records or a sealed entry is not what was kept."""
    now_s = by.clock()
    interval = Interval.at(now_s, by.rules.private_head_s)
    sent, why = _readable(by)
    with Log(log_folder(by.mission, Which.PUBLIC), by.identity, by.clock) as log:
        before, log_interval = log.size, _last_private(log, interval.length_s)
        _enter(log, _private(by, log_interval, interval))
        _enter(log, _unknown(log, [policy_entry(by.policy_bytes)]))
        numbers = _numbers(log, sent)
        log.settle()
        head = _checked_again(by, log, {numbers[one.entry]: one.entry for one in sent})
        collected = collect(head, by.keys.policy, now_s + _CLOCKS_DIFFER_S, _sizes(by.mission), by.post)
        _remember(by, collected, head.checkpoint.size)
        _enter(log, _unknown(log, refusals(head.checkpoint, collected.answers, interval)))
        log.settle()
        found = _release(by, collected, numbers) if collected.enough else _Released()
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


@dataclass(frozen=True, slots=True)
class _Sent:
    """Something sent to the public log, with what opens it; without, where all of its bundles are released."""

    name: str
    entry: str
    part: SealedPart | None

    def file(self, level: Level) -> str:
        return f"{level.name}/{self.name.replace('/', '-')}.json"


def _readable(by: Publisher) -> tuple[list[_Sent], tuple[str, ...]]:
    """What was sent and can be read, and of the rest why not: one that is spoilt holds no other up."""
    found, why = [], []
    for one in published(by.room):
        sent = _Sent(one.name, one.entry, None)
        try:
            if one.closed or not all(
                (by.mission.root / RELEASED / sent.file(level)).exists() for level in by.rules.levels
            ):
                sent = replace(sent, part=read_part(by.mission, one.entry, one.closed))
        except TrucelineError as fault:
            why.append(f"{one.name}: {fault.what}")
        except OSError as fault:
            why.append(f"{one.name}: its secrets cannot be read ({fault.strerror})")
        else:
            found.append(sent)
    return found, tuple(why)


def _numbers(log: Log, sent: Sequence[_Sent]) -> dict[str, int]:
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
            do=_LOOK,
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
            do=_LOOK,
        )
    return Head(parse_note(log.signed_over(again.root)), TileTree(reading(log.folder), log.size, again.root))


def _stamped(by: Publisher, note: bytes) -> tuple[Outcome, ...]:
    """Have the cosigned head stamped, where clocks are listed; a missing stamp holds nothing up, and is told."""
    if not by.authorities:
        return ()
    folder = by.mission.root / RELEASED / STAMPS
    return stamp_head(folder, note, by.authorities, by.clock() + _CLOCKS_DIFFER_S, by.post_stamp).outcomes


@dataclass(frozen=True, slots=True)
class _Released:
    bundles: tuple[Bundled, ...] = ()
    waiting: int = 0
    why: tuple[str, ...] = ()


def _release(by: Publisher, collected: Collected, numbers: Mapping[str, int]) -> _Released:
    """Write the cosigned head, and every bundle whose time has come and that was not written yet.

    Nobody closes a field meanwhile: what was sent is read again with the mission's pen in hand. The time is that which
    enough witnesses stated, or this machine's where it is earlier, so that no clock alone lets anything out too soon.
    """
    note, folder = collected.note.encode(), by.mission.root / RELEASED
    with writing(by.mission.root):
        sent, why = _readable(by)
        with disk.telling_faults("the cosigned head", folder):
            disk.make_folder(folder)
            disk.put(folder, {HEAD: note, KEYS: by.policy_bytes, FILE_NAME: verifier_page()})
        releasing = _Releasing(by, note, _now(by, note), _known_hashes(by))
        for level in by.rules.levels:
            for one in sent:
                if one.entry in numbers:
                    releasing.take(level, one, numbers[one.entry])
    return _Released(tuple(releasing.bundles), releasing.waiting, (*why, *releasing.why))


@dataclass
class _Releasing:
    """One release, as far as it has come."""

    by: Publisher
    note: bytes
    now: datetime
    known: Mapping[tuple[str, str], set[str]]
    bundles: list[Bundled] = field(default_factory=list)
    why: list[str] = field(default_factory=list)
    waiting: int = 0

    def take(self, level: Level, one: _Sent, number: int) -> None:
        """Release one entry to a level, if it is time and was not done; a file that was changed since is told."""
        path = self.by.mission.root / RELEASED / one.file(level)
        if path.exists():
            if not path.is_file() or _sha256(path) not in self.known.get((level.name, path.name), ()):
                self.why.append(f"{one.file(level)}: it is not the file that was released; take it away, and repeat")
            return
        if one.part is None:
            return
        if one.part.until + level.after > self.now:
            self.waiting += 1
            return
        try:
            read = reading(log_folder(self.by.mission, Which.PUBLIC))
            _write_bundle(self.by, path, make_bundle(read, self.note, number, one.part.openings(level.opens)))
        except TrucelineError as fault:
            self.why.append(f"{one.file(level)}: {fault.what}")
        else:
            self.bundles.append(Bundled(level.name, one.file(level)))


def _write_bundle(by: Publisher, path: Path, bundle: Bundle) -> None:
    """One bundle, held against the policy as a reader holds it, put on record, and then written.

    Killed in between, it is on record once more when it is written.
    """
    data = bundle.encode()
    verdict = verify(data, by.keys, Asking(by.clock() + _CLOCKS_DIFFER_S))
    if not verdict.held:
        why = next(one.why for one in verdict.steps if not one.held)
        raise LedgerFault(f"a reader would refuse it: {why}", where=str(path), do="see to the policy and the log")
    sha256 = hashlib.sha256(data).hexdigest()
    content = {"level": path.parent.name, "file": path.name, "index": bundle.proof.index, "sha256": sha256}
    with by.mission.records.adding() as adding:
        adding.add_event(RELEASE, _clock(by), content)
    with disk.telling_faults("a bundle", path.parent):
        disk.make_folder(path.parent)
        disk.put(path.parent, {path.name: data})


def _known_hashes(by: Publisher) -> dict[tuple[str, str], set[str]]:
    """The SHA-256 of every bundle that was released, by level and file."""
    with by.mission.records.adding() as adding:
        told = [one.content for one in all_events(adding) if one.kind == RELEASE]
    found: dict[tuple[str, str], set[str]] = {}
    for one in told:
        found.setdefault((str(one["level"]), str(one["file"])), set()).add(str(one["sha256"]))
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _record(by: Publisher, kind: str, content: Mapping[str, object]) -> None:
    with writing(by.mission.root), by.mission.records.adding() as adding:
        adding.add_event(kind, _clock(by), content)


def _clock(by: Publisher) -> datetime:
    return datetime.fromtimestamp(by.clock(), UTC)


def _now(by: Publisher, note: bytes) -> datetime:
    """This machine's time, or that since which enough witnesses say they signed where it is earlier."""
    log, keys = by.identity.keys[0].verifier, [one.key for one in by.keys.policy.witnesses]
    signed = open_checkpoint(note, by.identity.origin, [log], keys, by.clock() + _CLOCKS_DIFFER_S)
    seen_s = head_time(by.keys.policy, signed)
    return _clock(by) if seen_s is None else min(_clock(by), datetime.fromtimestamp(seen_s, UTC))


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
