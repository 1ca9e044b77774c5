"""Counts and series of a mission: every rule, every reading, beside its reference windows.

Where several kinds of public alert occur, their sum over kinds (drills left out) is counted too, as ``any-alert``:
that is the figure newspapers and ministries give.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from truceline.agreements.counting import (
    PUBLISHED,
    Bins,
    CountFigure,
    CountLine,
    ReferenceCount,
    Rule,
    Series,
    SeriesBin,
    Subject,
    all_rules,
    compared,
    count_lines,
    reference_shifts,
    rule_named,
    series,
)
from truceline.mission.alerts import ALERTS
from truceline.mission.folder import Mission
from truceline.mission.freshness import check_fused
from truceline.mission.fusing import all_incidents, all_observations
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
    """Count under the rules (all when none are named), for every reading's window and its reference windows.

    Raises :class:`MissionFault` for files not fused yet.
    """
    check_fused(mission)
    windows = [(reading.id, reading.window) for reading in mission.agreement.readings]
    shifts, bins = mission.settings.shifts_days or None, _bins(mission)
    tables = _tables(mission, _span(windows, shifts, bins))
    seen = Seen(mission, zone(mission.settings.time_zone))
    lines = _counted(mission, tables, windows, all_rules() if rules is None else rules, shifts, seen)
    return Counted(lines, _series(mission, tables, bins, seen))


def count_windows(
    mission: Mission, windows: Sequence[tuple[str, Interval]], rules: Sequence[Rule], *, usual_shifts: bool = False
) -> tuple[CountLine, ...]:
    """Count under the rules in any named windows. Raises :class:`MissionFault` for files not fused yet.

    ``usual_shifts`` compares with the usual reference windows even where the mission names its own.
    """
    check_fused(mission)
    shifts = None if usual_shifts else mission.settings.shifts_days or None
    tables = _tables(mission, _span(windows, shifts, None))
    return _counted(mission, tables, windows, rules, shifts, Seen(mission, zone(mission.settings.time_zone)))


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
    beside = (*seen.beside_references(lines, bounds), *_published_lines(mission, lines, rules, windows))
    return tuple(compared(line, bounds[line.reading], local, mission.settings.as_of) for line in beside)


def _series(mission: Mission, tables: _Tables, bins: Bins | None, seen: Seen) -> tuple[Series, ...]:
    """The counts by day or week, those of the mission and those published with the case."""
    sums = _alerts_summed(tables)
    found = (*_series_of(tables, bins), *(_series_of(sums, bins) if sums else ()))
    return tuple(sorted((*seen.beside_bins(found), *_published_series(mission, found)), key=_place_in_report))


def rules_named(names: Sequence[str], gap_min: int | None = None) -> tuple[Rule, ...]:
    """The rules of those names, each once, all when there are none; ``gap_min`` is the gap of the episode rule.

    Raises :class:`UsageFault` for an unknown rule, and for a gap when the episode rule is not among those named.
    """
    gap = {} if gap_min is None else {"gap_min": gap_min}
    wanted = tuple(dict.fromkeys(names)) or tuple(rule.name for rule in all_rules())
    if gap and "episode" not in wanted:
        raise UsageFault(
            f"a gap is the episode rule's; {', '.join(wanted)} has none",
            where="--gap-min",
            do="leave the gap out, or name the rule too",
            example="--rule episode --gap-min 30",
        )
    return tuple(rule_named(name, **(gap if name == "episode" else {})) for name in wanted)


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
    return rule == "smm-item" or phenomenon != Phenomenon.CASUALTY


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


def _published_lines(
    mission: Mission, counted: Sequence[CountLine], rules: Sequence[Rule], windows: Sequence[tuple[str, Interval]]
) -> tuple[CountLine, ...]:
    """Counts as published with a case, under the rules and readings asked for, where none was counted here."""
    known = {(line.rule, line.phenomenon, line.stratum, line.reading) for line in counted}
    asked = {(rule.name, reading) for rule in rules for reading, _ in windows}
    found: dict[tuple[str, str, str, str], dict[int, int]] = {}
    for figure in mission.figures.counts:
        what = (figure.rule, figure.phenomenon, figure.stratum, figure.reading)
        if what not in known and (figure.rule, figure.reading) in asked:
            found.setdefault(what, {})[figure.shift_days] = figure.value
    return tuple(_published_line(what, values) for what, values in found.items() if 0 in values)


def _published_line(what: tuple[str, str, str, str], values: dict[int, int]) -> CountLine:
    shifted = sorted(shift for shift in values if shift)
    return CountLine(
        rule=what[0],
        parameters=(),
        phenomenon=what[1],
        stratum=what[2],
        reading=what[3],
        inside=_exactly(values[0]),
        reference=tuple(ReferenceCount(shift, _exactly(values[shift])) for shift in shifted),
        ratio=None,
        basis=PUBLISHED,
    )


def _exactly(value: int) -> CountFigure:
    return CountFigure(value, value, value)


def _published_series(mission: Mission, counted: Sequence[Series]) -> tuple[Series, ...]:
    known = {(one.rule, one.phenomenon, one.stratum) for one in counted}
    found: dict[tuple[str, str, str], dict[date, int]] = {}
    for figure in mission.figures.series:
        what = (figure.rule, figure.phenomenon, figure.stratum)
        if what not in known:
            found.setdefault(what, {})[figure.start] = figure.value
    local = zone(mission.settings.time_zone)
    return tuple(
        Series(
            *what,
            mission.settings.series.bin,
            tuple(SeriesBin(midnight(day, local).astimezone(local), value) for day, value in sorted(values.items())),
            PUBLISHED,
        )
        for what, values in found.items()
    )
