"""The moment at which one state of a sensor gave way to another, from the times at which each shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from truceline.model.columns import Floats

_FEWEST = 6
_MOST_ASTRAY = 0.2


@dataclass(frozen=True)
class Turn:
    """The moment (s) between two states; ``later`` tells that the second of the two named is the later one."""

    moment_s: float
    later: bool


def turn_between(first_s: Floats, second_s: Floats) -> Turn | None:
    """Where two states part in time so that fewest moments lie astray; none if too many do (the states are mixed).

    >>> turn_between(np.arange(10.0), np.arange(10.0, 20.0))
    Turn(moment_s=9.5, later=True)
    >>> turn_between(np.arange(10.0), np.arange(10.0) + 0.5) is None
    True
    """
    if len(first_s) < _FEWEST or len(second_s) < _FEWEST:
        return None
    times = np.concatenate([first_s, second_s])
    second = np.r_[np.zeros(len(first_s), dtype=bool), np.ones(len(second_s), dtype=bool)]
    order = np.lexsort((second, times))
    times, second = times[order], second[order]
    before_second = np.r_[0, np.cumsum(second)]
    before_first = np.r_[0, np.cumsum(~second)]
    # Astray when the second comes later: seconds before the cut and firsts after it; and the other way round.
    later = before_second + (len(first_s) - before_first)
    earlier = before_first + (len(second_s) - before_second)
    is_later = bool(later.min() <= earlier.min())
    astray = later if is_later else earlier
    cut = int(np.argmin(astray))
    if not 0 < cut < len(times) or astray[cut] > _MOST_ASTRAY * min(len(first_s), len(second_s)):
        return None
    return Turn(float(0.5 * (times[cut - 1] + times[cut])), is_later)
