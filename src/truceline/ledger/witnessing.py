"""What a witness answers when a log asks him to cosign its newest head: the whole decision, without disk or network.

Question: may I sign that this head agrees with everything of this log that I ever signed? In: the bytes of a request,
the logs he knows with their keys, the newest head of each he signed, his keys and the time. Out: a status and a text
to answer with, and what he must have on his disk before he answers.

A request is a line with the size he signed last, the proof that the log only grew since, an empty line, and the log's
signed checkpoint. In this order he asks: is it well formed (400)? do I know the log (404)? did the log sign (403)? is
the old size not above the new one (400)? is it the size I signed last (409, with that size)? is the head another of
the same size (409)? did the log only grow (422)? Only then he signs (200). A head that the log signed and that does
not agree with what he signed before is kept as evidence against the log: it is a proof of two faces that anybody can
check.

Source: C2SP tlog-witness (add-checkpoint). Times are whole seconds since 1970, UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from truceline.ledger.checkpoints import Checkpoint, parse_checkpoint
from truceline.ledger.cosignatures import cosign, holds
from truceline.ledger.encodings import decimal, hash_bytes
from truceline.ledger.keys import SigningKey, VerifierKey
from truceline.ledger.merkle import same, verify_consistency
from truceline.ledger.notes import MOST_BYTES, Note, check_note, parse_note
from truceline.model.errors import MalformedRecord, NotProved

MOST_PROOF_LINES = 63
SIZE_TYPE = "text/x.tlog.size"
PLAIN_TYPE = "text/plain; charset=utf-8"
_OLD = "old "

Latest = Callable[[str], Checkpoint | None]
"""The newest head of a log, by its name, that this witness signed; ``None`` where he never signed one."""


@dataclass(frozen=True)
class AddCheckpoint:
    """A log's request: the size this witness is held to have signed last, the proof of growth, the signed head."""

    old_size: int
    proof: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint


@dataclass(frozen=True)
class Answer:
    """What a witness answers, and what he keeps first.

    ``cosigned`` is the head with his signatures, to be on the disk before the answer goes out. ``against`` is a head
    the log signed that does not agree with what he signed before: kept as evidence, never signed.
    """

    status: int
    text: str
    content_type: str = PLAIN_TYPE
    cosigned: Note | None = None
    against: Note | None = None


def read_request(body: bytes) -> AddCheckpoint:
    """A request from its bytes; raises :class:`~truceline.model.errors.MalformedRecord` unless it is exact."""
    if len(body) > MOST_BYTES:
        raise _malformed(f"the request is longer than {MOST_BYTES:,} bytes")
    above, divided, note = body.partition(b"\n\n")
    if not divided:
        raise _malformed("no empty line divides the proof from the checkpoint")
    try:
        first, *lines = above.decode("ascii").split("\n")
    except UnicodeDecodeError as fault:
        raise _malformed("the lines above the checkpoint are not ASCII") from fault
    if not first.startswith(_OLD):
        raise _malformed("the first line does not give the old size")
    if len(lines) > MOST_PROOF_LINES:
        raise _malformed(f"there are {len(lines)} proof lines where at most {MOST_PROOF_LINES} are read")
    signed = parse_note(note)
    return AddCheckpoint(
        decimal(first.removeprefix(_OLD), "the old size"),
        tuple(hash_bytes(line, "a hash of the proof") for line in lines),
        signed,
        parse_checkpoint(signed.text),
    )


def answer(
    body: bytes,
    logs: Mapping[str, Sequence[VerifierKey]],
    latest: Latest,
    keys: Sequence[SigningKey],
    now_s: int,
) -> Answer:
    """What to answer to a request. Between ``latest`` and keeping what is cosigned no other request may come in."""
    try:
        asked = read_request(body)
    except MalformedRecord as fault:
        return Answer(400, f"{fault.what}\n")
    head = asked.checkpoint
    if head.origin not in logs:
        return Answer(404, "unknown log: this witness was not told of it\n")
    try:
        check_note(asked.note, logs[head.origin], holds)
    except NotProved:
        return Answer(403, "invalid signature: no key of this log that the witness knows signed this checkpoint\n")
    if asked.old_size > head.size:
        return Answer(400, f"the old size {asked.old_size} is above the size of the checkpoint\n")
    before = latest(head.origin)
    return _refused(asked, before) or _signed(asked, keys, now_s)


def _refused(asked: AddCheckpoint, before: Checkpoint | None) -> Answer | None:
    """Why the head does not follow on the one signed last; nothing where it does."""
    head, signed_size = asked.checkpoint, before.size if before else 0
    if asked.old_size != signed_size:
        return Answer(409, f"{signed_size}\n", SIZE_TYPE)
    if before is not None and head.size == before.size and not same(head.root, before.root):
        return Answer(409, f"{signed_size}\n", SIZE_TYPE, against=asked.note)
    if before is None or before.size in (0, head.size):
        return Answer(422, "the consistency proof must be empty here\n") if asked.proof else None
    try:
        verify_consistency(before.size, head.size, asked.proof, before.root, head.root)
    except NotProved as fault:
        return Answer(422, f"the consistency proof does not hold: {fault.what}\n", against=asked.note)
    return None


def _signed(asked: AddCheckpoint, keys: Sequence[SigningKey], now_s: int) -> Answer:
    own = tuple(cosign(asked.checkpoint, key, now_s) for key in keys)
    return Answer(200, "".join(one.line() for one in own), cosigned=asked.note.with_signatures(own))


def _malformed(what: str) -> MalformedRecord:
    return MalformedRecord(
        what,
        do="send the line 'old' with a size, the proof, an empty line, and the signed checkpoint, each line ended",
        example="old 20852014, lines of hashes in base64, an empty line, the checkpoint",
    )
