"""What was located as tables, in the coordinates, the unit and the form of time of the files that came in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from truceline.mission.locating.ellipses import Ellipses, ellipses_of
from truceline.model import GroundTable, Located, Medium, SensorFault, SensorFinding
from truceline.model.columns import Floats, Ints
from truceline.sources.arrivals import Frame, Heard, SetAside

Table = Any
"""A table as pyarrow holds it, which has no types."""

OK = "ok"
_SUREST = 0.9999
_DEGREE_PLACES, _METRE_PLACES, _KM_PLACES = 7, 3, 6


@dataclass(frozen=True)
class Told:
    """What was heard and what was located from it, with the ellipses in the form of the results."""

    heard: Heard
    located: Located
    ellipses: Ellipses
    medium: Medium = Medium.ACOUSTIC


def told_of(heard: Heard, located: Located, medium: Medium = Medium.ACOUSTIC) -> Told:
    """What is needed to write results."""
    events, frame = located.events, heard.frame
    return Told(
        heard, located, ellipses_of(events.covariance, frame.turn(events.x_m, events.y_m), frame.metres), medium
    )


def tables_of(told: Told) -> dict[str, Table]:
    """Every table of a result by its name."""
    ground = told.located.ground
    return {
        "events": events_table(told),
        "assignments": assignments_table(told),
        "mirrors": mirrors_table(told),
        **({"medium": layers_table(ground), "delays": delays_table(told, ground)} if ground else {}),
        **({} if ground else {"medium": medium_table(told)}),
        "sensors": sensors_table(told),
        "leftover": leftover_table(told),
        "rejected": aside_table(told.heard.judged.rejected),
        "flagged": aside_table(told.heard.judged.flagged),
    }


def event_numbers(told: Told) -> Ints:
    """The names of the events: numbers from 1."""
    return np.arange(1, len(told.located.events) + 1, dtype=np.int64)


def events_table(told: Told) -> Table:
    """``events``: place, time, probability, 95 % ellipse and covariance of each event."""
    events, frame, ellipse = told.located.events, told.heard.frame, told.ellipses
    x, y = _places(frame, events.x_m, events.y_m)
    in_km = frame.metres > 1
    length, square = (_KM_PLACES, 12) if in_km else (_METRE_PLACES, 6)
    return pa.table(
        {
            "event": event_numbers(told),
            "x": x,
            "y": y,
            "z": _known(events.z_m / frame.metres, length),
            "time": told.heard.clock.written(events.time_s),
            "probability": never_sure(events.probability),
            "ellipse_major": _known(ellipse.major, length),
            "ellipse_minor": _known(ellipse.minor, length),
            "ellipse_azimuth": _known(ellipse.azimuth_deg, 2),
            "cov_xx": _known(ellipse.xx, square),
            "cov_xy": _known(ellipse.xy, square),
            "cov_yy": _known(ellipse.yy, square),
            "arrivals": events.arrivals,
            **_depth_errors(told, length, square),
        }
    )


def never_sure(probability: Floats) -> Floats:
    """Probabilities to four places, none of them certainty: beyond what can be told from any number of events.

    >>> never_sure(np.array([0.9999999, 0.98125, 0.5])).tolist()
    [0.9999, 0.9812, 0.5]
    """
    return np.clip(np.round(probability, 4), 1.0 - _SUREST, _SUREST)


def _depth_errors(told: Told, length: int, square: int) -> dict[str, Any]:
    """Error of the height and its covariances, where it was found and not taken."""
    events, metres = told.located.events, told.heard.frame.metres
    if events.covariance.shape[1] < 4:
        return {}
    turn = told.heard.frame.turn(events.x_m, events.y_m)
    xz, yz, zz = (events.covariance[:, axis, 3] / metres**2 for axis in (0, 1, 3))
    return {
        "z_error": _known(np.sqrt(zz), length),
        "cov_xz": _known(np.cos(turn) * xz + np.sin(turn) * yz, square),
        "cov_yz": _known(np.cos(turn) * yz - np.sin(turn) * xz, square),
        "cov_zz": _known(zz, square),
    }


def layers_table(ground: GroundTable) -> Table:
    """``medium`` of waves in the ground: its layers, and how fast P and S were found to run in them."""
    columns = {
        "top_m": ground.top_m,
        "p_mps": ground.p_mps,
        "s_mps": ground.s_mps,
        "p_error_mps": ground.p_error_mps,
        "s_error_mps": ground.s_error_mps,
    }
    return pa.table({name: _known(values, 3) for name, values in columns.items()})


def delays_table(told: Told, ground: GroundTable) -> Table:
    """``delays``: by how much P and S come later at each sensor than the layers foretell."""
    rows = np.repeat(np.arange(len(ground.delay_s)), 2)
    return pa.table(
        {
            "sensor": _sensor_names(told, rows),
            "phase": ["P", "S"] * len(ground.delay_s),
            "delay_s": _known(ground.delay_s.ravel(), 4),
            "error_s": _known(ground.delay_error_s.ravel(), 4),
        }
    )


def assignments_table(told: Told) -> Table:
    """``assignments``: which arrival belongs to which event, event by event and in order of time."""
    assigned = told.located.events.assigned
    rows = np.flatnonzero(assigned >= 0)
    rows = rows[np.argsort(assigned[rows], kind="stable")]
    return pa.table({"event": assigned[rows] + 1, "arrival": told.heard.judged.ids.take(pa.array(rows))})


def leftover_table(told: Told) -> Table:
    """``leftover``: arrivals of no event."""
    rows = np.flatnonzero(told.located.events.assigned < 0)
    arrivals = told.heard.judged.arrivals
    return pa.table(
        {
            "arrival": told.heard.judged.ids.take(pa.array(rows)),
            "sensor": _sensor_names(told, arrivals.sensor[rows]),
            "time": told.heard.clock.written(arrivals.time_s[rows]),
        }
    )


def mirrors_table(told: Told) -> Table:
    """``mirrors``: the second place of an event that the sensors cannot tell from its mirror image, and its share."""
    events = told.located.events
    rows = np.flatnonzero(events.mirror_share > 0)
    x, y = _places(told.heard.frame, events.mirror_x_m[rows], events.mirror_y_m[rows])
    return pa.table({"event": rows + 1, "x": x, "y": y, "share": _known(events.mirror_share[rows], 6)})


def medium_table(told: Told) -> Table:
    """``medium``: speed and wind with their errors at nodes of time and place; wind blows towards east and north."""
    medium, frame = told.located.medium, told.heard.frame
    x, y = _places(frame, medium.x_m, medium.y_m)
    turn = frame.turn(medium.x_m, medium.y_m)
    east = medium.wind_x_mps * np.cos(turn) + medium.wind_y_mps * np.sin(turn)
    north = medium.wind_y_mps * np.cos(turn) - medium.wind_x_mps * np.sin(turn)
    speeds = {
        "speed_mps": medium.speed_mps,
        "wind_x_mps": east,
        "wind_y_mps": north,
        "speed_error_mps": medium.speed_error_mps,
        "wind_error_mps": medium.wind_error_mps,
    }
    time = told.heard.clock.written(medium.time_s)
    return pa.table({"time": time, "x": x, "y": y, **{name: _known(value, 4) for name, value in speeds.items()}})


@dataclass(frozen=True)
class Fault:
    """What is wrong with one sensor, by its owner's id: how large, its standard error, whether it was taken out."""

    sensor: str
    finding: str
    value: float
    error: float
    unit: str
    corrected: bool


