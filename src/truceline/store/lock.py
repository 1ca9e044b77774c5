"""One writer per mission: a lock file that the operating system frees when the process ends, however it ends."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from truceline.model import MissionInUse, MissionReadOnly, UsageFault
from truceline.store.space import room_for

_NAME = ".writing"


@dataclass(frozen=True, slots=True)
class Pen:
    """Shows that a mission's only pen is held; given by :func:`writing` alone."""

    folder: Path

    def check(self, folder: Path) -> None:
        """Raise :class:`UsageFault` where it is the pen of another mission."""
        if self.folder != folder:
            raise UsageFault("this is the pen of another mission", where=str(folder), do="take that of this one")


@contextmanager
def writing(folder: Path) -> Iterator[Pen]:
    """Hold the mission's only pen. Raises :class:`MissionInUse` or :class:`MissionReadOnly`."""
    try:
        with room_for("the command", folder):
            handle = os.open(folder / _NAME, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as cause:
        if cause.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise MissionReadOnly(
                "the mission folder cannot be written to", where=str(folder), do="check its permissions, or copy it"
            ) from cause
        raise
    try:
        _take(handle, folder)
        yield Pen(folder)
    finally:
        os.close(handle)


def _take(handle: int, folder: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as cause:
        holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip() or "unknown"
        raise MissionInUse(
            f"process {holder} is writing to this mission", where=str(folder), do="wait until it is done, then repeat"
        ) from cause
    with suppress(OSError):  # the number helps people; on a full disk the lock holds without it
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
