"""Grades of a mission's incidents: who speaks for each, what only repeats, and whose silence is against it.

Sources that a party keeps itself speak for that party, whatever instrument they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from truceline.coverage import Silence, technical_silence
from truceline.mission.folder import Mission
from truceline.mission.fusing import all_observations, run_file
from truceline.model import TECHNICAL_STRATA, IncidentTable, ObservationTable, Stratum, Words
from truceline.model.columns import Codes, Ids, Ints, Rows
from truceline.store import membership_of, tellings_of
from truceline.verification import (
    NOBODY_NAMED,
    OWN_WORDS,
    Channels,
    Voices,
    channel_grade_words,
    independent_channels,
)

_STRATA = tuple(Stratum)


@dataclass(frozen=True)
class Graded:
    """What the evidence standard says of incidents, row by row, and on what."""

    grades: Words
    channels: Channels
    silence: Silence


def graded(mission: Mission, incidents: IncidentTable) -> Graded:
    """The grade of each incident under the mission's evidence standard, technical dissent taken into account."""
    observations = all_observations(mission)
    channels = independent_channels(
        voices_of(mission, incidents, observations),
        len(incidents),
        never=mission.standard.interested,
        by_custodian=mission.standard.by_custodian,
    )
    instruments = observations.take(observations.stratum.among([str(one) for one in TECHNICAL_STRATA]))
    silence = technical_silence(incidents, mission.records.coverage(), mission.records.sources(), instruments)
    return Graded(channel_grade_words(channels, mission.standard, silence.against), channels, silence)


def voices_of(mission: Mission, incidents: IncidentTable, observations: ObservationTable) -> Voices:
    """Who tells of incidents in the newest run, without the sources that a party keeps."""
    last = mission.records.latest_fusion()
    if last is None or not len(incidents):
        nobody = np.zeros(0, np.int32)
        return Voices(np.zeros(0, np.intp), nobody, nobody, np.zeros(0, np.int64))
    path = run_file(mission, last.member_file)
    membership, telling = membership_of(path), tellings_of(path)
    incident, known = _row_of(membership.incident, incidents.id)
    row, there = _row_of(membership.observation, observations.id)
    kept = known & there
    stratum, custodian, of_party = _keepers(mission, observations.source)
    source = observations.source.codes[row[kept]]
    voices = Voices(incident[kept], stratum[source], custodian[source], _origins(telling[kept]))
    return voices.take(~of_party[source])


def _keepers(mission: Mission, source: Words) -> tuple[Codes, Codes, np.ndarray]:
    """Of each source: the place of its stratum, the number of its custodian, and whether a party keeps it."""
    known = {one.id: one for one in mission.records.sources()}
    sources = [known[name] for name in source.names]
    keeper = [one.custodian.strip().casefold() for one in sources]
    numbers = {name: number for number, name in enumerate(sorted(set(keeper)))}
    parties = {name.casefold() for pair in mission.read_options().actors for name in pair} - {""}
    return (
        np.array([_STRATA.index(one.stratum) for one in sources] or [0], np.int32),
        np.array([numbers[name] if name else NOBODY_NAMED for name in keeper] or [0], np.int32),
        np.array([name in parties for name in keeper] or [False]),
    )


def _origins(telling: Ids) -> Ints:
    """A number per telling that more than one observation repeats."""
    _, number, times = np.unique(telling, return_inverse=True, return_counts=True)
    number = number.reshape(-1)
    return np.where((telling != 0) & (times[number] > 1), number, OWN_WORDS).astype(np.int64)


def _row_of(wanted: Ids, among: Ids) -> tuple[Rows, np.ndarray]:
    """Where each id stands among others, and whether it does."""
    order = np.argsort(among, kind="stable")
    at = np.searchsorted(among[order], wanted)
    row = order[np.minimum(at, max(0, len(order) - 1))] if len(order) else np.zeros(len(wanted), np.intp)
    return row, (among[row] == wanted) if len(order) else np.zeros(len(wanted), bool)
