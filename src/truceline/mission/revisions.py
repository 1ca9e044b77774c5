"""Which revision an incident is of: one more whenever anything it states has changed since the last run.

What is learned of sources changes with every file, so the figures of a weighed incident move by little in every run.
An incident of the same members stays of its revision while its figures are nearly those with which that revision began
(:data:`FIGURES`): the place moved by at most a twentieth of its own 95 % axis and is as wide within a twentieth, begin
and end moved by at most a twentieth of its span, the probability by at most a hundredth. They are held against that
beginning and not against the run before, so that many small steps make a revision as one large step does.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from truceline.model import IncidentTable, Words
from truceline.model.columns import Ints, Mask
from truceline.model.geodesy import WGS84

_STATED = tuple(column.name for column in fields(IncidentTable) if column.name not in {"id", "members"})
"""All but the id, which stands for the members, and their number."""

FIGURES = ("start_us", "end_us", "lat", "lon", "radius_m", "probability")
"""What may move by little within a revision."""
_MAY_MOVE = frozenset((*FIGURES, "place"))
NEARLY, NEARLY_AS_SURE = 0.05, 0.01
"""Share of an axis or a span, and the difference of probabilities, up to which figures are nearly the same."""


def revisions(now: IncidentTable, before: IncidentTable, known: Ints) -> Ints:
    """The revision of every incident of now: 1 for a new one, else as ``known`` has it before, one more if it changed.

    ``known`` stands in the order of ``before``. Any difference counts: when, where, what, how many, by whom.
    """
    found = np.ones(len(now), dtype=np.int64)
    if len(before) == 0:
        return found
    by_id = np.argsort(before.id)
    place = np.minimum(np.searchsorted(before.id[by_id], now.id), len(before) - 1)
    old = by_id[place]
    rows = np.flatnonzero(before.id[old] == now.id)
    old = old[rows]
    changed, moved = np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
    for name in _STATED:
        differs = _differs(getattr(now, name), rows, getattr(before, name), old)
        if name in _MAY_MOVE:
            moved |= differs
        else:
            changed |= differs
    changed |= moved & ~_nearly(now.take(rows), before.take(old))
    found[rows] = known[old] + changed
    return found


def as_begun(now: IncidentTable, found: Ints, before: IncidentTable, known: Ints) -> IncidentTable:
    """The incidents of now with the figures with which the revision of each began.

    ``found`` are their revisions; ``before`` has the run before with the figures with which its revisions, ``known``,
    began. What is of the same revision as then began as it did then; all else begins now.
    """
    if not len(before):
        return now
    by_id = np.argsort(before.id)
    at = by_id[np.minimum(np.searchsorted(before.id[by_id], now.id), len(before) - 1)]
    stays = (before.id[at] == now.id) & (known[at] == found)
    return replace(now, **{name: np.where(stays, getattr(before, name)[at], getattr(now, name)) for name in FIGURES})


def _nearly(one: IncidentTable, other: IncidentTable) -> Mask:
    """Where weighed incidents have nearly the same figures, row by row; what was not weighed is never nearly so."""
    if not len(one):
        return np.zeros(0, dtype=bool)
    weighed = np.isfinite(one.probability) & np.isfinite(other.probability) & np.isfinite(one.lat * other.lat)
    here, there = (np.where(weighed, (table.lon, table.lat), 0.0) for table in (one, other))
    away_m = np.asarray(WGS84.inv(*here, *there)[2])
    axis_m = NEARLY * np.fmin(one.radius_m, other.radius_m)
    span_us = NEARLY * np.minimum(one.end_us - one.start_us, other.end_us - other.start_us)
    near: Mask = weighed & (away_m <= axis_m) & (np.abs(one.radius_m - other.radius_m) <= axis_m)
    near &= (np.abs(one.start_us - other.start_us) <= span_us) & (np.abs(one.end_us - other.end_us) <= span_us)
    near &= np.abs(one.probability - other.probability) <= NEARLY_AS_SURE
    return near


def _differs(one: Words | NDArray[Any], rows: Ints, other: Words | NDArray[Any], old: Ints) -> Mask:
    """Where two columns differ row by row: words by their text, no position equal to no position."""
    if isinstance(one, Words) and isinstance(other, Words):
        renumbered = _numbered(one, other)[one.codes[rows]]
        return np.not_equal(renumbered, other.codes[old])
    here, there = np.asarray(one)[rows], np.asarray(other)[old]
    differs: Mask = here != there
    if here.dtype.kind == "f":
        differs &= ~(np.isnan(here) & np.isnan(there))
    return differs


def _numbered(one: Words, other: Words) -> Ints:
    """The number in the other column of each word of the one; -1 for a word it does not have."""
    numbers = {name: number for number, name in enumerate(other.names)}
    return np.array([numbers.get(name, -1) for name in one.names] or [-1], dtype=np.int64)
