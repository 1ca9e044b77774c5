"""The key of a mission's private log: made once, the secret readable by its owner alone, the public half beside it.

Question: by which key are the heads of this mission's log signed, and by which are they checked? In ``ledger/keys/``
stand ``private-log.key``, one secret line with mode 0600 that nothing ever prints, and ``private-log.pub``, the line
to hand to whoever checks. Nothing here is ever written over.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from truceline.ledger import disk
from truceline.ledger.keys import SigningKey, VerifierKey, new_key, parse_signing_key, parse_verifier_key
from truceline.ledger.log import LogIdentity
from truceline.mission.folder import Mission
from truceline.model import LedgerFault, MissionFault, NotFound

LEDGER = "ledger"
SECRET, PUBLIC = Path("keys", "private-log.key"), Path("keys", "private-log.pub")
LOG = "private"
_OWNER_ONLY, _OTHERS = 0o700, 0o077


def log_folder(mission: Mission) -> Path:
    """Where a mission's private log stands."""
    return mission.root / LEDGER / LOG


def make_key(mission: Mission, name: str = "", randomness: Callable[[int], bytes] = secrets.token_bytes) -> VerifierKey:
    """Make the key of the private log and keep it; ``name`` is the log's, usually the mission's id and ``/private``.

    A making that was cut short is gone on with. Raises :class:`MissionFault` where there is a key already, and
    :class:`LedgerFault` where there is a log, or a public key, whose secret key is gone.
    """
    root = mission.root / LEDGER
    secret, public = root / SECRET, root / PUBLIC
    if secret.exists() and public.exists():
        raise MissionFault(
            "the private log has its key already", where=str(public), do="go on with: truceline ledger drain"
        )
    if not secret.exists() and (public.exists() or log_folder(mission).exists()):
        raise LedgerFault(
            "there is a private log, or its public key, and the secret key is gone",
            where=str(secret),
            do="put the secret key back from its keeping: with another one the log cannot be gone on with",
        )
    with disk.telling_faults("the key", root):
        if not secret.exists():
            key = new_key(name or f"{mission.settings.id}/private", randomness=randomness)
            for folder in (root, secret.parent):
                disk.make_folder(folder)
                folder.chmod(_OWNER_ONLY)
            _keep(secret, key.secret_text(), 0o600)
        verifier = _secret(secret).verifier
        _keep(public, verifier.text(), 0o644)
    return verifier


def read_identity(mission: Mission) -> LogIdentity:
    """The log's name and secret key; raises :class:`NotFound` before there is one."""
    key, verifier = _secret(mission.root / LEDGER / SECRET), read_verifier(mission)
    if key.verifier != verifier:
        raise LedgerFault(
            "the secret key and the public key of the private log do not belong together",
            where=str(mission.root / LEDGER / PUBLIC),
            do="put both back from their keeping; one of them was exchanged",
        )
    return LogIdentity(key.name, (key,))


def read_verifier(mission: Mission) -> VerifierKey:
    """The public key heads of the private log are checked by; raises :class:`NotFound` before there is one."""
    return read_verifier_file(mission.root / LEDGER / PUBLIC)


def read_verifier_file(path: Path) -> VerifierKey:
    """The public key in a file of one line."""
    return parse_verifier_key(_line(path))


def _secret(path: Path) -> SigningKey:
    line = _line(path)
    if path.stat().st_mode & _OTHERS:
        raise LedgerFault(
            "others than its owner may read the secret key of the private log",
            where=str(path),
            do="find out who did; then take the rights away",
            example=f"chmod 600 {path}",
        )
    return parse_signing_key(line)


def _line(path: Path) -> str:
    try:
        return path.read_bytes().decode("ascii", "replace").removesuffix("\n")
    except FileNotFoundError as cause:
        raise NotFound(
            "the private log has no key yet, or it is gone",
            where=str(path),
            do="make it once; where there was one, put it back from its keeping",
            example="truceline ledger init",
        ) from cause
    except OSError as cause:
        raise LedgerFault(f"the key cannot be read ({cause.strerror})", where=str(path)) from cause


def _keep(path: Path, line: str, mode: int) -> None:
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
