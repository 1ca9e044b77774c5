"""Files of 256 hashes or entries: one right name and one right form for each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.ledger.tiles import (
    ENTRIES,
    WIDTH,
    TilePlace,
    bundle_bytes,
    bundle_entries,
    parse_tile_path,
    places_between,
    tile_hashes,
)
from truceline.model import MalformedRecord


@given(st.integers(ENTRIES, 63), st.integers(0, 2**63 - 1), st.integers(1, 256))
def test_a_name_is_read_as_it_was_written(level: int, index: int, width: int):
    place = TilePlace(level, index, width)
    assert parse_tile_path(place.path()) == place


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/000\n",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/+1/000",
        "tile/٠/000",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/001/234",
        "tile/0/x000/001",
        "tile/0/x001/x234",
        "tile/0/../../000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/entries/000.p/999",
        "tile/data/000",
        "tile/0/" + "x999/" * 6 + "999",
        "tile/0/" + "x999/" * 5_000 + "999",
    ],
)
def test_a_name_that_is_not_the_one_right_one_is_refused(path: str):
    with pytest.raises(MalformedRecord, match="names no tile"):
        parse_tile_path(path)


def test_the_tiles_of_a_tree_of_70_000():
    # The example of the format's own text: 273 full and one partial of 112, one full and one of 17, one of 1.
    places = [one for one in places_between(0, 70_000) if one.level != ENTRIES]
    assert [(one.level, one.width) for one in places if one.width < WIDTH] == [(0, 112), (1, 17), (2, 1)]
    assert [sum(one.level == level and one.width == WIDTH for one in places) for level in range(3)] == [273, 1, 0]


@given(st.integers(0, 140_000), st.integers(0, 140_000))
def test_new_tiles_are_those_the_smaller_tree_had_not(one: int, other: int):
    old, new = sorted((one, other))
    had, has = set(places_between(0, old)), set(places_between(0, new))
    added = list(places_between(old, new))
    assert set(added) == has - had
    assert len(added) == len(set(added))


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=256))
def test_a_bundle_is_read_as_it_was_written(entries: list[bytes]):
    assert bundle_entries(bundle_bytes(entries), TilePlace(ENTRIES, 0, len(entries))) == tuple(entries)


BUNDLE = bundle_bytes([b"one", b"", b"three"])


@pytest.mark.parametrize(
    ("data", "width", "told"),
    [
        (BUNDLE, 2, "goes on for 7 bytes after its 2 entries"),
        (BUNDLE, 4, "ends within entry 3 of 4"),
        (BUNDLE[:-1], 3, "ends within entry 2 of 3"),
        (BUNDLE[:6], 3, "ends within entry 1 of 3"),
        (BUNDLE + b"\0", 3, "goes on for 1 bytes"),
        (b"", 1, "ends within entry 0 of 1"),
        (b"\0\5", 1, "ends within entry 0 of 1"),
    ],
)
def test_a_bundle_of_another_number_of_entries_is_refused(data: bytes, width: int, told: str):
    with pytest.raises(MalformedRecord, match=told):
        bundle_entries(data, TilePlace(ENTRIES, 0, width))


def test_an_entry_too_long_for_two_bytes_of_length_is_refused():
    assert bundle_entries(bundle_bytes([bytes(65_535)]), TilePlace(ENTRIES, 0, 1)) == (bytes(65_535),)
    with pytest.raises(MalformedRecord, match="an entry of 65,536 bytes does not fit"):
        bundle_bytes([bytes(65_536)])


@pytest.mark.parametrize("length", [0, 31, 33, 63, 65, 96])
def test_a_tile_of_another_length_is_refused(length: int):
    assert tile_hashes(bytes(64), TilePlace(0, 0, 2)) == (bytes(32), bytes(32))
    with pytest.raises(MalformedRecord, match=f"is {length} bytes long, not 64"):
        tile_hashes(bytes(length), TilePlace(0, 0, 2))


@pytest.mark.feeds
def test_the_names_and_entries_of_a_log_of_others(extracted: Callable[[str], Any], vectors: Path):
    folder = vectors / "tessera-log" / "testdata" / "log"
    leaves = [leaf.encode() for leaf in extracted("tessera-log.json")["leaves"]]
    files = sorted(one for one in folder.rglob("*") if one.is_file() and "tile" in one.relative_to(folder).parts)
    assert len(files) == 30
    for file in files:
        place = parse_tile_path(file.relative_to(folder).as_posix())
        if place.level == ENTRIES:
            assert list(bundle_entries(file.read_bytes(), place)) == leaves[: place.width]
        else:
            assert len(tile_hashes(file.read_bytes(), place)) == place.width
