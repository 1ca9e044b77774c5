"""Air alarms of Ukraine: the official list, the volunteers' list, and oblast intervals made from the official one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from truceline.model import Observation, Source, UsageFault
from truceline.sources.protocol import ReadOptions, Record, SourceFile
from truceline.sources.tables import Row, records_of
from truceline.sources.ua_alarms.alarms import alarm_of, observation_of
from truceline.sources.ua_alarms.mapping import DEFAULT_STUCK_AFTER_H, LONGEST_STUCK_AFTER_H, STUCK_AFTER
from truceline.sources.ua_alarms.shapes import shape_of
from truceline.sources.ua_alarms.watching import AlarmWatch

__all__ = ["FORMAT", "UaAlarms"]


class UaAlarms:
    """Reads the three shapes in which Ukraine's alarms are published; the mapping is told in ``mapping``."""

    name = "ua-alarms"
    title = "Air alarms of Ukraine: official CSV, volunteer CSV, oblast-interval Parquet"
    settings = (STUCK_AFTER,)

    def sources(self, file: SourceFile, options: ReadOptions) -> tuple[Source, ...]:
        """The one list this file is taken from, told by its header."""
        return (shape_of(file.path, options.encoding).source,)

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Record]:
        """Alarms in file order, then for every region when it was watched and when it was blind."""
        shape = shape_of(file.path, options.encoding)
        stuck_after = _stuck_after(options)
        watch = AlarmWatch(shape.source, stuck_after, options.held_blind())

        def parse(row: Row) -> Observation:
            alarm = alarm_of(row.values, shape, options.zone, stuck_after)
            watch.note(alarm, row.line)
            return observation_of(alarm, shape.source.id, file.link(row.line))

        yield from records_of(shape.rows(file.path, options.encoding), parse)
        yield from watch.coverage(file)


def _stuck_after(options: ReadOptions) -> timedelta:
    """The length from which an alarm is taken to be an unclosed record that hides what follows."""
    text = options.setting(STUCK_AFTER, DEFAULT_STUCK_AFTER_H)
    try:
        hours = float(text)
    except ValueError:
        hours = 0.0
    if not 0 < hours <= LONGEST_STUCK_AFTER_H:
        raise UsageFault(
            f"{STUCK_AFTER} {text!r} is no number of hours above 0 and up to {LONGEST_STUCK_AFTER_H:,}",
            where="--set",
            do="give hours",
            example=f"{STUCK_AFTER}={DEFAULT_STUCK_AFTER_H}",
        )
    return timedelta(hours=hours)


FORMAT = UaAlarms()
