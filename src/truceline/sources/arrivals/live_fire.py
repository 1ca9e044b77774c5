"""Live-fire tests: ``*.allpulses.json``, which hold pulses and the places of the sensors that picked them.

Several files of one firing position have one origin and are read as one record. Sensors say with each pulse where their
receiver of satellites puts them, which wanders by metres: the middle is taken, and the wandering told. Positions are
metres; power is kept as an amplitude relative to 0 dB, so that amplitudes of all formats fall with distance alike.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from truceline.model import InputFault, MissingColumn, UnreadableFile, ValueFault
from truceline.sources.arrivals.records import ArrivalRows, Axes, SensorRows

PULSES = ".allpulses.json"
_ONE_ORIGIN_M = 200.0
_NEEDED = ("pulse_uuid", "serial_number", "arrival_time_utc", "location")


def is_pulse_file(path: Path) -> bool:
    """Whether a file holds pulses, told by its name."""
    return path.name.endswith(PULSES)


def read_pulse_sensors(paths: Sequence[Path]) -> SensorRows:
    """Every sensor that picked a pulse, at the middle of the places it gave.

    Raises :class:`InputFault` where they are so far apart that the files cannot have one origin.
    """
    told: dict[str, list[tuple[float, float, float]]] = {}
    for path in paths:
        for number, pulse in enumerate(_pulses(path), start=1):
            told.setdefault(str(pulse["serial_number"]), []).append(_place(pulse, path, number))
    named = str(paths[0].parent if len(paths) > 1 else paths[0])
    sensors = sorted(told)
    places = [np.array(told[sensor]) for sensor in sensors]
    middle = np.array([np.median(one, axis=0) for one in places]).reshape(-1, 3)
    wander = np.array([np.abs(one - at).max() for one, at in zip(places, middle, strict=True)])
    if (wander > _ONE_ORIGIN_M).any():
        raise InputFault(
            f"sensor {sensors[int(wander.argmax())]!r} stands in places {wander.max():,.0f} m apart",
            where=named,
            do="read the files of one firing position at a time: each position has an origin of its own",
            example="--arrivals FP1",
        )
    empty, count = ("",) * len(sensors), np.arange(1, len(sensors) + 1, dtype=np.int64)
    x, y, z = middle[:, 0], middle[:, 1], middle[:, 2]
    return SensorRows(named, count, tuple(sensors), Axes.METRES, x, y, z, empty, empty, wander)


def read_pulses(path: Path) -> ArrivalRows:
    """Every pulse of a file; the row is the number of the pulse in it."""
    pulses = _pulses(path)
    powers = [pulse.get("power_dB_SPL") for pulse in pulses]
    amplitude = [np.nan if power is None else 10.0 ** (float(power) / 20.0) for power in powers]
    ids, sensors, times = ([str(pulse[key]) for pulse in pulses] for key in _NEEDED[:3])
    return ArrivalRows(
        str(path),
        np.arange(1, len(pulses) + 1, dtype=np.int64),
        pa.array(ids, pa.string()),
        pa.array(sensors, pa.string()),
        pa.array(times, pa.string()),
        pa.repeat(pa.scalar("", pa.string()), len(pulses)),
        pa.array(amplitude, pa.float64()),
        utc_meant=True,
    )


def _pulses(path: Path) -> list[dict[str, Any]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as cause:
        raise UnreadableFile(
            f"not a file of pulses: {cause}", where=str(path), do="fetch the file again; it is a JSON list"
        ) from cause
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise UnreadableFile("not a list of pulses", where=str(path), do="name the pulse files", example=f"t1{PULSES}")
    for number, pulse in enumerate(found, start=1):
        for key in _NEEDED:
            if key not in pulse:
                raise MissingColumn(
                    f"pulse {number} has no {key!r}", where=str(path), do="fetch the file again", example=key
                )
    return found


def _place(pulse: dict[str, Any], path: Path, number: int) -> tuple[float, float, float]:
    try:
        x, y, z = (float(pulse["location"][axis]) for axis in ("x", "y", "z"))
    except (KeyError, TypeError, ValueError) as cause:
        raise ValueFault(
            f"pulse {number} has the location {pulse['location']!r}",
            where=str(path),
            do="give x, y and z in metres",
            example='{"x": -8595.6, "y": -2737.9, "z": -40.4}',
        ) from cause
    return x, y, z
