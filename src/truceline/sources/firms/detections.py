"""One row of a FIRMS table as a detection, and many detections as observations with their footprints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import shapely

from truceline.model import (
    AreaPlace,
    EvidenceLink,
    Flag,
    Interval,
    Means,
    Observation,
    Phenomenon,
    Rejected,
    TimeSense,
    ValueFault,
    check_position,
)
from truceline.sources.days import days_between, parse_day
from truceline.sources.firms.columns import FirmsColumns
from truceline.sources.firms.footprints import footprints
from truceline.sources.firms.mapping import ASSUMED_KM, SOURCE, WIDEST_KM

_UTC = ZoneInfo("UTC")
_ASSUMED = (Flag.FOOTPRINT_ASSUMED,)


class Detection(NamedTuple):
    """A row that was understood, its footprint not drawn yet: rectangles are cheap by the thousand only."""

    key: str
    label: str
    lat: float
    lon: float
    scan_km: float
    track_km: float
    assumed: bool
    time: Interval
    words: str
    evidence: EvidenceLink


def detection_of(values: Mapping[str, str], columns: FirmsColumns, evidence: EvidenceLink) -> Detection:
    """What a row says; raises :class:`ValueFault` for a row that cannot be used."""
    lat_text, lon_text, day = values[columns.latitude], values[columns.longitude], values[columns.acq_date]
    clock = values[columns.acq_time] if columns.acq_time else ""
    satellite = values[columns.satellite] if columns.satellite else ""
    lat, lon = _number(lat_text, "latitude"), _number(lon_text, "longitude")
    check_position(lat, lon)
    scan_km, track_km, assumed = _pixel_km(values, columns)
    return Detection(
        key=f"{lat_text},{lon_text},{day},{clock and _digits(clock)},{satellite}",
        label=f"pixel at {lat_text}, {lon_text}, {_size(scan_km, track_km)}",
        lat=lat,
        lon=lon,
        scan_km=scan_km,
        track_km=track_km,
        assumed=assumed,
        time=_time(day, clock),
        words="; ".join([f"{name} {values[column]}" for name, column in columns.words if values[column]]),
        evidence=evidence,
    )


def drawn(batch: Sequence[Detection | Rejected]) -> Iterator[Observation | Rejected]:
    """Detections as observations, in their order, all footprints drawn at once; rejected rows pass through."""
    seen = [row for row in batch if isinstance(row, Detection)]
    shapes = iter(
        footprints(
            [row.lat for row in seen],
            [row.lon for row in seen],
            [row.scan_km for row in seen],
            [row.track_km for row in seen],
        )
    )
    for row in batch:
        yield row if isinstance(row, Rejected) else _observation(row, next(shapes))


def _observation(detection: Detection, shape: shapely.Geometry) -> Observation:
    return Observation(
        key=detection.key,
        source=SOURCE.id,
        time=detection.time,
        place=AreaPlace(detection.label, shape),
        means=Means.DETECTED,
        phenomenon=Phenomenon.THERMAL_ANOMALY,
        evidence=detection.evidence,
        words=detection.words,
        flags=_ASSUMED if detection.assumed else (),
    )


def _number(text: str, column: str) -> float:
    try:
        return float(text)
    except ValueError as cause:
        raise ValueFault(f"{column} is {text!r}", do="give a number with a decimal point", example="48.0159") from cause


def _pixel_km(values: Mapping[str, str], columns: FirmsColumns) -> tuple[float, float, bool]:
    """Size across and along the path in km, and whether it had to be assumed."""
    scan_text = values[columns.scan] if columns.scan else ""
    track_text = values[columns.track] if columns.track else ""
    if not (scan_text and track_text):
        return ASSUMED_KM, ASSUMED_KM, True
    scan_km, track_km = _number(scan_text, "scan"), _number(track_text, "track")
    if not (0.0 < scan_km <= WIDEST_KM and 0.0 < track_km <= WIDEST_KM):
        raise ValueFault(
            f"a pixel of {scan_text} by {track_text} km",
            do=f"give km above 0, at most {WIDEST_KM:g}",
            example="1.3,1.1",
        )
    return scan_km, track_km, False


@lru_cache(maxsize=4096)
def _size(scan_km: float, track_km: float) -> str:
    return f"{scan_km:g} x {track_km:g} km"


@lru_cache(maxsize=4096)
def _time(day: str, clock: str) -> Interval:
    """The moment of the pass in UTC, or the whole UTC day when no time was given."""
    first = parse_day(day)
    if not clock:
        start, end = days_between(first, first, _UTC)
        return Interval(start, end, TimeSense.SOMETIME, day)
    midnight, _ = days_between(first, first, _UTC)
    moment = midnight + _since_midnight(clock)
    return Interval(moment, moment, text=f"{day} {clock} UTC")


def _since_midnight(clock: str) -> timedelta:
    """Hours and minutes written ``135``, ``0135`` or ``01:35``."""
    digits = _digits(clock)
    if digits.isascii() and digits.isdigit() and len(digits) == 4:
        hours, minutes = divmod(int(digits), 100)
        if hours < 24 and minutes < 60:
            return timedelta(hours=hours, minutes=minutes)
    raise ValueFault(f"not a time of day: {clock!r}", do="write hours and minutes in UTC", example="0135")


def _digits(clock: str) -> str:
    return clock.replace(":", "").zfill(4)
