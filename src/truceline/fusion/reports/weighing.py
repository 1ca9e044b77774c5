"""How probable it is that a set of reports tells of one incident: place, time and kind of the incident summed over.

The weight of a group is the expected number of incidents that would be told of in just this way. Place and, for fine
stamps, time are normal and integrated in closed form; coarse stamps and lags are integrated over their tables; the
kind is summed. The weight of a report alone holds both an incident told of once and a false report.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from truceline.fusion.compiled import compiled_inner
from truceline.fusion.reports.delays import STEPS, Delays, read
from truceline.fusion.reports.densities import FOLDS, Reports, between
from truceline.model.columns import Floats, Ints

KM_4 = 1e-12
"""Areas are multiplied as (km²)², so that those of many wide places stay within a floating number."""
LOG_AREA = math.log(2 * math.pi) - 0.5 * math.log(KM_4)
_2PI = 6.283185307179586
_ROOT_3 = 1.7320508
_LOG_2 = 0.6931471805599453
_INNER = 24
_SHORT = 7.0
"""Tables shorter than this many steps of the normal rule are summed over themselves."""
_LONG = 3.0
_STEP, _STEPS_A_SIDE = 0.3, 7
_NOTHING = 1e-290
NEVER = -1e9
"""Log weight of what cannot be."""


class World(NamedTuple):
    """Sources and incidents as believed, in the form in which reports are weighed.

    Per report: ``place`` (covariance xx, xy, yy in m², one over its determinant), ``layer`` of the map, ``false`` (log
    weight as a false one) and ``named`` (what choosing its place adds to that). Per clock: ``delays``. Per source:
    ``confusion`` (said, true kind), ``first`` and ``further`` (log odds of telling, and of telling once more) and
    ``names_places`` (its layer of ``choice``, or -1). ``level`` is the place in ``choice`` of each layer, ``levels_m``
    the sizes of the layers beyond those of the sources, ``kinds`` the share of each kind, ``density`` the log density
    by fold and layer, ``base`` the log rate of incidents, ``fold_s`` the length of a fold.
    """

    place: Floats
    layer: Ints
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
    level: Ints
    levels_m: Floats


@compiled_inner
def log_weight_real(members: Ints, many: int, reports: Reports, world: World) -> float:
    """Log weight of the first ``many`` members as reports of one real incident."""
    source, kind, place = reports.source, reports.kind, world.place
    i = members[0]
    # One place after another, as in a Kalman filter: a product of normal densities has no differences of great numbers.
    mean_x, mean_y = reports.x_m[i], reports.y_m[i]
    xx, xy, yy, sharp, earliest, squares, areas = place[i, 0], place[i, 1], place[i, 2], i, i, 0.0, 1.0
    for q in range(1, many):
        i = members[q]
        earliest = min(earliest, i)
        if place[i, 3] > place[sharp, 3] or (place[i, 3] == place[sharp, 3] and i < sharp):
            sharp = i
        mean_x, mean_y, xx, xy, yy, square, area = joined(
            mean_x, mean_y, xx, xy, yy, reports.x_m[i], reports.y_m[i], place[i, 0], place[i, 1], place[i, 2]
        )
        squares += square
        areas *= area
    total = world.base - 0.5 * squares - (many - 1) * LOG_AREA
    # The density was learned from the other folds of time; of a group across two it is that of its earliest report,
    # whatever the order of members.
    fold = int(reports.time_s[earliest] / world.fold_s) % FOLDS
    if world.layer[sharp] < len(world.first):
        layer = fold * (len(world.first) + len(world.levels_m)) + world.layer[sharp]
        total += between(world.density, world.geometry, layer, mean_x, mean_y)
    else:
        total += _density_over(fold, mean_x, mean_y, xx, xy, yy, world)
    total += _telling(members, many, source, sharp, mean_x, mean_y, world)
    likely = 0.0
    for z in range(len(world.kinds)):
        share = world.kinds[z]
        for q in range(many):
            share *= world.confusion[source[members[q]], kind[members[q]], z]
        likely += share
    total += math.log(likely / math.sqrt(areas))
    if many == 1:
        return total
    likely = _times(members, many, reports.clock, reports.time_s, world.delays)
    return NEVER if likely <= NEVER else total + likely


@compiled_inner
def joined(
    mean_x: float, mean_y: float, xx: float, xy: float, yy: float, x_m: float, y_m: float, vxx: float, vxy: float,
    vyy: float,
) -> tuple[float, float, float, float, float, float, float]:  # fmt: skip
    """A place and its covariance joined by a report's: both anew, the square of the distance, the area (km⁴).

    It takes numbers, not all that is known: to hand that over costs more than the sum itself.
    """
    sxx, sxy, syy = xx + vxx, xy + vxy, yy + vyy
    determinant = sxx * syy - sxy * sxy
    one = 1.0 / determinant
    east, north = x_m - mean_x, y_m - mean_y
    square = (syy * east * east - 2.0 * sxy * east * north + sxx * north * north) * one
    gxx, gxy = (xx * syy - xy * sxy) * one, (xy * sxx - xx * sxy) * one
    gyx, gyy = (xy * syy - yy * sxy) * one, (yy * sxx - xy * sxy) * one
    return (
        mean_x + gxx * east + gxy * north, mean_y + gyx * east + gyy * north,
        gxx * vxx + gxy * vxy, gxx * vxy + gxy * vyy, gyx * vxy + gyy * vyy, square, determinant * KM_4,
    )  # fmt: skip


@compiled_inner
def _density_over(fold: int, x: float, y: float, xx: float, xy: float, yy: float, world: World) -> float:
    """Log of the mean density over a place with this covariance: a long one is taken in steps along its axis."""
    first, levels = len(world.first), world.levels_m
    layer = fold * (first + len(levels)) + first
    half, off = 0.5 * (xx + yy), 0.5 * (xx - yy)
    root = math.sqrt(off * off + xy * xy)
    major, minor = math.sqrt(half + root), math.sqrt(max(half - root, 0.0))
    minor = max(minor, levels[0])
    if major < _LONG * minor:
        level = _level(math.sqrt(max(major, minor) * minor), levels)
        return between(world.density, world.geometry, layer + level, x, y)
    layer += _level(minor, levels)
    angle = 0.5 * math.atan2(xy, off)
    step_x, step_y = _STEP * major * math.cos(angle), _STEP * major * math.sin(angle)
    total, weights = 0.0, 0.0
    for node in range(-_STEPS_A_SIDE, _STEPS_A_SIDE + 1):
        weight = math.exp(-0.5 * (_STEP * node) ** 2)
        weights += weight
        at = between(world.density, world.geometry, layer, x + node * step_x, y + node * step_y)
        total += weight * math.exp(at)
    return math.log(total / weights + _NOTHING)


@compiled_inner
def _level(size_m: float, levels: Floats) -> int:
    return min(max(int(math.log2(size_m / levels[0]) + 0.5), 0), len(levels) - 1)


@compiled_inner
def _telling(members: Ints, many: int, source: Ints, sharp: int, x: float, y: float, world: World) -> float:
    """Which sources tell and how often, and the choice of those that name the nearest place."""
    total, sources = 0.0, len(world.first)
    levels = sources + 1
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
        if world.names_places[s] >= 0 and world.layer[members[q]] < sources:
            for p in range(q + 1, many):
                if source[members[p]] == s and world.layer[members[p]] < sources:
                    last = False
            if last:
                level = world.level[world.layer[sharp]] if many > 1 else levels - 1
                layer = (world.names_places[s] * levels + level) * 3 + min(copies, 3) - 1
                chosen = between(world.choice, world.geometry, layer, x, y)
                total += chosen * (copies / 3.0 if copies > 3 else 1.0)
    return total


@compiled_inner
def _times(members: Ints, many: int, clock: Ints, t: Floats, delays: Delays) -> float:
    """Log density of the times of two reports or more, the incident's own time summed over."""
    precision, mean, logs, tables, normals, shortest = 0.0, 0.0, 1.0, 0, 0, 1e300
    for q in range(many):
        s = clock[members[q]]
        if delays.tabled[s] == 0:
            w = 1.0 / delays.variance_s2[s]
            precision += w
            mean += w * (t[members[q]] - delays.mean_s[s])
            logs *= w / _2PI
            normals += 1
        else:
            tables += 1
            shortest = min(shortest, delays.step_s[s] * (STEPS - 1))
    if normals > 0:
        mean /= precision
        squares = 0.0
        for q in range(many):
            s = clock[members[q]]
            if delays.tabled[s] == 0:
                squares += (t[members[q]] - delays.mean_s[s] - mean) ** 2 / delays.variance_s2[s]
        whole = -0.5 * squares + 0.5 * math.log(logs * _2PI / precision)
        if tables == 0:
            return whole
        apart = _ROOT_3 / math.sqrt(precision)
        likely = 0.0
        if shortest < _SHORT * apart:
            likely = _over_tables(members, many, clock, t, delays, mean, precision)
        else:
            for node in range(3):
                at = mean + (node - 1) * apart
                part = 2.0 / 3 if node == 1 else 1.0 / 6
                for q in range(many):
                    s = clock[members[q]]
                    if delays.tabled[s] == 1:
                        part *= read(delays.table[s], delays.begin_s[s], delays.step_s[s], t[members[q]] - at)
                likely += part
        return NEVER if likely <= _NOTHING else whole + math.log(likely)
    a, b, sources = clock[members[0]], clock[members[1]], len(delays.pair_table)
    if many == 2 and a < sources and b < sources:
        apart = t[members[0]] - t[members[1]]
        likely = read(delays.pair_table[a, b], delays.pair_begin_s[a, b], delays.pair_step_s[a, b], apart)
    else:
        likely = _over_tables(members, many, clock, t, delays, 0.0, 0.0)
    return NEVER if likely <= _NOTHING else math.log(likely)


