"""A sealed box: bytes of any length that only the holder of a key kept elsewhere can open.

Question: how is what must not be seized carried away, by somebody who cannot open it himself? In: bytes in pieces, the
public keys of one to sixteen holders. Out: a file each of them opens alone. Whoever makes the box needs no secret, and
afterwards cannot open it.

Form of the file: a line ``truceline-sealed/v1``; a line of canonical JSON with ``to``, for each holder ``id`` and
``key``; then pieces of 65,536 bytes (the last shorter, or empty), each with 16 bytes of tag. ``key`` is the box's own
secret of 32 random bytes, sealed to the holder by HPKE (RFC 9180, base mode, X25519, HKDF-SHA256, ChaCha20-Poly1305,
info ``truceline-sealed/v1``) in base64. Pieces are sealed by ChaCha20-Poly1305 under HKDF-SHA256 of that secret, with
the SHA-256 of both lines as info; the nonce is the number of the piece in eleven bytes and 1 for the last one, else 0.
So no piece can be changed, moved, left out or cut off, and no holder slipped in. X25519 does not outlast a quantum
computer: whoever copies a box today may open it in decades.

Sources: RFC 9180; RFC 8439; the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizar, CRYPTO 2015), as age uses it.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from truceline.ledger.encodings import base64_bytes, base64_text, shown
from truceline.ledger.keys import check_key_name, is_secret
from truceline.model.canonical import canonical_json
from truceline.model.errors import MalformedRecord, NotProved, UsageFault

FORMAT = "truceline-sealed/v1"
PIECE_BYTES = 65_536
MOST_HOLDERS = 16
_TAG_BYTES = 16
_KEY_BYTES = 32
_MOST_HEADER_BYTES = 8_192
_PUBLIC, _SECRET = "SEAL+", "PRIVATE+KEY+SEAL+"
_ID = re.compile(r"[0-9a-f]{8}", re.ASCII)
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_EXAMPLE = "SEAL+hague-safe+1a2b3c4d+MCowBQYDK2VuAyEA..."


@dataclass(frozen=True)
class SealKey:
    """The public key of a holder, by which a box is sealed to him."""

    name: str
    public: bytes

    @property
    def key_id(self) -> str:
        """Eight digits that tell a box's holders apart; a label, not a proof."""
        return hashlib.sha256(_PUBLIC.encode() + self.name.encode() + b"\n" + self.public).hexdigest()[:8]

    def text(self) -> str:
        """The key as one line."""
        return f"{_PUBLIC}{self.name}+{self.key_id}+{base64_text(self.public)}"


@dataclass(frozen=True)
class SecretSealKey:
    """The secret key of a holder; to be kept where the boxes are not."""

    name: str
    secret: bytes = field(repr=False)

    @property
    def public(self) -> SealKey:
        """The public half."""
        return SealKey(self.name, X25519PrivateKey.from_private_bytes(self.secret).public_key().public_bytes_raw())

    def secret_text(self) -> str:
        """The secret as one line."""
        return f"{_SECRET}{self.name}+{self.public.key_id}+{base64_text(self.secret)}"


def new_seal_key(name: str, randomness: Callable[[int], bytes] = secrets.token_bytes) -> SecretSealKey:
    """A new key; raises :class:`~truceline.model.errors.MalformedRecord` for a name no line can carry.

    >>> new_seal_key("hague-safe", bytes).public.text()
    'SEAL+hague-safe+760c5d03+L+V9o0fNYkMVKNqsX7spBzD/9oSvxM/C7ZCZX1jLO3Q='
    """
    check_key_name(name)
    return SecretSealKey(name, randomness(_KEY_BYTES))


def parse_seal_key(text: str) -> SealKey:
    """A holder's public key from its line."""
    if is_secret(text):
        raise _key_fault("the line of a secret key stands where a public one belongs")
    if not text.startswith(_PUBLIC):
        raise _key_fault(f"this is no key to seal to: {shown(text)!r}")
    name, key_id, public = _parts(text.removeprefix(_PUBLIC))
    key = SealKey(name, public)
    if key.key_id != key_id:
        raise _key_fault("name, id and key of the line do not belong together")
    return key


def parse_secret_seal_key(text: str) -> SecretSealKey:
    """A holder's secret key from its line; no error repeats any part of it."""
    if not text.startswith(_SECRET):
        raise _key_fault("this is not the line of a secret key to open boxes with")
    try:
        name, key_id, secret = _parts(text.removeprefix(_SECRET))
    except MalformedRecord:
        raise _key_fault("the line of the secret key is not exact") from None
    key = SecretSealKey(name, secret)
    if key.public.key_id != key_id:
        raise _key_fault("the id does not belong to the name and the secret")
    return key


