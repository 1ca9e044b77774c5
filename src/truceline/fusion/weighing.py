"""Observations of all channels weighed against each other: incidents by probability.

**The question:** which observations of patrols, sensors, satellites, press and bulletins tell of one incident, where
and when was it, how sure is it, and how many incidents are there? **In:** an
:class:`~truceline.fusion.evidence.Evidence` and the parameters of fusion. **Out:** incidents with place, time, count,
type and probability, every link with its probability, the number of incidents with its 95 % interval, and what was
learned of every source.

Alert messages and air alarms stay with their rules (:mod:`truceline.fusion.fusing`), and what cannot be weighed stays
an incident of its own, counted with the reason. Grouping is :func:`truceline.fusion.reports.group_reports`; what the
members of a group say together is :func:`truceline.fusion.estimating.estimate`, for all groups at once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from truceline.fusion.evidence import Evidence, Reports, reports_of, teller_name
from truceline.fusion.fusing import link, summary
from truceline.fusion.gathering import gather
from truceline.fusion.parameters import Fused, FusionParameters
from truceline.fusion.reports import group_reports
from truceline.fusion.standing import Standing, standing_of, with_crowds
from truceline.fusion.telling import told_together, with_estimates
from truceline.fusion.types_told import disagreeing
from truceline.model import GroupedReports, IncidentDetails, Links, SourceManner, Standings
from truceline.model.columns import Ints


@dataclass(frozen=True)
class WeighingSummary:
    """What weighing came to. ``told``, ``real`` and ``false`` are number, low and high of a 95 % interval.

    ``apart`` counts observations that took no part, by reason; ``copies`` reports that repeat another's telling;
    ``false_alone`` is by source the probability that a report which nobody confirms tells of nothing, ``crowded`` how
    many of its reports were set aside because it told more of one place and time than is weighed one by one.
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
    crowded: Mapping[str, int]


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
    told = told_together(evidence, reports, (found.group, standing), disagree)
    incidents, details = with_estimates(gathered, seen, (reports, standing), told)
    fused = Fused(incidents, gathered.membership, summary(gathered, linked, parameters))
    told_of = with_crowds(standing.told(), seen.id, reports.stands)
    return Weighed(fused, details, told_of, standing.links, _summary(evidence, reports, (found, standing), disagree))


def _first_of(group: Ints) -> Ints:
    """For each report the first of its group."""
    _, first, number = np.unique(group, return_index=True, return_inverse=True)
    return np.asarray(first[number.reshape(-1)], np.int64)


def _crowded(evidence: Evidence, reports: Reports) -> dict[str, int]:
    """By teller how many of its reports stand with their crowd."""
    aside = reports.stands != np.arange(len(reports.stands))
    names, count = np.unique(evidence.teller.codes[aside], return_counts=True)
    told = {evidence.teller.names[one]: number for one, number in zip(names.tolist(), count.tolist(), strict=True)}
    return dict(sorted(told.items()))


def _summary(
    evidence: Evidence, reports: Reports, weighed: tuple[GroupedReports, Standing], disagree: float
) -> WeighingSummary:
    found, standing = weighed
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
        crowded=_crowded(evidence, reports),
    )
