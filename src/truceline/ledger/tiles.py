"""Tiles: a log as files that never change, 256 hashes or 256 entries each.

Question: in which file stands which part of the tree, and is a file exactly what the format says? A log kept as tiles
can be served by any web server, copied by any tool, and read on a small machine, since one proof needs three or four
files.

A tile of level 0 holds the hashes of 256 entries, a tile of level 1 the roots of 256 full tiles of level 0, and so
on. The last tile of a level may be partial, 1 to 255 wide; an entry bundle holds the entries themselves, each after
its length in two bytes.

Source: C2SP tlog-tiles. Widths are counted in hashes or entries.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from truceline.ledger.encodings import HASH_BYTES, LARGEST_NUMBER, shown
from truceline.model.errors import MalformedRecord

WIDTH = 256
#: The level that stands for the entries themselves.
ENTRIES = -1
MOST_ENTRY_BYTES = 2**16 - 1
_LEVELS_BITS = 8
_MOST_LEVEL = 63
_LENGTH = struct.Struct(">H")
_PATH = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)


@dataclass(frozen=True, order=True)
class TilePlace:
    """Which tile: its level (:data:`ENTRIES` for an entry bundle), its number in the level from 0, and its width."""

    level: int
    index: int
    width: int = WIDTH

    def path(self) -> str:
        """The name of the file below the log's folder.

        >>> TilePlace(0, 1234067).path(), TilePlace(ENTRIES, 0, 15).path()
        ('tile/0/x001/x234/067', 'tile/entries/000.p/15')
        """
        groups = [f"{self.index % 1000:03d}"]
        rest = self.index // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03d}")
            rest //= 1000
        level = "entries" if self.level == ENTRIES else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join(groups)}{partial}"

    def full(self) -> TilePlace:
        """The full tile that takes a partial one's place once there are entries enough."""
        return TilePlace(self.level, self.index)


def parse_tile_path(path: str) -> TilePlace:
    """The tile a path names; raises :class:`~truceline.model.errors.MalformedRecord` for any but the one right path.

    >>> parse_tile_path("tile/1/000.p/17")
    TilePlace(level=1, index=0, width=17)
    """
    found = _PATH.fullmatch(path)
    if found:
        level = ENTRIES if found[1] == "entries" else int(found[1])
        index = int(found[2].replace("x", "").replace("/", ""))
        place = TilePlace(level, index, int(found[3] or WIDTH))
        if place.path() == path and level <= _MOST_LEVEL and place.width <= WIDTH and index <= LARGEST_NUMBER:
            return place
    raise MalformedRecord(
        f"{shown(path)!r} names no tile",
        do="name the level or entries, the number in groups of three digits, and .p/ with a partial width",
        example="tile/0/x001/x234/067 or tile/entries/000.p/15",
    )


def places_between(old_size: int, size: int) -> Iterator[TilePlace]:
    """The tiles of a tree of ``size`` that one of ``old_size`` had not, or not so wide; from 0, all of them.

    >>> [place.path() for place in places_between(255, 257)]
    ['tile/entries/000', 'tile/entries/001.p/1', 'tile/0/000', 'tile/0/001.p/1', 'tile/1/000.p/1']
    """
    yield from _level_places(ENTRIES, old_size, size)
    level = 0
    while size:
        yield from _level_places(level, old_size, size)
        level, old_size, size = level + 1, old_size // WIDTH, size // WIDTH


def _level_places(level: int, old_count: int, count: int) -> Iterator[TilePlace]:
    if old_count == count:
        return
    for index in range(old_count // WIDTH, count // WIDTH):
        yield TilePlace(level, index)
    if count % WIDTH:
        yield TilePlace(level, count // WIDTH, count % WIDTH)


def tile_hashes(data: bytes, place: TilePlace) -> tuple[bytes, ...]:
    """The hashes of a tile; raises MalformedRecord unless there are exactly as many as the place says."""
    if len(data) != place.width * HASH_BYTES:
        raise _fault(place, f"is {len(data)} bytes long, not {place.width * HASH_BYTES}")
    return tuple(data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES))


def bundle_bytes(entries: Sequence[bytes]) -> bytes:
    """Entries as the bytes of a bundle; raises MalformedRecord for one longer than 65,535 bytes."""
    for entry in entries:
        if len(entry) > MOST_ENTRY_BYTES:
            raise MalformedRecord(
                f"an entry of {len(entry):,} bytes does not fit, {MOST_ENTRY_BYTES:,} do",
                do="enter a hash or a commitment, and keep what it stands for elsewhere",
            )
    return b"".join(_LENGTH.pack(len(entry)) + entry for entry in entries)


def bundle_entries(data: bytes, place: TilePlace) -> tuple[bytes, ...]:
    """The entries of a bundle; raises MalformedRecord unless there are exactly as many as the place says."""
    entries: list[bytes] = []
    at = 0
    for _ in range(place.width):
        begin = at + _LENGTH.size
        at = begin + _LENGTH.unpack_from(data, at)[0] if begin <= len(data) else begin
        if at > len(data):
            raise _fault(place, f"ends within entry {len(entries)} of {place.width}")
        entries.append(data[begin:at])
    if at != len(data):
        raise _fault(place, f"goes on for {len(data) - at} bytes after its {place.width} entries")
    return tuple(entries)


def _fault(place: TilePlace, what: str) -> MalformedRecord:
    return MalformedRecord(
        f"the file {place.path()} {what}",
        where=place.path(),
        do="fetch the file again from the log or a mirror; if it stays so, the log's folder is damaged",
    )
