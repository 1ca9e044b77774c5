"""Writing the files of a result, each complete or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from truceline.mission.locating.kept import WORKINGS, write_kept
from truceline.mission.locating.on_earth import geojson, quakeml
from truceline.mission.locating.tables import Table, Told, tables_of
from truceline.mission.whole_files import Writer, Written
from truceline.model import UsageFault

FORMATS = ("csv", "parquet")
GEOJSON, QUAKEML = "events.geojson", "events.quakeml.xml"
_TABLES = ("events", "assignments", "mirrors", "medium", "delays", "sensors", "leftover", "rejected", "flagged")
_RESULT = Written("the result", again="locate again", example="--out located")


def check_out(folder: Path, given: Sequence[Path]) -> None:
    """Raise :class:`UsageFault` where a result would be written over a file that was given, or the folder is none."""
    if folder.exists() and not folder.is_dir():
        raise _RESULT.no_folder(folder)
    names = (*(f"{table}.{form}" for table in _TABLES for form in FORMATS), GEOJSON, QUAKEML, WORKINGS)
    for name in names:
        for path in given:
            if path.is_file() and (folder / name).exists() and (folder / name).samefile(path):
                raise UsageFault(
                    f"the result {name} would be written over a file it is made from",
                    where=f"--out {folder}",
                    do="name another folder",
                    example="--out located",
                )


def write_all(
    told: Told, folder: Path, form: str, *, with_quakeml: bool, with_workings: bool = True
) -> tuple[Path, ...]:
    """Write the tables, the workings, GeoJSON where the place on Earth is known; QuakeML when asked. Gives the paths.

    A file of these that an earlier run left and this one does not write is taken away: it tells of other events.
    """
    writers: dict[str, Writer] = {f"{name}.{form}": _table(table, form) for name, table in tables_of(told).items()}
    if told.heard.frame.on_earth:
        writers[GEOJSON] = _text(lambda: geojson(told))
    if with_quakeml:
        writers[QUAKEML] = _text(lambda: quakeml(told))
    if with_workings and told.located.workings is not None:
        writers[WORKINGS] = lambda file: write_kept(told, file)
    _RESULT.make(folder)
    for name, writer in writers.items():
        _RESULT.put(folder / name, writer)
    at_times = {GEOJSON, QUAKEML, WORKINGS, *(f"delays.{form}" for form in FORMATS)}
    for name in at_times - set(writers):
        (folder / name).unlink(missing_ok=True)
    return tuple(folder / name for name in writers)


def _table(table: Table, form: str) -> Writer:
    if form == "parquet":
        return lambda file: pq.write_table(table, file, compression="zstd")
    return lambda file: _csv(table, file)


def _csv(table: Table, file: BinaryIO) -> None:
    """Names and values without quotes, but where one is needed for a comma or a quote in an id."""
    file.write((",".join(table.column_names) + "\n").encode())
    begins = file.tell()
    try:
        pa_csv.write_csv(table, file, pa_csv.WriteOptions(include_header=False, quoting_style="none"))
    except pa.ArrowInvalid:
        file.seek(begins)
        file.truncate()
        pa_csv.write_csv(table, file, pa_csv.WriteOptions(include_header=False, quoting_style="needed"))


def _text(pieces: Callable[[], Iterable[str]]) -> Writer:
    def _write(file: BinaryIO) -> None:
        file.writelines(piece.encode() for piece in pieces())

    return _write
