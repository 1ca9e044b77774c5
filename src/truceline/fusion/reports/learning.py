"""How far off each source is, in place, time and kind, given who tells of the same.

Early on the most probable values are sought on a ladder of trials; later they are drawn (Metropolis & al. 1953, J.
Chemical Physics 21, 1087-1092) with the weights of whole groups, so that no incident's place or time is ever guessed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from truceline.fusion.reports.delays import changed
from truceline.fusion.reports.densities import Reports
from truceline.fusion.reports.sampling import log_weight_with
from truceline.fusion.reports.settings import HOUR, KM
from truceline.fusion.reports.sources import Choice, Sources, confusion, with_value
from truceline.fusion.reports.stating import Stated
from truceline.fusion.reports.trusting import Placed, Timed, Weighed, draw_trust, fit_trust
from truceline.fusion.reports.weighing import World
from truceline.model.columns import Ints

_ERROR_TRIALS = (0.25, 0.5, 0.7, 0.85, 1.2, 1.5, 2.0)
_GENTLE_TRIALS = _ERROR_TRIALS[2:]
_NAMED_TRIALS = (0.7, 1.4)
_KIND_TRIALS = (0.03, 0.08, 0.15, 0.25, 0.35, 0.5, 0.7)
_LAG_TRIALS = (0.2, 0.5, 0.75, 1.4, 2.0, 4.0)
_MOST_GROUPS = 250
_TYPICAL_JITTER_S = 0.5 * HOUR
_LAG_OF_GRAIN = 0.15
_LEAST_ERROR_M = 1e-3 * KM
_LEAST_JITTER_S = 1e-3 * HOUR
_LEAST_LAG_S = 1e-4 * HOUR
_NAMED_ERROR_DRAWN = 0.34
_LEAST_KIND = 0.01


@dataclass(frozen=True)
class Evidence:
    """What sources are judged by: groups of two and more, the kinds of reports alone and of all, by source."""

    reports: Reports
    begin: Ints
    members: Ints
    kinds_alone: Ints
    kinds: Ints
    choice: Choice
    stated: Stated

    def of(self, source: int, world: World) -> float:
        """Log weight of the groups in which this source tells."""
        return float(log_weight_with(self.begin, self.members, source, self.reports, world))

    def some(self) -> Evidence:
        """At most 250 of the groups, evenly taken."""
        groups = len(self.begin) - 1
        if groups <= _MOST_GROUPS:
            return self
        kept = np.unique(np.linspace(0, groups - 1, _MOST_GROUPS).astype(np.int64))
        members = np.concatenate([self.members[self.begin[group] : self.begin[group + 1]] for group in kept])
        return replace(self, begin=np.r_[0, np.cumsum(np.diff(self.begin)[kept])], members=members)


def _error_prior(least_m: float) -> Callable[[float], float]:
    """About a kilometre, or a fifth above what naming places costs at the least."""
    if least_m == 0:
        return lambda error: -0.5 * (math.log(error / KM) / 1.2) ** 2
    return lambda error: -0.5 * (math.log(max(1e-9 * KM, error - least_m) / (0.2 * least_m)) / 0.8) ** 2


def _delay_prior(grain_s: float, jitter_s: float, lag_s: float) -> float:
    """Jitter is that of a clock, about half an hour; the lag grows with the grain of the stamps."""
    jitter = -0.5 * (math.log(jitter_s / _TYPICAL_JITTER_S) / 1.2) ** 2
    return jitter - 0.5 * (math.log(lag_s / (_LAG_OF_GRAIN * max(grain_s, 0.5 * HOUR))) / 1.2) ** 2


def _kind_prior(evidence: Evidence, sources: Sources, source: int) -> Callable[[float], float]:
    """What reports alone say of the share of kinds said at random, and a prior for a low one."""
    alone, kinds = evidence.kinds_alone[source], len(sources.kinds)

    def log(share: float) -> float:
        told = (alone * np.log((1 - share) * sources.kinds + share / kinds)).sum()
        return float(told) + math.log(share) + 5 * math.log(1 - share)

    return log


def _with_error(
    world: World, sources: Sources, evidence: Evidence, source: int, error_m: float, *, renew_choice: bool = True
) -> World:
    choice, place = evidence.choice, world.place.copy()
    rows = (evidence.reports.source == source) & ~evidence.stated.place
    variance = error_m * error_m
    place[rows] = (variance, 0.0, variance, 1.0 / (variance * variance))
    other = world._replace(place=place)
    if renew_choice and sources.least_error_m[source] > 0:
        field, all_fields = choice.field(sources, source, error_m), world.choice.copy()
        begin = int(choice.layer[source]) * len(field)
        all_fields[begin : begin + len(field)] = field
        other = other._replace(choice=all_fields)
    return other


def _with_kind(world: World, source: int, share: float) -> World:
    said = world.confusion.copy()
    said[source] = confusion(share, len(world.kinds))
    return world._replace(confusion=said)


def _with_delay(sources: Sources, source: int, delay: tuple[float, float, float]) -> Sources:
    middle, jitter, lag = delay
    return replace(
        sources,
        middle_s=with_value(sources.middle_s, source, middle),
        jitter_s=with_value(sources.jitter_s, source, jitter),
        lag_s=with_value(sources.lag_s, source, lag),
    )


def _redelayed(world: World, sources: Sources, source: int) -> World:
    """The world with the clocks of one source anew."""
    clocks = [int(clock) for clock in np.flatnonzero(sources.clocks.source == source)]
    return world._replace(delays=changed(world.delays, clocks, sources.manner, sources.tail))


def fit(sources: Sources, world: World, evidence: Evidence, *, gently: bool = False) -> tuple[Sources, World]:
    """Early learning: the best of a ladder of trials, one source and one figure after another.

    ``gently``: errors shrink by little at a time and kinds are left to be drawn. Groups begin as those that agree best,
    so what is found best for them is too exact, and then nothing but what agrees best is ever linked.
    """
    if len(evidence.begin) - 1 >= 2:
        some = evidence.some()
        for source in range(len(sources.error_m)):
            if sources.plain_place[source]:
                sources, world = _fit_error(sources, world, some, source, gently=gently)
            if not gently:
                sources, world = _fit_kind(sources, world, some, source)
            if sources.plain_time[source]:
                sources, world = _fit_delay(sources, world, some, source, gently=gently)
            sources, world = fit_trust(sources, world, source, *_weighing(some, source))
    return with_kinds(sources, evidence.kinds), world


def _weighing(evidence: Evidence, source: int) -> tuple[Weighed, tuple[Placed, Timed]]:
    """How worlds are weighed where this source tells, and how they change with what is believed of it."""

    def weighed(world: World) -> float:
        return evidence.of(source, world)

    def placed(world: World, sources: Sources) -> World:
        return world._replace(place=sources.covariances(evidence.reports.source, evidence.stated))

    return weighed, (placed, _redelayed)


def _fit_error(
    sources: Sources, world: World, evidence: Evidence, source: int, *, gently: bool
) -> tuple[Sources, World]:
    least, start = sources.least_error_m[source], sources
    prior = _error_prior(least)
    beyond = sources.error_m[source] - least
    best = evidence.of(source, world) + prior(sources.error_m[source])
    found = world
    trials = _GENTLE_TRIALS if gently else _ERROR_TRIALS
    for factor in trials if least == 0 else _NAMED_TRIALS:
        error = max(least + beyond * factor, 1.001 * least, _LEAST_ERROR_M)
        trial = _with_error(world, sources, evidence, source, error)
        value = evidence.of(source, trial) + prior(error)
        if value > best:
            best, found = value, trial
            sources = replace(start, error_m=with_value(start.error_m, source, error))
    return sources, found


def _fit_kind(sources: Sources, world: World, evidence: Evidence, source: int) -> tuple[Sources, World]:
    prior = _kind_prior(evidence, sources, source)
    best = evidence.of(source, world) + prior(sources.random_kind[source])
    for share in _KIND_TRIALS:
        trial = _with_kind(world, source, share)
        value = evidence.of(source, trial) + prior(share)
        if value > best:
            best, world = value, trial
            sources = replace(sources, random_kind=with_value(sources.random_kind, source, share))
    return sources, world


def _delay_trials(
    grain: float, now: tuple[float, float, float], by: tuple[float, ...]
) -> Iterable[tuple[float, float, float]]:
    middle, jitter, lag = now
    yield from ((middle, jitter * factor, lag) for factor in by)
    yield from ((middle, jitter, lag * factor) for factor in _LAG_TRIALS)
    if grain >= HOUR:
        yield from (
            (a * grain, b * grain, c * grain)
            for a in (-0.5, 0.0, 0.5)
            for b in (0.03, 0.1, 0.3)
            for c in (0.02, 0.12, 0.3)
        )


def _fit_delay(
    sources: Sources, world: World, evidence: Evidence, source: int, *, gently: bool
) -> tuple[Sources, World]:
    grain = sources.grain_s[source]
    middle, jitter, lag = sources.middle_s[source], sources.jitter_s[source], sources.lag_s[source]
    best = evidence.of(source, world) + _delay_prior(grain, jitter, lag)
    by = _GENTLE_TRIALS if gently else _ERROR_TRIALS
    for a, b, c in _delay_trials(grain, (middle, jitter, lag), by):
        spread = max(b, _LEAST_JITTER_S, 0.02 * grain)
        other = _with_delay(sources, source, (a, spread, c))
        trial = _redelayed(world, other, source)
        value = evidence.of(source, trial) + _delay_prior(grain, spread, c)
        if value > best:
            best, world, sources = value, trial, other
    return sources, world


def draw(sources: Sources, world: World, evidence: Evidence, chance: np.random.Generator) -> tuple[Sources, World]:
    """One draw of every source's errors in place, kind and time."""
    if len(evidence.begin) < 2:
        return sources, world
    for source in range(len(sources.error_m)):
        weight = evidence.of(source, world)
        if sources.plain_place[source]:
            sources, world, weight = _draw_error(sources, world, evidence, source, weight, chance)
        sources, world, weight = _draw_kind(sources, world, evidence, source, weight, chance)
        if sources.plain_time[source]:
            sources, world = _draw_delay(sources, world, evidence, source, weight, chance)
        sources, world = draw_trust(sources, world, source, *_weighing(evidence, source), chance)
    return with_kinds(sources, evidence.kinds), world


