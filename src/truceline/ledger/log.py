"""One append-only log in a folder: what is acknowledged is on the disk, in one order, under a signed head.

Question: under which number does this entry stand for good? In: submissions, each with the submitter's own key. Out:
for each the number of its entry, the same number when the same key comes again, and a signed head over all entries.

A batch is written to the journal with its signed head and is acknowledged when the disk has it (one wait for a batch).
Tiles are made of the journal when enough entries wait or :meth:`Log.settle` is called; then the journal begins anew. A
crash at any moment loses nothing acknowledged: what stands in the journal and not in the tiles is put into tiles again.

The folder: ``checkpoint`` (the signed head of what stands in tiles), ``tile/`` (C2SP tlog-tiles), ``journal/`` (what
waits) and ``keys.db`` (which key has which number; SQLite). After a fault of the disk the log takes nothing more until
it is opened again: what the disk then holds decides.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from truceline.ledger import disk
from truceline.ledger.checkpoints import Checkpoint
from truceline.ledger.cosignatures import cosign, open_checkpoint
from truceline.ledger.journal import Batch, Journal, Submission, checked
from truceline.ledger.keys import SigningKey
from truceline.ledger.merkle import leaf_hash, same
from truceline.ledger.notes import Note
from truceline.ledger.tile_tree import ReadFile, TileEdge, TileTree, edge_of, grown
from truceline.ledger.tiles import ENTRIES, MOST_ENTRY_BYTES, WIDTH, TilePlace, bundle_bytes
from truceline.model.errors import LedgerFault, UsageFault

SETTLE_AT = 4_096
"""So many entries wait in the journal before they are put into tiles."""
HEAD = "checkpoint"
JOURNALS = "journal"
KEYS = "keys.db"
_ASKED_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Entered:
    """Where an entry stands; ``before``: it stood there already when it was submitted now."""

    index: int
    before: bool


@dataclass(frozen=True)
class LogIdentity:
    """A log's name and the secret keys that sign its heads, the first of them an Ed25519 key (01)."""

    origin: str
    keys: tuple[SigningKey, ...]


def reading(folder: Path) -> ReadFile:
    """The files of a log's folder, as :class:`~truceline.ledger.tile_tree.TileTree` reads them."""
    return lambda name: disk.read(folder / name)


