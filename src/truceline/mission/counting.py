"""Counts and series of a mission: every rule, every reading, beside its reference windows.

Where several kinds of public alert occur, their sum over kinds (drills left out) is counted too, as ``any-alert``:
that is the figure newspapers and ministries give. On request the sum over all kinds of fire is, as ``any-fire``: that
is the figure of a daily report, and the one that a count of episodes of whatever weapons is held against.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from truceline.agreements.counting import (
    DEATHS,
    PEOPLE,
    PUBLISHED,
    WITH_GAP,
    Bins,
    Casualties,
    CountLine,
    Rule,
    Series,
    Subject,
    WithdrawalLines,
    all_rules,
    any_standing,
    casualty_rules,
    compared,
    count_lines,
    differences,
    fire_together,
    makings,
    reference_shifts,
    rule_named,
    series,
    usual_rules,
)
from truceline.mission.alerts import ALERTS
from truceline.mission.beside import SideBySide
from truceline.mission.folder import Mission
from truceline.mission.freshness import check_fused
from truceline.mission.fusing import all_incidents, all_observations
from truceline.mission.published import published_lines, published_series
from truceline.mission.seen import Seen
from truceline.model import (
    Columns,
    IncidentTable,
    Interval,
    ObservationTable,
    Phenomenon,
    UsageFault,
    Words,
    microseconds,
    midnight,
    parse_moment,
    zone,
)

C = TypeVar("C", bound=Columns)

_SERIES_RULES = ("smm-item", "incident")
_MARGIN = timedelta(days=4)
_OF_EVENTS = ("episode", "site-day", "incident")
_OF_OTHER_ROWS = ("one-hour-regrouping", "withdrawal-lines", "casualties")
"""Rules that pick their rows themselves and have nothing to count in a sum over phenomena."""


@dataclass(frozen=True)
class Counted:
    """The counts and series of a mission."""

    lines: tuple[CountLine, ...]
    series: tuple[Series, ...]


@dataclass(frozen=True)
class _Tables:
    observations: ObservationTable
    incidents: IncidentTable


def count_mission(mission: Mission, rules: Sequence[Rule] | None = None) -> Counted:
    """Count under the rules, for every reading's window and its reference windows.

    When none are named: under the usual ones, and those others for which the records hold something to tell apart.

    Raises :class:`MissionFault` for files not fused yet.
    """
    check_fused(mission)
    windows = [(reading.id, reading.window) for reading in mission.agreement.readings]
    shifts, bins = mission.settings.shifts_days or None, _bins(mission)
    tables = _tables(mission, _span(windows, shifts, bins))
    seen = Seen(mission, zone(mission.settings.time_zone))
    lines = _counted(mission, tables, windows, usual_and_told(tables) if rules is None else rules, shifts, seen)
    return Counted(lines, _series(mission, tables, bins, seen))


def count_windows(
    mission: Mission,
    windows: Sequence[tuple[str, Interval]],
    rules: Sequence[Rule] | None = None,
    *,
    usual_shifts: bool = False,
) -> tuple[CountLine, ...]:
    """Count under the rules in any named windows. Raises :class:`MissionFault` for files not fused yet.

    When no rules are named, those of :func:`count_mission`. ``usual_shifts`` compares with the usual reference windows
    even where the mission names its own.
    """
    check_fused(mission)
    shifts = None if usual_shifts else mission.settings.shifts_days or None
    tables = _tables(mission, _span(windows, shifts, None))
    asked = usual_and_told(tables) if rules is None else rules
    return _counted(mission, tables, windows, asked, shifts, Seen(mission, zone(mission.settings.time_zone)))


def count_side_by_side(
    mission: Mission,
    windows: Sequence[tuple[str, Interval]],
    gap_min: int | None = None,
    *,
    usual_shifts: bool = False,
) -> SideBySide:
    """Count under every rule in any named windows, fire also as the sum over its kinds, and say why rules differ.

    ``gap_min`` is the gap of those rules that have one; ``usual_shifts`` is that of :func:`count_windows`. Raises
    :class:`MissionFault` for files not fused yet.
    """
    check_fused(mission)
    shifts = None if usual_shifts else mission.settings.shifts_days or None
    rules = rules_named([rule.name for rule in all_rules()], gap_min)
    tables, local = _tables(mission, _span(windows, shifts, None)), zone(mission.settings.time_zone)
    seen = Seen(mission, local)
    fire = _Tables(fire_together(tables.observations), fire_together(tables.incidents))
    of_fire = [rule for rule in rules if rule.name not in _OF_OTHER_ROWS]
    lines = _counted(mission, tables, windows, rules, shifts, seen)
    summed = _counted(mission, fire, windows, of_fire, shifts, seen)
    lines += tuple(line for line in summed if line.basis != PUBLISHED)
    made = makings(tables.observations, tables.incidents, rules, windows, local)
    made |= makings(fire.observations, fire.incidents, of_fire, windows, local)
    sums = _alerts_summed(tables)
    if sums is not None:
        made |= makings(sums.observations, sums.incidents, of_fire, windows, local)
    return SideBySide(lines, differences(lines, made))


def count_asked(
    mission: Mission,
    windows: Sequence[tuple[str, Interval]],
    names: Sequence[str],
    gap_min: int | None,
    *,
    all_rules: bool,
) -> SideBySide:
    """What a person asks for: every rule side by side, the rules named, or those of every report.

    Raises :class:`UsageFault` for rules named beside all of them.
    """
    if all_rules and names:
        raise UsageFault(
            "all rules, and some of them by name",
            where="--all-rules",
            do="leave one of the two out",
            example="--all-rules",
        )
    if all_rules:
        return count_side_by_side(mission, windows, gap_min)
    rules = rules_named(names, gap_min) if names or gap_min is not None else None
    return SideBySide(count_windows(mission, windows, rules), ())


def usual_and_told(tables: _Tables) -> tuple[Rule, ...]:
    """The rules of every report, and those others for which the records hold something to tell apart."""
    observed = tables.observations
    died_earlier = observed.phenomenon.among([kind.value for kind in (*DEATHS["recovered"], *DEATHS["recorded"])])
    return (
        *usual_rules(),
        *((WithdrawalLines(),) if any_standing(observed) else ()),
        *(casualty_rules() if died_earlier.any() else ()),
    )


def _counted(
    mission: Mission,
    tables: _Tables,
    windows: Sequence[tuple[str, Interval]],
    rules: Sequence[Rule],
    shifts: Sequence[int] | None,
    seen: Seen,
) -> tuple[CountLine, ...]:
    """The counts, each beside the coverage of its windows and then held against them."""
    local = zone(mission.settings.time_zone)
    lines = tuple(
        line
        for line in count_lines(tables.observations, tables.incidents, rules, windows, local, shifts)
        if _means_something(line.rule, line.phenomenon)
    )
    sums = _alerts_summed(tables)
    if sums is not None:
        summed = count_lines(sums.observations, sums.incidents, rules, windows, local, shifts)
        lines += tuple(line for line in summed if line.phenomenon == Phenomenon.ANY_ALERT)
    bounds = dict(windows)
    beside = (*seen.beside_references(lines, bounds), *published_lines(mission, lines, rules, windows))
    return tuple(compared(line, bounds[line.reading], local, mission.settings.as_of) for line in beside)


def _series(mission: Mission, tables: _Tables, bins: Bins | None, seen: Seen) -> tuple[Series, ...]:
    """The counts by day or week, those of the mission and those published with the case."""
    sums = _alerts_summed(tables)
    found = (*_series_of(tables, bins), *(_series_of(sums, bins) if sums else ()))
    return tuple(sorted((*seen.beside_bins(found), *published_series(mission, found)), key=_place_in_report))


def rules_named(names: Sequence[str], gap_min: int | None = None) -> tuple[Rule, ...]:
    """The rules of those names, each once, the usual ones when there are none; that of casualties with all its figures.

    ``gap_min`` is the gap of those rules that have one. Raises :class:`UsageFault` for an unknown rule, and for a gap
    when no rule that has one is among those named.
    """
    wanted = tuple(dict.fromkeys(names)) or tuple(rule.name for rule in usual_rules())
    if gap_min is not None and not set(WITH_GAP) & set(wanted):
        raise UsageFault(
            f"a gap belongs to {' and '.join(WITH_GAP)}; {', '.join(wanted)} has none",
            where="--gap-min",
            do="leave the gap out, or name the rule too",
            example="--rule episode --gap-min 30",
        )
    return tuple(rule for name in wanted for rule in _rules_called(name, gap_min))


def _rules_called(name: str, gap_min: int | None) -> tuple[Rule, ...]:
    if name == Casualties.name:
        return casualty_rules()
    return (rule_named(name, **({"gap_min": gap_min} if gap_min is not None and name in WITH_GAP else {})),)


def windows_asked(mission: Mission, start: str, end: str) -> tuple[tuple[str, Interval], ...]:
    """The period a person asks about, or every reading's window when none is named."""
    if not start and not end:
        return tuple((reading.id, reading.window) for reading in mission.agreement.readings)
    if not (start and end):
        raise UsageFault(
            "a period has a start and an end", where="--from, --to", example="--from 2025-04-19 --to 2025-04-21"
        )
    local = zone(mission.settings.time_zone)
    return (("period", Interval(parse_moment(start, local), parse_moment(end, local))),)


