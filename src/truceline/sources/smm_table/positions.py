"""Where the observer stood: the words, a gazetteer that may know the place, and what follows for the event.

A gazetteer is a table with the columns name, lat, lon and radius_m, and optionally area (the mission's name for the
area the place lies in). It may be incomplete: a place it does not know stays a place in words.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from pathlib import Path

from truceline.model import AreaPlace, Place, SectorPlace, ValueFault, check_position
from truceline.model.geodesy import WGS84
from truceline.sources.smm_table.bearings import SECTOR_DEG, WIND, centre, short_names
from truceline.sources.smm_table.locations import SeenFrom, half_of_last_digit, metres_of
from truceline.sources.tables import read_rows

_CAMERA = re.compile(r"\b(camera|cameras|uav|uavs|drone|quadcopter)\b", re.IGNORECASE)
_PEOPLE = re.compile(r"\b(patrols?|monitors?|observers?|base)\b", re.IGNORECASE)
_OFFSET = re.compile(
    rf"(?:about\s+|around\s+|approximately\s+)?(\d+(?:\.\d+)?)\s*(km|m)\s+(?:to the\s+)?{WIND.pattern}\s+of\s+(.+)",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:the\s+)?(?:smm\s+|osce\s+)*(?:mini-|mid-range\s+|long-range\s+)?"
    r"(?:cameras?|patrols?|patrol positions?|position|uavs?|monitors|observers?)?\s*"
    r"(?:positioned|located|stationed|based)?\s*(?:in|at|near|on|over)?\s+",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\s*\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Spot:
    """A known position with its 95 % radius in metres and the area it lies in (empty: not stated)."""

    lat: float
    lon: float
    radius_m: float
    area: str = ""


Gazetteer = dict[str, Spot]
"""Known places by their name in lower case."""


def is_camera(position: str) -> bool:
    """Whether the words name an instrument (camera, UAV) and not people.

    >>> is_camera("SMM camera at Oktiabr mine"), is_camera("SMM patrol in Petrivske")
    (True, False)
    """
    return bool(_CAMERA.search(position))


def is_people(position: str) -> bool:
    """Whether the words name people and no instrument.

    >>> is_people("SMM patrol in Petrivske"), is_people("SMM camera near the patrol base"), is_people("Petrivske")
    (True, False, False)
    """
    return bool(_PEOPLE.search(position)) and not is_camera(position)


def post_name(position: str) -> str:
    """A position's own name, the same however a row introduces it.

    >>> post_name("SMM camera at the red mill") == post_name("Camera in the red mill (fixed)")
    True
    """
    words = folded(position)
    return _LEAD.sub("", words, count=1) or words


def read_gazetteer(path: Path | None) -> Gazetteer:
    """The places of a gazetteer, none without a file.

    Raises :class:`MissingColumn`, and :class:`ValueFault` for a bad position or a name that stands twice.
    """
    places: Gazetteer = {}
    for row in read_rows(path, ("name", "lat", "lon", "radius_m")) if path else ():
        where = f"{path} line {row.line}"
        row.check_shape()
        name = folded(row.values["name"])
        try:
            lat, lon, radius_m = (float(row.values[column]) for column in ("lat", "lon", "radius_m"))
            spot = Spot(lat, lon, radius_m, row.values.get("area", ""))
            check_position(spot.lat, spot.lon)
        except ValueError as cause:
            raise ValueFault(f"not a number: {cause}", where=where, example="Petrivske,48.1,37.9,500") from cause
        except ValueFault as fault:
            raise ValueFault(fault.what, where=where, do=fault.do, example=fault.example) from fault
        if not name or name in places or not spot.radius_m >= 0:
            raise ValueFault(
                f"place {name!r} has no name, stands twice, or has a negative radius",
                where=where,
                do="give each place once, its radius 0 or more",
                example="Petrivske,48.1,37.9,500",
            )
        places[name] = spot
    return places


def folded(name: str) -> str:
    """A name for comparing: lower case, single spaces, no remark in brackets."""
    return " ".join(_ASIDE.sub(" ", name).lower().split())


def find_spot(position: str, known: Gazetteer) -> Spot | None:
    """The position behind the words: a known name, or so far from a known name ("2 km N of Petrivske")."""
    words = folded(position)
    bare = _LEAD.sub("", words, count=1)
    for name in (words, bare):
        if name in known:
            return known[name]
    offset = _OFFSET.fullmatch(_short_wind(bare)) or _OFFSET.fullmatch(_short_wind(words))
    if offset and (base := known.get(_LEAD.sub("", offset[4]).strip()) or known.get(offset[4].strip())):
        return shifted(base, offset[1], offset[2], offset[3])
    return None


def _short_wind(words: str) -> str:
    """The wind before "of" written short; the name behind it may be "North bridge" and stays."""
    wind, of, name = words.partition(" of ")
    return f"{short_names(wind)}{of}{name}"


def shifted(base: Spot, figure: str, unit: str, wind: str) -> Spot:
    """A position so far in a compass direction; the radius grows by what the words leave open.

    >>> spot = shifted(Spot(48.0, 37.0, 0.0), "2", "km", "N")
    >>> round(spot.lat, 3), round(spot.radius_m)
    (48.018, 634)
    """
    metres = metres_of(figure, unit)
    lon, lat, _ = WGS84.fwd(base.lon, base.lat, centre(wind), metres)
    across = metres * math.sin(math.radians(SECTOR_DEG / 2))
    radius = math.hypot(base.radius_m, half_of_last_digit(figure, unit), across)
    return replace(base, lat=float(lat), lon=float(lon), radius_m=radius)


def split_anchor(location: str) -> tuple[str, str]:
    """The words of distance and bearing, and the named place they are taken from (empty: the observer).

    >>> split_anchor("2km N of Petrivske"), split_anchor("2km N of the camera")
    (('2km N', 'Petrivske'), ('2km N', ''))
    """
    head, of, name = location.partition(" of ")
    observer = not of or re.fullmatch(
        r"(?:the |its )?(?:smm )?(?:camera|patrol|position|observer)s?", name.strip(), re.IGNORECASE
    )
    return (head, "") if observer else (head, name.strip())


def area_of(position: str, spot: Spot | None) -> str:
    """The area a position counts for in coverage: the gazetteer's, else the words themselves."""
    return (spot.area if spot else "") or " ".join(position.split()).replace(" / ", ", ")


