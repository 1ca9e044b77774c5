"""The log's trees: how quick, how much memory, and whether two verifiers agree: ``ledger.py``.

Parts, each in a process of its own, told in seconds of processor and MiB at most in memory:

- ``cases``: proofs made up, half of them damaged, decided by ``ledger.merkle`` and by ``ledger.recheck``; one
difference ends the run; - ``grow``: leaf hashes and tiles of a log of each size, written to a folder that is thrown
away; - ``verify``: that log read back: every entry's hash, its proof made from tiles and checked in full;
- ``again``: the root over the stored bytes by ``ledger.recheck``;
- ``fields``: fields of made-up findings opened, held against their lists of commitments, and both again from the text
of an opening (three numbers of fields a second of processor);
- ``edge``: a log of which only the right edge is kept, such as one of a hundred million (``--edge 100000000``).
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from truceline.ledger import merkle, recheck
from truceline.ledger.disclosure import Json, check_openings, open_field, opening_form, read_opening, seal
from truceline.ledger.many_proofs import ProofChecker
from truceline.ledger.tile_tree import TileEdge, TileTree, grown
from truceline.ledger.tiles import ENTRIES, WIDTH, TilePlace, bundle_bytes
from truceline.model import NotProved

BATCH = 4096
SIZES = (100_000, 1_000_000)
LARGEST_CASE = 600


def entry(index: int) -> bytes:
    """A made-up entry of the length of a finding's commitment."""
    return b"finding %019d" % index + bytes(32)


def cases(count: int, seed: int) -> dict[str, float]:
    """Both verifiers over made-up proofs; ends the run at the first difference."""
    chance = random.Random(seed)  # noqa: S311 - made-up cases, not keys
    leaves = [merkle.leaf_hash(entry(index)) for index in range(LARGEST_CASE)]
    tree = merkle.MemoryTree(leaves)
    held = 0
    for number in range(count):
        size = chance.randint(1, LARGEST_CASE)
        decide = _inclusion if number % 2 else _consistency
        first, second, told = decide(tree, leaves, size, chance)
        if first != second:
            sys.exit(f"the verifiers differ: {first} and {second} on {told}")
        held += first
    return {"cases": count, "held": held, "refused": count - held}


def _inclusion(
    tree: merkle.MemoryTree, leaves: list[bytes], size: int, chance: random.Random
) -> tuple[bool, bool, object]:
    index = chance.randrange(size)
    proof = list(merkle.inclusion_proof(tree.node_at, index, size))
    leaf, root = leaves[index], tree.root(size)
    if chance.random() < 0.5:
        _damage(proof, leaves, chance)
    if chance.random() < 0.2:
        index += chance.randint(-2, 2)
    if chance.random() < 0.2:
        size += chance.choice((-2, -1, 1, 2, 2**62))
    first = _holds(lambda: merkle.verify_inclusion(leaf, index, size, proof, root))
    return first, recheck.includes(leaf, index, size, proof, root), (index, size, proof)


