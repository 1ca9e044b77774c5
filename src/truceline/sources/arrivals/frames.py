"""Where the plane of the sensors lies: kilometres of one's own, a projected grid in metres, or degrees on the Earth.

A frame brings coordinates of a file to metres on a plane and results back to the coordinates of the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from truceline.model import UsageFault, ValueFault
from truceline.model.columns import Floats
from truceline.model.geodesy import WGS84, LocalPlane
from truceline.sources.arrivals.records import Axes, SensorRows

LOCAL_KM = "local-km"
LOCAL_M = "local-m"
DEGREES = "degrees"
_FURTHEST_GRID_M = 1e8
_MARGIN_DEG = 20.0
"""A grid is used beyond its own area at times, but not a quarter of the Earth away."""
_EXAMPLE = "--crs EPSG:32637 (UTM zone 37 north, metres)"


class Frame(Protocol):
    """How coordinates of a file become metres on a plane, and how results go back."""

    @property
    def name(self) -> str:
        """What ``--crs`` calls it."""

    @property
    def unit(self) -> str:
        """Unit of ellipse axes in the results, km or m; variances are in its square."""

    @property
    def metres(self) -> float:
        """Metres in that unit."""

    @property
    def on_earth(self) -> bool:
        """Whether the place on Earth is known."""

    def plane(self, first: Floats, second: Floats) -> tuple[Floats, Floats]:
        """Coordinates of the file as metres east and north on the plane."""

    def back(self, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
        """Metres on the plane as coordinates of the file."""

    def degrees(self, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
        """Longitude and latitude; only where the place on Earth is known."""

    def turn(self, x_m: Floats, y_m: Floats) -> Floats:
        """Angle, clockwise in radians, from the north of the results to the plane's own north."""

    def turn_true(self, x_m: Floats, y_m: Floats) -> Floats:
        """Angle, clockwise in radians, from true north to the plane's own north; only on Earth."""


