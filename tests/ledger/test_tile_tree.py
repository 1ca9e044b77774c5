"""A tree in files: it grows the same in any steps, and nothing changed in a file is believed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.ledger.merkle import MemoryTree, consistency_proof, inclusion_proof, leaf_hash, verify_consistency
from truceline.ledger.tile_tree import TILES_KEPT, TileEdge, TileTree, edge_of, grown
from truceline.ledger.tiles import ENTRIES, WIDTH, TilePlace, bundle_bytes, parse_tile_path, places_between
from truceline.model import LedgerFault, MalformedRecord, NotFound, NotProved, UsageFault

MOST = 66_000
ENTRY = [str(number).encode() for number in range(MOST)]
LEAVES = [leaf_hash(entry) for entry in ENTRY]
TREE = MemoryTree(LEAVES)


@cache
def _files(size: int) -> dict[str, bytes]:
    edge, tiles = grown(TileEdge(), LEAVES[:size])
    assert edge.root() == TREE.root(size)
    files = {place.path(): data for place, data in tiles.items()}
    for place in places_between(0, size):
        if place.level == ENTRIES:
            first = place.index * WIDTH
            files[place.path()] = bundle_bytes(ENTRY[first : first + place.width])
    return files


FILES = _files(MOST)
SIZES = st.one_of(st.integers(1, 1_100), st.sampled_from((65_535, 65_536, 65_537, MOST)))


def test_the_files_are_those_the_format_names():
    assert set(FILES) == {place.path() for place in places_between(0, MOST)}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 700), max_size=6))
def test_a_tree_grown_in_any_steps_is_the_same(steps: list[int]):
    edge, files, size = TileEdge(), {}, 0
    for step in steps:
        edge, tiles = grown(edge, LEAVES[size : size + step])
        size += step
        files |= {place.path(): data for place, data in tiles.items()}
        assert edge.root() == TREE.root(size)
        assert edge_of(files.get, size) == edge
    at_once, tiles = grown(TileEdge(), LEAVES[:size])
    assert at_once.root() == edge.root()
    assert {place.path(): data for place, data in tiles.items()}.items() <= files.items()


@settings(max_examples=40, deadline=None)
@given(SIZES, st.data())
def test_proofs_from_tiles_are_those_from_memory(size: int, data: st.DataObject):
    tree = TileTree(_files(size).get, size, TREE.root(size))
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    assert inclusion_proof(tree.node_at, index, size) == inclusion_proof(TREE.node_at, index, size)
    proof = consistency_proof(tree.node_at, old, size)
    verify_consistency(old, size, proof, TREE.root(old), tree.root())
    start = max(0, index - 300)
    many = list(tree.inclusion_proofs(start, index + 1))
    assert many == [inclusion_proof(TREE.node_at, one, size) for one in range(start, index + 1)]
    assert list(tree.leaf_hashes(start, index + 1)) == LEAVES[start : index + 1]
    assert tree.entries(index // WIDTH)[index % WIDTH] == ENTRY[index]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.data())
def test_no_byte_of_any_file_can_be_changed_unseen(path: str, data: st.DataObject):
    place = data.draw(st.integers(0, len(FILES[path]) - 1))
    changed = bytearray(FILES[path])
    changed[place] ^= data.draw(st.integers(1, 255))
    tile = parse_tile_path(path)
    bundle = tile.index if tile.level < 1 else place // 32 if tile.level == 1 else 0
    with pytest.raises(LedgerFault):
        TileTree((FILES | {path: bytes(changed)}).get, MOST, TREE.root(MOST)).entries(bundle)


def _read_whole(files: dict[str, bytes]) -> None:
    tree = TileTree(files.get, MOST, TREE.root(MOST))
    for bundle in range(-(-MOST // WIDTH)):
        tree.entries(bundle)


def test_the_whole_log_is_read_with_few_tiles_in_memory():
    tree = TileTree(FILES.get, MOST, TREE.root(MOST))
    for bundle in range(-(-MOST // WIDTH)):
        assert tree.entries(bundle) == tuple(ENTRY[bundle * WIDTH : (bundle + 1) * WIDTH])
    assert len(tree._kept) <= TILES_KEPT
    assert len(tree._edge) == 3


def test_one_proof_reads_one_tile_of_each_level():
    asked: list[str] = []

    def read(path: str) -> bytes | None:
        asked.append(path)
        return FILES.get(path)

    tree = TileTree(read, MOST, TREE.root(MOST))
    edge = set(asked)
    inclusion_proof(tree.node_at, 5_000, MOST)
    assert set(asked) - edge == {"tile/0/019", "tile/1/000"}
    assert len(asked) == len(set(asked))


def test_a_file_that_changes_after_it_was_checked_is_not_read_again():
    asked: set[str] = set()

    def turncoat(path: str) -> bytes | None:
        data = FILES.get(path)
        if path in asked and data is not None:
            return bytes(len(data))
        asked.add(path)
        return data

    tree = TileTree(turncoat, MOST, TREE.root(MOST))
    for bundle in (257, 0, 257, 1):
        tree.leaf_hashes(bundle * WIDTH, min(MOST, (bundle + 1) * WIDTH))
        assert inclusion_proof(tree.node_at, bundle * WIDTH, MOST) == inclusion_proof(
            TREE.node_at, bundle * WIDTH, MOST
        )


def test_another_root_is_refused_before_anything_is_read_from_the_tree():
    with pytest.raises(NotProved, match="do not come to the root of 66000 entries"):
        TileTree(FILES.get, MOST, TREE.root(MOST - 1))


def test_a_partial_tile_may_be_gone_once_the_full_one_is_there():
    size = 65_000
    files = _files(65_024)
    partial = TilePlace(0, 253, 232).path()
    assert partial not in files
    upper = TilePlace(1, 0, 253)
    files[upper.path()] = files[TilePlace(1, 0, 254).path()][: 253 * 32]
    tree = TileTree(files.get, size, TREE.root(size))
    assert tree.entries(253) == tuple(ENTRY[253 * WIDTH : size])


def test_a_missing_file_is_told_by_name():
    files = dict(FILES)
    del files["tile/0/007"]
    tree = TileTree(files.get, MOST, TREE.root(MOST))
    with pytest.raises(NotFound, match="the log has no file tile/0/007"):
        inclusion_proof(tree.node_at, 7 * WIDTH, MOST)


def test_a_file_cut_short_is_told_by_name():
    with pytest.raises(MalformedRecord, match="the file tile/0/007 is 8191 bytes long, not 8192"):
        _read_whole(FILES | {"tile/0/007": FILES["tile/0/007"][:-1]})


def test_there_is_nothing_beyond_the_last_entry():
    tree = TileTree(FILES.get, MOST, TREE.root(MOST))
    for beyond in (lambda: list(tree.leaf_hashes(66_048, 66_049)), lambda: tree.entries(258)):
        with pytest.raises(UsageFault, match="does not reach so far"):
            beyond()


@pytest.mark.feeds
def test_the_tiles_of_a_log_of_others_are_the_tiles_written_here(extracted: Callable[[str], Any], vectors: Path):
    folder = vectors / "tessera-log" / "testdata" / "log"
    edge = TileEdge()
    for leaf in extracted("tessera-log.json")["leaves"]:
        edge, tiles = grown(edge, [leaf_hash(leaf.encode())])
        for place, data in tiles.items():
            assert (folder / place.path()).read_bytes() == data
    assert edge.size == 15
