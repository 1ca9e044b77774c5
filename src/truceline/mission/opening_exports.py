"""An export checked by anybody, and opened by who holds a key it is sealed to.

Question: is this export whole, and what is in it? In: the folder or tar file, for the sealed part a secret key. Out:
the hash of the manifest and the names in it; with the key, the mission's private files in a new folder. Every file must
have the hash the manifest names, and nothing may be there that it does not name. What the box holds is put under a
hidden name first, and gets its own only after the last piece of the box was opened.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from truceline.ledger import disk
from truceline.ledger.sealed_boxes import SecretSealKey, opened
from truceline.mission.carried import is_public
from truceline.model import LedgerFault, MalformedRecord, NotFound, NotProved, UsageFault, canonical_json

MANIFEST, SEALED, PUBLIC = "MANIFEST.json", "private.sealed", "public"
_MOST_MANIFEST_BYTES = 64_000_000
_READ_BYTES = 1 << 20
_KEYS = {"format", "mission", "made_at", "sealed_to", "sealed", "public"}


@dataclass(frozen=True, slots=True)
class CheckedExport:
    """An export that is whole: the hash of its manifest, whose mission it is, when it was made, the open files."""

    sha256: str
    mission: str
    made_at: str
    sealed_to: tuple[str, ...]
    public: tuple[str, ...]


class Pieces:
    """Pieces of bytes read as one file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        """Read from these."""
        self._pieces, self._rest = pieces, b""

    def read(self, size: int) -> bytes:
        """The next bytes, fewer only at the end."""
        while len(self._rest) < size and (piece := next(self._pieces, None)) is not None:
            self._rest += piece
        found, self._rest = self._rest[:size], self._rest[size:]
        return found

    def drain(self) -> None:
        """Read to the end: only then is the last piece known to be the last."""
        for _ in self._pieces:
            pass


def check_export(path: Path) -> CheckedExport:
    """Hold every file of an export against its manifest; raises NotFound, MalformedRecord or NotProved."""
    with _files(path) as (names, reading):
        if MANIFEST not in names:
            raise NotFound("there is no whole export here", where=str(path), do="name the folder or .tar file")
        with reading(MANIFEST) as opened_manifest:
            data = opened_manifest.read(_MOST_MANIFEST_BYTES)
        told = _manifest(data)
        public: dict[str, str] = told["public"]
        due = {SEALED: str(told["sealed"])} | {f"{PUBLIC}/{name}": digest for name, digest in public.items()}
        if set(names) != due.keys() | {MANIFEST}:
            odd = min(set(names) ^ (due.keys() | {MANIFEST}))
            raise _damaged(path, f"{odd!r} is missing, or not named in the manifest")
        for name, digest in due.items():
            with reading(name) as one:
                if _sha256(one) != digest:
                    raise _damaged(path, f"{name!r} is not what it was")
    sealed_to = tuple(map(str, told["sealed_to"]))
    known = hashlib.sha256(data).hexdigest()
    return CheckedExport(known, str(told["mission"]), str(told["made_at"]), sealed_to, tuple(public))


def open_export(path: Path, key: SecretSealKey, out: Path) -> int:
    """Put the private and the public files of an export into a new folder; how many there are."""
    check_export(path)
    if out.exists():
        raise UsageFault("there is something of that name already", where=str(out), do="name a new folder")
    making = out.with_name(f".{out.name}.making")
    with disk.telling_faults("what was opened", out.parent), _files(path) as (names, reading):
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True, mode=0o700)
        try:
            with reading(SEALED) as box:
                stream = Pieces(opened(box, key))
                with tarfile.open(fileobj=cast("IO[bytes]", stream), mode="r|") as tar:
                    tar.extractall(making, filter="data")
                stream.drain()
            for name in names:
                if name.startswith(f"{PUBLIC}/"):
                    with reading(name) as one:
                        disk.put(making, {name.removeprefix(f"{PUBLIC}/"): one.read()})
        except (tarfile.TarError, LedgerFault) as cause:
            shutil.rmtree(making, ignore_errors=True)
            if isinstance(cause, LedgerFault):
                raise
            raise _damaged(path, "what is in the box is no archive") from cause
        count = sum(one.is_file() for one in making.rglob("*"))
        disk.rename(making, out)
        disk.sync_folder(out.parent)
    return count


_Reading = tuple[tuple[str, ...], "_Open"]


class _Open:
    """How a file of an export is read, from a folder or from a tar file."""

    def __init__(self, path: Path, tar: tarfile.TarFile | None) -> None:
        self._path, self._tar = path, tar

    @contextmanager
    def __call__(self, name: str) -> Iterator[BinaryIO]:
        if self._tar is None:
            with (self._path / name).open("rb") as found:
                yield found
            return
        inside = self._tar.extractfile(name)
        if inside is None:
            raise _damaged(self._path, f"{name!r} is no plain file")
        with inside:
            yield cast("BinaryIO", inside)


@contextmanager
def _files(path: Path) -> Iterator[_Reading]:
    if path.is_dir():
        if links := [one for one in path.rglob("*") if one.is_symlink()]:
            raise _damaged(path, f"{links[0].name!r} is a link")
        names = tuple(one.relative_to(path).as_posix() for one in sorted(path.rglob("*")) if one.is_file())
        yield names, _Open(path, None)
        return
    try:
        with tarfile.open(path, mode="r:") as tar:
            names = tuple(one.name for one in tar.getmembers())
            if len(set(names)) != len(names) or not all(one.isreg() for one in tar.getmembers()):
                raise _damaged(path, "a name stands in it twice, or is no plain file")
            yield names, _Open(path, tar)
    except FileNotFoundError as cause:
        raise NotFound("there is no export of that name", where=str(path), do="name the folder or .tar file") from cause
    except (tarfile.TarError, OSError) as cause:
        raise _damaged(path, "it cannot be read") from cause


def _manifest(data: bytes) -> dict[str, Any]:
    fault = MalformedRecord("the manifest is not in its one form", where=MANIFEST, do="take the export again")
    try:
        told: dict[str, Any] = json.loads(data)
        exact = canonical_json(told) == data and set(told) == _KEYS and told["format"] == "truceline-export/v1"
    except (ValueError, TypeError, RecursionError) as cause:
        raise fault from cause
    if not exact or not isinstance(told["public"], dict) or not all(map(is_public, told["public"])):
        raise fault
    return told


def _sha256(opened_file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while piece := opened_file.read(_READ_BYTES):
        digest.update(piece)
    return digest.hexdigest()


def _damaged(path: Path, what: str) -> NotProved:
    return NotProved(f"the export is not whole: {what}", where=str(path), do="take another copy of it")
