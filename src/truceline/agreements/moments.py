"""Moments as a text gives them, and when they are: fixed, or so long after (or before) a named event.

A day counts 24 hours (``elapsed``) or a day of the local calendar (``local``), as the agreement says. Where clocks
change inside a duration the two differ by an hour: an agreement that does not say which it means is refused. An
event that the register has not seen yet has no moment, and neither has what is told from it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from truceline.agreements.measures import span
from truceline.model import (
    Interval,
    RegisterEntry,
    RegisterKind,
    Standing,
    TimeSense,
    ValueFault,
    in_utc,
    parse_moment,
    zone,
)
from truceline.model.norms import Event, MomentTerm

_FROM_EVENT = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*)(?:([+-])(P[0-9A-Z]*))?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WEEK = timedelta(weeks=1)
"""No clock is changed and changed back within a week."""
_LEAP_SECOND = re.compile(r".*T\d\d:\d\d:60.*")


def moment_term(text: str) -> MomentTerm:
    """What a text says of a moment; raises :class:`ValueFault` for what can be read two ways or not at all.

    >>> moment_term("effective+P14D").days
    14
    >>> moment_term("2015-02-15T00:00:00+02:00").at.isoformat()
    '2015-02-14T22:00:00+00:00'
    """
    if _LEAP_SECOND.fullmatch(text):
        raise ValueFault(
            f"{text!r} is a leap second, which clocks and logs do not agree on",
            do="write the second before it or the one after",
            example="2016-12-31T23:59:59+00:00",
        )
    match = _FROM_EVENT.fullmatch(text)
    if match is None or _DAY.match(text):
        return MomentTerm(text, at=parse_moment(text))
    event, sign, duration = match.groups()
    length = span(duration) if duration else span("P0D")
    direction = -1 if sign == "-" else 1
    return MomentTerm(text, event, None, direction * length.days, direction * length.seconds)


def check_hour(text: str, where: ZoneInfo) -> None:
    """Raise :class:`ValueFault` for a moment told by an hour that the clocks of a zone left out.

    Another offset than the zone's own may be meant: a text can be told by the time of another capital. But nobody's
    clock there showed an hour that was skipped.

    >>> check_hour("2026-03-29T04:30:00+03:00", ZoneInfo("Europe/Kyiv"))
    """
    told = datetime.fromisoformat(text)
    wall = told.replace(tzinfo=None)
    ways = [wall.replace(tzinfo=where, fold=fold) for fold in (0, 1)]
    shown = any(one.astimezone(UTC).astimezone(where).replace(tzinfo=None) == wall for one in ways)
    if not shown and told.utcoffset() in {one.utcoffset() for one in ways}:
        raise ValueFault(
            f"{text!r}: clocks in {where.key} were put forward over {wall:%H:%M} on that day, and never showed it",
            do="write the moment by the clock there, with the offset that it has then",
            example=f'at: "{told.astimezone(where).isoformat()}"',
        )


def event_of(text: str) -> str:
    """The event a moment is told from; empty for a fixed moment, and for what is no moment at all.

    >>> event_of("d-day-P56D"), event_of("2nd-phase+PT1H"), event_of("2015-02-15T00:00:00+02:00")
    ('d-day', '2nd-phase', '')
    """
    match = _FROM_EVENT.fullmatch(text)
    return match[1] if match is not None and not _DAY.match(text) else ""


@dataclass(frozen=True)
class Calendar:
    """How an agreement counts days: in which zone, and by the clock or by the calendar."""

    zone: ZoneInfo
    rule: str

    def shifted(self, moment: datetime, days: int, seconds: int) -> datetime:
        """A moment so many days and seconds later (earlier when negative).

        Raises :class:`ValueFault` beyond the calendar.

        >>> calendar("UTC", "elapsed").shifted(parse_moment("2015-02-15T00:00:00+02:00"), 14, 0).isoformat()
        '2015-02-28T22:00:00+00:00'
        """
        try:
            if self.rule == "local" and days:  # no days leave an hour that comes twice as it is
                local = moment.astimezone(self.zone)
                moment = in_utc((local.replace(tzinfo=None) + timedelta(days=days)).replace(tzinfo=self.zone))
            else:
                moment += timedelta(days=days)
            return moment + timedelta(seconds=seconds)
        except OverflowError as cause:
            raise ValueFault(
                f"{days} days from {moment.isoformat()} lies beyond the calendar",
                do="check the year and the duration",
                example="effective+P14D",
            ) from cause


def calendar(time_zone: str, rule: str) -> Calendar:
    """The calendar of an agreement; raises :class:`ValueFault` for an unknown zone."""
    return Calendar(zone(time_zone), rule)


def clock_changes(start: datetime, days: int, where: ZoneInfo) -> bool:
    """Whether a duration in days comes out differently by the clock and by the calendar.

    >>> clock_changes(parse_moment("2026-03-28T00:00:00+02:00"), 3, ZoneInfo("Europe/Kyiv"))
    True
    """
    ways = [Calendar(where, rule).shifted(start, days, 0) for rule in ("elapsed", "local")]
    return ways[0] != ways[1]


def may_change_clocks(window: Interval, days: int, where: ZoneInfo) -> bool:
    """Whether a duration in days from a moment nobody knows yet, inside a window, may meet a change of the clock.

    >>> winter = Interval(parse_moment("2026-01-05T00:00:00+02:00"), parse_moment("2026-02-05T00:00:00+02:00"))
    >>> may_change_clocks(winter, 14, ZoneInfo("Europe/Kyiv")), may_change_clocks(winter, 60, ZoneInfo("Europe/Kyiv"))
    (False, True)
    """
    reach = timedelta(days=abs(days))
    try:
        first, last = window.start - reach, window.end + reach
        moments_between = [first + _WEEK * n for n in range((last - first) // _WEEK + 1)]
        return days != 0 and len({one.astimezone(where).utcoffset() for one in (*moments_between, last)}) > 1
    except OverflowError:  # beyond the calendar nobody can say
        return True


@dataclass(frozen=True)
class Moments:
    """When the named events of a reading are or were; those not known yet are absent."""

    events: Mapping[str, datetime]
    calendar: Calendar

    def when(self, term: MomentTerm | None) -> datetime | None:
        """The moment a term stands for, ``None`` while its event has not come about."""
        if term is None:
            return None
        start = self.events.get(term.event) if term.event else term.at
        return None if start is None else self.calendar.shifted(start, term.days, term.seconds)


def moments(events: Sequence[Event], register: Sequence[RegisterEntry], days: Calendar) -> Moments:
    """When each named event is: fixed in the text, or the first verified entry of the register.

    An entry that knows only a span ("on 15 February") settles the event at the end of its span: nobody is bound before
    it has surely come about.
    """
    known: dict[str, datetime] = {}
    recorded = _recorded(register)
    open_events = list(events)
    while open_events:
        left = [event for event in open_events if not _settle(event, known, recorded, days)]
        if len(left) == len(open_events):
            break
        open_events = left
    return Moments(known, days)


def _settle(event: Event, known: dict[str, datetime], recorded: Mapping[str, datetime], days: Calendar) -> bool:
    when = recorded.get(event.id) if event.at is None else Moments(known, days).when(event.at)
    if when is not None:
        known[event.id] = when
    return when is not None


def _recorded(register: Sequence[RegisterEntry]) -> dict[str, datetime]:
    first: dict[str, datetime] = {}
    for entry in register:
        if entry.kind is RegisterKind.EVENT and entry.standing is Standing.VERIFIED:
            when = entry.time.end if entry.time.sense is TimeSense.SOMETIME else entry.time.start
            first[entry.subject] = min(when, first.get(entry.subject, when))
    return first
