"""Fixtures for the tests of the documentation."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return _ROOT


@pytest.fixture(scope="session")
def page() -> Callable[[str], str]:
    """The text of a page under docs/, by its path there."""
    return lambda name: (_ROOT / "docs" / name).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def script() -> Callable[[str], ModuleType]:
    """A script that stands beside the pages, loaded by its name."""
    return _script


def _script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"docs_{name}", _ROOT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # a dataclass looks its own module up by name
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
