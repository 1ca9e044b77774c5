"""Flags on pictures: what a person should look at before relying on one. Each is a question and never a verdict.

Question: what in these pictures does not go together? In: what each says of itself
(:class:`~truceline.sources.media.reading.MediaTold`), and when the event was. Out: flags, each with the figures
it rests on. A flag is raised for what stands there; metadata can be missing or made up, so no flag says nothing.

Method: EXIF 3.0 (CIPA DC-008) for the fields; dHash (Krawetz 2013) for likeness, counted in bits of 64 that differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import combinations

from truceline.model import Interval
from truceline.sources.media.reading import MediaTold

NEAR_BITS = 10
"""Pictures that differ in at most so many bits of 64 look alike."""
OTHER_BITS = 20
"""A small picture that differs from its large one in more is another picture."""
NEAR_TEXT = 0.5
"""Texts that share that many of their runs of three words repeat each other."""
CLOCK_S = 120.0
"""Camera and satellite time further apart than that do not go together."""
FIX_APART_S = 60.0
"""Two satellite fixes so far apart in time are never the same to the last digit."""
_QUARTER_S = 900.0
_ANY_ZONE = timedelta(hours=14)
_CAMERA = ("JPEG", "TIFF", "MPO")
_MADE_BY = ("Make", "Model", "DateTimeOriginal")


class MediaFlag(StrEnum):
    """What a person should look at."""

    UNREADABLE = "unreadable"
    CREATED_BEFORE = "created-before-the-event"
    RE_ENCODED = "re-encoded"
    STRIPPED = "stripped-metadata"
    THUMBNAIL_DIFFERS = "thumbnail-differs"
    CLOCK_JUMP = "clock-jump"
    TRAILING_BYTES = "trailing-bytes"
    NEAR_DUPLICATE = "near-duplicate"
    IDENTICAL_FIXES = "identical-fixes"


@dataclass(frozen=True, slots=True)
class Flagged:
    """A flag on an item, the figures it rests on, and the other item where it takes two."""

    item: str
    flag: MediaFlag
    because: str
    other: str = ""


def flags_of_one(item: str, told: MediaTold, event: Interval | None = None) -> tuple[Flagged, ...]:
    """Flags on one picture, held against the time of the event where it is known."""
    if told.why_not:
        return (Flagged(item, MediaFlag.UNREADABLE, told.why_not),)
    found = (
        (MediaFlag.CREATED_BEFORE, "" if event is None else _created_before(told, event)),
        (MediaFlag.RE_ENCODED, _re_encoded(told)),
        (MediaFlag.STRIPPED, _stripped(told)),
        (MediaFlag.THUMBNAIL_DIFFERS, _thumbnail(told)),
        (MediaFlag.CLOCK_JUMP, _clock(told)),
        (MediaFlag.TRAILING_BYTES, f"{told.trailing_bytes} bytes behind its end" if told.trailing_bytes else ""),
    )
    return tuple(Flagged(item, flag, because) for flag, because in found if because)


def flags_of_many(told: Mapping[str, MediaTold]) -> tuple[Flagged, ...]:
    """Flags on pairs of pictures: those that look alike, and those with one fix at two times."""
    found: list[Flagged] = []
    for (one, first), (other, second) in combinations(sorted(told.items()), 2):
        if first.look and second.look:
            bits = bits_apart(first.look, second.look)
            if bits <= NEAR_BITS:
                found.append(Flagged(one, MediaFlag.NEAR_DUPLICATE, f"{bits} of 64 bits differ", other))
        same = _fix(first) is not None and _fix(first) == _fix(second)
        apart_s = _apart_s(first, second)
        if same and apart_s is not None and apart_s >= FIX_APART_S:
            because = f"the same fix to the last digit, {apart_s:.0f} s apart"
            found.append(Flagged(one, MediaFlag.IDENTICAL_FIXES, because, other))
    return tuple(found)


def bits_apart(one: str, other: str) -> int:
    """In how many bits of 64 two looks differ.

    >>> bits_apart("000000000000000f", "0000000000000000")
    4
    """
    return (int(one, 16) ^ int(other, 16)).bit_count()


def made_between(told: MediaTold) -> Interval | None:
    """Between which moments a picture says it was made: one where it says its zone, 28 hours where it does not."""
    local = _camera_time(told)
    if local is None:
        return None
    zone = _zone(told)
    if zone is not None:
        return Interval(local - zone, local - zone)
    return Interval(local - _ANY_ZONE, local + _ANY_ZONE)


def _created_before(told: MediaTold, event: Interval) -> str:
    made = made_between(told)
    if made is None or made.end >= event.start:
        return ""
    return f"says it was made {made.end.isoformat()} at the latest, before {event.start.isoformat()}"


def _re_encoded(told: MediaTold) -> str:
    said = tuple(told.fields.get(name, "") for name in ("ExifImageWidth", "ExifImageHeight"))
    stands = (str(told.width), str(told.height))
    if all(said) and said != stands and said != stands[::-1]:
        return f"says it is {said[0]} by {said[1]} pixels and is {stands[0]} by {stands[1]}"
    made, changed = _camera_time(told), _moment(told.fields.get("DateTime", ""))
    if made is not None and changed is not None and changed - made > timedelta(seconds=1):
        return f"says it was changed {(changed - made).total_seconds():.0f} s after it was made"
    return ""


def _stripped(told: MediaTold) -> str:
    if told.kind not in _CAMERA or any(told.fields.get(name) for name in _MADE_BY):
        return ""
    return "a picture as cameras make them, without maker, model and time"


def _thumbnail(told: MediaTold) -> str:
    if not told.thumbnail or (bits := bits_apart(told.look, told.thumbnail)) <= OTHER_BITS:
        return ""
    return f"{bits} of 64 bits of the small picture inside are others"


def _clock(told: MediaTold) -> str:
    """Camera against satellite; without a zone whole quarters of an hour between them say nothing."""
    local, fix = _camera_time(told), _satellite_time(told)
    if local is None or fix is None:
        return ""
    zone = _zone(told)
    apart_s = (local - (zone or timedelta()) - fix).total_seconds()
    if zone is None:
        apart_s -= _QUARTER_S * round(apart_s / _QUARTER_S)
    return f"camera and satellite are {abs(apart_s):.0f} s apart" if abs(apart_s) > CLOCK_S else ""


def _camera_time(told: MediaTold) -> datetime | None:
    return _moment(told.fields.get("DateTimeOriginal", ""))


def _moment(text: str) -> datetime | None:
    """A time of EXIF, as if it were UTC; its zone stands apart."""
    try:
        return datetime.strptime(text, "%Y:%m:%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _zone(told: MediaTold) -> timedelta | None:
    try:
        return datetime.strptime(told.fields.get("OffsetTimeOriginal", ""), "%z").utcoffset()
    except ValueError:
        return None


def _satellite_time(told: MediaTold) -> datetime | None:
    day, parts = told.gps.get("GPSDateStamp", ""), _numbers(told.gps.get("GPSTimeStamp", ""))
    begin = _moment(f"{day} 00:00:00")
    if begin is None or len(parts) != 3:
        return None
    hours, minutes, seconds = parts
    return begin + timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _fix(told: MediaTold) -> tuple[str, ...] | None:
    names = ("GPSLatitude", "GPSLatitudeRef", "GPSLongitude", "GPSLongitudeRef")
    said = tuple(told.gps.get(name, "") for name in names)
    return said if all(said) else None


def _apart_s(one: MediaTold, other: MediaTold) -> float | None:
    first, second = _camera_time(one), _camera_time(other)
    return None if first is None or second is None else abs((first - second).total_seconds())


def _numbers(text: str) -> Sequence[float]:
    try:
        return [float(part) for part in text.strip("()").split(",") if part.strip()]
    except ValueError:
        return []
