"""When each region was watched and when it was blind, so that an unclosed alarm is not taken for quiet.

Coverage adds up: every record carries its own end in its key, so an excerpt or a shorter file takes nothing away
from what a longer one told. The one thing that must be taken back is the blindness under an alarm that a later file
closes earlier. Such a record begins its key with the alarm's own, so that a later file can find and revise it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from truceline.model import Coverage, CoverageState, Flag, Interval, Source, microseconds, moment_at
from truceline.sources.feed_span import FeedSpan, unmeasured
from truceline.sources.protocol import SourceFile
from truceline.sources.ua_alarms.alarms import Alarm, alarm_key
from truceline.sources.ua_alarms.mapping import PERMANENT_ALARMS, PERMANENT_REASON, WATCHING_REASON


class Piece(NamedTuple):
    """A stretch of one region in one state, the line that says so, and what it rests on: an alarm, or a state."""

    start: datetime
    end: datetime
    state: CoverageState
    reason: str
    line: int
    rests_on: str


class _Told(NamedTuple):
    """An alarm of a whole area and the line it stands in."""

    alarm: Alarm
    line: int

    def piece(self, end: datetime, state: CoverageState) -> Piece:
        start = self.alarm.time.start
        hours = (end - start).total_seconds() / 3600
        reason = f"one alarm stands open for {hours:.0f} h: no further start can be seen"
        reason = reason if state is CoverageState.BLIND else WATCHING_REASON
        return Piece(start, end, state, reason, self.line, alarm_key(self.alarm))


class AlarmWatch:
    """Follows a list of alarms and tells at its end what could have been seen.

    Holds the long alarms, those without an end, and eight bytes for every start. ``held_blind`` are the coverage
    records in which the mission already holds an area blind.
    """

    def __init__(self, source: Source, stuck_after: timedelta, held_blind: Sequence[Coverage] = ()) -> None:
        """Start with no region known."""
        self._source, self._stuck_after = source, stuck_after
        self._span = FeedSpan()
        self._starts: dict[str, array[int]] = {}
        self._stuck: dict[str, list[Piece]] = {}
        self._endless: dict[str, list[_Told]] = {}
        self._held: dict[str, list[str]] = {}
        self._closed: dict[str, _Told] = {}
        for record in held_blind:
            if record.source == source.id:
                self._held.setdefault(record.key.rpartition("|")[0], []).append(record.key)

    def note(self, alarm: Alarm, line: int) -> None:
        """Take in one alarm; only an alarm of the whole area can blind it.

        An alarm that stands open for days says nothing of how far the list reaches: a slip in its end would
        otherwise stretch the watch over every region.
        """
        stuck, time = Flag.STUCK_OPEN in alarm.flags, alarm.time
        self._span.widen(time.start, time.start if stuck else time.end)
        starts = self._starts.setdefault(alarm.area, array("q"))
        if not alarm.whole_area:
            return
        starts.append(microseconds(time.start))
        told = _Told(alarm, line)
        if Flag.END_MISSING in alarm.flags:
            self._endless.setdefault(alarm.area, []).append(told)
            return
        if stuck:
            self._stuck.setdefault(alarm.area, []).append(told.piece(time.end, CoverageState.BLIND))
        if self._held and alarm_key(alarm) in self._held:
            self._closed.setdefault(alarm_key(alarm), told)

    def coverage(self, file: SourceFile) -> Iterator[Coverage]:
        """Watching and blind stretches of every region, by name and time; none overlap.

        At the end, what the mission still holds blind under an alarm whose end this file states otherwise.
        """
        span = self._span.interval()
        if span is None:
            return
        permanent = dict(PERMANENT_ALARMS) if span.duration_s else {}
        said: set[str] = set()
        for area in sorted({*self._starts, *permanent}):
            blind = [*self._stuck.get(area, ()), *self._left_open(area, span.end)]
            since = permanent.get(area)
            if since is not None and since < span.end:
                blind.append(Piece(since, span.end, CoverageState.BLIND, PERMANENT_REASON, 1, f"{area}|permanent"))
            for piece in pieces(span, blind, area):
                if area in self._starts or piece.state is CoverageState.BLIND:
                    said.add(_key(piece))
                    yield self._record(_key(piece), area, piece, file)
        yield from self._taken_back(said, file)

    def _left_open(self, area: str, reach: datetime) -> Iterator[Piece]:
        """Alarms without an end: open until the area's next start, else as far as the list reaches."""
        endless = self._endless.get(area, ())
        starts = sorted(self._starts[area]) if endless else ()
        for told in endless:
            later = bisect_right(starts, microseconds(told.alarm.time.start))
            end = moment_at(starts[later]) if later < len(starts) else reach
            if end - told.alarm.time.start >= self._stuck_after:
                yield told.piece(end, CoverageState.BLIND)

    def _taken_back(self, said: set[str], file: SourceFile) -> Iterator[Coverage]:
        """The mission's blind records of alarms this file closes, each as the alarm now stands."""
        for alarm, told in self._closed.items():
            state = CoverageState.BLIND if Flag.STUCK_OPEN in told.alarm.flags else CoverageState.WATCHING
            for key in self._held[alarm]:
                if key not in said:
                    yield self._record(key, told.alarm.area, told.piece(told.alarm.time.end, state), file)

    def _record(self, key: str, area: str, piece: Piece, file: SourceFile) -> Coverage:
        return Coverage(
            key=key,
            source=self._source.id,
            area=area,
            time=Interval(piece.start, piece.end),
            state=piece.state,
            detection=unmeasured(self._source.senses),
            reason=piece.reason,
            evidence=file.link(piece.line),
        )


def _key(piece: Piece) -> str:
    return f"{piece.rests_on}|{piece.start.isoformat()}/{piece.end.isoformat()}"


def pieces(span: Interval, blind: Iterable[Piece], area: str = "") -> Iterator[Piece]:
    """Cut a span into watching and blind stretches in order of time, without gap or overlap.

    Where blind stretches overlap, the one that began first keeps the shared part. One that outlasts the span is
    told to its own end, so that it says the same in a longer list.
    """
    reached = span.start
    for piece in sorted(blind):
        start = max(piece.start, reached)
        if start >= piece.end:
            continue
        if start > reached:
            yield _watching(reached, start, area)
        yield piece._replace(start=start)
        reached = piece.end
    if reached < span.end:
        yield _watching(reached, span.end, area)


def _watching(start: datetime, end: datetime, area: str) -> Piece:
    return Piece(start, end, CoverageState.WATCHING, WATCHING_REASON, 1, f"{area}|watching")
