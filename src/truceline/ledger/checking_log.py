"""Looking over the folder of a log, and changing nothing in it.

Question: is every byte here what was written, and does it all come to the heads that were signed? In: the folder, the
public keys of the log and, where a submitter's key follows from the entry, how. Out: how many entries there are, the
newest signed head, each damage in words with the file it is in, and remarks about what a crash may leave behind.

The head must be signed by the log. Every tile and every bundle on the disk is held against its root, those a newer one
took the place of as well; the entries are hashed a second time by :mod:`truceline.ledger.recheck`; each frame of the
journal must be whole, go on where the last ended and come to the head in it; and ``keys.db`` must name every entry
once. What no folder can show: that it was put back to an older day. Sources: C2SP tlog-tiles; RFC 6962 section 2.1.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from truceline.ledger import disk, recheck
from truceline.ledger.checkpoints import Checkpoint
from truceline.ledger.cosignatures import open_checkpoint
from truceline.ledger.journal import Batch, Submission, frames
from truceline.ledger.keys import VerifierKey
from truceline.ledger.log import HEAD, JOURNALS, KEYS, reading
from truceline.ledger.merkle import EMPTY_ROOT, leaf_hash, same
from truceline.ledger.tile_tree import LEVELS, TileTree, edge_of, grown
from truceline.ledger.tiles import (
    ENTRIES,
    WIDTH,
    TilePlace,
    bundle_entries,
    parse_tile_path,
    places_between,
    tile_hashes,
)
from truceline.model.errors import LedgerFault, NotFound, TrucelineError

KeyOf = Callable[[bytes], bytes]
"""The submitter's key of an entry, where it follows from the entry."""


@dataclass(frozen=True, slots=True)
class Damage:
    """Something that is not what was written: the file below the log's folder, and what is wrong with it."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class LogCheck:
    """What was found: entries in tiles, entries in all, the newest signed head (its text), damages and remarks."""

    origin: str
    settled: int
    size: int
    head: str
    damages: tuple[Damage, ...]
    remarks: tuple[str, ...]


def check_log(folder: Path, keys: Sequence[VerifierKey], key_of: KeyOf | None = None) -> LogCheck:
    """Look over a log's folder; ``keys`` are the log's own, all of its name.

    Raises :class:`~truceline.model.errors.NotFound` where there is no log, and
    :class:`~truceline.model.errors.LedgerFault` while somebody is writing to it.
    """
    if not (folder / HEAD).exists() and not (folder / JOURNALS).exists() and not (folder / "tile").exists():
        raise NotFound(
            "there is no log here",
            where=str(folder),
            do="name the folder that holds its checkpoint, tile/ and journal/; a mission's is begun by the first drain",
            example="truceline ledger drain",
        )
    with _while_nobody_writes(folder):
        looking = _Looking(folder, tuple(keys))
        looking.look(key_of)
        return looking.outcome()


def stored_entries(folder: Path, keys: Sequence[VerifierKey]) -> Iterator[bytes]:
    """All entries in order, those in tiles held against the signed head, those in the journal against their frames.

    Takes no lock: for whoever holds it, or after :func:`check_log`. Raises
    :class:`~truceline.model.errors.LedgerFault` or NotFound at the first that is not what was written.
    """
    stored = disk.read(folder / HEAD)
    size = 0
    if stored is not None:
        head = open_checkpoint(stored, keys[0].name, keys).checkpoint
        size, tree = head.size, TileTree(reading(folder), head.size, head.root)
        for bundle in range(-(-size // WIDTH)):
            yield from tree.entries(bundle)
    for path in journals(folder):
        for batch, _ in frames(disk.read(path) or b"", str(path)):
            if batch.end <= size:
                continue
            if batch.first != size:
                raise LedgerFault(_goes_on(batch, size), where=str(path), do="run: truceline ledger fsck")
            yield from (one.entry for one in batch.taken)
            size = batch.end


def newest_head(folder: Path, keys: Sequence[VerifierKey]) -> tuple[int, bytes]:
    """How many entries the newest signed head is over, and that head; 0 and nothing for a log that was never begun.

    The head is checked, the entries under it are not: that is for :func:`check_log`.
    """
    stored = disk.read(folder / HEAD) or b""
    for path in journals(folder):
        for batch, _ in frames(disk.read(path) or b"", str(path)):
            stored = batch.head
    return (open_checkpoint(stored, keys[0].name, keys).checkpoint.size, stored) if stored else (0, b"")


def journals(folder: Path) -> tuple[Path, ...]:
    """The files of a log's journal, oldest first."""
    return tuple(sorted((folder / JOURNALS).glob("[0-9]*")))


