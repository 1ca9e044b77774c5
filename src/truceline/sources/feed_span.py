"""From when to when a feed reaches: the ground of its coverage, kept while its rows stream by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from truceline.model import WHOLE_MISSION, Coverage, CoverageState, Interval, Phenomenon, Source
from truceline.sources.protocol import SourceFile


class FeedSpan:
    """The earliest start and the latest end among the rows seen so far.

    >>> from datetime import UTC
    >>> span = FeedSpan()
    >>> span.widen(datetime(2023, 11, 20, 7, tzinfo=UTC), datetime(2023, 11, 20, 8, tzinfo=UTC))
    >>> span.interval().duration_s
    3600.0
    """

    def __init__(self) -> None:
        """Start with nothing seen."""
        self._start: datetime | None = None
        self._end: datetime | None = None

    def widen(self, start: datetime, end: datetime) -> None:
        """Take in one more row."""
        if self._start is None or start < self._start:
            self._start = start
        if self._end is None or end > self._end:
            self._end = end

    def interval(self) -> Interval | None:
        """The span, ``None`` when no row came; rows of one moment make an instant, which says nothing of a reach."""
        if self._start is None or self._end is None:
            return None
        return Interval(self._start, self._end)

    def coverage(
        self, source: Source, state: CoverageState, reason: str, file: SourceFile, *, area: str = WHOLE_MISSION
    ) -> Iterator[Coverage]:
        """One record in one state for everything the source senses, for the whole mission or for the area it reaches.

        A feed that ends at a border names the ``area`` inside it: elsewhere its silence says nothing.
        The probability of noticing is left open: nobody has measured it. Start and end are part of the key, so that
        the records of several files add up and an excerpt takes nothing away.
        """
        span = self.interval()
        if span is None or not span.duration_s:
            return
        yield Coverage(
            key=f"{area}|{state}|{span.start.isoformat()}/{span.end.isoformat()}",
            source=source.id,
            area=area,
            time=span,
            state=state,
            detection=unmeasured(source.senses),
            reason=reason,
            evidence=file.link(1),
        )


def unmeasured(senses: tuple[Phenomenon, ...]) -> tuple[tuple[Phenomenon, float | None], ...]:
    """Each phenomenon with no probability: it can be noticed, and nobody has measured how often."""
    return tuple((phenomenon, None) for phenomenon in senses)
