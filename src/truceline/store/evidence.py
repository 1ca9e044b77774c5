"""The bytes that came in, kept unchanged under their SHA-256, so that every figure can be walked back to them."""

from __future__ import annotations

import errno
import hashlib
import shutil
import uuid
from contextlib import suppress
from pathlib import Path

from truceline.model import StorageFull, UnreadableFile
from truceline.store.folders import StoreFolders

_CHUNK_BYTES = 1 << 20


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def keep_evidence(folders: StoreFolders, path: Path, sha256: str) -> Path:
    """Keep a copy of a file under its hash, once. Raises when the copy's hash is another: the file changed."""
    kept = folders.evidence / sha256[:2] / sha256
    if kept.exists():
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    making = kept.parent / f".{uuid.uuid4().hex}"
    try:
        with path.open("rb") as source, making.open("xb") as target:
            shutil.copyfileobj(source, target, _CHUNK_BYTES)
        if sha256_of(making) != sha256:
            raise UnreadableFile("the file changed while it was read", where=str(path), do="repeat the import")
        making.rename(kept)
    except OSError as cause:
        if cause.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise StorageFull(
                "the disk filled up while the evidence was kept; nothing of the file was kept",
                where=str(folders.root),
                do="make room and repeat the command",
            ) from cause
        raise
    finally:
        with suppress(FileNotFoundError):
            making.unlink()
    return kept
