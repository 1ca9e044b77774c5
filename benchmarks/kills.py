"""Writers killed at random moments, thousands of times: nothing acknowledged is lost, and the log stays one log.

Question: does a log, or a witness's memory, survive being killed at any moment? In: how many kills, a seed. Out: how
many entries were acknowledged, how many of them were lost (must be none), how often the folder could not be opened
again (must be never), and how often a witness signed two histories (must be never).

Each writer is a process of its own that is sent SIGKILL after a random time, drawn so that many die in the middle of
a call. What it acknowledged it has written to a pipe, one number after each batch, so what the parent read was
acknowledged. SIGKILL loses what a process holds, not what the kernel holds; that the disk has it when the power fails
is not shown here (the tests let each fsync fail in turn).

    python benchmarks/kills.py 10000
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import struct
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from truceline.ledger import log as log_module
from truceline.ledger.asking_witnesses import Head, request_bytes
from truceline.ledger.checking_log import check_log, stored_entries
from truceline.ledger.checkpoints import Checkpoint, parse_checkpoint
from truceline.ledger.cosignatures import cosign
from truceline.ledger.journal import Submission
from truceline.ledger.keys import Signing, SigningKey
from truceline.ledger.log import Log, LogIdentity
from truceline.ledger.merkle import leaf_hash
from truceline.ledger.notes import Note, parse_note
from truceline.ledger.tile_tree import TileEdge, TileTree, grown
from truceline.ledger.witness_memory import Witness

KEY = SigningKey("example.org/mission/public", Signing.ED25519, bytes(range(32)))
OWN = SigningKey("example.com/witness", Signing.ED25519_COSIGNATURE, bytes(range(1, 33)))
IDENTITY = LogIdentity(KEY.name, (KEY,))
NUMBER = struct.Struct(">Q")
BATCH = 7
"""So that batches end within bundles and tiles, and now and then with them."""
FRESH_AFTER = 500
"""So many kills are done to one folder; then another is begun."""
NOW = 1_934_539_200
HEADS = 60
"""How many sizes of each of two histories a witness is asked about."""


def killed(work: Callable[[int], None], draw: random.Random) -> list[int]:
    """Let a process of its own work and kill it after a time; gives the numbers it told before it died.

    Of four one dies while it opens the folder; the time of the others begins with the first number they tell.
    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        try:
            work(write)
        finally:
            os._exit(3)
    os.close(write)
    told = b"" if draw.random() < 0.25 else os.read(read, NUMBER.size)
    time.sleep(draw.expovariate(1 / 0.04))
    os.kill(child, signal.SIGKILL)
    while data := os.read(read, 65_536):
        told += data
    os.close(read)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        raise RuntimeError("a writer ended by itself: the campaign shows nothing")
    return [NUMBER.unpack_from(told, at)[0] for at in range(0, len(told) // NUMBER.size * NUMBER.size, NUMBER.size)]


def entry(number: int) -> bytes:
    """What stands under a number."""
    return b"entry %d" % number


def writing(folder: Path, handle: int) -> None:
    """Append batches for ever, and tell the size after each as soon as it is acknowledged."""
    log_module.SETTLE_AT = 60
    with Log(folder, IDENTITY, lambda: NOW) as log:
        os.write(handle, NUMBER.pack(log.size))
        while True:
            first = log.size
            log.append([Submission(b"%d" % at, entry(at)) for at in range(first, first + BATCH)])
            os.write(handle, NUMBER.pack(log.size))


def kill_logs(kills: int, draw: random.Random) -> dict[str, int]:
    """Kill writers of a log; every folder is opened again after each kill, and read whole at the end."""
    found = {"acknowledged": 0, "lost": 0, "damaged": 0, "cut off within a call": 0}
    folder, known = Path(), 0
    for number in range(kills):
        if number % FRESH_AFTER == 0:
            found["damaged"] += _damages(folder, known) if number else 0
            shutil.rmtree(folder, ignore_errors=True) if number else None
            folder, known = Path(tempfile.mkdtemp(prefix="kills-")), 0
        told = killed(partial(writing, folder), draw)
        found["acknowledged"] += max(0, max(told, default=known) - known)
        known = max([known, *told])
        with Log(folder, IDENTITY, lambda: NOW) as log:
            found["lost"] += max(0, known - log.size)
            found["cut off within a call"] += log.size > known
            known = log.size
    found["damaged"] += _damages(folder, known)
    shutil.rmtree(folder)
    return found


def _damages(folder: Path, size: int) -> int:
    """How many damages a look over the folder finds, entries that are not the ones of their number included."""
    with Log(folder, IDENTITY, lambda: NOW) as log:
        log.settle()
    found = len(check_log(folder, [KEY.verifier]).damages)
    entries = stored_entries(folder, [KEY.verifier])
    wrong = sum(one != entry(number) for number, one in enumerate(entries))
    return found + wrong + abs(sum(1 for _ in stored_entries(folder, [KEY.verifier])) - size)


def heads(history: int) -> tuple[Head, ...]:
    """Heads of every size of one of two histories that part at the third entry."""
    entries = [entry(at) if at < 2 else b"%d of history %d" % (at, history) for at in range(HEADS)]
    return tuple(_head(entries[:size]) for size in range(1, HEADS + 1))


def _head(entries: list[bytes]) -> Head:
    edge, tiles = grown(TileEdge(), [leaf_hash(one) for one in entries])
    files = {place.path(): data for place, data in tiles.items()}
    checkpoint = Checkpoint(KEY.name, len(entries), edge.root())
    return Head(
        Note(checkpoint.text(), (cosign(checkpoint, KEY, NOW),)), TileTree(files.get, len(entries), edge.root())
    )


def signing(folder: Path, both: tuple[tuple[Head, ...], ...], seed: int, handle: int) -> None:
    """Ask a witness about heads of both histories for ever, and tell history and size of each he signed."""
    draw = random.Random(seed)  # noqa: S311 - a campaign that can be repeated, no key
    witness = Witness(folder, {KEY.name: (KEY.verifier,)}, (OWN,), lambda: NOW)
    while True:
        which = draw.randrange(2)
        last = witness.latest(KEY.name)
        old = last.size if last else 0
        head = both[which][draw.randrange(max(old - 1, 0), HEADS)]
        if head.checkpoint.size < old:
            continue  # he signed all sizes of that history already
        answer = witness.add_checkpoint(request_bytes(head, old))
        if answer.status == 200:
            os.write(handle, NUMBER.pack(which * 1_000 + head.checkpoint.size))


def kill_witnesses(kills: int, draw: random.Random) -> dict[str, int]:
    """Kill a witness who is shown two histories; what he signed must be remembered and of one history."""
    both = (heads(0), heads(1))
    roots = tuple({head.checkpoint.size: head.checkpoint.root for head in one} for one in both)
    found = {"signed": 0, "forgotten": 0, "signed two histories": 0}
    for number in range(kills):
        if number % 10 == 0:
            folder, told = Path(tempfile.mkdtemp(prefix="kills-")), list[int]()
        told += killed(partial(signing, folder, both, draw.randrange(2**32)), draw)
        witness = Witness(folder, {KEY.name: (KEY.verifier,)}, (OWN,), lambda: NOW)
        kept = [parse_checkpoint(parse_note(one).text) for one in witness.signed(KEY.name)]
        signed = {(one // 1_000, one % 1_000) for one in told}
        remembered = {(one.size, one.root) for one in kept}
        found["forgotten"] += sum((size, roots[which][size]) not in remembered for which, size in signed)
        sides = [{size for size, root in remembered if size > 2 and roots[which][size] == root} for which in (0, 1)]
        found["signed two histories"] += bool(sides[0] and sides[1])
        if number % 10 == 9:
            found["signed"] += len(signed)
            shutil.rmtree(folder)
    return found


def main() -> None:
    """Run both campaigns and print what came of them."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("kills", type=int, nargs="?", default=10_000)
    asked.add_argument("--seed", type=int, default=20_310_602)
    given = asked.parse_args()
    draw = random.Random(given.seed)  # noqa: S311 - as above
    witnesses = given.kills // 10
    begun = time.perf_counter()
    for name, result, kills in (
        ("log", kill_logs(given.kills - witnesses, draw), given.kills - witnesses),
        ("witness", kill_witnesses(witnesses, draw), witnesses),
    ):
        print(f"{name}: {kills:,} kills; " + "; ".join(f"{what} {count:,}" for what, count in result.items()))
    print(f"{time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main()
