"""keys.db made anew from entries: the same numbers, whole or not at all."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from ledger_samples import LOG_KEY, NAME, NOON

from truceline.ledger import disk
from truceline.ledger.checking_log import check_log
from truceline.ledger.journal import Submission
from truceline.ledger.log import Log, LogIdentity
from truceline.ledger.rebuilding_keys import rebuild_keys
from truceline.model.errors import LedgerFault, NotFound, NotProved

KEYS = (LOG_KEY.verifier,)
ENTRIES = [b"entry %d" % at for at in range(300)]


def key_of(entry: bytes) -> bytes:
    return hashlib.sha256(entry).digest()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    with Log(tmp_path, LogIdentity(NAME, (LOG_KEY,)), lambda: NOON) as one:
        one.append([Submission(key_of(entry), entry) for entry in ENTRIES])
        one.settle()
        one.append([Submission(key_of(b"waiting"), b"waiting")])
    return tmp_path


def rows(folder: Path) -> list[tuple[bytes, int]]:
    with closing(sqlite3.connect(folder / "keys.db")) as link:
        return link.execute("SELECT key, number FROM entered ORDER BY number").fetchall()


@pytest.mark.parametrize("harm", ["lost", "damaged", "emptied"])
def test_lost_or_damaged_keys_are_made_anew(log: Path, harm: str):
    before = rows(log)
    path = log / "keys.db"
    path.unlink()
    if harm == "damaged":
        path.write_bytes(b"no database at all")
    if harm == "emptied":
        with Log(log, LogIdentity(NAME, (LOG_KEY,)), lambda: NOON):
            pass
    assert check_log(log, KEYS, key_of).damages
    (log / "keys.db-journal").write_bytes(b"of the old one")
    assert rebuild_keys(log, KEYS, key_of) == 300
    assert rows(log) == before
    assert check_log(log, KEYS, key_of).damages == ()
    assert rebuild_keys(log, KEYS, key_of) == 300
    with Log(log, LogIdentity(NAME, (LOG_KEY,)), lambda: NOON) as one:
        assert [found.index for found in one.append([Submission(key_of(b"waiting"), b"waiting")])] == [300]
        assert one.append([Submission(key_of(ENTRIES[7]), ENTRIES[7])])[0].before


def test_entries_the_head_does_not_cover_make_no_keys(log: Path):
    path = log / "tile/entries/000"
    path.write_bytes(path.read_bytes().replace(b"entry 7", b"entry x", 1))
    before = (log / "keys.db").read_bytes()
    with pytest.raises(NotProved):
        rebuild_keys(log, KEYS, key_of)
    assert (log / "keys.db").read_bytes() == before


def test_keys_that_do_not_follow_from_entries_are_told(log: Path):
    with pytest.raises(LedgerFault, match="entry 1 has the key of one before it"):
        rebuild_keys(log, KEYS, lambda _: b"same")


def test_a_log_being_written_or_none_is_refused(log: Path, tmp_path: Path):
    with Log(log, LogIdentity(NAME, (LOG_KEY,)), lambda: NOON), pytest.raises(LedgerFault, match="writing"):
        rebuild_keys(log, KEYS, key_of)
    with pytest.raises(NotFound):
        rebuild_keys(tmp_path / "none", KEYS, key_of)


def test_killed_between_any_two_steps_the_old_or_the_new_file_is_there(log: Path, monkeypatch: pytest.MonkeyPatch):
    before = rows(log)

    def killed(*_: object) -> Iterator[None]:
        raise KeyboardInterrupt

    for name in ("rename", "sync_folder"):
        with monkeypatch.context() as patched:
            patched.setattr(disk, name, killed)
            with pytest.raises(KeyboardInterrupt):
                rebuild_keys(log, KEYS, key_of)
        assert rows(log) == before
    assert rebuild_keys(log, KEYS, key_of) == 300
