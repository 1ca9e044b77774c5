"""One writer at a time, and folders nobody may write to."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import store_samples as samples

from truceline.model import MissionInUse, MissionReadOnly
from truceline.store import writing
from truceline.store.lock import writing as take_pen

_HOLD = """
import sys, time
from pathlib import Path
from truceline.store import writing
with writing(Path(sys.argv[1])):
    print("holding", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other_writer(tmp_path: Path) -> subprocess.Popen[str]:
    """Another process that holds the pen of the folder."""
    process = subprocess.Popen([sys.executable, "-c", _HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "holding\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_second_writer_is_told_who_writes(other_writer: subprocess.Popen[str], tmp_path: Path):
    with pytest.raises(MissionInUse, match=f"process {other_writer.pid} is writing"), writing(tmp_path):
        pass


def test_a_killed_writer_holds_nothing(other_writer: subprocess.Popen[str], tmp_path: Path):
    other_writer.send_signal(signal.SIGKILL)
    other_writer.wait()
    with writing(tmp_path):
        assert int((tmp_path / ".writing").read_text()) == os.getpid()


def test_a_writer_that_failed_gives_the_pen_back(tmp_path: Path):
    with pytest.raises(ValueError, match="mid-work"), writing(tmp_path):
        raise ValueError("mid-work")
    with writing(tmp_path):
        pass


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EPERM])
def test_a_folder_nobody_may_write_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int):
    def refuse(*_arguments: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("truceline.store.lock.os.open", refuse)
    with pytest.raises(MissionReadOnly, match="cannot be written to"), take_pen(tmp_path):
        pass


def test_a_mission_on_a_read_only_disk_can_be_read_and_not_written(small_disk: Callable[[int], Path]):
    disk = small_disk(2048)
    before = samples.Store(disk)
    before.bring_in(samples.observations(5))
    before.records._engine.dispose()  # an open file would keep the disk from being remounted
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    store = samples.Store(disk)
    assert len(store.table()["id"]) == 5
    with pytest.raises(MissionReadOnly), writing(disk):
        pass
    with pytest.raises(MissionReadOnly), store.records.adding() as adding:
        adding.add_sources([samples.Source("x", "x", "x", samples.Stratum.PATROL, ())])


def test_tables_that_cannot_be_made_on_a_read_only_disk(small_disk: Callable[[int], Path]):
    disk = small_disk(64)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    with pytest.raises(MissionReadOnly):
        assert samples.Store(disk).records
