"""When each region was watched and when it was blind, so that an unclosed alarm is not taken for quiet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from truceline.model import Coverage, CoverageState, Flag, Interval, Source
from truceline.sources.feed_span import FeedSpan, unmeasured
from truceline.sources.protocol import SourceFile
from truceline.sources.ua_alarms.alarms import Alarm
from truceline.sources.ua_alarms.mapping import PERMANENT_ALARMS, PERMANENT_REASON, WATCHING_REASON


class Piece(NamedTuple):
    """A stretch of one region in one state, and the line that says so."""

    start: datetime
    end: datetime
    state: CoverageState
    reason: str
    line: int


class AlarmWatch:
    """Follows a list of alarms and tells at its end what could have been seen. Holds the long alarms only."""

    def __init__(self, source: Source) -> None:
        """Start with no region known."""
        self._source = source
        self._span = FeedSpan()
        self._blind: dict[str, list[Piece]] = {}

    def note(self, alarm: Alarm, line: int) -> None:
        """Take in one alarm; only an alarm of the whole area can blind it."""
        time = alarm.time
        self._span.widen(time.start, time.end)
        blind = self._blind.setdefault(alarm.area, [])
        if alarm.whole_area and Flag.STUCK_OPEN in alarm.flags:
            reason = f"one alarm stands open for {time.duration_s / 3600:.0f} h: no further start can be seen"
            blind.append(Piece(time.start, time.end, CoverageState.BLIND, reason, line))

    def coverage(self, file: SourceFile) -> Iterator[Coverage]:
        """Watching and blind stretches of every region, by name and time; none overlap."""
        span = self._span.interval()
        if span is None:
            return
        permanent = dict(PERMANENT_ALARMS)
        for area in sorted({*self._blind, *permanent}):
            blind = list(self._blind.get(area, ()))
            since = permanent.get(area)
            if since is not None and since < span.end:
                blind.append(Piece(since, span.end, CoverageState.BLIND, PERMANENT_REASON, 1))
            for piece in pieces(span, blind):
                if area in self._blind or piece.state is CoverageState.BLIND:
                    yield self._record(area, piece, file)

    def _record(self, area: str, piece: Piece, file: SourceFile) -> Coverage:
        return Coverage(
            key=f"{area}|{piece.state}|{piece.start.isoformat()}",
            source=self._source.id,
            area=area,
            time=Interval(piece.start, piece.end),
            state=piece.state,
            detection=unmeasured(self._source.senses),
            reason=piece.reason,
            evidence=file.link(piece.line),
        )


def pieces(span: Interval, blind: Iterable[Piece]) -> Iterator[Piece]:
    """Cut a span into watching and blind stretches in order of time, without gap or overlap.

    Where blind stretches overlap, the one that began first keeps the shared part.
    """
    reached = span.start
    for piece in sorted(blind):
        start, end = max(piece.start, reached), min(piece.end, span.end)
        if start >= end:
            continue
        if start > reached:
            yield _watching(reached, start)
        yield piece._replace(start=start, end=end)
        reached = end
    if reached < span.end:
        yield _watching(reached, span.end)


def _watching(start: datetime, end: datetime) -> Piece:
    return Piece(start, end, CoverageState.WATCHING, WATCHING_REASON, 1)
