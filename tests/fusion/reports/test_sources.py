"""What is believed of sources: the middle of several draws, and how unsure a number is that rests on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from truceline.fusion.reports import group_reports
from truceline.fusion.reports.chain import Chain
from truceline.fusion.reports.ordering import ordered
from truceline.fusion.reports.sources import mean_of


def test_the_middle_of_draws_is_that_of_shares_and_of_the_logs_of_errors(mixed_of: Callable[..., Any]):
    one = Chain(ordered(mixed_of(1, 60).table)).sources
    other = replace(one, error_m=4.0 * one.error_m, tells=one.tells + 0.1, incidents=one.incidents + 10.0)
    middle = mean_of([one, other])
    np.testing.assert_allclose(middle.error_m, 2.0 * one.error_m)
    np.testing.assert_allclose(middle.tells, one.tells + 0.05)
    assert middle.incidents == one.incidents + 5.0
    assert middle.clocks is one.clocks


@pytest.mark.parametrize("seed", [21, 22, 23])
def test_the_interval_of_a_number_that_rests_on_a_part_holds_the_truth(week_of: Callable[..., Any], seed: int):
    made = week_of(seed, 1300)
    assert len(made.table) > 1800
    told = group_reports(made.table).told
    assert told.low <= made.told <= told.high
    assert told.high - told.low < 0.2 * made.told
