"""An emergency export: everything public in the open, everything else sealed for whoever holds a key elsewhere.

Question: how is a mission carried out of a place that may be overrun tonight? In: the mission, where to, the public
keys of those who shall open it. Out: a folder or one tar file with ``public/`` (the public log and all for everybody),
``private.sealed`` (the whole rest of the mission, a tar within a sealed box) and ``MANIFEST.json`` (names and SHA-256
of both), and the hash of the manifest, by which the export is known.

Whoever exports cannot open what he sealed. Before the export gets its name it is read back: the sealed part is opened
with the box's own secret, which is then forgotten, and every file in it must have the hash of the file it was made of.
A receipt with those hashes stays in ``ledger/exports/`` of the mission, so that a wipe later takes nothing away that is
not in the export. Nobody writes to the mission while it is exported. Killed at any moment, there is no export of that
name; what was begun is taken away when it is repeated.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import sqlite3
import tarfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, cast

from truceline.ledger import disk
from truceline.ledger.sealed_boxes import Sealing, SealKey, opened_by_own_secret
from truceline.mission.carried import EXPORTS, files_of, is_public, nobody_in_logs, sha256_of_file
from truceline.mission.folder import Mission
from truceline.mission.opening_exports import MANIFEST, PUBLIC, SEALED, Pieces
from truceline.model import LedgerFault, MissionInUse, UsageFault, canonical_json
from truceline.model.custody import NOT_NAMED, Handling
from truceline.store import EvidenceKeeper, writing

_READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Exported:
    """Where the export is, the hash of its manifest, and how many files are in the open and sealed."""

    path: Path
    sha256: str
    public: int
    private: int


def export(
    mission: Mission,
    out: Path,
    holders: Sequence[SealKey],
    made_at: str,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
) -> Exported:
    """Export a mission to a folder, or to one file where ``out`` ends with ``.tar``.

    Raises :class:`~truceline.model.UsageFault` where something stands there already or inside the mission,
    :class:`~truceline.model.MissionInUse` while somebody writes, and :class:`~truceline.model.LedgerFault` or
    StorageFull where the disk fails or what was written does not read back.
    """
    root = mission.root.resolve()
    if out.exists() or out.resolve().is_relative_to(root):
        raise UsageFault(
            "there is something of that name, or it is inside the mission",
            where=str(out),
            do="name a new folder or .tar file elsewhere, best on another disk",
            example="--out /media/stick/easter-2025.tar",
        )
    making = out.with_name(f".{out.name}.making")
    if mission.folders.records_file.is_file():
        _tell_chains(mission, out.name, datetime.fromisoformat(made_at))
    with disk.telling_faults("the export", out.parent), _quiet(root):
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        receipt = _seal(root, making, holders, randomness)
        public = _copy_public(root, making)
        manifest = canonical_json(
            {
                "format": "truceline-export/v1",
                "mission": mission.settings.id,
                "made_at": made_at,
                "sealed_to": [one.text() for one in holders],
                "sealed": sha256_of_file(making / SEALED),
                "public": public,
            }
        )
        digest = hashlib.sha256(manifest).hexdigest()
        disk.put(making, {MANIFEST: manifest})
        disk.put(root, {f"{EXPORTS}/{digest}.json": canonical_json({"export": digest, "private": receipt})})
        _finish(making, out)
    return Exported(out, digest, len(public), len(receipt))


def _tell_chains(mission: Mission, name: str, moment: datetime) -> None:
    """Put on record with every item of evidence that it is about to be carried out."""
    with writing(mission.root) as pen:
        keeper = EvidenceKeeper(mission.folders, mission.records, pen, moment)
        keeper.carry(name, Handling(NOT_NAMED, "an emergency export of the whole mission, sealed", moment))


@contextmanager
def _quiet(root: Path) -> Iterator[None]:
    """Nobody writes: neither to the mission, nor to its logs, nor to its records."""
    with ExitStack() as held:
        held.enter_context(writing(root))
        held.enter_context(nobody_in_logs(root))
        if (root / "records.db").exists():
            link = held.enter_context(closing(sqlite3.connect(root / "records.db", isolation_level=None, timeout=2)))
            try:
                link.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as cause:
                raise MissionInUse(
                    "somebody is writing the records", where=str(root / "records.db"), do="wait, then repeat"
                ) from cause
        yield


def _seal(root: Path, making: Path, holders: Sequence[SealKey], randomness: Callable[[int], bytes]) -> dict[str, str]:
    """Seal the private part, read it back, and say what is in it by hash."""
    path = making / SEALED
    receipt: dict[str, str] = {}
    with path.open("xb") as box:
        sealing = Sealing(box, holders, randomness)
        with tarfile.open(fileobj=cast("IO[bytes]", sealing), mode="w|", format=tarfile.PAX_FORMAT) as tar:
            for name in files_of(root):
                if not is_public(name):
                    receipt[name] = _add(tar, root / name, name)
        sealing.close()
        box.flush()
        disk.sync(box.fileno())
    with path.open("rb") as box:
        found = dict(_hashes(Pieces(opened_by_own_secret(box, sealing.own_secret))))
    if found != receipt:
        raise LedgerFault("what was sealed does not read back as it was", where=str(path), do="check the disk; repeat")
    return receipt


def _add(tar: tarfile.TarFile, path: Path, name: str) -> str:
    info = tarfile.TarInfo(name)
    with path.open("rb") as opened:
        stat = os.fstat(opened.fileno())
        info.size, info.mtime, info.mode = stat.st_size, int(stat.st_mtime), stat.st_mode & 0o700
        reading = _Hashed(opened)
        tar.addfile(info, cast("IO[bytes]", reading))
    return reading.digest.hexdigest()


class _Hashed:
    """A file that is hashed while it is read."""

    def __init__(self, opened: IO[bytes]) -> None:
        self._opened, self.digest = opened, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._opened.read(size)
        self.digest.update(piece)
        return piece


def _hashes(stream: Pieces) -> Iterator[tuple[str, str]]:
    with tarfile.open(fileobj=cast("IO[bytes]", stream), mode="r|") as tar:
        for info in tar:
            digest = hashlib.sha256()
            inside = tar.extractfile(info)
            while inside is not None and (piece := inside.read(_READ_BYTES)):
                digest.update(piece)
            yield info.name, digest.hexdigest()
    stream.drain()


def _copy_public(root: Path, making: Path) -> dict[str, str]:
    told: dict[str, str] = {}
    for name in files_of(root):
        if is_public(name):
            data = (root / name).read_bytes()
            disk.put(making, {f"{PUBLIC}/{name}": data})
            told[name] = hashlib.sha256(data).hexdigest()
    return told


def _finish(making: Path, out: Path) -> None:
    """Give the export its name, all of it on the disk."""
    if out.suffix != ".tar":
        disk.rename(making, out)
        disk.sync_folder(out.parent)
        return
    packing = out.with_name(f".{out.name}.packing")
    with packing.open("wb") as whole:
        with tarfile.open(fileobj=whole, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for path in (making / MANIFEST, making / SEALED, *sorted((making / PUBLIC).rglob("*"))):
                if path.is_file():
                    _add(tar, path, path.relative_to(making).as_posix())
        whole.flush()
        disk.sync(whole.fileno())
    disk.rename(packing, out)
    disk.sync_folder(out.parent)
    shutil.rmtree(making)
