"""Where incidents happen: a density over the map, learned from the reports, each source blurred by its own error.

Reports of one source are the incidents' places blurred by that source's error. The density of the incidents is found
back by Richardson-Lucy deconvolution (Richardson 1972, J. Optical Society of America 62, 55-59; Lucy 1974,
Astronomical Journal 79, 745-754), never finer than a kernel whose width is chosen by cross-validation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.ndimage import gaussian_filter

from truceline.fusion.compiled import compiled, compiled_inner
from truceline.fusion.reports.settings import HOUR, KM
from truceline.model.columns import Floats, Ints

FOLDS = 3
"""Parts of time, taken in turn: a report never helps to predict itself."""

_WIDTHS_M = tuple(KM * width for width in (1.2, 1.8, 2.7, 4.0, 6.0, 9.0))
_PLAIN_ERROR_M = 1.0 * KM
_MARGIN_M = 6.0 * KM
_LEAST_AREA_M2 = KM * KM
_NEAR_A_CHANGE_S = 18.0 * HOUR
_ROUNDS = 5
_EVEN = 0.05
_FEW = 600
_REACH = 4.0
_SMALL = 20_000


class Reports(NamedTuple):
    """Reports in the order of their content: source and kind coded, place and time from the first of each.

    ``clock`` is the way in which the time is told: that of the source, or of a source that states this length of time.
    """

    source: Ints
    x_m: Floats
    y_m: Floats
    time_s: Floats
    kind: Ints
    clock: Ints


@dataclass(frozen=True)
class Grid:
    """Square cells over the reports."""

    cell_m: float
    x_m: float
    y_m: float
    columns: int
    rows: int
    area_m2: float

    @property
    def geometry(self) -> Floats:
        """What kernels need to find a cell."""
        return np.array([self.x_m, self.y_m, 1 / self.cell_m])

    def counted(self, x_m: Floats, y_m: Floats, weight: Floats | None = None) -> Floats:
        """How many (or how much weight) of the places lie in each cell."""
        column = ((x_m - self.x_m) / self.cell_m).astype(np.int64)
        row = ((y_m - self.y_m) / self.cell_m).astype(np.int64)
        number = np.bincount(column * self.rows + row, weight, self.columns * self.rows)
        return number.astype(float).reshape(self.columns, self.rows)


def grid_over(x_m: Floats, y_m: Floats, cell_m: float = KM, most: int = 2_000_000) -> Grid:
    """A grid over all places, its cells no smaller than asked and at most so many."""
    left, right, low, high = x_m.min(), x_m.max(), y_m.min(), y_m.max()
    spread = max(1e-9, (right - left + _MARGIN_M) * (high - low + _MARGIN_M))
    cell = max(cell_m, math.sqrt(spread / most))
    west, south = left - 2 * cell, low - 2 * cell
    columns, rows = int((right - west) / cell) + 3, int((high - south) / cell) + 3
    return Grid(cell, west, south, columns, rows, max(_LEAST_AREA_M2, (right - left) * (high - low)))


def kernel_width_m(grid: Grid, reports: Reports, block_s: float) -> float:
    """Width of the kernel by cross-validation over blocks of time in turn (one incident's reports rarely straddle)."""
    x, y, t = reports.x_m, reports.y_m, reports.time_s
    odd = (np.floor(t / block_s) % 2) == 1
    clear = np.abs(t - block_s * np.round(t / block_s)) > _NEAR_A_CHANGE_S
    known = [grid.counted(x[part], y[part]) for part in (odd, ~odd)]
    asked = [grid.counted(x[part & clear], y[part & clear]) for part in (odd, ~odd)]

    def told(width_m: float) -> float:
        return sum(
            float((incident_density(grid, [known[a]], [_PLAIN_ERROR_M], width_m)[0] * asked[1 - a]).sum())
            for a in (0, 1)
        )

    return max(_WIDTHS_M, key=told)


def incident_density(grid: Grid, counts: list[Floats], error_m: list[float], width_m: float) -> Floats:
    """Log density per source (per m²) of what it reports, from its counts per cell and its error."""
    total = max(1e-9, sum(float(count.sum()) for count in counts))
    density = np.full((grid.columns, grid.rows), 1.0 / (grid.columns * grid.rows))
    blur = [max(0.3, math.hypot(error, width_m) / grid.cell_m) for error in error_m]
    spoken = [s for s in range(len(error_m)) if counts[s].sum() > 0]
    for _ in range(_ROUNDS if spoken else 0):
        more = np.zeros_like(density)
        for s in spoken:
            seen = blurred(density, blur[s], edge_stays=True) + 1e-12
            more += blurred(counts[s] / seen, blur[s], edge_stays=True)
        density *= more / total
        density = np.maximum(density, 0)
        density /= max(1e-300, float(density.sum()))
        density = (1 - _EVEN / _ROUNDS) * density + _EVEN / _ROUNDS / density.size
    told = (blurred(density, width, edge_stays=True) for width in blur)
    return np.stack([np.log(seen / grid.cell_m**2 + 1e-300) for seen in told])


def blurred(field: Floats, width: float, *, edge_stays: bool) -> Floats:
    """A field blurred by a normal kernel (standard deviation in cells), cut at four of them.

    Beyond its edge the field goes on as it is there (``edge_stays``), or is nothing. A small map takes less time to be
    blurred than scipy.ndimage takes to be called; the result is the same but for rounding.

    >>> blurred(np.ones((3, 3)), 1.0, edge_stays=True).round(9).tolist()[0]
    [1.0, 1.0, 1.0]
    """
    if field.size > _SMALL:
        return np.asarray(gaussian_filter(field, width, mode="nearest" if edge_stays else "constant"))
    reach = int(_REACH * width + 0.5)
    weight = np.exp(-0.5 * (np.arange(reach + 1) / width) ** 2)
    weight /= weight[0] + 2.0 * weight[1:].sum()
    along = np.zeros((field.shape[1], field.shape[0]))
    across = np.zeros(field.shape)
    _blur(np.ascontiguousarray(field), weight, edge_stays, along)
    _blur(along, weight, edge_stays, across)
    return across


@compiled
def _blur(field: Floats, weight: Floats, edge_stays: bool, turned: Floats) -> None:
    """Blur along the first axis; the result is turned, so that a second time blurs along the other."""
    rows, columns = field.shape
    edge = 1.0 if edge_stays else 0.0
    line = np.empty(columns)
    for i in range(rows):
        for j in range(columns):
            line[j] = weight[0] * field[i, j]
        for k in range(1, len(weight)):
            low, high = max(i - k, 0), min(i + k, rows - 1)
            a = weight[k] * (1.0 if i - k >= 0 else edge)
            b = weight[k] * (1.0 if i + k < rows else edge)
            for j in range(columns):
                line[j] += a * field[low, j] + b * field[high, j]
        for j in range(columns):
            turned[j, i] = line[j]


def density_by_fold(
    grid: Grid, reports: Reports, layers: tuple[Ints, Floats], group_size: Ints, scale: tuple[float, float],
    *, few: bool,
) -> Floats:  # fmt: skip
    """One density per fold of time and layer, each from the other folds; a group counts once.

    ``scale``: width (m) of the kernel and length (s) of a fold; ``few``: where reports are few, all folds are learned
    from.
    ``layers``: the layer of each report (-1: it says little of the map) and the error (m) of each layer.
    """
    (layer, error_m), (width_m, block_s) = layers, scale
    weight = 1.0 / group_size
    fold = (reports.time_s / block_s).astype(np.int64) % FOLDS
    sources = range(len(error_m))

    def counts(part: int, source: int) -> Floats:
        rows = (layer == source) & (fold == part)
        return grid.counted(reports.x_m[rows], reports.y_m[rows], weight[rows])

    held = [[counts(part, source) for source in sources] for part in range(FOLDS)]

    def without(left_out: int) -> Floats:
        rest = [part for part in range(FOLDS) if part != left_out]
        return incident_density(grid, [_sum([held[part][s] for part in rest]) for s in sources], list(error_m), width_m)

    if few and len(weight) < _FEW:
        return np.concatenate([without(-1)] * FOLDS)
    return np.concatenate([without(part) for part in range(FOLDS)])


def narrower_m(width_m: float) -> float:
    """The next narrower kernel: half of the reports, which chose the width, bear less detail than all of them."""
    return _WIDTHS_M[max(0, _WIDTHS_M.index(width_m) - 1)]


def evened(by_fold: Floats) -> Floats:
    """Log densities learned from other folds, evened out with what all folds tell.

    A density learned from other folds tells too little of the incidents of this one, by about as much (in its log) as
    one learned from all of them tells too much (Akaike 1974, IEEE Trans. Automatic Control 19, 716-723). Where too
    little is told, other incidents seem rarer than they are and reports are linked too often: so it is the mean of both
    logs.
    """
    folds = by_fold.reshape(FOLDS, -1, *by_fold.shape[1:])
    every = np.log(np.exp(folds).mean(axis=0))
    return np.asarray((0.5 * (folds + every)).reshape(by_fold.shape))


def _sum(counts: list[Floats]) -> Floats:
    total = 0 + counts[0]
    for count in counts[1:]:
        total = total + count
    return total


@compiled_inner
def between(field: Floats, geometry: Floats, layer: int, x: float, y: float) -> float:
    """Value of one layer of a field between the middles of its cells."""
    u, v = (x - geometry[0]) * geometry[2] - 0.5, (y - geometry[1]) * geometry[2] - 0.5
    u = min(max(u, 0.0), field.shape[1] - 1.001)
    v = min(max(v, 0.0), field.shape[2] - 1.001)
    i, j = int(u), int(v)
    a, b = u - i, v - j
    low = field[layer, i, j] * (1 - a) + field[layer, i + 1, j] * a
    high = field[layer, i, j + 1] * (1 - a) + field[layer, i + 1, j + 1] * a
    return float(low * (1 - b) + high * b)
