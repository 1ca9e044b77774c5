"""Weights are the integrals they stand for, and the search for partners finds all there are."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.fusion.reports.candidates import candidates, pair_windows, weigh_alone
from truceline.fusion.reports.chain import Chain
from truceline.fusion.reports.ordering import ordered
from truceline.fusion.reports.weighing import joined, log_weight_real
from truceline.model import ReportTable
from truceline.model.columns import Floats


class Mixed(Protocol):
    """Reports that state something."""

    table: ReportTable


@pytest.fixture(scope="module")
def chain(mixed_of: Callable[..., Mixed]) -> Chain:
    """A search over sources that state everything, something and nothing, before the first sweep."""
    return Chain(ordered(mixed_of(1, 60).table))


def covariance(chain: Chain, row: int) -> Floats:
    xx, xy, yy = chain.world.place[row, :3]
    return np.array([[xx, xy], [xy, yy]])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 100), min_size=2, max_size=5, unique=True))
def test_places_join_as_a_product_of_normal_densities(chain: Chain, rows: list[int]):
    world, reports = chain.world, chain.reports
    i = rows[0]
    state = reports.x_m[i], reports.y_m[i], *world.place[i, :3]
    precision = np.linalg.inv(covariance(chain, i))
    pull = precision @ (reports.x_m[i], reports.y_m[i])
    for row in rows[1:]:
        state = joined(*state, reports.x_m[row], reports.y_m[row], *world.place[row, :3])[:5]
        one = np.linalg.inv(covariance(chain, row))
        precision, pull = precision + one, pull + one @ (reports.x_m[row], reports.y_m[row])
    whole = np.linalg.inv(precision)
    np.testing.assert_allclose(state[:2], whole @ pull, rtol=1e-6, atol=1e-3)
    np.testing.assert_allclose(state[2:], (whole[0, 0], whole[0, 1], whole[1, 1]), rtol=1e-6, atol=1e-3)


def test_every_pair_that_is_near_enough_is_found(chain: Chain):
    reports, world, floor = chain.reports, chain.world, -6.0
    alone = np.empty(len(chain))
    weigh_alone(reports, world, alone)
    found = candidates(reports, world, alone, floor)
    got = {(int(i), int(j)): odds for i, j, odds in zip(*found, strict=True)}
    assert all(i < j for i, j in got)
    assert len(got) == len(found.first)
    lowest, highest = pair_windows(world)
    for i in range(len(chain)):
        for j in range(i + 1, len(chain)):
            apart = np.array([reports.x_m[i] - reports.x_m[j], reports.y_m[i] - reports.y_m[j]])
            both = covariance(chain, i) + covariance(chain, j)
            a, b = reports.clock[i], reports.clock[j]
            near = apart @ np.linalg.solve(both, apart) <= 4.2**2
            near &= lowest[a, b] <= reports.time_s[i] - reports.time_s[j] <= highest[a, b]
            odds = log_weight_real(np.array([i, j]), 2, reports, world) - alone[i] - alone[j]
            if near and odds > floor + 1e-9:
                assert got.pop((i, j)) == pytest.approx(odds)
    assert all(odds < floor + 1e-6 for odds in got.values())


def test_times_of_a_day_a_quarter_of_an_hour_and_seconds_weigh_as_their_integral(chain: Chain):
    """The weight of three, less that of other moments, is what summing the windows over time gives."""
    reports, world, sources = chain.reports, chain.world, chain.sources
    clocks, manner = sources.clocks, sources.manner
    rows = [int(np.flatnonzero(reports.clock == clock)[0]) for clock in np.flatnonzero(~np.isnan(clocks.span_s))]
    spans = clocks.span_s[reports.clock[rows]]
    order = np.argsort(spans)
    for chosen in ([order[0], order[-1]], [order[0], order[2], order[-1]], [order[-1], order[-2]]):
        members = np.array([rows[q] for q in chosen])
        base = float(reports.time_s.mean())

        def weight(starts: list[float], members: np.ndarray = members) -> float:
            time_s = reports.time_s.copy()
            time_s[members] = starts
            moved = reports._replace(time_s=time_s)
            # The fold of time, and with it the map, is that of the first member: it stays where it was.
            return float(log_weight_real(members, len(members), moved, world))

        def integral(starts: list[float], members: np.ndarray = members) -> float:
            span, jitter = clocks.span_s[reports.clock[members]], manner.jitter_s[reports.clock[members]]
            low = max(s - 6 * j for s, j in zip(starts, jitter, strict=True))
            high = min(s + g + 6 * j for s, g, j in zip(starts, span, jitter, strict=True))
            at = np.linspace(low, high, 40_001)
            product = np.ones_like(at)
            for s, g, j in zip(starts, span, jitter, strict=True):
                edge = [math.sqrt(0.5) * (at - s) / j, math.sqrt(0.5) * (at - s - g) / j]
                erf = [np.array([math.erf(v) for v in side]) for side in edge]
                product *= 0.5 * (erf[0] - erf[1]) / g
            return math.log(np.trapezoid(product, at))

        span = clocks.span_s[reports.clock[members]]
        middle = [base + 0.0 * s for s in span]
        shifted = [base - 0.5 * s for s in span]
        expected = integral(shifted) - integral(middle)
        assert weight(shifted) - weight(middle) == pytest.approx(expected, abs=0.25)
