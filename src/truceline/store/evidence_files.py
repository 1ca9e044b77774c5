"""The files of evidence: one below ``evidence/`` for each item, under its SHA-256, written once and never changed.

Nothing here knows of custody. Only :mod:`truceline.store.evidence` may call it: whoever comes to bytes by any other way
leaves no trace, and a test of the architecture refuses that.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from truceline.model import StorageFull, UnreadableFile, UsageFault
from truceline.model.custody import HashState, check_item
from truceline.store.archive import put_in_place
from truceline.store.folders import StoreFolders
from truceline.store.space import room_for

MOST_BYTES = 16 << 30
"""A file longer than this is refused: a hole of any length costs its maker nothing."""
_CHUNK_BYTES = 1 << 20
_READ_ONLY = 0o444


@dataclass(frozen=True, slots=True)
class Looked:
    """What hashing an item's bytes said: the state, the hash that was found, and how many bytes there are."""

    state: HashState
    found: str = ""
    size: int = 0


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def changed_meanwhile(path: Path) -> UnreadableFile:
    """The fault of a file that others write to while it is taken in."""
    return UnreadableFile(
        "the file changed while it was read; nothing of it was kept", where=str(path), do="repeat the import"
    )


def check_size(path: Path, most_bytes: int = MOST_BYTES) -> int:
    """The size of a file about to be taken in; raises :class:`UnreadableFile` for one that is too long, unread."""
    size = path.stat().st_size
    if size > most_bytes:
        raise UnreadableFile(
            f"the file is {size:,} bytes long, and at most {most_bytes:,} are taken in",
            where=str(path),
            do="look at what it is; if all of it is meant, take it in by parts",
            example="split -b 8G recording.bin part-",
        )
    return size


def place(folders: StoreFolders, item: str) -> Path:
    """Where the bytes of an item are kept, whether they are there or not."""
    return folders.evidence / check_item(item)[:2] / item


def look(folders: StoreFolders, item: str) -> Looked:
    """Hash the bytes of an item anew."""
    return _spelled(folders, item, lambda _chunk: None)


def into(folders: StoreFolders, item: str, file: BinaryIO) -> Looked:
    """Copy an item's bytes into an open file; the file may be read only where the state agrees."""
    with room_for("the copy", folders.root):
        looked = _spelled(folders, item, file.write)
        file.flush()
    file.seek(0)
    return looked


def bring_in(folders: StoreFolders, path: Path, item: str) -> None:
    """Keep a copy of a file as an item.

    Raises :class:`UnreadableFile` when the copy's hash is another (the file changed meanwhile) and
    :class:`StorageFull` when the disk has no room for it.
    """
    _check_room(folders, path)

    def write(making: Path) -> None:
        with path.open("rb") as source, making.open("xb") as target:
            shutil.copyfileobj(source, target, _CHUNK_BYTES)
        if sha256_of(making) != item:
            raise changed_meanwhile(path)

    _make(folders, item, write)


def put(folders: StoreFolders, data: bytes, item: str) -> None:
    """Keep bytes as an item; ``item`` is their SHA-256."""
    _make(folders, item, lambda making: making.write_bytes(data))


def remove(folders: StoreFolders, item: str) -> bool:
    """Take an item's file away for good; gives whether there was one."""
    path = place(folders, item)
    with suppress(FileNotFoundError):
        path.unlink()
        handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        return True
    return False


def hand_out(source: BinaryIO, target: Path) -> None:
    """Write an open file under a new name, whole or not at all; raises :class:`UsageFault` where something is there."""
    making = target.parent / f".{uuid.uuid4().hex}"
    try:
        with room_for("the copy", target.parent), making.open("xb") as made:
            shutil.copyfileobj(source, made, _CHUNK_BYTES)
            made.flush()
            os.fsync(made.fileno())
        target.hardlink_to(making)
    except FileExistsError as cause:
        raise UsageFault(
            "there is a file of that name already; nothing is written over", where=str(target), do="name another"
        ) from cause
    except (FileNotFoundError, NotADirectoryError) as cause:
        raise UsageFault("there is no such folder", where=str(target.parent), do="make the folder first") from cause
    finally:
        with suppress(OSError):
            making.unlink()


def items_there(folders: StoreFolders) -> Iterator[str]:
    """The names of all files that look like items, in order."""
    yield from (path.name for path in sorted(folders.evidence.glob("??/*")) if not path.name.startswith("."))


def clear_remnants(folders: StoreFolders) -> None:
    """Clear away half-written copies that a killed process left; none of them was ever an item."""
    for remnant in folders.evidence.glob("*/.*"):
        remnant.unlink()


def _make(folders: StoreFolders, item: str, write: Callable[[Path], object]) -> None:
    kept = place(folders, item)
    making = kept.parent / f".{uuid.uuid4().hex}"
    try:
        with room_for("the file", folders.root):
            making.parent.mkdir(parents=True, exist_ok=True)
            write(making)
        making.chmod(_READ_ONLY)
        put_in_place(making, kept)
    finally:
        with suppress(FileNotFoundError):
            making.unlink()


def _check_room(folders: StoreFolders, path: Path) -> None:
    """Refuse what cannot fit before a byte is written; a disk whose free space nobody knows is tried."""
    with suppress(OSError):
        size, free = path.stat().st_size, shutil.disk_usage(folders.root).free
        if size > free:
            raise StorageFull(
                f"the disk has {free:,} bytes free and the file {size:,}; nothing of the file was kept",
                where=str(folders.root),
                do="make room and repeat the command",
            )


def _spelled(folders: StoreFolders, item: str, each: Callable[[bytes], object]) -> Looked:
    """Hash the bytes as they go by, so that what was handed on is what was hashed."""
    digest, size = hashlib.sha256(), 0
    try:
        with place(folders, item).open("rb") as opened:
            while chunk := opened.read(_CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
                each(chunk)
    except (FileNotFoundError, NotADirectoryError):
        return Looked(HashState.ABSENT)
    found = digest.hexdigest()
    return Looked(HashState.AGREES if found == item else HashState.DIFFERS, found, size)
