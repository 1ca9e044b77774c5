"""Missions in empty folders, and the modules of samples importable by name."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

_HERE = Path(__file__).resolve().parent
for folder in (_HERE, _HERE.parent, _HERE.parent / "ledger"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

import mission_samples as samples  # noqa: E402 - the folder must be on the path first

from truceline.mission.folder import Mission, open_mission  # noqa: E402 - the folder must be on the path first


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up mission with three observations, fused and assessed; only ever copied."""
    return samples.concluded_mission(tmp_path_factory.mktemp("made") / "mission")


@pytest.fixture
def mission(made_once: Path, tmp_path: Path) -> Mission:
    """The made-up mission, a copy for each test."""
    return open_mission(Path(shutil.copytree(made_once, tmp_path / "mission")))
