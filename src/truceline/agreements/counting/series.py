"""Counts by local day or week, and how far the gap of the episode rule moves its figure."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from truceline.agreements.counting.figures import CountLine, Series, SeriesBin
from truceline.agreements.counting.lines import count_lines, rows_of, tally_of
from truceline.agreements.counting.rows import CountedRows, Subject
from truceline.agreements.counting.rule_frame import Rule
from truceline.agreements.counting.rules import EPISODE_GAPS_MIN, Episode
from truceline.agreements.counting.windows import Bins
from truceline.model import IncidentTable, Interval, ObservationTable, midnight


def series(
    observations: ObservationTable, incidents: IncidentTable, rule: Rule, subject: Subject, bins: Bins
) -> Series:
    """What was counted in each local day or week around the anchor day, by the best figure.

    All zeros when the subject does not occur at all. ``smm-item`` has no line for ``any``: items of two strata may
    be the same items.
    """
    rows = _rows_of_subject(rule, observations, incidents, subject)
    counts = [0] * (bins.before + bins.after)
    if rows is not None:
        tally = tally_of(rule, rows, bins.zone)
        counts = [int(tally.figures(window).best[0]) for window in bins.windows()]
    found = tuple(
        SeriesBin(midnight(day, bins.zone).astimezone(bins.zone), count)
        for day, count in zip(bins.days()[:-1], counts, strict=True)
    )
    return Series(rule.name, subject.phenomenon, subject.stratum, bins.bin, found)


def gap_sensitivity(
    observations: ObservationTable,
    incidents: IncidentTable,
    windows_by_reading: Sequence[tuple[str, Interval]],
    zone: ZoneInfo,
    gaps_min: Sequence[int] = EPISODE_GAPS_MIN,
) -> tuple[CountLine, ...]:
    """The episode count under several gaps, in minutes: how much of the figure is the parameter's doing."""
    rules = [Episode(gap_min) for gap_min in gaps_min]
    return count_lines(observations, incidents, rules, windows_by_reading, zone, ())


def _rows_of_subject(
    rule: Rule, observations: ObservationTable, incidents: IncidentTable, subject: Subject
) -> CountedRows | None:
    for rows in rows_of(rule, observations, incidents):
        if subject in rows.subjects:
            only = rows.some(rows.line == rows.subjects.index(subject))
            return CountedRows(only.columns, only.line * 0, (subject,))
    return None
