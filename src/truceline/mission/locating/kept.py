"""The workings of a run as one file, ``workings.npz``, from which any of its events can be explained and drawn.

It is the only file of a result that says where sensors stand. It holds arrays and one text of JSON, nothing that is
run when it is read.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from truceline.mission.locating.tables import Told
from truceline.model import AirUsed, Belief, InputFault, LocatedEvents, SensorFault, SensorFinding, Workings
from truceline.model.columns import Ints
from truceline.sources.arrivals import Clock, Frame
from truceline.sources.arrivals.frames import frame_from, frame_record

WORKINGS = "workings.npz"
_FORM = "truceline-workings-1"
_QUICKLY = 1
"""Packing harder takes three times as long and saves little: most of it is figures that look like chance."""

_EXAMPLE = "truceline locate --sensors S.csv --arrivals A.csv --out located"
_OF_AIR = ("from_s", "step_s", "west_m", "step_x_m", "south_m", "step_y_m")
_OF_BELIEF = ("pick_error_s", "air_error", "heard_share", "reach_m", "gate", "log_rate", "most_sensors")
_OF_SENSORS = ("sensor_x_m", "sensor_y_m", "sensor_z_m", "ground_m", "since_s", "until_s")
_ALWAYS = {"since_s": -np.inf, "until_s": np.inf}
"""What is taken of sensors in workings of before their periods were kept: they stood all the time."""


@dataclass(frozen=True)
class KeptRun:
    """A run brought back: names and rows of sensors and of the arrivals that belong to events, and the events."""

    frame: Frame
    clock: Clock
    sensors: tuple[str, ...]
    arrivals: tuple[str, ...]
    sensor_of: Ints
    events: LocatedEvents
    findings: tuple[SensorFinding, ...]
    workings: Workings


def write_kept(told: Told, file: BinaryIO) -> None:
    """Write the workings of what was located; the same result gives the same bytes."""
    kept, events = told.located.workings, told.located.events
    if kept is None:
        raise ValueError("nothing was located, so there are no workings to keep")
    used = np.flatnonzero(events.assigned >= 0)
    arrivals = told.heard.judged.arrivals
    text = {
        "form": _FORM,
        "frame": frame_record(told.heard.frame),
        "clock": asdict(told.heard.clock),
        "air": {name: getattr(kept.air, name) for name in _OF_AIR},
        "belief": {name: getattr(kept.belief, name) for name in _OF_BELIEF},
        "sensors": list(told.heard.network.sensors.id),
        "arrivals": [arrivals.id[row] for row in used.tolist()],
        "findings": [asdict(one) for one in told.located.sensors],
    }
    arrays = {f"event_{one.name}": getattr(events, one.name) for one in fields(events)}
    arrays["event_assigned"] = events.assigned[used]
    arrays |= {name: getattr(kept, name) for name in (*_OF_SENSORS, "home", "log_odds")}
    arrays |= {"time_s": kept.time_s[used], "log_chance": kept.log_chance[used], "sensor_of": arrivals.sensor[used]}
    arrays |= {"heard_within": kept.belief.heard_within, "air_node": kept.air.node}
    arrays["air_covariance"] = kept.air.covariance
    written = json.dumps(text, ensure_ascii=False, sort_keys=True).encode()
    arrays["text"] = np.frombuffer(written, np.uint8)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_QUICKLY) as packed:
        for name, array in arrays.items():
            # Opened by its name a part has the date 1980-01-01: the same result gives the same bytes.
            with packed.open(f"{name}.npy", "w", force_zip64=True) as part:
                np.lib.format.write_array(part, np.ascontiguousarray(array), allow_pickle=False)


def read_kept(path: Path) -> KeptRun:
    """A run brought back. Raises :class:`InputFault` for a file that is none, or is of another version."""
    if not path.is_file() and any(path.parent.glob("delays.*")):
        raise InputFault(
            "these events were located from waves in the ground, which are not explained one by one yet",
            where=str(path.parent),
            do="look at the event's row in events and at its arrivals in assignments",
            example="grep '^7,' located/events.csv",
        )
    if not path.is_file():
        raise InputFault(
            "the workings of this run are not there, so none of its events can be explained",
            where=str(path),
            do="locate again without --no-workings",
            example=_EXAMPLE,
        )
    try:
        with path.open("rb") as file:
            return kept_in(file, str(path))
    except OSError as cause:
        raise _none_of_ours(str(path)) from cause


def kept_in(file: BinaryIO, where: str) -> KeptRun:
    """A run brought back from an open file. Raises :class:`InputFault` for one that is none, or of another version."""
    try:
        with np.load(file, allow_pickle=False) as held:
            arrays = {name: held[name] for name in held.files}
        text = json.loads(arrays["text"].tobytes())
        return _run(text, arrays)
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as cause:
        raise _none_of_ours(where) from cause


def _none_of_ours(where: str) -> InputFault:
    return InputFault(
        "this is no file of workings that this version can read", where=where, do="locate again", example=_EXAMPLE
    )


def _run(text: dict[str, Any], arrays: dict[str, Any]) -> KeptRun:
    if text["form"] != _FORM:
        raise ValueError(f"form {text['form']!r}")
    for name, always in _ALWAYS.items():
        arrays.setdefault(name, np.full(len(arrays["sensor_x_m"]), always))
    air = AirUsed(node=arrays["air_node"], covariance=arrays["air_covariance"], **text["air"])
    belief = Belief(heard_within=arrays["heard_within"], **text["belief"])
    workings = Workings(
        **{name: arrays[name] for name in (*_OF_SENSORS, "time_s", "log_chance", "home", "log_odds")},
        air=air,
        belief=belief,
    )
    return KeptRun(
        frame=frame_from(text["frame"]),
        clock=Clock(**text["clock"]),
        sensors=tuple(text["sensors"]),
        arrivals=tuple(text["arrivals"]),
        sensor_of=arrays["sensor_of"],
        events=LocatedEvents(**{one.name: arrays[f"event_{one.name}"] for one in fields(LocatedEvents)}),
        findings=tuple(SensorFinding(**{**one, "fault": SensorFault(one["fault"])}) for one in text["findings"]),
        workings=workings,
    )
