"""The log in a folder: numbers for good, the same for the same key, under signed heads, through crashes and faults."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from truceline.ledger import disk, log, recheck
from truceline.ledger.cosignatures import open_checkpoint
from truceline.ledger.journal import Submission
from truceline.ledger.keys import Signing, SigningKey, new_key
from truceline.ledger.log import Entered, Log, LogIdentity, reading
from truceline.ledger.merkle import (
    MemoryTree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)
from truceline.ledger.tile_tree import TileTree
from truceline.ledger.tiles import ENTRIES, WIDTH, TilePlace
from truceline.model.errors import LedgerFault, MalformedRecord, StorageFull, TrucelineError, UsageFault

NAME = "example.org/mission/public"
KEY = SigningKey(NAME, Signing.ED25519, bytes(range(32)))
SELF = LogIdentity(NAME, (KEY,))
NOON = 1_934_539_200


def opened(folder: Path, identity: LogIdentity = SELF) -> Log:
    return Log(folder, identity, lambda: NOON)


def some(first: int, count: int) -> list[Submission]:
    return [Submission(b"key %d" % at, b"entry %d" % at) for at in range(first, first + count)]


def root_of(entries: list[bytes]) -> bytes:
    return MemoryTree(leaf_hash(one) for one in entries).root()


def all_entries(one: Log) -> list[bytes]:
    return [one.entry(at) for at in range(one.size)]


def test_entries_get_their_numbers_in_order_and_the_head_covers_them(tmp_path: Path):
    with opened(tmp_path) as one:
        assert one.append(some(0, 3)) == (Entered(0, False), Entered(1, False), Entered(2, False))
        assert one.append(some(3, 1)) == (Entered(3, False),)
        head = open_checkpoint(one.head, NAME, [KEY.verifier]).checkpoint
    assert (head.size, head.root) == (4, root_of([b"entry %d" % at for at in range(4)]))


def test_the_same_key_is_never_entered_twice(tmp_path: Path):
    with opened(tmp_path) as one:
        one.append(some(0, 5))
        before = one.head
        assert one.append([*some(2, 1), *some(2, 1)]) == (Entered(2, True), Entered(2, True))
        assert one.head == before
        one.settle()
        assert one.append([*some(4, 2), *some(5, 1)]) == (Entered(4, True), Entered(5, False), Entered(5, False))
        assert one.size == 6


@pytest.mark.parametrize("settled", [False, True])
def test_a_known_key_with_other_bytes_is_refused_and_nothing_is_entered(tmp_path: Path, settled: bool):
    with opened(tmp_path) as one:
        one.append(some(0, 2))
        if settled:
            one.settle()
        with pytest.raises(UsageFault, match="other bytes"):
            one.append([Submission(b"new", b"new"), Submission(b"key 1", b"forged")])
        assert one.size == 2
        with pytest.raises(UsageFault, match="other bytes"):
            one.append([Submission(b"twice", b"one"), Submission(b"twice", b"other")])
        assert one.size == 2


@pytest.mark.parametrize("wrong", [Submission(b"", b"x"), Submission(b"k" * 65, b"x"), Submission(b"k", b"x" * 65_536)])
def test_what_no_frame_can_carry_is_refused(tmp_path: Path, wrong: Submission):
    with opened(tmp_path) as one:
        with pytest.raises(MalformedRecord):
            one.append([*some(0, 1), wrong])
        assert one.size == 0


def test_one_writer_at_a_time(tmp_path: Path):
    with opened(tmp_path), pytest.raises(LedgerFault, match="somebody else"):
        opened(tmp_path)
    opened(tmp_path).close()


def test_a_log_of_another_name_or_key_is_not_opened(tmp_path: Path):
    with opened(tmp_path) as one:
        one.append(some(0, 2))
        one.settle()
    other = new_key(NAME, randomness=lambda count: b"x" * count)
    for identity in (LogIdentity("example.org/other", (KEY,)), LogIdentity(NAME, (other,))):
        with pytest.raises(LedgerFault):
            opened(tmp_path, identity)


def test_tiles_give_proofs_under_the_signed_head_that_both_readers_accept(tmp_path: Path):
    count = 3 * WIDTH + 17
    with opened(tmp_path) as one:
        for first in range(0, count, 100):
            one.append(some(first, min(100, count - first)))
        one.settle()
        head = open_checkpoint(one.head, NAME, [KEY.verifier]).checkpoint
    tree = TileTree(reading(tmp_path), head.size, head.root)
    for index in (0, 255, 256, 511, count - 1):
        proof = inclusion_proof(tree.node_at, index, count)
        leaf = leaf_hash(b"entry %d" % index)
        verify_inclusion(leaf, index, count, proof, head.root)
        assert recheck.includes(leaf, index, count, proof, head.root)
    places = [TilePlace(ENTRIES, at, min(WIDTH, count - at * WIDTH)) for at in range(-(-count // WIDTH))]
    bundles = [(tmp_path / place.path()).read_bytes() for place in places]
    assert recheck.tree_hash(recheck.stored_entries(bundles, count), count) == head.root


batches = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 12), st.sampled_from(["", "settle", "open", "crash"])), max_size=10
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches)
def test_whatever_is_submitted_in_whatever_way_every_key_has_one_number_for_good(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int, str]]
):
    folder = tmp_path_factory.mktemp("log")
    numbers: dict[bytes, int] = {}
    one = opened(folder)
    heads = [one.head]
    for first, count, after in steps:
        told = some(first, count)
        for submission, entered in zip(told, one.append(told), strict=True):
            assert entered.before == (submission.key in numbers) or told.count(submission) > 1
            assert numbers.setdefault(submission.key, entered.index) == entered.index
        if after == "settle":
            one.settle()
        if after == "crash":  # what a killed process leaves: the files as they are, and nobody who holds them
            copy = folder.with_name(folder.name + "x")
            shutil.copytree(folder, copy)
            one.close()
            folder = copy
            one = opened(folder)
        if after == "open":
            one.close()
            one = opened(folder)
        heads.append(one.head)
    assert sorted(numbers.values()) == list(range(one.size))
    assert all(one.entry(number) == key.replace(b"key", b"entry") for key, number in numbers.items())
    tree = MemoryTree(leaf_hash(entry) for entry in all_entries(one))
    old = [open_checkpoint(head, NAME, [KEY.verifier]).checkpoint for head in heads]
    assert all(head.root == tree.root(head.size) for head in old)
    assert [head.size for head in old] == sorted(head.size for head in old)
    one.close()


CALLS = ("write", "sync", "rename", "sync_folder", "make_folder")


def failing(monkeypatch: pytest.MonkeyPatch, at: int, error: int) -> Callable[[], int]:
    """Let the call of that number fail, of all calls to the disk; gives how many there were."""
    made = [0]

    def wrapped(call: Callable[..., object]) -> Callable[..., object]:
        def instead(*given_: object) -> object:
            made[0] += 1
            if made[0] == at:
                if call is real["write"]:
                    handle, data = given_
                    os.write(handle, bytes(data)[: len(bytes(data)) // 2])  # type: ignore[arg-type, call-overload]
                raise OSError(error, os.strerror(error))
            return call(*given_)

        return instead

    real = {name: getattr(disk, name) for name in CALLS}
    for name in CALLS:
        monkeypatch.setattr(disk, name, wrapped(real[name]))
    return lambda: made[0]


@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC])
def test_every_call_to_the_disk_may_fail_and_nothing_acknowledged_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int
):
    at, calls = 0, 1
    while at < calls:
        at += 1
        folder, acknowledged = tmp_path / f"{error} {at}", []
        opened(folder).close()
        with monkeypatch.context() as patch:
            made = failing(patch, at, error)
            try:
                with opened(folder) as one:
                    for first in range(0, 280, 40):
                        one.append(some(first, 40))
                        acknowledged += [submission.entry for submission in some(first, 40)]
                        if first in (120, 240):
                            one.settle()
            except TrucelineError as fault:
                assert isinstance(fault, StorageFull if error == errno.ENOSPC else LedgerFault)  # noqa: PT017
            calls = max(calls, made() if made() < at else at + 1)
            if made() < at:
                break
        with opened(folder) as again:
            assert all_entries(again)[: len(acknowledged)] == acknowledged
            again.append(some(0, 280))
            assert all_entries(again) == [one.entry for one in some(0, 280)]
            again.settle()
    assert at > 30


def test_after_a_fault_of_the_disk_nothing_more_is_taken_until_it_is_opened_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with opened(tmp_path) as one:
        one.append(some(0, 2))
        with monkeypatch.context() as patch:
            failing(patch, 1, errno.EIO)
            with pytest.raises(LedgerFault, match="not acknowledged"):
                one.append(some(2, 1))
        with pytest.raises(LedgerFault, match="takes nothing more"):
            one.append(some(2, 1))
    with opened(tmp_path) as again:
        again.append(some(2, 1))
        assert again.size == 3


def test_every_flipped_byte_is_found_or_changes_nothing(tmp_path: Path):
    whole = tmp_path / "whole"
    with opened(whole) as one:
        one.append(some(0, 5))
        one.settle()
        one.append(some(5, 2))
        one.append(some(7, 1))
        entries, head = all_entries(one), one.head
    files = [path for path in sorted(whole.rglob("*")) if path.is_file() and path.name not in {".writing", "keys.db"}]
    assert len(files) == 4
    for path in files:
        data = path.read_bytes()
        for at in range(len(data)):
            path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
            try:
                with opened(whole) as again:
                    assert (all_entries(again), again.head) == (entries, head), f"{path} byte {at}"
            except LedgerFault:
                pass
            path.write_bytes(data)


KILLED = """
    import sys
    from pathlib import Path
    from truceline.ledger.journal import Submission
    from truceline.ledger.keys import Signing, SigningKey
    from truceline.ledger.log import Log, LogIdentity
    key = SigningKey("example.org/mission/public", Signing.ED25519, bytes(range(32)))
    log = Log(Path(sys.argv[1]), LogIdentity(key.name, (key,)), lambda: 1_934_539_200)
    print("open", flush=True)
    at = log.size
    while True:
        log.append([Submission(b"key %d" % n, b"entry %d" % n) for n in range(at, at + 16)])
        at += 16
        print(at, flush=True)
        if at % 64 == 0:
            log.settle()
