"""What each source is like, as believed at a moment of the search, and what its reports alone say of it.

The grain of a source's stamps and whether it speaks in named places is read off its reports. The number of places it
knows but has not named yet is that of Chao (1984, Scandinavian J. Statistics 11, 265-270).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from truceline.fusion.compiled import compiled
from truceline.fusion.reports.delays import Delays, Manner, delays
from truceline.fusion.reports.densities import Grid, Reports, between, blurred
from truceline.fusion.reports.settings import HOUR, KM, WIDE_TAIL
from truceline.fusion.reports.stating import Clocks, Stated, covariances, doubts
from truceline.fusion.reports.weighing import World
from truceline.model.columns import Floats, Ints, Mask, Rows

FEWEST = 8
LEAST_OF_SPAN = 0.02
"""Jitter is at least so much of a stated length of time: the ends of a window are never quite sharp."""
_LEAST_SLACK_S = 1.0
_LEAST_SIZE_M = 1.0
_GRAINS_H = (168.0, 24.0, 12.0, 8.0, 6.0, 4.0, 3.0, 2.0, 1.0, 0.5, 0.25, 1 / 6, 1 / 12, 1 / 60)
_ON_THE_GRAIN = 0.95
_RECURRING = 0.06
_2PI = 2 * math.pi
_NAMED_ALIKE = 3
_MANY_RANDOM_KINDS, _MANY_AGAIN = 0.25, 0.2


@dataclass(frozen=True)
class Sources:
    """What is believed of all sources and of incidents.

    Per source: ``grain_s`` of its stamps; ``error_m`` of its position along each axis, never below ``least_error_m``;
    delay (``middle_s``, ``jitter_s``, ``lag_s``); ``random_kind``, the share of kinds said at random; ``tells``, the
    chance that it tells of an incident; ``again``, the chance of one more report after each; ``false``, its expected
    false reports; ``unmet`` places not named yet. ``incidents`` is their number, told or not, ``kinds`` their shares.
    Where a source states how exact it is, ``stretch`` multiplies the stated errors, ``extra_m`` comes on top along each
    axis (``usual_m`` is the usual stated error along the shorter axis, 0 where none is stated) and ``slack_s`` is the
    jitter of stated times (``usual_s`` the usual stated length, NaN where none is stated). ``plain_place`` and
    ``plain_time`` tell whether it has reports that state no such thing, ``clocks`` which lengths are stated.
    """

    grain_s: Floats
    error_m: Floats
    least_error_m: Floats
    middle_s: Floats
    jitter_s: Floats
    lag_s: Floats
    random_kind: Floats
    tells: Floats
    again: Floats
    false: Floats
    unmet: Floats
    incidents: float
    kinds: Floats
    stretch: Floats
    extra_m: Floats
    usual_m: Floats
    slack_s: Floats
    usual_s: Floats
    plain_place: Mask
    plain_time: Mask
    clocks: Clocks
    tail: float = WIDE_TAIL

    @property
    def manner(self) -> Manner:
        """How each clock tells the time: a source its own way, a stated length as a window from the stated time on."""
        of, span = self.clocks.source, self.clocks.span_s
        told = ~np.isnan(span)
        long = np.where(told, span, 0.0)
        return Manner(
            np.where(told, long, self.grain_s[of]), np.where(told, -0.5 * long, self.middle_s[of]),
            np.where(told, np.maximum(self.slack_s[of], LEAST_OF_SPAN * long), self.jitter_s[of]),
            np.where(told, 0.0, self.lag_s[of]),
        )  # fmt: skip

    def delays(self) -> Delays:
        """Their delays in the form in which they are weighed."""
        return delays(self.manner, len(self.error_m), self.tail)

    def covariances(self, source: Ints, stated: Stated) -> Floats:
        """How exact the place of each report is believed to be."""
        return covariances(self.error_m, (self.stretch, self.extra_m), source, stated)


def mean_of(draws: list[Sources]) -> Sources:
    """The middle of several draws: shares and numbers by their mean, errors and times by the mean of their logs."""

    def mean(name: str) -> Floats:
        return np.asarray(np.mean([getattr(one, name) for one in draws], axis=0))

    def middle(name: str) -> Floats:
        return np.asarray(np.exp(np.mean([np.log(getattr(one, name)) for one in draws], axis=0)))

    return replace(
        draws[-1], error_m=middle("error_m"), middle_s=mean("middle_s"), jitter_s=middle("jitter_s"),
        lag_s=middle("lag_s"), random_kind=mean("random_kind"), tells=mean("tells"), again=mean("again"),
        false=mean("false"), incidents=float(np.mean([one.incidents for one in draws])), kinds=mean("kinds"),
        stretch=middle("stretch"), extra_m=mean("extra_m"), slack_s=middle("slack_s"),
    )  # fmt: skip


def with_value(column: Floats, source: int, value: float) -> Floats:
    """The column with one source's value changed."""
    other = column.copy()
    other[source] = value
    return other


