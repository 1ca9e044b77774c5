"""The search: sources, the map and who tells of the same, each drawn in turn given the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from truceline.fusion.compiled import in_parts
from truceline.fusion.reports.candidates import (
    Neighbours,
    Pairs,
    candidates,
    neighbours,
    pair_windows,
    weigh_alone,
    weigh_pairs,
)
from truceline.fusion.reports.delays import without_pairs
from truceline.fusion.reports.densities import (
    Grid,
    Reports,
    density_by_fold,
    evened,
    grid_over,
    kernel_width_m,
    narrower_m,
)
from truceline.fusion.reports.learning import Evidence, draw, fit
from truceline.fusion.reports.ordering import Ordered
from truceline.fusion.reports.rates import Tally, draw_rates, tally
from truceline.fusion.reports.sampling import (
    Draw,
    Known,
    Windows,
    nothing_known,
    ring_of,
    rings_alone,
    shared_rings,
    sweep,
    weigh_rings,
)
from truceline.fusion.reports.settings import CELL_M, HOUR, KM, LARGE, MOST_CELLS, NARROW_TAIL
from truceline.fusion.reports.sources import Given, Sources, choice_of, first_belief, mean_of, of_many_faults, world_of
from truceline.fusion.reports.stating import doubts, layers_of, levels_m
from truceline.fusion.reports.weighing import World
from truceline.model.columns import Floats, Ints, Mask

_FOLDS_OF_SPAN, _LEAST_FOLD_S = 12, 48.0 * HOUR
_BLOCKS_OF_SPAN, _LEAST_BLOCK_S = 10, 72.0 * HOUR
_SEED_BITS = 0x7FFFFFFF
_LEAST_SPAN_S = 1.0 * HOUR
_LONG_REACH_S = 24.0 * HOUR
_FEW = 1500
_EXACT_M = 3.0 * KM


class Pace(NamedTuple):
    """After which sweeps the best of trials is sought, when all is weighed anew, and when delays become narrow."""

    fits: frozenset[int]
    anew: int
    narrow_after: int


_PLAIN = Pace(frozenset({1, 4}), 5, 8)
_STATED = Pace(frozenset({1, 3, 6, 9, 12, 15}), 8, 15)
_FEW_STATED = Pace(frozenset({1, 3, 5, 7, 9, 12, 15}), 8, 15)
"""How far statements are to be trusted takes longer to be found than what sources are like that state nothing."""


class Chain:
    """The state of a search. It changes with every sweep; what it holds is only read by others."""

    def __init__(
        self, given: Ordered, sources: Sources | None = None, map_of: tuple[int, float | None] = (MOST_CELLS, None)
    ) -> None:
        """Every report by itself; sources as given or as first believed.

        ``map_of``: most cells of the map and, if known, its kernel (m).
        """
        reports, said, stated, (cells, width_m) = given.reports, given.said, given.stated, map_of
        names, kinds = len(given.sources), len(given.kinds)
        self.reports, self.said, self.seed = reports, said, given.seed & _SEED_BITS
        self.span_s = max(_LEAST_SPAN_S, float(reports.time_s.max() - reports.time_s.min()))
        self.grid: Grid = grid_over(reports.x_m, reports.y_m, CELL_M, cells)
        self.plain = given.plain
        first = sources or first_belief(reports, stated, given.clocks, kinds, self.grid.area_m2)
        self.sources = of_many_faults(first) if self.plain and sources is None else first
        self.told_by: Ints = np.bincount(reports.source, minlength=names)
        doubt, self.expected = doubts(reports.source, names, stated)
        levels = levels_m(stated)
        layer, self.mapped = layers_of(reports.source, names, stated, levels)
        self.rings = rings_alone(len(said))
        self.fold_s = max(self.span_s / _FOLDS_OF_SPAN, _LEAST_FOLD_S)
        self.given = Given(reports, stated, layer, levels, doubt, self.span_s, self.fold_s)
        self.width_m = width_m or self._width_m()
        self.choice = choice_of(self.sources, self.grid, reports, stated)
        self.fields = self.choice.fields(self.sources)
        self.delays = self.sources.delays()
        self.pairs: Pairs | None = None
        self.near: Neighbours
        self.links: Floats
        self.known: Known
        self.density: Floats
        self.world: World
        self.windows: Windows
        self.is_false: Mask
        self.sweeps = 0
        self.unsure = 0.0
        self.middle = self.sources
        self.map_again()
        self.weigh()

    def __len__(self) -> int:
        """How many reports there are."""
        return len(self.said)

    def _width_m(self) -> float:
        places = self.given.stated.place
        exact = places & (self.mapped >= 0) & (np.nan_to_num(self.given.stated.size_m) < _EXACT_M)
        free = np.where(places, exact, self.sources.least_error_m[self.reports.source] == 0)
        some = Reports._make(column[free] for column in self.reports)
        width_m = kernel_width_m(self.grid, some, max(self.span_s / _BLOCKS_OF_SPAN, _LEAST_BLOCK_S))
        return narrower_m(width_m) if self.plain else width_m

    def map_again(self) -> None:
        """The density of incidents from the rings as they are."""
        ring = ring_of(self.rings.after)
        size = np.bincount(ring, minlength=len(self))[ring]
        layers = self.mapped, np.r_[self.sources.error_m, self.given.levels_m]
        by_fold = density_by_fold(
            self.grid, self.reports, layers, size, (self.width_m, self.fold_s), few=not self.plain
        )
        self.density = evened(by_fold) if self.plain else by_fold

    def weigh(self) -> None:
        """All weights anew, after sources or map changed."""
        self.world = world_of(self.sources, self.delays, self.density, (self.choice, self.fields), self.given)
        weigh_alone(self.reports, self.world, self.rings.alone)
        d = self.world.delays
        highest = np.where(d.tabled == 1, d.table.max(axis=1), 1 / np.sqrt(2 * np.pi * d.variance_s2))
        self.windows = Windows(*pair_windows(self.world), np.log(highest))
        if self.pairs is not None:
            weigh_pairs(self.pairs, self.reports, self.world, self.rings.alone)
            self.known.ring[:], self.known.rest[:] = 0, 0
        weigh_rings(self.rings, self.reports, self.world)

    def find_pairs(self, floor: float) -> None:
        """The pairs that may tell of one incident; their links start anew."""
        self.pairs = candidates(self.reports, self.world, self.rings.alone, floor)
        self.near = neighbours(len(self), self.pairs)
        self.links = np.zeros(len(self.pairs.first))
        self.known = nothing_known(len(self), len(self.near.other))

    def anew(self, floor: float) -> None:
        """Map, weights and pairs as the sources are now."""
        self.map_again()
        self.fields = self.choice.fields(self.sources)
        self.pairs = None
        self.weigh()
        self.find_pairs(floor)

    def visit_all(self, share: float, blocks: Ints | None = None) -> None:
        """One sweep; in blocks of time, every second block at once, where they are given."""
        assert self.pairs is not None  # noqa: S101 - pairs are found before the first sweep
        self.sweeps += 1
        pairs, turn = self.pairs, Draw(self.seed, self.sweeps, self.said)

        def part(begin: int, end: int) -> None:
            sweep(
                begin, end, self.rings, self.near, pairs, self.reports, self.world, self.windows, self.known,
                self.links, share, turn,
            )  # fmt: skip

        if blocks is None:
            part(0, len(self))
            return
        for odd in (0, 1):
            _every_second(blocks, odd, part, 1 if len(self) >= LARGE else len(blocks))

    def count(self, chance: np.random.Generator) -> Tally:
        """How many incidents and false reports there are now, and new rates to go with them."""
        told = tally(self.rings, self.reports, self._false(), chance.random(len(self)), len(self.told_by))
        self.sources = draw_rates(self.sources, told, self.expected, chance)
        self.is_false = told.is_false
        return told

    def _false(self) -> Floats:
        """Log weight of each report as a false one; what it states of itself is believed where nobody confirms it."""
        stated = self.given.stated.probability
        return np.where(np.isnan(stated), self.world.false, np.log1p(-stated) + self.rings.alone)

    def learn(self, chance: np.random.Generator, *, fitting: bool) -> None:
        """Errors of the sources: the best of trials, or a draw."""
        alone = (self.rings.after == np.arange(len(self))) & ~self.is_false
        every = np.ones(len(self), dtype=bool)
        evidence = Evidence(
            self.reports, *shared_rings(self.rings.after), self._kinds(alone), self._kinds(every), self.choice,
            self.given.stated,
        )  # fmt: skip
        world = self.world._replace(delays=without_pairs(self.world.delays))
        if fitting:
            self.sources, world = fit(self.sources, world, evidence, gently=self.plain)
        else:
            self.sources, world = draw(self.sources, world, evidence, chance)
        self.delays, self.fields = self.sources.delays(), world.choice

    def narrow(self) -> None:
        """From now on hardly any delay is out of the ordinary."""
        self.sources = replace(self.sources, tail=NARROW_TAIL)
        self.delays = self.sources.delays()

    def _kinds(self, rows: Mask) -> Ints:
        names, kinds = len(self.told_by), len(self.sources.kinds)
        code = self.reports.source[rows] * kinds + self.reports.kind[rows]
        return np.bincount(code, minlength=names * kinds).reshape(names, kinds)


def _every_second(blocks: Ints, odd: int, part: Callable[[int, int], None], at_once: int) -> None:
    number = (len(blocks) - odd) // 2

    def one(begin: int, end: int) -> None:
        for turn in range(begin, end):
            part(int(blocks[2 * turn + odd]), int(blocks[2 * turn + odd + 1]))

    in_parts(number, one, at_once)


class Course(NamedTuple):
    """What a chain runs: seed, sweeps before it counts, sweeps kept, sweeps between two changes, least log weight."""

    seed: int
    burn: int
    keep: int
    every: int
    floor: float


def learned(chain: Chain, course: Course) -> tuple[Chain, Ints]:
    """Sources and groups together: the chain at its end, and incidents and false reports in every kept sweep.

    The chain also holds the ``middle`` of what sources were drawn to be, and how much (as a share, ``unsure``) the
    number told of went up and down with them.
    """
    seed, burn, keep, every, floor = course
    chance = np.random.default_rng(seed)
    chain.find_pairs(floor + 2)
    counts, draws, told_of = [], list[Sources](), list[int]()
    stated = _FEW_STATED if len(chain) < _FEW else _STATED
    fits, anew, narrow_after = _PLAIN if chain.plain else stated
    last_fit = max(fits) if chain.plain else narrow_after
    for turn in range(burn + keep):
        if turn in {anew, burn}:
            chain.anew(floor)
        chain.visit_all(1.0 if turn >= burn else 0.0)
        told = chain.count(chance)
        fitting = turn in fits
        changes = fitting or (turn > last_fit and turn % every == 0)
        if changes:
            chain.learn(chance, fitting=fitting)
        if turn == narrow_after:
            chain.narrow()
        if changes and turn + 1 not in {anew, burn}:
            chain.weigh()
        if turn > max(narrow_after, (burn + keep) // 2):
            draws.append(chain.sources)
            told_of.append(told.incidents + int(told.false.sum()))
        if turn >= burn:
            counts.append((told.incidents, int(told.false.sum())))
    if draws:
        chain.middle = mean_of(draws)
        chain.unsure = float(np.std(told_of) / np.mean(told_of))
    return chain, np.array(counts, dtype=np.int64)


def applied(chain: Chain, *, burn: int, keep: int, floor: float, map_again: bool) -> Ints:
    """Groups with sources as they are known; incidents and false reports in every kept sweep."""
    chance = np.random.default_rng(chain.seed)
    chain.find_pairs(floor)
    blocks = _blocks(chain)
    counts = []
    for turn in range(burn + keep):
        chain.visit_all(1.0 if turn >= burn else 0.0, blocks)
        if turn >= burn:
            told = chain.count(chance)
            counts.append((told.incidents, int(told.false.sum())))
        elif turn == burn - 2:
            chain.count(chance)
            if map_again:
                chain.map_again()
                chain.weigh()
    return np.array(counts, dtype=np.int64)


def _blocks(chain: Chain) -> Ints:
    """Bounds of blocks of time, each longer than four reaches, so that every second one may be visited at once."""
    reach = max(float(np.abs(chain.windows.lowest).max()), float(np.abs(chain.windows.highest).max()))
    t = chain.reports.time_s
    length = 4 * max(_LONG_REACH_S, reach)
    inner = np.searchsorted(t, np.arange(t[0] + length, t[-1] - 0.5 * length, length))
    bounds: Ints = np.r_[0, inner, len(chain)].astype(np.int64)
    return bounds
