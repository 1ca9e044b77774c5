"""A mapping to start from, and a way to read a table through it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from truceline.sources import ReadOptions, Record, SourceFile, source_format

MAPPING = """
truceline: 1
source: {id: north-log, title: Log of the north patrol, custodian: mission, stratum: patrol, senses: [explosion, burst]}
time: {format: iso, zone: Europe/Kyiv, sense: sometime}
columns: {start: when, end: until, lat: lat, lon: lon, radius_m: radius, phenomenon: what, count: n, words: note}
translate: {phenomenon: {Bang: explosion}}
"""
HEADER = "when,until,lat,lon,radius,what,n,note"
ROW = "2021-09-20 05:13,2021-09-20 05:20,48.1,37.9,500,Bang,about 40,first"

Read = Callable[..., list[Record]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read rows under HEADER (or a whole text, or bytes) through a mapping."""

    def _read(*rows: str, mapping: str = MAPPING, header: str = HEADER, **options: object) -> list[Record]:
        table, rules = tmp_path / "log.csv", tmp_path / "log.yaml"
        table.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
        rules.write_text(mapping, encoding="utf-8")
        chosen = ReadOptions(mapping=rules, **options)  # type: ignore[arg-type]
        return list(source_format("table").read(SourceFile(table, "0" * 64), chosen))

    return _read


@pytest.fixture
def start() -> tuple[str, str, str]:
    """The mapping, header and row every test changes one thing of."""
    return MAPPING, HEADER, ROW