def event_place(position: str, location: str, spot: Spot | None, seen: SeenFrom | None) -> Place:
    """Where an event was: a sector around a known observer, else an area named by the observer's words.

    Such words tell where the post stands; nothing of them may leave the mission but the area a gazetteer names.
    """
    label = f"{location} from {position}" if location else position
    if spot is None or seen is None:
        area = area_of(position, spot)
        name = f"{area} / {' '.join(location.split())}" if location else area
        return AreaPlace(name, public_name=spot.area if spot else "")
    return around_spot(spot, seen, label)


def around_spot(spot: Spot, seen: SeenFrom, label: str) -> SectorPlace:
    """A sector that holds the event although the observer's own position is only known within a radius.

    The band grows by the radius at both ends, the sweep by the angle the radius spans at half the band.
    """
    radius, middle = spot.radius_m, (seen.near_m + seen.far_m) / 2
    sweep = (seen.bearing_to - seen.bearing_from) % 360.0 or 360.0
    turn = math.degrees(math.asin(radius / middle)) if radius < middle else 180.0
    start, end = seen.bearing_from, seen.bearing_to
    if radius:
        start, end = ((start - turn) % 360, (end + turn) % 360) if sweep + 2 * turn < 360.0 else (0.0, 0.0)
    return SectorPlace(spot.lat, spot.lon, start, end, max(0.0, seen.near_m - radius), seen.far_m + radius, label)
