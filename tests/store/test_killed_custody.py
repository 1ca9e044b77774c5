"""Evidence under kills: whatever step a process dies at, no byte was moved without an event, and every begun act ends.

A process of its own is forked for every step and ends itself with SIGKILL there; nothing of ours cleans up after it.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

_SCRIPT = """
import hashlib, os, shutil, signal
from datetime import timedelta
from pathlib import Path
import store_samples as samples
from sqlalchemy.engine import Connection
from truceline.model.custody import CustodyKind, CustodyStage, Handling, HashState
from truceline.store import Incoming, archive, evidence_files, import_records

root, way = Path(sys.argv[1]), sys.argv[2]
root.mkdir()
PICTURE, SMALLER = b"a picture", b"smaller"
ITEM, MADE = (hashlib.sha256(one).hexdigest() for one in (PICTURE, SMALLER))
NAMES = {ITEM: PICTURE, MADE: SMALLER}
LATER = Handling("viktor", "to compare", samples.BEGIN + timedelta(days=1))

def prepared(folder):
    (folder / "new").mkdir(parents=True)
    (folder / "crater.jpg").write_bytes(PICTURE)
    store = samples.Store(folder / "mission")
    assert store.records
    if way not in ("receive", "ingest"):
        with store.keeper() as keeper:
            keeper.receive(folder / "crater.jpg", samples.HANDLING, {})
    return store

def act(store, folder):
    if way == "read":
        (folder / "out").write_bytes(store.reader().read(ITEM, LATER))
        return
    with store.keeper() as keeper:
        if way == "receive":
            keeper.receive(folder / "crater.jpg", LATER, {})
        elif way == "ingest":
            with keeper.receiving(folder / "crater.jpg", ITEM, LATER, {}) as receipt:
                incoming = Incoming("table", "crater.jpg", ITEM, (samples.PATROL,), received=(receipt.ending,))
                import_records(store.folders, store.records, incoming, samples.observations(3), now=samples.NOW)
        elif way == "copy":
            keeper.copy(ITEM, folder / "new" / "copy.jpg", LATER)
        elif way == "export":
            with keeper.leaving(ITEM, CustodyKind.EXPORT, LATER, {}) as file:
                (folder / "out").write_bytes(file.read())
        elif way == "derive":
            keeper.derive(ITEM, SMALLER, LATER, {"how": "made smaller"})
        elif way == "transfer":
            keeper.transfer(ITEM, "roman", LATER)
        else:
            keeper.destroy(ITEM, LATER, {})

def dying(call, left):
    def instead(*given, **more):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        done = call(*given, **more)
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return done
    return instead

def die_at(step):
    left = [step]
    Connection._commit_impl = dying(Connection._commit_impl, left)
    for place, name in ((os, "fsync"), (Path, "rename"), (Path, "unlink"), (Path, "hardlink_to"), (Path, "open"),
                        (Path, "write_bytes"), (Path, "chmod"), (shutil, "copyfileobj")):
        setattr(place, name, dying(getattr(place, name), left))

def on_disk(store):
    return {path.name for path in store.folders.evidence.rglob("*") if path.is_file() and path.name[0] != "."}

def check(store, folder, step):
    # As the kill left it: what is on the disk has an event, and what went out was on record.
    chains = {item: store.records.custody_of(item) for item in store.records.items_received()}
    for item in on_disk(store):
        begun = any(one.entry.detail.get("made") == item for chain in chains.values() for one in chain)
        assert chains.get(item) or begun, (step, item)
    if (folder / "out").exists() or (folder / "new" / "copy.jpg").exists():
        assert any(one.entry.handling.by == "viktor" for one in chains[ITEM]), step
    if way == "ingest":
        ended = any(one.entry.stage is CustodyStage.DONE for one in chains.get(ITEM, ()))
        assert bool(store.records.imports()) == ended, step
    with store.keeper():
        pass
    # As the next keeper leaves it: every begun act is over, and the last word of each chain is what the disk says.
    events = {one.content["id"] for one in store.records.events()}
    for item in store.records.items_received():
        chain = store.records.custody_of(item)
        over = {one.begun for one in chain}
        assert all(one.id in over for one in chain if one.entry.stage is CustodyStage.BEGUN), (step, item)
        assert {one.id for one in chain} <= events
        there = chain[-1].entry.hash is HashState.AGREES
        assert there == (item in on_disk(store)), (step, chain[-1].entry)
        if there:
            assert store.reader().read(item, LATER) == NAMES[item]
    assert on_disk(store) <= set(store.records.items_received()), step
    assert not [path for path in store.folders.evidence.glob("*/.*")]

ready = root / "ready"
prepared(ready)
step = killed = 0
while True:
    step += 1
    folder = root / str(step)
    store = samples.Store(shutil.copytree(ready, folder) / "mission")
    child = os.fork()
    if child == 0:
        die_at(step)
        act(samples.Store(store.root), folder)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        assert os.WEXITSTATUS(status) == 0, status
    check(samples.Store(store.root), folder, step)
    shutil.rmtree(folder)
    if not os.WIFSIGNALED(status):
        break
    killed += 1
print(killed)
"""


@pytest.mark.parametrize("way", ["receive", "ingest", "read", "copy", "export", "derive", "transfer", "destroy"])
def test_killed_at_every_step_nothing_is_without_its_event(
    run_python: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path, way: str
):
    # A kill leaves in memory what it leaves on a disk, and nothing waits for a disk there.
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    with TemporaryDirectory(dir=memory if memory.is_dir() else tmp_path) as folder:
        done = run_python(_SCRIPT, Path(folder) / "killed", way)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= {"read": 3, "transfer": 3}.get(way, 6)