@contextmanager
def _while_nobody_writes(folder: Path) -> Iterator[None]:
    try:
        handle = os.open(folder / disk.LOCK, os.O_RDONLY)
    except FileNotFoundError:
        yield  # a copy without it: nobody writes there
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        yield
    except BlockingIOError as cause:
        raise LedgerFault("somebody is writing to this log", where=str(folder), do="wait, then repeat") from cause
    finally:
        os.close(handle)


class _Looking:
    """One look over a folder, as far as it has come."""

    def __init__(self, folder: Path, keys: tuple[VerifierKey, ...]) -> None:
        self.folder, self.keys = folder, keys
        self.read = reading(folder)
        self.damages: dict[Damage, None] = {}
        self.remarks: list[str] = []
        self.head: Checkpoint | None = Checkpoint(keys[0].name, 0, EMPTY_ROOT)
        self.head_text = ""
        self.settled = self.size = 0
        self.tree: TileTree | None = None
        self.waiting: list[Submission] = []

    def outcome(self) -> LogCheck:
        return LogCheck(
            self.keys[0].name, self.settled, self.size, self.head_text, tuple(self.damages), tuple(self.remarks)
        )

    def look(self, key_of: KeyOf | None) -> None:
        with self._telling(HEAD):
            self._open_head()
        self.size = self.settled
        if self.tree is not None:
            self._needed_tiles(self.tree)
            with self._telling("tile"):
                self._other_files(self.tree)
        if self.head is not None and self.settled:
            with self._telling("tile/entries"):
                self._second_reading(self.head, 0)
        with self._telling(JOURNALS):
            self._journal()
        with self._telling(KEYS):
            self._keys(key_of)

    def damage(self, where: str, what: str) -> None:
        self.damages[Damage(where, what)] = None

    @contextmanager
    def _telling(self, where: str) -> Iterator[None]:
        """Whatever goes wrong inside is a damage; what comes after is looked at all the same."""
        try:
            yield
        except TrucelineError as fault:
            inside = fault.where.removeprefix(f"{self.folder}/")
            self.damage(inside if inside.startswith((HEAD, "tile/", f"{JOURNALS}/", KEYS)) else where, fault.what)
        except (OSError, ValueError, sqlite3.Error, struct.error) as fault:
            self.damage(where, f"it cannot be read: {fault}")

    def _open_head(self) -> None:
        stored = self.read(HEAD)
        if stored is None:
            if any(path.is_file() for path in (self.folder / "tile").rglob("*")):
                begun = journals(self.folder)
                if begun and int(begun[0].name) == 0:
                    self.remarks.append("there are tiles and no head over them yet: the journal still holds all")
                else:
                    self.damage(HEAD, "there are tiles and no signed head over them")
            self.tree = TileTree(self.read, 0)
            return
        self.head = None  # until it holds
        self.head = self._signed(stored)
        self.head_text, self.settled = stored.decode(), self.head.size
        self.tree = TileTree(self.read, self.head.size, self.head.root)

    def _signed(self, data: bytes) -> Checkpoint:
        return open_checkpoint(data, self.keys[0].name, self.keys).checkpoint

    def _needed_tiles(self, tree: TileTree) -> None:
        for place in places_between(0, self.settled):
            with self._telling(place.path()):
                if place.level == ENTRIES:
                    tree.entries(place.index)
                else:
                    tree.node_at(LEVELS * place.level, place.index * WIDTH)

    def _other_files(self, tree: TileTree) -> None:
        """Files the head does not need: older partial ones must agree with it, those beyond it came of a crash."""
        needed = {place.path() for place in places_between(0, self.settled)}
        for path in sorted(one for one in (self.folder / "tile").rglob("*") if one.is_file()):
            name = path.relative_to(self.folder).as_posix()
            if path.name.startswith("."):
                self.remarks.append(f"{name} was being written when the power or the process died; nobody reads it")
            elif name not in needed:
                with self._telling(name):
                    self._other_file(tree, parse_tile_path(name), path.read_bytes())

    def _other_file(self, tree: TileTree, place: TilePlace, data: bytes) -> None:
        first = place.index * WIDTH
        level = max(place.level, 0)
        if first + place.width > self.settled >> LEVELS * level:
            self.remarks.append(f"{place.path()} goes beyond the signed head; it is written again with the next one")
            return
        if place.level == ENTRIES:
            hashes = tuple(map(leaf_hash, bundle_entries(data, place)))
        else:
            hashes = tile_hashes(data, place)
        for at, one in enumerate(hashes):
            if not same(one, tree.node_at(LEVELS * level, first + at)):
                self.damage(place.path(), f"number {first + at} in it is not what the signed head covers")
                return

    def _second_reading(self, head: Checkpoint, waiting: int) -> None:
        """The root again by the other road, over the entries in tiles and the first ``waiting`` of the journal."""
        places = (place for place in places_between(0, self.settled) if place.level == ENTRIES)
        bundles = (self.read(place.path()) or self.read(place.full().path()) or b"" for place in places)
        entries = recheck.stored_entries(bundles, self.settled)
        found = recheck.tree_hash(chain(entries, (one.entry for one in self.waiting[:waiting])), head.size)
        if found != head.root:
            self.damage("tile/entries", f"read a second way, the entries do not come to the head over {head.size}")

    def _journal(self) -> None:
        edge = edge_of(self.read, self.settled) if self.tree is not None else None
        newest = self.head
        for path in journals(self.folder):
            name, at = f"{JOURNALS}/{path.name}", 0
            data = path.read_bytes()
            for batch, end in frames(data, name):
                at = end
                if edge is None or self.tree is None:
                    continue
                if batch.end <= self.settled:
                    self._settled_batch(name, batch, self.tree)
                    continue
                if batch.first != edge.size:
                    self.damage(name, _goes_on(batch, edge.size))
                    return
                edge, _ = grown(edge, [leaf_hash(one.entry) for one in batch.taken])
                newest = self._signed(batch.head)
                if newest.size != edge.size or not same(newest.root, edge.root()):
                    self.damage(name, f"the entries do not come to the head signed over {newest.size} of them")
                    return
                self.waiting.extend(batch.taken)
                self.size, self.head_text = edge.size, batch.head.decode()
            if at < len(data):
                self.remarks.append(f"{name} ends within a batch that nobody was told is kept; opening the log cuts it")
        if newest is not None and self.waiting:
            self._second_reading(newest, len(self.waiting))

    def _settled_batch(self, name: str, batch: Batch, tree: TileTree) -> None:
        stored = tree.leaf_hashes(batch.first, batch.end)
        if any(not same(leaf_hash(one.entry), leaf) for one, leaf in zip(batch.taken, stored, strict=True)):
            self.damage(name, f"the batch from entry {batch.first} on is not what stands in the tiles")

    def _keys(self, key_of: KeyOf | None) -> None:
        if not (self.folder / KEYS).exists():
            if self.settled:
                self.damage(KEYS, "it is lost: what was entered before would be entered again when submitted again")
            return
        if self.tree is None:
            return
        known = self._key_rows()
        for number in range(self.settled):
            key = next(known, None)
            if key is None or key[1] != number:
                self.damage(KEYS, f"entry {number} has no key in it, or more than one")
                return
            entry = self._entry(number) if key_of is not None else b""
            if not isinstance(key[0], bytes) or (key_of is not None and key[0] != key_of(entry)):
                self.damage(KEYS, f"the key it has for entry {number} is not the one of that entry")
                return
        for key in known:
            at = key[1] - self.settled if isinstance(key[1], int) else -1
            if not 0 <= at < len(self.waiting) or self.waiting[at].key != key[0]:
                self.damage(KEYS, f"it has a key for entry {key[1]} that the log does not know")
                return

    def _key_rows(self) -> Iterator[tuple[object, object]]:
        """Keys with their numbers, in order of the numbers, read from a copy: SQLite mends what a crash left."""
        with TemporaryDirectory() as aside:
            for path in self.folder.glob(f"{KEYS}*"):
                shutil.copyfile(path, Path(aside) / path.name)
            with closing(sqlite3.connect(Path(aside) / KEYS)) as link:
                said = link.execute("PRAGMA integrity_check").fetchone()[0]
                if said != "ok":
                    raise LedgerFault(f"the database is damaged: {said}", where=KEYS)
                yield from link.execute("SELECT key, number FROM entered ORDER BY number")

    def _entry(self, number: int) -> bytes:
        bundle, at = divmod(number, WIDTH)
        if at == 0 and self.tree is not None:
            self._bundle = self.tree.entries(bundle)
        return self._bundle[at]


def _goes_on(batch: Batch, due: int) -> str:
    return f"the journal goes on at entry {batch.first} where {due} is due"
