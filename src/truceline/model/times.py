"""When something happened: zone-aware intervals, UTC inside, with the words they came from.

An interval has a *sense*. ``lasted`` means the thing went on from start to end (an alarm from 14:02
to 15:10). ``sometime`` means it happened at an unknown moment in between ("in the night of 20-21
September", "on 15 February"). Counting and clauses treat the two differently, so it is never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from truceline.model.errors import ValueFault

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class TimeSense(StrEnum):
    """How start and end of an interval are meant."""

    LASTED = "lasted"
    SOMETIME = "sometime"


@dataclass(frozen=True, slots=True)
class Interval:
    """From ``start`` up to, not including, ``end``; both UTC. Equal ends mean an instant.

    ``text`` keeps the original words; ``assumed_zone`` names the time zone that was assumed when
    the words had none (empty when they named one). Raises :class:`ValueFault` for a naive time and
    for an end before its start.

    >>> noon = datetime(2025, 4, 20, 12, tzinfo=UTC)
    >>> Interval(noon, noon + timedelta(hours=1)).duration_s
    3600.0
    """

    start: datetime
    end: datetime
    sense: TimeSense = TimeSense.LASTED
    text: str = ""
    assumed_zone: str = ""

    def __post_init__(self) -> None:
        """Refuse naive times and reversed ends; move both ends to UTC."""
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueFault(
                f"time without a zone: {self.text or self.start.isoformat()}",
                do="name the zone, or let the format state which one it assumes",
                example="2025-04-19T18:00:00+03:00",
            )
        if self.start.tzinfo is not UTC:
            object.__setattr__(self, "start", in_utc(self.start))
        if self.end.tzinfo is not UTC:
            object.__setattr__(self, "end", in_utc(self.end))
        if self.end < self.start:
            raise ValueFault(
                f"the end {self.end.isoformat()} is before the start {self.start.isoformat()}",
                do="give a start that is not after the end",
                example="2025-04-19T18:00:00+03:00 / 2025-04-21T00:00:00+03:00",
            )

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return (self.end - self.start).total_seconds()

    def contains(self, moment: datetime) -> bool:
        """Whether a moment lies inside; the end itself does not."""
        return self.start <= moment < self.end

    def overlaps(self, other: Interval) -> bool:
        """Whether the two share a moment; an instant overlaps the interval that holds it."""
        if self.start == self.end:
            return other.contains(self.start) or self.start == other.start
        if other.start == other.end:
            return self.contains(other.start)
        return self.start < other.end and other.start < self.end


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970 UTC, exact.

    >>> microseconds(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def moment_at(us: int) -> datetime:
    """The UTC moment that many microseconds after 1970; the inverse of :func:`microseconds`."""
    return _EPOCH + us * _MICROSECOND


def zone(name: str, *, where: str = "") -> ZoneInfo:
    """The IANA time zone of that name; raises :class:`ValueFault` for an unknown one.

    >>> zone("Europe/Kyiv").key
    'Europe/Kyiv'
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as cause:
        raise ValueFault(
            f"unknown time zone {name!r}", where=where, do="use an IANA name", example="Europe/Kyiv"
        ) from cause


def parse_moment(text: str, assumed: ZoneInfo | None = None) -> datetime:
    """An ISO 8601 time as UTC. Without an offset in the text, ``assumed`` is used; with neither it fails.

    A bare day is the moment it begins in the assumed zone.

    >>> parse_moment("2025-04-19T18:00:00+03:00").isoformat()
    '2025-04-19T15:00:00+00:00'
    """
    return read_moment(text, assumed)[0]


def read_moment(text: str, assumed: ZoneInfo | None = None) -> tuple[datetime, bool]:
    """An ISO 8601 time as :func:`parse_moment` reads it, and whether its zone had to be assumed.

    >>> read_moment("2025-04-19T18:00:00", ZoneInfo("Europe/Kyiv"))[1], read_moment("2025-04-19T15:00:00Z")[1]
    (True, False)
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as cause:
        raise ValueFault(f"not a time: {text!r}", do="use ISO 8601", example="2025-04-19T18:00:00+03:00") from cause
    if moment.tzinfo is None:
        if assumed is None:
            raise ValueFault(
                f"time without a zone: {text!r}",
                do="add the offset, or name the zone to assume",
                example="2025-04-19T18:00:00+03:00",
            )
        return (midnight(moment.date(), assumed) if is_bare_day(text) else wall_in_utc(moment, assumed)), True
    return in_utc(moment), False


def is_bare_day(text: str) -> bool:
    """Whether a text is an ISO 8601 day without an hour.

    >>> is_bare_day("2025-04-19"), is_bare_day("2025-04-19T00:00")
    (True, False)
    """
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def midnight(day: date, zone_there: ZoneInfo) -> datetime:
    """When a local day begins, as UTC.

    That is 00:00 on the clocks there, the first of two where clocks are put back over it. Where they are put
    forward at 00:00, no clock shows that hour, and the day begins at the change: every day has a beginning, so a
    whole day is never refused as :func:`wall_in_utc` refuses an hour that no clock showed. A day that was left out
    altogether (Samoa, 30 December 2011) begins and ends at the change. Raises :class:`ValueFault` outside the years
    1 to 9999.

    >>> midnight(date(2024, 3, 31), ZoneInfo("Asia/Beirut")).astimezone(ZoneInfo("Asia/Beirut")).isoformat()
    '2024-03-31T01:00:00+03:00'
    """
    return in_utc(datetime.combine(day, time(), tzinfo=zone_there))


def wall_in_utc(wall: datetime, zone_there: ZoneInfo) -> datetime:
    """What a wall clock of a zone showed, as UTC; the first of two hours where clocks were put back.

    Raises :class:`ValueFault` for an hour that no clock showed, because clocks were put forward over it.

    >>> wall_in_utc(datetime(2021, 9, 20, 5, 13), ZoneInfo("Europe/Kyiv")).isoformat()
    '2021-09-20T02:13:00+00:00'
    """
    moment = in_utc(wall.replace(tzinfo=zone_there))
    if moment.astimezone(zone_there).replace(tzinfo=None) != wall:
        raise ValueFault(
            f"{wall.isoformat(sep=' ')} was on no clock in {zone_there.key}: clocks were put forward over it",
            do="check the time, or give it with its offset",
            example="2026-03-29T04:30:00+03:00",
        )
    return moment


def in_utc(moment: datetime) -> datetime:
    """A zone-aware moment in UTC; raises :class:`ValueFault` for one that falls outside the years 1 to 9999."""
    if moment.tzinfo is UTC:
        return moment
    try:
        return moment.astimezone(UTC)
    except OverflowError as cause:
        raise ValueFault(
            f"{moment.isoformat()} is outside the years 1 to 9999 in UTC",
            do="check the year",
            example="2025-04-19T18:00:00+03:00",
        ) from cause
