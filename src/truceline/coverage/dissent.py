"""Technical dissent: instruments that watched an incident's place and time, sense such a thing, and registered nothing.

**The question:** which instruments' silence speaks against an incident? **In:** incidents, the coverage records, the
sources, and what technical sources observed. **Out:** for each incident the technical strata that surely watched, and
those among them that dissent, as bit sets.

A source's silence counts where it

- senses the phenomenon and states a measured chance of at least :data:`SURE_TO_NOTICE` to notice it,
- was ``watching`` the incident's area, or all of the mission area, during all of the incident's interval, and no
  record of its own says that anything was degraded, blind, denied or unknown in any part of it,
- and registered nothing that could be the incident: nothing within :data:`CLOCKS_APART_S` of its interval at a place
  that may be the same.

A stratum dissents unless more of its sources registered something than are so silent: one instrument beside another of
its like that registered nothing may be broken, or lie. A chance nobody measured is no ground for dissent, and neither
is a day on which a source watched for an hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from truceline.coverage.spans import Spans, union, without
from truceline.model import (
    PATH_MARK,
    TECHNICAL_STRATA,
    WHOLE_MISSION,
    Coverage,
    CoverageState,
    IncidentTable,
    ObservationTable,
    Phenomenon,
    Source,
    Stratum,
    microseconds,
    strata_bits,
)
from truceline.model.columns import Mask, Rows, Strata
from truceline.model.geodesy import WGS84

SURE_TO_NOTICE = 0.9
"""The measured chance to notice one occurrence from which on an instrument's silence is held against it."""
CLOCKS_APART_S = 120
"""How far apart the clocks of two observers may be before what they tell of cannot be one event."""
PLACES_APART_M = 2_500.0
"""What two observers of one event may differ by in its place, beside what they state."""


@dataclass(frozen=True)
class Silence:
    """Technical strata by incident: those sure to have noticed it, and those of them that registered nothing."""

    watched: Strata
    against: Strata


def technical_silence(
    incidents: IncidentTable, records: Sequence[Coverage], sources: Sequence[Source], registered: ObservationTable
) -> Silence:
    """The technical strata that surely watched each incident's place and time, and those that registered nothing."""
    watching, against = np.zeros(len(incidents), np.uint32), np.zeros(len(incidents), np.uint32)
    for stratum in (one for one in Stratum if one in TECHNICAL_STRATA):
        bit = np.uint32(strata_bits([stratum]))
        own = [one for one in sources if one.stratum is stratum]
        watched = {one.id: _watched(incidents, one, [each for each in records if each.source == one.id]) for one in own}
        sure = np.sum([*watched.values(), np.zeros(len(incidents))], axis=0)
        watching[sure > 0] |= bit
        rows = np.flatnonzero((sure > 0) & (incidents.count_high != 0))
        if len(rows):
            some = incidents.take(rows)
            told = {one.id: _registered(some, registered.take(registered.source.equal(one.id))) for one in own}
            heard = np.sum(list(told.values()), axis=0)
            # What one of them told stands further off in time than this looks; who told it was not silent.
            linked = ((some.strata & bit) != 0) & (heard == 0)
            silent = np.sum([watched[name][rows] & ~found for name, found in told.items()], axis=0) - linked
            spoke = heard + linked
            against[rows[(silent > 0) & (silent >= spoke)]] |= bit
    return Silence(watching, against)


def _watched(incidents: IncidentTable, source: Source, records: Sequence[Coverage]) -> Mask:
    """Which incidents fall whole into what the source watched without a gap and would surely have noticed."""
    watched = np.zeros(len(incidents), bool)
    for phenomenon in source.senses if records else ():
        for area in incidents.area.names:
            rows = np.flatnonzero(incidents.phenomenon.equal(phenomenon) & incidents.area.equal(area))
            if len(rows):
                watched[rows] = _within(incidents, rows, _sure_watch(records, phenomenon, area))
    return watched


def _sure_watch(records: Sequence[Coverage], phenomenon: Phenomenon, area: str) -> Spans:
    """When all of an area was watched and one occurrence would surely have been noticed."""
    sure, disturbed = [], []
    for record in records:
        span = microseconds(record.time.start), microseconds(record.time.end)
        if record.state is CoverageState.WATCHING:
            chance = dict(record.detection).get(phenomenon)
            if chance is not None and chance >= SURE_TO_NOTICE and _holds(record.area, area):
                sure.append(span)
        elif _holds(record.area, area) or _holds(area, record.area) or not area:
            disturbed.append(span)
    return without(union(sure), union(disturbed))


def _holds(wide: str, narrow: str) -> bool:
    """Whether an area is the other, or holds it by name."""
    return wide in (WHOLE_MISSION, narrow) or bool(wide and narrow.startswith(wide + PATH_MARK))


def _within(incidents: IncidentTable, rows: Rows, spans: Spans) -> Mask:
    if not spans:
        return np.zeros(len(rows), bool)
    starts, ends = np.array(spans, np.int64).T
    at = np.searchsorted(starts, incidents.start_us[rows], side="right") - 1
    inside: Mask = (at >= 0) & (incidents.end_us[rows] <= ends[np.maximum(at, 0)])
    return inside


def _registered(incidents: IncidentTable, seen: ObservationTable) -> Mask:
    """Which of the incidents somebody among these observations may have registered, linked to it or not."""
    found = np.zeros(len(incidents), bool)
    seen = seen.take(np.argsort(seen.start_us, kind="stable"))
    slack_us = CLOCKS_APART_S * 1_000_000
    longest_us = int((seen.end_us - seen.start_us).max(initial=0))
    first = np.searchsorted(seen.start_us, incidents.start_us - slack_us - longest_us)
    behind = np.searchsorted(seen.start_us, incidents.end_us + slack_us, side="right")
    for row in np.flatnonzero(behind > first).tolist():
        near = np.arange(first[row], behind[row])
        near = near[seen.end_us[near] >= incidents.start_us[row] - slack_us]
        found[row] = bool(_may_be_there(incidents, row, seen, near).any())
    return found


def _may_be_there(incidents: IncidentTable, row: int, seen: ObservationTable, near: Rows) -> Mask:
    """Which observations may be of an incident's place; one whose place nobody knows may be of any."""
    here = np.full(len(near), incidents.lon[row]), np.full(len(near), incidents.lat[row])
    _, _, apart_m = WGS84.inv(*here, seen.lon[near], seen.lat[near])
    error_m = np.nan_to_num(incidents.radius_m[row]) + np.nan_to_num(seen.radius_m[near]) + PLACES_APART_M
    surely_elsewhere: Mask = np.asarray(apart_m) > error_m
    return ~surely_elsewhere
