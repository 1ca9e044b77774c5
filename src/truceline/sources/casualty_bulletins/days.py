"""One day of the bulletins as observations of its dead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from truceline.model import (
    AreaPlace,
    CountRange,
    EvidenceLink,
    Interval,
    Means,
    Observation,
    Phenomenon,
    TimeSense,
    ValueFault,
)
from truceline.sources.casualty_bulletins.mapping import (
    HOURS,
    MOST_DEATHS,
    NO_BULLETIN,
    PARTS,
    TOTAL,
    UNSPLIT,
    WATCHED_AREA,
)
from truceline.sources.days import days_between, parse_day

Day = Mapping[str, Any]


def observations_of(day: Day, source: str, zone: ZoneInfo, evidence: EvidenceLink) -> tuple[Observation, ...]:
    """The dead of a day, one record for each part told; raises :class:`ValueFault` for a day that cannot be used.

    >>> link = EvidenceLink("0" * 64, 1)
    >>> told = {"report_date": "2031-10-11", "report_period": 24, "killed": 9, "killed_recovered": 4}
    >>> for one in observations_of(told, "bulletins", ZoneInfo("Asia/Gaza"), link):
    ...     print(one.phenomenon, one.count.low, one.count.best)
    body-recovered 4 4
    casualty 0 5
    """
    parts = {name: number for name in PARTS if (number := _figure(day, name))}
    total = _figure(day, TOTAL)
    beyond = 0 if total is None else total - sum(parts.values())
    if beyond < 0:
        raise ValueFault(
            f"the parts add up to {sum(parts.values())}, killed is {total}",
            do="find out which figure is the slip",
            example='"killed": 9, "killed_truce_new": 5, "killed_recovered": 4',
        )
    time, told = time_of(day, zone), str(day.get("report_source", ""))
    if told == NO_BULLETIN and (parts or beyond):
        raise ValueFault(
            "figures of a day without a bulletin (report_source is 'missing')",
            do="name the bulletin they come from, or leave them out",
            example='"report_source": "mohtel"',
        )

    def record(name: str, phenomenon: Phenomenon, count: CountRange) -> Observation:
        return Observation(
            key=f"{day['report_date']}/{name}",
            source=source,
            time=time,
            place=AreaPlace(WATCHED_AREA),
            means=Means.REPORTED,
            phenomenon=phenomenon,
            evidence=evidence,
            count=count,
            words=f"{count.text} of {TOTAL} {total}, {told}",
        )

    found = [record(name, PARTS[name], CountRange.exactly(n, f"{name} {n}")) for name, n in parts.items()]
    if beyond:
        found.append(record(UNSPLIT, Phenomenon.CASUALTY, CountRange(0, beyond, beyond, f"{UNSPLIT} {beyond}")))
    return tuple(found)


def time_of(day: Day, zone: ZoneInfo) -> Interval:
    """The whole local days a bulletin is about, the last of them its own; raises :class:`ValueFault`.

    >>> time_of({"report_date": "2031-10-11", "report_period": 48}, ZoneInfo("Asia/Gaza")).duration_s / 3600
    48.0
    """
    text, hours = day.get("report_date"), day.get("report_period")
    if type(hours) is not int or hours not in HOURS:
        raise ValueFault(f"report_period is {hours!r}", do="give hours of whole days, at most a week", example="24")
    last = parse_day(text if isinstance(text, str) else "")
    first = last - timedelta(days=max(0, hours // 24 - 1))
    start, end = days_between(first, last, zone)
    return Interval(start, end, TimeSense.SOMETIME, f"{text}, {hours} hours", zone.key)


def is_bulletin(day: Day, found: tuple[Observation, ...]) -> bool:
    """Whether somebody told of this day: it has deaths, or it says of a period that there were none.

    >>> is_bulletin({"report_period": 0, "killed": 0}, ()), is_bulletin({"report_period": 24, "killed": 0}, ())
    (False, True)
    """
    told = any(name in day for name in (TOTAL, *PARTS)) and day.get("report_source") != NO_BULLETIN
    return bool(found) or (told and day.get("report_period") != 0)


def _figure(day: Day, name: str) -> int | None:
    number = day.get(name)
    if name not in day:
        return None
    if type(number) is not int or not 0 <= number <= MOST_DEATHS:
        raise ValueFault(f"{name} is {number!r}", do=f"give a whole number from 0 to {MOST_DEATHS:,}", example="35")
    return number
