"""Who publishes, by which rules and policy, and what was sent and not yet released.

Question: what does a round of publishing work with? In: the mission's cases, ``release.yaml``, the public log's key,
``ledger/witnesses.policy`` and, where there is one, ``ledger/authorities.txt``. Out: a :class:`Publisher`, and of
everything acts sent to the public log the sealed parts that can be read. It refuses what would let nobody watch: no
policy, one without witnesses, one that names another log, a level of one party alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from truceline.ledger import disk
from truceline.ledger.asking_witnesses import Post
from truceline.ledger.log import LogIdentity
from truceline.ledger.policies import NO_QUORUM
from truceline.ledger.stamping import Post as StampPost
from truceline.ledger.stamps import Authority, read_authorities
from truceline.ledger.verifying import KeyList, read_keys
from truceline.mission.case_room import CaseRoom
from truceline.mission.folder import Mission
from truceline.mission.log_keys import LEDGER, Which, read_identity
from truceline.mission.publishing import published
from truceline.mission.release_rules import Level, ReleaseRules
from truceline.mission.sealed import SealedPart, read_part
from truceline.model import LedgerFault, NotFound, TrucelineError

POLICY = Path(LEDGER, "witnesses.policy")
AUTHORITIES = Path(LEDGER, "authorities.txt")
RELEASED = Path(LEDGER, "released")
SIZES = Path(LEDGER, "witness-sizes.json")
HEAD, KEYS = "checkpoint", "keys.txt"
RELEASE = "released"
"""Kind of event in the outbox: a bundle was released to a level."""
LOOK = "change nothing; look over it: truceline ledger fsck ledger/public --key ledger/keys/public-log.pub"
CLOCKS_DIFFER_S = 300
"""So far ahead of this machine's clock may a witness's be."""


@dataclass(frozen=True, slots=True)
class Bundled:
    """A bundle that was released now: to which level, as which file below ``ledger/released``."""

    level: str
    file: str


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


@dataclass(frozen=True, slots=True)
class Sent:
    """Something sent to the public log, with what opens it; without, where all of its bundles are released."""

    name: str
    entry: str
    part: SealedPart | None

    def file(self, level: Level) -> str:
        """The file of its bundle for a level, below ``ledger/released``."""
        return f"{level.name}/{self.name.replace('/', '-')}.json"


def readable(by: Publisher) -> tuple[list[Sent], tuple[str, ...]]:
    """What was sent and can be read, and of the rest why not: one that is spoilt holds no other up."""
    found, why = [], []
    for one in published(by.room):
        sent = Sent(one.name, one.entry, None)
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


def clock_of(by: Publisher) -> datetime:
    """This machine's time."""
    return datetime.fromtimestamp(by.clock(), UTC)
