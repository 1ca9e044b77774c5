"""A log names its next key: a statement signed under the old key and the new one, entered in the log itself.

Question: is this new key the log's, and from when does the old one count no more? In: the statement's bytes and the old
public key, which the reader trusts already. Out: the new key, and until when heads carry both signatures (seconds since
1970, UTC); or a refusal.

Form: a signed note (C2SP) of seven lines: ``truceline-key-rotation/v1``, the log's name, ``old`` and ``new`` with the
lines of the keys, ``at`` and ``both until`` with seconds, ``because`` with ``planned`` or ``compromised``. The new
key's signature shows that its holder has it; the old one's that the log's holder named it. After a key was stolen the
old signature shows less, since the thief has it too: then compare the new line aloud, as with a first key.
"""

from __future__ import annotations

from dataclasses import dataclass

from truceline.ledger.encodings import decimal
from truceline.ledger.keys import Signing, SigningKey, VerifierKey, parse_verifier_key
from truceline.ledger.notes import Note, check_note, parse_note, sign_note
from truceline.model.errors import MalformedRecord, NotProved, UsageFault

FORMAT = "truceline-key-rotation/v1"
PLANNED, COMPROMISED = "planned", "compromised"
_WORDS = ("", "log ", "old ", "new ", "at ", "both until ", "because ")


@dataclass(frozen=True)
class Rotation:
    """Both keys of a log, when the change was stated, until when heads carry both signatures, and why."""

    old: VerifierKey
    new: VerifierKey
    at_s: int
    both_until_s: int
    because: str = PLANNED

    def text(self) -> str:
        """The text that is signed."""
        told = (
            FORMAT,
            self.old.name,
            self.old.text(),
            self.new.text(),
            str(self.at_s),
            str(self.both_until_s),
            self.because,
        )
        return "".join(f"{word}{one}\n" for word, one in zip(_WORDS, told, strict=True))


def state_rotation(old: SigningKey, new: SigningKey, at_s: int, both_until_s: int, because: str) -> bytes:
    """The signed statement; raises :class:`~truceline.model.errors.UsageFault` where the keys are not of one log."""
    if old.name != new.name or old.verifier.same_key(new.verifier):
        raise UsageFault("the new key must be another one of the same name", do="make a new key for this log")
    text = Rotation(old.verifier, new.verifier, at_s, both_until_s, because).text()
    return Note(text, (sign_note(text, old), sign_note(text, new))).encode()


def read_rotation(data: bytes) -> Rotation:
    """The change that a statement tells of, both signatures checked; whether the old key is the log's, is left open."""
    note = parse_note(data)
    rotation = _read(note.text)
    if set(check_note(note, (rotation.old, rotation.new))) != {rotation.old, rotation.new}:
        raise NotProved("old and new key must both have signed the statement", do="do not rely on the new key")
    return rotation


def check_rotation(data: bytes, old: VerifierKey) -> Rotation:
    """The change that a statement tells of, if the old key and the new one both signed it.

    Raises :class:`~truceline.model.errors.MalformedRecord` unless it is exact, and
    :class:`~truceline.model.errors.NotProved` for another old key or a signature that does not hold or is missing.
    """
    rotation = read_rotation(data)
    if rotation.old != old:
        raise NotProved(
            f"the statement is of another old key of {rotation.old.name!r}",
            do="take the key you trusted until now; where it changed twice, check each statement in turn",
        )
    return rotation


def _read(text: str) -> Rotation:
    lines = text.removesuffix("\n").split("\n")
    if len(lines) != len(_WORDS) or not all(line.startswith(word) for line, word in zip(lines, _WORDS, strict=True)):
        raise _fault("it has not the seven lines of its form")
    told = [line.removeprefix(word) for line, word in zip(lines, _WORDS, strict=True)]
    old, new = parse_verifier_key(told[2]), parse_verifier_key(told[3])
    found = Rotation(old, new, decimal(told[4], "the time"), decimal(told[5], "the time"), told[6])
    if told[0] != FORMAT or told[1] != old.name or new.name != old.name or old.same_key(new):
        raise _fault("format, name of the log and both keys do not fit together")
    if told[6] not in {PLANNED, COMPROMISED} or {old.signing, new.signing} != {Signing.ED25519}:
        raise _fault("the reason, or the way of signing of a key, is none this form knows")
    return found


def _fault(what: str) -> MalformedRecord:
    return MalformedRecord(f"this is no statement of a log's next key: {what}", do="take it from the log again")
