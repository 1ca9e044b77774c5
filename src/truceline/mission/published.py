"""Counts and series as published with a case, where none was counted here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from truceline.agreements.counting import (
    PUBLISHED,
    CountFigure,
    CountLine,
    ReferenceCount,
    Rule,
    Series,
    SeriesBin,
)
from truceline.mission.folder import Mission
from truceline.model import Interval, midnight, zone


def published_lines(
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


def published_series(mission: Mission, counted: Sequence[Series]) -> tuple[Series, ...]:
    """Series as published with the case, of what has none here."""
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
