"""What stands clear is the same whether every arrival is asked for it or only those that no firm event explains."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from truceline.fusion.arrivals import LocateSettings, learning
from truceline.fusion.arrivals.accepting import chance
from truceline.fusion.arrivals.growing import CLAIMED
from truceline.model.columns import Floats

Make = Callable[..., Any]
"""A fixture that makes hours."""


@pytest.mark.parametrize("seed", range(3))
def test_of_many_arrivals_those_a_firm_event_takes_in_are_not_asked_and_the_same_events_stand_clear(
    hour: Make, seen: Make, monkeypatch: pytest.MonkeyPatch, seed: int
):
    made = hour(seed, events=60, span_s=7200.0, noise=300)
    world, _, taken = seen(made)
    log_rate = chance(world, taken, 1.0, free_only=False)
    told: list[Floats] = []
    ask = learning.proposals

    def noted(*asked: object) -> Floats:
        told.append(ask(*asked))  # type: ignore[arg-type]
        return told[-1]

    monkeypatch.setattr(learning, "proposals", noted)
    arrivals = len(taken.event)
    every = learning._clear(world, log_rate, LocateSettings(most_thorough=arrivals))
    fewer = learning._clear(world, log_rate, LocateSettings(most_thorough=arrivals - 1))
    assert not (told[0][:, 4] == CLAIMED).any()
    assert (told[1][:, 4] == CLAIMED).mean() > 0.5
    assert len(every.home) > 30
    apart_m = np.hypot(*(every.state[:, None, axis] - fewer.state[None, :, axis] for axis in (1, 2)))
    late_s = abs(every.state[:, None, 3] - fewer.state[None, :, 3])
    assert ((apart_m < 20.0) & (late_s < 0.1)).any(axis=1).mean() >= 0.97
    assert len(fewer.home) <= len(every.home) + 1
