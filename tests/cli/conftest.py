"""The command line in this process, with its two streams; and the made-up mission of the mission tests."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

_MISSION_TESTS = str(Path(__file__).resolve().parents[1] / "mission")
if _MISSION_TESTS not in sys.path:
    sys.path.insert(0, _MISSION_TESTS)

import mission_samples as samples  # noqa: E402 - the folder must be on the path first

from truceline.cli.main import run  # noqa: E402 - as above


@dataclass(frozen=True)
class Answer:
    """What a command said, on which stream, and how it ended."""

    exit_code: int
    out: str
    err: str


@pytest.fixture
def truceline(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Run ``truceline`` with these words; no network, no data folder unless the environment is changed after."""
    monkeypatch.setenv("TRUCELINE_OFFLINE", "1")
    monkeypatch.setenv("TRUCELINE_DATA", "/nowhere/at/all")
    monkeypatch.setenv("XDG_CACHE_HOME", "/nowhere/at/all")
    monkeypatch.setenv("COLUMNS", "200")

    def command(*words: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["truceline", *map(str, words)])
        capsys.readouterr()
        code: object = 0
        try:
            run()
        except SystemExit as end:
            code = end.code or 0
        out, err = capsys.readouterr()
        return Answer(int(str(code)), out, err)

    return command


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up mission, taken in, fused and assessed; only ever copied."""
    return samples.concluded_mission(tmp_path_factory.mktemp("made") / "mission")


@pytest.fixture
def folder(made_once: Path, tmp_path: Path) -> Path:
    """The made-up mission's folder, a copy for each test."""
    return Path(shutil.copytree(made_once, tmp_path / "mission"))
