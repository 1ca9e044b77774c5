"""How probable it is that a set of reports tells of one incident: place, time and kind of the incident summed over.

The weight of a group is the expected number of incidents that would be told of in just this way. Place and, for fine
stamps, time are normal and integrated in closed form; coarse stamps and lags are integrated over their tables; the
kind is summed. The weight of a report alone holds both an incident told of once and a false report.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from truceline.fusion.compiled import compiled
from truceline.fusion.reports.delays import STEPS, Delays, read
from truceline.fusion.reports.densities import FOLDS, Reports, between
from truceline.model.columns import Floats, Ints

_LOG_2PI = math.log(2 * math.pi)
_2PI = 6.283185307179586
_ROOT_3 = 1.7320508
_LOG_2 = 0.6931471805599453
_INNER = 24
_NOTHING = 1e-290
NEVER = -1e9
"""Log weight of what cannot be."""


class World(NamedTuple):
    """Sources and incidents as believed, in the form in which reports are weighed.

    Per source: ``variance_m2`` and ``log_area`` of its position error, ``delays``, ``confusion`` (said, true kind),
    ``first`` and ``further`` (log odds of telling, and of telling once more) and ``names_places`` (its layer of
    ``choice``, or -1). ``kinds`` is the share of each kind, ``density`` the log density by fold and source, ``false``
    the log weight of each report as a false one, ``named`` what choosing its place adds to that, ``base`` the log rate
    of incidents, ``fold_s`` the length of a fold.
    """

    variance_m2: Floats
    delays: Delays
    confusion: Floats
    kinds: Floats
    density: Floats
    geometry: Floats
    first: Floats
    further: Floats
    false: Floats
    named: Floats
    base: float
    fold_s: float
    names_places: Ints
    choice: Floats
    log_area: Floats


@compiled
def log_weight_real(members: Ints, many: int, reports: Reports, world: World) -> float:
    """Log weight of the first ``many`` members as reports of one real incident."""
    source, x, y, t, kind = reports
    weight, mean_x, mean_y, areas, sharp, least = 0.0, 0.0, 0.0, 0.0, -1, 1e300
    total = world.base
    for q in range(many):
        i = members[q]
        s = source[i]
        w = 1.0 / world.variance_m2[s]
        weight += w
        mean_x += w * x[i]
        mean_y += w * y[i]
        areas += world.log_area[s]
        if world.variance_m2[s] < least:
            least, sharp = world.variance_m2[s], s
    mean_x /= weight
    mean_y /= weight
    if many > 1:
        squares = 0.0
        for q in range(many):
            i = members[q]
            squares += ((x[i] - mean_x) ** 2 + (y[i] - mean_y) ** 2) / world.variance_m2[source[i]]
        total += -0.5 * squares - areas + _LOG_2PI - math.log(weight)
    # The density was learned from the other folds of time.
    fold = int(t[members[0]] / world.fold_s) % FOLDS
    total += between(world.density, world.geometry, fold * len(world.variance_m2) + sharp, mean_x, mean_y)
    total += _telling(members, many, source, sharp, mean_x, mean_y, world)
    likely = 0.0
    for z in range(len(world.kinds)):
        share = world.kinds[z]
        for q in range(many):
            share *= world.confusion[source[members[q]], kind[members[q]], z]
        likely += share
    total += math.log(likely)
    if many == 1:
        return total
    likely = _times(members, many, source, t, world.delays)
    return NEVER if likely <= NEVER else total + likely


@compiled
def _telling(members: Ints, many: int, source: Ints, sharp: int, x: float, y: float, world: World) -> float:
    """Which sources tell and how often, and the choice of those that name the nearest place."""
    total, levels = 0.0, len(world.variance_m2) + 1
    for q in range(many):
        s = source[members[q]]
        copies, last = 1, True
        for p in range(q):
            if source[members[p]] == s:
                copies += 1
        if copies == 1:
            total += world.first[s]
        else:
            total += world.further[s] + (_LOG_2 if copies == 2 else math.log(copies))
        if world.names_places[s] >= 0:
            for p in range(q + 1, many):
                if source[members[p]] == s:
                    last = False
            if last:
                level = sharp if many > 1 else levels - 1
                layer = (world.names_places[s] * levels + level) * 3 + min(copies, 3) - 1
                chosen = between(world.choice, world.geometry, layer, x, y)
                total += chosen * (copies / 3.0 if copies > 3 else 1.0)
    return total


@compiled
def _times(members: Ints, many: int, source: Ints, t: Floats, delays: Delays) -> float:
    """Log density of the times of two reports or more, the incident's own time summed over."""
    precision, mean, logs, tables, normals = 0.0, 0.0, 0.0, 0, 0
    for q in range(many):
        s = source[members[q]]
        if delays.tabled[s] == 0:
            w = 1.0 / delays.variance_s2[s]
            precision += w
            mean += w * (t[members[q]] - delays.mean_s[s])
            logs += math.log(delays.variance_s2[s] * _2PI)
            normals += 1
        else:
            tables += 1
    likely = 0.0
    if normals > 0:
        mean /= precision
        squares = 0.0
        for q in range(many):
            s = source[members[q]]
            if delays.tabled[s] == 0:
                squares += (t[members[q]] - delays.mean_s[s] - mean) ** 2 / delays.variance_s2[s]
        whole = -0.5 * squares - 0.5 * logs + 0.5 * (_LOG_2PI - math.log(precision))
        if tables == 0:
            return whole
        apart = _ROOT_3 / math.sqrt(precision)
        for node in range(3):
            at = mean + (node - 1) * apart
            part = 2.0 / 3 if node == 1 else 1.0 / 6
            for q in range(many):
                s = source[members[q]]
                if delays.tabled[s] == 1:
                    part *= read(delays.table[s], delays.begin_s[s], delays.step_s[s], t[members[q]] - at)
            likely += part
        return NEVER if likely <= _NOTHING else whole + math.log(likely)
    if many == 2:
        i, j = members[0], members[1]
        a, b = source[i], source[j]
        likely = read(delays.pair_table[a, b], delays.pair_begin_s[a, b], delays.pair_step_s[a, b], t[i] - t[j])
    else:
        low, high = -1e300, 1e300
        for q in range(many):
            s = source[members[q]]
            low = max(low, t[members[q]] - delays.begin_s[s] - delays.step_s[s] * (STEPS - 1))
            high = min(high, t[members[q]] - delays.begin_s[s])
        if high > low:
            for node in range(_INNER):
                at = low + (node + 0.5) * (high - low) / _INNER
                part = (high - low) / _INNER
                for q in range(many):
                    s = source[members[q]]
                    part *= read(delays.table[s], delays.begin_s[s], delays.step_s[s], t[members[q]] - at)
                likely += part
    return NEVER if likely <= _NOTHING else math.log(likely)


@compiled
def log_weight(members: Ints, many: int, reports: Reports, world: World) -> float:
    """Log weight of a group; of a report alone also as a false one."""
    real = log_weight_real(members, many, reports, world)
    if many == 1:
        false = world.false[members[0]]
        return float(max(real, false) + math.log1p(math.exp(-abs(real - false))))
    return real
