"""How many incidents there are and who tells of them: drawn given who tells of the same, conjugate where it can be."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from truceline.fusion.compiled import compiled
from truceline.fusion.reports.densities import Reports
from truceline.fusion.reports.sampling import Rings
from truceline.fusion.reports.settings import FALSE_SHAPE
from truceline.fusion.reports.sources import Sources
from truceline.model.columns import Floats, Mask

_TOTALS = 1600
_STEPS_OF_TOLD = 400.0
_NOTHING_LEFT = 45.0
"""So far (in logs) below the highest nothing is left that matters."""


class Tally(NamedTuple):
    """Incidents told of; per source those it tells of, its further reports and false ones; which reports are false."""

    incidents: int
    first: Floats
    further: Floats
    false: Floats
    is_false: Mask


@compiled
def tally(rings: Rings, reports: Reports, false: Floats, chance: Floats, sources: int) -> Tally:
    """Count rings; a report alone is drawn to be false or to tell of an incident."""
    first_told, further, false_told = np.zeros(sources), np.zeros(sources), np.zeros(sources)
    is_false = np.zeros(len(chance), np.bool_)
    seen = np.zeros(sources, np.int64)
    incidents = 0
    for i in range(len(chance)):
        s = reports.source[i]
        if rings.after[i] == i:
            if chance[i] < math.exp(false[i] - rings.alone[i]):
                false_told[s] += 1
                is_false[i] = True
            else:
                first_told[s] += 1
                incidents += 1
            continue
        j, first = rings.after[i], True
        while j != i:
            if j < i:
                first = False
                break
            j = rings.after[j]
        if first:
            incidents += 1
            j = i
            while True:
                q = reports.source[j]
                if seen[q] == i + 1:
                    further[q] += 1
                else:
                    first_told[q] += 1
                    seen[q] = i + 1
                j = rings.after[j]
                if j == i:
                    break
    return Tally(incidents, first_told, further, false_told, is_false)


@compiled
def _number(incidents: int, first: Floats, part: float) -> float:
    """The number of incidents below which this part of the probability lies; how many each source tells of is given."""
    lowest = max(float(incidents), first.max(), 1.0)
    step = max(1.0, lowest / _STEPS_OF_TOLD)
    reached, total = np.empty(_TOTALS), np.empty(_TOTALS)
    highest, steps = -np.inf, 0
    for k in range(_TOTALS):
        total[k] = math.floor(lowest + step * k)
        log = math.lgamma(total[k] + 1) - math.lgamma(total[k] - incidents + 1) - math.log(total[k])
        for s in range(len(first)):
            log += math.lgamma(total[k] - first[s] + 1) - math.lgamma(total[k] + 2)
        reached[k] = log
        steps = k + 1
        highest = max(highest, log)
        if log < highest - _NOTHING_LEFT:
            break
    whole = 0.0
    for k in range(steps):
        whole += math.exp(reached[k] - highest)
        reached[k] = whole
    below = int(np.searchsorted(reached[:steps], part * whole))
    return float(total[min(steps - 1, below)])


def draw_rates(sources: Sources, told: Tally, expected: Floats, chance: np.random.Generator) -> Sources:
    """Draw the number of incidents, told of or not, and how often each source tells of one, again, and falsely.

    The number of incidents is that of independent captures with one rate per source (Darroch 1958, Biometrika 45,
    343-359), on a grid up to five times the number told of. ``expected`` is the prior number of false reports of each.
    """
    number = _number(told.incidents, told.first, chance.random())
    incidents = float(chance.gamma(number + 1))
    tells = np.clip(chance.beta(1 + told.first, 1 + np.maximum(0, number - told.first)), 1e-4, 1 - 1e-4)
    again = np.clip(chance.beta(1 + told.further, 9 + told.first), 1e-5, 0.9)
    firm = FALSE_SHAPE / (expected + 0.5) + 1
    false = chance.gamma(FALSE_SHAPE + told.false) / firm
    return replace(sources, incidents=incidents, tells=tells, again=again, false=false)
