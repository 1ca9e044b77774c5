"""A system is the same under each of its names, in the agreement as in what was seen."""

from __future__ import annotations

import pytest

import strategies as made_up
from truceline.agreements.objects import of_object
from truceline.model import Interval, ObjectTerm, Phenomenon, TimeSense, WeaponTerm

TIME = Interval(made_up.BEGIN, made_up.BEGIN, TimeSense.LASTED)


@pytest.mark.parametrize("asked", ["Smerch", "BM-30", "9A52"])
@pytest.mark.parametrize("seen", ["Smerch", "BM-30", "9A52"])
def test_any_name_of_a_system_fits_any_other(asked: str, seen: str):
    table = made_up.incident_table([{"time": TIME, "phenomenon": Phenomenon.WEAPON_PRESENCE, "weapon_name": seen}])
    found = of_object(table, ObjectTerm((WeaponTerm(names=(asked,)),)))
    assert found.surely.tolist() == [True]


@pytest.mark.parametrize(("seen", "perhaps"), [("", True), ("BM-21", False), ("Tochka", False)])
def test_another_system_does_not_fit_and_an_unnamed_one_may(seen: str, perhaps: bool):
    table = made_up.incident_table([{"time": TIME, "phenomenon": Phenomenon.WEAPON_PRESENCE, "weapon_name": seen}])
    found = of_object(table, ObjectTerm((WeaponTerm(names=("Smerch",)),)))
    assert (found.surely.tolist(), found.perhaps.tolist()) == ([False], [perhaps])
