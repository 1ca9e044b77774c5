"""Published vectors of other implementations; they stay outside the repository, beside the word of whose they are."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

if str(Path(__file__).parent) not in sys.path:  # for the made-up logs that tests of several files read
    sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def vectors(feeds: Path) -> Path:
    return feeds / "log_vectors"


@pytest.fixture(scope="session")
def extracted(vectors: Path) -> Callable[[str], Any]:
    return lambda name: json.loads((vectors / "extracted" / name).read_text(encoding="utf-8"))
