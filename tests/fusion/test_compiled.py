"""Inner kernels: the same sums, no array made and none kept from being given back."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from numba.core.caching import NullCache
from numba.core.errors import NumbaError

from truceline.fusion import compiled as compiling
from truceline.fusion.compiled import compiled, compiled_inner
from truceline.model.columns import Floats


@pytest.fixture(autouse=True)
def _keeps_no_machine_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "Kept", lambda _: NullCache())


def test_inner_kernels_read_and_write_the_arrays_they_are_handed_and_hold_none():
    @compiled_inner
    def doubled(values: Floats, at: int) -> float:
        values[at] *= 2.0
        return float(values[at])

    @compiled
    def all_doubled(values: Floats) -> float:
        total = 0.0
        for at in range(len(values)):
            total += doubled(values, at)
        return total

    values = np.array([1.0, 2.0, 4.0])
    holders = sys.getrefcount(values)
    assert all_doubled(values) == 14.0
    assert doubled(values, 2) == 16.0
    assert values.tolist() == [2.0, 4.0, 16.0]
    assert sys.getrefcount(values) == holders


def test_an_inner_kernel_that_makes_an_array_is_refused():
    @compiled_inner
    def makes(number: int) -> float:
        return float(np.ones(number).sum())

    with pytest.raises((NumbaError, RuntimeError)):
        makes(3)