def faults_of(told: Told) -> tuple[Fault, ...]:
    """What was found on the sensors, in their order; sound ones and those that could not be checked are left out."""
    names = told.heard.network.sensors.id
    rows = (row for row in _in_order(told) if row.fault not in {OK, str(SensorFault.NOT_CHECKED)})
    return tuple(Fault(names[row.sensor], row.fault, row.value, row.error, row.unit, row.corrected) for row in rows)


def not_checked(told: Told) -> int:
    """Of how many sensors nothing can be said, in none of their places."""
    ids, unknown = told.heard.network.sensors.id, str(SensorFault.NOT_CHECKED)
    rows = _in_order(told)
    return len({ids[row.sensor] for row in rows} - {ids[row.sensor] for row in rows if row.fault != unknown})


def _in_order(told: Told) -> list[_Row]:
    return sorted(_findings(told), key=lambda row: (row.sensor, row.fault))


def sensors_table(told: Told) -> Table:
    """``sensors``: what was found on each sensor, one row at least; never where it stands."""
    rows = _in_order(told)
    words = [OK if row.fault == OK else str(row.fault) for row in rows]
    clock = told.heard.clock
    numbers = {name: [getattr(row, name) for row in rows] for name in ("value", "error", "expected", "heard")}
    spans = {name: clock.written(np.array([getattr(row, name) for row in rows], float)) for name in ("from_s", "to_s")}
    return pa.table(
        {
            "sensor": _sensor_names(told, np.array([row.sensor for row in rows], np.int64)),
            "finding": words,
            "value": _known(np.array(numbers["value"], float), 6),
            "error": _known(np.array(numbers["error"], float), 6),
            "unit": [row.unit for row in rows],
            "from": spans["from_s"],
            "until": spans["to_s"],
            "expected": _known(np.array(numbers["expected"], float), 1),
            "heard": _known(np.array(numbers["heard"], float), 1),
            "corrected": ["yes" if row.corrected else "no" for row in rows],
        }
    )