@compiled_inner
def _over_tables(
    members: Ints, many: int, clock: Ints, t: Floats, delays: Delays, mean: float, precision: float
) -> float:
    """Density of the tabled times, summed where all tables reach, with the normal density of the others if any."""
    low, high = -1e300, 1e300
    for q in range(many):
        s = clock[members[q]]
        if delays.tabled[s] == 1:
            low = max(low, t[members[q]] - delays.begin_s[s] - delays.step_s[s] * (STEPS - 1))
            high = min(high, t[members[q]] - delays.begin_s[s])
    likely = 0.0
    if high > low:
        scale = math.sqrt(precision / _2PI) if precision > 0.0 else 1.0
        for node in range(_INNER):
            at = low + (node + 0.5) * (high - low) / _INNER
            part = scale * (high - low) / _INNER
            if precision > 0.0:
                part *= math.exp(-0.5 * precision * (at - mean) ** 2)
            for q in range(many):
                s = clock[members[q]]
                if delays.tabled[s] == 1:
                    part *= read(delays.table[s], delays.begin_s[s], delays.step_s[s], t[members[q]] - at)
            likely += part
    return likely


@compiled_inner
def log_weight(members: Ints, many: int, reports: Reports, world: World) -> float:
    """Log weight of a group; of a report alone also as a false one."""
    real = log_weight_real(members, many, reports, world)
    if many == 1:
        false = world.false[members[0]]
        return float(max(real, false) + math.log1p(math.exp(-abs(real - false))))
    return real
