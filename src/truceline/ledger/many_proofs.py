"""Many proofs under one head, each checked in full, without hashing what was hashed a moment ago.

Question: do all these entries stand where their proofs say, under this one head? Neighbours share most of their way
to the root. A proof is walked up to where its way meets the way of the proof before; there it must come to the same
hash, and from there its hashes must be those of that proof, byte for byte. Whatever does not is checked in full by
:func:`truceline.ledger.merkle.verify_inclusion`, so a proof passes here if and only if it passes there. The state is
one way to the root, whatever the size of the log.

Source: RFC 6962 section 2.1.1; the sharing is our own.
"""

from __future__ import annotations

from collections.abc import Sequence

from truceline.ledger.encodings import HASH_BYTES
from truceline.ledger.merkle import node_hash, verify_inclusion


class ProofChecker:
    """Checks proofs of inclusion in one tree; quickest for entries in the order of the log.

    >>> from truceline.ledger.merkle import MemoryTree, inclusion_proof, leaf_hash
    >>> tree = MemoryTree(leaf_hash(bytes([n])) for n in range(200))
    >>> checker = ProofChecker(200, tree.root())
    >>> for n in range(200):
    ...     checker.check(leaf_hash(bytes([n])), n, inclusion_proof(tree.node_at, n, 200))
    """

    def __init__(self, size: int, root: bytes) -> None:
        """Check against the tree of ``size`` entries with this root."""
        self._size = size
        self._root = root
        self._index = -1
        self._proof: tuple[bytes, ...] = ()
        self._nodes: list[bytes] = []

    def check(self, leaf: bytes, index: int, proof: Sequence[bytes]) -> None:
        """Check one proof; raises :class:`~truceline.model.errors.NotProved` as ``verify_inclusion`` does."""
        hashes = tuple(proof)
        if not self._meets(leaf, index, hashes):
            verify_inclusion(leaf, index, self._size, hashes, self._root)
            # Above the height where its way meets the right edge a way skips steps, and heights no longer count them.
            straight = (index ^ (self._size - 1)).bit_length()
            self._nodes = _walk(leaf, index, hashes[:straight])
        self._index, self._proof = index, hashes

    def _meets(self, leaf: bytes, index: int, proof: tuple[bytes, ...]) -> bool:
        """Whether the proof comes to the last one's way and goes on as that did; ``False`` says nothing yet."""
        if self._index < 0 or not 0 <= index < self._size:
            return False
        meet = (index ^ self._index).bit_length()
        straight = (index ^ (self._size - 1)).bit_length()
        if meet > straight or meet >= len(self._nodes) or proof[meet:] != self._proof[meet:]:
            return False
        if any(len(one) != HASH_BYTES for one in (leaf, *proof[:meet])):
            return False
        nodes = _walk(leaf, index, proof[:meet])
        if nodes[-1] != self._nodes[meet]:
            return False
        self._nodes[: meet + 1] = nodes
        return True


def _walk(node: bytes, index: int, proof: Sequence[bytes]) -> list[bytes]:
    """The hashes on the way up, the entry's own first, as long as every height has a step."""
    nodes = [node]
    for height, beside in enumerate(proof):
        node = node_hash(beside, node) if index >> height & 1 else node_hash(node, beside)
        nodes.append(node)
    return nodes
