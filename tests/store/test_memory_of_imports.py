"""Memory while importing depends on the chunk, not on the file."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
import store_samples as samples

from truceline.store.archive import connect


def _peak(folder: Path, rows: int) -> int:
    store = samples.Store(folder)
    store.bring_in([])
    tracemalloc.start()
    try:
        assert store.bring_in(samples.observations(rows), "big").new == rows
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_four_times_the_rows_need_no_more_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("truceline.store.archive._ROWS_AT_ONCE", 500)
    _peak(tmp_path / "warm", 600)
    assert _peak(tmp_path / "large", 6_000) < 1.5 * _peak(tmp_path / "small", 1_500)


def test_the_archive_reader_works_in_bounded_memory_and_silently(tmp_path: Path):
    link = connect(tmp_path)
    asked = "SELECT current_setting('memory_limit'), current_setting('enable_progress_bar')"
    limit, bar = link.execute(asked).fetchone()
    link.close()
    assert limit.endswith("MiB")
    assert float(limit.split()[0]) < 512
    assert bar is False
