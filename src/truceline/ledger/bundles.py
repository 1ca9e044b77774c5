"""Proof bundles: all that is needed to check a published finding without a network, in one file.

Question: what does a mission hand over so that a reader, with nothing but this file and a list of keys he got by
another way, can check a finding? In: a log's files, an entry's number, a signed head, openings. Out: one file, and
from it the same parts again, none of them checked yet (:mod:`truceline.ledger.verifying` does that).

The file is canonical JSON (RFC 8785) with these keys and no others: ``format``; ``entry``, the sealed finding as it
stands in the log; ``proof``, the text of a C2SP tlog-proof without extra data; ``openings``, a list of path, value
and salt; and, where there is any, ``prose`` for reading, which nobody signs. There is one way to write a bundle, so no
byte of it can be changed without its being another.

Limits: 4,000,000 bytes, 1,024 openings, 100,000 characters of prose, 32 brackets within each other.
"""

from __future__ import annotations

from dataclasses import dataclass

from truceline.ledger.checkpoints import parse_checkpoint
from truceline.ledger.disclosure import Opening, check_openings, opening_form, read_opening, read_sealed
from truceline.ledger.encodings import Json, exact_json
from truceline.ledger.notes import parse_note
from truceline.ledger.proofs import LogProof, parse_proof
from truceline.ledger.tile_tree import ReadFile, TileTree
from truceline.ledger.tiles import MOST_ENTRY_BYTES, WIDTH
from truceline.model.canonical import canonical_json
from truceline.model.errors import MalformedRecord, UsageFault

FORMAT = "truceline-proof-bundle/1"
MOST_BUNDLE_BYTES = 4_000_000
MOST_OPENINGS = 1_024
MOST_PROSE = 100_000
_KEYS = frozenset({"entry", "format", "openings", "proof"})


@dataclass(frozen=True)
class Bundle:
    """An entry's bytes, its proof, the fields that are shown, and words for reading that nobody signed."""

    entry: bytes
    proof: LogProof
    openings: tuple[Opening, ...] = ()
    prose: str = ""

    def encode(self) -> bytes:
        """The file; raises :class:`~truceline.model.errors.MalformedRecord` where nobody would read it."""
        told: dict[str, Json] = {
            "entry": self.entry.decode("utf-8", "replace"),
            "format": FORMAT,
            "openings": [opening_form(one) for one in self.openings],
            "proof": self.proof.encode().decode("utf-8", "replace"),
        }
        data = canonical_json({**told, "prose": self.prose} if self.prose else told)
        if read_bundle(data) != self:
            raise _fault("what was put into the bundle does not come out of it again")
        return data


def make_bundle(read: ReadFile, head: bytes, index: int, openings: tuple[Opening, ...] = (), prose: str = "") -> Bundle:
    """A bundle for entry ``index`` from a log's files, under a signed head that covers it.

    No byte of the files is believed that does not agree with the head, and nothing is shown that was not sealed; whose
    signatures stand under the head is for the reader to judge. Raises :class:`~truceline.model.errors.UsageFault` for
    an entry that the head does not cover, and NotProved or MalformedRecord for files, entry or openings that are wrong.
    """
    checkpoint = parse_checkpoint(parse_note(head).text)
    if not 0 <= index < checkpoint.size:
        raise UsageFault(
            f"the head covers {checkpoint.size} entries, and none numbered {index}",
            do="wait for a head that covers the entry; entries are counted from 0",
        )
    tree = TileTree(read, checkpoint.size, checkpoint.root)
    entry = tree.entries(index // WIDTH)[index % WIDTH]
    check_openings(read_sealed(entry), openings)
    (way,) = tree.inclusion_proofs(index, index + 1)
    return Bundle(entry, LogProof(index, way, head), openings, prose)


def read_bundle(data: bytes) -> Bundle:
    """A bundle from its file; raises :class:`~truceline.model.errors.MalformedRecord` unless it is exact."""
    if len(data) > MOST_BUNDLE_BYTES:
        raise _fault(f"the bundle is longer than {MOST_BUNDLE_BYTES:,} bytes")
    told = exact_json(data, "the bundle")
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise _fault(f"the file is no bundle of the format {FORMAT!r}")
    if set(told) - {"prose"} != _KEYS:
        raise _fault(f"a bundle has the keys {', '.join(sorted(_KEYS))}, and prose if there is any; no others")
    entry = _text(told["entry"], "the entry").encode()
    if len(entry) > MOST_ENTRY_BYTES:
        raise _fault(f"the entry is longer than {MOST_ENTRY_BYTES:,} bytes")
    proof = parse_proof(_text(told["proof"], "the proof").encode())
    if proof.extra:
        raise _fault("the proof carries extra data, which nobody signs")
    prose = _text(told["prose"], "the prose") if "prose" in told else ""
    if len(prose) > MOST_PROSE:
        raise _fault(f"the prose is longer than {MOST_PROSE:,} characters")
    return Bundle(entry, proof, _openings(told["openings"]), prose)


def _openings(told: Json) -> tuple[Opening, ...]:
    if not isinstance(told, list) or len(told) > MOST_OPENINGS:
        raise _fault(f"the openings are a list of at most {MOST_OPENINGS:,}")
    forms = [one for one in told if isinstance(one, dict)]
    if len(forms) != len(told):
        raise _fault("an opening has a path, a salt and a value")
    return tuple(read_opening(one) for one in forms)


def _text(told: Json, what: str) -> str:
    if not isinstance(told, str) or not told:
        raise _fault(f"{what} is no text, or an empty one")
    return told


def _fault(what: str) -> MalformedRecord:
    return MalformedRecord(
        what,
        do="take the bundle from its source again, byte for byte; do not open and save it in an editor",
        example=f'{{"entry":"...","format":"{FORMAT}","openings":[],"proof":"..."}}',
    )