"""


def test_a_killed_writer_loses_nothing_it_acknowledged(tmp_path: Path):
    acknowledged = 0
    for lines in (1, 2, 5, 9, 14):
        command = [sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            said = [writer.stdout.readline().strip() for _ in range(lines)]
            writer.send_signal(signal.SIGKILL)
            said += writer.stdout.read().split()
        acknowledged = max([acknowledged, *(int(one) for one in said if one.isdigit())])
        with opened(tmp_path) as again:
            assert again.size >= acknowledged
            assert all_entries(again) == [b"entry %d" % at for at in range(again.size)]


@pytest.mark.parametrize("missing", ["checkpoint", "tile/entries/000.p/5", "tile/0/000.p/5", "journal"])
def test_a_lost_file_is_told_and_not_papered_over(tmp_path: Path, missing: str):
    with opened(tmp_path) as one:
        one.append(some(0, 5))
        one.settle()
        one.append(some(5, 1))
    path = tmp_path / missing
    if path.is_dir():
        shutil.rmtree(path)
        with opened(
            tmp_path
        ) as again:  # what only the journal held is gone with it; a witness that saw it would say so
            assert again.size == 5
        return
    path.unlink()
    with pytest.raises(TrucelineError):
        opened(tmp_path)


def test_old_heads_are_consistent_with_new_ones(tmp_path: Path):
    with opened(tmp_path) as one:
        one.append(some(0, 300))
        one.settle()
        old = open_checkpoint(one.head, NAME, [KEY.verifier]).checkpoint
        one.append(some(300, 300))
        one.settle()
        new = open_checkpoint(one.head, NAME, [KEY.verifier]).checkpoint
    tree = TileTree(reading(tmp_path), new.size, new.root)
    verify_consistency(old.size, new.size, consistency_proof(tree.node_at, old.size, new.size), old.root, new.root)


def test_enough_waiting_entries_are_put_into_tiles_by_themselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(log, "SETTLE_AT", 300)
    with opened(tmp_path) as one:
        one.append(some(0, 299))
        assert not (tmp_path / "tile").exists()
        one.append(some(299, 1))
        assert (tmp_path / "tile/entries/000").exists()
        assert [path.name for path in (tmp_path / "journal").iterdir()] == [f"{300:019d}"]
        assert all_entries(one) == [submission.entry for submission in some(0, 300)]
