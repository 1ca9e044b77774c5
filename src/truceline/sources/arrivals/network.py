"""The sensors of a file as a network on a plane, with what is odd about where they stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import KDTree

from truceline.model import InputFault, SensorFault, SensorFinding, SensorTable, ValueFault
from truceline.model.columns import Floats
from truceline.sources.arrivals.frames import Frame
from truceline.sources.arrivals.records import Axes, SensorRows
from truceline.sources.arrivals.times import Clock

_SAME_PLACE_M = 0.5
_WANDERS_M = 5.0
"""Receivers of satellites wander by less; a sensor that puts itself further off was moved or does not know."""
_LINE_SHARE = 0.002
"""Sensors whose band is narrower than this share of its length stand on a line."""
_WIDEST_PLANE_M = 1_000_000.0
_HIGHEST_M = 9_000.0
_DEEPEST_M = -11_000.0


@dataclass(frozen=True)
class Network:
    """Sensors on a plane, the spans in which each existed (s, NaN open), and what is odd, as sentences and findings."""

    sensors: SensorTable
    since_s: Floats
    until_s: Floats
    notes: tuple[str, ...]
    findings: tuple[SensorFinding, ...]


def check_ids(rows: SensorRows) -> None:
    """Raise :class:`InputFault` for a file without sensors, or with one id twice and nothing to tell when it moved."""
    if not rows.id:
        raise InputFault("the file names no sensor", where=rows.file, do="give one row a sensor", example="sensor,x,y")
    first: dict[str, int] = {}
    for at, name in enumerate(rows.id):
        if name in first and not any(texts[one] for texts in (rows.since, rows.until) for one in (first[name], at)):
            raise _twice(rows, first[name], at)
        first.setdefault(name, at)


def _twice(rows: SensorRows, one: int, other: int, when: str = "") -> InputFault:
    """One id for two sensors: whoever was moved stood in one place until the moment it stood in the next."""
    return InputFault(
        f"sensor {rows.id[one]!r} stands twice, in row {int(rows.row[one])} and in row {int(rows.row[other])}{when}",
        where=rows.file,
        do="give each sensor an id of its own; one that was moved has a row for each place, each with its period",
        example="sensor,x,y,from,until\nP7,1.2,3.4,,86400\nP7,5.6,7.8,86400,",
    )


def _check_moved(rows: SensorRows, since: Floats, until: Floats) -> None:
    """Raise :class:`InputFault` where a sensor would stand in two places at one time."""
    begin, end = np.where(np.isnan(since), -np.inf, since), np.where(np.isnan(until), np.inf, until)
    last: dict[str, int] = {}
    for at in np.argsort(begin, kind="stable").tolist():
        before = last.get(rows.id[at])
        if before is not None and begin[at] < end[before]:
            raise _twice(rows, min(before, at), max(before, at), ", at one and the same time")
        last[rows.id[at]] = at


def network_of(rows: SensorRows, frame: Frame, clock: Clock) -> Network:
    """Sensors in metres. Raises :class:`InputFault` where they cannot locate anything, or stand nowhere."""
    _check_places(rows)
    x, y = frame.plane(rows.first, rows.second)
    z = rows.height * (1.0 if rows.axes is Axes.DEGREES else frame.metres)
    _check_heights(rows, z, frame)
    since, until = (clock.seconds_of(texts, where=rows.file) for texts in (rows.since, rows.until))
    _check_spans(rows, since, until)
    _check_moved(rows, since, until)
    sensors = SensorTable(rows.id, np.asarray(x, float), np.asarray(y, float), z, since, until)
    same = _same_place(sensors)
    _check_count(rows, sensors)
    return Network(sensors, since, until, _notes(rows, sensors, same), _findings(rows, same))


def _check_places(rows: SensorRows) -> None:
    nowhere = np.flatnonzero(~(np.isfinite(rows.first) & np.isfinite(rows.second)))
    if len(nowhere):
        at = int(nowhere[0])
        raise ValueFault(
            f"sensor {rows.id[at]!r} has no place",
            where=f"{rows.file} row {int(rows.row[at])}",
            do=f"give its {rows.axes.value}, or remove it and its arrivals; only the height may be unknown",
            example="P7,12.345,6.789,",
        )


def _check_heights(rows: SensorRows, z: Floats, frame: Frame) -> None:
    """Heights no post on Earth has mean another unit than the plane's."""
    wrong = np.flatnonzero((z > _HIGHEST_M) | (z < _DEEPEST_M))
    if not len(wrong):
        return
    at = int(wrong[0])
    metres_meant = frame.metres > 1 and np.nanmax(np.abs(rows.height)) <= _HIGHEST_M
    raise ValueFault(
        f"sensor {rows.id[at]!r} stands {z[at]:,.10g} m high"
        + (f": heights seem to be metres where {frame.name} has kilometres" if metres_meant else ""),
        where=f"{rows.file} row {int(rows.row[at])}",
        do=f"give z in {'kilometres, as x and y' if frame.metres > 1 else 'metres'}, or leave it empty",
        example=f"P7,12.345,6.789,{0.12 if frame.metres > 1 else 120}",
    )


