"""Which incidents of the run before an incident takes the place of: what was split, merged, or told of anew.

An incident's id stands for its members, so with other members it is another incident. Where observations are weighed,
new ones may split and merge what was there; the incident then names those whose observations it took over, and its
revision goes on from theirs.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from truceline.model import IncidentDetails, IncidentTable, Membership
from truceline.model.columns import Ints


def succeeding(
    now: tuple[IncidentTable, Membership],
    before: Membership,
    known: dict[int, tuple[int, tuple[int, ...]]],
    revision: Ints,
    details: tuple[IncidentDetails, ...],
) -> tuple[Ints, tuple[IncidentDetails, ...]]:
    """Revisions and details of now with what each incident took over from the run before.

    ``known`` has revision and ``replaces`` of every incident before. An incident that was there with the same members
    keeps what it replaced then.
    """
    incidents, members = now
    taken = _taken_over(members, before)
    told = {one.incident: one for one in details}
    revision = revision.copy()
    for row, number in enumerate(incidents.id.tolist()):
        if number in known:
            replaces = known[number][1]
        else:
            replaces = tuple(sorted(taken.get(number, ())))
            revision[row] = max((known[one][0] for one in replaces if one in known), default=0) + 1
        if replaces:
            told[number] = replace(told.get(number, IncidentDetails(number)), replaces=replaces)
    return revision, tuple(told[number] for number in sorted(told))


def _taken_over(now: Membership, before: Membership) -> dict[int, set[int]]:
    """By incident of now, those of before that share an observation with it."""
    order = np.argsort(before.observation)
    at = np.minimum(np.searchsorted(before.observation[order], now.observation), max(0, len(order) - 1))
    if not len(order):
        return {}
    there = before.observation[order][at] == now.observation
    pairs = np.unique(np.column_stack((now.incident[there], before.incident[order[at[there]]])), axis=0)
    taken: dict[int, set[int]] = {}
    for incident, old in pairs.tolist():
        if incident != old:
            taken.setdefault(incident, set()).add(old)
    return taken
