"""Two logs held against each other line by line, each class beside the share that anybody could have seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from truceline.agreements.reconciling import (
    CLASSES,
    CONTROL_SHIFTS_H,
    DIFFERENCES,
    Chance,
    ItemTally,
    Reconciliation,
    Tolerances,
    control,
    reconcile,
)
from truceline.mission.folder import Mission
from truceline.mission.reconciling_logs import Log, LogAsked, logs_asked
from truceline.mission.reconciling_sight import Sight, sight_of
from truceline.model import Coverage, Interval, NotFound, ObservationTable, Source, microseconds
from truceline.model.columns import Ints, Mask


@dataclass(frozen=True, slots=True)
class OneSide:
    """What one log has in a class: rows and items, and who could have seen them.

    ``other`` tells for how many of the rows a source of the other log was watching there and then, ``anyone`` for how
    many any source of the mission or of the other log was, the row's own log left out.
    """

    told: ItemTally
    other: Sight
    anyone: Sight


@dataclass(frozen=True, slots=True)
class ClassTold:
    """One class of :data:`~truceline.agreements.reconciling.CLASSES`: matches, those of them that are groups, sides."""

    name: str
    matches: int
    groups: int
    a: OneSide
    b: OneSide


@dataclass(frozen=True, slots=True)
class LogTold:
    """One log: its name as asked, sources, channels, rows in the period; of a file also rows that were left out."""

    named: str
    sources: tuple[str, ...]
    strata: tuple[str, ...]
    rows: int
    rejected: int
    repeated: int


@dataclass(frozen=True)
class Comparison:
    """Two logs held against each other, as a report would print it.

    ``differences`` counts matches that differ in each word, one match in several words if it does. ``found`` holds
    every link, ``kept`` which rows of either log belong to the period, ``seen_by_other`` and ``seen_by_anyone`` the
    sight of every row as its place in :data:`~truceline.mission.reconciling_sight.SIGHTS`.
    """

    a: LogTold
    b: LogTold
    tolerances: Tolerances
    period: Interval | None
    classes: tuple[ClassTold, ...]
    differences: tuple[tuple[str, int], ...]
    chance: tuple[Chance, ...]
    found: Reconciliation
    kept: tuple[Mask, Mask]
    seen_by_other: tuple[Ints, Ints]
    seen_by_anyone: tuple[Ints, Ints]


@dataclass(frozen=True, slots=True)
class ComparisonAsked:
    """What a person asks for: two logs, tolerances, a period of their own, and whether chance is to be shown."""

    a: LogAsked
    b: LogAsked
    tolerances: Tolerances = field(default_factory=Tolerances)
    period: Interval | None = None
    with_control: bool = False
    empty_too: bool = False
    """Whether two logs without a row are an answer, as in a report, and not a mistake of whoever asks."""


def compare_logs(mission: Mission | None, asked: ComparisonAsked) -> Comparison:
    """Hold two logs against each other. Without a mission both are files.

    Of a period of one's own the rows that touch it are told, each matched also with rows just outside. Raises
    :class:`NotFound` when there is no row in either log, unless that is an answer too, and what :func:`logs_asked`
    raises.
    """
    logs = logs_asked(mission, asked.a, asked.b, _widened(asked))
    if not asked.empty_too and not any(len(log.table) for log in logs):
        raise NotFound(
            "neither log has a row" + (" in this period" if asked.period else ""),
            where=f"{asked.a.named}, {asked.b.named}",
            do="take the logs in, or name another period",
            example="truceline ingest table log.csv --mapping log.yaml",
        )
    near = [_touching(log.table, _by(asked.period, asked.tolerances.time_s)) for log in logs]
    found = reconcile(near[0], near[1], asked.tolerances)
    kept = _kept(found, asked.period)
    seen = [_sights(mission, table, logs[which], logs[1 - which]) for which, table in enumerate(near)]
    by_other, by_anyone = (seen[0][0], seen[1][0]), (seen[0][1], seen[1][1])
    told = (_log(logs[0], kept[0]), _log(logs[1], kept[1]))
    classes = _classes(found, kept, by_other, by_anyone)
    matches = _matches_kept(found, kept)
    differences = tuple((word, int((found.matches.differ_in(word) & matches).sum())) for word in DIFFERENCES)
    chance = _chance(logs, asked) if asked.with_control else ()
    return Comparison(
        *told, asked.tolerances, asked.period, classes, differences, chance, found, kept, by_other, by_anyone
    )


def _by(period: Interval | None, seconds: float) -> Interval | None:
    if period is None:
        return None
    by = timedelta(seconds=seconds)
    return Interval(_later(period.start, -by), _later(period.end, by))


def _widened(asked: ComparisonAsked) -> Interval | None:
    """The period with all that may match a row of it, also where the second log is moved for the control."""
    shift_h = max(map(abs, CONTROL_SHIFTS_H)) if asked.with_control else 0
    return _by(asked.period, asked.tolerances.time_s + 3600 * shift_h)


def _touching(table: ObservationTable, period: Interval | None) -> ObservationTable:
    return table if period is None else table.take(np.flatnonzero(_touches(table, period)))


def _touches(table: ObservationTable, period: Interval) -> Mask:
    start, end = microseconds(period.start), microseconds(period.end)
    found: Mask = (table.start_us < end) & ((table.end_us > start) | (table.start_us >= start))
    return found


def _kept(found: Reconciliation, period: Interval | None) -> tuple[Mask, Mask]:
    """Rows of the period: those that touch it, and those matched with one that does."""
    if period is None:
        return np.ones(len(found.a), dtype=bool), np.ones(len(found.b), dtype=bool)
    own = _touches(found.a, period), _touches(found.b, period)
    inside = np.zeros(len(found.matches) + 1, dtype=bool)
    numbers = found.match_of_rows()
    for number, here in zip(numbers, own, strict=True):
        inside[number[here]] = True
    inside[-1] = False
    return own[0] | inside[numbers[0]], own[1] | inside[numbers[1]]


def _matches_kept(found: Reconciliation, kept: tuple[Mask, Mask]) -> Mask:
    number = found.match_of_rows()[0][kept[0]]
    inside = np.zeros(len(found.matches), dtype=bool)
    inside[number[number >= 0]] = True
    return inside


def _sights(mission: Mission | None, table: ObservationTable, own: Log, other: Log) -> tuple[Ints, Ints]:
    """What the other log's sources, and what any but a log's own, could have seen of each row."""
    taken = {source.id for source in (*own.sources, *other.sources)}
    sources: list[Source] = list(other.sources)
    records: list[Coverage] = list(other.records)
    if mission is not None:
        third = [source for source in mission.records.sources() if source.id not in taken]
        ids = {source.id for source in third}
        sources += third
        records += [record for record in mission.records.coverage() if record.source in ids]
    return sight_of(table, other.sources, other.records), sight_of(table, sources, records)


def _log(log: Log, kept: Mask) -> LogTold:
    strata = tuple(sorted({source.stratum.value for source in log.sources}))
    ids = tuple(source.id for source in log.sources)
    return LogTold(log.named, ids, strata, int(kept.sum()), log.rejected, log.repeated)


def _classes(
    found: Reconciliation, kept: tuple[Mask, Mask], by_other: Sequence[Ints], by_anyone: Sequence[Ints]
) -> tuple[ClassTold, ...]:
    tables, of_rows = (found.a, found.b), found.classes()
    matches = _matches_kept(found, kept)
    differs, grouped = (found.matches.differences > 0)[matches], found.matches.grouped[matches]
    told = []
    for number, name in enumerate(CLASSES):
        here = differs == (number == 1) if number < 2 else np.zeros(len(differs), dtype=bool)
        sides = []
        for side, table in enumerate(tables):
            which = kept[side] & (of_rows[side] == number)
            tally = ItemTally.of(table, which)
            sides.append(OneSide(tally, Sight.of(by_other[side], which), Sight.of(by_anyone[side], which)))
        told.append(ClassTold(name, int(here.sum()), int((here & grouped).sum()), *sides))
    return tuple(told)


def _chance(logs: tuple[Log, Log], asked: ComparisonAsked) -> tuple[Chance, ...]:
    """What is matched of the rows that touch the period, the second log as it is and moved."""
    first = _touching(logs[0].table, asked.period)
    told: list[Chance] = []
    for hours in (0.0, *map(float, CONTROL_SHIFTS_H)):
        period = None if asked.period is None else _moved(asked.period, -hours)
        second = _touching(logs[1].table, _by(period, asked.tolerances.time_s))
        told += control(first, second, asked.tolerances, (hours,))
    return tuple(told)


def _moved(period: Interval, hours: float) -> Interval:
    by = timedelta(hours=hours)
    return Interval(_later(period.start, by), _later(period.end, by))


def _later(moment: datetime, by: timedelta) -> datetime:
    """A moment so much later, or the first or last there is: a window may end with the calendar."""
    try:
        return moment + by
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC) if by > timedelta(0) else datetime.min.replace(tzinfo=UTC)
