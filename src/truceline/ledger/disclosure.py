"""A finding published sealed, field by field, so that each can be opened or withheld, and nothing be changed.

Question: how can a mission bind itself today to all it found, show of it now what may be shown, and later more, so
that everybody sees that what is shown was in it all along? In: a finding's fields. Out: a list of commitments that
goes into the public log; a secret salt for each field; and openings (path, value, salt) that anybody holds against
the list.

A commitment is the SHA-256 over a label, the finding's name, the field's path, its salt of 32 random bytes and its
value in canonical JSON (RFC 8785), each with its length before it: an opening cannot be moved to another field or
another finding, and without the salt nobody can try values out. Commitments stand in the order of their bytes, and
random ones are added up to a multiple of sixteen, so that neither order nor number tells what there is. A field is
redacted for good by deleting its salt: the list and all other proofs stay as they are.

A place is sealed four times, within 0.5, 0.1 and 0.01 degrees (about 50, 10 and 1 km) and exactly, so that a coarse
place is opened without the fine one.

Source: hash commitments by salted digests as in RFC 9901 (SD-JWT), without its containers.
"""

from __future__ import annotations

import hashlib
import secrets
import struct
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from truceline.ledger.encodings import Json as Json  # noqa: PLC0414 - what a field may hold is asked for here
from truceline.ledger.encodings import base64_bytes, base64_text, exact_json, hash_bytes
from truceline.ledger.tiles import MOST_ENTRY_BYTES
from truceline.model.canonical import canonical_json
from truceline.model.errors import MalformedRecord, NotFound, NotProved, UsageFault

FORMAT = "truceline-sealed-finding/1"
SALT_BYTES = 32
ROUNDED_TO = 16
PLACE_STEPS_DEG = (("50km", 0.5), ("10km", 0.1), ("1km", 0.01))
_LABEL = b"truceline field commitment 1"
_LENGTH = struct.Struct(">Q")

Randomness = Callable[[int], bytes]


@dataclass(frozen=True)
class Sealed:
    """What goes into the public log of a finding: its name and the commitments, in the order of their bytes."""

    finding: str
    commitments: tuple[bytes, ...]

    def entry(self) -> bytes:
        """The log's entry, in canonical JSON; raises MalformedRecord where it is longer than an entry can be."""
        told: dict[str, Json] = {
            "commitments": [base64_text(one) for one in self.commitments],
            "finding": self.finding,
            "format": FORMAT,
        }
        data = canonical_json(told)
        if len(data) > MOST_ENTRY_BYTES:
            raise MalformedRecord(
                f"{len(self.commitments)} sealed fields do not fit into one entry of the log",
                do="seal fewer fields, or a part of the finding under a name of its own",
            )
        return data


@dataclass(frozen=True)
class Salts:
    """The secret of a sealed finding: a salt for each field's path. Whoever has it can open everything."""

    finding: str
    by_path: Mapping[str, bytes] = field(repr=False)

    def redacted(self, paths: Collection[str]) -> Salts:
        """Without the salts of some fields: they can never be opened again, and all other proofs stay.

        Raises :class:`~truceline.model.errors.NotFound` for a path that has no salt.
        """
        for path in paths:
            self.of(path)
        return Salts(self.finding, {path: salt for path, salt in self.by_path.items() if path not in paths})

    def of(self, path: str) -> bytes:
        """The salt of a field; raises :class:`~truceline.model.errors.NotFound` where there is none (any more)."""
        if path not in self.by_path:
            raise NotFound(
                f"the field {path!r} of {self.finding!r} has no salt: it was never sealed, or it was redacted for good",
                do="open another field",
                example=next(iter(self.by_path), ""),
            )
        return self.by_path[path]


@dataclass(frozen=True)
class Opening:
    """One field shown: its path, its value and the salt under which it was sealed."""

    path: str
    value: Json
    salt: bytes = field(repr=False)


def fields_of(record: Mapping[str, Json], path: str = "") -> dict[str, Json]:
    """The single values of a record by their JSON pointer (RFC 6901); an empty list or object is a value.

    >>> fields_of({"count": {"low": 2}, "strata": ["seismic"]})
    {'/count/low': 2, '/strata/0': 'seismic'}
    """
    found: dict[str, Json] = {}
    for name, value in record.items():
        here = f"{path}/{str(name).replace('~', '~0').replace('/', '~1')}"
        parts = dict(enumerate(value)) if isinstance(value, list) else value
        if isinstance(parts, dict) and parts:
            found |= fields_of({str(key): part for key, part in parts.items()}, here)
        else:
            found[here] = value
    return found


def place_fields(lat: float, lon: float) -> dict[str, Json]:
    """A place four times over: the middle of the cell of 0.5, 0.1 and 0.01 degrees it lies in, and exactly.

    >>> place_fields(48.1234, 37.5678)["/place/10km"]
    [48.15, 37.55]
    """
    cells: dict[str, Json] = {
        f"/place/{name}": [_middle(lat, step), _middle(lon, step)] for name, step in PLACE_STEPS_DEG
    }
    return {**cells, "/place/exact": [lat, lon]}


