"""Which evidence moved an incident's estimate, and by how much: each observation left out in turn.

What is left is estimated anew with what was learned of every source; who tells of the same is not asked again.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from truceline.fusion.believing import believed, put_in_time, usual_spread
from truceline.fusion.estimating import Estimate, Voice, estimate
from truceline.mission.folder import Mission
from truceline.mission.fusing import links_file, run_file
from truceline.mission.outlines import area_outlines
from truceline.mission.weighing import lobes_of, moments_of, tellers, with_outline
from truceline.model import (
    Links,
    Observation,
    Place,
    PointPlace,
    SourceManner,
    Spread,
    Standings,
    Stratum,
    Words,
    id_text,
)
from truceline.model.geodesy import LocalPlane, plane_at
from truceline.store import links_of, observation_id, standings_of


@dataclass(frozen=True)
class Influence:
    """What one observation does to the estimate of its incident: how it changes when the observation is left out.

    ``link`` is the mean probability of its links to the others (``None``: it is a copy, or alone). ``moved_m`` and
    ``moved_s`` are by how much the middles of place and time lie elsewhere, ``narrowed`` by how much wider the place
    would be (as a ratio of areas), ``made_surer`` by how much less sure it would be that the incident is real.
    All are ``None`` where nothing would be left.
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


@dataclass(frozen=True)
class _Known:
    """What was learned of sources, and how the members stand to each other."""

    plane: LocalPlane
    teller: Mapping[str, str]
    strata: Mapping[str, Stratum]
    manners: Mapping[str, SourceManner]
    false_alone: Mapping[str, float]
    standings: Standings
    links: Links

    def manner(self, teller: str) -> SourceManner:
        """What was learned of a source; one that only ever copied others has no manner of its own."""
        return self.manners.get(teller) or next(iter(self.manners.values()))


def influences(mission: Mission, incident: int, told: Sequence[Observation]) -> tuple[Influence, ...]:
    """The influence of each observation of an incident, in their order; none where the last run weighed nothing."""
    known = _known(mission, incident, told)
    if known is None:
        return ()
    outlines = area_outlines(mission)
    case = _Case(known, tuple(told), tuple(with_outline(one.place, outlines) for one in told))
    whole = estimate(case.voices())
    return tuple(_influence(case, row, whole) for row in range(len(told)))


@dataclass(frozen=True)
class _Case:
    """An incident's observations with their places, as voices."""

    known: _Known
    told: tuple[Observation, ...]
    places: tuple[Place, ...]

    @cached_property
    def ids(self) -> list[int]:
        """The observations' ids."""
        return [observation_id(one.source, one.key) for one in self.told]

    @cached_property
    def tellings(self) -> dict[int, int]:
        """By id, the number of the first observation of its telling."""
        at = dict(zip(self.known.standings.observation.tolist(), self.known.standings.telling.tolist(), strict=True))
        return {one: self.ids.index(at[one] if at.get(one) in self.ids else one) for one in self.ids}

    def voices(self, without: int = -1) -> list[Voice]:
        """The voices of all, or of all but one, each as likely to tell of nothing as it then is."""
        best, names = self._best(without), sorted(set(self.known.teller.values()))
        begin = min(one.time.start for one in self.told)
        voices = []
        for row, one in enumerate(self.told):
            if row == without:
                continue
            teller, telling = self.known.teller[one.source], self.tellings[self.ids[row]]
            manner = self.known.manner(teller)
            when = put_in_time((one.time.start - begin).total_seconds(), one.time.duration_s or math.nan, manner)
            usual, alone = self.known.false_alone.get(teller, 0.0), 1.0 - best.get(telling, 0.0)
            false = usual if one.probability is None else 1.0 - one.probability
            where = _parts(self.places[row], self.known.plane, manner)
            voices.append(Voice(row, names.index(teller), telling, where, *when, false, alone))
        return voices

    def _best(self, without: int) -> dict[int, float]:
        """By telling, the probability of its surest link to another, without the links to one observation."""
        links, tellings, best = self.known.links, self.tellings, dict[int, float]()
        left = [one for row, one in enumerate(self.ids) if row != without]
        # The links of a telling are kept once; a copy that is left carries them on.
        gone = {one for one in self.ids if tellings[one] not in {tellings[other] for other in left}}
        for first, second, linked in zip(links.first.tolist(), links.second.tolist(), links.probability, strict=True):
            if not gone & {first, second} and tellings.get(first, -1) != tellings.get(second, -2):
                for one in {first, second} & tellings.keys():
                    best[tellings[one]] = max(best.get(tellings[one], 0.0), float(linked))
        return best


