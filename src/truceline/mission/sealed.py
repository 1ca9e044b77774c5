"""What was sealed for publication, with its secrets: the values of the fields and the salts that open them.

Question: can a field of something published be opened later, and can it be closed for good? In ``ledger/sealed/``
stands one file for each sealed entry, under the SHA-256 of the entry and readable by its owner alone: the entry, the
values, the salts. It is on the disk before the act names it, and the act before the log does; so nothing stands in the
log that can never be opened, unless somebody closed it. A field is closed by writing the file anew without its value
and salt.

What was closed is in the case's acts. If a closed field has its salt again, because an old copy of the folder was put
back, it is told and not opened. Disks may keep what was written over; see the threat model.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from truceline.ledger import disk
from truceline.ledger.bundles import MOST_BUNDLE_BYTES, MOST_OPENINGS
from truceline.ledger.disclosure import (
    Json,
    Opening,
    Salts,
    Sealed,
    check_openings,
    open_field,
    read_sealed,
    seal,
)
from truceline.ledger.encodings import base64_bytes, base64_text
from truceline.mission.folder import Mission
from truceline.mission.publication import TELLS_UNTIL, Part
from truceline.model import LedgerFault, NotFound, TrucelineError, UsageFault, canonical_json, parse_moment

FOLDER = Path("ledger", "sealed")
FORMAT = "truceline-salts/1"
_OPENING_BYTES = 100
"""What an opening takes beside path and value: salt, names, brackets."""
_ROOM_BYTES = 300_000
"""Left for entry, proof and signatures."""
_OWNER_ONLY = 0o700


@dataclass(frozen=True)
class SealedPart:
    """A sealed entry with what opens it; ``until`` is the last moment it tells of, and is sealed with the rest."""

    sealed: Sealed
    salts: Salts = field(repr=False)
    values: Mapping[str, Json] = field(repr=False)
    until: datetime

    @property
    def id(self) -> str:
        """The SHA-256 of its entry, in 64 hexadecimal digits."""
        return hashlib.sha256(self.sealed.entry()).hexdigest()

    def openings(self, shown: Callable[[str], bool]) -> tuple[Opening, ...]:
        """The fields that may be shown and were not closed, in the order of their paths."""
        paths = sorted(path for path in self.values if shown(path))
        return tuple(open_field(self.salts, path, self.values[path]) for path in paths)

    def without(self, paths: Collection[str]) -> SealedPart:
        """The same with some fields closed for good; raises :class:`NotFound` for one that has no salt."""
        rest = {path: value for path, value in self.values.items() if path not in paths}
        return replace(self, salts=self.salts.redacted(paths), values=rest)


def sealed_part(part: Part, randomness: Callable[[int], bytes]) -> SealedPart:
    """A part sealed under new salts, with the last moment it tells of; nothing is kept yet."""
    fields: dict[str, Json] = {**part.fields, TELLS_UNTIL: part.until.isoformat()}
    sealed, salts = seal(part.name, fields, randomness)
    return SealedPart(sealed, salts, fields, part.until)


def check_size(part: SealedPart) -> None:
    """Refuse what no reader would open: raises :class:`UsageFault` before anything is sent."""
    length = sum(len(canonical_json([path, value])) + _OPENING_BYTES for path, value in part.values.items())
    if length > MOST_BUNDLE_BYTES - _ROOM_BYTES or len(part.values) > MOST_OPENINGS:
        raise UsageFault(
            f"{part.sealed.finding} would be a bundle of {length:,} bytes and {len(part.values):,} fields, more than "
            f"readers take",
            do="keep long replies as evidence, and put on record in words what they come to",
        )


def keep_sealed(mission: Mission, parts: Collection[SealedPart]) -> None:
    """Put sealed entries with their secrets on the disk, in place of what stood there of them."""
    folder = mission.root / FOLDER
    with disk.telling_faults("what is to be published", folder):
        disk.make_folder(folder)
        folder.chmod(_OWNER_ONLY)
        disk.put(folder, {f"{one.id}.json": _bytes(one) for one in parts}, mode=0o600)


def forget_sealed(mission: Mission, parts: Collection[SealedPart]) -> None:
    """Take away what no act names, since the act was refused."""
    for one in parts:
        (mission.root / FOLDER / f"{one.id}.json").unlink(missing_ok=True)


def read_part(mission: Mission, entry_id: str, closed: Collection[str] = ()) -> SealedPart:
    """A sealed entry with what opens it; ``closed`` are the fields that acts closed.

    Raises :class:`NotFound` where its file is gone, and :class:`LedgerFault` where it is not what was kept or opens
    what was closed: an old copy was put back.
    """
    path = mission.root / FOLDER / f"{entry_id}.json"
    data = disk.read(path)
    if data is None:
        raise NotFound(
            "the secrets of something published are gone, so none of its fields can be opened any more",
            where=str(path),
            do="put the file back from its keeping; the log and all bundles handed out stay valid without it",
        )
    try:
        part = _part(json.loads(data))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, TrucelineError) as fault:
        raise LedgerFault(f"the file is not what was kept ({fault})", where=str(path), do=_COPY) from fault
    if part.id != entry_id:
        raise LedgerFault("the file is of another entry than its name says", where=str(path), do=_COPY)
    if back := sorted(set(closed) & {*part.salts.by_path, *part.values}):
        raise LedgerFault(
            f"the field {back[0]} was closed for good, and its salt is there again: an old copy was put back",
            where=str(path),
            do="close it again, and find out which copies of the folder are older than that",
            example=f"truceline redact {entry_id[:16]} {back[0]} --because 'an old copy was put back' --as hana",
        )
    check_openings(part.sealed, part.openings(lambda _: True))
    return part


def closed_again(mission: Mission, entry_id: str, closed: Collection[str]) -> int:
    """Take away salts and values of fields that acts closed, and that are there again; says how many there were."""
    part = read_part(mission, entry_id)
    back = set(closed) & set(part.salts.by_path)
    if back:
        keep_sealed(mission, [part.without(back)])
    return len(back)


_COPY = "change nothing; put the file back from its keeping"


def _bytes(one: SealedPart) -> bytes:
    told = {
        "format": FORMAT,
        "entry": one.sealed.entry().decode(),
        "salts": {path: base64_text(salt) for path, salt in one.salts.by_path.items()},
        "values": one.values,
    }
    return canonical_json(told)


def _part(told: Mapping[str, Any]) -> SealedPart:
    sealed = read_sealed(told["entry"].encode())
    salts = {path: base64_bytes(salt, "a salt") for path, salt in told["salts"].items()}
    if told["format"] != FORMAT or set(salts) != set(told["values"]):
        raise ValueError("it is of another format")
    return SealedPart(sealed, Salts(sealed.finding, salts), told["values"], parse_moment(told["values"][TELLS_UNTIL]))
