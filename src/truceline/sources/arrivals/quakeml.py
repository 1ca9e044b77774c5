"""Picks in QuakeML and whatever else ObsPy reads. ObsPy is an extra: most missions have no seismic network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from truceline.model import UnreadableFile, UsageFault
from truceline.sources.arrivals.records import ArrivalRows


def is_quakeml(head: bytes) -> bool:
    """Whether the first bytes of a file are markup."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def read_quakeml(path: Path, known: Sequence[str]) -> ArrivalRows:
    """Every pick of every event of a catalogue. Raises :class:`UsageFault` where ObsPy is absent."""
    read_events = _reader(path)
    try:
        catalogue = read_events(str(path))
    except Exception as cause:  # ObsPy raises what its many readers raise
        raise UnreadableFile(
            f"ObsPy cannot read the file: {cause}", where=str(path), do="check that it is QuakeML"
        ) from cause
    picks = [pick for event in catalogue for pick in event.picks]
    stations = frozenset(known)
    return ArrivalRows(
        str(path),
        np.arange(1, len(picks) + 1, dtype=np.int64),
        pa.array([str(pick.resource_id) for pick in picks], pa.string()),
        pa.array([_station(pick.waveform_id, stations) for pick in picks], pa.string()),
        pa.array([int(pick.time.ns) for pick in picks], pa.timestamp("ns", "UTC")),
        pa.array([str(pick.phase_hint or "") for pick in picks], pa.string()),
        pa.array([float("nan")] * len(picks), pa.float64()),
        utc_meant=True,
    )


def _reader(path: Path) -> Any:  # noqa: ANN401 - an optional library without types
    try:
        from obspy import read_events  # noqa: PLC0415  # an extra that need not be there
    except ImportError as cause:
        raise UsageFault(
            "picks in QuakeML are read by ObsPy, which is not installed",
            where=str(path),
            do="install Truceline with the extra 'picks', or give the picks as CSV",
            example="pip install 'truceline[picks]'",
        ) from cause
    return read_events


def _station(waveform: Any, known: frozenset[str]) -> str:  # noqa: ANN401 - as above
    """The sensor a stream belongs to: the longest of its names that is known, or the whole name where none is."""
    network, station, location, channel = (
        str(getattr(waveform, part, None) or "")
        for part in ("network_code", "station_code", "location_code", "channel_code")
    )
    whole = f"{network}.{station}.{location}.{channel}"
    names = (whole, whole[:-1], f"{network}.{station}.{location}", f"{network}.{station}", station)
    return next((name for name in names if name in known), whole)
