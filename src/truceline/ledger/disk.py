"""Bytes on a disk that are there after the power fails, and every call by which they get there, in one place.

Question: when may somebody be told that something is kept? When the file's bytes and the folder that names it have
both been handed to the disk, and the disk has said so. Everything the log writes goes through here, so that a test can
let any one of these calls fail.

Source: fsync(2); "All File Systems Are Not Created Equal" (Pillai et al., OSDI 2014) on renaming and folders.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from truceline.model.errors import LedgerFault, StorageFull

LOCK = ".writing"
"""The file in a folder that is held while somebody writes there."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def write(handle: int, data: bytes) -> None:
    """Write all of some bytes at the end of an open file."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def sync(handle: int) -> None:
    """Wait until the disk has a file's bytes."""
    os.fsync(handle)


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the names in a folder."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        sync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """A folder with all above it, each named on the disk."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        with suppress(FileExistsError):
            one.mkdir()
        sync_folder(one.parent)


def put(root: Path, files: Mapping[str, bytes], mode: int = 0o644) -> None:
    """Put whole files in place below a folder: each is there with all its bytes, or not at all.

    All of them are on the disk when this returns; when it raises, some may be and some not. ``mode`` is who may read
    them, from the first byte on.
    """
    folders: dict[Path, None] = {}
    for name, data in files.items():
        path = root / name
        make_folder(path.parent)
        making = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            handle = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            try:
                write(handle, data)
                sync(handle)
            finally:
                os.close(handle)
            rename(making, path)
        except BaseException:
            with suppress(OSError):
                making.unlink()
            raise
        folders[path.parent] = None
    for folder in folders:
        sync_folder(folder)


def rename(old: Path, new: Path) -> None:
    """Give a file its name, in place of one that had it."""
    old.replace(new)


def read(path: Path) -> bytes | None:
    """A file's bytes; nothing where there is no such file."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def hold_alone(folder: Path, whose: str) -> int:
    """Keep every other process from writing to a folder until the handle is closed; LedgerFault if one does so now."""
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as cause:
        os.close(handle)
        raise LedgerFault(f"somebody else is writing to {whose}", where=str(folder), do="wait, then repeat") from cause
    return handle


@contextmanager
def telling_faults(what: str, root: Path) -> Iterator[None]:
    """Raise a full disk as StorageFull and any other fault of the disk as LedgerFault; ``what`` was not kept."""
    try:
        yield
    except OSError as cause:
        if cause.errno in _FULL:
            raise StorageFull(
                f"the disk filled up; {what} was not acknowledged", where=str(root), do="make room, then repeat"
            ) from cause
        raise LedgerFault(
            f"the disk failed ({cause.strerror}); {what} was not acknowledged",
            where=str(root),
            do="check the disk, open the log again and repeat: what was entered already is not entered twice",
        ) from cause