def stamp_grain(time_s: Floats) -> float:
    """Largest grain (s) on which at least 95 % of the times stand, 0 if none.

    >>> import numpy as np
    >>> stamp_grain(3600.0 * np.arange(40) ** 2)
    3600.0
    """
    if len(time_s) < FEWEST:
        return 0.0
    t = time_s / HOUR
    for grain in _GRAINS_H:
        rest = np.round(np.mod(t - t[0], grain), 6)
        rest[rest > grain - 1e-5] = 0
        count = np.unique(rest, return_counts=True)[1]
        if count.max() >= _ON_THE_GRAIN * len(t) and len(np.unique(np.round(t / grain))) > 3:
            return grain * HOUR
    return 0.0


def named_places(x_m: Floats, y_m: Floats, area_m2: float) -> tuple[float, float]:
    """Least error (m) of a source whose positions recur, as one that names the nearest place, and places not yet met.

    Both are 0 for a source whose positions do not recur.
    """
    rows = len(x_m)
    if rows < FEWEST:
        return 0.0, 0.0
    count = np.unique(np.c_[x_m, y_m], axis=0, return_counts=True)[1]
    if len(count) > (1 - _RECURRING) * rows:
        return 0.0, 0.0
    once, twice = int((count == 1).sum()), int((count == 2).sum())
    places = len(count) + once * (once - 1) / (2 * (twice + 1))
    return math.sqrt(area_m2 / places / _2PI), places - len(count)


def first_belief(reports: Reports, stated: Stated, clocks: Clocks, kinds: int, area_m2: float) -> Sources:
    """Where the search starts: about a kilometre, about half an hour, every second report confirmed."""
    sources = int(np.isnan(clocks.span_s).sum())
    rows = [np.flatnonzero(reports.source == s) for s in range(sources)]
    told, number = np.array([len(part) for part in rows]), len(reports.source)
    spans, places = ~np.isnan(clocks.span_s)[reports.clock], stated.place
    grain = np.array([stamp_grain(reports.time_s[part[~spans[part]]]) for part in rows])
    named = [plainly_named(reports, part[~places[part]], area_m2) for part in rows]
    least = np.array([error for error, _ in named])
    usual_s = np.array([_usual(clocks.span_s[reports.clock[part]]) for part in rows])
    usual_m, size_m = (np.nan_to_num([_usual(of[part]) for part in rows]) for of in (stated.minor_m, stated.size_m))
    plain_place = np.array([bool((~places[part]).any()) for part in rows])
    return Sources(
        grain_s=grain,
        error_m=np.where(plain_place, np.maximum(1.2 * least, 1.0 * KM), np.maximum(size_m, _LEAST_SIZE_M)),
        least_error_m=least,
        middle_s=np.zeros(sources),
        jitter_s=np.where(grain > 0, np.maximum(0.5 * HOUR, 0.12 * grain), 0.5 * HOUR),
        lag_s=np.maximum(0.02 * HOUR, 0.12 * grain),
        random_kind=np.full(sources, 0.2),
        tells=np.clip(told / number * 0.9, 0.02, 0.8),
        again=np.full(sources, 0.12),
        false=doubts(reports.source, sources, stated)[1] + 0.5,
        unmet=np.array([unmet for _, unmet in named]),
        incidents=float(number),
        kinds=(np.bincount(reports.kind, minlength=kinds) + 1.0) / (number + kinds),
        stretch=np.ones(sources), extra_m=0.1 * usual_m, usual_m=usual_m,
        slack_s=np.maximum(_LEAST_SLACK_S, 0.1 * np.nan_to_num(usual_s)), usual_s=usual_s,
        plain_place=plain_place, plain_time=np.array([bool((~spans[part]).any()) for part in rows]), clocks=clocks,
    )  # fmt: skip


def of_many_faults(sources: Sources) -> Sources:
    """Rather many mistaken kinds and repeated reports: from too few of them a search is long in finding more."""
    every = np.ones(len(sources.error_m))
    return replace(sources, random_kind=_MANY_RANDOM_KINDS * every, again=_MANY_AGAIN * every)


def plainly_named(reports: Reports, rows: Rows, area_m2: float) -> tuple[float, float]:
    """:func:`named_places` of these reports, which state nothing of how exact they are."""
    return named_places(reports.x_m[rows], reports.y_m[rows], area_m2)


def _usual(stated: Floats) -> float:
    """Median of what is stated; NaN where nothing is."""
    found = stated[~np.isnan(stated)]
    return float(np.median(found)) if len(found) else math.nan


def confusion(random_kind: float, kinds: int) -> Floats:
    """Chance of each kind said (rows) given the true kind (columns)."""
    said: Floats = (1 - random_kind) * np.eye(kinds) + random_kind / kinds
    return said


