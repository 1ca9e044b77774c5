"""Keys that sign heads of the log, in the one-line texts that can be read out and compared.

Question: whose key is this, for which way of signing, and does a signature hold under it? A key is told apart by its
name *and* its id; the id is only a label of four bytes, so trust always rests on the whole public key that was handed
over beforehand.

Three ways of signing, each with its byte; anything else is refused, not guessed:

====  =============================================  ==================================================
0x01  Ed25519 over the text of a note                a log signs its head
0x04  Ed25519 over the text with the time before it  a witness signs a head (cosignature/v1)
0x06  ML-DSA-44 over size, root, names and time      log or witness; holds against a quantum computer
====  =============================================  ==================================================

Sources: C2SP signed-note (key ids, verifier keys), tlog-cosignature; RFC 8032 (Ed25519); FIPS 204 (ML-DSA-44). The
secret text is the form that the Go note package reads.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from truceline.ledger.encodings import base64_bytes, base64_text, shown
from truceline.model.errors import MalformedRecord

SEED_BYTES = 32
_PREFIX = "PRIVATE+KEY+"
_ID = re.compile(r"[0-9a-f]{8}", re.ASCII)
_PRIME = 2**255 - 19
_CURVE_D = -121665 * pow(121666, -1, _PRIME)
_VERIFIER_EXAMPLE = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


class Signing(IntEnum):
    """A way of signing, by the byte the formats give it."""

    ED25519 = 0x01
    ED25519_COSIGNATURE = 0x04
    ML_DSA_44 = 0x06

    @property
    def public_bytes(self) -> int:
        """The length of a public key."""
        return 1312 if self is Signing.ML_DSA_44 else 32

    @property
    def signature_bytes(self) -> int:
        """The length of the bare signature, without key id and time."""
        return 2420 if self is Signing.ML_DSA_44 else 64


@dataclass(frozen=True)
class VerifierKey:
    """A name, a way of signing and a public key: what is needed to check, and nothing to sign with."""

    name: str
    signing: Signing
    public: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a name no note can carry and a public key of another length or of small order."""
        check_key_name(self.name)
        if len(self.public) != self.signing.public_bytes:
            raise MalformedRecord(
                f"the public key of {self.name!r} is {len(self.public)} bytes long, not {self.signing.public_bytes}",
                do="ask the key's holder for the whole line again, by a way you trust",
                example=_VERIFIER_EXAMPLE,
            )
        if self.signing is not Signing.ML_DSA_44 and _is_weak(self.public):
            raise MalformedRecord(
                f"the public key of {self.name!r} is one under which anybody's signature can hold",
                do="ask the key's holder for a key that was drawn at random; this one was chosen",
                example=_VERIFIER_EXAMPLE,
            )

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell a signature's key apart; a label, not a proof."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.signing]) + self.public).digest()[:4]

    def text(self) -> str:
        """The key as one line."""
        return f"{self.name}+{self.key_id.hex()}+{base64_text(bytes([self.signing]) + self.public)}"

    def same_key(self, other: VerifierKey) -> bool:
        """Whether both wrap one and the same public key, whatever their names and ways of signing."""
        return self.public == other.public

    def holds(self, message: bytes, signature: bytes) -> bool:
        """Whether the bare signature is this key's over the message."""
        if len(signature) != self.signing.signature_bytes:
            return False
        try:
            _public_key(self.signing, self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class SigningKey:
    """A secret key. Its seed is never shown by ``repr`` or an error."""

    name: str
    signing: Signing
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a name no note can carry and a seed of another length."""
        check_key_name(self.name)
        if len(self.seed) != SEED_BYTES:
            raise _secret_fault(f"the secret key of {self.name!r} has not {SEED_BYTES} bytes")

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(
            self.name, self.signing, _private_key(self.signing, self.seed).public_key().public_bytes_raw()
        )

    def secret_text(self) -> str:
        """The secret as one line, to be kept as nothing else is kept."""
        return f"{_PREFIX}{self.name}+{self.verifier.key_id.hex()}+{base64_text(bytes([self.signing]) + self.seed)}"

    def sign(self, message: bytes) -> bytes:
        """The bare signature over a message."""
        return _private_key(self.signing, self.seed).sign(message)


def new_key(
    name: str, signing: Signing = Signing.ED25519, randomness: Callable[[int], bytes] = secrets.token_bytes
) -> SigningKey:
    """A new key; ``randomness`` gives so many secret bytes.

    >>> new_key("example.com/party-a", randomness=lambda count: bytes(count)).verifier.text()
    'example.com/party-a+c220b98a+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop'
    """
    return SigningKey(name, signing, randomness(SEED_BYTES))


def parse_verifier_key(text: str) -> VerifierKey:
    """A public key from its line; raises :class:`~truceline.model.errors.MalformedRecord` for whatever is not exact.

    >>> parse_verifier_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").name
    'PeterNeumann'
    """
    if is_secret(text):
        raise _secret_fault("the line of a secret key stands where a public one belongs")
    name, key_id, signing, public = _parts(text, "public key", _VERIFIER_EXAMPLE)
    key = VerifierKey(name, signing, public)
    if key.key_id.hex() != key_id:
        raise MalformedRecord(
            f"the id {key_id} does not belong to the name and public key of {name!r}, which give {key.key_id.hex()}",
            where=shown(text),
            do="name, id and key must be copied together: ask the key's holder for the whole line again",
            example=_VERIFIER_EXAMPLE,
        )
    return key


def parse_signing_key(text: str) -> SigningKey:
    """A secret key from its line; no error repeats any part of the secret."""
    if not text.startswith(_PREFIX):
        raise _secret_fault("this is not the line of a secret key")
    try:
        name, key_id, signing, seed = _parts(text.removeprefix(_PREFIX), "secret key", "")
        key = SigningKey(name, signing, seed)
    except MalformedRecord:
        # Not chained: the inner error shows what stands there, and here that is a secret.
        raise _secret_fault("the line of the secret key is not exact") from None
    if key.verifier.key_id.hex() != key_id:
        raise _secret_fault("the id does not belong to the name and the secret")
    return key


def is_secret(text: str) -> bool:
    """Whether a text holds the line of a secret key, and must not be repeated in an error."""
    return _PREFIX in text


def check_key_name(name: str) -> None:
    """Refuse a name that no signature line can carry: empty, not UTF-8, or with a space, plus or control sign."""
    if not name or any(sign == "+" or sign.isspace() or sign < " " or "\ud800" <= sign <= "\udfff" for sign in name):
        raise MalformedRecord(
            f"{name!r} cannot be the name of a key",
            do="take a name without spaces, plus signs and control characters, best one like a web address",
            example="example.com/party-a",
        )


def _parts(text: str, what: str, example: str) -> tuple[str, str, Signing, bytes]:
    parts = text.split("+", 2)
    if len(parts) != 3 or not _ID.fullmatch(parts[1]):
        raise MalformedRecord(
            f"a {what} is name, eight digits of id in lower case, and key, with plus signs between",
            where=shown(text),
            do="ask the key's holder for the whole line again",
            example=example,
        )
    value = base64_bytes(parts[2], f"the {what} of {parts[0]!r}")
    if value[:1] not in {bytes([one]) for one in Signing}:
        raise MalformedRecord(
            f"the {what} of {parts[0]!r} is for an unknown way of signing, {value[:1].hex() or 'none'}",
            do="use a key for Ed25519 (01), Ed25519 cosignatures (04) or ML-DSA-44 (06)",
            example=example,
        )
    return parts[0], parts[1], Signing(value[0]), value[1:]


# Reading a public key costs more than a check under it, and the same few keys sign every head.
@lru_cache(maxsize=256)
def _public_key(signing: Signing, public: bytes) -> Ed25519PublicKey | MLDSA44PublicKey:
    if signing is Signing.ML_DSA_44:
        return MLDSA44PublicKey.from_public_bytes(public)
    return Ed25519PublicKey.from_public_bytes(public)


def _private_key(signing: Signing, seed: bytes) -> Ed25519PrivateKey | MLDSA44PrivateKey:
    if signing is Signing.ML_DSA_44:
        return MLDSA44PrivateKey.from_seed_bytes(seed)
    return Ed25519PrivateKey.from_private_bytes(seed)


def _is_weak(public: bytes) -> bool:
    """Whether a point of Ed25519 is of order 1, 2, 4 or 8, or not written in the one way.

    With -x^2 + y^2 = 1 + d x^2 y^2 those points have y = 0, 1 or -1, or double to y = 0, which gives d y^4 + 2 y^2 = 1.
    """
    y = int.from_bytes(public, "little") & (2**255 - 1)
    return y >= _PRIME or y * (y * y - 1) * (_CURVE_D * y**4 + 2 * y * y - 1) % _PRIME == 0


def _secret_fault(what: str) -> MalformedRecord:
    return MalformedRecord(
        what,
        do="restore the secret key from its keeping; do not send it to anybody to have it looked at",
        example="PRIVATE+KEY+name+id+key",
    )
