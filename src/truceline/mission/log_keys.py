"""The keys of a mission's two logs: each made once, the secret readable by its owner alone, the public half beside it.

Question: by which key are the heads of this mission's logs signed, and by which are they checked? In ``ledger/keys/``
stand for the private log ``private-log.key``, one secret line with mode 0600 that nothing ever prints, and
``private-log.pub``, the line to hand to whoever checks; for the public log the same under ``public-log``. Nothing here
is ever written over.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from truceline.ledger import disk
from truceline.ledger.keys import SigningKey, VerifierKey, new_key, parse_signing_key, parse_verifier_key
from truceline.ledger.log import LogIdentity
from truceline.mission.folder import Mission
from truceline.model import LedgerFault, MissionFault, NotFound

LEDGER = "ledger"
_OWNER_ONLY, _OTHERS = 0o700, 0o077


class Which(StrEnum):
    """One of the two logs of a mission."""

    PRIVATE = "private"
    """Custody, reviews, decisions who may see what: for the mission, and for whoever it must show them to."""
    PUBLIC = "public"
    """What is published, and what witnesses refused: for everybody."""

    @property
    def secret(self) -> Path:
        """The file of the secret key, below the ledger's folder."""
        return Path("keys", f"{self}-log.key")

    @property
    def public(self) -> Path:
        """The file of the public key, below the ledger's folder."""
        return Path("keys", f"{self}-log.pub")

    @property
    def next_secret(self) -> Path:
        """The file of the next secret key, while both sign."""
        return Path("keys", f"{self}-log.next.key")

    @property
    def next_public(self) -> Path:
        """The file of the next public key, until it takes the place of the old one."""
        return Path("keys", f"{self}-log.next.pub")

    @property
    def statement(self) -> Path:
        """The file of the statement that names the next key."""
        return Path("keys", f"{self}-log.next.txt")


SECRET, PUBLIC = Which.PRIVATE.secret, Which.PRIVATE.public


def log_folder(mission: Mission, which: Which = Which.PRIVATE) -> Path:
    """Where one of a mission's logs stands."""
    return mission.root / LEDGER / which


def make_key(
    mission: Mission,
    name: str = "",
    randomness: Callable[[int], bytes] = secrets.token_bytes,
    which: Which = Which.PRIVATE,
) -> VerifierKey:
    """Make the key of a log and keep it; ``name`` is the log's, usually the mission's id and ``/private``.

    A making that was cut short is gone on with. Raises :class:`MissionFault` where there is a key already, and
    :class:`LedgerFault` where there is a log, or a public key, whose secret key is gone.
    """
    root = mission.root / LEDGER
    secret, public = root / which.secret, root / which.public
    if secret.exists() and public.exists():
        raise MissionFault(f"the {which} log has its key already", where=str(public), do=f"go on with: {_NEXT[which]}")
    if not secret.exists() and (public.exists() or log_folder(mission, which).exists()):
        raise LedgerFault(
            f"there is a {which} log, or its public key, and the secret key is gone",
            where=str(secret),
            do="put the secret key back from its keeping: with another one the log cannot be gone on with",
        )
    with disk.telling_faults("the key", root):
        if not secret.exists():
            key = new_key(name or f"{mission.settings.id}/{which}", randomness=randomness)
            for folder in (root, secret.parent):
                disk.make_folder(folder)
                folder.chmod(_OWNER_ONLY)
            keep_line(secret, key.secret_text(), 0o600)
        verifier = _secret(secret, which).verifier
        keep_line(public, verifier.text(), 0o644)
    return verifier


def read_identity(mission: Mission, which: Which = Which.PRIVATE) -> LogIdentity:
    """The log's name and secret key, and while a key is being changed the next one; :class:`NotFound` before that."""
    key, verifier = _secret(mission.root / LEDGER / which.secret, which), read_verifier(mission, which)
    if key.verifier != verifier:
        raise LedgerFault(
            f"the secret key and the public key of the {which} log do not belong together",
            where=str(mission.root / LEDGER / which.public),
            do="put both back from their keeping; one of them was exchanged",
        )
    following = mission.root / LEDGER / which.next_secret
    return LogIdentity(key.name, (key, _secret(following, which)) if following.exists() else (key,))


def read_verifier(mission: Mission, which: Which = Which.PRIVATE) -> VerifierKey:
    """The public key heads of a log are checked by; raises :class:`NotFound` before there is one."""
    return read_verifier_file(mission.root / LEDGER / which.public, which)


def read_verifier_file(path: Path, which: Which = Which.PRIVATE) -> VerifierKey:
    """The public key in a file of one line."""
    return parse_verifier_key(_line(path, which))


def _secret(path: Path, which: Which) -> SigningKey:
    line = _line(path, which)
    if path.stat().st_mode & _OTHERS:
        raise LedgerFault(
            f"others than its owner may read the secret key of the {which} log",
            where=str(path),
            do="find out who did; then take the rights away",
            example=f"chmod 600 {path}",
        )
    return parse_signing_key(line)


def _line(path: Path, which: Which) -> str:
    try:
        return path.read_bytes().decode("ascii", "replace").removesuffix("\n")
    except FileNotFoundError as cause:
        raise NotFound(
            f"the {which} log has no key yet, or it is gone",
            where=str(path),
            do="make it once; where there was one, put it back from its keeping",
            example=_INIT[which],
        ) from cause
    except OSError as cause:
        raise LedgerFault(f"the key cannot be read ({cause.strerror})", where=str(path)) from cause


def keep_line(path: Path, line: str, mode: int) -> None:
    """A file with all of its bytes and nobody's file written over, or none; its rights are right from the beginning."""
    making = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        disk.write(handle, f"{line}\n".encode())
        disk.sync(handle)
        path.hardlink_to(making)
    finally:
        os.close(handle)
        with suppress(OSError):
            making.unlink()
    disk.sync_folder(path.parent)


_NEXT = {Which.PRIVATE: "truceline ledger drain", Which.PUBLIC: "truceline publish"}
_INIT = {Which.PRIVATE: "truceline ledger init", Which.PUBLIC: "truceline ledger init --log public"}