@dataclass(frozen=True)
class Choice:
    """Sources that name one of the known places near an incident: how likely they were to choose the one they named.

    ``layer`` is each source's number among them, or -1; ``places`` their places per cell.
    """

    grid: Grid
    layer: Ints
    places: tuple[Floats, ...]

    def field(self, sources: Sources, source: int, error_m: float) -> Floats:
        """Log of the smoothed normaliser for one source if its error were this."""
        errors = with_value(sources.error_m, source, error_m)
        return _choice(self.places[self.layer[source]], self.grid, error_m, errors, sources.unmet[source])

    def fields(self, sources: Sources) -> Floats:
        """Those of all such sources, one after another."""
        if not self.places:
            return np.zeros((1, 1, 1))
        named = np.flatnonzero(self.layer >= 0)
        return np.concatenate([self.field(sources, int(s), sources.error_m[s]) for s in named])


def choice_of(sources: Sources, grid: Grid, reports: Reports, stated: Stated) -> Choice:
    """The places named so far."""
    layer, places = np.full(len(sources.error_m), -1, np.int64), list[Floats]()
    for s in np.flatnonzero(sources.least_error_m > 0):
        rows = (reports.source == s) & ~stated.place
        named = np.unique(np.c_[reports.x_m[rows], reports.y_m[rows]], axis=0)
        layer[s] = len(places)
        places.append(grid.counted(named[:, 0], named[:, 1]))
    return Choice(grid, layer, tuple(places))


def _choice(places: Floats, grid: Grid, error_m: float, errors_m: Floats, unmet: float) -> Floats:
    """P(place | x) = exp(-|x - place|² / 2 error²) / Z(x): log of smoothed (2 pi error² / Z)^k for k = 1, 2, 3.

    One set for each source that may be the sharpest of a group, and one for the source alone.
    """
    whole = 2 * math.pi * error_m * error_m
    least = whole * (unmet + 0.5) / max(1.0 * KM * KM, grid.area_m2)
    blur = max(0.3, error_m / grid.cell_m)
    norm = blurred(places.astype(float), blur, edge_stays=False) * (whole / grid.cell_m**2) + least
    ratio = whole / norm
    powers = [ratio, ratio * ratio, ratio * ratio * ratio]
    levels = len(errors_m) + 1
    out = np.empty((levels, _NAMED_ALIKE, grid.columns, grid.rows))
    for level in range(levels):
        for k in range(_NAMED_ALIKE):
            if level == len(errors_m):
                variance = error_m * error_m
            else:
                rest = 0.0 if errors_m[level] == error_m else 1 / errors_m[level] ** 2
                variance = 1 / ((k + 1) / error_m**2 + rest)
            width = max(0.05, math.sqrt(variance) / grid.cell_m)
            out[level, k] = np.log(blurred(powers[k], width, edge_stays=True))
    return out.reshape(-1, grid.columns, grid.rows)


class Given(NamedTuple):
    """Reports with what they state, what follows from it, and how long (s) all of them and one fold of time last.

    ``layer`` of the map and the sizes of those of stated places (``levels_m``), ``doubt`` beyond that of the source.
    """

    reports: Reports
    stated: Stated
    layer: Ints
    levels_m: Floats
    doubt: Floats
    span_s: float
    fold_s: float


def world_of(sources: Sources, delay: Delays, density: Floats, chosen: tuple[Choice, Floats], given: Given) -> World:
    """The belief in the form in which reports are weighed."""
    (choice, fields), reports, span_s = chosen, given.reports, given.span_s
    kinds = len(sources.kinds)
    tells, again = np.clip(sources.tells, 1e-4, 1 - 1e-4), np.clip(sources.again, 1e-5, 0.95)
    first = np.log(tells) + np.log1p(-again) - np.log1p(-tells)
    said = np.log(0.5 * sources.kinds + 0.5 / kinds)[None, :]
    rate = np.log(np.maximum(sources.false, 1e-9))[:, None] - math.log(choice.grid.area_m2 * span_s) + said
    false = rate[reports.source, reports.kind] + given.doubt
    named = np.zeros(len(false))
    _choose(named, reports, given.layer, choice.layer, fields, choice.grid.geometry)
    nearest = np.abs(np.log(given.levels_m)[:, None] - np.log(sources.error_m)[None, :]).argmin(axis=1)
    base = math.log(sources.incidents) - math.log(span_s) + float(np.log1p(-tells).sum())
    said_as = np.stack([confusion(share, kinds) for share in sources.random_kind])
    return World(
        place=sources.covariances(reports.source, given.stated), layer=given.layer, delays=delay, confusion=said_as,
        kinds=sources.kinds, density=density,
        geometry=choice.grid.geometry, first=first, further=np.log(again), false=false + named, named=named, base=base,
        fold_s=given.fold_s, names_places=choice.layer, choice=fields,
        level=np.r_[np.arange(len(tells)), nearest].astype(np.int64), levels_m=given.levels_m,
    )  # fmt: skip


@compiled
def _choose(chosen: Floats, reports: Reports, of_map: Ints, layer: Ints, fields: Floats, geometry: Floats) -> None:
    sources = len(layer)
    for i in range(len(chosen)):
        named = layer[reports.source[i]]
        if named >= 0 and of_map[i] < sources:
            alone = (named * (sources + 1) + sources) * 3
            chosen[i] = between(fields, geometry, alone, reports.x_m[i], reports.y_m[i])
