"""Sensors, the arrivals they picked, and the events located from them: what a network of listening posts hands over.

Positions are metres on a plane (x to the east, y to the north, z up), times are seconds since one common instant, the
``epoch``. Who reads a file brings its units to these; who writes the result brings them back.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from truceline.model.columns import Floats, Ints, Words
from truceline.model.workings import Workings


class Medium(StrEnum):
    """What carried the waves: air (one direct sound) or ground (P and S waves)."""

    ACOUSTIC = "acoustic"
    SEISMIC = "seismic"


@dataclass(frozen=True)
class SensorTable:
    """Where the sensors stand, and from when until when (s; NaN: open; ``None``: all of them all the time).

    An unknown height is NaN. Ids are those of the owner. A sensor that was moved has a row for each place, with one id
    and periods that do not overlap.
    """

    id: tuple[str, ...]
    x_m: Floats
    y_m: Floats
    z_m: Floats
    since_s: Floats | None = None
    until_s: Floats | None = None

    def __len__(self) -> int:
        """How many sensors there are."""
        return len(self.id)


@dataclass(frozen=True)
class ArrivalTable:
    """Times at which sensors picked a wave.

    ``sensor`` is the row in the sensor table; ``phase`` is "P", "S" or "" (not said); ``amplitude`` is NaN if unknown.
    ``epoch`` is the ISO 8601 instant (UTC) the seconds count from, or empty when the file gives bare seconds.
    """

    id: tuple[str, ...]
    sensor: Ints
    time_s: Floats
    phase: Words
    amplitude: Floats
    epoch: str = ""

    def __len__(self) -> int:
        """How many arrivals there are."""
        return len(self.id)


@dataclass(frozen=True)
class LocatedEvents:
    """Events found in arrivals: place and time with their uncertainty, and how probable it is that each is real.

    ``covariance`` has shape (events, 3, 3) over x, y (m) and time (s), in the ground (events, 4, 4) with z (m), the
    share of the medium's own uncertainty included. ``z_m`` is the height or depth taken or found (up positive).
    ``probability`` is that of being a real event and not a chance meeting of unrelated arrivals. ``assigned`` gives for
    every arrival the row of its event or -1: nothing is lost. Where the sensors cannot tell a place from its mirror
    image, ``mirror_x_m``, ``mirror_y_m`` and ``mirror_share`` (probability of that second place, given that the event
    is real) are filled, else NaN, NaN, 0.
    """

    x_m: Floats
    y_m: Floats
    z_m: Floats
    time_s: Floats
    probability: Floats
    covariance: Floats
    arrivals: Ints
    mirror_x_m: Floats
    mirror_y_m: Floats
    mirror_share: Floats
    assigned: Ints

    def __len__(self) -> int:
        """How many events there are."""
        return len(self.x_m)


@dataclass(frozen=True)
class MediumTable:
    """The air (or ground) as it was found, at nodes in time and place: effective speed and wind with standard errors.

    ``wind_x_mps`` blows to the east when positive. Where too few events speak, the errors are those of the prior.
    """

    time_s: Floats
    x_m: Floats
    y_m: Floats
    speed_mps: Floats
    wind_x_mps: Floats
    wind_y_mps: Floats
    speed_error_mps: Floats
    wind_error_mps: Floats


class SensorFault(StrEnum):
    """What can be wrong with a sensor, as far as its arrivals tell."""

    CLOCK_OFFSET = "clock-offset"
    CLOCK_DRIFT = "clock-drift"
    CLOCK_STEP = "clock-step"
    DEAD = "dead"
    DEAF = "deaf"
    MOVED = "moved"
    PHASES_SWAPPED = "phases-swapped"
    NOISY = "noisy"
    SAME_PLACE = "same-place"
    NOT_CHECKED = "not-checked"


@dataclass(frozen=True, slots=True)
class SensorFinding:
    """One finding on one sensor: which fault, since and until when (s), how large (``value`` in ``unit``), how sure.

    ``value`` of a clock offset is what the clock is ahead, in seconds; of a move, metres. ``corrected`` tells whether
    the events were located with the fault taken out.
    """

    sensor: int
    fault: SensorFault
    value: float
    error: float
    unit: str
    from_s: float
    to_s: float
    expected: float
    heard: float
    corrected: bool


@dataclass(frozen=True)
class GroundTable:
    """The ground as it was found: layers from the top down, and what each sensor adds to the times of P and S.

    Speeds and their standard errors are m/s; ``delay_s`` and ``delay_error_s`` have a row a sensor, P and S.
    """

    top_m: Floats
    p_mps: Floats
    s_mps: Floats
    p_error_mps: Floats
    s_error_mps: Floats
    delay_s: Floats
    delay_error_s: Floats


@dataclass(frozen=True)
class Located:
    """Everything ``locate`` found: events, medium, sensors, and the settings learned from the data itself.

    ``workings`` is what any event can be settled with again; there is none where nothing could be located, and none of
    waves in the ground. ``ground`` is filled for these.
    """

    events: LocatedEvents
    medium: MediumTable
    sensors: tuple[SensorFinding, ...]
    learned: dict[str, float]
    timings_s: dict[str, float]
    workings: Workings | None = None
    ground: GroundTable | None = None
