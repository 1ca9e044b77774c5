"""One event of a run explained: which sensors hold it where it is, which speak against it, what the air adds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from truceline.mission.locating.ellipses import Ellipses, ellipses_of
from truceline.mission.locating.kept import WORKINGS, KeptRun, read_kept
from truceline.mission.locating.tables import never_sure
from truceline.model import NotFound, SensorFault

if TYPE_CHECKING:
    from truceline.fusion.arrivals.explaining import Moved, Voice

UNFIT = (SensorFault.DEAD, SensorFault.DEAF)
"""Faults for which a sensor's silence says nothing."""


@dataclass(frozen=True)
class EventExplained:
    """An event of a run, its number from 1, and what moved it."""

    run: KeptRun
    number: int
    moved: Moved

    @property
    def row(self) -> int:
        """The event's row."""
        return self.number - 1

    @property
    def time(self) -> str:
        """When it happened, as the results write it."""
        return str(self.run.clock.written(self.run.events.time_s[[self.row]])[0].as_py())

    @property
    def time_error_s(self) -> float:
        """Standard error of its time."""
        return float(np.sqrt(self.run.events.covariance[self.row, 2, 2]))

    @property
    def place(self) -> tuple[float, float]:
        """Where it is, in the coordinates of the results."""
        return self._told(self.run.events.x_m[self.row], self.run.events.y_m[self.row])

    @property
    def mirror(self) -> tuple[float, float, float] | None:
        """The second place and its share, if there is one."""
        events, row = self.run.events, self.row
        if not events.mirror_share[row] > 0:
            return None
        return *self._told(events.mirror_x_m[row], events.mirror_y_m[row]), float(events.mirror_share[row])

    def _told(self, x_m: float, y_m: float) -> tuple[float, float]:
        x, y = self.run.frame.back(np.array([x_m]), np.array([y_m]))
        return float(x[0]), float(y[0])

    @property
    def ellipse(self) -> Ellipses:
        """Its 95 % ellipse, in metres, against the north of the plane."""
        return ellipses_of(self.run.events.covariance[[self.row]], np.zeros(1))

    @property
    def ellipse_in_known_air(self) -> Ellipses:
        """The same if speed of sound and wind were known exactly."""
        return ellipses_of(self.moved.air.own_covariance[None], np.zeros(1))

    def faults(self, sensor: int) -> tuple[SensorFault, ...]:
        """What is wrong with a sensor at the time of the event."""
        when = float(self.run.events.time_s[self.row])
        return tuple(
            one.fault
            for one in self.run.findings
            if one.sensor == sensor
            and not (math.isfinite(one.from_s) and when < one.from_s)
            and not (math.isfinite(one.to_s) and when > one.to_s)
        )

    def unfit(self, voice: Voice) -> bool:
        """Whether a sensor heard nothing because it is dead or deaf."""
        return voice.arrival < 0 and any(fault in UNFIT for fault in self.faults(voice.sensor))


def events_of(folder: Path, numbers: list[int] | None = None) -> tuple[EventExplained, ...]:
    """Events of a result, all or by number. Raises :class:`NotFound` for a number there is none of.

    :class:`~truceline.model.InputFault` where the folder holds no workings.
    """
    run = read_kept(folder / WORKINGS)
    wanted = list(range(1, len(run.events) + 1)) if numbers is None else numbers
    return tuple(event_told(run, number, str(folder)) for number in wanted)


def event_told(run: KeptRun, number: int, where: str = "located") -> EventExplained:
    """One event of a run; ``where`` is the folder of the run, for the fault. Raises as :func:`events_of`."""
    from truceline.fusion.arrivals.explaining import explained  # noqa: PLC0415 - compiled steps take a second to load

    many = len(run.events)
    if not 1 <= number <= many:
        raise NotFound(
            f"there is no event {number}",
            where=where,
            do=f"the events of this run have the numbers 1 to {many}" if many else "this run found no event",
            example=f"truceline explain 1 --located {where}",
        )
    return EventExplained(run, number, explained(run.workings, run.events, run.sensor_of, number - 1))


def explained_record(told: EventExplained) -> dict[str, Any]:
    """An explanation as JSON holds it: lengths in metres, what is not known ``null``."""
    moved, ellipse, known, air = told.moved, told.ellipse, told.ellipse_in_known_air, told.moved.air
    x, y = told.place
    mirror = told.mirror
    return {
        "event": told.number,
        "time": told.time,
        "time_error_s": _rounded(told.time_error_s, 4),
        "x": x,
        "y": y,
        "crs": told.run.frame.name,
        "probability": float(never_sure(told.run.events.probability[[told.row]])[0]),
        "log_odds": _rounded(moved.log_odds, 3),
        "ellipse": _ellipse(ellipse),
        "mirror": None if mirror is None else {"x": mirror[0], "y": mirror[1], "share": _rounded(mirror[2], 6)},
        "arrivals": len(moved.heard),
        "misses": len([voice for voice in moved.missed if not told.unfit(voice)]),
        "misses_expected": _rounded(moved.misses_expected, 2),
        "air": {
            "speed_mps": _rounded(air.speed_mps, 3),
            "wind_x_mps": _rounded(air.wind_x_mps, 3),
            "wind_y_mps": _rounded(air.wind_y_mps, 3),
            "shift_without_wind_m": _rounded(math.hypot(air.still_x_m, air.still_y_m), 2),
            "ellipse_in_known_air": _ellipse(known),
        },
        "sensors": [_voice(told, voice) for voice in moved.voices],
    }


def _ellipse(one: Ellipses) -> dict[str, float | None]:
    return {
        "major_m": _rounded(float(one.major[0]), 2),
        "minor_m": _rounded(float(one.minor[0]), 2),
        "azimuth_deg": _rounded(float(one.azimuth_deg[0]), 1),
    }


def _voice(told: EventExplained, voice: Voice) -> dict[str, Any]:
    return {
        "sensor": told.run.sensors[voice.sensor],
        "arrival": told.run.arrivals[voice.arrival] if voice.arrival >= 0 else None,
        "distance_m": _rounded(voice.distance_m, 1),
        "bearing_deg": _rounded(voice.bearing_deg, 1),
        "residual_s": _rounded(voice.residual_s, 4),
        "error_s": _rounded(voice.error_s, 4),
        "leverage": _rounded(voice.leverage, 4),
        "heard_chance": _rounded(voice.heard_chance, 4),
        "shift_m": _rounded(voice.shift_m, 2),
        "shift_ellipses": _rounded(voice.shift_ellipses, 3),
        "shift_s": _rounded(voice.shift_s, 4),
        "log_odds": _rounded(voice.adds, 3),
        "findings": [str(fault) for fault in told.faults(voice.sensor)],
    }


def _rounded(value: float, places: int) -> float | None:
    return round(value, places) + 0.0 if math.isfinite(value) else None
