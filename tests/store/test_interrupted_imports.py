"""An interrupt (Ctrl-C) at any moment: either the import is there whole, with its evidence, or nothing of it is.

The hard moment is the commit: the interrupt arrives while SQLite writes and is raised when the import already exists.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import store_samples as samples
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from truceline.model import Rejected
from truceline.store import Incoming, Records, import_records
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
    stream = [*samples.observations(ROWS), samples.claim(1)]
    with store.keeper() as keeper, keeper.receiving(feed, sha256, samples.HANDLING, {"name": feed.name}) as receipt:
        incoming = Incoming("table", feed.name, sha256, (samples.PATROL,), received=(receipt.ending,))
        import_records(store.folders, store.records, incoming, stream, now=samples.NOW)


def _stages(store: samples.Store) -> list[str]:
    return [
        event.entry.stage.value for item in store.records.items_received() for event in store.records.custody_of(item)
    ]


@pytest.fixture
def interrupt_after_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commit of the import succeeds, and then the interrupt that arrived meanwhile is raised."""
    commit, settled = Connection._commit_impl, _noted(monkeypatch)

    def interrupted(self: Connection) -> None:
        commit(self)
        if settled:
            raise KeyboardInterrupt

    monkeypatch.setattr(Connection, "_commit_impl", interrupted)


def _noted(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Holds something from the moment on when all of the import is in its transaction."""
    settled: list[bool] = []
    add = Adding.add_rejected

    def noting(self: Adding, import_number: int, rows: Sequence[Rejected]) -> None:
        add(self, import_number, rows)
        settled.append(True)

    monkeypatch.setattr(Adding, "add_rejected", noting)
    return settled


@pytest.fixture
def interrupt_before_commit(store: samples.Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The commit of the import is interrupted before it begins, once."""
    settled = _noted(monkeypatch)

    def interrupted(_connection: Connection) -> None:
        if settled:
            settled.clear()
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
    assert store.kept_as(entry.incoming.sha256).read_bytes() == feed.read_bytes()
    assert _stages(store) == ["begun", "done"]


@pytest.mark.usefixtures("interrupt_before_commit")
def test_an_interrupt_before_the_commit_leaves_nothing(store: samples.Store, feed: Path):
    with pytest.raises(KeyboardInterrupt):
        _take_in(store, feed)
    assert store.records.imports() == ()
    assert store.bytes_kept() == {}
    assert _stages(store) == ["begun", "failed"]


@pytest.mark.usefixtures("interrupt_before_commit")
def test_when_the_tables_cannot_be_read_nothing_is_thrown_away(
    store: samples.Store, feed: Path, monkeypatch: pytest.MonkeyPatch
):
    def unreadable(*_arguments: object) -> None:
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    add = Adding.add_rejected

    def settled_then_unreadable(self: Adding, import_number: int, rows: Sequence[Rejected]) -> None:
        add(self, import_number, rows)
        monkeypatch.setattr(Records, "archive_files", unreadable)
        monkeypatch.setattr(Records, "custody_ended", unreadable)

    monkeypatch.setattr(Adding, "add_rejected", settled_then_unreadable)
    with pytest.raises(KeyboardInterrupt):
        _take_in(store, feed)
    assert len(list(store.folders.observations.iterdir())) == 1
    assert len([path for path in store.folders.evidence.rglob("*") if path.is_file()]) == 1
