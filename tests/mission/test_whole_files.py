"""A file stands complete under its name, or not at all, and the fault is told in words of what was written."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import BinaryIO

import pytest

from truceline.mission.whole_files import Written
from truceline.model import MissionReadOnly, StorageFull, UsageFault

LOG = Written("the log", again="keep the log again", example="--out logs")


def test_a_whole_file_takes_the_place_of_the_one_before(tmp_path: Path):
    path = tmp_path / "log.csv"
    path.write_bytes(b"before")
    LOG.put(path, lambda file: file.write(b"after"))
    assert path.read_bytes() == b"after"
    LOG.put_bytes(path, b"at once")
    assert path.read_bytes() == b"at once"
    assert [one.name for one in tmp_path.iterdir()] == ["log.csv"]


@pytest.mark.parametrize(
    ("number", "fault", "said"),
    [
        (errno.ENOSPC, StorageFull, "the disk filled up while the log was written"),
        (errno.EDQUOT, StorageFull, "the disk filled up while the log was written"),
        (errno.EROFS, MissionReadOnly, "the folder of the log cannot be written to"),
        (errno.EACCES, MissionReadOnly, "the folder of the log cannot be written to"),
        (errno.EIO, UsageFault, "the log cannot be written there"),
    ],
)
def test_what_breaks_off_leaves_the_file_before(tmp_path: Path, number: int, fault: type[Exception], said: str):
    path = tmp_path / "log.csv"
    path.write_bytes(b"before")

    def half(file: BinaryIO) -> None:
        file.write(b"hal")
        raise OSError(number, "as the disk says")

    with pytest.raises(fault, match=said):
        LOG.put(path, half)
    assert path.read_bytes() == b"before"
    assert [one.name for one in tmp_path.iterdir()] == ["log.csv"]


def test_a_file_in_the_way_of_the_folder_is_told(tmp_path: Path):
    (tmp_path / "logs").write_bytes(b"")
    with pytest.raises(UsageFault, match="a file stands where the folder of the log should be"):
        LOG.make(tmp_path / "logs")
    with pytest.raises(UsageFault, match="a file stands where the folder of the log should be"):
        LOG.make(tmp_path / "logs" / "today")
