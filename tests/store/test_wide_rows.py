"""Rows with long words: what DuckDB may use is capped, and an import must not need more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import store_samples as samples

from truceline.store import archive

ROWS, LETTERS = 24_000, 4_000


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MEMORY_LIMIT", "60MB")


@pytest.mark.usefixtures("narrow")
def test_an_import_many_times_the_memory_given_to_duckdb_is_taken_in_and_revised(tmp_path: Path):
    chance = np.random.default_rng(7)
    noise = "".join(map(chr, chance.integers(ord("a"), ord("z"), 2 * LETTERS)))
    long = [
        replace(samples.observation(row), words=noise[(at := chance.integers(LETTERS)) : at + LETTERS])
        for row in range(ROWS)
    ]
    store = samples.Store(tmp_path)
    assert store.bring_in(long).new == ROWS
    corrected = [*long[:-2], *(replace(row, words="corrected") for row in long[-2:])]
    again = store.bring_in(corrected, file="corrected")
    assert (again.new, again.already, again.revised) == (0, ROWS - 2, 2)
    assert len(store.table()["id"]) == ROWS
