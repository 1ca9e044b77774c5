"""Alerts of Israel's Home Front Command: rockets, aircraft, infiltration, warnings and drills."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from truceline.model import CoverageState, Observation, Source, UnreadableFile
from truceline.sources.feed_span import FeedSpan
from truceline.sources.il_alerts.alerts import alert_of
from truceline.sources.il_alerts.mapping import (
    COLUMNS,
    HOME_ZONE,
    RESOLUTION,
    SOURCE,
    UPLOAD_LOG,
    WATCHED_AREA,
    WATCHING_REASON,
)
from truceline.sources.protocol import ReadOptions, Record, SourceFile
from truceline.sources.tables import Row, read_header, read_rows, records_of

__all__ = ["FORMAT", "IlAlerts"]


class IlAlerts:
    """Reads the public archive of Home Front Command alerts; the mapping is told in ``mapping``."""

    name = "il-alerts"
    title = "Alerts of Israel's Home Front Command (CSV)"
    settings: tuple[str, ...] = ()

    def sources(self, file: SourceFile, options: ReadOptions) -> tuple[Source, ...]:
        """The Home Front Command, whatever the file."""
        _refuse_upload_log(file.path, options.encoding)
        return (SOURCE,)

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Record]:
        """Alerts in file order, then one record that Israel was watched from first to last."""
        _refuse_upload_log(file.path, options.encoding)
        zone, span = options.zone or HOME_ZONE, FeedSpan()

        def parse(row: Row) -> Observation:
            alert = alert_of(row.values, zone, file.link(row.line))
            span.widen(alert.time.start, alert.time.end + RESOLUTION)
            return alert

        yield from records_of(read_rows(file.path, COLUMNS, encoding=options.encoding), parse)
        yield from span.coverage(SOURCE, CoverageState.WATCHING, WATCHING_REASON, file, area=WATCHED_AREA)


def _refuse_upload_log(path: Path, encoding: str) -> None:
    """Raise :class:`UnreadableFile` for the log of uploads, which holds no alert and no time of one."""
    if not set(UPLOAD_LOG) <= set(read_header(path, encoding=encoding)):
        return
    raise UnreadableFile(
        "this is the log of uploads: it says when the archive was filled, not when anything was alerted",
        where=f"{path} line 1",
        do="give the archive of alerts itself; an upload's size and hour cannot be turned into alerts or coverage",
        example=",".join(COLUMNS),
    )


FORMAT = IlAlerts()
