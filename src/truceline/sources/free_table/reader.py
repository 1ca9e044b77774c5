"""From any table and its mapping to observations and coverage.

Without a mapping nothing is read: a guess at what a column means would be a guess at what happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from truceline.model import (
    WHOLE_MISSION,
    Coverage,
    CoverageState,
    InputFault,
    Interval,
    Observation,
    Source,
    UsageFault,
)
from truceline.sources.feed_span import FeedSpan
from truceline.sources.free_table.compiled import Columns, interval_reader, observation_reader, translated
from truceline.sources.free_table.layout import SETTINGS, layout_in_force
from truceline.sources.free_table.mapping import TableMapping, read_mapping
from truceline.sources.protocol import ReadOptions, Record, SourceFile
from truceline.sources.tables import body_lines, ragged, read_lines, refusal, take_header


class FreeTable:
    """The format ``table``."""

    name = "table"
    title = "any CSV, TSV or XLSX table, explained by a mapping file"
    settings = SETTINGS

    def sources(self, file: SourceFile, options: ReadOptions) -> tuple[Source, ...]:
        """The one source the mapping describes."""
        return (_mapping(file, options).source,)

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Record]:
        """Records in file order, then coverage: what the mapping states, else that nothing was stated.

        Raises :class:`UsageFault` without a mapping, :class:`InputFault` for a faulty one, and
        :class:`MissingColumn` naming the nearest column.
        """
        mapping = _mapping(file, options)
        layout = layout_in_force(options, mapping.layout)
        lines = read_lines(
            file.path,
            encoding=layout.encoding,
            delimiter=layout.delimiter,
            sheet=layout.sheet,
            header_line=layout.header_line,
        )
        header = take_header(lines, mapping.needed(), path=file.path, header_line=layout.header_line)
        body = body_lines(lines, layout.header_line)
        if mapping.watching:
            yield from _read(body, len(header), _watching_reader(mapping, header, file, options))
        else:
            yield from _observations(body, header, mapping, file, options)
        yield from stated_coverage(mapping, file)


def stated_coverage(mapping: TableMapping, file: SourceFile) -> Iterator[Coverage]:
    """The spans of watching that the mapping states."""
    for span in mapping.spans:
        yield _coverage(mapping, file, 1, (span.area, span.time, span.state, span.reason), span.notices)


def _mapping(file: SourceFile, options: ReadOptions) -> TableMapping:
    if options.mapping is None:
        raise UsageFault(
            "a free table needs a mapping that says what its columns are",
            where="--mapping",
            do="draft one from the table and fill it in",
            example=f"truceline ingest table --draft-mapping {file.path.name} > mapping.yaml",
        )
    return read_mapping(options.mapping)


def _read(
    body: Iterator[tuple[int, list[str]]], width: int, make: Callable[[int, Sequence[str]], Record]
) -> Iterator[Record]:
    """Each row as a record, or rejected with its line and the reason."""
    for line, cells in body:
        try:
            if len(cells) != width:
                raise ragged(len(cells), width)
            yield make(line, list(map(str.strip, cells)))
        except InputFault as fault:
            yield refusal(line, ",".join(cells), fault)


def _observations(
    body: Iterator[tuple[int, list[str]]],
    header: Sequence[str],
    mapping: TableMapping,
    file: SourceFile,
    options: ReadOptions,
) -> Iterator[Record]:
    """Observations; when no watching was stated, a last record says so, so that gaps are not taken for peace."""
    span = FeedSpan()
    for record in _read(body, len(header), observation_reader(mapping, header, file, options)):
        if isinstance(record, Observation):
            span.widen(record.time.start, record.time.end)
        yield record
    reached = span.interval()
    if reached is not None and not mapping.spans:
        reason = "the table does not say when its source watched"
        yield _coverage(mapping, file, 1, (WHOLE_MISSION, reached, CoverageState.UNKNOWN, reason))


def _watching_reader(
    mapping: TableMapping, header: Sequence[str], file: SourceFile, options: ReadOptions
) -> Callable[[int, Sequence[str]], Coverage]:
    """A function from a row of a watching table to a coverage record."""
    columns = Columns(mapping, header)
    time, area, reason = interval_reader(columns, options), columns.text("area"), columns.text("reason")
    state = columns.made("state", translated(mapping.translate.get("state", {}), "state", CoverageState))
    return lambda line, values: _coverage(
        mapping, file, line, (area(values) or WHOLE_MISSION, time(values), state(values), reason(values))
    )


def _coverage(
    mapping: TableMapping,
    file: SourceFile,
    line: int,
    said: tuple[str, Interval, CoverageState, str],
    notices: float | None = None,
) -> Coverage:
    area, time, state, reason = said
    key = f"{area}:{state}:{time.start.isoformat()}/{time.end.isoformat()}"
    detection = tuple((one, notices) for one in mapping.source.senses)
    return Coverage(key, mapping.source.id, area, time, state, detection, reason, file.link(line))


FORMAT = FreeTable()
