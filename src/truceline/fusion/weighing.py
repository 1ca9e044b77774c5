"""Observations of all channels weighed against each other: incidents by probability.

**The question:** which observations of patrols, sensors, satellites, press and bulletins tell of one incident, where
and when was it, how sure is it, and how many incidents are there? **In:** an
:class:`~truceline.fusion.evidence.Evidence` and the parameters of fusion. **Out:** incidents with place, time, count,
type and probability, every link with its probability, the number of incidents with its 95 % interval, and what was
learned of every source.

Alert messages and air alarms stay with their rules (:mod:`truceline.fusion.fusing`), and what cannot be weighed stays
an incident of its own, counted with the reason. Grouping is :func:`truceline.fusion.reports.group_reports`; what the
members of a group say together is :func:`truceline.fusion.estimating.estimate`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from truceline.fusion.estimating import Estimate, Voice, estimate, place_of
from truceline.fusion.evidence import Evidence, Reports, reports_of, teller_name
from truceline.fusion.fusing import link, summary
from truceline.fusion.gathering import Gathered, gather
from truceline.fusion.parameters import Fused, FusionParameters
from truceline.fusion.partners import SECOND_US
from truceline.fusion.reports import group_reports
from truceline.fusion.standing import Standing, standing_of
from truceline.fusion.types_told import disagreeing, types_told
from truceline.model import (
    EllipsePlace,
    GroupedReports,
    IncidentDetails,
    IncidentTable,
    Links,
    ObservationTable,
    SourceManner,
    Spread,
    Standings,
    Words,
    id_of,
)
from truceline.model.columns import Ints


@dataclass(frozen=True)
class WeighingSummary:
    """What weighing came to. ``told``, ``real`` and ``false`` are number, low and high of a 95 % interval.

    ``apart`` counts observations that took no part, by reason; ``copies`` reports that repeat another's telling;
    ``false_alone`` is by source the probability that a report which nobody confirms tells of nothing.
    """

    weighed: int
    incidents: int
    copies: int
    links: int
    apart: Mapping[str, int]
    told: tuple[float, float, float]
    real: tuple[float, float, float]
    false: tuple[float, float, float]
    threshold: float | None
    types_disagree: float
    sources: tuple[SourceManner, ...]
    false_alone: Mapping[str, float]


@dataclass(frozen=True)
class Weighed:
    """Incidents and their members, and how they came about.

    ``standings`` tell of each observation that was weighed how it stands to its incident, ``links`` are the pairs.
    """

    fused: Fused
    details: tuple[IncidentDetails, ...]
    standings: Standings
    links: Links
    summary: WeighingSummary


def weigh(evidence: Evidence, parameters: FusionParameters | None = None) -> Weighed:
    """Put together what probably tells of one event, of whatever kind the evidence is.

    The result does not depend on the order of observations, and exchanging the parties exchanges nothing else. Raises
    :class:`~truceline.model.UsageFault` when an observation is handed in twice.
    """
    parameters = parameters or FusionParameters()
    seen = evidence.observations
    reports = reports_of(evidence)
    found = group_reports(reports.table)
    linked = link(seen, parameters)
    group = linked.group.copy()
    group[reports.rows] = reports.rows[_first_of(found.group)]
    gathered = gather(seen, group, linked.salvo, parameters.interested)
    standing = standing_of(reports, found, seen.id[reports.rows])
    disagree = disagreeing(seen.phenomenon.take(reports.rows), standing)
    told = _told_together(evidence, reports, found, standing, disagree)
    incidents, details = _with_estimates(gathered, seen, (reports, standing), told)
    fused = Fused(incidents, gathered.membership, summary(gathered, linked, parameters))
    return Weighed(fused, details, standing.told(), standing.links, _summary(reports, found, standing, disagree))


def _first_of(group: Ints) -> Ints:
    """For each report the first of its group."""
    _, first, number = np.unique(group, return_index=True, return_inverse=True)
    return np.asarray(first[number.reshape(-1)], np.int64)


@dataclass(frozen=True)
class _Together:
    """What the members of one group say together: reports by number, the estimate, and what happened."""

    members: Ints
    said: Estimate
    types: tuple[tuple[str, float], ...]


def _told_together(
    evidence: Evidence, reports: Reports, found: GroupedReports, standing: Standing, disagree: float
) -> list[_Together]:
    """What each group of two and more says."""
    order = np.argsort(found.group, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(found.group[order])) + 1) if len(order) else []
    phenomenon = evidence.observations.phenomenon.take(reports.rows)
    together = []
    for members in groups:
        if len(members) == 1:
            continue
        voices = [_voice(evidence, reports, standing, int(one)) for one in members]
        types = types_told([(one, phenomenon.word(one.row)) for one in voices], disagree)
        together.append(_Together(members, estimate(voices), types))
    return together


def _voice(evidence: Evidence, reports: Reports, standing: Standing, one: int) -> Voice:
    """One report as a voice among its group's."""
    table, manner = reports.table, standing.manners[int(standing.teller[one])]
    row, spread, span = int(reports.rows[one]), table.spread, table.span_s
    assert spread is not None  # noqa: S101 - reports_of states both
    assert span is not None  # noqa: S101 - as above
    lobes = evidence.lobes.get(row)
    place: tuple[tuple[float, Spread], ...]
    if lobes is None:
        stated = (float(spread.xx_m2[one]), float(spread.xy_m2[one]), float(spread.yy_m2[one]))
        place = ((1.0, usual_spread(float(table.x_m[one]), float(table.y_m[one]), stated, manner)),)
    else:
        place = tuple((share, believed(moments.on(reports.plane), manner)) for share, moments in lobes)
    begin_s, end_s, scatter_s = put_in_time(float(table.time_s[one]), float(span[one]), manner)
    telling = int(standing.telling[one])
    false, alone = float(standing.unconfirmed[one]), 1.0 - float(standing.best[one])
    return Voice(one, int(standing.teller[one]), telling, place, begin_s, end_s, scatter_s, false, alone)


