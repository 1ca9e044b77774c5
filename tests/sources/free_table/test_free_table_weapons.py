"""Weapons, targets and standings of a free table: read, translated, flagged or refused with their row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from truceline.model import (
    Flag,
    InputFault,
    Rejected,
    Target,
    Weapon,
)

ARMED = "columns: {start: when, phenomenon: what, weapon: arm, calibre_mm: bore, weapon_name: kind, target: hit}"


def _armed(read: Callable[..., list[Any]], start: tuple[str, str, str], cells: str, translate: str = "") -> Any:  # noqa: ANN401 - an observation or a rejected row
    at, rest = start[0].index("columns: "), start[0].index("translate")
    words = start[0][rest:].replace("{Bang: explosion}", "{Bang: explosion}, " + translate)
    mapping = f"{start[0][:at]}{ARMED}\n{words}"
    return read(f"2021-09-20 05:13,Bang,{cells}", mapping=mapping, header="when,what,arm,bore,kind,hit")[0]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (",,,", (None, None, "", None)),
        ("N/K,N/K,unknown,none", (None, None, "", None)),
        ("mortar,82,,hospital", (Weapon.MORTAR, 82.0, "", Target.HOSPITAL)),
        ("mortar,82mm mortar,,", (Weapon.MORTAR, 82.0, "", None)),
        (",,Град,power-grid", (Weapon.MLRS, 122.0, "BM-21", Target.POWER_GRID)),
        ("artillery,,2С1,", (Weapon.ARTILLERY, 122.0, "2S1", None)),
        ("artillery,D-30,,", (Weapon.ARTILLERY, 122.0, "", None)),
        ("small-arms,5.45x39,,", (Weapon.SMALL_ARMS, 5.45, "", None)),
        ("mortar,heavy,,", (Weapon.MORTAR, None, "", None)),
    ],
)
def test_class_calibre_name_and_target(
    read: Callable[..., list[Any]], start: tuple[str, str, str], cells: str, told: tuple[object, ...]
):
    found = _armed(read, start, cells)
    assert (found.weapon, found.calibre_mm, found.weapon_name, found.target) == told
    assert Flag.WEAPON_CONFLICT not in found.flags


@pytest.mark.parametrize("cells", ["artillery,152,D-30,", "mortar,,D-30,"])
def test_a_weapon_whose_words_do_not_fit_is_kept_and_flagged(
    read: Callable[..., list[Any]], start: tuple[str, str, str], cells: str
):
    found = _armed(read, start, cells)
    assert (found.calibre_mm, found.weapon_name) == (None, "")
    assert found.flags[-1] == Flag.WEAPON_CONFLICT


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (",25 m,,", "calibre_mm '25 m' is not one calibre"),
        (",82/120 mm,,", "not one calibre"),
        (",0,,", "not one calibre"),
        (",over 100 mm,,", "not one calibre"),
        (",,Type 63,", "names no one system"),
        (",,T-64 or T-72,", "names no one system"),
        (",,,hospitals", "the nearest known is 'hospital'"),
    ],
)
def test_a_weapon_or_target_nobody_can_read_is_rejected_with_its_row(
    read: Callable[..., list[Any]], start: tuple[str, str, str], cells: str, reason: str
):
    found = _armed(read, start, cells)
    assert isinstance(found, Rejected)
    assert reason in found.reason


def test_names_and_targets_are_translated(read: Callable[..., list[Any]], start: tuple[str, str, str]):
    translate = "weapon_name: {tube: PM-43, Type 63: none}, target: {клініка: hospital}"
    found = _armed(read, start, ",,tube,клініка", translate)
    assert (found.weapon_name, found.calibre_mm, found.target) == ("PM-43", 120.0, Target.HOSPITAL)
    assert _armed(read, start, ",,Type 63,", translate).weapon_name == ""


def test_a_name_the_catalogue_does_not_have_is_refused_in_the_mapping(
    read: Callable[..., list[Any]], start: tuple[str, str, str]
):
    with pytest.raises(InputFault, match="'BM-22' is not known"):
        _armed(read, start, ",,,", "weapon_name: {tube: BM-22}")


def test_weapon_translation_and_count_columns(read: Callable[..., list[Any]], start: tuple[str, str, str]):
    mapping = start[0].replace("count: n, words: note", "count_low: n, weapon: note") + "  weapon: {tube: mortar}\n"
    mapping = mapping.replace(
        "translate: {phenomenon: {Bang: explosion}}\n", "translate:\n  phenomenon: {Bang: explosion}\n"
    )
    found = read(start[2].replace("about 40", "3").replace("first", "tube"), mapping=mapping)[0]
    assert (found.weapon, found.count.low, found.count.high) == (Weapon.MORTAR, 3, None)
    assert isinstance(read(start[2].replace("first", "tube"), mapping=mapping)[0], Rejected)


STANDING = "columns: {start: when, phenomenon: what, standing: stand}"


def _standing(read: Callable[..., list[Any]], start: tuple[str, str, str], cell: str) -> Any:  # noqa: ANN401 - as above
    at, rest = start[0].index("columns: "), start[0].index("translate")
    words = start[0][rest:].replace(
        "{Bang: explosion}", "{Tank: weapon-presence}, standing: {depot empty: permanently-missing}"
    )
    return read(
        f"2021-09-20 05:13,Tank,{cell}", mapping=f"{start[0][:at]}{STANDING}\n{words}", header="when,what,stand"
    )[0]


@pytest.mark.parametrize(
    ("cell", "flags"),
    [
        ("", ()),
        ("N/K", ()),
        ("outside-storage", (Flag.OUTSIDE_STORAGE,)),
        ("Withdrawal-Violation", (Flag.WITHDRAWAL_VIOLATION,)),
        ("depot empty", (Flag.PERMANENTLY_MISSING,)),
    ],
)
def test_how_a_weapon_stands_to_its_lines(
    read: Callable[..., list[Any]], start: tuple[str, str, str], cell: str, flags: tuple[Flag, ...]
):
    found = _standing(read, start, cell)
    assert tuple(flag for flag in found.flags if flag is not Flag.ZONE_ASSUMED) == flags


@pytest.mark.parametrize("cell", ["drill", "in the open"])
def test_a_standing_without_a_meaning_is_refused(
    read: Callable[..., list[Any]], start: tuple[str, str, str], cell: str
):
    bad = _standing(read, start, cell)
    assert f"standing '{cell}' is none of: withdrawal-violation" in bad.reason
