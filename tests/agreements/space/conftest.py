"""Lets the tests of this room import ``made_up_lines`` and ``strategies`` by name, whichever way pytest is started."""

from __future__ import annotations

import sys
from pathlib import Path

for _folder in (Path(__file__).resolve().parent, Path(__file__).resolve().parents[2]):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))
