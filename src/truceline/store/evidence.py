"""The bytes that came in, kept unchanged under their SHA-256, so that every figure can be walked back to them."""

from __future__ import annotations

import hashlib
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from truceline.model import TrucelineError, UnreadableFile
from truceline.store.archive import put_in_place
from truceline.store.folders import StoreFolders
from truceline.store.records import Records
from truceline.store.space import room_for

_CHUNK_BYTES = 1 << 20


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def changed_meanwhile(path: Path) -> UnreadableFile:
    """The fault of a file that others write to while it is taken in."""
    return UnreadableFile(
        "the file changed while it was read; nothing of it was kept", where=str(path), do="repeat the import"
    )


def evidence_path(folders: StoreFolders, sha256: str) -> Path:
    """Where the bytes of that hash are kept, whether they are there or not."""
    return folders.evidence / sha256[:2] / sha256


@contextmanager
def keeping_evidence(folders: StoreFolders, records: Records, path: Path, sha256: str) -> Iterator[Path]:
    """Keep a copy of a file while something is made of it; when that fails, a copy that was not there before goes.

    It stays when a record names it all the same, or when nobody can say: an interrupt may be raised after the
    import was committed.
    """
    known = evidence_path(folders, sha256).exists()
    kept = keep_evidence(folders, path, sha256)
    try:
        yield kept
    except BaseException:
        with suppress(SQLAlchemyError, TrucelineError):
            if not known and not records.name_evidence(sha256):
                kept.unlink(missing_ok=True)
        raise


def keep_evidence(folders: StoreFolders, path: Path, sha256: str) -> Path:
    """Keep a copy of a file under its hash, once.

    Raises :class:`UnreadableFile` when the copy's hash is another (the file changed meanwhile) and
    :class:`StorageFull` when the disk fills up.
    """
    kept = evidence_path(folders, sha256)
    if kept.exists():
        return kept
    making = kept.parent / f".{uuid.uuid4().hex}"
    try:
        with room_for("the file", folders.root):
            _copy(path, making)
        if sha256_of(making) != sha256:
            raise changed_meanwhile(path)
        put_in_place(making, kept)
    finally:
        with suppress(FileNotFoundError):
            making.unlink()
    return kept


def _copy(path: Path, making: Path) -> None:
    making.parent.mkdir(parents=True, exist_ok=True)
    with path.open("rb") as source, making.open("xb") as target:
        shutil.copyfileobj(source, target, _CHUNK_BYTES)
