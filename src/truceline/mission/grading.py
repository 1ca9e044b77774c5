"""Grades of a mission's incidents: who speaks for each, what only repeats, and whose silence is against it.

Sources that a party keeps itself speak for that party, whatever instrument they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from truceline.coverage import Silence, technical_silence
from truceline.mission.folder import Mission
from truceline.mission.fusing import all_observations, run_file
from truceline.model import TECHNICAL_STRATA, IncidentTable, ObservationTable, Stratum, Words
from truceline.model.columns import Codes, Ids, Ints, Mask, Rows
from truceline.store import membership_of, tellings_of
from truceline.verification import (
    NOBODY,
    NOBODY_NAMED,
    OWN_WORDS,
    Channels,
    Voices,
    attributions,
    channel_grade_words,
    independent_channels,
)

_STRATA = tuple(Stratum)


@dataclass(frozen=True)
class Graded:
    """What the evidence standard says of incidents, row by row, and on what."""

    incidents: IncidentTable
    """The incidents, each with the party that may be named, or none."""
    grades: Words
    channels: Channels
    silence: Silence
    unnamed: Mask
    """Which lost the party their records name, because too few independent channels name it."""


def graded(mission: Mission, incidents: IncidentTable) -> Graded:
    """The grade of each incident under the mission's evidence standard, and who may be named for it."""
    observations, standard = all_observations(mission), mission.standard
    voices, named = voices_of(mission, incidents, observations)
    never, by_custodian = standard.interested, standard.by_custodian
    channels = independent_channels(voices, len(incidents), never=never, by_custodian=by_custodian)
    rule = standard.attribution
    told = attributions(voices, named, len(incidents), rule, never=never, by_custodian=by_custodian)
    instruments = observations.take(observations.stratum.among([str(one) for one in TECHNICAL_STRATA]))
    silence = technical_silence(incidents, mission.records.coverage(), mission.records.sources(), instruments)
    party = _codes_among(incidents.party, observations.party.names)
    kept = (party == told.actor) | incidents.party.equal("")
    grades = channel_grade_words(channels, standard, silence.against)
    return Graded(_without_party(incidents, ~kept), grades, channels, silence, ~kept)


def _without_party(incidents: IncidentTable, which: Mask) -> IncidentTable:
    """Incidents with nobody named in some of them."""
    return replace(incidents, party=Words.of(np.where(which, "", incidents.party.words()).tolist()))


def _codes_among(words: Words, names: tuple[str, ...]) -> Codes:
    """The place of each row's word among other names; ``NOBODY`` where it is not among them, or empty."""
    place = [names.index(name) if name and name in names else NOBODY for name in words.names]
    return np.array(place or [NOBODY], np.int32)[words.codes]


def voices_of(mission: Mission, incidents: IncidentTable, observations: ObservationTable) -> tuple[Voices, Codes]:
    """Who tells of incidents in the newest run, without the sources that a party keeps, and whom each names."""
    last = mission.records.latest_fusion()
    if last is None or not len(incidents):
        nobody = np.zeros(0, np.int32)
        return Voices(np.zeros(0, np.intp), nobody, nobody, np.zeros(0, np.int64)), nobody
    path = run_file(mission, last.member_file)
    membership, telling = membership_of(path), tellings_of(path)
    incident, known = _row_of(membership.incident, incidents.id)
    row, there = _row_of(membership.observation, observations.id)
    kept = known & there
    stratum, custodian, of_party = _keepers(mission, observations.source)
    source = observations.source.codes[row[kept]]
    voices = Voices(incident[kept], stratum[source], custodian[source], _origins(telling[kept]))
    named = _codes_among(observations.party, observations.party.names)[row[kept]]
    return voices.take(~of_party[source]), named[~of_party[source]]


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
