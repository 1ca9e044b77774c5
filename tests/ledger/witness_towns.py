"""A log and its witnesses on free ports of this machine, for the tests of both sides of the line."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from truceline.ledger.asking_witnesses import Head
from truceline.ledger.checkpoints import Checkpoint
from truceline.ledger.cosignatures import cosign
from truceline.ledger.keys import Signing, SigningKey
from truceline.ledger.merkle import leaf_hash
from truceline.ledger.notes import Note
from truceline.ledger.tile_tree import TileEdge, TileTree, grown
from truceline.ledger.witness_memory import Witness
from truceline.ledger.witness_serving import Serving, WitnessServer

LOG = SigningKey("example.org/mission", Signing.ED25519, bytes(range(32)))
OWN = tuple(
    SigningKey(f"example.com/witness-{at}", way, bytes([at]) * 32)
    for at, way in enumerate((Signing.ED25519_COSIGNATURE, Signing.ML_DSA_44, Signing.ED25519_COSIGNATURE))
)
NOW = 1_934_539_200
MOST = 600


def head_of(size: int, forged_from: int = MOST) -> Head:
    leaves = [leaf_hash(b"%s %d" % (b"entry" if at < forged_from else b"forged", at)) for at in range(size)]
    edge, tiles = grown(TileEdge(), leaves)
    files = {place.path(): data for place, data in tiles.items()}
    checkpoint = Checkpoint(LOG.name, size, edge.root())
    note = Note(checkpoint.text(), (cosign(checkpoint, LOG, NOW),))
    return Head(note, TileTree(files.get, size, edge.root()))


@contextmanager
def serving(folder: Path, key: SigningKey, limits: Serving | None = None) -> Iterator[WitnessServer]:
    witness = Witness(folder, {LOG.name: (LOG.verifier,)}, (key,), lambda: NOW)
    with WitnessServer(witness, limits or Serving()) as server:
        running = threading.Thread(target=server.serve_forever, args=(0.01,))
        running.start()
        try:
            yield server
        finally:
            server.shutdown()
            running.join()


@contextmanager
def answering(speak: Callable[[socket.socket], None]) -> Iterator[str]:
    """The address of somebody who says whatever a test lets him say, to any number of callers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def run() -> None:
            while True:
                try:
                    caller, _ = listening.accept()
                except OSError:
                    return
                with caller:
                    try:
                        speak(caller)
                    except OSError:
                        continue

        running = threading.Thread(target=run, daemon=True)
        running.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            running.join(5)
