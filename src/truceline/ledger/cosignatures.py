"""Cosignatures: a witness states when, that this head agrees with every head of the log it ever signed.

Question: who signed this head, and when? A head that enough independent witnesses signed cannot be shown to one
reader alone.

Inputs: a checkpoint or a subtree, a key, a time in whole POSIX seconds. Outputs: signature lines for the note under
the checkpoint, or the signers with their times. Times are what the signer states; ``latest_s`` is the latest the
reader believes.

Source: C2SP tlog-cosignature. With Ed25519 (0x04) the signed bytes are two lines with version and time, then the
checkpoint's whole text; with ML-DSA-44 (0x06) they are a structure of names, time, range and root, which can also
name a subtree and leaves extensions out. An ML-DSA-44 cosignature with time 0 states that the head agrees, not that
it was the newest. Plain signatures (0x01) state no time.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass

from truceline.ledger.checkpoints import Checkpoint, parse_checkpoint
from truceline.ledger.encodings import HASH_BYTES, LARGEST_NUMBER
from truceline.ledger.keys import Signing, SigningKey, VerifierKey
from truceline.ledger.merkle import is_subtree
from truceline.ledger.notes import Note, NoteSignature, check_note, parse_note, sign_note
from truceline.model.errors import MalformedRecord, NotProved, UsageFault

_TIME = struct.Struct(">Q")
_LABEL = b"subtree/v1\n\x00"


@dataclass(frozen=True)
class Signer:
    """A key that signed a head, and the time it states; ``None`` where it states none."""

    key: VerifierKey
    time_s: int | None


@dataclass(frozen=True)
class SignedCheckpoint:
    """A head, the note it stands in, and the trusted keys whose signatures hold: the log's, and the witnesses'."""

    checkpoint: Checkpoint
    note: Note
    log: tuple[Signer, ...]
    witnesses: tuple[Signer, ...]


@dataclass(frozen=True)
class Subtree:
    """The entries from ``start`` below ``end`` of the log ``origin``, and their root."""

    origin: str
    start: int
    end: int
    root: bytes


def cosign(checkpoint: Checkpoint, key: SigningKey, time_s: int) -> NoteSignature:
    """A signature line over a head with any of the three ways of signing; a plain log key (0x01) states no time.

    Raises :class:`~truceline.model.errors.UsageFault` for a time outside 1 to 2^63 - 1 seconds.
    """
    if not 0 < time_s <= LARGEST_NUMBER:
        raise UsageFault(
            f"{time_s} is no time to sign at", do="give whole seconds since 1970, UTC", example="1764000000"
        )
    if key.signing is Signing.ED25519:
        return sign_note(checkpoint.text(), key)
    message = _message(key.verifier, checkpoint.text(), time_s)
    return _line(key, time_s, message)


def cosign_subtree(subtree: Subtree, key: SigningKey) -> NoteSignature:
    """A signature line over a subtree, without a time; ML-DSA-44 only."""
    if key.signing is not Signing.ML_DSA_44:
        raise UsageFault(f"the key of {key.name!r} cannot sign a subtree", do="use a key for ML-DSA-44 (06)")
    return _line(key, 0, _structure(key.name, subtree, 0))


def check_subtree(subtree: Subtree, signature: NoteSignature, key: VerifierKey) -> int:
    """The time a cosignature over a subtree states, 0 for none; raises NotProved if it does not hold.

    Only a subtree that begins at entry 0 may state a time.
    """
    time_s = stated_time(key, signature.signature) if key.signing is Signing.ML_DSA_44 else None
    holds = (
        time_s is not None
        and (signature.name, signature.key_id) == (key.name, key.key_id)
        and (subtree.start == 0 or time_s == 0)
        and key.holds(_structure(key.name, subtree, time_s), signature.signature[_TIME.size :])
    )
    if not holds or time_s is None:
        raise NotProved(
            f"the signature of {signature.name!r} over entries {subtree.start} to {subtree.end - 1} does not hold",
            do="do not rely on this part of the log; ask for the signature again",
        )
    return time_s


def holds(key: VerifierKey, text: str, signature: bytes) -> bool:
    """Whether a signature, with its time if the way of signing has one, is the key's over this checkpoint text."""
    if key.signing is Signing.ED25519:
        return key.holds(text.encode(), signature)
    time_s = stated_time(key, signature)
    return time_s is not None and key.holds(_message(key, text, time_s), signature[_TIME.size :])


