"""An interrupt (Ctrl-C) at any moment: either the import is there whole, with its evidence, or nothing of it is.

The hard moment is the commit: the interrupt arrives while SQLite writes and is raised when the import already exists.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import store_samples as samples
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from truceline.store import Incoming, Records, import_records, keeping_evidence
from truceline.store.adding import Adding

ROWS = 20


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    """A file from outside."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"some rows\n")
    return path


def _take_in(store: samples.Store, feed: Path) -> None:
    sha256 = hashlib.sha256(feed.read_bytes()).hexdigest()
    incoming = Incoming("table", feed.name, sha256, (samples.PATROL,))
    stream = [*samples.observations(ROWS), samples.claim(1)]
    with keeping_evidence(store.folders, store.records, feed, sha256):
        import_records(store.folders, store.records, incoming, stream, now=samples.NOW)


@pytest.fixture
def interrupt_after_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every commit succeeds, and then the interrupt that arrived meanwhile is raised."""
    commit = Connection._commit_impl

    def interrupted(self: Connection) -> None:
        commit(self)
        raise KeyboardInterrupt

    monkeypatch.setattr(Connection, "_commit_impl", interrupted)


@pytest.fixture
def interrupt_before_commit(store: samples.Store) -> Iterator[None]:
    """Every commit is interrupted before it begins."""

    def interrupted(_connection: Connection) -> None:
        raise KeyboardInterrupt

    engine: Engine = store.records._engine
    event.listen(engine, "commit", interrupted)
    yield
    event.remove(engine, "commit", interrupted)


def test_an_interrupt_after_the_commit_leaves_the_whole_import(
    store: samples.Store, feed: Path, request: pytest.FixtureRequest
):
    assert store.records
    request.getfixturevalue("interrupt_after_commit")
    with pytest.raises(KeyboardInterrupt):
        _take_in(store, feed)
    (entry,) = store.records.imports()
    assert entry.outcome.new == ROWS + 1
    assert len(store.table()["id"]) == ROWS
    kept = store.folders.evidence / entry.incoming.sha256[:2] / entry.incoming.sha256
    assert kept.read_bytes() == feed.read_bytes()


@pytest.mark.usefixtures("interrupt_before_commit")
def test_an_interrupt_before_the_commit_leaves_nothing(store: samples.Store, feed: Path):
    with pytest.raises(KeyboardInterrupt):
        _take_in(store, feed)
    assert store.records.imports() == ()
    assert store.bytes_kept() == {}


@pytest.mark.usefixtures("interrupt_before_commit")
def test_when_the_tables_cannot_be_read_nothing_is_thrown_away(
    store: samples.Store, feed: Path, monkeypatch: pytest.MonkeyPatch
):
    def unreadable(*_arguments: object) -> None:
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    def settled_then_unreadable(*_arguments: object) -> None:
        monkeypatch.setattr(Records, "archive_files", unreadable)
        monkeypatch.setattr(Records, "name_evidence", unreadable)

    monkeypatch.setattr(Adding, "add_rejected", settled_then_unreadable)
    with pytest.raises(KeyboardInterrupt):
        _take_in(store, feed)
    assert len(list(store.folders.observations.iterdir())) == 1
    assert len([path for path in store.folders.evidence.rglob("*") if path.is_file()]) == 1
