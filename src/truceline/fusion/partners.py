"""Official and volunteer air alarms of one event: one-to-one partners, and how many there would be by chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from truceline.fusion.parameters import check_gap
from truceline.model import AreaPlace, ObservationTable, Phenomenon, Stratum, id_of
from truceline.model.columns import Ids, Ints, Mask

SECOND_US = 1_000_000
HOUR_US = 3600 * SECOND_US
CONTROL_SHIFTS_H = (-168, -24, -6, -3, 3, 6, 24, 168)


@dataclass(frozen=True)
class AreaAlarms:
    """Area-wide air alarms of one channel: row in the table, area, start, id."""

    row: Ints
    area: Ints
    start_us: Ints
    id: Ids


@dataclass(frozen=True)
class Pairs:
    """Positions of partners among official and volunteer alarms, and the distance of their starts."""

    official: Ints
    volunteer: Ints
    apart_us: Ints


@dataclass(frozen=True, slots=True)
class PartnerShare:
    """Of the official alarms: how many have a volunteer start near, and how many a partner of their own.

    ``shift_h`` is by how many hours the volunteer alarms were moved for the control; 0 is the real thing.
    ``median_s`` is the median distance to the nearest volunteer start among those that have one near.
    """

    shift_h: float
    official: int
    near: int
    partnered: int
    median_s: float | None

    @property
    def near_share(self) -> float:
        """Share with a volunteer start near; 0 without official alarms."""
        return self.near / self.official if self.official else 0.0

    @property
    def partnered_share(self) -> float:
        """Share with a partner of their own; 0 without official alarms."""
        return self.partnered / self.official if self.official else 0.0


def partner_report(
    observations: ObservationTable, gap_s: float = 900.0, shifts_h: Sequence[float] = CONTROL_SHIFTS_H
) -> tuple[PartnerShare, ...]:
    """How many official alarms have a volunteer partner, first as recorded, then with volunteers moved by hours.

    Links that survive a move of hours or days are chance: two busy feeds meet somewhere. Raises
    :class:`~truceline.model.UsageFault` for a gap that is negative, no number, or above a day.
    """
    check_gap("gap_s", gap_s)
    official = area_alarms(observations, Stratum.OFFICIAL_ALARM)
    volunteer = area_alarms(observations, Stratum.CIVILIAN)
    gap_us = round(gap_s * SECOND_US)
    return tuple(_share(official, moved(volunteer, hours), gap_us, hours) for hours in (0.0, *shifts_h))


def area_alarms(observations: ObservationTable, stratum: Stratum) -> AreaAlarms:
    """Air alarms of a channel that name a whole area of the mission, not a part of it."""
    area_wide = np.array([id_of(AreaPlace(name).key) if name else 0 for name in observations.area.names], np.uint64)
    wanted = observations.phenomenon.equal(Phenomenon.AIR_ALARM) & observations.stratum.equal(stratum)
    rows = np.flatnonzero(wanted)
    area = observations.area.codes[rows].astype(np.int64)
    whole = area_wide[area] == observations.place[rows]
    rows, area = rows[whole], area[whole]
    return AreaAlarms(rows, area, observations.start_us[rows], observations.id[rows])


def partners(official: AreaAlarms, volunteer: AreaAlarms, gap_us: int) -> Pairs:
    """One-to-one partners of the same area, nearest starts first; equal distances go by the observations' ids."""
    near = near_pairs(official, volunteer, gap_us)
    order = np.lexsort((volunteer.id[near.volunteer], official.id[near.official], near.apart_us))
    return _each_once(Pairs(near.official[order], near.volunteer[order], near.apart_us[order]))


def near_pairs(official: AreaAlarms, volunteer: AreaAlarms, gap_us: int) -> Pairs:
    """Every pair of the same area whose starts are at most the gap apart."""
    by_time = np.lexsort((volunteer.start_us, volunteer.area))
    area, start = volunteer.area[by_time], volunteer.start_us[by_time]
    first = _position(area, start, official.area, official.start_us - gap_us, "left")
    beyond = _position(area, start, official.area, official.start_us + gap_us, "right")
    many = beyond - first
    which = np.repeat(np.arange(len(many)), many)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(many) - many, many)
    found = by_time[np.repeat(first, many) + nth]
    return Pairs(which, found, np.abs(official.start_us[which] - volunteer.start_us[found]))


def _position(area: Ints, start: Ints, of_area: Ints, at: Ints, side: str) -> Ints:
    """Where moments of areas would stand among rows ordered by area and start."""
    moments, ranks = np.unique(start, return_inverse=True)
    wide = len(moments) + 2
    key = area * wide + ranks.reshape(-1) + 1
    rank = np.searchsorted(moments, at, side="left" if side == "left" else "right")
    return np.searchsorted(key, of_area * wide + rank, side="right")


def _each_once(pairs: Pairs) -> Pairs:
    """From pairs in order of preference: each alarm's first, then the same with what is left, until none is."""
    taken: list[Pairs] = []
    while len(pairs.official):
        first = _first_seen(pairs.official) & _first_seen(pairs.volunteer)
        chosen = _some(pairs, first)
        taken.append(chosen)
        gone = np.isin(pairs.official, chosen.official) | np.isin(pairs.volunteer, chosen.volunteer)
        pairs = _some(pairs, ~gone)
    if not taken:
        return pairs
    return Pairs(*(np.concatenate([getattr(part, name) for part in taken]) for name in _PAIR_COLUMNS))


_PAIR_COLUMNS = ("official", "volunteer", "apart_us")


def _first_seen(numbers: Ints) -> Mask:
    first = np.zeros(len(numbers), dtype=bool)
    first[np.unique(numbers, return_index=True)[1]] = True
    return first


def _some(pairs: Pairs, mask: Mask) -> Pairs:
    return Pairs(pairs.official[mask], pairs.volunteer[mask], pairs.apart_us[mask])


def moved(alarms: AreaAlarms, hours: float) -> AreaAlarms:
    """The same alarms so many hours later: for the control."""
    return AreaAlarms(alarms.row, alarms.area, alarms.start_us + round(hours * HOUR_US), alarms.id)


def _share(official: AreaAlarms, volunteer: AreaAlarms, gap_us: int, shift_h: float) -> PartnerShare:
    near = near_pairs(official, volunteer, gap_us)
    nearest = np.full(len(official.row), gap_us + 1, dtype=np.int64)
    np.minimum.at(nearest, near.official, near.apart_us)
    found = nearest[nearest <= gap_us]
    median = float(np.median(found)) / SECOND_US if len(found) else None
    pairs = partners(official, volunteer, gap_us)
    return PartnerShare(shift_h, len(official.row), len(found), len(pairs.official), median)
