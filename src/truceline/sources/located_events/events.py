"""``events.geojson`` as what it says: the channel, the span it reaches over, and one observation an event."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from truceline.model import (
    EllipsePlace,
    EvidenceLink,
    Interval,
    Means,
    Medium,
    MirrorImage,
    Observation,
    Phenomenon,
    Source,
    Stratum,
    TimeSense,
    UnreadableFile,
    ValueFault,
    parse_moment,
)
from truceline.sources.tables import open_text

_EDGE_95 = 1.96
_STRATA = {str(Medium.ACOUSTIC): Stratum.ACOUSTIC, str(Medium.SEISMIC): Stratum.SEISMIC}
_EXAMPLES = {"probability": 0.99, "time_error_s": 0.02, "ellipse_azimuth": 45.0, "mirror_share": 0.5}
_AGAIN = "give the folder as `truceline locate` wrote it"


@dataclass(frozen=True)
class Told:
    """What a person told about the file: name of the network, its area, what the events are, the least probability."""

    network: str
    area: str
    phenomenon: Phenomenon
    least: float


@dataclass(frozen=True)
class Collection:
    """A file of located events: the channel, its features unread, and from the first arrival to the last."""

    stratum: Stratum
    features: tuple[object, ...]
    span: Interval | None


def read_collection(path: Path) -> Collection:
    """The file as a whole. Raises :class:`UnreadableFile` where it is not what ``locate`` writes."""
    with open_text(path) as text:
        try:
            told = json.load(text)
        except ValueError as cause:
            raise UnreadableFile("this is no GeoJSON", where=str(path), do=_AGAIN) from cause
    features = told.get("features") if isinstance(told, dict) else None
    if not isinstance(features, list) or told.get("type") != "FeatureCollection":
        raise UnreadableFile("this is no GeoJSON feature collection", where=str(path), do=_AGAIN)
    if str(told.get("medium")) not in _STRATA:
        raise UnreadableFile(
            f"the file does not say what carried the waves: medium is {told.get('medium')!r}",
            where=str(path),
            do="locate again with this version",
            example="truceline locate --sensors S.csv --arrivals A.csv --out located",
        )
    return Collection(_STRATA[str(told["medium"])], tuple(features), _span(told, path))


def _span(told: dict[str, Any], path: Path) -> Interval | None:
    first, last = told.get("heard_from"), told.get("heard_until")
    if first is None or last is None:
        return None
    if not (isinstance(first, str) and isinstance(last, str)):
        raise UnreadableFile(
            "the times are seconds since nobody knows when",
            where=str(path),
            do="locate arrivals whose times are ISO 8601",
            example="a1,P7,2031-04-19T18:00:00.123+03:00",
        )
    return Interval(parse_moment(first), parse_moment(last))


def event_of(feature: object, source: Source, told: Told, evidence: EvidenceLink) -> Observation:
    """One event. Raises :class:`ValueFault` for one that cannot be used, or is not probable enough."""
    said, (lon, lat) = _parts(feature)
    probability = _number(said, "probability")
    time, error_s = said.get("time"), _number(said, "time_error_s")
    if not isinstance(time, str):
        raise ValueFault(f"time is {time!r}", do="give ISO 8601 with the offset", example="2031-04-19T18:00:00Z")
    words = f"event {said.get('event')}: probability {probability:.4f}, {said.get('arrivals')} arrivals"
    if not 0.0 <= probability <= 1.0:
        raise ValueFault(f"probability is {probability!r}", do="give one from 0 to 1", example="0.99")
    if not probability >= told.least:
        raise ValueFault(
            f"probability {probability:.4f} of being real is below {told.least:g}",
            do="take it in with a lower bound if it must be seen",
            example="--set least_probability=0.5",
        )
    moment, half = parse_moment(time), timedelta(seconds=_EDGE_95 * error_s)
    return Observation(
        key=f"{time},{lon},{lat}",
        source=source.id,
        time=Interval(moment - half, moment + half, TimeSense.SOMETIME, time),
        place=_place(said, lon, lat, told.area),
        means=Means.DETECTED,
        phenomenon=told.phenomenon,
        evidence=evidence,
        words=words,
        probability=probability,
    )


def _parts(feature: object) -> tuple[dict[str, Any], tuple[float, float]]:
    try:
        said, (lon, lat) = feature["properties"], feature["geometry"]["coordinates"]  # type: ignore[index]
        return dict(said), (float(lon), float(lat))
    except (TypeError, KeyError, ValueError) as cause:
        raise ValueFault("no point with properties", do=_AGAIN) from cause


def _number(said: dict[str, Any], name: str) -> float:
    value = said.get(name)
    if value is None:
        raise ValueFault(f"the event has no {name}", do=_AGAIN, example=f'"{name}": {_EXAMPLES.get(name, 100.0)}')
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueFault(f"{name} is {value!r}", do=_AGAIN, example="0.99")
    return float(value)


def _place(said: dict[str, Any], lon: float, lat: float, area: str) -> EllipsePlace:
    major_m, minor_m, azimuth_deg = (
        _number(said, name) for name in ("ellipse_major_m", "ellipse_minor_m", "ellipse_azimuth")
    )
    mirror = None
    if said.get("mirror_share"):
        there = _number(said, "mirror_lon"), _number(said, "mirror_lat")
        turned = _mirrored(azimuth_deg, (lon, lat), there)
        mirror = MirrorImage(there[1], there[0], major_m, minor_m, turned, _number(said, "mirror_share"))
    return EllipsePlace(lat, lon, major_m, minor_m, azimuth_deg, area=area, mirror=mirror)


def _mirrored(azimuth_deg: float, here: tuple[float, float], there: tuple[float, float]) -> float:
    """Bearing of the long axis of the image: mirrored in the line half-way between the two places.

    >>> _mirrored(30.0, (37.0, 48.0), (37.0, 48.1))
    150.0
    """
    east = (there[0] - here[0]) * math.cos(math.radians((here[1] + there[1]) / 2))
    across = math.degrees(math.atan2(east, there[1] - here[1]))
    return (2.0 * across - azimuth_deg) % 180.0
