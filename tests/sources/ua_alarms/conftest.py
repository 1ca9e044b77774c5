"""Reading a made-up file with the format under test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from truceline.sources import ReadOptions, Record, SourceFile
from truceline.sources.ua_alarms import FORMAT


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[Record]]:
    """Every record of a file with these words or bytes."""

    def reading(content: str | bytes, **options: object) -> list[Record]:
        path = tmp_path / "sample"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return list(FORMAT.read(SourceFile(path, "0" * 64), ReadOptions(**options)))

    return reading
