"""Who tells of the same when some reports are left out: the links asked again with what was learned of every source.

**The question:** would the others still be put together without this report, and with whom? **In:** a table of reports
(metres, seconds) and which of its rows are left. **Out:** groups and links of those that are left, as
:func:`~truceline.fusion.reports.grouping.group_reports` gives them.

Sources are learned once, from all reports. Each time the search is then run with sources as they are, and every report
that is left draws the numbers it drew before (common random numbers: Hammersley & Handscomb 1964, Monte Carlo Methods,
section 5.2), so that two answers differ by what was left out and hardly by chance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from truceline.fusion.reports.chain import Chain
from truceline.fusion.reports.checking import checked
from truceline.fusion.reports.copies import copies_of, with_copies
from truceline.fusion.reports.grouping import learned_in_one, manners_of, nothing_grouped
from truceline.fusion.reports.ordering import Ordered, ordered
from truceline.fusion.reports.partition import average_link, best_partition, links_in_order, move_single
from truceline.fusion.reports.settings import FLOOR, MOST_CELLS
from truceline.fusion.reports.sources import Sources
from truceline.model import GroupedReports, ReportTable, SourceManner
from truceline.model.columns import Floats, Ints, Rows

_BURN, _AGAIN, _MOST_KEPT, _VISITS = 20, 10, 400, 110_000


@dataclass(frozen=True)
class Asked:
    """What was learned of the sources of a table, and from which mean probability of links groups are merged."""

    table: ReportTable
    given: Ordered
    sources: Sources
    width_m: float
    manners: tuple[SourceManner, ...]
    threshold: float


def asked_of(table: ReportTable) -> Asked:
    """Learn the sources of at most some thousand reports; raises as ``group_reports`` does."""
    given = ordered(checked(table))
    copies = copies_of(table)
    chain = learned_in_one(given if copies is None else given.of_rows(_standing(given, copies.kept)))
    known = Asked(table, given, chain.middle, chain.width_m, manners_of(given, chain), math.nan)
    whole = asked_again(known, np.arange(len(table)))
    return replace(known, threshold=whole.threshold)


def asked_again(known: Asked, left: Rows) -> GroupedReports:
    """Groups and links of the rows that are left (ascending); counts of incidents are not asked for and read 0."""
    if not len(left):
        return nothing_grouped()
    copies = copies_of(known.table.take(left))
    kept = left if copies is None else left[copies.kept]
    standing = _standing(known.given, kept)
    place = np.searchsorted(kept, known.given.row[standing])
    found = _found(known, known.given.of_rows(standing), place)
    return found if copies is None else with_copies(found, copies)


def _standing(given: Ordered, rows: Rows) -> Rows:
    """Where rows of the table stand among the reports in order."""
    at = np.empty(len(given.row), np.intp)
    at[given.row] = np.arange(len(given.row))
    return np.sort(at[rows])


def _found(known: Asked, given: Ordered, place: Ints) -> GroupedReports:
    """The search with known sources; ``place`` is each report's number among those that are left."""
    number = len(place)
    keep = min(_MOST_KEPT, max(24, _VISITS // number))
    chain = Chain(given, known.sources, (MOST_CELLS, known.width_m))
    chain.find_pairs(FLOOR)
    for turn in range(_BURN + keep):
        chain.visit_all(1.0 if turn >= _BURN else 0.0)
        if turn in {_AGAIN, _BURN - 1}:
            chain.anew(FLOOR)
    assert chain.pairs is not None  # noqa: S101 - they were found above
    probability = np.minimum(1.0, chain.links / keep)
    threshold, group = _grouped(known.threshold, number, (chain.pairs.first, chain.pairs.second), probability)
    one, other = place[chain.pairs.first], place[chain.pairs.second]
    first, second = np.minimum(one, other), np.maximum(one, other)
    order = np.lexsort((second, first))
    of_row = np.empty(number, np.int64)
    of_row[place] = group
    return replace(
        nothing_grouped(), group=of_row, first=first[order], second=second[order], probability=probability[order],
        sources=known.manners, threshold=threshold,
    )  # fmt: skip


def _grouped(threshold: float, number: int, pairs: tuple[Ints, Ints], probability: Floats) -> tuple[float, Ints]:
    """Groups merged from a known threshold on, or from the best one where none is known."""
    if math.isnan(threshold):
        return best_partition(number, *pairs, probability)
    links = links_in_order(number, *pairs, probability)
    return threshold, move_single(average_link(number, links, threshold), links, float(probability.sum()))
