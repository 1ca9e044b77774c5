"""Signed notes: a text that a person can read, and under it lines of signatures.

Question: what exactly was signed, and by which of the keys I trust? A note says nothing until a signature of a
trusted key holds.

Form: the text, ending with a line end; an empty line; one line for each signature: an em dash, a space, the key's
name, a space, and in base64 four bytes of key id and the signature. UTF-8 without control characters other than the
line end.

Source: C2SP signed-note. At most 100 signatures and 1,000,000 bytes are read, the limits of the Go note package.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from truceline.ledger.encodings import base64_bytes, base64_text, shown
from truceline.ledger.keys import Signing, SigningKey, VerifierKey, check_key_name
from truceline.model.errors import MalformedRecord, NotProved, UsageFault

MOST_SIGNATURES = 100
MOST_BYTES = 1_000_000
KEY_ID_BYTES = 4
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_DASH = "\u2014 "
_EXAMPLE = "text, an empty line, then lines like: — example.com/log Az3grlgtzPICa5OS8np..."


@dataclass(frozen=True)
class NoteSignature:
    """One signature line: who is said to have signed, and the bytes that show it."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """The line with its line end."""
        return f"{_DASH}{self.name} {base64_text(self.key_id + self.signature)}\n"


@dataclass(frozen=True)
class Note:
    """A text with its signatures, none of them checked yet."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def encode(self) -> bytes:
        """The note as it is stored and sent; reading it again gives this note."""
        return (self.text + "\n" + "".join(one.line() for one in self.signatures)).encode()

    def with_signatures(self, more: Iterable[NoteSignature]) -> Note:
        """The note with more lines below; a line that stands there already is not repeated."""
        return Note(self.text, tuple(dict.fromkeys((*self.signatures, *more))))


#: Whether a signature (time and all, without key id) is a key's over the text of a note.
Holds = Callable[[VerifierKey, str, bytes], bool]


def parse_note(data: bytes) -> Note:
    r"""Read a signed note; raises :class:`~truceline.model.errors.MalformedRecord` for anything that is not exact.

    >>> parse_note("agreed\n\n— example.com/a AAAAAQ==\n".encode())
    Traceback (most recent call last):
    ...
    truceline.model.errors.MalformedRecord: a signature of 'example.com/a' has no bytes beyond its key id
    """
    if len(data) > MOST_BYTES:
        raise _fault(f"the note is longer than {MOST_BYTES:,} bytes")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise _fault("the note is not UTF-8") from fault
    check_characters(whole, "the note")
    text, divided, below = whole.rpartition("\n\n")
    if not divided or not text:
        raise _fault("no empty line divides a text from its signatures")
    return Note(text + "\n", parse_signature_lines(below))


def parse_signature_lines(below: str) -> tuple[NoteSignature, ...]:
    """The signature lines under a note, or in a witness's answer: at least one, at most 100, each with its line end."""
    if not below.endswith("\n"):
        raise _fault("the signatures do not end with a line end")
    lines = below[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise _fault(f"there are {len(lines)} signatures where at most {MOST_SIGNATURES} are read")
    return tuple(_signature(line) for line in lines)


def check_note(note: Note, keys: Iterable[VerifierKey], holds: Holds | None = None) -> tuple[VerifierKey, ...]:
    """The keys among ``keys`` that signed the note, each once, in the order of the signatures.

    Signatures of keys that are not among ``keys`` are passed over. A signature that names one of them and does not
    hold makes the whole note untrusted, and so does a note that none of them signed: both raise
    :class:`~truceline.model.errors.NotProved`. Two keys with one name and one id raise
    :class:`~truceline.model.errors.UsageFault`. ``holds`` says what each way of signing signs; left out, only keys
    for plain notes may be asked for.
    """
    known = _by_name_and_id(keys)
    signers: dict[VerifierKey, None] = {}
    for one in note.signatures:
        key = known.get((one.name, one.key_id))
        if key is None:
            continue
        if not (holds or _plain)(key, note.text, one.signature):
            raise NotProved(
                f"the signature of {one.name!r} does not hold",
                where=shown(one.line().strip()),
                do="do not rely on any part of this note; keep it, and ask its source for the note again",
            )
        signers[key] = None
    if not signers:
        raise NotProved(
            "no key that is trusted here signed this note",
            where=f"signed by: {', '.join(one.name for one in note.signatures)}",
            do="check that the list of keys names the right keys; an unknown signer counts as none",
        )
    return tuple(signers)


def sign_note(text: str, key: SigningKey) -> NoteSignature:
    """A signature line of a key for plain notes; heads are signed by :func:`truceline.ledger.cosignatures.cosign`."""
    check_text(text)
    if key.signing is not Signing.ED25519:
        raise _plain_only(key.name)
    return NoteSignature(key.name, key.verifier.key_id, key.sign(text.encode()))


def check_text(text: str) -> None:
    """Refuse a text that no note can carry: empty, without its last line end, or with control characters."""
    if not text.endswith("\n") or text == "\n":
        raise _fault("the text of a note must not be empty and must end with a line end")
    check_characters(text, "the text")


def check_characters(text: str, what: str) -> None:
    """Refuse control characters below U+0020 other than the line end."""
    if found := _CONTROL.search(text):
        raise _fault(f"{what} holds the control character U+{ord(found[0]):04X}")


def _signature(line: str) -> NoteSignature:
    parts = line.removeprefix(_DASH).split(" ")
    if not line.startswith(_DASH) or len(parts) != 2:
        raise _fault(f"this is no signature line: {shown(line)!r}")
    name, encoded = parts
    check_key_name(name)
    value = base64_bytes(encoded, f"the signature of {name!r}")
    if len(value) <= KEY_ID_BYTES:
        raise _fault(f"a signature of {name!r} has no bytes beyond its key id")
    return NoteSignature(name, value[:KEY_ID_BYTES], value[KEY_ID_BYTES:])


def _by_name_and_id(keys: Iterable[VerifierKey]) -> dict[tuple[str, bytes], VerifierKey]:
    known: dict[tuple[str, bytes], VerifierKey] = {}
    for key in keys:
        if known.setdefault((key.name, key.key_id), key) != key:
            raise UsageFault(
                f"two keys of {key.name!r} share the id {key.key_id.hex()}",
                do="keep one of them; a signature could not be told to be of the one or the other",
            )
    return known


def _plain(key: VerifierKey, text: str, signature: bytes) -> bool:
    if key.signing is not Signing.ED25519:
        raise _plain_only(key.name)
    return key.holds(text.encode(), signature)


def _plain_only(name: str) -> UsageFault:
    return UsageFault(
        f"the key of {name!r} signs heads of a log, not plain notes",
        do="use an Ed25519 key (01) for a note, or check and sign the head as a checkpoint",
    )


def _fault(what: str) -> MalformedRecord:
    return MalformedRecord(what, do="take the note from its source again, byte for byte", example=_EXAMPLE)
