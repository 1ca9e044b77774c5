"""After the exercise every kernel of locating is machine code."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import truceline.fusion.arrivals as room
from truceline.fusion.arrivals.warming import exercise

ROOM = Path(room.__file__).parent


def compiled_so_far() -> int:
    """How many kernels had to be compiled in this process, for want of code that is kept."""
    return sum(
        sum(value.stats.cache_misses.values())
        for module in pkgutil.iter_modules([str(ROOM)])
        for value in vars(importlib.import_module(f"{room.__name__}.{module.name}")).values()
        if hasattr(value, "signatures")
    )


def test_after_the_exercise_an_hour_needs_no_compiling(hour: Callable[..., Any]):
    assert len(exercise().events) >= 18
    before = compiled_so_far()
    for seed in range(3):
        made = hour(seed, salvo=12, noise=60, wind_mps=(4.0, 1.0))
        assert len(room.locate(made.sensors, made.arrivals).events) > 20
    assert compiled_so_far() == before


def test_every_module_of_the_room_can_be_imported():
    for module in pkgutil.iter_modules([str(ROOM)]):
        importlib.import_module(f"{room.__name__}.{module.name}")