@dataclass(frozen=True)
class _Row:
    """A finding, or that there is none, on one sensor."""

    sensor: int
    fault: str
    value: float
    error: float
    unit: str
    from_s: float
    to_s: float
    expected: float
    heard: float
    corrected: bool


def _findings(told: Told) -> list[_Row]:
    """What the engine found, what the file itself shows, and a row for each sensor with neither.

    A sensor without one arrival in the file was not checked: its silence may be peace or a broken cable.
    """
    heard = _arrivals_in_events(told)
    engine = told.located.sensors
    known = {(found.sensor, found.fault) for found in engine}
    shown = [one for one in told.heard.network.findings if (one.sensor, one.fault) not in known]
    rows = [_row(found, heard) for found in (*engine, *shown)]
    spoken = np.bincount(told.heard.judged.arrivals.sensor, minlength=len(told.heard.network.sensors))
    silent = {row.sensor for row in rows}
    since_s, until_s = told.heard.network.since_s, told.heard.network.until_s
    nan = float("nan")
    for sensor in range(len(told.heard.network.sensors)):
        if sensor not in silent:
            word = OK if spoken[sensor] else str(SensorFault.NOT_CHECKED)
            rows.append(_Row(sensor, word, nan, nan, "", nan, nan, nan, float(heard[sensor]), corrected=False))
    return [_in_its_period(row, float(since_s[row.sensor]), float(until_s[row.sensor])) for row in rows]


def _in_its_period(row: _Row, since_s: float, until_s: float) -> _Row:
    """What holds all the time holds while the sensor stood there."""
    return replace(
        row,
        from_s=row.from_s if np.isfinite(row.from_s) else since_s,
        to_s=row.to_s if np.isfinite(row.to_s) else until_s,
    )


def _row(found: SensorFinding, heard: Ints) -> _Row:
    count = found.heard if np.isfinite(found.heard) else float(heard[found.sensor])
    return _Row(
        found.sensor, str(found.fault), found.value, found.error, found.unit, found.from_s, found.to_s,
        found.expected, count, found.corrected,
    )  # fmt: skip


def _arrivals_in_events(told: Told) -> Ints:
    """How many arrivals of each sensor belong to an event."""
    used = told.located.events.assigned >= 0
    sensors = told.heard.judged.arrivals.sensor[used]
    return np.bincount(sensors, minlength=len(told.heard.network.sensors)).astype(np.int64)


def aside_table(parts: tuple[SetAside, ...]) -> Table:
    """``rejected`` and ``flagged``: rows with the reason."""
    return pa.table(
        {
            "file": pa.array([part.file for part in parts for _ in range(len(part))], pa.string()),
            "row": np.concatenate([np.zeros(0, np.int64), *(part.row for part in parts)]),
            "arrival": pa.array([name for part in parts for name in part.arrival], pa.string()),
            "reason": pa.array([part.reason for part in parts for _ in range(len(part))], pa.string()),
        }
    ).sort_by([("file", "ascending"), ("row", "ascending")])


def _sensor_names(told: Told, rows: Ints) -> Any:  # noqa: ANN401 - as Table
    return pa.array(told.heard.network.sensors.id, pa.string()).take(pa.array(rows))


def _places(frame: Frame, x_m: Floats, y_m: Floats) -> tuple[Any, Any]:
    x, y = frame.back(x_m, y_m)
    places = _KM_PLACES if frame.metres > 1 else _METRE_PLACES
    if frame.name == "degrees":
        places = _DEGREE_PLACES
    return _known(x, places), _known(y, places)


def _known(values: Floats, places: int) -> Any:  # noqa: ANN401 - as Table
    """Rounded values; what is not known is left empty and is no number."""
    values = np.asarray(values, float)
    return pa.array(np.round(values, places) + 0.0, mask=~np.isfinite(values))
