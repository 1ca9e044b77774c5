"""``keys.db`` of a log made anew, where every key follows from its entry.

Question: the file that says which submission has which number is lost or damaged; may a retry be told again from
something new? In: the folder of a log, its public keys, how a key follows from an entry. Out: how many keys stand in
the file that was made. Entries in tiles are held against the signed head first; those in the journal bring their keys
themselves. The new file takes the old one's place whole, so it may be killed and repeated at any time.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from truceline.ledger import disk
from truceline.ledger.cosignatures import open_checkpoint
from truceline.ledger.keys import VerifierKey
from truceline.ledger.log import HEAD, KEYS, open_keys, reading
from truceline.ledger.tile_tree import TileTree
from truceline.ledger.tiles import WIDTH
from truceline.model.errors import LedgerFault, NotFound

_MAKING = f".{KEYS}.making"
_BESIDE = ("-journal", "-wal", "-shm")
"""What SQLite keeps beside a database; left behind by an old one, it would be taken for the new one's."""


def rebuild_keys(folder: Path, keys: Sequence[VerifierKey], key_of: Callable[[bytes], bytes]) -> int:
    """Make ``keys.db`` anew and say how many keys it has.

    Raises :class:`~truceline.model.errors.NotFound` where there is no log,
    :class:`~truceline.model.errors.LedgerFault` while somebody writes, where an entry is not what the head covers, or
    where two entries have one key.
    """
    if not folder.is_dir():
        raise NotFound("there is no log here", where=str(folder), do="name the log's folder")
    with disk.telling_faults("keys.db", folder):
        lock = disk.hold_alone(folder, "this log")
        try:
            making = folder / _MAKING
            making.unlink(missing_ok=True)
            (folder / f"{_MAKING}-journal").unlink(missing_ok=True)
            count = _fill(making, _entries(folder, keys), key_of)
            for ending in _BESIDE:
                (folder / f"{KEYS}{ending}").unlink(missing_ok=True)
            disk.rename(making, folder / KEYS)
            disk.sync_folder(folder)
            return count
        finally:
            os.close(lock)


def _entries(folder: Path, keys: Sequence[VerifierKey]) -> Iterator[bytes]:
    stored = disk.read(folder / HEAD)
    if stored is None:
        return
    head = open_checkpoint(stored, keys[0].name, keys).checkpoint
    tree = TileTree(reading(folder), head.size, head.root)
    for bundle in range(-(-head.size // WIDTH)):
        yield from tree.entries(bundle)


def _fill(making: Path, entries: Iterator[bytes], key_of: Callable[[bytes], bytes]) -> int:
    count = 0
    with closing(open_keys(making)) as link, link:
        for count, entry in enumerate(entries, start=1):
            try:
                link.execute("INSERT INTO entered VALUES (?, ?)", (key_of(entry), count - 1))
            except sqlite3.IntegrityError as cause:
                raise LedgerFault(
                    f"entry {count - 1} has the key of one before it: its keys do not follow from the entries",
                    where=str(making.parent),
                    do="change nothing; copy the folder, and take keys.db from another copy",
                ) from cause
    return count