def _check_spans(rows: SensorRows, since: Floats, until: Floats) -> None:
    wrong = np.flatnonzero(until <= since)
    if len(wrong):
        at = int(wrong[0])
        raise ValueFault(
            f"sensor {rows.id[at]!r} existed until {rows.until[at]}, which is not after {rows.since[at]}",
            where=f"{rows.file} row {int(rows.row[at])}",
            do="give the beginning in 'from' and the end in 'until'",
            example="P7,1.2,3.4,0,86400",
        )


def _check_count(rows: SensorRows, sensors: SensorTable) -> None:
    places = len(np.unique(np.round(np.column_stack([sensors.x_m, sensors.y_m]) / _SAME_PLACE_M), axis=0))
    if places < 3:
        raise InputFault(
            f"the {len(rows.id)} sensors stand in {places} {'place' if places == 1 else 'places'}: "
            "no event can be located from fewer than three",
            where=rows.file,
            do="check the coordinates; name more sensors",
        )


def _same_place(sensors: SensorTable) -> tuple[tuple[int, int], ...]:
    """Each sensor that stands where another does, with that other one."""
    points = np.column_stack([sensors.x_m, sensors.y_m])
    distance, nearest = (np.atleast_2d(part) for part in KDTree(points).query(points, k=2))
    # Where several stand in one place the nearest may be the sensor itself.
    other = np.where(nearest[:, 0] == np.arange(len(points)), nearest[:, 1], nearest[:, 0])
    near = [(int(i), int(other[i])) for i in np.flatnonzero(distance[:, 1] < _SAME_PLACE_M)]
    return tuple((one, two) for one, two in near if not _one_after_the_other(sensors, one, two))


def _one_after_the_other(sensors: SensorTable, one: int, other: int) -> bool:
    """Whether one sensor was gone when the other came; an open end (NaN) never is."""
    since, until = sensors.since_s, sensors.until_s
    if since is None or until is None:
        return False
    return bool(until[one] <= since[other] or until[other] <= since[one])


def _findings(rows: SensorRows, same: tuple[tuple[int, int], ...]) -> tuple[SensorFinding, ...]:
    together = [_finding(one, SensorFault.SAME_PLACE, 0.0, _SAME_PLACE_M) for one, _ in same]
    wander = np.zeros(len(rows.id)) if rows.wander_m is None else rows.wander_m
    moved = [
        _finding(int(i), SensorFault.MOVED, float(wander[i]), _WANDERS_M) for i in np.flatnonzero(wander > _WANDERS_M)
    ]
    return (*together, *moved)


def _finding(sensor: int, fault: SensorFault, value: float, error: float) -> SensorFinding:
    nan = float("nan")
    return SensorFinding(sensor, fault, value, error, "m", nan, nan, nan, nan, corrected=False)


def _notes(rows: SensorRows, sensors: SensorTable, same: tuple[tuple[int, int], ...]) -> tuple[str, ...]:
    notes = []
    if same:
        one, other = same[0]
        notes.append(f"{len(same)} sensors stand where another does, such as {rows.id[one]} and {rows.id[other]}")
    length, width = _band(sensors)
    if width < _LINE_SHARE * length:
        notes.append("all sensors stand on one line: an event and its mirror image beyond it cannot be told apart")
    if length > _WIDEST_PLANE_M:
        notes.append(f"the sensors reach over {length / 1000:,.0f} km: distances on one plane are 0.1 % off and more")
    unknown = int(np.isnan(sensors.z_m).sum())
    if 0 < unknown < len(sensors):
        notes.append(f"the height of {unknown} of {len(sensors)} sensors is not known")
    return tuple(notes)


def _band(sensors: SensorTable) -> tuple[float, float]:
    """Length and width in metres of the narrowest band along the network's own axis that holds all sensors."""
    points = np.column_stack([sensors.x_m, sensors.y_m])
    points = points - points.mean(axis=0)
    _, _, axes = np.linalg.svd(points, full_matrices=False)
    along, across = points @ axes[0], points @ axes[1]
    return float(np.ptp(along)), float(np.ptp(across))
