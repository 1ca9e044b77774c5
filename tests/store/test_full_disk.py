"""The disk fills up in mid-work: a clear fault, nothing half kept, and all is well once there is room."""

from __future__ import annotations

import hashlib
import random
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import store_samples as samples

from truceline.model import StorageFull
from truceline.store import sha256_of, writing

ROWS = 1_500
Run = Callable[..., subprocess.CompletedProcess[str]]


def _wordy(rows: int, file: str = "a") -> Iterator[samples.Record]:
    """Observations that hardly compress, so that few of them fill a disk."""
    dice = random.Random(7)  # noqa: S311 - filler
    return (samples.observation(i, file, words=f"{dice.getrandbits(8000):x}") for i in range(rows))


_LIMITED = """
import resource
from pathlib import Path
import store_samples as samples, test_full_disk
from truceline.model import StorageFull

store = samples.Store(Path(sys.argv[1]))
store.records
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    {work}
except StorageFull as fault:
    print(fault.diagnosis())
    sys.exit(fault.exit_code)
"""
_OBSERVATIONS = "store.bring_in(test_full_disk._wordy(test_full_disk.ROWS))"
_CLAIMS = "store.bring_in([samples.claim(i, quote='q' * 400) for i in range(3000)])"
_REJECTED = "store.bring_in([samples.Rejected(i, 'no time', 'x' * 400) for i in range(3000)])"


@pytest.mark.parametrize("kilobytes", [4, 600])
def test_a_file_that_may_not_grow_is_told_as_a_full_disk(store: samples.Store, run_python: Run, kilobytes: int):
    done = run_python(_LIMITED.format(work=_OBSERVATIONS), store.root, kilobytes * 1024)
    assert done.returncode == StorageFull.exit_code, done.stderr
    assert "make room and repeat" in done.stdout
    _nothing_kept(store)
    assert store.bring_in(_wordy(ROWS)).new == ROWS


@pytest.mark.parametrize("work", [_CLAIMS, _REJECTED], ids=["claims", "rejected rows"])
def test_a_database_that_may_not_grow_is_told_as_a_full_disk(store: samples.Store, run_python: Run, work: str):
    done = run_python(_LIMITED.format(work=work), store.root, 400 * 1024)
    assert done.returncode == StorageFull.exit_code, done.stderr
    _nothing_kept(store)
    assert store.bring_in([samples.claim(i) for i in range(50)]).new == 50


def test_an_archive_file_whose_records_find_no_room_is_given_back(store: samples.Store, run_python: Run):
    work = "store.bring_in([*samples.observations(3), *(samples.claim(i, quote='q' * 400) for i in range(3000))])"
    done = run_python(_LIMITED.format(work=work), store.root, 400 * 1024)
    assert done.returncode == StorageFull.exit_code, done.stderr
    _nothing_kept(store)


@pytest.mark.parametrize("kilobytes", [1400, 2200])
def test_a_disk_that_fills_up_keeps_what_was_there_and_nothing_more(small_disk: Callable[[int], Path], kilobytes: int):
    store = samples.Store(small_disk(kilobytes) / "mission")
    store.bring_in(samples.observations(20, "before"), "before")
    table, rows, files = store.table(), store.rows_kept(), store.bytes_kept()
    with pytest.raises(StorageFull) as full:
        store.bring_in(_wordy(ROWS))
    assert full.value.exit_code == 6
    assert (store.table(), store.rows_kept(), store.bytes_kept()) == (table, rows, files)
    assert store.bring_in(samples.observations(30, "before"), "before").new == 10


def test_evidence_that_finds_no_room_is_not_kept(small_disk: Callable[[int], Path], tmp_path: Path):
    store = samples.Store(small_disk(1024))
    feed = tmp_path / "feed.bin"
    feed.write_bytes(random.Random(1).randbytes(2**20))  # noqa: S311 - filler
    with pytest.raises(StorageFull, match="nothing of the file was kept"), store.keeper() as keeper:
        keeper.receive(feed, samples.HANDLING, {})
    assert [path for path in store.folders.evidence.rglob("*") if path.is_file()] == []
    chain = store.records.custody_of(sha256_of(feed))
    assert [event.entry.stage for event in chain] == ["begun", "failed"]


def test_a_disk_that_lies_about_its_room_keeps_nothing_either(
    small_disk: Callable[[int], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    store = samples.Store(small_disk(1024))
    feed = tmp_path / "feed.bin"
    feed.write_bytes(random.Random(1).randbytes(2**20))  # noqa: S311 - filler
    monkeypatch.setattr("truceline.store.evidence_files._check_room", lambda *_given: None)
    with pytest.raises(StorageFull, match="nothing of the file was kept"), store.keeper() as keeper:
        keeper.receive(feed, samples.HANDLING, {})
    assert [path for path in store.folders.evidence.rglob("*") if path.is_file()] == []


def test_the_pen_of_a_full_disk_can_still_be_taken(small_disk: Callable[[int], Path]):
    disk = small_disk(64)
    (disk / ".writing").touch()
    with pytest.raises(OSError, match="No space left"):
        (disk / "filler").write_bytes(b"x" * 2**20)
    with writing(disk):
        pass


def test_a_disk_too_small_for_the_tables_is_told_as_full(small_disk: Callable[[int], Path]):
    store = samples.Store(small_disk(24))
    with pytest.raises(StorageFull):
        store.bring_in(samples.observations(1))


def _nothing_kept(store: samples.Store) -> None:
    assert store.records.imports() == ()
    assert store.bytes_kept() == {}
    assert store.records.claims() == ()


def test_a_copy_that_differs_from_its_hash_is_not_kept(store: samples.Store, tmp_path: Path):
    feed = tmp_path / "feed.csv"
    feed.write_bytes(b"a")
    with (
        store.keeper() as keeper,
        pytest.raises(Exception, match="changed while it was read"),
        keeper.receiving(feed, hashlib.sha256(b"b").hexdigest(), samples.HANDLING, {}),
    ):
        pass
    assert store.bytes_kept() == {}
