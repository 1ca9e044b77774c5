"""An observation as one flat row of the archive, and back.

The row keeps every field of :class:`~truceline.model.Observation`; a place that is more than a point keeps its
shape as text (WKT in degrees). ``id`` stands for source and natural key, ``place`` for the place's key: the first
64 bits of the SHA-256 of either.
"""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import shapely

from truceline.model import (
    AreaPlace,
    CountRange,
    EllipsePlace,
    EvidenceLink,
    Flag,
    Interval,
    LinePlace,
    Means,
    MirrorImage,
    Observation,
    Phenomenon,
    Place,
    PointPlace,
    SectorPlace,
    Target,
    TimeSense,
    TrucelineError,
    UnknownPlace,
    Weapon,
    distance_m,
    id_of,
    microseconds,
    moment_at,
    widest_area,
)

_FIELDS: list[tuple[str, pa.DataType]] = [
    ("id", pa.uint64()),
    ("key", pa.string()),
    ("source", pa.string()),
    ("start_us", pa.int64()),
    ("end_us", pa.int64()),
    ("sometime", pa.bool_()),
    ("time_text", pa.string()),
    ("assumed_zone", pa.string()),
    ("place_kind", pa.string()),
    ("place", pa.uint64()),
    ("area", pa.string()),
    ("place_label", pa.string()),
    ("lat", pa.float64()),
    ("lon", pa.float64()),
    ("radius_m", pa.float64()),
    ("place_detail", pa.string()),
    ("means", pa.string()),
    ("phenomenon", pa.string()),
    ("count_low", pa.int64()),
    ("count_best", pa.int64()),
    ("count_high", pa.int64()),
    ("count_text", pa.string()),
    ("weapon", pa.string()),
    ("party", pa.string()),
    ("direction", pa.string()),
    ("words", pa.string()),
    ("flags", pa.string()),
    ("evidence", pa.string()),
    ("line", pa.int64()),
    ("calibre_mm", pa.float64()),
    ("weapon_name", pa.string()),
    ("target", pa.string()),
    ("probability", pa.float64()),
]
SCHEMA = pa.schema(_FIELDS)
"""Columns of an archive row as an observation flattens to it."""

ARCHIVE_SCHEMA = SCHEMA.append(pa.field("revision", pa.int32()))
"""The same with the number of the row's revision, from 1 on."""

UNKNOWN_BEFORE = {"calibre_mm": "NULL::DOUBLE", "weapon_name": "''", "target": "''"}
"""Columns that files of older versions lack, and what stands for unknown there (SQL)."""

UNSTATED_BEFORE = {"probability": "NULL::DOUBLE"}
"""The same of a column that came later than those."""

CONTENT = tuple(name for name in SCHEMA.names if name not in ("id", "key", "evidence", "line"))
"""Columns that make two rows say the same: everything but where the words stand."""

_Position = tuple[float | None, float | None, float | None, str]
_NO_POSITION: _Position = (None, None, None, "")


def observation_id(source: str, key: str) -> int:
    """The 64-bit id of a natural key within its source: two sources may well use the same key.

    >>> observation_id("official", "Odeska oblast|1") == observation_id("volunteer", "Odeska oblast|1")
    False
    """
    return id_of(f"{source}\x1f{key}")


def flatten(seen: Observation) -> tuple[Any, ...]:
    """One observation as a row in the order of ``SCHEMA``."""
    time, count, place = seen.time, seen.count, seen.place
    kind, area, position = flatten_place(place)
    return (
        observation_id(seen.source, seen.key),
        seen.key,
        seen.source,
        microseconds(time.start),
        microseconds(time.end),
        time.sense is TimeSense.SOMETIME,
        time.text,
        time.assumed_zone,
        kind,
        id_of(place.key),
        area,
        place.label,
        *position,
        seen.means,
        seen.phenomenon,
        count.low,
        count.best,
        count.high,
        count.text,
        seen.weapon or "",
        seen.party,
        seen.direction,
        seen.words,
        " ".join(seen.flags) if seen.flags else "",
        seen.evidence.sha256,
        seen.evidence.line,
        seen.calibre_mm,
        seen.weapon_name,
        seen.target or "",
        seen.probability,
    )