def _consistency(
    tree: merkle.MemoryTree, leaves: list[bytes], size: int, chance: random.Random
) -> tuple[bool, bool, object]:
    width = chance.randint(1, size)
    step = 1 << (width - 1).bit_length()
    start = chance.randint(0, (size - width) // step) * step
    end = start + width
    proof = list(merkle.subtree_consistency_proof(tree.node_at, start, end, size))
    part, root = merkle.range_hash(tree.node_at, start, end), tree.root(size)
    if chance.random() < 0.5:
        _damage(proof, leaves, chance)
    if chance.random() < 0.2:
        start, end, size = (value + chance.choice((0, 0, 0, -1, 1)) for value in (start, end, size))
    if start >= end:  # the definition has no part of no entries
        return False, False, None
    first = _holds(lambda: merkle.verify_subtree_consistency((start, end), size, proof, part, root))
    return first, recheck.consistent(start, end, size, proof, (part, root)), (start, end, size, proof)


def _damage(proof: list[bytes], leaves: list[bytes], chance: random.Random) -> None:
    at = chance.randint(0, len(proof))
    kind = chance.choice(("more", "less", "swap", "bit", "short", "other"))
    if kind == "more":
        proof.insert(at, chance.choice(leaves))
    elif kind == "swap":
        proof[at:] = proof[at:][::-1]
    elif at < len(proof):
        changed = {
            "less": [],
            "bit": [bytes([proof[at][0] ^ 1]) + proof[at][1:]],
            "short": [proof[at][:31]],
            "other": [chance.choice(leaves)],
        }
        proof[at : at + 1] = changed[kind]


def _holds(verify: Callable[[], None]) -> bool:
    try:
        verify()
    except NotProved:
        return False
    return True


def grow(size: int, folder: Path | None) -> TileEdge:
    """A log of ``size`` entries, written to a folder, or with nothing but its right edge kept."""
    edge = TileEdge()
    for start in range(0, size, BATCH):
        entries = [entry(index) for index in range(start, min(size, start + BATCH))]
        edge, tiles = grown(edge, [merkle.leaf_hash(one) for one in entries])
        if folder is None:
            continue
        for at in range(0, len(entries), WIDTH):
            some = entries[at : at + WIDTH]
            tiles[TilePlace(ENTRIES, (start + at) // WIDTH, len(some))] = bundle_bytes(some)
        for place, data in tiles.items():
            path = folder / place.path()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    return edge


def verify(size: int, root: bytes, folder: Path) -> None:
    """Every entry, its proof, and the root again by the second verifier."""

    def read(path: str) -> bytes | None:
        file = folder / path
        return file.read_bytes() if file.exists() else None

    tree = TileTree(read, size, root)
    checker = ProofChecker(size, root)
    index = 0
    proofs = tree.inclusion_proofs(0, size)
    for bundle in range(-(-size // WIDTH)):
        for one in tree.entries(bundle):
            checker.check(merkle.leaf_hash(one), index, next(proofs))
            index += 1
    if index != size:
        sys.exit(f"{index} entries were read, not {size}")


def again(size: int, root: bytes, folder: Path) -> None:
    """The root over the stored bytes by the second verifier."""
    if recheck.tree_hash(recheck.stored_entries(_bundles(size, folder), size), size) != root:
        sys.exit("the second verifier comes to another root")


def _bundles(size: int, folder: Path) -> Iterator[bytes]:
    for index in range(-(-size // WIDTH)):
        place = TilePlace(ENTRIES, index, min(WIDTH, size - index * WIDTH))
        yield (folder / place.path()).read_bytes()


def fields(count: int, of_one: int = 500) -> dict[str, float]:
    """Fields a second: opened with their salts, checked, and read from JSON and checked."""
    values: tuple[Json, ...] = (
        "breached",
        3,
        [48.25, 37.75],
        "2031-04-21T12:00:00+00:00",
        None,
        True,
        0.93,
        "shelling",
    )
    told = {f"/part/{at}": values[at % len(values)] for at in range(of_one)}
    made = [seal(f"finding-{number}", told) for number in range(count // of_one)]
    start = _processor_s()
    opened = [[open_field(salts, path, value) for path, value in told.items()] for _, salts in made]
    opened_s = _processor_s() - start
    texts = [json.dumps([opening_form(one) for one in some]) for some in opened]
    start = _processor_s()
    for (sealed, _), some in zip(made, opened, strict=True):
        check_openings(sealed, some)
    checked_s = _processor_s() - start
    start = _processor_s()
    for (sealed, _), text in zip(made, texts, strict=True):
        check_openings(sealed, [read_opening(one) for one in json.loads(text)])
    read_s = _processor_s() - start
    return {"opened_a_s": count / opened_s, "checked_a_s": count / checked_s, "read_and_checked_a_s": count / read_s}


def _processor_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def part(name: str, size: int, folder: str, root: str) -> None:
    """One part in this process; prints what it cost."""
    wall = time.perf_counter()
    found: dict[str, float | str] = {}
    if name == "cases":
        found |= cases(size, seed=1)
    elif name == "fields":
        found |= fields(size)
    elif name in {"grow", "edge"}:
        found["root"] = grow(size, Path(folder) if name == "grow" else None).root().hex()
    else:
        {"verify": verify, "again": again}[name](size, bytes.fromhex(root), Path(folder))
    used = resource.getrusage(resource.RUSAGE_SELF)
    found |= {
        "cpu_s": used.ru_utime + used.ru_stime,
        "wall_s": time.perf_counter() - wall,
        "mib": used.ru_maxrss / 1024,
    }
    print(json.dumps(found))


def run(name: str, size: int, folder: str = "", root: str = "") -> dict[str, float | str]:
    """One part in a process of its own."""
    command = [sys.executable, __file__, "--part", name, "--size", str(size), "--folder", folder, "--root", root]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr or done.stdout)
    found: dict[str, float | str] = json.loads(done.stdout)
    told = ", ".join(f"{key} {value:,.1f}" for key, value in found.items() if isinstance(value, (int, float)))
    print(f"{name:>8} {size:>13,}: {told}", flush=True)
    return found


def main() -> None:
    """Run the parts and print a line for each."""
    reads = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reads.add_argument("--cases", type=int, default=100_000)
    reads.add_argument("--fields", type=int, default=100_000)
    reads.add_argument("--largest", type=int, default=SIZES[-1])
    reads.add_argument("--edge", type=int, default=0)
    for name, kind in (("part", str), ("size", int), ("folder", str), ("root", str)):
        reads.add_argument(f"--{name}", type=kind, default=kind(), help=argparse.SUPPRESS)
    asked = reads.parse_args()
    if asked.part:
        part(asked.part, asked.size, asked.folder, asked.root)
        return
    run("cases", asked.cases)
    run("fields", asked.fields)
    for size in sorted({one for one in SIZES if one < asked.largest} | {asked.largest}):
        with tempfile.TemporaryDirectory() as folder:
            root = str(run("grow", size, folder)["root"])
            run("verify", size, folder, root)
            run("again", size, folder, root)
    if asked.edge:
        run("edge", asked.edge)


if __name__ == "__main__":
    main()
