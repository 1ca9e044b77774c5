"""The same questions a second time, by another road.

Question: does a second reader of the same bytes, who shares no line of code with the first, come to the same answers?
Publishing a finding hashes the stored bytes again here before the head is signed, so that one mistake in one module
cannot sign a wrong head.

Everything is written from the recursive definitions of RFC 6962, section 2.1 (MTH, PATH, PROOF) and of the subtree
proofs of draft-ietf-plants-merkle-tree-certs section 4, as they stand there: no bits of indexes, no levels, no kept
nodes. It imports hashlib and nothing of this package, so its answers are plain: hashes, and yes or no.

Inputs: entries as bytes, proofs as lists of hashes. Memory: one entry and the path of the recursion, however long the
log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

_WIDTH = 256


def tree_hash(entries: Iterable[bytes], size: int) -> bytes:
    """MTH over entries, which must be ``size`` and no more; raises ``ValueError`` otherwise.

    >>> tree_hash([], 0) == hashlib.sha256().digest()
    True
    """
    rest = iter(entries)
    root = _mth(rest, size)
    if next(rest, None) is not None:
        raise ValueError("there are more entries than the head says")
    return root


def _mth(entries: Iterator[bytes], size: int) -> bytes:
    if size == 0:
        return hashlib.sha256().digest()
    if size == 1:
        entry = next(entries, None)
        if entry is None:
            raise ValueError("there are fewer entries than the head says")
        return hashlib.sha256(b"\x00" + entry).digest()
    k = _split(size)
    left = _mth(entries, k)
    return _pair(left, _mth(entries, size - k))


def stored_entries(bundles: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The entries in the bytes of entry bundles, 256 in each but the last; raises ``ValueError`` for anything else."""
    left = size
    for bundle in bundles:
        rest = memoryview(bundle)
        for _ in range(min(_WIDTH, left)):
            if len(rest) < 2 or len(rest) < 2 + rest[0] * 256 + rest[1]:
                raise ValueError("an entry bundle ends within an entry")
            length = rest[0] * 256 + rest[1]
            yield bytes(rest[2 : 2 + length])
            rest = rest[2 + length :]
            left -= 1
        if len(rest):
            raise ValueError("an entry bundle goes on after its last entry")
    if left:
        raise ValueError("there are fewer entry bundles than the size says")


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether PATH(index, D[size]) leads from the hash ``leaf`` to ``root``."""
    return 0 <= index < size < 2**63 and _all_hashes(leaf, root, *path) and _root_of(leaf, index, size, path) == root


def _root_of(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    if size == 1:
        return None if path else leaf
    if not path:
        return None
    k = _split(size)
    if index < k:
        below = _root_of(leaf, index, k, path[:-1])
        return None if below is None else _pair(below, path[-1])
    below = _root_of(leaf, index - k, size - k, path[:-1])
    return None if below is None else _pair(path[-1], below)


def consistent(start: int, end: int, size: int, proof: Sequence[bytes], roots: tuple[bytes, bytes]) -> bool:
    """Whether the entries ``[start, end)`` with the first root are entries of the tree of ``size`` with the second.

    With ``start`` 0 this is PROOF(end, D[size]) of the RFC. A part of no entries is none of its questions: ``False``.
    """
    width, power = end - start, 1
    while power < width:
        power *= 2
    if not 0 <= start < end <= size < 2**63 or start % power or not _all_hashes(*roots, *proof):
        return False
    return _subproof(start, end, size, proof, roots[0]) == roots


def _subproof(
    start: int, end: int, size: int, proof: Sequence[bytes], known: bytes | None
) -> tuple[bytes, bytes] | None:
    """The roots of part and tree that follow; ``known`` is the part's root as long as it is one node of the tree."""
    if start == 0 and end == size:
        if known is not None:
            return None if proof else (known, known)
        return (proof[0], proof[0]) if len(proof) == 1 else None
    if not proof:
        return None
    k, beside = _split(size), proof[-1]
    if end <= k:
        below = _subproof(start, end, k, proof[:-1], known)
        return None if below is None else (below[0], _pair(below[1], beside))
    if start >= k:
        below = _subproof(start - k, end - k, size - k, proof[:-1], known)
        return None if below is None else (below[0], _pair(beside, below[1]))
    below = _subproof(0, end - k, size - k, proof[:-1], None)
    return None if below is None else (_pair(beside, below[0]), _pair(beside, below[1]))


def path_to(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """PATH(index, D) over leaf hashes, for holding a prover against the definition."""
    if len(leaves) == 1:
        return []
    k = _split(len(leaves))
    if index < k:
        return [*path_to(leaves[:k], index), _over(leaves[k:])]
    return [*path_to(leaves[k:], index - k), _over(leaves[:k])]


def proof_of(leaves: Sequence[bytes], start: int, end: int, *, known: bool = True) -> list[bytes]:
    """SUBPROOF over leaf hashes, for holding a prover against the definition."""
    if start == 0 and end == len(leaves):
        return [] if known else [_over(leaves)]
    k = _split(len(leaves))
    if end <= k:
        return [*proof_of(leaves[:k], start, end, known=known), _over(leaves[k:])]
    if start >= k:
        return [*proof_of(leaves[k:], start - k, end - k, known=known), _over(leaves[:k])]
    return [*proof_of(leaves[k:], 0, end - k, known=False), _over(leaves[:k])]


def _over(leaves: Sequence[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    k = _split(len(leaves))
    return _pair(_over(leaves[:k]), _over(leaves[k:]))


def _split(size: int) -> int:
    """The largest power of two smaller than ``size``."""
    k = 1
    while k * 2 < size:
        k *= 2
    return k


def _pair(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _all_hashes(*values: bytes) -> bool:
    """Whether each is 32 bytes long."""
    return all(len(value) == 32 for value in values)
