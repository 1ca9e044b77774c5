"""Every count of a period: rule by phenomenon by stratum by reading, beside its reference windows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from truceline.agreements.counting.episodes import EpisodeTally, episode_tally
from truceline.agreements.counting.field_rules import Casualties, OneHourRegrouping, WeaponClass, WithdrawalLines
from truceline.agreements.counting.figures import CountFigure, CountLine, GapCount, ReferenceCount
from truceline.agreements.counting.kinds import (
    BURSTING,
    DEATHS,
    STANDING_CLASSES,
    WEAPON_CLASSES,
    WITH_WEAPONS,
    called,
    of_kinds,
    weapon_classes,
    weapon_standings,
)
from truceline.agreements.counting.rows import (
    CountedRows,
    Subject,
    incident_rows_by_stratum,
    rows_by_stratum,
    rows_together,
)
from truceline.agreements.counting.rule_frame import Rule
from truceline.agreements.counting.rules import EPISODE_GAPS_MIN, Episode, PerIncident, SiteDay
from truceline.agreements.counting.sitedays import site_day_tally
from truceline.agreements.counting.tallies import Figures, Tally, Window, incident_tally, item_tally
from truceline.agreements.counting.windows import reference_shifts as usual_shifts
from truceline.agreements.counting.windows import reference_windows, window_us
from truceline.model import UNKNOWN_COUNT, IncidentTable, Interval, ObservationTable, Phenomenon
from truceline.model.columns import Ints


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
     vocabulary, ``any`` last), class where the rule sorts by classes, and reading (in the order given).
    ``zone`` is the mission's: local days and shifted
     clock times go by it. ``reference_shifts`` are whole days; ``None`` takes
     :func:`~truceline.agreements.counting.windows.reference_shifts` of each window. The lines have no ratio yet: it
     waits until the coverage of every window stands beside its count
     (:func:`~truceline.agreements.counting.compared`).
    """
    readings = [
        _Reading(name, window, _references(window, zone, reference_shifts)) for name, window in windows_by_reading
    ]
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
        yield rows_together(incidents)
        return
    wanted = _wanted(rule, observations)
    yield _by_kind(rule, wanted) or rows_by_stratum(wanted)
    if rule.all_strata:
        yield rows_together(wanted)


def _wanted(rule: Rule, observations: ObservationTable) -> ObservationTable:
    """The rows a rule counts, under the phenomenon it counts them as."""
    if isinstance(rule, OneHourRegrouping):
        return called(of_kinds(observations, BURSTING), Phenomenon.ANY_FIRE)
    if isinstance(rule, Casualties):
        return called(of_kinds(observations, DEATHS[rule.what]), Phenomenon.CASUALTY)
    if isinstance(rule, WithdrawalLines):
        return of_kinds(observations, (Phenomenon.WEAPON_PRESENCE,))
    return of_kinds(observations, WITH_WEAPONS) if isinstance(rule, WeaponClass) else observations


def _by_kind(rule: Rule, observations: ObservationTable) -> CountedRows | None:
    """The rows of a rule that sorts by classes, one line for each."""
    if isinstance(rule, WeaponClass):
        return rows_by_stratum(observations, weapon_classes(observations), WEAPON_CLASSES)
    if isinstance(rule, WithdrawalLines):
        return rows_by_stratum(observations, weapon_standings(observations), STANDING_CLASSES)
    return None


def tally_of(rule: Rule, rows: CountedRows, zone: ZoneInfo) -> Tally:
    """Rows made ready to be counted under a rule."""
    if isinstance(rule, Episode):
        return episode_tally(rows, rule.gap_min)
    if isinstance(rule, OneHourRegrouping):
        return episode_tally(rows, rule.gap_min, by_direction=False)
    if isinstance(rule, SiteDay):
        return site_day_tally(rows, zone)
    return incident_tally(rows) if isinstance(rule, PerIncident) else item_tally(rows)


_PHENOMENON_ORDER = {phenomenon.value: place for place, phenomenon in enumerate(Phenomenon)}


@dataclass(frozen=True, slots=True)
class _Reading:
    name: str
    window: Interval
    references: tuple[tuple[int, Interval], ...]


@dataclass(frozen=True, slots=True)
class _Counted:
    """The figures of every line in a reading's window, in its reference windows, and under other gaps."""

    reading: _Reading
    inside: Figures
    references: tuple[Figures, ...]
    by_gap: tuple[tuple[int, Ints], ...]


def _references(window: Interval, zone: ZoneInfo, shifts: Sequence[int] | None) -> tuple[tuple[int, Interval], ...]:
    return reference_windows(window, usual_shifts(window) if shifts is None else shifts, zone)


def _lines(rule: Rule, rows: CountedRows, readings: Sequence[_Reading], zone: ZoneInfo) -> Iterator[CountLine]:
    tally = tally_of(rule, rows, zone)
    counted = [
        _Counted(
            reading,
            tally.figures(window_us(reading.window)),
            tuple(tally.figures(window_us(window)) for _, window in reading.references),
            _by_gap(tally, window_us(reading.window)),
        )
        for reading in readings
    ]
    for number, subject in enumerate(rows.subjects):
        for one in counted:
            yield _line(rule, subject, number, one)


def _by_gap(tally: Tally, window: Window) -> tuple[tuple[int, Ints], ...]:
    if not isinstance(tally, EpisodeTally):
        return ()
    gaps_min = sorted({*EPISODE_GAPS_MIN, tally.gap_min})
    return tuple(zip(gaps_min, tally.best_by_gap(window, gaps_min), strict=True))


def _line(rule: Rule, subject: Subject, number: int, counted: _Counted) -> CountLine:
    return CountLine(
        rule=rule.name,
        parameters=(*rule.parameters, *((("class", subject.kind),) if subject.kind else ())),
        phenomenon=subject.phenomenon,
        stratum=subject.stratum,
        reading=counted.reading.name,
        inside=figure(counted.inside, number),
        reference=tuple(
            ReferenceCount(days, figure(found, number))
            for (days, _), found in zip(counted.reading.references, counted.references, strict=True)
        ),
        ratio=None,
        gaps=tuple(GapCount(gap_min, int(best[number])) for gap_min, best in counted.by_gap),
    )


def figure(figures: Figures, line: int) -> CountFigure:
    """One line's figure; an open high is ``None``."""
    high = int(figures.high[line])
    return CountFigure(int(figures.low[line]), int(figures.best[line]), None if high == UNKNOWN_COUNT else high)
