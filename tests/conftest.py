"""Fixtures for the whole suite."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"


def feeds_folder() -> Path | None:
    """The folder of public feeds: TRUCELINE_DATA, else ../shared/data, else none."""
    named = os.environ.get("TRUCELINE_DATA")
    folder = Path(named) if named else _BESIDE
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def feeds() -> Path:
    """The folder of public feeds; skips with the reason when there is none."""
    folder = feeds_folder()
    if folder is None:
        pytest.skip("public feeds absent: set TRUCELINE_DATA to a folder that holds them")
    return folder
