"""Files of sensors and of arrivals, whatever their format, as the rows they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truceline.model import UsageFault, ValueFault
from truceline.model.columns import Floats
from truceline.sources.arrivals.columns import Table, as_texts, is_parquet, read_columns
from truceline.sources.arrivals.layouts import arrival_layout, is_listed_picks, sensor_layout
from truceline.sources.arrivals.listed_picks import read_listed_picks
from truceline.sources.arrivals.live_fire import PULSES, is_pulse_file, read_pulse_sensors, read_pulses
from truceline.sources.arrivals.quakeml import is_quakeml, read_quakeml
from truceline.sources.arrivals.records import ArrivalRows, SensorRows, SetAside, Texts
from truceline.sources.tables import open_bytes


@dataclass(frozen=True)
class ArrivalFiles:
    """The arrivals of one or more files, one after the other, and the rows that could not be read as rows."""

    parts: tuple[ArrivalRows, ...]
    aside: tuple[SetAside, ...]


def arrival_paths(named: Sequence[Path]) -> tuple[Path, ...]:
    """The files that are meant: a folder means its pulse files, below it too. Raises :class:`UsageFault` for none."""
    found: list[Path] = []
    for path in named:
        inside = sorted(path.rglob(f"*{PULSES}")) if path.is_dir() else [path]
        if not inside:
            raise UsageFault(
                f"no pulse file ({PULSES}) lies in this folder",
                where=str(path),
                do="name a file of arrivals, or the folder of one firing position",
                example="--arrivals arrivals.csv",
            )
        found += inside
    return tuple(dict.fromkeys(found))


def read_sensors(path: Path | None, arrivals: Sequence[Path]) -> SensorRows:
    """The sensors of a table, or of the pulse files themselves where no table is named."""
    if path is not None and not path.is_dir() and not is_pulse_file(path):
        return _sensor_table(path)
    files = arrival_paths([path]) if path is not None else tuple(arrivals)
    if not files or not all(is_pulse_file(one) for one in files):
        raise UsageFault(
            "no file of sensors is named, and these arrivals do not say where theirs stand",
            where="--sensors",
            do="name the file of the sensors",
            example="--sensors sensors.csv --arrivals arrivals.csv",
        )
    return read_pulse_sensors(files)


def read_arrivals(paths: Sequence[Path], known: Sequence[str]) -> ArrivalFiles:
    """The arrivals of all files; ``known`` are ids of sensors, for formats that name a station in several ways."""
    parts: list[ArrivalRows] = []
    aside: list[SetAside] = []
    for path in paths:
        if is_pulse_file(path):
            parts.append(read_pulses(path))
        elif _is_markup(path):
            parts.append(read_quakeml(path, known))
        elif not is_parquet(path) and is_listed_picks(path):
            parts.append(read_listed_picks(path))
        else:
            rows, ragged = _arrival_table(path, f"{path.name}:" if len(paths) > 1 else "")
            parts.append(rows)
            aside += ragged
    return ArrivalFiles(tuple(parts), tuple(aside))


def _is_markup(path: Path) -> bool:
    with open_bytes(path) as raw:
        return is_quakeml(raw.read(64))


def _sensor_table(path: Path) -> SensorRows:
    layout = sensor_layout(path)
    spans = [name for name in (layout.since, layout.until) if name]
    table = read_columns(path, (layout.id, layout.first, layout.second), (layout.height, *spans))
    if table.ragged:
        raise ValueFault(
            table.ragged[0].reason, where=f"{path} row {table.ragged[0].row[0]}", do="mend the row: a sensor is needed"
        )
    ids = [text.strip() for text in as_texts(table.texts(layout.id)).to_pylist()]
    filled = np.array([bool(one) for one in ids], dtype=bool)
    first, second = (_numbers(table, name) for name in (layout.first, layout.second))
    height = _numbers(table, layout.height)
    _check_blank(table, layout.id, filled, np.isfinite(first) | np.isfinite(second))
    at = np.flatnonzero(filled)
    since, until = (_words(table, name, at) for name in (layout.since, layout.until))
    kept = tuple(ids[i] for i in at)
    return SensorRows(str(path), table.row[at], kept, layout.axes, first[at], second[at], height[at], since, until)


def _check_blank(table: Table, name: str, filled: Texts, told: Texts) -> None:
    """A row without an id is an empty line, or a sensor that arrivals cannot name."""
    nameless = np.flatnonzero(~filled & told)
    if len(nameless):
        raise ValueFault(
            "a sensor without an id",
            where=f"{table.file} row {int(table.row[nameless[0]])}",
            do=f"name it in column {name!r}: arrivals name their sensor so",
            example="P7",
        )


def _words(table: Table, name: str, at: Texts) -> tuple[str, ...]:
    if not name or name not in table.columns:
        return ("",) * len(at)
    column = table.columns[name]
    if pa.types.is_timestamp(column.type):
        column = pc.strftime(column, format="%Y-%m-%dT%H:%M:%S" + ("Z" if column.type.tz else ""))
    return tuple(text.strip() for text in as_texts(column).take(at).to_pylist())


def _numbers(table: Table, name: str) -> Floats:
    """A column of numbers, NaN where it says nothing. Raises :class:`ValueFault` for what is no number."""
    column = table.texts(name)
    if column.type != pa.string():
        return np.asarray(pc.fill_null(column.cast(pa.float64()), np.nan).to_numpy(zero_copy_only=False), float)
    values = np.full(len(table), np.nan)
    for i, text in enumerate(column.to_pylist()):
        try:
            values[i] = float(text) if text.strip() else np.nan
        except ValueError as cause:
            raise ValueFault(
                f"{name} is {text!r}, not a number",
                where=f"{table.file} row {int(table.row[i])}",
                do="write it with a point and without its unit",
                example="12.345",
            ) from cause
    return values


def _arrival_table(path: Path, prefix: str) -> tuple[ArrivalRows, tuple[SetAside, ...]]:
    layout = arrival_layout(path)
    needed = [name for name in (layout.id, layout.sensor, layout.time) if name]
    table = read_columns(path, needed, (layout.phase, layout.amplitude))
    ids = as_texts(table.texts(layout.id)) if layout.id else _row_names(table, prefix)
    rows = ArrivalRows(
        str(path),
        table.row,
        ids,
        as_texts(table.texts(layout.sensor)),
        table.texts(layout.time),
        as_texts(table.texts(layout.phase)),
        table.texts(layout.amplitude),
        layout.utc_meant,
    )
    return _without_empty_lines(rows), table.ragged


def _without_empty_lines(rows: ArrivalRows) -> ArrivalRows:
    """The rows but those that say nothing at all: an empty line at the end of a file is no arrival."""
    if rows.time.type != pa.string():
        return rows
    said = pc.or_(pc.not_equal(rows.sensor, ""), pc.not_equal(rows.time, ""))
    if pc.all(said).as_py() or not len(rows):
        return rows
    return rows.take(said.to_numpy(zero_copy_only=False))


def _row_names(table: Table, prefix: str) -> Texts:
    """Names for arrivals that have none: the row, with the name of the file where there are several."""
    return pc.binary_join_element_wise(prefix, pc.cast(pa.array(table.row), pa.string()), "")
