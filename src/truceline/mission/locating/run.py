"""From files of sensors and arrivals to files of located events."""

from __future__ import annotations

import difflib
import math
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from truceline.mission.locating.on_earth import check_quakeml
from truceline.mission.locating.tables import Fault, Told, faults_of, not_checked, told_of
from truceline.mission.locating.writing import FORMATS, check_out, write_all
from truceline.model import Located, LocatedEvents, Medium, MediumTable, UsageFault, VelocityModel, Words
from truceline.sources.arrivals import Heard, SetAside, read_velocity_model, take_in


@dataclass(frozen=True)
class LocateAsked:
    """What is to be located: files, what carried the waves, where coordinates belong, and where results go."""

    sensors: Path | None
    arrivals: tuple[Path, ...]
    out: Path
    medium: str = "acoustic"
    crs: str = ""
    form: str = "csv"
    quakeml: bool = False
    workings: bool = True
    velocity_model: Path | None = None


@dataclass(frozen=True)
class LocateOutcome:
    """What came of it: counts, faults of sensors, what was set aside and why, notes, settings, seconds, and files."""

    medium: str
    crs: str
    events: int
    mirrored: int
    sensors: int
    read: int
    rejected: int
    flagged: int
    assigned: int
    leftover: int
    faults: tuple[Fault, ...]
    not_checked: int
    reasons: dict[str, int]
    flags: dict[str, int]
    notes: tuple[str, ...]
    settings: dict[str, float]
    timings_s: dict[str, float]
    files: tuple[str, ...]

    def as_record(self) -> dict[str, Any]:
        """The outcome as JSON holds it."""
        return {
            "medium": self.medium,
            "crs": self.crs,
            "events": self.events,
            "mirrored": self.mirrored,
            "sensors": self.sensors,
            "sensors_not_checked": self.not_checked,
            "sensor_faults": [_without_nan(asdict(one)) for one in self.faults],
            "arrivals": {
                "read": self.read,
                "rejected": self.rejected,
                "flagged": self.flagged,
                "assigned": self.assigned,
                "leftover": self.leftover,
            },
            "rejected": self.reasons,
            "flagged": self.flags,
            "notes": list(self.notes),
            "settings": self.settings,
            "timings_s": {name: round(taken, 3) for name, taken in self.timings_s.items()},
            "files": list(self.files),
        }


def locate_files(asked: LocateAsked) -> LocateOutcome:
    """Read, locate, write. Nothing is written before everything was located.

    Raises :class:`UsageFault` for a question that makes no sense, :class:`InputFault` and its kinds for files that
    cannot be used, :class:`MissionReadOnly` and :class:`StorageFull` where results cannot be kept.
    """
    medium = _medium(asked.medium)
    model = _velocity_model(asked.velocity_model, medium)
    _check_form(asked.form)
    check_out(asked.out, [path for path in (asked.sensors, asked.velocity_model, *asked.arrivals) if path is not None])
    began = time.perf_counter()
    heard = take_in(asked.sensors, asked.arrivals, medium=medium, crs=asked.crs)
    taken = time.perf_counter()
    located = _located(heard, medium, model)
    told = told_of(heard, located, medium)
    if asked.quakeml:
        check_quakeml(told)
    found = time.perf_counter()
    files = write_all(told, asked.out, asked.form, with_quakeml=asked.quakeml, with_workings=asked.workings)
    written = time.perf_counter()
    timings = {"read": taken - began, "locate": found - taken, "write": written - found}
    timings |= {f"locate.{step}": seconds for step, seconds in located.timings_s.items()}
    return _outcome(medium, told, timings, tuple(path.name for path in files))


def _medium(word: str) -> Medium:
    try:
        return Medium(word)
    except ValueError as cause:
        near = difflib.get_close_matches(word, [str(one) for one in Medium], n=1)
        raise UsageFault(
            f"no medium {word!r}",
            where="--medium",
            do=f"did you mean {near[0]}?" if near else f"choose of {', '.join(Medium)}",
            example="--medium acoustic",
        ) from cause


