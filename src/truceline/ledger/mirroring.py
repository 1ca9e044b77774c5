"""A mirror: a copy of a log that takes over only what agrees with a signed head, and never changes its mind.

Question: has the log I copied before only grown since? In: how the log's files are read (a folder, or a web server),
the folder of the copy, the log's public keys. Out: how many entries are new, and the head they stand under; or a
refusal, with both heads kept as evidence where the log signed two that cannot both be true.

Every tile and every entry is held against the new head before it is written, and the new head against the old one: the
files of the old tree are read from the copy, the new ones from the log. The head is written last, so a mirror that was
killed is a whole mirror of before. Only what is new is fetched. A head that is shorter than the copy's, or of the same
length, must be one of its past; else it is a fork. Entries that wait in a log's journal are under no tile and are not
copied. Whoever keeps a mirror of his own needs nobody's word that nothing was taken out.

Source: C2SP tlog-tiles, tlog-mirror (what to check before a copy grows).
"""

from __future__ import annotations

import hashlib
import http.client
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from truceline.ledger import disk, over_http
from truceline.ledger.checkpoints import Checkpoint
from truceline.ledger.cosignatures import open_checkpoint
from truceline.ledger.keys import VerifierKey
from truceline.ledger.log import HEAD, reading
from truceline.ledger.merkle import consistency_proof, same, verify_consistency
from truceline.ledger.notes import MOST_BYTES, parse_note
from truceline.ledger.over_http import Limits, Question, plain
from truceline.ledger.tile_tree import LEVELS, ReadFile, TileTree
from truceline.ledger.tiles import ENTRIES, MOST_ENTRY_BYTES, WIDTH, TilePlace, bundle_bytes, places_between
from truceline.model.errors import LedgerFault, NotFound, NotProved, UnreadableFile

AGAINST = "against"
_AT_ONCE = 64
"""So many files are put on the disk together."""
_MOST_BUNDLE_BYTES = WIDTH * (MOST_ENTRY_BYTES + 2)


@dataclass(frozen=True)
class Mirrored:
    """How many entries are new, how many there are, and the head (its text) the copy stands under now."""

    new: int
    size: int
    head: str


def served(url: str, limits: Limits | None = None) -> ReadFile:
    """The files of a log on a web server; what is not there (404, 410) is nothing, any other answer is a fault."""
    limits = limits or Limits(most_bytes=max(_MOST_BUNDLE_BYTES, MOST_BYTES))

    def read(name: str) -> bytes | None:
        try:
            reply = over_http.ask(Question(f"{url.rstrip('/')}/{name}"), limits)
        except (OSError, http.client.HTTPException) as cause:
            raise UnreadableFile(
                f"the log does not answer: {plain(str(cause))}",
                where=f"{url.rstrip('/')}/{name}",
                do="repeat; what was copied so far is not copied again",
            ) from cause
        if reply.status in {404, 410}:
            return None
        if reply.status != 200:
            raise UnreadableFile(
                f"the log answers with status {reply.status}", where=f"{url.rstrip('/')}/{name}", do="ask who serves it"
            )
        return reply.body

    return read


def source_of(place: str) -> ReadFile:
    """The files of a log at an address that begins with ``http://`` or ``https://``, or in a folder."""
    return served(place) if place.startswith(("http://", "https://")) else reading(Path(place))


def mirror(
    source: ReadFile, copy: Path, keys: Sequence[VerifierKey], accept: Callable[[bytes], object] | None = None
) -> Mirrored:
    """Bring a copy up to the log's newest head; ``keys`` are the log's, all of its name.

    ``accept`` raises for a head the copyist does not take, say one without enough witnesses, or one that is stale.

    Raises :class:`~truceline.model.errors.NotFound` where there is no log, NotProved for a head that is not the log's
    or that is a fork of the copy (both heads are then in ``against/`` of the copy), and LedgerFault where files of
    either are not what the head covers. The copy is as it was then.
    """
    data = source(HEAD)
    if data is None:
        raise NotFound(
            "there is no signed head to copy under",
            where=HEAD,
            do="name the log's folder or address; a log of few entries has none until they stand in tiles",
        )
    head = open_checkpoint(data, keys[0].name, keys).checkpoint
    if accept is not None:
        accept(data)
    with disk.telling_faults("the mirror", copy):
        disk.make_folder(copy)
        lock = disk.hold_alone(copy, "this mirror")
    try:
        return _Growing(source, copy, keys).to(data, head)
    finally:
        os.close(lock)


