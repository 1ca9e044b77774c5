"""Proofs in one file: an entry's place, the way to the root, and the signed head.

Question: does this record, which I hold, stand in that log, under a head that enough witnesses saw? Checked offline
with a policy.

Source: C2SP tlog-proof. Extra data are carried but not signed, and nothing here relies on them.
"""

from __future__ import annotations

from dataclasses import dataclass

from truceline.ledger.checkpoints import parse_checkpoint
from truceline.ledger.encodings import HASH_BYTES, base64_bytes, base64_text, decimal, hash_bytes, shown
from truceline.ledger.merkle import verify_inclusion
from truceline.ledger.notes import MOST_BYTES, parse_note
from truceline.ledger.policies import Policy, WitnessedCheckpoint
from truceline.model.errors import MalformedRecord

FIRST_LINE = "c2sp.org/tlog-proof@v1"
#: No way is longer: sizes are below 2^63.
MOST_HASHES = 63
_EXTRA, _INDEX = "extra ", "index "


@dataclass(frozen=True)
class LogProof:
    """An entry's number, its way to the root, the signed checkpoint as it came, and extra data that nobody signed."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes = b""

    def encode(self) -> bytes:
        """The file; reading it gives this proof again."""
        extra = [_EXTRA + base64_text(self.extra)] if self.extra else []
        lines = [FIRST_LINE, *extra, f"{_INDEX}{self.index}", *map(base64_text, self.hashes), ""]
        return "".join(f"{line}\n" for line in lines).encode() + self.checkpoint


def parse_proof(data: bytes) -> LogProof:
    """Read a proof; raises :class:`~truceline.model.errors.MalformedRecord` unless it is exact, checkpoint and all."""
    if len(data) > MOST_BYTES:
        raise _fault(f"the proof is longer than {MOST_BYTES:,} bytes")
    if not data.startswith(f"{FIRST_LINE}\n".encode()):
        raise _fault(f"the first line is not {FIRST_LINE!r}")
    head, divided, checkpoint = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")[1:]
    except UnicodeDecodeError as fault:
        raise _fault("what stands above the checkpoint is not ASCII") from fault
    extra = b""
    if lines and lines[0].startswith(_EXTRA):
        extra = base64_bytes(lines.pop(0).removeprefix(_EXTRA), "the extra data")
        if not extra:
            raise _fault("the line of extra data is empty; without extra data there is none")
    if not lines or not lines[0].startswith(_INDEX):
        raise _fault(f"a line with the index is missing where {shown(lines[0]) if lines else 'nothing'!r} stands")
    index = decimal(lines.pop(0).removeprefix(_INDEX), "the index")
    if len(lines) > MOST_HASHES:
        raise _fault(f"there are {len(lines)} hashes where no proof has more than {MOST_HASHES}")
    hashes = tuple(hash_bytes(line, "a hash of the proof") for line in lines)
    if not divided:
        raise _fault("no empty line divides the proof from its checkpoint")
    parse_checkpoint(parse_note(checkpoint).text)
    return LogProof(index, hashes, checkpoint, extra)


def check_proof(proof: LogProof, leaf: bytes, policy: Policy, latest_s: int | None = None) -> WitnessedCheckpoint:
    """Check that the entry with hash ``leaf`` stands where the proof says, under a head that fulfils the policy.

    Returns that head and who cosigned it. Raises :class:`~truceline.model.errors.NotProved` for everything else, and
    :class:`~truceline.model.errors.MalformedRecord` for a checkpoint that is not exact.
    """
    head = policy.check(proof.checkpoint, latest_s)
    checkpoint = head.signed.checkpoint
    verify_inclusion(leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    return head


def _fault(what: str) -> MalformedRecord:
    return MalformedRecord(
        what,
        do="take the proof from its source again, byte for byte",
        example=f"{FIRST_LINE}, index 5, one hash of {HASH_BYTES} bytes a line, an empty line, the checkpoint",
    )
