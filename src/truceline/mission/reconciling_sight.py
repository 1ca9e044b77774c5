"""For every row of a log: could the other log's sources, or anybody else's, have seen that, there and then?

A row that stands in one log alone is no contradiction where the other was blind. This asks of each row what coverage
asks of a window: the same records and the same rule, one row at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from truceline.agreements.reconciling import kinship
from truceline.coverage.spans import Span, Spans, union, without
from truceline.model import (
    WHOLE_MISSION,
    Coverage,
    CoverageState,
    ObservationTable,
    Phenomenon,
    Source,
    id_of,
    microseconds,
)
from truceline.model.columns import Ints, Mask

WATCHED, PARTLY, BLIND, NOBODY_KNOWS = range(4)
SIGHTS = ("watched", "partly", "blind", "unknown")
"""Whether somebody could have seen a row's event: all the time it may have happened in, part of it, never (for there
is a record that says so, or nobody who senses it), or nobody can say, for no record tells of that time and place."""
_SEEING = (CoverageState.WATCHING, CoverageState.DEGRADED)
_OVERRIDING = (CoverageState.BLIND, CoverageState.DENIED)
_NEARLY_THE_SAME = 1.0
"""A source that senses only what is as far off as a burst from an explosion does not sense it."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Of some rows, for how many somebody was watching, partly watching, blind, or nobody knows."""

    watched: int
    partly: int
    blind: int
    unknown: int

    @classmethod
    def of(cls, seen: Ints, which: Mask) -> Sight:
        """The tally of some rows."""
        watched, partly, blind, unknown = np.bincount(seen[which], minlength=len(SIGHTS)).tolist()
        return cls(watched, partly, blind, unknown)


def sight_of(table: ObservationTable, sources: Sequence[Source], records: Sequence[Coverage]) -> Ints:
    """For every row what these sources could have seen of it, as its place in :data:`SIGHTS`."""
    found = np.full(len(table), NOBODY_KNOWS, dtype=np.int64)
    by_area = _by_area(records)
    named_by = {id_of(f"area:{area}"): area for area in by_area}
    place = np.where(np.isin(table.place, np.array(sorted(named_by), np.uint64)), table.place, np.uint64(0))
    for code, phenomenon in enumerate(table.phenomenon.names):
        sensing = {source.id: _sensed(source, phenomenon) for source in sources}
        here = np.flatnonzero(table.phenomenon.codes == code)
        if not any(sensing.values()):
            found[here] = BLIND
            continue
        for rows in _alike(here, table.area.codes[here].astype(np.int64), place[here]):
            # of all of the mission, of the row's area, and of the very part of it that the row names
            where = {WHOLE_MISSION, table.area.word(int(rows[0])), named_by.get(int(place[rows[0]]), WHOLE_MISSION)}
            told = [record for name in where for record in by_area.get(name, ())]
            seen, known = _spans([record for record in told if _tells_of(record, sensing.get(record.source, ()))])
            found[rows] = _states(table, rows, seen, known)
    return found


def _by_area(records: Iterable[Coverage]) -> dict[str, list[Coverage]]:
    found: dict[str, list[Coverage]] = {}
    for record in records:
        found.setdefault(record.area, []).append(record)
    return found


def _sensed(source: Source, phenomenon: str) -> tuple[Phenomenon, ...]:
    """The words under which a source could have told of a phenomenon."""
    near = ((one, kinship(one, phenomenon)) for one in source.senses)
    return tuple(one for one, far in near if far is not None and far < _NEARLY_THE_SAME)


def _alike(rows: Ints, area: Ints, place: np.ndarray) -> list[Ints]:
    """Rows in lots of one area and one place."""
    order = np.lexsort((place, area))
    changes = (np.diff(area[order]) != 0) | (place[order][1:] != place[order][:-1])
    return [lot for lot in np.split(rows[order], np.flatnonzero(changes) + 1) if len(lot)]


def _tells_of(record: Coverage, words: Sequence[Phenomenon]) -> bool:
    """A record without a list is about all its source senses; a zero chance to notice is no sight."""
    listed = dict(record.detection)
    if not words or not listed:
        return bool(words)
    if record.state in _SEEING:
        return any(word in listed and listed[word] != 0.0 for word in words)
    return any(word in listed for word in words)


def _spans(records: Sequence[Coverage]) -> tuple[Spans, Spans]:
    """When at least one source saw, its own blindness taken out; and when any record says anything for sure."""
    seen: list[Span] = []
    for source in {record.source for record in records}:
        own = [record for record in records if record.source == source]
        dark = union(_span(record) for record in own if record.state in _OVERRIDING)
        seen += without(union(_span(record) for record in own if record.state in _SEEING), dark)
    return union(seen), union(_span(record) for record in records if record.state is not CoverageState.UNKNOWN)


def _span(record: Coverage) -> Span:
    return microseconds(record.time.start), microseconds(record.time.end)


def _states(table: ObservationTable, rows: Ints, seen: Spans, known: Spans) -> Ints:
    start = table.start_us[rows]
    end = np.maximum(table.end_us[rows], start + 1)
    seen_us, known_us = _shared_us(seen, start, end), _shared_us(known, start, end)
    rules = ((seen_us == end - start, WATCHED), (seen_us > 0, PARTLY), (known_us == end - start, BLIND))
    found: Ints = np.select([when for when, _ in rules], [then for _, then in rules], NOBODY_KNOWS)
    return found


def _shared_us(spans: Spans, start: Ints, end: Ints) -> Ints:
    """How much of each row's time the stretches cover."""
    if not spans:
        return np.zeros(len(start), dtype=np.int64)
    begins, ends = np.array(spans, dtype=np.int64).T
    before = np.concatenate(([0], np.cumsum(ends - begins)))

    def covered(moment: Ints) -> Ints:
        number = np.searchsorted(begins, moment, side="right")
        last = np.maximum(number - 1, 0)
        inside = np.where(number > 0, np.minimum(moment, ends[last]) - begins[last], 0)
        found: Ints = np.where(number > 0, before[last], 0) + inside
        return found

    return covered(end) - covered(start)
