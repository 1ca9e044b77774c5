"""With what, and at what: the weapon and the target of an incident, from what its members name.

A member that names none says nothing against the others. Members that name different classes leave the weapon unknown,
with its calibre and name; different calibres or systems leave these unknown and keep the class. How many incidents are
torn so is counted. What an interested channel says of weapon or target is left out, as its word on who acted is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from truceline.fusion.groups import Groups, measured_alike, named_alike, with_empty
from truceline.model import ObservationTable, Words
from truceline.model.columns import Floats, Mask


@dataclass(frozen=True)
class Arms:
    """Weapon and target of each group, and whose members name different ones."""

    weapon: Words
    calibre_mm: Floats
    weapon_name: Words
    target: Words
    weapons_differ: Mask
    targets_differ: Mask


def arms_of(observations: ObservationTable, groups: Groups, interested: Mask) -> Arms:
    """What the members agree on; ``interested`` marks observations whose word is not taken."""
    weapon, classes_differ = named_alike(said_by_others(observations.weapon, interested), groups)
    calibre_mm = np.where(interested, np.nan, observations.calibre_mm)
    calibre_mm, calibres_differ = measured_alike(calibre_mm, groups)
    name, names_differ = named_alike(said_by_others(observations.weapon_name, interested), groups)
    target, targets_differ = named_alike(said_by_others(observations.target, interested), groups)
    torn = classes_differ | calibres_differ
    return Arms(
        weapon,
        np.where(torn, np.nan, calibre_mm),
        _blank(name, torn),
        target,
        torn | names_differ,
        targets_differ,
    )


def said_by_others(words: Words, interested: Mask) -> Words:
    """A column with the words of interested channels left out."""
    if not interested.any() or words.names == ("",):
        return words
    names, nothing = with_empty(words)
    return Words(np.where(interested, np.int32(nothing), words.codes).astype(np.int32), names)


def _blank(words: Words, where: Mask) -> Words:
    if not where.any():
        return words
    names, nothing = with_empty(words)
    return Words(np.where(where, np.int32(nothing), words.codes).astype(np.int32), names)
