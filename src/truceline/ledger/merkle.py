"""The log's tree of hashes: that a record stands in it, and that it only ever grew.

Questions: is this record entry number *i* of the log of *n* entries with this root (inclusion)? Is the log of *n*
entries the log of *m* entries with more appended, nothing changed or taken out (consistency)? The same for a subtree
``[start, end)`` of the log.

Inputs: 32-byte SHA-256 hashes, entry numbers from 0, sizes in entries. Outputs: hashes, or proofs as tuples of hashes
from the leaf towards the root. Verifying returns nothing and raises :class:`~truceline.model.errors.NotProved`, which
says what failed.

Trees are read through one function, ``node_at(level, index)``: the hash of the complete subtree of ``2**level``
entries that begins at entry ``index * 2**level``. Memory (:class:`MemoryTree`) and tiles on a disk
(:mod:`truceline.ledger.tile_tree`) both give it.

Sources: RFC 6962 section 2.1; the steps by bits follow RFC 9162 section 2.1.3 and 2.1.4; subtrees are those of
draft-ietf-plants-merkle-tree-certs section 4, on which C2SP tlog-cosignature rests. :mod:`truceline.ledger.recheck`
decides the same questions by the recursive definitions and shares no code with this module.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence

from truceline.ledger.encodings import HASH_BYTES, LARGEST_NUMBER
from truceline.model.errors import NotProved, UsageFault

#: The hash of the complete subtree of 2**level entries that begins at entry index * 2**level.
NodeAt = Callable[[int, int], bytes]

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry; the first byte keeps an entry from being passed off as a node.

    >>> leaf_hash(b"").hex()[:16]
    '6e340b9cffb37a98'
    """
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def range_hash(node_at: NodeAt, start: int, end: int) -> bytes:
    """The root over the entries ``[start, end)``, a valid subtree; ``[0, size)`` gives the root of the tree.

    >>> tree = MemoryTree([leaf_hash(b"a"), leaf_hash(b"b"), leaf_hash(b"c")])
    >>> range_hash(tree.node_at, 0, 3) == node_hash(node_hash(leaf_hash(b"a"), leaf_hash(b"b")), leaf_hash(b"c"))
    True
    """
    if start == end:
        return EMPTY_ROOT
    blocks = [node_at(level, index) for level, index in complete_blocks(start, end)]
    whole = blocks.pop()
    while blocks:
        whole = node_hash(blocks.pop(), whole)
    return whole