def _check_form(form: str) -> None:
    if form not in FORMATS:
        raise UsageFault(
            f"no format {form!r}", where="--format", do=f"choose of {', '.join(FORMATS)}", example="--format csv"
        )


def _velocity_model(path: Path | None, medium: Medium) -> VelocityModel | None:
    if path is None:
        return None
    if medium is not Medium.SEISMIC:
        raise UsageFault(
            f"a velocity model of the ground says nothing of the {medium.value} medium",
            where="--velocity-model",
            do="leave it away, or say that waves ran in the ground",
            example="--medium seismic",
        )
    return read_velocity_model(path)


def _located(heard: Heard, medium: Medium, model: VelocityModel | None) -> Located:
    """What the engine finds. It is loaded here: compiled steps take a second to load, and nobody else needs them."""
    arrivals = heard.judged.arrivals
    if not len(arrivals):
        return nothing_located()
    from truceline.fusion.arrivals import locate  # noqa: PLC0415 - as said above
    from truceline.fusion.arrivals.ground import GroundSettings, locate_in_ground  # noqa: PLC0415 - likewise

    if medium is Medium.SEISMIC:
        return locate_in_ground(heard.network.sensors, arrivals, GroundSettings(model=model) if model else None)
    return locate(heard.network.sensors, arrivals, medium)


def nothing_located() -> Located:
    """The result where nobody heard anything: nothing is known of the medium either."""
    none, rows = np.zeros(0), np.zeros(0, np.int64)
    events = LocatedEvents(
        none, none, none, none, none, np.zeros((0, 3, 3)), rows, none, none, none, rows
    )  # fmt: skip
    return Located(events, MediumTable(none, none, none, none, none, none, none, none), (), {}, {})


def _outcome(medium: Medium, told: Told, timings: dict[str, float], files: tuple[str, ...]) -> LocateOutcome:
    judged, events = told.heard.judged, told.located.events
    assigned = int((events.assigned >= 0).sum())
    return LocateOutcome(
        medium=str(medium),
        crs=told.heard.frame.name,
        events=len(events),
        mirrored=int((events.mirror_share > 0).sum()),
        sensors=len(set(told.heard.network.sensors.id)),
        read=judged.read,
        rejected=sum(map(len, judged.rejected)),
        flagged=sum(map(len, judged.flagged)),
        assigned=assigned,
        leftover=len(judged.arrivals) - assigned,
        faults=faults_of(told),
        not_checked=not_checked(told),
        reasons=_counted(judged.rejected),
        flags=_counted(judged.flagged),
        notes=_notes(told),
        settings={name: float(value) for name, value in told.located.learned.items()},
        timings_s=timings,
        files=files,
    )


def _only_s(phase: Words) -> bool:
    """Whether every arrival is said to be an S."""
    return {phase.names[code] for code in set(phase.codes.tolist())} == {"S"}


def _notes(told: Told) -> tuple[str, ...]:
    """What is odd about the network, and why there may be nothing."""
    notes, arrivals = told.heard.network.notes, len(told.heard.judged.arrivals)
    if not arrivals:
        return (*notes, "there are no arrivals, so nothing could be located; that is no proof of silence")
    if told.located.ground:
        notes = (*notes, "clocks and health of sensors are not checked against waves in the ground")
    if not len(told.located.events) and told.located.ground and _only_s(told.heard.judged.arrivals.phase):
        return (*notes, "every arrival is said to be an S, and events are sought from their first P: add picks of P")
    if not len(told.located.events):
        return (*notes, "no event explains these arrivals: check the unit of the coordinates, and the clocks")
    return notes


def _without_nan(record: dict[str, Any]) -> dict[str, Any]:
    """A number that is not known is null in JSON."""
    return {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in record.items()}


def _counted(parts: tuple[SetAside, ...]) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for part in parts:
        counted[part.reason] += len(part)
    return dict(counted.most_common())
