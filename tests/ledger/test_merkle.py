"""The tree of hashes: what a proof must show, and every way in which one can be wrong."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.ledger.merkle import (
    EMPTY_ROOT,
    MemoryTree,
    consistency_proof,
    inclusion_proof,
    is_subtree,
    leaf_hash,
    node_hash,
    range_hash,
    subtree_consistency_proof,
    verify_consistency,
    verify_inclusion,
    verify_subtree_consistency,
    verify_subtree_inclusion,
)
from truceline.model import NotProved, UsageFault

LEAVES = tuple(leaf_hash(str(number).encode()) for number in range(200))
TREE = MemoryTree(LEAVES)
OTHER = leaf_hash(b"other")


def _flip(value: bytes) -> bytes:
    return bytes([value[0] ^ 1]) + value[1:]


@st.composite
def entries_of_trees(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(st.integers(1, 200))
    return draw(st.integers(0, size - 1)), size


@st.composite
def subtrees(draw: st.DrawFn) -> tuple[int, int, int]:
    size = draw(st.integers(1, 200))
    width = draw(st.integers(1, size))
    step = 1 << (width - 1).bit_length()
    start = draw(st.integers(0, (size - width) // step)) * step
    return start, start + width, size


@given(entries_of_trees())
def test_a_proof_of_inclusion_holds(place: tuple[int, int]):
    index, size = place
    proof = inclusion_proof(TREE.node_at, index, size)
    verify_inclusion(LEAVES[index], index, size, proof, TREE.root(size))


@given(entries_of_trees(), st.data())
def test_a_proof_of_inclusion_holds_for_no_other_entry(place: tuple[int, int], data: st.DataObject):
    index, size = place
    proof = inclusion_proof(TREE.node_at, index, size)
    other = data.draw(st.integers(0, 220).filter(lambda number: number != index))
    with pytest.raises(NotProved):
        verify_inclusion(LEAVES[index], other, size, proof, TREE.root(size))
    with pytest.raises(NotProved):
        verify_inclusion(OTHER, index, size, proof, TREE.root(size))


@given(subtrees(), st.data())
def test_an_entry_of_a_subtree(part: tuple[int, int, int], data: st.DataObject):
    start, end, _ = part
    index = data.draw(st.integers(start, end - 1))
    proof = inclusion_proof(TREE.node_at, index, end, start)
    root = range_hash(TREE.node_at, start, end)
    verify_subtree_inclusion(LEAVES[index], index, (start, end), proof, root)
    with pytest.raises(NotProved):
        verify_subtree_inclusion(OTHER, index, (start, end), proof, root)


@given(subtrees())
def test_a_proof_of_consistency_holds_and_every_change_of_it_fails(part: tuple[int, int, int]):
    start, end, size = part
    proof = subtree_consistency_proof(TREE.node_at, start, end, size)
    old, new = range_hash(TREE.node_at, start, end), TREE.root(size)
    verify_subtree_consistency((start, end), size, proof, old, new)
    wrong: list[tuple[Sequence[bytes], bytes, bytes]] = [((*proof, OTHER), old, new), ((OTHER, *proof), old, new)]
    wrong += [((*proof[:at], _flip(one), *proof[at + 1 :]), old, new) for at, one in enumerate(proof)]
    wrong += [(proof, _flip(old), new), (proof, old, _flip(new))]
    wrong += [(proof[1:], old, new), (proof[:-1], old, new)] if proof else []
    for hashes, old_root, root in wrong:
        with pytest.raises(NotProved):
            verify_subtree_consistency((start, end), size, hashes, old_root, root)


@given(st.integers(1, 199), st.integers(1, 199))
def test_a_tree_is_consistent_with_its_own_past_only(one: int, other: int):
    old, new = sorted((one, other))
    proof = consistency_proof(TREE.node_at, old, new)
    verify_consistency(old, new, proof, TREE.root(old), TREE.root(new))
    rewritten = MemoryTree((OTHER, *LEAVES[1:new]))
    with pytest.raises(NotProved):
        verify_consistency(old, new, consistency_proof(rewritten.node_at, old, new), TREE.root(old), rewritten.root())


PROOF = inclusion_proof(TREE.node_at, 5, 7)
ROOT = TREE.root(7)


@pytest.mark.parametrize(
    ("fault", "index", "size", "proof", "told"),
    [
        ("another index", 4, 7, PROOF, "the root that follows for entry 4 of 7"),
        ("an index outside", 7, 7, PROOF, "a tree of 7 has no entry 7"),
        ("a negative index", -1, 7, PROOF, "a tree of 7 has no entry -1"),
        ("another size", 5, 6, PROOF, "the proof has 3 hashes where 2 are needed"),
        ("a size beyond 2^63", 5, 2**63, PROOF, "has no entry 5"),
        ("nodes swapped", 5, 7, (PROOF[1], PROOF[0], PROOF[2]), "the root that follows"),
        ("a node extra", 5, 7, (*PROOF, OTHER), "the proof has 4 hashes where 3 are needed"),
        ("a node missing", 5, 7, PROOF[:-1], "the proof has 2 hashes where 3 are needed"),
        ("an empty proof", 5, 7, (), "the proof has 0 hashes where 3 are needed"),
        ("a short hash", 5, 7, (PROOF[0][:31], *PROOF[1:]), "a hash is 31 bytes long, not 32"),
    ],
)
def test_a_wrong_proof_of_inclusion_is_refused_with_its_fault(
    fault: str, index: int, size: int, proof: tuple[bytes, ...], told: str
):
    with pytest.raises(NotProved, match=told) as caught:
        verify_inclusion(LEAVES[5], index, size, proof, ROOT)
    assert caught.value.do, fault


def test_the_size_is_bound_by_the_signed_head_not_by_the_form_of_a_proof():
    # The ways of entry 5 in trees of 7 and 8 have one form, and a root does not name its size: RFC 6962 binds the two
    # in the signed head. A proof for 7 with the head of 8, or the other way round, fails on the root.
    verify_inclusion(LEAVES[5], 5, 8, PROOF, ROOT)
    with pytest.raises(NotProved, match="not the root of the tree"):
        verify_inclusion(LEAVES[5], 5, 8, PROOF, TREE.root(8))
    with pytest.raises(NotProved, match="not the root of the tree"):
        verify_inclusion(LEAVES[5], 5, 7, inclusion_proof(TREE.node_at, 5, 8), ROOT)


def test_an_empty_proof_holds_only_for_the_one_leaf_that_is_the_root():
    verify_inclusion(OTHER, 0, 1, (), OTHER)
    with pytest.raises(NotProved, match="not the root"):
        verify_inclusion(LEAVES[0], 0, 1, (), OTHER)
    with pytest.raises(NotProved, match="0 hashes where 1"):
        verify_inclusion(OTHER, 0, 2, (), OTHER)
    with pytest.raises(NotProved, match="a tree of 0 has no entry 0"):
        verify_inclusion(OTHER, 0, 0, (), OTHER)


@pytest.mark.parametrize(
    ("part", "size", "told"),
    [
        ((0, 6), 5, "no subtree of a tree of 5"),
        ((1, 3), 5, "no subtree"),
        ((2, 2), 5, "not that of no entries"),
        ((3, 2), 5, "no subtree"),
        ((6, 6), 5, "no subtree"),
        ((0, 4), 2**63, "no subtree"),
    ],
)
def test_what_is_no_subtree_has_no_proof_of_consistency(part: tuple[int, int], size: int, told: str):
    with pytest.raises(NotProved, match=told):
        verify_subtree_consistency(part, size, (), OTHER, TREE.root(5))


def test_from_no_entries_nothing_can_be_shown():
    with pytest.raises(NotProved, match="nothing to prove"):
        verify_consistency(0, 5, (), EMPTY_ROOT, TREE.root(5))


def test_a_subtree_without_entries_is_part_of_every_tree_and_says_nothing():
    verify_subtree_consistency((3, 3), 5, (), EMPTY_ROOT, TREE.root(5))
    with pytest.raises(NotProved, match="1 hashes where 0"):
        verify_subtree_consistency((3, 3), 5, (OTHER,), EMPTY_ROOT, TREE.root(5))


def test_the_largest_tree_has_2_63_minus_1_entries():
    size = 2**63 - 1
    proof = (OTHER,) * 63
    root = LEAVES[0]
    for one in proof:
        root = node_hash(root, one)
    verify_inclusion(LEAVES[0], 0, size, proof, root)
    verify_subtree_consistency((0, 1), size, proof, LEAVES[0], root)
    verify_subtree_consistency((0, size), size, (), root, root)


@pytest.mark.parametrize(("index", "end", "start"), [(7, 7, 0), (-1, 7, 0), (4, 7, 3), (0, 0, 0), (3, 7, 4)])
def test_no_proof_is_made_of_what_is_not_there(index: int, end: int, start: int):
    with pytest.raises(UsageFault, match="there is no entry"):
        inclusion_proof(TREE.node_at, index, end, start)


@pytest.mark.parametrize(("start", "end", "size"), [(0, 0, 7), (0, 8, 7), (1, 3, 7), (3, 2, 7)])
def test_no_proof_of_consistency_is_made_of_what_is_no_subtree(start: int, end: int, size: int):
    with pytest.raises(UsageFault, match="are no subtree"):
        subtree_consistency_proof(TREE.node_at, start, end, size)


def test_subtrees_begin_at_a_multiple_of_their_width_rounded_up():
    assert [(start, end) for start in range(6) for end in range(start, 7) if is_subtree(start, end)] == [
        *((0, end) for end in range(1, 7)),
        (1, 2),
        *((2, end) for end in (3, 4)),
        (3, 4),
        *((4, end) for end in (5, 6)),
        (5, 6),
    ]


# --- the vectors of others -------------------------------------------------------------------------------------------

#: A placeholder of 12 bytes stands for the root there. A verifier that insists on 32 bytes refuses it, as ours does.
KNOWN_DISAGREEMENT = "sizes-are-equal-one-and-proof-is-empty.json"


def _bytes(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def _verify(kind: str, case: dict[str, Any]) -> None:
    proof = [_bytes(one) for one in case["proof"] or ()]
    if "leafHash" in case:
        leaf, root = _bytes(case["leafHash"]), _bytes(case["root"])
        if kind == "inclusion":
            verify_inclusion(leaf, case["leafIdx"], case["treeSize"], proof, root)
        else:
            verify_subtree_inclusion(leaf, case["leafIdx"], (case["start"], case["end"]), proof, root)
        return
    old, new = _bytes(case["root1"]), _bytes(case["root2"])
    if kind == "consistency":
        verify_consistency(case["size1"], case["size2"], proof, old, new)
    else:
        verify_subtree_consistency((case["start"], case["end"]), case["size"], proof, old, new)


@pytest.mark.feeds
@pytest.mark.parametrize(
    ("kind", "count"),
    [("inclusion", 98), ("consistency", 98), ("subtreeinclusion", 204), ("subtreeconsistency", 118)],
)
def test_the_merkle_vectors(kind: str, count: int, vectors: Path):
    files = sorted((vectors / "merkle-proofs" / "testdata" / kind).rglob("*.json"))
    assert len(files) == count
    for file in files:
        case = json.loads(file.read_text(encoding="utf-8"))
        refuses = case["wantErr"] or file.name == KNOWN_DISAGREEMENT
        if refuses:
            with pytest.raises(NotProved, match="12 bytes long" if file.name == KNOWN_DISAGREEMENT else None):
                _verify(kind, case)
        else:
            _verify(kind, case)


@pytest.mark.feeds
def test_the_tree_of_eight_leaves(extracted: Callable[[str], Any]):
    case = extracted("rfc6962-tree.json")
    tree = MemoryTree(leaf_hash(bytes.fromhex(leaf)) for leaf in case["leaf_inputs_hex"])
    assert [tree.root(size).hex() for size in range(9)] == case["root_hashes_hex_by_size"]
    for level, hashes in enumerate(case["node_hashes_hex"]):
        assert [tree.node_at(level, index).hex() for index in range(len(hashes))] == hashes


@pytest.mark.feeds
def test_an_entry_and_the_past_of_a_log_of_961_984_013_entries(extracted: Callable[[str], Any]):
    head, entry = extracted("argon2020/sth.json"), extracted("argon2020/entries.json")["entries"][0]
    size, root = head["tree_size"], _bytes(head["sha256_root_hash"])
    proof, past = extracted("argon2020/proof.json"), extracted("argon2020/consistency.json")
    leaf = leaf_hash(_bytes(entry["leaf_input"]))
    path = [_bytes(one) for one in proof["audit_path"]]
    verify_inclusion(leaf, proof["leaf_index"], size, path, root)
    with pytest.raises(NotProved):
        verify_inclusion(leaf, proof["leaf_index"] + 1, size, path, root)
    hashes, old_root = [_bytes(one) for one in past["consistency"]], _bytes(past["first_root"])
    verify_consistency(past["first"], size, hashes, old_root, root)
    with pytest.raises(NotProved):
        verify_consistency(past["first"] + 1, size, hashes, old_root, root)
