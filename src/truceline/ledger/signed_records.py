"""Records of a mission under the signatures of those who made them: acquisitions now, acts in cases the same way.

Question: did the person or device a record names sign exactly this record? In: a record's canonical JSON (RFC 8785)
and its kind; or the bytes of a file, and whose keys are known. Out: a signed note (C2SP signed-note, Ed25519) whose
text is two lines, the kind and the canonical JSON; or what can be said of its signatures.

The kind stands in the text that is signed, so a signature under an acquisition is none under an act. A record without
a signature, or under a key nobody knows, is kept as it is and never counts as signed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from truceline.ledger.encodings import exact_json
from truceline.ledger.keys import Signing, SigningKey, VerifierKey
from truceline.ledger.notes import MOST_BYTES, Note, parse_note, sign_note
from truceline.model.canonical import canonical_json
from truceline.model.errors import MalformedRecord, UsageFault, ValueFault

ACQUISITION = "truceline acquisition record 1"
CASE_ACT = "truceline case act 1"
"""Kinds: the first line of what is signed."""

Keyring = Mapping[VerifierKey, str]
"""Whose each known key is: the id of a person or device."""


class SignatureState(StrEnum):
    """What the signatures of a record come to."""

    SIGNED = "signed"
    """A key of the person or the device it names signed exactly this."""
    UNSIGNED = "unsigned"
    UNKNOWN_KEY = "unknown-key"
    """It is signed, by no key that is on the lists."""
    KEY_OF_ANOTHER = "key-of-another"
    """Somebody on the lists signed it, whom the record does not name."""
    DOES_NOT_HOLD = "does-not-hold"
    """A signature names a key on the lists, and does not hold: text or signature was changed."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What the signatures come to, and who on the lists signed."""

    state: SignatureState
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadRecord:
    """A record as it was read: its content, its canonical JSON, and the note it stands in, if it stands in one."""

    content: Mapping[str, object]
    canonical: bytes
    note: Note | None


def note_of(kind: str, canonical: bytes, key: SigningKey) -> Note:
    """A record as a note with one signature. Raises :class:`UsageFault` for a key that does not sign plain notes."""
    if key.signing is not Signing.ED25519:
        raise UsageFault(
            f"the key of {key.name!r} signs heads of a log, not records", do="make an Ed25519 key for the person"
        )
    text = f"{kind}\n{canonical.decode()}\n"
    return Note(text, (sign_note(text, key),))


def read_record(data: bytes, kind: str) -> ReadRecord:
    """A record of a kind from a signed note, or from bare JSON that nobody signed.

    Raises :class:`MalformedRecord` for a note of another kind, for JSON that is not exact (a name twice, a number
    without an exact form), and for a note whose JSON is not in canonical form.
    """
    if len(data) > MOST_BYTES:
        raise _fault(f"the record is longer than {MOST_BYTES:,} bytes")
    if data.lstrip()[:1] == b"{":
        content = _bare(data)
        return ReadRecord(content, canonical_json(content), None)
    note = parse_note(data)
    first, _, rest = note.text.partition("\n")
    if first != kind:
        raise _fault(f"the note is a {first[:60]!r}, not a {kind!r}")
    body = rest.removesuffix("\n").encode()
    signed = exact_json(body, "the record")
    if not isinstance(signed, dict):
        raise _fault("the record is no JSON object")
    return ReadRecord(signed, body, note)


def signatures_of(record: ReadRecord, keyring: Keyring, named: tuple[str, ...]) -> Signed:
    """What can be said of a record's signatures, when only those it names may sign it.

    One line that names a key on the lists and does not hold spoils the whole record.
    """
    if record.note is None:
        return Signed(SignatureState.UNSIGNED)
    by_label = {(key.name, key.key_id): (key, whose) for key, whose in keyring.items()}
    signers: dict[str, None] = {}
    for line in record.note.signatures:
        key, whose = by_label.get((line.name, line.key_id), (None, ""))
        if key is None:
            continue
        if key.signing is not Signing.ED25519 or not key.holds(record.note.text.encode(), line.signature):
            return Signed(SignatureState.DOES_NOT_HOLD, (whose,))
        signers[whose] = None
    theirs = tuple(one for one in signers if one in named)
    if theirs:
        return Signed(SignatureState.SIGNED, theirs)
    return Signed(SignatureState.KEY_OF_ANOTHER if signers else SignatureState.UNKNOWN_KEY, tuple(signers))


def _bare(data: bytes) -> dict[str, object]:
    """An object as a person wrote it, so long as it can be read in one way only."""

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise ValueError("a name stands twice")
        return found

    def no_number(word: str) -> object:
        raise ValueError(word)

    try:
        content: dict[str, object] = json.loads(data.decode(), object_pairs_hook=once, parse_constant=no_number)
        exact_json(canonical_json(content), "the record")
    except (ValueError, RecursionError, ValueFault) as cause:
        raise _fault("the record is no JSON that can be read in one way only") from cause
    return content


def _fault(what: str) -> MalformedRecord:
    return MalformedRecord(
        what, do="ask whoever made it for the file again", example=json.dumps({"truceline": 1, "item": "…"})
    )
