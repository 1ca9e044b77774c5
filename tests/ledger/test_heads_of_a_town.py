"""A log that may lie, seven witnesses of whom two may sign anything, two parties who read: what they can be led to.

The model: a log with two histories that part somewhere, each of which may grow; witnesses who are cut off, restarted
from their memory, or false; readers who accept a head by the policy of five of seven. Whatever happens, no two accepted
heads contradict each other. With an honest log, five witnesses who can be reached are enough to go on.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from witness_towns import LOG

from truceline.ledger.asking_witnesses import Collected, Head, Reply, collect
from truceline.ledger.checkpoints import Checkpoint, parse_checkpoint
from truceline.ledger.cosignatures import cosign, open_checkpoint
from truceline.ledger.keys import Signing, SigningKey
from truceline.ledger.merkle import leaf_hash
from truceline.ledger.notes import Note, parse_note
from truceline.ledger.policies import Policy, parse_policy
from truceline.ledger.tile_tree import TileEdge, TileTree, grown
from truceline.ledger.witness_memory import Witness
from truceline.ledger.witnessing import read_request
from truceline.model import LedgerFault

NAMES = ("party-a", "party-b", "guarantor", "regional-body", "neutral-1", "neutral-2", "neutral-3")
KEYS = {
    name: SigningKey(f"{name}.example", Signing.ED25519_COSIGNATURE, bytes([at + 1]) * 32)
    for at, name in enumerate(NAMES)
}
MOST_FALSE = 2
History = tuple[bytes, ...]


def policy() -> Policy:
    lines = [f"log {LOG.verifier.text()}"]
    lines += [f"witness {name} {KEYS[name].verifier.text()} http://{name}" for name in NAMES]
    lines += [f"group five 5 {' '.join(NAMES)}", "quorum five", ""]
    return parse_policy("\n".join(lines).encode())


POLICY = policy()


def head_over(history: History, now: int) -> Head:
    edge, tiles = grown(TileEdge(), [leaf_hash(one) for one in history])
    files = {place.path(): data for place, data in tiles.items()}
    checkpoint = Checkpoint(LOG.name, len(history), edge.root())
    return Head(Note(checkpoint.text(), (cosign(checkpoint, LOG, now),)), TileTree(files.get, edge.size, edge.root()))


class Town:
    """The witnesses with their memories, the histories of the log, and every head a reader accepted."""

    def __init__(self, false: frozenset[str]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="town-"))
        self.false, self.away, self.now = false, set[str](), 1_000
        self.witnesses = {name: self._started(name) for name in NAMES}
        self.histories: list[list[bytes]] = [[b"first"]]
        self.accepted: dict[History, Note] = {}

    def _started(self, name: str) -> Witness:
        return Witness(self.folder / name, {LOG.name: (LOG.verifier,)}, (KEYS[name],), lambda: self.now)

    def restart(self, name: str) -> None:
        self.witnesses[name] = self._started(name)

    def close(self) -> None:
        shutil.rmtree(self.folder)

    def post(self, url: str, body: bytes) -> Reply:
        name = url.removeprefix("http://").partition("/")[0]
        if name in self.away:
            raise TimeoutError("cut off")
        if name in self.false:
            head = parse_checkpoint(read_request(body).note.text)
            line = Note(head.text(), (cosign(head, KEYS[name], self.now),)).encode().split(b"\n\n", 1)[1]
            return Reply(200, "text/plain", line)
        answer = self.witnesses[name].add_checkpoint(body)
        return Reply(answer.status, answer.content_type, answer.text.encode())

    def ask(self, which: int) -> Collected:
        """The log shows one of its histories to all it can reach; a reader accepts what the policy accepts."""
        self.now += 1
        history = tuple(self.histories[which % len(self.histories)])
        found = collect(head_over(history, self.now), POLICY, self.now, post=self.post)
        if self.reader_accepts(found.note):
            self.accepted[history] = found.note
        return found

    def reader_accepts(self, note: Note) -> bool:
        """By the signatures alone, as a reader sees them."""
        keys = [one.key for one in POLICY.witnesses]
        try:
            signed = open_checkpoint(note.encode(), LOG.name, [LOG.verifier], keys, self.now)
        except LedgerFault:
            return False
        by = {one.key for one in signed.witnesses}
        return POLICY.fulfilled_by([one.name for one in POLICY.witnesses if one.key in by])

    def conflict(self) -> bool:
        """Whether two accepted heads cannot both be of one log that only grew."""
        told = sorted(self.accepted, key=len)
        return any(long[: len(short)] != short for at, short in enumerate(told) for long in told[at + 1 :])


class AnyLog(RuleBasedStateMachine):
    """A log that shows whatever it likes to whomever it likes."""

    town: Town

    @initialize(false=st.frozensets(st.sampled_from(NAMES), max_size=MOST_FALSE))
    def begin(self, false: frozenset[str]) -> None:
        self.town = Town(false)

    @rule(which=st.integers(0, 1), count=st.integers(1, 4))
    def grow(self, which: int, count: int) -> None:
        history = self.town.histories[which % len(self.town.histories)]
        history += [b"%d of history %d" % (len(history) + at, which) for at in range(count)]

    @rule(share=st.floats(0, 1))
    def part(self, share: float) -> None:
        """A second history that begins as the first does."""
        first = self.town.histories[0]
        keep = int(share * (len(first) - 1))
        self.town.histories[1:] = [[*first[:keep], b"otherwise"]]

    @rule(which=st.integers(0, 1))
    def show(self, which: int) -> None:
        self.town.ask(which)

    @rule(away=st.frozensets(st.sampled_from(NAMES)))
    def cut_off(self, away: frozenset[str]) -> None:
        self.town.away = set(away)

    @rule(name=st.sampled_from(NAMES))
    def restart(self, name: str) -> None:
        self.town.restart(name)

    @invariant()
    def nobody_accepted_two_histories(self) -> None:
        assert not hasattr(self, "town") or not self.town.conflict()

    def teardown(self) -> None:
        if hasattr(self, "town"):
            self.town.close()


class HonestLog(AnyLog):
    """A log with one history: five who can be reached are enough, whoever was away before."""

    def part(self, share: float) -> None:  # type: ignore[override]  # no rule here: an honest log has one history
        raise NotImplementedError

    @rule()
    def goes_on(self) -> None:
        found = self.town.ask(0)
        assert found.enough == (len(set(NAMES) - self.town.away) >= 5)


TestAnyLog = AnyLog.TestCase
TestAnyLog.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
TestHonestLog = HonestLog.TestCase
TestHonestLog.settings = settings(max_examples=10, stateful_step_count=20, deadline=None)


def fork(town: Town, sides: tuple[set[str], set[str]]) -> None:
    """One history to some, another to others."""
    town.histories = [[b"first", b"one"], [b"first", b"other"]]
    for which, reached in enumerate(sides):
        town.away = set(NAMES) - reached
        town.ask(which)


@pytest.mark.parametrize("false", [frozenset(), frozenset({"party-a"}), frozenset({"party-a", "neutral-1"})])
def test_a_fork_shown_to_one_party_only_is_accepted_by_nobody_else(false: frozenset[str]):
    town = Town(false)
    fork(town, ({"party-a", "guarantor", "regional-body", "neutral-1", "neutral-2"}, set(NAMES)))
    assert len(town.accepted) == 1
    assert not town.conflict()
    honest = {"guarantor", "regional-body", "neutral-2"}
    assert all(town.witnesses[name].against(LOG.name) for name in honest)
    town.close()


def test_three_false_witnesses_are_one_too_many():
    """What the model rests on: with three of seven the two histories are both accepted, and the model sees it."""
    town = Town(frozenset({"party-a", "neutral-1", "neutral-2"}))
    fork(town, ({*town.false, "guarantor", "party-b"}, {*town.false, "regional-body", "neutral-3"}))
    assert len(town.accepted) == 2
    assert town.conflict()
    town.close()


def test_a_stolen_key_is_one_false_witness_and_signs_no_second_history_alone():
    town = Town(frozenset({"neutral-3"}))
    fork(town, (set(NAMES) - {"neutral-3"}, {"neutral-3"}))
    assert len(town.accepted) == 1
    (note,) = town.accepted.values()
    assert parse_note(note.encode()).text.startswith(LOG.name)
    town.close()
