"""What an incident says of weapon, calibre, range and target, against what a norm speaks of: surely, perhaps, not."""

from __future__ import annotations

from typing import Any

import pytest
from told import hours, sight

import strategies as made_up
from truceline.agreements.objects import of_object
from truceline.model import Bounds, ObjectTerm, WeaponTerm

OVER, FROM = WeaponTerm("", Bounds(over=100.0)), WeaponTerm("", Bounds(at_least=100.0))
BETWEEN = WeaponTerm("", Bounds(at_least=82.0, under=100.0))
FAR = WeaponTerm("", None, Bounds(over=10_000.0))


@pytest.mark.parametrize(
    ("term", "said", "surely", "perhaps"),
    [
        (OVER, {"calibre_mm": 100.0}, False, False),
        (FROM, {"calibre_mm": 100.0}, True, True),
        (OVER, {"calibre_mm": 100.1}, True, True),
        (OVER, {}, False, True),
        (BETWEEN, {"calibre_mm": 82.0}, True, True),
        (BETWEEN, {"calibre_mm": 100.0}, False, False),
        (BETWEEN, {"calibre_mm": 60.0}, False, False),
        (WeaponTerm("mortar"), {"weapon": "mortar"}, True, True),
        (WeaponTerm("mortar"), {"weapon": "tank"}, False, False),
        (WeaponTerm("mortar"), {}, False, True),
        (WeaponTerm("mortar", Bounds(over=100.0)), {"weapon": "mortar"}, False, True),
        (WeaponTerm("mortar", Bounds(over=100.0)), {"weapon": "mortar", "calibre_mm": 82.0}, False, False),
        (WeaponTerm("artillery"), {"weapon_name": "D-30"}, True, True),
        (WeaponTerm("mortar"), {"weapon_name": "D-30"}, False, False),
        (FROM, {"weapon_name": "D-30"}, True, True),
        (FAR, {"weapon_name": "D-30"}, True, True),
        (FAR, {"calibre_mm": 122.0}, False, True),
        (WeaponTerm(names=("BM-30",)), {"weapon_name": "BM-30"}, True, True),
        (WeaponTerm(names=("Smerch",)), {"weapon_name": "BM-30"}, True, True),
        (WeaponTerm(names=("BM-30",)), {"weapon_name": "D-30"}, False, False),
        (WeaponTerm(names=("BM-30",)), {}, False, True),
    ],
)
def test_a_weapon_fits_surely_perhaps_or_not(term: WeaponTerm, said: dict[str, Any], surely: bool, perhaps: bool):
    found = of_object(made_up.incident_table([sight(hours(1), **said)]), ObjectTerm((term,)))
    assert (bool(found.surely[0]), bool(found.perhaps[0])) == (surely, perhaps)


def test_any_of_the_weapons_and_any_of_the_targets_must_fit():
    either = ObjectTerm((OVER, WeaponTerm("tank")), ("hospital",))
    for said, surely, perhaps in (
        ({"weapon": "tank", "target": "hospital"}, True, True),
        ({"weapon": "tank"}, False, True),
        ({"weapon": "tank", "target": "school"}, False, False),
        ({"weapon": "mortar", "calibre_mm": 82.0, "target": "hospital"}, False, False),
    ):
        found = of_object(made_up.incident_table([sight(hours(1), **said)]), either)
        assert (bool(found.surely[0]), bool(found.perhaps[0])) == (surely, perhaps)
