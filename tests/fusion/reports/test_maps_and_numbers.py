"""The compiled sums of grouping beside the ones of SciPy that define them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter
from scipy.special import gammaln

from truceline.fusion.reports.densities import blurred
from truceline.fusion.reports.rates import _number


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.floats(0.05, 30.0), st.booleans(), st.integers(0, 99))
def test_a_map_is_blurred_as_scipy_blurs_it(rows: int, columns: int, width: float, stays: bool, seed: int):
    field = np.random.default_rng(seed).random((rows, columns))
    wanted = gaussian_filter(field, width, mode="nearest" if stays else "constant")
    np.testing.assert_allclose(blurred(field, width, edge_stays=stays), wanted, rtol=1e-9, atol=1e-13)


def test_a_large_map_is_blurred_alike():
    field = np.random.default_rng(1).random((200, 150))
    np.testing.assert_allclose(
        blurred(field, 2.5, edge_stays=True), gaussian_filter(field, 2.5, mode="nearest"), rtol=1e-12
    )


@pytest.mark.parametrize("told", [(150, [80.0, 60.0, 30.0, 20.0]), (1, [1.0]), (40, [40.0]), (3000, [900.0, 2500.0])])
def test_the_number_of_incidents_has_the_quantiles_of_captures(told: tuple[int, list[float]]):
    incidents, first = told
    lowest = max(incidents, *first, 1)
    total = np.floor(lowest + max(1.0, lowest / 400.0) * np.arange(1600))
    log = gammaln(total + 1) - gammaln(total - incidents + 1) - np.log(total)
    for one in first:
        log += gammaln(total - one + 1) - gammaln(total + 2)
    reached = np.exp(log - log.max()).cumsum()
    for part in (0.0, 0.025, 0.5, 0.975, 0.999999):
        wanted = total[min(1599, int(np.searchsorted(reached, part * reached[-1])))]
        assert _number(incidents, np.array(first), part) == wanted
