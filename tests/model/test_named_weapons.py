"""The catalogue of named systems, and what words for weapons are read as."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.model import NAMED_WEAPONS, Armament, NamedWeapon, Weapon, armament, calibre_in, weapon_named

NAMED = st.sampled_from(NAMED_WEAPONS)
CALIBRES = st.none() | st.sampled_from([23.0, 82.0, 100.0, 120.0, 122.0, 152.0, 152.4, 300.0])


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("BM 21", "BM-21"),
        ("BM21", "BM-21"),
        ("ВМ-21", "BM-21"),  # Cyrillic letters that look like Latin ones
        ("Град", "BM-21"),
        ("MLRS (BM-21 Grad, 122mm)", "BM-21"),
        ("Volgograd", ""),
        ("2S1", "2S1"),
        ("2С1", "2S1"),
        ("2C1", "2S1"),
        ("самохідна гаубиця 2С1 «Гвоздика»", "2S1"),
        ("2S19", "2S19"),
        ("2S9 NONA", "2S9"),
        ("2S23 Nona-SVK", "2S23"),
        ("2Б11", "2B11"),
        ("2В11", "2B11"),
        ("МТ-12", "MT-12"),
        ("Рапіра", "MT-12"),
        ("T-12", "T-12"),
        ("howitzer (122mm, 2A18 D-30)", "D-30"),
        ("Т-72Б3", "T-72"),
        ("T-64BV tanks", "T-64"),
        ("T-64 or T-72", ""),
        ("T-54/55", "T-55"),
        ("БМП-2", "BMP-2"),
        ("ЗУ-23-2", "ZU-23"),
        ("ZSU-23-4", "ZSU-23-4"),
        ("С-300ПС", "S-300"),
        ("Торнадо-С", "Tornado-S"),
        ("Tornado-G", "Tornado-G"),
        ("Tornado", ""),
        ("Msta", ""),
        ("БМ-27 «Ураган»", "BM-27"),
        ("Смерч", "BM-30"),
        ("Точка-У", "Tochka-U"),
        ("огневая точка", ""),
        ("Искандер", "Iskander-M"),
        ("FPV-дрон", "FPV"),
        ("Шахед", "Shahed-136"),
        ("СПГ-9", "SPG-9"),
        ("АГС-17", "AGS-17"),
        ("ПМ-43", "PM-43"),
        ("120 m 46", ""),
        ("N/K", ""),
        ("", ""),
    ],
)
def test_names_as_they_are_written(words: str, name: str):
    found = weapon_named(words)
    assert (found.name if found else "") == name


@pytest.mark.parametrize(
    ("words", "calibre_mm"),
    [
        ("82mm mortar", 82.0),
        ("152-мм", 152.0),
        ("122 mm", 122.0),
        ("120\N{NON-BREAKING HYPHEN}mm", 120.0),
        ("12,7 mm", 12.7),
        ("5.45x39", 5.45),
        ("7.62×54R", 7.62),
        ("9x19", 9.0),
        ("30x165mm", 30.0),
        ("2x120mm", 120.0),
        ("40 122mm rockets", 122.0),
        ("BM-21, 122mm", 122.0),
        ("D-30/122 mm", 122.0),
        ("122-миллиметровый", 122.0),
        ("122 міліметри", 122.0),
        ("152 mm (152.4mm)", 152.0),
        ("25 m", None),
        ("25 мин", None),
        ("6x6", None),
        ("82/120 mm", None),
        ("82-120mm", None),
        ("120mm and 82mm", None),
        ("over 100mm", None),
        ("до 100 мм", None),
        ("менше 100 мм", None),
        ("100 mm and more", None),
        ("100mm+", None),
        ("0.5 mm", None),
        ("1000mm", None),
        ("T-64", None),
        ("", None),
    ],
)
def test_calibres_as_they_are_written(words: str, calibre_mm: float | None):
    assert calibre_in(words) == calibre_mm


@given(st.text())
def test_no_words_break_the_reading(words: str):
    found = calibre_in(words)
    assert found is None or 4.0 <= found <= 700.0
    assert weapon_named(words) in {None, *NAMED_WEAPONS}


@given(st.integers(4, 700), st.sampled_from(["mm", " mm", "-mm", "мм", " мм", "-мм"]))
def test_every_whole_calibre_is_read(calibre_mm: int, unit: str):
    assert calibre_in(f"a {calibre_mm}{unit} gun") == calibre_mm


@given(NAMED)
def test_every_system_is_found_by_its_name_and_by_each_alias(one: NamedWeapon):
    for words in (one.name, *one.aliases, f"one {one.name} seen", f"({one.name})"):
        assert weapon_named(words) is one


@given(NAMED, NAMED)
def test_two_systems_are_none_whatever_their_order(one: NamedWeapon, other: NamedWeapon):
    expected = one if one is other else None
    assert weapon_named(f"{one.name} or {other.name}") is expected
    assert weapon_named(f"{other.name} or {one.name}") is expected


def test_the_catalogue_names_each_system_once_with_a_source_and_sane_figures():
    names = [name.lower() for one in NAMED_WEAPONS for name in (one.name, *one.aliases)]
    assert len(names) == len(set(names))
    for one in NAMED_WEAPONS:
        assert one.source
        assert one.calibre_mm is None or 4.0 <= one.calibre_mm <= 700.0
        assert one.range_m is None or 1_000.0 <= one.range_m <= 1_000_000.0


def test_the_page_lists_the_catalogue_as_it_is():
    page = (Path(__file__).parents[2] / "docs" / "reference" / "weapons.md").read_text(encoding="utf-8")
    assert [line for line in page.splitlines() if line.startswith("| `")] == [_line(one) for one in NAMED_WEAPONS]


def _line(one: NamedWeapon) -> str:
    calibre = "–" if one.calibre_mm is None else f"{one.calibre_mm:g}"
    reach = "–" if one.range_m is None else f"{one.range_m:,.0f}"
    classes = ", ".join(f"`{weapon}`" for weapon in (one.weapon, *one.also))
    return f"| `{one.name}` | {', '.join(one.aliases) or '–'} | {classes} | {calibre} | {reach} | {one.source} |"


def test_the_systems_the_package_of_measures_names_are_there():
    for words, calibre_mm in (("Tornado-S", 300.0), ("Uragan", 220.0), ("Smerch", 300.0), ("Tochka-U", None)):
        found = weapon_named(words)
        assert found
        assert found.calibre_mm == calibre_mm


@given(st.none() | st.sampled_from(Weapon), CALIBRES, st.none() | NAMED)
def test_what_fits_is_put_together_and_what_does_not_is_unknown(
    stated: Weapon | None, calibre_mm: float | None, named: NamedWeapon | None
):
    found = armament(stated, calibre_mm, named)
    if found.conflict:
        assert (found.calibre_mm, found.name) == (None, "")
        assert found.weapon in {None, stated, named.weapon if named else None}
    else:
        assert found.name == (named.name if named else "")
        assert stated in {None, found.weapon}


def test_a_calibre_that_is_not_that_of_the_system_is_unknown_and_so_is_the_system():
    assert armament(Weapon.ARTILLERY, 152.0, weapon_named("D-30")) == Armament(Weapon.ARTILLERY, conflict=True)
    assert armament(None, 152.4, weapon_named("2S3")) == Armament(Weapon.ARTILLERY, 152.0, "2S3")


def test_a_class_that_is_not_that_of_the_system_is_unknown():
    assert armament(Weapon.TANK, None, weapon_named("D-30")) == Armament(conflict=True)
    assert armament(Weapon.ARTILLERY, None, weapon_named("2S9")) == Armament(Weapon.ARTILLERY, 120.0, "2S9")
