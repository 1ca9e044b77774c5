"""Lets the tests of this folder import its samples, and the strategies, by name."""

from __future__ import annotations

import sys
from pathlib import Path

_HERE = Path(__file__).resolve().parent
for _folder in (_HERE, _HERE.parents[1]):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))
