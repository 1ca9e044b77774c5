"""Writing the files of a result, each complete or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from truceline.mission.locating.on_earth import geojson, quakeml
from truceline.mission.locating.tables import Table, Told, tables_of
from truceline.model import MissionReadOnly, StorageFull, UsageFault

FORMATS = ("csv", "parquet")
GEOJSON, QUAKEML = "events.geojson", "events.quakeml.xml"
_TABLES = ("events", "assignments", "mirrors", "medium", "sensors", "leftover", "rejected", "flagged")
_Writer = Callable[[BinaryIO], None]


def check_out(folder: Path, given: Sequence[Path]) -> None:
    """Raise :class:`UsageFault` where a result would be written over a file that was given, or the folder is none."""
    if folder.exists() and not folder.is_dir():
        _no_folder(folder, None)
    names = (*(f"{table}.{form}" for table in _TABLES for form in FORMATS), GEOJSON, QUAKEML)
    for name in names:
        for path in given:
            if path.is_file() and (folder / name).exists() and (folder / name).samefile(path):
                raise UsageFault(
                    f"the result {name} would be written over a file it is made from",
                    where=f"--out {folder}",
                    do="name another folder",
                    example="--out located",
                )


def write_all(told: Told, folder: Path, form: str, *, with_quakeml: bool) -> tuple[Path, ...]:
    """Write the tables, and GeoJSON where the place on Earth is known; QuakeML when asked. Gives the paths.

    A GeoJSON or QuakeML file that an earlier run left and this one does not write is taken away: it tells of other
    events.
    """
    writers: dict[str, _Writer] = {f"{name}.{form}": _table(table, form) for name, table in tables_of(told).items()}
    if told.heard.frame.on_earth:
        writers[GEOJSON] = _text(lambda: geojson(told))
    if with_quakeml:
        writers[QUAKEML] = _text(lambda: quakeml(told))
    _make(folder)
    for name, writer in writers.items():
        _put(folder / name, writer)
    for name in {GEOJSON, QUAKEML} - set(writers):
        (folder / name).unlink(missing_ok=True)
    return tuple(folder / name for name in writers)


def _table(table: Table, form: str) -> _Writer:
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


def _text(pieces: Callable[[], Iterable[str]]) -> _Writer:
    def _write(file: BinaryIO) -> None:
        file.writelines(piece.encode() for piece in pieces())

    return _write


def _make(folder: Path) -> None:
    try:
        with _faults_told(folder):
            folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as cause:
        _no_folder(folder, cause)


def _no_folder(folder: Path, cause: OSError | None) -> None:
    raise UsageFault(
        "a file stands where the folder of the results should be",
        where=str(folder),
        do="name a folder",
        example="--out located",
    ) from cause


@contextmanager
def _faults_told(path: Path) -> Iterator[None]:
    try:
        yield
    except (FileExistsError, NotADirectoryError):
        raise
    except OSError as cause:
        if cause.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StorageFull(
                "the disk filled up while results were written",
                where=str(path),
                do="free some space and locate again; no half-written file was kept",
            ) from cause
        if cause.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
            raise MissionReadOnly(
                "the folder of the results cannot be written to",
                where=str(path),
                do="name another",
                example="--out located",
            ) from cause
        raise UsageFault(
            f"results cannot be written there: {cause.strerror}",
            where=str(path),
            do="name another folder",
            example="--out located",
        ) from cause


def _put(path: Path, writer: _Writer) -> None:
    """A file under its name, or nothing: first under another name beside it, then renamed."""
    with _faults_told(path):
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                writer(file)
                file.flush()
                os.fsync(file.fileno())
            Path(beside).chmod(0o644)
            Path(beside).replace(path)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
