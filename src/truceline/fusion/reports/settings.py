"""What is stated and not learned: priors and figures that grouping starts from, and the units the field thinks in."""

from __future__ import annotations

KM = 1000.0
HOUR = 3600.0

FALSE_SHARE = 0.05
"""Stated prior: the share of a source's reports that tell of nothing."""
FALSE_SHAPE = 12.0
"""How firmly that share is held (shape of a gamma prior on the number of false reports)."""

DISCREPANCY = 0.05
"""A misfit term set by hand, neither learned nor derived: so much of the unresolved links (sum of p (1 - p)) is added
to the spread of a count, for the model of densities and errors may itself be off."""

WIDE_TAIL = 0.15
NARROW_TAIL = 0.01
"""Share of delays that may be anything near: wide while the sources are still being learned, narrow afterwards."""

LEARN_ON, LEARN_ON_PLAIN = 1800, 4000
"""So many reports (more where nothing is stated) are learned from and grouped in one; of more, sources are learned on a
part and all are grouped."""
LARGE = 20_000
"""From so many reports on, sources are learned on a larger part and work is parted among cores."""

CELL_M = 1.25 * KM
MOST_CELLS = 60_000
MOST_CELLS_OF_MANY = 400_000

FLOOR = -6.0
"""Log odds against two reports of their own from which on a pair is weighed at all."""
FLOOR_OF_MANY = -5.5
