"""Times as the public may see them: whole minutes.

A time is as telling as a place: whoever knows when a sensor heard an explosion, and when it happened to a hundredth of
a second, knows to a few metres how far off the sensor stands. In the minute a time is given to, sound goes 20 km and
waves in the ground farther, which is more than what a place is coarsened to.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from truceline.model import Interval, TimeSense

TIME_PRECISION_S = 60
_MINUTE = timedelta(seconds=TIME_PRECISION_S)


def public_time(time: Interval) -> Interval:
    """A time as the public may see it: the whole minutes that hold it, without the words it came in.

    What is told does not depend on where in its minutes a time begins and ends. A moment becomes an unknown one within
    its minute.

    >>> from datetime import UTC
    >>> shot = datetime(2031, 4, 19, 18, 0, 5, 123456, tzinfo=UTC)
    >>> told = public_time(Interval(shot, shot))
    >>> f"{told.start:%H:%M:%S.%f} {told.end:%H:%M:%S.%f} {told.sense}"
    '18:00:00.000000 18:01:00.000000 sometime'
    """
    start, end = _minute(time.start), _minute(time.end)
    sense = TimeSense.SOMETIME if time.start == time.end else time.sense
    return Interval(start, end if start < end == time.end else _next_minute(end), sense, "", time.assumed_zone)


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _next_minute(minute: datetime) -> datetime:
    """The minute after, or the last moment that can be written."""
    last = datetime.max.replace(tzinfo=minute.tzinfo)
    return minute + _MINUTE if minute <= last - _MINUTE else last