def seal(
    finding: str, fields: Mapping[str, Json], randomness: Randomness = secrets.token_bytes
) -> tuple[Sealed, Salts]:
    """Seal every field under a salt of its own.

    >>> sealed, salts = seal("f-17", {"/result": "breached"}, lambda count: bytes(range(count)))
    >>> check_opening(sealed, open_field(salts, "/result", "breached"))
    """
    if not finding or not fields:
        raise UsageFault("a finding without a name or without fields cannot be sealed", do="give both")
    salts = {path: randomness(SALT_BYTES) for path in fields}
    own = [commitment(finding, path, salts[path], value) for path, value in fields.items()]
    decoys = [hashlib.sha256(_LABEL + randomness(SALT_BYTES)).digest() for _ in range(-len(own) % ROUNDED_TO)]
    return Sealed(finding, tuple(sorted(own + decoys))), Salts(finding, salts)


def commitment(finding: str, path: str, salt: bytes, value: Json) -> bytes:
    """The commitment to one field."""
    return _commitment(_named(finding), path, salt, value)


def _named(finding: str) -> bytes:
    """What every commitment of a finding begins with."""
    name = finding.encode()
    return _LABEL + _LENGTH.pack(len(name)) + name


def _commitment(named: bytes, path: str, salt: bytes, value: Json) -> bytes:
    where, text = path.encode(), canonical_json(value)
    pack = _LENGTH.pack
    return hashlib.sha256(
        b"".join((named, pack(len(where)), where, pack(len(salt)), salt, pack(len(text)), text))
    ).digest()


def open_field(salts: Salts, path: str, value: Json) -> Opening:
    """Show a field; raises :class:`~truceline.model.errors.NotFound` where its salt was deleted."""
    return Opening(path, value, salts.of(path))


def check_opening(sealed: Sealed, opening: Opening) -> None:
    """Check that a field as shown is the one that was sealed; raises :class:`~truceline.model.errors.NotProved`."""
    check_openings(sealed, (opening,))


def check_openings(sealed: Sealed, openings: Iterable[Opening]) -> None:
    """Check many fields of one finding, each path once."""
    known = frozenset(sealed.commitments)
    named = _named(sealed.finding)
    shown: set[str] = set()
    for one in openings:
        if one.path in shown:
            raise _not_sealed(sealed, one.path, "is shown twice")
        shown.add(one.path)
        if len(one.salt) != SALT_BYTES or _commitment(named, one.path, one.salt, one.value) not in known:
            raise _not_sealed(sealed, one.path, "as shown is not what was sealed")


def read_sealed(entry: bytes) -> Sealed:
    """A sealed finding from an entry; raises :class:`~truceline.model.errors.MalformedRecord` unless it is exact."""
    told = exact_json(entry, "the entry")
    if not isinstance(told, dict) or set(told) != {"commitments", "finding", "format"} or told["format"] != FORMAT:
        raise _malformed("the entry is no sealed finding of this format")
    name, listed = told["finding"], told["commitments"]
    if not isinstance(name, str) or not name or not isinstance(listed, list):
        raise _malformed("a sealed finding has a name and a list of commitments")
    texts = [one for one in listed if isinstance(one, str)]
    if len(texts) != len(listed):
        raise _malformed("a commitment is a text")
    commitments = tuple(hash_bytes(one, "a commitment") for one in texts)
    if list(commitments) != sorted(set(commitments)) or not commitments or len(commitments) % ROUNDED_TO:
        raise _malformed(f"commitments stand in order, each once, in a multiple of {ROUNDED_TO}")
    return Sealed(name, commitments)


def opening_form(one: Opening) -> dict[str, Json]:
    """An opening as JSON."""
    return {"path": one.path, "salt": base64_text(one.salt), "value": one.value}


def read_opening(told: Mapping[str, Json]) -> Opening:
    """An opening from JSON; raises :class:`~truceline.model.errors.MalformedRecord` for any other key or type."""
    if set(told) != {"path", "salt", "value"} or not isinstance(told["path"], str) or not isinstance(told["salt"], str):
        raise _malformed("an opening has a path, a salt and a value")
    return Opening(told["path"], told["value"], base64_bytes(told["salt"], "the salt"))


def _middle(degrees: float, step: float) -> float:
    """The middle of the cell of that width in which a coordinate lies."""
    return round((degrees // step + 0.5) * step, 6)


def _not_sealed(sealed: Sealed, path: str, what: str) -> NotProved:
    return NotProved(
        f"the field {path!r} of {sealed.finding!r} {what}",
        do="do not rely on it; keep what you were shown, and ask the mission to show the field again",
    )


def _malformed(what: str) -> MalformedRecord:
    return MalformedRecord(what, do="take the record from its source again, byte for byte")
