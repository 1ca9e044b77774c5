"""Which evidence made an incident what it is: each observation left out in turn, and the links asked again.

**The question:** where and when would the incident be without this observation, how sure would it be, and would the
others still be one incident? **In:** the evidence and the observations of the incident. **Out:** for each of them how
the estimate changes without it (metres, seconds), who then no longer belongs to it, and who joins it.

The links are asked again among the observations nearest in time within 150 km, at most 1,800, which is all of most
missions; sources are learned once from these (:mod:`truceline.fusion.reports.asking_again`). An incident is followed by
most of its members: without the observation it is the group that holds most of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from truceline.fusion.estimating_many import Estimates
from truceline.fusion.evidence import Evidence, Reports, could_be_weighed, reports_of
from truceline.fusion.reports.asking_again import Asked, asked_again, asked_of
from truceline.fusion.reports.settings import LEARN_ON
from truceline.fusion.standing import standing_of
from truceline.fusion.telling import said_by
from truceline.model import GroupedReports
from truceline.model.columns import Floats, Ids, Ints, Mask
from truceline.model.geodesy import WGS84

_NEAR_M = 150_000.0


@dataclass(frozen=True)
class LeftOut:
    """An incident without one of its observations, against the incident with it.

    ``moved_m`` and ``moved_s``: the middles of place and time lie so far from (so much earlier than) with it;
    ``narrowed``: without it the place is so many times as wide (ratio of areas); ``made_surer``: with it, it is so much
    surer that the incident is real. ``parted`` no longer belong to it without the observation, ``joined`` then do;
    ``left`` are all that then belong to it.
    """

    moved_m: float
    moved_s: float
    narrowed: float
    made_surer: float
    parted: tuple[int, ...]
    joined: tuple[int, ...]
    left: tuple[int, ...]


def left_out(evidence: Evidence, members: Sequence[int]) -> tuple[LeftOut | None, ...]:
    """The incident of these observations without each of them; ``None`` where nothing is left or was not weighed."""
    near = evidence.take(_neighbourhood(evidence, np.array(members, np.uint64)))
    reports = reports_of(near)
    ids = near.observations.id[reports.rows]
    inside, every = np.isin(ids, np.array(members, np.uint64)), np.ones(len(ids), bool)
    if inside.sum() < 2:
        return (None,) * len(members)
    known = asked_of(reports.table)
    found = asked_again(known, np.flatnonzero(every))
    case = _Case(near, reports, ids, known, standing_of(reports, found, ids).unconfirmed)
    whole = _Incident(inside, _with_most(found, every, inside), case.said(found, every, inside))
    number = {one: at for at, one in enumerate(case.ids.tolist())}
    return tuple(_without(case, whole, number[one]) if one in number else None for one in members)


@dataclass(frozen=True)
class _Case:
    """The neighbourhood of an incident, and what was learned of its sources.

    ``unconfirmed`` is how probable it is that each report tells of nothing if nobody confirms it, as long as all are
    there: that is learned of the source and does not change with one report.
    """

    evidence: Evidence
    reports: Reports
    ids: Ids
    known: Asked
    unconfirmed: Floats

    def said(self, found: GroupedReports, left: Mask, members: Mask) -> Estimates:
        """What members say together, given the links among those that are left."""
        rows = np.flatnonzero(left)
        some = replace(self.reports, table=self.reports.table.take(rows), rows=self.reports.rows[rows])
        standing = replace(standing_of(some, found, self.ids[rows]), unconfirmed=self.unconfirmed[rows])
        return said_by(self.evidence, some, standing, np.searchsorted(rows, np.flatnonzero(members)))


@dataclass(frozen=True)
class _Incident:
    """Who belongs to an incident, who is put with most of them when the links are asked, and what they say."""

    members: Mask
    together: Mask
    said: Estimates


def _with_most(found: GroupedReports, left: Mask, members: Mask) -> Mask:
    """The group that holds most of the members; of several the one with the earliest."""
    rows = np.flatnonzero(left)
    group = found.group[np.searchsorted(rows, np.flatnonzero(members))]
    names, first, count = np.unique(group, return_index=True, return_counts=True)
    best = names[np.lexsort((first, -count))[0]]
    together = np.zeros(len(left), bool)
    together[rows] = found.group == best
    return together


def _without(case: _Case, whole: _Incident, one: int) -> LeftOut:
    """The incident without one observation; who is put together only by chance of the search changes nothing."""
    left = np.ones(len(case.ids), bool)
    left[one] = False
    rest = whole.members & left
    found = asked_again(case.known, np.flatnonzero(left))
    together = _with_most(found, left, rest)
    parted = rest & whole.together & ~together
    joined = left & ~whole.members & together & ~whole.together
    members = (rest & ~parted) | joined
    here, there = whole.said, case.said(found, left, members)
    return LeftOut(
        moved_m=math.hypot(float(here.x_m[0] - there.x_m[0]), float(here.y_m[0] - there.y_m[0])),
        moved_s=float(here.begin_s[0] + here.end_s[0] - there.begin_s[0] - there.end_s[0]) / 2.0,
        narrowed=_width_m2(there) / max(_width_m2(here), 1e-9),
        made_surer=float(here.real[0] - there.real[0]),
        parted=tuple(case.ids[parted].tolist()),
        joined=tuple(case.ids[joined].tolist()),
        left=tuple(case.ids[members].tolist()),
    )


def _width_m2(said: Estimates) -> float:
    return math.sqrt(max(0.0, float(said.xx_m2[0] * said.yy_m2[0] - said.xy_m2[0] ** 2)))


def _neighbourhood(evidence: Evidence, members: Ids) -> Ints:
    """Rows of the observations nearest in time within 150 km, the members among them, in the order they came in."""
    seen, where = evidence.observations, evidence.where
    inside = np.isin(seen.id, members)
    weighed = could_be_weighed(evidence)
    if weighed.sum() <= LEARN_ON or not (inside & weighed).any():
        return np.flatnonzero(weighed | inside)
    middle = np.flatnonzero(inside & weighed)[0]
    lat, lon = where.lat[weighed], where.lon[weighed]
    away = np.zeros(len(seen))
    away[weighed] = WGS84.inv(lon, lat, np.full_like(lon, where.lon[middle]), np.full_like(lat, where.lat[middle]))[2]
    apart = np.abs(seen.start_us - seen.start_us[middle])
    rows = np.flatnonzero(weighed & ~inside & (away <= _NEAR_M))
    nearest = rows[np.lexsort((seen.id[rows], apart[rows]))][: max(0, LEARN_ON - int(inside.sum()))]
    return np.sort(np.r_[np.flatnonzero(inside), nearest])