def unflatten(row: dict[str, Any]) -> Observation:
    """The observation behind an archive row."""
    sense = TimeSense.SOMETIME if row["sometime"] else TimeSense.LASTED
    return Observation(
        key=row["key"],
        source=row["source"],
        time=Interval(
            moment_at(row["start_us"]), moment_at(row["end_us"]), sense, row["time_text"], row["assumed_zone"]
        ),
        place=unflatten_place(row),
        means=Means(row["means"]),
        phenomenon=Phenomenon(row["phenomenon"]),
        evidence=EvidenceLink(row["evidence"], row["line"]),
        count=CountRange(row["count_low"], row["count_best"], row["count_high"], row["count_text"]),
        weapon=Weapon(row["weapon"]) if row["weapon"] else None,
        calibre_mm=row["calibre_mm"],
        weapon_name=row["weapon_name"],
        target=Target(row["target"]) if row["target"] else None,
        party=row["party"],
        direction=row["direction"],
        words=row["words"],
        flags=tuple(Flag(word) for word in row["flags"].split()),
        probability=row["probability"],
    )


def flatten_place(place: Place) -> tuple[str, str, _Position]:
    """What kind of place it is, the area it names, and its position, radius and detail."""
    if isinstance(place, PointPlace):
        return "point", place.area, (place.lat, place.lon, place.radius_m, "")
    if isinstance(place, AreaPlace):
        area = widest_area(place.name) if place.shape is None else ""
        if place.public_name is None:
            return "area", area, _flatten_shape(place.shape)
        lat, lon, radius_m, shape = _flatten_shape(place.shape)
        return "guarded-area", area, (lat, lon, radius_m, json.dumps([place.public_name, shape]))
    return _flatten_drawn(place)


def _flatten_drawn(place: Place) -> tuple[str, str, _Position]:
    if isinstance(place, SectorPlace):
        lat, lon, radius_m, _ = _flatten_shape(place.area_95())
        detail = [place.lat, place.lon, place.bearing_from, place.bearing_to, place.near_m, place.far_m]
        return "sector", "", (lat, lon, radius_m, json.dumps(detail))
    if isinstance(place, LinePlace):
        detail_text = f"{place.radius_m!r} {shapely.to_wkt(place.shape, rounding_precision=7)}"
        return "line", "", (*_flatten_shape(place.area_95())[:3], detail_text)
    if isinstance(place, EllipsePlace):
        return "ellipse", place.area, _flatten_ellipse(place)
    if isinstance(place, UnknownPlace):
        return "unknown", "", _NO_POSITION
    raise TrucelineError(f"the archive does not know places of type {type(place).__name__}")


def _flatten_ellipse(place: EllipsePlace) -> _Position:
    """The middle and the long half axis; with a mirror image what encloses both, for nobody knows which it is."""
    own, mirror = [place.major_m, place.minor_m, place.azimuth_deg], place.mirror
    if mirror is None:
        return place.lat, place.lon, place.major_m, json.dumps([place.lat, place.lon, *own])
    image = [mirror.lat, mirror.lon, mirror.major_m, mirror.minor_m, mirror.azimuth_deg, mirror.share]
    return *_flatten_shape(place.area_95())[:3], json.dumps([place.lat, place.lon, *own, image])


def _flatten_shape(shape: shapely.Geometry | None) -> _Position:
    """Middle of a shape, the radius that encloses it, and the shape as text."""
    if shape is None:
        return _NO_POSITION
    middle = shape.centroid
    corners = shapely.get_coordinates(shape)
    radius_m = max(distance_m(middle.y, middle.x, lat, lon) for lon, lat in corners)
    return middle.y, middle.x, radius_m, shapely.to_wkt(shape, rounding_precision=7)


def unflatten_place(row: dict[str, Any]) -> Place:
    """The place in a row of the archive."""
    kind, label, detail = row["place_kind"], row["place_label"], row["place_detail"]
    if kind == "point":
        return PointPlace(row["lat"], row["lon"], row["radius_m"], label, row["area"])
    if kind == "area":
        return AreaPlace(label, shapely.from_wkt(detail) if detail else None)
    if kind == "guarded-area":
        public_name, shape = json.loads(detail)
        return AreaPlace(label, shapely.from_wkt(shape) if shape else None, public_name)
    if kind == "sector":
        lat, lon, bearing_from, bearing_to, near_m, far_m = json.loads(detail)
        return SectorPlace(lat, lon, bearing_from, bearing_to, near_m, far_m, label)
    if kind == "line":
        radius_m, shape = detail.split(" ", 1)
        return LinePlace(label, shapely.from_wkt(shape), float(radius_m))
    return _unflatten_ellipse(row) if kind == "ellipse" else UnknownPlace(label)


def _unflatten_ellipse(row: dict[str, Any]) -> EllipsePlace:
    lat, lon, major_m, minor_m, azimuth_deg, *image = json.loads(row["place_detail"])
    mirror = MirrorImage(*image[0]) if image else None
    return EllipsePlace(lat, lon, major_m, minor_m, azimuth_deg, row["place_label"], row["area"], mirror)
