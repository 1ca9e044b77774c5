"""A gazetteer for the samples of this folder, which tests import by name."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

_HERE = Path(__file__).resolve().parent
if str(_HERE) not in sys.path:
    sys.path.insert(0, str(_HERE))


@pytest.fixture
def places(tmp_path: Path) -> Path:
    """A village and a mill."""
    path = tmp_path / "places.csv"
    path.write_text("name,lat,lon,radius_m,area\nGreenfield,48.1,37.9,300,north area\nthe red mill,48.0,37.8,0,\n")
    return path
