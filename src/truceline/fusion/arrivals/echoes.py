"""Arrivals that meet by chance more often than even noise would: echoes and flurries.

An echo follows an event's arrival at its sensor, thrown back by walls and hills, and is no event of its own. A flurry
is noise that many sensors hear more of for some seconds, or that was only kept because something was heard.

How often and how late they come is learned: arrivals that follow those of events, less those that go before them (what
goes before is no echo, so noise and neighbouring events cancel). Where echoes are frequent, an arrival that follows
another is likelier to be one, and a few of them that seem to meet at a place prove little.
"""

from __future__ import annotations

import numpy as np

from truceline.fusion.arrivals.picks import FREE, Picks, Taken
from truceline.fusion.compiled import compiled
from truceline.model.columns import Floats, Ints

DELAYS_S = np.array([0.0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6])
"""Steps of delay over which echoes are counted."""

_SURE = 2.0
_SURELY = 4.0
_EVEN_ARRIVALS = 3.0
FLURRY_S = 10.0
"""Noise this long before and after an arrival tells how thick it stands there."""


@compiled
def _followers(picks: Picks, event: Ints, size: Ints, delays_s: Floats, after: Floats, before: Floats) -> None:
    steps = len(delays_s) - 1
    for sensor in range(picks.begin.shape[0]):
        begin, end = picks.begin[sensor, 0], picks.begin[sensor, picks.begin.shape[1] - 1]
        for pick in range(begin, end):
            if event[pick] < 0:
                continue
            for way in (-1, 1):
                other = pick + way
                step = 0
                while begin <= other < end:
                    apart = abs(picks.time_s[other] - picks.time_s[pick])
                    while step < steps and apart >= delays_s[step + 1]:
                        step += 1
                    if step >= steps:
                        break
                    if event[other] < 0 or 2 * size[event[other]] < size[event[pick]]:
                        if way > 0:
                            after[step] += 1.0
                        else:
                            before[step] += 1.0
                    other += way


@compiled
def _rates(picks: Picks, event: Ints, delays_s: Floats, density: Floats, out: Floats) -> None:
    steps = len(delays_s) - 1
    for sensor in range(picks.begin.shape[0]):
        begin, end = picks.begin[sensor, 0], picks.begin[sensor, picks.begin.shape[1] - 1]
        for pick in range(begin, end):
            if event[pick] < 0:
                continue
            step, other = 0, pick + 1
            while other < end:
                apart = picks.time_s[other] - picks.time_s[pick]
                while step < steps and apart >= delays_s[step + 1]:
                    step += 1
                if step >= steps:
                    break
                out[other] += density[step]
                other += 1


def echo_density(picks: Picks, taken: Taken) -> Floats:
    """Echoes per second that follow an arrival of an event, for each step of delay; 0 where none are surely seen.

    Arrivals of an event less than half as often heard count as possible echoes.
    """
    steps = len(DELAYS_S) - 1
    held = int((taken.event != FREE).sum())
    if not held:
        return np.zeros(steps)
    after, before = np.zeros(steps), np.zeros(steps)
    size = np.bincount(taken.event[taken.event != FREE])
    _followers(picks, taken.event, size, DELAYS_S, after, before)
    sure = after - before > _SURE * np.sqrt(after + before)
    return np.where(sure, (after - before) / held / np.diff(DELAYS_S), 0.0)


def echo_rates(picks: Picks, taken: Taken) -> Floats:
    """Echoes per second expected at each arrival from the events' arrivals just before it at its sensor."""
    out = np.zeros(len(picks.time_s))
    density = echo_density(picks, taken)
    if density.any():
        _rates(picks, taken.event, DELAYS_S, density, out)
    return out


def flurries(picks: Picks, taken: Taken) -> Floats:
    """How many times as thick as on average unexplained arrivals of all sensors stand around each arrival, 1 at least.

    Only what is surely more than an even spread would bring counts.
    """
    free = np.sort(picks.time_s[taken.event == FREE])
    span_s = picks.bucket_s * (picks.begin.shape[1] - 1)
    around = np.searchsorted(free, picks.time_s + FLURRY_S, "right") - np.searchsorted(free, picks.time_s - FLURRY_S)
    even = len(free) * min(1.0, 2.0 * FLURRY_S / span_s)
    times = (around + _EVEN_ARRIVALS) / (even + _EVEN_ARRIVALS)
    return np.where(around > even + _SURELY * np.sqrt(even + 1.0), np.maximum(times, 1.0), 1.0)