def _tables(mission: Mission, span: Interval) -> _Tables:
    return _Tables(all_observations(mission, span), all_incidents(mission, span))


def _span(windows: Sequence[tuple[str, Interval]], shifts: Sequence[int] | None, bins: Bins | None) -> Interval:
    """From the first to the last moment any window, reference window or bin asks about, with a margin."""
    starts = [window.start for _, window in windows]
    ends = [window.end for _, window in windows]
    for _, window in windows:
        days = (*(shifts or reference_shifts(window)), 0)
        starts.append(_later(window.start, timedelta(days=min(days))))
        ends.append(_later(window.end, timedelta(days=max(days))))
    if bins is not None:
        starts.append(midnight(bins.days()[0], bins.zone))
        ends.append(midnight(bins.days()[-1], bins.zone))
    return Interval(_later(min(starts), -_MARGIN), _later(max(ends), _MARGIN))


def _later(moment: datetime, by: timedelta) -> datetime:
    """A moment so much later, or the first or last there is."""
    try:
        return moment + by
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC) if by > timedelta(0) else datetime.min.replace(tzinfo=UTC)


def _alerts_summed(tables: _Tables) -> _Tables | None:
    """The tables with every kind of alert called ``any-alert``; none when there is at most one kind."""
    present = [name for name in ALERTS if tables.observations.phenomenon.equal(name).any()]
    if len(present) < 2:
        return None
    return _Tables(_summed(tables.observations), _summed(tables.incidents))


