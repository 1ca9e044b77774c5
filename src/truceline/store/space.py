"""A full disk, told the same way wherever it strikes."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from truceline.model import StorageFull

_DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_WORDS = ("No space left", "File too large", "Disk quota exceeded")


@contextmanager
def room_for(what: str, root: Path) -> Iterator[None]:
    """Raise :class:`StorageFull` when the disk fills up meanwhile; ``what`` was then not kept."""
    try:
        yield
    except (OSError, duckdb.Error) as cause:
        if getattr(cause, "errno", None) not in _DISK_FULL and not any(words in str(cause) for words in _WORDS):
            raise
        raise StorageFull(
            f"the disk filled up; nothing of {what} was kept",
            where=str(root),
            do="make room and repeat the command",
        ) from cause
