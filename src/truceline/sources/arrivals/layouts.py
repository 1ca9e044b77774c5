"""Which tables of sensors and arrivals are known by their header: our own, GaMMA's, and those of PhaseNet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from truceline.model import MissingColumn
from truceline.sources.arrivals.columns import header_of
from truceline.sources.arrivals.records import Axes


@dataclass(frozen=True)
class SensorLayout:
    """Names of the columns of a sensor table; an empty name is a column it does not have."""

    id: str
    first: str
    second: str
    height: str
    axes: Axes
    since: str = "from"
    until: str = "until"


@dataclass(frozen=True)
class ArrivalLayout:
    """Names of the columns of an arrival table; without ``id`` the row is the name of an arrival."""

    id: str
    sensor: str
    time: str
    phase: str
    amplitude: str
    utc_meant: bool = False


_PLANE = SensorLayout("sensor", "x", "y", "z", Axes.PLANE)
_DEGREES = SensorLayout("sensor", "lon", "lat", "elevation", Axes.DEGREES)
_FOREIGN_SENSORS = (
    SensorLayout("id", "longitude", "latitude", "elevation(m)", Axes.DEGREES, "", ""),
    SensorLayout("station_id", "longitude", "latitude", "elevation_m", Axes.DEGREES, "", ""),
    SensorLayout("station", "lng", "lat", "elv(m)", Axes.DEGREES, "", ""),
    SensorLayout("station", "longitude", "latitude", "elevation(m)", Axes.DEGREES, "", ""),
)
_ARRIVALS = ArrivalLayout("arrival", "sensor", "time", "phase", "amplitude")
_FOREIGN_ARRIVALS = (
    ArrivalLayout("", "id", "timestamp", "type", "amp", utc_meant=True),
    ArrivalLayout("", "station_id", "phase_time", "phase_type", "phase_amplitude", utc_meant=True),
)
LISTED_PICKS = ("fname", "idx_p", "idx_s")
"""Columns by which a table of PhaseNet is known that has one row for each hour of a station."""


def sensor_layout(path: Path) -> SensorLayout:
    """The layout of a sensor table. Raises :class:`MissingColumn` where it is not plain which."""
    header = header_of(path)
    if "sensor" in header:
        named = [one for one in (_PLANE, _DEGREES) if {one.first, one.second} & set(header)]
        if len(named) == 2:
            raise MissingColumn(
                "the sensors have both x,y and lat,lon",
                where=f"{path} line 1",
                do="leave out one of the two: nobody can say which is meant",
                example="sensor,lat,lon,elevation",
            )
        return named[0] if named else _PLANE
    foreign = (one for one in _FOREIGN_SENSORS if {one.id, one.first, one.second} <= set(header))
    return next(foreign, _DEGREES if "lat" in header else _PLANE)


def arrival_layout(path: Path) -> ArrivalLayout:
    """The layout of an arrival table; our own where no other fits."""
    header = set(header_of(path))
    if {"arrival", "sensor", "time"} <= header:
        return _ARRIVALS
    return next((one for one in _FOREIGN_ARRIVALS if {one.sensor, one.time, one.phase} <= header), _ARRIVALS)


def is_listed_picks(path: Path) -> bool:
    """Whether a table gives the picks of each hour of a station as lists."""
    return set(LISTED_PICKS) <= set(header_of(path))
