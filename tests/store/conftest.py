"""A mission's store in an empty folder, and this folder's own module of samples importable by name."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_HERE = str(Path(__file__).resolve().parent)
if _HERE not in sys.path:
    sys.path.insert(0, _HERE)

import store_samples as samples  # noqa: E402 - the folder must be on the path first


@pytest.fixture
def store(tmp_path: Path) -> samples.Store:
    """An empty store."""
    return samples.Store(tmp_path / "mission")


@pytest.fixture
def run_python() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a script in a process of its own, with the samples importable as ``samples``."""

    def run(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-c", f"import sys; sys.path.insert(0, {_HERE!r})\n{script}", *map(str, arguments)]
        return subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)

    return run


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Make a file system of so many kilobytes; skips with the reason where that is not permitted."""
    with _mounted(tmp_path) as make:
        yield make


@contextmanager
def _mounted(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    made: list[Path] = []

    def make(kilobytes: int) -> Path:
        folder = tmp_path / f"disk-{len(made)}"
        folder.mkdir()
        words = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
        try:
            done = subprocess.run(words, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            pytest.skip("no mount command here")
        if done.returncode:
            pytest.skip(f"mounting a small disk is not permitted here: {done.stderr.strip()}")
        made.append(folder)
        return folder

    try:
        yield make
    finally:
        for folder in made:
            subprocess.run(["umount", "-l", str(folder)], check=True)
