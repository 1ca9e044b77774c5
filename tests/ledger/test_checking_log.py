"""Looking a log's folder over: each byte that is not what was written is told, or changes nothing."""

from __future__ import annotations

import fcntl
import hashlib
import os
import sqlite3
from pathlib import Path

import pytest

from truceline.ledger.checking_log import check_log, stored_entries
from truceline.ledger.disk import LOCK
from truceline.ledger.journal import Submission
from truceline.ledger.keys import Signing, SigningKey, new_key
from truceline.ledger.log import KEYS, Log, LogIdentity
from truceline.model.errors import LedgerFault, NotFound

KEY = SigningKey("example.org/mission/private", Signing.ED25519, bytes(range(32)))
SELF = LogIdentity(KEY.name, (KEY,))


def key_of(entry: bytes) -> bytes:
    return hashlib.sha256(entry).digest()


def some(first: int, count: int) -> list[Submission]:
    return [Submission(key_of(b"entry %d" % at), b"entry %d" % at) for at in range(first, first + count)]


def opened(folder: Path) -> Log:
    return Log(folder, SELF, lambda: 1_934_539_200)


def made(folder: Path, in_tiles: tuple[int, ...] = (3, 2), waiting: tuple[int, ...] = (2, 1)) -> int:
    """A log in a folder: batches each put into tiles, then batches that wait."""
    with opened(folder) as one:
        for count in in_tiles:
            one.append(some(one.size, count))
            one.settle()
        for count in waiting:
            one.append(some(one.size, count))
        return one.size


def told(folder: Path) -> list[tuple[str, str]]:
    return [(one.where, one.what) for one in check_log(folder, [KEY.verifier], key_of).damages]


@pytest.mark.parametrize("in_tiles", [(), (5,), (256,), (255, 3), (512, 1), (700,)])
@pytest.mark.parametrize("waiting", [(), (3, 1)])
def test_a_whole_log_has_no_damage(tmp_path: Path, in_tiles: tuple[int, ...], waiting: tuple[int, ...]):
    size = made(tmp_path, in_tiles, waiting)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    found = check_log(tmp_path, [KEY.verifier], key_of)
    assert (found.damages, found.remarks) == ((), ())
    assert (found.origin, found.settled, found.size) == (KEY.name, sum(in_tiles), size)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert list(stored_entries(tmp_path, [KEY.verifier])) == [one.entry for one in some(0, size)]


def test_every_flipped_byte_is_told_or_changes_nothing(tmp_path: Path):
    size = made(tmp_path, (2, 1), (1, 1))
    entries = [one.entry for one in some(0, size)]
    files = [path for path in sorted(tmp_path.rglob("*")) if path.is_file() and path.name != LOCK]
    assert len(files) == 7
    for path in files:
        data = path.read_bytes()
        # The database is mostly empty pages: of their zeros every 211th is tried, of everything else all.
        for at in (at for at in range(len(data)) if path.name != KEYS or data[at] or at < 120 or at % 211 == 0):
            path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
            if not told(tmp_path):
                assert path.name == KEYS, f"{path} byte {at} went unseen"
                with opened(tmp_path) as again:
                    again.append(some(0, size))
                    assert (again.size, [again.entry(number) for number in range(size)]) == (size, entries)
            path.write_bytes(data)


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("checkpoint", "checkpoint"),
        ("tile/0/000.p/5", "tile/0/000.p/5"),
        ("tile/entries/000.p/5", "tile/entries/000.p/5"),
        (KEYS, KEYS),
    ],
)
def test_a_lost_file_is_told(tmp_path: Path, name: str, where: str):
    made(tmp_path)
    (tmp_path / name).unlink()
    assert where in [place for place, _ in told(tmp_path)]


def test_files_nobody_knows_and_what_a_crash_leaves_are_told_apart(tmp_path: Path):
    made(tmp_path)
    (tmp_path / "tile/0/.000.0123").write_bytes(b"half")
    (tmp_path / "tile/entries/000.p/9").write_bytes(b"beyond")
    found = check_log(tmp_path, [KEY.verifier], key_of)
    assert found.damages == ()
    assert len(found.remarks) == 2
    (tmp_path / "tile/notes.txt").write_bytes(b"mine")
    assert [(where, "names no tile" in what) for where, what in told(tmp_path)] == [("tile/notes.txt", True)]


def test_a_batch_cut_short_is_remarked_and_not_cut(tmp_path: Path):
    made(tmp_path)
    (journal,) = (tmp_path / "journal").iterdir()
    journal.write_bytes(journal.read_bytes()[:-3])
    found = check_log(tmp_path, [KEY.verifier], key_of)
    assert (found.size, found.damages, len(found.remarks)) == (7, (), 1)
    assert len(journal.read_bytes()) > 0


def test_a_key_for_another_entry_and_one_too_many_are_told(tmp_path: Path):
    made(tmp_path)
    for words in (
        "UPDATE entered SET number = 9 WHERE number = 2",
        "INSERT INTO entered VALUES (x'00', 77)",
        "UPDATE entered SET key = x'01' WHERE number = 1",
    ):
        data = (tmp_path / KEYS).read_bytes()
        link = sqlite3.connect(tmp_path / KEYS)
        with link:
            link.execute(words)
        link.close()
        assert [where for where, _ in told(tmp_path)] == [KEYS], words
        (tmp_path / KEYS).write_bytes(data)


def test_a_head_of_another_key_is_told(tmp_path: Path):
    made(tmp_path)
    other = new_key(KEY.name, randomness=lambda count: b"x" * count)
    found = check_log(tmp_path, [other.verifier], key_of)
    assert [one.where for one in found.damages][:1] == ["checkpoint"]


def test_no_log_and_a_log_being_written_are_not_looked_over(tmp_path: Path):
    with pytest.raises(NotFound, match="no log here"):
        check_log(tmp_path / "nowhere", [KEY.verifier])
    made(tmp_path)
    handle = os.open(tmp_path / LOCK, os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        with pytest.raises(LedgerFault, match="somebody is writing"):
            check_log(tmp_path, [KEY.verifier])
    finally:
        os.close(handle)
