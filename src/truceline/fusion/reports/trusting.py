"""How far what a source states of its own exactness is to be believed, given who tells of the same.

**In:** groups of reports, of which some state a covariance of their place or a length of time. **Out:** per source the
factor and the further error that its stated places need, and the jitter of its stated times. Early on the best of a
ladder of trials is taken, later they are drawn (Metropolis & al. 1953, J. Chemical Physics 21, 1087-1092).

Stated errors are taken to be about right before anything is known, but never believed to be less than half of what is
stated; a further error is taken to be no more than about the error stated along the shorter axis.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from truceline.fusion.reports.sources import LEAST_OF_SPAN, Sources, with_value
from truceline.fusion.reports.weighing import World

LEAST_STRETCH = 1.0
_MOST_STRETCH = 20.0
_STRETCH_SPREAD, _SLACK_SPREAD = 0.5, 1.2
_STRETCH_TRIALS = (0.7, 0.85, 1.2, 1.5, 2.0, 3.0)
_EXTRA_TRIALS = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0)
_SLACK_TRIALS = (0.25, 0.5, 0.7, 1.4, 2.0, 4.0, 10.0)
_USUAL_SLACK, _LEAST_SLACK_S = 0.1, 0.01

Placed = Callable[[World, Sources], World]
"""The world with the covariances of all places anew."""
Timed = Callable[[World, Sources, int], World]
"""The world with the clocks of one source anew."""
Weighed = Callable[[World], float]


def _place_prior(sources: Sources, source: int) -> float:
    factor = math.log(sources.stretch[source]) / _STRETCH_SPREAD
    further = sources.extra_m[source] / sources.usual_m[source]
    return -0.5 * (factor * factor + float(further * further))


def _slack_prior(sources: Sources, source: int) -> float:
    usual = max(1.0, _USUAL_SLACK * float(sources.usual_s[source]))
    return -0.5 * (math.log(sources.slack_s[source] / usual) / _SLACK_SPREAD) ** 2


def states_place(sources: Sources, source: int) -> bool:
    """Whether any of the source's reports states how exact its place is."""
    return bool(sources.usual_m[source] > 0)


def states_time(sources: Sources, source: int) -> bool:
    """Whether any of the source's reports states how long its time lasts."""
    return not math.isnan(sources.usual_s[source])


def _stretched(sources: Sources, source: int, stretch: float, extra_m: float) -> Sources:
    factor = min(max(stretch, LEAST_STRETCH), _MOST_STRETCH)
    return replace(
        sources, stretch=with_value(sources.stretch, source, factor),
        extra_m=with_value(sources.extra_m, source, extra_m),
    )  # fmt: skip


def _slackened(sources: Sources, source: int, slack_s: float) -> Sources:
    least = max(_LEAST_SLACK_S, LEAST_OF_SPAN * float(sources.usual_s[source]))
    return replace(sources, slack_s=with_value(sources.slack_s, source, max(slack_s, least)))


def fit_trust(
    sources: Sources, world: World, source: int, weighed: Weighed, renewed: tuple[Placed, Timed]
) -> tuple[Sources, World]:
    """The best of a ladder of trials."""
    placed, timed = renewed
    if states_place(sources, source):
        stretch, extra, usual = sources.stretch[source], sources.extra_m[source], sources.usual_m[source]
        trials = [_stretched(sources, source, stretch * by, extra) for by in _STRETCH_TRIALS]
        trials += [_stretched(sources, source, stretch, usual * by) for by in _EXTRA_TRIALS]
        found = [(other, placed(world, other)) for other in trials]
        sources, world = _best(sources, world, found, lambda s, w: weighed(w) + _place_prior(s, source))
    if states_time(sources, source):
        trials = [_slackened(sources, source, sources.slack_s[source] * by) for by in _SLACK_TRIALS]
        found = [(other, timed(world, other, source)) for other in trials]
        sources, world = _best(sources, world, found, lambda s, w: weighed(w) + _slack_prior(s, source))
    return sources, world


def _best(
    sources: Sources, world: World, trials: list[tuple[Sources, World]], value: Callable[[Sources, World], float]
) -> tuple[Sources, World]:
    best = value(sources, world)
    for other, trial in trials:
        reached = value(other, trial)
        if reached > best:
            best, sources, world = reached, other, trial
    return sources, world


def draw_trust(
    sources: Sources, world: World, source: int, weighed: Weighed, renewed: tuple[Placed, Timed],
    chance: np.random.Generator,
) -> tuple[Sources, World]:  # fmt: skip
    """One draw of each."""
    placed, timed = renewed
    if states_place(sources, source):
        by = math.exp(chance.normal(0, 0.15 if chance.random() < 0.6 else 0.5))
        step = chance.normal(0, 0.3 if chance.random() < 0.6 else 1.0) * sources.usual_m[source]
        for factor, further in ((by, 0.0), (1.0, step)):
            extra = abs(sources.extra_m[source] + further)
            other = _stretched(sources, source, sources.stretch[source] * factor, extra)
            trial = placed(world, other)
            gain = weighed(trial) - weighed(world) + _place_prior(other, source) - _place_prior(sources, source)
            if math.log(chance.random()) < gain:
                sources, world = other, trial
    if states_time(sources, source):
        by = math.exp(chance.normal(0, 0.3 if chance.random() < 0.6 else 1.0))
        other = _slackened(sources, source, sources.slack_s[source] * by)
        trial = timed(world, other, source)
        gain = weighed(trial) - weighed(world) + _slack_prior(other, source) - _slack_prior(sources, source)
        if math.log(chance.random()) < gain:
            sources, world = other, trial
    return sources, world