def _draw_error(
    sources: Sources, world: World, evidence: Evidence, source: int, weight: float, chance: np.random.Generator
) -> tuple[Sources, World, float]:
    least, now = sources.least_error_m[source], sources.error_m[source]
    # A source that names places costs a field for each trial: every third time is enough.
    keep = least > 0 and chance.random() > _NAMED_ERROR_DRAWN
    error = now
    if not keep:
        error = least + (now - least) * math.exp(chance.normal(0, 0.15 if chance.random() < 0.6 else 0.5))
    error = max(error, 1.001 * least, _LEAST_ERROR_M)
    trial = _with_error(world, sources, evidence, source, error, renew_choice=not keep)
    value, prior = evidence.of(source, trial), _error_prior(least)
    if math.log(chance.random()) < value - weight + prior(error) - prior(now):
        return replace(sources, error_m=with_value(sources.error_m, source, error)), trial, value
    return sources, world, weight


def _draw_kind(
    sources: Sources, world: World, evidence: Evidence, source: int, weight: float, chance: np.random.Generator
) -> tuple[Sources, World, float]:
    now = sources.random_kind[source]
    share = abs(now + chance.normal(0, 0.08))
    share = min(max(2 - share if share > 1 else share, 1e-3), 0.999)
    trial, prior = _with_kind(world, source, share), _kind_prior(evidence, sources, source)
    value = evidence.of(source, trial)
    if math.log(chance.random()) < value - weight + prior(share) - prior(now):
        return replace(sources, random_kind=with_value(sources.random_kind, source, share)), trial, value
    return sources, world, weight