class Log:
    """A log open for writing; one process at a time."""

    def __init__(self, folder: Path, identity: LogIdentity, clock: Callable[[], int]) -> None:
        """Open the log, or begin it; ``clock`` gives whole seconds since 1970, UTC.

        Raises :class:`~truceline.model.errors.LedgerFault` where what stands there is not what was written, or where
        somebody else is writing.
        """
        self.folder, self._identity, self._clock = folder, identity, clock
        self._fault = ""
        self._waiting: list[Submission] = []
        self._known_waiting: dict[bytes, int] = {}
        self._edge = self._settled = TileEdge()
        self._tail: list[bytes] = []
        self._journal: Journal
        with disk.telling_faults("opening the log", folder):
            disk.make_folder(folder / JOURNALS)
            self._lock = disk.hold_alone(folder, "this log")
            try:
                self._keys = open_keys(folder / KEYS)
                self._recover()
            except BaseException:
                os.close(self._lock)
                raise

    def __enter__(self) -> Self:
        """Use it for a while."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of it; what waits in the journal stays there."""
        self.close()

    def close(self) -> None:
        """Let go of the files."""
        self._journal.close()
        self._keys.close()
        os.close(self._lock)

    @property
    def size(self) -> int:
        """How many entries are acknowledged."""
        return self._edge.size

    @property
    def head(self) -> bytes:
        """The signed head over all acknowledged entries."""
        return self._head

    def signed_over(self, root: bytes) -> bytes:
        """A head signed now over all acknowledged entries, for whoever came to their root by another road.

        Raises :class:`~truceline.model.errors.LedgerFault` where that root is another: nothing is signed then.
        """
        self._refuse_after_fault()
        if not same(root, self._edge.root()):
            raise self._gap(f"the {self.size} stored entries, read again, do not come to the root that was signed")
        return self._signed(self._edge)

    def append(self, submissions: Sequence[Submission]) -> tuple[Entered, ...]:
        """Enter what is new among these, and say where each stands; all is on the disk when this returns.

        Raises :class:`~truceline.model.errors.UsageFault` where a known key comes with other bytes, and
        :class:`~truceline.model.errors.LedgerFault` or StorageFull where the disk fails: then nothing was acknowledged,
        and the same submissions may be made again once the log was opened anew.
        """
        self._refuse_after_fault()
        checked(submissions, MOST_ENTRY_BYTES)
        known = self._known([one.key for one in submissions])
        new: dict[bytes, Submission] = {}
        for one in submissions:
            if one.key not in known:
                self._refuse_other_bytes(new.setdefault(one.key, one).entry, one)
            else:
                self._refuse_other_bytes(self.entry(known[one.key]), one)
        if new:
            self._take(Batch(self.size, tuple(new.values()), b""))
        numbers = {key: self.size - len(new) + at for at, key in enumerate(new)} | known
        entered = tuple(Entered(numbers[one.key], one.key in known) for one in submissions)
        if len(self._waiting) >= SETTLE_AT:
            self.settle()
        return entered

    def entry(self, index: int) -> bytes:
        """The bytes of an entry; raises :class:`~truceline.model.errors.UsageFault` where there is none."""
        if not 0 <= index < self.size:
            raise UsageFault(f"the log has {self.size} entries, and none numbered {index}", do="count from 0")
        settled = self._settled.size
        if index >= settled:
            return self._waiting[index - settled].entry
        tree = TileTree(reading(self.folder), settled)
        return tree.entries(index // WIDTH)[index % WIDTH]

    def numbers(self, keys: Sequence[bytes]) -> dict[bytes, int]:
        """Under which number what was submitted by each key stands; a key nobody used is left out."""
        return self._known(keys)

    def newest_first(self) -> Iterator[bytes]:
        """The entries from the last one back."""
        yield from (one.entry for one in reversed(self._waiting))
        size = self._settled.size
        tree = TileTree(reading(self.folder), size)
        for bundle in range(-(-size // WIDTH) - 1, -1, -1):
            yield from reversed(tree.entries(bundle))

    def settle(self) -> None:
        """Put what waits in the journal into tiles, and begin the journal anew."""
        self._refuse_after_fault()
        if not self._waiting:
            return
        try:
            with disk.telling_faults("putting entries into tiles", self.folder):
                self._settle()
        except BaseException as cause:
            self._fault = str(cause)
            raise

    def _settle(self) -> None:
        first = self._settled.size
        edge, tiles = grown(self._settled, [leaf_hash(one.entry) for one in self._waiting])
        files = {place.path(): data for place, data in tiles.items()}
        disk.put(self.folder, files | self._bundles())
        with self._keys:
            rows = ((one.key, first + at) for at, one in enumerate(self._waiting))
            self._keys.executemany("INSERT OR IGNORE INTO entered VALUES (?, ?)", rows)
        disk.put(self.folder, {HEAD: self._head})
        old = self._journal
        self._journal = Journal(self._journal_path(edge.size))
        old.close()
        if old.path != self._journal.path:
            old.path.unlink()
        self._tail = self._entries_after(edge.size // WIDTH * WIDTH)
        self._settled, self._waiting, self._known_waiting = edge, [], {}

    def _bundles(self) -> dict[str, bytes]:
        """The entry bundles that what waits fills or begins."""
        begin = self._settled.size // WIDTH * WIDTH
        entries = [*self._tail, *(one.entry for one in self._waiting)]
        found = {}
        for at in range(0, len(entries), WIDTH):
            part = entries[at : at + WIDTH]
            found[TilePlace(ENTRIES, (begin + at) // WIDTH, len(part)).path()] = bundle_bytes(part)
        return found

    def _entries_after(self, index: int) -> list[bytes]:
        """The entries from a number on, of the last bundle that is not full."""
        begin = self._settled.size // WIDTH * WIDTH
        entries = [*self._tail, *(one.entry for one in self._waiting)]
        return entries[index - begin :]

    def _take(self, batch: Batch) -> None:
        edge, _ = grown(self._edge, [leaf_hash(one.entry) for one in batch.taken])
        head = self._signed(edge)
        try:
            with disk.telling_faults("the batch", self.folder):
                self._journal.append(Batch(batch.first, batch.taken, head))
        except BaseException as cause:
            self._fault = str(cause)
            raise
        self._hold(batch, edge, head)

    def _hold(self, batch: Batch, edge: TileEdge, head: bytes) -> None:
        self._waiting.extend(batch.taken)
        self._known_waiting.update((one.key, batch.first + at) for at, one in enumerate(batch.taken))
        self._edge, self._head = edge, head

    def _signed(self, edge: TileEdge) -> bytes:
        head = Checkpoint(self._identity.origin, edge.size, edge.root())
        now = self._clock()
        return Note(head.text(), tuple(cosign(head, key, now) for key in self._identity.keys)).encode()

    def _recover(self) -> None:
        """Take up the log as the disk holds it: the tiles under their signed head, then what waits in the journal."""
        stored = disk.read(self.folder / HEAD)
        journals = sorted((self.folder / JOURNALS).glob("[0-9]*"))
        if stored is None:
            if (self.folder / "tile").exists() and not journals:
                raise self._gap("there are tiles and no signed head over them")
            self._edge = TileEdge()
            self._head = self._signed(self._edge)
        else:
            self._edge, self._head = self._checked_edge(stored), stored
        self._settled = self._edge
        self._tail = self._last_bundle()
        self._journal = Journal(journals[-1] if journals else self._journal_path(self._edge.size))
        for path in journals[:-1]:
            self._replay(Journal(path), last=False)
        self._replay(self._journal, last=True)

    def _replay(self, journal: Journal, *, last: bool) -> None:
        """Take up the batches that stand in no tile yet; each must begin where the one before ended."""
        for batch in journal.batches():
            if batch.end <= self._settled.size:
                continue
            if batch.first != self._edge.size:
                raise self._gap(f"the journal goes on at entry {batch.first} where {self._edge.size} is due")
            edge, _ = grown(self._edge, [leaf_hash(one.entry) for one in batch.taken])
            head = self._open(batch.head)
            if (head.size, head.root) != (edge.size, edge.root()):
                raise self._gap(f"the journal's entries do not come to the head signed over {head.size} of them")
            self._hold(batch, edge, batch.head)
        if not last:
            journal.close()

    def _checked_edge(self, stored: bytes) -> TileEdge:
        head = self._open(stored)
        edge = edge_of(reading(self.folder), head.size)
        if not same(edge.root(), head.root):
            raise self._gap(f"the tiles do not come to the head signed over {head.size} entries")
        return edge

    def _open(self, data: bytes) -> Checkpoint:
        keys = [key.verifier for key in self._identity.keys]
        return open_checkpoint(data, self._identity.origin, keys).checkpoint

    def _last_bundle(self) -> list[bytes]:
        size = self._settled.size
        if size % WIDTH == 0:
            return []
        return list(TileTree(reading(self.folder), size).entries(size // WIDTH))

    def _journal_path(self, size: int) -> Path:
        return self.folder / JOURNALS / f"{size:019d}"

    def _known(self, keys: Sequence[bytes]) -> dict[bytes, int]:
        """The numbers of keys that came before."""
        found = {key: self._known_waiting[key] for key in keys if key in self._known_waiting}
        asked = [key for key in keys if key not in found] if self._settled.size else []
        for at in range(0, len(asked), _ASKED_AT_ONCE):
            some = asked[at : at + _ASKED_AT_ONCE]
            places = ", ".join("?" * len(some))
            question = f"SELECT key, number FROM entered WHERE key IN ({places})"  # noqa: S608 - question marks alone
            found.update(self._keys.execute(question, some).fetchall())
        return found

    def _refuse_other_bytes(self, entry: bytes, again: Submission) -> None:
        if entry != again.entry:
            raise UsageFault(
                "a key that was used already comes with other bytes",
                where=again.key.hex(),
                do="submit the same bytes to ask again where they stand, or other bytes under a key of their own",
            )

    def _refuse_after_fault(self) -> None:
        if self._fault:
            raise LedgerFault(
                f"the log takes nothing more after a fault of the disk: {self._fault}",
                where=str(self.folder),
                do="check the disk and open the log again",
            )

    def _gap(self, what: str) -> LedgerFault:
        return LedgerFault(
            what, where=str(self.folder), do="change nothing; copy the folder and compare it with a mirror of the log"
        )


def open_keys(path: Path) -> sqlite3.Connection:
    """Which key has which number; a journal of SQLite's own, since one writer is all there is."""
    link = sqlite3.connect(path)
    with closing(link.cursor()) as cursor:
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("CREATE TABLE IF NOT EXISTS entered (key BLOB PRIMARY KEY, number INTEGER) WITHOUT ROWID")
    return link
