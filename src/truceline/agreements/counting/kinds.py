"""Phenomena that are counted together, and the classes that rows of one phenomenon fall into."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import numpy as np

from truceline.model import WEAPON_STANDINGS, Columns, ObservationTable, Phenomenon, Weapon, Words
from truceline.model.columns import Codes, Ints

C = TypeVar("C", bound=Columns)

NOT_KNOWN = "not-known"
"""The class of rows that do not say theirs."""

FIRE = (
    Phenomenon.EXPLOSION,
    Phenomenon.BURST,
    Phenomenon.SHOT,
    Phenomenon.PROJECTILE,
    Phenomenon.FLARE,
    Phenomenon.MUZZLE_FLASH,
)
"""What the daily reports of the OSCE SMM list item by item and sum up as ceasefire violations."""

BURSTING = tuple(kind for kind in FIRE if kind is not Phenomenon.FLARE)
"""Fire without illumination flares, which are light."""

WITH_WEAPONS = (
    *FIRE,
    Phenomenon.ANY_FIRE,
    Phenomenon.VIOLENT_EVENT,
    Phenomenon.WEAPON_PRESENCE,
    Phenomenon.FIRE_AT_UAV,
    Phenomenon.CASUALTY,
    Phenomenon.INJURY,
    Phenomenon.STRIKE,
    Phenomenon.FLIGHT,
)
"""Phenomena of which an observer may name the weapon."""

DEATHS = {
    "counted": (Phenomenon.CASUALTY, Phenomenon.BODY_RECOVERED, Phenomenon.DEATH_RECORDED),
    "new": (Phenomenon.CASUALTY,),
    "recovered": (Phenomenon.BODY_RECOVERED,),
    "recorded": (Phenomenon.DEATH_RECORDED,),
}
"""What a count of the dead may mean, and the phenomena that enter it; ``counted`` is the sum of the others."""

PEOPLE = (*DEATHS["counted"], Phenomenon.INJURY)
"""Phenomena that are persons: each is counted by itself, never by episodes, places or incidents."""

WEAPON_CLASSES = (*(weapon.value for weapon in Weapon), NOT_KNOWN)
STANDING_CLASSES = (*(flag.value for flag in WEAPON_STANDINGS), NOT_KNOWN)


def of_kinds(table: C, kinds: tuple[Phenomenon, ...]) -> C:
    """The rows of some phenomena."""
    wanted = table.phenomenon.among([kind.value for kind in kinds])
    return table if wanted.all() else table.take(wanted)


def called(table: C, name: Phenomenon) -> C:
    """The same rows, all under one phenomenon."""
    return replace(table, phenomenon=Words(table.phenomenon.codes * 0, (name.value,)))


def fire_together(table: C) -> C:
    """All rows of fire, flares included, under ``any-fire``."""
    return called(of_kinds(table, FIRE), Phenomenon.ANY_FIRE)


def weapon_classes(observations: ObservationTable) -> Ints:
    """The place of each row's weapon among :data:`WEAPON_CLASSES`."""
    return _placed(observations.weapon, [_place(name, WEAPON_CLASSES) for name in observations.weapon.names])


def weapon_standings(observations: ObservationTable) -> Ints:
    """The place of each row's standing among :data:`STANDING_CLASSES`; two standings in one row are none."""
    return _placed(observations.flags, [_standing(name.split()) for name in observations.flags.names])


def any_standing(observations: ObservationTable) -> bool:
    """Whether any row says how a weapon stands to its withdrawal lines."""
    return bool((weapon_standings(observations) < len(STANDING_CLASSES) - 1).any())


def _standing(flags: list[str]) -> int:
    said = [flag for flag in flags if flag in STANDING_CLASSES]
    return _place(said[0] if len(said) == 1 else NOT_KNOWN, STANDING_CLASSES)


def _place(name: str, classes: tuple[str, ...]) -> int:
    return classes.index(name) if name in classes else len(classes) - 1


def _placed(words: Words, places: list[int]) -> Ints:
    codes: Codes = words.codes
    found: Ints = np.array(places, dtype=np.int64)[codes] if places else np.zeros(len(codes), dtype=np.int64)
    return found
