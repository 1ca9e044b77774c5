"""The questions asked of arrivals, against asking every arrival."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.fusion.arrivals.picks import FREE, Picks, Taken, crowding, first_from, nearest_free, ordered

Rows = list[tuple[float, int, int, int]]

LAWS = settings(max_examples=150, deadline=None)
SENSORS = 4
MOMENTS = st.integers(-20, 120).map(lambda eighth: eighth / 8)
ARRIVALS = st.lists(
    st.tuples(MOMENTS, st.integers(0, SENSORS - 1), st.sampled_from([-1, 0, 1, 2]), st.sampled_from([-1, 0, 1])),
    min_size=1,
    max_size=40,
    unique_by=lambda row: row[:2],
)


def as_columns(rows: Rows) -> tuple[Picks, Taken]:
    time_s, sensor = np.array([row[0] for row in rows]), np.array([row[1] for row in rows], dtype=np.int64)
    picks, _ = ordered(time_s, sensor, SENSORS)
    order = np.lexsort((time_s, sensor))
    return picks, Taken(*(np.array([row[i] for row in rows], dtype=np.int64)[order] for i in (2, 3)))


@LAWS
@given(st.lists(st.tuples(MOMENTS, st.integers(0, SENSORS - 1)), max_size=40))
def test_arrivals_stand_by_sensor_and_time_and_each_row_knows_its_own(rows: list[tuple[float, int]]):
    time_s, sensor = np.array([row[0] for row in rows]), np.array([row[1] for row in rows], dtype=np.int64)
    picks, arrival = ordered(time_s, sensor, SENSORS)
    # Two rows of one sensor and one moment tell of one arrival.
    assert list(zip(picks.sensor, picks.time_s, strict=True)) == sorted({(row[1], row[0]) for row in rows})
    assert picks.time_s[arrival].tolist() == time_s.tolist()
    assert picks.sensor[arrival].tolist() == sensor.tolist()


@LAWS
@given(ARRIVALS, st.integers(0, SENSORS - 1), MOMENTS)
def test_first_from_is_the_first_arrival_at_a_moment_or_later(rows: Rows, sensor: int, moment: float):
    picks, _ = as_columns(rows)
    end = int(np.searchsorted(picks.sensor, sensor, side="right"))
    later = [row for row in range(len(rows)) if picks.sensor[row] == sensor and picks.time_s[row] >= moment]
    assert first_from(picks, sensor, moment) == (later[0] if later else end)


@LAWS
@given(
    ARRIVALS,
    st.integers(0, SENSORS - 1),
    MOMENTS,
    st.sampled_from([0.0, 0.3, 2.0, 50.0]),
    st.sampled_from([-2, 0, 1]),
    st.sampled_from([-1, 0, 1]),
)
def test_nearest_free_is_the_nearest_of_those_that_may_be_taken(
    rows: Rows, sensor: int, moment: float, gate: float, event: int, cluster: int
):
    picks, taken = as_columns(rows)
    may = [
        row
        for row in range(len(rows))
        if picks.sensor[row] == sensor
        and moment - gate <= picks.time_s[row] <= moment + gate
        and taken.event[row] in (FREE, event)
        and cluster in (-1, taken.cluster[row])
    ]
    pick, many = nearest_free(picks, taken, event, cluster, sensor, moment, gate)
    assert many == len(may)
    if not may:
        assert pick == -1
        return
    assert pick in may
    assert abs(picks.time_s[pick] - moment) == min(abs(picks.time_s[row] - moment) for row in may)


@LAWS
@given(ARRIVALS, st.booleans(), st.sampled_from([0.0, 0.2, 1.0]))
def test_crowding_counts_the_others_in_the_thickest_window(rows: Rows, free_only: bool, share: float):
    picks, taken = as_columns(rows)
    windows = np.array([4.0, 1.5])
    out = np.empty(len(rows))
    crowding(picks, free_only, taken, share, windows, out)
    counted = (taken.event == FREE) | (not free_only)
    span = picks.bucket_s * (picks.begin.shape[1] - 1)
    for row in range(len(rows)):
        mine = (picks.sensor == picks.sensor[row]) & counted
        mean = (mine.sum() + 1.0) / span
        around = [
            (mine & (np.abs(picks.time_s - picks.time_s[row]) <= w) & (np.arange(len(rows)) != row)).sum() / (2 * w)
            for w in windows
        ]
        assert math.isclose(out[row], math.log(mean + share * max(around)), abs_tol=1e-9)