def _known(mission: Mission, incident: int, told: Sequence[Observation]) -> _Known | None:
    last = mission.records.latest_fusion()
    weighed = json.loads(last.linkage).get("weighed") if last else None
    if last is None or weighed is None:
        return None
    ids = np.array([observation_id(one.source, one.key) for one in told], np.uint64)
    standings = standings_of(run_file(mission, last.member_file), np.array([incident], np.uint64))
    if not len(standings.observation):
        return None
    source = Words.of([one.source for one in told])
    named = tellers(mission, Words(np.arange(len(source.names), dtype=np.int32), source.names))
    strata = {one.id: one.stratum for one in mission.records.sources()}
    manners = {one["source"]: SourceManner(**one) for one in weighed["sources"]}
    middle = moments_of(with_outline(told[0].place, area_outlines(mission)))
    plane = plane_at(0.0, 0.0) if middle is None else plane_at(round(middle.lon, 2), round(middle.lat, 2))
    teller = {name: named.word(row) for row, name in enumerate(source.names)}
    links = links_of(run_file(mission, links_file(last.member_file)), ids)
    return _Known(plane, teller, strata, manners, weighed["false_alone"], standings, links)


def _parts(place: Place, plane: LocalPlane, manner: SourceManner) -> tuple[tuple[float, Spread], ...]:
    if lobes := lobes_of(place):
        return tuple((share, believed(one.on(plane), manner)) for share, one in lobes)
    moments = moments_of(place)
    if moments is None:
        raise ValueError(f"an observation without a place was weighed: {place.key}")
    on = moments.on(plane)
    surveyed = isinstance(place, PointPlace) and place.radius_m == 0
    stated = (math.nan,) * 3 if surveyed else (on.xx_m2, on.xy_m2, on.yy_m2)
    return ((1.0, usual_spread(on.x_m, on.y_m, stated, manner)),)


def _influence(case: _Case, row: int, whole: Estimate) -> Influence:
    seen, known = case.told[row], case.known
    first = case.tellings[case.ids[row]]
    at = np.flatnonzero(known.standings.observation == np.uint64(case.ids[row]))
    link = float(known.standings.link[at[0]]) if len(at) else math.nan
    others = {known.strata[one.source] for number, one in enumerate(case.told) if number != row}
    found = Influence(
        observation=id_text(case.ids[row]),
        source=seen.source,
        stratum=known.strata[seen.source],
        copy_of=id_text(case.ids[first]) if first != row else "",
        link=None if math.isnan(link) else link,
        moved_m=None,
        moved_s=None,
        narrowed=None,
        made_surer=None,
        strata_left=tuple(one for one in Stratum if one in others),
    )
    left = case.voices(without=row)
    if not left:
        return found
    rest = estimate(left)
    here, there = whole.middle, rest.middle
    return replace(
        found,
        moved_m=math.hypot(here.x_m - there.x_m, here.y_m - there.y_m),
        moved_s=(whole.begin_s + whole.end_s - rest.begin_s - rest.end_s) / 2.0,
        narrowed=_width(there) / max(_width(here), 1e-9),
        made_surer=whole.real - rest.real,
    )


def _width(spread: Spread) -> float:
    return math.sqrt(max(0.0, spread.xx_m2 * spread.yy_m2 - spread.xy_m2**2))
