"""Located events as they may leave the mission: how sensors heard them, never where they stand.

Positions of sensors are need-to-know, and an ellipse with exact distances around it would give them away. So would
rounded ones: who has the arrivals of twenty sensors and their distances to a kilometre knows to a quarter of a second
when it happened, and from that how far each sensor was. A sketch holds the order of the sensors by distance, which
their arrivals tell as well; how late each heard it, to half a standard error; a wider ellipse whose bearing is one of
four and whose axes are the next of 1, 2, 5, …; no distance, no second and no name of a sensor. It is made here, so
that no renderer ever holds more.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from truceline.fusion.arrivals.explaining import Voice
from truceline.mission.assessment import EventSketch, IncidentNote, SketchedSensor
from truceline.mission.folder import Mission
from truceline.mission.ingesting import BESIDE
from truceline.mission.locating.explaining import EventExplained, event_told
from truceline.mission.locating.kept import WORKINGS, KeptRun, kept_in
from truceline.model import EvidenceFault, InputFault, Interval, NotFound, Observation, UsageFault
from truceline.model.custody import Handling
from truceline.store import EvidenceReader

SKETCHES = 12
"""At most so many located events are drawn in a report; how many more there are is said."""

FORMAT = "located-events"
_SMALLEST_M = 100.0
_STEP_ERRORS = 0.5
_TURN_DEG = 45.0


@dataclass(frozen=True)
class Sketches:
    """The sketches of a report, how many located events were left out for its length, and how many nobody can draw."""

    drawn: tuple[EventSketch, ...] = ()
    left_out: int = 0
    without_workings: int = 0


def sketches_of(
    mission: Mission, told: Sequence[tuple[IncidentNote, tuple[Observation, ...]]], handling: Handling | None
) -> Sketches:
    """The located events behind incidents, in the order of the incidents.

    The workings are evidence: without somebody who reads them they stay closed, and no event can be drawn.
    """
    workings = _workings_of(mission)
    located = [(note, seen) for note, every in told for seen in every if seen.evidence.sha256 in workings]
    runs: dict[str, KeptRun | None] = {}
    drawn: list[EventSketch] = []
    lacking = 0
    for note, seen in located[:SKETCHES]:
        kept = workings[seen.evidence.sha256]
        if kept not in runs:
            runs[kept] = _run(mission, kept, handling)
        event = _event(runs[kept], seen)
        if event is None:
            lacking += 1
        else:
            drawn.append(sketch_of(event, note.incident.id, note.incident.time))
    return Sketches(tuple(drawn), max(len(located) - SKETCHES, 0), lacking)


def _workings_of(mission: Mission) -> dict[str, str]:
    """SHA-256 of each file of located events, and of the workings kept beside it (empty: none)."""
    found: dict[str, str] = {}
    for entry in mission.records.imports():
        if entry.incoming.format == FORMAT:
            beside = json.loads(entry.incoming.options or "{}").get(BESIDE, {})
            found[entry.incoming.sha256] = str(beside.get(WORKINGS, "")) or found.get(entry.incoming.sha256, "")
    return found


def _run(mission: Mission, sha256: str, handling: Handling | None) -> KeptRun | None:
    """The run behind a file; none where nobody reads, or its workings were not kept or are of another version."""
    if not sha256 or handling is None:
        return None
    try:
        with EvidenceReader(mission.folders, mission.records).reading(sha256, handling) as file:
            return kept_in(file, sha256)
    except (InputFault, NotFound, EvidenceFault):  # that bytes are others or gone is on record by now
        return None


def _event(run: KeptRun | None, seen: Observation) -> EventExplained | None:
    """The event a row tells of; none where the workings are those of other events."""
    if run is None:
        return None
    try:
        told = event_told(run, seen.evidence.line - 1)
    except (NotFound, UsageFault):
        return None
    return told if told.time == seen.time.text else None


def sketch_of(told: EventExplained, incident: str, time: Interval) -> EventSketch:
    """One event, coarsened. ``time`` is that of the incident, as the report tells it."""
    moved, ellipse = told.moved, told.ellipse
    drawn = (*moved.heard, *(one for one in moved.missed if not told.unfit(one)))
    major_m, minor_m, azimuth_deg = coarse_ellipse(
        float(ellipse.major[0]), float(ellipse.minor[0]), float(ellipse.azimuth_deg[0])
    )
    return EventSketch(
        incident=incident,
        time=time,
        probability=float(told.run.events.probability[told.row]),
        misses_expected=round(moved.misses_expected, 1),
        major_m=major_m,
        minor_m=minor_m,
        azimuth_deg=azimuth_deg,
        mirror_share=None if told.mirror is None else told.mirror[2],
        sensors=in_order(drawn),
    )


def in_order(voices: Sequence[Voice]) -> tuple[SketchedSensor, ...]:
    """Sensors, the nearest first, each with how late it heard the event, to half a standard error."""
    near_first = sorted(voices, key=lambda one: (one.distance_m, one.sensor))
    return tuple(
        SketchedSensor(coarse_residual(one.residual_s / one.error_s) if one.arrival >= 0 else None)
        for one in near_first
    )


def coarse_residual(residual_errors: float) -> float:
    """How late, in standard errors, to the nearest half.

    >>> coarse_residual(-1.13), coarse_residual(0.2)
    (-1.0, 0.0)
    """
    return _STEP_ERRORS * round(residual_errors / _STEP_ERRORS) + 0.0


def coarse_ellipse(major_m: float, minor_m: float, azimuth_deg: float) -> tuple[float, float, float]:
    """An ellipse around an ellipse: its long axis to the nearest of four bearings, both axes up to round lengths.

    Turned by an angle, the old one has a matrix with ``q`` off the diagonal, and lies within the one that has ``|q|``
    more on the diagonal and nothing off it.

    >>> coarse_ellipse(900.0, 30.0, 91.0)
    (1000.0, 200.0, 90.0)
    """
    azimuth = _TURN_DEG * round(azimuth_deg / _TURN_DEG)
    turn = math.radians(azimuth_deg - azimuth)
    along = (major_m * math.cos(turn)) ** 2 + (minor_m * math.sin(turn)) ** 2
    across = (major_m * math.sin(turn)) ** 2 + (minor_m * math.cos(turn)) ** 2
    both = abs((major_m**2 - minor_m**2) * math.cos(turn) * math.sin(turn))
    major, minor = coarse_length(math.sqrt(along + both)), coarse_length(math.sqrt(across + both))
    return major, min(major, minor), azimuth % 180.0


def coarse_length(metres: float) -> float:
    """A length up to the next of 1, 2, 5, …, never under 100 m.

    >>> coarse_length(12.0), coarse_length(230.0), coarse_length(500.0)
    (100.0, 500.0, 500.0)
    """
    if metres <= _SMALLEST_M:
        return _SMALLEST_M
    power = 10.0 ** math.floor(math.log10(metres))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= metres * (1.0 - 1e-9))