def usual_spread(x_m: float, y_m: float, stated_m2: tuple[float, float, float], manner: SourceManner) -> Spread:
    """A place with what was stated of its error, as far as its source is to be believed, or with its usual one."""
    if math.isfinite(stated_m2[0]):
        factor, further = manner.stretch**2, manner.extra_m**2
        xx, xy, yy = (factor * one for one in stated_m2)
        return Spread(x_m, y_m, xx + further, xy, yy + further)
    return Spread(x_m, y_m, manner.error_m**2, 0.0, manner.error_m**2)


def believed(stated: Spread, manner: SourceManner) -> Spread:
    """A stated place as far as its source is to be believed."""
    return usual_spread(stated.x_m, stated.y_m, (stated.xx_m2, stated.xy_m2, stated.yy_m2), manner)


def put_in_time(time_s: float, span_s: float, manner: SourceManner) -> tuple[float, float, float]:
    """From when to when a report puts its incident, and how that scatters (s).

    A stated span scatters at its ends by its source's slack. A stamp holds the incident within a grain of it to either
    side, earlier by its source's lag, with jitter and lag as scatter.
    """
    if math.isfinite(span_s):
        return time_s, time_s + span_s, manner.slack_s
    scatter_s = math.hypot(manner.jitter_s, manner.lag_s)
    at = time_s - manner.lag_s
    return at - manner.stamp_s, at + manner.stamp_s, scatter_s


def _with_estimates(
    gathered: Gathered, seen: ObservationTable, weighed: tuple[Reports, Standing], told: Sequence[_Together]
) -> tuple[IncidentTable, tuple[IncidentDetails, ...]]:
    """The incidents with what their members say together, in order of start and id."""
    table, (reports, standing) = gathered.incidents, weighed
    members = gathered.membership
    incident_of = dict(zip(members.observation.tolist(), members.incident.tolist(), strict=True))
    at = {number: row for row, number in enumerate(table.id.tolist())}
    columns = _Columns(table, seen)
    for number, real in zip(standing.observation.tolist(), standing.real().tolist(), strict=True):
        columns.probability[at[incident_of[number]]] = real  # of several members it is told together below
    details = []
    for one in told:
        rows = reports.rows[one.members]
        incident = incident_of[int(seen.id[rows[0]])]
        columns.probability[at[incident]] = one.said.real
        place = columns.take_over(at[incident], one, rows, reports)
        details.append(IncidentDetails(incident, place, one.types, one.said.disagreement))
    changed = columns.table()
    order = np.lexsort((changed.id, changed.start_us))
    return changed.take(order), tuple(sorted(details, key=lambda one: one.incident))


