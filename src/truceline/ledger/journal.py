"""The journal of a log: batches of entries in the order they were taken, each durable before it is acknowledged.

Question: after a crash, which batches were taken, in which order, and are they byte for byte what they were? In:
batches (number of their first entry, each entry with its submitter's key, the signed head after them). Out: the same
batches, after any crash.

A frame is a head of 20 bytes (mark, length of the body, number of the first entry, a checksum of these), the body, and
the SHA-256 of both. A frame that ends before its length says so was being written when the process or the power died:
nobody was told that it is kept, and it is cut off. Every other difference is a fault that is told and never repaired in
silence: a changed byte cannot be told from a lie.
"""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from truceline.ledger import disk
from truceline.model.errors import LedgerFault, MalformedRecord

MOST_KEY_BYTES = 64
_MARK = b"TLJ1"
_HEAD = struct.Struct(">4sIQI")
_COUNT = struct.Struct(">I")
_LENGTHS = struct.Struct(">BH")
_HASH_BYTES = 32


@dataclass(frozen=True, slots=True)
class Submission:
    """What is to be entered: the bytes, and the submitter's key for it (1 to 64 bytes), by which a retry is known."""

    key: bytes
    entry: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries taken together from number ``first`` on, and the signed head of the log with them."""

    first: int
    taken: tuple[Submission, ...]
    head: bytes

    @property
    def end(self) -> int:
        """The number after its last entry."""
        return self.first + len(self.taken)


def frame(batch: Batch) -> bytes:
    """A batch as it stands in the journal."""
    body = b"".join(
        (
            _COUNT.pack(len(batch.taken)),
            *(_LENGTHS.pack(len(one.key), len(one.entry)) + one.key + one.entry for one in batch.taken),
            batch.head,
        )
    )
    start = _MARK + struct.pack(">IQ", len(body), batch.first)
    head = start + struct.pack(">I", zlib.crc32(start))
    return head + body + hashlib.sha256(head + body).digest()


class Journal:
    """One file of batches that only grows."""

    def __init__(self, path: Path) -> None:
        """Open the file, made if it is not there; a frame cut short by a crash is cut off."""
        self.path = path
        new = not path.exists()
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        if new:
            disk.sync(self._handle)
            disk.sync_folder(path.parent)

    def batches(self) -> tuple[Batch, ...]:
        """All batches; cuts off the last frame where it was never written to its end.

        Raises :class:`~truceline.model.errors.LedgerFault` for a frame that is not byte for byte what was written.
        """
        data = disk.read(self.path) or b""
        found, at = [], 0
        for batch, end in frames(data, str(self.path)):
            found.append(batch)
            at = end
        if at < len(data):
            os.ftruncate(self._handle, at)
            disk.sync(self._handle)
        return tuple(found)

    def append(self, batch: Batch) -> None:
        """Write a batch to the end; it is on the disk when this returns."""
        disk.write(self._handle, frame(batch))
        disk.sync(self._handle)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._handle)


def frames(data: bytes, where: str) -> Iterator[tuple[Batch, int]]:
    """The whole frames in a journal's bytes, each with where it ends.

    >>> one = Batch(7, (Submission(b"k", b"entry"),), b"head")
    >>> [batch == one for batch, _ in frames(frame(one) + frame(one)[:30], "journal")]
    [True]
    """
    at = 0
    while len(data) - at >= _HEAD.size:
        head = data[at : at + _HEAD.size]
        mark, length, first, check = _HEAD.unpack(head)
        if mark != _MARK or zlib.crc32(head[:-4]) != check:
            raise _changed(where, at)
        end = at + _HEAD.size + length + _HASH_BYTES
        if end > len(data):
            return
        body = data[at + _HEAD.size : end - _HASH_BYTES]
        if hashlib.sha256(head + body).digest() != data[end - _HASH_BYTES : end]:
            raise _changed(where, at)
        yield _batch(first, body), end
        at = end
    if at < len(data) and not _MARK.startswith(data[at : at + len(_MARK)]):
        raise _changed(where, at)


def checked(submissions: Sequence[Submission], most_entry_bytes: int) -> None:
    """Refuse a key or an entry that no frame can carry."""
    for one in submissions:
        if not 1 <= len(one.key) <= MOST_KEY_BYTES:
            raise MalformedRecord(
                f"a submitter's key of {len(one.key)} bytes",
                do=f"give 1 to {MOST_KEY_BYTES} bytes, the same ones when the same thing is submitted again",
                example="the id of the finding and its revision",
            )
        if len(one.entry) > most_entry_bytes:
            raise MalformedRecord(
                f"an entry of {len(one.entry):,} bytes does not fit, {most_entry_bytes:,} do",
                do="enter a hash or a commitment, and keep what it stands for elsewhere",
            )


def _batch(first: int, body: bytes) -> Batch:
    (count,) = _COUNT.unpack_from(body)
    taken, at = [], _COUNT.size
    for _ in range(count):
        key, entry = _LENGTHS.unpack_from(body, at)
        at += _LENGTHS.size
        taken.append(Submission(body[at : at + key], body[at + key : at + key + entry]))
        at += key + entry
    return Batch(first, tuple(taken), body[at:])


def _changed(where: str, at: int) -> LedgerFault:
    return LedgerFault(
        f"the journal is not what was written, from byte {at} on",
        where=where,
        do="change nothing; copy the folder, and compare it with a mirror: entries after this byte may be lost here",
    )