class _Growing:
    """One copy, held alone, on its way to a newer head."""

    def __init__(self, source: ReadFile, copy: Path, keys: Sequence[VerifierKey]) -> None:
        self.source, self.copy = source, copy
        self.here = reading(copy)
        self.kept = self.here(HEAD)
        self.old = None if self.kept is None else open_checkpoint(self.kept, keys[0].name, keys).checkpoint

    def to(self, data: bytes, head: Checkpoint) -> Mirrored:
        size = 0 if self.old is None else self.old.size
        if self.old is not None and head.size <= size:
            return self._past(data, head, self.old)
        new = {place.path(): place for place in places_between(size, head.size)}
        tree = self._tree(new, data, head)
        self._copy(tree, tuple(new.values()))
        self._put({HEAD: data})
        return Mirrored(head.size - size, head.size, data.decode())

    def _tree(self, new: dict[str, TilePlace], data: bytes, head: Checkpoint) -> TileTree:
        """The tree of the new head, shown to begin with the copy's entries."""
        try:
            tree = TileTree(self._read(new), head.size, head.root)
            if self.old is None or self._grown(tree, self.old, head):
                return tree
        except LedgerFault:
            # Either the log's old entries are others now, or a file here or there is damaged: the log's own files tell.
            whole = TileTree(self.source, head.size, head.root)
            if self.old is None or self._grown(whole, self.old, head):
                raise
        raise self._fork(data, head)

    def _past(self, data: bytes, head: Checkpoint, old: Checkpoint) -> Mirrored:
        """A head the copy has outgrown, or its own with other signatures."""
        tree = TileTree(self.here, old.size, old.root)
        if not self._grown(tree, head, old):
            raise self._fork(data, head)
        if head.size == old.size and self.kept is not None:
            data = parse_note(self.kept).with_signatures(parse_note(data).signatures).encode()
            if data != self.kept:
                self._put({HEAD: data})
            return Mirrored(0, old.size, data.decode())
        return Mirrored(0, old.size, (self.kept or b"").decode())

    def _read(self, new: dict[str, TilePlace]) -> ReadFile:
        """New files from the log, all others from the copy."""
        names = new.keys() | {place.full().path() for place in new.values()}
        return lambda name: self.source(name) if name in names else self.here(name)

    def _copy(self, tree: TileTree, places: Sequence[TilePlace]) -> None:
        rest = iter(places)
        while some := tuple(islice(rest, _AT_ONCE)):
            self._put({place.path(): _checked(tree, place) for place in some})

    def _put(self, files: dict[str, bytes]) -> None:
        with disk.telling_faults("the mirror", self.copy):
            disk.put(self.copy, files)

    @staticmethod
    def _grown(tree: TileTree, old: Checkpoint, new: Checkpoint) -> bool:
        """Whether the new head's entries, which the tree has, begin with the old head's."""
        if old.size == new.size:
            return same(old.root, new.root)
        if old.size == 0:
            return True
        proof = consistency_proof(tree.node_at, old.size, new.size)
        try:
            verify_consistency(old.size, new.size, proof, old.root, new.root)
        except NotProved:
            return False
        return True

    def _fork(self, data: bytes, head: Checkpoint) -> NotProved:
        heads = [one for one in (self.kept, data) if one is not None]
        named = {f"{AGAINST}/{hashlib.sha256(one).hexdigest()[:16]}.head": one for one in heads}
        self._put(named)
        return NotProved(
            f"the log signed a head over {head.size} entries that does not agree with this copy: it shows two faces",
            where=str(self.copy / AGAINST),
            do="keep both heads and the copy, and show them to the other witnesses; do not copy on",
        )


def _checked(tree: TileTree, place: TilePlace) -> bytes:
    """The bytes of a file, made of what agrees with the head."""
    if place.level == ENTRIES:
        return bundle_bytes(tree.entries(place.index))
    first = place.index * WIDTH
    return b"".join(tree.node_at(LEVELS * place.level, first + at) for at in range(place.width))
