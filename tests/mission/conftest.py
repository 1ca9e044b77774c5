"""Missions in empty folders, and the modules of samples importable by name."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

_HERE = Path(__file__).resolve().parent
for folder in (_HERE, _HERE.parent):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

import mission_samples as samples  # noqa: E402 - the folder must be on the path first

from truceline.mission.folder import Mission  # noqa: E402


@pytest.fixture
def mission(tmp_path: Path) -> Mission:
    """A made-up mission with three observations, fused and assessed."""
    made = samples.make_mission(tmp_path / "mission")
    samples.take_in(made, samples.TABLE)
    samples.conclude(made)
    return made
