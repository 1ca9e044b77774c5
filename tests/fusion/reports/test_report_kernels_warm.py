"""After the exercise every kernel of the grouping of reports is machine code."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import truceline.fusion.reports as room
from truceline.fusion.reports.warming import exercise

ROOM = Path(room.__file__).parent


def compiled_so_far() -> int:
    """How many kernels had to be compiled in this process, for want of code that is kept."""
    return sum(
        sum(value.stats.cache_misses.values())
        for module in pkgutil.iter_modules([str(ROOM)])
        for value in vars(importlib.import_module(f"{room.__name__}.{module.name}")).values()
        if hasattr(value, "signatures")
    )


def test_after_the_exercise_nothing_needs_compiling(week_of: Callable[..., Any], mixed_of: Callable[..., Any]):
    assert len(exercise().sources) == 3
    before = compiled_so_far()
    for table in (week_of(2, 60).table, week_of(9, 1500).table, mixed_of(1, 60).table, mixed_of(1, 1000).table):
        assert len(room.group_reports(table).group) == len(table)
    assert compiled_so_far() == before
