"""Lets the tests of this room import ``tests/strategies.py`` and ``told.py`` by name."""

from __future__ import annotations

import sys
from pathlib import Path

_HERE = Path(__file__).resolve()
for _folder in (str(_HERE.parents[0]), str(_HERE.parents[1])):
    if _folder not in sys.path:
        sys.path.insert(0, _folder)
