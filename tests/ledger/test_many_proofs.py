"""Many proofs at once pass exactly when each passes alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.ledger import many_proofs
from truceline.ledger.many_proofs import ProofChecker
from truceline.ledger.merkle import MemoryTree, inclusion_proof, leaf_hash, node_hash, verify_inclusion
from truceline.model import NotProved

LEAVES = [leaf_hash(str(number).encode()) for number in range(300)]
TREE = MemoryTree(LEAVES)


def _alone(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bool:
    try:
        verify_inclusion(leaf, index, size, proof, TREE.root(size))
    except NotProved:
        return False
    return True


def _together(checker: ProofChecker, leaf: bytes, index: int, proof: Sequence[bytes]) -> bool:
    try:
        checker.check(leaf, index, proof)
    except NotProved:
        return False
    return True


@st.composite
def cases(draw: st.DrawFn) -> tuple[int, list[tuple[bytes, int, tuple[bytes, ...]]]]:
    """Entries of one tree, often neighbours, and among them proofs that were damaged in one way or another."""
    size = draw(st.integers(1, 300))
    index, found = draw(st.integers(0, size - 1)), []
    for _ in range(draw(st.integers(1, 12))):
        index = draw(st.one_of(st.just((index + 1) % size), st.integers(0, size - 1)))
        leaf, proof, told = LEAVES[index], inclusion_proof(TREE.node_at, index, size), index
        damage = draw(st.sampled_from(["", "", "", "leaf", "index", "swap", "more", "less", "bit", "short"]))
        at = draw(st.integers(0, max(0, len(proof) - 1)))
        if damage == "leaf":
            leaf = LEAVES[draw(st.integers(0, 299))]
        elif damage == "index":
            told = draw(st.integers(-1, size))
        elif damage == "swap":
            proof = (*proof[:at], *reversed(proof[at:]))
        elif damage == "more":
            proof = (*proof[:at], LEAVES[0], *proof[at:])
        elif damage == "less":
            proof = (*proof[:at], *proof[at + 1 :])
        elif damage in {"bit", "short"} and proof:
            other = bytes([proof[at][0] ^ 1]) + proof[at][1:] if damage == "bit" else proof[at][:31]
            proof = (*proof[:at], other, *proof[at + 1 :])
        found.append((leaf, told, proof))
    return size, found


@given(cases())
def test_together_as_alone(case: tuple[int, list[tuple[bytes, int, tuple[bytes, ...]]]]):
    size, entries = case
    checker = ProofChecker(size, TREE.root(size))
    for leaf, index, proof in entries:
        assert _together(checker, leaf, index, proof) == _alone(leaf, index, size, proof)


def test_entries_in_order_cost_few_hashes_each(monkeypatch: pytest.MonkeyPatch):
    made: list[bytes] = []

    def counted(left: bytes, right: bytes) -> bytes:
        made.append(node_hash(left, right))
        return made[-1]

    monkeypatch.setattr(many_proofs, "node_hash", counted)
    size = 256
    checker = ProofChecker(size, TREE.root(size))
    for index in range(size):
        checker.check(LEAVES[index], index, inclusion_proof(TREE.node_at, index, size))
    assert len(made) < 3 * size  # one by one they cost 8 each
