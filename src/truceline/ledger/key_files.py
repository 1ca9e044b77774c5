"""Secret keys in files that their owner alone may read.

Question: where does a secret key lie between two runs, so that nobody else on the machine reads it and no second key
takes its place by mistake? In: a key and a path. Out: a file of one line, mode 0600, on the disk; or the key from it.
"""

from __future__ import annotations

import os
from pathlib import Path

from truceline.ledger import disk
from truceline.ledger.keys import SigningKey, parse_signing_key
from truceline.model.errors import UnreadableFile, UsageFault

_MOST_BYTES = 4_096
_OTHERS = 0o077


def keep_key(path: Path, key: SigningKey) -> None:
    """Write a key to a new file of mode 0600; raises UsageFault where something stands there already."""
    keep_secret_line(path, key.secret_text())


def keep_secret_line(path: Path, line: str) -> None:
    """Write one secret line to a new file of mode 0600; raises UsageFault where something stands there already."""
    with disk.telling_faults("the key", path):
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as fault:
            raise UsageFault(
                "there is a file of that name already, and a key is never overwritten",
                where=str(path),
                do="take another name",
                example="party-a-2.key",
            ) from fault
        except (FileNotFoundError, NotADirectoryError) as fault:
            raise UsageFault("there is no such folder", where=str(path.parent), do="make the folder first") from fault
        try:
            disk.write(handle, f"{line}\n".encode())
            disk.sync(handle)
        finally:
            os.close(handle)
        disk.sync_folder(path.parent)


def read_key(path: Path) -> SigningKey:
    """The key in a file; raises UsageFault where others than its owner may read it, UnreadableFile where none can."""
    return parse_signing_key(read_secret_line(path))


def read_secret_line(path: Path) -> str:
    """A secret line that only its owner may read; raises UsageFault where others may, UnreadableFile where none can."""
    line, mode = _line(path)
    if mode & _OTHERS:
        raise UsageFault(
            "others than its owner may read this key",
            where=str(path),
            do="if nobody did, take their right away; else make a new key and tell all who trust the old one",
            example="chmod 600 party-a.key",
        )
    return line


def read_line(path: Path) -> str:
    """A public line from its file; raises UnreadableFile where there is none."""
    return _line(path)[0]


def _line(path: Path) -> tuple[str, int]:
    try:
        with path.open("rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            data = opened.read(_MOST_BYTES)
    except OSError as fault:
        raise UnreadableFile(
            f"the key cannot be read ({fault.strerror})", where=str(path), do="name the file that was made with the key"
        ) from fault
    return data.decode("utf-8", "replace").removesuffix("\n"), mode