class _Columns:
    """The columns of incidents while estimates are written into them."""

    def __init__(self, table: IncidentTable, seen: ObservationTable) -> None:
        self._table, self._seen = table, seen
        self.probability = table.probability.copy() if len(table) else np.zeros(0)
        self._plain: dict[str, Any] = {
            name: getattr(table, name).copy()
            for name in ("start_us", "end_us", "sometime", "place", "lat", "lon", "radius_m", "count_best")
        }
        self._phenomenon = table.phenomenon.words()
        self._area = table.area.words()

    def take_over(self, at: int, one: _Together, rows: Ints, reports: Reports) -> EllipsePlace | None:
        """Write one estimate; the place is given where it is that of no member alone."""
        seen, said, plain = self._seen, one.said, self._plain
        if said.own_time >= 0:
            row = int(reports.rows[said.own_time])
            start_us, end_us, sometime = int(seen.start_us[row]), int(seen.end_us[row]), bool(seen.sometime[row])
        else:
            start_us = reports.first_us + math.floor(said.begin_s * SECOND_US)
            end_us = reports.first_us + math.ceil(said.end_s * SECOND_US)
            sometime = end_us > start_us
        plain["start_us"][at], plain["end_us"][at], plain["sometime"][at] = start_us, end_us, sometime
        self._phenomenon[at] = max(one.types, key=lambda each: (each[1], each[0]))[0]
        areas = {seen.area.word(int(row)) for row in rows} - {""}
        self._area[at] = areas.pop() if len(areas) == 1 else ""
        if said.own_place >= 0:
            row = int(reports.rows[said.own_place])
            for name in ("place", "lat", "lon", "radius_m"):
                plain[name][at] = getattr(seen, name)[row]
            return None
        place = place_of(said.place, reports.plane, area=self._area[at])
        plain["place"][at] = np.uint64(id_of(place.key))
        plain["lat"][at], plain["lon"][at], plain["radius_m"][at] = around(place)
        return place

    def table(self) -> IncidentTable:
        """The incidents as they are now."""
        if not len(self._table):
            return self._table
        phenomenon, area = Words.of(list(self._phenomenon)), Words.of(list(self._area))
        changed = replace(self._table, **self._plain, probability=self.probability)
        return replace(changed, phenomenon=phenomenon, area=area)


def around(place: EllipsePlace) -> tuple[float, float, float]:
    """Latitude, longitude and the radius of a circle that holds the place, both lobes if there are two."""
    if place.mirror is None:
        return place.lat, place.lon, place.major_m
    density = place.density().moments()
    wide = math.sqrt(max(density.xx_m2, density.yy_m2)) * math.sqrt(-2.0 * math.log(0.05))
    return density.lat, density.lon, max(wide, place.major_m, place.mirror.major_m)


def _summary(reports: Reports, found: GroupedReports, standing: Standing, disagree: float) -> WeighingSummary:
    copies = len(standing.telling) - len(np.unique(standing.telling))
    counts = [(each.number, each.low, each.high) for each in (found.told, found.real, found.false)]
    manners = [replace(one, source=teller_name(one.source)) for one in standing.manners]
    alone = {teller_name(one.source): share for one, share in zip(standing.manners, standing.false_alone, strict=True)}
    return WeighingSummary(
        weighed=len(reports.rows),
        incidents=len(np.unique(found.group)),
        copies=copies,
        links=len(standing.links.probability),
        apart={reason.value: int(mask.sum()) for reason, mask in reports.apart if mask.any()},
        told=counts[0],
        real=counts[1],
        false=counts[2],
        threshold=None if math.isnan(found.threshold) else found.threshold,
        types_disagree=disagree,
        sources=tuple(sorted(manners, key=lambda one: one.source)),
        false_alone=dict(sorted(alone.items())),
    )
