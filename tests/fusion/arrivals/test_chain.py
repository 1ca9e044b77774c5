"""Blocks in a row, against dense algebra."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.fusion.arrivals.chain import Chain, eliminated, smoothed


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 5), st.integers(1, 9), st.integers(0, 1000))
def test_a_chain_is_the_dense_matrix_it_stands_for(blocks: int, size: int, seed: int):
    chance = np.random.default_rng(seed)
    full = np.eye(blocks * size)
    for block in range(blocks):
        end = min(block + 2, blocks) * size
        told = chance.normal(size=(2 * size, end - block * size))
        full[block * size : end, block * size : end] += told.T @ told
    right = chance.normal(size=(blocks, size))
    at = [slice(block * size, (block + 1) * size) for block in range(blocks)]
    own = np.array([full[one, one] for one in at])
    ahead = np.array([full[one, other] for one, other in pairwise(at)]).reshape(-1, size, size)
    done = eliminated(Chain(own, ahead, right))
    mean, within, between = smoothed(done)
    inverse = np.linalg.inv(full)
    assert done.log_det() == pytest.approx(np.linalg.slogdet(full)[1], abs=1e-8)
    assert done.explained() == pytest.approx(right.ravel() @ inverse @ right.ravel(), rel=1e-8)
    assert mean.ravel() == pytest.approx(inverse @ right.ravel(), abs=1e-8)
    for block in range(blocks):
        assert within[block] == pytest.approx(inverse[at[block], at[block]], abs=1e-9)
        if block + 1 < blocks:
            assert between[block] == pytest.approx(inverse[at[block], at[block + 1]], abs=1e-9)


def test_what_is_no_covariance_gives_no_number():
    done = eliminated(Chain(np.array([[[-1.0]]]), np.zeros((0, 1, 1)), np.zeros((1, 1))))
    assert np.isnan(done.log_det())
