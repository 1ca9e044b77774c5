"""A tree read from tiles, and a tree that grows by tiles, with memory that does not grow with the log.

Questions: what is the root over these tiles, and the way from one entry to it; which tiles must be written when
entries are appended?

Reading (:class:`TileTree`): ``read`` gives the bytes of a path below the log's folder, or ``None`` if there is no
such file. With a root given, nothing that is read is believed before it agrees with that root: the right edge is
hashed first, and every full tile must have the hash that the tile above names. Growing (:class:`TileEdge`): the state
is the partial tile of each level, at most 255 hashes for each factor of 256 in size, so four such tiles for four
thousand million entries.

Sources: C2SP tlog-tiles; RFC 6962 section 2.1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from truceline.ledger.merkle import MemoryTree, inclusion_proof, leaf_hash, node_hash, range_hash, same
from truceline.ledger.tiles import ENTRIES, WIDTH, TilePlace, bundle_entries, tile_hashes
from truceline.model.errors import NotFound, NotProved, UsageFault

ReadFile = Callable[[str], bytes | None]
LEVELS = 8
#: Tiles kept while reading: 16 kB each with their inner nodes, and a way through the largest log needs eight.
TILES_KEPT = 64


class TileTree:
    """The tree of the first ``size`` entries of a log whose tiles ``read`` gives."""

    def __init__(self, read: ReadFile, size: int, root: bytes | None = None) -> None:
        """Open the tree; with ``root``, believe nothing that does not agree with it.

        Raises :class:`~truceline.model.errors.NotProved` if the right edge does not come to that root.
        """
        self.size = size
        self._read = read
        self._checked = root is not None
        self._kept: dict[tuple[int, int], MemoryTree] = {}
        # The right edge is read once: nothing above names it, so a second reading could not be held against anything.
        self._edge: dict[int, MemoryTree] = {}
        if root is not None and not same(self.root(), root):
            raise NotProved(
                f"the tiles of the right edge do not come to the root of {size} entries",
                do="do not rely on this copy of the log; fetch it again, or from a mirror",
            )

    def root(self) -> bytes:
        """The root over all entries."""
        return range_hash(self.node_at, 0, self.size)

    def node_at(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree; see :data:`truceline.ledger.merkle.NodeAt`."""
        tile_level, height = divmod(level, LEVELS)
        across = LEVELS - height
        return self._tile(tile_level, index >> across).node_at(height, index & ((1 << across) - 1))

    def leaf_hashes(self, start: int, end: int) -> Iterator[bytes]:
        """The hashes of the entries from ``start`` below ``end``."""
        for index in range(start, end):
            yield self._tile(0, index // WIDTH).node_at(0, index % WIDTH)

    def entries(self, bundle: int) -> tuple[bytes, ...]:
        """The entries of bundle ``bundle``, each held against its hash in the tree; raises NotProved if one differs."""
        place = TilePlace(ENTRIES, bundle, self._width(self.size, bundle))
        data, got = self._file(place)
        entries = bundle_entries(data, got)[: place.width]
        first = bundle * WIDTH
        for index, (entry, leaf) in enumerate(
            zip(entries, self.leaf_hashes(first, first + place.width), strict=True), start=first
        ):
            if not same(leaf_hash(entry), leaf):
                raise NotProved(
                    f"entry {index} as stored is not the entry the tree names",
                    where=got.path(),
                    do="do not rely on this copy of the log; fetch the file again, or from a mirror",
                )
        return entries

    def inclusion_proofs(self, start: int, end: int) -> Iterator[tuple[bytes, ...]]:
        """The proofs of the entries from ``start`` below ``end``; entries of one full tile share the way above it."""
        above: tuple[bytes, ...] = ()
        above_tile = -1
        for index in range(start, end):
            tile = index // WIDTH
            if (tile + 1) * WIDTH > self.size:
                yield inclusion_proof(self.node_at, index, self.size)
                continue
            if tile != above_tile:
                above, above_tile = inclusion_proof(self.node_at, index, self.size)[LEVELS:], tile
            inner, place = self._tile(0, tile), index % WIDTH
            yield (*(inner.node_at(level, (place >> level) ^ 1) for level in range(LEVELS)), *above)

    def _width(self, count: int, index: int) -> int:
        """How wide tile ``index`` of a level with ``count`` hashes is."""
        width = min(WIDTH, count - index * WIDTH)
        if width < 1 or index < 0:
            raise UsageFault(f"the tree of {self.size} entries does not reach so far", do="name an entry of the tree")
        return width

    def _tile(self, level: int, index: int) -> MemoryTree:
        width = self._width(self.size >> LEVELS * level, index)
        kept = self._kept.get((level, index)) if width == WIDTH else self._edge.get(level)
        if kept is not None:
            return kept
        tree = MemoryTree(self._hashes(TilePlace(level, index, width)))
        if self._checked and width == WIDTH and not same(tree.root(), self.node_at(LEVELS * (level + 1), index)):
            raise NotProved(
                f"the tile {TilePlace(level, index).path()} is not the one the tiles above it name",
                do="do not rely on this copy of the log; fetch the file again, or from a mirror",
            )
        if width < WIDTH:
            self._edge[level] = tree
            return tree
        self._kept[level, index] = tree
        if len(self._kept) > TILES_KEPT:
            del self._kept[next(iter(self._kept))]  # the one read first
        return tree

    def _hashes(self, place: TilePlace) -> tuple[bytes, ...]:
        data, got = self._file(place)
        return tile_hashes(data, got)[: place.width]

    def _file(self, place: TilePlace) -> tuple[bytes, TilePlace]:
        """A file and which it is: a partial one may be gone once the full one is there, and is then its beginning."""
        for one in (place, place.full()):
            if (data := self._read(one.path())) is not None:
                return data, one
        raise NotFound(
            f"the log has no file {place.path()}",
            where=place.path(),
            do="fetch the file from the log or a mirror; if nobody has it, entries of the log are lost",
        )


@dataclass(frozen=True)
class TileEdge:
    """The right edge of a tree of ``size`` entries: the hashes of each level's partial tile, level 0 first."""

    size: int = 0
    hashes: tuple[tuple[bytes, ...], ...] = ()

    def root(self) -> bytes:
        """The root over all entries so far."""
        trees = [MemoryTree(hashes) for hashes in self.hashes]

        def node_at(level: int, index: int) -> bytes:
            tile_level, height = divmod(level, LEVELS)
            return trees[tile_level].node_at(height, index & ((1 << (LEVELS - height)) - 1))

        return range_hash(node_at, 0, self.size)


def edge_of(read: ReadFile, size: int) -> TileEdge:
    """The right edge read back from tiles, as after a restart.

    Raises :class:`~truceline.model.errors.NotFound` for a missing tile and MalformedRecord for one of another length.
    """
    tree = TileTree(read, size)
    edge: list[tuple[bytes, ...]] = []
    level = 0
    while count := size >> LEVELS * level:
        first = count // WIDTH * WIDTH
        edge.append(tuple(tree.node_at(LEVELS * level, index) for index in range(first, count)))
        level += 1
    return TileEdge(size, tuple(edge))


def grown(edge: TileEdge, leaves: Sequence[bytes]) -> tuple[TileEdge, dict[TilePlace, bytes]]:
    """The edge after appending leaf hashes, and the tiles of hashes to write: all full ones, and each level's last.

    Levels that got nothing are left alone. Entry bundles are the caller's, who has the entries.

    >>> edge, tiles = grown(TileEdge(), [bytes([n]) * 32 for n in range(256)] * 2)
    >>> [place.path() for place in tiles]
    ['tile/0/000', 'tile/0/001', 'tile/1/000.p/2']
    """
    tiles: dict[TilePlace, bytes] = {}
    levels: list[tuple[bytes, ...]] = []
    new: Sequence[bytes] = leaves
    level = 0
    while new or level < len(edge.hashes):
        before = edge.hashes[level] if level < len(edge.hashes) else ()
        first = (edge.size >> LEVELS * level) // WIDTH
        hashes = (*before, *new)
        partial = len(hashes) % WIDTH
        full = [hashes[at : at + WIDTH] for at in range(0, len(hashes) - partial, WIDTH)]
        for at, tile in enumerate(full):
            tiles[TilePlace(level, first + at)] = b"".join(tile)
        levels.append(hashes[len(hashes) - partial :])
        if partial and new:
            tiles[TilePlace(level, first + len(full), partial)] = b"".join(levels[-1])
        new = [full_root(tile) for tile in full]
        level += 1
    return TileEdge(edge.size + len(leaves), tuple(levels)), tiles


def full_root(hashes: Iterable[bytes]) -> bytes:
    """The root over the hashes of a full tile, or of any count that is a power of two."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]