class Sealing:
    """A box being filled; :meth:`write` takes bytes, :meth:`close` ends it."""

    def __init__(
        self, to: BinaryIO, holders: Sequence[SealKey], randomness: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        """Begin a box; raises :class:`~truceline.model.errors.UsageFault` without holders, or with one twice."""
        if not 1 <= len({one.public for one in holders}) == len(holders) <= MOST_HOLDERS:
            raise UsageFault(
                f"a box is sealed to 1 to {MOST_HOLDERS} holders, each named once",
                do="name the public keys of those who shall open it",
                example=_EXAMPLE,
            )
        self.own_secret = randomness(_KEY_BYTES)
        """Opens this box alone: for reading it back now, to be forgotten then."""
        told = [{"id": one.key_id, "key": base64_text(_sealed_to(one, self.own_secret))} for one in holders]
        header = f"{FORMAT}\n".encode() + canonical_json({"to": told}) + b"\n"
        self._to, self._cipher, self._number = to, _cipher(self.own_secret, header), 0
        self._rest = bytearray()
        to.write(header)

    def write(self, data: bytes) -> int:
        """Put more bytes into the box."""
        self._rest += data
        while len(self._rest) > PIECE_BYTES:  # a full piece is held back: it may be the last
            self._piece(bytes(self._rest[:PIECE_BYTES]), last=False)
            del self._rest[:PIECE_BYTES]
        return len(data)

    def close(self) -> None:
        """Put the last piece in; without it nobody takes the box for whole."""
        self._piece(bytes(self._rest), last=True)

    def _piece(self, data: bytes, *, last: bool) -> None:
        self._to.write(self._cipher.encrypt(_nonce(self._number, last=last), data, None))
        self._number += 1


def opened(box: BinaryIO, key: SecretSealKey) -> Iterator[bytes]:
    """What is in a box, piece by piece; trust nothing of it before the last piece came.

    Raises :class:`~truceline.model.errors.MalformedRecord` for what is no box, and
    :class:`~truceline.model.errors.NotProved` where the key does not open it, or a piece was changed or is missing.
    """
    header, told = _header(box)
    for one in told:
        if one["id"] == key.public.key_id:
            try:
                private = X25519PrivateKey.from_private_bytes(key.secret)
                secret = _SUITE.decrypt(base64_bytes(one["key"], "the box's key"), private, FORMAT.encode())
            except (InvalidTag, ValueError) as cause:
                raise _changed("its key was changed") from cause
            yield from _pieces(box, _cipher(secret, header))
            return
    raise _changed(f"it is not sealed to {key.name!r}")


def opened_by_own_secret(box: BinaryIO, secret: bytes) -> Iterator[bytes]:
    """The same for whoever has just sealed the box and still holds its own secret."""
    header, _ = _header(box)
    yield from _pieces(box, _cipher(secret, header))


def _pieces(box: BinaryIO, cipher: ChaCha20Poly1305) -> Iterator[bytes]:
    number, piece = 0, box.read(PIECE_BYTES + _TAG_BYTES)
    while True:
        following = box.read(PIECE_BYTES + _TAG_BYTES)
        try:
            data = cipher.decrypt(_nonce(number, last=not following), piece, None)
        except (InvalidTag, ValueError) as cause:
            raise _changed(f"piece {number} was changed, moved or cut off") from cause
        yield data
        if not following:
            return
        number, piece = number + 1, following


def _header(box: BinaryIO) -> tuple[bytes, list[dict[str, str]]]:
    first, second = box.readline(len(FORMAT) + 1), box.readline(_MOST_HEADER_BYTES)
    try:
        told = json.loads(second)
        exact = first == f"{FORMAT}\n".encode() and canonical_json(told) + b"\n" == second
    except (ValueError, RecursionError):
        exact, told = False, None
    if not exact or not isinstance(told, dict) or list(told) != ["to"] or not isinstance(told["to"], list):
        raise _no_box()
    for one in told["to"]:
        if (
            not isinstance(one, dict)
            or set(one) != {"id", "key"}
            or not all(isinstance(two, str) for two in one.values())
        ):
            raise _no_box()
    return first + second, told["to"]


def _no_box() -> MalformedRecord:
    return MalformedRecord("this is no sealed box", do="take the file from its keeping again")


def _sealed_to(key: SealKey, secret: bytes) -> bytes:
    return _SUITE.encrypt(secret, X25519PublicKey.from_public_bytes(key.public), FORMAT.encode())


def _cipher(secret: bytes, header: bytes) -> ChaCha20Poly1305:
    drawn = HKDF(SHA256(), _KEY_BYTES, None, hashlib.sha256(header).digest()).derive(secret)
    return ChaCha20Poly1305(drawn)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _parts(rest: str) -> tuple[str, str, bytes]:
    parts = rest.split("+", 2)
    if len(parts) != 3 or not _ID.fullmatch(parts[1]):
        raise _key_fault("the line of a key to seal to is SEAL, name, eight digits of id, and key")
    check_key_name(parts[0])
    key = base64_bytes(parts[2], "the key")
    if len(key) != _KEY_BYTES:
        raise _key_fault(f"the key has {len(key)} bytes where {_KEY_BYTES} belong")
    return parts[0], parts[1], key


def _key_fault(what: str) -> MalformedRecord:
    return MalformedRecord(what, do="take the line from its holder again", example=_EXAMPLE)


def _changed(what: str) -> NotProved:
    return NotProved(
        f"the sealed box does not open: {what}", do="take another copy of it, or the key of one it is sealed to"
    )