def stated_time(key: VerifierKey, signature: bytes) -> int | None:
    """The time a signature states, in POSIX seconds; ``None`` for a plain one or one of a wrong length or time."""
    if key.signing is Signing.ED25519 or len(signature) != _TIME.size + key.signing.signature_bytes:
        return None
    (time_s,) = _TIME.unpack_from(signature)
    return int(time_s) if time_s <= LARGEST_NUMBER else None


def open_checkpoint(
    data: bytes,
    origin: str,
    log_keys: Iterable[VerifierKey],
    witness_keys: Iterable[VerifierKey] = (),
    latest_s: int | None = None,
) -> SignedCheckpoint:
    """Read a signed checkpoint of the log ``origin`` and say whose signatures hold.

    Raises :class:`~truceline.model.errors.MalformedRecord` if it is not exact, and
    :class:`~truceline.model.errors.NotProved` if it is another log's, if no log key signed it, if a signature of a
    named key does not hold, or if a stated time lies after ``latest_s``. How many witnesses are enough is for a
    policy to say (:mod:`truceline.ledger.policies`).
    """
    note = parse_note(data)
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != origin:
        raise NotProved(
            f"this is a checkpoint of the log {checkpoint.origin!r}, not of {origin!r}",
            do="ask for the checkpoint of the log you mean; a record of one log proves nothing about another",
        )
    logs, witnesses = frozenset(log_keys), frozenset(witness_keys)
    signers = check_note(note, logs | witnesses, holds)
    if logs.isdisjoint(signers):
        raise NotProved(
            f"no key of the log {origin!r} that is trusted here signed this checkpoint",
            do="check the list of keys; witnesses vouch for a head only together with the log itself",
        )
    signed = tuple(Signer(key, _time_of(note, key)) for key in signers)
    _check_times(signed, latest_s)
    return SignedCheckpoint(
        checkpoint,
        note,
        tuple(one for one in signed if one.key in logs),
        tuple(one for one in signed if one.key in witnesses),
    )


def _time_of(note: Note, key: VerifierKey) -> int | None:
    """The latest time among a key's signatures under one note."""
    own = (one.signature for one in note.signatures if (one.name, one.key_id) == (key.name, key.key_id))
    return max((time for one in own if (time := stated_time(key, one)) is not None), default=None)


def _check_times(signers: Iterable[Signer], latest_s: int | None) -> None:
    for one in signers:
        if latest_s is not None and one.time_s is not None and one.time_s > latest_s:
            raise NotProved(
                f"{one.key.name!r} states that it signed at {one.time_s}, after {latest_s}, the latest that can be",
                do="check this machine's clock; if it is right, the signer's clock is wrong or the time was made up",
            )


def _line(key: SigningKey, time_s: int, message: bytes) -> NoteSignature:
    return NoteSignature(key.name, key.verifier.key_id, _TIME.pack(time_s) + key.sign(message))


def _message(key: VerifierKey, text: str, time_s: int) -> bytes:
    if key.signing is Signing.ED25519_COSIGNATURE:
        return f"cosignature/v1\ntime {time_s}\n{text}".encode()
    checkpoint = parse_checkpoint(text)
    return _structure(key.name, Subtree(checkpoint.origin, 0, checkpoint.size, checkpoint.root), time_s)


def _structure(name: str, subtree: Subtree, time_s: int) -> bytes:
    """The bytes that ML-DSA-44 signs: label, name of the signer, time, name of the log, range, root."""
    names = (name.encode(), subtree.origin.encode())
    empty_log = subtree.start == subtree.end == 0
    if not all(1 <= len(one) <= 255 for one in names) or len(subtree.root) != HASH_BYTES:
        raise MalformedRecord("names of 1 to 255 bytes and a root of 32 bytes can be signed", do="shorten the name")
    if not empty_log and not is_subtree(subtree.start, subtree.end):
        raise MalformedRecord(
            f"the entries from {subtree.start} below {subtree.end} are no subtree",
            do="begin at a multiple of the width rounded up to a power of two",
            example="[8, 13)",
        )
    signer, origin = (bytes([len(one)]) + one for one in names)
    place = struct.pack(">QQ", subtree.start, subtree.end)
    return _LABEL + signer + _TIME.pack(time_s) + origin + place + subtree.root
