"""Thermal anomalies seen by NASA's satellites (FIRMS): footprints of pixels, never bare points."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from truceline.model import CoverageState, Rejected, Source
from truceline.sources.feed_span import FeedSpan
from truceline.sources.firms.columns import columns_of
from truceline.sources.firms.detections import Detection, detection_of, drawn
from truceline.sources.firms.mapping import DEGRADED_REASON, RESOLUTION, SOURCE
from truceline.sources.protocol import ReadOptions, Record, SourceFile
from truceline.sources.tables import Row, read_rows, records_of

__all__ = ["FORMAT", "Firms"]

_BATCH_ROWS = 4096


class Firms:
    """Reads active-fire tables of MODIS and VIIRS; the mapping is told in ``mapping``."""

    name = "firms"
    title = "NASA FIRMS thermal anomalies of MODIS and VIIRS (CSV)"
    settings: tuple[str, ...] = ()

    def sources(self, file: SourceFile, options: ReadOptions) -> tuple[Source, ...]:
        """NASA FIRMS, whatever the satellite."""
        del file, options
        return (SOURCE,)

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Record]:
        """Detections in file order, then one record that satellites look only now and then."""
        columns = columns_of(file.path, options.encoding)
        span = FeedSpan()

        def parse(row: Row) -> tuple[Detection]:
            detection = detection_of(row.values, columns, file.link(row.line))
            start, end = detection.time.start, detection.time.end
            span.widen(start, max(end, start + RESOLUTION))
            return (detection,)

        found: Iterator[Detection | Rejected] = records_of(
            read_rows(file.path, columns.needed, encoding=options.encoding), parse
        )
        while batch := list(islice(found, _BATCH_ROWS)):
            yield from drawn(batch)
        yield from span.coverage(SOURCE, CoverageState.DEGRADED, DEGRADED_REASON, file)


FORMAT = Firms()
