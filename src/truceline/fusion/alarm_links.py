"""Official and volunteer air alarms of one event, by likelihood: which belong together, and how probable each link is.

The question: of the volunteer alarms that start near an official one in its area, which tells of the same alarm, or
does none? In: alarms of two channels (area, start in microseconds). Out: every pair near enough to be asked, with the
probability that it is one alarm, and the best one-to-one choice.

A true pair's starts lie apart as true pairs' starts do: a density that falls to both sides, learned. An unrelated
volunteer alarm starts whenever: a rate for each area, hour of the day and month, learned. A share of official alarms
has a partner, learned. The three are learned by expectation maximisation (Dempster, Laird & Rubin 1977). Since each
alarm has one partner at most, a pair's probability depends on its rivals: marginals of the one-to-one assignment by
belief propagation (Williams & Lau 2014, IEEE Transactions on Aerospace and Electronic Systems 50, 2942-2959), exact
where rivals form no ring. The choice is the assignment of the greatest likelihood.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression, linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from truceline.fusion.partners import (
    CONTROL_SHIFTS_H,
    SECOND_US,
    AreaAlarms,
    Pairs,
    area_alarms,
    moved,
    near_pairs,
    partners,
)
from truceline.model import ObservationTable, Stratum
from truceline.model.columns import Floats, Ints, Mask

WIDEST_S = 3600.0
"""Starts farther apart are not asked: in an hour most alarms have ended."""

STEPS_S = np.array([0, 5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 450, 600, 900, 1200, 1800, 2400, 3600], dtype=float)
"""Steps of the distance of starts over which the density of true pairs is constant, to either side."""

_DAY_US = 86_400 * SECOND_US
_MONTH_US = 30 * _DAY_US
_ROUNDS = 40
_MESSAGES = 60
_SETTLED = 1e-6
_FIRST_SHARE = 0.5
_FIRST_SPREAD_S = 120.0
_PRIOR_ALARMS = 5.0
_NEARER = 1e-6
"""Of two choices as likely as each other, as steps make them, the one that keeps the order of starts is taken."""


@dataclass(frozen=True)
class LinkModel:
    """What was learned: density of true pairs (per second; starts earlier, then later), share with a partner, rates.

    ``rate`` is that of unrelated volunteer alarms (per second) at each volunteer alarm.
    """

    earlier: Floats
    later: Floats
    share: float
    rate: Floats


@dataclass(frozen=True)
class AlarmLinks:
    """Every pair that was asked, with its probability; ``chosen`` marks the best one-to-one choice."""

    official: Ints
    volunteer: Ints
    apart_s: Floats
    probability: Floats
    chosen: Mask
    model: LinkModel


@dataclass(frozen=True, slots=True)
class LinkShare:
    """Of the official alarms: how many are linked by likelihood, how many by the gap, and how far the two agree.

    ``shift_h`` is by how many hours volunteers were moved for the control; 0 is the real thing. ``expected`` is the sum
    of all probabilities. ``f1`` holds the links against those of the gap: twice the common ones over all of both.
    """

    shift_h: float
    official: int
    linked: int
    expected: float
    by_gap: int
    f1: float


def link_report(
    observations: ObservationTable, gap_s: float = 900.0, shifts_h: Sequence[float] = CONTROL_SHIFTS_H
) -> tuple[LinkShare, ...]:
    """Links by likelihood beside links by the gap, as recorded, then with volunteers moved by hours.

    Each time the model is learned anew, as for any two feeds: links of a shifted feed are what chance makes of it.
    """
    official = area_alarms(observations, Stratum.OFFICIAL_ALARM)
    volunteer = area_alarms(observations, Stratum.CIVILIAN)
    shares = []
    for shift_h in (0.0, *shifts_h):
        there = moved(volunteer, shift_h)
        links = alarm_links(official, there)
        pairs = partners(official, there, round(gap_s * SECOND_US))
        rows = links.official[links.chosen], links.volunteer[links.chosen]
        shares.append(
            LinkShare(
                shift_h, len(official.row), len(rows[0]), float(links.probability.sum()), len(pairs.official),
                _agreement(rows, (pairs.official, pairs.volunteer), len(volunteer.row)),
            )
        )  # fmt: skip
    return tuple(shares)


def _agreement(one: tuple[Ints, Ints], other: tuple[Ints, Ints], many: int) -> float:
    """Twice the common links over all links of both; 1 where neither has any."""
    both = len(np.intersect1d(one[0] * many + one[1], other[0] * many + other[1]))
    whole = len(one[0]) + len(other[0])
    return 2.0 * both / whole if whole else 1.0


def alarm_links(official: AreaAlarms, volunteer: AreaAlarms) -> AlarmLinks:
    """Every pair of the same area within an hour, with the probability that it is one alarm.

    What true pairs and unrelated alarms look like is learned from these alarms. Nothing depends on the order of rows
    but the numbers of rows.
    """
    pairs = near_pairs(official, volunteer, round(WIDEST_S * SECOND_US))
    order = np.lexsort((volunteer.id[pairs.volunteer], official.id[pairs.official]))
    pairs = Pairs(pairs.official[order], pairs.volunteer[order], pairs.apart_us[order])
    apart_s = (volunteer.start_us[pairs.volunteer] - official.start_us[pairs.official]) / SECOND_US
    model, weight = _learned(official, volunteer, pairs, apart_s)
    probability = _marginals(pairs, weight, len(official.row), len(volunteer.row))
    return AlarmLinks(pairs.official, pairs.volunteer, apart_s, probability, _best(pairs, weight), model)


def _learned(
    official: AreaAlarms, volunteer: AreaAlarms, pairs: Pairs, apart_s: Floats
) -> tuple[LinkModel, Floats]:  # fmt: skip
    """Expectation maximisation: pairs by the model, the model by the pairs, until the share stands still."""
    cells = _cells(volunteer)
    step = np.diff(STEPS_S)
    fall = np.exp(-STEPS_S[:-1] / _FIRST_SPREAD_S)
    even = fall / (2.0 * (fall * step).sum())
    free = np.ones(len(volunteer.row))
    model = LinkModel(even, even, _FIRST_SHARE, _rates(volunteer, cells, free))
    weight = _weights(model, pairs, apart_s)
    for _ in range(_ROUNDS):
        probability = _marginals(pairs, weight, len(official.row), len(volunteer.row))
        taken = np.bincount(pairs.volunteer, probability, len(volunteer.row))
        linked = float(probability.sum())
        earlier, later = (_density(apart_s, probability, sign, linked) for sign in (-1, 1))
        share = (linked + 1.0) / (len(official.row) + 2.0)
        before = model.share
        model = LinkModel(earlier, later, share, _rates(volunteer, cells, np.maximum(1.0 - taken, 0.0)))
        weight = _weights(model, pairs, apart_s)
        if abs(share - before) < _SETTLED:
            break
    return model, weight


def _density(apart_s: Floats, probability: Floats, sign: int, linked: float) -> Floats:
    """Density of true pairs on one side: constant over each step, and nowhere rising with the distance."""
    mine = apart_s > 0 if sign > 0 else apart_s < 0
    half = np.where(mine, 1.0, np.where(apart_s == 0, 0.5, 0.0)) * probability
    many, _ = np.histogram(np.abs(apart_s), STEPS_S, weights=half)
    step = np.diff(STEPS_S)
    rate = (many + step / STEPS_S[-1]) / (linked + 2.0) / step
    return np.asarray(isotonic_regression(rate, weights=step, increasing=False).x)


def _weights(model: LinkModel, pairs: Pairs, apart_s: Floats) -> Floats:
    """Odds of each pair against the official alarm having none and the volunteer alarm being unrelated."""
    at = np.minimum(np.searchsorted(STEPS_S, np.abs(apart_s), side="right") - 1, len(STEPS_S) - 2)
    density = np.where(apart_s < 0, model.earlier[at], model.later[at])
    return model.share / (1.0 - model.share) * density / model.rate[pairs.volunteer]


def _cells(alarms: AreaAlarms) -> tuple[Ints, Ints, Ints]:
    """Hour of the day, month of the span, and area of each alarm."""
    begin = int(alarms.start_us.min()) if len(alarms.row) else 0
    hour = alarms.start_us % _DAY_US // (3600 * SECOND_US)
    return hour, (alarms.start_us - begin) // _MONTH_US, alarms.area


def _rates(alarms: AreaAlarms, cells: tuple[Ints, Ints, Ints], free: Floats) -> Floats:
    """Unrelated alarms per second at each alarm: its area's rate, times the month's there, times the hour's everywhere.

    ``free`` is the probability of each alarm that it is unrelated. Thin cells lean on the wider rate.
    """
    if not len(free):
        return np.zeros(0)
    hour, month, area = cells
    span_s = max(float(np.ptp(alarms.start_us)) / SECOND_US, 1.0)
    months = int(month.max()) + 1
    of_hour = np.bincount(hour, free, 24) + 1.0
    by_hour = of_hour / of_hour.mean()
    of_area = (np.bincount(area, free) + 1.0) / span_s
    cell = area * months + month
    month_s = min(_MONTH_US / SECOND_US, span_s)
    of_month = (np.bincount(cell, free) + _PRIOR_ALARMS) / (
        of_area[np.arange(int(cell.max()) + 1) // months] * month_s + _PRIOR_ALARMS
    )
    return np.asarray(of_area[area] * of_month[cell] * by_hour[hour])


def _marginals(pairs: Pairs, weight: Floats, officials: int, volunteers: int) -> Floats:
    """Probability of each pair, given that each alarm has one partner at most."""
    if not len(weight):
        return np.zeros(0)
    back = np.ones(len(weight))
    for _ in range(_MESSAGES):
        asked = weight * back
        whole = 1.0 + np.bincount(pairs.official, asked, officials)[pairs.official]
        forth = weight / (whole - asked)
        wanted = 1.0 + np.bincount(pairs.volunteer, forth, volunteers)[pairs.volunteer]
        again = 1.0 / (wanted - forth)
        change = float(np.abs(again - back).max())
        back = again
        if change < _SETTLED:
            break
    asked = weight * back
    return np.asarray(asked / (1.0 + np.bincount(pairs.official, asked, officials)[pairs.official]))


def _best(pairs: Pairs, weight: Floats) -> Mask:
    """The one-to-one choice of the greatest likelihood; only pairs that are likelier than none are chosen."""
    chosen = np.zeros(len(weight), dtype=bool)
    worth = np.flatnonzero(weight > 1.0)
    if not len(worth):
        return chosen
    rows, row = np.unique(pairs.official[worth], return_inverse=True)
    columns, column = np.unique(pairs.volunteer[worth], return_inverse=True)
    nodes = len(rows) + len(columns)
    graph = coo_array((np.ones(len(worth)), (row, len(rows) + column)), shape=(nodes, nodes))
    _, part = connected_components(graph, directed=False)
    gain = np.log(weight[worth]) - _NEARER * (pairs.apart_us[worth] / (WIDEST_S * SECOND_US)) ** 2
    order = np.argsort(part[row], kind="stable")
    cuts = np.flatnonzero(np.diff(part[row][order])) + 1
    for group in np.split(order, cuts):
        chosen[worth[_best_of(row[group], column[group], gain[group], group)]] = True
    return chosen


def _best_of(row: Ints, column: Ints, gain: Floats, group: Ints) -> Ints:
    """The best choice among the pairs of alarms that hang together."""
    if len(group) == 1:
        return group
    rows, at_row = np.unique(row, return_inverse=True)
    columns, at_column = np.unique(column, return_inverse=True)
    table = np.zeros((len(rows), len(columns)))
    number = np.full(table.shape, -1, dtype=np.int64)
    table[at_row, at_column], number[at_row, at_column] = gain, group
    found = number[linear_sum_assignment(table, maximize=True)]
    return np.asarray(found[found >= 0])
