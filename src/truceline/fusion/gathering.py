"""From groups of observations to incidents: what each incident takes from which of its members.

Time and best count come from the lead: of two channels the official one (its ends are records, a volunteer's may be
invented), else the member with the best-known position, then the earliest. A salvo lasts from its first message to the
end of its last. The count is a range that holds every member's. Members are never added up: they tell of one event.
Weapon and target are what the members who name one agree on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from truceline.fusion.arms import arms_of, said_by_others
from truceline.fusion.groups import Groups, agreed
from truceline.model import (
    UNKNOWN_COUNT,
    IncidentTable,
    Membership,
    ObservationTable,
    Stratum,
    UsageFault,
    Words,
    id_text,
    strata_bits,
)
from truceline.model.columns import Ids, Ints, Mask, Strata

_ODD = np.uint64(0x9E3779B97F4A7C15)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


@dataclass(frozen=True)
class Gathered:
    """Incidents with their members, and of how many the members name different weapons or targets."""

    incidents: IncidentTable
    membership: Membership
    weapons_differ: int = 0
    targets_differ: int = 0


def gather(observations: ObservationTable, group: Ints, salvo: Mask, interested: Sequence[Stratum]) -> Gathered:
    """One incident per group; a group is named by the number of one of its rows.

    ``salvo`` marks rows whose group lasts from its first message to the end of its last. What the ``interested``
    channels say of who acted, with what and at what is left out: nobody is judged on a party's word.
    """
    _refuse_doubles(observations)
    if len(observations) == 0:
        return Gathered(*_nothing())
    groups = _in_order(observations, group)
    ids = _ids(observations, groups)
    by_interested = observations.stratum.among([stratum.value for stratum in interested])
    arms = arms_of(observations, groups, by_interested)
    named = said_by_others(observations.party, by_interested)
    incidents = _incidents(observations, groups, ids, salvo, named)
    incidents = replace(
        incidents, weapon=arms.weapon, calibre_mm=arms.calibre_mm, weapon_name=arms.weapon_name, target=arms.target
    )
    order = np.lexsort((incidents.id, incidents.start_us))
    member = np.repeat(ids, groups.sizes)
    observation = observations.id[groups.rows]
    by_incident = np.lexsort((observation, member))
    membership = Membership(member[by_incident], observation[by_incident])
    torn = int(arms.weapons_differ.sum()), int(arms.targets_differ.sum())
    return Gathered(incidents.take(order), membership, *torn)


def _refuse_doubles(observations: ObservationTable) -> None:
    ordered = np.sort(observations.id)
    twice = np.flatnonzero(ordered[1:] == ordered[:-1])
    if len(twice):
        raise UsageFault(
            f"observation {id_text(int(ordered[twice[0]]))} is there twice",
            where="fuse",
            do="hand in every observation once; the store keeps them apart by their natural key",
        )


def _in_order(observations: ObservationTable, group: Ints) -> Groups:
    official = observations.stratum.equal(Stratum.OFFICIAL_ALARM)
    members = np.bincount(group, minlength=len(group))
    numbers = (np.cumsum(members > 0) - 1)[group]
    sizes = members[members > 0]
    rows = np.argsort(numbers, kind="stable")
    several = sizes[numbers[rows]] > 1
    among = rows[several]
    radius = np.nan_to_num(observations.radius_m[among], nan=np.inf)
    keys = (observations.id[among], observations.start_us[among], radius, ~official[among], numbers[among])
    rows[several] = among[np.lexsort(keys)]
    return Groups(rows, np.cumsum(sizes) - sizes, sizes)


def _incidents(observations: ObservationTable, groups: Groups, ids: Ids, salvo: Mask, named: Words) -> IncidentTable:
    lead = groups.rows[groups.begins]
    lasting = salvo[lead]
    start_us = np.where(lasting, groups.least(observations.start_us), observations.start_us[lead])
    end_us = np.where(lasting, groups.greatest(observations.end_us), observations.end_us[lead])
    every_one_sometime = groups.least(observations.sometime.astype(np.int64)) == 1
    best_placed = _best_placed(observations, groups, lead)
    return IncidentTable(
        id=ids,
        start_us=start_us,
        end_us=end_us,
        sometime=np.where(lasting, every_one_sometime, observations.sometime[lead]),
        phenomenon=observations.phenomenon.take(lead),
        place=observations.place[best_placed],
        area=agreed(observations.area, groups, ignore_empty=False),
        party=agreed(named, groups, ignore_empty=True),
        direction=agreed(observations.direction, groups, ignore_empty=True),
        count_low=groups.least(observations.count_low),
        count_best=observations.count_best[lead],
        count_high=_highest(observations, groups),
        lat=observations.lat[best_placed],
        lon=observations.lon[best_placed],
        radius_m=observations.radius_m[best_placed],
        strata=_strata(observations, groups),
        members=groups.sizes.astype(np.int64),
    )


def _best_placed(observations: ObservationTable, groups: Groups, lead: Ints) -> Ints:
    """The lead, or where it has no position the member with the smallest radius."""
    radius = np.nan_to_num(observations.radius_m, nan=np.inf)
    number = np.repeat(np.arange(len(lead)), groups.sizes)
    lost = np.isinf(radius[lead])[number] & ~np.isinf(radius[groups.rows])
    rows, of = groups.rows[lost], number[lost]
    order = np.lexsort((observations.id[rows], observations.start_us[rows], radius[rows], of))
    group, first = np.unique(of[order], return_index=True)
    chosen = lead.copy()
    chosen[group] = rows[order][first]
    return chosen


def _highest(observations: ObservationTable, groups: Groups) -> Ints:
    is_open = groups.least(observations.count_high) == UNKNOWN_COUNT
    found: Ints = np.where(is_open, UNKNOWN_COUNT, groups.greatest(observations.count_high))
    return found


def _strata(observations: ObservationTable, groups: Groups) -> Strata:
    bits = np.array([strata_bits([name]) for name in observations.stratum.names], dtype=np.uint32)
    found: Strata = np.bitwise_or.reduceat(bits[observations.stratum.codes[groups.rows]], groups.begins)
    return found


def _ids(observations: ObservationTable, groups: Groups) -> Ids:
    """An incident's id: the mixed sum of its members' mixed ids, whatever their order.

    Observation ids are cut from SHA-256, so they are spread evenly; the mixing keeps sums of different members apart
    (finaliser of SplitMix64: Steele, Lea & Flood 2014).
    """
    total: Ids = np.add.reduceat(_mixed(observations.id[groups.rows]), groups.begins)
    return _mixed(total + groups.sizes.astype(np.uint64))


def _mixed(numbers: Ids) -> Ids:
    mixed = numbers + _ODD
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX[0]
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX[1]
    done: Ids = mixed ^ (mixed >> np.uint64(31))
    return done


def _nothing() -> tuple[IncidentTable, Membership]:
    whole, real, none = np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0, dtype=np.uint64)
    words = Words(np.zeros(0, dtype=np.int32), ("",))
    table = IncidentTable(
        none, whole, whole, np.zeros(0, dtype=bool), words, none, words, words, words,
        whole, whole, whole, real, real, real, np.zeros(0, dtype=np.uint32), whole,
    )  # fmt: skip
    return table, Membership(none, none)
