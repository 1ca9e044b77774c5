"""Every count of a period: rule by phenomenon by stratum by reading, beside its reference windows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from truceline.agreements.counting.figures import CountFigure, CountLine, RateRatio, ReferenceCount
from truceline.agreements.counting.ratios import rate_ratio
from truceline.agreements.counting.rows import (
    CountedRows,
    incident_rows_by_stratum,
    rows_by_stratum,
    rows_together,
)
from truceline.agreements.counting.rules import Episode, PerIncident, Rule, SiteDay
from truceline.agreements.counting.tallies import (
    Figures,
    Tally,
    episode_tally,
    incident_tally,
    item_tally,
    site_day_tally,
)
from truceline.agreements.counting.windows import reference_shifts as usual_shifts
from truceline.agreements.counting.windows import reference_windows, window_us
from truceline.model import UNKNOWN_COUNT, IncidentTable, Interval, ObservationTable, Phenomenon


def count_lines(
    observations: ObservationTable,
    incidents: IncidentTable,
    rules: Sequence[Rule],
    windows_by_reading: Sequence[tuple[str, Interval]],
    zone: ZoneInfo,
    reference_shifts: Sequence[int] | None = None,
) -> tuple[CountLine, ...]:
    """What happened in each reading's window under each rule, and in windows of the same length before and after.

    One line for each rule (in the order given), phenomenon and stratum that occur in the records (in the order of the
    vocabulary, ``any`` last) and reading (in the order given). ``zone`` is the mission's: local days and shifted
    clock times go by it. ``reference_shifts`` are whole days; ``None`` takes
    :func:`~truceline.agreements.counting.windows.reference_shifts` of each window.
    """
    readings = [_reading(name, window, zone, reference_shifts) for name, window in windows_by_reading]
    lines: list[CountLine] = []
    for rule in rules:
        together = rows_of(rule, observations, incidents)
        counted = [line for rows in together for line in _lines(rule, rows, readings, zone)]
        lines += sorted(counted, key=lambda line: _PHENOMENON_ORDER[line.phenomenon])
    return tuple(lines)


def rows_of(rule: Rule, observations: ObservationTable, incidents: IncidentTable) -> Iterator[CountedRows]:
    """What a rule counts: incidents or observations, by stratum and, where it means anything, together."""
    if isinstance(rule, PerIncident):
        yield incident_rows_by_stratum(incidents)
    else:
        yield rows_by_stratum(observations)
    if rule.all_strata:
        yield rows_together(incidents if isinstance(rule, PerIncident) else observations)


def tally_of(rule: Rule, rows: CountedRows, zone: ZoneInfo) -> Tally:
    """Rows made ready to be counted under a rule."""
    if isinstance(rule, Episode):
        return episode_tally(rows, rule.gap_min)
    if isinstance(rule, SiteDay):
        return site_day_tally(rows, zone)
    return incident_tally(rows) if isinstance(rule, PerIncident) else item_tally(rows)


_PHENOMENON_ORDER = {phenomenon.value: place for place, phenomenon in enumerate(Phenomenon)}


@dataclass(frozen=True, slots=True)
class _Reading:
    name: str
    window: Interval
    references: tuple[tuple[int, Interval], ...]


def _reading(name: str, window: Interval, zone: ZoneInfo, shifts: Sequence[int] | None) -> _Reading:
    chosen = usual_shifts(window) if shifts is None else shifts
    return _Reading(name, window, reference_windows(window, chosen, zone))


def _lines(rule: Rule, rows: CountedRows, readings: Sequence[_Reading], zone: ZoneInfo) -> Iterator[CountLine]:
    tally = tally_of(rule, rows, zone)
    counted = [
        (
            reading,
            tally.figures(window_us(reading.window)),
            [tally.figures(window_us(w)) for _, w in reading.references],
        )
        for reading in readings
    ]
    for number, subject in enumerate(rows.subjects):
        for reading, inside, references in counted:
            beside = tuple(
                ReferenceCount(days, figure(found, number))
                for (days, _), found in zip(reading.references, references, strict=True)
            )
            here = figure(inside, number)
            yield CountLine(
                rule=rule.name,
                parameters=rule.parameters,
                phenomenon=subject.phenomenon,
                stratum=subject.stratum,
                reading=reading.name,
                inside=here,
                reference=beside,
                ratio=_ratio(here, beside),
            )


def _ratio(inside: CountFigure, references: Sequence[ReferenceCount]) -> RateRatio | None:
    return rate_ratio(inside.best, [reference.figure.best for reference in references]) if references else None


def figure(figures: Figures, line: int) -> CountFigure:
    """One line's figure; an open high is ``None``."""
    high = int(figures.high[line])
    return CountFigure(int(figures.low[line]), int(figures.best[line]), None if high == UNKNOWN_COUNT else high)
