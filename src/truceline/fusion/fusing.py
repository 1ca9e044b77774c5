"""Observations in, incidents out: which observations tell of one event."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from truceline.fusion.gathering import Gathered, gather
from truceline.fusion.parameters import BROADCAST, Fused, FusionParameters, LinkageSummary
from truceline.fusion.partners import SECOND_US, AreaAlarms, Pairs, area_alarms, partners
from truceline.fusion.repeats import salvo_labels
from truceline.model import ObservationTable, Stratum
from truceline.model.columns import Ints, Mask


def fuse(observations: ObservationTable, parameters: FusionParameters | None = None) -> Fused:
    """Put together what tells of one event; everything else stays an incident of its own.

    Alert messages of one salvo become one incident, and so do an official and a volunteer air alarm of one area.
    Nothing else is put together: two explosions heard from one place are two explosions. Raises
    :class:`~truceline.model.UsageFault` when an observation is handed in twice.
    """
    parameters = parameters or FusionParameters()
    linked = link(observations, parameters)
    gathered = gather(observations, linked.group, linked.salvo, parameters.interested)
    return Fused(gathered.incidents, gathered.membership, summary(gathered, linked, parameters))


@dataclass(frozen=True)
class Linked:
    """What the rules put together: for each row the number of a row of its group, and which rows are of a salvo."""

    group: Ints
    salvo: Mask
    repeats: int
    alarms: tuple[AreaAlarms, AreaAlarms, Pairs]


def link(observations: ObservationTable, parameters: FusionParameters) -> Linked:
    """Salvos of alert messages, and partners of official and volunteer alarms; everything else by itself."""
    group = np.arange(len(observations), dtype=np.int64)
    salvo_rows, labels = salvo_labels(observations, parameters.repeat_gap_s)
    salvo = np.zeros(len(observations), dtype=bool)
    salvo[salvo_rows] = True
    group[salvo_rows] = _first_rows(salvo_rows, labels)
    official = area_alarms(observations, Stratum.OFFICIAL_ALARM)
    volunteer = area_alarms(observations, Stratum.CIVILIAN)
    pairs = partners(official, volunteer, round(parameters.partner_gap_s * SECOND_US))
    group[volunteer.row[pairs.volunteer]] = official.row[pairs.official]
    return Linked(group, salvo, len(salvo_rows) - len(np.unique(labels)), (official, volunteer, pairs))


def _first_rows(rows: Ints, labels: Ints) -> Ints:
    """For each row the first row of its salvo."""
    _, first, numbers = np.unique(labels, return_index=True, return_inverse=True)
    return rows[first[numbers.reshape(-1)]]


def summary(gathered: Gathered, linked: Linked, parameters: FusionParameters) -> LinkageSummary:
    """What linking came to."""
    incidents = gathered.incidents
    official, volunteer, pairs = linked.alarms
    apart_s = pairs.apart_us / SECOND_US
    salvos = incidents.phenomenon.among(BROADCAST) & (incidents.members > 1)
    spans_us = (incidents.end_us - incidents.start_us)[salvos]
    return LinkageSummary(
        observations=int(incidents.members.sum()),
        incidents=len(incidents),
        repeats=linked.repeats,
        longest_salvo_s=float(spans_us.max()) / SECOND_US if len(spans_us) else 0.0,
        official_alarms=len(official.row),
        volunteer_alarms=len(volunteer.row),
        partners=len(pairs.official),
        median_difference_s=float(np.median(apart_s)) if len(apart_s) else None,
        parameters=parameters,
        weapons_differ=gathered.weapons_differ,
        targets_differ=gathered.targets_differ,
    )