def _draw_delay(
    sources: Sources, world: World, evidence: Evidence, source: int, weight: float, chance: np.random.Generator
) -> tuple[Sources, World]:
    steps = []
    for _ in range(2):
        which, size = chance.random(), 0.2 if chance.random() < 0.5 else 0.6
        jitter = math.exp(chance.normal(0, size)) if which > 0.35 else 1.0
        lag = math.exp(chance.normal(0, 1.5 * size)) if which < 0.35 or which > 0.7 else 1.0
        steps.append((jitter, lag))
    grain = sources.grain_s[source]
    for jitter_by, lag_by in steps:
        jitter = max(_LEAST_JITTER_S, 0.02 * grain, sources.jitter_s[source] * jitter_by)
        lag = max(_LEAST_LAG_S, sources.lag_s[source] * lag_by)
        other = _with_delay(sources, source, (sources.middle_s[source], jitter, lag))
        trial = _redelayed(world, other, source)
        value = evidence.of(source, trial)
        prior = _delay_prior(grain, sources.jitter_s[source], sources.lag_s[source])
        gain = value - weight + _delay_prior(grain, jitter, lag) - prior
        if gain > 0 or math.log(chance.random()) < gain:
            sources, world, weight = other, trial, value
    return sources, world


def with_kinds(sources: Sources, said: Ints) -> Sources:
    """Shares of the true kinds: what is said (by source and kind) once the share said at random is taken off."""
    kinds, of_source = said.shape[1], said.sum(axis=1)
    random = float((of_source * sources.random_kind).sum() / of_source.sum())
    shares = (said.sum(axis=0) + 0.5) / (of_source.sum() + 0.5 * kinds)
    true = np.maximum(_LEAST_KIND, (shares - random / kinds) / max(0.2, 1 - random))
    return replace(sources, kinds=true / true.sum())
