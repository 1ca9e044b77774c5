"""PhaseNet's table with one row for each hour of a station: picks as lists of samples since the hour began."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from truceline.model import InputFault, ValueFault
from truceline.sources.arrivals.records import ArrivalRows
from truceline.sources.arrivals.times import read_times
from truceline.sources.tables import Row, read_rows

_SAMPLES_PER_S = 100
"""PhaseNet works on 100 samples a second, whatever the instrument had."""
_NEEDED = ("fname", "idx_p", "idx_s")
_EXAMPLE = "2020-10-01T00.CI.BOM..HH"

Pick = tuple[int, str, str, int, str, float]
"""Row, id, sensor, nanoseconds since 1970, phase, amplitude."""


def read_listed_picks(path: Path) -> ArrivalRows:
    """Every pick of every list, named by file, phase and its number in the list."""
    csv.field_size_limit(1 << 24)
    picks = [pick for row in read_rows(path, _NEEDED) for pick in _row_picks(row, path)]
    row, ids, sensors, ns, phase, amplitude = zip(*picks, strict=True) if picks else ((),) * 6
    return ArrivalRows(
        str(path),
        np.array(row, dtype=np.int64),
        pa.array(ids, pa.string()),
        pa.array(sensors, pa.string()),
        pa.array(np.array(ns, dtype=np.int64), pa.timestamp("ns", "UTC")),
        pa.array(phase, pa.string()),
        pa.array(amplitude, pa.float64()),
        utc_meant=True,
    )


def _row_picks(row: Row, path: Path) -> Iterator[Pick]:
    where = f"{path} row {row.line}"
    name = row.values["fname"]
    hour, _, station = name.partition(".")
    begins = read_times(pa.array([f"{hour}:00" if hour.count(":") == 0 else hour]), utc_meant=True)
    if not begins.iso or begins.reason[0] or not station:
        raise ValueFault(f"fname is {name!r}, not an hour and a station", where=where, do="name both", example=_EXAMPLE)
    for phase in ("p", "s"):
        samples = _list(row, f"idx_{phase}", where)
        told = f"amp_{phase}" in row.values
        amplitudes = _list(row, f"amp_{phase}", where) if told else [float("nan")] * len(samples)
        if len(amplitudes) != len(samples):
            raise InputFault(f"idx_{phase} and amp_{phase} differ in length", where=where, do="write the table again")
        for i, (sample, amplitude) in enumerate(zip(samples, amplitudes, strict=True)):
            ns = int(begins.ns[0]) + round(sample * 1_000_000_000 / _SAMPLES_PER_S)
            yield row.line, f"{name}/{phase.upper()}/{i}", station, ns, phase.upper(), amplitude


def _list(row: Row, name: str, where: str) -> list[float]:
    try:
        found = json.loads(row.values[name] or "[]")
        return [float(one) for one in found]
    except (ValueError, TypeError) as cause:
        raise ValueFault(
            f"{name} is no list of numbers", where=where, do="write it in brackets", example="[14736,23903]"
        ) from cause
