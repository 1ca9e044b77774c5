"""The stored bytes of a log read a second time before its head leaves the house.

Question: do the entries that lie on the disk now come to the root that is about to be signed, by a road that shares no
code with the one that wrote them? In: the log's folder, its size. Out: the root, and the SHA-256 leaf hash of the
entries asked for, all by :mod:`truceline.ledger.recheck` alone; the names of the files are made up here again from the
words of C2SP tlog-tiles (groups of three digits, ``x`` before each but the last, ``.p/`` and the width of a partial
one).

Memory: one bundle of 256 entries. Time: every byte of every entry is read and hashed; 2.6 s of processor for a million
entries (``make bench-ledger``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from truceline.ledger import recheck
from truceline.model.errors import LedgerFault

_BUNDLE = 256


@dataclass(frozen=True, slots=True)
class Reread:
    """The root that the stored entries come to, and the entries that were asked for, by number."""

    root: bytes
    entries: Mapping[int, bytes]


def reread(folder: Path, size: int, wanted: Collection[int] = ()) -> Reread:
    """Read every stored entry again; raises :class:`~truceline.model.errors.LedgerFault` where they are not all there.

    >>> import hashlib
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as empty:
    ...     reread(Path(empty), 0).root == hashlib.sha256().digest()
    True
    """
    asked, kept = frozenset(wanted), dict[int, bytes]()

    def keeping() -> Iterator[bytes]:
        for number, entry in enumerate(recheck.stored_entries(_bundles(folder, size), size)):
            if number in asked:
                kept[number] = entry
            yield entry

    try:
        root = recheck.tree_hash(keeping(), size)
    except (OSError, ValueError) as fault:
        raise LedgerFault(
            f"the stored entries cannot be read again ({fault}), so nothing is published",
            where=str(folder),
            do="change nothing; run: truceline ledger fsck, and compare the folder with a copy",
        ) from fault
    return Reread(root, kept)


def _bundles(folder: Path, size: int) -> Iterator[bytes]:
    for number in range(-(-size // _BUNDLE)):
        yield (folder / bundle_name(number, min(_BUNDLE, size - number * _BUNDLE))).read_bytes()


def bundle_name(number: int, width: int) -> str:
    """The file of an entry bundle.

    >>> bundle_name(1234067, 256), bundle_name(0, 3)
    ('tile/entries/x001/x234/067', 'tile/entries/000.p/3')
    """
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    path = "/".join([*(f"x{one}" for one in groups[:-1]), groups[-1]])
    return f"tile/entries/{path}" if width == _BUNDLE else f"tile/entries/{path}.p/{width}"
