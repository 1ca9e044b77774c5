"""``group_reports``: reports of sources whose errors nobody told become incidents, by probability."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from truceline.fusion.reports.chain import Chain, Course, applied, learned
from truceline.fusion.reports.checking import checked
from truceline.fusion.reports.copies import copies_of, with_copies
from truceline.fusion.reports.densities import Reports, grid_over
from truceline.fusion.reports.ordering import Ordered, ordered
from truceline.fusion.reports.partition import average_link, best_partition, links_in_order
from truceline.fusion.reports.settings import (
    DISCREPANCY,
    FLOOR,
    FLOOR_OF_MANY,
    KM,
    LARGE,
    LEARN_ON,
    LEARN_ON_PLAIN,
    MOST_CELLS_OF_MANY,
)
from truceline.fusion.reports.sources import Sources, plainly_named
from truceline.fusion.reports.trusting import states_time
from truceline.model import Counted, GroupedReports, IncidentCount, ReportTable, SourceManner
from truceline.model.columns import Floats, Ints, Rows

_FEW_BURN, _FEW = 70, 700
_PLAIN_BURN, _PLAIN_EVERY = 16, 2
_LEAST_KEEP, _MOST_KEEP, _VISITS_KEPT = 12, 60, 36_000
_PART_BURN, _PART_KEEP = 44, 8
_SOME_BURN, _SOME_KEEP = 5, 10
_MANY_BURN, _MANY_KEEP = 9, 6
_SQUARE_M = 150.0 * KM
_Z_95 = 1.96
_FEWEST_DRAWS = 3.0


def group_reports(table: ReportTable) -> GroupedReports:
    """Group reports by the incident they tell of, with the probability of each link and counts with 95 % intervals.

    What each source is like is learned from the reports alone. The result does not depend on the order of rows
    (reports alike in every column may stand for each other) and comes out the same on every run. Of copies of one
    telling only one is weighed; the others are in its group and linked to it alone.

    Raises:
        ValueFault: when a column has another length than the others, a place or time is not a finite number, a stated
            spread is no covariance, a stated span negative or endless, or a probability not between 0 and 1.

    >>> import numpy as np
    >>> from truceline.model import Words
    >>> x = np.array([0.0, 100.0, 60_000.0])
    >>> t = np.array([0.0, 60.0, 400_000.0])
    >>> words = Words.of(["patrol", "press", "patrol"]), Words.of(["shelling"] * 3)
    >>> found = group_reports(ReportTable(("a", "b", "c"), words[0], x, x, t, words[1]))
    >>> bool(found.group[0] != found.group[2]), [manner.source for manner in found.sources]
    (True, ['patrol', 'press'])
    """
    copies = copies_of(checked(table))
    if copies is not None:
        return with_copies(_grouped(table.take(copies.kept)), copies)
    return _grouped(table)


def _grouped(table: ReportTable) -> GroupedReports:
    """The same for a table that was checked and holds no copies."""
    if not len(table):
        return nothing_grouped()
    given = ordered(table)
    if len(table) <= (LEARN_ON_PLAIN if given.plain else LEARN_ON):
        return _one_search(given)
    return _search_in_two(given)


def _one_search(given: Ordered) -> GroupedReports:
    """Learn and group in one."""
    number = len(given.said)
    chain, counts, keep = _searched(given)
    chain.unsure = 0.0  # here the kept sweeps themselves go up and down with the sources
    assert chain.pairs is not None  # noqa: S101 - a chain that has been swept has pairs
    probability = np.minimum(1.0, chain.links / keep)
    threshold, group = best_partition(number, chain.pairs.first, chain.pairs.second, probability)
    return _result(given, chain, counts, probability, threshold, group)


def _searched(given: Ordered) -> tuple[Chain, Ints, int]:
    """The search of few: at its end, the counts of its kept sweeps, and how many of them there were."""
    number = len(given.said)
    if given.plain:
        keep = min(_MOST_KEEP, max(_LEAST_KEEP, _VISITS_KEPT // number))
        chain, counts = _learned(given, _PLAIN_BURN, keep, _PLAIN_EVERY)
        chain.sources = chain.middle
        return chain, counts, keep
    burn = _FEW_BURN if number < _FEW else int(20 + 34 * min(1.0, 1000 / number))
    keep = int(min(400, max(24, 110000 / number)))
    return *_learned(given, burn, keep, 3 if number > 600 else 2), keep


def learned_in_one(given: Ordered) -> Chain:
    """The search of few reports at its end, with what it learned of their sources."""
    return _searched(given)[0]


def _learned(given: Ordered, burn: int, keep: int, every: int) -> tuple[Chain, Ints]:
    return learned(Chain(given), Course(given.seed, burn, keep, every, FLOOR))


def _search_in_two(given: Ordered) -> GroupedReports:
    """Learn sources on a stretch of time in one part of the map, then group all."""
    number, many = len(given.said), len(given.said) >= LARGE
    rows = _learning_part(given.reports, 3 * LEARN_ON if many else LEARN_ON)
    part, _ = _learned(given.of_rows(rows), _PART_BURN, _PART_KEEP, 3)
    assert part.pairs is not None  # noqa: S101 - a chain that has been swept has pairs
    some = np.minimum(1.0, part.links / _PART_KEEP)
    threshold, _ = best_partition(len(part), part.pairs.first, part.pairs.second, some)
    sources = _of_all(part.middle, given, number / len(part))
    chain = Chain(given, sources, (MOST_CELLS_OF_MANY, None if many else part.width_m))
    burn, keep = (_MANY_BURN, _MANY_KEEP) if many else (_SOME_BURN, _SOME_KEEP)
    counts = applied(chain, burn=burn, keep=keep, floor=FLOOR_OF_MANY, map_again=many)
    assert chain.pairs is not None  # noqa: S101 - a chain that has been swept has pairs
    probability = np.minimum(1.0, chain.links / keep)
    group = average_link(number, links_in_order(number, chain.pairs.first, chain.pairs.second, probability), threshold)
    chain.unsure = part.unsure
    return _result(given, chain, counts, probability, threshold, group)


def _learning_part(reports: Reports, most: int) -> Rows:
    """Reports around the middle of time within the square of 150 km that holds most."""
    column, row = (reports.x_m // _SQUARE_M).astype(np.int64), (reports.y_m // _SQUARE_M).astype(np.int64)
    square = column * 100003 + row
    squares, count = np.unique(square, return_counts=True)
    rows = np.flatnonzero(square == squares[np.argmax(count)])
    begin = max(0, len(rows) // 2 - most // 2)
    return rows[begin : begin + most]


def _of_all(sources: Sources, given: Ordered, times: float) -> Sources:
    """What was learned on a part, for all reports."""
    reports, plain = given.reports, ~given.stated.place
    area = grid_over(reports.x_m, reports.y_m).area_m2
    least, unmet = np.zeros(len(sources.error_m)), np.zeros(len(sources.error_m))
    for s in np.flatnonzero(sources.least_error_m > 0):
        rows = np.flatnonzero((reports.source == s) & plain)
        least[s], unmet[s] = plainly_named(reports, rows, area)
    return replace(
        sources, incidents=sources.incidents * times, false=sources.false * times, least_error_m=least, unmet=unmet
    )


def _result(
    given: Ordered, chain: Chain, counts: Ints, probability: Floats, threshold: float, group: Ints
) -> GroupedReports:
    assert chain.pairs is not None  # noqa: S101 - a chain that has been swept has pairs
    of_row = np.empty(len(group), np.int64)
    of_row[given.row] = _numbered(group)
    one, other = given.row[chain.pairs.first], given.row[chain.pairs.second]
    first, second = np.minimum(one, other), np.maximum(one, other)
    order = np.lexsort((second, first))
    unresolved = DISCREPANCY * float((probability * (1 - probability)).sum())
    incidents, false = counts[:, 0].astype(float), counts[:, 1].astype(float)
    return GroupedReports(
        group=of_row, first=first[order], second=second[order], probability=probability[order],
        told=_count(Counted.TOLD, incidents + false, unresolved, chain.unsure, (1.0, len(group))),
        real=_count(Counted.REAL, incidents, unresolved, chain.unsure, (0.0, len(group))),
        false=_count(Counted.FALSE, false, 0.0, 0.0, (0.0, len(group))), sources=manners_of(given, chain),
        threshold=threshold,
    )  # fmt: skip


def _numbered(group: Ints) -> Ints:
    """Groups numbered from 0 in the order of their first report in time."""
    _, first, code = np.unique(group, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[code]


def _count(of: Counted, draws: Floats, unresolved: float, unsure: float, bounds: tuple[float, int]) -> IncidentCount:
    """Mean and 95 % interval: spread of the draws, more where they hang together, and what stays unresolved.

    ``unsure`` is the share by which the number goes up and down with sources that were learned on a part.
    """
    off = draws - draws.mean()
    related = float((off[1:] * off[:-1]).sum() / max(1e-9, (off * off).sum()))
    free = max(_FEWEST_DRAWS, len(draws) * (1 - related) / (1 + related)) if related > 0 else len(draws)
    number, (least, most) = float(draws.mean()), bounds
    spread = math.hypot(float(draws.std()) * math.sqrt(1 + 2 / free), unresolved, unsure * number)
    low, high = number - _Z_95 * spread - 0.5, number + _Z_95 * spread + 0.5
    return IncidentCount(of, number, max(least, low), min(float(most), high))


def manners_of(given: Ordered, chain: Chain) -> tuple[SourceManner, ...]:
    """What a search learned of every source, for those who read it."""
    known = chain.sources
    return tuple(
        SourceManner(
            source=name, reports=int(chain.told_by[s]), error_m=float(known.error_m[s]),
            stamp_s=float(known.grain_s[s]), jitter_s=float(known.jitter_s[s]), lag_s=float(known.lag_s[s]),
            random_kind=float(known.random_kind[s]), tells=float(known.tells[s]), again=float(known.again[s]),
            false=float(known.false[s]), names_places=bool(known.least_error_m[s] > 0),
            stretch=float(known.stretch[s]), extra_m=float(known.extra_m[s]),
            slack_s=float(known.slack_s[s]) if states_time(known, s) else 0.0,
        )
        for s, name in enumerate(given.sources)
    )  # fmt: skip


def nothing_grouped() -> GroupedReports:
    """What no reports at all are grouped to."""
    none, no_numbers = np.zeros(0, np.int64), np.zeros(0)
    told, real, false = (IncidentCount(of, 0.0, 0.0, 0.0) for of in Counted)
    return GroupedReports(none, none, none, no_numbers, told, real, false, (), math.nan)
