"""The weight of a group does not hang on the order in which its members are handed over."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import numpy as np
import pytest

from truceline.fusion.reports.chain import Chain
from truceline.fusion.reports.ordering import ordered
from truceline.fusion.reports.weighing import log_weight_real


def test_a_group_weighs_the_same_in_every_order_also_across_two_folds_of_time(week_of: Callable[..., Any]):
    chain = Chain(ordered(week_of(2, 300).table))
    fold = (chain.reports.time_s / chain.fold_s).astype(np.int64)
    last = int(np.flatnonzero(np.diff(fold))[0])
    rows = np.arange(last - 1, last + 2)
    assert len(set(fold[rows].tolist())) == 2
    weights = [log_weight_real(np.array(one, np.int64), 3, chain.reports, chain.world) for one in permutations(rows)]
    assert weights == pytest.approx([weights[0]] * len(weights), rel=1e-12)


def test_what_was_worked_out_before_changes_no_visit(week_of: Callable[..., Any]):
    rings = []
    for forget in (False, True):
        chain = Chain(ordered(week_of(2, 300).table))
        chain.find_pairs(-4.0)
        for _ in range(12):
            if forget:
                chain.known.ring[:], chain.known.rest[:] = 0, 0
            chain.visit_all(1.0)
        rings.append((chain.rings.after.copy(), chain.links.copy()))
    assert np.array_equal(rings[0][0], rings[1][0])
    np.testing.assert_allclose(rings[0][1], rings[1][1], rtol=1e-9, atol=1e-12)
