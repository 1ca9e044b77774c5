"""A mission whose case was decided, its two logs, and seven witnesses who answer in this process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from case_mission import CaseMission, case_mission

from truceline.ledger.asking_witnesses import Reply
from truceline.ledger.keys import Signing, SigningKey
from truceline.ledger.verifying import read_keys
from truceline.ledger.witness_memory import Witness
from truceline.mission.log_keys import Which, make_key, read_verifier
from truceline.mission.public_log import Round, publish_round
from truceline.mission.publisher import POLICY, Publisher, publisher
from truceline.mission.publishing import publish_case
from truceline.mission.release_rules import FILE, load_release_rules

NAMES = ("party-a", "party-b", "guarantor", "regional-body", "neutral-1", "neutral-2", "neutral-3")
WITNESS_KEYS = {
    name: SigningKey(f"{name}.example", Signing.ED25519_COSIGNATURE, bytes([at + 1]) * 32)
    for at, name in enumerate(NAMES)
}
NOON = datetime(2031, 6, 9, 12, tzinfo=UTC)
"""A week after the case was opened."""


@dataclass
class PublicMission:
    """The mission, its clock, and the witnesses by name; whoever is in ``away`` does not answer."""

    made: CaseMission
    witnesses: dict[str, Witness]
    now: datetime = NOON
    away: set[str] = field(default_factory=set)
    spoilt: dict[str, Reply] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def root(self) -> Path:
        return self.made.room.mission.root

    def clock(self) -> int:
        return int(self.now.timestamp())

    def post(self, url: str, body: bytes) -> Reply:
        name = url.removeprefix("http://").partition(".")[0]
        self.asked.append(name)
        if name in self.away:
            raise TimeoutError("no whole answer came within 10 s")
        if name in self.spoilt:
            return self.spoilt[name]
        answer = self.witnesses[name].add_checkpoint(body)
        return Reply(answer.status, answer.content_type, answer.text.encode())

    def by(self) -> Publisher:
        room = self.made.again().room
        return publisher(room, load_release_rules(self.root / FILE), self.clock, self.post)

    def round(self, **later: float) -> Round:
        self.now += timedelta(**later)
        return publish_round(self.by())

    def publish(self, who: str = "paul", because: str = "decided") -> None:
        self.made.now = max(self.made.now, self.now)
        publish_case(self.made.again().room, who, self.made.case, because, self.made.now, randomness())

    def released(self, level: str) -> list[Path]:
        return sorted((self.root / "ledger" / "released" / level).glob("*.json"))


def randomness(start: int = 0) -> object:
    """Bytes that repeat from run to run and not within one."""
    numbers: Iterator[int] = count(start)
    return lambda length: next(numbers).to_bytes(length, "big")


def public_mission(root: Path, memories: Path, *, decided: bool = True) -> PublicMission:
    """The made-up mission with a confirmed case, both logs' keys, and a policy of five of seven."""
    made = case_mission(root).to_review()
    if decided:
        made.grade("rita")
        made.grade("viktor")
        made.move("hana", "confirmed")
    make_key(made.room.mission, randomness=lambda length: b"p" * length)
    log = make_key(made.room.mission, randomness=lambda length: b"q" * length, which=Which.PUBLIC)
    write_policy(made.room.mission.root, log.text(), {name: key.verifier.text() for name, key in WITNESS_KEYS.items()})
    return beside(made, memories)


def beside(made: CaseMission, memories: Path) -> PublicMission:
    """A mission that is ready to publish, with witnesses whose memories stand in a folder."""
    log = read_verifier(made.room.mission, Which.PUBLIC)
    found = PublicMission(made, {})
    for name, key in WITNESS_KEYS.items():
        found.witnesses[name] = Witness(memories / name, {log.name: (log,)}, (key,), found.clock)
    return found


def write_policy(root: Path, log: str, witnesses: dict[str, str]) -> None:
    lines = [f"log {log}", *(f"witness {name} {key} http://{name}.example" for name, key in witnesses.items())]
    lines += [f"group five 5 {' '.join(witnesses)}", "quorum five", "#parties party-a party-b"]
    (root / POLICY).write_text("\n".join(lines) + "\n", encoding="utf-8")
    read_keys((root / POLICY).read_bytes())