def complete_blocks(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The complete subtrees, as (level, index), that make up ``[start, end)``, the widest first."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def is_subtree(start: int, end: int) -> bool:
    """Whether ``[start, end)`` is a subtree: it begins at a multiple of the power of two that holds it."""
    return 0 <= start < end <= LARGEST_NUMBER and start % (1 << (end - start - 1).bit_length()) == 0


def inclusion_proof(node_at: NodeAt, index: int, end: int, start: int = 0) -> tuple[bytes, ...]:
    """The hashes beside the way from entry ``index`` up to the root over ``[start, end)``, the leaf's sibling first.

    Raises :class:`~truceline.model.errors.UsageFault` if there is no such entry.

    >>> tree = MemoryTree([leaf_hash(bytes([n])) for n in range(7)])
    >>> proof = inclusion_proof(tree.node_at, 5, 7)
    >>> verify_inclusion(leaf_hash(bytes([5])), 5, 7, proof, tree.root(7))
    """
    if not is_subtree(start, end) or not start <= index < end:
        raise UsageFault(
            f"there is no entry {index} among the entries from {start} below {end}",
            do="name an entry of the tree, counted from 0; a subtree begins at a multiple of its width",
            example="entry 5 of a tree of 7",
        )
    beside: list[tuple[int, int]] = []
    while end - start > 1:
        middle = start + _left_width(end - start)
        if index < middle:
            beside.append((middle, end))
            end = middle
        else:
            beside.append((start, middle))
            start = middle
    return tuple(range_hash(node_at, *entries) for entries in reversed(beside))


def consistency_proof(node_at: NodeAt, old_size: int, size: int) -> tuple[bytes, ...]:
    """The hashes by which a holder of the root over ``old_size`` entries checks that the tree of ``size`` only grew.

    >>> tree = MemoryTree([leaf_hash(bytes([n])) for n in range(7)])
    >>> verify_consistency(3, 7, consistency_proof(tree.node_at, 3, 7), tree.root(3), tree.root(7))
    """
    return subtree_consistency_proof(node_at, 0, old_size, size)


def subtree_consistency_proof(node_at: NodeAt, start: int, end: int, size: int) -> tuple[bytes, ...]:
    """As :func:`consistency_proof`, for the subtree ``[start, end)``; raises UsageFault if it is none of this tree."""
    if not is_subtree(start, end) or end > size:
        raise UsageFault(
            f"the entries from {start} below {end} are no subtree of a tree of {size}",
            do="begin at a multiple of the width rounded up to a power of two, and end within the tree",
            example="[4, 7) of a tree of 7",
        )
    beside: list[tuple[int, int]] = []
    lo, hi, holder_knows = 0, size, True
    while (lo, hi) != (start, end):
        middle = lo + _left_width(hi - lo)
        if end <= middle:
            beside.append((middle, hi))
            hi = middle
        else:
            beside.append((lo, middle))
            lo = middle
            if (
                start < middle
            ):  # what is asked spreads over both halves: its left half is handed over, the rest is sought
                start, holder_knows = middle, False
    if not holder_knows:
        beside.append((lo, hi))
    return tuple(range_hash(node_at, *entries) for entries in reversed(beside))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the entry with hash ``leaf`` is entry ``index`` of the tree of ``size`` entries with this root.

    Raises :class:`~truceline.model.errors.NotProved` for an index outside, too few or too many hashes, a hash that is
    not 32 bytes long, or a root that does not come out. An empty proof holds only for the one entry of a tree of one.
    """
    if not 0 <= index < size <= LARGEST_NUMBER:
        raise _not_proved(f"a tree of {size} has no entry {index}")
    _check_lengths((leaf, root, *proof))
    sides = tuple(_sides(index, size - 1))
    _check_count(proof, len(sides))
    for (_, beside_is_left), beside in zip(sides, proof, strict=True):
        leaf = node_hash(beside, leaf) if beside_is_left else node_hash(leaf, beside)
    if not same(leaf, root):
        raise _not_proved(f"the root that follows for entry {index} of {size} is not the root of the tree")


def verify_subtree_inclusion(
    leaf: bytes, index: int, subtree: tuple[int, int], proof: Sequence[bytes], root: bytes
) -> None:
    """As :func:`verify_inclusion`, for an entry of the subtree ``(start, end)`` with this root."""
    start, end = subtree
    if not is_subtree(start, end) or not start <= index < end:
        raise _not_proved(f"entry {index} is in no subtree from {start} below {end}")
    verify_inclusion(leaf, index - start, end - start, proof, root)


def verify_consistency(old_size: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes) -> None:
    """Check that the tree of ``size`` with ``root`` is the tree of ``old_size`` with ``old_root`` and appended entries.

    From size 0 nothing can be shown, so that is refused; a witness that never saw the log decides about its first
    checkpoint itself. Raises :class:`~truceline.model.errors.NotProved`.
    """
    if old_size < 1:
        raise _not_proved("a tree of no entries is consistent with every tree: there is nothing to prove")
    verify_subtree_consistency((0, old_size), size, proof, old_root, root)


def verify_subtree_consistency(
    subtree: tuple[int, int], size: int, proof: Sequence[bytes], subtree_root: bytes, root: bytes
) -> None:
    """Check that the entries ``(start, end)`` with ``subtree_root`` are entries of the tree of ``size`` with ``root``.

    A subtree without entries is part of every tree: its proof is empty and its root that of no entries.
    Raises :class:`~truceline.model.errors.NotProved`.
    """
    start, end = subtree
    if 0 <= start == end <= size <= LARGEST_NUMBER:
        _check_count(proof, 0)
        if not same(subtree_root, EMPTY_ROOT):
            raise _not_proved("the root of the part is not that of no entries")
        return
    if not is_subtree(start, end) or not end <= size <= LARGEST_NUMBER:
        raise _not_proved(f"the entries from {start} below {end} are no subtree of a tree of {size}")
    _check_lengths((subtree_root, root, *proof))
    level, holder_knows = _first_block(start, end, size)
    sides = tuple(_sides((end - 1) >> level, (size - 1) >> level))
    _check_count(proof, len(sides) + (not holder_knows))
    part = tree = subtree_root if holder_knows else proof[0]
    for (height, beside_is_left), beside in zip(sides, proof if holder_knows else proof[1:], strict=True):
        if beside_is_left:
            block_start = (((end - 1) >> (level + height)) - 1) << (level + height)
            part = node_hash(beside, part) if block_start >= start else part
            tree = node_hash(beside, tree)
        else:
            tree = node_hash(tree, beside)
    if not same(part, subtree_root):
        raise _not_proved(f"the root that follows for the entries from {start} below {end} is not the one held")
    if not same(tree, root):
        raise _not_proved(f"the root that follows for the tree of {size} is not its root")


def same(one: bytes, other: bytes) -> bool:
    """Whether two hashes are equal, in a time that tells nothing of where they differ."""
    return hmac.compare_digest(one, other)


class MemoryTree:
    """A tree kept whole in memory, for short logs and for tests; 64 bytes and a little for each entry."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        """Begin with these leaf hashes."""
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.append(leaf)

    def append(self, leaf: bytes) -> None:
        """Put one more leaf hash at the end."""
        self._levels[0].append(leaf)
        level = 0
        while len(self._levels[level]) % 2 == 0:
            if level + 1 == len(self._levels):
                self._levels.append([])
            self._levels[level + 1].append(node_hash(*self._levels[level][-2:]))
            level += 1

    def __len__(self) -> int:
        """The number of entries."""
        return len(self._levels[0])

    def node_at(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree; see :data:`NodeAt`."""
        return self._levels[level][index]

    def root(self, size: int | None = None) -> bytes:
        """The root over the first ``size`` entries, or over all."""
        return range_hash(self.node_at, 0, len(self) if size is None else size)


def _left_width(width: int) -> int:
    """The largest power of two below ``width``: how many entries stand on the left."""
    return 1 << ((width - 1).bit_length() - 1)


def _sides(place: int, last: int) -> Iterator[tuple[int, bool]]:
    """The steps from node ``place`` to the root, as (height, sibling stands left), where ``last`` is the last node.

    Up to the height where the ways of ``place`` and ``last`` meet, every bit of ``place`` is a step. Above it the way
    runs along the right edge, where a node has a sibling only if that stands left.
    """
    meet = (place ^ last).bit_length()
    for height in range(meet):
        yield height, bool(place >> height & 1)
    for height in range(meet, place.bit_length()):
        if place >> height & 1:
            yield height, True


def _first_block(start: int, end: int, size: int) -> tuple[int, bool]:
    """The level of the block the way begins at, and whether the holder of the subtree's root knows its hash.

    He knows it if the subtree is itself a node of the larger tree: complete, or on its right edge. Else the way
    begins at the last complete block of the subtree, whose hash heads the proof.
    """
    width = end - start
    if end == size or width & (width - 1) == 0:
        return (width - 1).bit_length(), True
    return (end & -end).bit_length() - 1, False


def _check_lengths(hashes: Iterable[bytes]) -> None:
    for value in hashes:
        if len(value) != HASH_BYTES:
            raise _not_proved(f"a hash is {len(value)} bytes long, not {HASH_BYTES}")


def _check_count(proof: Sequence[bytes], count: int) -> None:
    if len(proof) != count:
        raise _not_proved(f"the proof has {len(proof)} hashes where {count} are needed")


def _not_proved(what: str) -> NotProved:
    return NotProved(
        what,
        do="do not rely on this record; keep what you were given, and ask for the record and its proof again",
    )
