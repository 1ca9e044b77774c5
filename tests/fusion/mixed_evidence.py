"""Made-up evidence of every kind: incidents that several channels tell of, each in its own manner, and false alarms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
from shapely.geometry import box

from truceline.fusion import Evidence, Where, teller_of
from truceline.model import (
    UNKNOWN_COUNT,
    AreaPlace,
    CountRange,
    EllipsePlace,
    EvidenceLink,
    Interval,
    Means,
    Observation,
    ObservationTable,
    Phenomenon,
    Place,
    PointPlace,
    SectorPlace,
    TimeSense,
    Words,
    id_of,
    microseconds,
)
from truceline.model.geodesy import plane_at

LAT, LON = 48.0, 37.0
START = datetime(2031, 4, 1, tzinfo=UTC)
LINK = EvidenceLink("a" * 64, 1)
CHANNELS = {
    "patrol": ("the mission", "patrol"),
    "posts": ("the mission", "acoustic"),
    "pixels": ("a satellite", "thermal"),
    "wire": ("a news agency", "media"),
    "page": ("a local page", "media"),
    "bulletin": ("an authority", "civilian"),
    "side-a": ("party A", "party-a"),
    "side-b": ("party B", "party-b"),
}
"""Custodian and stratum of each source."""
PLANE = plane_at(LON, LAT)


def seen(source: str, key: str, at_s: float, place: Place, **more: object) -> Observation:
    """One observation; ``span_s`` makes it a time somewhere in an interval."""
    begin = START + timedelta(seconds=round(at_s, 3))
    span_s = float(more.pop("span_s", 0.0))
    time = Interval(begin, begin + timedelta(seconds=span_s), TimeSense.SOMETIME if span_s else TimeSense.LASTED)
    told = {"phenomenon": Phenomenon.EXPLOSION, **more}
    return Observation(key, source, time, place, Means.REPORTED, evidence=LINK, **told)


def position(x_m: float, y_m: float) -> tuple[float, float]:
    """Latitude and longitude of metres east and north."""
    lon, lat = PLANE.to_degrees(x_m, y_m)
    return float(lat[0]), float(lon[0])


Happening = tuple[tuple[float, float], float]
"""Metres east and north, and seconds."""


def happening(chance: np.random.Generator) -> Happening:
    """Somewhere in 60 by 60 km and 20 days."""
    x, y = chance.uniform(-30e3, 30e3, 2)
    return (float(x), float(y)), float(chance.uniform(0, 20 * 86_400))


def of_one_incident(chance: np.random.Generator, number: int, told_by: Sequence[str]) -> list[Observation]:
    """What channels say of one incident."""
    at_m, at_s = happening(chance)
    return [one(chance, number, source, at_m, at_s) for source in told_by]


def one(chance: np.random.Generator, number: int, source: str, at_m: tuple[float, float], at_s: float) -> Observation:
    """What one channel says of an incident at metres and seconds."""
    x, y = at_m
    key = f"{source}-{number}"
    day_s = at_s // 86_400 * 86_400
    if source == "patrol":
        post = position(x + 4_000.0, y - 3_000.0)
        bearing = float(np.degrees(np.arctan2(-4_000.0, 3_000.0))) % 360.0
        place = SectorPlace(*post, bearing - 15.0, bearing + 15.0, 3_000.0, 7_000.0)
        return seen(source, key, at_s + chance.normal(0, 30), place, count=CountRange(2, 3, 4))
    if source == "posts":
        place = EllipsePlace(*position(*(at_m + chance.normal(0, 20, 2))), 60.0, 30.0, chance.uniform(0, 180))
        return seen(source, key, at_s + chance.normal(0, 0.5), place)
    if source == "pixels":
        lat, lon = position(x + chance.uniform(-180, 180), y + chance.uniform(-180, 180))
        pixel = AreaPlace(f"pixel {number}", box(lon - 0.003, lat - 0.002, lon + 0.003, lat + 0.002))
        return seen(source, key, at_s + chance.exponential(3_600), pixel, phenomenon=Phenomenon.THERMAL_ANOMALY)
    if source == "bulletin":
        west, south = np.floor((x + 40e3) / 20e3) * 20e3 - 40e3, np.floor((y + 40e3) / 20e3) * 20e3 - 40e3
        (low, left), (high, right) = position(west, south), position(west + 20e3, south + 20e3)
        return seen(source, key, day_s, AreaPlace(f"raion {west:.0f} {south:.0f}", box(left, low, right, high)),
                    span_s=86_400.0, phenomenon=Phenomenon.STRIKE, count=CountRange.unknown())  # fmt: skip
    words = f"Number {number}: shelling of the village of {x:.0f}-{y:.0f} damaged houses and a road, the agency reports"
    near = PointPlace(*position(x + chance.normal(0, 800), y + chance.normal(0, 800)), 2_500.0)
    return seen(source, key, day_s, near, span_s=86_400.0, phenomenon=Phenomenon.STRIKE, words=words)


def background(chance: np.random.Generator, incidents: int) -> list[Observation]:
    """Incidents that one to three channels tell of, and some false alarms."""
    return told_and_true(chance, incidents)[0]


def told_and_true(chance: np.random.Generator, incidents: int) -> tuple[list[Observation], dict[int, Happening]]:
    """The same with where and when each was, by number; what is false has a number of its own and no truth."""
    told: list[Observation] = []
    true: dict[int, Happening] = {}
    tells = {"patrol": 0.4, "posts": 0.5, "pixels": 0.2, "wire": 0.3, "bulletin": 0.2}
    for number in range(incidents + incidents // 10):
        if number < incidents:
            channels = [name for name, share in tells.items() if chance.random() < share]
            true[number] = at_m, at_s = happening(chance)
        else:
            channels = [str(chance.choice(["patrol", "posts", "pixels"]))]
            at_m, at_s = happening(chance)
        told += [one(chance, number, source, at_m, at_s) for source in channels]
    return told, true


def evidence_of(told: Sequence[Observation], channels: dict[str, tuple[str, str]] | None = None) -> Evidence:
    """Observations in order of start and id, as weighing takes them."""
    channels = CHANNELS | (channels or {})
    rows = sorted(((id_of(f"{one.source}\x1f{one.key}"), one) for one in told), key=lambda r: (r[1].time.start, r[0]))
    ids, told = [number for number, _ in rows], [one for _, one in rows]
    densities = [one.place.density() for one in told]
    moments = [None if one is None else one.moments() for one in densities]
    lobed = {
        row: tuple((share, EllipsePlace(p.lat, p.lon, p.major_m, p.minor_m, p.azimuth_deg).density().moments())
                   for share, p in one.place.lobes)
        for row, one in enumerate(told) if isinstance(one.place, EllipsePlace) and one.place.mirror
    }  # fmt: skip
    return Evidence(
        _table(told, ids, moments, channels),
        Where.of(moments),
        Words.of([one.words for one in told]),
        Words.of([teller_of(*channels[one.source], one.source) for one in told]),
        np.full(len(told), np.nan),
        lobed,
    )


def _table(told: list[Observation], ids: list[int], moments: list, channels: dict) -> ObservationTable:
    def whole(values: object) -> np.ndarray:
        return np.array(list(values), np.int64)

    def real(values: object) -> np.ndarray:
        return np.array(list(values), float)

    return ObservationTable(
        id=np.array(ids, np.uint64),
        start_us=whole(microseconds(one.time.start) for one in told),
        end_us=whole(microseconds(one.time.end) for one in told),
        sometime=np.array([one.time.sense is TimeSense.SOMETIME for one in told], bool),
        phenomenon=Words.of([one.phenomenon.value for one in told]),
        place=np.array([id_of(one.place.key) for one in told], np.uint64),
        area=Words.of(["" for _ in told]),
        party=Words.of([one.party for one in told]),
        direction=Words.of([one.direction for one in told]),
        count_low=whole(one.count.low for one in told),
        count_best=whole(UNKNOWN_COUNT if one.count.best is None else one.count.best for one in told),
        count_high=whole(UNKNOWN_COUNT if one.count.high is None else one.count.high for one in told),
        lat=real(np.nan if one is None else one.lat for one in moments),
        lon=real(np.nan if one is None else one.lon for one in moments),
        radius_m=real(np.nan if one is None else 2.45 * max(one.xx_m2, one.yy_m2) ** 0.5 for one in moments),
        source=Words.of([one.source for one in told]),
        stratum=Words.of([channels[one.source][1] for one in told]),
    )
