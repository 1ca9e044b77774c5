"""The second verifier, written from the definitions, and the first: of one mind on good and on damaged proofs."""

from __future__ import annotations

import ast
import base64
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.ledger import merkle, recheck
from truceline.ledger.tile_tree import TileEdge, grown
from truceline.ledger.tiles import ENTRIES, WIDTH, bundle_bytes, places_between
from truceline.model import NotProved

ENTRY = [str(number).encode() * (number % 3) for number in range(300)]
LEAVES = [merkle.leaf_hash(entry) for entry in ENTRY]
TREE = merkle.MemoryTree(LEAVES)

Case = tuple[int, int, int, list[bytes], bytes, bytes]


def test_it_shares_no_code_with_the_first():
    found = ast.walk(ast.parse(Path(recheck.__file__).read_text(encoding="utf-8")))
    names = {alias.name for one in found if isinstance(one, ast.Import) for alias in one.names}
    found = ast.walk(ast.parse(Path(recheck.__file__).read_text(encoding="utf-8")))
    names |= {one.module or "" for one in found if isinstance(one, ast.ImportFrom)}
    assert names == {"__future__", "collections.abc", "hashlib"}


@st.composite
def damaged(draw: st.DrawFn) -> Case:
    """A subtree of a tree with its proof of consistency, often damaged in one way."""
    size = draw(st.integers(1, 300))
    width = draw(st.integers(1, size))
    step = 1 << (width - 1).bit_length()
    start = draw(st.integers(0, (size - width) // step)) * step
    end = start + width
    proof = list(merkle.subtree_consistency_proof(TREE.node_at, start, end, size))
    old, new = merkle.range_hash(TREE.node_at, start, end), TREE.root(size)
    damage = draw(
        st.sampled_from(["", "", "start", "end", "size", "swap", "more", "less", "bit", "short", "old", "new"])
    )
    at = draw(st.integers(0, max(0, len(proof) - 1)))
    other = draw(st.sampled_from([*LEAVES[:4], *proof[:4], old, new]))
    if damage in {"start", "end", "size"}:
        by = draw(st.integers(-3, 3))
        start, end, size = (
            start + by * (damage == "start"),
            end + by * (damage == "end"),
            size + by * (damage == "size"),
        )
    elif damage == "swap":
        proof[at:] = proof[at:][::-1]
    elif damage == "more":
        proof.insert(at, other)
    elif damage == "less":
        del proof[at : at + 1]
    elif damage in {"bit", "short"} and proof:
        proof[at] = bytes([proof[at][0] ^ 1]) + proof[at][1:] if damage == "bit" else proof[at][:31]
    elif damage in {"old", "new"}:
        old, new = (other, new) if damage == "old" else (old, other)
    return start, end, size, proof, old, new


def _first(verify: Callable[..., None], *arguments: object) -> bool:
    try:
        verify(*arguments)
    except NotProved:
        return False
    return True


@given(damaged())
def test_both_decide_alike_on_consistency(case: Case):
    start, end, size, proof, old, new = case
    if start == end:  # the first one has an answer for a part of no entries, the second has none
        return
    first = _first(merkle.verify_subtree_consistency, (start, end), size, proof, old, new)
    assert recheck.consistent(start, end, size, proof, (old, new)) == first
    if start == 0 and end > 0:
        assert _first(merkle.verify_consistency, end, size, proof, old, new) == first


@given(st.integers(1, 300), st.data())
def test_both_decide_alike_on_inclusion(size: int, data: st.DataObject):
    index = data.draw(st.integers(0, size - 1))
    path = list(merkle.inclusion_proof(TREE.node_at, index, size))
    assert path == recheck.path_to(LEAVES[:size], index)
    told = data.draw(st.one_of(st.just(index), st.integers(-1, size + 1)))
    tree = data.draw(st.one_of(st.just(size), st.integers(-1, 310)))
    if path and data.draw(st.booleans()):
        path[data.draw(st.integers(0, len(path) - 1))] = data.draw(st.sampled_from([LEAVES[0], b"", TREE.root(size)]))
    leaf, root = data.draw(st.sampled_from([LEAVES[index], LEAVES[0]])), TREE.root(size)
    first = _first(merkle.verify_inclusion, leaf, told, tree, path, root)
    assert recheck.includes(leaf, told, tree, path, root) == first


@pytest.mark.parametrize(
    ("size", "steps", "holds"), [(2**63 - 1, 63, True), (2**63, 63, False), (2**63 + 1, 64, False)]
)
def test_both_end_at_the_same_size(size: int, steps: int, holds: bool):
    proof = [LEAVES[1]] * steps
    root = LEAVES[0]
    for one in proof:
        root = merkle.node_hash(root, one)
    assert _first(merkle.verify_inclusion, LEAVES[0], 0, size, proof, root) == holds
    assert recheck.includes(LEAVES[0], 0, size, proof, root) == holds
    assert _first(merkle.verify_subtree_consistency, (0, 1), size, proof, LEAVES[0], root) == holds
    assert recheck.consistent(0, 1, size, proof, (LEAVES[0], root)) == holds


@given(damaged())
def test_the_first_one_makes_the_proofs_of_the_definition(case: Case):
    start, end, size, *_ = case
    if 0 <= start < end <= size <= 300 and merkle.is_subtree(start, end):
        made = merkle.subtree_consistency_proof(TREE.node_at, start, end, size)
        assert list(made) == recheck.proof_of(LEAVES[:size], start, end)


@given(st.integers(0, 300))
def test_the_root_over_stored_bytes_is_the_root_over_tiles(size: int):
    edge, _ = grown(TileEdge(), LEAVES[:size])
    bundles = [
        bundle_bytes(ENTRY[place.index * WIDTH : place.index * WIDTH + place.width])
        for place in places_between(0, size)
        if place.level == ENTRIES
    ]
    assert list(recheck.stored_entries(bundles, size)) == ENTRY[:size]
    assert recheck.tree_hash(recheck.stored_entries(bundles, size), size) == edge.root()


BUNDLE = bundle_bytes([b"one", b"two"])


@pytest.mark.parametrize(
    ("bundles", "size", "told"),
    [
        ([BUNDLE[:-1]], 2, "ends within an entry"),
        ([BUNDLE[:6]], 2, "ends within an entry"),
        ([BUNDLE], 3, "ends within an entry"),
        ([BUNDLE], 1, "goes on after its last entry"),
        ([BUNDLE, b"\0"], 2, "goes on after its last entry"),
        ([], 1, "fewer entry bundles"),
    ],
)
def test_stored_bytes_of_another_form_are_refused(bundles: list[bytes], size: int, told: str):
    with pytest.raises(ValueError, match=told):
        recheck.tree_hash(recheck.stored_entries(bundles, size), size)


def test_fewer_or_more_entries_than_the_head_says_are_refused():
    with pytest.raises(ValueError, match="more entries than the head says"):
        recheck.tree_hash(ENTRY[:2], 1)
    with pytest.raises(ValueError, match="fewer entries than the head says"):
        recheck.tree_hash(ENTRY[:2], 3)


def _bytes(texts: Sequence[str] | None) -> list[bytes]:
    return [base64.b64decode(text) for text in texts or ()]


@pytest.mark.feeds
@pytest.mark.parametrize("kind", ["inclusion", "consistency", "subtreeinclusion", "subtreeconsistency"])
def test_the_merkle_vectors_a_second_time(kind: str, vectors: Path):
    for file in sorted((vectors / "merkle-proofs" / "testdata" / kind).rglob("*.json")):
        case = json.loads(file.read_text(encoding="utf-8"))
        proof = _bytes(case["proof"])
        if "leafHash" in case:
            leaf, root = _bytes([case["leafHash"], case["root"]])
            start, end = case.get("start", 0), case.get("end", case.get("treeSize"))
            power = 1
            while power < end - start and power < 2**63:
                power *= 2
            holds = start % power == 0 and recheck.includes(leaf, case["leafIdx"] - start, end - start, proof, root)
        else:
            start, end = case.get("start", 0), case.get("end", case.get("size1"))
            size = case.get("size", case.get("size2"))
            old, new = _bytes([case["root1"], case["root2"]])
            if start == end and kind == "subtreeconsistency":
                continue  # a part of no entries is not defined by the recursion
            holds = recheck.consistent(start, end, size, proof, (old, new))
        disagreed = file.name == "sizes-are-equal-one-and-proof-is-empty.json"
        assert holds == (not case["wantErr"] and not disagreed), file
