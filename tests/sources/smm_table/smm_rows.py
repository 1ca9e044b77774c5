"""A daily table small enough to read, and how it is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from truceline.sources import ReadOptions, SourceFile, source_format

HEADER = 'SMM position,Event location,Means,No.,Observation,Description,Weapon,"Date, time"'


CAMERA = "SMM camera at the red mill"
ROWS = (
    f"{CAMERA},0.6-4km S and SSW,Recorded,about 40,Projectile,In flight from W to E,N/K,19-Sep 20:15",
    '2 km N of Greenfield,2-5km SE,Heard,N/K,Undetermined explosion,Undetermined,N/K,"20 Sep, 04:30-05:10"',
    "Greenfield,N/K,Saw and heard,3,Bursts,Live-fire exercise in the disengagement area,Small arms,during the day",
)
SET = (("report_date", "2021-09-21"),)


def read(tmp_path: Path, *rows: str, header: str = HEADER, mapping: Path | None = None) -> list[Any]:
    """The records of a table of these rows."""
    path = tmp_path / "day.csv"
    path.write_text("\n".join((header, *rows)) + "\n")
    return list(source_format("smm-table").read(SourceFile(path, "0" * 64), ReadOptions(mapping=mapping, settings=SET)))


def only(records: list[Any], kind: type) -> list[Any]:
    """The records of one kind."""
    return [record for record in records if isinstance(record, kind)]
