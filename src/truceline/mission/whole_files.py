"""Files that leave a mission: each stands complete under its name, or not at all.

A file is written under another name beside its place and renamed when it is whole, so that neither a full disk nor a
power cut leaves half a report behind. What the disk says is told in words of what was being written.
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from truceline.model import MissionReadOnly, StorageFull, UsageFault

Writer = Callable[[BinaryIO], object]
"""Writes one file's bytes."""


@dataclass(frozen=True, slots=True)
class Written:
    """What is written, in the words in which a fault tells of it: ``the report``, ``write the report again``.

    ``example`` is the option that names a folder.
    """

    what: str
    again: str
    example: str

    def make(self, folder: Path) -> None:
        """Make the folder; raises :class:`UsageFault` where a file stands in its place."""
        try:
            with self._faults_told(folder):
                folder.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as cause:
            raise self.no_folder(folder) from cause

    def no_folder(self, folder: Path) -> UsageFault:
        """The fault that a file stands where the folder should be."""
        return UsageFault(
            f"a file stands where the folder of {self.what} should be",
            where=str(folder),
            do="name a folder",
            example=self.example,
        )

    def put(self, path: Path, writer: Writer) -> None:
        """The file under its name, or nothing.

        Raises :class:`StorageFull` when the disk is full, :class:`MissionReadOnly` for a folder that cannot be
        written to, :class:`UsageFault` for whatever else the disk refuses.
        """
        with self._faults_told(path):
            handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            try:
                with os.fdopen(handle, "wb") as file:
                    writer(file)
                    file.flush()
                    os.fsync(file.fileno())
                Path(beside).chmod(0o644)
                Path(beside).replace(path)
            except BaseException:
                Path(beside).unlink(missing_ok=True)
                raise

    def put_bytes(self, path: Path, written: bytes) -> None:
        """The same for bytes that are all there."""
        self.put(path, lambda file: file.write(written))

    @contextmanager
    def _faults_told(self, path: Path) -> Iterator[None]:
        """What the disk says, in words; a file in the way is told by the caller."""
        try:
            yield
        except (FileExistsError, NotADirectoryError):
            raise
        except OSError as cause:
            raise self._fault(path, cause) from cause

    def _fault(self, path: Path, cause: OSError) -> Exception:
        if cause.errno in {errno.ENOSPC, errno.EDQUOT}:
            return StorageFull(
                f"the disk filled up while {self.what} was written",
                where=str(path),
                do=f"free some space and {self.again}; no half-written file was kept",
            )
        if cause.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
            return MissionReadOnly(
                f"the folder of {self.what} cannot be written to",
                where=str(path),
                do="name another",
                example=self.example,
            )
        return UsageFault(
            f"{self.what} cannot be written there: {cause.strerror}",
            where=str(path),
            do="name another folder",
            example=self.example,
        )
