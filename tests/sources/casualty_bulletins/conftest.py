"""Reading a made-up list of days with the format under test."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from truceline.sources import ReadOptions, Record, SourceFile
from truceline.sources.casualty_bulletins import FORMAT


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[Record]]:
    """Every record of a file with these days, words or bytes."""

    def reading(content: object, **options: object) -> list[Record]:
        path = tmp_path / "sample"
        if not isinstance(content, bytes):
            content = (content if isinstance(content, str) else json.dumps(content)).encode()
        path.write_bytes(content)
        return list(FORMAT.read(SourceFile(path, "0" * 64), ReadOptions(**options)))

    return reading
