"""A made-up mission's public log with seven witnesses, and bundles from it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from truceline.ledger.bundles import Bundle, make_bundle
from truceline.ledger.checkpoints import parse_checkpoint
from truceline.ledger.cosignatures import cosign
from truceline.ledger.disclosure import Json, Salts, open_field, seal
from truceline.ledger.journal import Submission
from truceline.ledger.keys import Signing, SigningKey
from truceline.ledger.log import Log, LogIdentity, reading
from truceline.ledger.notes import parse_note

NAME = "example.org/mission/public"
NOON = 1_934_539_200
LOG_KEY = SigningKey(NAME, Signing.ED25519, bytes([200]) * 32)
WITNESSES = ("party-a", "party-b", "guarantor", "regional", "neutral-1", "neutral-2", "neutral-3")
KEYS = {
    name: SigningKey(f"example.org/{name}", Signing.ED25519_COSIGNATURE, bytes([at]) * 32)
    for at, name in enumerate(WITNESSES, start=1)
}
FIELDS: dict[str, Json] = {"/result": "breached", "/count": 3, "/place/50km": [48.25, 37.75]}


def key_list(least: int = 5, witnesses: Sequence[str] = WITNESSES, parties: str = "#parties party-a party-b") -> bytes:
    lines = [f"log {LOG_KEY.verifier.text()}"]
    lines += [f"witness {name} {KEYS[name].verifier.text()}" for name in witnesses]
    lines += [f"group enough {least} {' '.join(witnesses)}", "quorum enough", parties]
    return "".join(f"{line}\n" for line in lines).encode()


def sealed_of(number: int, fields: dict[str, Json] | None = None) -> tuple[bytes, Salts]:
    draws = count()

    def drawn(size: int) -> bytes:
        return hashlib.sha256(f"{number} {next(draws)}".encode()).digest()[:size]

    sealed, salts = seal(f"finding-{number}", fields or FIELDS, drawn)
    return sealed.entry(), salts


def cosigned(head: bytes, times: dict[str, int]) -> bytes:
    note = parse_note(head)
    checkpoint = parse_checkpoint(note.text)
    return note.with_signatures(cosign(checkpoint, KEYS[name], time_s) for name, time_s in times.items()).encode()


def log_of(folder: Path, entries: Sequence[bytes]) -> bytes:
    """Write a log and return its signed head."""
    with Log(folder, LogIdentity(NAME, (LOG_KEY,)), lambda: NOON) as one:
        one.append([Submission(b"key %d" % at, entry) for at, entry in enumerate(entries)])
        one.settle()
        return one.head


def bundle_of(
    folder: Path,
    times: dict[str, int] | None = None,
    fields: dict[str, Json] | None = None,
    shown: Sequence[str] = ("/result", "/place/50km"),
    prose: str = "",
) -> Bundle:
    """A bundle of finding 2 among five, cosigned by all seven unless told otherwise."""
    made = [sealed_of(number, fields) for number in range(5)]
    head = cosigned(
        log_of(folder, [entry for entry, _ in made]), dict.fromkeys(WITNESSES, NOON) if times is None else times
    )
    values = fields or FIELDS
    openings = tuple(open_field(made[2][1], path, values[path]) for path in shown)
    return make_bundle(reading(folder), head, 2, openings, prose)
