"""One row of the dataset as an event and its dead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from truceline.model import (
    ONE,
    CountRange,
    EvidenceLink,
    Interval,
    Means,
    Observation,
    Phenomenon,
    Rejected,
    TimeSense,
    ValueFault,
)
from truceline.sources.counts import whole_number
from truceline.sources.days import days_between, parse_day
from truceline.sources.tables import Row, refusal
from truceline.sources.ucdp_ged.mapping import DATE_PRECISIONS, MOST_DEATHS, SOURCE
from truceline.sources.ucdp_ged.positions import place_of


def records_of_row(
    row: Row, zone: ZoneInfo, evidence: EvidenceLink
) -> tuple[Observation] | tuple[Observation, Observation | Rejected]:
    """The event and, when somebody died, the dead; death figures that contradict each other are refused alone.

    Raises :class:`ValueFault` when the event itself cannot be used.
    """
    event = event_of(row.values, zone, evidence)
    try:
        deaths = deaths_of(row.values)
    except ValueFault as fault:
        kept = ValueFault(f"{fault.what}; the event is kept without its deaths", do=fault.do, example=fault.example)
        return event, refusal(row.line, row.raw(), kept)
    if not deaths.high:
        return (event,)
    return event, replace(event, key=f"{event.key}/deaths", phenomenon=Phenomenon.CASUALTY, count=deaths)


def event_of(values: Mapping[str, str], zone: ZoneInfo, evidence: EvidenceLink) -> Observation:
    """The violent event of a row, attributed to nobody."""
    if not values["id"]:
        raise ValueFault("an event without id, its natural key", do="give the id", example="147997")
    return Observation(
        key=values["id"],
        source=SOURCE.id,
        time=_time(values, zone),
        place=place_of(values),
        means=Means.REPORTED,
        phenomenon=Phenomenon.VIOLENT_EVENT,
        evidence=evidence,
        count=ONE,
        words=_words(values),
    )


def deaths_of(values: Mapping[str, str]) -> CountRange:
    """People killed: lowest, best and highest figure of the row; raises :class:`ValueFault` when out of order."""
    low, best, high = (_figure(name, values[name]) for name in ("low", "best", "high"))
    return CountRange(low, best, high, f"low {low}, best {best}, high {high}")


def _figure(name: str, text: str) -> int:
    number = whole_number(text, MOST_DEATHS)
    if number is None:
        raise ValueFault(f"{name} is {text!r}", do="give a whole number of people killed, 0 or more", example="5")
    return number


def _time(values: Mapping[str, str], zone: ZoneInfo) -> Interval:
    first, last, precision = values["date_start"], values["date_end"], values["date_prec"]
    if precision not in DATE_PRECISIONS:
        raise ValueFault(f"unknown date_prec {precision!r}", do="give 1 to 5 of the GED codebook", example="1")
    start, end = days_between(parse_day(first), parse_day(last), zone)
    words = f"{first[:10]} to {last[:10]}, date_prec {precision}: {DATE_PRECISIONS[precision]}"
    return Interval(start, end, TimeSense.SOMETIME, words, zone.key)


def _words(values: Mapping[str, str]) -> str:
    sides = [values[side] for side in ("side_a", "side_b") if values.get(side)]
    return "; ".join(part for part in (" and ".join(sides), values.get("where_description", "")) if part)
