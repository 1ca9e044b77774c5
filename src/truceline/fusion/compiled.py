"""Kernels compiled by numba, with their types kept for the reader and the type checker, and work parted among cores.

Compiled code is kept beside the module (:mod:`keeping`), so a machine compiles once. Parts of the work run in threads
without the interpreter's lock; every part writes only its own rows, so the result does not depend on how many cores
there are.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar, cast

from numba import njit

from truceline.fusion.keeping import Kept

_P = ParamSpec("_P")
_R = TypeVar("_R")


def compiled(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """The function as machine code: strict floating point, division by zero gives infinity, no interpreter's lock."""
    return _kept(njit(error_model="numpy", nogil=True), function)


def compiled_inner(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """The same for an inner kernel that is called over and over: it does not count who holds the arrays it reads.

    Counting costs more than the sums of a small kernel that is handed many arrays; whoever calls it from outside holds
    them meanwhile. It may make no arrays (numba refuses to compile it then) and gives back numbers or nothing.
    """
    return _kept(njit(error_model="numpy", nogil=True, _nrt=False), function)


def _kept(compiler: Callable[..., Any], function: Callable[_P, _R]) -> Callable[_P, _R]:
    kernel = compiler(function)
    kernel._cache = Kept(function)  # noqa: SLF001 - what cache=True does, with a better notion of what is out of date
    return cast("Callable[_P, _R]", kernel)


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_parts(rows: int, work: Callable[[int, int], None], part: int = 256) -> None:
    """Call ``work(begin, end)`` for every part of the rows, on all cores."""
    if rows <= part:
        if rows:
            work(0, rows)
        return
    begins = range(0, rows, part)
    with ThreadPoolExecutor(cores()) as pool:
        for done in [pool.submit(work, begin, min(rows, begin + part)) for begin in begins]:
            done.result()
