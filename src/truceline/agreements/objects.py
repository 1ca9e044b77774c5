"""Whether incidents concern the object a norm speaks of: surely, perhaps (nobody said), or not.

What an incident does not say is no reason to leave it out and none to accuse: an explosion of unknown calibre may have
been of 120 mm. A named system brings its class, calibre and range from the catalogue (``model/weapons.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from truceline.model import Bounds, IncidentTable, ObjectTerm, WeaponTerm
from truceline.model.columns import Floats, Mask, Rows
from truceline.model.weapons import NamedWeapon, weapon_named

_Column = NDArray[np.object_]


@dataclass(frozen=True)
class OfObject:
    """Per incident: whether it surely concerns the object, and whether it may."""

    surely: Mask
    perhaps: Mask
    """True where it surely does or nobody can say."""

    def take(self, rows: Rows) -> OfObject:
        """Some of the incidents."""
        return OfObject(self.surely[rows], self.perhaps[rows])


def of_object(incidents: IncidentTable, term: ObjectTerm) -> OfObject:
    """How incidents stand to an object; with weapons and targets both must fit."""
    everything = np.ones(len(incidents), dtype=bool)
    found = OfObject(everything, everything)
    if term.weapons:
        found = _and(found, reduce(_or, (_of_weapon(incidents, weapon) for weapon in term.weapons)))
    if term.targets:
        known = ~incidents.target.equal("")
        among = incidents.target.among(term.targets)
        found = _and(found, OfObject(among, among | ~known))
    return found


def _and(one: OfObject, other: OfObject) -> OfObject:
    return OfObject(one.surely & other.surely, one.perhaps & other.perhaps)


def _or(one: OfObject, other: OfObject) -> OfObject:
    return OfObject(one.surely | other.surely, one.perhaps | other.perhaps)


def _of_weapon(incidents: IncidentTable, term: WeaponTerm) -> OfObject:
    everything = np.ones(len(incidents), dtype=bool)
    found = OfObject(everything, everything)
    if term.weapon:
        words = _classes(incidents)
        found = _and(found, _known_word(words == term.weapon, words != ""))
    if term.names:
        wanted = [_system(name) for name in term.names]
        named = _by_name(incidents, lambda system: system.name in wanted, False).astype(bool)
        # a system the catalogue does not hold is compared by the word itself
        named |= incidents.weapon_name.among(wanted)
        found = _and(found, _known_word(named, ~incidents.weapon_name.equal("")))
    if term.calibre_mm is not None:
        found = _and(found, _within(_calibres(incidents), term.calibre_mm))
    if term.range_m is not None:
        found = _and(found, _within(_ranges(incidents), term.range_m))
    return found


def _known_word(fits: Mask, known: Mask) -> OfObject:
    return OfObject(fits & known, fits | ~known)


def _within(values: Floats, bounds: Bounds) -> OfObject:
    """A number nobody knows lies perhaps within any bounds."""
    unknown = np.isnan(values)
    fits = np.ones(len(values), dtype=bool)
    for limit, holds in (
        (bounds.over, np.greater),
        (bounds.at_least, np.greater_equal),
        (bounds.up_to, np.less_equal),
        (bounds.under, np.less),
    ):
        if limit is not None:
            fits &= holds(values, limit)
    return OfObject(fits & ~unknown, fits | unknown)


def _system(name: str) -> str:
    """The catalogue's name for a system, else the name itself."""
    known = weapon_named(name)
    return known.name if known else name


def _classes(incidents: IncidentTable) -> _Column:
    words = incidents.weapon.words()
    named = _by_name(incidents, lambda system: str(system.weapon), "")
    return np.where((words == "") & (named != ""), named, words)


def _calibres(incidents: IncidentTable) -> Floats:
    named = _by_name(incidents, lambda system: system.calibre_mm, np.nan).astype(float)
    return np.where(np.isnan(incidents.calibre_mm), named, incidents.calibre_mm)


def _ranges(incidents: IncidentTable) -> Floats:
    return _by_name(incidents, lambda system: system.range_m, np.nan).astype(float)


def _by_name(incidents: IncidentTable, figure: Callable[[NamedWeapon], object], unknown: object) -> _Column:
    """A figure of the named system per incident, told once per name."""
    told = []
    for name in incidents.weapon_name.names:
        system = weapon_named(name) if name else None
        value = figure(system) if system else None
        told.append(unknown if value is None else value)
    column = np.asarray(told or [unknown], dtype=object)
    return column[incidents.weapon_name.codes] if told else np.full(len(incidents), unknown, dtype=object)
