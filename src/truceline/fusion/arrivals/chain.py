"""Values in a row of blocks, each tied to the next block only: most likely values, evidence and errors.

What is asked: the Gaussian with normal equations ``own`` on the diagonal and ``ahead`` beside it, as an estimate over
time makes them. What comes: its mean, the logarithm of its determinant, and the covariance within every block and
between neighbours, all in whatever unit the values have. The cost grows with the number of blocks, not with its
cube: forward elimination and backward smoothing (Rauch, Tung & Striebel 1965; Golub & Van Loan 2013, Matrix
Computations, ch. 4.5).

The algebra is done here, row by row, and not by a library that parts it among cores: sums are then taken in the same
order on every machine, and processes that run side by side do not wait for each other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from truceline.fusion.compiled import compiled
from truceline.model.columns import Floats


@dataclass(frozen=True)
class Chain:
    """Normal equations: ``own`` (blocks, size, size), ``ahead`` (blocks - 1, size, size), ``right`` (blocks, size)."""

    own: Floats
    ahead: Floats
    right: Floats


@dataclass(frozen=True)
class Eliminated:
    """A chain after forward elimination: upper factors, links to the next block, and the right side half solved."""

    factor: Floats
    link: Floats
    half: Floats

    def log_det(self) -> float:
        """Logarithm of the determinant of the normal matrix."""
        return 2.0 * float(np.log(np.diagonal(self.factor, axis1=1, axis2=2)).sum())

    def explained(self) -> float:
        """What the values explain: the right side times the mean."""
        return float((self.half**2).sum())


@compiled
def _less(row: Floats, times: Floats, rows: Floats, many: int, begin: int) -> None:
    """Take the first rows, each as often as said, from a row, from a column on; four at once, which is faster."""
    k, end = 0, len(row)
    while k + 4 <= many:
        one, two, three, four = times[k], times[k + 1], times[k + 2], times[k + 3]
        for j in range(begin, end):
            row[j] -= (one * rows[k, j] + two * rows[k + 1, j]) + (three * rows[k + 2, j] + four * rows[k + 3, j])
        k += 4
    while k < many:
        for j in range(begin, end):
            row[j] -= times[k] * rows[k, j]
        k += 1


@compiled
def _factored(matrix: Floats) -> None:
    """The upper Cholesky factor in place; not a number where the matrix is not positive definite."""
    for k in range(len(matrix)):
        _less(matrix[k], matrix[:, k], matrix, k, k)
        root = math.sqrt(matrix[k, k])
        for j in range(k, len(matrix)):
            matrix[k, j] /= root
        matrix[k, :k] = 0.0


@compiled
def _half_solved(factor: Floats, right: Floats) -> None:
    """Solve the transposed factor times unknown = right, in place."""
    for k in range(len(factor)):
        _less(right[k], factor[:, k], right, k, 0)
        for j in range(right.shape[1]):
            right[k, j] /= factor[k, k]


@compiled
def _eliminate(own: Floats, ahead: Floats, right: Floats) -> None:
    size = own.shape[1]
    for block in range(len(own)):
        if block:
            link = ahead[block - 1]
            for i in range(size):
                _less(own[block, i], link[:, i], link, size, i)
                for k in range(size):
                    right[block, i] -= link[k, i] * right[block - 1, k]
        _factored(own[block])
        _half_solved(own[block], right[block].reshape(size, 1))
        if block < len(ahead):
            _half_solved(own[block], ahead[block])


def eliminated(chain: Chain) -> Eliminated:
    """Forward elimination, block by block."""
    own, ahead, right = chain.own.copy(), chain.ahead.copy(), chain.right.copy()
    _eliminate(own, ahead, right)
    return Eliminated(own, ahead, right)


@compiled
def _times(one: Floats, other: Floats, out: Floats) -> None:
    """Minus the transpose of one matrix times another."""
    out[:] = 0.0
    for i in range(len(out)):
        _less(out[i], one[:, i], other, len(one), 0)


@compiled
def _smooth(factor: Floats, link: Floats, half: Floats, mean: Floats, own: Floats, ahead: Floats) -> None:
    size, last = factor.shape[1], len(factor) - 1
    back, gain, spread = np.empty((size, size)), np.empty((size, size)), np.empty((size, size))
    for block in range(last, -1, -1):
        # ``back`` is the transposed inverse of the factor: its rows times each other give the inverse of the block.
        back[:] = np.eye(size)
        _half_solved(factor[block], back)
        if block < last:
            for i in range(size):
                for k in range(size):
                    half[block, i] -= link[block, i, k] * mean[block + 1, k]
        for i in range(size):
            mean[block, i] = 0.0
            for k in range(i, size):
                mean[block, i] += back[k, i] * half[block, k]
        _times(back, back, spread)
        own[block] = -spread
        if block < last:
            _times(back, link[block], gain)
            # ``gain`` is minus the part of the next block in this one.
            _times(gain.T.copy(), own[block + 1], spread)
            ahead[block] = -spread
            _times(gain.T.copy(), ahead[block].T.copy(), spread)
            own[block] -= spread


def smoothed(done: Eliminated) -> tuple[Floats, Floats, Floats]:
    """Mean (blocks, size), covariance within blocks, and between each block and the next.

    >>> mean, own, _ = smoothed(eliminated(Chain(np.array([[[4.0]]]), np.zeros((0, 1, 1)), np.array([[2.0]]))))
    >>> mean.tolist(), own.tolist()
    ([[0.5]], [[[0.25]]])
    """
    mean, own, ahead = np.empty_like(done.half), np.empty_like(done.factor), np.empty_like(done.link)
    _smooth(done.factor, done.link, done.half.copy(), mean, own, ahead)
    return mean, own, ahead
