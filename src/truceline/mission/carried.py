"""What of a mission's folder is for everybody, and what is carried away sealed.

Question: if this folder were copied or seized now, which of its files may anybody see? Only what stands on the list
here: the public log under its signed head, what was released to everybody, stamps, public keys, the list of witnesses.
Everything else is private, whatever it is called, so that a file nobody thought of is sealed and not shown.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from truceline.ledger import disk
from truceline.model import UsageFault

EXPORTS = "ledger/exports"
"""Receipts of exports: what was in the sealed part, by hash; for the wipe, and carried nowhere."""
WIPING = "ledger/wiping.json"
"""There from the beginning of a wipe to its end."""
_PUBLIC = re.compile(
    r"ledger/public/(checkpoint|tile/(entries|[0-9]+)/(x[0-9]{3}/)*[0-9]{3}(\.p/[0-9]+)?|stamps/[0-9]+\.[a-z0-9-]+(\.tsr)?)"
    r"|ledger/released/(checkpoint|keys\.txt|public/[^/]+\.json)"
    r"|ledger/keys/[^/]+\.pub"
    r"|ledger/keys/(private|public)-log\.(next|[0-9a-f]{8}-to-[0-9a-f]{8})\.txt"
    r"|ledger/witnesses\.policy"
)
_LOGS = ("ledger/private", "ledger/public")
_READ_BYTES = 1 << 20


def is_public(name: str) -> bool:
    """Whether a file, by its name below the mission's folder, is for everybody.

    >>> [is_public(f"ledger/{name}") for name in ("public/checkpoint", "public/keys.db", "keys/public-log.key")]
    [True, False, False]
    """
    return _PUBLIC.fullmatch(name) is not None


def files_of(root: Path) -> Iterator[str]:
    """The names of all files of a mission but locks, receipts of exports and the mark of a wipe, in order.

    Raises :class:`~truceline.model.UsageFault` for what is no plain file: what it leads to would be left behind.
    """
    for above, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names + [one for one in folders if Path(above, one).is_symlink()]):
            path = Path(above, name)
            told = path.relative_to(root).as_posix()
            if name == disk.LOCK or told == WIPING or told.startswith(f"{EXPORTS}/"):
                continue
            if path.is_symlink() or not path.is_file():
                raise UsageFault(
                    "this is a link or no plain file, and what it leads to would be left behind",
                    where=str(path),
                    do="put the file itself in its place, or take the link away",
                )
            yield told


@contextmanager
def nobody_in_logs(root: Path) -> Iterator[None]:
    """Nobody writes to a log of the mission; raises :class:`~truceline.model.LedgerFault` where somebody does."""
    with ExitStack() as held:
        for name in _LOGS:
            if (root / name).is_dir():
                held.callback(os.close, disk.hold_alone(root / name, "a log of this mission"))
        yield


def sha256_of_file(path: Path) -> str:
    """The SHA-256 of a file, read piece by piece."""
    digest = hashlib.sha256()
    with path.open("rb") as opened:
        while piece := opened.read(_READ_BYTES):
            digest.update(piece)
    return digest.hexdigest()
