"""What a norm concerns and where it binds, in signs and the agreement's own ids: every language can carry them."""

from __future__ import annotations

from truceline.model import (
    AllOf,
    AnyOf,
    Bounds,
    InBand,
    InCorridor,
    InZone,
    ObjectTerm,
    Outside,
    Side,
    WeaponTerm,
    Where,
)
from truceline.model.norms import EACH_PARTY, EVERYWHERE

_SIDES = {Side.OWN: "own side", Side.OTHER: "other side", Side.BOTH: "both sides"}


def object_told(term: ObjectTerm) -> str:
    """The object in signs; empty when it is open.

    >>> from truceline.model import Bounds, ObjectTerm, WeaponTerm
    >>> object_told(ObjectTerm((WeaponTerm("mortar", Bounds(over=100.0)), WeaponTerm(names=("BM-30",)))))
    'mortar > 100 mm, BM-30'
    """
    return ", ".join((*(_weapon(weapon) for weapon in term.weapons), *term.targets))


def _weapon(term: WeaponTerm) -> str:
    parts = [
        term.weapon,
        _bounds(term.calibre_mm, "mm", 1.0),
        _bounds(term.range_m, "km", 1000.0),
        " / ".join(term.names),
    ]
    return " ".join(part for part in parts if part)


def _bounds(bounds: Bounds | None, unit: str, scale: float) -> str:
    if bounds is None:
        return ""
    limits = ((">", bounds.over), ("≥", bounds.at_least), ("≤", bounds.up_to), ("<", bounds.under))
    return " ".join(f"{sign} {limit / scale:g} {unit}" for sign, limit in limits if limit is not None)


def where_told(where: Where) -> str:
    """The place in signs and ids.

    >>> from truceline.model import InBand, InZone, Outside
    >>> where_told(InBand((("each", "contact"),), 0.0, 25_000.0))
    '0–25 km from contact (own side)'
    >>> where_told(Outside(InZone("towns", 2_000.0)))
    'not (towns ± 2 km)'
    """
    match where:
        case InZone(zone, within_m):
            return f"{zone} ± {within_m / 1000:g} km" if within_m else zone
        case InBand(lines, near_m, far_m, side):
            told = ", ".join(line if party == EACH_PARTY else f"{line} ({party})" for party, line in lines)
            return f"{near_m / 1000:g}–{far_m / 1000:g} km from {told} ({_SIDES[side]})"
        case InCorridor(line, width_m):
            return f"{line} ± {width_m / 2000:g} km"
        case Outside(of):
            return f"not ({where_told(of)})"
        case AllOf(parts):
            return " ∩ ".join(where_told(part) for part in parts)
        case AnyOf(parts):
            return " ∪ ".join(where_told(part) for part in parts)
        case _:
            return EVERYWHERE
