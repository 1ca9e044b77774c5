"""Fatal events of the Uppsala Conflict Data Program (UCDP GED), with their precision carried along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from truceline.model import CoverageState, Source
from truceline.sources.feed_span import FeedSpan
from truceline.sources.protocol import ReadOptions, Record, SourceFile
from truceline.sources.tables import Row, check_spelling, read_header, read_rows, records_of
from truceline.sources.ucdp_ged.events import records_of_row
from truceline.sources.ucdp_ged.mapping import ASSUMED_ZONE, COLUMNS, DEGRADED_REASON, SOURCE, USED

__all__ = ["FORMAT", "UcdpGed"]


class UcdpGed:
    """Reads the Georeferenced Event Dataset; the mapping is told in ``mapping``."""

    name = "ucdp-ged"
    title = "UCDP Georeferenced Event Dataset: fatal events (CSV, also with an HXL row)"
    settings: tuple[str, ...] = ()

    def sources(self, file: SourceFile, options: ReadOptions) -> tuple[Source, ...]:
        """The Uppsala Conflict Data Program, whatever the file."""
        del file, options
        return (SOURCE,)

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Record]:
        """For each row its event and its dead, then one record that the press saw part of it all."""
        header = read_header(file.path, encoding=options.encoding)
        check_spelling(header, (*COLUMNS, *USED), where=f"{file.path} line 1")
        zone, span = options.zone or ASSUMED_ZONE, FeedSpan()

        def parse(row: Row) -> Iterable[Record]:
            event, *rest = records_of_row(row, zone, file.link(row.line))
            span.widen(event.time.start, event.time.end)
            return (event, *rest)

        found: Iterator[Record] = records_of(read_rows(file.path, COLUMNS, encoding=options.encoding), parse)
        yield from found
        yield from span.coverage(SOURCE, CoverageState.DEGRADED, DEGRADED_REASON, file)


FORMAT = UcdpGed()
