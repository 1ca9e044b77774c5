"""How a rule makes its figure: what it takes as one, with the numbers of what lay in the window.

Templates with named values, as the reasons of an evaluation are. Counts stand after a colon, because languages bend
nouns after numbers in different ways. The numbers go with the best figure: of what starts inside the window.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

import numpy as np

from truceline.agreements.counting.episodes import EpisodeTally, episode_tally
from truceline.agreements.counting.field_rules import Casualties, OneHourRegrouping
from truceline.agreements.counting.kinds import DEATHS, called, of_kinds
from truceline.agreements.counting.lines import rows_of
from truceline.agreements.counting.localdays import local_days
from truceline.agreements.counting.rows import CountedRows, Subject, rows_by_stratum, rows_together
from truceline.agreements.counting.rule_frame import Rule
from truceline.agreements.counting.rules import Episode, PerIncident, SiteDay
from truceline.agreements.counting.tallies import Window, by_line, changes, item_tally, occurring
from truceline.model import Because, IncidentTable, ObservationTable, Phenomenon
from truceline.model.columns import Ints

ITEMS = "every item counts by itself (items: {items}, told in rows: {rows})"
EPISODES = (
    "continuous fire in one area and direction counts one, with pauses of at most {gap_min} minutes in it "
    "(rows: {rows}, areas and directions: {fronts}, rows that went on with what was before: {merged})"
)
REGROUPED = (
    "all fire in one area, or at one place outside any, counts one, of whatever kind and direction, with pauses of at "
    "most {gap_min} minutes in it, and flares are left out (rows: {rows}, areas or places: {places}, rows that went "
    "on with what was before: {merged}, rows of flares left out: {flares})"
)
SITE_DAYS = "a place counts one for each local day (rows: {rows}, places: {places}, local days: {days})"
INCIDENTS = "all that was told of one event counts one (observations: {observations}, incidents: {incidents})"
COUNTED = (
    "all who were added to the toll count, whenever they died (newly killed: {new}, bodies recovered: {recovered}, "
    "earlier deaths recorded: {recorded})"
)
NEW = "only the newly killed count (newly killed: {new}, left out as they died earlier: {others})"
RECOVERED = "only bodies of people who died earlier count (bodies recovered: {recovered}, others left out: {others})"
RECORDED = "only earlier deaths entered in a record count (deaths recorded: {recorded}, others left out: {others})"

ALL_MAKINGS = (ITEMS, EPISODES, REGROUPED, SITE_DAYS, INCIDENTS, COUNTED, NEW, RECOVERED, RECORDED)
"""Every way to make a figure, for translations."""

Subjects = dict[Subject, Because]


def made_under(
    rule: Rule,
    observations: ObservationTable,
    incidents: IncidentTable,
    windows: Sequence[Window],
    zone: ZoneInfo,
    beside: Beside,
) -> list[Subjects]:
    """How the rule made its figure of each subject, in each window."""
    told: list[Subjects] = [{} for _ in windows]
    for rows in rows_of(rule, observations, incidents):
        for number, columns in enumerate(_numbers(rule, occurring(rows), windows, zone)):
            for line, subject in enumerate(rows.subjects):
                values = {name: int(figures[line]) for name, figures in columns.items()}
                told[number][subject] = beside.because(rule, subject, number, values)
    return told


def _numbers(rule: Rule, rows: CountedRows, windows: Sequence[Window], zone: ZoneInfo) -> Iterator[dict[str, Ints]]:
    """The numbers of every line, in each window."""
    if isinstance(rule, Episode | OneHourRegrouping):
        tally = episode_tally(rows, rule.gap_min, by_direction=isinstance(rule, Episode))
        yield from (_of_episodes(tally, window) for window in windows)
        return
    for window in windows:
        inside = rows.some(_inside(rows, window))
        if isinstance(rule, SiteDay):
            yield _of_site_days(inside, zone)
        elif isinstance(rule, PerIncident):
            yield _of_incidents(inside)
        else:
            best = item_tally(inside).figures(window).best
            yield {"items": best, "rows": by_line(inside.line, len(inside.subjects))}


def _inside(rows: CountedRows, window: Window) -> Ints:
    start_us = rows.columns.start_us
    return np.flatnonzero((start_us >= window[0]) & (start_us < window[1]))


def _of_episodes(tally: EpisodeTally, window: Window) -> dict[str, Ints]:
    start_us = tally.moments.start_us
    rows = np.flatnonzero((start_us >= window[0]) & (start_us < window[1]))
    line, group = tally.line[rows], tally.group[rows]
    all_rows = by_line(line, tally.lines)
    fronts = by_line(line[changes(group)], tally.lines)
    return {"rows": all_rows, "fronts": fronts, "merged": all_rows - tally.figures(window).best}


def _of_site_days(rows: CountedRows, zone: ZoneInfo) -> dict[str, Ints]:
    days = local_days(rows.columns.start_us, zone)
    return {
        "rows": by_line(rows.line, len(rows.subjects)),
        "places": _different(rows, rows.columns.place.view(np.int64)),
        "days": _different(rows, days),
    }


def _of_incidents(rows: CountedRows) -> dict[str, Ints]:
    table = rows.columns
    told = np.zeros(len(rows.subjects), dtype=np.int64)
    if isinstance(table, IncidentTable):
        np.add.at(told, rows.line, table.members)
    return {"observations": told, "incidents": by_line(rows.line, len(rows.subjects))}


def _different(rows: CountedRows, what: Ints) -> Ints:
    """How many different values each line has."""
    known, number = np.unique(what, return_inverse=True)
    pairs = np.unique(rows.line * np.int64(max(1, len(known))) + number)
    return np.bincount(pairs // max(1, len(known)), minlength=len(rows.subjects)).astype(np.int64)


class Beside:
    """What a rule leaves out, and what the dead consist of: counted from other rows than its own."""

    def __init__(self, observations: ObservationTable, windows: Sequence[Window]) -> None:
        """Nothing is counted until a rule asks, and then once for all rules."""
        self._observations = observations
        self._windows = windows
        self._known: dict[str, list[dict[str, int]]] = {}

    def because(self, rule: Rule, subject: Subject, window: int, values: dict[str, int]) -> Because:
        """The reason of one line in one window."""
        if isinstance(rule, Casualties):
            return self._of_the_dead(rule, subject.stratum, window)
        if isinstance(rule, OneHourRegrouping):
            flares = self._rows("flares", (Phenomenon.FLARE,), window).get(subject.stratum, 0)
            values = {**values, "places": values["fronts"], "flares": flares}
            return _because(REGROUPED, values, gap_min=rule.gap_min)
        if isinstance(rule, Episode):
            return _because(EPISODES, values, gap_min=rule.gap_min)
        if isinstance(rule, SiteDay):
            return _because(SITE_DAYS, values)
        return _because(INCIDENTS if isinstance(rule, PerIncident) else ITEMS, values)

    def _of_the_dead(self, rule: Casualties, stratum: str, window: int) -> Because:
        parts = {what: self._items(what, window).get(stratum, 0) for what in DEATHS}
        template = {"counted": COUNTED, "new": NEW, "recovered": RECOVERED, "recorded": RECORDED}[rule.what]
        return _because(template, {**parts, "others": parts["counted"] - parts[rule.what]})

    def _items(self, what: str, window: int) -> dict[str, int]:
        if what not in self._known:
            rows = rows_by_stratum(called(of_kinds(self._observations, DEATHS[what]), Phenomenon.CASUALTY))
            tally = item_tally(rows)
            self._known[what] = [_by_stratum(rows, tally.figures(one).best) for one in self._windows]
        return self._known[what][window]

    def _rows(self, name: str, kinds: tuple[Phenomenon, ...], window: int) -> dict[str, int]:
        if name not in self._known:
            table = called(of_kinds(self._observations, kinds), Phenomenon.ANY_FIRE)
            found = [occurring(rows) for rows in (rows_by_stratum(table), rows_together(table))]
            self._known[name] = [
                {stratum: n for rows in found for stratum, n in _rows_inside(rows, one).items()}
                for one in self._windows
            ]
        return self._known[name][window]


def _rows_inside(rows: CountedRows, window: Window) -> dict[str, int]:
    return _by_stratum(rows, by_line(rows.line[_inside(rows, window)], len(rows.subjects)))


def _by_stratum(rows: CountedRows, figures: Ints) -> dict[str, int]:
    return {subject.stratum: int(figures[line]) for line, subject in enumerate(rows.subjects)}


def _because(template: str, values: dict[str, int], **more: int) -> Because:
    """A reason with those of the values that its template names."""
    named = {**values, **more}
    return Because(template, tuple((name, value) for name, value in named.items() if "{" + name + "}" in template))
