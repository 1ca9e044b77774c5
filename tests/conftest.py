"""Fixtures for the whole suite."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import pytest

# numba works with a package of the name of our room of tests, and would take that folder for it.
if importlib.util.find_spec("coverage") is None:
    sys.modules["coverage"] = None  # type: ignore[assignment]  # what Python itself keeps for a package that is not there

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
