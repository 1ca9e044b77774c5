"""Calendar days: many feeds name a day and no hour, and a day is an interval only once its zone is known."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from truceline.model import ValueFault, is_bare_day, midnight, read_moment

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Years a feed may speak of. One row of the year 9925 would otherwise stretch its coverage by 7,900 years."""

_DAY = timedelta(days=1)
_MIDNIGHT = frozenset("0:. T")


def parse_day(text: str) -> date:
    """An ISO day; a midnight written behind it (``2015-02-15 00:00:00.000``) is passed over.

    Raises :class:`ValueFault` for anything else, also for a day that carries an hour.

    >>> parse_day("2015-02-15 00:00:00.000")
    datetime.date(2015, 2, 15)
    """
    try:
        if len(text) >= 10 and _MIDNIGHT.issuperset(text[10:]):
            day = date.fromisoformat(text[:10])
            check_year(day)
            return day
    except ValueError:
        pass
    raise ValueFault(f"not a day: {text!r}", do="write year-month-day", example="2015-02-15")


def check_year(day: date) -> None:
    """Raise :class:`ValueFault` for a day or moment outside the years a feed may speak of.

    >>> check_year(date(2022, 3, 15))
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueFault(
            f"the year {day.year} is not between {FIRST_YEAR} and {LAST_YEAR}",
            do="check the year",
            example="2022-03-15",
        )


def first_and_last(text: str, assumed: ZoneInfo | None) -> tuple[datetime, datetime, bool]:
    """From when to when a written time reaches, in UTC, and whether its zone had to be assumed.

    A moment reaches from itself to itself, a bare day from the midnight that opens it to the one that closes it. So
    a day given as an end is meant with all its hours. Raises :class:`ValueFault`, also outside the years a feed
    may speak of.

    >>> start, end, assumed = first_and_last("2031-04-20", ZoneInfo("Europe/Kyiv"))
    >>> (end - start).total_seconds() / 3600, assumed
    (24.0, True)
    """
    moment, was_assumed = read_moment(text, assumed)
    check_year(moment)
    if assumed is None or not is_bare_day(text):
        return moment, moment, was_assumed
    return *days_between(date.fromisoformat(text), date.fromisoformat(text), assumed), was_assumed


@lru_cache(maxsize=4096)
def days_between(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """UTC moments from the local midnight that opens ``first`` to the one that closes ``last``.

    Raises :class:`ValueFault` when the last day is before the first.

    >>> start, end = days_between(date(2015, 2, 15), date(2015, 2, 15), ZoneInfo("Europe/Kyiv"))
    >>> start.isoformat(), end.isoformat()
    ('2015-02-14T22:00:00+00:00', '2015-02-15T22:00:00+00:00')
    """
    if last < first:
        raise ValueFault(
            f"the last day {last} is before the first day {first}",
            do="give a first day that is not after the last",
            example="2015-02-15 / 2015-02-17",
        )
    return midnight(first, zone), midnight(last + _DAY, zone)
