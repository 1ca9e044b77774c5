"""Which evidence moved an incident's estimate, and by how much: each observation left out in turn.

What is left is put together and estimated anew with what was learned of every source: who tells of the same is asked
again (:mod:`truceline.fusion.leaving_out`).
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from truceline.fusion.leaving_out import LeftOut, left_out
from truceline.mission.folder import Mission
from truceline.mission.fusing import all_observations, run_file
from truceline.mission.weighing import evidence_of
from truceline.model import Observation, Standings, Stratum, id_text
from truceline.store import observation_id, standings_of


@dataclass(frozen=True)
class Influence:
    """What one observation does to the estimate of its incident: how it changes when the observation is left out.

    ``link`` is the mean probability of its links to the others (``None``: it is a copy, or alone). ``moved_m`` and
    ``moved_s`` are by how much the middles of place and time lie elsewhere, ``narrowed`` by how much wider the place
    would be (as a ratio of areas), ``made_surer`` by how much less sure it would be that the incident is real.
    All are ``None`` where nothing would be left. ``parted`` are the observations that would then no longer be put
    together with the others, ``joined`` those of other incidents that would be.
    """

    observation: str
    source: str
    stratum: Stratum
    copy_of: str
    link: float | None
    moved_m: float | None
    moved_s: float | None
    narrowed: float | None
    made_surer: float | None
    strata_left: tuple[Stratum, ...]
    parted: tuple[str, ...]
    joined: tuple[str, ...]


def influences(mission: Mission, incident: int, told: Sequence[Observation]) -> tuple[Influence, ...]:
    """The influence of each observation of an incident, in their order; none where the last run weighed nothing."""
    last = mission.records.latest_fusion()
    if last is None or json.loads(last.linkage).get("weighed") is None:
        return ()
    standings = standings_of(run_file(mission, last.member_file), np.array([incident], np.uint64))
    if not len(standings.observation):
        return ()
    observations = all_observations(mission)
    ids = [observation_id(one.source, one.key) for one in told]
    rests = left_out(evidence_of(mission, observations), ids)
    stratum = dict(zip(observations.id.tolist(), observations.stratum.words().tolist(), strict=True))
    said = zip(ids, told, rests, strict=True)
    return tuple(_influence((one, seen), ids, standings, rest, stratum) for one, seen, rest in said)


def _influence(
    one: tuple[int, Observation],
    members: Sequence[int],
    standings: Standings,
    rest: LeftOut | None,
    stratum: dict[int, str],
) -> Influence:
    number, seen = one
    left = [other for other in members if other != number] if rest is None else rest.left
    channels = {stratum[other] for other in left}
    copy_of, link = _standing(standings, number, members)
    return Influence(
        observation=id_text(number),
        source=seen.source,
        stratum=Stratum(stratum[number]),
        copy_of=copy_of,
        link=link,
        moved_m=None if rest is None else rest.moved_m,
        moved_s=None if rest is None else rest.moved_s,
        narrowed=None if rest is None else rest.narrowed,
        made_surer=None if rest is None else rest.made_surer,
        strata_left=tuple(each for each in Stratum if each.value in channels),
        parted=() if rest is None else tuple(map(id_text, rest.parted)),
        joined=() if rest is None else tuple(map(id_text, rest.joined)),
    )


def _standing(standings: Standings, number: int, members: Sequence[int]) -> tuple[str, float | None]:
    """Whose telling it repeats (empty: nobody's), and the mean probability of its links."""
    at = np.flatnonzero(standings.observation == np.uint64(number))
    if not len(at):
        return "", None
    first, link = int(standings.telling[at[0]]), float(standings.link[at[0]])
    copied = first != number and first in members
    return id_text(first) if copied else "", None if math.isnan(link) else link
