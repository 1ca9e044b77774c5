"""A copy of a log grows only by what agrees with its head, whatever the log, the network or the disk does."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_samples import LOG_KEY, NAME, NOON, WITNESSES, cosigned

from truceline.ledger import disk
from truceline.ledger.checking_log import stored_entries
from truceline.ledger.journal import Submission
from truceline.ledger.keys import Signing, SigningKey
from truceline.ledger.log import Log, LogIdentity, reading
from truceline.ledger.mirroring import AGAINST, mirror, served, source_of
from truceline.ledger.notes import parse_note
from truceline.model.errors import LedgerFault, NotFound, NotProved, UnreadableFile

KEYS = (LOG_KEY.verifier,)


def entry(at: int, face: bytes = b"one") -> bytes:
    return b"%s face, entry %d" % (face, at)


def grow(folder: Path, size: int, face: bytes = b"one", common: int = 0) -> Path:
    """A log of so many entries in tiles; its first ``common`` ones are those of the first face."""
    with Log(folder, LogIdentity(NAME, (LOG_KEY,)), lambda: NOON) as log:
        new = range(log.size, size)
        log.append([Submission(b"%d" % at, entry(at, b"one" if at < common else face)) for at in new])
        log.settle()
    return folder


def copied(folder: Path) -> list[bytes]:
    return list(stored_entries(folder, KEYS))


def test_a_copy_follows_the_log_and_fetches_only_what_is_new(tmp_path: Path):
    log, copy = grow(tmp_path / "log", 300), tmp_path / "copy"
    asked: list[str] = []

    def counted(name: str) -> bytes | None:
        asked.append(name)
        return reading(log)(name)

    assert mirror(counted, copy, KEYS).new == 300
    grow(log, 1000)
    asked.clear()
    done = mirror(counted, copy, KEYS)
    assert (done.new, done.size) == (700, 1000)
    assert "tile/entries/000" not in asked
    assert copied(copy) == [entry(at) for at in range(1000)]
    asked.clear()
    assert mirror(counted, copy, KEYS).new == 0
    assert asked == ["checkpoint"]


@settings(max_examples=10, deadline=None)
@given(sizes=st.lists(st.integers(1, 600), min_size=1, max_size=4, unique=True))
def test_whatever_the_steps_the_copy_is_the_log(tmp_path_factory: pytest.TempPathFactory, sizes: list[int]):
    folder = tmp_path_factory.mktemp("steps")
    for size in sorted(sizes):
        grow(folder / "log", size)
        mirror(reading(folder / "log"), folder / "copy", KEYS)
    assert copied(folder / "copy") == copied(folder / "log")


@pytest.mark.parametrize(("old", "new", "common"), [(5, 5, 4), (5, 9, 0), (300, 700, 299), (300, 700, 0), (9, 5, 2)])
def test_a_fork_is_refused_and_both_heads_are_kept(tmp_path: Path, old: int, new: int, common: int):
    log, copy = grow(tmp_path / "log", old), tmp_path / "copy"
    mirror(reading(log), copy, KEYS)
    other = grow(tmp_path / "other", new, b"other", common)
    for _ in range(2):
        with pytest.raises(NotProved, match="two faces"):
            mirror(reading(other), copy, KEYS)
    kept = {one.read_bytes() for one in (copy / AGAINST).iterdir()}
    assert kept == {(log / "checkpoint").read_bytes(), (other / "checkpoint").read_bytes()}
    assert copied(copy) == [entry(at) for at in range(old)]


def test_an_older_head_of_the_same_log_changes_nothing(tmp_path: Path):
    log, copy = grow(tmp_path / "log", 20), tmp_path / "copy"
    grow(tmp_path / "past", 7)
    mirror(reading(log), copy, KEYS)
    assert mirror(reading(tmp_path / "past"), copy, KEYS).size == 20
    assert not (copy / AGAINST).exists()


def test_further_cosignatures_under_the_same_head_are_taken_over_and_none_is_lost(tmp_path: Path):
    log, copy = grow(tmp_path / "log", 3), tmp_path / "copy"
    plain = (log / "checkpoint").read_bytes()
    (log / "checkpoint").write_bytes(cosigned(plain, {WITNESSES[0]: NOON}))
    mirror(reading(log), copy, KEYS)
    (log / "checkpoint").write_bytes(cosigned(plain, {WITNESSES[1]: NOON}))
    mirror(reading(log), copy, KEYS)
    assert len(parse_note((copy / "checkpoint").read_bytes()).signatures) == 3


def test_a_head_of_another_key_or_none_is_refused(tmp_path: Path):
    log = grow(tmp_path / "log", 3)
    other = SigningKey(NAME, Signing.ED25519, bytes([7]) * 32).verifier
    with pytest.raises(NotProved, match="no key that is trusted here"):
        mirror(reading(log), tmp_path / "copy", (other,))
    with pytest.raises(NotFound):
        mirror(reading(tmp_path / "nothing"), tmp_path / "copy", KEYS)
    assert not (tmp_path / "copy").exists()


def test_no_changed_byte_of_the_log_reaches_the_copy(tmp_path: Path):
    log, copy = grow(tmp_path / "log", 260), tmp_path / "copy"
    mirror(reading(grow(tmp_path / "past", 3)), copy, KEYS)
    before = {one: one.read_bytes() for one in copy.rglob("*") if one.is_file()}
    for path in sorted(one for one in (log / "tile").rglob("*") if one.is_file()):
        whole = path.read_bytes()
        for at in {0, len(whole) // 2, len(whole) - 1}:
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            with pytest.raises(LedgerFault):
                mirror(reading(log), copy, KEYS)
            assert (copy / "checkpoint").read_bytes() == before[copy / "checkpoint"]
            path.write_bytes(whole)
    assert mirror(reading(log), copy, KEYS).size == 260
    assert copied(copy) == copied(log)


def test_a_damaged_copy_is_told_and_is_no_fork_of_the_log(tmp_path: Path):
    log, copy = grow(tmp_path / "log", 300), tmp_path / "copy"
    mirror(reading(log), copy, KEYS)
    tile = copy / "tile/0/001.p/44"
    tile.write_bytes(bytes(32) + tile.read_bytes()[32:])
    with pytest.raises(NotProved) as caught:
        mirror(reading(log), copy, KEYS)
    assert "two faces" not in caught.value.what
    assert not (copy / AGAINST).exists()


def test_any_call_to_the_disk_may_fail_and_the_copy_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    log, copy = grow(tmp_path / "log", 300), tmp_path / "copy"
    mirror(reading(log), copy, KEYS)
    grow(log, 700)
    failing, at, ended = [0], 0, False
    for name in ("write", "sync", "rename"):
        monkeypatch.setattr(disk, name, partial(_counted, getattr(disk, name), failing))
    while not ended:
        at += 1
        failing[0] = at
        try:
            mirror(reading(log), copy, KEYS)
            ended = True
        except LedgerFault:
            failing[0] = 0
            assert copied(copy) == [entry(one) for one in range(len(copied(copy)))]
            assert len(copied(copy)) in {300, 700}  # the new head may have its name already when the disk fails
    assert at > 10
    assert copied(copy) == [entry(one) for one in range(700)]


def _counted(real: Callable[..., None], failing: list[int], *words: object) -> None:
    failing[0] -= 1
    if failing[0] == 0:
        raise OSError(5, "Input/output error")
    real(*words)


@contextmanager
def web(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        running = threading.Thread(target=server.serve_forever, args=(0.01,))
        running.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            running.join()


def test_a_log_on_a_web_server_is_copied(tmp_path: Path):
    grow(tmp_path / "log", 300)
    with web(tmp_path) as url:
        assert mirror(source_of(f"{url}/log"), tmp_path / "copy", KEYS).size == 300
        with pytest.raises(NotFound):
            mirror(source_of(f"{url}/none/"), tmp_path / "other", KEYS)
    with pytest.raises(UnreadableFile, match="does not answer"):
        mirror(served(f"{url}/log"), tmp_path / "copy", KEYS)
    assert copied(tmp_path / "copy") == copied(tmp_path / "log")


def test_two_copyists_at_once_are_refused(tmp_path: Path):
    log, copy = grow(tmp_path / "log", 3), tmp_path / "copy"
    mirror(reading(log), copy, KEYS)
    lock = disk.hold_alone(copy, "this mirror")
    try:
        with pytest.raises(LedgerFault, match="somebody else is writing"):
            mirror(reading(log), copy, KEYS)
    finally:
        os.close(lock)
