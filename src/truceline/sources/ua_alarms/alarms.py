"""One row of an alarm list as an alarm, and an alarm as an observation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from truceline.model import (
    PATH_MARK,
    AreaPlace,
    EvidenceLink,
    Flag,
    Interval,
    Means,
    Observation,
    Phenomenon,
    ValueFault,
    microseconds,
    read_moment,
)
from truceline.sources.days import check_year
from truceline.sources.ua_alarms.shapes import OFFICIAL_SHAPE, VOLUNTEER_SHAPE, Shape

_LEVELS = ("oblast", "raion", "hromada")
_INVENTED = {"true": True, "false": False}


class Alarm(NamedTuple):
    """An alarm as listed: where, whether the whole area was under it, when, and what is odd about it."""

    place: AreaPlace
    area: str
    whole_area: bool
    time: Interval
    flags: tuple[Flag, ...]


def alarm_of(values: Mapping[str, str], shape: Shape, zone: ZoneInfo | None, stuck_after: timedelta) -> Alarm:
    """The alarm a row tells of; raises :class:`ValueFault` for a row that cannot be used.

    ``zone`` is assumed for times without one; from ``stuck_after`` on an alarm counts as never closed.
    """
    official = shape is OFFICIAL_SHAPE
    level = _level(values) if official else "oblast"
    area = values["oblast"] if official else values["region"]
    place = _named_area(_path(values) if official else area)
    time = _time(values["started_at"], values["finished_at"], zone)
    flags = [Flag.END_INVENTED] if shape is VOLUNTEER_SHAPE and _end_invented(values["naive"]) else []
    if not values["finished_at"]:
        flags.append(Flag.END_MISSING)
    if time.end - time.start >= stuck_after:
        flags.append(Flag.STUCK_OPEN)
    return Alarm(place, area, level == "oblast", time, tuple(flags))


def alarm_key(alarm: Alarm) -> str:
    """The natural key of an alarm within its list: place and start in microseconds since 1970."""
    return f"{alarm.place.name}|{microseconds(alarm.time.start)}"


def observation_of(alarm: Alarm, source: str, evidence: EvidenceLink) -> Observation:
    """The alarm as what one source says."""
    return Observation(
        key=alarm_key(alarm),
        source=source,
        time=alarm.time,
        place=alarm.place,
        means=Means.REPORTED,
        phenomenon=Phenomenon.AIR_ALARM,
        evidence=evidence,
        flags=alarm.flags,
    )


def _level(values: Mapping[str, str]) -> str:
    level = values["level"]
    if level not in _LEVELS:
        raise ValueFault(f"unknown level {level!r}", do=f"use one of: {', '.join(_LEVELS)}", example="oblast")
    if not values["oblast"] or (level != "oblast" and not values[level]):
        raise ValueFault(f"an alarm of level {level} that names no {level}", do="name it", example="Odeska oblast")
    return level


@lru_cache(maxsize=4096)
def _named_area(name: str) -> AreaPlace:
    """One record per name: a feed of a million rows has a few hundred of them."""
    return AreaPlace(name)


def _path(values: Mapping[str, str]) -> str:
    return PATH_MARK.join([values[part] for part in _LEVELS if values[part]])


def _time(start_text: str, end_text: str, zone: ZoneInfo | None) -> Interval:
    start, assumed = read_moment(start_text, zone)
    end, end_assumed = read_moment(end_text, zone) if end_text else (start, False)
    check_year(start)
    check_year(end)
    zone_name = zone.key if zone and (assumed or end_assumed) else ""
    return Interval(start, end, text=f"{start_text} / {end_text}", assumed_zone=zone_name)


def _end_invented(naive: str) -> bool:
    try:
        return _INVENTED[naive.lower()]
    except KeyError as cause:
        raise ValueFault(f"naive is {naive!r}", do="write True or False", example="False") from cause
