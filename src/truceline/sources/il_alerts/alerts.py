"""One row of the archive as an observation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from truceline.model import (
    AreaPlace,
    EvidenceLink,
    Flag,
    Interval,
    Means,
    Observation,
    Phenomenon,
    ValueFault,
    wall_in_utc,
)
from truceline.sources.days import check_year
from truceline.sources.il_alerts.mapping import DRILL_WORD, LARGEST_DISAGREEMENT, PHENOMENA, SOURCE

_DRILL = (Flag.DRILL,)


def alert_of(values: Mapping[str, str], zone: ZoneInfo, evidence: EvidenceLink) -> Observation:
    """What the row tells of; raises :class:`ValueFault` for a row that cannot be used."""
    if not values["rid"]:
        raise ValueFault("an alert without rid, its natural key", do="give the rid", example="43735")
    local = _local_time(values["date"], values["time"])
    _check_alert_date(local, values["alertDate"])
    moment = wall_in_utc(local, zone)
    phenomenon = _phenomenon(values["category"], values["category_desc"])
    return Observation(
        key=values["rid"],
        source=SOURCE.id,
        time=Interval(moment, moment, text=f"{values['date']} {values['time']}", assumed_zone=zone.key),
        place=AreaPlace(values["data"]),
        means=Means.REPORTED,
        phenomenon=phenomenon,
        evidence=evidence,
        words=values["category_desc"],
        flags=_DRILL if phenomenon is Phenomenon.DRILL else (),
    )


def _phenomenon(category: str, description: str) -> Phenomenon:
    if DRILL_WORD in description:
        return Phenomenon.DRILL
    try:
        return PHENOMENA[category]
    except KeyError as cause:
        raise ValueFault(
            f"unknown category {category!r} ({description})",
            do=f"known are {', '.join(PHENOMENA)} and drills",
            example="1",
        ) from cause


def _local_time(date: str, time: str) -> datetime:
    """Day.month.year and hour:minute:second on the local clock; the first of two where the clock is set back."""
    day = f"{date[6:]}-{date[3:5]}-{date[:2]}" if len(date) == 10 and date[2] == date[5] == "." else ""
    clock = time if len(time) == 8 else ""
    try:
        local = datetime.fromisoformat(f"{day}T{clock}")
    except ValueError as cause:
        raise ValueFault(
            f"not a day and time: {date!r}, {time!r}",
            do="write day.month.year and hour:minute:second",
            example="24.07.2014,17:05:26",
        ) from cause
    check_year(local)
    return local


def _check_alert_date(local: datetime, rounded: str) -> None:
    if not rounded:
        return
    try:
        other = datetime.fromisoformat(rounded).replace(tzinfo=None)
    except ValueError as cause:
        raise ValueFault(f"not a time: {rounded!r}", do="use ISO 8601", example="2014-07-24T17:05:00") from cause
    if abs(local - other) > LARGEST_DISAGREEMENT:
        raise ValueFault(
            f"date and time say {local.isoformat()}, alertDate says {rounded}",
            do="find out which is right",
            example="24.07.2014,17:05:26,2014-07-24T17:05:00",
        )
