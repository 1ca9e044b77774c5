"""Checkpoints: the head of a log, its name, how many entries it has and their root, in three lines of text.

Question: which log, how long, and which entries exactly? Whoever holds one signed checkpoint can check any later one
against it.

Source: C2SP tlog-checkpoint. Lines beyond the third are extensions: read and kept, never relied on, never written by
us.
"""

from __future__ import annotations

from dataclasses import dataclass

from truceline.ledger.encodings import HASH_BYTES, LARGEST_NUMBER, base64_text, decimal, hash_bytes, shown
from truceline.ledger.merkle import EMPTY_ROOT, same
from truceline.ledger.notes import check_characters
from truceline.model.errors import MalformedRecord

_EXAMPLE = "example.com/log\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


@dataclass(frozen=True)
class Checkpoint:
    """The head of the log ``origin``: ``size`` entries with this root (32 bytes)."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what three lines of text cannot carry, and an empty log with another root than that of no entries."""
        for line in (self.origin, *self.extensions):
            if not line or "\n" in line:
                raise _fault("the name of the log and each extension must be one line that is not empty")
            check_characters(line, "the checkpoint")
        if not 0 <= self.size <= LARGEST_NUMBER or len(self.root) != HASH_BYTES:
            raise _fault("a checkpoint has a size from 0 to 2^63 - 1 and a root of 32 bytes")
        if self.size == 0 and not same(self.root, EMPTY_ROOT):
            raise _fault("a log of no entries has the root of no entries, and this is another")

    def text(self) -> str:
        """The text that is signed.

        >>> print(Checkpoint("example.com/log", 0, EMPTY_ROOT).text(), end="")
        example.com/log
        0
        47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
        """
        return "".join(f"{line}\n" for line in (self.origin, str(self.size), base64_text(self.root), *self.extensions))


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint in a note's text; raises :class:`~truceline.model.errors.MalformedRecord` unless it is exact."""
    if not text.endswith("\n"):
        raise _fault("the checkpoint does not end with a line end")
    lines = text[:-1].split("\n")
    if len(lines) < 3:
        raise _fault(f"a checkpoint has at least three lines; here are {len(lines)}", shown(text))
    origin, size, root, *extensions = lines
    return Checkpoint(origin, decimal(size, "the tree size"), hash_bytes(root, "the root hash"), tuple(extensions))


def _fault(what: str, where: str = "") -> MalformedRecord:
    return MalformedRecord(what, where=where, do="take the checkpoint from its source again", example=_EXAMPLE)
