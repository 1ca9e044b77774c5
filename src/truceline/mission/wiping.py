"""A wipe: everything private of a mission is overwritten and taken away, once it is safe in an export.

Question: what is on this machine tonight must not be on it tomorrow; what can be taken away without losing it? In: the
mission's folder, an export of it and the export's hash, read out from elsewhere. Out: how many files are gone, and what
could not be taken away. The public part stays.

Before anything is touched the export is held against its manifest and hash, and every private file against the receipt
of that export: one that is new or was changed since stops the wipe, since it would be lost. Then a mark is set, and
from there on the wipe may be killed and repeated with the same hash until it is done. Secret keys go first, then the
salts of sealed findings, the private log, the records, and all the rest. Each file is overwritten with random bytes,
handed to the disk, cut to nothing, renamed and taken away.

What this cannot do is told and not passed over: flash storage writes elsewhere than it is told, file systems and
backups keep older copies, memory and swap are not touched. Only a disk that was encrypted from the first day, or is
destroyed, forgets.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from truceline.ledger import disk
from truceline.mission.carried import EXPORTS, WIPING, files_of, is_public, nobody_in_logs, sha256_of_file
from truceline.mission.opening_exports import check_export
from truceline.model import LedgerFault, NotAMission, UsageFault, canonical_json
from truceline.store import writing

_FIRST = ("ledger/keys/", "ledger/sealed/", "ledger/private/", "records.db", "ledger/")
"""What goes first, in this order; the rest after it."""
_PIECE_BYTES = 1 << 20
REMAINS = (
    "flash storage (SSD, memory stick, SD card) may keep what was overwritten in cells nobody can reach from here",
    "snapshots, backups, copies on other machines, memory and swap were not touched",
    "sure is only a disk that was encrypted from the first day, with its key gone, or a disk that is destroyed",
)


@dataclass(frozen=True, slots=True)
class Wiped:
    """How many files are gone, and those that are not, or not with all their names, each with why."""

    gone: int
    left: tuple[str, ...]


def wipe(
    root: Path, export: Path, sha256: str, mission_id: str, randomness: Callable[[int], bytes] = secrets.token_bytes
) -> Wiped:
    """Take away everything private of the mission in ``root``, which ``mission_id`` names aloud.

    Raises :class:`~truceline.model.NotAMission`, :class:`~truceline.model.UsageFault` where the hash or the id is
    another, and :class:`~truceline.model.LedgerFault` where the export is not whole or not of these files.
    """
    if not (root / "mission.toml").exists() and not (root / WIPING).exists():
        raise NotAMission("there is no mission here, or it is wiped already", where=str(root), do="name its folder")
    with writing(root), nobody_in_logs(root):
        found = check_export(export)
        if found.sha256 != sha256 or found.mission != mission_id:
            raise UsageFault(
                f"this is the export {found.sha256} of the mission {found.mission!r}, and another was named",
                where=str(export),
                do="compare the hash that export printed, and the mission's id",
            )
        mark = canonical_json({"export": sha256})
        if disk.read(root / WIPING) != mark:
            _check_nothing_is_lost(root, sha256)
            with disk.telling_faults("the mark of the wipe", root):
                disk.put(root, {WIPING: mark})
        return _take_away(root, randomness)


def _check_nothing_is_lost(root: Path, sha256: str) -> None:
    data = disk.read(root / EXPORTS / f"{sha256}.json")
    if data is None:
        raise LedgerFault(
            "this mission has no receipt of that export",
            where=str(root / EXPORTS),
            do="export it again, and wipe with that hash",
            example="truceline ledger export --out /media/stick/now.tar --to safe.pub",
        )
    receipt: dict[str, Any] = json.loads(data)
    for name in files_of(root):
        if not is_public(name) and receipt["private"].get(name) != sha256_of_file(root / name):
            raise LedgerFault(
                f"{name!r} is new or was changed since the export, and would be lost",
                where=str(root / name),
                do="export again, and wipe with that hash",
            )


def _take_away(root: Path, randomness: Callable[[int], bytes]) -> Wiped:
    gone, failed, named = 0, [], []
    for name in _in_order(root):
        path = root / name
        try:
            more = path.lstat().st_nlink > 1
            _overwrite(path, randomness)
        except OSError as cause:
            failed.append(f"{name}: {cause.strerror}")
            continue
        gone += 1
        if more:
            named.append(f"{name}: it has another name somewhere; its bytes are overwritten, that name is there")
    if not failed:
        for one in (*sorted((root / EXPORTS).glob("*.json")), root / WIPING):
            _overwrite(one, randomness)
    _empty_folders(root)
    return Wiped(gone, (*failed, *named))


def _in_order(root: Path) -> Iterator[str]:
    names = [name for name in files_of(root) if not is_public(name)]
    return iter(sorted(names, key=lambda name: next((at for at, one in enumerate(_FIRST) if name.startswith(one)), 9)))


def _overwrite(path: Path, randomness: Callable[[int], bytes]) -> None:
    """Random bytes over all of a file, then nothing in it, another name, and no file."""
    path.chmod(0o600)
    handle = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
    try:
        rest = os.fstat(handle).st_size
        while rest > 0:
            piece = randomness(min(rest, _PIECE_BYTES))
            disk.write(handle, piece)
            rest -= len(piece)
        disk.sync(handle)
        os.ftruncate(handle, 0)
        disk.sync(handle)
    finally:
        os.close(handle)
    other = path.with_name(secrets.token_hex(8))
    disk.rename(path, other)
    other.unlink()
    disk.sync_folder(path.parent)


def _empty_folders(root: Path) -> None:
    for above, _, names in os.walk(root, topdown=False):
        with suppress(OSError):  # those with something public in them stay
            if Path(above) != root:
                if names == [disk.LOCK]:
                    Path(above, disk.LOCK).unlink()
                Path(above).rmdir()