def _summed(table: C) -> C:
    alerts = table.take(table.phenomenon.among([alert.value for alert in ALERTS]))
    words = Words(alerts.phenomenon.codes * 0, (Phenomenon.ANY_ALERT.value,))
    return replace(alerts, phenomenon=words)


def _bins(mission: Mission) -> Bins | None:
    settings, readings = mission.settings.series, mission.agreement.readings
    chosen = [reading for reading in readings if reading.id == settings.reading] or list(readings[:1])
    if not chosen or settings.before + settings.after == 0:
        return None
    local = zone(mission.settings.time_zone)
    anchor = chosen[0].window.start.astimezone(local).date()
    return Bins(settings.bin, anchor, settings.before, settings.after, local)


def _series_of(tables: _Tables, bins: Bins | None) -> tuple[Series, ...]:
    if bins is None:
        return ()
    near = _around(tables, bins)
    return tuple(
        series(near.observations, near.incidents, rule_named(rule), Subject(phenomenon, stratum), bins)
        for phenomenon in _present(tables.observations.phenomenon)
        for stratum in _present(tables.observations.take(tables.observations.phenomenon.equal(phenomenon)).stratum)
        for rule in _SERIES_RULES
        if _means_something(rule, phenomenon)
    )


def _means_something(rule: str, phenomenon: str) -> bool:
    """People are counted one by one; an episode or a site-day of the dead would say nothing new of the event."""
    return phenomenon not in PEOPLE or rule not in _OF_EVENTS


def _around(tables: _Tables, bins: Bins) -> _Tables:
    """What starts within the bins or a little before them: nothing else can be counted in one."""
    first, last = (microseconds(midnight(day, bins.zone)) for day in (bins.days()[0], bins.days()[-1]))
    margin_us = _MARGIN // timedelta(microseconds=1)
    near = [
        (first - margin_us <= table.start_us) & (table.start_us < last)
        for table in (tables.observations, tables.incidents)
    ]
    return _Tables(tables.observations.take(near[0]), tables.incidents.take(near[1]))


def _place_in_report(series: Series) -> tuple[bool, bool, int]:
    """Sums over alerts first, as the figure that is quoted; casualties last, as they follow from events."""
    phenomenon = Phenomenon(series.phenomenon)
    return (
        phenomenon is not Phenomenon.ANY_ALERT,
        phenomenon is Phenomenon.CASUALTY,
        tuple(Phenomenon).index(phenomenon),
    )


def _present(words: Words) -> tuple[str, ...]:
    return tuple(name for name in words.names if words.equal(name).any())