@dataclass(frozen=True)
class LocalFrame:
    """A plane of one's own: nobody says where on Earth it lies."""

    name: str
    unit: str
    metres: float
    on_earth: bool = False

    def plane(self, first: Floats, second: Floats) -> tuple[Floats, Floats]:
        """Coordinates of the file as metres."""
        return first * self.metres, second * self.metres

    def back(self, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
        """Metres as coordinates of the file."""
        return x_m / self.metres, y_m / self.metres

    def degrees(self, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:  # noqa: ARG002 - as the others have it
        """Raises :class:`UsageFault`: the place on Earth is not known."""
        raise UsageFault(
            "the place on Earth is not known",
            where="--crs",
            do="give sensors by lat,lon or on a projected grid",
            example=_EXAMPLE,
        )

    def turn(self, x_m: Floats, y_m: Floats) -> Floats:
        """Results have the plane's own north."""
        return np.zeros_like(x_m + y_m)

    def turn_true(self, x_m: Floats, y_m: Floats) -> Floats:
        """Raises :class:`UsageFault`, as :meth:`degrees`."""
        return self.degrees(x_m, y_m)[0]


@dataclass(frozen=True)
class GridFrame:
    """A projected grid in metres, x its easting and y its northing; counted from a round corner near the sensors."""

    name: str
    crs: Any
    east_m: float
    north_m: float
    unit: str = "m"
    metres: float = 1.0
    on_earth: bool = True

    @cached_property
    def _to_degrees(self) -> Any:  # noqa: ANN401 - pyproj is not typed here
        return Transformer.from_crs(self.crs, CRS.from_epsg(4326), always_xy=True)

    def plane(self, first: Floats, second: Floats) -> tuple[Floats, Floats]:
        """Easting and northing from the corner."""
        return first - self.east_m, second - self.north_m

    def back(self, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
        """Easting and northing."""
        return x_m + self.east_m, y_m + self.north_m

    def degrees(self, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
        """Longitude and latitude on WGS 84."""
        lon, lat = self._to_degrees.transform(*self.back(x_m, y_m))
        return np.asarray(lon, float), np.asarray(lat, float)

    def turn(self, x_m: Floats, y_m: Floats) -> Floats:
        """Results have the north of the grid."""
        return np.zeros_like(x_m + y_m)

    def turn_true(self, x_m: Floats, y_m: Floats) -> Floats:
        """How far the north of the grid lies clockwise of true north."""
        return _north_of_plane(self, x_m, y_m)


@dataclass(frozen=True)
class EarthFrame:
    """Degrees, worked on an azimuthal equidistant plane about the middle of the sensors."""

    lon: float
    lat: float
    name: str = DEGREES
    unit: str = "m"
    metres: float = 1.0
    on_earth: bool = True

    @cached_property
    def _plane(self) -> LocalPlane:
        return LocalPlane(self.lon, self.lat)

    def plane(self, first: Floats, second: Floats) -> tuple[Floats, Floats]:
        """Longitude and latitude as metres from the middle."""
        return self._plane.to_metres(first, second)

    def back(self, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
        """Longitude (-180 to 180) and latitude."""
        return self._plane.to_degrees(x_m, y_m)

    def degrees(self, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
        """Longitude and latitude."""
        return self.back(x_m, y_m)

    def turn(self, x_m: Floats, y_m: Floats) -> Floats:
        """Results have true north, from which the plane's differs away from the middle."""
        return _north_of_plane(self, x_m, y_m)

    def turn_true(self, x_m: Floats, y_m: Floats) -> Floats:
        """The same as :meth:`turn`."""
        return self.turn(x_m, y_m)


def _north_of_plane(frame: Frame, x_m: Floats, y_m: Floats) -> Floats:
    """True bearing of a short step to the plane's north at each point, radians."""
    if not len(x_m):
        return np.zeros(0)
    lon, lat = frame.degrees(x_m, y_m)
    lon_north, lat_north = frame.degrees(x_m, y_m + 100.0)
    bearing, _, _ = WGS84.inv(lon, lat, lon_north, lat_north)
    turn: Floats = np.radians(np.asarray(bearing, float))
    return turn


def frame_of(sensors: SensorRows, crs: str) -> Frame:
    """The frame of a sensor file under what ``--crs`` says (empty: what the columns say).

    Raises :class:`UsageFault` for a grid that cannot be used so, :class:`ValueFault` for degrees that are none.
    """
    if sensors.axes is Axes.DEGREES:
        if crs:
            raise UsageFault(
                f"the sensors stand in degrees, so --crs {crs} says nothing",
                where=f"--crs, {sensors.file}",
                do="leave it out, or give x and y",
                example="sensor,x,y",
            )
        return _about_the_middle(sensors)
    chosen = crs or (LOCAL_M if sensors.axes is Axes.METRES else LOCAL_KM)
    if chosen.lower() in {LOCAL_KM, LOCAL_M}:
        if chosen.lower() == LOCAL_KM and sensors.axes is not Axes.METRES:
            return LocalFrame(LOCAL_KM, "km", 1000.0)
        if chosen.lower() == LOCAL_M:
            return LocalFrame(LOCAL_M, "m", 1.0)
        raise UsageFault("these files give metres", where="--crs", do="leave --crs out", example=f"--crs {LOCAL_M}")
    return _grid(sensors, chosen)


def _about_the_middle(sensors: SensorRows) -> EarthFrame:
    lon, lat = sensors.first, sensors.second
    wrong = np.flatnonzero((np.abs(lat) > 90) | (np.abs(lon) > 180))
    if len(wrong):
        at = int(wrong[0])
        raise ValueFault(
            f"sensor {sensors.id[at]!r} has latitude {lat[at]:g} and longitude {lon[at]:g}",
            where=f"{sensors.file} row {int(sensors.row[at])}",
            do="give degrees: latitude -90 to 90, longitude -180 to 180; metres and kilometres belong in x and y",
            example="sensor,lat,lon\nP7,48.0159,37.8028",
        )
    east, north = np.radians(lon), np.radians(lat)
    x, y, z = (part.mean() for part in (np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)))
    middle_lon = round(float(np.degrees(np.arctan2(y, x))), 6)
    return EarthFrame(middle_lon, round(float(np.degrees(np.arctan2(z, np.hypot(x, y)))), 6))


def _grid(sensors: SensorRows, name: str) -> GridFrame:
    try:
        crs = CRS.from_user_input(name)
    except CRSError as cause:
        raise UsageFault(
            f"no coordinate system {name!r}",
            where="--crs",
            do=f"use {LOCAL_KM}, {LOCAL_M} or an EPSG code",
            example=_EXAMPLE,
        ) from cause
    if not crs.is_projected:
        raise UsageFault(
            f"{name} ({crs.name}) is not a projected grid",
            where="--crs",
            do="name a projected grid in metres; degrees go into the columns lat and lon, without --crs",
            example=_EXAMPLE,
        )
    wrong = sorted({axis.unit_name for axis in crs.axis_info if axis.unit_conversion_factor != 1.0})
    if wrong:
        raise UsageFault(
            f"{name} ({crs.name}) counts in {', '.join(wrong)}, not in metres",
            where="--crs",
            do="name a projected grid in metres",
            example=_EXAMPLE,
        )
    _check_grid(sensors, name, crs)
    east_m, north_m = (float(np.floor(np.median(one) / 1000.0) * 1000.0) for one in (sensors.first, sensors.second))
    return GridFrame(name, crs, east_m, north_m)


def _check_grid(sensors: SensorRows, name: str, crs: Any) -> None:  # noqa: ANN401 - as above
    """Raise :class:`ValueFault` where the sensors lie far outside the grid, and would lie inside in other units."""
    if _inside(crs, sensors, 1.0):
        return
    units = {1000.0: "kilometres where the grid has metres", 0.001: "a thousand times too large for metres"}
    hint = next((said for factor, said in units.items() if _inside(crs, sensors, factor)), "")
    if hint or not _inside(crs, sensors, 1.0, margin_deg=_MARGIN_DEG):
        raise ValueFault(
            f"the sensors lie outside the area of {name} ({crs.name})" + (f": they seem to be {hint}" if hint else ""),
            where=sensors.file,
            do="give eastings in x and northings in y, both in metres, or name the grid they belong to",
            example="sensor,x,y\nP7,410753.2,5318461.0",
        )


def _inside(crs: Any, sensors: SensorRows, factor: float, margin_deg: float = 0.0) -> bool:  # noqa: ANN401 - as above
    """Whether most sensors lie within the area of a grid, or near it, when multiplied by a factor."""
    area = crs.area_of_use
    if area is None:
        return bool(np.all(np.abs(sensors.first) < _FURTHEST_GRID_M))
    change = Transformer.from_crs(crs, CRS.from_epsg(4326), always_xy=True)
    lon, lat = (np.asarray(v, float) for v in change.transform(sensors.first * factor, sensors.second * factor))
    if not (np.isfinite(lon) & np.isfinite(lat)).all():
        return False
    west, east = area.west - margin_deg, area.east + margin_deg + (360.0 if area.east < area.west else 0.0)
    within = ((lon - west) % 360.0 <= east - west) & (lat >= area.south - margin_deg) & (lat <= area.north + margin_deg)
    return bool(np.mean(within) > 0.5)


def frame_record(frame: Frame) -> dict[str, Any]:
    """A frame as JSON holds it.

    >>> frame_record(LocalFrame("local-km", "km", 1000.0))
    {'name': 'local-km'}
    """
    if isinstance(frame, EarthFrame):
        return {"name": frame.name, "lon": frame.lon, "lat": frame.lat}
    if isinstance(frame, GridFrame):
        return {"name": frame.name, "east_m": frame.east_m, "north_m": frame.north_m}
    return {"name": frame.name}


def frame_from(record: dict[str, Any]) -> Frame:
    """The frame that :func:`frame_record` wrote down. Raises :class:`KeyError` and its like for any other record.

    >>> frame_from({"name": "local-km"}).unit
    'km'
    """
    name = str(record["name"])
    if name == DEGREES:
        return EarthFrame(float(record["lon"]), float(record["lat"]))
    if name in {LOCAL_KM, LOCAL_M}:
        return LocalFrame(name, "km", 1000.0) if name == LOCAL_KM else LocalFrame(name, "m", 1.0)
    return GridFrame(name, CRS.from_user_input(name), float(record["east_m"]), float(record["north_m"]))
